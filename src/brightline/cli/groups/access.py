"""session, token, factor, glass: where one is signed in, what acts for one, and a case opened in need."""

from __future__ import annotations

from typing import Annotated

import typer

from brightline.cli.command import Kind, Limit, Offset, Work, command, segment
from brightline.cli.groups.session import secret
from brightline.cli.output import Columns

session = typer.Typer(help="Where you are signed in.", no_args_is_help=True)
token = typer.Typer(help="Service tokens: what a program may do for you, until when.", no_args_is_help=True)
factor = typer.Typer(help="Second factors: one-time codes and keys.", no_args_is_help=True)
glass = typer.Typer(help="Break-glass: read a case of your regime in need, with a second person.", no_args_is_help=True)

Reason = Annotated[str, typer.Option("--reason", help="Why.")]
Request = Annotated[str, typer.Argument(help="G-2026-004711")]

_SESSIONS: Columns = {"Id": "id", "Client": "client", "Opened": "opened", "Seen": "seen", "Expires": "expires"}
_TOKENS: Columns = {
    "Id": "id",
    "Title": "title",
    "Account": "account",
    "Purpose": "purpose",
    "Acts": "acts",
    "Expires": "expires",
    "State": "state",
}
_GLASS: Columns = {
    "Request": "glass",
    "Case": "case",
    "Asked by": "asker",
    "State": "state",
    "Until": "expires",
    "Decided by": "decided_by",
    "Reviewed by": "reviewed_by",
}


def install(app: typer.Typer) -> None:
    """Add the four groups."""
    for group, name in ((session, "session"), (token, "token"), (factor, "factor"), (glass, "glass")):
        app.add_typer(group, name=name)


def _session_list(work: Work, limit: Limit = 50, offset: Offset = 0) -> None:
    """Your live sessions."""
    work.out.listed(work.get("/me/sessions", limit=limit, offset=offset), _SESSIONS)


def _session_end(work: Work, id: Annotated[str, typer.Argument(help="Its id, from the list.")]) -> None:
    """End one of them, at once."""
    work.out.document(work.delete(f"/me/sessions/{segment(id)}"))


def _token_add(
    work: Work,
    acts: Annotated[list[str], typer.Option("--acts", help="An act it may call, such as case_list; may repeat.")],
    purpose: Annotated[str, typer.Option("--purpose", help="The one purpose it works under.", metavar="KEY")],
    expires: Annotated[str, typer.Option("--expires", help="Last moment.", metavar="DATE")],
    title: Annotated[str, typer.Option("--title", help="What it is for.")] = "Service token",
    code: Annotated[str | None, typer.Option("--code", help="A one-time code, instead of the password.")] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read the password from a pipe.")] = False,
) -> None:
    """Make a token for a program. It is printed once; hand it over as BRIGHTLINE_TOKEN. Your password is asked for
    again, or give a code: whoever has your session alone makes none."""
    named = [act.strip() for given in acts for act in given.split(",") if act.strip()]
    shown = {"code": code} if code else {"password": secret("Password: ", password_stdin)}
    body = {"title": title, "acts": named, "purpose": purpose, "expires": expires, **shown}
    work.out.document(work.post("/tokens", body))


def _token_list(work: Work, limit: Limit = 50, offset: Offset = 0) -> None:
    """Your tokens; an administrator sees everybody's."""
    work.out.listed(work.get("/tokens", limit=limit, offset=offset), _TOKENS)


def _token_revoke(work: Work, id: Annotated[str, typer.Argument(help="Its id, from the list.")]) -> None:
    """Revoke a token; its next call is refused."""
    work.out.document(work.delete(f"/tokens/{segment(id)}"))


def _factor_list(work: Work) -> None:
    """Your second factors."""
    work.out.document(
        work.get("/me/factors"),
        lambda found: work.out.table(found["factors"], {"Id": "id", "Kind": "kind", "Title": "title", "Used": "used"}),
    )


def _factor_add(
    work: Work,
    title: Annotated[str, typer.Option("--title", help="What you call it.")] = "Authenticator",
) -> None:
    """Begin to set up an authenticator. Type its secret into the app, then `factor confirm ID CODE`."""
    begun = work.post("/me/factors/totp", {"title": title})
    told = {key: begun[key] for key in ("id", "title", "secret", "address")}
    work.out.document(told)


def _factor_confirm(
    work: Work,
    id: Annotated[str, typer.Argument(help="Id that `factor add` printed.")],
    code: Annotated[str, typer.Argument(help="The six digits that the app shows now.")],
) -> None:
    """Confirm it with its first code. Recovery codes are printed once: keep them on paper."""
    work.out.document(work.post("/me/factors/totp/confirm", {"id": id, "code": code}))


def _factor_end(work: Work, id: Annotated[str, typer.Argument(help="Its id, from the list.")]) -> None:
    """Take a factor away."""
    work.out.document(work.delete(f"/me/factors/{segment(id)}"))


def _factor_reset(
    work: Work, account: Annotated[str, typer.Argument(help="Who lost their factors.")], reason: Reason
) -> None:
    """Take all factors from somebody who lost them; an administrator's act."""
    work.out.document(work.post(f"/accounts/{segment(account)}/factors/reset", {"reason": reason}))


def _glass_ask(work: Work, case: Annotated[str, typer.Argument(help="C-2026-4711")], reason: Reason) -> None:
    """Ask to read a case that you are no member of."""
    work.out.document(work.post("/glass", {"case": case, "reason": reason}))


def _glass_list(
    work: Work,
    state: Annotated[str | None, typer.Option("--state", help="asked, open, denied, ended, expired, lapsed")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """Your requests, and those that wait for you."""
    work.out.listed(work.get("/glass", state=state, limit=limit, offset=offset), _GLASS)


def _glass_approve(
    work: Work,
    number: Request,
    reason: Reason,
    hours: Annotated[int | None, typer.Option("--hours", min=1, max=4, help="For how long; four at most.")] = None,
) -> None:
    """Break the glass for whoever asked; the case's lead and the overseers are told."""
    work.out.document(work.post(f"/glass/{segment(number)}/approve", {"reason": reason, "hours": hours}))


def _glass_deny(work: Work, number: Request, reason: Reason) -> None:
    """Leave it whole."""
    work.out.document(work.post(f"/glass/{segment(number)}/deny", {"reason": reason}))


def _glass_end(work: Work, number: Request) -> None:
    """Close it before its hour."""
    work.out.document(work.post(f"/glass/{segment(number)}/end"))


def _glass_review(
    work: Work, number: Request, review: Annotated[str, typer.Option("--review", help="What you found.")]
) -> None:
    """Review it afterwards, as a third person."""
    work.out.document(work.post(f"/glass/{segment(number)}/review", {"review": review}))


_ASKERS = ("agent", "analyst", "supervisor", "vetter")
command(session, "list", Kind.OPEN)(_session_list)
command(session, "end", Kind.OPEN)(_session_end)
command(token, "add", Kind.OPEN)(_token_add)
command(token, "list", Kind.OPEN)(_token_list)
command(token, "revoke", Kind.OPEN)(_token_revoke)
command(factor, "list", Kind.OPEN)(_factor_list)
command(factor, "add", Kind.OPEN)(_factor_add)
command(factor, "confirm", Kind.OPEN)(_factor_confirm)
command(factor, "end", Kind.OPEN)(_factor_end)
command(factor, "reset", Kind.DESK, "admin")(_factor_reset)
command(glass, "ask", Kind.DESK, *_ASKERS)(_glass_ask)
command(glass, "list", Kind.DESK, "supervisor", "approver", "agent", "analyst", "vetter", "overseer")(_glass_list)
command(glass, "approve", Kind.DESK, "supervisor", "approver")(_glass_approve)
command(glass, "deny", Kind.DESK, "supervisor", "approver")(_glass_deny)
command(glass, "end", Kind.DESK, *_ASKERS, "approver")(_glass_end)
command(glass, "review", Kind.DESK, "supervisor", "approver")(_glass_review)
