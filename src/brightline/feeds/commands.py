"""What a steward does with feeds. Each is one act: one installed function, one entry in the ledger."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from uuid import UUID

from brightline.feeds import manifest, places, sealing
from brightline.gate import Answer, Call, Gate
from brightline.model.errors import BadInput


def add(gate: Gate, call: Call, folder: Path, roots: Sequence[Path]) -> Answer:
    """Registers a feed folder on this server, or registers it anew after a change. Its source must be known.

    `roots` are the folders under which feeds may lie; BadInput for any other, before anything of it is read. What is
    registered is the place that links lead to.
    """
    if not folder.is_absolute():
        raise BadInput("folder", "must be a whole path", "A feed folder lies on the server.")
    if not places.lies_in(folder, roots):
        raise BadInput("folder", places.OUTSIDE, places.HINT)
    folder = folder.resolve()
    read = manifest.load(folder)
    params = {"manifest": read.plain(), "folder": str(folder)}
    files = sealing.read(folder, read) if read.input.format == "crawl" else None
    params |= {"digest": manifest.digest(read, folder, files.seal if files else "")}
    params |= {"seal": files.seal, "code": files.code} if files else {}
    return gate.run(call, "feed_add", params)


def refresh(gate: Gate, call: Call, name: str, *, mode: str | None = None, input: str | None = None) -> Answer:
    """Queues a run; the worker takes it up at once. `mode` full or incremental, else the feed's own."""
    return gate.run(call, "feed_refresh", _given(name=name, mode=mode, input=input))


def replay(
    gate: Gate, call: Call, name: str, *, ids: Sequence[UUID | str] | None = None, input: str | None = None
) -> Answer:
    """Queues a run for what lies in quarantine: with `input` the fixed rows, without it the feed's own input."""
    listed = [str(id) for id in ids] if ids else None
    return gate.run(call, "feed_replay", _given(name=name, ids=listed, input=input))


def end(gate: Gate, call: Call, run: UUID | str, reason: str) -> Answer:
    """Ends a run that is queued or running: nothing of it is published."""
    return gate.run(call, "feed_end", {"run": str(run), "reason": reason})


def release(gate: Gate, call: Call, run: UUID | str, reason: str) -> Answer:
    """Lets a held run go ahead, by somebody else than who started it: a run of its own, over the same input."""
    return gate.run(call, "feed_release", {"run": str(run), "reason": reason})


def mend(gate: Gate, call: Call, name: str, wanted: Mapping[str, str | None]) -> Answer:
    """Puts a value right that lies in quarantine (`id`, `value`, `reason`, `column`): from the next run on, until the
    source says something else."""
    return gate.run(call, "feed_mend", {"name": name, **_given(**wanted)})


def mend_end(gate: Gate, call: Call, name: str, id: UUID | str, reason: str) -> Answer:
    """Lets what the source says count again."""
    return gate.run(call, "feed_mend_end", {"name": name, "id": str(id), "reason": reason})


def withdraw(gate: Gate, call: Call, run: UUID | str, reason: str) -> Answer:
    """Takes a feed's last published run back, whole."""
    return gate.run(call, "feed_withdraw", {"run": str(run), "reason": reason})


def _given(**params: object) -> dict[str, object]:
    return {name: value for name, value in params.items() if value is not None}
