"""What one look at the slot brings: the pure half of the sequencer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from brightline.ledger.entry import Entry, doubled, from_wal, own
from brightline.ledger.tree import Frontier
from brightline.ledger.wal import Emitted, emitted, last_position, lsn_text

# Acts that run at once write their entries a little out of order; a clock that was set back shows by more.
CLOCK_BACK = timedelta(seconds=60)


@dataclass(slots=True, kw_only=True)
class State:
    """The sequencer's row, held under its lock."""

    frontier: Frontier
    confirmed: int
    promised: int | None
    cluster: str | None
    here: str
    slot: int
    newest: datetime | None = None
    timeline: int | None = None
    now_on: int | None = None


@dataclass(slots=True, kw_only=True)
class Turn:
    """What one batch brings into the table."""

    entries: list[Entry] = field(default_factory=list)
    confirmed: int = 0
    end: int = 0
    rows: int = 0
    more: bool = False
    newest: datetime | None = None


def turn(state: State, rows: Sequence[bytes], *, looked: int, full: bool) -> Turn:
    """What the rows of one peek bring. Pure: the same state and rows give the same turn.

    Rows at or before `confirmed` are in the table already (the slot gives them again after a crash between
    commit and advance). When the peek was cut off (`full`), only what was given may be confirmed.
    """
    last = last_position(rows)
    moved_house = state.cluster not in (None, state.here)
    known = 0 if moved_house else state.confirmed
    made = Turn(
        confirmed=max(known, last),
        end=max(state.slot, last if full else max(looked, last)),
        more=full,
        rows=len(rows),
        newest=state.newest,
    )
    if moved_house:
        made.entries.append(own("gap", state.slot, {"why": "the log goes on in another database cluster"}))
    elif state.promised is not None and state.slot > state.promised:
        why = {"why": "the slot was made anew or moved on", "from": lsn_text(state.promised)}
        made.entries.append(own("gap", state.slot, why | {"to": lsn_text(state.slot)}))
    elif state.timeline is not None and state.timeline != state.now_on:
        # What the former server had flushed and not sent before it died is on no disk that is read again.
        why = {"why": "another server took over, or a backup was restored: entries may be lost"}
        made.entries.append(own("gap", state.slot, why | {"timeline": f"{state.timeline} to {state.now_on}"}))
    for found in emitted(rows):
        if found.position > known:
            _add(made, found)
    return made


def _add(made: Turn, found: Emitted) -> None:
    """The entry, and before it, once for each time that the clock went back, an entry that says so.

    The order stays that of the write-ahead log, whatever the clock says. What waited for its transaction isn't
    judged: its time is that of the act's beginning.
    """
    entry = from_wal(found)
    if not found.waited and entry.act != "malformed" and entry.at.year > 1970:
        if made.newest and entry.at < made.newest - CLOCK_BACK:
            times = {"from": _stamp(made.newest), "to": _stamp(entry.at)}
            made.entries.append(own("clock", found.position, times | {"why": "the clock went back"}))
            made.newest = entry.at
        else:
            made.newest = max(made.newest or entry.at, entry.at)
    made.entries.append(entry)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def distinct(entries: Sequence[Entry], known: set[UUID]) -> list[Entry]:
    """The entries, with one whose id is taken already kept under another id."""
    made = []
    for entry in entries:
        taken = entry.message.entry in known
        known.add(entry.message.entry)
        made.append(doubled(entry) if taken else entry)
    return made
