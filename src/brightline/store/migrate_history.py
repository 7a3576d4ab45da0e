"""What a release that kept only a position had really run.

Until 0034 the database knew the number of the last migration alone. A migration that was merged later with a lower
number had been skipped in silence, so the number doesn't say which tables are there. Each of those migrations left
something that can be looked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol, TypeVar

from psycopg import Connection
from psycopg.rows import TupleRow

# number → a table, an index or table.column that it alone made. 0021 changed rows only and was always merged with 0020.
TRACES = {
    "0001": "content.aspect",
    "0002": "ledger.entry",
    "0003": "feed.feed",
    "0004": "cases.case_file",
    "0005": "line.crossing",
    "0006": "jobs.procrastinate_jobs",
    "0007": "content.aspect_keys",
    "0010": "line.lead_ref",
    "0011": "line.operation_ref",
    "0012": "disclosures.disclosure",
    "0013": "content.record.since",
    "0014": "oversight.sample",
    "0015": "feed.run.delta_version",
    "0016": "cases.task",
    "0017": "content.judgement.account_name",
    "0018": "documents.reading",
    "0019": "analysis.watch",
    "0020": "line.rulebook_version",
    "0021": "line.rulebook_version",
    "0022": "line.crossing.before_review",
    "0023": "line.prompt",
    "0024": "bulk.request",
    "0025": "oversight.watched",
    "0026": "line.service_token",
    "0027": "line.factor",
    "0028": "ledger.rotation",
    "0029": "ledger.class",
    "0031": "stage.aspect.text",
    "0032": "line.uncounted",
    "0034": "restrictions.restriction",
}


class Numbered(Protocol):
    """A step with a number."""

    @property
    def number(self) -> str: ...


Step = TypeVar("Step", bound=Numbered)


def seen(conn: Connection[TupleRow], steps: Sequence[Step]) -> tuple[Step, ...]:
    """The steps of old releases whose traces are in this database; none in an empty one."""
    found = conn.execute("SELECT to_regclass('store.revision') IS NOT NULL").fetchone()
    if not (found and found[0]):
        return ()
    return tuple(step for step in steps if step.number in TRACES and _is_there(conn, TRACES[step.number]))


def _is_there(conn: Connection[TupleRow], trace: str) -> bool:
    parts = trace.split(".")
    table, column = ".".join(parts[:2]), parts[2] if len(parts) == 3 else None
    row = conn.execute(
        "SELECT to_regclass(%s) IS NOT NULL AND (%s::text IS NULL OR EXISTS (SELECT FROM pg_attribute a"
        " WHERE a.attrelid = to_regclass(%s) AND a.attname = %s AND NOT a.attisdropped))",
        (table, column, table, column),
    ).fetchone()
    return bool(row and row[0])
