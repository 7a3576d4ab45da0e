"""Which test files belong to a room: `make test ROOM=cases` runs them; before landing the whole runs all the same.

A file belongs to the rooms of the words in its name, `test_rules_leads_people.py` to leads. What is named after
something else is declared in MORE; what tries the house as a whole, whatever room it is in, is WHOLE.
`python -m tests.rooms cases` lists them.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

TESTS = Path(__file__).resolve().parent
# By the beginnings of words in a file's name.
ROOMS: Mapping[str, tuple[str, ...]] = {
    "accounts": ("account", "attempts", "credential", "factor", "federated", "keys", "leavers", "login", "password",
                 "powers", "session", "access", "d_roles"),
    "analysis": ("analysis", "plans"),
    "box": ("box", "crawl", "extract_files", "lead_files", "documents_reading"),
    "cases": ("case", "custody", "deconfliction", "deciders", "steps", "lists_whole", "hidden_characters"),
    "crossings": ("crossing", "pointer"),
    "demo": ("demo", "tour"),
    "disclosures": ("disclosure", "laundering", "print"),
    "documents": ("document",),
    "feeds": ("feed", "real_data", "delta_files", "formula_cells"),
    "leads": ("lead",),
    "ledger": ("ledger", "log", "logging", "rule_16", "rule_52", "power_loss", "read_entry", "hot_standby", "signature",
               "overseers_page"),
    "links": ("links", "resolution"),
    "line": ("rulebook", "visibility", "worlds", "c_purpose", "b_content", "f1_param", "strangers", "acts_authority",
             "nobody_alone", "policy"),
    "operations": ("operation", "field", "extract"),
    "oversight": ("oversight", "overseer", "flags", "figures", "rule_40", "rule_44", "rule_49", "misuse", "r16_print"),
    "resolution": ("resolution", "judgements", "keys_laws"),
    "restrictions": ("restriction",),
    "retention": ("retention",),
    "search": ("search", "bulk", "two_accounts", "r9_spellings", "no_word", "keys_laws"),
    "store": ("store", "upgrades", "migrations", "homes", "copies", "held_transactions", "pgbouncer", "up_and_down",
              "p8_backup", "settings"),
    "warehouse": ("warehouse", "schedules", "cron", "folders", "formula_cells"),
    "web": ("browser", "web_types", "no_word", "seen_tables"),
}  # fmt: skip
# What tries the house as a whole.
WHOLE = (
    "api_bad_input", "api_once", "api_problems", "api_smaller", "bad_input_list", "cli", "hints", "inbox",
    "version_untold", "decided_twice", "catalogue", "every_command", "every_endpoint", "f10_writes", "p1_app",
    "p4_worker", "p6_sequencer", "r8_once_and_seen", "schemathesis", "sqlsmith", "addresses", "attacks_register",
    "gate_refusals", "keys", "no_shadows", "readme", "readme_walk", "rules_register", "scaffold", "spreading", "rooms",
    "sql_floors", "sql_width",
)  # fmt: skip


def files(room: str) -> list[Path]:
    """The test files of a room; KeyError where there is none of that name."""
    words = ROOMS[room]
    return [path for path in _all() if any(f"_{word}" in path.stem for word in words)]


def undeclared() -> list[Path]:
    """Test files of no room that aren't declared to try the whole."""
    known = {path for room in ROOMS for path in files(room)}
    return [path for path in _all() if path not in known and path.stem.removeprefix("test_") not in WHOLE]


def _all() -> list[Path]:
    return sorted(TESTS.glob("*/test_*.py"))


def main() -> int:
    """List the files of the room that is named."""
    (room,) = sys.argv[1:]
    if room not in ROOMS:
        print(f"No room is called {room}. Rooms: {', '.join(ROOMS)}.", file=sys.stderr)
        return 2
    print("\n".join(str(path.relative_to(TESTS.parent)) for path in files(room)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
