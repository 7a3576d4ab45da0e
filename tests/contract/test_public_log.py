"""The published log over HTTP, exactly as C2SP's tlog-tiles says: paths, types, caching, nothing else."""

from __future__ import annotations

import asyncio
import gzip
from types import SimpleNamespace

import httpx
import pytest
from tests.logbook import Logbook, logbook

from brightline.api.app import describe
from brightline.ledger.chain import ROTATIONS
from brightline.ledger.publish import write_file
from brightline.ledger.tiles import unbundle


class Web:
    """Asks the application without a server; `raw` are the bytes as they travel."""

    def __init__(self, house: object) -> None:
        self._app = describe(house)  # type: ignore[arg-type]

    def get(self, path: str, **headers: str) -> httpx.Response:
        return asyncio.run(self._get(path, headers))

    async def _get(self, path: str, headers: dict[str, str]) -> httpx.Response:
        transport = httpx.ASGITransport(app=self._app, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://log.example") as client:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            async with client.stream("GET", path, headers=named) as answer:
                self.raw = b"".join([part async for part in answer.aiter_raw()])
            body = gzip.decompress(self.raw) if answer.headers.get("content-encoding") == "gzip" else self.raw
            return httpx.Response(answer.status_code, headers={**answer.headers, "content-encoding": ""}, content=body)


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> tuple[Logbook, Web]:
    """A log that is only read here. Whoever asks a new application waits a second for its routes: one does for all."""
    folder = tmp_path_factory.mktemp("published")
    book = logbook(folder, 5, 300)
    write_file(folder / "log/keys/ledger.vkey", book.vkey.encode() + b"\n")
    write_file(folder / "log" / ROTATIONS, b"")
    write_file(folder / "log/secret", b"no")
    house = SimpleNamespace(tiles=book.tiles, close=lambda: None)
    return book, Web(house)


def test_rule_52_the_public_log_is_served_as_the_specification_says(log: tuple[Logbook, Web]) -> None:
    book, web = log
    checkpoint = web.get("/log/checkpoint")
    assert checkpoint.content == book.tiles.checkpoint()
    assert checkpoint.headers["content-type"] == "text/plain; charset=utf-8"
    assert checkpoint.headers["cache-control"] == "no-cache"
    for path, size in (("tile/0/000", 8192), ("tile/0/001.p/44", 44 * 32), ("tile/1/000.p/1", 32)):
        answer = web.get(f"/log/{path}")
        assert (answer.status_code, len(answer.content)) == (200, size), path
        assert answer.headers["content-type"] == "application/octet-stream"
        assert "immutable" in answer.headers["cache-control"]
        assert int(answer.headers["cache-control"].split("max-age=")[1].split(",")[0]) >= 31_536_000
    leaves = unbundle(web.get("/log/tile/entries/001.p/44").content)
    assert leaves == [m.leaf() for m in book.messages[256:]]
    for path in ("keys/ledger.vkey", ROTATIONS):
        # Keys may be rotated, so nobody is told to keep an old one.
        assert web.get(f"/log/{path}").headers["cache-control"] == "no-cache"


def test_entry_bundles_are_compressed_for_whoever_reads_that(log: tuple[Logbook, Web]) -> None:
    _, web = log
    plain = web.get("/log/tile/entries/000", Accept_Encoding="identity")
    assert web.raw == plain.content
    packed = web.get("/log/tile/entries/000", Accept_Encoding="gzip, identity")
    assert web.raw != packed.content == plain.content
    assert packed.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    "path",
    [
        "secret", "tile/0/000.p/5/", "tile/0/000.p/0", "tile/0/000.p/256", "tile/00/000", "tile/64/000", "tile/0/0",
        "tile/entries/x000", "tile/0/%2e%2e/%2e%2e/secret", "..%2fsecret", "keys/ledger.key", "", "tile/0/000.p/044",
        "tile", "tile/1/001", "tile/entries/999", "checkpoint/", "keys/",
    ],
)  # fmt: skip
def test_nothing_else_is_served(log: tuple[Logbook, Web], path: str) -> None:
    assert log[1].get(f"/log/{path}").status_code == 404
