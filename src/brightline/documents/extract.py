"""Text out of PDF, DOCX, e-mail, HTML and plain text. Runs in the child process alone: what it reads is hostile.

What is left out, and what nobody sees on the page, is said in `Remarks`: a reading never looks more whole than it is.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator, Mapping
from email import message_from_bytes, policy
from email.message import EmailMessage

import chardet
import docx
import lxml.html
from docx.document import Document
from lxml import etree
from pypdf import PageObject, PdfReader
from pypdf.errors import PyPdfError

from brightline.documents.covered import covered_text
from brightline.documents.formats import Unreadable, format_of
from brightline.documents.model import State, portions, storable
from brightline.documents.remarks import Remarks, counted, named

_HEADERS = ("From", "To", "Cc", "Date", "Subject")
_DOCX_ENDS = {"p": "\n", "br": "\n", "cr": "\n", "tab": "\t", "tc": "\t", "tr": "\n"}
_DOCX_SKIPPED = frozenset({"Fallback", "delText", "instrText", "moveFrom"})
"""The second drawing of what was drawn already, and what is no longer there."""
_DOCX_GONE = frozenset({"del", "moveFrom"})
_DOCX_PARTS = re.compile(r"/word/(footnotes|endnotes|comments|header\d*|footer\d*)\.xml$")
_DOCX_FILES = re.compile(r"/word/(embeddings|media)/")
_GLYPHS = re.compile(r"/(?:g|G|c|cid|C|uni|glyph|a|f)\d+\b|\(cid:\d+\)")
_BLOCKS = frozenset({"p", "div", "br", "li", "tr", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "title", "pre"})


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


def pages_of(content: bytes, name: str, media_type: str, remarks: Remarks | None = None) -> tuple[str, Pages]:
    """The format and its pages, one at a time, so that what was read before a limit was met is kept."""
    format = format_of(content, name, media_type)
    return format, _READERS[format](content, remarks or Remarks())


def _pdf(content: bytes, remarks: Remarks) -> Pages:
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
    _pdf_files(reader, remarks)
    for number in range(total):
        yield total, _pdf_page(reader, number, remarks)


def _pdf_files(reader: PdfReader, remarks: Remarks) -> None:
    try:
        inside = list(reader.attachments)
    except Exception:  # see _pdf; what can't be listed isn't read either
        remarks.say("Whether it holds files can't be told.")
        return
    if inside:
        remarks.say(f"{counted(len(inside), 'file')} inside, not read: {named(inside)}.")


def _pdf_page(reader: PdfReader, number: int, remarks: Remarks) -> str:
    """The text of one page; a page that can't be read is an empty one, since the others still can, and it is said."""
    try:
        page = reader.pages[number]
        text, covered = covered_text(page)
        notes = _pdf_notes(page)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OSError):
        remarks.page("it couldn't be read.", number + 1)
        return ""
    if covered:
        remarks.page("words under a filled box, which the page hides; they are in the text.", number + 1)
    if _only_glyphs(text):
        remarks.page(
            "its letters can't be told, since the font names shapes only; no text recognition runs here.", number + 1
        )
        text = ""
    elif not text.strip():
        remarks.page("no text (a picture, perhaps; no text recognition runs here).", number + 1)
    return storable("\n".join([text, *notes]))


def _only_glyphs(text: str) -> bool:
    """Names of shapes instead of letters (/g01/g02, (cid:20)), as a font without a map to letters gives them."""
    told = sum(len(found) for found in _GLYPHS.findall(text))
    return told * 2 > len("".join(text.split()))


def _pdf_notes(page: PageObject) -> list[str]:
    """What stands in notes and fields laid over the page."""
    found = page.get("/Annots")
    notes = found.get_object() if found is not None else []
    said = [str(note.get_object().get("/Contents") or "").strip() for note in list(notes or ())[:500]]
    return [f"[Note on the page] {words}" for words in said if words]


def _docx(content: bytes, remarks: Remarks) -> Pages:
    try:
        found = docx.Document(io.BytesIO(content))
        text = "\n".join(_docx_lines(found, remarks))
    except MemoryError:
        raise
    except Exception as fault:  # see _pdf
        raise Unreadable(State.BROKEN, f"The DOCX can't be opened ({type(fault).__name__}).") from fault
    yield from _portioned(text)


def _docx_lines(found: Document, remarks: Remarks) -> Iterator[str]:
    """Body with text boxes and content controls; then headers, footers, footnotes, endnotes, comments."""
    roots = [found.element]
    files = 0
    for part in found.part.package.iter_parts():
        files += bool(_DOCX_FILES.search(str(part.partname)))
        if _DOCX_PARTS.search(str(part.partname)):
            roots.append(etree.fromstring(part.blob, etree.XMLParser(resolve_entities=False, no_network=True)))
    for root in roots:
        yield _docx_text(root)
    _docx_remarks(roots, files, remarks)


def _docx_remarks(roots: list[etree._Element], files: int, remarks: Remarks) -> None:
    names = [etree.QName(node).localname for root in roots for node in root.iter() if isinstance(node.tag, str)]
    gone, hidden = sum(name in _DOCX_GONE for name in names), names.count("vanish")
    if gone:
        remarks.say(f"Deleted or moved text of tracked changes was left out ({counted(gone, 'place')}).")
    if hidden:
        remarks.say(f"Hidden text is in it ({counted(hidden, 'place')}).")
    if files:
        remarks.say(f"{counted(files, 'picture or file', 'pictures or files')} inside, not read.")


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


def _eml(content: bytes, remarks: Remarks) -> Pages:
    try:
        found = message_from_bytes(content, policy=policy.default)
        if not isinstance(found, EmailMessage) or not found.keys():
            raise Unreadable(State.BROKEN, "It has no header of an e-mail.")
        text = "\n".join(_mail_lines(found, _raw_headers(content), remarks))
    except (Unreadable, MemoryError):
        raise
    except Exception as fault:  # see _pdf
        raise Unreadable(State.BROKEN, f"The e-mail can't be read ({type(fault).__name__}).") from fault
    yield from _portioned(text)


def _raw_headers(content: bytes) -> Mapping[str, bytes]:
    """The headers as bytes: what a sender wrote without saying in which encoding."""
    head = content.replace(b"\r\n", b"\n").split(b"\n\n", 1)[0]
    kept = dict(message_from_bytes(head + b"\n\n", policy=policy.compat32).raw_items())
    return {name: str(value).encode("utf-8", "surrogateescape") for name, value in kept.items()}


def _mail_lines(found: EmailMessage, raw: Mapping[str, bytes], remarks: Remarks) -> Iterator[str]:
    charset = next((str(part.get_content_charset()) for part in found.walk() if part.get_content_charset()), None)
    for name in _HEADERS:
        if found[name]:
            yield f"{name}: {_header(str(found[name]), raw.get(name, b''), charset, name, remarks)}"
    yield ""
    body = found.get_body(("plain", "html"))
    if body is not None:
        words = _decoded(body.get_payload(decode=True), body.get_content_charset())
        yield html_text(words, remarks) if body.get_content_type() == "text/html" else words
    attached = list(found.iter_attachments())
    messages = [part for part in attached if part.get_content_type() == "message/rfc822"]
    for part in attached:
        yield _inside(part) if part in messages else f"[Attachment, not read: {_called(part)}]"
    if others := [_called(part) for part in attached if part not in messages]:
        remarks.say(f"{counted(len(others), 'attachment')} not read: {named(others)}.")
    if messages:
        remarks.say(f"{counted(len(messages), 'message')} inside, not read; save it as a file of its own and add it.")


def _called(part: EmailMessage) -> str:
    name = part.get_filename() or part.get_content_type()
    return f"{name} (a packet of Outlook's)" if name.lower() == "winmail.dat" else name


def _inside(part: EmailMessage) -> str:
    inner = part.get_content()
    subject, sender = str(inner["Subject"] or "without a subject"), str(inner["From"] or "nobody named")
    return f"[Message inside, not read: {subject}, from {sender}]"


def _header(told: str, raw: bytes, charset: str | None, name: str, remarks: Remarks) -> str:
    """A header as text. Bytes that no encoded word explains are read as the message's own charset says."""
    if "\ufffd" not in told and not any(0xDC80 <= ord(char) <= 0xDCFF for char in told):
        return told
    for encoding in ("utf-8", charset):
        try:
            return " ".join(raw.decode(encoding or "ascii").split())
        except (UnicodeError, LookupError):
            continue
    remarks.say(f"Its {name} can't be decoded: the message doesn't say in which letters it is written.")
    return "[can't be decoded]"


def _html(content: bytes, remarks: Remarks) -> Pages:
    yield from _portioned(html_text(_decoded(content, _declared(content)), remarks))


def _declared(content: bytes) -> str | None:
    head = content[:2048].lower()
    at = head.find(b"charset=")
    if at < 0:
        return None
    return head[at + 8 : at + 40].lstrip(b"\"' ").split(b'"')[0].split(b"'")[0].split(b">")[0].decode("ascii", "ignore")


def html_text(markup: str, remarks: Remarks | None = None) -> str:
    """What a reader would see: no scripts, no styles, a line for each block; and what a picture or a field says."""
    if not markup.strip():
        return ""
    parser = lxml.html.HTMLParser(encoding="utf-8", huge_tree=False, no_network=True)
    try:
        root = lxml.html.document_fromstring(markup.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError) as fault:
        raise Unreadable(State.BROKEN, "The HTML holds nothing that can be read.") from fault
    parts: list[str] = []
    hidden = 0
    for event, node in etree.iterwalk(root, events=("start", "end")):
        _walked(event, node, parts)
        hidden += event == "start" and _unseen(node)
    if remarks is not None and hidden:
        remarks.say(f"Hidden text is in it ({counted(hidden, 'place')}).")
    return "\n".join(line for line in (" ".join(raw.split()) for raw in "".join(parts).split("\n")) if line)


def _unseen(node: etree._Element) -> bool:
    if not isinstance(node.tag, str):
        return False
    style = (node.get("style") or "").lower().replace(" ", "")
    return "hidden" in node.attrib or "display:none" in style or "visibility:hidden" in style


def _walked(event: str, node: etree._Element, parts: list[str]) -> None:
    tag = node.tag if isinstance(node.tag, str) else ""
    hidden = tag in {"script", "style", "template", ""}
    if event == "start":
        said = {"img": node.get("alt"), "input": node.get("value") or node.get("placeholder")}.get(tag) or ""
        text = "" if hidden else node.text or ""
        parts.append(("\n" if tag in _BLOCKS else "") + (f" {said} " if said else "") + text)
    else:
        parts.append(("\n" if tag in _BLOCKS else "") + (node.tail or ""))


def _txt(content: bytes, remarks: Remarks) -> Pages:
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


_READERS: Mapping[str, Callable[[bytes, Remarks], Pages]] = {
    "pdf": _pdf,
    "docx": _docx,
    "eml": _eml,
    "html": _html,
    "txt": _txt,
}
