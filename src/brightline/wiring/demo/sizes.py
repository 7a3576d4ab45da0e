"""How big a demo world is. One set of proportions, multiplied: benchmarks run the very code of the demo."""

from __future__ import annotations

from dataclasses import dataclass

from brightline.model.errors import BadInput


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """Counts of what is made at random; the planted investigations come on top."""

    name: str
    people: int
    organisations: int
    payments: int
    calls: int
    wage_lines: int
    vessels: int
    vehicles: int
    trips: int
    tips: int


def _times(name: str, factor: float) -> Size:
    return Size(
        name=name,
        people=int(5_000 * factor),
        organisations=int(800 * factor),
        payments=int(8_000 * factor),
        calls=int(10_000 * factor),
        wage_lines=int(3_000 * factor),
        vessels=max(4, int(90 * factor)),
        vehicles=int(1_100 * factor),
        trips=int(1_800 * factor),
        tips=max(6, int(160 * factor)),
    )


# medium is about 100 thousand, large about 2 million entities, links between them not counted
SIZES = {
    "tiny": _times("tiny", 0.03),
    "small": _times("small", 1),
    "medium": _times("medium", 5),
    "large": _times("large", 100),
}


def size_named(name: str) -> Size:
    """The size of that name, or BadInput that lists the names."""
    if name not in SIZES:
        raise BadInput("size", f"no demo size is called {name!r}", "Use one of " + ", ".join(SIZES) + ".")
    return SIZES[name]
