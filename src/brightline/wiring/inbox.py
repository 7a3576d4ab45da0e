"""The inbox: where a file that came with a request waits for the worker to read it."""

from __future__ import annotations

import re
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_PIECE = 1 << 20
_OTHER = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True, slots=True, kw_only=False)
class Inbox:
    """A folder that the web process writes and the worker reads."""

    folder: Path

    def keep(self, name: str, source: BinaryIO) -> Path:
        """Write the whole file under a name that nobody can choose; only its ending is taken over."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = self.folder / f"{uuid.uuid4().hex}-{_plain(name)}"
        draft = place.with_name(f".{place.name}")
        with draft.open("xb") as out:
            while piece := source.read(_PIECE):
                out.write(piece)
        return draft.rename(place)


def _plain(name: str) -> str:
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    return _OTHER.sub("-", last).lstrip(".")[-80:] or "input"
