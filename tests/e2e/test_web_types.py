"""The browser part's types are those of the API, so that a changed shape can't go unnoticed."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from brightline.api.reference import document

REPOSITORY = Path(__file__).resolve().parent.parent.parent
WEB = REPOSITORY / "web"


@pytest.mark.slow
def test_the_generated_types_are_up_to_date(tmp_path: Path) -> None:
    """Mended by `npm run generate` in web/."""
    if not (WEB / "node_modules").exists():
        pytest.fail("The browser part's packages aren't installed: run `make setup` first.")
    described, target = tmp_path / "openapi.json", tmp_path / "schema.d.ts"
    described.write_text(json.dumps(document()))
    node = shutil.which("node")
    command = [node] if node else [str(REPOSITORY / "scripts" / "node")]
    subprocess.run([*command, "tools/generate.mjs", str(described), str(target)], cwd=WEB, check=True, timeout=120)
    assert target.read_text() == (WEB / "src" / "api" / "schema.d.ts").read_text()
