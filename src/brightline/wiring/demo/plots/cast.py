"""Who plays in the plots. People get a number behind the population's; their names come from the same stream as all.

Only organisations have names of their own, since a case needs something to be called by.
"""

from __future__ import annotations

from dataclasses import replace

from brightline.wiring.demo.people import Organisation, Person, Population
from brightline.wiring.demo.region import Place, place_at

WORKERS = 38

ROLES = (
    "officer",
    "shell_director",
    "bidder_1",
    "bidder_2",
    "bidder_3",
    "bidder_4",
    "manager",
    "foreman_1",
    "foreman_2",
    "landlord",
    "skipper",
    "driver",
    "storekeeper",
    *(f"worker_{n:02d}" for n in range(1, WORKERS + 1)),
)

ORGANISATIONS = {
    "department": "Harbour Works Department",
    "tidewater": "Tidewater Civil Works Ltd",
    "quillon": "Quillon Roadworks Ltd",
    "tarn": "Tarn and Vale Construction Ltd",
    "lantern": "Lantern Bridge Engineering Ltd",
    "marlow": "Marlow Finch Consulting Ltd",
    "pelham": "Pelham Ridge Holdings Ltd",
    "corvane": "Corvane Logistics Ltd",
    "brightwater": "Brightwater Staffing Ltd",
    "cannery": "Pier 9 Cannery Ltd",
    "osprey": "Osprey Lane Properties Ltd",
    "nightjar": "Nightjar Cold Storage Ltd",
}

BIDDERS = ("tidewater", "quillon", "tarn", "lantern")

_ROLE_NUMBER = {role: n for n, role in enumerate(ROLES)}
_ORGANISATION_NUMBER = {key: n for n, key in enumerate(ORGANISATIONS)}


class Cast:
    """The players of one world."""

    def __init__(self, population: Population) -> None:
        self.population = population
        self._people = {role: population.person(population.people + n) for role, n in _ROLE_NUMBER.items()}
        self._organisations = {key: self._named(key, name) for key, name in ORGANISATIONS.items()}
        self.suite = place_at("12 Quarry Road, Suite 600", "Port Sable", 3)
        self.bunkhouse = place_at("418 Harbor Loop", "Marlow Sound", 5)
        self.pier = place_at("9 Pier Street", "Marlow Sound", 11)
        self.cold_store = place_at("4 Warehouse Street", "Corrin Head", 7)

    def _named(self, key: str, name: str) -> Organisation:
        made = self.population.organisation(self.population.organisations + _ORGANISATION_NUMBER[key])
        mail = "office@" + name.removesuffix(" Ltd").replace(" ", "-").lower() + ".example"
        return replace(made, name=name, email=mail)

    def who(self, role: str) -> Person:
        return self._people[role]

    def firm(self, key: str) -> Organisation:
        return self._organisations[key]

    def seat(self, key: str) -> Place:
        """Where an organisation of the cast is registered; three of them share one suite."""
        if key in ("quillon", "lantern", "marlow"):
            return self.suite
        own = {"nightjar": self.cold_store, "cannery": self.pier}
        return own.get(key) or self.population.place_of(self.firm(key).seat)

    def workers(self) -> list[Person]:
        return [self.who(f"worker_{n:02d}") for n in range(1, WORKERS + 1)]

    def account(self, key: str) -> int:
        """The account of an organisation of the cast."""
        return organisation_account(self.firm(key).index)

    def person_account(self, role: str) -> int:
        return person_account(self.who(role).index)


def person_account(index: int, second: int = 0) -> int:
    """Number of a person's first or second account."""
    return 4 * index + second


def organisation_account(index: int, second: int = 0) -> int:
    """Number of an organisation's first or second account."""
    return 4 * index + 2 + second
