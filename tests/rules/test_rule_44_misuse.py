"""Rule 44: misuse that was planted among honest days is found, and honest days are mostly left alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.misusing import Days, made

pytestmark = [pytest.mark.database, pytest.mark.slow]


@pytest.fixture(scope="module")
def days(module_db: Any, tmp_path_factory: pytest.TempPathFactory) -> Days:
    found = made(module_db, Path(tmp_path_factory.mktemp("misuse")), seed=44)
    found.run()
    return found


def test_rule_44_planted_misuse_is_found(days: Days) -> None:
    score = days.score()
    assert score["planted"] == 100
    assert score["account_days"] == 800
    assert score["recall"] >= 0.95, score
    assert score["false_rate"] <= 0.2, score
