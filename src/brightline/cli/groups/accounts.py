"""account, unit, role, authority: the administrator's desk."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from brightline.cli.command import Kind, Limit, Offset, Work, command, segment
from brightline.cli.groups.proposals import told
from brightline.cli.output import Columns
from brightline.cli.users import read_users

account = typer.Typer(help="People who may sign in.", no_args_is_help=True)
unit = typer.Typer(help="Parts of the organisation.", no_args_is_help=True)
role = typer.Typer(help="Who has which role where.", no_args_is_help=True)
group = typer.Typer(help="Groups of a provider that give roles here.", no_args_is_help=True)
authority = typer.Typer(help="Statute sections, their regime and processes.", no_args_is_help=True)

_ACCOUNTS: Columns = {
    "Account": "name",
    "Name": "title",
    "State": "state",
    "Roles": lambda item: [f"{held['unit']}/{held['role']}" for held in item["roles"]],
}
_AUTHORITY: Columns = {
    "Code": "code",
    "Title": "title",
    "Statute": "statute",
    "Regime": "regime",
    "From": "valid_from",
    "To": "valid_to",
}


def install(app: typer.Typer) -> None:
    """Add the five groups."""
    named = {"account": account, "unit": unit, "role": role, "authority": authority, "group": group}
    for name, each in named.items():
        app.add_typer(each, name=name)


def _given(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _account_add(
    work: Work,
    name: Annotated[str, typer.Argument(help="Small letters, digits, dots: dana.whitlock")],
    title: Annotated[str, typer.Option("--title", help="The person's name.")],
    unit: Annotated[str | None, typer.Option("--unit", help="First unit.")] = None,
    role: Annotated[str | None, typer.Option("--role", help="First role there.")] = None,
    supervisor: Annotated[str | None, typer.Option("--supervisor", help="Account of the supervisor.")] = None,
) -> None:
    """Make an account. Its password is printed once and must be changed at the first sign-in."""
    made = work.post("/accounts", _given(name=name, title=title, unit=unit, role=role, supervisor=supervisor))
    work.out.document(made)


def _account_list(
    work: Work,
    unit: Annotated[str | None, typer.Option("--unit")] = None,
    state: Annotated[str | None, typer.Option("--state", help="active or disabled.")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """Accounts: all for administrators, the unit's for supervisors."""
    found = work.get("/accounts", unit=unit, state=state, limit=limit, offset=offset)
    work.out.listed(found, _ACCOUNTS)


def _account_show(work: Work, name: Annotated[str, typer.Argument()]) -> None:
    """An account with its roles."""
    work.out.document(
        work.get(f"/accounts/{segment(name)}"),
        lambda found: work.out.fields(
            found, {**_ACCOUNTS, "Locked until": "locked_until", "Sessions": "sessions", "Cases": "cases"}
        ),
    )


def _account_disable(
    work: Work,
    name: Annotated[str, typer.Argument()],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
) -> None:
    """Disable an account; its sessions end at once."""
    work.out.document(work.post(f"/accounts/{segment(name)}/disable", {"reason": reason}))


def _account_enable(
    work: Work,
    name: Annotated[str, typer.Argument()],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
) -> None:
    """Enable an account again: its roles have to be given anew. A new password is printed once."""
    work.out.document(work.post(f"/accounts/{segment(name)}/enable", {"reason": reason}))


def _account_leavers(work: Work, limit: Limit = 50, offset: Offset = 0) -> None:
    """Lists of leavers that wait for a second person, and those decided."""
    columns: Columns = {"Id": "id", "Accounts": "accounts", "Known": "known", "State": "state", "Asked by": "asked_by"}
    work.out.listed(work.get("/leavers", limit=limit, offset=offset), columns)


def _leavers_approve(
    work: Work,
    id: Annotated[str, typer.Argument(help="Its id, from the list.")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
) -> None:
    """End the accounts of a list that another administrator brought."""
    work.out.document(work.post(f"/leavers/{segment(id)}/approve", {"reason": reason}))


def _leavers_refuse(
    work: Work,
    id: Annotated[str, typer.Argument(help="Its id, from the list.")],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
) -> None:
    """End nobody by it."""
    work.out.document(work.post(f"/leavers/{segment(id)}/refuse", {"reason": reason}))


def _account_reset(work: Work, name: Annotated[str, typer.Argument()]) -> None:
    """Give an account a new password, printed once."""
    work.out.document(work.post(f"/accounts/{segment(name)}/reset"))


def _account_sync(
    work: Work,
    file: Annotated[Path, typer.Argument(help="JSON: [{subject, active, groups}], or a SCIM list of users.")],
    issuer: Annotated[str, typer.Option("--issuer", help="The provider's issuer.")],
    complete: Annotated[bool, typer.Option("--complete", help="Whoever isn't in the file has left.")] = False,
) -> None:
    """Compare with a provider's list: leavers lose sessions, roles and tokens at once; many of them after a second
    person has agreed (account leavers)."""
    body = {"issuer": issuer, "users": read_users(file), "complete": complete}
    work.out.document(work.post("/accounts/sync", body))


def _group_list(work: Work, limit: Limit = 200, offset: Offset = 0) -> None:
    """Which groups of providers give which roles."""
    columns: Columns = {"Id": "id", "Group": "group", "Unit": "unit", "Role": "role", "Issuer": "issuer"}
    work.out.listed(work.get("/groups", limit=limit, offset=offset), columns)


def _group_add(
    work: Work,
    group: Annotated[str, typer.Argument(help="As the provider names it.")],
    unit: Annotated[str, typer.Argument()],
    role: Annotated[str, typer.Argument()],
    issuer: Annotated[str, typer.Option("--issuer", help="The provider's issuer.")],
) -> None:
    """Let a provider's group give a role in a unit."""
    work.out.document(work.post("/groups", {"issuer": issuer, "group": group, "unit": unit, "role": role}))


def _group_end(work: Work, id: Annotated[str, typer.Argument(help="Its id, from the list.")]) -> None:
    """End a mapping, and the roles that it gave."""
    work.out.document(work.delete(f"/groups/{segment(id)}"))


def _unit_add(
    work: Work,
    name: Annotated[str, typer.Argument(help="Small letters, digits, dashes.")],
    title: Annotated[str, typer.Option("--title")],
    parent: Annotated[str | None, typer.Option("--parent")] = None,
    regime: Annotated[str | None, typer.Option("--regime", help="criminal, civil, regulatory or oversight.")] = None,
) -> None:
    """Make a unit."""
    work.out.document(work.post("/units", _given(name=name, title=title, parent=parent, regime=regime)))


def _unit_list(work: Work, limit: Limit = 200, offset: Offset = 0) -> None:
    """Units."""
    columns: Columns = {"Unit": "name", "Title": "title", "Regime": "regime", "Part of": "parent", "State": "state"}
    work.out.listed(work.get("/units", limit=limit, offset=offset), columns)


def _role_add(
    work: Work,
    account: Annotated[str, typer.Argument()],
    unit: Annotated[str, typer.Argument()],
    role: Annotated[str, typer.Argument(help="agent, analyst, supervisor, steward, vetter, approver, overseer, admin")],
    supervisor: Annotated[str | None, typer.Option("--supervisor", help="Account of the supervisor.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="Last day.", metavar="DATE")] = None,
) -> None:
    """Give a role in a unit. A power waits until another person accepts it: see proposal list."""
    body = _given(account=account, unit=unit, role=role, supervisor=supervisor, until=until)
    work.out.document(work.post("/roles", body))


def _role_list(
    work: Work,
    account: Annotated[str | None, typer.Option("--account")] = None,
    unit: Annotated[str | None, typer.Option("--unit")] = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """Roles."""
    columns: Columns = {
        "Account": "account",
        "Unit": "unit",
        "Role": "role",
        "Supervisor": "supervisor",
        "From": "from",
        "To": "to",
    }
    work.out.listed(work.get("/roles", account=account, unit=unit, limit=limit, offset=offset), columns)


def _role_disable(
    work: Work,
    account: Annotated[str, typer.Argument()],
    unit: Annotated[str, typer.Argument()],
    role: Annotated[str, typer.Argument()],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
) -> None:
    """End a role, at once."""
    body = {"account": account, "unit": unit, "role": role, "reason": reason}
    work.out.document(work.post("/roles/end", body))


def _role_due(
    work: Work,
    days: Annotated[int, typer.Option("--days", min=0, max=366, help="How far ahead.")] = 30,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """Roles that you have to confirm; what nobody confirms lapses on its day."""
    columns: Columns = {
        "Account": "account",
        "Unit": "unit",
        "Role": "role",
        "Due": "due",
        "Confirmed": "confirmed",
        "By": "confirmed_by",
        "Lapsed": "lapsed",
    }
    work.out.listed(work.get("/roles/due", days=days, limit=limit, offset=offset), columns)


def _role_confirm(
    work: Work,
    account: Annotated[str, typer.Argument()],
    unit: Annotated[str, typer.Argument()],
    role: Annotated[str, typer.Argument()],
    end: Annotated[bool, typer.Option("--end", help="It isn't needed any more: end it now.")] = False,
    reason: Annotated[str | None, typer.Option("--reason", help="Why it ends.")] = None,
) -> None:
    """Confirm somebody's role for another quarter, or end it."""
    body = {"account": account, "unit": unit, "role": role, "keep": not end, "reason": reason}
    work.out.document(work.post("/roles/confirm", body))


def _authority_add(
    work: Work,
    code: Annotated[str, typer.Argument(help="Small letters, digits, dashes: 18-usc-1956")],
    title: Annotated[str, typer.Option("--title")],
    statute: Annotated[str, typer.Option("--statute", help="As it is cited.")],
    regime: Annotated[str, typer.Option("--regime", help="criminal, civil, regulatory or oversight.")],
    process: Annotated[list[str] | None, typer.Option("--process", help="A permitted process; may repeat.")] = None,
    approver: Annotated[str | None, typer.Option("--approver", help="Role that approves.")] = None,
    valid_from: Annotated[str | None, typer.Option("--from", metavar="DATE")] = None,
    valid_to: Annotated[str | None, typer.Option("--to", metavar="DATE")] = None,
) -> None:
    """Propose an authority; another person accepts it. Its regime can never be changed."""
    body = _given(
        code=code,
        title=title,
        statute=statute,
        regime=regime,
        processes=process,
        approver_role=approver,
        valid_from=valid_from,
        valid_to=valid_to,
    )
    told(work, work.post("/authorities", body))


def _authority_list(work: Work, limit: Limit = 200, offset: Offset = 0) -> None:
    """Authorities."""
    work.out.listed(work.get("/authorities", limit=limit, offset=offset), _AUTHORITY)


def _authority_show(work: Work, code: Annotated[str, typer.Argument()]) -> None:
    """An authority, and how much relies on it."""
    work.out.document(work.get(f"/authorities/{segment(code)}"))


def _authority_disable(
    work: Work,
    code: Annotated[str, typer.Argument()],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
) -> None:
    """Propose to put an authority out of force; another person accepts it."""
    told(work, work.post(f"/authorities/{segment(code)}/disable", {"reason": reason}))


def _authority_extend(
    work: Work,
    code: Annotated[str, typer.Argument()],
    reason: Annotated[str, typer.Option("--reason", help="Why.")],
    until: Annotated[
        str | None, typer.Option("--until", metavar="DATE", help="Its later last day; none without.")
    ] = None,
) -> None:
    """Propose a later last day of an authority, or none; another person accepts it."""
    told(work, work.post(f"/authorities/{segment(code)}/extend", {"valid_to": until, "reason": reason}))


command(account, "add", Kind.DESK, "admin")(_account_add)
command(account, "list", Kind.DESK, "admin", "supervisor", "overseer")(_account_list)
command(account, "show", Kind.DESK, "admin")(_account_show)
command(account, "disable", Kind.DESK, "admin")(_account_disable)
command(account, "enable", Kind.DESK, "admin")(_account_enable)
command(account, "leavers", Kind.DESK, "admin", "overseer")(_account_leavers)
command(account, "leavers-approve", Kind.DESK, "admin", "overseer")(_leavers_approve)
command(account, "leavers-refuse", Kind.DESK, "admin", "overseer")(_leavers_refuse)
command(account, "reset", Kind.DESK, "admin")(_account_reset)
command(account, "sync", Kind.DESK, "admin")(_account_sync)
command(group, "add", Kind.DESK, "admin")(_group_add)
command(group, "list", Kind.DESK, "admin", "supervisor")(_group_list)
command(group, "end", Kind.DESK, "admin")(_group_end)
command(unit, "add", Kind.DESK, "admin")(_unit_add)
command(unit, "list", Kind.OPEN)(_unit_list)
command(role, "add", Kind.DESK, "admin")(_role_add)
command(role, "list", Kind.DESK, "admin", "supervisor", "overseer")(_role_list)
command(role, "due", Kind.DESK, "supervisor", "admin", "overseer")(_role_due)
command(role, "confirm", Kind.DESK, "supervisor", "admin")(_role_confirm)
command(role, "disable", Kind.DESK, "admin")(_role_disable)
command(authority, "add", Kind.DESK, "admin", "steward")(_authority_add)
command(authority, "list", Kind.OPEN)(_authority_list)
command(authority, "show", Kind.OPEN)(_authority_show)
command(authority, "extend", Kind.DESK, "admin", "steward")(_authority_extend)
command(authority, "disable", Kind.DESK, "admin", "steward")(_authority_disable)
