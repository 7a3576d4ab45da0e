"""A document that waits is read by the worker: fetched and told under its own standing order, read in the box."""

from __future__ import annotations

import base64

from brightline.box.starting import Box
from brightline.documents import child
from brightline.documents import commands as documents
from brightline.documents.model import Reading
from brightline.gate import Call, Gate


def read_waiting(gate: Gate, call: Call, id: str, box: Box) -> Reading:
    """Read one document; its words are found under its case from then on, and how it ended is told there.

    Two acts of whoever added it, two entries. Raises Refused where they may no longer work under the case, NotRunning
    where the box can't be closed; nothing is told then.
    """
    kept = documents.case_document_open(gate, call, id=id).result
    content = base64.b64decode(kept["content_base64"])
    reading = child.read(content, kept["name"], kept["media_type"], box=box)
    documents.case_document_read(gate, call, id=id, reading=reading)
    return reading
