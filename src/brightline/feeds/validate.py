"""The first pass: is each row whole, has it a key, is it unlike any other; and does the whole hold what was expected?

Rows that pass go to a spool file (so that the second pass needn't read the input again, which could have changed
meanwhile), their keys and hashes to the stage. Nothing is mapped yet: most rows of a daily refresh are unchanged.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import orjson

from brightline.feeds.batches import Batch, Bundle, End, Kept, Table
from brightline.feeds.csv_reader import joined
from brightline.feeds.doubts import rounded, says
from brightline.feeds.files import refuse
from brightline.feeds.form import Form
from brightline.feeds.kinds import proposed
from brightline.feeds.manifest import Manifest
from brightline.feeds.mending import NONE, Mendings
from brightline.feeds.profile import Profile
from brightline.feeds.quarantine import TRAIT, Fault, Faults
from brightline.feeds.spool import ITEM, SEPARATOR, Chunk, MarkingKey, Spool
from brightline.model.schemata import TRAITS, trait_column

_BROKEN = re.compile(r"[\ud800-\udfff]")
_SIGNED = re.compile(r"\x1f[+\-](?![\d\s().,/+\-]*(?:\x1f|\Z))")
_FORMULA = re.compile(r"^(?:[=@]|[+\-](?![\d\s().,/+\-]*$))")
_KEY_LENGTH = 500
_RELEASE = (
    "It may be cut, or still be written: fetch it again. If it is whole, another steward or a supervisor releases the "
    "run: brightline feed release RUN."
)

Staging = Callable[[Sequence[str], Sequence[bytes | None], str], None]
"""Takes keys with their hashes, all of one op: u for rows to take, d for deletions, k for rejected rows whose old
state stays."""


class Validator:
    """Takes batches, keeps what is whole, and judges the sum at the end."""

    def __init__(
        self,
        manifest: Manifest,
        digest: str,
        mode: str,
        spool: Spool,
        stage: Staging,
        mendings: Mendings = NONE,
    ):
        self.manifest = manifest
        self.mode = mode
        self.faults = Faults()
        self.rows = 0
        self.markings: set[MarkingKey] = set()
        self.checksum = hashlib.sha256()
        self.doubled: set[str] = set()
        self.ends: list[End] = []
        self._salt = digest.encode()
        self._spool = spool
        self._stage = stage
        self._mendings = mendings
        self._profile = Profile(manifest)
        self._seen: dict[str, bytes] = {}
        self._unique: set[tuple[str, ...]] = set()
        self._repeated: tuple[str, ...] | None = None
        self._forms: dict[tuple[str, ...], Form] = {}
        self._mapped_traits = {
            ref
            for entity in manifest.mapping.values()
            for prop, rule in entity.properties.items()
            if prop in TRAITS
            for ref in rule.refs()
        }

    def take(self, batches: Iterable[Batch], told: Callable[[int], None] = lambda rows: None) -> None:
        """The whole first pass."""
        for batch in batches:
            if isinstance(batch, Fault):
                self.rows += batch.rejects_row
                self.faults.add(batch)
                if batch.rejects_row and batch.key:
                    self._known(batch.key)
            elif isinstance(batch, Kept):
                self._known(*batch.keys)
            elif isinstance(batch, End):
                self.ends.append(batch)
            elif isinstance(batch, Table):
                self._table(batch)
            else:
                self._bundles(batch)
            told(self.rows)

    # -- tables

    def _table(self, table: Table) -> None:
        """Rows without anything to be said of them go all at once; a batch in which something is goes row by row."""
        self.rows += len(table.rows)
        self._profile.table(table)
        form = self._form(table)
        kind, raw = ("table", None) if table.raw is None else ("json", table.raw)
        if form.marking and form.single >= 0 and not form.traits and not form.particular:
            rows = list(map(SEPARATOR.join, table.rows))
            keys = [row[form.single].strip() for row in table.rows]
            short = all(map(says, keys)) and max(map(len, keys)) <= _KEY_LENGTH and not any(map(self._unkeyed, keys))
            if short and not self._doubtful(rows, form.separators):
                digests = form.digests(form.marking, raw or rows)
                bodies = rows if raw is None else list(zip(rows, raw, strict=True))
                fresh = dict(zip(keys, digests, strict=True))
                if len(fresh) == len(keys) and fresh.keys().isdisjoint(self._seen):
                    self._seen.update(fresh)
                    self._keep(Chunk(kind, table.header, list(table.numbers), keys, digests, [form.marking], bodies))
                    return
        self._each(table, form, kind)

    def _each(self, table: Table, form: Form, kind: str) -> None:
        kept = Chunk(kind, table.header, [], [], [], [], [])
        for at, (number, cells) in enumerate(zip(table.numbers, table.rows, strict=True)):
            row = SEPARATOR.join(cells)
            if form.traits or self._doubtful((row,), form.separators):
                sound = self._cells(number, table.header, cells, form.traits)
                if sound is None:
                    self._keep_old(cells, form)
                    continue
                cells, row = sound, SEPARATOR.join(sound)
            key = self._key(number, cells, form.keys)
            if key is None or (form.particular and self._left_out(key, cells, form)):
                continue
            marking = form.marking or self._marking(number, key, cells, form)
            if marking is None:
                self._stage([key], [None], "k")
                continue
            raw = None if table.raw is None else table.raw[at]
            digest = form.digests(marking, (raw or row,))[0]
            self._take(kept, number, key, digest, marking, row if raw is None else (row, raw))
        self._keep(kept)

    def _take(self, kept: Chunk, number: int, key: str, digest: bytes, marking: MarkingKey, body: Any) -> None:
        if self._seen.setdefault(key, digest) is not digest:
            self._again(number, key, digest)
            return
        kept.numbers.append(number)
        kept.keys.append(key)
        kept.digests.append(digest)
        kept.markings.append(marking)
        kept.bodies.append(body)

    def _keep(self, chunk: Chunk) -> None:
        if chunk.keys:
            self.checksum.update(b"".join(chunk.digests))
            chunk = self._mendings.hashed(chunk)
            self._spool.write(chunk)
            self._stage(chunk.keys, chunk.digests, "u")

    def _form(self, table: Table) -> Form:
        """What a header says of its rows, worked out once."""
        header = table.header
        known = self._forms.get(header)
        if known is None:
            if table.raw is None:
                self._headings(header)
            known = self._forms[header] = Form(self.manifest, self._salt, header, tuple(self._traits(header)))
            if known.marking:
                self.markings.add(known.marking)
        return known

    def _doubtful(self, rows: Sequence[str], separators: int) -> bool:
        """Whether any of these rows needs a closer look: too long, broken, or with a cell that may be a formula."""
        whole = SEPARATOR + SEPARATOR.join(rows)
        return (
            max(map(len, rows)) > self.manifest.input.max_cell
            or "\x00" in whole
            or whole.count(SEPARATOR) != (separators + 1) * len(rows)
            or (not whole.isascii() and _BROKEN.search(whole) is not None)
            or "\x1f=" in whole
            or "\x1f@" in whole
            or (("\x1f+" in whole or "\x1f-" in whole) and _SIGNED.search(whole) is not None)
        )

    def _left_out(self, key: str, cells: Sequence[str], form: Form) -> bool:
        """Notes what must be unique; true for a row that says its record is gone."""
        if form.unique:
            self._note_unique(tuple(cells[index] for index in form.unique))
        rule = self.manifest.input.deletions
        gone = rule is not None and form.deletion >= 0 and cells[form.deletion].strip() in rule.values
        if gone:
            self._stage([key], [None], "d")
        return gone

    def _keep_old(self, cells: Sequence[str], form: Form) -> None:
        if known := self._spoken(cells, form.keys):
            self._stage([known], [None], "k")

    def _traits(self, header: Sequence[str]) -> list[int]:
        """Columns that hold what nobody may keep on file: mapped to such a property, or named so (rule 2)."""
        return [i for i, name in enumerate(header) if name in self._mapped_traits or trait_column(name)]

    def _headings(self, header: Sequence[str]) -> None:
        expected = set(self.manifest.expect.columns)
        extra = [name for name in header if expected and name not in expected]
        if extra:
            raise refuse(
                "column",
                f"The input has a column that expect.columns doesn't know: {', '.join(extra[:5])}.",
                "Look at what the source added, then list it in feed.yml.",
            )

    def _cells(
        self, number: int, header: Sequence[str], raw: Sequence[str], traits: Sequence[int]
    ) -> tuple[str, ...] | None:
        """The row's cells when all are whole, without traits and without our separator; None when one isn't."""
        if not self._sound(number, header, raw):
            return None
        cells = [cell.replace(SEPARATOR, " ") for cell in raw]
        for index in traits:
            if cells[index].strip():
                self._trait(number, None, header[index])
                cells[index] = ""
        return tuple(cells)

    def _sound(self, number: int, header: Sequence[str], raw: Sequence[str]) -> bool:
        for name, cell in zip(header, raw, strict=True):
            if len(cell) > self.manifest.input.max_cell:
                detail = f"The cell has {len(cell):,} characters; {self.manifest.input.max_cell:,} are allowed."
                return self._reject(number, name, "too_long", detail, cell[:200])
            if "\x00" in cell:
                return self._reject(number, name, "nul", "The cell holds a NUL character.", cell.replace("\x00", "␀"))
            if _BROKEN.search(cell):
                shown = cell.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
                return self._reject(number, name, "encoding", _encoding_words(cell), shown)
            if _FORMULA.match(cell):
                detail = "The cell looks like a spreadsheet formula; it is kept as text."
                self.faults.add(
                    Fault(
                        row=number,
                        key=None,
                        column=name,
                        reason="formula",
                        detail=detail,
                        value=cell[:200],
                        state="noted",
                    )
                )
        return True

    def _reject(self, number: int, column: str | None, reason: str, detail: str, value: str) -> bool:
        fault = Fault(row=number, key=None, column=column, reason=reason, detail=detail, value=value[:1_000])
        self.faults.add(fault)
        return False

    def _trait(self, number: int, key: str | None, column: str) -> None:
        self.faults.add(Fault(row=number, key=key, column=column, reason="trait", detail=TRAIT))

    def _spoken(self, raw: Sequence[str], keys: Sequence[int]) -> str | None:
        """The key of a rejected row, if it can be read: that record keeps its old state."""
        parts = [raw[index].strip() for index in keys]
        key = joined(parts)
        return key if all(map(says, parts)) and self._readable(key) else None

    def _known(self, *keys: str) -> None:
        """What was known of these rows stays: they came, and can't be read."""
        if sound := list(filter(self._readable, keys)):
            self._stage(sound, [None] * len(sound), "k")

    @staticmethod
    def _readable(key: str) -> bool:
        return len(key) <= _KEY_LENGTH and not _BROKEN.search(key) and "\x00" not in key

    def _key(self, number: int, cells: Sequence[str], keys: Sequence[int]) -> str | None:
        parts = [cells[index].strip() for index in keys]
        if not any(map(says, parts)):
            names = ", ".join(self.manifest.input.keys)
            self._reject(number, names, "key", "The row has no key.", " | ".join(cells)[:300])
            return None
        key = joined(parts)
        why = f"The key is longer than {_KEY_LENGTH} characters." if len(key) > _KEY_LENGTH else None
        if (why := why or next((found for part in parts if (found := self._unkeyed(part))), None)) is not None:
            self._reject(number, self.manifest.input.keys[0], "key", why, key)
            return None
        return key

    @staticmethod
    def _unkeyed(part: str) -> str | None:
        """Why a text can be no part of a key."""
        if rounded(part):
            return "A spreadsheet made a number of the key, and most of its digits are lost."
        return "The key is a list." if ITEM in part else None

    def _marking(self, number: int, key: str, cells: Sequence[str], form: Form) -> MarkingKey | None:
        said, caveats = self.manifest.marking.category, self.manifest.marking.caveats
        category: str = said.default
        if form.category >= 0:
            category = said.map.get(cells[form.category].strip(), said.default)
        found = set(caveats.always)
        if form.caveat >= 0:
            value = cells[form.caveat].strip()
            if value and value not in caveats.map:
                detail = f"feed.yml doesn't say which caveat {value!r} stands for; unsealed it may not go in."
                self._reject(number, caveats.column, "caveat", detail, value)
                return None
            found.update(caveats.map.get(value, ()))
        marking = (category, tuple(sorted(found)))
        self.markings.add(marking)
        return marking

    # -- bundles

    def _bundles(self, bundles: Sequence[Bundle]) -> None:
        kept = Chunk("bundles", (), [], [], [], [], [])
        self.rows += len(bundles)
        for bundle in bundles:
            if bundle.deleted:
                self._stage([bundle.key], [None], "d")
                continue
            made = self._bundle(bundle)
            if made is None:
                self._stage([bundle.key], [None], "k")
                continue
            payload, entities, marking = made
            digest = self._hash(payload, marking)
            self._take(kept, bundle.row, bundle.key, digest, marking, (payload, entities))
        self._keep(kept)

    def _bundle(self, bundle: Bundle) -> tuple[bytes, list[tuple[str, str, dict[str, list[str]]]], MarkingKey] | None:
        entities = []
        for draft in bundle.entities:
            properties = {}
            for prop, values in draft.properties.items():
                if prop in TRAITS:
                    self._trait(bundle.row, bundle.key, prop)
                    continue
                properties[prop] = values
            entities.append((draft.schema, draft.id, properties))
        self._profile.entities(entities)
        payload = orjson.dumps(_without_traits(bundle.payload), option=orjson.OPT_NON_STR_KEYS, default=str)
        text = payload.decode()
        if "\\u0000" in text:
            self._reject(bundle.row, None, "nul", "The record holds a NUL character.", text[:300])
            return None
        limit = self.manifest.input.max_cell
        for schema, _, properties in entities:
            for prop, values in properties.items():
                if any(len(value) > limit for value in values):
                    detail = f"A value has more than {limit:,} characters."
                    self._reject(bundle.row, f"{schema}.{prop}", "too_long", detail, values[0][:200])
                    return None
        rule = self.manifest.marking
        category = bundle.category or self._stated(bundle)
        marking = (category, tuple(sorted({*rule.caveats.always, *bundle.caveats})))
        self.markings.add(marking)
        return payload, entities, marking

    def _stated(self, bundle: Bundle) -> str:
        """Category by a property of the record's first entity, when the manifest names one."""
        rule = self.manifest.marking.category
        if rule.column and bundle.entities:
            first = bundle.entities[0]
            values = [first.schema] if rule.column == "schema" else first.properties.get(rule.column, [])
            return next((rule.map[value] for value in values if value in rule.map), rule.default)
        return rule.default

    # -- the sum

    def _hash(self, payload: bytes, marking: MarkingKey) -> bytes:
        """Of the row, its marking and the mapping: when feed.yml changes, every row counts as changed."""
        digest = hashlib.sha256(self._salt)
        digest.update(len(payload).to_bytes(4, "big"))
        digest.update(payload)
        digest.update("\x1f".join((marking[0], *marking[1])).encode())
        return digest.digest()

    def _again(self, number: int, key: str, digest: bytes) -> None:
        """A key seen before: an equal row is one row; an unequal one makes both doubtful."""
        if self._seen[key] == digest:
            detail = "The row is the same as one before it: the two are one."
            self.faults.add(
                Fault(row=number, key=key, column=None, reason="identical", detail=detail, value=key, state="noted")
            )
        else:
            detail = "Another row has the same key and other content; neither is taken, what was known stays."
            self.doubled.add(key)
            self.faults.add(Fault(row=number, key=key, column=None, reason="duplicate", detail=detail, value=key))

    def _note_unique(self, values: tuple[str, ...]) -> None:
        if values in self._unique and self._repeated is None:
            self._repeated = values
        self._unique.add(values)

    def judge(self) -> None:
        """Refuses the run when the whole isn't what feed.yml expects. Whether it drifts feed.drift says."""
        expect, rows = self.manifest.expect, self.rows
        accepted = len(self._seen) - len(self.doubled)
        if rows < expect.rows.min and self.mode == "snapshot":
            raise refuse("rows", f"The input has {rows:,} rows; at least {expect.rows.min:,} are expected.")
        if expect.rows.max is not None and rows > expect.rows.max:
            raise refuse("rows", f"The input has {rows:,} rows; at most {expect.rows.max:,} are expected.")
        if self._repeated is not None:
            names = ", ".join(expect.unique)
            raise refuse("unique", f"{names} must be unique, and {' / '.join(self._repeated)!r} comes twice.")
        if self.mode == "snapshot" and rows and not accepted:
            raise refuse("rejected", f"All {rows:,} rows have faults; the list in quarantine says which.")
        if rows and self.faults.rows / rows > expect.rejected:
            raise refuse(
                "rejected", f"{self.faults.rows:,} of {rows:,} rows have faults: more than expect.rejected allows."
            )

    def hold(self, before: Mapping[str, Any]) -> None:
        """Holds a snapshot that looks cut off until another person has looked; `before` is the last run's profile."""
        for end in self.ends if self.mode == "snapshot" else ():
            if not end.closed and (before.get("closed") or not end.whole):
                why = "the deliveries before it didn't" if before.get("closed") else "its last row is short"
                raise refuse("end", f"{end.name} ends inside a line, and {why}.", _RELEASE)

    def profile(self) -> dict[str, Any]:
        """What the delivery was like, for the next to be compared with."""
        return {"closed": bool(self.ends) and all(end.closed for end in self.ends), "filled": self._profile.told()}


def _encoding_words(cell: str) -> str:
    """What is wrong, and in which encoding the bytes would be letters."""
    raw = cell.encode("utf-8", "surrogateescape")
    other = proposed(raw)
    if other is None:
        return "The cell isn't in the file's encoding."
    return f"The cell isn't in the file's encoding; in {other} it reads {raw.decode(other)[:80]!r}: set input.encoding."


def _without_traits(payload: object) -> object:
    if isinstance(payload, dict):
        return {
            name: _without_traits(value)
            for name, value in payload.items()
            if name not in TRAITS and not trait_column(str(name))
        }
    if isinstance(payload, list):
        return [_without_traits(value) for value in payload]
    if isinstance(payload, str):
        return payload.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return payload
