"""The words in which plots are told: planted rows per source, and answers as data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from brightline.wiring.demo.rows import Appointment, Conversation, Movement, Tip, Transfer, Vehicle, WageLine


@dataclass(slots=True)
class Planted:
    """Rows that plots add, per source. Filled while the world is being made, read-only afterwards."""

    appointments: list[Appointment] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)
    conversations: list[Conversation] = field(default_factory=list)
    wage_lines: list[WageLine] = field(default_factory=list)
    vehicles: list[Vehicle] = field(default_factory=list)
    movements: list[Movement] = field(default_factory=list)
    tips: list[Tip] = field(default_factory=list)

    def take(self, other: Planted) -> None:
        self.appointments += other.appointments
        self.transfers += other.transfers
        self.conversations += other.conversations
        self.wage_lines += other.wage_lines
        self.vehicles += other.vehicles
        self.movements += other.movements
        self.tips += other.tips


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One planted answer.

    `ids` names entities by feed and key parts (an installation's key makes the id of them); `path` lists labels of
    `ids` at its ends; `regimes` are those under which it can be found, under the `hidden` ones it can't.
    """

    key: str
    case: str
    question: str
    how: str
    regimes: tuple[str, ...]
    hidden: tuple[str, ...]
    ids: dict[str, dict[str, Any]]
    query: str = ""
    path: tuple[str, str] | None = None
    expect: dict[str, Any] = field(default_factory=dict)


def entity(feed: str, schema: str, caption: str, find: str, *keys: str) -> dict[str, Any]:
    """Reference to an entity of a feed, as answers.json holds it: by its key parts, and by words that find it."""
    return {"feed": feed, "source": feed, "schema": schema, "caption": caption, "find": find, "keys": list(keys)}
