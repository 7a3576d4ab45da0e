"""The reference of the command line, written from the commands themselves: `python -m brightline.cli.reference`."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from brightline.cli.app import build

PLACE = Path("docs/reference/cli.md")
_HEAD = """# Command line

Written from the code by `python -m brightline.cli.reference`; a test holds the two together.

`brightline` is an HTTP client of the API (`BRIGHTLINE_URL`; the token in a file of 0600 that `brightline login` writes,
or `BRIGHTLINE_TOKEN`). `up`, `down`, `status`, `demo`, `init`, `doctor`, `ledger verify`,
`ledger rotate-key`, `ledger resume`, `ledger renew`, `witness` and `feed check` work on this machine without
signing in.

A command that changes something is sent under a key that makes it once, and names the revision that this session was
shown last (kept beside the token): where somebody has changed the thing since, it is refused with what changed. What
the session wasn't shown is read just before, which is an entry of its own, and told in a line on standard error.

Every command takes `--json` (one JSON document on standard output) and `--jsonl` (JSON Lines, for lists). Errors go to
standard error with what would lift them.

| Exit code | Means |
|---|---|
| 0 | done |
| 1 | refused by the line, absent, or in a state that doesn't allow it |
| 2 | wrong usage |
| 3 | input with faults; what went to quarantine is counted |
| 4 | not running or not reachable |
| 5 | verification failed |

`--purpose` is a case (`C-2026-4711`, `C-2026-4711@CODE`), a desk (`fraud/agent`) or an oversight task; where it is left
out, BRIGHTLINE_PURPOSE counts, then the first of your desks that serves the command. Reading content needs an inquiry
as well: `--reason` opens one, `--inquiry` or BRIGHTLINE_INQUIRY names an open one.
"""
_COMMON = frozenset({"as_json", "as_lines", "help"})


def text() -> str:
    """The whole page."""
    whole = typer.main.get_command(build())
    parts = [_HEAD]
    for path, command in _walk(whole, ("brightline",)):
        parts.append("\n".join(_page(path, command)))
    return "\n".join(parts).rstrip() + "\n"


def names() -> list[str]:
    """Every command as it is typed, without `brightline`."""
    return [" ".join(path[1:]) for path, _ in _walk(typer.main.get_command(build()), ("brightline",))]


def _walk(command: Any, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], Any]]:
    below = getattr(command, "commands", None)
    if below is None:
        yield path, command
        return
    for name, part in below.items():
        yield from _walk(part, (*path, name))


def _page(path: tuple[str, ...], command: Any) -> Iterator[str]:
    arguments = [part for part in command.params if part.param_type_name == "argument"]
    options = [part for part in command.params if part.param_type_name == "option" and part.name not in _COMMON]
    usage = " ".join([*path, *(_argument(part) for part in arguments)])
    yield f"## {' '.join(path[1:])}\n"
    yield f"```\n{usage}{' [OPTIONS]' if options else ''}\n```\n"
    yield f"{(command.help or '').strip()}\n"
    if options:
        yield "| Option | Meaning |"
        yield "|---|---|"
        yield from (_option(part) for part in options)
        yield ""


def _argument(part: Any) -> str:
    name = part.metavar or part.name.upper()
    return name if part.required or name.startswith("[") else f"[{name}]"


def _option(part: Any) -> str:
    flags = ", ".join(f"`{flag}`" for flag in [*part.opts, *part.secondary_opts])
    words = [part.help or "", "Required." if part.required else ""]
    if part.default not in (None, False, (), []) and not part.required:
        words.append(f"Default: {part.default}.")
    return f"| {flags} | {' '.join(word for word in words if word).replace('|', '/')} |"


def main() -> None:
    """Write the page, or with --check say whether it is current."""
    parser = argparse.ArgumentParser(prog="python -m brightline.cli.reference")
    parser.add_argument("--check", action="store_true")
    if parser.parse_args().check:
        raise SystemExit(0 if PLACE.exists() and PLACE.read_text() == text() else 1)
    PLACE.parent.mkdir(parents=True, exist_ok=True)
    PLACE.write_text(text())


if __name__ == "__main__":
    main()
