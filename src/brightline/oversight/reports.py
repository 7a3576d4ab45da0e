"""Reports: figures with what is needed to check them, the published form, the hash, CSV and HTML. Pure."""

from __future__ import annotations

import hashlib
import html
import io
import json
from collections.abc import Mapping
from typing import Any

from brightline.model import sheet
from brightline.oversight.definitions import Figure, Registry

SAID = {"small": "fewer than 5", "kept": "not shown"}
"""In the published form: a count of people's acts from 1 to 4, and one that would tell another number."""
ROUNDED = "Counts are rounded to fives."
TOTAL = "*"


def compose(registry: Registry, name: str, counted: Mapping[str, Any], *, published: bool = False) -> dict[str, Any]:
    """The document of a report. `counted` is what oversight_figures answered; the hash covers all but itself."""
    report = registry.report(name)
    document = {
        "report": name,
        "title": report.title,
        "form": "published" if published else "full",
        "definitions": {"version": registry.version, "sha256": registry.sha256()},
        "as_of": counted["as_of"],
        "from": counted["since"],
        "ledger": {"size": counted["size"], "root": counted["root"], "checkpoint_at": counted["checkpoint_at"]},
        "figures": [
            _figure(key, registry.figures[key], counted["figures"][key], published=published) for key in report.figures
        ],
    }
    return {**document, "sha256": digest(document)}


def digest(document: Mapping[str, Any]) -> str:
    """SHA-256 of a report's canonical JSON without its own hash, in hex."""
    bare = {key: part for key, part in document.items() if key != "sha256"}
    text = json.dumps(bare, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _figure(key: str, figure: Figure, rows: list[Mapping[str, Any]], *, published: bool) -> dict[str, Any]:
    width = len(figure.by)
    rounded = published and figure.people
    cells = [row for row in rows if row["cell"][0] != TOTAL] if rounded else rows
    return {
        "key": key,
        "title": figure.title,
        "wording": figure.wording,
        "formula": figure.formula,
        "unit": figure.unit,
        "by": [path.rpartition(".")[2] for path in figure.by],
        "rows": [{"cell": list(row["cell"][:width]), **_shown(row)} for row in cells],
        "rounded": rounded,
        "total": next((_shown(row) for row in rows if row["cell"][0] == TOTAL), None) if rounded else None,
    }


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """A number, or the word for why there is none."""
    if "printed" not in row:
        return {"value": _plain(row["value"]), "suppressed": None}
    printed = str(row["printed"])
    return {"value": None, "suppressed": printed} if printed in SAID else {"value": int(printed), "suppressed": None}


def _plain(value: float) -> int | float:
    return int(value) if float(value).is_integer() else float(value)


def _said(row: Mapping[str, Any]) -> str:
    return SAID[row["suppressed"]] if row["suppressed"] else f"{row['value']}"


def as_csv(document: Mapping[str, Any]) -> str:
    """One row a cell; what the report rests on stands in the first lines."""
    out = io.StringIO()
    sheet.write(out, ([f"# {key}", value] for key, value in _grounds(document)))
    sheet.write(out, [["figure", "title", "part_1", "part_2", "part_3", "value", "unit"]])
    for figure in document["figures"]:
        for row in figure["rows"]:
            cell = [*row["cell"], "", "", ""][:3]
            sheet.write(out, [[figure["key"], figure["title"], *cell, _said(row), figure["unit"]]])
        if figure["total"]:
            sheet.write(
                out, [[figure["key"], figure["title"], "total", "", "", _said(figure["total"]), figure["unit"]]]
            )
    return out.getvalue()


def as_html(document: Mapping[str, Any]) -> str:
    """A page of its own: no script, no style, nothing fetched."""
    parts = [f"<h1>{html.escape(document['title'])}</h1>", "<dl>"]
    parts += [f"<dt>{html.escape(key)}</dt><dd>{html.escape(str(value))}</dd>" for key, value in _grounds(document)]
    parts.append("</dl>")
    for figure in document["figures"]:
        parts += _table(figure)
    body = "\n".join(parts)
    head = f'<meta charset="utf-8"><title>{html.escape(document["title"])}</title>'
    return f'<!doctype html>\n<html lang="en"><head>{head}</head><body>\n{body}\n</body></html>\n'


def _table(figure: Mapping[str, Any]) -> list[str]:
    heads = "".join(f'<th scope="col">{html.escape(name)}</th>' for name in (*figure["by"], figure["unit"] or "number"))
    rows = [
        "<tr>" + "".join(f"<td>{html.escape(str(part))}</td>" for part in (*row["cell"], _said(row))) + "</tr>"
        for row in figure["rows"]
    ]
    if figure["total"]:
        blank = "<td></td>" * max(len(figure["by"]) - 1, 0)
        head = "<td>total</td>" if figure["by"] else ""
        rows.append(f"<tr>{head}{blank}<td>{_said(figure['total'])}</td></tr>")
    said = f"{figure['wording']} {figure['formula']}" + (f" {ROUNDED}" if figure["rounded"] else "")
    table = [f"<table><thead><tr>{heads}</tr></thead><tbody>", *rows, "</tbody></table>"] if rows else ["<p>None.</p>"]
    return [f"<h2>{html.escape(figure['title'])}</h2>", f"<p>{html.escape(said)}</p>", *table]


def _grounds(document: Mapping[str, Any]) -> list[tuple[str, Any]]:
    ledger, definitions = document["ledger"], document["definitions"]
    return [
        ("report", document["report"]),
        ("form", document["form"]),
        ("as of", document["as_of"]),
        ("from", document["from"] or "the beginning"),
        ("ledger size", ledger["size"]),
        ("ledger root", ledger["root"]),
        ("definitions", f"{definitions['version']} {definitions['sha256']}"),
        ("sha256", document["sha256"]),
    ]
