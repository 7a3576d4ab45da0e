"""Options that take several values at once: `--items A B C` becomes `--items A --items B --items C`.

The contract of the command line writes them so; the parser knows one value per option only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

SEVERAL: Mapping[tuple[str, str], frozenset[str]] = {
    ("crossing", "request"): frozenset({"--items", "--fields"}),
    ("case", "open"): frozenset({"--document"}),
    ("disclose", "prepare"): frozenset({"--items"}),
    ("workspace", "new"): frozenset({"--items"}),
}


def spread(words: Sequence[str]) -> list[str]:
    """The same command line with one value per option."""
    several = SEVERAL.get((words[0], words[1])) if len(words) > 1 else None
    if not several:
        return list(words)
    spread_out: list[str] = []
    current: str | None = None
    fresh = False
    for word in words:
        if word in several:
            current, fresh = word, True
            continue
        if current is None or (word.startswith("-") and not fresh):
            current = None
            spread_out.append(word)
            continue
        spread_out += [current, word]
        fresh = False
    return spread_out + ([current] if fresh and current else [])
