"""docs/tour.md as it stands: its blocks are one script, run from top to bottom against a demo world."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.e2e.conftest import REPOSITORY

pytestmark = [pytest.mark.database, pytest.mark.slow]

PAGE = (REPOSITORY / "docs" / "tour.md").read_text("utf-8")
BLOCKS = re.findall(r"^```sh\n(.*?)^```", PAGE, flags=re.MULTILINE | re.DOTALL)


def _shell(script: str, folder: Path, url: str, home: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BRIGHTLINE_")}
    environment = {
        **kept,
        "BRIGHTLINE_URL": url,
        "BRIGHTLINE_HOME": home,
        "XDG_CONFIG_HOME": str(folder / "config"),
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    return subprocess.run(
        ["/bin/sh", "-eux"],
        input=script,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )


@pytest.mark.timeout(1200)
def test_the_tour_on_the_command_line(installation: tuple[str, str], tmp_path: Path) -> None:
    """Every block, literally; what the page promises of a step is asked for after it."""
    assert len(BLOCKS) >= 12
    done = _shell("\n".join(BLOCKS), tmp_path, *installation)
    assert done.returncode == 0, f"{done.stdout[-3000:]}\n{done.stderr[-3000:]}"
    assert "Chain of custody (sealed)" in done.stdout
    assert re.search(r"Path of \d steps|Pelham Ridge", done.stdout), "the path to the officer wasn't told"
    assert "1 of 2 rows went to quarantine" in done.stderr
    assert done.stdout.count("entries checked") == 2
    assert (tmp_path / "package.zip").stat().st_size > 500


def test_the_pictures_of_the_tour_are_there() -> None:
    for picture in re.findall(r"!\[[^\]]+\]\(([^)]+)\)", PAGE):
        assert (REPOSITORY / "docs" / picture).exists(), picture
