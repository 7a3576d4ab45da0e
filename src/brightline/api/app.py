"""The application: routers, the map of errors, the guard around them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
from pathlib import Path

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from brightline.api import changes, problems, web
from brightline.api.guard import Guard, Limits
from brightline.api.lane import Lane
from brightline.api.routers import (
    access,
    accounts,
    analysis,
    bulk,
    cases,
    casework,
    crossings,
    disclosures,
    documents,
    feeds,
    leads,
    ledger,
    links,
    notices,
    operations,
    oversight,
    proposals,
    public,
    resolution,
    restrictions,
    retention,
    rulebook,
    search,
    session,
    warehouse,
)
from brightline.api.shapes.ledger import Health
from brightline.api.smaller import Smaller
from brightline.api.threshold import Threshold
from brightline.wiring.objects import House

PREFIX = "/api/v1"
_ABOUT = """Case files, a warehouse, search and link analysis for investigators. Every act has a purpose, and an
entry in a log that shows later changes.

Sign in with `POST /api/v1/session`. Send `X-Purpose` (a case such as `C-2026-4711`, `C-2026-4711@CODE`, a desk such
as `fraud/agent`, an oversight task such as `audit/overseer`) and, where you read content, `X-Inquiry` (from
`POST /api/v1/inquiries`). Each recorded act answers with `X-Entry` and `X-Receipt`: keep a receipt, and nobody can
drop the entry without your being able to show it. Under an inquiry `X-Acts-Left` says how many acts it has left.

What changes something takes `Idempotency-Key`: sent twice, it is done once. What is decided or changed is shown with a
`revision`; sent back as `X-Seen`, it makes sure that nobody has changed it since (409 `changed`).

Errors are `application/problem+json` (RFC 9457)."""

# An explicit list: a test compares it with the folder.
ROUTERS = (
    session,
    access,
    search,
    links,
    analysis,
    bulk,
    resolution,
    cases,
    casework,
    documents,
    crossings,
    leads,
    disclosures,
    operations,
    feeds,
    accounts,
    proposals,
    notices,
    ledger,
    warehouse,
    oversight,
    retention,
    restrictions,
    rulebook,
)


def create_app(
    house: House, *, limits: Limits | None = None, lane: Lane | None = None, static: Path = web.STATIC
) -> ASGIApp:
    """The whole web door for one house, guarded."""
    return Guard(Smaller(Threshold(describe(house, static=static), house, lane=lane)), limits=limits or Limits())


def describe(house: House | None = None, *, static: Path = web.STATIC) -> FastAPI:
    """The application without its guard; without a house it can only be described (OpenAPI)."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        if house is not None:
            house.federation.start()
        yield
        if house is not None:
            house.close()

    app = FastAPI(
        title="Brightline",
        # The API's own; the product's is for who is signed in (routers/public.py).
        version="1",
        description=_ABOUT,
        openapi_url=f"{PREFIX}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
    )
    app.state.house = house
    changes.document(app)
    problems.install(app)
    app.add_api_route("/health", public.health, include_in_schema=False, methods=["GET"], response_model=Health)
    app.router.routes.extend(_rooms().routes)
    web.install(app, static)
    return app


@cache
def _rooms() -> APIRouter:
    """All routers under the prefix. FastAPI works out each route at the first request, which takes a second or two.

    They know of no application, so all of a process share them: an application for each door of the tests would do
    that work again.
    """
    rooms = APIRouter()
    for room in (public, *ROUTERS):
        rooms.include_router(room.router, prefix=PREFIX)
    return rooms
