"""From rows to entities, a column at a time.

followthemoney's mapper walks row by row and cleans every value it meets; here a column is looked up in a cache
of pieces (pieces.py) in one pass of C, and a row only joins what it finds. What comes out is the same, entity by
entity and value by value, except where followthemoney drops silently: here such a value is a fault.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from brightline.feeds.aspects import Assembler, Body, Said, Shape, body_of, shape
from brightline.feeds.batches import Bundle
from brightline.feeds.doubts import says
from brightline.feeds.manifest import TABULAR, EntityRule, Manifest, PropertyRule
from brightline.feeds.pieces import EMPTY, Cache, Piece, Recipe, normal_cache, parts_of
from brightline.feeds.quarantine import Fault
from brightline.feeds.spool import ITEM
from brightline.model.ids import entity_hex, entity_hexes
from brightline.model.schemata import TRAITS, schema_of

Column = list[str]

KEPT_BODIES = 20_000
"""How many bodies of one plan are kept at once: about 1 kB each."""

_NONE: Mapping[str, list[str]] = {}


class Ready(NamedTuple):
    """One record that is to be mapped: row number, key, and how it will be stored."""

    row: int
    key: str
    id: str
    version: int
    hash: str
    payload: str
    marking: int


def recipe(manifest: Manifest, schema_name: str, prop: str, rule: PropertyRule, key: bytes) -> Recipe:
    """The recipe of one property of the mapping."""
    schema = schema_of(schema_name)
    assert schema is not None
    proper = schema.properties[prop]
    country = manifest.input.country if proper.type.name == "phone" else None
    rules = manifest.input
    return Recipe(
        prop=proper,
        key=key,
        format=rule.format or country,
        formats=tuple(rule.formats or rules.dates),
        pivot=rule.pivot,
        numbers=(rules.decimal, rules.thousands) if rules.format in TABULAR else None,
        fuzzy=rule.fuzzy,
        fixed=rule.fixed(),
        join=rule.join,
        split=rule.split,
        template=rule.template,
        refs=rule.refs(),
    )


class Plan:
    """One entity of the mapping, compiled: which columns, which caches, which shape."""

    __slots__ = (
        "_bodies",
        "_ids",
        "_literal",
        "_pieces",
        "form",
        "keys",
        "name",
        "properties",
        "recipes",
        "references",
        "required",
        "rule",
    )

    def __init__(self, name: str, rule: EntityRule, manifest: Manifest, key: bytes) -> None:
        self.name = name
        self.rule = rule
        self.keys = rule.key_columns()
        plain = {p: r for p, r in rule.properties.items() if r.entity is None and p not in TRAITS}
        self.properties = tuple(plain)
        self.references = {p: r.entity for p, r in rule.properties.items() if r.entity is not None}
        self.required = tuple(p for p, r in rule.properties.items() if r.required)
        self.form: Shape = shape(rule.schema_, self.properties)
        self.recipes = {p: recipe(manifest, rule.schema_, p, r, key) for p, r in plain.items()}
        self._pieces = [(r.refs(), _piece_cache(self.recipes[p])) for p, r in plain.items()]
        self._bodies = Bodies(self.form)
        self._literal = (rule.key_literal,) if rule.key_literal else ()
        needed = tuple(at for at, column in enumerate(self.keys) if column not in rule.optional)
        self._ids = _id_cache(key, manifest.source.name, self._literal, len(self.keys) == 1, needed)

    @property
    def only_reference(self) -> bool:
        return not self.rule.properties

    def ids(self, columns: Mapping[str, Column]) -> list[str]:
        """Ids by row; '' where the keys are empty or the row isn't meant."""
        keys = [columns[name] for name in self.keys]
        found = list(map(self._ids.__getitem__, keys[0] if len(keys) == 1 else zip(*keys, strict=True)))
        for name, wanted in self.rule.when.items():
            found = [id if _among(cell, wanted) else "" for id, cell in zip(found, columns[name], strict=True)]
        for name, unwanted in self.rule.unless.items():
            found = ["" if _among(cell, unwanted) else id for id, cell in zip(found, columns[name], strict=True)]
        return found

    def pieces(self, columns: Mapping[str, Column], rows: int) -> list[tuple[Piece, ...]]:
        """Pieces by row, in the order of `properties`."""
        looked: list[list[Piece]] = []
        for refs, cache in self._pieces:
            if len(refs) == 1:
                looked.append(list(map(cache.__getitem__, columns[refs[0]])))
            elif refs:
                looked.append(list(map(cache.__getitem__, zip(*(columns[name] for name in refs), strict=True))))
            else:
                looked.append([cache[()]] * rows)
        return list(zip(*looked, strict=True)) if looked else [()] * rows

    def bodies(self, pieces: list[tuple[Piece, ...]]) -> list[Body]:
        """Bodies by row."""
        return self._bodies.take(pieces)


class Bodies:
    """Bodies of one plan, kept while they come again: a payer does; payments don't and would only fill the memory."""

    __slots__ = ("_asked", "_cache", "_form", "_made")

    def __init__(self, form: Shape) -> None:
        self._form = form
        self._cache: Cache[tuple[Piece, ...], Body] | None = Cache(self._body, limit=KEPT_BODIES)
        self._asked = 0
        self._made = 0

    def take(self, pieces: list[tuple[Piece, ...]]) -> list[Body]:
        """The bodies of these pieces, in their order."""
        cache = self._cache
        if cache is None:
            form = self._form
            return [body_of(form, some) for some in pieces]
        found = list(map(cache.__getitem__, pieces))
        self._asked += len(pieces)
        if self._asked >= KEPT_BODIES and self._made > self._asked * 0.75:
            self._cache = None
        return found

    def _body(self, pieces: tuple[Piece, ...]) -> Body:
        self._made += 1
        return body_of(self._form, pieces)


def _among(cell: str, words: Sequence[str]) -> bool:
    """Whether a cell, or one value of the list that it holds, is one of these."""
    return cell in words or any(part in words for part in parts_of(cell))


class View(NamedTuple):
    """The rows as one plan sees them: as they are, or one for each object of a list (`each`).

    `rows` says which row each place is of, `spans` the places of each row.
    """

    columns: Mapping[str, Column]
    rows: Sequence[int]
    spans: Sequence[range]


def _plain_view(columns: Mapping[str, Column], rows: int) -> View:
    return View(columns, range(rows), [range(at, at + 1) for at in range(rows)])


def _each_view(columns: Mapping[str, Column], rows: int, each: str) -> View:
    """A place for each object of the list: what lies inside of it is the object's own, anything else the row's."""
    inside = {name for name in columns if name == each or name.startswith(f"{each}.")}
    split = {name: [cell.split(ITEM) if cell else [] for cell in columns[name]] for name in inside}
    counts = [max((len(split[name][row]) for name in inside), default=0) for row in range(rows)]
    of = [row for row, count in enumerate(counts) for _ in range(count)]
    within = [place for count in counts for place in range(count)]
    made = {
        name: [_item(split[name][row], place) for row, place in zip(of, within, strict=True)]
        if name in inside
        else [column[row] for row in of]
        for name, column in columns.items()
    }
    spans, begin = [], 0
    for count in counts:
        spans.append(range(begin, begin + count))
        begin += count
    return View(made, of, spans)


def _item(items: Sequence[str], place: int) -> str:
    return items[place] if place < len(items) else ""


def _piece_cache(cooked: Recipe) -> Cache[Any, Piece]:
    if len(cooked.refs) == 1:
        fixed = bool(cooked.fixed) or cooked.template is not None
        return Cache(lambda cell: cooked.piece((cell,)) if cell or fixed else EMPTY)
    return Cache(cooked.piece)


def _id_cache(
    key: bytes, source: str, literal: tuple[str, ...], single: bool, needed: tuple[int, ...]
) -> Cache[Any, str]:
    make = entity_hexes(key, source, *literal)

    def made(parts: Any) -> str:
        values = (parts,) if single else parts
        # With a part missing, all who share the others would be one: strangers made one, which nobody sees.
        sound = any(map(says, values)) and all(says(values[at]) for at in needed)
        return make(values) if sound else ""

    return Cache(made)


class RowMapper:
    """Maps tables by the manifest's mapping."""

    def __init__(self, manifest: Manifest, key: bytes, assembler: Assembler, fault: Callable[[Fault], None]) -> None:
        self._plans = [Plan(name, rule, manifest, key) for name, rule in manifest.mapping.items()]
        self._wanted = tuple(
            {
                column
                for plan in self._plans
                for column in (
                    *plan.keys,
                    *plan.rule.when,
                    *plan.rule.unless,
                    *(ref for rule in plan.rule.properties.values() for ref in rule.refs()),
                )
            }
        )
        self._normal = normal_cache(manifest.input.null, several=manifest.input.format != "csv")
        self._whole = not any(plan.rule.when or plan.rule.unless or plan.required for plan in self._plans)
        self._typed = {plan.name: _typed(plan) for plan in self._plans}
        self._out = assembler
        self._fault = fault

    def map(self, header: Sequence[str], ready: Sequence[Ready], rows: Sequence[Sequence[str]]) -> None:
        """Records and their entities go to the assembler, rejected values to `fault`."""
        plain = _plain_view(self._columns(header, rows), len(rows))
        lists = {each: _each_view(plain.columns, len(rows), each) for plan in self._plans if (each := plan.rule.each)}
        views = [lists[plan.rule.each] if plan.rule.each else plain for plan in self._plans]
        ids = [plan.ids(view.columns) for plan, view in zip(self._plans, views, strict=True)]
        pieces = [plan.pieces(view.columns, len(view.rows)) for plan, view in zip(self._plans, views, strict=True)]
        self._require(ids, pieces)
        by_name = {plan.name: index for index, plan in enumerate(self._plans)}
        whole = [
            (plan, ids[index], views[index], plan.bodies(pieces[index]), _targets(plan, by_name, ids, views, index))
            for index, plan in enumerate(self._plans)
            if not plan.only_reference
        ]
        out = self._out
        for at, one in enumerate(ready):
            out.record(one.id, one.key, one.version, one.hash, one.payload, one.marking)
            said = []
            for plan, entities, view, bodies, targets in whole:
                for place in view.spans[at]:
                    if not (entity := entities[place]):
                        continue
                    body = bodies[place]
                    references = _found(targets, place, at) if targets else _NONE
                    said.append(Said(entity, body, references))
                    if body.rejected:
                        self._rejected(one, plan, entity, body)
            out.entities(one.id, one.marking, said)
            if not said and self._whole:
                self._nothing(one)

    def _nothing(self, one: Ready) -> None:
        """A row that made no entity though none of the mapping's conditions left it out: nobody would find it."""
        detail = "The row makes no entity: a column of each entity's keys is empty, or says that there is nothing."
        self._fault(Fault(row=one.row, key=one.key, column=None, reason="no_entity", detail=detail))

    def _columns(self, header: Sequence[str], rows: Sequence[Sequence[str]]) -> dict[str, Column]:
        at = {name: index for index, name in enumerate(header)}
        turned = list(zip(*rows, strict=True))
        normal = self._normal.__getitem__
        empty = [""] * len(rows)
        return {name: list(map(normal, turned[at[name]])) if name in at else empty for name in self._wanted}

    def _require(self, ids: list[list[str]], pieces: list[list[tuple[Piece, ...]]]) -> None:
        """An entity without a property that the mapping requires isn't made, as in followthemoney."""
        for index, plan in enumerate(self._plans):
            for prop in plan.required:
                if prop in plan.properties:
                    column = plan.properties.index(prop)
                    ids[index] = [
                        id if row[column].values else "" for id, row in zip(ids[index], pieces[index], strict=True)
                    ]

    def _rejected(self, one: Ready, plan: Plan, entity: str, body: Body) -> None:
        for prop, piece in body.rejected:
            column = ", ".join(plan.rule.properties[prop].refs()) or None
            for rejected in piece.rejected:
                self._fault(
                    Fault(
                        row=one.row,
                        key=one.key,
                        column=column,
                        reason=rejected.reason,
                        detail=f"{plan.name}.{prop}: {rejected.detail}",
                        value=rejected.value[:1_000],
                        entity=entity,
                        prop=f"{plan.rule.schema_}.{prop}",
                    )
                )
        self._shifted(one, plan, body)

    def _shifted(self, one: Ready, plan: Plan, body: Body) -> None:
        """A value that its own column can't hold and another whose value is wrong too could: the row has slipped by a
        cell, and what of it could be read is another column's."""
        wrong = {prop: piece for prop, piece in body.rejected if prop in self._typed[plan.name]}
        if len(wrong) < 2 or not any(
            plan.recipes[other].piece((one_.value,)).values
            for prop, piece in wrong.items()
            for one_ in piece.rejected
            for other in wrong
            if other != prop
        ):
            return
        columns = ", ".join(dict.fromkeys(ref for prop in wrong for ref in plan.rule.properties[prop].refs()))
        detail = f"The columns {columns} hold each other's values: the row is shifted by a cell."
        self._fault(Fault(row=one.row, key=one.key, column=None, reason="shifted", detail=detail))


Targets = list[tuple[str, list[str], Sequence[range] | None]]
"""Property, ids of the entities that it may hold, and where they are looked up by row: the places of each."""


def _targets(plan: Plan, by_name: Mapping[str, int], ids: list[list[str]], views: list[View], own: int) -> Targets:
    made: Targets = []
    for prop, of in plan.references.items():
        other = by_name[of]
        made.append((prop, ids[other], None if views[other] is views[own] else views[other].spans))
    return made


def _found(targets: Targets, place: int, row: int) -> dict[str, list[str]]:
    """The references of one place: those of the same place, or all of the row."""
    found = {}
    for prop, ids, spans in targets:
        held = [ids[place]] if spans is None else [ids[other] for other in spans[row]]
        if held := list(dict.fromkeys(filter(None, held))):
            found[prop] = held
    return found


def _typed(plan: Plan) -> frozenset[str]:
    """Properties whose values can be told from others': dates, countries, phones, addresses of mail."""
    schema = schema_of(plan.rule.schema_)
    assert schema is not None
    kinds = ("date", "country", "phone", "email")
    return frozenset(prop for prop in plan.properties if schema.properties[prop].type.name in kinds)


class BundleMapper:
    """Maps records that hold entities already: the same cleaning and the same lines."""

    def __init__(self, manifest: Manifest, key: bytes, assembler: Assembler, fault: Callable[[Fault], None]) -> None:
        self._manifest = manifest
        self._key = key
        self._out = assembler
        self._fault = fault
        self._source = manifest.source.name
        self._foreign = manifest.input.format == "ftm"
        self._caches: dict[tuple[str, str], Cache[tuple[str, ...], Piece]] = {}

    def map(self, ready: Sequence[Ready], bundles: Sequence[Bundle]) -> None:
        """One bundle after the other; `ready` says how each is stored."""
        for one, bundle in zip(ready, bundles, strict=True):
            self._out.record(one.id, one.key, one.version, one.hash, one.payload, one.marking)
            said = [
                made for draft in bundle.entities if (made := self._said(one, draft.schema, draft.id, draft.properties))
            ]
            self._out.entities(one.id, one.marking, said)

    def _said(self, one: Ready, schema_name: str, entity: str, properties: Mapping[str, list[str]]) -> Said | None:
        schema = schema_of(schema_name)
        if schema is None or schema.abstract:
            self._bad(one, None, "schema", f"There is no schema {schema_name!r} that an entity can have.", schema_name)
            return None
        pieces: list[Piece] = []
        names: list[str] = []
        references: dict[str, list[str]] = {}
        for prop, values in properties.items():
            proper = schema.properties.get(prop)
            if proper is None or proper.stub:
                self._bad(one, prop, "value", f"{schema_name} has no property {prop}.", "; ".join(map(str, values)))
            elif prop in TRAITS:
                continue
            elif proper.type.name == "entity":
                references[prop] = list(dict.fromkeys(self._id(value) for value in values if value))
            else:
                piece = self._cache(schema_name, prop)[tuple(str(value) for value in values)]
                for rejected in piece.rejected:
                    self._bad(
                        one, prop, rejected.reason, rejected.detail, rejected.value, (entity, f"{schema_name}.{prop}")
                    )
                pieces.append(piece)
                names.append(prop)
        return Said(entity, body_of(shape(schema_name, tuple(names)), pieces), references)

    def _id(self, value: str) -> str:
        return entity_hex(self._key, self._source, value) if self._foreign else value

    def _cache(self, schema_name: str, prop: str) -> Cache[tuple[str, ...], Piece]:
        found = self._caches.get((schema_name, prop))
        if found is None:
            rule = PropertyRule(literal="-")
            cooked = recipe(self._manifest, schema_name, prop, rule.model_copy(update={"literal": None}), self._key)
            found = self._caches[schema_name, prop] = Cache(cooked.piece)
        return found

    def _bad(
        self, one: Ready, column: str | None, reason: str, detail: str, value: str, of: tuple[str, str] | None = None
    ) -> None:
        entity, prop = of or (None, None)
        self._fault(
            Fault(
                row=one.row,
                key=one.key,
                column=column,
                reason=reason,
                detail=detail,
                value=value[:1_000],
                entity=entity,
                prop=prop,
            )
        )
