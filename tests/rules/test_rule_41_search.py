"""Rule 41: bulk matching needs approval."""

from __future__ import annotations

from typing import Any

import pytest
from tests.contract.searching import room

from brightline.model.errors import Refused
from brightline.search import queries

pytestmark = pytest.mark.database


def test_rule_41_a_list_above_the_threshold_is_refused(db: Any) -> None:
    made = room(db)
    names = [f"Somebody Number{n}" for n in range(51)]
    with pytest.raises(Refused) as refused:
        queries.batch(made.gate, made.call, names)
    assert refused.value.code == "bulk"
    assert "approved by a supervisor" in refused.value.hint
    assert refused.value.entry
    assert len(queries.batch(made.gate, made.call, names[:50]).result["items"]) == 50
