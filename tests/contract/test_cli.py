"""The command line as its contract says: exit codes, JSON, what stands where, and no traceback ever."""

from __future__ import annotations

import io
import json
import stat
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import typer
from tests.contract.conftest import PASSWORD, REASON, Door

from brightline.api import reference as api_reference
from brightline.cli import app as program
from brightline.cli import reference as cli_reference
from brightline.cli.app import perform
from brightline.cli.arguments import spread
from brightline.model.keys import entity_keys

REPOSITORY = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Ended:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Run = Callable[..., Ended]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Run:
    """One command line in this process, with a config folder of its own and nobody signed in."""
    for name in ("URL", "TOKEN", "PURPOSE", "INQUIRY"):
        monkeypatch.delenv(f"BRIGHTLINE_{name}", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("BRIGHTLINE_HOME", str(tmp_path / "home"))

    def go(*words: str, stdin: str = "") -> Ended:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        code = perform(words)
        told = capsys.readouterr()
        assert "Traceback" not in told.err + told.out
        return Ended(code, told.out, told.err)

    return go


@pytest.fixture
def ana(run: Run, door: Door, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("BRIGHTLINE_URL", door.url)
    monkeypatch.setenv("BRIGHTLINE_TOKEN", door.world.token("ana"))
    return run


def _person(door: Door, name: str) -> None:
    keys = sorted(entity_keys("Person", {"name": [name]}).keys)
    door.world.aspect("register", name, marking=door.world.marking("register"), keys=keys)


# ------------------------------------------------------------------------------------------- exit codes


@pytest.mark.database
def test_done_is_0(ana: Run) -> None:
    ended = ana("whoami", "--json")
    assert ended.code == 0
    assert ended.json["account"] == "ana"


@pytest.mark.database
def test_refused_is_1_with_the_way_out_on_stderr(ana: Run) -> None:
    ended = ana("case", "show", "C-2026-0002", "--purpose", "C-2026-0002")
    assert ended.code == 1
    assert ended.out == ""
    assert "Refused by the line" in ended.err
    assert "Ledger entry" in ended.err


@pytest.mark.database
def test_a_boilerplate_reason_is_1(ana: Run) -> None:
    ended = ana("search", "bright", "--purpose", "C-2026-0001", "--reason", "investigation")
    assert ended.code in {1, 2}
    assert ended.err


@pytest.mark.database
def test_no_desk_of_that_role_is_1_and_says_who_gives_it(ana: Run) -> None:
    ended = ana("account", "list")
    assert ended.code == 1
    assert "role add" in ended.err


@pytest.mark.database
def test_nobody_signed_in_is_1(run: Run, door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIGHTLINE_URL", door.url)
    ended = run("whoami")
    assert ended.code == 1
    assert "brightline login" in ended.err


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("case",),
        ("case", "frobnicate"),
        ("search",),
        ("search", "x", "--fuzzy", "9"),
        ("search", "x", "--no-such-option"),
        ("ledger", "proof", "minus-one"),
        ("up", "--port", "99999999"),
        ("demo", "--size", "gigantic"),
    ],
)
def test_wrong_usage_is_2(run: Run, words: Sequence[str]) -> None:
    ended = run(*words)
    assert ended.code == 2
    assert ended.out == "" or "Usage" in ended.out


@pytest.mark.database
def test_a_missing_purpose_or_inquiry_is_2_and_names_the_option(ana: Run) -> None:
    without_purpose = ana("search", "bright")
    assert without_purpose.code == 2
    assert "--purpose" in without_purpose.err
    without_inquiry = ana("search", "bright", "--purpose", "C-2026-0001")
    assert without_inquiry.code == 2


def test_a_feed_with_faults_is_3(run: Run, tmp_path: Path) -> None:
    (tmp_path / "feed").mkdir()
    (tmp_path / "feed" / "feed.yml").write_text("feed: broken\nsurprise: 1\n")
    ended = run("feed", "check", str(tmp_path / "feed"), "--json")
    assert ended.code in {2, 3}
    assert ended.err


def test_nothing_there_is_4(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIGHTLINE_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("BRIGHTLINE_TOKEN", "x")
    ended = run("whoami")
    assert ended.code == 4
    assert "brightline up" in ended.err


def test_status_of_nothing_is_4_and_makes_nothing(run: Run, tmp_path: Path) -> None:
    ended = run("status", "--json")
    assert ended.code == 4
    assert ended.json["ok"] is False
    assert not (tmp_path / "home").exists()


def test_a_setting_that_cannot_be_used_is_2(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIGHTLINE_PORT", "many")
    ended = run("status")
    assert ended.code == 2
    assert "BRIGHTLINE_PORT" in ended.err


# ----------------------------------------------------------------------------------------- shapes of output


@pytest.mark.database
def test_search_as_json_has_the_contracts_shape(ana: Run, door: Door) -> None:
    _person(door, "Brightwater Quillfeather")
    words = ("search", "Quillfeather", "--purpose", "C-2026-0001", "--reason", REASON, "--json")
    found = ana(*words)
    assert found.code == 0, found.err
    assert {"query", "purpose", "took_ms", "total", "pointers", "hits"} <= found.json.keys()
    hit = found.json["hits"][0]
    assert {"id", "schema", "caption", "score", "why", "sources", "markings"} <= hit.keys()
    assert hit["caption"] == "Brightwater Quillfeather"


@pytest.mark.database
def test_lists_as_json_lines_are_one_item_a_line(ana: Run) -> None:
    ended = ana("unit", "list", "--jsonl")
    lines = [json.loads(line) for line in ended.out.splitlines()]
    assert {"fraud", "labour"} <= {line["name"] for line in lines}
    whole = ana("unit", "list", "--json").json
    assert [item["name"] for item in whole["items"]] == [line["name"] for line in lines]


@pytest.mark.database
def test_an_error_with_json_is_json_on_stderr(ana: Run) -> None:
    ended = ana("case", "show", "C-2026-0002", "--purpose", "C-2026-0002", "--json")
    told = json.loads(ended.err)
    assert told["code"] == "refused"
    assert told["entry"]


@pytest.mark.database
def test_people_get_tables_without_colour_where_there_is_no_terminal(ana: Run) -> None:
    ended = ana("unit", "list")
    assert "Unit" in ended.out
    assert "\x1b[" not in ended.out + ended.err


# ------------------------------------------------------------------------------------------------ sign-in


@pytest.mark.database
def test_login_keeps_the_token_in_a_file_of_its_owner(
    run: Run, door: Door, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    door.password_of("sam")
    monkeypatch.setenv("BRIGHTLINE_URL", door.url)
    assert run("login", "--account", "sam", "--password-stdin", stdin=f"{PASSWORD}\n").code == 0
    [kept] = list((tmp_path / "config").rglob("token-*.json"))
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert run("whoami", "--json").json["account"] == "sam"
    kept.chmod(0o644)
    refused = run("whoami")
    assert refused.code == 1
    assert "can be read by others" in refused.err
    kept.chmod(0o600)
    assert run("logout").code == 0
    assert not kept.exists()


@pytest.mark.slow
@pytest.mark.database
def test_a_given_password_is_changed_while_signing_in(run: Run, door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    door.password_of("vic")
    monkeypatch.setenv("BRIGHTLINE_URL", door.url)
    new = "another horse battery staple"
    changed = run("login", "--account", "vic", "--password-stdin", "--new-password", stdin=f"{PASSWORD}\n{new}\n")
    assert changed.code == 0, changed.err
    assert run("whoami", "--json").json["account"] == "vic"
    assert run("login", "--account", "vic", "--password-stdin", stdin=f"{PASSWORD}\n").code == 1
    assert run("login", "--account", "vic", "--password-stdin", stdin=f"{new}\n").code == 0


@pytest.mark.database
def test_a_wrong_password_is_1_and_keeps_nothing(
    run: Run, door: Door, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("BRIGHTLINE_URL", door.url)
    ended = run("login", "--account", "lou", "--password-stdin", stdin="wrong password\n")
    assert ended.code == 1
    assert not list(tmp_path.rglob("token-*.json"))


# ------------------------------------------------------------------------------------- the program itself


def test_several_values_after_one_option() -> None:
    typed = "crossing request --items A B --fields name birthDate --basis C --links"
    meant = "crossing request --items A --items B --fields name --fields birthDate --basis C --links"
    assert spread(typed.split()) == meant.split()
    for untouched in ("case list --items A B", "crossing request --items"):
        assert spread(untouched.split()) == untouched.split()


def test_the_list_of_groups_is_the_folder_and_what_the_groups_hold() -> None:
    folder = REPOSITORY / "src" / "brightline" / "cli" / "groups"
    assert set(program.GROUPS) == {path.stem for path in folder.glob("*.py")} - {"__init__"}
    for group, words in program.GROUPS.items():
        built: Any = typer.main.get_command(program.build([group]))
        assert set(words) == set(built.commands), group


def test_every_command_of_the_contract_is_there() -> None:
    names = set(cli_reference.names())
    wanted = """up down status demo init doctor login whoami search why shell; account add list show disable;
        unit add list; role add list disable; authority add list show disable; inquiry open; source add list show;
        feed add list show status refresh runs withdraw quarantine replay check;
        case open submit approve return list show add note document close; entity show; links expand path;
        crossing request list approve deny revoke; ledger checkpoint proof verify export;
        lead intake list show check decide refer; programme apply list show;
        operation plan submit approve show list; encounter add; custody add;
        retention due validate purge; report list run"""
    for part in wanted.split(";"):
        words = part.split()
        top = words[0] in names
        assert {name if top else f"{words[0]} {name}" for name in (words if top else words[1:])} <= names


def test_the_references_are_current() -> None:
    assert (REPOSITORY / cli_reference.PLACE).read_text() == cli_reference.text(), (
        "run python -m brightline.cli.reference"
    )
    assert (REPOSITORY / api_reference.PAGE).read_text() == api_reference.page(), (
        "run python -m brightline.api.reference"
    )


@pytest.mark.slow
def test_the_console_script_starts_and_prints_its_version() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "brightline.cli", "--version"], capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("brightline ")
