"""Public reports: what people tell the Public Reports Desk, with who told it. CSV; for that desk alone."""

from __future__ import annotations

from collections.abc import Iterator

from brightline.wiring.demo.people import Organisation, day, phone_of
from brightline.wiring.demo.rows import Tip, mingle
from brightline.wiring.demo.world import World
from brightline.wiring.demo.writing import as_written

NAME = "tips"
FILE = "reports.csv"
COLUMNS = (
    "report",
    "received",
    "reporter_no",
    "reporter_name",
    "reporter_phone",
    "about_no",
    "about_name",
    "text",
    "seal",
)
_SAID = (
    "The invoices never match what was delivered.",
    "Lorries come at night and the gate log is empty the next morning.",
    "They pay in cash and ask us to sign for more.",
    "The permit on the wall belongs to another firm.",
    "The same van is parked there every Sunday with its engine running.",
    "I was asked to sign a paper that I had not read.",
    "Waste is tipped behind the sheds after dark.",
    "Our shift was told not to talk to the inspectors.",
)


# Reports from so long ago that their two years are over: for the reviewers of time limits.
STALE = 4
LONG_AGO = -760


def expected(world: World) -> int:
    return world.size.tips


def _life(world: World) -> Iterator[Tip]:
    chance, population = world.stream("tips"), world.population
    for n in range(world.size.tips):
        reporter = population.person(chance.below(world.size.people, n, 0))
        about = population.organisation(chance.below(world.size.organisations, n, 1))
        seal = "S" if chance.happens(25, n, 3) else ""
        received = day(LONG_AGO + 11 * n) if n < STALE else day(chance.below(638, n, 2))
        yield Tip(reporter, about, received.isoformat(), chance.pick(_SAID, n, 4), seal)


def rows(world: World) -> Iterator[list[object]]:
    """The reports, numbered in their order."""
    hand = world.stream("tips/hand")
    for n, row in enumerate(mingle(_life(world), world.planted.tips, expected(world), hand), start=1):
        reporter, about = row.reporter, row.about
        number = about.number if isinstance(about, Organisation) else ""
        name = as_written(reporter.given, reporter.family, hand, reporter.index)
        phone = phone_of(reporter, hand, n) if hand.happens(50, n, 1) else ""
        yield [f"T{n:07d}", row.received, f"Q{n:07d}", name, phone, number, about.name, row.text, row.seal]
