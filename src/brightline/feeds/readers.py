"""From files to batches of rows or of entities. Readers judge form only: what they can't read they say, with its row.

A table's batch keeps cells as they came. A bundle is one record that holds entities already: a FollowTheMoney
entity, or what a feed's own `crawl(context)` yields.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

from brightline.feeds.batches import BATCH, Batch, Bundle, Draft
from brightline.feeds.csv_reader import read_csv
from brightline.feeds.files import open_text, refuse
from brightline.feeds.json_reader import read_json, read_json_lines
from brightline.feeds.manifest import Manifest
from brightline.feeds.quarantine import Fault
from brightline.model.ids import entity_id


def read_ftm(path: Path, key: bytes, source: str) -> Iterator[Batch]:
    """FollowTheMoney entities, one a line, also in delta files ({"op": "ADD|MOD|DEL", "entity": {…}}).

    Ids are namespaced by the source; the original stays in the payload. A file that ends inside a line was
    cut on its way: it is refused, since the entities after the cut would look deleted.
    """
    batch: list[Bundle] = []
    lines = 0
    with open_text(path, None) as text:
        try:
            for lines, line in enumerate(text, 1):
                if not line.strip():
                    continue
                found = _ftm_line(lines, line, key, source, path)
                if isinstance(found, Fault):
                    yield found
                    continue
                batch.append(found)
                if len(batch) == BATCH:
                    yield batch
                    batch = []
        except EOFError as error:
            raise refuse("cut", f"{path.name} can't be read to its end: {error}.") from None
    if not lines:
        raise refuse("empty", f"{path.name} is empty.")
    if batch:
        yield batch


def _ftm_line(number: int, line: str, key: bytes, source: str, path: Path) -> Bundle | Fault:
    try:
        raw = json.loads(line)
    except json.JSONDecodeError as error:
        if not line.endswith("\n"):
            raise refuse("cut", f"{path.name} is cut in line {number}: {error.msg}.", "Fetch it again.") from None
        return _no_entity(number, "json", f"The line isn't JSON: {error.msg} at column {error.colno}.", line)
    deleted = False
    if isinstance(raw, dict) and "op" in raw and "entity" in raw:
        deleted, raw = raw["op"] == "DEL", raw["entity"]
    if not isinstance(raw, dict) or not isinstance(raw.get("id"), str) or not raw["id"]:
        return _no_entity(number, "key", "The entity has no id.", line)
    properties = raw.get("properties", {})
    if not isinstance(properties, dict) or not (deleted or isinstance(raw.get("schema"), str)):
        return _no_entity(number, "json", "The line is no FollowTheMoney entity.", line)
    draft = Draft(schema=raw.get("schema", ""), id=entity_id(key, source, raw["id"]).hex)
    for prop, values in properties.items():
        draft.add(prop, values)
    return Bundle(row=number, key=raw["id"], payload=raw, entities=(draft,), deleted=deleted)


def _no_entity(number: int, reason: str, detail: str, line: str) -> Fault:
    return Fault(row=number, key=None, column=None, reason=reason, detail=detail, value=line[:1_000])


def read(manifest: Manifest, paths: Sequence[Path], key: bytes) -> Iterator[Batch]:
    """All batches of a feed's files by its own reader (crawl: see crawling.py)."""
    rules, wanted = manifest.input, manifest.refs()
    if rules.deletions:
        wanted[rules.deletions.column] = "input.deletions.column"
    for path in paths:
        if rules.format == "csv":
            yield from read_csv(path, rules, wanted)
        elif rules.format == "json":
            yield from read_json(path, manifest)
        elif rules.format == "jsonl":
            yield from read_json_lines(path, manifest)
        else:
            yield from read_ftm(path, key, manifest.source.name)
