"""A provider's list of accounts as a file: our own short form, or a SCIM 2.0 list of users (RFC 7644)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from brightline.model.errors import BadInput

_FORM = "Each is {subject, active, groups}, or a SCIM user with id or externalId, active and groups."


def read_users(file: Path) -> list[dict[str, Any]]:
    """[{subject, active, groups?}]; BadInput names the place that can't be read."""
    try:
        given = json.loads(file.read_text("utf-8"))
    except OSError as error:
        raise BadInput(str(file), "can't be read", "Name a file that is there.") from error
    except ValueError as error:
        raise BadInput(str(file), "isn't JSON", _FORM) from error
    users = given.get("Resources") if isinstance(given, Mapping) else given
    if not isinstance(users, list):
        raise BadInput(str(file), "holds no list of users", _FORM)
    return [_user(file, number, one) for number, one in enumerate(users, 1)]


def _user(file: Path, number: int, one: Any) -> dict[str, Any]:
    if not isinstance(one, Mapping):
        raise BadInput(f"{file}, user {number}", "is no object", _FORM)
    subject = one.get("subject") or one.get("externalId") or one.get("id")
    if not isinstance(subject, str) or not isinstance(one.get("active"), bool):
        raise BadInput(f"{file}, user {number}", "has no subject, or doesn't say whether it is active", _FORM)
    user: dict[str, Any] = {"subject": subject, "active": one["active"]}
    if isinstance(one.get("groups"), list):
        named = (each.get("display") if isinstance(each, Mapping) else each for each in one["groups"])
        user["groups"] = [each for each in named if isinstance(each, str)]
    return user
