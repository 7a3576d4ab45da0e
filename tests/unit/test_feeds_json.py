"""JSON is kept as it came, a list of objects can be mapped, and a column that isn't there is refused."""

from __future__ import annotations

import json
import tracemalloc
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from tests.feeding import BASE, KEY

from brightline.feeds.aspects import Assembler
from brightline.feeds.batches import Batch, Table
from brightline.feeds.manifest import Manifest, parse
from brightline.feeds.mapping import Ready, RowMapper
from brightline.feeds.quarantine import Fault
from brightline.feeds.readers import read
from brightline.model.errors import BadInput, InputFaults


def manifest(columns: dict[str, str], **changes: Any) -> Manifest:
    made = deepcopy(BASE)
    made["input"] = {"format": "json", "path": "a.json", "keys": ["id"], **changes}
    made["mapping"]["person"]["properties"] = {prop: {"column": column} for prop, column in columns.items()}
    return Manifest.model_validate(made)


def batches(path: Path, text: str, columns: dict[str, str], **changes: Any) -> list[Batch]:
    path.write_text(text)
    return list(read(manifest(columns, **changes), [path], KEY))


def table(path: Path, rows: list[Any] | str, columns: dict[str, str], **changes: Any) -> Table:
    text = rows if isinstance(rows, str) else json.dumps(rows)
    (found,) = [one for one in batches(path, text, columns, **changes) if isinstance(one, Table)]
    return found


def test_a_list_of_objects_is_part_of_the_stored_row(tmp_path: Path) -> None:
    records = [{"id": "1", "name": "A", "aliases": [{"n": "Cyrus", "religion": "x"}]}]
    found = table(tmp_path / "a.json", records, {"name": "name"})
    assert found.raw == ['{"id":"1","name":"A","aliases":[{"n":"Cyrus"}]}']


def test_what_nobody_may_keep_is_told_and_gone_wherever_it_lies(tmp_path: Path) -> None:
    records = [{"id": "1", "name": "A", "faith": {"said": "x"}, "who": {"religion": "y"}}]
    text = json.dumps(records)
    found = batches(tmp_path / "a.json", text, {"name": "name", "religion": "faith"})
    assert [one.column for one in found if isinstance(one, Fault)] == ["faith", "who.religion"]
    assert [one.raw for one in found if isinstance(one, Table)] == [['{"id":"1","name":"A","who":{}}']]


def test_a_column_that_no_record_has_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputFaults) as told:
        batches(tmp_path / "a.json", '[{"id": "1", "name": "A"}]', {"name": "nmae"})
    assert told.value.code == "column"


def test_null_empty_lists_and_nested_columns_are_there(tmp_path: Path) -> None:
    records = [{"id": "1", "who": None, "born": None, "aka": []}, {"id": "2", "who": {"name": "B"}}]
    columns = {"name": "who.name", "birthDate": "born", "alias": "aka.n"}
    assert table(tmp_path / "a.json", records, columns).header == ("id", "who.name", "born", "aka.n")


def aspects(path: Path, records: list[Any], mapping: dict[str, Any]) -> list[tuple[str, dict[str, list[str]]]]:
    """Schema and properties of what the records make."""
    made = deepcopy(BASE)
    made["input"] = {"format": "json", "path": "a.json", "keys": ["id"]}
    made["mapping"] = mapping
    checked = Manifest.model_validate(made)
    path.write_text(json.dumps(records))
    out = Assembler("0" * 32)
    faults: list[Fault] = []
    mapper = RowMapper(checked, KEY, out, faults.append)
    for one in read(checked, [path], KEY):
        assert isinstance(one, Table)
        ready = [Ready(n, str(n), f"{n:032x}", 1, "00", "{}", 1) for n in one.numbers]
        mapper.map(one.header, ready, one.rows)
    assert faults == []
    lines = [line.split("\t") for line in out.take().aspects]
    return [(cells[5], json.loads(cells[7].replace("\\\\", "\\"))) for cells in lines if cells[5] != "Value"]


def test_values_of_a_list_stay_several(tmp_path: Path) -> None:
    mapping = {"p": {"schema": "Person", "keys": ["id"], "properties": {"alias": {"column": "aka"}}}}
    found = aspects(tmp_path / "a.json", [{"id": "1", "aka": ["Cyrus; the Great", "Kurush"]}], mapping)
    assert found == [("Person", {"alias": ["Cyrus; the Great", "Kurush"]})]


def test_a_path_leads_through_a_list_of_objects(tmp_path: Path) -> None:
    mapping = {"p": {"schema": "Person", "keys": ["id"], "properties": {"alias": {"column": "aka.n"}}}}
    found = aspects(
        tmp_path / "a.json", [{"id": "1", "aka": [{"n": "Cyrus"}, {}, {"n": ["Kurush", "Kores"]}]}], mapping
    )
    assert found == [("Person", {"alias": ["Cyrus", "Kurush", "Kores"]})]


def test_each_object_of_a_list_is_an_entity(tmp_path: Path) -> None:
    mapping = {
        "firm": {"schema": "Company", "keys": ["id"], "properties": {"name": {"column": "name"}}},
        "owner": {
            "schema": "Person",
            "each": "owners",
            "keys": ["owners.ref"],
            "properties": {"name": {"column": "owners.name"}},
        },
        "share": {
            "schema": "Ownership",
            "each": "owners",
            "keys": ["id", "owners.ref"],
            "properties": {
                "owner": {"entity": "owner"},
                "asset": {"entity": "firm"},
                "percentage": {"column": "owners.share"},
            },
        },
    }
    owners = [{"ref": "O-1", "name": "Ada", "share": 60}, {"ref": "O-2", "name": "Bo"}, {"name": "nobody"}]
    found = aspects(
        tmp_path / "a.json", [{"id": "1", "name": "Mill", "owners": owners}, {"id": "2", "name": "B"}], mapping
    )
    assert [schema for schema, _ in found].count("Person") == 2
    shares = [properties for schema, properties in found if schema == "Ownership"]
    assert [one.get("percentage") for one in shares] == [["60"], None]
    assert len({one["owner"][0] for one in shares}) == 2
    assert len({one["asset"][0] for one in shares}) == 1


def test_numbers_are_kept_as_written(tmp_path: Path) -> None:
    text = '[{"id": 90071992547409934.0, "name": "A", "big": 123456789012345678901234567890, "small": 1.50}]'
    found = table(tmp_path / "a.json", text, {"name": "name"})
    assert found.rows[0][0] == "90071992547409934.0"
    assert found.raw == ['{"id":90071992547409934.0,"name":"A","big":123456789012345678901234567890,"small":1.50}']


@pytest.mark.parametrize(
    "record",
    ['{"id": "7", "name": "A", "name": "B"}', '{"id": "7", "name": NaN}', '{"id": "7", "name": -Infinity}',
     '{"id": "7", "name": 1e99999}', '{"id": "7", "name": "\\u0000"}', '{"id": "7", "name": "\\ud800"}'],
)  # fmt: skip
def test_what_json_can_not_mean_is_set_aside_with_its_key(tmp_path: Path, record: str) -> None:
    found = batches(tmp_path / "a.json", f'[{{"id": "1", "name": "A"}}, {record}]', {"name": "name"})
    (fault,) = [one for one in found if isinstance(one, Fault)]
    assert (fault.row, fault.key, fault.rejects_row) == (2, "7", True)


def test_json_lines_are_told_by_name_and_read(tmp_path: Path) -> None:
    text = '{"id": "1", "name": "A"}\n\n{"id": "2", "name": "B"}\n{"id": "3"'
    with pytest.raises(InputFaults) as told:
        batches(tmp_path / "a.json", text, {"name": "name"})
    assert "JSON Lines" in str(told.value)
    with pytest.raises(InputFaults) as told:
        batches(tmp_path / "a.json", text, {"name": "name"}, format="jsonl")
    assert told.value.code == "cut"
    found = batches(tmp_path / "a.json", text + ", x}\n", {"name": "name"}, format="jsonl")
    assert [(one.row, one.reason) for one in found if isinstance(one, Fault)] == [(4, "json")]
    assert [list(one.numbers) for one in found if isinstance(one, Table)] == [[1, 3]]


@pytest.mark.parametrize("text", ['[{"id": "1"}', '[{"id": "1"}] x', "[{]", '{"a": {"b": [{"id": "1"}]', ""])
def test_what_is_not_whole_is_refused(tmp_path: Path, text: str) -> None:
    records = "a.b" if "b" in text else None
    with pytest.raises(InputFaults):
        batches(tmp_path / "a.json", text, {}, records=records)


def test_records_may_lie_deeper(tmp_path: Path) -> None:
    text = '{"z": [1, {"y": 2}], "a": {"c": "]", "b": [{"id": "1"}], "d": {}}, "e": 1}'
    assert table(tmp_path / "a.json", text, {}, records="a.b").rows == [["1"]]


@pytest.mark.slow
def test_a_long_document_takes_no_more_memory_than_a_part_of_it(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    one = json.dumps({"name": "A" * 2_000, "more": ["b" * 100] * 10})
    path.write_text("[" + ",".join(f'{{"id": "{n}", "x": {one}}}' for n in range(10_000)) + "]")
    assert path.stat().st_size > 29 << 20
    tracemalloc.start()
    rows = sum(len(found.rows) for found in read(manifest({}), [path], KEY) if isinstance(found, Table))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert rows == 10_000
    assert peak < 45 << 20


def test_only_json_has_lists_to_make_entities_of() -> None:
    made = deepcopy(BASE)
    made["mapping"]["person"]["each"] = "people"
    with pytest.raises(BadInput, match="each"):
        parse(json.dumps(made))
