"""The commands, group by group. Only the group that a command line names is loaded: a script calls many times."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated

import typer

import brightline
from brightline.cli.arguments import spread
from brightline.model.characters import shown

# An explicit list of groups and the words they answer to: a test compares it with the folder and the groups.
GROUPS: Mapping[str, tuple[str, ...]] = {
    "installation": ("up", "down", "status", "init", "doctor"),
    "demonstration": ("demo",),
    "session": ("login", "logout", "whoami", "inquiry"),
    "accounts": ("account", "unit", "role", "authority", "group"),
    "access": ("session", "token", "factor", "glass"),
    "sources": ("source",),
    "proposals": ("proposal", "agreement"),
    "feeds": ("feed",),
    "cases": ("case",),
    "casework": ("deconflict",),
    "worklist": ("notices",),
    "search": ("search", "why", "entity", "links"),
    "bulk": ("bulk",),
    "analysis": ("watch", "workspace"),
    "resolution": ("resolve",),
    "crossings": ("crossing",),
    "disclosures": ("disclose", "subject"),
    "operations": ("operation", "encounter", "custody", "hold"),
    "leads": ("lead", "programme", "referral"),
    "ledger": ("ledger",),
    "witness": ("witness",),
    "oversight": ("report", "review"),
    "retention": ("retention",),
    "restrictions": ("restrict",),
    "rulebook": ("rulebook",),
    "warehouse": ("warehouse", "schedule", "export"),
    "shell": ("shell",),
}


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"brightline {brightline.__version__}")
        raise typer.Exit


def _root(
    version: Annotated[
        bool, typer.Option("--version", help="Print the version.", callback=_version, is_eager=True)
    ] = False,
) -> None:
    """Case files, search and link analysis under the line. Every command takes --json."""


def build(groups: Iterable[str] = GROUPS) -> typer.Typer:
    """The program with these groups."""
    app = typer.Typer(
        name="brightline",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_root)
    for group in groups:
        importlib.import_module(f"brightline.cli.groups.{group}").install(app)
    return app


def perform(words: Sequence[str]) -> int:
    """One command line; its exit code. A fault of ours is a sentence, not a traceback."""
    try:
        build(_named(words))(args=spread(list(words)), prog_name="brightline")
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 130
    except BrokenPipeError:
        # Whoever read along has seen enough; Python would complain again while flushing at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:  # the last place where a traceback can be kept from people
        print(shown(f"brightline met a fault of its own: {type(error).__name__}: {error}"), file=sys.stderr)
        return 1
    return 0


def _named(words: Sequence[str]) -> Iterable[str]:
    """The group that answers to the first word; all of them where help or a wrong word needs the whole list."""
    first = words[0] if words else ""
    found = [group for group, names in GROUPS.items() if first in names]
    return found or GROUPS
