"""Bank records under a production order: customers, accounts, who holds them, payments. FollowTheMoney entities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from brightline.wiring.demo.keys import account_id, customer_key
from brightline.wiring.demo.people import (
    Organisation,
    Person,
    account_number,
    bank_of,
    day,
    person_number_as_written,
    phone_of,
)
from brightline.wiring.demo.plots.cast import ORGANISATIONS, organisation_account, person_account
from brightline.wiring.demo.rows import Transfer, mingle
from brightline.wiring.demo.world import World
from brightline.wiring.demo.writing import as_written

NAME = "bank"
FILE = "statements.ijson"
CURRENCY = "usd"
_BANKED = 62  # per cent of people whose bank was ordered to produce its records
_PURPOSES = (
    "Rent",
    "Invoice {n}",
    "Groceries",
    "Loan instalment",
    "Insurance",
    "School fees",
    "Repair, order {n}",
    "Membership",
    "Deposit",
    "Consultancy {n}",
    "Freight {n}",
    "Refund",
    "Electricity",
    "Spare parts {n}",
    "Gift",
    "Catering",
)


def expected(world: World) -> int:
    return world.size.payments


def rows(world: World) -> Iterator[dict[str, Any]]:
    """Customers with their accounts first, then payments."""
    hand = world.stream("bank/hand")
    for holder, account in _holdings(world):
        yield from _holding(holder, account, hand)
    planted = mingle(_life(world), world.planted.transfers, expected(world), hand)
    for n, row in enumerate(planted, start=1):
        yield _payment(row, n)


def _holdings(world: World) -> Iterator[tuple[Person | Organisation, int]]:
    """Every customer with each of his accounts."""
    population, customers = world.population, world.stream("bank/customers")
    for i in range(world.size.people):
        if customers.happens(_BANKED, i):
            person = population.person(i)
            yield person, person_account(i)
            if customers.happens(14, i, 1):
                yield person, person_account(i, 1)
    for i in range(world.size.organisations):
        yield population.organisation(i), organisation_account(i)
    for key in ORGANISATIONS:
        yield world.cast.firm(key), world.cast.account(key)
    yield world.cast.who("manager"), world.cast.person_account("manager")


def _holding(holder: Person | Organisation, account: int, hand: Any) -> Iterator[dict[str, Any]]:
    customer = customer_key(holder)
    if account % 4 in (0, 2):
        yield _customer(holder, customer, hand)
    number, bank = account_number(account), bank_of(account)[1]
    yield _entity(account_id(account), "BankAccount", accountNumber=number, bankName=bank)
    yield _entity(f"holding-{number}", "Ownership", owner=customer, asset=account_id(account), role="account holder")


def _customer(holder: Person | Organisation, customer: str, hand: Any) -> dict[str, Any]:
    i = holder.index
    if isinstance(holder, Organisation):
        name = holder.name if hand.happens(70, i, 1) else holder.name.upper()
        return _entity(
            customer, "Company", name=name, registrationNumber=holder.number, phone=phone_of(holder, hand, i)
        )
    return _entity(
        customer,
        "Person",
        name=as_written(holder.given, holder.family, hand, i),
        birthDate=holder.birth,
        idNumber=person_number_as_written(holder.number, hand, i),
        phone=phone_of(holder, hand, i) if hand.happens(60, i, 2) else "",
        email=holder.email if hand.happens(40, i, 3) else "",
    )


def _life(world: World) -> Iterator[Transfer]:
    chance, population, size = world.stream("payments"), world.population, world.size
    customers = world.stream("bank/customers")

    def party(n: int, j: int) -> tuple[Person | Organisation, int]:
        if chance.happens(45, n, j):
            i = chance.below(size.organisations, n, j + 1)
            return population.organisation(i), organisation_account(i)
        for attempt in range(40):
            i = chance.below(size.people, n, j + 2 + attempt)
            if customers.happens(_BANKED, i):
                break
        else:
            return population.organisation(n % size.organisations), organisation_account(n % size.organisations)
        return population.person(i), person_account(i)

    for n in range(size.payments):
        payer, payer_account = party(n, 100)
        payee, payee_account = party(n, 200)
        if payer_account == payee_account:
            continue
        amount = round(12 + 2 ** (chance.below(1_300, n, 1) / 100), 2)
        on = day(chance.below(638, n, 2)).isoformat()
        purpose = chance.pick(_PURPOSES, n, 3).format(n=1_000 + chance.below(9_000, n, 4))
        yield Transfer(payer, payer_account, payee, payee_account, on, amount, purpose)


def _payment(row: Transfer, n: int) -> dict[str, Any]:
    return _entity(
        f"payment-{n:08d}",
        "Payment",
        payer=customer_key(row.payer),
        payerAccount=account_id(row.payer_account),
        beneficiary=customer_key(row.payee),
        beneficiaryAccount=account_id(row.payee_account),
        date=row.date,
        amount=f"{row.amount:.2f}",
        currency=CURRENCY,
        purpose=row.purpose,
        transactionNumber=f"TX{n:09d}",
    )


def _entity(key: str, schema: str, **properties: str) -> dict[str, Any]:
    return {"id": key, "schema": schema, "properties": {k: [v] for k, v in properties.items() if v}}
