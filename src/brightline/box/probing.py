"""Whether boxes hold on this machine, by trying to get out of one."""

from __future__ import annotations

import os
import socket
import tempfile
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from brightline.box.closing import NEEDED, Bounds
from brightline.box.starting import Box, Stopped
from brightline.model.errors import NotRunning

_BOUNDS = Bounds(seconds=10, wall=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """By which means each thing is closed, what none closes, and what an attempt got all the same."""

    means: dict[str, str]
    missing: tuple[str, ...]
    escaped: dict[str, str]

    @property
    def whole(self) -> bool:
        return not self.missing and not self.escaped

    def words(self) -> str:
        """One line for people."""
        if self.escaped:
            return "It doesn't hold: it got " + ", ".join(sorted(self.escaped)) + "."
        if self.missing:
            return f"This kernel has no means to close: {', '.join(self.missing)}."
        named = self.means | {"user": self.means["user"] or "none of its own"}
        return ", ".join(
            f"{thing} by {means}" if thing != "user" else f"user: {means}" for thing, means in named.items()
        )


def probe() -> Found:
    """Starts a box that tries everything it shouldn't get. Takes about a second."""
    with tempfile.TemporaryDirectory(prefix="brightline-probe-") as folder, socket.socket() as tcp:
        secret = Path(folder) / "secret"
        secret.touch(mode=0o600)
        secret.write_text("secret")
        tcp.bind(("127.0.0.1", 0))
        tcp.listen()
        with socket.socket(socket.AF_UNIX) as local:
            local.bind(named := str(Path(folder) / "socket"))
            local.listen()
            return attempted(
                {
                    "secrets": [str(secret)],
                    "folders": [folder],
                    "parent": os.getpid(),
                    "port": tcp.getsockname()[1],
                    "socket": named,
                }
            )


def attempted(words: dict[str, Any]) -> Found:
    """What a box got of what it is told to try."""
    means: dict[str, str] = {}
    try:
        with closing(Box(partial=True).run("brightline.box.attempts", words, bounds=_BOUNDS)) as lines:
            means.update(next(lines)["box"])
            escaped = {line["attempt"]: line["got"] for line in lines if line.get("got")}
    except (Stopped, NotRunning):
        return Found(means=dict.fromkeys(("user", *NEEDED), "") | means, missing=NEEDED, escaped={})
    return Found(means=means, missing=tuple(name for name in NEEDED if not means.get(name)), escaped=escaped)
