"""The pure parts of bulk runs: steps, what carries an action, how a list is read."""

from __future__ import annotations

import pytest

from brightline.model.errors import BadInput
from brightline.search import bulk


def test_a_list_is_read_as_people_write_it() -> None:
    text = "\ufeffMaria Vega; 1980-05-01\n\n  Juan Peña ;1979\nSM 4471 NJ\nMaria Vega; 1980-05-01\n"
    lines = bulk.read_list(text)
    assert lines[1] == bulk.Line(q="Juan Peña", born="1979")
    params = bulk.lines_as_params(lines)
    assert [line["q"] for line in params] == ["Maria Vega", "Juan Peña", "SM 4471 NJ"]
    assert "born" not in params[2]


@pytest.mark.parametrize("text", ["Maria Vega; May 1980", "; 1980-05-01", "%%%", "x" * 500, "a\x00b"])
def test_a_line_that_names_nobody_is_said(text: str) -> None:
    with pytest.raises(BadInput) as told:
        bulk.lines_as_params(bulk.read_list(text))
    assert "line 1" in str(told.value)
    assert told.value.hint


def test_a_list_has_an_end() -> None:
    with pytest.raises(BadInput, match="5,000"):
        bulk.lines_as_params([bulk.Line(q=f"Somebody {n}") for n in range(5_001)])
