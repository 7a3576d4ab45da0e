"""Saltmere, an invented island commonwealth in the open Atlantic, where no land is: towns, streets, banks, quays."""

from __future__ import annotations

from dataclasses import dataclass

from brightline.wiring.demo.chance import Stream
from brightline.wiring.demo.pools import lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Town:
    name: str
    latitude: float
    longitude: float
    postcode: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One address. `key` is what a source would key it by."""

    street: str
    town: Town
    latitude: float
    longitude: float

    @property
    def full(self) -> str:
        return f"{self.street}, {self.town.name} {self.town.postcode}"


def _town(name: str, latitude: float, longitude: float, postcode: str) -> Town:
    return Town(name=name, latitude=latitude, longitude=longitude, postcode=postcode)


TOWNS = (
    _town("Port Sable", 39.42, -39.10, "SM1"),
    _town("Corrin Head", 39.95, -38.62, "SM2"),
    _town("Marlow Sound", 39.08, -39.71, "SM3"),
    _town("Tidewell", 38.77, -39.28, "SM4"),
    _town("Quarry Bay", 39.61, -39.88, "SM5"),
    _town("Hollin Ferry", 38.92, -38.55, "SM6"),
    _town("Averill", 39.33, -38.81, "SM7"),
    _town("Lower Thorne", 39.20, -39.44, "SM8"),
    _town("Greyfold", 39.78, -39.35, "SM9"),
    _town("Pelham Ridge", 39.55, -39.02, "SM10"),
    _town("Saint Orrin", 38.64, -38.93, "SM11"),
    _town("Whitlock Mills", 39.12, -38.40, "SM12"),
)

_STREETS = lines("streets")

BANKS = (
    ("3017", "Tidewell Trust"),
    ("3042", "Gulfmark Bank"),
    ("3066", "Saltmere Savings"),
    ("3091", "Averill Mutual"),
)

QUAYS = (
    "Port Sable, Quay 1",
    "Port Sable, Quay 4",
    "Tidewell, North Mole",
    "Hollin Ferry, Slipway",
    "Corrin Head, Old Quay",
)
GATES = ("Port Sable, Dock Gate", "Tidewell, Freight Gate", "Hollin Ferry, Toll Gate", "Averill, Weigh Station")
WATERS = ("Outer Roads", "Marlow Shoals", "Northern Fishing Ground")


def place_at(street: str, town_name: str, offset: int = 0) -> Place:
    """A named place in a town; `offset` moves it so that neighbours don't lie on one point."""
    town = next(t for t in TOWNS if t.name == town_name)
    north, east = offset % 17 - 8, offset * 7 % 19 - 9
    return Place(
        street=street,
        town=town,
        latitude=round(town.latitude + north * 0.0021, 4),
        longitude=round(town.longitude + east * 0.0024, 4),
    )


class Region:
    """Addresses by number: the same number is always the same door."""

    def __init__(self, seed: int) -> None:
        self._chance = Stream(seed, "places")

    def place(self, k: int) -> Place:
        chance = self._chance
        town = chance.pick(TOWNS, k, 0)
        street = f"{1 + chance.below(240, k, 1)} {chance.pick(_STREETS, k, 2)}"
        if chance.happens(30, k, 3):
            street += f", Flat {1 + chance.below(24, k, 4)}"
        return Place(
            street=street,
            town=town,
            latitude=round(town.latitude + (chance.below(2001, k, 5) - 1000) / 40_000, 4),
            longitude=round(town.longitude + (chance.below(2001, k, 6) - 1000) / 40_000, 4),
        )
