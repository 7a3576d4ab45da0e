"""The pure parts of analysis: steps, what a watch keeps of a query, what is told of events."""

from __future__ import annotations

import pytest

from brightline.analysis import model
from brightline.analysis.commands import Workspace
from brightline.model.errors import BadInput


@pytest.mark.parametrize("query", ["", "   ", "\x00", "x" * 401, "%%%", " ".join(f"word{n}" for n in range(25))])
def test_a_watch_needs_somebody_or_something(query: str) -> None:
    with pytest.raises(BadInput) as told:
        model.watched(query)
    assert told.value.hint


def test_a_watch_keeps_words_and_no_sounds() -> None:
    (word,) = model.watched("Quillon")
    assert word["tokens"] == ("quillon",)
    assert "sounds" not in word


def test_a_workspace_holds_ids_and_nothing_else() -> None:
    a = "bank-" + "1" * 32
    params = Workspace(ids=[a, a], title="Who bids", layout={a: (1.0, 2.0)}).params()
    assert params["ids"] == ["11111111-1111-1111-1111-111111111111"]
    assert params["layout"] == {"11111111-1111-1111-1111-111111111111": [1.0, 2.0]}
    for wrong in (Workspace(ids=[]), Workspace(ids=["nobody"])):
        with pytest.raises(BadInput):
            wrong.params()


def test_events_are_told_with_printed_ids_and_words() -> None:
    found = {
        "entities": {"u1": ["bank-1", "Ilse", "Person"]},
        "events": [
            {"id": "e", "sort": "thing", "on": ["u1"], "kind": "Person", "from": "2026-01-01", "to": "2026-01-01",
             "source": "bank", "marking": 7, "place": {"lat": 1, "lon": 2, "label": "Quay"}},
        ],
        "places": [],
        "unplaced": [{"on": "u1", "label": "Nowhere", "via": None, "marking": 7}],
        "markings": [{"id": 7, "origins": [{"source": "bank", "regime": "criminal"}], "caveats": []}],
        "capped": True, "places_capped": False,
    }  # fmt: skip
    told = model.events(found)
    assert told["events"][0]["on"] == ["bank-1"]
    assert told["events"][0]["marking"]["regimes"] == ["criminal"]
    assert told["places"] == []
    assert [(one["on"], one["label"]) for one in told["unplaced"]] == [("bank-1", "Nowhere")]
    assert told["cap_note"]
