"""Proposals about what may be seen and about powers: one inbox for those who decide, renewals and ends beside it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from brightline.accounts import commands, queries
from brightline.api.deciding import Decisions
from brightline.api.pages import Paging, page
from brightline.api.problems import documented
from brightline.api.shapes import proposals as shapes
from brightline.api.shapes.common import Listed
from brightline.api.visit import Visiting

router = APIRouter(tags=["proposals"])

Number = Annotated[str, Path(max_length=40, examples=["PR-2026-004711"])]
_READ = documented(401, 403, 404, 422, 503)
_CHANGE = documented(401, 403, 404, 409, 422, 503)


@router.get(
    "/proposals",
    response_model=Listed[shapes.Proposal],
    operation_id="proposal_list",
    summary="Proposals",
    responses=_READ,
)
def proposal_list(
    visit: Visiting,
    paging: Paging,
    state: Annotated[shapes.State | None, Query()] = None,
    kind: Annotated[shapes.Kind | None, Query()] = None,
    waits_for_me: Annotated[bool, Query()] = False,
) -> Any:
    """One's own, those that the desk decides or that are about its unit; overseers see all. Newest first."""
    asked = {"state": state, "kind": kind, "waits_for_me": waits_for_me}
    return page(visit.ask(queries.proposal_list, **asked), "proposals", paging)


@router.get(
    "/proposals/{number}",
    response_model=shapes.Proposal,
    operation_id="proposal_show",
    summary="A proposal",
    responses=_READ,
)
def proposal_show(number: Number, visit: Visiting) -> Any:
    """With the terms that will hold, word for word."""
    return visit.ask(queries.proposal_show, number)


_on_proposal = Decisions(router, "/proposals/{number}", Number, shapes.Proposal, "proposal")
_on_proposal.add(
    "accept",
    commands.proposal_accept,
    "Accept a proposal",
    "Never its author or whom it would empower, nor anybody who made, empowered or reset them lately (403 `hands`)."
    " What widens sight holds when the notice to overseers is over; what ends or gives powers holds at once.",
)
_on_proposal.add("refuse", commands.proposal_refuse, "Refuse a proposal", "By whoever could accept it.")
_on_proposal.add(
    "withdraw",
    commands.proposal_withdraw,
    "Withdraw a proposal before it holds",
    "Its author; whoever may decide it, one that waits for its day.",
)


@router.post(
    "/authorities/{code}/extend",
    status_code=201,
    response_model=shapes.Proposal,
    operation_id="authority_extend",
    summary="Propose a later last day of an authority",
    responses=_CHANGE,
)
def authority_extend(
    code: Annotated[str, Path(max_length=100, examples=["18-usc-1956"])],
    wanted: shapes.AuthorityExtended,
    visit: Visiting,
) -> Any:
    """Also for one that has run out."""
    return visit.ask(commands.authority_extend, authority=code, **wanted.model_dump(mode="json"))


@router.post(
    "/agreements/{id}/extend",
    status_code=201,
    response_model=shapes.Proposal,
    operation_id="agreement_extend",
    summary="Propose a later last day of an agreement",
    responses=_CHANGE,
)
def agreement_extend(
    id: Annotated[str, Path(max_length=200)], wanted: shapes.AgreementExtended, visit: Visiting
) -> Any:
    """The same terms for longer. Other terms are another agreement: renew the source."""
    return visit.ask(commands.agreement_extend, id=id, **wanted.model_dump(mode="json"))


@router.post(
    "/sources/{name}/renew",
    status_code=201,
    response_model=shapes.Proposal,
    operation_id="source_renew",
    summary="Propose a further agreement or assessment of a source",
    responses=_CHANGE,
)
def source_renew(
    name: Annotated[str, Path(max_length=100, examples=["harbour-register"])],
    wanted: shapes.SourceRenewed,
    visit: Visiting,
) -> Any:
    """By a steward of the custodian, or of a unit of no regime."""
    return visit.ask(commands.source_renew, name=name, **wanted.model_dump(exclude_none=True, mode="json"))
