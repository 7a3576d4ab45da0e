"""Settings come from the environment and every one of them is in the reference."""

from __future__ import annotations

import inspect
import re
from pathlib import Path

import pytest

from brightline.cli.local import house
from brightline.model.errors import BadInput
from brightline.wiring import settings
from brightline.worker import place

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "settings.md"


@pytest.mark.parametrize("name", sorted(settings.Settings.model_fields))
def test_the_reference_has_every_setting_in_its_words(name):
    description = settings.Settings.model_fields[name].description
    assert description
    assert f"| `BRIGHTLINE_{name.upper()}` |" in REFERENCE.read_text()
    assert description in REFERENCE.read_text()


def test_the_reference_has_no_other_settings():
    named = {line.split("`")[1] for line in REFERENCE.read_text().splitlines() if line.startswith("| `")}
    known = {f"BRIGHTLINE_{name.upper()}" for name in settings.Settings.model_fields}
    assert named == known | settings.OTHERS


def test_the_port_makes_the_url(monkeypatch):
    monkeypatch.setenv("BRIGHTLINE_PORT", "9000")
    monkeypatch.delenv("BRIGHTLINE_URL", raising=False)
    assert settings.load().base_url == "http://127.0.0.1:9000"


def test_a_bad_value_is_named_and_not_shown(monkeypatch):
    monkeypatch.setenv("BRIGHTLINE_PORT", "secret-word")
    with pytest.raises(BadInput) as caught:
        settings.load()
    assert caught.value.field == "BRIGHTLINE_PORT"
    assert "secret-word" not in str(caught.value)


def test_a_database_url_is_never_printed(monkeypatch):
    monkeypatch.setenv("BRIGHTLINE_DATABASE_URL", "postgresql://postgres:hunter2@db/x")
    loaded = settings.load()
    assert "hunter2" not in repr(loaded)
    assert loaded.server_url() == "postgresql://postgres:hunter2@db/x"


def test_an_unknown_variable_is_named(monkeypatch):
    monkeypatch.setenv("BRIGHTLINE_PROT", "1")
    assert "BRIGHTLINE_PROT" in settings.unknown()


def test_what_the_worker_reads_is_handed_to_it():
    """The worker's environment holds nothing but what `up` gives it."""
    read = {
        f"BRIGHTLINE_{name.upper()}" for name in re.findall(r"\bsettings\.([a-z_]+)\b(?!\()", inspect.getsource(place))
    }
    assert {"BRIGHTLINE_INTAKE_ROWS", "BRIGHTLINE_BOX"} <= read
    assert read <= set(house._OF_THE_WORKER)
