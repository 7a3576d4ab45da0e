"""What the warehouse is made of, pure: visibility classes, the states of an export and of a schedule."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

MOST_CLASSES = 20
"""Partitions of one table. With 2,000 a group-by took 18 times as long."""

_OTHERS = "guarded"
_PLAIN = re.compile(r"[^a-z0-9-]+")


def visibility_class(regime: str, caveats: Iterable[str], known: Collection[str]) -> str:
    """The partition of a row: its regime and caveats. A table that has twenty puts further caveats together.

    The name goes into a path, so it holds plain letters only. Whoever reads a partition still compares each row's
    marking: the class only keeps files shut that hold nothing for the reader.
    """
    words = sorted({_PLAIN.sub("-", caveat.lower()) for caveat in caveats})
    wanted = ".".join([regime, *words])
    # One place in each regime is kept free for what no longer fits.
    if wanted in known or len(known) < MOST_CLASSES - 4:
        return wanted
    return f"{regime}.{_OTHERS}" if words else regime


def classes_of(markings: Iterable[Mapping[str, object]], known: Collection[str]) -> list[str]:
    """The partitions that may hold rows of these markings ({origins: [{regime}], caveats}): all others stay shut."""
    opened: set[str] = set()
    for marking in markings:
        origins = marking["origins"]
        assert isinstance(origins, list)
        caveats = marking["caveats"]
        assert isinstance(caveats, list)
        for origin in origins:
            wanted = visibility_class(str(origin["regime"]), caveats, ())
            opened |= {wanted, f"{origin['regime']}.{_OTHERS}"} & set(known)
    return sorted(opened)
