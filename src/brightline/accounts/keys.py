"""Security keys and passkeys as a second factor (WebAuthn): options for the browser, and its answers checked.

Challenges come from the database and serve once there; the signature and the counter are judged there too, so that
this process can't say of itself that a key was shown. What is checked here is what the database doesn't know: the
origin and the relying party in what the key signed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import base64url_to_bytes, options_to_json_dict
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import PublicKeyCredentialDescriptor

from brightline.gate import Answer, Call, Gate
from brightline.model.errors import BadInput, Conflict

NAME = "Brightline"
_FORM = "Send what navigator.credentials gave, as its toJSON() says it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the browser stands: the relying party's id (a host name) and the origin, scheme and port with it."""

    rp: str
    origin: str


def place(public_url: str, scheme: str, host: str) -> Place:
    """The installation's own address; without one that has TLS, only this machine under the name localhost.

    An address of numbers can't have keys, and a name that a request merely claims must not.
    """
    if public_url.startswith("https://"):
        return Place(rp=urlsplit(public_url).hostname or "", origin=public_url)
    if urlsplit(f"//{host}").hostname == "localhost":
        return Place(rp="localhost", origin=f"{scheme}://{host}")
    raise Conflict(
        "Keys belong to a host name, and this installation has none here.",
        hint="Set BRIGHTLINE_PUBLIC_URL to its https address; on one machine alone open http://localhost.",
        code="no_host_name",
    )


def begin(gate: Gate, call: Call, *, title: str, at: Place) -> Answer:
    """Begin to set up a key: the answer is what navigator.credentials.create takes as `publicKey`, in JSON."""
    answer = gate.run(call, "factor_webauthn_begin", {"title": title})
    told = answer.result
    options = webauthn.generate_registration_options(
        rp_id=at.rp,
        rp_name=NAME,
        user_name=told["name"],
        user_display_name=told["title"],
        user_id=hashlib.sha256(str(told["user"]).encode()).digest(),
        challenge=bytes.fromhex(told["challenge"]),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=bytes.fromhex(one)) for one in told["known"]],
    )
    return Answer(result=options_to_json_dict(options), receipt=answer.receipt)


def confirm(gate: Gate, call: Call, *, credential: Mapping[str, Any], at: Place) -> Answer:
    """Set the key up, when its answer holds for this origin: {id, kind, title, made, recovery_codes}."""
    challenge = challenge_of(credential)
    try:
        found = webauthn.verify_registration_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=at.rp,
            expected_origin=at.origin,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise BadInput("credential", f"can't be taken: {error}", _FORM) from error
    given = {
        "challenge": challenge.hex(),
        "credential": found.credential_id.hex(),
        "public_key": found.credential_public_key.hex(),
        "sign_count": found.sign_count,
    }
    return gate.run(call, "factor_webauthn_confirm", given)


def wanted(asked: Mapping[str, Any], at: Place) -> dict[str, Any]:
    """What navigator.credentials.get takes as `publicKey`, in JSON, for a challenge and the account's keys."""
    options = webauthn.generate_authentication_options(
        rp_id=at.rp,
        challenge=bytes.fromhex(asked["challenge"]),
        allow_credentials=[PublicKeyCredentialDescriptor(id=bytes.fromhex(one["credential"])) for one in asked["keys"]],
    )
    return options_to_json_dict(options)


def shown(keys: list[Mapping[str, Any]], credential: Mapping[str, Any], at: Place) -> dict[str, Any]:
    """What the database judges of a key's answer: the challenge alone, unless one of these keys signed it for `at`."""
    challenge = challenge_of(credential)
    proof = hashlib.sha256(json.dumps(credential, sort_keys=True).encode()).hexdigest()
    told = {"challenge": challenge.hex(), "credential": "", "proof_sha256": proof}
    try:
        raw = base64url_to_bytes(str(credential["rawId"]))
        key = next(one for one in keys if one["credential"] == raw.hex())
        webauthn.verify_authentication_response(
            credential=dict(credential),
            expected_challenge=challenge,
            expected_rp_id=at.rp,
            expected_origin=at.origin,
            credential_public_key=bytes.fromhex(key["public_key"]),
            credential_current_sign_count=0,  # the database compares, so that a copied key is an entry
        )
    except (WebAuthnException, StopIteration, ValueError, KeyError, TypeError):
        return told
    parts = {"client_data": "clientDataJSON", "auth_data": "authenticatorData", "signature": "signature"}
    signed = {key: base64url_to_bytes(str(credential["response"][name])).hex() for key, name in parts.items()}
    return {**told, "credential": raw.hex(), **signed}


def challenge_of(credential: Mapping[str, Any]) -> bytes:
    """The challenge that the browser answered to; whether it is ours, the database knows."""
    try:
        data = json.loads(base64url_to_bytes(str(credential["response"]["clientDataJSON"])))
        found = base64url_to_bytes(str(data["challenge"]))
    except (ValueError, KeyError, TypeError) as error:
        raise BadInput("credential", "isn't what a browser answers", _FORM) from error
    return found
