"""Wage inspection: what employers report per worker and month, and what workers say. CSV; civil and regulatory."""

from __future__ import annotations

from collections.abc import Iterator

from brightline.wiring.demo.chance import Stream
from brightline.wiring.demo.keys import worker_number
from brightline.wiring.demo.people import account_number, person_number_as_written
from brightline.wiring.demo.plots.cast import person_account
from brightline.wiring.demo.rows import WageLine, mingle
from brightline.wiring.demo.world import World
from brightline.wiring.demo.writing import as_written

NAME = "wages"
FILE = "wage-lines.csv"
COLUMNS = (
    "line",
    "month",
    "worker_no",
    "worker_name",
    "person_no",
    "birth_date",
    "employer_no",
    "employer_name",
    "site_street",
    "site_town",
    "latitude",
    "longitude",
    "hours",
    "gross",
    "deduction",
    "deduction_label",
    "net",
    "paid_into",
    "person_role",
    "seal",
    "statement",
)
_MONTHS = 6
_LABELS = ("", "", "", "advance", "uniform", "transport", "canteen")


def expected(world: World) -> int:
    return world.size.wage_lines


def _life(world: World) -> Iterator[WageLine]:
    """Six months per employment. Who works where is drawn without regard to anything else."""
    chance, population = world.stream("employment"), world.population
    for n in range(world.size.wage_lines):
        job, month = divmod(n, _MONTHS)
        worker = population.person(chance.below(world.size.people, job, 0))
        employer = population.organisation(chance.below(world.size.organisations, job, 1))
        hours = 120 + chance.below(60, n, 2)
        gross = round(hours * (13 + chance.below(2_600, job, 3) / 100), 2)
        label = chance.pick(_LABELS, n, 4)
        taken = round(gross * (2 + chance.below(6, n, 5)) / 100, 2) if label else 0.0
        role = "complainant" if chance.happens(1, n, 6) else "colleague" if chance.happens(2, n, 7) else "worker"
        yield WageLine(
            worker,
            employer,
            population.place_of(employer.seat),
            f"2026-{4 + month:02d}",
            hours,
            gross,
            taken,
            label,
            person_account(worker.index),
            role,
            "S" if role == "complainant" and chance.happens(50, n, 8) else "",
            "",
        )


def rows(world: World) -> Iterator[list[object]]:
    """The inspection's lines, numbered in their order."""
    hand = world.stream("wages/hand")
    for line, row in enumerate(mingle(_life(world), world.planted.wage_lines, expected(world), hand), start=1):
        yield _written(row, line, hand)


def _written(row: WageLine, line: int, hand: Stream) -> list[object]:
    worker, site, number = row.worker, row.site, account_number(row.account)
    i = worker.index
    return [
        f"L{line:08d}",
        row.month,
        worker_number(worker),
        as_written(worker.given, worker.family, hand, i),
        person_number_as_written(worker.number, hand, i),
        worker.birth,
        row.employer.number,
        row.employer.name,
        site.street,
        site.town.name,
        site.latitude,
        site.longitude,
        row.hours,
        f"{row.gross:.2f}",
        f"{row.deduction:.2f}" if row.deduction else "",
        row.label,
        f"{row.gross - row.deduction:.2f}",
        number,
        row.role,
        row.seal,
        row.statement,
    ]
