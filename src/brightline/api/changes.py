"""What every request that changes something may carry: a key that makes it once, and the revision that was read.

Both are read in one place (`visit.py`) and kept by the database (`line/sql/31_repeat.sql`, `32_revision.sql`), so they
are described in one place as well, for all operations that aren't readings.
"""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI

from brightline.api.problems import documented

_CHANGING = ("post", "put", "patch", "delete")
PARAMETERS: tuple[dict[str, Any], ...] = (
    {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": "A new random text for each act, such as a UUID. The same act under the same key is done once: "
        "it is answered as the first time for ten minutes, with 409 `repeated` for a day. Another act under it is 409 "
        "`key_reused`.",
        "schema": {"type": "string", "minLength": 8, "maxLength": 200, "pattern": "^[!-~]+$"},
    },
    {
        "name": "X-Seen",
        "in": "header",
        "required": False,
        "description": "The `revision` of the thing as it was read, which every act on a thing that is shown with one "
        "demands. Without it, or where it is another by now, nothing is done: 409 `changed` names what differs.",
        "schema": {"type": "string", "maxLength": 400, "pattern": "^[!-~]+$"},
    },
)


def document(app: FastAPI) -> None:
    """Add both headers to the description of every operation that may change something."""
    plain = app.openapi

    def openapi() -> dict[str, Any]:
        described = plain()
        for operations in described["paths"].values():
            for method in _CHANGING:
                if method in operations:
                    _describe(operations[method])
        return described

    app.openapi = openapi  # type: ignore[method-assign]


def _describe(operation: dict[str, Any]) -> None:
    parameters = operation.setdefault("parameters", [])
    if any(each["name"] == PARAMETERS[0]["name"] for each in parameters):
        return
    parameters.extend(PARAMETERS)
    for status, answer in documented(409, 422).items():
        shown = {key: part for key, part in answer.items() if key != "model"}
        operation["responses"].setdefault(str(status), shown)
