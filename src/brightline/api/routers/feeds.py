"""Sources with their agreements, feeds, runs, quarantine: the steward's desk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path as Folder
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, UploadFile

from brightline.api.pages import Paging, page, paged
from brightline.api.problems import documented
from brightline.api.shapes import feeds as shapes
from brightline.api.shapes.common import Listed, Reason
from brightline.api.shapes.proposals import Proposal
from brightline.api.visit import Visit, Visiting
from brightline.feeds import commands, queries
from brightline.model.errors import BadInput, Conflict, Missing, Refused

router = APIRouter(tags=["feeds"])

Name = Annotated[str, Path(max_length=100, examples=["harbour-register"])]
_LIST = documented(401, 403, 422, 503)
_READ = documented(401, 403, 404, 422, 503)
_CHANGE = documented(401, 403, 404, 409, 422, 503)


@router.get(
    "/sources",
    response_model=Listed[shapes.Source],
    operation_id="source_list",
    summary="Sources",
    responses=_LIST,
)
def source_list(visit: Visiting, paging: Paging) -> Any:
    """With their agreements. What a source's tier keeps to itself is left out for others than its stewards."""
    return page(visit.run("source_list"), "sources", paging)


@router.post(
    "/sources",
    status_code=201,
    response_model=Proposal,
    operation_id="source_add",
    summary="Propose a source",
    responses=_CHANGE,
)
def source_add(wanted: shapes.SourceWanted, visit: Visiting) -> Any:
    """With its agreement and its privacy assessment, without which it gives no data (rule 15). By a steward of the
    custodian, or of a unit of no regime; another person accepts it."""
    return visit.run("source_add", wanted.model_dump(exclude_none=True, mode="json"))


@router.get(
    "/sources/{name}",
    response_model=shapes.SourceFull,
    operation_id="source_show",
    summary="A source",
    responses=_READ,
)
def source_show(name: Name, visit: Visiting) -> Any:
    """With all its agreements and assessments."""
    return visit.run("source_show", {"name": name})


@router.post(
    "/agreements/{id}/expire",
    response_model=Proposal,
    operation_id="agreement_expire",
    summary="Propose to end an agreement",
    responses=_CHANGE,
)
def agreement_expire(id: Annotated[str, Path(max_length=200)], wanted: Reason, visit: Visiting) -> Any:
    """Once another person has accepted it, nobody sees what came under it alone; those who lose sight are told."""
    return visit.run("agreement_expire", {"id": id, "reason": wanted.reason})


@router.get(
    "/feeds",
    response_model=Listed[shapes.FeedRow],
    operation_id="feed_list",
    summary="Feeds",
    responses=_LIST,
)
def feed_list(visit: Visiting, paging: Paging) -> Any:
    """With their last runs and how much waits in quarantine."""
    return page(visit.ask(queries.list_feeds), "feeds", paging)


@router.post(
    "/feeds",
    status_code=201,
    response_model=shapes.Feed,
    operation_id="feed_add",
    summary="Add a feed",
    responses=_CHANGE,
)
def feed_add(wanted: shapes.FeedWanted, visit: Visiting) -> Any:
    """A folder on the server, under one of those for feeds: the home's `feeds`, the shipped ones, BRIGHTLINE_FEEDS.
    Its source must be there."""
    return visit.ask(commands.add, Folder(wanted.folder), visit.house.feed_roots)


@router.get(
    "/feeds/{name}",
    response_model=shapes.Feed,
    operation_id="feed_show",
    summary="A feed",
    responses=_READ,
)
def feed_show(name: Name, visit: Visiting) -> Any:
    """With its mapping, what it expects, and its last runs."""
    return visit.ask(queries.show, name)


@router.post(
    "/feeds/{name}/refresh",
    status_code=202,
    response_model=shapes.Run,
    operation_id="feed_refresh",
    summary="Refresh a feed",
    responses=_CHANGE,
)
def feed_refresh(name: Name, wanted: shapes.RefreshWanted, visit: Visiting) -> Any:
    """Queues a run; the worker publishes it whole or not at all. Ask `GET /runs/{run}` how it goes."""
    return visit.ask(commands.refresh, name, mode=wanted.mode, input=wanted.input)


@router.post(
    "/feeds/{name}/input",
    status_code=202,
    response_model=shapes.Run,
    operation_id="feed_refresh_input",
    summary="Refresh a feed from a file that is sent along",
    responses={**_CHANGE, **documented(413)},
)
def feed_refresh_input(
    name: Name,
    visit: Visiting,
    file: UploadFile,
    mode: Annotated[shapes.Mode | None, Query()] = None,
) -> Any:
    """For input that doesn't lie on the server."""
    visit.ask(queries.show, name)
    with _kept(visit, file) as input:
        return visit.ask(commands.refresh, name, mode=mode, input=input)


@router.get(
    "/feeds/{name}/runs",
    response_model=Listed[shapes.Run],
    operation_id="feed_runs",
    summary="Runs of a feed",
    responses=_READ,
)
def feed_runs(name: Name, visit: Visiting, paging: Paging) -> Any:
    """Newest first."""
    found = visit.ask(queries.runs, name, limit=paging.limit, offset=paging.offset)
    return paged(found["runs"], paging, found.get("total"))


@router.get(
    "/runs/{run}",
    response_model=shapes.Run,
    operation_id="run_show",
    summary="A run",
    responses=_READ,
)
def run_show(run: UUID, visit: Visiting) -> Any:
    """Rows in, new, changed, unchanged, deleted, rejected; what became of them."""
    return visit.ask(queries.run_show, run)


@router.get(
    "/runs/{run}/dropped",
    response_model=Listed[shapes.Dropped],
    operation_id="feed_dropped",
    summary="What the source no longer had",
    responses=_READ,
)
def feed_dropped(run: UUID, visit: Visiting, paging: Paging) -> Any:
    """The rows that this run took away, by key."""
    found = visit.ask(queries.dropped, run, limit=paging.limit, offset=paging.offset)
    return paged(found["items"], paging, found.get("total"))


@router.post(
    "/runs/{run}/end",
    response_model=shapes.Run,
    operation_id="feed_end",
    summary="End a run that isn't published",
    responses=_CHANGE,
)
def feed_end(run: UUID, wanted: Reason, visit: Visiting) -> Any:
    """Queued or running: it fails, with the reason, and the feed can be refreshed again."""
    return visit.ask(commands.end, run, wanted.reason)


@router.post(
    "/runs/{run}/release",
    status_code=202,
    response_model=shapes.Run,
    operation_id="feed_release",
    summary="Release a held run",
    responses=_CHANGE,
)
def feed_release(run: UUID, wanted: Reason, visit: Visiting) -> Any:
    """By another person than who started it: the same input is read again, and published as it is."""
    return visit.ask(commands.release, run, wanted.reason)


@router.post(
    "/runs/{run}/withdraw",
    response_model=shapes.Run,
    operation_id="feed_withdraw",
    summary="Withdraw a run",
    responses=_CHANGE,
)
def feed_withdraw(run: UUID, wanted: Reason, visit: Visiting) -> Any:
    """Whole: the state before it is published again."""
    return visit.ask(commands.withdraw, run, wanted.reason)


@router.get(
    "/feeds/{name}/quarantine",
    response_model=Listed[shapes.Quarantined],
    operation_id="feed_quarantine",
    summary="What could not be taken, and why",
    responses=_READ,
)
def feed_quarantine(name: Name, visit: Visiting, paging: Paging, run: Annotated[UUID | None, Query()] = None) -> Any:
    """Each row or value with row, column and reason."""
    found = visit.ask(queries.quarantine, name, run=run, limit=paging.limit, offset=paging.offset)
    return paged(found["items"], paging, found.get("total"))


@router.post(
    "/feeds/{name}/mended",
    status_code=201,
    response_model=shapes.Mended,
    operation_id="feed_mend",
    summary="Mend a value in quarantine",
    responses=_CHANGE,
)
def feed_mend(name: Name, wanted: shapes.MendWanted, visit: Visiting) -> Any:
    """From the next run on, until the source says something else in its place."""
    return visit.ask(commands.mend, name, wanted.model_dump(mode="json"))


@router.get(
    "/feeds/{name}/mended",
    response_model=Listed[shapes.Mended],
    operation_id="feed_mendings",
    summary="Mended values",
    responses=_READ,
)
def feed_mendings(name: Name, visit: Visiting, paging: Paging, ended: Annotated[bool, Query()] = False) -> Any:
    """With who mended them and why, newest first; with `ended` also those that the source has overtaken."""
    found = visit.ask(queries.mendings, name, ended=ended, limit=paging.limit, offset=paging.offset)
    return paged(found["items"], paging, found.get("total"))


@router.post(
    "/feeds/{name}/mended/{id}/end",
    response_model=shapes.Mended,
    operation_id="feed_mend_end",
    summary="Take a mended value back",
    responses=_CHANGE,
)
def feed_mend_end(name: Name, id: UUID, wanted: Reason, visit: Visiting) -> Any:
    """What the source says counts again from the next run on."""
    return visit.ask(commands.mend_end, name, id, wanted.reason)


@router.post(
    "/feeds/{name}/replay",
    status_code=202,
    response_model=shapes.Run,
    operation_id="feed_replay",
    summary="Try quarantined rows again",
    responses=_CHANGE,
)
def feed_replay(name: Name, wanted: shapes.ReplayWanted, visit: Visiting) -> Any:
    """All that are open, or those named; after the mapping was mended, or from a file with the fixed rows."""
    return visit.ask(commands.replay, name, ids=wanted.ids, input=wanted.input)


@router.post(
    "/feeds/{name}/replay/input",
    status_code=202,
    response_model=shapes.Run,
    operation_id="feed_replay_input",
    summary="Try quarantined rows again from a file that is sent along",
    responses={**_CHANGE, **documented(413)},
)
def feed_replay_input(name: Name, visit: Visiting, file: UploadFile) -> Any:
    """The file holds the fixed rows, in the feed's own format."""
    visit.ask(queries.show, name)
    with _kept(visit, file) as input:
        return visit.ask(commands.replay, name, ids=None, input=input)


@contextmanager
def _kept(visit: Visit, file: UploadFile) -> Iterator[str]:
    """Put what was sent into the inbox, where the worker may read it; asked only after the line let it in.

    Where the act was refused, no run will ever name the file: it goes at once.
    """
    kept = visit.house.inbox.keep(file.filename or "input", file.file)
    try:
        yield str(kept)
    except (BadInput, Conflict, Missing, Refused):
        kept.unlink(missing_ok=True)
        raise
