"""How long the API takes for each screen of the web application, as a browser sees it.

Walks every screen of `web/e2e/places.mjs` in a real Chromium against the demo world, three times, and takes for each
screen its slowest read (median of the walks): from the request's first byte out to the answer's last byte in. Acts
aren't counted: "Verify now" waits for the sequencer, by design. Goal: at most 300 ms with the small demo, 600 ms with
the medium one. BENCH_SIZE small walks the small demo, else the medium one.
`BRIGHTLINE_URL` names a demo that runs already (of that size); else one is made and removed.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import lib

RUNS = 3
GOALS = {"small": 300.0, "medium": 600.0}
REPOSITORY = Path(__file__).resolve().parent.parent


def _demo_size() -> str:
    return "small" if lib.size() == "small" else "medium"


def _brightline(home: Path, *arguments: str) -> None:
    environment = {**os.environ, "BRIGHTLINE_HOME": str(home)}
    done = subprocess.run(
        [sys.executable, "-m", "brightline.cli", *arguments],
        env=environment,
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"brightline {' '.join(arguments)} failed: {done.stderr or done.stdout}")


@contextmanager
def _demo(size: str) -> Iterator[str]:
    """The address of a demo world of this size."""
    running = os.environ.get("BRIGHTLINE_URL")
    if running:
        yield running
        return
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = int(one.getsockname()[1])
    # A short path: the database's socket lies in it.
    home = Path(tempfile.mkdtemp(prefix="bench-"))
    home.chmod(0o711)
    try:
        lib.say(f"loading the {size} demo")
        _brightline(home, "demo", "--size", size, "--port", str(port))
        yield f"http://127.0.0.1:{port}"
    finally:
        _brightline(home, "down")
        shutil.rmtree(home, ignore_errors=True)


def _walk(url: str) -> dict[str, dict[str, float]]:
    """The slowest time of each kind of read, by screen; ids are taken out of the calls' names."""
    done = subprocess.run(
        [str(REPOSITORY / "scripts" / "node"), "e2e/timings.mjs"],
        env={**os.environ, "BRIGHTLINE_URL": url},
        cwd=REPOSITORY / "web",
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise SystemExit(f"The walk failed: {done.stderr[-2000:]}")
    found: dict[str, dict[str, float]] = {}
    for line in done.stdout.splitlines():
        if line.startswith("{"):
            screen = json.loads(line)
            calls = found.setdefault(str(screen["name"]), {})
            for call in screen["calls"]:
                name = _plain(str(call["call"]))
                if not name.startswith("GET "):
                    continue
                calls[name] = max(calls.get(name, 0.0), float(call["ms"]))
    return found


def _plain(call: str) -> str:
    """`GET /cases/C-2026-1833/tasks` → `GET /cases/…/tasks`: numbers and ids differ from one demo to the next."""
    method, path = call.split(" ", 1)
    parts = ["…" if any(c.isdigit() for c in part) else part for part in path.split("/")]
    return f"{method} {'/'.join(parts)}"


def _row(screen: str, walks: list[dict[str, dict[str, float]]], goal: float) -> lib.Row | None:
    times: dict[str, list[float]] = defaultdict(list)
    for walk in walks:
        for call, ms in walk.get(screen, {}).items():
            times[call].append(ms)
    if not times:
        return None
    call, ms = max(((call, lib.med(each)) for call, each in times.items()), key=lambda pair: pair[1])
    return lib.Row(
        name=f"{screen}: {call}"[:60],
        ours=ms,
        peer=None,
        peer_name="",
        unit="ms",
        ratio=None,
        goal=f"slowest read at most {goal:.0f} ms",
        holds=ms <= goal,
    )


def run() -> Path:
    """Walk the screens and write the slowest read of each."""
    size = _demo_size()
    goal = GOALS[size]
    with _demo(size) as url:
        walks = []
        for number in range(RUNS):
            lib.say(f"walk {number + 1} of {RUNS}")
            walks.append(_walk(url))
    screens = list(dict.fromkeys(name for walk in walks for name in walk))
    rows = [row for row in (_row(screen, walks, goal) for screen in screens) if row is not None]
    data = {"world": f"demo {size}", "screens": len(screens), "reads": sum(len(calls) for calls in walks[0].values())}
    return lib.write("screens", data=data, runs={"walks": RUNS}, rows=rows)


if __name__ == "__main__":
    run()
