"""The reference of the HTTP API, written from the code: `python -m brightline.api.reference`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from brightline.api.app import describe

PAGE = Path("docs/reference/api.md")
_HEAD = """# HTTP API

Written from the code by `python -m brightline.api.reference`; a test holds the two together. The exact shapes are the
OpenAPI document that a running server gives out at `/api/v1/openapi.json`, and that
`python -m brightline.api.reference --openapi FILE` writes without one.

- **Signing in.** `POST /api/v1/session` sets a cookie that scripts can't read (HttpOnly, SameSite=Strict) or gives a
  token for `Authorization: Bearer`. With the cookie, every unsafe method needs `X-Brightline: 1` and our own origin.
- **Working context.** `X-Purpose` names the case, desk or oversight task; `X-Inquiry` the open inquiry.
- **What was recorded.** `X-Entry` is the ledger entry of the act, `X-Receipt` its signed receipt
  (`brightline ledger verify --receipt`), `X-Acts-Left` how many acts the inquiry has left, `X-Request-Id` what to quote
  when something went wrong.
- **Errors** are `application/problem+json` (RFC 9457): `type`, `title`, `status`, `detail`, `hint`, `code`,
  `request_id`, `entry` where a refusal was recorded, `field` where one is at fault.
- **Lists** take `limit` and `offset` and answer `items`, `total`, `limit`, `offset`, `more`.
- **Public**: `/health`, and the published log under `/log/` (`/log/checkpoint`, `/log/tile/…`, C2SP tlog-tiles).
"""


@cache
def document() -> dict[str, Any]:
    """The OpenAPI document, which takes seconds to make: once in a process."""
    return describe().openapi()


def document_text() -> str:
    """As it is kept in a file."""
    return json.dumps(document(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def page() -> str:
    """The reference page."""
    whole = document()
    parts = [_HEAD]
    for tag, rows in _by_tag(whole).items():
        parts.append(f"\n## {tag.capitalize()}\n")
        parts += [part for row in rows for part in _operation(*row)]
    return "\n".join(parts).rstrip() + "\n"


def _by_tag(whole: dict[str, Any]) -> dict[str, list[tuple[str, str, dict[str, Any]]]]:
    found: dict[str, list[tuple[str, str, dict[str, Any]]]] = {}
    for path, methods in whole["paths"].items():
        for method, operation in methods.items():
            found.setdefault(operation["tags"][0], []).append((method.upper(), path, operation))
    return found


def _operation(method: str, path: str, operation: dict[str, Any]) -> Iterator[str]:
    yield f"### {method} {path}\n"
    yield f"**{operation['summary']}** (`{operation['operationId']}`). {_line(operation.get('description', ''))}\n"
    asked = [part for part in operation.get("parameters", []) if part["in"] == "query"]
    if asked:
        yield "Query: " + ", ".join(f"`{part['name']}`{'' if part.get('required') else '?'}" for part in asked) + "\n"
    for kind, body in operation.get("requestBody", {}).get("content", {}).items():
        yield f"Body ({kind}): `{_shape(body['schema'])}`\n"
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            shapes = [_shape(content.get("schema", {})) for content in answer.get("content", {}).values()]
            yield f"Answer {status}: `{' or '.join(shapes) or 'nothing'}`\n"
    refusals = [status for status in operation["responses"] if not status.startswith("2")]
    if refusals:
        yield f"Errors: {', '.join(refusals)}\n"


def _line(text: str) -> str:
    return " ".join(text.split())


def _shape(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"]).rsplit("/", 1)[-1]
    return str(schema.get("title") or schema.get("type") or "bytes")


def main() -> None:
    """Write the page, say with --check whether it is current, or write the OpenAPI document."""
    parser = argparse.ArgumentParser(prog="python -m brightline.api.reference")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--openapi", type=Path, metavar="FILE")
    wanted = parser.parse_args()
    if wanted.check:
        raise SystemExit(0 if PAGE.exists() and PAGE.read_text() == page() else 1)
    if wanted.openapi:
        wanted.openapi.write_text(document_text())
        return
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page())


if __name__ == "__main__":
    main()
