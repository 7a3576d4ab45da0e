"""What a telephone needs to make one-time codes: the secret as text, an otpauth address, its picture.

The picture is drawn here, so that the secret goes to no service that draws pictures.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import quote

import segno

from brightline.gate import Answer, Call, Gate

ISSUER = "Brightline"
_OPENED_BY_THE_KEY = ("factor_totp_begin", "factor_totp_confirm", "token_add")


def beside(key: bytes | None) -> dict[str, dict[str, str]]:
    """What the house adds to the calls that open or close secrets of authenticators (line/sql/16_factor_keys.sql)."""
    return {name: {"factor_key": key.hex()} for name in _OPENED_BY_THE_KEY} if key else {}


def totp_begin(gate: Gate, call: Call, *, title: str | None = None) -> Answer:
    """Begin to set up an authenticator: {id, title, secret (base32), address, picture}, told once."""
    answer = gate.run(call, "factor_totp_begin", {"title": title})
    return replace(answer, result=_shown(answer.result))


def _shown(begun: Mapping[str, Any]) -> dict[str, Any]:
    secret = base64.b32encode(bytes.fromhex(str(begun["secret"]))).decode().rstrip("=")
    address = otpauth(str(begun["account"]), secret)
    picture = segno.make(address, error="m").svg_data_uri(scale=5, border=3)
    return {"id": begun["id"], "title": begun["title"], "secret": secret, "address": address, "picture": picture}


def otpauth(account: str, secret: str) -> str:
    """The address that authenticators read (SHA-1, six digits, thirty seconds: what all of them take)."""
    label = quote(f"{ISSUER}:{account}", safe=":")
    return f"otpauth://totp/{label}?secret={secret}&issuer={ISSUER}&algorithm=SHA1&digits=6&period=30"
