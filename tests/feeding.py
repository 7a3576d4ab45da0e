"""For tests of feeds: a registered source, a feed folder, runs worked in this process."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import UUID

import yaml
from tests.world import World, small_world

from brightline.feeds import commands, pipeline, queries
from brightline.gate import Call, Gate

KEY = b"k" * 32
ROOTS = (Path(tempfile.gettempdir()),)

BASE: dict[str, Any] = {
    "feed": "people",
    "title": "People for tests",
    "source": {"name": "register", "publisher": "Nobody", "reliability": "B"},
    "agreement": {"id": "AG-register", "regimes": ["criminal"], "expires": "2099-01-01"},
    "assessment": {"id": "PIA-register", "approved": "2020-01-01", "expires": "2099-01-01"},
    "authority": "18-usc-1956",
    "retention": {"rule": "28cfr23", "years": 5},
    "input": {"format": "csv", "path": "inbox/*.csv", "keys": ["id"]},
    "marking": {"category": {"default": "other"}},
    "mapping": {
        "person": {
            "schema": "Person",
            "keys": ["id"],
            "properties": {
                "name": {"column": "name"},
                "birthDate": {"column": "born"},
                "phone": {"column": "phone"},
            },
        }
    },
}


def folder_of(root: Path, manifest: dict[str, Any], files: dict[str, str | bytes]) -> Path:
    """A feed folder with these files."""
    folder = root / manifest["feed"]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "feed.yml").write_text(yaml.safe_dump(manifest, sort_keys=False, allow_unicode=True))
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


@dataclass
class Feeding:
    """A world with a steward (`stu` at records/steward) and the feed process beside it."""

    db: Any
    gate: Gate
    world: World
    settings: pipeline.Settings
    _call: Call | None = field(default=None)

    @property
    def call(self) -> Call:
        if self._call is None:
            self._call = self.world.call("stu", "records/steward")
        return self._call

    def add(self, folder: Path) -> dict[str, Any]:
        return commands.add(self.gate, self.call, folder, self.settings.feed_roots).result

    def queue(self, name: str, **options: Any) -> UUID:
        return UUID(commands.refresh(self.gate, self.call, name, **options).result["run"])

    def refresh(self, name: str, **options: Any) -> pipeline.Summary:
        return pipeline.run(self.settings, self.queue(name, **options))

    def quarantine(self, name: str, run: UUID | None = None) -> list[dict[str, Any]]:
        return queries.quarantine(self.gate, self.call, name, run=run, limit=200).result["items"]

    def one(self, statement: str, parameters: Sequence[Any] = ()) -> Any:
        row = self.world.db.execute(statement, parameters).fetchone()
        return row[0] if row and len(row) == 1 else row

    def all(self, statement: str, parameters: Sequence[Any] = ()) -> list[Any]:
        return self.world.db.execute(statement, parameters).fetchall()

    def state(self) -> list[Any]:
        """Everything in content that a reader could see, without random ids."""
        return self.all(
            "SELECT 'aspect', entity::text, schema, caption, properties::text, keys::text, marking::text"
            " FROM content.aspect"
            " UNION ALL SELECT 'link', src::text, dst::text, kind, forward::text, marking::text, '' FROM content.link"
            " UNION ALL SELECT 'record', source, source_key, version::text, hash::text, gone::text, ''"
            " FROM content.record WHERE current ORDER BY 1, 2, 3, 4, 5, 6, 7"
        )


def feeding(db: Any, data: Path | None = None, roots: tuple[Path, ...] = ROOTS) -> Feeding:
    """The world, a gate and the feed process's settings over one test database."""

    @contextmanager
    def app() -> Any:
        yield _app

    @contextmanager
    def policy() -> Any:
        yield _policy

    _app, _policy = db.connect("brightline_app"), db.connect("brightline_policy")
    gate = Gate(connect=app, policy=policy)
    world = small_world(db.admin, gate)
    settings = pipeline.Settings(
        dsn=db.dsn("brightline_feed"), entity_key=KEY, data=data, feed_roots=roots, processes=1
    )
    return Feeding(db=db, gate=gate, world=world, settings=settings)
