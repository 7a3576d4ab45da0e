"""Time-stamps (RFC 3161) over checkpoints: an outside authority's word that a tree existed at a time.

What is stamped is the text of the checkpoint, the bytes that the log signs, so that any tool checks it:

    openssl ts -verify -in 1024.tsr -data checkpoint-text -CAfile authority.pem

Needs `rfc3161-client`, loaded only when a time-stamp is asked for or checked: the rest of this folder runs without.
"""

from __future__ import annotations

import importlib
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from typing import Any

from cryptography.x509 import Certificate, load_pem_x509_certificates

from brightline.ledger.errors import BadSignature, LogFault, MalformedNote

TIMEOUT = 20.0
MAX_RESPONSE = 200_000
Post = Callable[[str, bytes], bytes]


def _library() -> Any:
    try:
        return importlib.import_module("rfc3161_client")
    except ModuleNotFoundError as error:
        raise LogFault("time-stamps can't be checked here", hint="Run: pip install rfc3161-client") from error


def fetch(url: str, message: bytes, authority: bytes, post: Post | None = None) -> tuple[bytes, datetime]:
    """Ask `url` for a time-stamp over `message`; (the response in DER, its time). It is checked before it is
    given out. Raises LogFault for an answer that doesn't hold, OSError when nobody answers."""
    library = _library()
    request = library.TimestampRequestBuilder().data(message).hash_algorithm(library.HashAlgorithm.SHA256).build()
    response = (post or _post)(url, request.as_bytes())
    if _decoded(library, response).tst_info.nonce != request.nonce:
        raise BadSignature("the time-stamp answers another request")
    return response, verify(response, message, authority)


def verify(response: bytes, message: bytes, authority: bytes) -> datetime:
    """The time that an authority states for `message`; `authority` holds its certificates in PEM, roots among them.

    Raises LogFault when the response isn't granted, is of another message, or isn't signed by that authority.
    """
    library = _library()
    decoded = _decoded(library, response)
    try:
        builder = library.VerifierBuilder()
        for certificate in certificates(authority):
            root = certificate.issuer == certificate.subject
            builder = (builder.add_root_certificate if root else builder.add_intermediate_certificate)(certificate)
        builder.build().verify(decoded, sha256(message).digest())
    except (library.VerificationError, ValueError) as error:
        raise BadSignature(f"the time-stamp doesn't hold: {error}") from error
    at: datetime = decoded.tst_info.gen_time
    return at


def certificates(pem: bytes) -> list[Certificate]:
    """The certificates of a file; at least one of them a root."""
    try:
        found = load_pem_x509_certificates(pem)
    except ValueError as error:
        raise MalformedNote("the authority's file holds no certificates in PEM") from error
    if not any(each.issuer == each.subject for each in found):
        raise MalformedNote("the authority's file holds no root certificate", hint="Add the one that signed it.")
    return found


def _decoded(library: Any, response: bytes) -> Any:
    try:
        decoded = library.decode_timestamp_response(response)
        if decoded.status != 0:
            raise BadSignature(f"the authority refused (status {decoded.status})")
        _ = decoded.tst_info.gen_time
    except ValueError as error:
        raise MalformedNote(f"this isn't a time-stamp: {error}") from error
    return decoded


def _post(url: str, body: bytes) -> bytes:
    request = urllib.request.Request(url, data=body, headers={"Content-Type": "application/timestamp-query"})
    with urllib.request.urlopen(request, timeout=TIMEOUT) as answer:
        raw: bytes = answer.read(MAX_RESPONSE)
        return raw
