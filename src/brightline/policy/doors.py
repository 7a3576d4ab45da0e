"""The installed functions as the rulebook speaks of them, read from the same files that are installed."""

from __future__ import annotations

import functools

from brightline.line.rulebook_check import Door
from brightline.store import install


@functools.cache
def installed() -> tuple[Door, ...]:
    """Every function with its act, roles and kinds of purposes."""
    return tuple(
        Door(name=one.name, act=one.act, roles=frozenset(one.roles), purposes=frozenset(one.purposes))
        for one in install.read_rooms(install.ROOMS)
    )
