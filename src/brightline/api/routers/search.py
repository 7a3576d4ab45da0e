"""Search, suggestions, lists, entities, and why one may see them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from pydantic import AfterValidator

from brightline.api.dates import first_day, last_day
from brightline.api.problems import documented
from brightline.api.shapes import search as shapes
from brightline.api.shapes.common import storable
from brightline.api.visit import Inquiring, Visiting
from brightline.search import queries

router = APIRouter(tags=["search"])

Id = Annotated[
    str,
    AfterValidator(storable),
    Path(max_length=200, description="The id that lists print.", examples=["bank-" + "0" * 32]),
]
_READ = documented(401, 403, 404, 422, 503)


@router.post(
    "/search",
    response_model=shapes.Found,
    operation_id="search",
    summary="Search what this purpose may see",
    responses=documented(401, 403, 422, 503),
)
def search(wanted: shapes.SearchQuery, visit: Inquiring) -> Any:
    """Filtered by the line before scoring, counting or suggesting. Each hit says why it matched and from which
    source; pointers say what else exists, exactly as far as each source's tier allows. The words come in the body:
    an address stands in the lists of whoever serves it, passes it on or keeps a browser's history."""
    asked = queries.Search(
        q=wanted.q,
        schemas=wanted.schema_,
        sources=wanted.source,
        countries=wanted.country,
        date_from=first_day(wanted.from_, "from"),
        date_to=last_day(wanted.to, "to"),
        fuzzy=wanted.fuzzy,
        limit=wanted.limit,
        offset=wanted.offset,
        sort=wanted.sort,
    )
    return visit.ask(queries.find, asked)


@router.post(
    "/search/batch",
    response_model=shapes.Batch,
    operation_id="search_batch",
    summary="Look up a list",
    responses=documented(401, 403, 422, 503),
)
def search_batch(wanted: shapes.BatchWanted, visit: Inquiring) -> Any:
    """One answer per line. More lines than the bulk threshold are refused without bulk approval."""
    return visit.ask(queries.batch, wanted.queries, fuzzy=wanted.fuzzy)


@router.post(
    "/suggest",
    response_model=shapes.Suggestions,
    operation_id="suggest",
    summary="Complete a name",
    responses=documented(401, 403, 422, 503),
)
def suggest(wanted: shapes.SuggestQuery, visit: Visiting) -> Any:
    """From what this purpose may see, and nothing else."""
    return visit.ask(queries.suggest, wanted.q)


@router.get(
    "/entities/{id}",
    response_model=shapes.Entity,
    operation_id="entity_show",
    summary="An entity with the source of every value",
    responses=_READ,
)
def entity_show(id: Id, visit: Inquiring, as_of: Annotated[datetime | None, Query()] = None) -> Any:
    """The merge of the aspects that this purpose may see; any member's id is a valid handle."""
    return visit.ask(queries.entity_show, id, as_of=as_of)


@router.get(
    "/why/{id}",
    response_model=shapes.WhySeen,
    operation_id="why",
    summary="May I see this, and by which rule",
    responses=documented(401, 403, 422, 503),
)
def why(id: Id, visit: Inquiring) -> Any:
    """If not: what would allow it, as far as that may be told. Hidden and absent are told alike."""
    return visit.ask(queries.why, id)
