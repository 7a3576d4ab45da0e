"""Visibility classes and the states of exports and schedules."""

from __future__ import annotations

import json

from brightline.warehouse.exporting import entities
from brightline.warehouse.model import (
    MOST_CLASSES,
    classes_of,
    visibility_class,
)


def test_a_class_is_regime_and_caveats():
    assert visibility_class("criminal", [], ()) == "criminal"
    assert visibility_class("civil", ["sealed", "Covert/Source", "sealed"], ()) == "civil.covert-source.sealed"


def test_a_table_never_has_more_than_twenty_classes():
    known: set[str] = set()
    for n in range(60):
        for regime in ("criminal", "civil", "regulatory", "oversight"):
            known.add(visibility_class(regime, [f"caveat-{n}"], known))
            known.add(visibility_class(regime, [], known))
    assert len(known) <= MOST_CLASSES + 4
    assert "civil.guarded" in known


def _marking(regime, *caveats):
    return {"origins": [{"regime": regime}], "caveats": list(caveats)}


def test_only_classes_that_may_hold_a_marking_are_opened():
    known = {"criminal", "criminal.sealed", "civil", "criminal.guarded"}
    assert classes_of([_marking("criminal")], known) == ["criminal", "criminal.guarded"]
    assert classes_of([_marking("civil", "sealed")], known) == []
    assert classes_of([], known) == []


def test_followthemoney_lines_join_values_and_name_entities_by_source():
    person = {"id": "a" * 32, "schema": "Person", "caption": "A", "properties": {"name": ["A"]}}
    again = {"id": "a" * 32, "schema": "Person", "caption": "A", "properties": {"name": ["A", "B"]}}
    edge = {"id": "c" * 32, "schema": "Ownership", "caption": "", "properties": {"owner": ["a" * 32]}}
    value = {"id": "d" * 32, "schema": "Value", "caption": "x", "properties": {}}
    rows = [{"source": "bank", "entities": json.dumps([person, value])}]
    rows.append({"source": "bank", "entities": json.dumps([again, edge])})
    found = list(entities(rows))
    assert [one["id"] for one in found] == ["bank-" + "a" * 32, "bank-" + "c" * 32]
    assert found[0]["properties"] == {"name": ["A", "B"]}
    assert found[1]["properties"] == {"owner": ["bank-" + "a" * 32]}
