"""Pages of docs/ that are written from the names of the tests: what docs/rules.md and docs/attacks.md share."""

from __future__ import annotations

import argparse
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol, TypeVar


class Test(Protocol):
    """One test function of a file below the repository's root."""

    @property
    def file(self) -> str: ...

    @property
    def name(self) -> str: ...


Of = TypeVar("Of", bound=Test)


def listed(label: object, tests: Sequence[Of], said: Callable[[Of], str] = lambda test: "") -> str:
    """The tests of one number, by file, each with what is `said` of it."""
    files: dict[str, list[str]] = defaultdict(list)
    for test in tests:
        files[test.file].append(f"`{test.name.removeprefix('test_')}`{said(test)}")
    parts = [f"[{file}](../{file}): {', '.join(names)}" for file, names in files.items()]
    return f"**{label}** " + "; ".join(parts)


def parser(program: str) -> argparse.ArgumentParser:
    """--check says whether the page is current, --print shows it; without either it is written."""
    made = argparse.ArgumentParser(prog=f"python -m {program}")
    made.add_argument("--check", action="store_true")
    made.add_argument("--print", action="store_true", dest="shown")
    return made


def put(place: Path, text: str, given: argparse.Namespace) -> None:
    """Do with the page what the words said; --check ends the process, with 1 when it is out of date."""
    if given.check:
        raise SystemExit(0 if place.exists() and place.read_text("utf-8") == text else 1)
    if given.shown:
        print(text, end="")
        return
    place.write_text(text, "utf-8")
