"""login, logout, whoami, inquiry."""

from __future__ import annotations

import getpass
import sys
from contextlib import suppress
from typing import Annotated, Any

import typer

from brightline.cli import tokens
from brightline.cli.command import Kind, Work, command
from brightline.cli.output import Columns
from brightline.model.errors import BadInput, BrightlineError

inquiry = typer.Typer(help="State once why you look; what follows inherits it.", no_args_is_help=True)


def install(app: typer.Typer) -> None:
    """Add the commands that stand at the top level."""
    command(app, "login", Kind.OPEN)(login)
    command(app, "logout", Kind.OPEN)(logout)
    command(app, "whoami", Kind.OPEN)(whoami)
    app.add_typer(inquiry, name="inquiry")


def login(
    work: Work,
    account: Annotated[str | None, typer.Option("--account", help="Account name; asked for when left out.")] = None,
    password_stdin: Annotated[bool, typer.Option("--password-stdin", help="Read passwords from a pipe.")] = False,
    new_password: Annotated[bool, typer.Option("--new-password", help="Change the password at once.")] = False,
    print_token: Annotated[bool, typer.Option("--print-token", help="Print the token instead of keeping it.")] = False,
    code: Annotated[str | None, typer.Option("--code", help="Code of your second factor, or a recovery code.")] = None,
) -> None:
    """Sign in. The token is kept in a file that only you can read."""
    name = account or _ask("Account: ")
    password = secret("Password: ", password_stdin)
    opened = _second(work, _opened(work, name, password), code)
    if new_password:
        opened = _changed(work, opened, password, secret("New password: ", password_stdin))
        opened = _second(work, opened, None)
    if print_token:
        work.out.document(opened, lambda found: print(found["token"]))
        return
    _end_former(work)
    place = tokens.keep(work.url, opened["token"], opened["account"])
    told = {key: opened[key] for key in ("account", "expires", "must_change", "waits")} | {"kept": str(place)}
    work.out.document(told, lambda found: _welcome(work, found))


def _end_former(work: Work) -> None:
    """The file keeps one token. The session of the one before would stay open and be nobody's any more."""
    former = tokens.kept(work.url)
    if former:
        with suppress(BrightlineError):
            work.client.send("DELETE", "/session", headers={"Authorization": f"Bearer {former}"})


def _opened(work: Work, name: str, password: str) -> dict[str, Any]:
    body = {"account": name, "password": password, "cookie": False}
    found: dict[str, Any] = work.client.send("POST", "/session", json=body)
    return found


def _second(work: Work, opened: dict[str, Any], code: str | None) -> dict[str, Any]:
    """The second step, where the account has one."""
    if opened.get("waits") != "second":
        return opened
    if code is None and not sys.stdin.isatty():
        raise BadInput("--code", "is missing: this account has a second factor.", "Give the code that is shown now.")
    given = (code or input("Code: ")).strip()
    kind = "totp" if given.isdigit() and len(given) == 6 else "recovery"
    bearer = {"Authorization": f"Bearer {opened['token']}"}
    found: dict[str, Any] = work.client.send(
        "POST", "/session/second", json={"kind": kind, "code": given}, headers=bearer
    )
    return found


def _changed(work: Work, opened: dict[str, Any], old: str, new: str) -> dict[str, Any]:
    """Every session ends with the old password, so a new one is opened with the new."""
    bearer = {"Authorization": f"Bearer {opened['token']}"}
    work.client.send("POST", "/session/password", json={"old": old, "new": new}, headers=bearer)
    return _opened(work, opened["account"], new)


def _welcome(work: Work, told: dict[str, Any]) -> None:
    if told["waits"] == "enrol":
        work.out.say("Your role needs a second factor. Set one up now: brightline factor add")
    work.out.say(f"Signed in as {told['account']} until {told['expires'][:16].replace('T', ' ')} UTC.")
    if told["must_change"]:
        work.out.say("Somebody else knows this password. Change it: brightline login --new-password")


def logout(work: Work) -> None:
    """End the session, here and on the server."""
    if work.client.signed_in:
        work.delete("/session")
    tokens.forget(work.url)
    work.out.document({"signed_in": False}, lambda _: work.out.say("Signed out."))


def whoami(work: Work) -> None:
    """Your account, your roles, and what you may work under."""
    work.out.document(work.me(), lambda me: _people(work, me))


def _people(work: Work, me: dict[str, Any]) -> None:
    work.out.say(f"{me['title'] or me['account']} ({me['account']})", style="bold")
    work.out.table(me["roles"], {"Unit": "unit_title", "Role": "role", "Supervisor": "supervisor"})
    work.out.say("")
    columns: Columns = {"Purpose": "key", "Kind": "kind", "Title": "title", "Regime": "regime", "Authority": "statute"}
    work.out.table(me["purposes"], columns, title="You may work under")


def _open(
    work: Work,
    reason: Annotated[
        str | None, typer.Option("--reason", help="One sentence of your own; asked for without it.")
    ] = None,
    purpose: Annotated[str | None, typer.Option("--purpose", help="Case to work under.", metavar="CASE")] = None,
    aim: Annotated[str | None, typer.Option("--aim", help="The kind of act: identify, locate, connect …")] = None,
) -> None:
    """Open an inquiry. Hand its id on with BRIGHTLINE_INQUIRY."""
    key = purpose or work.settings.purpose
    if not key:
        raise BadInput("--purpose", "is missing.", "Name the case to work under.")
    work.me()
    body = {"purpose": key, "reason": reason, "aim": aim} if reason else {"purpose": key, "aim": aim, **_asked(work)}
    opened = work.client.send("POST", "/inquiries", json=body)
    work.out.document(opened, lambda found: _hand_on(work, found))


def _asked(work: Work) -> dict[str, str]:
    """The reason, asked for in the words that the entry will keep; which version they were goes back with it."""
    if not sys.stdin.isatty():
        raise BadInput("--reason", "is missing.", "Say in one sentence why you work under this purpose now.")
    found = work.client.send("GET", "/prompts")
    question = next(one for one in found["prompts"] if one["name"] == "inquiry")
    return {"reason": _ask(question["text"]), "prompt": question["version"]}


def _hand_on(work: Work, opened: dict[str, Any]) -> None:
    until = f"until {opened['expires'][:16].replace('T', ' ')} UTC, for {opened['acts_max']} acts at most"
    work.out.say(f"Inquiry {opened['id']} is open {until}. For what follows in this shell:")
    work.out.say(f"export BRIGHTLINE_PURPOSE={opened['purpose']} BRIGHTLINE_INQUIRY={opened['id']}")


command(inquiry, "open", Kind.OPEN)(_open)


def _ask(words: str) -> str:
    if not sys.stdin.isatty():
        raise BadInput("--account", "is missing.", "Name it: brightline login --account NAME.")
    return input(words).strip()


def secret(words: str, from_pipe: bool) -> str:
    """A password: from the terminal, unseen, or the next line of a pipe."""
    if from_pipe:
        return sys.stdin.readline().rstrip("\n")
    if not sys.stdin.isatty():
        raise BadInput("--password-stdin", "is needed where there is no terminal.", "Pipe the password in.")
    return getpass.getpass(words)
