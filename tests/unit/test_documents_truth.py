"""A reading says what it left out and what a page hides; it never looks more whole than it is."""

from __future__ import annotations

import io
import re
import zipfile

import docx
import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import StreamObject
from tests.unit.test_documents_reading import pdf, word

from brightline.documents.child import Limits, read
from brightline.documents.model import State
from brightline.documents.remarks import Remarks

INNER = b"""From: Cleo <cleo@x.example>\r\nSubject: The QUILLWORT account\r\n\r\nInside words.\r\n"""
OUTER = (
    b"From: Ana <ana@x.example>\r\nTo: bo@x.example\r\nSubject: Forwarded\r\n"
    b"Content-Type: multipart/mixed; boundary=q\r\n\r\n--q\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n"
    b"--q\r\nContent-Type: message/rfc822\r\n\r\n" + INNER + b"\r\n--q\r\nContent-Type: application/ms-tnef\r\n"
    b'Content-Disposition: attachment; filename="winmail.dat"\r\n\r\nzzz\r\n--q\r\nContent-Type: image/png\r\n'
    b'Content-Disposition: attachment; filename="scan.png"\r\n\r\nzzz\r\n--q--\r\n'
)


def drawn(instructions: str) -> bytes:
    """A PDF of one page with these instructions."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("x"))))
    stream = StreamObject()
    stream.set_data(instructions.encode())
    from pypdf.generic import NameObject

    writer.pages[0][NameObject("/Contents")] = writer._add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_pages_without_text_are_named() -> None:
    found = read(pdf("Quillfeather was paid", "", "", "twice", ""), "a.pdf", "application/pdf")
    assert found.state is State.EXTRACTED
    assert "Pages 2 to 3, 5: no text" in found.reason


def test_a_whole_reading_says_nothing() -> None:
    assert read(pdf("One", "two"), "a.pdf", "application/pdf").reason == ""
    assert read(b"Plain words.", "a.txt", "text/plain").reason == ""
    assert read(word("One line"), "a.docx", "").reason == ""


def test_names_of_shapes_are_no_text() -> None:
    found = read(pdf("/g01/g02/g03/g04/g05"), "a.pdf", "application/pdf")
    assert (found.state, found.pages) == (State.EMPTY, ())
    assert "letters can't be told" in found.reason
    found = read(
        pdf("Quillfeather was paid", "(cid:20)(cid:7)(cid:31)".replace("(", "\\(").replace(")", "\\)")), "a.pdf", ""
    )
    assert [page.number for page in found.pages] == [1]
    assert "Page 2: its letters can't be told" in found.reason
    assert read(pdf("Ratio 3/g and 4/c of 10/f"), "a.pdf", "").state is State.EXTRACTED


@pytest.mark.slow
def test_words_under_a_box_are_told() -> None:
    words = "BT /F1 12 Tf 20 100 Td (SECRETPAYER) Tj ET"
    covered = read(drawn(f"{words} 0 0 0 rg 15 95 150 20 re f"), "a.pdf", "")
    assert "SECRETPAYER" in covered.pages[0].text
    assert "Page 1: words under a filled box" in covered.reason
    moved = read(drawn(f"{words} q 1 0 0 1 10 90 cm 0 0 0 rg 0 0 150 30 re f Q"), "a.pdf", "")
    assert "filled box" in moved.reason
    for other in (f"0.9 g 15 95 150 20 re f {words}", f"{words} 15 5 150 20 re f", f"{words} 15 95 150 20 re S"):
        assert read(drawn(other), "a.pdf", "").reason == "", other


def test_files_and_notes_inside_a_pdf() -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf("The invoice"))))
    writer.add_attachment("ledger.xlsx", b"zzz")
    from pypdf.annotations import FreeText

    writer.add_annotation(0, FreeText(text="NOTEWORD in the margin", rect=(10, 10, 100, 40)))
    out = io.BytesIO()
    writer.write(out)
    found = read(out.getvalue(), "a.pdf", "application/pdf")
    assert "NOTEWORD" in found.pages[0].text
    assert "1 file inside, not read: ledger.xlsx" in found.reason


def test_attachments_and_messages_inside_are_said() -> None:
    found = read(OUTER, "a.eml", "message/rfc822")
    text = found.pages[0].text
    assert "[Message inside, not read: The QUILLWORT account, from Cleo <cleo@x.example>]" in text
    assert "[Attachment, not read: winmail.dat (a packet of Outlook's)]" in text
    assert "2 attachments not read: winmail.dat" in found.reason
    assert "1 message inside, not read" in found.reason


@pytest.mark.parametrize(("charset", "reads"), [("koi8-r", True), ("", False)])
def test_headers_in_raw_bytes_are_read_or_said(charset: str, reads: bool) -> None:
    subject = "Счёт за причал".encode("koi8-r")
    kind = f"text/plain; charset={charset}".encode() if charset else b"text/plain"
    mail = b"From: a@x.example\nSubject: " + subject + b"\nContent-Type: " + kind + b"\n\nBody.\n"
    found = read(mail, "a.eml", "")
    assert ("Subject: Счёт за причал" in found.pages[0].text) is reads
    assert "\ufffd" not in found.pages[0].text
    assert ("Subject can't be decoded" in found.reason) is not reads


def hidden_places() -> bytes:
    """A DOCX with a footnote, a comment, a first page's header, tracked changes, hidden text and a picture."""
    made = docx.Document()
    section = made.sections[0]
    section.different_first_page_header_footer = True
    section.first_page_header.paragraphs[0].text = "FIRSTPAGEHEADER"
    hidden = made.add_paragraph("Seen ").add_run("HIDDENRUN")
    hidden.font.hidden = True
    made.add_paragraph("CHANGED")
    out = io.BytesIO()
    made.save(out)
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    changes = (
        "<w:p><w:ins w:id='1' w:author='a'><w:r><w:t>INSERTED</w:t></w:r></w:ins><w:del w:id='2' w:author='a'><w:r>"
        "<w:delText>DELETED</w:delText></w:r></w:del><w:moveFrom w:id='3' w:author='a'><w:r><w:t>MOVEDFROM</w:t></w:r>"
        "</w:moveFrom></w:p>"
    )
    run = "<w:p><w:r><w:t>{}</w:t></w:r></w:p>"
    note, said = run.format("FOOTNOTENAME"), run.format("COMMENTNAME")
    parts = {
        "word/footnotes.xml": f"<w:footnotes {space}><w:footnote>{note}</w:footnote></w:footnotes>",
        "word/comments.xml": f"<w:comments {space}><w:comment w:id='0'>{said}</w:comment></w:comments>",
        "word/media/image1.png": "zzz",
    }
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    again = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(out.getvalue())) as old, zipfile.ZipFile(again, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "word/document.xml":
                text = re.sub(rb"<w:p>(?:(?!</w:p>).)*CHANGED.*?</w:p>", changes.encode(), text)
            if name == "word/_rels/document.xml.rels":
                added = "".join(
                    f'<Relationship Id="rx{n}" Type="{kind}/{part.split("/")[-1].split(".")[0]}" Target="{part[5:]}"/>'
                    for n, part in enumerate(parts)
                )
                text = text.replace(b"</Relationships>", added.encode() + b"</Relationships>")
            if name == "[Content_Types].xml":
                text = text.replace(b"</Types>", b'<Default Extension="png" ContentType="image/png"/></Types>')
            new.writestr(name, text)
        for name, added_part in parts.items():
            new.writestr(name, added_part)
    return again.getvalue()


def test_every_place_of_a_docx_is_read_or_said() -> None:
    found = read(hidden_places(), "a.docx", "")
    assert found.state is State.EXTRACTED, found.reason
    text = found.pages[0].text
    for words in ("FOOTNOTENAME", "COMMENTNAME", "FIRSTPAGEHEADER", "INSERTED", "HIDDENRUN"):
        assert words in text, words
    for words in ("DELETED", "MOVEDFROM"):
        assert words not in text, words
    assert "tracked changes was left out (2 places)" in found.reason
    assert "Hidden text is in it (1 place)" in found.reason
    assert "1 picture or file inside, not read" in found.reason


def test_html_says_what_pictures_and_fields_say_and_what_is_hidden() -> None:
    page = (
        b"<html><p>Seen<img alt='ALTWORD'><input value='FIELDWORD'><span style='display: none'>UNSEEN</span></p></html>"
    )
    found = read(page, "a.html", "text/html")
    for words in ("ALTWORD", "FIELDWORD", "UNSEEN"):
        assert words in found.pages[0].text
    assert "Hidden text is in it (1 place)" in found.reason


@pytest.mark.parametrize(
    ("content", "name", "media", "says"),
    [
        (rb"{\rtf1\ansi{\fonttbl\f0 Arial;}Paid twice.}", "a.rtf", "application/rtf", "RTF"),
        (rb"{\rtf1\ansi Paid twice.}", "a.txt", "text/plain", "RTF"),
        (b"From ana@x Mon May  4 10:00:00 2026\nSubject: one\n\nx\n\nFrom bo@x Mon May  4 10:00:00 2026\nTo: c\n\ny\n",
         "box", "text/plain", "mailbox (mbox) of 2"),
        (b"From: a@x\n\nwords", "a.mbox", "", "mailbox"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "__substg1.0_0037001F".encode("utf-16-le"), "a.msg", "", ".msg"),
        (b"!BDN....", "a.pst", "", "PST"),
        (b"\xff\xd8\xff\xe0zzzz", "a.jpg", "image/jpeg", "picture"),
        (b"MIIabc", "smime.p7m", "", "S/MIME"),
    ],
)  # fmt: skip
def test_what_is_not_read_is_told_by_its_kind(content: bytes, name: str, media: str, says: str) -> None:
    found = read(content, name, media)
    assert found.state is State.UNSUPPORTED
    assert says in found.reason


@pytest.mark.parametrize(
    ("inside", "says"),
    [("xl/workbook.xml", "XLSX"), ("ppt/presentation.xml", "PPTX"), ("mimetype", "OpenDocument"), ("a.txt", "archive")],
)
def test_an_archive_is_told_by_what_it_holds(inside: str, says: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr(inside, "zzz")
    assert says in read(out.getvalue(), "a.zip", "").reason


@pytest.mark.slow
def test_speaking_of_pdf_makes_none() -> None:
    mail = b"From: a@x.example\nSubject: broken file\n\nThe file begins with %PDF-1.4, he says.\n"
    assert read(mail, "a.eml", "message/rfc822").state is State.EXTRACTED
    page = b"<html><p>It begins with %PDF-1.4</p></html>"
    assert read(page, "a.html", "text/html").format == "html"
    late = b"\r\n" + pdf("Quillfeather")
    assert read(late, "a.pdf", "application/pdf").format == "pdf"
    assert read(late, "a.bin", "application/octet-stream").format != "pdf"


def test_what_was_cut_says_how_much_was_read() -> None:
    found = read(pdf(*["word"] * 8, ""), "a.pdf", "", Limits(pages=5))
    assert (found.state, len(found.pages), found.total) == (State.EXTRACTED, 5, 9)
    assert "5 of 9 pages were read" in found.reason


def test_remarks_stay_short() -> None:
    remarks = Remarks()
    for n in range(200):
        remarks.page("no text.", 2 * n)
        remarks.say(f"Sentence number {n}.")
    assert len(str(remarks)) <= 480
    assert str(remarks).startswith("Pages 0, 2, 4, 6 and 196 more: no text.")
