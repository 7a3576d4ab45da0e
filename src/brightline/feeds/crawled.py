"""A feed's `crawl(context)` as it runs in the box: with copies of its folder and input, and nothing else.

What it yields goes out as lines. An id is a token here, which says of what it is one: the key stays outside.
"""

from __future__ import annotations

import csv
import importlib.util
import io
import json
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO

from lxml import etree

from brightline.box.inside import Say, preload
from brightline.feeds.batches import Bundle, Draft
from brightline.feeds.files import open_bytes, open_text, refuse
from brightline.feeds.json_reader import load_json
from brightline.feeds.manifest import Manifest
from brightline.feeds.quarantine import Fault
from brightline.model.errors import InputFaults

FOLDER, GIVEN = "feed", "given"
"""Where the box has the feed's files, and its input."""
HINT = "Mend crawl.py and add the feed again."
BOXED = "crawl runs in a box: no network, no files but the feed's and its input, no further process or thread."


@dataclass(slots=True, kw_only=True)
class Context:
    """What a crawl function is given: its files, ids, records, and a place for what it can't read."""

    manifest: Manifest
    paths: list[Path]
    mark: str
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
        """What stands for the id of the entity that the source calls by these parts: equal parts, equal token."""
        return f"{self.mark}{json.dumps([str(part) for part in parts]).encode().hex()}x"

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


def prepare(words: dict[str, Any]) -> None:
    """What readers look for late. Other modules of Python are found from inside where its folder may be read."""
    preload("encodings", "email", "html", "json", "xml", "zipfile", "openpyxl", "statistics", "zoneinfo")


def work(words: dict[str, Any], given: BinaryIO, say: Say) -> None:
    """Run the function to its end; what stopped it is the last line."""
    order = json.load(given)
    paths = [Path(path) for path in order["paths"]]
    context = Context(manifest=Manifest.model_validate(order["manifest"]), paths=paths, mark=order["mark"])
    try:
        for number, item in enumerate(_load(words["name"])(context), 1):
            _drain(context, say)
            _said(number, item, say)
        _drain(context, say)
    except InputFaults as fault:
        say(refused=[fault.code, fault.detail, fault.hint])
    except MemoryError:
        raise
    except (Exception, SystemExit) as error:  # whatever the site's code does ends in a sentence
        words_ = f"{words['name']}/crawl.py stopped: {type(error).__name__}: {error}."
        say(refused=["crawl", words_, BOXED if isinstance(error, PermissionError) else HINT])


def _drain(context: Context, say: Say) -> None:
    while context.faults:
        say(fault=asdict(context.faults.pop(0)))


def _said(number: int, item: Mapping[str, Any] | Bundle, say: Say) -> None:
    if not isinstance(item, Bundle):
        say(number=number, row=dict(item))
        return
    entities = [[draft.schema, draft.id, draft.properties] for draft in item.entities]
    held = {name: getattr(item, name) for name in ("row", "key", "payload", "category", "caveats", "deleted")}
    say(record=held, entities=entities)


def _load(name: str) -> Crawl:
    """The crawl function of a feed folder."""
    path = Path(FOLDER, "crawl.py")
    if not path.exists():
        raise refuse("crawl", f"{name} has no crawl.py, and its format is crawl.")
    module = _module(f"brightline_feed_{name.replace('-', '_')}", path)
    crawl = getattr(module, "crawl", None)
    if not callable(crawl):
        raise refuse("crawl", f"{name}/crawl.py has no function crawl(context).")
    return crawl  # type: ignore[no-any-return]


def _module(name: str, path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, path)
    if spec is None or spec.loader is None:
        raise refuse("crawl", f"{path.name} can't be loaded.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)
    return module
