"""shell: several commands under one case, without naming it each time."""

from __future__ import annotations

import contextlib
import os
import shlex
import subprocess
import sys
from collections.abc import Sequence
from typing import Annotated

import typer

from brightline.cli.command import Kind, Work, command


def install(app: typer.Typer) -> None:
    """Add the command."""
    command(app, "shell", Kind.OPEN)(shell)


def shell(
    work: Work,
    case: Annotated[str, typer.Argument(metavar="CASE")],
    reason: Annotated[str | None, typer.Option("--reason", help="Opens an inquiry for all that follows.")] = None,
) -> None:
    """Work under a case: each line is a command without `brightline`; `exit` leaves."""
    work.me()
    os.environ["BRIGHTLINE_PURPOSE"] = case
    if reason:
        opened = work.client.send("POST", "/inquiries", json={"purpose": case, "reason": reason})
        os.environ["BRIGHTLINE_INQUIRY"] = opened["id"]
    _loop(case)


def _run(words: Sequence[str]) -> None:
    """A command of its own process: what it changes in its settings ends with it."""
    subprocess.run([sys.executable, "-m", "brightline.cli", *words], check=False)


def _loop(case: str) -> None:
    with contextlib.suppress(ImportError):
        import readline  # noqa: F401, PLC0415 - gives line editing where the platform has it
    prompt = f"{case}> " if sys.stdin.isatty() else ""
    while True:
        try:
            words = shlex.split(input(prompt))
        except EOFError:
            return
        except ValueError as error:
            print(f"Not readable: {error}.", file=sys.stderr)
            continue
        if words in (["exit"], ["quit"]):
            return
        if words:
            _run(words)
