"""The witness's HTTP door: POST <prefix>/add-checkpoint, GET <prefix>/key and /checkpoint/<sha256 of the origin>.

Standard library alone, so that it runs wherever Python does. TLS, if the network needs it, is a proxy's work: what
passes here is public and signed.
"""

from __future__ import annotations

import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from brightline.ledger.witness import PLAIN, Answer, Witness

MAX_BODY = 1_000_000
_STATE = re.compile(r"/checkpoint/([0-9a-f]{64})")


class Server(ThreadingHTTPServer):
    """Serves one witness; close it with `shutdown` and `server_close`."""

    daemon_threads = True

    def __init__(self, host: str, port: int, witness: Witness, folder: Path) -> None:
        self.witness = witness
        self.folder = folder
        super().__init__((host, port), _Handler)

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://{self.server_address[0]!s}:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: Server
    protocol_version = "HTTP/1.1"
    timeout = 30

    def do_POST(self) -> None:
        """add-checkpoint, and nothing else."""
        length = self.headers.get("Content-Length", "")
        if not length.isdigit() or int(length) > MAX_BODY:
            self.close_connection = True
            self._send(Answer(status=413 if length.isdigit() else 411, body=b"give a length of at most 1 MB\n"))
            return
        body = self.rfile.read(int(length))
        if self.path.rstrip("/").endswith("/add-checkpoint"):
            self._send(self._judged(body))
        else:
            self._send(Answer(status=404, body=b"only add-checkpoint is answered here\n"))

    def do_GET(self) -> None:
        """The witness's key, and the last checkpoint of a log."""
        state = _STATE.fullmatch(self.path)
        path = self.server.folder / f"{state[1]}.checkpoint" if state else None
        if self.path == "/key":
            self._send(Answer(status=200, body=f"{self.server.witness.vkey}\n".encode()))
        elif path is not None and path.exists():
            self._send(Answer(status=200, body=path.read_bytes()))
        else:
            self._send(Answer(status=404, body=b"not here\n"))

    def _judged(self, body: bytes) -> Answer:
        try:
            return self.server.witness.add_checkpoint(body)
        except OSError as error:
            # Nothing was signed: the state goes to the disk first.
            self.log_error("state can't be kept: %s", error)
            return Answer(status=500, body=b"the state can't be kept\n")

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind or PLAIN)
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body)
