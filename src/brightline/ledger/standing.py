"""Runs a witness until it is told to end: for `brightline witness` and `python -m brightline.ledger witness`."""

from __future__ import annotations

import contextlib
import signal
import threading
from dataclasses import dataclass
from pathlib import Path

from brightline.ledger.errors import MalformedNote
from brightline.ledger.keys import load, load_or_create
from brightline.ledger.note import COSIGNATURE, Signer, Verifier
from brightline.ledger.serving import Server
from brightline.ledger.witness import Witness

KEY = "witness.key"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stand:
    """What a witness is given: its folder, the name for a new key, the logs' keys (or files of them), HOST:PORT."""

    state: Path
    name: str | None
    logs: tuple[str, ...]
    listen: str


def witness_key(state: Path, name: str | None) -> Signer:
    """The key in the folder, made there if absent; `name` is needed only then."""
    path = state / KEY
    if path.exists():
        signer = load(path)
        if name not in (None, signer.name):
            raise MalformedNote(
                f"this witness is called {signer.name}", hint="Leave --name out, or take another folder."
            )
        return signer
    if not name:
        raise MalformedNote("a new witness needs a name", hint="Give --name, such as w.example.org/1.")
    state.mkdir(parents=True, exist_ok=True, mode=0o700)
    return load_or_create(path, name, COSIGNATURE)


def key_or_file(text: str) -> str:
    """A verifier key, given itself or as a file that holds it."""
    path = Path(text)
    with contextlib.suppress(OSError):
        if path.is_file():
            return path.read_text().strip()
    return text.strip()


def build(stand: Stand) -> Server:
    """The server, listening; raise MalformedNote for what was given wrongly, OSError for a port that is taken."""
    logs = [Verifier.parse(key_or_file(each)) for each in stand.logs]
    if not logs:
        raise MalformedNote("a witness needs a log to watch", hint="Give --log KEY, the log's public key.")
    host, _, port = stand.listen.rpartition(":")
    if not host or not port.isdigit() or int(port) > 65_535:
        raise MalformedNote(f"{stand.listen} isn't an address to listen on", hint="Write HOST:PORT.")
    witness = Witness(stand.state, witness_key(stand.state, stand.name), logs)
    return Server(host.strip("[]"), int(port), witness, stand.state)


def ending() -> threading.Event:
    """Set when the process is asked to end, by SIGTERM or SIGINT. Before anybody is told that it listens."""
    ended = threading.Event()
    for which in (signal.SIGTERM, signal.SIGINT):
        signal.signal(which, lambda *_: ended.set())
    return ended


def serve(server: Server, ended: threading.Event) -> None:
    """Serve until `ended` is set."""
    threading.Thread(target=server.serve_forever, daemon=True).start()
    ended.wait()
    server.shutdown()
    server.server_close()
