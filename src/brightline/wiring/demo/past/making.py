"""Makes the past of a new demo, once the organisation is there; then its clock is nobody's any more."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime

import psycopg

from brightline.store import clock
from brightline.store.server import Server
from brightline.wiring.demo.hiring import hiring
from brightline.wiring.demo.office import PASSWORD
from brightline.wiring.demo.past import cases, leads, offices, operations
from brightline.wiring.demo.past.days import first_day, last_day
from brightline.wiring.demo.past.hand import Hand
from brightline.wiring.demo.past.play import Past
from brightline.wiring.demo.people import Population
from brightline.wiring.demo.sizes import size_named

Say = Callable[[str, float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """Where the past is made: a demo's own database, by whoever holds its installation. `over`: what is to be started
    when it is made. `meanwhile`: what holds while it is."""

    server: Server
    size: str
    seed: int
    over: Callable[[], object] = lambda: None
    meanwhile: Callable[[], AbstractContextManager[None]] = nullcontext

    def waits(self) -> bool:
        """Whether this database's clock still stands in its past."""
        with psycopg.connect(self.server.admin_dsn(), autocommit=True) as conn:
            return clock.stands(conn)


def begins() -> datetime:
    """The moment at which a demo that is made now begins."""
    return first_day(datetime.now(UTC))


def make(making: Making, say: Say) -> int:
    """Play the past and end its clock; how many acts it took."""
    since, until = begins(), last_day(datetime.now(UTC))
    with making.meanwhile(), psycopg.connect(making.server.admin_dsn(), autocommit=True) as admin:
        with hiring(making.server) as logins:
            go = functools.partial(clock.go, admin)
            hand = Hand(gate=logins.gate, sign_in=logins.sign_in, go=go, password=PASSWORD)
            hand.now = clock.moment(admin)
            past = _all(hand, making, since, until)
            whole = (until - since).total_seconds()
            acts = past.play(
                hand,
                until=until,
                say=lambda moment: say(f"The past: {moment:%B %Y}", (moment - since).total_seconds() / whole),
            )
            hand.at(until)
            hand.close()
        clock.end(admin, "system:demo")
    making.over()
    return acts


def _all(hand: Hand, making: Making, since: datetime, until: datetime) -> Past:
    """Everything that happened, each as a life of its own."""
    past, size = Past(), size_named(making.size)
    open_now: dict[str, list[str]] = {}
    past.add(offices.confirmations(hand, since, until))
    past.add(offices.untouched(functools.partial(_end_untouched, making.server), since, until))
    past.add(*(cases.life(hand, one, making.seed, open_now) for one in cases.matters(making.seed, since, until)))
    plans = operations.plans(making.seed, since, until)
    past.add(*(operations.carried_out(hand, one, making.seed, open_now) for one in plans))
    people = Population(making.seed, size.people, size.organisations)
    for batch in leads.batches(making.seed, people, since, until):
        past.add(leads.taken_in(hand, batch, making.seed, past.add))
    return past


def _end_untouched(server: Server) -> None:
    """What the worker does each minute, by its own login: what nobody decided lapses, leads that nobody touches end."""
    with psycopg.connect(server.dsn("brightline_worker"), autocommit=True) as conn:
        conn.execute("SELECT line.lapse_restrictions() + line.lapse_leads()")
