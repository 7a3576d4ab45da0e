"""Which attacks on the line were tried, and what shows that they fail: docs/attacks.md, written by `make attacks`.

A test that tries an attack carries its number, `test_a1_…`, `test_c10_c13_c14_…`, or in the id of a case: "b3 explain
analyze". Attacks without a number have a word, `test_hot_standby_…`; what is shown by a test of another name is listed
in ALSO. An attack without a test fails the tests, and so does a page that is out of date.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from tests.pages import listed, parser, put

REPOSITORY = Path(__file__).resolve().parents[2]
PLACE = REPOSITORY / "docs" / "attacks.md"
FOLDERS = ("tests/leak", "tests/fault", "tests/contract", "tests/property")
_NUMBERS = re.compile(r"^(?:[abcdfpr]\d{1,2}_)+")
_CASE = re.compile(r"^[abcdfpr]\d{1,2}(?= )")


@dataclass(frozen=True, slots=True, kw_only=True)
class Attack:
    """What somebody would do, and what keeps it from working; one line each."""

    does: str
    closed: str


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Shown:
    """One test, or one case of it, that tries an attack."""

    attack: str
    file: str
    name: str


SECTIONS: Mapping[str, str] = {
    "A": "Reading without an entry",
    "F": "Forging entries; stopping, blinding and steering by what one caller may send",
    "R": "The other passwords, several people at once, stored content, insiders, the verifier",
    "B": "Hidden content, and that it exists",
    "C": "Purposes, revocation, shared connections",
    "D": "Other logins and the machine",
    "G": "The catalogue",
    "H": "Machines and sizes",
    "P": "What each database password can do",
}


def _a(does: str, closed: str) -> Attack:
    return Attack(does=does, closed=closed)


ATTACKS: Mapping[str, Attack] = {
    "A1": _a(
        "Read, then ROLLBACK",
        "The entry is a message in the write-ahead log, flushed before the answer; no end of a transaction reaches it",
    ),
    "A2": _a(
        "Read behind a savepoint, roll back to it, go on with its pass", "As A1; the pass is cleared on the way out"
    ),
    "A3": _a("Read in a DO block and catch an error raised afterwards", "Nobody who signs in may use a language; A1"),
    "A4": _a("Leave the read in a prepared transaction and drop it", "Prepared transactions are off; A1"),
    "A5": _a(
        "Two transactions in one message, of which one entry would do for both",
        "An entry belongs to a call, not to a moment: two calls are two entries",
    ),
    "A6": _a(
        "Be refused, and let the error roll the refusal's entry back",
        "The refusal's entry is flushed before it is spoken",
    ),
    "A7": _a("Turn synchronous_commit off", "The message is flushed by itself, whatever commits do"),
    "A8": _a(
        "Begin early and commit late, below where the log has got to",
        "Order is that of the write-ahead log; no watermark",
    ),
    "A9": _a(
        "Block whoever sequences the log with a lock",
        "No advisory locks; a row that stays locked is stepped round and counted beside it",
    ),
    "A10": _a(
        "Ask for one thing in the entry, read another", "Fixed functions, which enter the very parameters they run with"
    ),
    "A11": _a(
        "Use the pass of another session with the same time",
        "Passes are signed, name their entry, and are gone after the call",
    ),
    "A12": _a(
        "Run the server, and leave entries out",
        "Not to be stopped in the database: receipts, witnesses elsewhere, an alarm when the slot is gone",
    ),
    "F": _a("Write messages into the write-ahead log that look like entries", "One owner of functions alone may emit"),
    "B1": _a(
        "Make a leakproof operator fail on a hidden row and read the row from the error",
        "The application holds no SELECT; inside the functions the four operators run after the policy (COST 100)",
    ),
    "B2": _a(
        "The same with comparisons that fail for want of a collation, under a policy with OR",
        "No SELECT; one permissive policy a table, which doctor compares",
    ),
    "B3": _a(
        "EXPLAIN ANALYZE: count the rows that the filter removed",
        "No SELECT: nothing to explain but calls; functions let no plan of theirs be printed",
    ),
    "B4": _a("Count by the statistics of one's own transaction", "Revoked"),
    "B5": _a(
        "EXPLAIN: how many rows the planner expects",
        "No SELECT; around a function the plan is the same for every word; B3",
    ),
    "B6": _a(
        "Count the buffers of a call",
        "Sealed rows: keys carry their marking, so hidden hits are never touched. Other rows: see above",
    ),
    "B7": _a("Time a call", "As B6, to within what a clock tells apart. Other rows: see above"),
    "B8": _a(
        "Read the dictionary of words, or the planner's most common values",
        "No SELECT; pg_stats is revoked; no statement holds a near word as a literal, which an error would tell",
    ),
    "B9": _a(
        "Insert a guess and see whether a unique key objects", "No INSERT; unique keys hold the marking or a random id"
    ),
    "B10": _a(
        "Refer to a guessed id from a table of one's own",
        "No tables of one's own, no foreign keys into content; one answer",
    ),
    "B11": _a("Count by ids, sequences, ctid, xmin", "Random ids, no sequences, no SELECT"),
    "B12": _a("Count by sizes and statistics of tables", "Revoked; no table is partitioned by marking"),
    "B13": _a(
        "A view, plain or materialised, that reads with its owner's eyes",
        "No materialised view; all others ask as their invoker",
    ),
    "B14": _a(
        "Thirteen that failed already then: cheap functions, COPY, row_security, parallel workers, forged passes …",
        "Held, and are tried again each time",
    ),
    "B15": _a("Make further leakproof operators fail", "COST 100 on each that is marked by us"),
    "B16": _a("Make temporary functions, domains, tables, schemas", "TEMPORARY and CREATE are revoked"),
    "C1": _a(
        "Enter under two purposes in one transaction and join", "The pass never leaves the function: one purpose a call"
    ),
    "C2": _a(
        "Go on with a cursor after the purpose, the session or the inquiry ended",
        "A row is a call, judged when it is fetched",
    ),
    "C3": _a(
        "Leave a cursor, a temporary table, a setting for the next user of the connection",
        "No SELECT, no temporary tables, DISCARD at check-in",
    ),
    "C4": _a("Open a snapshot before the revocation and read in it", "Any isolation but READ COMMITTED is refused"),
    "C5": _a("Take another's snapshot", "pg_export_snapshot is revoked; C4"),
    "C6": _a(
        "Hold a transaction open for hours",
        "It holds no pass and no snapshot. Its role's timeout ends it; where a session set that back, the worker does",
    ),
    "C7": _a("Tell purposes that exist from such that don't, by the refusal", "One sentence, one kind of entry"),
    "C8": _a(
        "Give a function tables of one's own to read",
        "Fixed search_path with pg_temp last, names qualified; doctor compares",
    ),
    "C9": _a("Shadow names for the next user of the connection", "As C3 and C8"),
    "C10": _a(
        "Read others' statements in pg_stat_activity", "Revoked; track_activities off, which the role can't undo"
    ),
    "C11": _a("Read them in pg_stat_statements", "Not installed, and an offence for doctor when it is"),
    "C12": _a(
        "Read them in the server's log", "Neither statements nor parameters are logged, nor the details of errors"
    ),
    "C13": _a(
        "ALTER ROLE oneself; end other sessions",
        "The first can't be revoked: functions fix what would matter (messages, plans, the day). The second is",
    ),
    "C14": _a(
        "Pass words along by NOTIFY, locks, large objects",
        "Revoked but NOTIFY and LISTEN, which can't be: our payloads are a queue's name and an id",
    ),
    "D1": _a("The feeds' login reads what it deletes or merges", "It reads nothing of content"),
    "D2": _a(
        "It probes keys, counts, or publishes under another source's marking",
        "Stage tables; publish() compares marking and source",
    ),
    "D3": _a("It marks as another source or with a caveat of its own making", "As D2"),
    "D4": _a(
        "The sign-in's login makes a session for anybody",
        "One function, which sets the end itself, enters each attempt, and counts it before it compares; see P2",
    ),
    "D5": _a(
        "The overseers' login reads search words from the log", "Words only through a function, whose use is an entry"
    ),
    "D6": _a(
        "Replication, the database's files, its socket, its rules of access",
        "None who serve people replicate; scram alone; folders 0700. Root, or a backup's holder, has everything",
    ),
    "G": _a(
        "Whatever else the catalogue tells or lets one do",
        "Revoked; every rule is compared by doctor, and finds its offence",
    ),
    "H1": _a(
        "Through a real PgBouncer, find what the one before left",
        "server_reset_query_always = 1, in both pool modes; without it a cursor stays",
    ),
    "H2": _a(
        "Ask a hot standby, where no entry can be written",
        "Every function refuses there; tables are as closed as on the first server",
    ),
    "H3": _a("SERIALIZABLE, to be answered by a conflict instead of an entry", "Refused before there is one"),
    "H4": _a(
        "Cut the power after the answer",
        "It was flushed: a disk put together as a cut leaves it has it. A disk that lies about flushing isn't tried",
    ),
    "H5": _a("Fill the disk", "The act fails; what was answered stays"),
    "H6": _a(
        "Lose the server to its standby, slot and all",
        "The log goes on and says so; what the lost one hadn't sent is lost",
    ),
    "H7": _a(
        "Reach the warehouse's Delta files round the line",
        "0700, the worker's alone; named, never by path; the engine opens what it was given",
    ),
    "H8": _a(
        "Ten million rows: plans, estimates, buffers, times of another size",
        "Measured by `make bench ONLY=attacks`: see bench",
    ),
    "F1": _a(
        "Send one refused call of great depth, which whoever files the log can't read",
        "What enter logs is bounded; the log is filed without reading bodies; a part that ends ends its process, "
        "which is started again; a log that stands still is told everywhere and stops acts, and one that was set back "
        "goes on under another name that says what is lost",
    ),
    "F2": _a(
        "Move bytes between salt and text of an exported entry, so that it says nothing and still verifies",
        "A leaf states the lengths of its parts; salts are 32 bytes; head and body are one canonical object each; "
        "whatever "
        "is moved, cut, doubled or swapped in any file of an export is named",
    ),
    "F3": _a(
        "Add a number of 5,000 digits, so that one's own search becomes an entry of nobody",
        "The entry keeps its id, account, purpose and act, whatever its parameters hold",
    ),
    "F4": _a(
        "As a steward of one unit, end or widen what another regime works with",
        "Proposed by the custodian's side, decided by an approver; widening waits for its notice, ends are told",
    ),
    "F5": _a(
        "Go on in a case after the role in its regime ended",
        "A member works in the case's unit or regime at every act; a role that ends takes along what hung on it",
    ),
    "F6": _a(
        "Make a service token with a stolen session, and outlive the new password; let it decide",
        "Tokens carry declared reads and uploads alone, need the password anew, and end with whatever ends credentials",
    ),
    "F7": _a(
        "As a stranger, stop the web process: nested YAML, a flood of sign-ins",
        "A body is read only behind a live session, and is small without one; one bounded reader for all YAML, without "
        "aliases; sign-ins have few places, a short queue, a share for each address, an answer at once when full",
    ),
    "F8": _a(
        "Guess codes, and take the count of wrong ones back",
        "An attempt is counted and committed before it is compared, once; a code is spent when it is shown. "
        "A provider's and a security key's signature are checked where the session opens",
    ),
    "F9": _a(
        "With the policy password, store a visible set that opens everything",
        "The line works out every set itself and stores no other; each is an entry; pure code looks at it again",
    ),
    "F10": _a(
        "Tell a hidden match by what a command writes into the write-ahead log",
        "It leaves the worker an errand of fixed size, found or not; the server's own counters are closed",
    ),
    "F11": _a(
        "Fill the log with parameters of any size",
        "enter keeps a hash and a length of what is too large",
    ),
    "F12": _a(
        "Hide another regime's row by asking for its restriction",
        "Cases and keepers are told, overseers have it at once; bounded per account and day, lapses undecided",
    ),
    "F13": _a(
        "Put control characters into a title, to write on another's terminal",
        "Refused by door and database: all of them in texts of one line and file names, all but line ends, tabs and "
        "marks of direction in longer ones; what feeds and older rows hold is shown escaped in terminal and browser",
    ),
    "F14": _a(
        "Make five hundred exceptions, so that the one that matters is cut off",
        "Exceptions come page by page, the newest open ones first, with how many there are; any is found by its key",
    ),
    "R1": _a(
        "With the sequencer's password, copy the whole database or tap what is written",
        "No login has REPLICATION; the one slot is read and moved by a role that can't sign in; doctor names others",
    ),
    "R2": _a(
        "With the sequencer's password, forge, erase or drop entries",
        "Entries, leaves and roots are made inside the database; bodies go only for a purge that was decided",
    ),
    "R3": _a(
        "Change a file that a feed's crawl function reads, and read every secret of the worker",
        "It runs in a box: no secrets, network, files, processes; all files of its folder are sealed, ids made outside",
    ),
    "R4": _a(
        "With the policy password, pass a rulebook as no change",
        "Difference, what weakens, floor and day are the line's own; a judgement that says otherwise is refused",
    ),
    "R5": _a(
        "As one administrator, make every side of a crossing",
        "Powers take two people; who made, empowered or reset an account is on its side; the last administrator stays",
    ),
    "R6": _a(
        "With the feed's password, publish other than what the entry says",
        "The database counts; hashes, records, entities, links and markings are the run's and its source's own",
    ),
    "R7": _a(
        "With the worker's password, leave work undone that nobody misses",
        "A run without a job is queued again, then fails; what is late is an exception; the queue's tables are closed",
    ),
    "R8": _a(
        "Let somebody approve what they haven't read, or overwrite in a second tab",
        "Every decision and change of a thing names the revision that was read, compared under a lock, and is refused "
        "without one; an act that needs none says why; a key makes an act once",
    ),
    "R9": _a(
        "Carry crossed values out in another spelling",
        "Compared as it reads: compatibility forms, accents, invisible characters, spaces and grouping don't count",
    ),
    "R10": _a(
        "Put a formula into an exported cell",
        "One writer for every table: a text that a spreadsheet would run gets an apostrophe, which reading our export "
        "takes away again, and only there; numbers stay numbers",
    ),
    "R11": _a(
        "Lock anybody out by wrong passwords",
        "Counted by name and source, with a bound by name; a known browser has a lane of its own; the account is told, "
        "overseers when many names are locked",
    ),
    "R12": _a(
        "Hold the web process by slow uploads",
        "Uploads are answered at once; the worker reads them, each account in its turn, a hundred of each waiting",
    ),
    "R13": _a(
        "Exchange the receipts' key in an export",
        "Each receipt key is introduced by an entry, in one transaction with the checkpoint that the log's key signed "
        "over it; the verifier follows them, and names a copy beside the log that is none of them",
    ),
    "R14": _a(
        "Export what a purpose sees, and feed the file in again as another regime's source",
        "Rows that say which marking they had, and entities of another source here, are refused at publication; a file "
        "whose columns somebody took away isn't told apart: its source takes two people, its export is an entry",
    ),
    "R15": _a(
        "Disclose to one's own house, so that it gets over the line without a crossing",
        "A recipient or address that reads as a unit or account here is refused; under other words a second person "
        "approves it, and it is accounted for",
    ),
    "R16": _a(
        "Write markup, scripts, remote images, file addresses and formulas, and have somebody show, print or save them",
        "All of it is text, on screen, on paper and in saved reports; nothing runs, is fetched or becomes a link",
    ),
    "P1": _a(
        "The application's (brightline_app): any SQL",
        "The installed functions and nothing else; none answers without a live token; no setting changes an answer",
    ),
    "P2": _a(
        "The sign-in's (brightline_login): any SQL",
        "Tries passwords and codes, sixty an hour for a name; prolongs a federated session up to its twelve hours. "
        "Opens none without the password, the factor, or a token that a key of the provider signed; keys come by the "
        "worker",
    ),
    "P3": _a(
        "The policy compiler's (brightline_policy): any SQL",
        "Facts without rows or names; sets and judgements only as the line works them out; each an entry",
    ),
    "P4": _a(
        "The worker's (brightline_worker): any SQL",
        "Standing orders' fixed acts, the queue by functions, one sight of what is stored; what is left undone shows",
    ),
    "P5": _a(
        "The feeds' (brightline_feed): any SQL",
        "Fills its stage, publishes what the run holds as the line counts it; reads nothing",
    ),
    "P6": _a(
        "The sequencer's (brightline_sequencer): any SQL",
        "Turns the crank by functions: adds, changes, drops and reads no entry. A checkpoint is kept, and a key "
        "introduced, only under the log's own signature. Acts go on only while the database itself made turns that "
        "left nothing behind, and what it filed is signed",
    ),
    "P7": _a(
        "The overseers' (brightline_overseer): any SQL",
        "The log's health and published checkpoints; no entry, no table, no size of one by name or number",
    ),
    "P8": _a(
        "The backup's (brightline_backup): any SQL",
        "Reads everything, by its purpose, and comes in as nobody: authenticators' secrets are enciphered with a key "
        "that isn't in the database; of passwords, tokens and codes it has hashes. Kept apart from every running part",
    ),
}
# Attacks with a word of their own in the tests' names.
WORDS: Mapping[str, str] = {"g_": "G", "hot_standby_": "H2", "delta_": "H7"}
# Tests of another name that show an attack: `file::test`.
ALSO: Mapping[str, tuple[str, ...]] = {
    "F": ("tests/leak/test_a_logging.py::test_no_forged_message",),
    "A1": (
        "tests/leak/test_a_logging.py::test_a_write_that_is_rolled_back_has_no_entry_and_a_committed_one_has",
        "tests/leak/test_a_logging.py::test_a_change_taken_back_leaves_its_attempt",
        "tests/fault/test_read_entry_survives.py::test_the_entry_is_there_after_kill_9",
    ),
    "B1": (
        "tests/leak/test_sqlsmith.py::test_as_the_application",
        "tests/leak/test_sqlsmith.py::test_in_the_functions_role_under_a_purpose",
    ),
    "B2": ("tests/leak/test_catalogue.py::test_the_rule_finds_its_offence",),
    "B12": ("tests/leak/test_catalogue.py::test_the_rule_finds_its_offence",),
    "B13": ("tests/leak/test_catalogue.py::test_the_rule_finds_its_offence",),
    "C4": ("tests/leak/test_c_purpose.py::test_revocation_works_at_once",),
    "C8": ("tests/leak/test_catalogue.py::test_the_rule_finds_its_offence",),
    "C10": ("tests/leak/test_catalogue.py::test_the_application_cannot_show_its_work_again",),
    "C13": ("tests/leak/test_catalogue.py::test_settings_of_roles_are_ours",),
    "D6": (
        "tests/fault/test_store_server.py::test_nothing_listens_on_the_network_and_folders_are_closed",
        "tests/fault/test_store_server.py::test_other_local_users_reach_neither_socket_nor_secrets",
        "tests/fault/test_store_server.py::test_every_role_needs_its_password",
    ),
    "G": (
        "tests/leak/test_catalogue.py::test_a_fresh_installation_keeps_the_rule",
        "tests/leak/test_catalogue.py::test_the_rule_finds_its_offence",
        "tests/leak/test_catalogue.py::test_the_application_can_still_call_its_functions",
    ),
    "H1": (
        "tests/leak/test_pgbouncer.py::test_c3_c9_nothing_is_left_for_the_next_client",
        "tests/leak/test_pgbouncer.py::test_c3_without_the_reset_the_next_client_does_find_it",
        "tests/leak/test_pgbouncer.py::test_two_purposes_through_one_connection_stay_apart",
    ),
    "H3": (
        "tests/leak/test_a_logging.py::test_a_serializable_conflict_is_met_by_nobody_since_every_such_call_is_refused",
        "tests/leak/test_a_logging.py::test_a_role_that_makes_itself_serializable_only_shuts_itself_out",
    ),
    "H4": (
        "tests/fault/test_power_loss.py::test_the_entry_is_there_after_a_power_cut",
        "tests/fault/test_ledger_machine.py::test_rule_16_power_lost_right_after_the_flushed_message",
    ),
    "H5": (
        "tests/fault/test_ledger_machine.py::test_rule_16_on_a_full_disk_the_act_fails_and_what_was_answered_stays",
    ),
    "H6": (
        "tests/fault/test_ledger_machine.py::test_a_standby_takes_the_log_over_and_says_so",
        "tests/fault/test_ledger_sequencer.py::test_a_lost_slot_stops_the_log_and_a_new_one_leaves_a_gap",
    ),
    "R16": ("tests/e2e/test_browser.py::test_what_others_wrote_is_text_on_screen_and_on_paper",),
    "H8": ("tests/unit/test_attacks_register.py::test_ten_million_rows_were_attacked_and_held",),
}


def _tests(tree: ast.Module) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_"):
            yield node


def _of_name(name: str) -> set[str]:
    """The attacks that a test's name carries."""
    rest = name.removeprefix("test_")
    found = {number.upper() for number in (_NUMBERS.match(rest) or [""])[0].rstrip("_").split("_") if number}
    return found | {attack for word, attack in WORDS.items() if rest.startswith(word)}


def _of_cases(
    test: ast.FunctionDef | ast.AsyncFunctionDef, cases: Mapping[str, list[str]]
) -> Iterator[tuple[str, str]]:
    """(attack, id) of the cases whose ids carry numbers: keys of a table of the module that a decorator names."""
    named = {node.id for one in test.decorator_list for node in ast.walk(one) if isinstance(node, ast.Name)}
    for table in named & set(cases):
        for key in cases[table]:
            if match := _CASE.match(key):
                yield match[0].upper(), key


def _tables(tree: ast.Module) -> dict[str, list[str]]:
    found = {}
    for node in tree.body:
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Dict) and isinstance(node.targets[0], ast.Name):
            keys = [
                key.value for key in node.value.keys if isinstance(key, ast.Constant) and isinstance(key.value, str)
            ]
            found[node.targets[0].id] = keys
    return found


def shown(root: Path) -> Sequence[Shown]:
    """Every test of the repository that tries an attack, by attack, file and name."""
    found = set()
    for path in sorted(path for folder in FOLDERS for path in (root / folder).glob("test_*.py")):
        tree, file = ast.parse(path.read_text("utf-8")), path.relative_to(root).as_posix()
        tables = _tables(tree)
        for test in _tests(tree):
            for attack in _of_name(test.name):
                found.add(Shown(attack=attack, file=file, name=test.name))
            for attack, case in _of_cases(test, tables):
                found.add(Shown(attack=attack, file=file, name=f"{test.name}[{case}]"))
    return sorted(found)


def also(root: Path) -> Sequence[Shown]:
    """What ALSO names, as far as it is there."""
    found = []
    for attack, named in ALSO.items():
        for one in named:
            file, name = one.split("::")
            path = root / file
            if path.exists() and any(test.name == name for test in _tests(ast.parse(path.read_text("utf-8")))):
                found.append(Shown(attack=attack, file=file, name=name))
    return found


def page(found: Sequence[Shown]) -> str:
    """The whole page."""
    by_attack: dict[str, list[Shown]] = defaultdict(list)
    for one in found:
        if one not in by_attack[one.attack]:
            by_attack[one.attack].append(one)
    parts = [_HEAD]
    for letter, title in SECTIONS.items():
        rows = [
            f"| {number} | {attack.does} | {attack.closed} | {_count(by_attack[number])} |"
            for number, attack in ATTACKS.items()
            if number[0] == letter
        ]
        parts.append(
            f"## {title}\n\n| # | Attack | What closes it | Shown |\n|---|---|---|---|\n" + "\n".join(rows) + "\n"
        )
    lists = [listed(number, by_attack[number]) for number in ATTACKS if by_attack[number]]
    return "\n".join(parts) + "\n## The tests\n\n" + "\n\n".join(lists) + "\n"


_HEAD = """# Attacks on the line, and the tests that try them

Written from the names of the tests by `make attacks`; a test fails when it is out of date, and when an attack has no
test. Numbers are those that the tests carry: `pytest -k b3` runs one attack's.

The attacker holds the application's password for the database and writes any SQL. Before anything was built, the
attacks A to G were tried on a design in which the application could SELECT under row-level security; most of them
worked, and made the design what it is: fixed functions, entries in the write-ahead log, keys that carry markings. H
is what was tried afterwards. "Closes" means that the tests below fail to get through; it is no proof.

**What is promised about time and buffers (B6, B7).** Rows that are sealed, covert, protected or of oversight have
keys that carry their marking, and a search asks for the markings that its purpose sees: how many hidden rows bear a
word changes nothing that a caller could measure. Rows that are hidden for another reason, another regime's say, share
the index with visible ones, and a search steps over them. The answer holds nothing of it; its time does. At two
million entities, a word that 20,000 hidden rows bear took 200 ms instead of 18, which anybody can time who may
search, without the database's password; one hidden row can't be told from none by a clock, but by buffers (13 more),
for whoever may run EXPLAIN around a call. Existence that must not show belongs under one of those four caveats. The
figures: [bench](../bench/README.md).

**Which passwords lie together (P1 to P8).** The web process holds those of app, login and policy, the worker those of
app's part in standing orders, policy, feeds and sequencer. Visible sets are compiled where they are needed, in both;
a process of its own would keep the policy password from whoever takes one of them over. It isn't there, because that
password is worth nothing by itself: what it stores and judges is the line's own, or isn't stored (P3).

**What a backup has of secrets (P8).** Whoever keeps backups reads every row, so no row lets them in. Secrets of
authenticators are enciphered with `secrets/factor-key`, which the web process brings with each call. Tokens of
sessions and programs, recovery and setup codes lie as hashes of 80 or more random bits, passwords as a hash of an
Argon2id proof, which can be guessed at Argon2id's price, one password at a time. Of security keys and providers only
public keys are there; a provider's client secret stays in `providers.yml`. A sign-in on its way to a provider has its
nonce and PKCE verifier in clear: worth nothing without the browser's cookie and the provider's answer, of which it has
hashes. Three secrets of the database's own lie there in clear (`line.secret`), and are fit to: `pass` signs what the
functions carry from row to row, and no login has a table to use it on; `challenge` makes salts for names that don't
exist and hides codes that are spent once shown; `pseudonym` turns accounts into the names in public heads, and a backup
holds the accounts themselves. A test lists every column of such a kind and says what it holds. Copies that `up` made
before it enciphered (`backups/`, for thirty days), and older dumps, hold authenticators' secrets in clear: whoever
fears for one resets the factors.

**Also tried, and what was seen.**

- *Print and PDF of hostile content (R16).* Notes, tasks, report passages, a document and its name with markup,
  scripts, an SVG, frames on `file://`, style rules for print, a formula and isolates of direction, in a real
  Chromium, each page printed to PDF: the texts stood there as they were written; a server that they named was asked
  for nothing; no PDF has a link or a script of theirs. There is no PDF of the program's own; a report that
  overseers save as HTML has no script, no style and no address in it.
- *Exports taken in again (R14).* It worked: a file of the civil regime's rows, fed to a source of the criminal one,
  came back marked as that source's. Now rows of an export keep their regime and caveats or stop the run, and so do
  FollowTheMoney entities that are another source's here. Somebody who strips those columns by hand still gets
  through, as somebody does who types a list off the screen: what is left is the export's entry with the file's
  hash, the two people who decided on the source, and the run's entry with the hash of its rows.
- *A disclosure to oneself (R15).* It worked, with the wage desk as recipient, and needed no crossing. Now units and
  accounts of the house are no recipients. Under another name it is a false disclosure: its approval and accounting
  show it.
- *Merges.* Two entities that somebody judges to be one stay two for whoever doesn't see both: fields, counts and
  the judgement itself (the tests on two accounts, under B). *Notes.* What a crossing opened, in whatever spelling,
  takes the crossing's compartment with it, or is refused where it has none (R9). *Crossings in a chain.* A copy
  that a crossing made is no ground for another: a second case sees nothing of it, asks the one who keeps the
  source, and discloses neither.
- *A forked rotation, two logs of one name* (R13, F1): each history holds by itself, neither passes for the other; a
  log that was set back goes on under another name and says so.
"""


def _count(tests: Sequence[Shown]) -> str:
    return f"by {len(tests)} test{'' if len(tests) == 1 else 's'}" if tests else "no test yet"


@cache
def everything(root: Path = REPOSITORY) -> Sequence[Shown]:
    """What names say, then what ALSO adds; read once, for all files take a second or two."""
    return (*shown(root), *also(root))


def main() -> None:
    """Write the page; with --check say whether it is current; with --print show it."""
    put(PLACE, page(everything()), parser("tests.leak.register").parse_args())


if __name__ == "__main__":
    main()
