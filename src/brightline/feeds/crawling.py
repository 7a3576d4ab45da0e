"""Feeds whose files no reader knows bring one function: `crawl(context)` in the folder's crawl.py.

It yields plain dicts (rows, mapped by feed.yml like those of a CSV) or bundles made with `context.record`.
The code is the site's own, as it was when the feed was added: a changed file is refused until it is added again.
"""

from __future__ import annotations

import csv
import importlib.util
import io
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from lxml import etree

from brightline.feeds.manifest import Manifest
from brightline.feeds.quarantine import Fault
from brightline.feeds.readers import BATCH, Batch, Bundle, Draft, load_json, open_bytes, open_text, refuse, tabulate
from brightline.model.ids import entity_id


@dataclass(slots=True, kw_only=True)
class Context:
    """What a crawl function is given: its files, ids, records, and a place for what it can't read."""

    manifest: Manifest
    paths: list[Path]
    key: bytes
    faults: list[Fault] = field(default_factory=list)
    _row: int = 0

    def path(self, ending: str) -> Path:
        """The one input file whose path ends so."""
        found = [path for path in self.paths if str(path).endswith(ending)]
        if len(found) != 1:
            raise refuse("input", f"There are {len(found)} input files that end in {ending}; one is needed.")
        return found[0]

    def csv(self, path: Path, *, encoding: str | None = None, delimiter: str = ",") -> Iterator[dict[str, str]]:
        """Rows of a CSV file as dicts."""
        with open_text(path, encoding) as text:
            yield from csv.DictReader(text, delimiter=delimiter, skipinitialspace=True)

    def zipped_csv(self, path: Path, member: str) -> Iterator[dict[str, str]]:
        """Rows of a CSV file inside a zip."""
        with zipfile.ZipFile(path) as packed:
            names = [name for name in packed.namelist() if name.endswith(member)]
            if len(names) != 1:
                raise refuse("input", f"{path.name} has {len(names)} members that end in {member}.")
            with packed.open(names[0]) as raw:
                yield from csv.DictReader(io.TextIOWrapper(raw, "utf-8-sig", newline=""))

    def json(self, path: Path) -> Any:
        """A whole JSON document."""
        return load_json(path)

    def xml(self, path: Path, tag: str) -> Iterator[etree._Element]:
        """Each element of that name. Entities and external files are never resolved."""
        with open_bytes(path) as raw:
            options = {"resolve_entities": False, "no_network": True, "load_dtd": False, "huge_tree": False}
            try:
                for _, element in etree.iterparse(raw, tag=tag, **options):
                    yield element
                    element.clear()
            except etree.XMLSyntaxError as error:
                raise refuse("xml", f"{path.name} isn't whole XML: {error}.") from None

    def id(self, *parts: object) -> str:
        """The id (32 hexadecimal digits) of the entity that the source calls by these parts."""
        return entity_id(self.key, self.manifest.source.name, *(str(part) for part in parts)).hex

    def entity(self, schema: str, *parts: object) -> Draft:
        """A new entity with the id of these parts."""
        return Draft(schema=schema, id=self.id(*parts))

    def record(
        self,
        key: object,
        payload: Mapping[str, Any],
        entities: Iterable[Draft],
        *,
        category: str | None = None,
        caveats: Iterable[str] = (),
    ) -> Bundle:
        """One record with its entities, to be yielded."""
        self._row += 1
        kept = {name: value for name, value in payload.items() if value not in (None, "")}
        return Bundle(
            row=self._row,
            key=str(key),
            payload=kept,
            entities=tuple(entities),
            category=category,
            caveats=tuple(sorted(set(caveats))),
        )

    def reject(self, key: object, column: str | None, detail: str, value: object = None) -> None:
        """Set something aside that can't be taken, with the reason."""
        self.faults.append(
            Fault(
                row=self._row + 1,
                key=None if key is None else str(key),
                column=column,
                reason="value",
                detail=detail,
                value=None if value is None else str(value)[:1_000],
            )
        )


Crawl = Callable[[Context], Iterable[Mapping[str, Any] | Bundle]]


def load(folder: Path) -> Crawl:
    """The crawl function of a feed folder."""
    path = folder / "crawl.py"
    if not path.exists():
        raise refuse("crawl", f"{folder.name} has no crawl.py, and its format is crawl.")
    name = f"brightline_feed_{folder.name.replace('-', '_')}"
    module = _module(name, path)
    crawl = getattr(module, "crawl", None)
    if not callable(crawl):
        raise refuse("crawl", f"{folder.name}/crawl.py has no function crawl(context).")
    return crawl  # type: ignore[no-any-return]


def _module(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise refuse("crawl", f"{path.name} can't be loaded.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module


def crawl(manifest: Manifest, folder: Path, paths: list[Path], key: bytes) -> Iterator[Batch]:
    """Batches of what the folder's crawl function yields. An error inside it fails the run with its words."""
    context = Context(manifest=manifest, paths=paths, key=key)
    bundles: list[Bundle] = []
    rows: list[tuple[int, Mapping[str, Any]]] = []
    for number, item in enumerate(_told(load(folder)(context), folder.name), 1):
        yield from _drain(context)
        if isinstance(item, Bundle):
            bundles.append(item)
        else:
            rows.append((number, item))
        if len(bundles) == BATCH:
            yield bundles
            bundles = []
    yield from _drain(context)
    if bundles:
        yield bundles
    if rows:
        yield from tabulate(rows, manifest.refs())


def _drain(context: Context) -> Iterator[Fault]:
    while context.faults:
        yield context.faults.pop(0)


def _told(items: Iterable[Mapping[str, Any] | Bundle], name: str) -> Iterator[Mapping[str, Any] | Bundle]:
    try:
        yield from items
    except (KeyError, ValueError, TypeError, IndexError, AttributeError, zipfile.BadZipFile, OSError) as error:
        kind = type(error).__name__
        raise refuse(
            "crawl", f"{name}/crawl.py stopped: {kind}: {error}.", "Mend crawl.py and add the feed again."
        ) from error
