"""Folders of a home that hold content are their owner's alone, whatever the folder above them lets in."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from brightline.warehouse.delta import RECORDS, Tables
from brightline.wiring.demo.progress import Steps


@pytest.fixture
def loose() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


def mode(folder: Path) -> int:
    return stat.S_IMODE(folder.stat().st_mode)


def test_the_folders_of_the_warehouse_and_of_the_demo_are_private(tmp_path: Path, loose: None) -> None:
    old = tmp_path / "warehouse" / "wages"
    old.mkdir(parents=True, mode=0o755)
    Tables(folder=tmp_path / "warehouse")._made("wages", RECORDS)
    assert (mode(old), mode(old.parent)) == (0o700, 0o700)
    (tmp_path / "demo").mkdir(mode=0o755)
    Steps(tmp_path / "demo" / "state.json", "small", 1).once("found", lambda: 1)
    assert mode(tmp_path / "demo") == 0o700
