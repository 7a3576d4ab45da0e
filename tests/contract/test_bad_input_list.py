"""Bad input by hand, on the command line: each gets its exit code, a fact and a way out, and no traceback.

Files with faults are in `test_feeds_bad_input.py`, hostile fields of the API in `test_api_bad_input.py`, wrong
passwords and forged cookies in `test_api_sessions.py`; here is what somebody meets who types.
"""

from __future__ import annotations

import os
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.contract.conftest import Door, Ended
from tests.feeding import BASE

from brightline.cli.groups import feeds as feed_commands
from brightline.cli.local import processes
from brightline.feeds.manifest import load
from brightline.model.errors import Conflict, InputFaults
from brightline.store.home import Home

REPOSITORY = Path(__file__).resolve().parents[2]
CASE, OTHERS = "C-2026-0001", "C-2026-0002"
REASON = ("--reason", "Looks for the payee whom the clerk named in her complaint of 4 May.")
PREDICATE = "Three invoices of March were paid twice to a company without staff; the clerk reported it."
SQL = "'; DROP TABLE content.aspect; --"
LEAKS = ("Traceback", "psycopg", "SELECT", "inner.", "line.enter", "site-packages", "Error(")


OPEN = ("case", "open", "--title", "Invoices paid twice", "--category", "fraud", "--authority")
LIST: dict[str, tuple[str, tuple[str, ...], int, str]] = {
    "reason “investigation”": (
        "ana",
        ("search", "x", "--purpose", CASE, "--reason", "investigation"),
        1,
        "at least 40",
    ),
    "reason of stock words": ("ana", ("search", "x", "--purpose", CASE, "--reason", "investigation " * 5), 1, "stock"),
    "no reason": ("ana", ("search", "x", "--purpose", CASE), 2, "--reason"),
    "no purpose": ("ana", ("search", "x"), 2, "--purpose"),
    "inquiry that is no id": ("ana", ("search", "x", "--purpose", CASE, "--inquiry", SQL), 2, "--reason"),
    "another's purpose": ("ana", ("search", "x", "--purpose", OTHERS, *REASON), 1, "The line refuses"),
    "another case's number": ("ana", ("case", "show", OTHERS), 1, "Nothing of that id"),
    "sql for an id": ("ana", ("why", SQL, "--purpose", CASE, *REASON), 2, "32 hexadecimal digits"),
    "sql for a case": ("ana", ("case", "show", SQL), 2, "Copy it from a list"),
    "authority out of force": ("ana", (*OPEN, "old-act", "--predicate", PREDICATE), 1, "not in force"),
    "authority that isn't there": ("ana", (*OPEN, "no-such-act", "--predicate", PREDICATE), 1, "not in force"),
    "forged token": ("forged", ("whoami",), 1, "brightline login"),
    "token of two lines": ("a\nb", ("whoami",), 2, "BRIGHTLINE_TOKEN"),
    "desk of another role": ("ana", ("feed", "list"), 1, "brightline role add"),
    "source without agreement": ("stu", ("source", "add", "bare.yml", "--unit", "records"), 2, "lacks agreement"),
    "source with an ended agreement": ("stu", ("source", "add", "ended.yml", "--unit", "records"), 2, "Renew"),
    "source nobody answers for": ("stu", ("source", "add", "whole.yml"), 2, "--unit UNIT"),
    "source in no yaml": ("stu", ("source", "add", "absent.yml"), 2, "docs/how-to/feeds.md"),
    "feed without agreement": ("stu", ("feed", "add", "bare"), 2, "agreement: is missing"),
    "feed outside the folders for feeds": ("stu", ("feed", "add", "/etc"), 2, "BRIGHTLINE_FEEDS"),
    "feed of no source": ("stu", ("feed", "add", "whole"), 1, "brightline source add"),
    "feed that isn't there": ("stu", ("feed", "refresh", "absent"), 1, "Nothing of that id"),
    "folder that isn't there": ("stu", ("feed", "add", "absent"), 2, "feed.yml"),
}


def _files(folder: Path) -> None:
    whole = deepcopy(BASE)
    whole["source"]["name"] = "harbour"
    whole["agreement"]["id"] = "AG-harbour"
    ended = {**whole, "agreement": {**whole["agreement"], "expires": "2025-01-01"}}
    bare = {name: part for name, part in whole.items() if name != "agreement"}
    for name, manifest in (("whole", whole), ("ended", ended), ("bare", bare)):
        (folder / f"{name}.yml").write_text(yaml.safe_dump(manifest))
        (folder / name).mkdir()
        (folder / name / "feed.yml").write_text(yaml.safe_dump(manifest))


@pytest.mark.database
@pytest.mark.parametrize("item", LIST)
def test_what_is_typed_wrong_gets_a_fact_and_a_way_out(door: Door, ended: Ended, tmp_path: Path, item: str) -> None:
    _files(tmp_path)
    door.world.db.execute(
        "INSERT INTO line.authority (code, title, regime, statute, valid_from, valid_to) VALUES"
        " ('old-act', 'Old act', 'criminal', '1 OLD 1', '2000-01-01', '2020-01-01') ON CONFLICT DO NOTHING"
    )
    who, words, code, word = LIST[item]
    did, out, err = ended(who, *words)
    assert (did, out) == (code, ""), err
    assert word in " ".join(err.split())
    assert len(err.strip().splitlines()) >= 2, "a way out is missing"
    assert not any(leak in err + out for leak in LEAKS), err


@pytest.mark.database
def test_sql_as_a_search_finds_nothing_and_breaks_nothing(door: Door, ended: Ended) -> None:
    code, out, _ = ended("ana", "search", SQL, "--purpose", CASE, "--reason", f"Looks for {SQL} of invoice nine.")
    assert code == 0
    assert "0 found" in out
    assert door.world.db.execute("SELECT to_regclass('content.aspect') IS NOT NULL").fetchone() == (True,)


@pytest.mark.parametrize(("code", "kind"), [("empty", InputFaults), ("agreement", Conflict), (None, Conflict)])
def test_a_run_that_failed_by_its_input_ends_with_3(code: str | None, kind: type[Exception]) -> None:
    error: Any = feed_commands._failed({"code": code, "message": "a.csv is empty.", "feed": "people"})
    assert isinstance(error, kind)
    assert error.exit_code == (3 if kind is InputFaults else 1)
    assert "brightline feed runs people" in error.hint


def test_the_command_line_finds_the_port_that_its_home_took(tmp_path: Path) -> None:
    home = Home.find(tmp_path / "home")
    assert processes.port_of_api(home) is None
    assert not home.path.exists()
    born = processes._born(os.getpid())
    (home.folder("run") / "api.json").write_text(f'{{"pid": {os.getpid()}, "started": "{born}", "port": 8199}}')
    assert processes.port_of_api(home) == 8199
    (home.folder("run") / "api.json").write_text(f'{{"pid": {os.getpid()}, "started": "1", "port": 8199}}')
    assert processes.port_of_api(home) is None


def test_the_feed_of_the_documentation_is_one(tmp_path: Path) -> None:
    text = (REPOSITORY / "docs" / "how-to" / "feeds.md").read_text()
    (tmp_path / "feed.yml").write_text(re.search(r"```yaml\n(.*?)```", text, re.DOTALL)[1])  # type: ignore[index]
    assert load(tmp_path).feed == "port-calls"
