"""Characters that nobody sees and that rewrite what others see.

Control characters (C0, C1) command a terminal; bidirectional controls turn what follows round, so that `gpj.exe` reads
as `exe.jpg`; line and paragraph separators begin a line where there is none. Texts of one line hold none of them; texts
of several lines hold line feeds and tabs, and the marks and isolates that Hebrew and Arabic are written with. The
database refuses alike (`line.text`). What feeds and documents bring is kept as it came and shown escaped.
"""

from __future__ import annotations

import re

_BIDI_MARKS = "\u061c\u200e\u200f\u2066-\u2069"
_ALWAYS = "\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e"
NOT_IN_A_LINE = re.compile(f"[\t\n{_ALWAYS}{_BIDI_MARKS}]")
NOT_IN_A_PASSAGE = re.compile(f"[{_ALWAYS}]")
_SHOWN_ESCAPED = re.compile(f"[{_ALWAYS}{_BIDI_MARKS}]")


def named(char: str) -> str:
    """A character as something to read: \\x1b, \\u202e."""
    code = ord(char)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def shown(text: str) -> str:
    """The text with everything in it to be seen. Line feeds and tabs stay; all else that is a control is escaped."""
    return _SHOWN_ESCAPED.sub(lambda found: named(found[0]), text)


def in_json(text: str) -> str:
    """The same for JSON that is written out: still that JSON, since such characters stand in its texts alone."""
    return _SHOWN_ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def plain(text: str) -> str:
    """A text of several lines with one kind of line end."""
    return text.replace("\r\n", "\n").replace("\r", "\n")
