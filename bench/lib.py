"""What all benchmarks share: a scratch database, timing, and the result file.

`bench/results/NAME.json` is {"name", "machine", "data", "runs", "rows": [{"name", "ours", "peer", "peer_name", "unit",
"ratio", "goal", "holds"}]}. Both sides are measured in the same run on the same machine; figures of one machine say
little about another, ratios more.

Environment: BENCH_SIZE small (seconds, for tests of the benchmarks), medium, or full (default; the sizes of the
goals); BENCH_HOME a folder where the scratch database is kept between runs (else a temporary one, removed).
"""

from __future__ import annotations

import gc
import json
import os
import platform
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median, quantiles
from typing import Any, TypeVar

import psycopg

from brightline.store import embedded, install
from brightline.store.home import Home
from brightline.store.server import Server

Item = TypeVar("Item")
RESULTS = Path(__file__).parent / "results"
SIZES = ("small", "medium", "full")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One comparison. `ratio` says how the goal is counted: ours/peer, or peer/ours where bigger is better."""

    name: str
    ours: float
    peer: float | None
    peer_name: str
    unit: str
    ratio: float | None
    goal: str
    holds: bool


def size() -> str:
    chosen = os.environ.get("BENCH_SIZE", "full")
    if chosen not in SIZES:
        raise SystemExit(f"BENCH_SIZE={chosen!r}: use one of {', '.join(SIZES)}.")
    return chosen


def machine() -> dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "system": platform.platform(),
        "cores": os.cpu_count(),
        "memory_gib": round(memory, 1),
        "python": platform.python_version(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
        "load": round(os.getloadavg()[0], 2),
        "pace_ms": round(_pace(), 1),
        "priority": os.getpriority(os.PRIO_PROCESS, 0),
    }


def _pace() -> float:
    """Milliseconds that this machine takes to add a million numbers in Python, best of five: where one machine takes
    twice as long as another, so it will over most of what is measured here."""
    spent = []
    for _ in range(5):
        begun, total = time.perf_counter(), 0
        for number in range(1_000_000):
            total += number
        spent.append((time.perf_counter() - begun) * 1000)
    return min(spent)


def write(name: str, *, data: dict[str, Any], runs: dict[str, int], rows: Sequence[Row]) -> Path:
    """Write the result file and print it as a table. Results of small sizes go beside, never over, the full ones."""
    RESULTS.mkdir(exist_ok=True)
    suffix = "" if size() == "full" else f".{size()}"
    path = RESULTS / f"{name}{suffix}.json"
    result = {"name": name, "machine": machine(), "data": data, "runs": runs, "rows": [asdict(row) for row in rows]}
    path.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    for row in rows:
        peer = "" if row.peer is None else f"{row.peer:>12,.2f} {row.peer_name}"
        print(
            f"{'holds' if row.holds else 'FAILS':6} {row.name:44} {row.ours:>12,.2f} {row.unit:4} {peer}  [{row.goal}]"
        )
    return path


def children() -> float:
    """Processor seconds of this process's children that have ended, and of theirs."""
    spent = os.times()
    return spent.children_user + spent.children_system


def processor(home: Path) -> float:
    """Processor seconds so far of the processes that live in this home: its servers and its database, with their dead
    children. Processor time says more than the clock on a machine that does other work as well."""
    return sum(_seconds(entry, home) for entry in Path("/proc").iterdir() if entry.name.isdigit())


def _seconds(process: Path, home: Path) -> float:
    try:
        words = (process / "environ").read_bytes().split(b"\0")
        ours = f"BRIGHTLINE_HOME={home}".encode() in words or os.readlink(process / "cwd").startswith(f"{home}/")
        figures = (process / "stat").read_text().rsplit(")", 1)[1].split()
    except OSError:
        return 0.0
    if not ours or process.name == str(os.getpid()):
        return 0.0
    # utime, stime and those of children that have ended and been waited for.
    return sum(int(figure) for figure in figures[11:15]) / os.sysconf("SC_CLK_TCK")


def milliseconds(act: Callable[[Item], object], items: Sequence[Item]) -> list[float]:
    """How long `act` takes for each item, one after the other, in one process."""
    gc.disable()
    try:
        spent = []
        for item in items:
            begun = time.perf_counter()
            act(item)
            spent.append((time.perf_counter() - begun) * 1000)
        return spent
    finally:
        gc.enable()


def med(values: Sequence[float]) -> float:
    return median(values)


def p95(values: Sequence[float]) -> float:
    return quantiles(values, n=20, method="inclusive")[-1]


def say(text: str) -> None:
    print(f"  {time.strftime('%H:%M:%S')} {text}", flush=True)


@dataclass(frozen=True)
class Database:
    """A scratch server as the tests' worlds take a database: connections end with `stack`."""

    server: Server
    stack: ExitStack

    @property
    def home(self) -> Home:
        return Home.find(self.server.secrets.parent)

    def dsn(self, role: str) -> str:
        return self.server.dsn(role)

    @property
    def admin(self) -> psycopg.Connection[Any]:
        return self.stack.enter_context(psycopg.connect(self.server.admin_dsn(), autocommit=True))


@contextmanager
def scratch(name: str) -> Iterator[tuple[Server, bool]]:
    """(server with an installed database `name`, whether it was made now). Durable: commits wait for the disk."""
    kept = os.environ.get("BENCH_HOME")
    # A short path: the server's socket lies below it.
    folder = Path(kept) if kept else Path(tempfile.mkdtemp(prefix="bench-"))
    folder.mkdir(parents=True, exist_ok=True)
    folder.chmod(0o711)
    home = Home.find(folder / "home")
    try:
        server = embedded.start(home).named(name)
        report = install.up(server)
        yield server, report.created
    finally:
        if kept:
            embedded.stop(home)
        else:
            embedded.destroy(home)
            shutil.rmtree(folder, ignore_errors=True)
