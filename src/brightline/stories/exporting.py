"""The export of the ledger: an overseer's pages, written as files that prove themselves, packed into one archive."""

from __future__ import annotations

import base64
import tarfile
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from brightline.gate import Call, Gate
from brightline.ledger import export
from brightline.ledger.record import Row
from brightline.ledger.tiles import FolderTiles

_PAGE = 5000
_PIECE = 1 << 20
_WAITING = timedelta(minutes=10)


def export_archive(gate: Gate, call: Call, tiles: FolderTiles) -> Iterator[bytes]:
    """The archive's bytes. It is whole before the first byte leaves: a refusal is an answer, not a torn file."""
    packed = tempfile.TemporaryFile()  # noqa: SIM115 - closed when its last piece is sent
    try:
        with tempfile.TemporaryDirectory() as place:
            folder = Path(place) / "brightline-ledger"
            write_export(gate, call, tiles, folder)
            with tarfile.open(fileobj=packed, mode="w:gz", compresslevel=3) as archive:
                archive.add(folder, arcname=folder.name)
    except BaseException:
        packed.close()
        raise
    packed.seek(0)
    return _pieces(packed)


def write_export(gate: Gate, call: Call, tiles: FolderTiles, folder: Path) -> None:
    """The same as a folder. Each page read is an entry of its own, so the log says that the log was read."""
    first = gate.run(call, "ledger_export", {"from": 0, "limit": _PAGE}).result
    stamps = [(each["size"], base64.b64decode(each["response"])) for each in first.get("stamps") or []]
    extra = export.Extra(note=_checkpoint(first.get("history", []), first.get("quorum") or 0), stamps=stamps)
    keys = {path.stem: path.read_text().strip() for path in sorted((tiles.folder / "keys").glob("*.vkey"))}
    export.write(folder, tiles, _rows(gate, call, first), keys, first.get("history", []), extra)


def _checkpoint(history: list[dict[str, Any]], quorum: int) -> bytes | None:
    """The checkpoint to export: the newest of those that came with the first page, for one that was published since may
    be of entries that no page has; or the newest that a quorum of witnesses cosigned, unless it is much older.

    Cosignatures come a moment after the checkpoint. Whoever asks for witnesses would otherwise be given, now and
    then, the one that waits for them; and with witnesses away for long, what was logged since must be exported too.
    """
    if not history:
        return None
    newest = history[-1]
    agreed = next((item for item in reversed(history) if quorum and item["cosigned"] >= quorum), newest)
    late = datetime.fromisoformat(newest["at"]) - datetime.fromisoformat(agreed["at"]) >= _WAITING
    return str((newest if late else agreed)["note"]).encode()


def _rows(gate: Gate, call: Call, page: dict[str, Any]) -> Iterator[Row]:
    while True:
        items = page["items"]
        yield from (Row.parse(item) for item in items)
        if not page["more"] or not items:
            return
        page = gate.run(call, "ledger_export", {"from": items[-1]["index"] + 1, "limit": _PAGE}).result


def _pieces(packed: IO[bytes]) -> Iterator[bytes]:
    with packed:
        while piece := packed.read(_PIECE):
            yield piece
