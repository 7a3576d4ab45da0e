"""The home folder: secrets are made once, stay the same, and are never readable by others."""

from __future__ import annotations

import os
import stat
import threading

import pytest

from brightline.model.errors import BadInput, NotRunning
from brightline.store.home import Home, default_home, secret_in


def test_the_named_home_wins(tmp_path, monkeypatch):
    monkeypatch.setenv("BRIGHTLINE_HOME", str(tmp_path / "env"))
    assert Home.find().path == tmp_path / "env"
    assert Home.find(tmp_path / "given").path == tmp_path / "given"
    monkeypatch.delenv("BRIGHTLINE_HOME")
    assert Home.find().path == default_home()


def test_a_relative_home_is_made_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert Home.find("here").path == tmp_path / "here"


def test_finding_a_home_makes_nothing(tmp_path):
    Home.find(tmp_path / "new")
    assert not (tmp_path / "new").exists()


def test_root_has_a_system_folder_and_others_their_own(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    assert str(default_home()) == "/var/lib/brightline"
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert default_home().name == "brightline"
    assert str(default_home()) != "/var/lib/brightline"


def test_secrets_are_closed_to_others(tmp_path):
    home = Home.find(tmp_path / "home")
    home.secret("word")
    assert stat.S_IMODE((home.path / "secrets").stat().st_mode) == 0o700
    assert stat.S_IMODE((home.path / "secrets" / "word").stat().st_mode) == 0o600
    assert stat.S_IMODE(home.path.stat().st_mode) == 0o711


def test_an_open_umask_changes_nothing(tmp_path):
    former = os.umask(0)
    try:
        home = Home.find(tmp_path / "home")
        home.secret("word")
    finally:
        os.umask(former)
    assert stat.S_IMODE((home.path / "secrets" / "word").stat().st_mode) == 0o600
    assert stat.S_IMODE((home.path / "secrets").stat().st_mode) == 0o700


def test_a_secret_is_made_once(tmp_path):
    home = Home.find(tmp_path / "home")
    assert home.secret("word") == Home.find(tmp_path / "home").secret("word")
    assert home.secret("word") != home.secret("other")
    assert home.entity_key() == home.entity_key()
    assert len(home.entity_key()) == 32
    assert home.entity_key() != home.install_key()


def test_many_that_make_a_secret_at_once_agree(tmp_path):
    folder = tmp_path / "secrets"
    folder.mkdir(mode=0o700)
    found: list[str] = []
    start = threading.Barrier(8)

    def make(number: int) -> None:
        start.wait()
        found.append(secret_in(folder, "word", lambda: f"made by {number}"))

    threads = [threading.Thread(target=make, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert [path.name for path in folder.iterdir()] == ["word"]


def test_a_secret_that_others_can_read_is_refused(tmp_path):
    home = Home.find(tmp_path / "home")
    home.secret("word")
    (home.path / "secrets" / "word").chmod(0o640)
    with pytest.raises(NotRunning) as caught:
        home.secret("word")
    assert caught.value.code == "unsafe_secret"
    assert "chmod 600" in caught.value.hint


def test_a_folder_that_was_opened_is_closed_again(tmp_path):
    home = Home.find(tmp_path / "home")
    home.secret("word")
    (home.path / "secrets").chmod(0o755)
    assert stat.S_IMODE(home.secrets.stat().st_mode) == 0o700


def test_a_link_in_place_of_the_folder_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "secrets").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(NotRunning, match="belongs to somebody else"):
        Home.find(tmp_path / "home").secret("word")


def test_a_file_is_no_home(tmp_path):
    (tmp_path / "home").write_text("")
    with pytest.raises(BadInput, match="is a file"):
        Home.find(tmp_path / "home").secret("word")
