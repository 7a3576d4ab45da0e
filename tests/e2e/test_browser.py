"""The web application as people use it: in a real Chromium, on a real server with the demo world."""

from __future__ import annotations

import re

import pytest
from tests.e2e.conftest import WEB, Play

# All scenes are played in the fixture, which takes minutes on a slow machine.
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.database, pytest.mark.timeout(1_500)]

TOUR = "".join((WEB / "e2e" / name).read_text() for name in ("tour.mjs", "acts.mjs", "leads.mjs"))
SCENES = re.findall(r"^  async '(.+)'\(browser\)", TOUR, flags=re.MULTILINE)


@pytest.fixture(scope="module")
def tour(play: Play) -> dict[object, object]:
    """All scenes, played once in one browser: each in a tab of its own, signed in anew."""
    return {scene["name"]: scene["fault"] for scene in play("tour")}


def test_the_tour_has_its_scenes(tour: dict[object, object]) -> None:
    assert set(tour) == set(SCENES)
    assert len(SCENES) >= 29


@pytest.mark.parametrize("scene", SCENES)
def test_scene(tour: dict[object, object], scene: str) -> None:
    assert tour[scene] is None


def test_every_screen_is_accessible_and_keeps_the_content_policy(play: Play) -> None:
    """WCAG 2.0 to 2.2, A and AA, on every screen in both themes; no script error, no breach of the policy."""
    screens = play("accessible")
    assert len({screen["name"] for screen in screens}) >= 29
    assert {screen["theme"] for screen in screens} == {"light", "dark"}
    assert [screen for screen in screens if screen["faults"]] == []


def test_the_first_page_makes_the_administrator(empty: tuple[str, str], play: Play) -> None:
    """An empty installation asks for its one-time code, once; the new administrator signs in and works."""
    url, code = empty
    assert [scene["fault"] for scene in play("setup", url=url, code=code)] == [None]


def test_a_second_factor_from_setting_up_to_taking_away(play: Play) -> None:
    """An authenticator, a recovery code and a key that Chromium simulates."""
    scenes = {scene["name"]: scene["fault"] for scene in play("factors")}
    assert scenes == dict.fromkeys(("authenticator", "recovery", "key", "away"))
