"""Oversight: reports and the rows behind each number, crossings over time, exceptions, samples of reasons."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response

from brightline.api.pages import Paging, Window, page, paged
from brightline.api.problems import documented
from brightline.api.shapes import oversight as shapes
from brightline.api.shapes.common import Listed
from brightline.api.shapes.ledger import EntryRow
from brightline.api.visit import Visiting
from brightline.oversight import commands, misuse, queries
from brightline.oversight.definitions import registry
from brightline.oversight.reports import as_csv, as_html

router = APIRouter(tags=["oversight"])
_READ = documented(401, 403, 404, 409, 422, 503)
_CHANGE = documented(401, 403, 404, 409, 422, 503)
Name = Annotated[str, Path(max_length=60, examples=["crossings"])]
AsOf = Annotated[datetime | None, Query(description="A past moment; without it, the newest checkpoint.")]
Since = Annotated[datetime | None, Query(alias="from")]
Until = Annotated[datetime | None, Query(alias="to")]


@router.get(
    "/reports",
    response_model=Listed[shapes.ReportDefinition],
    operation_id="report_list",
    summary="The reports, with the definitions of their figures",
    responses=documented(401, 503),
)
def report_list(visit: Visiting, paging: Paging) -> Any:
    """For everybody who is signed in: definitions are no secret."""
    visit.run("ledger_status")
    known = registry()
    reports = [
        {
            "name": name,
            "title": report.title,
            "version": known.version,
            "figures": [{"key": key, **known.figures[key].model_dump()} for key in report.figures],
        }
        for name, report in known.reports.items()
    ]
    return page({"reports": reports}, "reports", paging)


@router.get(
    "/reports/{name}",
    response_model=shapes.FigureReport,
    operation_id="report_run",
    summary="A report as of a past moment",
    responses={200: {"content": {"text/csv": {}, "text/html": {}}}, **_READ},
)
def report_run(
    name: Name,
    visit: Visiting,
    as_of: AsOf = None,
    since: Since = None,
    published: Annotated[
        bool, Query(description="For the public: rounded to fives, 1 to 4 as fewer than 5, and remembered.")
    ] = False,
    format: Annotated[Literal["json", "csv", "html"], Query()] = "json",
) -> Any:
    """Counted over the entries of the newest checkpoint signed by then: the same moment, the same hash (rule 49)."""
    made = visit.ask(queries.report, name, queries.Moments(as_of=as_of, since=since), published=published)
    if format == "csv":
        return Response(as_csv(made), media_type="text/csv; charset=utf-8", headers=visit.stamps())
    if format == "html":
        return Response(as_html(made), media_type="text/html; charset=utf-8", headers=visit.stamps())
    return made


@router.get(
    "/figures/{key}/entries",
    response_model=Listed[EntryRow],
    operation_id="figure_entries",
    summary="The entries behind a number",
    responses=_READ,
)
def figure_entries(
    key: Annotated[str, Path(max_length=60, examples=["crossings_requested"])],
    visit: Visiting,
    paging: Paging,
    cell: Annotated[list[str] | None, Query(max_length=3)] = None,
    as_of: AsOf = None,
    since: Since = None,
) -> Any:
    """All that a figure counts, or one of its cells, newest first."""
    return visit.ask(queries.counted, key, cell, queries.Moments(as_of=as_of, since=since), paging.params())


@router.get(
    "/oversight/crossings",
    response_model=Listed[shapes.CrossingArc],
    operation_id="oversight_crossings",
    summary="Crossings over time",
    responses=_READ,
)
def oversight_crossings(visit: Visiting, paging: Paging, since: Since = None, until: Until = None) -> Any:
    """For the chart of lanes and arcs; read off the heads of the log."""
    return visit.ask(queries.crossings, since=since, until=until, page=paging.params())


Unit = Annotated[str | None, Query(max_length=63, description="One that sent or received.")]


@router.get(
    "/oversight/referrals",
    response_model=shapes.OverseenReferrals,
    operation_id="oversight_referrals",
    summary="Who referred which lead where, and what came of it",
    responses=_READ,
)
def oversight_referrals(
    visit: Visiting, paging: Paging, state: Annotated[str | None, Query(max_length=20)] = None, unit: Unit = None
) -> Any:
    """Of every unit, newest first, with counts. Who the subject is, nothing says: the log is asked for that."""
    return visit.ask(queries.referrals, {"state": state, "unit": unit, **paging.params()})


@router.get(
    "/oversight/intakes",
    response_model=shapes.OverseenIntakes,
    operation_id="oversight_intakes",
    summary="Which leads came in, by programme and authority",
    responses=_READ,
)
def oversight_intakes(
    visit: Visiting, paging: Paging, programme: Annotated[str | None, Query(max_length=63)] = None, unit: Unit = None
) -> Any:
    """Of every unit, newest first, with counts. Neither rows nor the files' names, which may speak of a subject."""
    return visit.ask(queries.intakes, {"programme": programme, "unit": unit, **paging.params()})


@router.get(
    "/oversight/exceptions",
    response_model=shapes.Exceptions,
    operation_id="oversight_exceptions",
    summary="What deserves a look",
    responses=_READ,
)
def oversight_exceptions(visit: Visiting, paging: Paging, since: Since = None, until: Until = None) -> Any:
    """Open ones first, the newest of them first. Look-ups of oneself and colleagues, sessions at once, copied words,
    late decisions (rule 44)."""
    return visit.ask(queries.exceptions, since=since, until=until, page=paging.params())


@router.post(
    "/oversight/exceptions/explain",
    response_model=shapes.ExceptionRow,
    operation_id="oversight_explain",
    summary="Write down what was found",
    responses=_CHANGE,
)
def oversight_explain(wanted: shapes.Explanation, visit: Visiting) -> Any:
    """Once; what was written stays."""
    return visit.ask(commands.explain, wanted.key, note=wanted.note)


@router.get(
    "/oversight/samples",
    response_model=Listed[shapes.SampleRow],
    operation_id="oversight_samples",
    summary="Samples of reasons",
    responses=_READ,
)
def oversight_samples(visit: Visiting, paging: Paging) -> Any:
    """Newest first."""
    return page(visit.ask(queries.samples), "items", paging)


@router.post(
    "/oversight/samples",
    status_code=201,
    response_model=shapes.SampleRow,
    operation_id="oversight_draw",
    summary="Draw a sample of reasons",
    responses=_CHANGE,
)
def oversight_draw(wanted: shapes.SampleWanted, visit: Visiting) -> Any:
    """One in a hundred of the period's inquiries, at least twenty, and every crossing (rule 40); nobody chooses."""
    return visit.ask(commands.draw, since=wanted.from_, until=wanted.to)


@router.get(
    "/oversight/queue",
    response_model=shapes.ReviewQueue,
    operation_id="oversight_queue",
    summary="Reasons that wait for a verdict",
    responses=_READ,
)
def oversight_queue(visit: Visiting, paging: Paging) -> Any:
    """Of all draws, crossings first, then the oldest; each once."""
    found = visit.ask(queries.queue, limit=paging.limit, offset=paging.offset)
    return {**paged(found["items"], paging, found["total"]), "waiting": found["waiting"]}


@router.get(
    "/oversight/samples/{sample}",
    response_model=shapes.Sample,
    operation_id="oversight_sample",
    summary="One sample, reason by reason",
    responses=_READ,
)
def oversight_sample(sample: UUID, visit: Visiting) -> Any:
    """With what was judged so far."""
    return visit.ask(queries.sample, sample)


@router.post(
    "/oversight/samples/{sample}/{place}",
    response_model=shapes.ReasonJudged,
    operation_id="oversight_judge",
    summary="Judge one reason",
    responses=_CHANGE,
)
def oversight_judge(
    sample: UUID, place: Annotated[int, Path(ge=1, le=100_000)], wanted: shapes.Verdict, visit: Visiting
) -> Any:
    """Sound, vague or not supported; the last two with a note. 409: it is judged already. Never one's own."""
    return visit.ask(commands.judge, sample, place, verdict=wanted.verdict, note=wanted.note)


@router.get(
    "/oversight/flags",
    response_model=shapes.Flags,
    operation_id="oversight_flags",
    summary="Flags of the misuse detectors",
    responses=_READ,
)
def oversight_flags(visit: Visiting, wanted: Annotated[shapes.FlagQuery, Query()]) -> Any:
    """Open ones first, each with how it was computed and the version of the rule (rule 44)."""
    window = Window(limit=wanted.limit, offset=wanted.offset)
    found = visit.ask(queries.flags, wanted.model_dump(by_alias=True, mode="json"))
    return {**paged(found["items"], window, found["total"]), "open": found["open"], "behind": found["behind"]}


@router.get(
    "/oversight/flags/{flag}",
    response_model=shapes.Flag,
    operation_id="oversight_flag",
    summary="One flag with its evidence",
    responses=_READ,
)
def oversight_flag(flag: UUID, visit: Visiting) -> Any:
    """The entries it rests on; what they say is read entry by entry."""
    return visit.ask(queries.flag, flag)


@router.post(
    "/oversight/flags/{flag}",
    response_model=shapes.Flag,
    operation_id="oversight_flag_judge",
    summary="Give a verdict on a flag",
    responses=_CHANGE,
)
def oversight_flag_judge(flag: UUID, wanted: shapes.VerdictWanted, visit: Visiting) -> Any:
    """Founded or unfounded stay; inquiry leaves it open. 403 `own`: on oneself. 409: it is judged already."""
    return visit.ask(commands.flag_judge, flag, verdict=wanted.verdict, remarks=wanted.remarks)


@router.get(
    "/oversight/sets",
    response_model=Listed[shapes.VisibleSet],
    operation_id="oversight_sets",
    summary="Visible sets, held against the rulebook",
    responses=_READ,
)
def oversight_sets(visit: Visiting, wanted: Annotated[shapes.SetQuery, Query()]) -> Any:
    """Newest first, each judged anew by the line's own rules; a stale one is compiled at its next call."""
    window = Window(limit=wanted.limit, offset=wanted.offset)
    found = visit.ask(queries.sets, wanted.model_dump(mode="json"))
    return paged(found["items"], window, found["total"])


@router.get(
    "/oversight/promises",
    response_model=shapes.Promises,
    operation_id="oversight_promises",
    summary="What is promised and not done",
    responses=_READ,
)
def oversight_promises(visit: Visiting, paging: Paging) -> Any:
    """Runs, exports, looks, what waits to be stored, moments of schedules; what is late first, and an exception."""
    found = visit.ask(queries.promises, limit=paging.limit, offset=paging.offset)
    return {**paged(found["items"], paging, found["total"]), "late": found["late"]}


@router.get(
    "/oversight/lists",
    response_model=Listed[shapes.WatchedList],
    operation_id="oversight_lists",
    summary="What the detectors compare with",
    responses=_READ,
)
def oversight_lists(visit: Visiting, paging: Paging) -> Any:
    """How many are on each list. Nobody can read who."""
    return page(visit.ask(queries.lists), "items", paging)


@router.put(
    "/oversight/lists",
    response_model=shapes.WatchedList,
    operation_id="oversight_list_put",
    summary="Put a list of own names, a household, press or officials",
    responses=_CHANGE,
)
def oversight_list_put(wanted: shapes.ListWanted, visit: Visiting) -> Any:
    """In the place of the former one; empty, it ends it. Kept are keyed hashes of normalised words."""
    people = [misuse.Person(**one.model_dump()) for one in wanted.people]
    return visit.ask(commands.list_put, wanted.list, people, account=wanted.account, title=wanted.title)
