"""Gates that a worker meets while it takes a file in: one on a machine too busy, one that is lost in the middle."""

from __future__ import annotations

import base64
import json
from typing import Any

from brightline.model.errors import Conflict

PIECES = {"lead_rows", "extract_rows"}
"""The acts that bring rows of a file."""


class Busy:
    """A gate on a machine that is too busy for more than so many rows within the time of a call."""

    def __init__(self, gate: Any, most: int) -> None:
        self.gate, self.most, self.taken = gate, most, list[int]()

    def over(self, connection: Any) -> Any:
        return self

    def run(self, call: Any, name: str, params: Any) -> Any:
        if name in PIECES:
            piece = json.loads(base64.b64decode(params["content_base64"]))
            rows = sum(len({one["row"] for one in part}) for part in piece.values())
            if rows > self.most:
                raise Conflict("The answer took longer than a pass lives.", code="too_slow")
            self.taken.append(rows)
        return self.gate.run(call, name, params)


class Breaking:
    """A gate whose connection is lost at one piece, as a worker's is that is killed there."""

    def __init__(self, gate: Any, at: int) -> None:
        self.gate, self.left = gate, at

    def over(self, connection: Any) -> Any:
        return self

    def run(self, call: Any, name: str, params: Any) -> Any:
        self.left -= name in PIECES
        if self.left < 0:
            raise OSError("lost")
        return self.gate.run(call, name, params)
