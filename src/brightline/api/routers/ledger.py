"""The ledger: its state for everybody, its entries for overseers, proofs and exports."""

from __future__ import annotations

import time
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Response
from fastapi.responses import StreamingResponse

from brightline.api.pages import Paging
from brightline.api.problems import documented
from brightline.api.shapes import ledger as shapes
from brightline.api.shapes.common import Listed
from brightline.api.visit import Inquiring, Visiting
from brightline.ledger import proof
from brightline.ledger.checkpoint import open_checkpoint
from brightline.ledger.keys import load_verifier
from brightline.ledger.note import Verifier
from brightline.model.errors import NotRunning
from brightline.stories.exporting import export_archive
from brightline.wiring.objects import House

router = APIRouter(prefix="/ledger", tags=["ledger"])

_READ = documented(401, 403, 404, 422, 503)
_PATIENCE = 5.0
Text = Annotated[str | None, Query(max_length=200)]


def _key(house: House) -> Verifier:
    path = house.ledger / "keys" / "ledger.vkey"
    if not path.exists():
        raise NotRunning("The ledger has no checkpoint yet.", hint="Is the worker running? See `brightline status`.")
    return load_verifier(path)


@router.get(
    "/status",
    response_model=shapes.LedgerStatus,
    operation_id="ledger_status",
    summary="How far the log is integrated and signed",
    responses=documented(401, 503),
)
def ledger_status(visit: Visiting) -> Any:
    """For everybody who is signed in."""
    return visit.run("ledger_status")


@router.get(
    "/entries",
    response_model=Listed[shapes.EntryRow],
    operation_id="ledger_entries",
    summary="Entries, for overseers",
    responses=_READ,
)
def ledger_entries(visit: Visiting, wanted: Annotated[shapes.EntriesQuery, Query()]) -> Any:
    """Newest first, under an oversight purpose. Reading the log is itself an entry (rule 17)."""
    return visit.run("ledger_entries", wanted.model_dump(mode="json", by_alias=True))


@router.get(
    "/entries/{entry}",
    response_model=shapes.Entry,
    operation_id="ledger_entry_show",
    summary="An entry with head and body",
    responses=_READ,
)
def ledger_entry_show(entry: UUID, visit: Inquiring) -> Any:
    """The body names people and words: reading it needs a stated reason."""
    return visit.run("ledger_entry_show", {"entry": str(entry)})


@router.get(
    "/who-saw/{id}",
    response_model=Listed[shapes.EntryRow],
    operation_id="ledger_who_saw",
    summary="Who looked at this",
    responses=_READ,
)
def ledger_who_saw(
    id: Annotated[str, Path(max_length=200)],
    visit: Inquiring,
    paging: Paging,
    since: Annotated[datetime | None, Query(alias="from")] = None,
    until: Annotated[datetime | None, Query(alias="to")] = None,
) -> Any:
    """Every act whose answer showed the entity, newest first."""
    return visit.run("ledger_who_saw", {"entity": id, **_span(since, until), **paging.params()})


@router.post(
    "/who-asked",
    response_model=Listed[shapes.AskedRow],
    operation_id="ledger_who_asked",
    summary="Who asked for a name or a number",
    responses=_READ,
)
def ledger_who_asked(wanted: shapes.AskedQuery, visit: Inquiring) -> Any:
    """Every question that held these words, in any order and without regard to accents and case, or this number however
    it was spaced; with and without hits, refused ones too. A long log may need a narrower period (`too_slow`).
    The words come in the body and stand in no address."""
    return visit.run("ledger_who_asked", wanted.model_dump(mode="json", by_alias=True))


@router.get(
    "/inquiries",
    response_model=Listed[shapes.InquiryRow],
    operation_id="ledger_inquiries",
    summary="Inquiries with their reasons, for overseers",
    responses=_READ,
)
def ledger_inquiries(
    visit: Visiting,
    paging: Paging,
    account: Text = None,
    unit: Text = None,
    purpose: Text = None,
    sample: Annotated[int | None, Query(ge=1, le=200, description="So many at random.")] = None,
) -> Any:
    """What people said they looked for, to be judged against what they did."""
    wanted = {"account": account, "unit": unit, "purpose": purpose, "sample": sample, **paging.params()}
    return visit.run("ledger_inquiries", wanted)


@router.get(
    "/proof/{index}",
    response_model=shapes.Proof,
    operation_id="ledger_proof",
    summary="That an entry is in the signed tree",
    responses=documented(401, 422, 503),
)
def ledger_proof(index: Annotated[int, Path(ge=0, lt=2**53)], visit: Visiting) -> Any:
    """An inclusion proof after RFC 6962 with the checkpoint that it leads to; any such tool can check it."""
    visit.run("ledger_status")
    return proof.inclusion(visit.house.tiles, _key(visit.house), index)


@router.post(
    "/checkpoint",
    response_model=shapes.Checkpoint,
    operation_id="ledger_checkpoint",
    summary="Sign a checkpoint now",
    responses=documented(401, 403, 503),
)
def ledger_checkpoint(visit: Visiting) -> Any:
    """Asks the sequencer and waits a few seconds for it; answers the newest checkpoint."""
    before = _newest(visit.house)
    visit.run("ledger_checkpoint")
    until = time.monotonic() + _PATIENCE
    while time.monotonic() < until and _newest(visit.house) == before:
        time.sleep(0.1)
    note = _newest(visit.house)
    if note is None:
        raise NotRunning("The sequencer made no checkpoint.", hint="Is the worker running? See `brightline status`.")
    head = open_checkpoint(note, _key(visit.house))
    size, root = note.decode().split("\n")[1:3]
    return {"size": int(size), "root": root, "origin": head.origin, "note": note.decode()}


@router.get(
    "/export",
    response_class=Response,
    operation_id="ledger_export",
    summary="The whole log, to be verified elsewhere",
    responses={200: {"content": {"application/gzip": {}}, "description": "A tar archive."}, **_READ},
)
def ledger_export(visit: Inquiring) -> StreamingResponse:
    """Tiles, heads, bodies, checkpoints and public keys; `brightline ledger verify` needs nothing else."""
    archive = visit.ask(export_archive, visit.house.tiles)
    headers = {**visit.stamps(), "Content-Disposition": "attachment; filename=brightline-ledger.tar.gz"}
    return StreamingResponse(archive, media_type="application/gzip", headers=headers)


def _newest(house: House) -> bytes | None:
    path = house.ledger / "checkpoint"
    return path.read_bytes() if path.exists() else None


def _span(since: datetime | None, until: datetime | None) -> dict[str, str | None]:
    return {
        "from": since.isoformat() if since else None,
        "to": until.isoformat() if until else None,
    }
