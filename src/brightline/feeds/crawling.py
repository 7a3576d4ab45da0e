"""Feeds whose files no reader knows bring one function: `crawl(context)` in the folder's crawl.py.

It yields plain dicts (rows, mapped by feed.yml like those of a CSV) or bundles made with `context.record`. It runs in
a box (`crawled.py`), on copies of exactly those bytes whose hash is compared with what was added; ids are made here.
"""

from __future__ import annotations

import hmac
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from brightline.box.closing import Bounds
from brightline.box.starting import WHOLE, Box, Stopped
from brightline.feeds import crawled
from brightline.feeds.batches import BATCH, Batch, Bundle, Draft
from brightline.feeds.crawled import FOLDER, GIVEN
from brightline.feeds.files import refuse
from brightline.feeds.json_reader import Columns, columns_of, tabulate
from brightline.feeds.manifest import Manifest
from brightline.feeds.quarantine import Fault
from brightline.feeds.sealing import Files
from brightline.model.ids import entity_id

BOUNDS = Bounds(seconds=6 * 3600, wall=12 * 3600, idle=900, memory=4 << 30, output=256 << 30, line=64 << 20)
_STOPPED = {
    "slow": f"it took more than {BOUNDS.seconds // 3600} hours, or was silent for {BOUNDS.idle // 60} minutes",
    "memory": f"it took more than {BOUNDS.memory >> 30} GB of memory",
    "full": f"a record is larger than {BOUNDS.line >> 20} MB, or all of them than {BOUNDS.output >> 30} GB",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawling:
    """One crawl: the feed, its files as they were added, the key that makes ids, and how boxes are started here."""

    manifest: Manifest
    files: Files
    key: bytes
    box: Box = WHOLE
    bounds: Bounds = BOUNDS

    def batches(self, paths: Sequence[Path]) -> Iterator[Batch]:
        """Batches of what the crawl function yields. An error inside it fails the run with its words."""
        mark = "id" + hmac.digest(self.key, f"crawl {self.manifest.source.name}".encode(), "sha256").hex()[:32]
        with tempfile.TemporaryDirectory(prefix="brightline-crawl-") as made:
            folder = Path(made)
            self.files.write(folder / FOLDER)
            given = [_copied(path, folder) for path in paths]
            order = {"manifest": self.manifest.plain(), "paths": given, "mark": f"{mark}x"}
            lines = self.box.run(
                crawled.__name__,
                {"name": self.manifest.feed},
                given=json.dumps(order).encode(),
                folder=folder,
                bounds=self.bounds,
                mend=_ids(self.key, self.manifest.source.name, mark),
            )
            with closing(lines):
                yield from _batched(self._items(lines), columns_of(self.manifest))

    def _items(self, lines: Iterator[dict[str, Any]]) -> Iterator[Fault | Bundle | tuple[int, Mapping[str, Any]]]:
        name = self.manifest.feed
        try:
            for line in lines:
                yield _item(line)
        except Stopped as stop:
            why = _STOPPED.get(stop.how, "its process died")
            raise refuse("crawl", f"{name}/crawl.py was stopped: {why}.", crawled.HINT) from None
        except (KeyError, TypeError, ValueError, AttributeError):
            raise refuse("crawl", f"{name}/crawl.py yields something that is no record.", crawled.HINT) from None


def _copied(path: Path, folder: Path) -> str:
    """The box's copy of an input file, under the same path in its own folder: no links, no later changes."""
    copy = Path(GIVEN, *path.absolute().parts[1:])
    (folder / copy).parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(path, folder / copy)
    return str(copy)


def _ids(key: bytes, source: str, mark: str) -> Callable[[bytes], bytes]:
    """Puts ids in the place of tokens."""

    @lru_cache(maxsize=100_000)
    def made(packed: bytes) -> bytes:
        parts = json.loads(bytes.fromhex(packed.decode()))
        return entity_id(key, source, *(str(part) for part in parts)).hex.encode()

    token = re.compile(mark.encode() + rb"x([0-9a-f]+)x")
    return lambda line: token.sub(lambda found: made(found[1]), line)


def _item(line: Mapping[str, Any]) -> Fault | Bundle | tuple[int, Mapping[str, Any]]:
    """What one line says; it comes from the site's code, so that its form is looked at."""
    if "refused" in line:
        code, detail, hint = map(str, line["refused"])
        raise refuse(code, detail, hint)
    if "fault" in line:
        return Fault(**line["fault"])
    if "row" in line:
        return int(line["number"]), dict(line["row"])
    held = line["record"]
    return Bundle(
        row=int(held["row"]),
        key=str(held["key"]),
        payload=dict(held["payload"]),
        entities=tuple(_draft(*entity) for entity in line["entities"]),
        category=None if held["category"] is None else str(held["category"]),
        caveats=tuple(map(str, held["caveats"])),
        deleted=held["deleted"] is True,
    )


def _draft(schema: object, id: object, properties: Mapping[str, Sequence[object]]) -> Draft:
    return Draft(
        schema=str(schema), id=str(id), properties={name: list(map(str, values)) for name, values in properties.items()}
    )


def _batched(items: Iterator[Fault | Bundle | tuple[int, Mapping[str, Any]]], columns: Columns) -> Iterator[Batch]:
    """Faults at once, records and rows in batches."""
    bundles: list[Bundle] = []
    rows: list[tuple[int, Mapping[str, Any]]] = []
    for item in items:
        if isinstance(item, Fault):
            yield item
        elif isinstance(item, Bundle):
            bundles.append(item)
        else:
            rows.append(item)
        if len(bundles) == BATCH:
            yield bundles
            bundles = []
        if len(rows) == BATCH:
            yield from tabulate(rows, columns)
            rows = []
    if bundles:
        yield bundles
    yield from tabulate(rows, columns)
