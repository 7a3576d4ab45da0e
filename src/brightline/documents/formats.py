"""What a file is: its bytes say first, its name and declared type last, since senders name things as they like."""

from __future__ import annotations

import io
import re
import zipfile

from brightline.documents.model import State

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")
_MESSAGE = "__substg1.0_".encode("utf-16-le")
_UNPACKED = 200 * 1024 * 1024
_MBOX = re.compile(rb"\AFrom \S+.{0,80}\d{4}[^\n]{0,20}\r?\n[A-Za-z][A-Za-z0-9-]*:")
_PICTURES = (b"\xff\xd8\xff", b"\x89PNG\r\n", b"II*\x00", b"MM\x00*", b"GIF8")
_INSIDE = (
    ("xl/", "an Excel workbook (XLSX)"),
    ("ppt/", "a PowerPoint presentation (PPTX)"),
    ("mimetype", "an OpenDocument file"),
)


class Unreadable(Exception):
    """The file can't be read, and why."""

    def __init__(self, state: State, reason: str) -> None:
        super().__init__(reason)
        self.state, self.reason = state, reason


def format_of(content: bytes, name: str, media_type: str) -> str:
    """pdf, docx, eml, html or txt; Unreadable for anything else, with its reason."""
    ending = name.lower().rpartition(".")[2]
    if _is_pdf(content, ending, media_type):
        return "pdf"
    _refuse_known(content, ending)
    if content.startswith((_ZIP, _OLE)):
        return _office(content)
    if ending == "eml" or media_type == "message/rfc822":
        return "eml"
    if ending in {"html", "htm", "xhtml"} or media_type == "text/html" or _looks_html(content):
        return "html"
    if ending == "pdf":
        raise Unreadable(State.BROKEN, "It is called PDF and doesn't begin like one.")
    if ending == "docx":
        raise Unreadable(State.BROKEN, "It is called DOCX and is no archive.")
    if _is_text(content):
        return "txt"
    raise Unreadable(State.UNSUPPORTED, "Only PDF, DOCX, e-mail, HTML and plain text are read here.")


def _is_pdf(content: bytes, ending: str, media_type: str) -> bool:
    """At its very beginning; further in only where name and type both say so: an e-mail may speak of %PDF-."""
    if content.startswith(b"%PDF-"):
        return True
    return ending == "pdf" and media_type == "application/pdf" and b"%PDF-" in content[:1024]


def _refuse_known(content: bytes, ending: str) -> None:
    """Kinds whose source looks like text, or that people take for one that is read."""
    if content.startswith(b"{\\rtf"):
        raise Unreadable(State.UNSUPPORTED, "It is an RTF file, which isn't read here; save it as DOCX or PDF.")
    if _MBOX.match(content) or ending == "mbox":
        many = len(re.findall(rb"^From \S+.{0,80}\d{4}", content, re.MULTILINE))
        reason = f"It is a mailbox (mbox) of {max(many, 1)} messages; save each as .eml and add those."
        raise Unreadable(State.UNSUPPORTED, reason)
    if content.startswith(b"!BDN"):
        raise Unreadable(State.UNSUPPORTED, "It is an Outlook mailbox (PST); save its messages as .eml and add those.")
    if ending in {"p7m", "p7s"}:
        raise Unreadable(
            State.UNSUPPORTED, "It is a signed or encrypted e-mail (S/MIME); save it opened, as .eml or PDF."
        )
    if content.startswith(_PICTURES):
        raise Unreadable(State.UNSUPPORTED, "It is a picture, and no text recognition runs here.")


def _office(content: bytes) -> str:
    if content.startswith(_OLE):
        if _ENCRYPTED_OFFICE in content:
            raise Unreadable(State.ENCRYPTED, "It is protected by a password.")
        if _MESSAGE in content:
            raise Unreadable(State.UNSUPPORTED, "It is an Outlook message (.msg); save it as .eml or PDF.")
        raise Unreadable(State.UNSUPPORTED, "The older Office formats aren't read here; save it as DOCX or PDF.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as fault:
        raise Unreadable(State.BROKEN, "The archive inside is damaged.") from fault
    if sum(part.file_size for part in parts) > _UNPACKED:
        raise Unreadable(State.TOO_LARGE, "It unpacks to more than 200 MB.")
    names = [part.filename for part in parts]
    if "word/document.xml" in names:
        return "docx"
    kind = next((kind for start, kind in _INSIDE if any(name.startswith(start) for name in names)), "")
    if kind:
        raise Unreadable(State.UNSUPPORTED, f"It is {kind}, which isn't read here; save it as PDF.")
    raise Unreadable(State.UNSUPPORTED, "It is an archive, and no DOCX; unpack it, or save it as PDF.")


def _looks_html(content: bytes) -> bool:
    start = content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    return start.startswith((b"<!doctype html", b"<html"))


def _is_text(content: bytes) -> bool:
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return True
    start = content[:65536]
    controls = sum(byte < 9 or 13 < byte < 32 for byte in start)
    return b"\x00" not in start and controls * 100 <= len(start)
