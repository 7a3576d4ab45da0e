"""Which file goes to which worker, and when: long ones first, so that no worker waits for another's last file.

pytest-xdist's own order is by the number of tests. A file of two tests that take minutes comes last by that, when the
other workers have nothing left to do.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from xdist.scheduler import Scheduling

# These walk through the same demo world, which takes a minute or more to make: one worker makes it for both.
TOGETHER = ("tests/e2e/test_browser.py", "tests/e2e/test_tour.py")
# What takes long for its number of tests, the longest first; the rest follows by number.
FIRST = (
    *TOGETHER,
    "tests/leak/test_sqlsmith.py",
    "tests/rules/test_rule_44_misuse.py",
    "tests/contract/test_demo_load.py",
    "tests/fault/test_hot_standby.py",
    "tests/fault/test_ledger_machine.py",
    "tests/feeds/test_real_data.py",
    "tests/e2e/test_up_and_down.py",
    "tests/rules/test_rules_rulebook.py",
    "tests/contract/test_store_backup.py",
    "tests/rules/test_rule_52_ledger.py",
    "tests/fault/test_power_loss.py",
    "tests/fault/test_read_entry_survives.py",
    "tests/fault/test_store_server.py",
    "tests/policy/test_worlds.py",
    "tests/policy/test_visibility_rules.py",
    "tests/unit/test_documents_reading.py",
    "tests/migration/test_migrations.py",
)


def unit(scope: str) -> str:
    """The name of the unit of work to which a file belongs."""
    return TOGETHER[0] if scope in TOGETHER else scope


def ordered(items: list[pytest.Item]) -> list[pytest.Item]:
    """The tests of FIRST's files in its order, then file by file, those with more tests before those with fewer."""
    many = Counter(_file(item) for item in items)
    place = {file: n for n, file in enumerate(FIRST)}
    return sorted(items, key=lambda item: (place.get(_file(item), len(FIRST)), -many[_file(item)]))


def scheduler(config: pytest.Config, log: object) -> Scheduling:
    """`--dist loadscope` in the order in which the tests were collected, and with TOGETHER as one unit."""
    from xdist.scheduler import LoadScopeScheduling

    class Spread(LoadScopeScheduling):
        def _split_scope(self, nodeid: str) -> str:
            return unit(super()._split_scope(nodeid))

    config.option.loadscopereorder = False
    return Spread(config, log)


def _file(item: pytest.Item) -> str:
    return item.nodeid.split("::", 1)[0]
