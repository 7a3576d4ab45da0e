"""The rulebook through the web door and the command line: what people click and type, end to end."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.contract.conftest import API, Door

from brightline.cli.app import perform

pytestmark = pytest.mark.database
WHY = "The regional court asks for it in its letter of May."


@pytest.fixture
def run(
    door: Door, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> Callable[..., tuple[int, str, str]]:
    """One command line as somebody; (exit code, stdout, stderr)."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("BRIGHTLINE_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("BRIGHTLINE_URL", door.url)

    def go(who: str, *words: str) -> tuple[int, str, str]:
        monkeypatch.setenv("BRIGHTLINE_TOKEN", door.world.token(who))
        capsys.readouterr()
        code = perform(words)
        told = capsys.readouterr()
        assert "Traceback" not in told.out + told.err
        return code, told.out, told.err

    return go


def test_a_version_through_the_web_door(door: Door) -> None:
    ada, lou = door.as_("ada", "records/admin"), door.as_("lou", "legal/approver")
    assert ada.get(f"{API}/rulebook").json()["state"] == "in_force"
    told = ada.post(f"{API}/rulebook/diff", json={"yaml": "bulk_threshold: 20"}).json()
    assert [c["words"] for c in told["difference"]] == ["bulk_threshold: 50 → 20"]
    assert (told["weakens"], told["holds"]) == (False, True)
    made = ada.post(f"{API}/rulebook/versions", json={"yaml": "bulk_threshold: 20", "reason": WHY})
    assert made.status_code == 201, made.text
    number = made.json()["version"]
    assert ada.post(f"{API}/rulebook/versions/{number}/approve", json={"reason": WHY}).status_code == 403
    assert lou.post(f"{API}/rulebook/versions/{number}/approve", json={"reason": WHY}).json()["state"] == "approved"
    assert lou.get(f"{API}/rulebook").json()["book"]["bulk_threshold"] == 20
    listed = door.as_("ana", "fraud/agent").get(f"{API}/rulebook/versions").json()
    assert [v["state"] for v in listed["items"]] == ["in_force", "past"]


def test_a_weaker_guard_is_told_to_overseers_through_the_web_door(door: Door) -> None:
    ada, ines = door.as_("ada", "records/admin"), door.as_("ines", "inspectorate/overseer")
    made = ada.post(f"{API}/rulebook/versions", json={"yaml": "inquiry: {acts: 900}", "reason": WHY}).json()
    assert made["weakens"]
    assert made["effective"]
    (notice,) = ines.get(f"{API}/rulebook/notices").json()["items"]
    assert (notice["version"], notice["may"]) == (made["version"], ["seen"])
    seen = ines.post(f"{API}/rulebook/notices/{made['version']}/seen", json={"remark": "Noted."})
    assert seen.json()["seen"][0]["remark"] == "Noted."
    assert ada.get(f"{API}/rulebook/notices").status_code == 403


@pytest.mark.parametrize(
    ("yaml", "said"),
    [
        ("bulk_treshold: 20", "rulebook.bulk_treshold"),
        ("categories: [", "no valid YAML"),
        ("retention: {longest_years: 9}", "rulebook.retention.longest_years"),
        ("case_born: {criminal: [civil]}", "No datum of another regime"),
        ("units: {a: {title: A, parent: nowhere}}", "rulebook.units.a.parent"),
    ],
)
def test_bad_rulebooks_are_422_with_what_to_change(door: Door, yaml: str, said: str) -> None:
    answer = door.as_("ada", "records/admin").post(f"{API}/rulebook/versions", json={"yaml": yaml, "reason": WHY})
    assert answer.status_code == 422
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert said in answer.json()["detail"]


def test_an_effective_time_in_the_past_is_422(door: Door) -> None:
    body = {"yaml": "bulk_threshold: 9", "reason": WHY, "effective": "2020-01-01T00:00:00Z"}
    answer = door.as_("ada", "records/admin").post(f"{API}/rulebook/versions", json=body)
    assert answer.status_code == 422
    assert "past" in answer.json()["detail"]


@pytest.mark.slow
def test_a_version_by_the_command_line(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    file = tmp_path / "site.yml"
    file.write_text("bulk_threshold: 10\ncrossing: {longest_days: 60}\n")
    code, out, _ = run("ada", "rulebook", "diff", str(file), "--json")
    assert code == 0
    assert "crossing.longest_days" in [c["key"] for c in json.loads(out)["difference"]]
    code, out, err = run("ada", "rulebook", "apply", str(file), "--reason", WHY, "--json")
    # Nobody had shown her the version in force here, so it was read just before.
    assert code == 0
    assert err.startswith("Read just now: version ")
    assert err.endswith(": in force.\n")
    number = str(json.loads(out)["version"])
    assert run("ada", "rulebook", "approve", number, "--reason", WHY)[0] == 1
    assert run("lou", "rulebook", "approve", number, "--reason", WHY, "--json")[0] == 0
    code, out, _ = run("ana", "rulebook", "show", "--json")
    assert json.loads(out)["book"]["crossing"]["longest_days"] == 60
    code, out, _ = run("ana", "rulebook", "show")
    assert "longest_days: 60" in out
    code, out, _ = run("ana", "rulebook", "list", "--json")
    assert json.loads(out)["items"][0]["version"] == int(number)
    assert run("ines", "rulebook", "notices", "--json")[0] == 0


def test_prove_needs_nobody(run: Callable[..., tuple[int, str, str]], tmp_path: Path) -> None:
    code, out, _ = run("ana", "rulebook", "prove", "--json")
    assert code == 0
    assert json.loads(out)["holds"]
    bad = tmp_path / "bad.yml"
    bad.write_text("roles: {overseer: [oversight, case]}\n")
    code, out, err = run("ana", "rulebook", "prove", str(bad), "--json")
    assert code == 5
    assert not json.loads(out)["holds"]
    assert "roles.overseer" in json.loads(err)["detail"]


@pytest.mark.parametrize(
    ("text", "code"), [("categories: [", 2), ("nonsense: 1", 2), ("retention: {longest_years: 8}", 2)]
)
def test_a_bad_file_is_refused_on_this_machine(
    run: Callable[..., tuple[int, str, str]], tmp_path: Path, text: str, code: int
) -> None:
    file = tmp_path / "bad.yml"
    file.write_text(text)
    for words in (("prove", str(file)), ("apply", str(file), "--reason", WHY)):
        ended = run("ada", "rulebook", *words)
        assert ended[0] == code
        assert "rulebook" in ended[2]
    assert run("ada", "rulebook", "prove", str(tmp_path / "none.yml"))[0] == 2


def test_the_rules_themselves_never_load_the_solver() -> None:
    """z3 is 30 MB: whoever compiles visible sets does without."""
    import subprocess

    code = "import brightline.gate, brightline.line.rules, sys; sys.exit('z3' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
