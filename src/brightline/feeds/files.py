"""Where input may lie, and its bytes."""

from __future__ import annotations

import gzip
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from brightline.feeds.kinds import kind_of, utf16
from brightline.model.errors import InputFaults

_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff]")


def refuse(code: str, detail: str, hint: str = "") -> InputFaults:
    """A fault of the input as a whole: nothing of it is published."""
    # What is quoted from the input may hold bytes that no terminal, log or database should be given.
    plain = _UNPRINTABLE.sub("\ufffd", detail)[:2_000]
    return InputFaults(plain, hint=hint or "The state before stays as it was.", code=code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Where input may lie: the feed's folder, the shared data (`${DATA}`), the home's inbox.

    Never in `closed`, whatever the feed's folder is: the warehouse's files, exports, secrets, the database.
    """

    folder: Path | None = None
    data: Path | None = None
    inbox: Path | None = None
    closed: tuple[Path, ...] = ()

    def roots(self) -> list[Path]:
        return [place.resolve() for place in (self.folder, self.data, self.inbox) if place is not None]

    def allowed(self, path: Path) -> bool:
        """Whether a file may be read: a steward names paths, and the server holds other files too."""
        real = path.resolve()
        if any(real.is_relative_to(place.resolve()) for place in self.closed):
            return False
        return any(real.is_relative_to(root) for root in self.roots())

    def guessed(self, path: Path) -> bool:
        """Whether a pattern reached into the inbox: what others sent there has names that nobody can know."""
        return self.inbox is not None and path.resolve().is_relative_to(self.inbox.resolve())

    def find(self, pattern: str) -> list[Path]:
        """The files of a pattern, sorted; refuses what lies elsewhere or isn't there."""
        if "${DATA}" in pattern and self.data is None:
            raise refuse("input", f"{pattern}: no data folder is set.", "Set BRIGHTLINE_TEST_DATA.")
        named = pattern.replace("${DATA}", str(self.data or ""))
        base = Path(named) if Path(named).is_absolute() else (self.folder or Path()) / named
        found = sorted(_glob(base))
        named_outright = found == [base]
        # Absent and not to be read are one answer: else a pattern would tell what else lies on the server.
        if not found or any(not self.allowed(path) or (self.guessed(path) and not named_outright) for path in found):
            raise refuse(
                "input",
                f"There is no input at {pattern} in the folders that feeds may read.",
                "Check the feed's path, or send the file along with --input.",
            )
        return found


def _glob(base: Path) -> Iterable[Path]:
    if not re.search(r"[*?\[]", str(base)):
        return [base] if base.exists() else []
    fixed = Path(*_before_glob(base.parts))
    return fixed.glob(str(base.relative_to(fixed)))


def _before_glob(parts: Sequence[str]) -> Iterator[str]:
    for part in parts:
        if re.search(r"[*?\[]", part):
            return
        yield part


def open_bytes(path: Path) -> IO[bytes]:
    """The file's bytes, unpacked when it is gzip (told by its first bytes, not its name)."""
    with path.open("rb") as raw:
        packed = raw.read(2) == b"\x1f\x8b"
    return gzip.open(path) if packed else path.open("rb")  # type: ignore[return-value]


def open_text(path: Path, encoding: str | None) -> io.TextIOWrapper:
    """As text. Bytes that aren't text are kept as lone surrogates, so that their row can be named; a file that is
    none is refused by what it is."""
    with open_bytes(path) as raw:
        head = raw.read(4_096)
    if (kind := kind_of(head)) is not None:
        raise refuse("kind", f"{path.name} is {kind[0]}, and text is expected.", kind[1])
    if encoding is None and (wide := utf16(head)) is not None:
        raise refuse("encoding", f"{path.name} is written in UTF-16, not UTF-8.", f"Set input.encoding to {wide}.")
    return io.TextIOWrapper(
        open_bytes(path),
        encoding=encoding or "utf-8-sig",
        errors="surrogateescape" if (encoding or "utf-8").lower().startswith("utf") else "strict",
        newline="",
    )
