"""The copy that `up` keeps before a migration: whole, private, bounded; without it nothing is changed."""

from __future__ import annotations

import os
import stat
import subprocess
import time
from pathlib import Path

import pytest

from brightline.model.errors import Conflict
from brightline.store import copies, engine
from brightline.store.home import Home

pytestmark = pytest.mark.database


def test_a_copy_holds_the_database_and_is_closed_to_others(db, tmp_path: Path) -> None:
    home = Home(path=tmp_path / "home")
    path = copies.keep(home, db.server)
    listed = subprocess.run(
        [engine.wheel_folder() / "pginstall" / "bin" / "pg_restore", "--list", path],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "TABLE DATA ledger entry" in listed.stdout
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700
    assert [one.name for one in path.parent.iterdir()] == [path.name]


def test_a_copy_that_cannot_be_made_is_refused_with_the_way_out(db, tmp_path: Path) -> None:
    with pytest.raises(Conflict, match=r"nothing was changed.*no_such_database") as refused:
        copies.keep(Home(path=tmp_path / "home"), db.server.named("no_such_database"))
    assert "--without-copy" in refused.value.hint
    assert list((tmp_path / "home" / copies.FOLDER).iterdir()) == []


def test_three_copies_are_kept_and_none_for_longer_than_thirty_days(tmp_path: Path) -> None:
    home = Home(path=tmp_path / "home")
    folder = home.folder(copies.FOLDER)
    ages = {"a": 1, "b": 2, "c": 3, "d": 4, "e": 40}
    for name, days in ages.items():
        path = folder / f"before-{name}.dump"
        path.touch()
        os.utime(path, (time.time() - days * 86_400,) * 2)
    (folder / "mine.dump").touch()
    assert {path.name for path in copies.clear(home)} == {"before-d.dump", "before-e.dump"}
    assert {path.name for path in folder.iterdir()} == {"before-a.dump", "before-b.dump", "before-c.dump", "mine.dump"}
