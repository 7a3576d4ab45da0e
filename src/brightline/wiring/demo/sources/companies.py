"""Company register: one line per appointment or shareholding, as registers publish it. CSV."""

from __future__ import annotations

from collections.abc import Iterator

from brightline.wiring.demo.keys import officer_number
from brightline.wiring.demo.people import phone_of
from brightline.wiring.demo.rows import Appointment, mingle
from brightline.wiring.demo.world import World
from brightline.wiring.demo.writing import SCRIPTS, in_script

NAME = "companies"
FILE = "appointments.csv"
COLUMNS = (
    "line",
    "company_no",
    "company_name",
    "former_name",
    "sector",
    "founded",
    "street",
    "town",
    "postcode",
    "latitude",
    "longitude",
    "phone",
    "email",
    "officer_no",
    "officer_name",
    "officer_name_local",
    "officer_birth",
    "officer_phone",
    "holder_no",
    "holder_name",
    "role",
    "share",
    "since",
)


def expected(world: World) -> int:
    return world.size.organisations * 5 // 2


def _life(world: World) -> Iterator[Appointment]:
    """One to four lines per organisation; who holds which office is drawn without regard to anything else."""
    roles, population = world.stream("offices"), world.population
    for i in range(world.size.organisations):
        organisation = population.organisation(i)
        seat = population.place_of(organisation.seat)
        phone = phone_of(organisation, roles, i)
        for n in range(1 + roles.below(4, i, 0)):
            year, month = 2008 + roles.below(17, i, 10 + n), 1 + roles.below(12, i, 20 + n)
            since = f"{year}-{month:02d}-{1 + roles.below(28, i, 30 + n):02d}"
            if n == 3 and i > 0:
                holder = population.organisation(roles.below(i, i, 1))
                share = 10 + 5 * roles.below(19, i, 2)
                yield Appointment(organisation, seat, phone, None, "", holder, "shareholder", share, since)
                continue
            officer = population.person(roles.below(world.size.people, i, 40 + n))
            own = phone_of(officer, roles, officer.index) if roles.happens(45, i, 50 + n) else ""
            yield Appointment(
                organisation, seat, phone, officer, own, None, ("director", "secretary", "owner")[n % 3], 0, since
            )


def rows(world: World) -> Iterator[list[object]]:
    """The register's lines, numbered in their order."""
    hand = world.stream("companies/hand")
    life = mingle(_life(world), world.planted.appointments, expected(world), hand)
    for line, row in enumerate(life, start=1):
        yield _written(world, row, line)


def _written(world: World, row: Appointment, line: int) -> list[object]:
    hand = world.stream("companies/hand")
    firm, seat, officer, holder = row.organisation, row.seat, row.officer, row.holder
    former = world.population.organisation(firm.index + 7).name if hand.happens(9, firm.index, 1) else ""
    local = ""
    if officer is not None and hand.happens(35, officer.index, 2):
        script = hand.pick(SCRIPTS, officer.index, 3)
        local = " ".join(in_script(part, script) for part in officer.name.split(" "))
    return [
        f"R{line:07d}",
        firm.number,
        firm.name,
        former,
        firm.sector,
        firm.founded,
        seat.street,
        seat.town.name,
        seat.town.postcode,
        seat.latitude,
        seat.longitude,
        row.phone,
        firm.email,
        officer_number(officer) if officer else "",
        officer.name if officer else "",
        local,
        officer.birth if officer else "",
        row.officer_phone,
        holder.number if holder else "",
        holder.name if holder else "",
        row.role,
        row.share or "",
        row.since,
    ]
