"""What changes accounts, units, roles, authorities and sources. Each call is one act, entered in the ledger.

Passwords end here: what goes on to the database is a verifier or a proof (see `passwords`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from brightline.accounts import passwords
from brightline.gate import Answer, Call, Gate
from brightline.model.errors import BadInput


def inquiry_open(
    gate: Gate, call: Call, *, purpose: str, reason: str, aim: str | None = None, prompt: str | None = None
) -> Answer:
    """Open an inquiry under `purpose`: {id, purpose, reason, aim, prompt, opened, expires, acts_left, acts_max}.

    Rule 40 judges the reason. `aim` is the kind of act; `prompt` the version of the question that the person read:
    Conflict (`prompt`) when it reads otherwise by now. The question goes into the entry, word for word.
    """
    told = {"reason": reason, "aim": aim, "prompts": {"inquiry": prompt} if prompt else None}
    return gate.run(replace(call, purpose=purpose, inquiry=None), "inquiry_open", _told(told))


def account_add(gate: Gate, call: Call, *, name: str, password: str | None = None, **details: Any) -> Answer:
    """Make an account; details are title, unit, role, supervisor, authority. Without a password one is made.

    A made password stands in the answer (`password`), nowhere else. Whichever it is, it must be changed before anything
    else can be done with it.
    """
    given = password or passwords.generate()
    made = passwords.new_verifier(given, account=name)
    params = {"name": name, **_told(details), **_secret(made)}
    answer = gate.run(call, "account_add", params)
    return answer if password else replace(answer, result={**answer.result, "password": given})


def account_reset(gate: Gate, call: Call, *, name: str) -> Answer:
    """Give an account a new one-time password; its sessions end."""
    given = passwords.generate()
    answer = gate.run(call, "account_reset", {"name": name, **_secret(passwords.new_verifier(given, account=name))})
    return replace(answer, result={**answer.result, "password": given})


def account_disable(gate: Gate, call: Call, *, name: str, reason: str) -> Answer:
    """End an account: no session, role or membership of it outlives this call (rule 32)."""
    return gate.run(call, "account_disable", {"name": name, "reason": reason})


def account_enable(gate: Gate, call: Call, *, name: str, reason: str) -> Answer:
    """Let a disabled account live again, with a new one-time password; none where a provider vouches for it."""
    given = passwords.generate()
    params = {"name": name, "reason": reason, **_secret(passwords.new_verifier(given, account=name))}
    answer = gate.run(call, "account_enable", params)
    return answer if answer.result["federated"] else replace(answer, result={**answer.result, "password": given})


def leavers_decide(gate: Gate, call: Call, id: str, *, approve: bool, reason: str) -> Answer:
    """End the accounts that a provider's list names no more, or leave them."""
    return gate.run(call, "account_leavers_decide", {"leavers": id, "approve": approve, "reason": reason})


def password_change(gate: Gate, call: Call, *, account: str, old: str, new: str) -> Answer:
    """Change one's own password; every session ends, this one too."""
    if old == new:
        raise BadInput("new", "is the old password", "Take another one.")
    made = passwords.new_verifier(new, account=account)
    return gate.run(call, "password_change", {"attempt": _shown(gate, call, old, None), **_secret(made)})


def token_add(gate: Gate, call: Call, *, password: str | None = None, code: str | None = None, **wanted: Any) -> Answer:
    """Make a service token: title, acts, purpose, expires. The password or a code is shown once more for it."""
    shown = {"attempt": _shown(gate, call, password, code)} if password or code else {}
    return gate.run(call, "token_add", {**_told(wanted), **shown})


def _shown(gate: Gate, call: Call, password: str | None, code: str | None) -> str:
    """An attempt, committed by a call of its own before anything is compared with it."""
    if code:
        given = {"code": code}
    else:
        challenge = gate.run(call, "password_challenge").result
        given = {"proof": passwords.proof(password or "", challenge).hex()}
    return str(gate.run(call, "proof_show", given).result["attempt"])


def unit_add(gate: Gate, call: Call, **unit: Any) -> Answer:
    """Make a unit: name, title, parent, regime, contact."""
    return gate.run(call, "unit_add", _told(unit))


def role_grant(gate: Gate, call: Call, **grant: Any) -> Answer:
    """Give a role: account, unit, role, supervisor, authority, until. Its desk `<unit>/<role>` comes with it."""
    return gate.run(call, "role_grant", _told(grant))


def role_revoke(gate: Gate, call: Call, *, account: str, unit: str, role: str, reason: str) -> Answer:
    """Take a role; the next call at its desk is refused."""
    return gate.run(call, "role_revoke", {"account": account, "unit": unit, "role": role, "reason": reason})


def authority_add(gate: Gate, call: Call, **authority: Any) -> Answer:
    """Propose a statute section: authority (its code), title, regime, statute, processes, approver_role, validity."""
    return gate.run(call, "authority_add", _told(authority))


def authority_disable(gate: Gate, call: Call, *, authority: str, reason: str) -> Answer:
    """Propose that it ends; once accepted, every purpose under it stops at its next call."""
    return gate.run(call, "authority_disable", {"authority": authority, "reason": reason})


def source_add(gate: Gate, call: Call, source: Mapping[str, Any]) -> Answer:
    """Propose a source with its agreement and assessment, from its own words or from those of a feed.yml."""
    return gate.run(call, "source_add", source_params(source))


def source_renew(gate: Gate, call: Call, *, name: str, **terms: Any) -> Answer:
    """Propose a further agreement or assessment for a source that is there: agreement, assessment, reason."""
    return gate.run(call, "source_renew", {"name": name, **_told(terms)})


def agreement_expire(gate: Gate, call: Call, *, id: str, reason: str) -> Answer:
    """Propose to end an agreement before its day; once accepted, what rests on it alone is hidden at the next call."""
    return gate.run(call, "agreement_expire", {"id": id, "reason": reason})


def agreement_extend(gate: Gate, call: Call, *, id: str, expires: str, reason: str) -> Answer:
    """Propose a later last day of an agreement; its terms stay."""
    return gate.run(call, "agreement_extend", {"id": id, "expires": expires, "reason": reason})


def authority_extend(gate: Gate, call: Call, *, authority: str, reason: str, valid_to: str | None = None) -> Answer:
    """Propose a later last day of an authority, or none."""
    return gate.run(call, "authority_extend", _told({"authority": authority, "valid_to": valid_to, "reason": reason}))


def proposal_accept(gate: Gate, call: Call, proposal: str, *, reason: str) -> Answer:
    """Accept what another person proposed. What widens sight waits for the notice, all else holds at once."""
    return gate.run(call, "proposal_accept", {"proposal": proposal, "reason": reason})


def proposal_refuse(gate: Gate, call: Call, proposal: str, *, reason: str) -> Answer:
    """Refuse it; it stays on record."""
    return gate.run(call, "proposal_refuse", {"proposal": proposal, "reason": reason})


def proposal_withdraw(gate: Gate, call: Call, proposal: str, *, reason: str) -> Answer:
    """Take it back before it holds."""
    return gate.run(call, "proposal_withdraw", {"proposal": proposal, "reason": reason})


_SOURCE = (
    "name",
    "publisher",
    "reliability",
    "authority",
    "custodian_unit",
    "pointer_tier",
    "agreement",
    "assessment",
)


def source_params(given: Mapping[str, Any]) -> dict[str, Any]:
    """The parameters of source_add from a flat description or a feed.yml, whose `source` is a block of its own."""
    block = given.get("source")
    flat = {**given, **block} if isinstance(block, Mapping) else dict(given)
    agreement = flat.get("agreement")
    if isinstance(agreement, Mapping) and "pointer_tier" in agreement:
        flat.setdefault("pointer_tier", agreement["pointer_tier"])
    taken = {key: _plain(flat[key]) for key in _SOURCE if flat.get(key) is not None}
    return {"title": flat.get("title") or flat.get("name"), **taken}


def _plain(value: Any) -> Any:
    """Dates as YAML reads them, as the text that JSON has for them."""
    if isinstance(value, Mapping):
        return {key: _plain(part) for key, part in value.items()}
    return value.isoformat() if hasattr(value, "isoformat") else value


def _told(given: Mapping[str, Any]) -> dict[str, Any]:
    return {key: _plain(value) for key, value in given.items() if value is not None}


def _secret(made: passwords.Verifier) -> dict[str, Any]:
    return {"verifier": made.verifier.hex(), "kdf": dict(made.kdf)}
