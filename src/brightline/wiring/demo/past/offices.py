"""What goes on beside the work: each quarter somebody else confirms every role, each week what nobody touches ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from brightline.wiring.demo.office import ACCOUNTS, ADMIN
from brightline.wiring.demo.past.days import later
from brightline.wiring.demo.past.hand import Hand
from brightline.wiring.demo.past.play import Life

EVERY_DAYS = 77
_WITHIN_DAYS = 40
_LOOKED_DAYS = 7


def confirmations(hand: Hand, since: datetime, until: datetime) -> Life:
    """Supervisors confirm the roles of their units, the administrator those of the supervisors and the rest."""
    now = later(since, days=EVERY_DAYS, hours=1, weekday=0)
    administrators = [ADMIN.name, *(one.name for one in ACCOUNTS if one.role == "admin")]
    supervisors = [one.name for one in ACCOUNTS if one.role == "supervisor"]
    while now < until:
        yield now
        for who in (*administrators, *supervisors):
            for role in hand.do(who, "role_due", days=_WITHIN_DAYS)["roles"]:
                if not role["lapsed"] and role["account"] != who:
                    named = {key: role[key] for key in ("account", "unit", "role")}
                    hand.do(who, "role_confirm", read=role, **named)
        now = later(now, days=EVERY_DAYS, weekday=0)


def untouched(look: Callable[[], object], since: datetime, until: datetime) -> Life:
    """The worker looks at what nobody decided: leads that lay too long end then, not all at once on the last day."""
    now = since
    while now < until:
        yield now
        look()
        now = later(now, days=_LOOKED_DAYS)
