"""A hint that names an address or a page names one that exists."""

from __future__ import annotations

import re
from pathlib import Path

from brightline.api.reference import document

REPOSITORY = Path(__file__).resolve().parents[2]
SOURCE = REPOSITORY / "src" / "brightline"
ADDRESS = re.compile(r"/api/v1(/[a-z][a-z0-9_/{}.-]*)")
PAGE = re.compile(r"\b(docs/[\w/-]+\.md)\b")


def _texts() -> dict[str, str]:
    files = (path for kind in ("*.py", "*.sql") for path in SOURCE.rglob(kind))
    return {str(path.relative_to(REPOSITORY)): path.read_text("utf-8") for path in files}


def test_every_address_that_a_hint_names_is_one_of_the_api() -> None:
    known = [*document()["paths"], "/api/v1/openapi.json"]
    forms = [re.compile(re.sub(r"\{[^}]*\}", "[^/]+", path) + r"\Z") for path in known]
    wrong = []
    for place, text in _texts().items():
        for found in ADDRESS.finditer(text):
            named = "/api/v1" + found[1].rstrip("./")
            # A prefix of several addresses is named with a slash at its end; a pattern isn't an address.
            if not any(form.match(named) for form in forms) and not any(path.startswith(named + "/") for path in known):
                wrong.append(f"{place}: {named}")
    assert wrong == []


def test_every_page_of_the_docs_that_is_named_exists() -> None:
    wrong = [
        f"{place}: {found[1]}"
        for place, text in _texts().items()
        for found in PAGE.finditer(text)
        if not (REPOSITORY / found[1]).exists()
    ]
    assert wrong == []
