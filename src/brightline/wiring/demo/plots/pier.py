"""Pier 9: a staffing firm sends workers to a cannery, keeps most of their pay as "housing recharge", and has the rest
paid into one account that none of them holds.

The wage lines are civil and regulatory, the account's owner is known to the bank, which is criminal: neither side can
see the whole without a crossing.
"""

from __future__ import annotations

from brightline.wiring.demo.keys import account_id, officer_number, worker_number
from brightline.wiring.demo.people import account_number, day
from brightline.wiring.demo.plots.cast import WORKERS, Cast
from brightline.wiring.demo.plots.words import Answer, Planted, entity
from brightline.wiring.demo.rows import Appointment, Tip, Transfer, WageLine

MONTHS = tuple(f"2026-{m:02d}" for m in range(1, 10))
_GROSS, _RECHARGE = 2_080.00, 1_648.00  # 160 hours at the legal minimum; 412 a week for a bunk


def plant(cast: Cast) -> Planted:
    """The rows of this plot, for every source it shows in."""
    return Planted(
        appointments=_register(cast),
        transfers=_payments(cast),
        wage_lines=_wages(cast),
        tips=_tips(cast),
    )


def _register(cast: Cast) -> list[Appointment]:
    manager, landlord = cast.who("manager"), cast.who("landlord")
    runs = (
        ("brightwater", manager, "managing director", "2022-01-11"),
        ("corvane", manager, "director", "2022-03-02"),
        ("osprey", landlord, "director", "2018-09-20"),
        ("cannery", landlord, "director", "2011-06-14"),
    )
    return [
        Appointment(cast.firm(key), cast.seat(key), cast.firm(key).phone, who, "", None, role, 0, since)
        for key, who, role, since in runs
    ]


def _wages(cast: Cast) -> list[WageLine]:
    brightwater, account = cast.firm("brightwater"), cast.account("corvane")
    rows: list[WageLine] = []
    for month in MONTHS:
        for n, worker in enumerate(cast.workers()):
            complained = n < 3 and month == MONTHS[-1]
            rows.append(
                WageLine(
                    worker,
                    brightwater,
                    cast.bunkhouse,
                    month,
                    160 + n % 24,
                    _GROSS,
                    _RECHARGE,
                    "housing recharge",
                    account,
                    "complainant" if complained else "worker",
                    "S" if complained else "",
                    "They hold our papers until the housing debt is paid off." if complained else "",
                )
            )
        rows += [_foreman(cast, role, month) for role in ("foreman_1", "foreman_2")]
    return rows


def _foreman(cast: Cast, role: str, month: str) -> WageLine:
    """Foremen are paid in full, into accounts of their own."""
    return WageLine(
        cast.who(role),
        cast.firm("brightwater"),
        cast.pier,
        month,
        172,
        3_950.00,
        0.0,
        "",
        cast.person_account(role),
        "foreman",
        "",
        "",
    )


def _payments(cast: Cast) -> list[Transfer]:
    """Brightwater pays the net wages into Corvane's account; Corvane passes the money on within a day."""
    rows: list[Transfer] = []
    firm, account = cast.firm, cast.account
    for n in range(len(MONTHS)):
        paid, passed = day(394 + n * 30).isoformat(), day(395 + n * 30).isoformat()
        net = WORKERS * (_GROSS - _RECHARGE)
        kept = WORKERS * _RECHARGE
        pays = (
            ("cannery", "brightwater", paid, WORKERS * 2_460.0, f"Labour supply {MONTHS[n]}"),
            ("brightwater", "corvane", paid, net, f"Net pay, {WORKERS} workers"),
            ("brightwater", "osprey", passed, kept * 0.35, "Lease, 418 Harbor Loop"),
            ("corvane", "osprey", passed, net * 0.984, "Housing recharge"),
            ("osprey", "pelham", passed, net * 0.6, "Dividend on account"),
        )
        rows += [
            Transfer(firm(a), account(a), firm(b), account(b), on, round(amount, 2), why)
            for a, b, on, amount, why in pays
        ]
    manager = cast.who("manager")
    rows.append(
        Transfer(
            firm("osprey"),
            account("osprey"),
            manager,
            cast.person_account("manager"),
            day(600).isoformat(),
            48_210.0,
            "Management fee",
        )
    )
    return rows


def _tips(cast: Cast) -> list[Tip]:
    said = (
        "They hold our papers until the housing debt is paid off.",
        "Forty people sleep in six rooms at 418 Harbor Loop. The pay slip says one thing, the envelope another.",
        "Nobody from our shift has ever seen the account that the wages go to.",
    )
    return [
        Tip(worker, cast.firm("brightwater"), day(560 + 9 * n).isoformat(), text, "S")
        for n, (worker, text) in enumerate(zip(cast.workers()[:3], said, strict=True))
    ]


def answers(cast: Cast) -> list[Answer]:
    """What an investigator can find, and how."""
    return [_one_account(cast), _owner(cast), _crossing(cast)]


def _one_account(cast: Cast) -> Answer:
    number = account_number(cast.account("corvane"))
    workers = {f"worker_{n:02d}": _worker(cast, f"worker_{n:02d}") for n in (4, 20, 38)}
    return Answer(
        key="pier-account",
        case="pier",
        question="Into how many accounts are the wages of Brightwater's workers paid?",
        how="Search the account number on any wage line: one account, nine months, 38 workers' pay.",
        query=number,
        regimes=("civil", "regulatory"),
        hidden=("criminal",),
        ids={"account": entity("wages", "BankAccount", number, number, account_id(cast.account("corvane"))), **workers},
        expect={"hits": ["account"], "workers": WORKERS, "months": len(MONTHS)},
    )


def _worker(cast: Cast, role: str) -> dict[str, object]:
    who = cast.who(role)
    return entity("wages", "Person", who.name, who.number, worker_number(who))


def _company(cast: Cast, key: str) -> dict[str, object]:
    return entity("companies", "Company", cast.firm(key).name, cast.firm(key).number, cast.firm(key).number)


def _owner(cast: Cast) -> Answer:
    manager, number = cast.who("manager"), account_number(cast.account("corvane"))
    return Answer(
        key="pier-owner",
        case="works",
        question="Who stands behind the account that the wages are paid into?",
        how="Path from the account to Brightwater: its owner Corvane Logistics has Brightwater's managing director.",
        query=number,
        regimes=("criminal",),
        hidden=("civil", "regulatory"),
        ids={
            "account_bank": entity("bank", "BankAccount", number, number, account_id(cast.account("corvane"))),
            "corvane": _company(cast, "corvane"),
            "manager": entity("companies", "Person", manager.name, manager.name, officer_number(manager)),
            "brightwater": _company(cast, "brightwater"),
        },
        path=("account_bank", "brightwater"),
        expect={"max_hops": 5, "through": []},
    )


def _crossing(cast: Cast) -> Answer:
    return Answer(
        key="pier-crossing",
        case="works",
        question="Were the foremen paid like the others?",
        how="A criminal purpose gets the foremen's names and numbers by a crossing, nothing else of the wage lines.",
        query=cast.who("foreman_1").name,
        regimes=("civil", "regulatory"),
        hidden=("criminal",),
        ids={role: _worker(cast, role) for role in ("foreman_1", "foreman_2", "worker_04", "worker_20")},
        expect={"crossed": ["foreman_1", "foreman_2"], "fields": ["name", "idNumber"]},
    )
