"""The registry of figures: read strictly, printed as it is, named by the functions that there are."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from brightline.oversight import reference
from brightline.oversight.definitions import Figure, registry
from brightline.store import install

ROOT = Path(__file__).resolve().parents[2]


def test_the_reference_is_current() -> None:
    page = (ROOT / reference.PLACE).read_text("utf-8")
    assert page == reference.text(), "run python -m brightline.oversight.reference"


def test_every_figure_counts_functions_that_exist() -> None:
    known = {function.name for function in install.read_rooms(install.ROOMS)}
    for key, figure in registry().figures.items():
        assert set(figure.names or ()) <= known, key


def test_every_figure_is_in_a_report() -> None:
    assert {key for report in registry().reports.values() for key in report.figures} == set(registry().figures)


@pytest.mark.parametrize(
    "wrong",
    [{"measure": "median"}, {"measure": "count", "colour": "red"}, {"measure": "median", "spread": "counts.x"},
     {"measure": "average", "value": "counts.x"}, {"measure": "count", "by": ["a", "b", "c", "d"]}],
)  # fmt: skip
def test_a_definition_that_says_something_unknown_stops_the_program(wrong: dict[str, object]) -> None:
    words = "Twenty characters and a few more."
    with pytest.raises(ValidationError):
        Figure.model_validate({"title": "X", "wording": words, "formula": words, **wrong})
