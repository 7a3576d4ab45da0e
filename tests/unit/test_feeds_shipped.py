"""No shipped feed makes one of many people: by real data where they are, and by made rows whose keys say nothing."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pytest
from tests.feeding import KEY

from brightline.box.starting import Box
from brightline.feeds import check
from brightline.feeds.aspects import Assembler
from brightline.feeds.batches import Batch, Table
from brightline.feeds.files import Places
from brightline.feeds.manifest import TABULAR, Manifest, load
from brightline.feeds.mapper import bundles_of, cells_of
from brightline.feeds.mapping import BundleMapper, Ready, RowMapper
from brightline.feeds.spool import Spool, chunks_of
from brightline.feeds.validate import Validator

FEEDS = sorted(path.parent for path in (Path(__file__).parents[2] / "feeds").glob("*/feed.yml"))
TABLES = [folder for folder in FEEDS if load(folder).input.format in TABULAR]
KINDS = {"Person", "LegalEntity", "Organization", "Company", "PublicBody", "Vessel"}


def mapped(manifest: Manifest, batches: Iterable[Batch], scratch: Path) -> list[str]:
    """The aspects that these batches make."""
    out = Assembler("0" * 32)
    rows = RowMapper(manifest, KEY, out, lambda fault: None)
    bundles = BundleMapper(manifest, KEY, out, lambda fault: None)
    with Spool(scratch / "rows") as spool:
        checked = Validator(manifest, "", "incremental", spool, lambda keys, hashes, op: None)
        checked.take(batches)
        for chunk in chunks_of(spooled := spool.close(), spooled.offsets):
            ready = [
                Ready(row, key, f"{at:032x}", 1, "", "{}", 1)
                for at, (row, key) in enumerate(zip(chunk.numbers, chunk.keys, strict=True))
            ]
            if chunk.kind == "bundles":
                bundles.map(ready, bundles_of(chunk))
            else:
                rows.map(chunk.header, ready, cells_of(chunk))
    return out.take().aspects


def crowded(aspects: list[str], names: int) -> dict[str, set[str]]:
    """Entities that look like many, as the database would find them: too many names, or births that contradict."""
    captions: dict[str, set[str]] = defaultdict(set)
    births: dict[str, set[frozenset[int]]] = defaultdict(set)
    for line in aspects:
        cells = line.split("\t")
        if cells[5] in KINDS and cells[6]:
            captions[cells[3]].add(cells[6].lower())
        said = json.loads(cells[7].replace("\\\\", "\\")).get("birthDate")
        if said:
            births[cells[3]].add(frozenset(int(value[:4]) for value in said))
    many = {entity: found for entity, found in captions.items() if len(found) > names}
    for entity, sets in births.items():
        apart = [1 for one in sets for two in sets if not any(abs(a - b) <= 1 for a in one for b in two)]
        if apart:
            many[entity] = {str(sorted(one)) for one in sets}
    return many


@pytest.mark.data
@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("folder", FEEDS, ids=lambda path: path.name)
def test_real_rows_of_a_shipped_feed_make_nobody_of_many(folder: Path, data: Path, tmp_path: Path) -> None:
    manifest = load(folder)
    places = Places(folder=folder, data=data)
    paths = [path for pattern in manifest.input.path for path in places.find(pattern)]
    aspects = mapped(manifest, check._batches(manifest, folder, paths, Box()), tmp_path)
    assert len(aspects) > 10
    assert crowded(aspects, manifest.expect.names) == {}


@pytest.mark.parametrize(
    "folder", [one for one in FEEDS if load(one).input.format in TABULAR], ids=lambda path: path.name
)
@pytest.mark.parametrize("nothing", ["", "N/A", "-", "UNKNOWN", "NULL"])
def test_rows_whose_keys_say_nothing_make_nobody_of_many(folder: Path, nothing: str, tmp_path: Path) -> None:
    manifest = load(folder)
    columns = tuple(manifest.refs())
    for name, rule in manifest.mapping.items():
        of_name = rule.properties["name"].refs() if "name" in rule.properties else ()
        keys = set(rule.key_columns()) - set(manifest.input.keys) - set(of_name)
        when = {column: words[0] for column, words in rule.when.items()}
        rows = [
            [when.get(column) or (nothing if column in keys else f"{column} {n}") for column in columns]
            for n in range(30)
        ]
        table = Table(header=columns, numbers=range(2, 32), rows=rows)
        assert crowded(mapped(manifest, [table], tmp_path), manifest.expect.names) == {}, name
