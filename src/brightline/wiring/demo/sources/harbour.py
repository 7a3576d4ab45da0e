"""Harbour office: craft, their operators and drivers, quays and gates, movements. FollowTheMoney entities."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from brightline.wiring.demo.chance import Stream
from brightline.wiring.demo.keys import driver_id, operator_id, place_id, vehicle_id
from brightline.wiring.demo.people import day, person_number_as_written, phone_of
from brightline.wiring.demo.pools import words
from brightline.wiring.demo.region import GATES, QUAYS, TOWNS, WATERS
from brightline.wiring.demo.rows import Movement, Vehicle, mingle
from brightline.wiring.demo.world import World
from brightline.wiring.demo.writing import as_written

NAME = "harbour"
FILE = "movements.ijson"
_SHIPS = words("ships")
_SECOND = (
    "of Averill",
    "of the Isles",
    "of Tidewell",
    "II",
    "III",
    "Rose",
    "Star",
    "Maid",
    "Spirit",
    "Trader",
    "Breeze",
)
_KINDS = ("Van", "Lorry", "Car", "Pick-up", "Refrigerated van", "Trailer")
_NIGHT_GATE, _STORE = "Corrin Head, Night Gate", "Corrin Head, 4 Warehouse Street"


def expected(world: World) -> int:
    return world.size.trips


def _imo(n: int) -> str:
    """A number with IMO's check digit (resolution A.1117(30)): weights 7 to 2, last digit of the sum."""
    six = f"{900_000 + (n * 7_919) % 99_991:06d}"
    return six + str(sum(int(d) * w for d, w in zip(six, range(7, 1, -1), strict=True)) % 10)


def craft(world: World, i: int) -> Vehicle:
    """The i-th craft: vessels first, then vehicles."""
    chance, size = world.stream("craft"), world.size
    operator = world.population.organisation(chance.below(size.organisations, i, 0))
    driver = world.population.person(chance.below(size.people, i, 1))
    if i < size.vessels:
        name = f"{chance.pick(_SHIPS, i, 2)} {chance.pick(_SECOND, i, 3)}"
        kind = chance.pick(("Fishing vessel", "Coaster", "Tug", "Ferry"), i, 4)
        return Vehicle(f"V-{i:05d}", name, "", _imo(i), kind, operator, driver)
    plate = f"SM {(i * 7_919) % 9_999_991:07d}"
    return Vehicle(f"K-{i:07d}", chance.pick(_KINDS, i, 2), plate, "", "", operator, driver)


def rows(world: World) -> Iterator[dict[str, Any]]:
    """Places, then craft with operators and drivers, then movements."""
    for name in (*QUAYS, *GATES, *WATERS, _NIGHT_GATE, _STORE):
        yield _place(name)
    yield from _fleet(world)
    hand = world.stream("harbour/hand")
    for n, row in enumerate(mingle(_life(world), world.planted.movements, expected(world), hand), start=1):
        yield _trip(row, n)


def _place(name: str) -> dict[str, Any]:
    town = next((t for t in TOWNS if name.startswith(t.name)), None)
    if town is None:
        north = WATERS.index(name) * 0.3
        return _entity(place_id(name), "Address", full=name, latitude=f"{40.3 + north:.4f}", longitude="-39.9000")
    apart = len(name) % 7 * 0.003
    return _entity(
        place_id(name),
        "Address",
        full=name,
        city=town.name,
        latitude=f"{town.latitude + apart:.4f}",
        longitude=f"{town.longitude - apart:.4f}",
    )


def _fleet(world: World) -> Iterator[dict[str, Any]]:
    """Each operator and driver once, although several craft share them."""
    hand, size = world.stream("harbour/hand"), world.size
    told: set[str] = set()
    craft_of = (craft(world, i) for i in range(size.vessels + size.vehicles))
    for vehicle in chain(world.planted.vehicles, craft_of):
        for entity in _craft(vehicle, hand):
            if entity["id"] not in told:
                told.add(entity["id"])
                yield entity


def _craft(vehicle: Vehicle, hand: Stream) -> Iterator[dict[str, Any]]:
    operator, driver, own = vehicle.operator, vehicle.driver, vehicle_id(vehicle)
    i = driver.index
    yield _entity(operator_id(operator), "Company", name=operator.name, registrationNumber=operator.number)
    yield _entity(
        driver_id(driver),
        "Person",
        name=as_written(driver.given, driver.family, hand, i),
        idNumber=person_number_as_written(driver.number, hand, i),
        phone=phone_of(driver, hand, i),
    )
    if vehicle.imo:
        yield _entity(
            own, "Vessel", name=vehicle.name, imoNumber=vehicle.imo, type=vehicle.kind, operator=operator_id(operator)
        )
    else:
        yield _entity(
            own,
            "Vehicle",
            name=vehicle.name,
            registrationNumber=vehicle.plate,
            type=vehicle.name,
            operator=operator_id(operator),
        )
    role = "master" if vehicle.imo else "driver"
    yield _entity(f"crew-{vehicle.key}", "UnknownLink", subject=driver_id(driver), object=own, role=role)


def _life(world: World) -> Iterator[Movement]:
    chance, size = world.stream("trips"), world.size
    for n in range(size.trips):
        vessel = chance.happens(40, n, 0)
        i = chance.below(size.vessels, n, 1) if vessel else size.vessels + chance.below(size.vehicles, n, 1)
        start = chance.pick(WATERS if vessel else GATES, n, 2)
        end = chance.pick(QUAYS, n, 3) if vessel else chance.pick((*GATES, _NIGHT_GATE), n, 3)
        hour = chance.below(20, n, 4)
        on = day(chance.below(637, n, 5)).isoformat()
        took = 1 + chance.below(3, n, 6)
        minute = chance.below(60, n, 7)
        yield Movement(
            craft(world, i), start, end, f"{on}T{hour:02d}:{minute:02d}:00", f"{on}T{hour + took:02d}:{minute:02d}:00"
        )


def _trip(row: Movement, n: int) -> dict[str, Any]:
    return _entity(
        f"trip-{n:08d}",
        "Trip",
        name=f"{row.vehicle.name} to {row.end}",
        vehicle=vehicle_id(row.vehicle),
        startLocation=place_id(row.start),
        endLocation=place_id(row.end),
        startDate=row.left,
        endDate=row.arrived,
    )


def _entity(key: str, schema: str, **properties: str) -> dict[str, Any]:
    return {"id": key, "schema": schema, "properties": {k: [v] for k, v in properties.items() if v}}
