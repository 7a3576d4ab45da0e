"""feed.yml: what a feed is, where it comes from, who may use it, and how its rows become entities.

The file is read strictly: a field that isn't known is refused with its line, since a misspelt `caveats` would
otherwise publish sealed rows unsealed.
"""

from __future__ import annotations

import codecs
import hashlib
import json
import re
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from brightline.model import yml
from brightline.model.cron import Cron
from brightline.model.errors import BadInput
from brightline.model.ids import RESERVED
from brightline.model.schemata import TRAITS, schema_of

CATEGORIES = ("suspect", "convicted", "victim", "witness", "associate", "other", "uncategorised")
CAVEAT = re.compile(r"^[a-z][a-z0-9-]{0,40}$")
FORMATS = ("csv", "ftm", "json", "jsonl", "crawl")


TABULAR = ("csv", "json", "jsonl")


def _listed(value: Any) -> Any:
    return value if isinstance(value, list) or value is None else [value]


def _due(text: str) -> str:
    try:
        Cron.parse(text)
    except BadInput as error:
        raise ValueError(str(error)) from error
    return text


def _known_encoding(text: str) -> str:
    try:
        codecs.lookup(text)
    except LookupError:
        raise ValueError(f"there is no encoding '{text}'; utf-8, utf-16, cp1252, latin-1 and others are") from None
    return text


def _null_words(value: Any) -> Any:
    """`null: [NULL, N/A, ~]`: YAML reads the bare word NULL as nothing at all; here it is the word."""
    return ["NULL" if word is None else word for word in _listed(value) or [None]]


Texts = Annotated[list[str], BeforeValidator(_listed)]
Name = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,40}$")]
Category = Literal["suspect", "convicted", "victim", "witness", "associate", "other", "uncategorised"]


class Strict(BaseModel):
    """Every part of the file: unknown fields are refused, values can't be changed."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Source(Strict):
    """Who publishes, and how far it can be relied on (A–F)."""

    name: Name
    title: str = ""
    publisher: str = ""
    reliability: Literal["A", "B", "C", "D", "E", "F"] = "F"
    custodian_unit: str | None = None

    @model_validator(mode="after")
    def _unreserved(self) -> Source:
        if self.name in RESERVED:
            raise ValueError(f"'{self.name}' is a name the system uses itself; choose another")
        return self


class Agreement(Strict):
    """Under which agreement the source is held: regimes, units (none named: all), pointer tier, expiry."""

    id: str = Field(min_length=1)
    regimes: list[Literal["criminal", "civil", "regulatory"]] = Field(min_length=1)
    units: list[str] = []
    pointer_tier: int = Field(default=0, ge=0, le=3)
    valid_from: date | None = None
    expires: date
    redistribution: str = "none"
    sole_basis: bool = False
    document: str = ""


class Assessment(Strict):
    """The privacy assessment without which nothing runs (rule 15)."""

    id: str = Field(min_length=1)
    approved: date
    expires: date


class Retention(Strict):
    """By which rule, and for how many years, the rows may be kept; `since` names a column with an earlier first day."""

    rule: str = Field(min_length=1)
    years: int = Field(ge=0, le=100)
    since: str | None = None

    def words(self) -> str:
        return f"{self.rule}:{self.years}"


class Deletions(Strict):
    """In an incremental feed: the column, and its values that mean the row is gone."""

    column: str
    values: Texts


class Input(Strict):
    """Where the rows are and how to read them."""

    format: Literal["csv", "ftm", "json", "jsonl", "crawl"]
    path: Texts = []
    mode: Literal["snapshot", "incremental"] = "snapshot"
    schedule: Annotated[str, AfterValidator(_due)] | None = None
    keys: Texts = []
    country: str | None = Field(default=None, pattern=r"^[a-z]{2}(-[a-z0-9]+)?$")
    encoding: Annotated[str, AfterValidator(_known_encoding)] | None = None
    heading: int = Field(default=1, ge=1, le=1_000)
    """The line of the file that the column names stand in; what is above it isn't read."""
    footer: Texts = []
    """Rows that begin with one of these aren't data (`Source:*` for any that begins so)."""
    decimal: Literal[".", ","] | None = None
    thousands: str | None = Field(default=None, min_length=1, max_length=1)
    dates: Texts = []
    """The forms that dates may have, tried in this order, where a property names none."""
    delimiter: str | None = Field(default=None, min_length=1, max_length=1)
    quote: str = Field(default='"', min_length=1, max_length=1)
    header: bool = True
    columns: list[str] = []
    null: Annotated[list[str], BeforeValidator(_null_words)] = []
    records: str | None = None
    deletions: Deletions | None = None
    max_cell: int = Field(default=1_000_000, ge=100, le=10_000_000)

    @model_validator(mode="before")
    @classmethod
    def _null_is_a_word(cls, raw: Any) -> Any:
        """The option's own name is what YAML calls nothing: written bare, it comes as the key None."""
        if isinstance(raw, dict) and None in raw:
            return {("null" if name is None else name): value for name, value in raw.items()}
        return raw

    @model_validator(mode="after")
    def _complete(self) -> Input:
        if self.format != "crawl" and not self.path:
            raise ValueError("path is missing: say which files to read")
        if not self.header and not self.columns:
            raise ValueError("a file without a header needs columns: its headings, in order")
        if self.format in TABULAR and not self.keys:
            raise ValueError("keys is missing: the columns that make a row's key")
        if self.deletions and self.mode != "incremental":
            raise ValueError("deletions are for mode incremental; in a snapshot, what is absent is gone")
        return self


class CategoryRule(Strict):
    """Which category the source states of a row's person."""

    column: str | None = None
    map: dict[str, Category] = {}
    default: Category = "uncategorised"


class CaveatRule(Strict):
    """Handling caveats: `always`, and those that a column's value stands for."""

    column: str | None = None
    map: dict[str, Texts] = {}
    always: Texts = []

    @model_validator(mode="after")
    def _words(self) -> CaveatRule:
        for caveat in (*self.always, *(word for words in self.map.values() for word in words)):
            if not CAVEAT.match(caveat) or caveat == "crossed":
                raise ValueError(f"'{caveat}' is no caveat that a source can set")
        return self


class Marking(Strict):
    """What may be done with a row, as far as the source says it."""

    category: CategoryRule = CategoryRule()
    caveats: CaveatRule = CaveatRule()


class PropertyRule(Strict):
    """Where a property's values come from: columns, literals, a template, or another entity of the mapping."""

    column: str | None = None
    columns: list[str] = []
    literal: str | None = None
    literals: list[str] = []
    template: str | None = None
    join: str | None = None
    split: str | None = None
    entity: str | None = None
    format: str | None = None
    formats: Texts = []
    pivot: int | None = Field(default=None, ge=1900, le=2199)
    """The latest year that two digits of one can mean."""
    fuzzy: bool = False
    required: bool = False

    @model_validator(mode="after")
    def _says_where(self) -> PropertyRule:
        given = [self.column, self.columns, self.literal, self.literals, self.template]
        if self.entity is not None and any(given):
            raise ValueError("entity stands alone: the value is the other entity")
        if self.entity is None and not any(given):
            raise ValueError("says no column, literal, template or entity")
        return self

    def refs(self) -> tuple[str, ...]:
        """The columns that the values are read from, in order."""
        named = (self.column,) if self.column else ()
        inside = tuple(re.findall(r"{{([^(}})]*)}}", self.template)) if self.template else ()
        return (*named, *self.columns, *inside)

    def fixed(self) -> tuple[str, ...]:
        return (*((self.literal,) if self.literal else ()), *self.literals)


class EntityRule(Strict):
    """One entity of a row. Without `properties` it is a reference only: an id for others, no aspect."""

    schema_: str = Field(alias="schema")
    keys: Texts = []
    key: Texts = []
    key_literal: str | None = None
    each: str | None = None
    """A list of objects in JSON: one entity for each of them."""
    optional: Texts = []
    """Columns of the key that may be empty; without any other there is no id."""
    when: dict[str, Texts] = {}
    unless: dict[str, Texts] = {}
    properties: dict[str, PropertyRule] = {}

    def key_columns(self) -> tuple[str, ...]:
        return (*self.key, *self.keys)


class Rows(Strict):
    """How many rows to expect."""

    min: int = Field(default=1, ge=0)
    max: int | None = None


class Drift(Strict):
    """By which part a delivery may differ from what there is: in records, and of each column in how many rows have a
    value and how many values can't be read. Where nothing is said, 0.3 (feed.drift)."""

    rows: float | None = Field(default=None, gt=0)
    filled: float | None = Field(default=None, gt=0)
    unreadable: float | None = Field(default=None, gt=0)


class Expect(Strict):
    """What must hold of the whole input; otherwise nothing of it is published."""

    rows: Rows = Rows()
    unique: Texts = []
    drift: Drift | None = None
    columns: list[str] = []
    rejected: float = Field(default=0.5, ge=0, le=1)
    names: int = Field(default=20, ge=1)
    """How many names one entity may have over all rows; with more it looks like many."""
    births: bool = True
    """Whether rows of one entity whose births contradict each other are set aside."""


class Manifest(Strict):
    """The whole file."""

    feed: Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,62}$")]
    title: str = Field(min_length=1)
    description: str = ""
    source: Source
    agreement: Agreement
    assessment: Assessment
    authority: str = Field(min_length=1)
    retention: Retention
    input: Input
    marking: Marking = Marking()
    mapping: dict[str, EntityRule] = {}
    expect: Expect = Expect()

    @model_validator(mode="after")
    def _consistent(self) -> Manifest:
        if self.input.format in TABULAR and not self.mapping:
            raise ValueError("mapping is missing: say what entities a row makes")
        if self.input.format == "ftm" and self.mapping:
            raise ValueError("a feed of FollowTheMoney entities needs no mapping")
        for name, rule in self.mapping.items():
            _check_entity(self.mapping, name, rule)
            if rule.each and self.input.format in ("csv", "ftm"):
                raise ValueError(f"mapping.{name}.each: only JSON holds lists of objects")
        return self

    def refs(self) -> dict[str, str]:
        """Every column that the file names, with the place that names it."""
        found = dict.fromkeys(self.input.keys, "input.keys")
        found |= dict.fromkeys(self.expect.unique, "expect.unique")
        for rule, place in ((self.marking.category, "category"), (self.marking.caveats, "caveats")):
            if rule.column:
                found[rule.column] = f"marking.{place}.column"
        for name, entity in self.mapping.items():
            for column in (*entity.key_columns(), *entity.when, *entity.unless):
                found.setdefault(column, f"mapping.{name}.keys")
            for prop, source in entity.properties.items():
                for column in source.refs():
                    found.setdefault(column, f"mapping.{name}.properties.{prop}")
        return found

    def plain(self) -> dict[str, Any]:
        """As JSON: what is registered, and from what it is read back."""
        return self.model_dump(mode="json", by_alias=True, exclude_defaults=True)


def _check_entity(mapping: dict[str, EntityRule], name: str, rule: EntityRule) -> None:
    schema = schema_of(rule.schema_)
    if schema is None:
        raise ValueError(f"mapping.{name}.schema: there is no schema '{rule.schema_}'")
    if schema.abstract:
        raise ValueError(f"mapping.{name}.schema: '{rule.schema_}' is abstract; choose one that extends it")
    if not rule.key_columns():
        raise ValueError(f"mapping.{name}.keys: which columns make the entity's key?")
    for prop, source in rule.properties.items():
        proper = schema.get(prop)
        if proper is None or proper.stub:
            raise ValueError(f"mapping.{name}.properties.{prop}: {rule.schema_} has no such property")
        if (proper.type.name == "entity") != (source.entity is not None):
            raise ValueError(f"mapping.{name}.properties.{prop}: only an entity property takes `entity: NAME`")
        if source.entity is not None:
            _check_reference(mapping, f"mapping.{name}.properties.{prop}", source.entity, proper.range)
        if prop in TRAITS and not source.refs():
            raise ValueError(f"mapping.{name}.properties.{prop}: nobody may keep this on file (rule 2)")
    _check_cycle(mapping, name)


def _check_reference(mapping: dict[str, EntityRule], place: str, target: str, range_: Any) -> None:
    other = mapping.get(target)
    if other is None:
        raise ValueError(f"{place}: there is no entity '{target}' in this mapping")
    schema = schema_of(other.schema_)
    if schema is not None and range_ is not None and not schema.is_a(range_):
        raise ValueError(f"{place}: must be a {range_.name}, and '{target}' is a {schema.name}")


def _check_cycle(mapping: dict[str, EntityRule], start: str) -> None:
    """An entity's id comes from its own keys, so references may form circles; but never to itself."""
    if any(rule.entity == start for rule in mapping[start].properties.values()):
        raise ValueError(f"mapping.{start}: an entity can't be its own property")


def _lines(text: str) -> dict[tuple[str, ...], int]:
    """Line of each field of the file, by its path."""
    found: dict[tuple[str, ...], int] = {}

    def walk(node: yaml.Node, path: tuple[str, ...]) -> None:
        found[path] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                walk(value, (*path, str(key.value)))
                found[(*path, str(key.value))] = key.start_mark.line + 1
        elif isinstance(node, yaml.SequenceNode):
            for index, value in enumerate(node.value):
                walk(value, (*path, str(index)))

    root = yml.compose(text)
    if root is not None:
        walk(root, ())
    return found


def _where(lines: dict[tuple[str, ...], int], path: tuple[str, ...]) -> str:
    for length in range(len(path), -1, -1):
        if path[:length] in lines:
            return f"line {lines[path[:length]]}"
    return "line 1"


_WORDS = {"extra_forbidden": "isn't known; check its spelling", "missing": "is missing"}


def _told(error: ValidationError, text: str, where: str) -> BadInput:
    lines = _lines(text)
    told = []
    for fault in error.errors():
        path = tuple(str(part) for part in fault["loc"])
        message = str(fault["msg"]).removeprefix("Value error, ")
        named = re.match(r"((?:[\w-]+\.)+[\w-]+): ", message)
        if named:
            path, message = tuple(named.group(1).split(".")), message[named.end() :]
        message = _WORDS.get(fault["type"], message)
        field = ".".join(path) or "file"
        told.append(f"{_where(lines, path)}: {field}: {message}")
    return BadInput(where, "; ".join(told[:8]), "Compare with docs/how-to/feeds.md or another feed.", code="manifest")


def parse(text: str, where: str = "feed.yml") -> Manifest:
    """A manifest from the text of feed.yml; BadInput names each wrong field with its line."""
    try:
        raw = yml.read(text)
    except yaml.YAMLError as error:
        raise BadInput(where, f"isn't YAML: {' '.join(str(error).split())}", code="manifest") from None
    if not isinstance(raw, dict):
        raise BadInput(where, "holds no fields", "A feed.yml starts with `feed: NAME`.", code="manifest")
    try:
        return Manifest.model_validate(raw)
    except ValidationError as error:
        raise _told(error, text, where) from None


def load(folder: Path) -> Manifest:
    """The manifest of a feed folder."""
    path = folder / "feed.yml"
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        raise BadInput(str(path), "there is no feed.yml", "A feed is a folder with a feed.yml.") from None
    except UnicodeDecodeError:
        raise BadInput(str(path), "isn't UTF-8") from None
    except OSError as error:
        raise BadInput(
            str(path), f"can't be read: {error.strerror}", "Put the folder where the server may read it."
        ) from None
    return parse(text, "feed.yml")


def digest(manifest: Manifest, folder: Path | None, seal: str = "") -> str:
    """Changes when anything changes that decides what rows become: the manifest, the crawl function, and where that is
    sealed with its folder, whatever lies beside it."""
    text = json.dumps(manifest.plain(), sort_keys=True).encode()
    crawl = folder / "crawl.py" if folder is not None else None
    code = crawl.read_bytes() if crawl is not None and crawl.exists() else b""
    return hashlib.sha256(len(text).to_bytes(4, "big") + text + code + seal.encode()).hexdigest()
