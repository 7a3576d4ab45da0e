"""`python -m brightline.ledger`: check a log, or be its witness, with this folder and `cryptography` alone.

Three commands: `verify`, `witness`, `key`. Exit codes: 0 it holds, 2 wrong usage, 5 it doesn't hold.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from brightline.ledger import standing
from brightline.ledger.errors import LogFault
from brightline.ledger.report import Report
from brightline.ledger.verify import Wanted, verify
from brightline.model.errors import BrightlineError


def main(arguments: Sequence[str] | None = None) -> int:
    """One command line; its exit code."""
    asked = _parser().parse_args(arguments)
    try:
        code: int = asked.act(asked)
        return code
    except (OSError, BrightlineError) as error:
        print(error, file=sys.stderr)
        return LogFault.exit_code if isinstance(error, LogFault) and asked.act is _verify else 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m brightline.ledger", description=(__doc__ or "").split("\n")[0])
    commands = parser.add_subparsers(required=True)
    check = commands.add_parser("verify", help="check a log from its files alone")
    check.add_argument("log", help="an exported folder, or the log's address")
    check.add_argument("--key", type=Path, help="the log's public key, as you kept it")
    check.add_argument("--since", type=Path, help="an earlier checkpoint that you kept")
    check.add_argument("--receipt", type=Path, action="append", default=[], help="a receipt that you kept; may repeat")
    check.add_argument("--witness", action="append", default=[], help="a witness's key, or a file of it; may repeat")
    check.add_argument("--quorum", type=int, help="how many of the witnesses must have cosigned (default: all)")
    check.add_argument("--authority", type=Path, help="certificates (PEM) of the time-stamping authority")
    check.add_argument("--json", action="store_true", help="the report as one JSON document")
    check.set_defaults(act=_verify)
    watch = commands.add_parser("witness", help="cosign checkpoints of logs that you watch")
    watch.add_argument("--state", type=Path, required=True, help="folder for key and state")
    watch.add_argument("--name", help="the witness's name, for a new key: a name like w.example.org/1")
    watch.add_argument("--log", action="append", default=[], help="a log's public key, or a file of it; may repeat")
    watch.add_argument("--listen", default="127.0.0.1:8179", help="HOST:PORT (default 127.0.0.1:8179)")
    watch.set_defaults(act=_witness)
    key = commands.add_parser("key", help="make a witness's key, or print its public half")
    key.add_argument("--state", type=Path, required=True)
    key.add_argument("--name")
    key.set_defaults(act=_key)
    return parser


def _verify(asked: argparse.Namespace) -> int:
    wanted = Wanted(
        key=asked.key.read_text().strip() if asked.key else None,
        since=asked.since.read_bytes() if asked.since else None,
        receipts=tuple(path.read_text() for path in asked.receipt),
        witnesses=tuple(map(standing.key_or_file, asked.witness)),
        quorum=asked.quorum,
        authority=asked.authority.read_bytes() if asked.authority else None,
    )
    report = verify(asked.log if "://" in asked.log else Path(asked.log), wanted)
    print(json.dumps(report.json(), ensure_ascii=False) if asked.json else _words(report))
    return 0 if report.ok else LogFault.exit_code


def _words(report: Report) -> str:
    lines = [f"{problem.kind} {_place(problem.json())}: {problem.detail}" for problem in report.problems]
    lines += [f"note {_place(note.json())}: {note.detail}" for note in report.notes]
    if report.ok:
        lines.append(f"Holds: {report.checked_entries} of {report.size} entries checked, bodies {report.bodies}.")
    else:
        lines.append(f"Doesn't hold: {report.found} problems in {report.size} entries.")
    if report.witnessed is not None:
        lines.append(f"Cosigned by {report.quorum} of your witnesses up to entry {report.witnessed}.")
    return "\n".join(lines)


def _place(found: dict[str, Any]) -> str:
    return f"entry {found['index']}" if found["index"] is not None else "the log"


def _witness(asked: argparse.Namespace) -> int:
    given = standing.Stand(state=asked.state, name=asked.name, logs=tuple(asked.log), listen=asked.listen)
    server, ended = standing.build(given), standing.ending()
    print(f"key {server.witness.vkey}\nlistening at {server.url}", flush=True)
    standing.serve(server, ended)
    return 0


def _key(asked: argparse.Namespace) -> int:
    print(standing.witness_key(asked.state, asked.name).verifier.vkey())
    return 0


if __name__ == "__main__":
    sys.exit(main())
