"""Write a demo world as feed folders: `<folder>/feeds/<source>/{feed.yml, README.md, inbox/…}` and two JSON files.

The same size and seed give the same bytes. world.json is written last, by rename, so a folder that has it is whole; a
folder without it was left by a killed run and is written again.
"""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from types import ModuleType
from typing import Any

from brightline.wiring.demo.people import Population
from brightline.wiring.demo.plots import Answer, answers, plant
from brightline.wiring.demo.plots.cast import Cast
from brightline.wiring.demo.sizes import size_named
from brightline.wiring.demo.sources import SOURCES
from brightline.wiring.demo.world import World

MANIFESTS = Path(__file__).parent / "feeds"
_FORM = 3  # number of the generator's form: raise it when bytes change, so that old folders are made again

Progress = Callable[[str, float], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Written:
    """What was written: one folder per feed, counts of rows, SHA-256 of each input file, planted answers."""

    folder: Path
    size: str
    seed: int
    feeds: dict[str, Path]
    rows: dict[str, int]
    digests: dict[str, str]
    answers: list[dict[str, Any]]


def make_world(size: str, seed: int) -> World:
    """The world of a size and a seed, nothing written yet."""
    measures = size_named(size)
    cast = Cast(Population(seed, measures.people, measures.organisations))
    return World(measures, seed, cast, plant(cast))


def generate(size: str, seed: int, folder: Path, progress: Progress = lambda _step, _part: None) -> Written:
    """Write the world into `folder`, or read what an earlier run with the same size and seed left there."""
    found = _read(folder, size, seed)
    if found is not None:
        return found
    world = make_world(size, seed)
    rows, digests = {}, {}
    for n, source in enumerate(SOURCES):
        progress(f"Making {source.NAME}", n / len(SOURCES))
        target = _lay(source, folder / "feeds" / source.NAME)
        rows[source.NAME] = _write(source, world, target)
        digests[source.NAME] = _digest(target)
    _write_json(folder / "answers.json", [_plain(answer) for answer in answers(world.cast)])
    state = {"form": _FORM, "size": size, "seed": seed, "rows": rows, "digests": digests}
    _write_json(folder / "world.json", state)
    progress("Made the world", 1.0)
    return _written(folder, state)


def _read(folder: Path, size: str, seed: int) -> Written | None:
    path = folder / "world.json"
    if not path.is_file():
        return None
    state = json.loads(path.read_text("utf-8"))
    same = (state.get("form"), state.get("size"), state.get("seed")) == (_FORM, size, seed)
    return _written(folder, state) if same else None


def _written(folder: Path, state: dict[str, Any]) -> Written:
    return Written(
        folder=folder,
        size=state["size"],
        seed=state["seed"],
        feeds={source.NAME: folder / "feeds" / source.NAME for source in SOURCES},
        rows=state["rows"],
        digests=state["digests"],
        answers=json.loads((folder / "answers.json").read_text("utf-8")),
    )


def _lay(source: ModuleType, folder: Path) -> Path:
    """Copy the feed's manifest and README into its folder; the path of its input file."""
    inbox = folder / "inbox"
    inbox.mkdir(parents=True, exist_ok=True)
    for name in ("feed.yml", "README.md"):
        shutil.copyfile(MANIFESTS / source.NAME / name, folder / name)
    return inbox / str(source.FILE)


def _write(source: ModuleType, world: World, path: Path) -> int:
    """Stream the source's rows into its file; how many."""
    columns: tuple[str, ...] | None = getattr(source, "COLUMNS", None)
    partial = path.with_suffix(path.suffix + ".part")
    with partial.open("w", encoding="utf-8", newline="") as out:
        count = 0
        if columns is None:
            for count, entity in enumerate(source.rows(world), start=1):  # noqa: B007 - the count outlives the loop
                out.write(json.dumps(entity, ensure_ascii=False, separators=(",", ":")) + "\n")
        else:
            table = csv.writer(out, lineterminator="\n")
            table.writerow(columns)
            for count, row in enumerate(source.rows(world), start=1):  # noqa: B007 - the count outlives the loop
                table.writerow(row)
    partial.replace(path)
    return count


def _digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        for block in _blocks(file.read):
            digest.update(block)
    return digest.hexdigest()


def _blocks(read: Callable[[int], bytes]) -> Iterator[bytes]:
    while block := read(1 << 20):
        yield block


def _plain(answer: Answer) -> dict[str, Any]:
    return asdict(answer)


def _write_json(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    partial.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    partial.replace(path)
