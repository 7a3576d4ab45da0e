"""The order of the files over workers: those that take long first, the rest by number of tests, none left out."""

from __future__ import annotations

from types import SimpleNamespace

from tests import spreading
from tests.conftest import REPOSITORY


def test_the_files_named_are_there() -> None:
    assert [file for file in spreading.FIRST if not (REPOSITORY / file).is_file()] == []
    assert len(set(spreading.FIRST)) == len(spreading.FIRST)


def test_long_files_come_first_then_those_with_more_tests() -> None:
    files = ["tests/a.py", "tests/b.py", spreading.FIRST[2], "tests/c.py", "tests/b.py", spreading.FIRST[0]]
    items = [SimpleNamespace(nodeid=f"{file}::test_{n}[x::y]") for n, file in enumerate(files)]
    order = [item.nodeid.split("[")[0] for item in spreading.ordered(items)]  # type: ignore[arg-type]
    first = [f"{spreading.FIRST[0]}::test_5", f"{spreading.FIRST[2]}::test_2"]
    assert order == [*first, "tests/b.py::test_1", "tests/b.py::test_4", "tests/a.py::test_0", "tests/c.py::test_3"]


def test_two_walks_through_one_world_go_to_one_worker() -> None:
    assert {spreading.unit(file) for file in spreading.TOGETHER} == {spreading.TOGETHER[0]}
    assert spreading.unit("tests/unit/test_keys.py") == "tests/unit/test_keys.py"
