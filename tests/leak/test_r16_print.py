"""ATTACKS R16: what others wrote, in a page that is saved and opened later, with no server's policy to hold it.

On screen, on paper and as PDF it is tried in a real browser: tests/e2e/test_browser.py.
"""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from brightline.oversight.reports import as_html

BAIT = [
    '<img src="http://127.0.0.1:1/x" onerror="alert(1)">',
    "<script>alert(1)</script>",
    '<iframe src="file:///etc/passwd"></iframe>',
    "</td></tr></table></body><script>alert(1)</script>",
    '"><svg onload=alert(1)>',
    "<style>@import url(http://127.0.0.1:1/css)</style>",
    "&lt;script&gt;",
    "javascript:alert(1)",
]
PLAIN = {
    "html",
    "head",
    "meta",
    "title",
    "body",
    "h1",
    "h2",
    "dl",
    "dt",
    "dd",
    "p",
    "table",
    "thead",
    "tbody",
    "tr",
    "th",
    "td",
}


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.attributes: set[tuple[str, str | None]] = set()
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.add(tag)
        self.attributes.update(attrs)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.mark.parametrize("text", BAIT)
def test_r16_a_saved_report_is_text(text: str) -> None:
    row = {"cell": [text, text], "value": 3, "suppressed": False, "rounded": False}
    words = dict.fromkeys(("key", "title", "wording", "formula", "unit"), text)
    document = {
        "figures": [{**words, "by": [text], "rows": [row], "total": row, "rounded": 5}],
        "ledger": {"size": 1, "root": text},
        "definitions": {"version": 1, "sha256": text},
        **dict.fromkeys(("report", "title", "form", "as_of", "from", "sha256"), text),
    }
    page = _Tags()
    page.feed(as_html(document))
    assert page.found <= PLAIN
    assert page.attributes <= {("lang", "en"), ("charset", "utf-8"), ("scope", "col")}
    assert page.texts.count(text) >= 6
