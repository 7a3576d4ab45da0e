"""The site's providers of accounts: `providers.yml` in the installation's folder, read when the web process starts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import yaml

from brightline.accounts.oidc import Provider
from brightline.model import yml
from brightline.model.errors import BadInput

FILE = "providers.yml"
_KNOWN = {"name", "title", "issuer", "client_id", "client_secret", "client_secret_file", "scopes", "groups_claim"}
_NEEDED = ("name", "issuer", "client_id")
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def load(folder: Path) -> list[dict[str, Any]]:
    """The file's providers as they go to the web process; none without a file. BadInput names what is wrong."""
    path = folder / FILE
    if not path.exists():
        return []
    try:
        given = yml.read(path.read_text("utf-8"))
    except yaml.YAMLError as error:
        raise BadInput(FILE, "isn't YAML", "See docs/how-to/sign-in.md for an example.") from error
    if not isinstance(given, list):
        raise BadInput(FILE, "must be a list of providers", "Begin each with a dash; see docs/how-to/sign-in.md.")
    found = [_checked(number, one) for number, one in enumerate(given, 1)]
    if len({one["name"] for one in found}) < len(found) or len({one["issuer"] for one in found}) < len(found):
        raise BadInput(FILE, "names a provider twice", "Each name and each issuer once.")
    return found


def build(given: Sequence[Mapping[str, Any]]) -> list[Provider]:
    """As `load` gave them, through the pipe."""
    return [Provider(**{**one, "scopes": tuple(one["scopes"])}) for one in given]


def _checked(number: int, one: Any) -> dict[str, Any]:
    where = f"{FILE}, provider {number}"
    if not isinstance(one, Mapping):
        raise BadInput(where, "must have keys", f"Needed: {', '.join(_NEEDED)}.")
    for key in one:
        if key not in _KNOWN:
            raise BadInput(f"{where}, {key}", "is unknown", f"Known: {', '.join(sorted(_KNOWN))}.")
    for key in _NEEDED:
        if not isinstance(one.get(key), str) or not one[key]:
            raise BadInput(f"{where}, {key}", "is missing", "Copy it from the provider.")
    address = urlsplit(one["issuer"])
    if address.scheme != "https" and address.hostname not in _LOOPBACK:
        raise BadInput(f"{where}, issuer", "must begin with https://", "A provider without TLS can be anybody.")
    return {
        "name": one["name"],
        "title": str(one.get("title") or one["name"]),
        "issuer": one["issuer"],
        "client_id": one["client_id"],
        "client_secret": _secret(where, one),
        "scopes": list(one.get("scopes") or ("openid", "profile", "email", "offline_access")),
        "groups_claim": str(one.get("groups_claim") or "groups"),
    }


def _secret(where: str, one: Mapping[str, Any]) -> str:
    if "client_secret_file" not in one:
        return str(one.get("client_secret") or "")
    try:
        return Path(str(one["client_secret_file"])).read_text("utf-8").strip()
    except OSError as error:
        raise BadInput(
            f"{where}, client_secret_file", "can't be read", "Name a file that this user may read."
        ) from error
