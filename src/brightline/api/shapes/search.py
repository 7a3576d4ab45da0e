"""Search, suggestions, entities, links and paths."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import Field

from brightline.api.shapes.common import MAX_OFFSET, Handle, In, Line, Marking, Out, SourceRef

Day = Annotated[Line, Field(max_length=10, description="2026, 2026-03 or 2026-03-01.")]


class SearchQuery(In):
    """What is looked for, within what, and how loosely."""

    q: Line = Field(default="", description="Names, words, identifiers.")
    schema_: list[Line] = Field(default=[], alias="schema", max_length=30)
    source: list[Line] = Field(default=[], max_length=30)
    country: list[Line] = Field(default=[], max_length=30)
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None
    fuzzy: int = Field(default=1, ge=0, le=2, description="Typing errors per word.")
    limit: int = Field(default=20, ge=1, le=100)
    offset: int = Field(default=0, ge=0, le=MAX_OFFSET)
    sort: Literal["score", "newest"] = "score"


class SuggestQuery(In):
    """The beginning of a name."""

    q: Line = Field(default="", max_length=200)


class LinksQuery(In):
    """Which links of a node, and how far."""

    kind: list[Line] = Field(default=[], max_length=30)
    from_: Day | None = Field(default=None, alias="from")
    to: Day | None = None
    limit: int = Field(default=50, ge=1, le=500)
    hops: int = Field(default=1, ge=1, le=3)


class PathQuery(In):
    """Between which two, over which links, how far at most."""

    a: Handle
    b: Handle
    max_hops: int = Field(default=6, ge=1, le=8)
    kind: list[Line] = Field(default=[], max_length=30)


class Told(Out):
    """What a pointer tells of something else, exactly as far as its source's tier allows."""

    tier: int
    count: str | None = Field(default=None, description="In steps; the least is `fewer than 5`.")
    regime: str | None = Field(default=None, description="From tier 2 on.")
    custodian: str | None = Field(default=None, description="From tier 2 on: the unit that keeps the source.")
    case: str | None = Field(
        default=None,
        description="Tier 3: the case of that regime which holds it. Null where none may be told of.",
        examples=["C-2026-0007"],
    )
    kind: str | None = Field(default=None, description="Tier 3: its schema.")
    month: str | None = Field(default=None, description="Tier 3: of its first day.", examples=["2026-03"])


class Pointer(Told):
    """That something else exists, exactly as far as its source's pointer tier allows."""

    handle: str | None = Field(
        default=None,
        description="Under a case: what POST /crossings takes as `pointer`. Yours, under this purpose, for a day; it "
        "holds what was asked and told, and nothing else.",
    )


class Why(Out):
    """Why a hit matched."""

    kind: str = Field(examples=["name", "typo", "phonetic", "identifier", "text"])
    field: str | None = None
    label: str | None = None
    query: str | None = None
    value: str | None = None
    matched: str | None = None
    text: str = ""
    source: str | None = None


class Hit(Out):
    """One entity that matched, as this purpose may see it."""

    id: str
    schema_: str = Field(alias="schema", serialization_alias="schema")
    schema_label: str | None = None
    caption: str = ""
    score: float = 0.0
    why: list[Why] = []
    sources: list[SourceRef] = []
    markings: list[Marking] = []
    summary: str | None = None
    first: str | None = None
    last: str | None = None
    countries: list[str] = []
    links: int | None = None
    aspects: int = 1
    pages: list[int] = Field(default=[], description="Of a document: the pages that match.")


class Bucket(Out):
    """One value of a facet."""

    value: str
    label: str = ""
    count: int


class Facets(Out):
    """Counts by schema, source, year and country, over what was counted; `capped` says when that is a part."""

    schema_: list[Bucket] = Field(default=[], alias="schema", serialization_alias="schema")
    source: list[Bucket] = []
    year: list[Bucket] = []
    country: list[Bucket] = []
    capped: bool = False
    facets_of: str | None = None


class Unread(Out):
    """Documents of the case whose words aren't all in the search; `partly`: of these, how many are in it in part."""

    documents: int
    partly: int = 0


class Found(Out):
    """The answer to a search."""

    query: str
    purpose: str | None = None
    took_ms: float = 0.0
    total: int = 0
    total_capped: bool = False
    total_text: str | None = Field(default=None, examples=["128", "more than 10,000"])
    fuzzy: int = 0
    pointers: list[Pointer] = []
    unread: Unread | None = Field(default=None, description="Under a case: what of its documents wasn't searched.")
    hits: list[Hit] = []
    facets: Facets | None = None
    sort: str | None = None
    limit: int = 20
    offset: int = 0


class Suggestion(Out):
    """A visible entity whose name begins so."""

    id: str
    schema_: str = Field(alias="schema", serialization_alias="schema")
    caption: str = ""


class Suggestions(Out):
    """At most ten."""

    items: list[Suggestion] = []


class Provenance(Out):
    """The record that says a value."""

    source: str
    record: str | None = None
    aspect: UUID | None = None
    run: UUID | None = None
    marking: Marking | None = None
    at: datetime | None = None


class Value(Out):
    """One value of a property with everybody who says so. `entity` is set where it is another entity."""

    value: str
    original: str | None = None
    entity: str | None = None
    caption: str | None = None
    sources: list[Provenance] = []


class Property(Out):
    """A property of an entity with its values."""

    name: str
    label: str = ""
    type: str = "string"
    values: list[Value] = []


class Aspect(Out):
    """What one record says of the entity."""

    id: UUID
    entity: str | None = None
    source: str
    source_title: str = ""
    record: str | None = None
    record_id: UUID | None = None
    version: int | None = Field(
        default=None, description="Of the record, counted over the versions that this purpose may see."
    )
    schema_: str = Field(alias="schema", serialization_alias="schema")
    caption: str | None = None
    marking: Marking | None = None
    hash: str | None = None
    at: datetime | None = None
    run: UUID | None = None
    first: str | None = None
    last: str | None = None
    compartment: bool = False


class Place(Out):
    """Where."""

    lat: float | None = None
    lon: float | None = None
    label: str | None = None


class Entity(Out):
    """The union of the aspects that this purpose may see, each value with its source."""

    id: str
    schema_: str = Field(alias="schema", serialization_alias="schema")
    schema_label: str | None = None
    schemata: list[str] = []
    caption: str = ""
    members: list[str] = []
    markings: list[Marking] = []
    first: str | None = None
    last: str | None = None
    link_count: int | None = None
    links_by_kind: list[Bucket] = []
    properties: list[Property] = []
    aspects: list[Aspect] = []
    places: list[Place] = []
    pointers: list[Pointer] = []
    as_of: datetime | None = None
    capped: bool = False
    cap_note: str | None = None


class Rule(Out):
    """A rule that lets this purpose see a source's data."""

    rule: str
    text: str = ""
    source: str | None = None
    aspects: int | None = None


class WhySeen(Out):
    """May I see this, by which rule; if not, what would allow it. Hidden and absent are told alike."""

    id: str
    visible: bool
    rules: list[Rule] = []
    needs: list[str] = []
    pointers: list[Pointer] = []
    purpose: str | None = None


class Node(Out):
    """An entity, or a value that several share, in a graph."""

    id: str
    schema_: str = Field(alias="schema", serialization_alias="schema")
    caption: str = ""
    sources: list[str] = []
    markings: list[Marking] = []
    regime: str | None = None
    degree: int | None = None
    value: dict[str, Any] | None = None


class Edge(Out):
    """A link between two nodes, in the direction in which it was stated."""

    id: UUID
    source: str
    target: str
    kind: str
    label: str = ""
    forward: bool = True
    from_: str | None = Field(default=None, alias="from", serialization_alias="from")
    to: str | None = None
    weight: float | None = None
    origin: str | None = None
    record: str | None = None
    record_id: UUID | None = None
    marking: Marking | None = None


class Expanded(Out):
    """A node's neighbourhood. A hub is capped and says so."""

    center: Node
    centers: list[Node] = []
    nodes: list[Node] = []
    edges: list[Edge] = []
    kinds: list[Bucket] = []
    total: int | None = None
    more: bool = False
    capped: bool = False
    cap_note: str | None = None


class Way(Out):
    """One way from the first to the last node."""

    nodes: list[Node] = []
    edges: list[Edge] = []


class Path(Out):
    """The shortest ways between two entities through what this purpose may see; the first one's nodes and edges
    stand apart."""

    found: bool
    hops: int = 0
    nodes: list[Node] = []
    edges: list[Edge] = []
    paths: list[Way] = []
    capped: bool = False
    cap_note: str | None = None
    took_ms: float = 0.0


class BatchWanted(In):
    """A list to look up. Above the bulk threshold it needs bulk approval (rule 41)."""

    queries: list[Line] = Field(min_length=1, max_length=200)
    fuzzy: int = Field(default=1, ge=0, le=2)


class Best(Out):
    """A likely match."""

    id: str
    schema_: str = Field(alias="schema", serialization_alias="schema")
    caption: str = ""
    score: float = 0.0


class Looked(Out):
    """What one line of the list found."""

    query: str
    total: int = 0
    total_capped: bool = False
    best: list[Best] = []


class Batch(Out):
    """The list's answers, in its order."""

    items: list[Looked] = []
    threshold: int | None = None
