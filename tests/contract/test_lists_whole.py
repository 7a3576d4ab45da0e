"""No list is cut in silence: a function that takes a part of a list says how many there are, or that it took a part.

Read from the functions as they are installed, so that a new one is looked at too; and tried with more rows than a page
holds, one list after the other, to its last page.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from tests.office import Office, office

from brightline.analysis import commands as analysis
from brightline.api import pages
from brightline.api.reference import document
from brightline.cases import commands as cases
from brightline.search import bulk as listed
from brightline.search import commands as search

pytestmark = pytest.mark.database

# Words by which an answer says that it holds a part.
TOLD = re.compile(r"'(\w+_)?(total|more|capped)'")

# Functions with a LIMIT beyond one row whose answer needs no total, each with the reason. `inner.name` is the installed
# form of a function of a room's sql/ folder.
BATCH = "takes a batch of work; the next turn takes the rest"
BOUND = "a bound on what is looked at, no list that anybody reads"
ASKED = "gives as many as its caller asked for; the caller tells the total"
EXCUSED = {
    "analysis.due": BATCH,
    "documents.work": BATCH,
    "inner.bulk_run": BATCH,
    "inner.feed_replay": BATCH,
    "jobs.adopt": BATCH,
    "ledger.carry_out": BATCH,
    "line.attempt_write": BATCH,
    "line.policy_unchecked": BATCH,
    "line.retention_log_due": BATCH,
    "warehouse.case_claim": BATCH,
    "bulk.matching": BOUND,
    "content.cards": "of an entity's aspects so many make its card; its page tells of all, and when it doesn't",
    "content.dress": "a degree, told up to where an entity is called a hub",
    "content.joined_through": "steps of a search for one chain",
    "content.near_words": BOUND,
    "line.address_parts": BOUND,
    "line.addresses_in": BOUND,
    "line.numbers_in": BOUND,
    "feed.crowded": BOUND,
    "leads.intake_whole": "the first of what a file brought; how many were taken and set aside stands beside them",
    "line.lapse_leads": BATCH,
    "line.leads_alike": "the likeliest, proposed to be looked at; nothing rests on their number",
    "line.leads_common": BOUND,
    "line.retention_leads": BATCH,
    "line.match_entities": BATCH,
    "line.operations_swept": BATCH,
    "line.documents_wait_all": "of more than an account may have waiting the rest is asked for by hand",
    "operations.facts_alike": "the newest encounters that facts are compared with; nobody reads them",
    "feed.fail": "of a run that failed so many examples are kept; its counts tell of all rows",
    "line.loggable": "an act with more parameters is logged by its hash",
    "line.misuse_flag": "so many entries prove a flag; the log pages all",
    "line.oversight_others": "so many entries prove an exception; the log pages all",
    **dict.fromkeys(
        ("content.net_filters", "content.net_keys", "content.net_text"),
        "rows of a net, of which the search says when there are more than 10,000",
    ),
    "line.pointer_hits": "a count that is told in steps, the last of which is 1,000 or more",
    "line.crossing_resolve": "a request from a pointer to 100 or more is refused",
    "line.pointer_hits_of": "a count that is told in steps, the last of which is 1,000 or more",
    "line.reason_fault": BOUND,
    "line.reason_of_another": BOUND,
    "inner.search_suggest": "suggestions while somebody types; the search itself tells its total",
    "inner.bulk_sample": "a sample, whose size the run tells",
    "line.oversight_draw": "a sample, whose size it tells",
    "line.search_bulk_draw": "a sample, whose size the run tells",
    "inner.case_document_text": "its pages, from a number on; `kept` says how many hold text",
    "inner.feed_show": "the last ten runs; feed_runs pages all",
    "warehouse.dataset_words": "the last ten commits; `commits` counts all",
    "warehouse.schedule_words": "the last ten runs of a schedule, as its list says",
    "content.judged": ASKED,
    "inner.ledger_who_saw": "asks for one row more; ledger.page says whether there is more",
    "inner.oversight_rows": "asks for one row more; ledger.page says whether there is more",
    "line.ledger_inquiries": "asks for one row more; its caller says whether there is more",
    "line.retention_records": ASKED,
    "operations.extract_faults": ASKED,
}


def _functions(admin: Any) -> list[tuple[str, str]]:
    rows = admin.execute(
        "SELECT n.nspname || '.' || p.proname, pg_get_functiondef(p.oid) FROM pg_proc p JOIN pg_namespace n ON n.oid ="
        " p.pronamespace WHERE p.prokind = 'f' AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'ext')"
        " AND n.nspname !~ '^pg_' ORDER BY 1"
    ).fetchall()
    return [(name, re.sub(r"--[^\n]*", "", text)) for name, text in rows]


def _cuts(text: str) -> list[str]:
    """What each LIMIT says, but for those of one row."""
    return [most for most in re.findall(r"\bLIMIT\s+([^\s);,]+)", text) if most not in {"1", "ALL"}]


def test_every_function_that_cuts_says_so(module_db: Any) -> None:
    silent = {
        name: " ".join(_cuts(text))
        for name, text in _functions(module_db.admin)
        if _cuts(text) and not TOLD.search(text) and name not in EXCUSED
    }
    assert not silent, "\n".join(f"{name}: LIMIT {most}" for name, most in sorted(silent.items()))


def test_what_is_excused_still_cuts(module_db: Any) -> None:
    cutting = {name for name, text in _functions(module_db.admin) if _cuts(text)}
    assert set(EXCUSED) <= cutting


def test_the_look_finds_a_cut(module_db: Any) -> None:
    """The test itself is tried: a function that cuts in silence is found."""
    with module_db.admin.transaction(force_rollback=True):
        module_db.admin.execute(
            "CREATE FUNCTION line.first_hundred() RETURNS SETOF uuid LANGUAGE sql"
            " RETURN (SELECT id FROM line.account LIMIT 100)"
        )
        found = dict(_functions(module_db.admin))["line.first_hundred"]
        assert _cuts(found) == ["100"]


# ------------------------------------------------------------------------------------------- more rows than a page


@pytest.fixture(scope="module")
def busy(module_db: Any) -> Iterator[Office]:
    """An office in which one thing of each kind was really made."""
    with office(module_db) as made:
        made.case = made.opened()  # type: ignore[attr-defined]
        yield made


def _glass(made: Office) -> None:
    why = "The witness of the other case was threatened this morning and nobody of its team can be reached."
    made.do("bo", "fraud/agent", "glass_ask", case="C-2026-4711", reason=why)


def _purge(made: Office) -> None:
    made.world.db.execute(
        "INSERT INTO retention.purge (number, unit, reason, proposed_by) SELECT 'P-2026-000001', 'records', 'Old.', id"
        " FROM line.account WHERE name = 'stu'"
    )


def _export(made: Office) -> None:
    _, id = made.thing("register", "Company", name=["Quillon Roadworks"])
    under = made.call("ana", made.case)  # type: ignore[attr-defined]
    cases.case_add_items(made.gate, under, ids=[f"register-{id.hex}"])
    made.do("ana", made.case, "export_request", format="csv")  # type: ignore[attr-defined]


def _watch(made: Office) -> None:
    analysis.watch_add(made.gate, made.call("ana", made.case), "Quillon")  # type: ignore[attr-defined]


def _workspace(made: Office) -> None:
    _, id = made.person("register", "Rosa Quillon")
    space = analysis.Workspace(title="Payments", ids=[f"register-{id.hex}"])
    analysis.workspace_save(made.gate, made.call("ana", made.case), space)  # type: ignore[attr-defined]


def _bulk(made: Office) -> None:
    wanted = search.Wanted(
        population="People named on the manifest of the ferry of 3 May",
        aim="Find which of the passengers own a company that was paid from the same account.",
        expected=2,
        lines=[listed.Line(q="Rosa Quillon")],
        fuzzy=0,
    )
    search.request(made.gate, made.call("ana", made.case), wanted)  # type: ignore[attr-defined]


def _crossing(made: Office) -> None:
    printed, _ = made.person("wages", "Anton Quillon")
    made.request(made.case, printed)  # type: ignore[attr-defined]


def _notice(made: Office) -> None:
    made.world.db.execute(
        "INSERT INTO line.account_notice (account, kind, what)"
        " SELECT id, 'role', 'told' FROM line.account WHERE name = 'ana'"
    )


@dataclass(frozen=True)
class Of:
    """A list: how one of it is made, where it lies, who reads it, and what tells one row from another."""

    make: Callable[[Office], None] | None
    table: str
    function: str
    rows: str
    key: str
    who: str = "ana"
    under: str | None = "case"
    column: str = "made"
    letter: str = ""


OVERSIGHT = "inspectorate/overseer"
LISTS = {
    "glass": Of(_glass, "line.glass", "glass_list", "requests", "glass", "bo", "fraud/agent", "asked", "G"),
    "purges": Of(_purge, "retention.purge", "retention_purges", "items", "purge", "ines", OVERSIGHT, "proposed", "P"),
    "own exports": Of(_export, "warehouse.export", "export_list", "exports", "id"),
    "all exports": Of(None, "warehouse.export", "warehouse_list", "exports", "id", "ines", OVERSIGHT),
    "watches": Of(_watch, "analysis.watch", "watch_list", "watches", "watch"),
    "workspaces": Of(_workspace, "analysis.workspace", "workspace_list", "workspaces", "workspace", column="changed"),
    "bulk runs": Of(_bulk, "bulk.request", "bulk_list", "items", "bulk", letter="B"),
    "crossings": Of(
        _crossing, "line.crossing", "crossing_list", "crossings", "crossing", "ines", OVERSIGHT, "requested", "X"
    ),
    "notices": Of(_notice, "line.account_notice", "notice_list", "notices", "id", under=None, column="at"),
}
MANY = 230


def _multiply(made: Office, of: Of) -> None:
    """Copies of what was made, each a second older than the one before."""
    table, column = of.table, of.column
    unique = "'standing', gen_random_uuid()," if table == "analysis.watch" else ""
    number = f"'number', '{of.letter}-2026-' || lpad((100000 + n)::text, 6, '0')," if of.letter else ""
    made.world.db.execute(
        f"INSERT INTO {table} SELECT (jsonb_populate_record(t, jsonb_build_object('id', gen_random_uuid(), {unique}"
        f" {number} '{column}', t.{column} - n * interval '1 second'))).*"
        f" FROM {table} t, generate_series(1, {MANY}) n"
        f" WHERE t.ctid = (SELECT x.ctid FROM {table} x ORDER BY x.{column} DESC LIMIT 1)"
    )


@pytest.mark.parametrize("name", LISTS)
def test_a_list_is_read_to_its_end(busy: Office, name: str) -> None:
    of = LISTS[name]
    if of.make is not None:
        of.make(busy)
        _multiply(busy, of)
    under = busy.case if of.under == "case" else of.under  # type: ignore[attr-defined]
    seen: list[Any] = []
    total = MANY
    for offset in range(0, 1_000, 100):
        found = busy.do(of.who, under, of.function, limit=100, offset=offset)
        seen, total = seen + found[of.rows], found["total"]
        if len(seen) >= total:
            break
    assert len(seen) == total == len({str(one[of.key]) for one in seen}) > MANY
    times = [one[of.column] for one in seen if not one.get("due")]
    assert times == sorted(times, reverse=True)
    assert busy.do(of.who, under, of.function, limit=100, offset=10_000)[of.rows] == []


# ------------------------------------------------------------------------------------------------------- the doors


def test_a_list_that_its_room_cut_is_not_cut_again_by_the_door() -> None:
    window = pages.Window(limit=2, offset=0)
    assert pages.page({"items": [1, 2, 3]}, "items", window) == {
        "items": [1, 2], "total": 3, "limit": 2, "offset": 0, "more": True,
    }  # fmt: skip
    with pytest.raises(TypeError):
        pages.page({"items": [1, 2, 3], "total": 700}, "items", window)


GROUPS = Path(__file__).parent.parent.parent / "src" / "brightline" / "cli" / "groups"


def _calls(tree: ast.AST, name: str) -> Iterator[ast.Call]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == name:
            yield node


def _shapes() -> list[re.Pattern[str]]:
    """Paths that the API answers in pages."""
    paged = []
    for template, methods in document()["paths"].items():
        asked = {one["name"] for one in methods.get("get", {}).get("parameters", ())}
        if {"limit", "offset"} <= asked:
            paged.append(re.compile(re.sub(r"\{\w+\}", "[^/]+", template.removeprefix("/api/v1"))))
    return paged


def _path(node: ast.expr) -> str:
    """A path as the source writes it, with x for what is filled in."""
    if isinstance(node, ast.JoinedStr):
        return "".join(str(part.value) if isinstance(part, ast.Constant) else "x" for part in node.values)
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "place_of":
        return "/".join(["/cases/x", *(str(a.value) if isinstance(a, ast.Constant) else "x" for a in node.args[1:])])
    return ""


def test_every_command_that_lists_what_comes_in_pages_can_turn_them() -> None:
    paged, stuck = _shapes(), []
    assert len(paged) > 40
    for file in sorted(GROUPS.glob("*.py")):
        for call in _calls(ast.parse(file.read_text()), "get"):
            # A case's address is made by a function, which stands for /cases/NUMBER here.
            path = re.sub("^x/", "/cases/x/", _path(call.args[0])) if call.args else ""
            given = {one.arg for one in call.keywords}
            # One intake is asked for by its number: nothing to page.
            turns = None in given or "intake" in given or {"limit", "offset"} <= given
            if any(shape.fullmatch(path) for shape in paged) and not turns:
                stuck.append(f"{file.name}:{call.lineno} {path}")
    assert stuck == []
