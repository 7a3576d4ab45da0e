"""`python -m bench [ONLY]`: run all benchmarks, or the one named; exit 1 when a goal doesn't hold."""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path

NAMES = tuple(sorted(p.stem.removeprefix("bench_") for p in Path(__file__).parent.glob("bench_*.py")))


def main(arguments: list[str]) -> int:
    only = [name for name in arguments if name]
    unknown = set(only) - set(NAMES)
    if unknown:
        print(f"No benchmark {', '.join(sorted(unknown))}. There are: {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    holds = True
    for name in only or NAMES:
        print(name, flush=True)
        path = importlib.import_module(f"bench.bench_{name}").run()
        holds &= all(row["holds"] for row in json.loads(path.read_text("utf-8"))["rows"])
    return 0 if holds else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
