"""A disclosure's life, and the package that leaves: the same bytes for the same content."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from brightline.model.errors import Conflict

# The same steps stand in disclosures.transition; a test compares the two.
STEPS: Mapping[tuple[str, str], str] = {
    ("draft", "submit"): "submitted",
    ("submitted", "approve"): "approved",
    ("submitted", "deny"): "denied",
    ("approved", "send"): "sent",
    ("approved", "deny"): "denied",
    ("sent", "recall"): "recalled",
}
FINAL = frozenset({"denied", "recalled"})
RECIPIENT_KINDS = ("law_enforcement", "court", "prosecutor", "regulator", "victim_services", "subject", "other")
_EPOCH = (1980, 1, 1, 0, 0, 0)


def step(state: str, act: str) -> str:
    """The state after an act; Conflict names what is possible."""
    after = STEPS.get((state, act))
    if after is None:
        ways = sorted(a for s, a in STEPS if s == state) or ["nothing"]
        raise Conflict(
            f"A disclosure that is {state} can't be changed by {act}.",
            hint=f"Possible now: {', '.join(ways)}.",
            code="state",
        )
    return after


@dataclass(frozen=True, kw_only=True, slots=True)
class Package:
    """The zip that leaves, its SHA-256 and the manifest inside it."""

    content: bytes
    sha256: str
    manifest: Mapping[str, Any]


def _line(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def package(cover: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> Package:
    """manifest.json, entities.ftm.json (FollowTheMoney, one a line) and a README, each named with its SHA-256.

    The same cover and items give the same bytes: names sorted, times fixed. The caveats stand in the manifest and in
    the README, so that no copy travels without them.
    """
    entities = "".join(_line(item) + "\n" for item in items).encode()
    words = (
        f"Disclosure {cover['number']} to {cover['recipient']}\n\n"
        f"Purpose: {cover['purpose']}\nLegal basis: {cover['authority']}\nCaveats: {cover['caveats'] or 'none'}\n\n"
        "entities.ftm.json holds FollowTheMoney entities, one JSON document a line. manifest.json names each file's\n"
        "SHA-256. This package may be recalled or corrected; whoever received it is told.\n"
    ).encode()
    files = {"README.txt": words, "entities.ftm.json": entities}
    manifest = {
        **cover,
        "entities": len(items),
        "files": {
            name: {"sha256": hashlib.sha256(data).hexdigest(), "bytes": len(data)} for name, data in files.items()
        },
    }
    files["manifest.json"] = (json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1) + "\n").encode()
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), files[name], zipfile.ZIP_DEFLATED)
    content = buffer.getvalue()
    return Package(content=content, sha256=hashlib.sha256(content).hexdigest(), manifest=manifest)
