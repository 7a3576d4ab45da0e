"""Rule 51 over every command of `brightline`, generated from the program's own list of commands.

Each is typed by the same person in both twin worlds; exit code, standard output and standard error must be equal but
for what is random. Which operations a command reaches is recorded as it runs, so the list can't be wrong. A new command
is typed from the names of its parameters; where that isn't enough, one line in LINES says how.
"""

from __future__ import annotations

import io
import json
import re
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import typer
import yaml
from tests.described import routes
from tests.fieldwork import SOURCES, ago, plan
from tests.leadroom import TIP, shipped, table
from tests.leak.kitchen import Kitchen, said
from tests.leak.recipes import DESKS, EXTRACT, FUNCTIONS, PASSAGES, RECIPES, Recipe
from tests.leak.twins import CANARIES, DISCLOSED, Side, alike, twins

from brightline.api.routers import ledger
from brightline.cli import reference
from brightline.cli.app import build, perform
from brightline.cli.client import PREFIX, Client
from brightline.cli.groups import warehouse as waiting

pytestmark = [pytest.mark.database, pytest.mark.slow]

# Commands that ask the API nothing about content, each with the reason.
LOCAL = {
    "up": "starts the installation",
    "down": "stops it",
    "status": "reads this machine's processes",
    "init": "prints a setup code",
    "doctor": "checks the installation as its operator",
    "demo": "makes a demo installation",
    "login": "is session_open, which test_every_endpoint compares; the password comes from a terminal",
    "logout": "is session_close; it forgets the token file",
    "shell": "reads command lines, each of which is one of the others",
    "ledger verify": "checks files with nobody's help",
    "rulebook shipped": "prints what came with the program",
    "rulebook prove": "proves a file on this machine",
    "review redraw": "draws a sample again from exported files, with nobody's help",
    "witness": "cosigns checkpoints of a log, with nobody's help",
    "ledger rotate-key": "works on the log's own machine",
    "ledger resume": "works on the log's own machine",
    "ledger renew": "works on the log's own machine",
    "feed check": "reads a folder on this machine",
}

NOBODY = "00000000-0000-4000-8000-000000000000"
WHY = "Needed for the audit of the two invoices that were paid twice in March."
# What to type where the parameter's name doesn't say it; `--purpose` is the person's own.
LINES: dict[str, str | tuple[str, ...]] = {
    "search": (
        "Quint",
        "Quillfeather",
        "Smugglersrest --fuzzy 2",
        "Quint --explain",
        "lighthouse --limit 1 --offset 1",
    ),
    "why": ("{open}", "{hidden}"),
    "entity show": ("{open}", "{hidden}", "{peter}", "{open} --lineage"),
    "links expand": ("{open} --hops 2", "{hidden}"),
    "links path": ("{open} {peter}", "{open} {hidden}"),
    "resolve review": ("{open}", "{hidden}"),
    "resolve history": ("{open}", "{hidden}"),
    "resolve judge": (f"{{open}} {{second}} different --reason '{WHY}'", f"{{open}} {{hidden}} same --reason '{WHY}'"),
    "watch add": ("'Marla Quint'", "Quillfeather"),
    "workspace new": ("Another --items {open}", "Another --items {hidden}"),
    "deconflict": ("'+1 555 0100' --kind phone", "VAULT-77 --kind number"),
    "export": "--format csv --out {out}",
    "inquiry open": f"--reason '{WHY}' --purpose {{case}}",
    "case open": "--title 'Another' --authority 18-usc-1956 --predicate '{predicate}'",
    "case add": ("{case} {second} --role witness --basis 'Named by the clerk.'", "{case} {hidden} --role other"),
    "case document": ("{case} {text} --no-wait", "{case} --get {document} --out {out}", "{case} --readings"),
    "case relate": ("{case} {other_case} --because 'It grew out of it.'", "{case} C-2026-0009 --because 'A guess.'"),
    "case evidence dispose": f"{{case}} {{evidence}} return --place 'The owner' --reason '{WHY}'",
    "case clearance grant": "{case} sealed --order '{order}' --expires 2027-01-01",
    "case clearance list": ("{case}", ""),
    "case clearance approve": f"00000000-0000-4000-8000-000000000000 --reason '{WHY}'",
    "case clearance deny": f"00000000-0000-4000-8000-000000000000 --reason '{WHY}'",
    "case clearance revoke": f"00000000-0000-4000-8000-000000000000 --reason '{WHY}'",
    "case report add": "{case} {report_file}",
    "case withdraw": f"{{case}} --reason '{WHY}'",
    "case report withdraw": f"{{case}} 1 --reason '{WHY}'",
    "disclose withdraw": f"{{disclosure}} --reason '{WHY}'",
    "referral withdraw": f"{{referral}} --reason '{WHY}'",
    "crossing request": (
        "--items {payee} --fields name --basis 18-usc-1956 --necessity '{necessity}' --alternatives 'The register was"
        " searched and names nobody.' --expires 2027-01-01",
        "--items {hidden} --fields name --basis 18-usc-1956 --necessity '{necessity}' --alternatives 'The register was"
        " searched and names nobody.' --expires 2027-01-01",
    ),
    "crossing opinion": f"{{crossing}} support --reason '{WHY}'",
    "crossing review": f"{{crossing}} permitted --reason '{WHY}'",
    "crossing audit": f"{{crossing}} proper --remarks '{WHY}'",
    "disclose prepare": (
        "--case {case} --items {open} --recipient {recipient} --purpose 'Charging decision on the two invoices.'",
        "--case {case} --items {hidden} --recipient {recipient} --purpose 'Charging decision on the two invoices.'",
    ),
    "disclose send": "{disclosure} --out {out}",
    "disclose package": "{disclosure} --out {out}",
    "disclose confirm": f"{{disclosure}} {NOBODY} --by 'Clerk of the prosecutor'",
    "subject report": ("{second}", "{peter}", "{sealed}"),
    "operation plan": "{plan}",
    "operation cost": "{operation} 12 --what Boat",
    "operation import": "{extract} --kind arrests --no-wait",
    "operation extract": "",
    "operation submit": "{planned}",
    "operation withdraw": f"{{planned}} --reason '{WHY}'",
    "encounter add": "{met}",
    "custody add": "{stay}",
    "hold clear": f"00000000-0000-4000-8000-000000000000 --finding citizen --reason '{WHY}'",
    "lead intake": "procurement-fraud-tips {rows} --no-wait",
    "lead check": "{lead} register --result confirmed --finding '{predicate}' --document 'Record 12'",
    "lead decide": f"{{lead}} insufficient --reason '{WHY}'",
    "lead change": f"{{lead}} left --reason '{WHY}'",
    "lead clear": f"{{lead}} --status none --reason '{WHY}'",
    "lead promote": "{lead} --associate 00000000-0000-4000-8000-000000000000 --predicate '{predicate}'",
    "lead refer": "{checked} --to fraud --basis 'Two records of other registers state what the sender states.'",
    "programme apply": "{programme}",
    "referral answer": "{referral} acknowledge",
    "feed add": "{folder}",
    "feed refresh": "people --no-wait",
    "feed replay": "people --no-wait",
    "feed end": f"{{run}} --reason '{WHY}'",
    "feed withdraw": f"{{run}} --reason '{WHY}'",
    "feed release": f"{{run}} --reason '{WHY}'",
    "feed run show": "{run}",
    "feed mend": f"people {{quarantined}} --value 1980 --reason '{WHY}'",
    "feed mend-end": f"people {{run}} --reason '{WHY}'",
    "source add": "{source_file}",
    "source renew": f"register {{source_file}} --reason '{WHY}'",
    "agreement extend": f"AG-bank --until 2100-01-01 --reason '{WHY}'",
    "agreement end": f"AG-bank --reason '{WHY}'",
    "authority extend": f"29-usc-216 --until 2100-01-01 --reason '{WHY}'",
    "proposal show": "PR-2026-000000",
    "proposal accept": f"PR-2026-000000 --reason '{WHY}'",
    "proposal refuse": f"PR-2026-000000 --reason '{WHY}'",
    "proposal withdraw": f"PR-2026-000000 --reason '{WHY}'",
    "authority add": "18-usc-2 --title Aiding --statute '18 USC 2' --regime criminal",
    "account add": "newt --title Newt --unit fraud --role agent",
    "role add": "bo fraud analyst",
    "role disable": f"bo fraud agent --reason '{WHY}'",
    "ledger proof": "0",
    "ledger who-asked": "Canary",
    "ledger export": "{fresh}",
    "report run": ("enforcement", "enforcement --format csv"),
    "report entries": "crossings_requested",
    "review explain": "no-such-exception --note 'Nothing found.'",
    "review draw": "--from 2020-01-01",
    "review judge": "{sample} 1 specific",
    "retention validate": (f"{{due}} --reason '{WHY}'", f"{{hidden}} --reason '{WHY}'"),
    "retention purge": (f"{{due}} --reason '{WHY}'", f"{{hidden}} --reason '{WHY}'"),
    "retention hold": (f"{{held}} --reason '{WHY}'", f"{{hidden}} --reason '{WHY}'"),
    "retention confirm": f"P-2026-000000 --reason '{WHY}'",
    "retention reject": f"P-2026-000000 --reason '{WHY}'",
    "retention lift": f"00000000-0000-4000-8000-000000000000 --reason '{WHY}'",
    "warehouse show": "register --key 1",
    "role confirm": "bo fraud agent",
    "account leavers-approve": f"{NOBODY} --reason '{WHY}'",
    "account leavers-refuse": f"{NOBODY} --reason '{WHY}'",
    "token add": "--title Nightly --acts case_list --purpose {case} --expires 2026-12-31 --code 000000",
    "retention log-term": f"consultation 12 --reason '{WHY}'",
    "retention log-erase": f"consultation --reason '{WHY}'",
    "account sync": "{users} --issuer https://id.example",
    "group add": "agents fraud agent --issuer https://id.example",
    "group end": NOBODY,
    "factor reset": f"bo --reason '{WHY}'",
    "factor end": NOBODY,
    "review flag": NOBODY,
    "review verdict": f"{NOBODY} unfounded --remarks '{WHY}'",
    "review list": "press {list}",
    "restrict add": tuple(
        f"{{{one}}} --kind protected --basis 'Order' --reason '{WHY}' --purpose {{case}}"
        for one in ("second", "hidden")
    ),
    "restrict confirm": f"RS-2026-000000 --reason '{WHY}'",
    "restrict lift": f"RS-2026-000000 --reason '{WHY}'",
    "glass ask": (f"{{other_case}} --reason '{WHY}'", f"C-2026-0009 --reason '{WHY}'"),
    "case role": (
        "{case} {open} witness --basis 'Heard as a witness on 4 May.'",
        "{case} {hidden} witness --basis 'Heard as a witness on 4 May.'",
    ),
    "case remove": ("{case} {open} --reason 'Of another case.'", "{case} {hidden} --reason 'Of another case.'"),
    "case member": ("{case} sam", "{case} nobody"),
    "bulk request": "{list} --population 'Foremen on the payroll list of May' --aim '{necessity}' --expected 2",
    "bulk judge": "00000000-0000-4000-8000-000000000000 confirmed --compared identifier --because 'The numbers agree.'",
    "rulebook diff": "{rulebook}",
    "rulebook apply": f"{{rulebook}} --reason '{WHY}'",
    "schedule add": "weekly --cron '15 2 * * 1' --export csv",
}
# By the parameter's name, for commands that have no line; N is the number of the group's own things.
WORDS = {
    "CASE": "{case}", "ID": "{open}", "ITEM": "{evidence}", "REPORT": "{report}", "TITLE": "'Something new'",
    "TEXT": "'The clerk names her.'", "WATCH": "{watch}", "WORKSPACE": "{workspace}", "SAMPLE": "{sample}",
    "CODE": "29-usc-216", "SOURCE": "register", "--reason": f"'{WHY}'", "--place": "'Vault 4'", "--to": "bo",
    "NUMBER": "G-2026-000000", "BULK": "B-2026-000000", "VERSION": "1", "SESSION": NOBODY, "TOKEN": NOBODY,
    "--because": f"'{WHY}'", "--review": f"'{WHY}'",
    "--minutes": "30", "--outcome": "unfounded", "--summary": "'Everything was looked at, and nothing was found.'",
    "--result": "'Heard on 4 May; protocol in the file.'", "--title": "'Something new'", "--claim": "'Has a passport.'",
    "--findings": "'Everything was done as it was planned.'", "--expires": "2027-01-01", "--basis": "'{predicate}'",
}  # fmt: skip
NUMBERS = {
    "crossing": "{crossing}", "disclose": "{disclosure}", "operation": "{operation}", "lead": "{lead}",
    "referral": "{referral}", "retention": "P-2026-000000",
}  # fmt: skip
NAMES = {"account": "bo", "unit": "harbour", "source": "register", "feed": "people", "programme": "status-review",
         "schedule": "nightly"}  # fmt: skip
IDS = {"case task": "{task}", "case hours": "{hours}", "case clearance": "{clearance}"}


@dataclass(frozen=True)
class Typed:
    code: int
    out: str
    err: str
    reached: frozenset[str]


def _commands() -> dict[str, Any]:
    whole = typer.main.get_command(build())
    return {" ".join(path): command for path, command in reference._walk(whole, ())}


COMMANDS = _commands()
REACHING = [name for name in COMMANDS if name not in LOCAL]


def _lines(name: str) -> tuple[str, ...]:
    if name in LINES:
        given = LINES[name]
        return given if isinstance(given, tuple) else (given,)
    group = name.split()[0]
    words = []
    for part in COMMANDS[name].params:
        key = (part.metavar or part.name.upper()).strip("[]?…") if part.param_type_name == "argument" else part.opts[0]
        if not part.required:
            continue
        word = NUMBERS.get(group) if key == "N" else NAMES.get(group) if key == "NAME" else WORDS.get(key)
        word = next((value for start, value in IDS.items() if key == "ID" and name.startswith(start)), word)
        assert word is not None, (
            f"nobody has said how to type `brightline {name}`: its {key} is unknown. Add one line to LINES in "
            f'tests/leak/test_every_command.py, for instance  "{name}": "{{case}} --to bo",  or to LOCAL with a reason'
        )
        words += [key, word] if key.startswith("--") else [word]
    return (" ".join(words),)


def _person(name: str, reached: str) -> tuple[str, str | None]:
    """Who types it: whoever may call the operation that it is for."""
    recipe = RECIPES.get(reached, Recipe())
    if recipe.who:
        return recipe.who, recipe.purpose
    function = FUNCTIONS.get(recipe.function or reached)
    if function is None or function.purposes == ("none",):
        return "ana", None
    role = next((one for one in DESKS if one in function.roles), "agent")
    who, desk = DESKS[role]
    return who, "{case}" if "case" in function.purposes and role in ("agent", "supervisor") else desk


@pytest.fixture(scope="module")
def kitchen(module_db: Any, server: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kitchen]:
    patience, ledger._PATIENCE = ledger._PATIENCE, 0.05
    root = tmp_path_factory.mktemp("commands")
    with twins(module_db, server, root) as made:
        yield Kitchen(made, more=_files(made.ids, root))
    ledger._PATIENCE = patience


def _files(ids: Any, root: Path) -> dict[str, str]:
    """The files that commands read, by the word that stands for each."""
    encounter = {
        **{"operation": ids["operation"], "person": {"name": "Una Wick"}, "time": ago(), "place": "12 Quay Street"},
        **{"selection": "targeted", "authority": "18-usc-1956", "basis": "warrant", "warrant": "W-2026-118"},
        **{"outcome": "arrested", "status_evidence": SOURCES},
    }
    recipient = {k: v for k, v in DISCLOSED.items() if k != "purpose"} | {"recipient_kind": "court"}
    agreement = {"id": "AG-9", "regimes": ["criminal"], "expires": "2099-01-01"}
    source = {
        **{"source": {"name": "ferries", "title": "Ferries", "custodian_unit": "fraud"}, "agreement": agreement},
        **{
            "assessment": {"id": "PIA-9", "approved": "2026-01-01", "expires": "2099-01-01"},
            "authority": "18-usc-1956",
        },
    }
    stay = {"person": ids["person"], "event": "book_in", "time": ago(2), "facility": "Fort Amory"}
    content: dict[str, bytes] = {
        "text": b"The clerk says so again.",
        "list": b"Quinta Harrow\nMarla Quillfeather\nNobody Atall\n",
        "users": b"[]",
        "rulebook": b"bulk_threshold: 20\n",
        "rows": table(TIP, {"tip": "T-9", "register_no": "VAULT-77"}),
        "extract": EXTRACT,
        "programme": shipped("status-review", title="Another title").encode(),
    }
    forms = {"report_file": {"title": "Second report", "passages": PASSAGES}, "plan": plan(), "met": encounter}
    forms |= {"stay": stay, "recipient": recipient, "source_file": source}
    content |= {name: yaml.safe_dump(form).encode() for name, form in forms.items()}
    made = {}
    for name, written in content.items():
        path = (
            root / f"{name}{'.csv' if name in ('rows', 'extract') else '.txt' if name in ('text', 'list') else '.yml'}"
        )
        path.write_bytes(written)
        made[name] = str(path)
    from tests.office import NECESSITY, PREDICATE

    order = "District court of Saltmere, order 26-mj-88 of 4 May 2026, records of account 4711."
    words = {"predicate": PREDICATE, "necessity": NECESSITY, "order": order}
    return {**made, **words, "out": str(root / "out"), "fresh": str(root / "fresh"), "clearance": "0"}


OPERATIONS = routes()
PLACES = [
    (one.method, re.compile(re.sub(r"\{[^}]+\}", "[^/]+", one.path.removeprefix(PREFIX)) + "$"), name)
    for name, one in sorted(OPERATIONS.items(), key=lambda pair: pair[1].path.count("{"))
]


def _operation(method: str, path: str) -> str:
    plain = path.split("?")[0]
    return next((name for wanted, at, name in PLACES if wanted == method and at.match(plain)), f"? {method} {path}")


@pytest.fixture
def type_in(
    kitchen: Kitchen, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Any:
    reached: list[str] = []
    sent = Client.raw

    def noted(self: Client, method: str, path: str, **more: Any) -> httpx.Response:
        reached.append(_operation(method, path))
        return sent(self, method, path, **more)

    monkeypatch.setattr(Client, "raw", noted)
    monkeypatch.setattr(waiting, "_PATIENCE", 0.0)  # no worker runs here that an export or a look could wait for
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("BRIGHTLINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")

    def go(side: Side, name: str, line: str, who: str, purpose: str | None) -> Typed:
        headers = kitchen.twins.headers(who, said(purpose, kitchen.words, name) if purpose else None)
        monkeypatch.setenv("BRIGHTLINE_URL", side.url)
        monkeypatch.setenv("BRIGHTLINE_TOKEN", headers["Authorization"].split()[1])
        for setting, header in (("PURPOSE", "X-Purpose"), ("INQUIRY", "X-Inquiry")):
            monkeypatch.setenv(f"BRIGHTLINE_{setting}", headers.get(header, ""))
        for leftover in ("out", "fresh"):
            _gone(Path(kitchen.words[leftover]))
        # What was shown is remembered for the next command; here each is taken back, and the next one begins anew.
        for shown in (tmp_path / "config").rglob("seen-*.json"):
            shown.unlink()
        monkeypatch.setattr(sys, "stdin", io.StringIO(""))
        reached.clear()
        capsys.readouterr()
        try:
            code = perform([*name.split(), *shlex.split(said(line, kitchen.words, name))])
        finally:
            side.house.undo()
        told = capsys.readouterr()
        return Typed(code, told.out.replace(side.url, "URL"), told.err.replace(side.url, "URL"), frozenset(reached))

    return go


def _gone(path: Path) -> None:
    if path.is_dir():
        for inner in path.iterdir():
            _gone(inner)
        path.rmdir()
    else:
        path.unlink(missing_ok=True)


def test_every_local_command_is_one_and_every_line_is_of_a_command() -> None:
    assert set(LOCAL) <= set(COMMANDS)
    assert set(LINES) <= set(COMMANDS)


@pytest.mark.parametrize("name", REACHING)
def test_rule_51_no_command_tells_of_what_is_hidden(kitchen: Kitchen, type_in: Any, name: str) -> None:
    if kitchen.at != 0:
        kitchen.twins.tier(0)
        kitchen.at = 0
    who, purpose = _who_types(kitchen, type_in, name)
    for line in _lines(name):
        full, bare = (type_in(side, name, line, who, purpose) for side in kitchen.twins.sides)
        assert bare.reached - {"whoami"} or name == "whoami", f"brightline {name} {line} never reached the API: {bare}"
        assert not [one for one in bare.reached if one.startswith("?")]
        assert full.code == bare.code
        assert full.reached == bare.reached
        for one, other in (alike(full.out, bare.out), alike(full.err, bare.err)):
            assert one == other, f"brightline {name} {line}"
        typed = said(line, kitchen.words, name).lower()
        found = [w for w in CANARIES if w.lower() in (full.out + full.err).lower() and w.lower() not in typed]
        assert found == []


def _who_types(kitchen: Kitchen, type_in: Any, name: str) -> tuple[str, str | None]:
    """Typed once by ana to learn which operation it is; then by whoever may do that."""
    tried = type_in(kitchen.twins.bare, name, _lines(name)[-1], "ana", "{case}")
    # What it reads before it acts is on its way, not its aim.
    found = sorted(tried.reached, key=lambda one: (one in OPERATIONS and OPERATIONS[one].method == "GET", one))
    aim = next((one for one in found if one in OPERATIONS and one != "whoami"), "whoami")
    return _person(name, aim)


@pytest.mark.parametrize("name", ["search", "entity show", "links path", "resolve review"])
def test_the_other_account_is_told_more_by_the_command_too(kitchen: Kitchen, type_in: Any, name: str) -> None:
    differ = []
    for line in _lines(name):
        full, bare = (type_in(side, name, line, "abe", "C-2026-0009") for side in kitchen.twins.sides)
        differ.append(alike(full.out, bare.out))
    assert any(one != other for one, other in differ)


@pytest.mark.parametrize("tier", [1, 3])
def test_rule_51_the_command_tells_of_a_pointer_what_the_tier_allows(kitchen: Kitchen, type_in: Any, tier: int) -> None:
    kitchen.twins.tier(tier)
    kitchen.at = tier
    typed = type_in(kitchen.twins.full, "search", "'Marla Quillfeather' --json", "ana", "{case}")
    (pointer,) = json.loads(typed.out)["pointers"]
    wanted = {"tier", "count", "handle"}
    wanted |= set() if tier == 1 else {"regime", "custodian", "case", "kind", "month"}
    assert {key for key, value in pointer.items() if value is not None} == wanted
    shown = type_in(kitchen.twins.full, "search", "'Marla Quillfeather'", "ana", "{case}").out
    assert ("case C-2026-0009" in shown) == (tier == 3)
