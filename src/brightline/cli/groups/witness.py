"""witness: cosign other installations' logs, on a machine of your own."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from brightline.cli.command import Kind, Work, command
from brightline.ledger import standing
from brightline.ledger.errors import MalformedNote
from brightline.ledger.serving import Server
from brightline.model.errors import BadInput, NotRunning


def install(app: typer.Typer) -> None:
    """Add the command, which stands at the top level."""
    command(app, "witness", Kind.LOCAL)(witness)


def witness(
    work: Work,
    state: Annotated[Path, typer.Option("--state", help="Folder for the key and what was seen. Keep it.")],
    log: Annotated[
        list[str] | None, typer.Option("--log", help="Public key of a log to watch, or a file of it; may repeat.")
    ] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="The witness's name, for a new key, such as w.example.org/1.")
    ] = None,
    listen: Annotated[str, typer.Option("--listen", metavar="HOST:PORT", help="Where to answer.")] = "127.0.0.1:8179",
    key_only: Annotated[bool, typer.Option("--key-only", help="Make the key if absent, print it, and end.")] = False,
) -> None:
    """Witness a log: cosign each checkpoint that holds all that was seen before, refuse any other.

    For another machine, in other hands than the log's. It sees sizes and hashes, never an entry.
    """
    try:
        if key_only:
            key = standing.witness_key(state, name).verifier.vkey()
            work.out.document({"key": key}, lambda _: work.out.say(key))
            return
        server = _build(standing.Stand(state=state, name=name, logs=tuple(log or ()), listen=listen))
    except MalformedNote as error:
        raise BadInput("witness", f"{error.detail}.", error.hint) from error
    ended = standing.ending()
    told = {"key": server.witness.vkey, "url": server.url}
    work.out.document(told, lambda _: work.out.say(f"key {told['key']}\nlistening at {told['url']}"))
    sys.stdout.flush()
    standing.serve(server, ended)


def _build(stand: standing.Stand) -> Server:
    try:
        return standing.build(stand)
    except OSError as error:
        hint = "Name another: --listen HOST:PORT."
        raise NotRunning(f"{stand.listen} can't be listened on: {error.strerror}.", hint=hint) from error
