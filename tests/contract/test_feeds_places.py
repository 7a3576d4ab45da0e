"""A feed's folder lies where the installation lets feeds lie, when it is registered and whenever it is read."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.feeding import BASE, Feeding, feeding, folder_of

from brightline.feeds.places import lies_in
from brightline.model.errors import BadInput, InputFaults
from brightline.store.home import Home
from brightline.wiring.objects import SHIPPED_FEEDS, feed_roots

pytestmark = pytest.mark.database
FILES: dict[str, str | bytes] = {"inbox/a.csv": "id,name,born,phone\n1,Rosa Quist,1970,\n"}


@pytest.fixture
def desk(db: Any, tmp_path: Path) -> Feeding:
    (tmp_path / "feeds").mkdir()
    return feeding(db, roots=(tmp_path / "feeds",))


def outside(desk: Feeding, folder: Path) -> None:
    with pytest.raises(BadInput, match="outside the folders for feeds") as told:
        desk.add(folder)
    assert "BRIGHTLINE_FEEDS" in told.value.hint
    assert desk.one("SELECT count(*) FROM feed.feed") == 0


def test_a_folder_elsewhere_is_not_taken_whatever_its_format(desk: Feeding, tmp_path: Path) -> None:
    there = folder_of(tmp_path / "elsewhere", deepcopy(BASE), FILES)
    outside(desk, there)
    outside(desk, tmp_path / "feeds" / ".." / "elsewhere" / "people")
    outside(desk, tmp_path / "feeds-not" / "people")
    (tmp_path / "feeds" / "people").symlink_to(there)
    outside(desk, tmp_path / "feeds" / "people")


def test_nothing_is_told_of_a_folder_elsewhere(desk: Feeding, tmp_path: Path) -> None:
    """Neither whether it is there, nor what its feed.yml holds."""
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "feed.yml").write_text("secret: [")
    told = []
    for name in ("elsewhere", "absent"):
        with pytest.raises(BadInput) as caught:
            desk.add(tmp_path / name)
        told.append(str(caught.value))
    assert told[0] == told[1]


def test_a_link_into_the_folders_is_registered_as_what_it_leads_to(desk: Feeding, tmp_path: Path) -> None:
    there = folder_of(tmp_path / "feeds", deepcopy(BASE), FILES)
    (tmp_path / "link").symlink_to(there)
    assert desk.add(tmp_path / "link")["added"]
    assert desk.one("SELECT folder FROM feed.feed") == str(there.resolve())
    assert desk.refresh("people").new == 1


def test_a_folder_that_became_a_link_to_elsewhere_is_not_read(desk: Feeding, tmp_path: Path) -> None:
    there = folder_of(tmp_path / "feeds", deepcopy(BASE), FILES)
    desk.add(there)
    there.rename(tmp_path / "moved")
    there.symlink_to(tmp_path / "moved")
    with pytest.raises(InputFaults, match="outside the folders for feeds") as told:
        desk.refresh("people")
    assert told.value.code == "folder"


def test_a_setting_that_no_longer_names_the_folder_ends_its_runs(desk: Feeding, tmp_path: Path) -> None:
    desk.add(folder_of(tmp_path / "feeds", deepcopy(BASE), FILES))
    desk.settings = replace(desk.settings, feed_roots=())
    with pytest.raises(InputFaults, match="BRIGHTLINE_FEEDS"):
        desk.refresh("people")
    assert desk.one("SELECT count(*) FROM content.record") == 0


def test_the_folders_are_the_home_s_the_shipped_and_those_of_the_setting(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home = Home.find(tmp_path)
    monkeypatch.delenv("BRIGHTLINE_FEEDS", raising=False)
    assert feed_roots(home) == (tmp_path / "feeds", tmp_path / "demo", SHIPPED_FEEDS)
    monkeypatch.setenv("BRIGHTLINE_FEEDS", f"/srv/a:{tmp_path}/b:")
    assert feed_roots(home)[:2] == (Path("/srv/a"), tmp_path / "b")
    assert lies_in(SHIPPED_FEEDS / "countries", feed_roots(home))
    assert not lies_in(tmp_path / "secrets", feed_roots(home))


def test_a_circle_of_links_is_no_place(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to(tmp_path / "b")
    (tmp_path / "b").symlink_to(tmp_path / "a")
    assert not lies_in(tmp_path / "a" / "c", [tmp_path / "feeds"])
    assert not lies_in(Path("/tmp/\0"), [tmp_path])
