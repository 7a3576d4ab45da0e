"""Reading files: each format, each way in which it can fail, and the limits of the child process."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
import pytest
from pypdf import PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject

from brightline.documents.child import Limits, read
from brightline.documents.extract import html_text
from brightline.documents.model import BATCH_PAGES, LONGEST_PAGE, Page, Reading, State, batches, portions

MAIL = b"""From: Ana <ana@fraud.example>
To: bo@fraud.example
Subject: =?utf-8?q?Zahlung_an_Quillfeather?=
Content-Type: multipart/mixed; boundary=x

--x
Content-Type: text/html; charset=utf-8

<p>Paid <b>twice</b></p><script>evil()</script>
--x
Content-Type: application/pdf
Content-Disposition: attachment; filename=invoice.pdf

zzz
--x--
"""


def pdf(*texts: str, password: str = "") -> bytes:
    """A PDF of one page for each text, made without any other library."""
    writer = PdfWriter()
    font = DictionaryObject(
        {
            NameObject("/Type"): NameObject("/Font"),
            NameObject("/Subtype"): NameObject("/Type1"),
            NameObject("/BaseFont"): NameObject("/Helvetica"),
        }
    )
    for text in texts:
        page = writer.add_blank_page(300, 200)
        stream = StreamObject()
        stream.set_data(f"BT /F1 12 Tf 20 100 Td ({text}) Tj ET".encode() if text else b"")
        fonts = DictionaryObject({NameObject("/F1"): writer._add_object(font)})
        page[NameObject("/Resources")] = DictionaryObject({NameObject("/Font"): fonts})
        page[NameObject("/Contents")] = writer._add_object(stream)
    if password:
        writer.encrypt(password)
    made = io.BytesIO()
    writer.write(made)
    return made.getvalue()


def word(*lines: str) -> bytes:
    made = docx.Document()
    for line in lines:
        made.add_paragraph(line)
    cells = made.add_table(rows=1, cols=2).rows[0].cells
    cells[0].text, cells[1].text = "Payee", "Quillfeather"
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def test_pages_of_a_pdf() -> None:
    found = read(pdf("Quillfeather was paid", "", "twice"), "a.pdf", "application/pdf")
    assert (found.state, found.format, found.total) == (State.EXTRACTED, "pdf", 3)
    assert [(page.number, page.text.strip()) for page in found.pages] == [(1, "Quillfeather was paid"), (3, "twice")]


def test_a_docx_with_its_tables() -> None:
    found = read(word("The invoice of March"), "a.docx", "")
    assert found.state is State.EXTRACTED
    assert "The invoice of March" in found.pages[0].text
    assert "Payee" in found.pages[0].text
    assert "Quillfeather" in found.pages[0].text


def test_an_e_mail_with_its_attachments_named() -> None:
    text = read(MAIL, "a.eml", "").pages[0].text
    assert "Subject: Zahlung an Quillfeather" in text
    assert "Paid twice" in text
    assert "evil" not in text
    assert "[Attachment, not read: invoice.pdf]" in text


def test_html_as_it_is_seen() -> None:
    assert html_text("<p>One<br>two</p><style>x</style><ul><li>three</ul><!-- no -->") == "One\ntwo\nthree"
    found = read("<html><body><p>Größe</p></body></html>".encode("latin-1"), "a.html", "text/html; charset=latin-1")
    assert found.format == "html"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_plain_text_in_any_dress(encoding: str) -> None:
    found = read("Größe und Zahlung".encode(encoding), "a.txt", "text/plain")
    assert [page.text for page in found.pages] == ["Größe und Zahlung"]


@pytest.mark.parametrize(
    ("content", "name", "state", "reason"),
    [
        (b"  \n", "a.txt", State.EMPTY, "nothing"),
        (pdf("", ""), "a.pdf", State.EMPTY, "scanned"),
        (pdf("secret", password="word"), "a.pdf", State.ENCRYPTED, "password"),
        (b"%PDF-1.7 and then nothing", "a.pdf", State.BROKEN, "opened"),
        (b"no pdf at all", "a.pdf", State.BROKEN, "begin"),
        (b"PK\x03\x04 torn", "a.docx", State.BROKEN, "damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 old", "a.doc", State.UNSUPPORTED, "older"),
        (b"\x00\x01\x02" * 50, "a.bin", State.UNSUPPORTED, "Only"),
        (b"<html><script>x</script></html>", "a.html", State.EMPTY, "no text"),
    ],
)
def test_what_cannot_be_read_says_why(content: bytes, name: str, state: State, reason: str) -> None:
    found = read(content, name, "")
    assert (found.state, found.pages) == (state, ())
    assert reason in found.reason


def test_an_archive_that_unpacks_without_end_is_not_unpacked() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for n in range(3):
            archive.writestr("word/document.xml" if n == 0 else f"{n}", b"\0" * (80 * 1024 * 1024))
    assert read(made.getvalue(), "bomb.docx", "").state is State.TOO_LARGE


@pytest.mark.slow
def test_limits_keep_what_was_read_before() -> None:
    few = read(pdf(*["words"] * 5), "a.pdf", "", Limits(pages=2))
    assert (few.state, len(few.pages)) == (State.EXTRACTED, 2)
    assert "more text than is kept" in few.reason
    assert read(b"x" * 5000, "a.txt", "", Limits(characters=100)).state is State.TOO_LARGE
    assert read(pdf("words"), "a.pdf", "", Limits(memory=180 * 1024 * 1024)).state in (State.EXTRACTED, State.TOO_LARGE)


def test_the_child_knows_nothing_of_its_surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BRIGHTLINE_TOKEN", "secret")
    monkeypatch.setenv("PYTHONPATH", "/nowhere")
    assert read(b"words", "a.txt", "").state is State.EXTRACTED


def test_portions_are_the_text() -> None:
    text = "\n".join(f"line {n} of a long letter" for n in range(3000))
    parts = list(portions(text))
    assert "".join(parts) == text
    assert max(map(len, parts)) <= LONGEST_PAGE
    assert [len(part) for part in portions("x" * 50_000)] == [20_000, 20_000, 10_000]


def test_batches_hold_all_pages_and_one_at_least() -> None:
    pages = tuple(Page(number=n, text="x" * 100) for n in range(1, 121))
    assert [page for batch in batches(pages) for page in batch] == list(pages)
    assert max(len(batch) for batch in batches(pages)) == BATCH_PAGES
    assert list(batches(Reading(state=State.EMPTY).pages)) == [()]


@pytest.mark.data
@pytest.mark.slow
def test_real_court_files_end_as_somebody_reading_them_would_say(data: Path) -> None:
    folder = data / "docs_court_foia"
    wanted = {
        "pdfplumber_gov/password-example.pdf": State.ENCRYPTED,
        "pdfplumber_gov/scotus-transcript-p1.pdf": State.EXTRACTED,
        "freelaw_doctor/doctor/test_assets/empty.pdf": State.EMPTY,
        "freelaw_doctor/doctor/test_assets/image-pdf.pdf": State.EMPTY,
        "freelaw_doctor/doctor/test_assets/word-doc.doc": State.UNSUPPORTED,
        "freelaw_doctor/doctor/test_assets/word-docx.docx": State.EXTRACTED,
    }
    for name, state in wanted.items():
        path = folder / name
        assert read(path.read_bytes(), path.name, "").state is state, name


@pytest.mark.data
@pytest.mark.slow
def test_no_file_of_the_ingest_corpus_makes_the_reader_fail(data: Path) -> None:
    """Broken ones included: each ends in a state with a reason, and the reading itself never raises."""
    paths = sorted((data / "docs_ingest_fixtures" / "tika").iterdir())
    chosen = [path for path in paths if path.suffix in {".eml", ".html", ".docx", ".pdf"} and path.is_file()][::4]
    assert len(chosen) > 20
    for path in chosen:
        found = read(path.read_bytes(), path.name, "")
        assert found.state is State.EXTRACTED or found.reason, path.name
        assert found.reason != "The file made its reader fail.", path.name
