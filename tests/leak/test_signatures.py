"""ATTACKS F8 and P2: signatures checked in the database, held against another implementation and changed."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa, utils

pytestmark = pytest.mark.database

MESSAGE = b"who signs this opens a session"


@pytest.fixture(scope="module")
def owner(module_db: Any) -> Any:
    return module_db.admin


def holds(conn: Any, call: str, *values: object) -> bool:
    return bool(conn.execute(f"SELECT line.{call}", values).fetchone()[0])


def changed(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def octets(number: int) -> str:
    return text(number.to_bytes((number.bit_length() + 7) // 8, "big"))


def rsa_pair(bits: int = 2048) -> tuple[rsa.RSAPrivateKey, dict[str, str]]:
    key = rsa.generate_private_key(65537, bits)
    numbers = key.public_key().public_numbers()
    return key, {"kty": "RSA", "n": octets(numbers.n), "e": octets(numbers.e)}


def ec_pair(curve: ec.EllipticCurve, name: str) -> tuple[ec.EllipticCurvePrivateKey, dict[str, str]]:
    key = ec.generate_private_key(curve)
    numbers = key.public_key().public_numbers()
    size = curve.key_size // 8
    jwk = {
        "kty": "EC",
        "crv": name,
        "x": text(numbers.x.to_bytes(size, "big")),
        "y": text(numbers.y.to_bytes(size, "big")),
    }
    return key, jwk


JWK = "jwk_holds(%s::jsonb, %s, %s, %s)"


@pytest.mark.parametrize(
    ("alg", "algorithm"), [("RS256", hashes.SHA256()), ("RS384", hashes.SHA384()), ("RS512", hashes.SHA512())]
)
def test_f8_rsa_signatures_of_providers(owner: Any, alg: str, algorithm: Any) -> None:
    key, jwk = rsa_pair(3072 if alg == "RS384" else 2048)
    signature = key.sign(MESSAGE, padding.PKCS1v15(), algorithm)
    told = json.dumps(jwk)
    assert holds(owner, JWK, told, alg, MESSAGE, signature)
    for at in (0, 7, 100, 255):
        assert not holds(owner, JWK, told, alg, MESSAGE, changed(signature, at))
    assert not holds(owner, JWK, told, alg, MESSAGE + b".", signature)
    assert not holds(owner, JWK, told, alg, MESSAGE, signature[1:])
    assert not holds(owner, JWK, told, alg, MESSAGE, b"\x00" + signature)
    for other in {"RS256", "RS384", "RS512", "ES256", "HS256", "none"} - {alg}:
        assert not holds(owner, JWK, told, other, MESSAGE, signature), other
    assert not holds(owner, JWK, json.dumps({**jwk, "use": "enc"}), alg, MESSAGE, signature)


def test_f8_rsa_keys_that_are_too_weak_sign_nothing(owner: Any) -> None:
    key, jwk = rsa_pair(1024)
    signature = key.sign(MESSAGE, padding.PKCS1v15(), hashes.SHA256())
    assert not holds(owner, JWK, json.dumps(jwk), "RS256", MESSAGE, signature)
    small = rsa.generate_private_key(3, 2048)
    numbers = small.public_key().public_numbers()
    weak = {"kty": "RSA", "n": octets(numbers.n), "e": octets(numbers.e)}
    signed = small.sign(MESSAGE, padding.PKCS1v15(), hashes.SHA256())
    assert not holds(owner, JWK, json.dumps(weak), "RS256", MESSAGE, signed)
    assert not holds(owner, JWK, json.dumps({"kty": "RSA", "n": "AQ", "e": "AQAB"}), "RS256", MESSAGE, b"\x01")


@pytest.mark.parametrize(
    ("alg", "curve", "name"), [("ES256", ec.SECP256R1(), "P-256"), ("ES384", ec.SECP384R1(), "P-384")]
)
def test_f8_ecdsa_signatures_of_providers(owner: Any, alg: str, curve: Any, name: str) -> None:
    size = curve.key_size // 8
    for _ in range(6):
        key, jwk = ec_pair(curve, name)
        der = key.sign(MESSAGE, ec.ECDSA(hashes.SHA256() if size == 32 else hashes.SHA384()))
        r, s = utils.decode_dss_signature(der)
        signature = r.to_bytes(size, "big") + s.to_bytes(size, "big")
        told = json.dumps(jwk)
        assert holds(owner, JWK, told, alg, MESSAGE, signature)
        assert not holds(owner, JWK, told, alg, MESSAGE + b".", signature)
        for at in (0, size - 1, size, 2 * size - 1):
            assert not holds(owner, JWK, told, alg, MESSAGE, changed(signature, at))
        assert not holds(owner, JWK, told, alg, MESSAGE, bytes(2 * size))
        off = json.dumps({**jwk, "y": jwk["x"]})
        assert not holds(owner, JWK, off, alg, MESSAGE, signature), "a point beside the curve"


COSE = "cose_holds(%s, %s, %s)"


def test_f8_signatures_of_security_keys(owner: Any) -> None:
    curve = ec.generate_private_key(ec.SECP256R1())
    numbers = curve.public_key().public_numbers()
    first = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")})
    edwards = ed25519.Ed25519PrivateKey.generate()
    second = cbor2.dumps({1: 1, 3: -8, -1: 6, -2: edwards.public_key().public_bytes_raw()})
    big = rsa.generate_private_key(65537, 2048)
    modulus = big.public_key().public_numbers().n.to_bytes(256, "big")
    third = cbor2.dumps({1: 3, 3: -257, -1: modulus, -2: b"\x01\x00\x01"})
    for cose, signature in (
        (first, curve.sign(MESSAGE, ec.ECDSA(hashes.SHA256()))),
        (second, edwards.sign(MESSAGE)),
        (third, big.sign(MESSAGE, padding.PKCS1v15(), hashes.SHA256())),
    ):
        assert holds(owner, COSE, cose, MESSAGE, signature), cose[:8].hex()
        assert not holds(owner, COSE, cose, MESSAGE[:-1], signature)
        for at in range(len(signature)) if len(signature) < 80 else (0, 9, 255):
            assert not holds(owner, COSE, cose, MESSAGE, changed(signature, at)), (cose[:8].hex(), at)
        assert not holds(owner, COSE, cose + b"\x00", MESSAGE, signature)
        assert not holds(owner, COSE, cose, MESSAGE, b"")
        assert not holds(owner, COSE, b"\x02", MESSAGE, signature)


@pytest.mark.parametrize("size", [0, 1, 31, 64, 1000])
def test_f8_ed25519_over_messages_of_any_length(owner: Any, size: int) -> None:
    message = hashlib.shake_256(b"x").digest(size)
    key = ed25519.Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes_raw()
    assert holds(owner, "ed25519_holds(%s, %s, %s)", public, message, key.sign(message))
    assert not holds(owner, "ed25519_holds(%s, %s, %s)", public, message + b"\x00", key.sign(message))
    assert not holds(owner, "ed25519_holds(%s, %s, %s)", bytes(32), message, bytes(64))
