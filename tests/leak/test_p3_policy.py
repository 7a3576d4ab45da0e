"""P3: whoever holds the password of brightline_policy, with any SQL. It compiles and judges; the line believes neither.

F9 (visible sets) and R4 (rulebooks) are what it got through before.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb
from tests.leak import powers
from tests.leak.conftest import find_params, messages
from tests.office import Office, office

from brightline.gate import again
from brightline.gate.gate import _compiled
from brightline.line import rulebook, rules
from brightline.model.errors import Conflict
from brightline.policy import commands, queries

pytestmark = pytest.mark.database
ROLE = "brightline_policy"
CASE = "C-2026-0002"  # a civil one
WHO = "cleo"
ADMIN = ("ada", "records/admin")
APPROVER = ("lou", "legal/approver")
OVERSEER = ("ines", "inspectorate/overseer")
WHY = "The regional court asks for it in its letter of May."
FUNCTIONS = {
    "line.policy_read": "the facts of one purpose: agreements, sources and markings; no row, no name",
    "line.log_pulse": "whether log and worker live: three words for those who start the installation",
    "line.policy_store": "a set, which has to be the line's own; an entry",
    "line.policy_unchecked": "whose sets nobody has looked at since",
    "line.policy_stored": "such a set",
    "line.policy_checked": "what the look found; a difference is an entry and an exception, and compiles anew",
    "line.policy_settle": "an approved rulebook whose day has come; an entry",
    "line.policy_version": "a version of the rulebook, which every account may read",
    "line.policy_judged": "the proof of one; difference, floor and day are the line's own; an entry",
}


@pytest.fixture
def at(db: Any) -> Iterator[Office]:
    with office(db) as made:
        made.world.aspect("wages", "Wanda Rowan", marking=made.world.marking("wages"))
        made.world.aspect("bank", "Zelda Rowan", marking=made.world.marking("bank", caveats=("sealed",)))
        made.world.aspect("bank", "Ulla Rowan", marking=made.world.marking("bank", caveats=("unlawful",)))
        made.world.aspect("wages", "Vera Rowan", marking=made.world.marking("wages", "victim"))
        yield made


@pytest.fixture
def policy(at: Office) -> psycopg.Connection[Any]:
    return at.database.connect(ROLE)


def entries(at: Office, name: str, outcome: str = "ok") -> list[dict[str, Any]]:
    """Heads of the entries of this name, oldest first."""
    heads = [json.loads(m["head"]) for m in messages(at.database)]
    return [head for head in heads if (head["name"], head["outcome"]) == (name, outcome)]


def facts(policy: psycopg.Connection[Any], purpose: Any) -> dict[str, Any]:
    row = policy.execute("SELECT line.policy_read(%s)", (purpose,)).fetchone()
    assert row is not None
    return row[0]


def store(policy: psycopg.Connection[Any], purpose: Any, *args: Any) -> bool:
    row = policy.execute("SELECT line.policy_store(%s, %s, %s, %s, %s)", (purpose, *args)).fetchone()
    assert row is not None
    return bool(row[0])


def seen(at: Office, case: str = CASE) -> set[int]:
    rows = at.world.db.execute(
        "SELECT marking FROM line.visible_marking WHERE purpose = %s", (at.world.purposes[case],)
    ).fetchall()
    return {marking for (marking,) in rows}


# --------------------------------------------------------------------------------------------- what it may


def test_p3_the_login_reaches_exactly_these_functions_and_no_table(at: Office) -> None:
    assert powers.functions(at.world.db, ROLE) == set(FUNCTIONS)
    assert powers.tables(at.world.db, ROLE) == {}
    assert powers.attributes(at.world.db, ROLE) == (False, False, False, False, False, [])


def test_p3_nothing_else_is_its_part(at: Office, policy: psycopg.Connection[Any]) -> None:
    for statement in powers.NOBODY:
        with pytest.raises(psycopg.Error):
            policy.execute(statement)
    assert facts(policy, at.world.purposes[CASE])["purpose"]["regime"] == "civil"


# --------------------------------------------------------------------------------------------- visible sets


def test_f9_a_set_that_opens_more_is_refused_and_the_attempt_stays(at: Office, policy: psycopg.Connection[Any]) -> None:
    purpose = at.world.purposes[CASE]
    at.gate.compile(str(purpose))
    lawful = seen(at)
    raw = facts(policy, purpose)
    every = [{"marking": m["id"], "rule": "L2", "why": "All of it."} for m in raw["markings"]]
    assert not store(policy, purpose, raw["epoch"], None, Jsonb(every), Jsonb([]))
    assert seen(at) == lawful < {m["id"] for m in raw["markings"]}
    (head,) = entries(at, "policy_store", "refused")
    assert head["more"] == len(every) - len(lawful)
    with policy.transaction(force_rollback=True):
        assert not store(policy, purpose, raw["epoch"], None, Jsonb(every), Jsonb([]))
    assert len(entries(at, "policy_store", "refused")) == 2, "a ROLLBACK took the attempt back"


@pytest.mark.parametrize(
    ("source", "category", "caveats"),
    [
        ("bank", "other", ("sealed",)),
        ("bank", "other", ("unlawful",)),
        ("wages", "victim", ()),
        ("bank", "other", ("grand-jury",)),
        ("bank", "other", ("covert", "pii")),
        ("register", "uncategorised", ()),
        ("register", "other", ("unheard-of",)),
    ],
)
def test_f9_one_marking_too_many_is_enough_to_be_refused(
    at: Office, policy: psycopg.Connection[Any], source: str, category: str, caveats: tuple[str, ...]
) -> None:
    purpose = at.world.purposes[CASE]
    marking = at.world.marking(source, category, caveats)
    epoch, until, rows, pointers = _compiled(rules.read_facts(facts(policy, purpose)))
    assert marking not in {row["marking"] for row in rows.obj}
    more = [*rows.obj, {"marking": marking, "rule": "L2", "why": "x"}]
    told = [one for one in pointers.obj if one["marking"] != marking]
    assert not store(policy, purpose, epoch, until, Jsonb(more), Jsonb(told))
    assert store(policy, purpose, epoch, until, rows, pointers)


def test_f9_a_marking_that_isnt_there_is_refused(at: Office, policy: psycopg.Connection[Any]) -> None:
    purpose = at.world.purposes[CASE]
    epoch, until, rows, pointers = _compiled(rules.read_facts(facts(policy, purpose)))
    more = [*rows.obj, {"marking": 99_999, "rule": "L2", "why": "x"}]
    assert not store(policy, purpose, epoch, until, Jsonb(more), pointers)


def test_r4_an_empty_or_short_set_blanks_no_case(at: Office, policy: psycopg.Connection[Any]) -> None:
    purpose = at.world.purposes[CASE]
    epoch, until, rows, pointers = _compiled(rules.read_facts(facts(policy, purpose)))
    assert rows.obj
    assert not store(policy, purpose, epoch, until, Jsonb([]), Jsonb([]))
    assert not store(policy, purpose, epoch, until, Jsonb(rows.obj[1:]), pointers)
    assert entries(at, "policy_store", "refused")[-1]["fewer"] == 1
    at.do(WHO, CASE, "search_find", **find_params("rowan"))
    assert seen(at) == {row["marking"] for row in rows.obj}


def test_f9_pointers_tell_what_the_agreements_let_be_told(at: Office, policy: psycopg.Connection[Any]) -> None:
    purpose = at.world.purposes[CASE]
    sealed = at.world.marking("bank", caveats=("sealed",))
    epoch, until, rows, pointers = _compiled(rules.read_facts(facts(policy, purpose)))
    louder = [{"marking": sealed, "tier": 3, "regime": "criminal", "custodian": "fraud"}]
    assert not store(policy, purpose, epoch, until, rows, Jsonb([*pointers.obj, *louder]))
    for one in pointers.obj:
        assert not store(policy, purpose, epoch, until, rows, Jsonb([{**one, "tier": one["tier"] % 3 + 1}]))


def test_f9_no_set_outlives_the_agreement_that_opened_it(at: Office, policy: psycopg.Connection[Any]) -> None:
    """Its end is the line's own: none, or a later one, is cut to the last day of what it rests on."""
    purpose = at.world.purposes[CASE]
    soon = datetime.now(UTC).date() + timedelta(days=3)
    at.world.db.execute("UPDATE line.agreement SET expires = %s WHERE source = 'wages'", (soon,))
    epoch, _, rows, pointers = _compiled(rules.read_facts(facts(policy, purpose)))
    for until in (None, datetime(2099, 1, 1, tzinfo=UTC)):
        assert store(policy, purpose, epoch, until, rows, pointers)
        row = at.world.db.execute("SELECT valid_until FROM line.visible_set WHERE purpose = %s", (purpose,)).fetchone()
        assert row == (datetime(soon.year, soon.month, soon.day, tzinfo=UTC) + timedelta(days=1),)


def test_f9_yesterdays_set_isnt_stored_by_a_transaction_or_a_time_zone_of_yesterday(
    at: Office, policy: psycopg.Connection[Any]
) -> None:
    purpose = at.world.purposes[CASE]
    today = datetime.now(UTC).date()
    at.world.db.execute("UPDATE line.agreement SET expires = %s WHERE source = 'wages'", (today - timedelta(days=1),))
    for zone in ("Etc/GMT+12", "Pacific/Kiritimati"):
        policy.execute("SELECT set_config('TimeZone', %s, false)", (zone,))
        raw = facts(policy, purpose)
        raw["today"] = (today - timedelta(days=1)).isoformat()
        epoch, until, rows, pointers = _compiled(rules.read_facts(raw))
        assert not store(policy, purpose, epoch, until, rows, pointers)


def test_f9_another_epochs_set_isnt_stored(at: Office, policy: psycopg.Connection[Any]) -> None:
    purpose = at.world.purposes[CASE]
    epoch, until, rows, pointers = _compiled(rules.read_facts(facts(policy, purpose)))
    for other in (epoch - 1, epoch + 1):
        assert not store(policy, purpose, other, until, rows, pointers)
    assert not entries(at, "policy_store")


def test_f9_every_set_stored_is_an_entry_with_its_hash_and_the_rulebooks(at: Office) -> None:
    at.gate.compile(str(at.world.purposes[CASE]))
    (head,) = entries(at, "policy_store")
    row = at.world.db.execute(
        "SELECT encode(v.hash, 'hex'), encode(s.rulebook_hash, 'hex'), v.epoch FROM line.visible_set v, line.state s"
        " WHERE v.purpose = %s",
        (at.world.purposes[CASE],),
    ).fetchone()
    assert (head["set"], head["rulebook"], head["epoch"]) == row


def test_f9_what_lies_there_is_looked_at_again_and_overseers_are_told(at: Office) -> None:
    """Whoever got at the table itself: the look by pure code, and the overseers' own, find it; the set goes."""
    purpose, sealed = at.world.purposes[CASE], at.world.marking("bank", caveats=("sealed",))
    at.gate.compile(str(purpose))
    lawful = seen(at)
    assert again.look(_lend(at)) == 0
    checked = at.world.db.execute("SELECT checked IS NOT NULL FROM line.visible_set WHERE purpose = %s", (purpose,))
    assert checked.fetchone() == (True,)
    at.world.db.execute("INSERT INTO line.visible_marking VALUES (%s, %s, 'L2', 'planted')", (purpose, sealed))
    (listed,) = [one for one in at.do(*OVERSEER, "oversight_sets")["items"] if one["purpose"] == CASE]
    assert (listed["state"], listed["more"], listed["fewer"]) == ("changed", [sealed], [])
    at.world.db.execute("UPDATE line.visible_set SET checked = NULL")
    assert again.look(_lend(at)) == 1
    assert entries(at, "policy_checked", "refused")
    assert at.world.db.execute("SELECT count(*) FROM line.visible_doubt").fetchone() == (1,)
    at.do(WHO, CASE, "search_find", **find_params("rowan"))
    assert seen(at) == lawful


def test_f9_overseers_see_every_set_and_whether_it_is_right(at: Office) -> None:
    for key in ("C-2026-0001", CASE):
        at.gate.compile(str(at.world.purposes[key]))
    found = at.do(*OVERSEER, "oversight_sets")
    states = {one["purpose"]: one["state"] for one in found["items"]}
    assert states["C-2026-0001"] == states[CASE] == "right"
    at.world.move()
    assert {one["state"] for one in at.do(*OVERSEER, "oversight_sets", limit=1)["items"]} <= {"stale", "right"}


def _lend(at: Office) -> Any:
    return lambda: psycopg.connect(at.database.dsn(ROLE), autocommit=True)


# --------------------------------------------------------------------------------------------- rulebooks


def proposed(at: Office, **changes: Any) -> dict[str, Any]:
    """A version that waits for its judgement, put there past the commands that check it."""
    book = {**rulebook.shipped(), **changes}
    return dict(at.do(*ADMIN, "rulebook_propose", book=book, yaml="", reason=WHY))


def judged(policy: psycopg.Connection[Any], made: dict[str, Any], **told: Any) -> bool:
    told = {"holds": True, "changes": [], "proof": [], **told}
    row = policy.execute(
        "SELECT line.policy_judged(%s, %s, %s)", (made["version"], made["hash"], Jsonb(told))
    ).fetchone()
    assert row is not None
    return bool(row[0])


def test_r4_a_judgement_without_the_difference_isnt_taken(at: Office, policy: psycopg.Connection[Any]) -> None:
    """The attack as it was: four guards gone, told as a change of nothing."""
    shipped = rulebook.shipped()
    made = proposed(
        at,
        protected={"categories": [], "caveats": ["protected"]},
        crossing={**shipped["crossing"], "longest_days": 3650},
        notice={"weakening_days": 0},
    )
    with pytest.raises(psycopg.errors.RaiseException):
        judged(policy, made)
    assert entries(at, "policy_judged", "refused")
    with pytest.raises(Conflict) as caught:
        commands.approve(at.gate, at.call(*APPROVER), made["version"], reason=WHY)
    assert caught.value.code == "unjudged"


@pytest.mark.parametrize(
    "changes",
    [
        [],
        [{"key": "bulk_threshold", "weakens": False}],
        [{"key": "version", "weakens": True}],
        "none",
        [{"key": "bulk_threshold", "weakens": True}, {"key": "prompts.inquiry", "weakens": False}],
    ],
)
def test_r4_the_difference_told_is_the_one_there_is(at: Office, policy: psycopg.Connection[Any], changes: Any) -> None:
    made = proposed(at, bulk_threshold=500)
    late = (datetime.now(UTC) + timedelta(days=8)).isoformat()
    with pytest.raises(psycopg.errors.RaiseException, match="difference"):
        judged(policy, made, changes=changes, effective=late)
    assert judged(policy, made, changes=[{"key": "bulk_threshold", "weakens": True}], effective=late)


def test_r4_notice_and_day_follow_from_the_lines_own_reading(at: Office, policy: psycopg.Connection[Any]) -> None:
    shipped = rulebook.shipped()
    made = proposed(at, bulk_threshold=500, notice={"weakening_days": 20})
    told = [{"key": "bulk_threshold", "weakens": True}, {"key": "notice.weakening_days", "weakens": False}]
    assert shipped["notice"]["weakening_days"] == 7
    for days in (0, 8, 19, 400):
        with pytest.raises(psycopg.errors.RaiseException):
            judged(policy, made, changes=told, effective=(datetime.now(UTC) + timedelta(days=days)).isoformat())
    assert judged(policy, made, changes=told, effective=(datetime.now(UTC) + timedelta(days=21)).isoformat())
    shown = queries.show(at.gate, at.call(*APPROVER), made["version"]).result
    assert (shown["weakens"], [c["key"] for c in shown["difference"]]) == (
        True,
        ["bulk_threshold", "notice.weakening_days"],
    )
    assert [n["version"] for n in queries.notices(at.gate, at.call(*OVERSEER)).result["items"]] == [made["version"]]


def test_r4_a_book_below_the_floor_never_holds(at: Office, policy: psycopg.Connection[Any]) -> None:
    shipped = rulebook.shipped()
    for changes in (
        {"retention": {"longest_years": 50}},
        {"silent_caveats": ["sealed"]},
        {"open_caveats": ["pii", "commercial", "sealed"]},
        {"case_born": {**shipped["case_born"], "criminal": ["criminal", "civil"]}},
        {"categories": {**shipped["categories"], "victim": ["criminal", "civil"]}},
        {"notice": {}},
    ):
        made = proposed(at, **changes)
        with pytest.raises(psycopg.errors.RaiseException):
            judged(policy, made, effective=(datetime.now(UTC) + timedelta(days=9)).isoformat())


def test_r4_an_approver_sees_the_difference_before_anybody_has_judged(at: Office) -> None:
    made = proposed(at, bulk_threshold=500)
    shown = queries.show(at.gate, at.call(*APPROVER), made["version"]).result
    assert [c["words"] for c in shown["difference"]] == ["bulk_threshold: 50 → 500 (weaker: less is stricter)"]


def test_r4_an_approved_version_taken_back_is_told_to_overseers(at: Office) -> None:
    made = commands.propose(at.gate, at.call(*ADMIN), yaml="bulk_threshold: 20", reason=WHY, effective=_later()).result
    commands.approve(at.gate, at.call(*APPROVER), made["version"], reason=WHY)
    assert queries.notices(at.gate, at.call(*OVERSEER)).result["items"] == []
    commands.withdraw(at.gate, at.call(*APPROVER), made["version"], reason=WHY)
    (notice,) = queries.notices(at.gate, at.call(*OVERSEER)).result["items"]
    assert (notice["version"], notice["state"], notice["may"]) == (made["version"], "withdrawn", ["seen"])
    told = [one for one in _exceptions(at) if one["kind"] == "rulebook"]
    assert [one["key"] for one in told] == [f"rulebook:{made['version']}"]


def _later() -> str:
    return (datetime.now(UTC) + timedelta(days=2)).isoformat()


def _exceptions(at: Office) -> list[dict[str, Any]]:
    row = at.world.db.execute("SELECT jsonb_agg(x) FROM line.oversight_judges('-infinity', 'infinity') x").fetchone()
    return list(row[0] or []) if row else []
