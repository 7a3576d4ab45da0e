"""The definitions of all figures as a page of the reference: python -m brightline.oversight.reference."""

from __future__ import annotations

from pathlib import Path

from brightline.oversight.definitions import Figure, registry

PLACE = "docs/reference/figures.md"
_PUBLISHED = (
    " In the published form rounded to fives, 1 to 4 told as fewer than 5, and no number that would tell a difference."
)


def text() -> str:
    """The page."""
    known = registry()
    lines = [
        "# Figures and reports",
        "",
        f"Version {known.version}, SHA-256 `{known.sha256()}`. Made by `python -m brightline.oversight.reference`.",
        "",
        "| Report | Title | Figures |",
        "|---|---|---|",
    ]
    for name, report in known.reports.items():
        lines.append(f"| `{name}` | {report.title} | {', '.join(f'`{key}`' for key in report.figures)} |")
    for key, figure in known.figures.items():
        lines += ["", f"## {key}", "", *_told(figure)]
    return "\n".join(lines) + "\n"


def _told(figure: Figure) -> list[str]:
    parts = f" By {', '.join(f'`{path}`' for path in figure.by)}." if figure.by else ""
    small = _PUBLISHED if figure.people else ""
    return [f"**{figure.title}.** {figure.wording}", "", f"{figure.formula}{parts}{small}"]


if __name__ == "__main__":
    Path(PLACE).write_text(text(), encoding="utf-8")
