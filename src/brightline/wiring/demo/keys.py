"""The keys by which each source calls its people and things: every office numbers them its own way."""

from __future__ import annotations

import re

from brightline.wiring.demo.people import Organisation, Person, account_number
from brightline.wiring.demo.rows import Vehicle

_PRIME = 99_999_989  # the largest prime below 10^8


def _spread(index: int, factor: int) -> str:
    return f"{(index + 1) * factor % _PRIME:08d}"


def officer_number(person: Person) -> str:
    """The company register's number of a person."""
    return "F" + _spread(person.index, 48_271)


def subscriber_number(person: Person) -> str:
    """The telephone company's number of a subscriber."""
    return "T" + _spread(person.index, 69_621)


def worker_number(person: Person) -> str:
    """The wage inspection's number of a worker."""
    return "W" + _spread(person.index, 16_807)


def customer_key(holder: Person | Organisation) -> str:
    """The banks' key of a customer: an organisation goes by its register number."""
    if isinstance(holder, Organisation):
        return f"customer-{holder.number}"
    return "customer-" + _spread(holder.index, 39_373)


def account_id(account: int) -> str:
    """The banks' and the wage inspection's key of an account: its number."""
    return account_number(account)


def driver_id(person: Person) -> str:
    """The harbour's key of a master or driver: the licence number."""
    return "licence-" + _spread(person.index, 30_269)


def vehicle_id(vehicle: Vehicle) -> str:
    return f"craft-{vehicle.key}"


def operator_id(organisation: Organisation) -> str:
    return f"operator-{organisation.number}"


def place_id(name: str) -> str:
    """The harbour's key of a quay, a gate or another place."""
    return "place-" + re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
