"""Days as the shipped lists write them: what is one is read, what isn't goes to quarantine as it was written."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from lxml import etree

from brightline.feeds.crawled import Context
from brightline.feeds.manifest import load

FEEDS = Path(__file__).resolve().parents[2] / "feeds"
COLUMNS = (
    *("celex", "recordId", "programKey", "annex", "measure", "startDate", "reason", "schema", "name", "alias"),
    *("birthDate", "incorporationDate", "address", "notes"),
)


def crawler(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name.replace("-", "_"), FEEDS / name / "crawl.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def context(name: str, *paths: Path) -> Context:
    return Context(manifest=load(FEEDS / name), paths=list(paths), mark="x")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("30.12.1996", ["1996-12-30"]),
        ("April 1984", ["1984-04"]),
        ("established 1961", ["1961"]),
        ("18.8.1983 (registered as a small enterprise)", ["1983-08-18"]),
        ("7.2.2011 (incorporation date 9.3.2012)", ["2011-02-07", "2012-03-09"]),
        ("1.2.2003; 29.6. 2015", ["2003-02-01", "2015-06-29"]),
        ("2/6/2003", ["2/6/2003"]),
        ("1960s", ["1960s"]),
    ],
)
def test_days_of_the_journals_bodies_are_read(tmp_path: Path, written: str, read: list[str]) -> None:
    path = tmp_path / "a.csv"
    row = dict.fromkeys(COLUMNS, "") | {
        "celex": "C",
        "recordId": "1",
        "annex": "I",
        "schema": "Company",
        "name": "Tarn Ltd",
    }
    row["incorporationDate"] = written
    path.write_text("\n".join((",".join(COLUMNS), ",".join(row.values()), "")))
    (bundle,) = crawler("eu-journal").crawl(context("eu-journal", path))
    assert bundle.entities[0].properties["incorporationDate"] == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("11.8.1960", ["1960-08-11"]),
        ("(b) 6.5.1974.", ["1974-05-06"]),
        ("9 Oct.1971", ["1971-10-09"]),
        ("Between 1968 and 1973", ["1968", "1973"]),
        ("possibly 23.7.1981", ["possibly 23.7.1981"]),
        ("N/D", ["N/D"]),
    ],
)
def test_births_of_the_journal_are_read(written: str, read: list[str]) -> None:
    assert crawler("eu-journal").dates(written) == read


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("DOB 30 Dec 1996; POB Tarn.", ["1996-12-30"]),
        ("DOB 1962 to 1964; Gender Male.", ["1962", "1964"]),
        ("DOB circa 1979-1982.", ["1979", "1982"]),
        ("DOB the year of the flood.", ["the year of the flood"]),
    ],
)
def test_births_of_the_american_list_lose_no_end(written: str, read: list[str]) -> None:
    module = crawler("ofac-sdn")
    person: Any = context("ofac-sdn").entity("Person", "1")
    module.add_remarks(None, person, written, "Person")
    assert person.properties["birthDate"] == read


@pytest.mark.parametrize("written", ["1960-01-01-05:00", "1960-01-01Z", "1960-01-01"])
def test_a_birthday_of_the_united_nations_has_no_zone(written: str) -> None:
    text = f"<I><INDIVIDUAL_DATE_OF_BIRTH><DATE>{written}</DATE></INDIVIDUAL_DATE_OF_BIRTH></I>"
    person: Any = context("un-consolidated").entity("Person", "1")
    crawler("un-consolidated").births(person, etree.fromstring(text))
    assert person.properties["birthDate"] == ["1960-01-01"]
