"""demo: `make demo` on a warm machine, from the command until the demo world is whole and its address answers.

Warm: the packages are installed, the browser part is built, the files have been read before. Everything else is made:
the database, its roles and tables, the processes, the feeds of the demo world and all the work in it, through the API
as users do it. There is no peer; the goal is a time. Beside it stands the processor time that all its processes took
together: on a machine that does other work as well it says more than the clock.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

from bench import lib

ROOT = Path(__file__).parents[1]
RUNS = {"small": 1, "medium": 1, "full": 1}
GOAL = 60.0


def run() -> Path:
    """Measure, write the result. The demo world is always the small one."""
    _warm()
    measured = [_once() for _ in range(RUNS[lib.size()])]
    wall, processor = (lib.med([one[at] for one in measured]) for at in (0, 1))
    rows = [
        lib.Row(
            name="make demo until its address answers",
            ours=round(wall, 1),
            peer=None,
            peer_name="",
            unit="s",
            ratio=None,
            goal=f"≤ {GOAL:g} s",
            holds=wall <= GOAL,
        ),
        lib.Row(
            name="processor time of all its processes",
            ours=round(processor, 1),
            peer=None,
            peer_name="",
            unit="s",
            ratio=None,
            goal="",
            holds=True,
        ),
    ]
    return lib.write("demo", data={"world": "small"}, runs={"each": RUNS[lib.size()]}, rows=rows)


def _warm() -> None:
    """What `make demo` would install or build if it weren't there yet."""
    subprocess.run(["make", "-s", "setup"], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def _once() -> tuple[float, float]:
    """(seconds by the clock, seconds of processor) of one demo world, which is deleted afterwards."""
    # A short path: the server's socket lies below it.
    home = Path(tempfile.mkdtemp(prefix="bench-demo-"))
    home.chmod(0o711)
    environment = {**os.environ, "BRIGHTLINE_HOME": str(home)}
    environment.pop("BRIGHTLINE_DATABASE_URL", None)
    try:
        before, begun = lib.children(), time.perf_counter()
        done = subprocess.run(["make", "-s", "demo"], cwd=ROOT, env=environment, capture_output=True, text=True)
        if done.returncode != 0:
            raise SystemExit(done.stderr or done.stdout)
        _answers(done.stdout)
        spent = time.perf_counter() - begun
        processor = lib.children() - before + lib.processor(home)
        lib.say(f"{spent:.1f} s, {processor:.1f} s of processor")
        return spent, processor
    finally:
        subprocess.run(["make", "-s", "stop"], cwd=ROOT, env=environment, check=False, capture_output=True)
        shutil.rmtree(home, ignore_errors=True)


def _answers(said: str) -> None:
    found = re.search(r"http://[^\s/]+", said)
    if found is None:
        raise SystemExit(f"make demo named no address:\n{said}")
    with urllib.request.urlopen(found.group(), timeout=30) as answer:
        if answer.status != 200:
            raise SystemExit(f"{found.group()} answers {answer.status}.")
