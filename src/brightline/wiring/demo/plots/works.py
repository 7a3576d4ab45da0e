"""Harbour Works: four bidders take turns to win, and the winner pays the losers through a shell company.

The register shows what they share (a telephone, a suite, an owner behind an owner), the bank what they pay, the
telephone records who the owner behind the owner talks to: the department's head of procurement.
"""

from __future__ import annotations

from datetime import timedelta

from brightline.wiring.demo.keys import customer_key, officer_number, subscriber_number
from brightline.wiring.demo.people import day
from brightline.wiring.demo.plots.cast import BIDDERS, Cast
from brightline.wiring.demo.plots.words import Answer, Planted, entity
from brightline.wiring.demo.rows import Appointment, Conversation, Transfer

ROUNDS = 8
_ADVICE, _STANDBY = 0.06, 0.015  # what the winner pays the shell, and the shell each loser, of the contract's price


def _price(number: int) -> float:
    return 184_000 + number * 27_500.0


def plant(cast: Cast) -> Planted:
    """The rows of this plot, for every source it shows in."""
    return Planted(appointments=_register(cast), transfers=_payments(cast), conversations=_conversations(cast))


def _register(cast: Cast) -> list[Appointment]:
    rows = [_bidder(cast, key, n) for n, key in enumerate(BIDDERS, start=1)]
    marlow, pelham, department = cast.firm("marlow"), cast.firm("pelham"), cast.firm("department")
    director, officer = cast.who("shell_director"), cast.who("officer")
    seats = {key: cast.seat(key) for key in ("marlow", "pelham", "department")}
    rows += [
        Appointment(marlow, seats["marlow"], marlow.phone, None, "", pelham, "shareholder", 100, "2024-02-12"),
        # the slip that gives it away: the director left the officer's own number as contact
        Appointment(pelham, seats["pelham"], pelham.phone, director, officer.phone, None, "director", 0, "2023-11-06"),
        Appointment(
            department, seats["department"], department.phone, officer, "", None, "head of procurement", 0, "2019-05-01"
        ),
    ]
    return rows


def _bidder(cast: Cast, key: str, n: int) -> Appointment:
    firm = cast.firm(key)
    phone = cast.firm("tidewater").phone if key == "tarn" else firm.phone
    return Appointment(firm, cast.seat(key), phone, cast.who(f"bidder_{n}"), "", None, "director", 0, f"201{n}-03-1{n}")


def _payments(cast: Cast) -> list[Transfer]:
    rows: list[Transfer] = []
    for number in range(ROUNDS):
        rows += _round(cast, number)
    return rows


def _round(cast: Cast, number: int) -> list[Transfer]:
    """One contract: the department pays the winner, the winner the shell, the shell the losers."""
    winner = BIDDERS[number % len(BIDDERS)]
    awarded = day(30 + number * 72)
    price = _price(number)
    rows = [_pay(cast, "department", winner, awarded.isoformat(), price, f"Contract HW-{2101 + number}, stage 1")]
    later = (awarded + timedelta(days=3)).isoformat()
    rows.append(
        _pay(cast, winner, "marlow", later, price * _ADVICE, f"Compliance advisory, invoice MF-{2207 + number}")
    )
    last = (awarded + timedelta(days=5)).isoformat()
    for loser in BIDDERS:
        if loser != winner:
            rows.append(_pay(cast, "marlow", loser, last, price * _STANDBY, f"Standby HW-{2101 + number}"))
    return rows


def _pay(cast: Cast, payer: str, payee: str, on: str, amount: float, purpose: str) -> Transfer:
    return Transfer(
        cast.firm(payer), cast.account(payer), cast.firm(payee), cast.account(payee), on, round(amount, 2), purpose
    )


def _conversations(cast: Cast) -> list[Conversation]:
    """The director rings the officer on the evening before each award."""
    director, officer = cast.who("shell_director"), cast.who("officer")
    return [
        Conversation(
            director,
            officer,
            f"{day(29 + number * 72).isoformat()}T20:1{number}:00",
            190 + 31 * number,
            "Port Sable",
        )
        for number in range(ROUNDS)
    ]


def answers(cast: Cast) -> list[Answer]:
    """What an investigator can find, and how."""
    return [_shared_phone(cast), _shared_suite(cast), _rotation(cast), _chain(cast)]


def _company(cast: Cast, key: str) -> dict[str, object]:
    return entity("companies", "Company", cast.firm(key).name, cast.firm(key).number, cast.firm(key).number)


def _suite(cast: Cast) -> dict[str, object]:
    suite = cast.suite
    caption = f"{suite.street}, {suite.town.name}"
    return entity("companies", "Address", caption, caption, suite.street, suite.town.name)


def _customer(cast: Cast, key: str) -> dict[str, object]:
    firm = cast.firm(key)
    return entity("bank", "Company", firm.name, firm.number, customer_key(firm))


def _shared_phone(cast: Cast) -> Answer:
    return Answer(
        key="works-phone",
        case="works",
        question="Which two bidders answer the same telephone?",
        how="Search the number; two companies of the register carry it.",
        query=cast.firm("tidewater").phone,
        regimes=("criminal", "civil", "regulatory"),
        hidden=(),
        ids={key: _company(cast, key) for key in ("tidewater", "tarn")},
        expect={"hits": ["tidewater", "tarn"]},
    )


def _shared_suite(cast: Cast) -> Answer:
    return Answer(
        key="works-suite",
        case="works",
        question="Who else is registered where Quillon Roadworks is?",
        how="Expand the address of Quillon Roadworks: two more companies.",
        query="Quillon Roadworks",
        regimes=("criminal", "civil", "regulatory"),
        hidden=(),
        ids={
            **{key: _company(cast, key) for key in ("quillon", "lantern", "marlow")},
            "suite": _suite(cast),
        },
        expect={"neighbours_of": "suite", "are": ["quillon", "lantern", "marlow"]},
    )


def _rotation(cast: Cast) -> Answer:
    return Answer(
        key="works-rotation",
        case="works",
        question="Who pays the losers of each contract?",
        how="Expand the payments of Marlow Finch Consulting: the winner pays in 6 %, each loser is paid 1.5 %.",
        query="Marlow Finch Consulting",
        regimes=("criminal",),
        hidden=("civil", "regulatory"),
        ids={
            **{f"{key}_bank": _customer(cast, key) for key in BIDDERS},
            "marlow_bank": _customer(cast, "marlow"),
        },
        expect={"neighbours_of": "marlow_bank", "are": [f"{key}_bank" for key in BIDDERS], "kind": "Payment"},
    )


def _chain(cast: Cast) -> Answer:
    officer, director = cast.who("officer"), cast.who("shell_director")
    return Answer(
        key="works-chain",
        case="works",
        question="How is Quillon Roadworks tied to the department's head of procurement?",
        how="Path: shared suite, Marlow Finch, its owner Pelham Ridge, that owner's director, the number he left.",
        query=officer.name,
        regimes=("criminal",),
        hidden=("civil", "regulatory"),
        ids={
            "quillon": _company(cast, "quillon"),
            "suite": _suite(cast),
            "marlow": _company(cast, "marlow"),
            "pelham": _company(cast, "pelham"),
            "shell_director": entity("companies", "Person", director.name, director.name, officer_number(director)),
            "officer": entity("phones", "Person", officer.name, officer.number, subscriber_number(officer)),
        },
        path=("quillon", "officer"),
        expect={"hops": 6, "through": ["suite", "marlow", "pelham", "shell_director"]},
    )
