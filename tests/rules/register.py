"""Which rules hold: docs/rules.md, written from the names of the tests by `make rules`.

A test that asserts a rule carries its number, `test_rule_07_…`, `test_rule_04_05_14_…`. With `--junit FILE` the page
says what each did in that run (pytest --junit-xml=FILE); without, how many there are.
"""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from xml.etree import ElementTree

from tests.pages import listed, parser, put

REPOSITORY = Path(__file__).resolve().parents[2]
PLACE = REPOSITORY / "docs" / "rules.md"
_NAME = re.compile(r"^test_rule((?:_\d\d)+)_")

# Number → the rule in one line, and where it comes from. A source with * was taken from a summary.
RULES: Mapping[int, tuple[str, str]] = {
    1: ("A criminal-intelligence subject needs facts, the criminal activity, a document", "28 CFR 23.20(a),(c)"),
    2: (
        "No files on belief: such fields are refused unless the authority names them",
        "28 CFR 23.20(b); 5 USC 552a(e)(7)",
    ),
    3: ("What was unlawfully obtained is quarantined, every copy downstream recalled", "28 CFR 23.20(d)"),
    4: ("A dissemination stores need to know and right to know, apart, with the activity", "28 CFR 23.20(e)"),
    5: ("Each release has recipient, reason, date; the recipient accepted the rules", "28 CFR 23.20(f),(g)"),
    6: ("Every entry is labelled: sensitivity, reliability, credibility, unit, official", "28 CFR 23.20(g)"),
    7: ("Review or purge: dates are computed, validation is reasoned, a purge certified", "28 CFR 23.20(h)"),
    8: ("A correction reaches every recipient of the item, and receipt is tracked", "28 CFR 23.20(h)*; 552a(c)(4)"),
    9: ("Intelligence lies apart from case files", "28 CFR 23 (1998)*"),
    10: ("Accounting of disclosures: date, nature, purpose, recipient's name and address", "5 USC 552a(c)(1)"),
    11: ("The accounting is kept five years or the record's life, whatever is deleted", "5 USC 552a(c)(2)"),
    12: ("A person's accounting can be produced; lawful exceptions are recorded", "5 USC 552a(c)(3)"),
    13: ("Access across regimes inside one organisation carries the same fields", "552a(b)(1), Clarkson v. IRS"),
    14: ("A law-enforcement release rests on the head's written request", "5 USC 552a(b)(7)"),
    15: ("No source gives data without an approved privacy assessment in force", "E-Government Act s. 208; OIG-23-61"),
    16: (
        "Collection, change, consultation, disclosure, combination, erasure are logged",
        "LED art. 25; UK DPA 2018 s. 62",
    ),
    17: ("The log is read for oversight alone, and reading it is logged", "LED art. 25(2)"),
    18: ("Every person in a case has a category", "LED art. 6"),
    19: ("Uncategorised bulk data serve only categorisation, and go after six months", "EDPS, Europol decision 2022"),
    20: ("Each statement is a fact or an assessment, with author and basis", "LED art. 7(1)"),
    21: ("A transmission carries its quality; a wrong one is recalled", "LED art. 7(2),(3)"),
    22: ("A new purpose is a crossing: lawful, necessary, proportionate", "LED arts. 4(2), 9(1)*"),
    23: ("Every record has a review or erasure date", "LED art. 5"),
    24: ("No machine decides alone against anybody", "LED art. 11*"),
    25: ("Redress: requests are decided with reasons, disputed items flagged everywhere", "LED arts. 12–18*"),
    26: ("What was given for a protective purpose supports no enforcement", "Pub. L. 116-6 s. 224"),
    27: ("Protected persons: existence itself is hidden, an alert before any action", "8 USC 1367"),
    28: ("A claim of citizenship or status locks civil action until two people clear it", "ICE Directive 16001.2"),
    29: ("No adverse civil action on a database alone", "Gonzalez v. ICE"),
    30: ("The instrument fits the purpose", "Perez Cruz v. Barr, 926 F.3d 1128"),
    31: ("The process fits the statute", "19 USC 1509"),
    32: ("Leavers have no session; roles are recertified", "OIG-24-11"),
    33: ("Overseers see all without asking, and can verify the log offline", "LED art. 25(3)"),
    34: ("Deconfliction without content", "RISSafe practice"),
    35: ("A crossing is decided by somebody in neither chain, at request and at decision", "separation of duties"),
    40: ("A reason says something: no boilerplate, no repeats", "what went wrong elsewhere"),
    41: ("No bulk matching without approval; no action on a name and a birth date", "what went wrong elsewhere"),
    42: ("The fields of an arrest can't be left out", "what went wrong elsewhere"),
    43: ("Status evidence, hold and register of errors", "what went wrong elsewhere"),
    44: ("Misuse by insiders is flagged", "what went wrong elsewhere"),
    45: ("No retention date a century ahead", "CalGang"),
    46: ("Approval scales with the number of people", "what went wrong elsewhere"),
    47: ("Weakening a guard creates a notice before it takes effect", "what went wrong elsewhere"),
    48: ("Hours, costs and outcomes by regime against budget", "what went wrong elsewhere"),
    49: ("The same report at the same past moment is the same", "what went wrong elsewhere"),
    50: ("Merging or purging destroys no trail", "what went wrong elsewhere"),
    51: ("Nothing tells of hidden records beyond the pointer tier", "what went wrong elsewhere"),
    52: ("Any changed, dropped or reordered entry is detected", "what went wrong elsewhere"),
    53: ("A whole case can be taken elsewhere and back", "what went wrong elsewhere"),
}
# These must each have a test of their number.
REQUIRED = frozenset(
    [*range(1, 8), 10, *range(13, 19), 20, 22, 24, *range(27, 31), *range(32, 36), 40, 41, 42, 44, 47, 50, 51, 52]
)


@dataclass(frozen=True, slots=True, order=True, kw_only=True)
class Named:
    """One test function that carries numbers of rules."""

    file: str
    name: str
    rules: tuple[int, ...]


@cache
def numbered(root: Path) -> Sequence[Named]:
    """Every numbered test of the repository, by file and name; read once, for all files take a second or two."""
    found = []
    for path in sorted((root / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match = _NAME.match(node.name) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) else None
            if match and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                rules = tuple(int(n) for n in match.group(1).split("_") if n)
                found.append(Named(file=path.relative_to(root).as_posix(), name=node.name, rules=rules))
    return tuple(sorted(found))


def outcomes(junit: Path) -> Mapping[str, str]:
    """Test function → what it did in a run, the worst of its cases: failed, skipped, passed."""
    worst: dict[str, str] = {}
    order = ("passed", "skipped", "failed")
    for case in ElementTree.parse(junit).iter("testcase"):
        failed = case.find("failure") is not None or case.find("error") is not None
        told = "failed" if failed else "skipped" if case.find("skipped") is not None else "passed"
        name = str(case.get("name")).split("[")[0]
        worst[name] = max(worst.get(name, told), told, key=order.index)
    return worst


def page(found: Sequence[Named], did: Mapping[str, str] | None = None) -> str:
    """The whole page."""
    by_rule: dict[int, list[Named]] = defaultdict(list)
    for test in found:
        for rule in test.rules:
            by_rule[rule].append(test)
    rows = [f"| {rule} | {words} | {source} | {_held(by_rule[rule], did)} |" for rule, (words, source) in RULES.items()]

    def said(test: Named) -> str:
        return f" ({did.get(test.name, 'not run')})" if did is not None else ""

    lists = [listed(rule, by_rule[rule], said) for rule in RULES if by_rule[rule]]
    return _HEAD + "\n".join(rows) + "\n\n## The tests\n\n" + "\n\n".join(lists) + "\n"


_HEAD = """# Rules, and the tests that hold them

Written from the names of the tests by `make rules`; a test fails when it is out of date. A rule without a test is
a rule that nobody has shown to hold. Numbers are those that the tests carry: `pytest -k rule_07` runs one rule's.
After a run with `--junit-xml=FILE`, `python -m tests.rules.register --junit FILE --print` says what each did.

Sources with * were taken from summaries: check the text before quoting it to a court.

| # | Rule | Source | Held |
|---|---|---|---|
"""


def _held(tests: Sequence[Named], did: Mapping[str, str] | None) -> str:
    if not tests:
        return "no test yet"
    if did is None:
        return f"by {len(tests)} test{'s' if len(tests) > 1 else ''}"
    told = [did.get(test.name, "not run") for test in tests]
    return ", ".join(f"{told.count(one)} {one}" for one in ("passed", "failed", "skipped", "not run") if one in told)


def main() -> None:
    """Write the page; with --check say whether it is current; with --print show it, with --junit with results."""
    words = parser("tests.rules.register")
    words.add_argument("--junit", type=Path)
    given = words.parse_args()
    put(PLACE, page(numbered(REPOSITORY), outcomes(given.junit) if given.junit else None), given)


if __name__ == "__main__":
    main()
