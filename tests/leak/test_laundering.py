"""ATTACKS R14, R15: marked content goes out by one door and in by another, to come back with less of a marking."""

from __future__ import annotations

import json
from copy import deepcopy
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pytest
from tests.contract.test_disclosures import WANTED, suspect
from tests.feeding import BASE, Feeding, feeding, folder_of
from tests.office import Office, office

from brightline.disclosures import commands as disclosing
from brightline.model.errors import BrightlineError, Refused
from brightline.warehouse import exporting

pytestmark = pytest.mark.database


@pytest.fixture
def desk(db: Any) -> Feeding:
    return feeding(db)


def row(source: str, key: str, entity: str, **marks: Any) -> dict[str, Any]:
    """A record as the warehouse holds it, for an export."""
    said = {"id": entity, "schema": "Person", "caption": key, "properties": {"name": [key]}}
    values: dict[str, Any] = {
        field.name: 0
        if pa.types.is_integer(field.type)
        else datetime(2026, 5, 4, tzinfo=UTC)
        if pa.types.is_timestamp(field.type)
        else []
        if pa.types.is_list(field.type)
        else ""
        for field in exporting._schema()
    }
    return {**values, "source": source, "source_key": key, "entities": json.dumps([said]), **marks}


def exported(path: Path, format: str, *rows: dict[str, Any]) -> Path:
    """A file as an export writes it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    table = pa.Table.from_pylist(list(rows), schema=exporting._schema())
    assert exporting._write(format, [table], path) == len(rows)
    return path


def feed(root: Path, format: str) -> dict[str, Any]:
    """A feed of the criminal regime's register that takes such a file for its own."""
    made = deepcopy(BASE)
    made["feed"] = f"again-{format}"
    if format == "csv":
        made["input"] = {"format": "csv", "path": "inbox/*.csv", "keys": ["source_key"]}
        made["mapping"] = {
            "person": {"schema": "Person", "keys": ["source_key"], "properties": {"name": {"column": "source_key"}}}
        }
    else:
        made["input"] = {"format": "ftm", "path": "inbox/*.ftm.json"}
        del made["mapping"]
    return made


def taken_in(desk: Feeding, root: Path, format: str, *rows: dict[str, Any], package: bool = False) -> Any:
    manifest = feed(root, format)
    folder = folder_of(root, manifest, {})
    path = exported(folder / "inbox" / ("a.csv" if format == "csv" else "a.ftm.json"), format, *rows)
    if package:  # a disclosure's package names the same entities in fewer words (disclosures/sql/30_package.sql)
        told = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        kept = [{key: one[key] for key in ("id", "schema", "properties")} | {"quality": {}} for one in told]
        path.write_text("".join(json.dumps(one) + "\n" for one in kept), "utf-8")
    desk.add(folder)
    return desk.refresh(manifest["feed"])


@pytest.mark.parametrize(
    "marks",
    [
        {"regime": "civil", "authority": "29-usc-216"},
        {"regime": "criminal", "authority": "18-usc-1956", "caveats": ["sealed"]},
        {"regime": "", "authority": ""},
    ],
)
def test_r14_an_export_taken_in_again_loses_no_marking(desk: Feeding, tmp_path: Path, marks: dict[str, Any]) -> None:
    with pytest.raises(BrightlineError) as caught:
        taken_in(desk, tmp_path, "csv", row("wages", "Ilse Rowan", uuid4().hex, **marks))
    assert caught.value.code == "exported"
    assert "crossing" in caught.value.hint
    assert desk.one("SELECT count(*) FROM content.aspect WHERE caption = 'Ilse Rowan'") == 0
    state, said = desk.one("SELECT state, to_jsonb(r)::text FROM feed.run r ORDER BY queued DESC LIMIT 1")
    assert state == "failed"
    assert "Ilse Rowan is of an export" in said


def test_r14_an_export_of_one_s_own_regime_comes_back(desk: Feeding, tmp_path: Path) -> None:
    marks = {"regime": "criminal", "authority": "18-usc-1956"}
    assert taken_in(desk, tmp_path, "csv", row("register", "Marta Quill", uuid4().hex, **marks)).new == 1


@pytest.mark.parametrize("package", [False, True])
def test_r14_entities_of_another_source_here_are_no_feed_s_own(desk: Feeding, tmp_path: Path, package: bool) -> None:
    """FollowTheMoney's form has no room for a marking: what tells is whose the entities are."""
    known = desk.world.aspect("wages", "Ilse Rowan", marking=desk.world.marking("wages"))
    with pytest.raises(BrightlineError) as caught:
        taken_in(desk, tmp_path, "ftm", row("wages", "Ilse Rowan", known.hex, regime="civil"), package=package)
    assert caught.value.code == "exported"
    assert desk.one("SELECT count(*) FROM content.aspect WHERE caption = 'Ilse Rowan'") == 1
    assert taken_in(desk, tmp_path / "other", "ftm", row("elsewhere", "Marta Quill", uuid4().hex)).new == 1


# ------------------------------------------------------------------------------------ a disclosure to oneself


@pytest.fixture(scope="module")
def fraud(module_db: Any) -> Any:
    with office(module_db) as made:
        made.world.db.execute("UPDATE line.agreement SET redistribution = 'case-by-case' WHERE source = 'register'")
        made.world.move()
        yield made, made.opened()


@pytest.mark.parametrize(
    "changes",
    [
        {"recipient": "labour"},
        {"recipient": "L\u00e1bour\u200b"},
        {"recipient": "fraud"},
        {"address": "Fraud  Unit"},
        {"recipient": "ana"},
        {"recipient": "The wage desk"},
    ],
)
def test_r15_nothing_is_disclosed_to_one_s_own_house(fraud: tuple[Office, str], changes: dict[str, Any]) -> None:
    made, case = fraud
    made.world.db.execute("UPDATE line.unit SET title = 'The wage desk' WHERE name = 'labour'")
    id = suspect(made, case, f"Ilse {len(str(changes))}")
    with pytest.raises(Refused) as caught:
        disclosing.prepare(made.gate, made.call("ana", case), {**WANTED, "items": [id], **changes})
    assert caught.value.code == "inside"
    assert "crossing" in caught.value.hint


def test_r15_what_one_crossing_opened_is_no_other_case_s_ground(fraud: tuple[Office, str]) -> None:
    """Crossings in a chain: a copy is nothing that could be asked for; each case asks the one who keeps the source."""
    made, first = fraud
    second = made.opened(title="The other payee")
    id, entity = made.person("wages", "Ilse Chain")
    made.crossed(first, id)
    assert [one["properties"] for one in made.aspects(first, "ana", entity)] == [{"name": ["Ilse Chain"]}]
    assert made.aspects(second, "ana", entity) == []
    number = made.request(second, id)
    assert made.aspects(second, "ana", entity) == []
    made.opine(number)
    made.review(number)
    made.approve(number)
    assert len(made.aspects(second, "ana", entity)) == 1
    with pytest.raises(Refused) as caught:
        disclosing.prepare(
            made.gate, made.call("ana", second), {**WANTED, "items": [id], "recipient": "Prosecutor of Saltmere"}
        )
    assert caught.value.code == "crossed"
