"""Text out of PDF, DOCX, e-mail, HTML and plain text. Runs in the child process alone: what it reads is hostile.

What a file is, its bytes say first and its name last: senders name things as they like.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from email import message_from_bytes, policy
from email.message import EmailMessage

import chardet
import docx
import lxml.html
from docx.document import Document
from lxml import etree
from pypdf import PdfReader
from pypdf.errors import PyPdfError

from brightline.documents.model import State, portions, storable

_ZIP, _OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_OFFICE = "EncryptedPackage".encode("utf-16-le")
_UNPACKED = 200 * 1024 * 1024
_HEADERS = ("From", "To", "Cc", "Date", "Subject")
_DOCX_ENDS = {"p": "\n", "br": "\n", "cr": "\n", "tab": "\t", "tc": "\t", "tr": "\n"}
_DOCX_SKIPPED = frozenset({"Fallback", "delText", "instrText"})
"""The second drawing of what was drawn already, and what is no longer there."""
_BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "title", "pre"})


class Unreadable(Exception):
    """The file can't be read, and why."""

    def __init__(self, state: State, reason: str) -> None:
        super().__init__(reason)
        self.state, self.reason = state, reason


Pages = Iterator[tuple[int, str]]
"""(number of pages known so far, text of the next)"""


def rehearsal() -> Iterator[bytes]:
    """A file of each kind, made here: reading them loads what parsers otherwise look for when they need it."""
    yield "Größe, naïve façade, señor".encode("cp1252") * 20
    yield b"<html><p>x</html>"
    pages = b"2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj"
    yield b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj " + pages + b"\ntrailer<</Root 1 0 R>>"
    made = io.BytesIO()
    docx.Document().save(made)
    yield made.getvalue()


def format_of(content: bytes, name: str, media_type: str) -> str:
    """pdf, docx, eml, html or txt; Unreadable for anything else, with its reason."""
    ending = name.lower().rpartition(".")[2]
    if b"%PDF-" in content[:1024]:
        return "pdf"
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


def _office(content: bytes) -> str:
    if content.startswith(_OLE):
        if _ENCRYPTED_OFFICE in content:
            raise Unreadable(State.ENCRYPTED, "It is protected by a password.")
        raise Unreadable(State.UNSUPPORTED, "The older Office formats aren't read here; save it as DOCX or PDF.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError) as fault:
        raise Unreadable(State.BROKEN, "The archive inside is damaged.") from fault
    if sum(part.file_size for part in parts) > _UNPACKED:
        raise Unreadable(State.TOO_LARGE, "It unpacks to more than 200 MB.")
    if any(part.filename == "word/document.xml" for part in parts):
        return "docx"
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


def pages_of(content: bytes, name: str, media_type: str) -> tuple[str, Pages]:
    """The format and its pages, one at a time, so that what was read before a limit was met is kept."""
    format = format_of(content, name, media_type)
    return format, _READERS[format](content)


def _pdf(content: bytes) -> Pages:
    try:
        reader = PdfReader(io.BytesIO(content))
        if reader.is_encrypted and not reader.decrypt(""):
            raise Unreadable(State.ENCRYPTED, "It is protected by a password.")
        total = len(reader.pages)
    except Unreadable:
        raise
    except RecursionError as fault:
        raise Unreadable(State.BROKEN, "Its parts refer to each other without end.") from fault
    except MemoryError:
        raise
    except Exception as fault:  # whatever a hostile file makes of the parser, the answer is a sentence
        raise Unreadable(State.BROKEN, f"The PDF can't be opened ({type(fault).__name__}).") from fault
    for number in range(total):
        yield total, _pdf_page(reader, number)


def _pdf_page(reader: PdfReader, number: int) -> str:
    """The text of one page; a page that can't be read is an empty one, since the others still can."""
    try:
        return storable(reader.pages[number].extract_text())
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError):
        return ""


def _docx(content: bytes) -> Pages:
    try:
        found = docx.Document(io.BytesIO(content))
        text = "\n".join(_docx_lines(found))
    except MemoryError:
        raise
    except Exception as fault:  # see _pdf
        raise Unreadable(State.BROKEN, f"The DOCX can't be opened ({type(fault).__name__}).") from fault
    yield from _portioned(text)


def _docx_lines(found: Document) -> Iterator[str]:
    """Body, then the headers and footers of each section; text boxes and content controls included."""
    yield _docx_text(found.element)
    for section in found.sections:
        for part in (section.header, section.footer):
            if not part.is_linked_to_previous:
                yield _docx_text(part._element)


def _docx_text(root: etree._Element) -> str:
    parts: list[str] = []
    walk = etree.iterwalk(root, events=("start", "end"))
    for event, node in walk:
        name = etree.QName(node).localname if isinstance(node.tag, str) else ""
        if event == "start" and name in _DOCX_SKIPPED:
            walk.skip_subtree()
        elif event == "start" and name == "t":
            parts.append(node.text or "")
        elif event == "end" and name in _DOCX_ENDS:
            parts.append(_DOCX_ENDS[name])
    return "\n".join(line for line in (raw.strip(" ") for raw in "".join(parts).split("\n")) if line.strip())


def _eml(content: bytes) -> Pages:
    try:
        found = message_from_bytes(content, policy=policy.default)
        if not isinstance(found, EmailMessage) or not found.keys():
            raise Unreadable(State.BROKEN, "It has no header of an e-mail.")
        text = "\n".join(_mail_lines(found))
    except (Unreadable, MemoryError):
        raise
    except Exception as fault:  # see _pdf
        raise Unreadable(State.BROKEN, f"The e-mail can't be read ({type(fault).__name__}).") from fault
    yield from _portioned(text)


def _mail_lines(found: EmailMessage) -> Iterator[str]:
    yield from (f"{name}: {found[name]}" for name in _HEADERS if found[name])
    yield ""
    body = found.get_body(("plain", "html"))
    if body is not None:
        words = _decoded(body.get_payload(decode=True), body.get_content_charset())
        yield html_text(words) if body.get_content_type() == "text/html" else words
    for part in found.iter_attachments():
        yield f"[Attachment, not read: {part.get_filename() or part.get_content_type()}]"


def _html(content: bytes) -> Pages:
    yield from _portioned(html_text(_decoded(content, _declared(content))))


def _declared(content: bytes) -> str | None:
    head = content[:2048].lower()
    at = head.find(b"charset=")
    if at < 0:
        return None
    return head[at + 8 : at + 40].lstrip(b"\"' ").split(b'"')[0].split(b"'")[0].split(b">")[0].decode("ascii", "ignore")


def html_text(markup: str) -> str:
    """What a reader would see: no scripts, no styles, a line for each block."""
    if not markup.strip():
        return ""
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=False, no_network=True)
    try:
        root = lxml.html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError) as fault:
        raise Unreadable(State.BROKEN, "The HTML holds nothing that can be read.") from fault
    parts: list[str] = []
    for event, node in etree.iterwalk(root, events=("start", "end")):
        _walked(event, node, parts)
    return "\n".join(line for line in (" ".join(raw.split()) for raw in "".join(parts).split("\n")) if line)


def _walked(event: str, node: etree._Element, parts: list[str]) -> None:
    tag = node.tag if isinstance(node.tag, str) else ""
    hidden = tag in {"script", "style", "template", ""}
    if event == "start":
        parts.append(("\n" if tag in _BLOCKS else "") + ("" if hidden else node.text or ""))
    else:
        parts.append(("\n" if tag in _BLOCKS else "") + (node.tail or ""))


def _txt(content: bytes) -> Pages:
    yield from _portioned(_decoded(content, None))


def _decoded(content: object, named: str | None) -> str:
    """Bytes as text: as their mark says, as UTF-8, as declared, as guessed; never an error."""
    if not isinstance(content, bytes):
        return ""
    marks = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
    marked = [name for mark, name in marks if content.startswith(mark)]
    for encoding in (*marked, "utf-8", named, chardet.detect(content[:65536])["encoding"]):
        try:
            return content.decode(encoding or "ascii")
        except (UnicodeError, LookupError):
            continue
    return content.decode("latin-1")


def _portioned(text: str) -> Pages:
    parts = list(portions(storable(text)))
    for part in parts:
        yield len(parts), part


_READERS: Mapping[str, Callable[[bytes], Pages]] = {
    "pdf": _pdf,
    "docx": _docx,
    "eml": _eml,
    "html": _html,
    "txt": _txt,
}
