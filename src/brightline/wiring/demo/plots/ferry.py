"""Night Ferry: a boat lands at Corrin Head on nine nights, a van leaves by the night gate within the hour, and the
skipper rings the driver before each landing.

The movements are regulatory and criminal, the calls criminal: only together do they name the driver.
"""

from __future__ import annotations

from brightline.wiring.demo.keys import driver_id, place_id, subscriber_number, vehicle_id
from brightline.wiring.demo.people import day
from brightline.wiring.demo.plots.cast import Cast
from brightline.wiring.demo.plots.words import Answer, Planted, entity
from brightline.wiring.demo.rows import Appointment, Conversation, Movement, Vehicle

NIGHTS = tuple(41 + 61 * n for n in range(9))
QUAY, GATE, WATERS = "Corrin Head, Old Quay", "Corrin Head, Night Gate", "Northern Fishing Ground"
STORE = "Corrin Head, 4 Warehouse Street"


def boat(cast: Cast) -> Vehicle:
    return Vehicle(
        "V-SABLE-WREN", "Sable Wren", "", "9074729", "Fishing vessel", cast.firm("osprey"), cast.who("skipper")
    )


def van(cast: Cast) -> Vehicle:
    return Vehicle("K-4471-NJ", "Refrigerated van", "SM 4471 NJ", "", "Van", cast.firm("nightjar"), cast.who("driver"))


def plant(cast: Cast) -> Planted:
    """The rows of this plot, for every source it shows in."""
    nightjar = cast.firm("nightjar")
    return Planted(
        appointments=[
            Appointment(
                nightjar,
                cast.seat("nightjar"),
                nightjar.phone,
                cast.who("storekeeper"),
                "",
                None,
                "director",
                0,
                "2020-10-05",
            )
        ],
        vehicles=[boat(cast), van(cast)],
        movements=[row for night in NIGHTS for row in _night(cast, night)],
        conversations=[row for night in NIGHTS for row in _calls(cast, night)],
    )


def _night(cast: Cast, night: int) -> list[Movement]:
    on, after = day(night).isoformat(), day(night + 1).isoformat()
    return [
        Movement(boat(cast), WATERS, QUAY, f"{on}T17:30:00", f"{on}T23:4{night % 10}:00"),
        Movement(van(cast), STORE, GATE, f"{after}T00:2{night % 10}:00", f"{after}T00:55:00"),
    ]


def _calls(cast: Cast, night: int) -> list[Conversation]:
    skipper, driver, keeper = cast.who("skipper"), cast.who("driver"), cast.who("storekeeper")
    on = day(night).isoformat()
    return [
        Conversation(skipper, driver, f"{on}T21:1{night % 10}:00", 34 + night % 7, "Corrin Head"),
        Conversation(driver, keeper, f"{on}T22:0{night % 10}:00", 51 + night % 9, "Corrin Head"),
    ]


def answers(cast: Cast) -> list[Answer]:
    """What an investigator can find, and how."""
    return [_nights(cast), _driver(cast)]


def _nights(cast: Cast) -> Answer:
    return Answer(
        key="ferry-nights",
        case="ferry",
        question="Which van leaves Corrin Head by the night gate after each landing of the Sable Wren?",
        how="Search Sable Wren, expand its trips; expand the night gate: nine times the same refrigerated van.",
        query="Sable Wren",
        regimes=("criminal", "regulatory"),
        hidden=("civil",),
        ids={
            "boat": entity("harbour", "Vessel", "Sable Wren", "Sable Wren", vehicle_id(boat(cast))),
            "van": entity(
                "harbour", "Vehicle", "Refrigerated van", van(cast).plate.replace(" ", ""), vehicle_id(van(cast))
            ),
            "gate": entity("harbour", "Address", GATE, GATE, place_id(GATE)),
        },
        expect={"hits": ["boat"], "nights": len(NIGHTS)},
    )


def _driver(cast: Cast) -> Answer:
    skipper, driver = cast.who("skipper"), cast.who("driver")
    return Answer(
        key="ferry-driver",
        case="ferry",
        question="How does the skipper reach the driver of the van?",
        how="Path between the two: the skipper's number, a call before each landing, the driver's number.",
        query=skipper.name,
        regimes=("criminal",),
        hidden=("civil", "regulatory"),
        ids={
            "skipper": entity("harbour", "Person", skipper.name, skipper.number, driver_id(skipper)),
            "skipper_phone": entity("phones", "Person", skipper.name, skipper.number, subscriber_number(skipper)),
            "driver_phone": entity("phones", "Person", driver.name, driver.number, subscriber_number(driver)),
            "driver": entity("harbour", "Person", driver.name, driver.number, driver_id(driver)),
        },
        path=("skipper", "driver"),
        expect={"max_hops": 5, "through": []},
    )
