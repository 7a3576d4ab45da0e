"""What needs no session: health, whether setup waits, the first administrator."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

import brightline
from brightline.api import cookies
from brightline.api.problems import documented
from brightline.api.shapes.ledger import Health
from brightline.api.shapes.session import Setup, SetupDone, State
from brightline.api.visit import Housed
from brightline.stories.signing_in import First

router = APIRouter(tags=["installation"])


def _version(house: Housed, request: Request) -> str:
    """The product's, for a live session. No address is trusted with it: behind a proxy everybody comes from there."""
    token = cookies.token_of(request)
    known = bool(token) and token.isascii() and house.sign_in.lives(token)
    return brightline.__version__ if known else ""


@router.get(
    "/health",
    response_model=Health,
    operation_id="health",
    summary="Do the parts answer",
    responses={503: {"model": Health, "description": "A part doesn't answer."}},
)
def health(house: Housed, request: Request, response: Response) -> Any:
    """For those who start and watch the installation; what the database says of the log, in one word each.

    `ledger`: `starting` until its first checkpoint, `ok`, `alarm` (somebody should look), `failing` (it doesn't go on),
    `stopped` (it hasn't for so long that acts are refused). `worker`: `starting`, `ok`, `failing`.
    `version` is told to whoever is signed in: to a stranger it says which holes to try.
    """
    told = house.pulse()
    ledger, worker = told.get("ledger", "failing"), told.get("worker", "failing")
    fine = bool(told) and ledger not in ("failing", "stopped") and worker != "failing"
    response.status_code = 200 if fine else 503
    return {
        "status": "ok" if fine else "failing",
        "version": _version(house, request) if told else "",
        "installation": house.installation,
        "database": "ok" if told else "failing",
        "ledger": ledger,
        "worker": worker,
        # Told only when it is near: an hour at which nothing will stop says nothing.
        "stops_at": told.get("stops_at") if ledger in ("failing", "stopped") else None,
    }


@router.get(
    "/state",
    response_model=State,
    operation_id="state",
    summary="Does the installation wait for its first administrator",
    responses=documented(503),
)
def state(house: Housed, request: Request) -> Any:
    """With `setup: true` the web application shows the setup page."""
    waits = house.sign_in.setup_waits()
    return {"initialised": not waits, "setup": waits, "version": _version(house, request)}


@router.post(
    "/setup",
    status_code=201,
    response_model=SetupDone,
    operation_id="setup",
    summary="Make the first administrator",
    responses=documented(403, 409, 422, 429, 503),
)
def setup(wanted: Setup, house: Housed) -> Any:
    """Once, with the code that `brightline init` printed. There is no other way to the first account."""
    first = First(
        account=wanted.account,
        title=wanted.title,
        password=wanted.password,
        unit=wanted.unit,
        unit_title=wanted.unit_title,
    )
    return house.sign_in.first_administrator(wanted.code, first)
