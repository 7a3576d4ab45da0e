"""README and the pages beside it: links lead somewhere, the tour's values are the demo world's."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from brightline.wiring.demo import make_world
from brightline.wiring.demo.office import ACCOUNTS, PASSWORD
from brightline.wiring.demo.plots import answers

ROOT = Path(__file__).resolve().parents[2]
PAGES = ("README.md", "docs/architecture.md", "docs/for-overseers/README.md")


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_somewhere(page: str) -> None:
    path = ROOT / page
    for target in re.findall(r"\]\(([^)#]+)\)", path.read_text("utf-8")):
        assert target.startswith("https://") or (path.parent / target).exists(), f"{page} → {target}"


def test_the_tour_names_what_the_small_world_of_seed_1_holds() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    by_key = {answer.key: answer for answer in answers(make_world("small", 1).cast)}
    officer = by_key["works-chain"].ids["officer"]
    phone = by_key["works-phone"].query
    written = f"+1 {phone[2:5]} {phone[5:8]} {phone[8:]}"
    for value in (written, officer["find"], officer["caption"], by_key["pier-account"].query, PASSWORD):
        assert value in text
    named = set(re.findall(r"`([a-z]+\.[a-z]+)`", text))
    assert named <= {account.name for account in ACCOUNTS}


def test_each_decision_has_a_number_of_its_own() -> None:
    numbers = [int(path.name[:4]) for path in (ROOT / "docs" / "decisions").glob("*.md")]
    assert len(numbers) == len(set(numbers))
