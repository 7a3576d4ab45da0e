"""SQL in 120 columns: `python scripts/wrap_sql.py` breaks longer lines, `--check` names them.

It breaks where there is space already and changes nothing else, no token and no word of a comment; whether that is so
is compared before a file is written. Why no formatter does it: docs/decisions/0036-sql-in-120-columns.md.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "src" / "brightline"
WIDTH = 120
_TOKEN = re.compile(
    r"(?P<comment>--[^\n]*|/\*.*?\*/)|(?P<string>[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|\"[^\"]*\")"
    r"|(?P<dollar>\$[A-Za-z_]*\$)|(?P<space>\s+)|(?P<word>\w+)|(?P<sign>[^\s\w])",
    re.DOTALL,
)
# A line reads best when it begins with one of these.
_BEGINS = frozenset(
    re.findall(
        r"\w+",
        "AND OR FROM WHERE JOIN LEFT CROSS INNER ORDER GROUP HAVING UNION EXCEPT INTERSECT THEN ELSE ELSIF WHEN LOOP "
        "USING VALUES SET ON RETURNING RETURN PERFORM IF END SELECT UPDATE INSERT DELETE LIMIT LANGUAGE INTO RAISE FOR",
    )
)
# Fields of a header that may go on in a further line of comment (store/headers.py).
_FIELD = re.compile(r"--\s*(params|result):")
_KEY = re.compile(r"(act|callers|calls|inquiry|kind|owner|params|purposes|result|roles|seen|token|unread):")


@dataclass(frozen=True)
class Token:
    """A piece of text that stays whole; `depth` is that of the parentheses it stands in."""

    kind: str
    text: str
    start: int
    depth: int


def tokens(text: str) -> Iterator[Token]:
    """The pieces. A function's or a block's body is code and is read as such; any other quoted text is one piece."""
    at = depth = 0
    before = code = ""
    while at < len(text):
        found = _TOKEN.match(text, at)
        assert found, text[at : at + 40]
        kind, end = str(found.lastgroup), found.end()
        if kind == "dollar" and found[0] not in ("$$", code):
            if before in ("AS", "DO"):
                code = found[0]
            else:
                kind, end = "string", text.index(found[0], end) + len(found[0])
        before = before if kind in ("space", "comment") else found[0]
        depth -= found[0] in (")", "]")
        yield Token(kind, text[at:end], at, depth)
        depth += found[0] in ("(", "[")
        at = end


def meaning(text: str) -> tuple[list[str], list[str]]:
    """Everything that isn't space: the tokens, and the words of comments."""
    code, words = [], []
    for token in tokens(text):
        if token.kind == "comment":
            words += token.text.replace("--", " ").split()
        elif token.kind == "string" and code and code[-1][0] == code[-1][-1] == token.text[0] == "'":
            code[-1] = code[-1][:-1] + token.text[1:]  # two strings on two lines are one
        elif token.kind != "space":
            code.append(token.text)
    return code, words


def wrapped(text: str) -> str:
    """The text with no line wider than WIDTH, as far as there is a place to break it."""
    whole = list(tokens(text))
    starts = {one.start: one for one in whole if one.kind == "comment"}
    out: list[str] = []
    start, lines = 0, text.splitlines(keepends=True)
    while lines:
        line = lines.pop(0)
        end = start + len(line)
        if len(line.rstrip("\n")) > WIDTH:
            if start + len(line) - len(line.lstrip()) in starts:
                while lines and _goes_on(line, lines[0]):
                    end += len(lines[0])
                    line = f"{line.rstrip()} {lines.pop(0).strip().removeprefix('--').strip()}\n"
                out.append(_comment(line.rstrip("\n"), line[: len(line) - len(line.lstrip())]))
            else:
                out.append(_broken(line, [one for one in whole if start <= one.start < end], start))
        else:
            out.append(line)
        start = end
    return "".join(out)


def _goes_on(line: str, following: str) -> bool:
    """Whether the next line is more of the same comment: neither empty, nor a rule, nor a field of its own."""
    said = following.strip().removeprefix("--").strip()
    alike = len(line) - len(line.lstrip()) == len(following) - len(following.lstrip())
    return following.lstrip().startswith("--") and alike and bool(said) and said[0].isalnum() and not _KEY.match(said)


def _broken(line: str, inside: list[Token], start: int) -> str:
    indent = line[: len(line) - len(line.lstrip())]
    first = next((one for one in inside if one.kind != "space"), None)
    if first is None:
        return line
    last = inside[-2] if inside[-1].kind == "space" and len(inside) > 1 else inside[-1]
    if last.kind == "comment" and last.text.startswith("--"):
        code = line[: last.start - start].rstrip()
        above = _comment(indent + last.text, indent)
        return above + (wrapped_line(code + "\n", indent, inside, start) if len(code) > WIDTH else code + "\n")
    return wrapped_line(line, indent, inside, start)


def _comment(line: str, indent: str) -> str:
    """Words of a comment over as many lines as they need; a header's field goes on after two spaces more."""
    head = f"{indent}-- "
    more = f"{indent}--   " if _FIELD.match(line) else head
    first, *words = line.strip().removeprefix("--").strip().split(" ")
    lines, now = [], head + first
    for at, word in enumerate(words):
        # A further line that began with a word and a colon would be another field.
        then = words[at + 1] if more != head and _KEY.match((words[at + 1 :] or [""])[0]) else ""
        if len(f"{now} {word} {then}".rstrip()) > WIDTH and not (more != head and _KEY.match(word)):
            lines.append(now.rstrip())
            now = more + word
        else:
            now = f"{now} {word}"
    return "\n".join([*lines, now]) + "\n"


def wrapped_line(line: str, indent: str, inside: list[Token], start: int) -> str:
    """One line of code over as many as it needs, broken where the fewest parentheses are open."""
    places = _places(line, inside, start)
    out, begun, margin = [], 0, 0
    while len(line.rstrip("\n")) - begun + margin > WIDTH:
        most = begun + WIDTH - margin
        fits = [place for place in places if begun + 24 < place[0] <= most and len(line) - place[0] > 24]
        fits = fits or [place for place in places if begun < place[0] <= most and line[begun : place[0]].strip()]
        if not fits:
            break
        at = max(fits, key=lambda place: (place[1] + (place[0] - begun) / 2, place[0]))[0]
        out.append(" " * margin + line[begun:at].rstrip())
        begun = at + len(line[at:]) - len(line[at:].lstrip(" "))
        margin = len(indent) + (0 if line[:at].rstrip().endswith(";") else 2)
    out.append(" " * margin + line[begun:].rstrip("\n"))
    return "\n".join(out) + "\n"


def parted(text: str) -> str:
    """Strings that are wider than a line, as two on two lines, which SQL reads as one."""
    out = []
    for token in tokens(text):
        begun = "".join(out).rpartition("\n")[2] if token.kind == "string" else ""
        out.append(_parted(token.text, begun) if token.kind == "string" and token.text[0] == "'" else token.text)
    return "".join(out)


def _parted(text: str, begun: str) -> str:
    if "\n" in text or len(begun) + len(text) <= WIDTH - 1:
        return text
    indent = len(begun) - len(begun.lstrip())
    room = WIDTH - 1 - len(begun)
    at = max((found.end() for found in re.finditer(r"[ ,|](?!')", text[:room])), default=0)
    if at < 3 or text[:at].count("'") % 2 == 0 or at > len(text) - 3:
        return text
    rest = " " * (indent + 2 - (2 if begun.strip() == "" else 0))
    return f"{text[:at]}'\n{rest}" + _parted("'" + text[at:], rest)


def _places(line: str, inside: list[Token], start: int) -> list[tuple[int, int]]:
    """Where it may be broken, and how well it reads there."""
    found = []
    for before, space, after in zip(inside, inside[1:], inside[2:], strict=False):
        at = space.start - start
        if space.kind != "space" or "\n" in space.text or at >= len(line):
            continue
        good = 24 if after.text.upper() in _BEGINS and after.text.isupper() else 0
        good += 16 if before.text == ";" else 6 if before.text == "," else 0
        found.append((at, good - 14 * after.depth))
    return found


def files() -> list[Path]:
    """Every SQL file that is installed; a migration that was released never changes."""
    return sorted(path for path in SOURCE.glob("**/*.sql") if "migrations" not in path.parts)


def faults(path: Path) -> Iterator[str]:
    """What is wrong with a file's lines."""
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        if len(line) > WIDTH:
            yield f"{path.relative_to(SOURCE)}:{number}: {len(line)} columns"
        if "\t" in line:
            yield f"{path.relative_to(SOURCE)}:{number}: a tab"
        if line != line.rstrip():
            yield f"{path.relative_to(SOURCE)}:{number}: space at the end"


def mend(path: Path) -> None:
    """Break what is too long, and write the file if it still says the same."""
    before = path.read_text("utf-8")
    after = wrapped(parted(wrapped("\n".join(line.rstrip() for line in before.splitlines()) + "\n")))
    if after != before:
        if meaning(after) != meaning(before):
            raise SystemExit(f"{path}: breaking its lines would change what it says")
        path.write_text(after, "utf-8")


def main() -> int:
    """Mend all files, or with --check say what is wrong."""
    if "--check" not in sys.argv[1:]:
        for path in files():
            mend(path)
    wrong = [fault for path in files() for fault in faults(path)]
    print("\n".join(wrong[:50]), end="\n" if wrong else "")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
