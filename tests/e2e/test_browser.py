"""The web application as people use it: in a real Chromium, on a real server with the demo world."""

from __future__ import annotations

import re

import pytest
from tests.e2e.conftest import WEB, Play

# All scenes are played in the fixture, which takes minutes on a slow machine.
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.database, pytest.mark.timeout(1_500)]

TOUR = "".join(
    (WEB / "e2e" / name).read_text() for name in ("tour.mjs", "acts.mjs", "leads.mjs", "kept.mjs", "entered.mjs")
)
SCENES = re.findall(r"^  async '(.+)'\(browser\)", TOUR, flags=re.MULTILINE)


@pytest.fixture(scope="module")
def tour(play: Play) -> dict[object, object]:
    """All scenes, played once in one browser: each in a tab of its own, signed in anew."""
    return {scene["name"]: scene["fault"] for scene in play("tour")}


def test_the_tour_has_its_scenes(tour: dict[object, object]) -> None:
    assert set(tour) == set(SCENES)
    assert len(SCENES) >= 38


@pytest.mark.parametrize("scene", SCENES)
def test_scene(tour: dict[object, object], scene: str) -> None:
    assert tour[scene] is None


def test_every_screen_is_accessible_and_keeps_the_content_policy(play: Play) -> None:
    """WCAG 2.0 to 2.2, A and AA, on every screen in both themes; no script error, no breach of the policy."""
    screens = play("accessible")
    assert len({screen["name"] for screen in screens}) >= 29
    assert {screen["theme"] for screen in screens} == {"light", "dark"}
    assert [screen for screen in screens if screen["faults"]] == []


def test_main_screens_hold_at_720_rows_and_at_twice_the_size(play: Play) -> None:
    """1280×720, and 640×360 as at 200 %: whatever can be pressed can be reached, and no pane is missing."""
    screens = play("narrow")
    assert {screen["size"] for screen in screens} == {1280, 640}
    assert {"search", "entity", "workspace", "blocked", "case", "leads", "oversight"} <= {
        one["name"] for one in screens
    }
    assert [screen for screen in screens if screen["faults"]] == []


def test_the_first_page_makes_the_administrator(empty: tuple[str, str], play: Play) -> None:
    """An empty installation asks for its one-time code, once; the new administrator signs in and works."""
    url, code = empty
    assert [scene["fault"] for scene in play("setup", url=url, code=code)] == [None]


def test_a_second_factor_from_setting_up_to_taking_away(play: Play) -> None:
    """An authenticator, a recovery code and a key that Chromium simulates."""
    scenes = {scene["name"]: scene["fault"] for scene in play("factors")}
    assert scenes == dict.fromkeys(("authenticator", "recovery", "key", "away"))


def test_what_others_wrote_is_text_on_screen_and_on_paper(play: Play) -> None:
    """ATTACKS R16: nothing of it runs, is fetched or becomes a link, in no page and no PDF."""
    *pages, stranger = play("hostile")
    assert stranger == {"name": "stranger", "asked": []}
    assert {page["name"] for page in pages if page["seen"]} >= {"case-notes", "case-tasks", "case-reports"}
    assert any(page["own"] for page in pages), "links are found in a PDF where there are any"
    for page in pages:
        told = {key: page[key] for key in ("caught", "links", "script", "faults")}
        assert told == {"caught": None, "links": [], "script": False, "faults": []}, page["name"]
