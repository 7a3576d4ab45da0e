"""feed.yml is read strictly, and every refusal names the line."""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.feeding import BASE, folder_of

from brightline.feeds.check import check_folder
from brightline.feeds.manifest import Manifest, digest, load, parse
from brightline.model.errors import BadInput

EXAMPLE = """\
feed: harbour-register
title: Register of vessels calling at the port
source: {name: harbour, publisher: Port authority, reliability: B}
agreement: {id: AG-014, regimes: [criminal, regulatory], pointer_tier: 1, expires: 2027-06-30}
assessment: {id: PIA-031, approved: 2026-02-01, expires: 2028-02-01}
authority: 19-usc-1431
retention: {rule: 28cfr23, years: 5}
input: {format: csv, path: "inbox/*.csv.gz", mode: snapshot, schedule: "15 2 * * *", keys: [call_id], country: us}
marking:
  category: {column: person_role, map: {master: other, passenger: other, stowaway: victim}, default: other}
  caveats: {column: seal, map: {S: sealed}}
mapping:
  vessel: {schema: Vessel, keys: [imo], properties: {name: {column: vessel_name}, imoNumber: {column: imo}}}
  master: {schema: Person, keys: [licence_no], properties: {name: {column: master}, idNumber: {column: licence_no}}}
expect: {rows: {min: 100, max: 50000}, unique: [call_id], drift: {rows: 0.5}}
"""


def test_the_example_of_the_design_is_valid() -> None:
    read = parse(EXAMPLE)
    assert read.retention.words() == "28cfr23:5"
    assert read.refs()["seal"] == "marking.caveats.column"
    assert Manifest.model_validate(read.plain()) == read


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("caveats:", "caveat:", "line 11: marking.caveat: isn't known"),
        ("imoNumber:", "imoNo:", "line 13: mapping.vessel.properties.imoNo: Vessel has no such property"),
        ("schema: Person", "schema: Persn", "line 14: mapping.master.schema: there is no schema"),
        ("schema: Vessel", "schema: Thing", "abstract"),
        ("expires: 2027-06-30", "expires: soon", "line 4: agreement.expires"),
        ("regimes: [criminal, regulatory]", "regimes: []", "line 4: agreement.regimes"),
        ("pointer_tier: 1", "pointer_tier: 7", "line 4: agreement.pointer_tier"),
        ("keys: [call_id], ", "", "line 8: input: keys is missing"),
        ("keys: [imo], ", "", "line 13: mapping.vessel.keys"),
        ("S: sealed", "S: crossed", "is no caveat that a source can set"),
        ("stowaway: victim", "stowaway: guilty", "line 10: marking.category.map.stowaway"),
        ("feed: harbour-register", "feed: Harbour Register", "line 1: feed"),
        ("name: harbour,", "name: case,", "a name the system uses itself"),
        ("authority: 19-usc-1431\n", "", "authority: is missing"),
        ("assessment: {id: PIA-031, approved: 2026-02-01, expires: 2028-02-01}\n", "", "assessment: is missing"),
        ("idNumber: {column: licence_no}", "religion: {literal: any}", "nobody may keep this on file"),
        ("title: Register", "title: Register: of", "isn't YAML"),
        ("authority: 19", "feed: x\nauthority: 19", "given twice"),
    ],
)
def test_each_fault_names_its_line(old: str, new: str, told: str) -> None:
    assert old in EXAMPLE
    with pytest.raises(BadInput) as error:
        parse(EXAMPLE.replace(old, new))
    assert told in error.value.detail
    assert error.value.exit_code == 2


@pytest.mark.parametrize("text", ["", "- a\n", "just words", "feed: [\n", "\x00"])
def test_what_is_no_manifest_is_refused_without_a_traceback(text: str) -> None:
    with pytest.raises(BadInput):
        parse(text)


def test_a_folder_without_feed_yml(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"no feed\.yml"):
        load(tmp_path)


def test_the_digest_changes_with_what_decides_the_rows(tmp_path: Path) -> None:
    folder = folder_of(tmp_path, deepcopy(BASE), {})
    first = digest(load(folder), folder)
    assert digest(load(folder), folder) == first
    (folder / "crawl.py").write_text("def crawl(context): ...\n")
    assert digest(load(folder), folder) != first


def test_check_says_what_a_sample_makes(tmp_path: Path) -> None:
    files: dict[str, Any] = {"inbox/a.csv": "id,name,born,phone\n1,Alma,1980,+442079460018\n2,Bo,1980-02-31,\n"}
    report = check_folder(folder_of(tmp_path, deepcopy(BASE), files))
    assert not report.ok
    assert (report.rows, report.schemata, report.rejected_values) == (2, {"Person": 2, "Value": 1}, 1)
    (problem,) = report.problems
    assert problem.startswith("row 3, column born: date: person.birthDate: There is no such day")
    assert problem.endswith("('1980-02-31')")


def test_every_shipped_feed_is_valid_and_documented() -> None:
    root = Path(__file__).parents[2] / "feeds"
    folders = sorted(path for path in root.iterdir() if path.is_dir())
    assert len(folders) >= 10
    for folder in folders:
        read = load(folder)
        assert read.feed == folder.name
        assert (folder / "README.md").read_text().startswith("# ")
        assert (read.input.format == "crawl") == (folder / "crawl.py").exists()
        assert yaml.safe_load((folder / "feed.yml").read_text())["authority"]


def test_an_encoding_that_nobody_knows_is_refused_by_check(tmp_path: Path) -> None:
    made = deepcopy(BASE)
    made["input"]["encoding"] = "cp-nonsense"
    with pytest.raises(BadInput, match="cp-nonsense"):
        check_folder(folder_of(tmp_path, made, {"inbox/a.csv": "id,name,born,phone\n1,A,,\n"}))


def test_check_is_not_content_with_a_heading_alone(tmp_path: Path) -> None:
    report = check_folder(folder_of(tmp_path, deepcopy(BASE), {"inbox/a.csv": "id,name,born,phone\n"}))
    assert not report.ok
    assert report.problems == ("The input holds no row.",)


def test_check_sums_up_what_comes_often_and_names_columns_that_say_nothing(tmp_path: Path) -> None:
    rows = "".join(f"{n},Person {n},99.99.1980,\n" for n in range(1, 21))
    report = check_folder(folder_of(tmp_path, deepcopy(BASE), {"inbox/a.csv": "id,name,born,phone\n" + rows}))
    assert report.problems[0] == "column born: date: 20 times"
    assert report.problems[1] == "column phone: none of the 20 rows looked at says anything."
    assert report.problems[2].endswith("('99.99.1980')")
