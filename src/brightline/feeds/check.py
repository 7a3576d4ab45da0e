"""`brightline feed check FOLDER`: reads and maps a sample without a database, and says what would go wrong."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from brightline.box.starting import Box
from brightline.feeds import crawling, readers, sealing
from brightline.feeds.aspects import Assembler
from brightline.feeds.batches import Batch, End, Kept, Table
from brightline.feeds.files import Places
from brightline.feeds.manifest import TABULAR, Manifest, digest, load
from brightline.feeds.mapper import bundles_of, cells_of
from brightline.feeds.mapping import BundleMapper, Ready, RowMapper
from brightline.feeds.quarantine import Fault, Faults
from brightline.feeds.spool import Spool, chunks_of
from brightline.feeds.validate import Validator
from brightline.model.errors import BrightlineError

_KEY = b"\x00" * 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What a sample of the feed's input makes, and what was wrong with it."""

    ok: bool
    feed: str
    rows: int = 0
    entities: int = 0
    links: int = 0
    schemata: dict[str, int] = field(default_factory=dict)
    rejected_rows: int = 0
    rejected_values: int = 0
    problems: tuple[str, ...] = ()


def check_folder(folder: Path, limit: int = 1_000, box: Box | None = None) -> Report:
    """Reads up to `limit` rows. A manifest that can't be used raises BadInput; anything later is in `problems`."""
    manifest = load(folder)
    named = os.environ.get("BRIGHTLINE_TEST_DATA")
    places = Places(folder=folder, data=Path(named) if named else None)
    try:
        return _checked(manifest, folder, places, limit, box or Box())
    except BrightlineError as error:
        return Report(ok=False, feed=manifest.feed, problems=(str(error),))


def _checked(manifest: Manifest, folder: Path, places: Places, limit: int, box: Box) -> Report:
    patterns = manifest.input.path or ["sample/*"]
    paths = [path for pattern in patterns for path in places.find(pattern)]
    faults: list[Fault] = []
    with tempfile.TemporaryDirectory(prefix="brightline-check-") as scratch, Spool(Path(scratch) / "rows") as spool:
        checked = Validator(manifest, digest(manifest, folder), "incremental", spool, lambda keys, hashes, op: None)
        checked.take(_cut(_batches(manifest, folder, paths, box), limit))
        faults.extend(checked.faults.take())
        assembler = Assembler("0" * 32)
        seen = Faults()
        rows = RowMapper(manifest, _KEY, assembler, seen.add)
        bundles = BundleMapper(manifest, _KEY, assembler, seen.add)
        for chunk in chunks_of(spooled := spool.close(), spooled.offsets):
            ready = [
                Ready(row=number, key=key, id="0" * 32, version=1, hash="", payload="{}", marking=1)
                for number, key in zip(chunk.numbers, chunk.keys, strict=True)
            ]
            if chunk.kind == "bundles":
                bundles.map(ready, bundles_of(chunk))
            else:
                rows.map(chunk.header, ready, cells_of(chunk))
        faults.extend(seen.take())
    lines = assembler.take()
    never = _never(manifest, checked)
    return Report(
        ok=bool(checked.rows) and not [fault for fault in faults if fault.state == "open"],
        feed=manifest.feed,
        rows=checked.rows,
        entities=len(lines.aspects),
        links=len(lines.links),
        schemata=dict(Counter(line.split("\t")[5] for line in lines.aspects).most_common()),
        rejected_rows=checked.faults.rows,
        rejected_values=checked.faults.values + seen.values,
        problems=(*_sums(faults), *never, *(_words(fault) for fault in islice(faults, 50))),
    )


def _sums(faults: list[Fault]) -> Iterator[str]:
    """A line for each cause that came often: column, reason, and how often."""
    counts = Counter((fault.column, fault.reason) for fault in faults)
    for (column, reason), count in counts.most_common():
        if count > 1:
            yield f"{f'column {column}: ' if column else ''}{reason}: {count} times"


def _never(manifest: Manifest, checked: Validator) -> list[str]:
    """Columns in which no row of the sample says anything, and a sample without a row."""
    if not checked.rows:
        return ["The input holds no row."]
    filled = checked.profile()["filled"] if manifest.input.format in TABULAR else {}
    empty = [column for column, (said, _) in filled.items() if not said]
    return [f"column {column}: none of the {checked.rows:,} rows looked at says anything." for column in empty]


def _batches(manifest: Manifest, folder: Path, paths: list[Path], box: Box) -> Iterator[Batch]:
    if manifest.input.format == "crawl":
        files = sealing.read(folder, manifest)
        return crawling.Crawling(manifest=manifest, files=files, key=_KEY, box=box).batches(paths)
    return readers.read(manifest, paths, _KEY)


def _cut(batches: Iterable[Batch], limit: int) -> Iterator[Batch]:
    left = limit
    for batch in batches:
        if isinstance(batch, (Fault, End, Kept)):
            yield batch
            continue
        if isinstance(batch, Table):
            yield Table(header=batch.header, numbers=batch.numbers[:left], rows=batch.rows[:left])
            left -= len(batch.rows)
        else:
            yield batch[:left]
            left -= len(batch)
        if left <= 0:
            return


def _words(fault: Fault) -> str:
    where = ", ".join(
        part
        for part in (f"row {fault.row}" if fault.row else "", f"column {fault.column}" if fault.column else "")
        if part
    )
    value = f" ({fault.value[:80]!r})" if fault.value else ""
    return f"{where}: {fault.reason}: {fault.detail}{value}" if where else f"{fault.reason}: {fault.detail}{value}"
