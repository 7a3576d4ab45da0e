"""The journal's listings: one of each, also where an annex numbers nobody."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

from brightline.feeds.crawled import Context
from brightline.feeds.manifest import load

FOLDER = Path(__file__).resolve().parents[2] / "feeds" / "eu-journal"
COLUMNS = ("celex", "recordId", "programKey", "annex", "measure", "startDate", "reason", "schema", "name", "alias")


def listings(path: Path) -> list[Any]:
    spec = importlib.util.spec_from_file_location("eu_journal", FOLDER / "crawl.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return list(module.grouped(Context(manifest=load(FOLDER), paths=[path], mark="x")).items())


def test_an_annex_without_numbers_is_as_many_listings_as_it_names(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    rows = [
        "32014R0833,,P,XIV,M,,,LegalEntity,Bank Otkritie,",
        "32014R0833,,P,XIV,M,,,LegalEntity,Novikombank,",
        "32014R0833,,P,XIV,M,,,LegalEntity,Novikombank,NKB",
        "32014R0833,7,P,XV,M,,,Person,Oduya Kate,",
        "32014R0833,7,P,XV,M,,,Person,,Kate",
    ]
    path.write_text("\n".join((",".join(COLUMNS), *rows, "")))
    found = listings(path)
    assert [key for key, _ in found] == [
        "32014R0833/XIV/name:Bank Otkritie",
        "32014R0833/XIV/name:Novikombank",
        "32014R0833/XV/7",
    ]
    assert all(len({row["name"] for row in rows if row["name"]}) == 1 for _, rows in found)
