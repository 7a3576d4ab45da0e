"""How each operation of the API is called in the twin worlds (twins.py).

Most need nothing here: path, query and body are filled by the names of their fields (`FIELDS`, `PATHS`), and who asks
follows from the header of the installed function of that name. What differs is one line in `RECIPES`:

    "case_resume": Recipe(after=("case_suspend",)),          first this, in the same undone transaction
    "lead_decide": Recipe(body={"code": "insufficient"}),    fields laid over the filled ones
    "search": Recipe(shows=True, asks=({"q": "Quint"}, …)),  several questions; the other account must see more
    "public": Recipe(who=None),                              nobody signed in

A text in braces is an id of the world, `{case}`, or of an earlier answer, `{case_open.number}`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from tests.contract.conftest import PASSWORD
from tests.described import document
from tests.fieldwork import SOURCES, ago, plan
from tests.leadroom import TIP, shipped, table
from tests.leak.twins import A_CASE, DISCLOSED
from tests.office import ALTERNATIVES, NECESSITY, PREDICATE, SOON

from brightline.store.headers import Installed
from brightline.store.install import ROOMS, read_rooms

FUNCTIONS: Mapping[str, Installed] = {one.name: one for one in read_rooms(ROOMS)}
REASON = "Needed for the audit of the two invoices that were paid twice in March."


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """How one operation is called.

    `status`: the answer that the first question gets, where it isn't a success. `shows`: the other account is told
    more in the full world than in the bare one. `beyond`: the one field that lawfully tells more, with a comment that
    says why. `worded`: the field that puts pointers into sentences. `random`: fields that are made anew each time.
    """

    who: str | None = ""
    purpose: str | None = ""
    operation: str = ""
    function: str = ""
    path: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    without: tuple[str, ...] = ()
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)
    asks: Sequence[Mapping[str, Any]] = ({},)
    after: tuple[str, ...] = ()
    status: int = 0
    shows: bool = False
    beyond: str = ""
    worded: str = ""
    random: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation of the OpenAPI document."""

    name: str
    method: str
    path: str
    parameters: Sequence[Mapping[str, Any]]
    body: Mapping[str, Any] | None
    form: bool


@cache
def operations() -> Mapping[str, Operation]:
    """Every operation that the API has today, by its id."""
    found = {}
    for path, methods in document()["paths"].items():
        for method, told in methods.items():
            content = told.get("requestBody", {}).get("content", {})
            body = content.get("application/json") or content.get("multipart/form-data")
            found[told["operationId"]] = Operation(
                name=told["operationId"],
                method=method.upper(),
                path=path,
                parameters=told.get("parameters", ()),
                body=body["schema"] if body else None,
                form="multipart/form-data" in content,
            )
    return found


def resolved(schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The schema behind a reference."""
    while "$ref" in schema:
        schema = document()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[-1]]
    return schema


# Who speaks for a role, and at which desk. Cases are worked under `{case}`, leads at the tips desk.
DESKS: Mapping[str, tuple[str, str]] = {
    "agent": ("ana", "fraud/agent"),
    "vetter": ("tam", "tips/vetter"),
    "supervisor": ("sam", "fraud/supervisor"),
    "approver": ("lou", "legal/approver"),
    "steward": ("stu", "records/steward"),
    "admin": ("ada", "records/admin"),
    "overseer": ("ines", "inspectorate/overseer"),
}

PATHS: Mapping[str, str] = {
    "cases/{number}": "{case}",
    "crossings/{number}": "{crossing}",
    "leads/{number}": "{lead}",
    "referrals/{number}": "{referral}",
    "disclosures/{number}": "{disclosure}",
    "operations/{number}": "{operation}",
    "purges/{number}": "{retention_propose.purge}",
    "entities/{id}": "{open}",
    "why/{id}": "{open}",
    "who-saw/{id}": "{open}",
    "subjects/{id}": "{open}",
    "looks/{id}": "{look}",
    "exports/{id}": "{export}",
    "agreements/{id}": "AG-bank",
    "evidence/{item}": "{evidence}",
    "members/{account}": "bo",
    "tasks/{task}": "{task}",
    "reports/{report}": "{report}",
    "hours/{hours}": "{hours}",
    "documents/{document}": "{document}",
    "clearances/{clearance}": "{case_clearance_ask.id}",
    "holds/{hold}": "{retention_hold.id}",
    "watches/{watch}": "{watch}",
    "workspaces/{workspace}": "{workspace}",
    "runs/{run}": "{run}",
    "mended/{id}": "{feed_mend.id}",
    "samples/{sample}": "{sample}",
    "{sample}/{place}": "1",
    "extracts/{extract}": "{extract_import.extract}",
    "notices/{notice}": "{disclosure_recall.notice}",
    "entries/{entry}": "{entry}",
    "proof/{index}": "0",
    "warehouse/{source}": "register",
    "figures/{key}": "crossings_requested",
    "programmes/{name}": "procurement-fraud-tips",
    "feeds/{name}": "people",
    "sources/{name}": "register",
    "accounts/{name}": "bo",
    "schedules/{name}": "nightly",
    "reports/{name}": "enforcement",
    "authorities/{code}": "29-usc-216",
    "glass/{number}": "{glass_ask.glass}",
    "bulk/{number}": "{bulk_request.bulk}",
    "versions/{version}": "{rulebook_propose.version}",
    "proposals/{number}": "{authority_add.proposal}",
}

FIELDS: Mapping[str, Any] = {
    "reason": REASON,
    "q": "Quint",
    "a": "{open}",
    "b": "{second}",
    "ids": ["{open}"],
    "items": ["{open}"],
    "left": "{open}",
    "right": "{second}",
    "purpose": "{case}",
    "account": "bo",
    "to": "bo",
    "unit": "fraud",
    "role": "analyst",
    "text": "Looked up and found as stated.",
    "title": "Something new",
    "summary": "Everything was looked at, and nothing was found that bears it out.",
    "outcome": "unfounded",
    "predicate": PREDICATE,
    "basis": "18-usc-1956",
    "necessity": NECESSITY,
    "alternatives": ALTERNATIVES,
    "expires": SOON,
    "fields": ["name"],
    "authority": "18-usc-1956",
    "order": "District court of Saltmere, order 26-mj-88 of 4 May 2026, records of account 4711.",
    "caveat": "sealed",
    "from": "2026-01-01",
}

PASSAGES = [{"kind": "fact", "text": "It was so.", "basis": "Her words", "reliability": "B", "credibility": 2}]
ABOUT_HIDDEN = [{**PASSAGES[0], "subjects": ["{hidden}"]}]
EXTRACT = b"Apprehension Date,Apprehension Method,Operation\n2026-03-01,Located,Lantern Yard\nno day,Located,\n"

RECIPES: Mapping[str, Recipe] = {
    # ------------------------------------------------------------------------------------- nobody, or one's session
    "health": Recipe(who=None),
    "state": Recipe(who=None),
    "setup": Recipe(who=None, body={"code": "no-such-code", "password": PASSWORD, "account": "eve"}, status=409),
    "session_open": Recipe(who=None, body={"account": "ana", "password": PASSWORD}),
    "session_close": Recipe(who="ana", purpose=None),
    "password_change": Recipe(who="ana", purpose=None, body={"old": PASSWORD, "new": "another horse battery staple"}),
    "ledger_who_asked": Recipe(body={"words": "Quint"}),
    "ledger_proof": Recipe(who="ana", purpose=None),
    # ------------------------------------------------------------------------------------------------------- search
    "search": Recipe(
        function="search_find",
        shows=True,
        asks=[
            {"q": "Quint"},
            {"q": "Marla Quimt", "fuzzy": 2},
            {"q": "Kwint Marlo"},
            {"q": "P-77-1234"},
            {"q": "lighthouse"},
            {"q": "Quillfeather"},
            {"q": "Quillfeathre", "fuzzy": 2},
            {"q": "Smugglersrest"},
            {"q": "Harrow", "sort": "newest", "limit": 2},
            {"q": "Quint", "limit": 1, "offset": 1},
            {"q": "Quint", "country": ["pt"]},
            {"q": "Quint", "source": ["vault"]},
            {"q": "", "schema": ["Person"]},
            {"q": "", "source": ["vault"]},
            {"q": "Quint", "from": "1970-01-01", "to": "1972-01-01"},
        ],
    ),
    "search_batch": Recipe(
        shows=True, body={"queries": ["Marla Quint", "Marla Quillfeather", "Undertide Trading", "Nobody At All"]}
    ),
    "suggest": Recipe(
        function="search_suggest",
        shows=True,
        asks=[{"q": "qui"}, {"q": "quill"}, {"q": "marla qu"}, {"q": "marla kni"}, {"q": "seal"}],
    ),
    "entity_show": Recipe(shows=True, asks=[{"id": "{open}"}, {"id": "{hidden}"}, {"id": "{peter}"}]),
    "why": Recipe(shows=True, worded="needs", asks=[{"id": "{open}"}, {"id": "{hidden}"}]),
    "links_expand": Recipe(shows=True, asks=[{"id": "{open}"}, {"id": "{hidden}"}, {"id": "{peter}", "hops": "2"}]),
    "links_path": Recipe(shows=True, asks=[{"b": "{peter}"}, {"b": "{hidden}"}, {"a": "{hidden}", "b": "{open}"}]),
    "analysis_events": Recipe(asks=[{"ids": "{open}"}, {"ids": "{hidden}"}]),
    "resolution_candidates": Recipe(shows=True, asks=[{"id": "{open}"}, {"id": "{hidden}"}]),
    "resolution_history": Recipe(shows=True, asks=[{"id": "{open}"}, {"id": "{hidden}"}]),
    "resolution_judge": Recipe(body={"verdict": "different"}, asks=[{}, {"right": "{hidden}"}]),
    "resolution_same": Recipe(operation="resolution_judge", body={"verdict": "same"}),
    "resolution_split": Recipe(after=("resolution_same",), path={"id": "{second}"}),
    "lineage_show": Recipe(asks=[{"about": "{open}"}, {"about": "{hidden}"}]),
    # ------------------------------------------------------------------------------------------- watches, workspaces
    "watch_add": Recipe(body={"query": "Marla Quint"}, asks=[{}, {"query": "Marla Quillfeather"}]),
    "watch_set": Recipe(body={"act": "pause"}),
    "workspace_save": Recipe(body={"title": "Another"}, asks=[{}, {"ids": ["{hidden}"]}, {"ids": ["{absent}"]}]),
    # -------------------------------------------------------------------------------------------------------- cases
    "case_open": Recipe(body={"authority": "18-usc-1956", "category": "fraud"}),
    "case_edit": Recipe(path={"number": "{draft_case}"}, body={"title": "Another title"}),
    "case_submit": Recipe(path={"number": "{draft_case}"}, who="ana", purpose="fraud/agent"),
    "case_approve": Recipe(path={"number": "{draft_case}"}, after=("case_submit",)),
    "case_return": Recipe(path={"number": "{draft_case}"}, after=("case_submit",)),
    "case_withdraw": Recipe(path={"number": "{draft_case}"}, after=("case_submit",)),
    "case_close": Recipe(after=("case_task_end",)),
    "case_closed": Recipe(operation="case_approve", after=(), path={"number": "{case}"}),
    "case_resume": Recipe(after=("case_suspend",)),
    "case_reopen": Recipe(who="ana", purpose="fraud/agent", after=("case_task_end", "case_close", "case_closed")),
    "case_add_items": Recipe(
        body={"role": "witness", "basis": "Named by the clerk in her statement."},
        asks=[{"ids": ["{second}"]}, {"ids": ["{hidden}"]}, {"ids": ["{second}", "{hidden}"]}, {"ids": ["{absent}"]}],
    ),
    "case_role_set": Recipe(body={"id": "{open}", "role": "witness", "basis": "Heard as a witness on 4 May."}),
    "case_item_remove": Recipe(body={"id": "{open}", "reason": "Another company of the same name."}),
    "case_note_add": Recipe(
        body={"kind": "fact", "basis": "Her statement."}, asks=[{}, {"about": ["{open}"]}, {"about": ["{hidden}"]}]
    ),
    "case_authority_add": Recipe(body={"authority": "18-usc-3"}),
    "case_report_write": Recipe(body={"passages": PASSAGES}, asks=[{}, {"passages": ABOUT_HIDDEN}]),
    "case_report_rewrite": Recipe(function="case_report_write", body={"passages": PASSAGES, "title": "Another"}),
    "case_report_approve": Recipe(after=("case_report_submit",), who="sam", purpose="{case}"),
    "case_report_return": Recipe(after=("case_report_submit",), who="sam", purpose="{case}"),
    "case_report_withdraw": Recipe(after=("case_report_submit",)),
    "case_evidence_accept": Recipe(after=("case_evidence_offer",), who="bo", purpose="{case}"),
    "case_evidence_decline": Recipe(after=("case_evidence_offer",), who="bo", purpose="{case}"),
    "case_evidence_reassign": Recipe(who="sam", purpose="{case}", body={"to": "bo", "place": "Vault 3"}),
    "case_evidence_dispose": Recipe(who="sam", purpose="{case}", body={"place": "The owner's hands"}),
    "case_deconflict": Recipe(
        asks=[
            {"key": "+1 555 0100", "kind": "phone"},
            {"key": "VAULT-77", "kind": "number"},
            {"key": "Marla Quillfeather, 1971-01-01", "kind": "name"},
            {"key": "Nobody Atall, 1971-01-01", "kind": "name"},
        ]
    ),
    "case_relate": Recipe(asks=[{"other": "{other_case}"}, {"other": A_CASE}, {"other": "C-1999-0001"}]),
    "clearance_approve": Recipe(function="clearance_decide", after=("case_clearance_ask",)),
    "clearance_deny": Recipe(function="clearance_decide", after=("case_clearance_ask",)),
    "clearance_revoke": Recipe(function="clearance_decide", after=("case_clearance_ask", "clearance_approve")),
    # --------------------------------------------------------------------------------------------------- crossings
    "crossing_request": Recipe(
        body={"fields": ["name"]},
        without=("pointer",),
        asks=[{"items": ["{payee}"]}, {"items": ["{hidden}"]}, {"items": ["{absent}"]}],
    ),
    "crossing_opinion": Recipe(who="sam", purpose="fraud/supervisor", body={"opinion": "support"}),
    "crossing_of_custodian": Recipe(operation="crossing_opinion", who="vic", purpose="labour/supervisor"),
    "crossing_approve": Recipe(
        after=("crossing_opinion", "crossing_of_custodian", "crossing_review"),
        who="lex",
        purpose="legal/approver",
        body={"reason": REASON},
    ),
    "crossing_open": Recipe(status=403),
    "crossing_audit": Recipe(status=409),
    "crossing_paper": Recipe(path={"document": "{document}"}, status=404),
    "crossing_revoke": Recipe(
        after=("crossing_opinion", "crossing_of_custodian", "crossing_review", "crossing_approve"), who="lou"
    ),
    # ------------------------------------------------------------------------------------------------------- leads
    "programme_apply": Recipe(body={"text": shipped("status-review", title="Another title")}),
    "programme_show": Recipe(function="programme_list"),
    "lead_intake": Recipe(
        body={"programme": "procurement-fraud-tips"},
        files={"file": ("rows.csv", table(TIP, {"tip": "T-9", "register_no": "VAULT-77"}, {"tip": ""}))},
    ),
    "lead_list": Recipe(query={"tab": "all"}),
    "lead_show": Recipe(who="tam", purpose="tips/vetter"),
    "lead_check": Recipe(
        who="tam",
        purpose="tips/vetter",
        body={"name": "register", "result": "confirmed", "finding": PREDICATE, "document": "Copy of record 12"},
    ),
    "lead_change": Recipe(body={"as": "left"}, status=409),
    "lead_decide": Recipe(body={"code": "insufficient"}),
    "lead_hold": Recipe(body={"claim": "His counsel sent a copy of a passport."}),
    "lead_clear": Recipe(after=("lead_hold",), who="tor", purpose="tips/supervisor", body={"status": "none"}),
    "lead_refer": Recipe(
        path={"number": "{checked}"},
        body={"to": "fraud", "basis": "Two records of other registers state what the sender states."},
    ),
    "lead_promote": Recipe(body={"associate": "00000000-0000-4000-8000-000000000000"}, status=404),
    "referral_show": Recipe(function="referral_list"),
    "referral_answer": Recipe(who="finn", purpose="fraud/vetter", body={"act": "acknowledge"}),
    "referral_withdraw": Recipe(who="tam", purpose="tips/vetter"),
    # ------------------------------------------------------------------------------------- disclosures, subjects
    "disclosure_prepare": Recipe(
        body={**DISCLOSED, "recipient_kind": "court"}, asks=[{}, {"items": ["{hidden}"]}, {"items": ["{absent}"]}]
    ),
    "disclosure_decide": Recipe(after=("disclosure_submit",), who="sam", purpose="fraud/supervisor"),
    "disclosure_withdraw": Recipe(after=("disclosure_submit",)),
    "disclosure_send": Recipe(after=("disclosure_submit", "disclosure_decide")),
    "disclosure_package": Recipe(after=("disclosure_submit", "disclosure_decide", "disclosure_send")),
    "disclosure_recall": Recipe(after=("disclosure_submit", "disclosure_decide", "disclosure_send")),
    "disclosure_owed": Recipe(after=("disclosure_submit", "disclosure_decide", "disclosure_send", "disclosure_recall")),
    "disclosure_confirm": Recipe(
        after=("disclosure_submit", "disclosure_decide", "disclosure_send", "disclosure_recall", "disclosure_show"),
        path={"notice": "{disclosure_show.notices.0.id}"},
    ),
    # A person's report names every source that holds records of theirs (552a(d)); of the silent ones it says nothing.
    "subject_report": Recipe(
        beyond="held",
        asks=[{"id": "{open}"}, {"id": "{second}"}, {"id": "{peter}"}, {"id": "{sealed}"}, {"id": "{absent}"}],
    ),
    # -------------------------------------------------------------------------------------------------- operations
    "operation_plan": Recipe(body=plan()),
    "operation_submit": Recipe(path={"number": "{planned}"}),
    "operation_show": Recipe(who="ana", purpose="fraud/agent"),
    "operation_approve": Recipe(
        path={"number": "{planned}"},
        after=("operation_submit",),
        who="lou",
        purpose="legal/approver",
        body={"reason": REASON},
    ),
    "operation_approve_boss": Recipe(
        operation="operation_approve", path={"number": "{planned}"}, who="sam", purpose="fraud/supervisor"
    ),
    "operation_return": Recipe(
        path={"number": "{planned}"}, after=("operation_submit",), who="lou", purpose="legal/approver"
    ),
    "operation_activate": Recipe(
        path={"number": "{planned}"}, after=("operation_submit", "operation_approve", "operation_approve_boss")
    ),
    "operation_review": Recipe(after=("operation_close",), who="sue", purpose="fraud/supervisor"),
    "operation_withdraw": Recipe(path={"number": "{planned}"}, after=("operation_submit",)),
    "operation_cost_add": Recipe(body={"amount": 12, "what": "Boat"}),
    "encounter_add": Recipe(
        body={
            **{"person": {"name": "Una Wick"}, "time": ago(), "place": "12 Quay Street", "selection": "targeted"},
            **{"basis": "warrant", "warrant": "W-2026-118", "outcome": "arrested", "status_evidence": SOURCES},
            "authority": "18-usc-1956",
        }
    ),
    "encounter_claim": Recipe(
        operation="encounter_add",
        body={
            **{"person": {"name": "Tilda Brand"}, "time": ago(), "place": "12 Quay Street", "selection": "targeted"},
            **{"basis": "warrant", "warrant": "W-2026-118", "outcome": "questioned", "authority": "18-usc-1956"},
            "indicia": [{"kind": "birth", "text": "Says she was born in Port Saltmere."}],
        },
    ),
    "custody_add": Recipe(
        body={"person": "{person}", "event": "book_in", "time": "{booked}", "facility": "Fort Amory"}
    ),
    "hold_clear": Recipe(
        after=("encounter_claim",),
        who="sam",
        purpose="fraud/supervisor",
        path={"hold": "{encounter_claim.hold}"},
        body={"finding": "not supported"},
    ),
    "extract_import": Recipe(body={"kind": "arrests"}, files={"file": ("arrests.csv", EXTRACT)}),
    "extract_show": Recipe(after=("extract_import",)),
    # --------------------------------------------------------------------------------------- sources, feeds, accounts
    "source_add": Recipe(
        who="hal",
        purpose="house/steward",
        body={
            "name": "ferries",
            "custodian_unit": "fraud",
            "agreement": {"id": "AG-9", "regimes": ["criminal"], "expires": "2099-01-01"},
            "assessment": {"id": "PIA-9", "approved": "2026-01-01", "expires": "2099-01-01"},
        },
    ),
    "source_renew": Recipe(
        who="hal",
        purpose="house/steward",
        path={"name": "register"},
        body={"assessment": {"id": "PIA-register", "approved": "2026-01-01", "expires": "2100-01-01"}},
        without=("agreement",),
    ),
    "agreement_extend": Recipe(
        who="hal", purpose="house/steward", path={"id": "AG-register"}, body={"expires": "2100-01-01"}
    ),
    "agreement_expire": Recipe(who="hal", purpose="house/steward"),
    "authority_extend": Recipe(
        who="hal", purpose="house/steward", path={"code": "18-usc-3"}, body={"valid_to": "2100-01-01"}, status=422
    ),
    "authority_disable": Recipe(who="hal", purpose="house/steward"),
    "proposal_list": Recipe(after=("authority_add",), who="lou", purpose="legal/approver"),
    "proposal_show": Recipe(after=("authority_add",), who="lou", purpose="legal/approver"),
    "proposal_accept": Recipe(after=("authority_add",), who="lou", purpose="legal/approver"),
    "proposal_refuse": Recipe(after=("authority_add",), who="lou", purpose="legal/approver"),
    "proposal_withdraw": Recipe(after=("authority_add",), who="hal", purpose="house/steward"),
    "feed_add": Recipe(body={"folder": "{folder}"}),
    "feed_refresh_input": Recipe(function="feed_refresh"),
    "feed_replay": Recipe(body={"ids": ["{quarantined}"]}),
    "feed_mend": Recipe(body={"id": "{quarantined}", "value": "+442079460018"}),
    "feed_mend_end": Recipe(after=("feed_mend",)),
    # No run of the kitchen's is held; tests/contract/test_feeds_held.py releases one.
    "feed_end": Recipe(status=409),
    "feed_release": Recipe(status=409),
    "feed_replay_input": Recipe(function="feed_replay"),
    "account_add": Recipe(body={"name": "newt", "title": "Newt", "unit": "fraud", "role": "agent"}),
    "unit_add": Recipe(body={"name": "harbour", "regime": "criminal"}),
    "role_grant": Recipe(body={"role": "analyst"}),
    "role_revoke": Recipe(body={"role": "agent"}),
    "authority_add": Recipe(
        who="hal", purpose="house/steward", body={"code": "18-usc-2", "statute": "18 USC 2", "regime": "criminal"}
    ),
    # ---------------------------------------------------------------------------------------- log, warehouse, oversight
    "schedule_add": Recipe(body={"name": "weekly", "kind": "export", "target": "csv", "cron": "15 2 * * 1"}),
    "export_request": Recipe(asks=[{"items": ["{open}"]}, {"items": ["{hidden}"]}, {"sources": ["vault"]}]),
    "export_show": Recipe(function="export_list"),
    "warehouse_look": Recipe(asks=[{"source": "register"}, {"source": "vault"}]),
    "report_list": Recipe(who="ines", purpose="inspectorate/overseer"),
    "report_run": Recipe(who="ines", purpose="inspectorate/overseer"),
    "figure_entries": Recipe(who="ines", purpose="inspectorate/overseer"),
    "ledger_checkpoint": Recipe(who="ana", purpose=None),
    "oversight_explain": Recipe(body={"key": "no-such-exception"}, status=404),
    "retention_validate": Recipe(
        who="sam",
        purpose="fraud/supervisor",
        asks=[{"items": ["{due}"]}, {"items": ["{hidden}"]}, {"items": ["{absent}"]}],
    ),
    "retention_propose": Recipe(
        who="sam",
        purpose="fraud/supervisor",
        asks=[{"items": ["{due}"]}, {"items": ["{hidden}"]}, {"items": ["{absent}"]}],
    ),
    "retention_purge_show": Recipe(after=("retention_propose",), who="sam", purpose="fraud/supervisor"),
    "retention_confirm": Recipe(after=("retention_propose",), who="lou", purpose="legal/approver"),
    "retention_reject": Recipe(after=("retention_propose",), who="lou", purpose="legal/approver"),
    "retention_withdraw": Recipe(after=("retention_propose",), who="sam", purpose="fraud/supervisor"),
    "retention_hold": Recipe(asks=[{"item": "{held}"}, {"item": "{hidden}"}, {"item": "{absent}"}]),
    "retention_hold_lift": Recipe(after=("retention_hold",), who="lou", purpose="legal/approver"),
    # ----------------------------------------------------------------------------- sessions, tokens, roles, break-glass
    "session_end": Recipe(after=("session_list",), path={"session": "{session_list.items.0.id}"}),
    "token_add": Recipe(body={"acts": ["case_list"], "password": PASSWORD}),
    "token_revoke": Recipe(after=("token_add",), path={"id": "{token_add.id}"}),
    "role_confirm": Recipe(who="sam", purpose="fraud/supervisor", body={"role": "agent", "keep": True}),
    "glass_ask": Recipe(
        who="bo",
        purpose="fraud/agent",
        asks=[{"case": "{other_case}"}, {"case": A_CASE}, {"case": "C-1999-0001"}],
    ),
    "glass_approve": Recipe(after=("glass_ask",), who="sam", purpose="fraud/supervisor"),
    "glass_deny": Recipe(after=("glass_ask",), who="sam", purpose="fraud/supervisor"),
    "glass_end": Recipe(after=("glass_ask", "glass_approve"), who="bo", purpose="fraud/agent"),
    "glass_review": Recipe(
        after=("glass_ask", "glass_approve", "glass_end"),
        who="lou",
        purpose="legal/approver",
        body={"review": "It was right, the payee was in danger."},
    ),
    # --------------------------------------------------------------------------------------------------- bulk runs
    "bulk_request": Recipe(
        shows=True,
        body={
            "population": "Foremen on the payroll list of May that the company handed over",
            "aim": "Find which of the foremen own a company that was paid from the harbour account.",
            "expected": 2,
        },
        asks=[
            {"lines": [{"q": "Quinta Harrow"}, {"q": "Marla Quillfeather"}]},
            {"filters": {"schemas": ["Person"], "sources": ["register", "vault"]}},
        ],
    ),
    "bulk_sample": Recipe(after=("bulk_request",)),
    "bulk_hits": Recipe(after=("bulk_request", "bulk_sample")),
    "bulk_show": Recipe(after=("bulk_request", "bulk_sample")),
    "bulk_judge": Recipe(
        after=("bulk_request", "bulk_sample", "bulk_hits"),
        path={"hit": "{bulk_hits.items.0.hit}"},
        body={"verdict": "confirmed", "compared": ["identifier"]},
    ),
    "bulk_approve": Recipe(
        after=("bulk_request", "bulk_sample", "bulk_hits", "bulk_judge"), who="sam", purpose="fraud/supervisor"
    ),
    "bulk_deny": Recipe(
        after=("bulk_request", "bulk_sample", "bulk_hits", "bulk_judge"), who="sam", purpose="fraud/supervisor"
    ),
    "bulk_withdraw": Recipe(after=("bulk_request",)),
    "bulk_run": Recipe(after=("bulk_request", "bulk_sample", "bulk_hits", "bulk_judge", "bulk_approve")),
    # ---------------------------------------------------------------------------------------------------- rulebook
    "rulebook_diff": Recipe(who="ada", purpose="records/admin", body={"yaml": "bulk_threshold: 20"}),
    "rulebook_propose": Recipe(body={"yaml": "inquiry: {acts: 900}"}, without=("effective",)),
    "rulebook_versions": Recipe(function="rulebook_list"),
    "rulebook_version": Recipe(function="rulebook_list", path={"version": "1"}),
    "rulebook_approve": Recipe(after=("rulebook_propose",)),
    "rulebook_reject": Recipe(after=("rulebook_propose",)),
    "rulebook_withdraw": Recipe(after=("rulebook_propose",), who="ada", purpose="records/admin"),
    "rulebook_see": Recipe(after=("rulebook_propose",), path={"version": "{rulebook_propose.version}"}),
    "log_classes": Recipe(function="retention_log"),
    "log_term": Recipe(function="retention_log_term", path={"name": "consultation"}, body={"years": 12}),
    "log_erase": Recipe(function="retention_log_erase", path={"name": "consultation"}, status=409),
    # ----------------------------------------------- signing in elsewhere, second factors, groups, flags, restrictions
    "session_second": Recipe(who=None, body={"kind": "totp", "code": "000000"}, status=401),
    "session_second_key": Recipe(who=None, status=401),
    "session_second_key_shown": Recipe(who=None, status=409),
    "session_providers": Recipe(who=None),
    "session_federated_start": Recipe(who=None, body={"provider": "nobody"}, status=404),
    "session_open_federated": Recipe(who=None, body={"state": "x" * 43, "code": "x"}, status=401),
    "session_federated_logout": Recipe(who=None, status=422),
    "factor_totp_confirm": Recipe(
        after=("factor_totp_begin",), body={"id": "{factor_totp_begin.id}", "code": "000000"}, status=403
    ),
    "factor_totp_begin": Recipe(random=("secret", "uri", "address", "picture", "svg", "qr")),
    "factor_end": Recipe(after=("factor_totp_begin",), path={"id": "{factor_totp_begin.id}"}, status=404),
    "factor_webauthn_begin": Recipe(status=409),
    "factor_webauthn_confirm": Recipe(status=409),
    "group_add": Recipe(body={"issuer": "https://id.example", "group": "agents", "unit": "fraud", "role": "agent"}),
    "group_end": Recipe(after=("group_add",), path={"id": "{group_add.id}"}),
    "account_enable": Recipe(after=("account_disable",)),
    "account_leavers_approve": Recipe(
        function="account_leavers_decide", path={"id": "00000000-0000-4000-8000-000000000000"}, status=404
    ),
    "account_leavers_refuse": Recipe(
        function="account_leavers_decide", path={"id": "00000000-0000-4000-8000-000000000000"}, status=404
    ),
    "account_sync": Recipe(body={"issuer": "https://id.example", "users": []}),
    "oversight_flag": Recipe(path={"flag": "00000000-0000-4000-8000-000000000000"}, status=404),
    "oversight_flag_judge": Recipe(path={"flag": "00000000-0000-4000-8000-000000000000"}, status=404),
    "oversight_list_put": Recipe(body={"list": "press", "title": "Press", "people": [{"name": "Marla Quillfeather"}]}),
    "restriction_ask": Recipe(
        body={"kind": "protected", "basis": "Order of the court"},
        asks=[{"about": "{second}"}, {"about": "{hidden}"}, {"about": "{absent}"}],
    ),
    "restriction_decide": Recipe(
        after=("restriction_ask",), path={"number": "{restriction_ask.restriction}"}, body={"decision": "confirm"}
    ),
}
