"""Judgements as pure values: what joins, what holds apart, and how alike two entities look, part by part."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from rapidfuzz import fuzz, utils

Verdict = Literal["same", "different", "unsure"]
VERDICTS: tuple[Verdict, ...] = ("same", "different", "unsure")

# How much each part weighs. Names that agree say little where many share them; an identifier says much.
WEIGHTS: Mapping[str, float] = {"name": 3, "identifier": 4, "date": 2, "country": 1, "address": 1.5}
_IDENTIFIERS = frozenset(
    {"idNumber", "passportNumber", "registrationNumber", "taxNumber", "imoNumber", "iban", "accountNumber", "phone",
     "email", "vatCode", "leiCode", "innCode", "ogrnCode", "mmsi", "callSign"}
)  # fmt: skip
_NAMES = frozenset({"name", "alias", "weakAlias", "previousName", "firstName", "lastName"})
_DATES = frozenset({"birthDate", "incorporationDate", "buildDate"})
_COUNTRIES = frozenset({"country", "nationality", "jurisdiction", "citizenship", "birthCountry", "flag"})
_ADDRESSES = frozenset({"address", "full"})
_PARTS: Mapping[str, frozenset[str]] = {
    "name": _NAMES,
    "identifier": _IDENTIFIERS,
    "date": _DATES,
    "country": _COUNTRIES,
    "address": _ADDRESSES,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Judged:
    """One judgement, in the order in which they were made: later ones count over earlier ones on the same pair."""

    left: str
    right: str
    verdict: Verdict


@dataclass(frozen=True, kw_only=True, slots=True)
class Part:
    """One contribution to a score: what was compared, the values that agree best, how alike (0 to 1), its weight."""

    part: str
    left: str
    right: str
    alike: float
    weight: float


def clusters(judgements: Iterable[Judged]) -> dict[str, str]:
    """entity → the smallest id that positive judgements in force join it with (union-find; unjudged ids are absent)."""
    newest: dict[frozenset[str], Verdict] = {}
    for judged in judgements:
        newest[frozenset((judged.left, judged.right))] = judged.verdict
    parent: dict[str, str] = {}

    def root(x: str) -> str:
        parent.setdefault(x, x)
        while parent[x] != x:
            parent[x] = parent[parent[x]]
            x = parent[x]
        return x

    for pair, verdict in newest.items():
        one, other = sorted(pair)
        a, b = root(one), root(other)
        if verdict == "same":
            parent[max(a, b)] = min(a, b)
    return {x: root(x) for x in parent}


def values(aspects: Sequence[Mapping[str, Any]], names: frozenset[str]) -> list[str]:
    """All values of these properties over an entity's visible aspects, each once, in order."""
    found = [v for a in aspects for name, vs in a["properties"].items() if name in names for v in vs]
    return list(dict.fromkeys(found))


def _alike(part: str, left: str, right: str) -> float:
    if part == "name":
        return fuzz.token_sort_ratio(left, right, processor=utils.default_process) / 100
    if part == "address":
        return fuzz.token_set_ratio(left, right, processor=utils.default_process) / 100
    if part == "date":
        short = min(len(left), len(right), 10)
        return float(left[:short] == right[:short])
    return float(left.casefold() == right.casefold())


def compare(left: Sequence[Mapping[str, Any]], right: Sequence[Mapping[str, Any]]) -> list[Part]:
    """The parts in which both say something, each with its best pair of values. No part is a decision."""
    parts = []
    for part, names in _PARTS.items():
        ours, theirs = values(left, names)[:30], values(right, names)[:30]
        if ours and theirs:
            best = max(((_alike(part, a, b), a, b) for a in ours for b in theirs), key=lambda x: x[0])
            parts.append(Part(part=part, left=best[1], right=best[2], alike=round(best[0], 3), weight=WEIGHTS[part]))
    return parts


def score(parts: Sequence[Part]) -> float:
    """The weighted mean of the parts, 0 to 1; 0 when nothing can be compared."""
    weight = sum(p.weight for p in parts)
    return round(sum(p.alike * p.weight for p in parts) / weight, 3) if weight else 0.0


def as_rows(parts: Sequence[Part]) -> list[dict[str, Any]]:
    """Parts as plain rows, for the answer and for the judgement that keeps them."""
    return [asdict(p) for p in parts]
