"""What a file is that isn't text, told by its first bytes."""

from __future__ import annotations

_KINDS: tuple[tuple[bytes, str, str], ...] = (
    (b"PAR1", "a Parquet file", "Read it with format crawl, or write it as CSV."),
    (b"\xfd7zXZ\x00", "packed with xz", "Unpack it, or pack it with gzip."),
    (b"BZh", "packed with bzip2", "Unpack it, or pack it with gzip."),
    (b"\x28\xb5\x2f\xfd", "packed with zstd", "Unpack it, or pack it with gzip."),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", "Unpack it, or pack the file in it with gzip."),
    (b"Rar!", "a RAR archive", "Unpack it, or pack the file in it with gzip."),
    (b"SQLite format 3\x00", "an SQLite database", "Write the table as CSV."),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old workbook or document", "Save its sheet as CSV."),
    (b"%PDF", "a PDF", "Ask the source for a table."),
    (b"ARROW1", "an Arrow file", "Write it as CSV."),
    (b"\x89PNG", "a picture", "Ask the source for a table."),
    (b"\xff\xd8\xff", "a picture", "Ask the source for a table."),
)


def kind_of(head: bytes) -> tuple[str, str] | None:
    """(what it is, what to do), or None for what may be text."""
    if head.startswith(b"PK\x03\x04"):
        if b"xl/" in head or b"[Content_Types].xml" in head:
            return "a workbook of a spreadsheet", "Save its sheet as CSV, or read it with format crawl."
        return "a zip archive", "Unpack it, or pack the file in it with gzip."
    if head[257:262] == b"ustar":
        return "a tar archive", "Unpack it, or pack the file in it with gzip."
    return next(((what, hint) for mark, what, hint in _KINDS if head.startswith(mark)), None)


def utf16(head: bytes) -> str | None:
    """The name of the UTF-16 that this is, by its mark or since every other byte of it is zero."""
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    even, odd = head[0:400:2], head[1:400:2]
    if len(odd) >= 4 and not any(odd) and all(even):
        return "utf-16-le"
    return "utf-16-be" if len(odd) >= 4 and not any(even) and all(odd) else None


def proposed(raw: bytes) -> str | None:
    """An encoding in which bytes that aren't UTF-8 are letters."""
    for encoding in ("cp1252", "cp1250", "cp1251"):
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if all(one.isalpha() or one in "’‘“”–—…·°§€£" for one in text if ord(one) > 127):
            return encoding
    return None
