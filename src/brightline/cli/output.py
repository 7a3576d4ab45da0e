"""What goes to the screen: tables for people, one JSON document or JSON Lines for scripts, errors beside it."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from brightline.model.characters import in_json, shown
from brightline.model.errors import BrightlineError

_WIDE = 4000
_PATIENCE = 2.0

Cell = str | Callable[[Mapping[str, Any]], Any]
Columns = Mapping[str, Cell]


@dataclass(frozen=True, slots=True, kw_only=True)
class Printer:
    """Writes a command's answer in the form that was asked for."""

    as_json: bool = False
    as_lines: bool = False

    @property
    def for_people(self) -> bool:
        """Whether somebody reads along."""
        return not (self.as_json or self.as_lines)

    def listed(self, found: Mapping[str, Any], columns: Columns, *, title: str = "") -> None:
        """A list: `found` has `items` and how many there are in all."""
        items: Sequence[Mapping[str, Any]] = found["items"]
        if self.as_json:
            _write_json(found)
            return
        if self.as_lines:
            for item in items:
                _write_json(item, indent=None)
        else:
            self.table(items, columns, title=title)
        if found.get("more"):
            total = f" of {found['total']}" if found.get("total") else ""
            # A script's lines stay lines; that some are left out it hears beside them.
            (errors() if self.as_lines else console()).print(
                f"{len(items)}{total} shown; --limit and --offset for the rest."
            )

    def table(self, items: Sequence[Mapping[str, Any]], columns: Columns, *, title: str = "") -> None:
        """Rows for people."""
        if not items:
            self.say("Nothing here.")
            return
        table = Table(title=shown(title) or None, title_justify="left", box=None, pad_edge=False, header_style="bold")
        for name in columns:
            table.add_column(name, overflow="fold")
        for item in items:
            table.add_row(*(Text(_cell(item, cell)) for cell in columns.values()))
        console().print(table)

    def document(self, found: Any, people: Callable[[Any], None] | None = None) -> None:
        """One thing: the whole document for scripts, `people`'s words for people."""
        if not self.for_people:
            _write_json(found, indent=None if self.as_lines else 2)
        elif people is not None:
            people(found)
        else:
            self.fields(found)

    def fields(self, found: Mapping[str, Any], names: Mapping[str, Cell] | None = None) -> None:
        """Names and values, one to a line; what is empty is left out."""
        grid = Table.grid(padding=(0, 2))
        wanted = names or {name.replace("_", " "): name for name in found}
        for label, cell in wanted.items():
            text = _cell(found, cell)
            if text:
                grid.add_row(Text(shown(label), style="dim"), Text(text))
        console().print(grid)

    def say(self, words: str, *, style: str = "") -> None:
        """A sentence for people; scripts don't get it."""
        if self.for_people:
            console().print(Text(shown(words), style=style))

    def aside(self, words: str) -> None:
        """A sentence beside the answer, for people and scripts alike: it goes to the error stream."""
        errors().print(Text(shown(words), style="dim"))

    @contextmanager
    def progress(self, words: str) -> Iterator[Callable[[str, float | None], None]]:
        """A bar on the error stream, shown once the work takes longer than two seconds."""
        bar = Progress(
            SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=errors()
        )
        task = bar.add_task(words, total=None)
        started = time.monotonic()
        live = errors().is_terminal and self.for_people

        def step(stage: str, part: float | None) -> None:
            if live and time.monotonic() - started > _PATIENCE and not bar.live.is_started:
                bar.start()
            done = {"total": 1.0, "completed": part} if part is not None else {"total": None}
            bar.update(task, description=shown(stage or words), **done)

        try:
            yield step
        finally:
            if bar.live.is_started:
                bar.stop()


def console() -> Console:
    """Standard output. Not a terminal: no colour, and lines as long as they are."""
    return _console(sys.stdout)


def errors() -> Console:
    """The error stream, alike."""
    return _console(sys.stderr)


def _console(stream: Any) -> Console:
    wide = None if stream.isatty() else _WIDE
    return Console(file=stream, width=wide, highlight=False, soft_wrap=False, emoji=False, markup=False)


def complain(error: BrightlineError, *, as_json: bool) -> None:
    """The fact and the way out, on the error stream."""
    if as_json:
        told = {"code": error.code, "detail": error.detail, "hint": error.hint, "entry": error.entry}
        print(in_json(json.dumps(told, ensure_ascii=False)), file=sys.stderr)
        return
    out = errors()
    out.print(Text.assemble((f"{error.title}: ", "bold red"), shown(error.detail)))
    if error.hint:
        out.print(Text(shown(error.hint)))
    if error.entry:
        out.print(Text(f"Ledger entry {error.entry}", style="dim"))


def _write_json(value: Any, indent: int | None = 2) -> None:
    sys.stdout.write(in_json(json.dumps(value, ensure_ascii=False, indent=indent, default=str)) + "\n")


def _cell(item: Mapping[str, Any], cell: Cell) -> str:
    value = cell(item) if callable(cell) else item.get(cell)
    return words(value)


def words(value: Any) -> str:
    """A value as people write it."""
    if value is None or value == [] or value == {}:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(words(part) for part in value)
    if isinstance(value, str) and len(value) > 19 and value[4:5] == "-" and value[10:11] == "T":
        return value[:16].replace("T", " ")
    return shown(str(value))
