"""A bulk run's life (rule 41), and the list that it is asked for. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from brightline.model.errors import BadInput
from brightline.model.keys import query_keys
from brightline.search import model

MOST_LINES = 5_000
VERDICTS = ("confirmed", "wrong", "unsure")
COMPARED = (
    *("name", "birth_date", "nationality", "gender", "birth_place", "identifier", "phone", "email", "address"),
    *("account", "photograph", "fingerprints", "document", "employer", "statement"),
)
_BORN = re.compile(r"^\d{4}(-\d{2}){0,2}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One person of a list: a name or an identifier, and a birth date (YYYY, YYYY-MM or YYYY-MM-DD) where known."""

    q: str
    born: str | None = None


def read_list(text: str) -> list[Line]:
    """A list as people write it: one person a line, the birth date behind a semicolon. Empty lines are left out.

    Raises BadInput that names the line.
    """
    made = []
    for number, row in enumerate(text.removeprefix("\ufeff").splitlines(), 1):
        name, _, born = (part.strip() for part in row.partition(";"))
        if not name and not born:
            continue
        if born and not _BORN.match(born):
            raise BadInput("lines", f"line {number}: {born!r} is no birth date", "Write NAME; YYYY-MM-DD.")
        made.append(Line(q=name, born=born or None))
    return made


def lines_as_params(lines: Sequence[Line]) -> list[dict[str, Any]]:
    """The list as bulk_request takes it: each line with its words. The same person twice counts once."""
    distinct = list(dict.fromkeys(lines))
    if len(distinct) > MOST_LINES:
        raise BadInput("lines", f"are more than {MOST_LINES:,}", "Split it, and ask for each part.")
    made = []
    for number, line in enumerate(distinct, 1):
        if len(line.q) > model.MAX_QUERY or "\x00" in line.q:
            raise BadInput("lines", f"line {number} is too long or holds a NUL character", "Send names.")
        if line.born is not None and not _BORN.match(line.born):
            raise BadInput("lines", f"line {number}: {line.born!r} is no birth date", "Write YYYY-MM-DD.")
        query = query_keys(line.q.strip())
        if not query.named:
            raise BadInput("lines", f"line {number} holds no name and no identifier", "Remove or complete it.")
        words = model.as_params(query)
        made.append({"q": line.q.strip(), "words": words, **({"born": line.born} if line.born else {})})
    return made
