"""What isn't the API: the web application's files, the published log, the page when nothing is built."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from functools import lru_cache
from mimetypes import guess_type
from pathlib import Path

from fastapi import FastAPI, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse, Response

from brightline.api.smaller import accepts
from brightline.api.visit import Housed

STATIC = Path(__file__).parent / "static"
_FOREVER = {"Cache-Control": "public, max-age=31536000, immutable"}
_ALWAYS_ASK = {"Cache-Control": "no-cache"}
_PACKED = frozenset({".css", ".html", ".js", ".json", ".map", ".mjs", ".svg", ".txt", ".wasm", ".webmanifest"})

_NOT_BUILT = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Brightline</title></head>
<body style="font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 4rem auto; padding: 0 1rem">
<h1>The web application isn't built</h1>
<p>The server runs: its API answers under <a href="/api/v1/openapi.json">/api/v1/openapi.json</a>, and the
<code>brightline</code> command works.</p>
<p>To build the web application run <code>make setup</code> in the source folder and load this page again.</p>
</body></html>"""


def install(app: FastAPI, static: Path = STATIC) -> None:
    """Add the routes; they come after the API's, since the last one takes every path that is left."""

    @app.get("/log/{path:path}", include_in_schema=False)
    def log(path: str, request: Request, house: Housed) -> Response:
        found = house.tiles.public(path)
        if found is None:
            raise HTTPException(404)
        if not path.startswith("tile/"):
            # The checkpoint grows, and keys may be rotated.
            return Response(found, media_type="text/plain; charset=utf-8", headers=_ALWAYS_ASK)
        return _tile(path, found, request.headers.get("Accept-Encoding", ""))

    @app.get("/api/{path:path}", include_in_schema=False)
    def unknown(path: str) -> Response:
        raise HTTPException(404)

    @app.get("/{path:path}", include_in_schema=False)
    def page(path: str, request: Request) -> Response:
        return _file(static, path, packed=accepts(request.headers))


def _tile(path: str, found: bytes, accepted: str) -> Response:
    """A tile never changes. Entry bundles are compressed for whoever can read that (c2sp.org/tlog-tiles)."""
    headers = dict(_FOREVER)
    if path.startswith("tile/entries/"):
        headers["Vary"] = "Accept-Encoding"
        if "gzip" in accepted:
            headers["Content-Encoding"] = "gzip"
            found = gzip.compress(found, 6, mtime=0)
    return Response(found, media_type="application/octet-stream", headers=headers)


def _file(static: Path, path: str, *, packed: bool = False) -> Response:
    """A built file, or the application's one page for each of its own addresses."""
    index = static / "index.html"
    if not index.exists():
        return HTMLResponse(_NOT_BUILT, headers=_ALWAYS_ASK)
    wanted = (static / path).resolve()
    if path and wanted.is_file() and wanted.is_relative_to(static.resolve()):
        hashed = "assets" in wanted.relative_to(static.resolve()).parts
        return _sent(wanted, _FOREVER if hashed else _ALWAYS_ASK, packed=packed)
    if path.startswith("assets/"):
        raise HTTPException(404)
    return _sent(index, _ALWAYS_ASK, packed=packed)


def _sent(file: Path, headers: Mapping[str, str], *, packed: bool) -> Response:
    """A file, packed for whoever reads that. Fonts and pictures are packed already."""
    if file.suffix not in _PACKED:
        return FileResponse(file, headers=headers)
    told = {**headers, "Vary": "Accept-Encoding"}
    if not packed:
        return FileResponse(file, headers=told)
    kind = guess_type(file.name)[0] or "text/plain"
    return Response(
        _small(file, file.stat().st_mtime_ns), media_type=kind, headers={**told, "Content-Encoding": "gzip"}
    )


@lru_cache(maxsize=64)
def _small(file: Path, written: int) -> bytes:
    """The file's bytes packed, once for each time it was written."""
    return gzip.compress(file.read_bytes(), 6, mtime=0)
