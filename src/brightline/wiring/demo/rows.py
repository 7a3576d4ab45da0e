"""What the sources tell about, before it is written in each source's own columns.

Random life and planted plots make the same kinds of row, so nothing in a file's form gives a plot away. Positional
and slotted: the large size makes millions of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from brightline.wiring.demo.chance import Stream
from brightline.wiring.demo.people import Organisation, Person
from brightline.wiring.demo.region import Place

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Appointment:
    """One line of the company register: an organisation and somebody who runs or owns it."""

    organisation: Organisation
    seat: Place
    phone: str
    officer: Person | None
    officer_phone: str
    holder: Organisation | None
    role: str
    share: int
    since: str


@dataclass(frozen=True, slots=True)
class Transfer:
    """One payment. Accounts are numbers of accounts, see people.account_number."""

    payer: Person | Organisation
    payer_account: int
    payee: Person | Organisation
    payee_account: int
    date: str
    amount: float
    purpose: str


@dataclass(frozen=True, slots=True)
class Conversation:
    caller: Person
    receiver: Person
    at: str
    seconds: int
    mast: str


@dataclass(frozen=True, slots=True)
class WageLine:
    worker: Person
    employer: Organisation
    site: Place
    month: str
    hours: int
    gross: float
    deduction: float
    label: str
    account: int
    role: str
    seal: str
    statement: str


@dataclass(frozen=True, slots=True)
class Vehicle:
    """A vessel (imo set) or a vehicle (plate set)."""

    key: str
    name: str
    plate: str
    imo: str
    kind: str
    operator: Organisation
    driver: Person


@dataclass(frozen=True, slots=True)
class Movement:
    """A vehicle or vessel went from one place to another."""

    vehicle: Vehicle
    start: str
    end: str
    left: str
    arrived: str


@dataclass(frozen=True, slots=True)
class Tip:
    reporter: Person
    about: Organisation | Person
    received: str
    text: str
    seal: str


def mingle(life: Iterable[Row], planted: Sequence[Row], expected: int, chance: Stream) -> Iterator[Row]:
    """The rows of `life` in their order, with the planted ones strewn among them.

    `expected` is roughly how many rows life has; what falls behind its end comes last.
    """
    places = sorted((chance.below(max(expected, 1), n, 97), n) for n in range(len(planted)))
    following = 0
    for at, row in enumerate(life):
        while following < len(places) and places[following][0] <= at:
            yield planted[places[following][1]]
            following += 1
        yield row
    for _, n in places[following:]:
        yield planted[n]
