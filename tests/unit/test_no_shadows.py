"""What stands in the package runs there: a rule that only tests call drifts from the one that holds."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "src" / "brightline"
# For whoever reads an exported log or tries the prover without the product: docs/for-overseers says how.
FOR_OTHERS = {"brightline.oversight.recount", "leaf_bytes", "purpose_of", "marking_of"}


@cache
def _texts() -> dict[Path, str]:
    return {path: path.read_text("utf-8") for path in PACKAGE.rglob("*.py")}


def _imported() -> set[str]:
    found = set()
    for path, text in _texts().items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and node.module:
                found |= {node.module} | {f"{node.module}.{name.name}" for name in node.names}
            elif isinstance(node, ast.Import):
                found |= {name.name for name in node.names}
        # Started by its name, as the parsers in their box are.
        found |= set(re.findall(r"brightline(?:\.\w+)+", text)) - {_module(path)}
    return found


def _module(path: Path) -> str:
    return ".".join(("brightline", *path.relative_to(PACKAGE).with_suffix("").parts))


def test_each_module_is_used_by_the_product() -> None:
    used = _imported()
    started = {_module(path) for path, text in _texts().items() if '__name__ == "__main__"' in text}
    groups = {_module(path) for path in _texts() if path.parent.name == "groups"}  # found by their folder
    modules = {_module(path) for path in _texts() if path.stem not in ("__init__", "__main__")}
    assert modules - used - started - groups - FOR_OTHERS == set()


def test_each_function_and_constant_is_used_by_the_product() -> None:
    words = Counter(word for text in _texts().values() for word in re.findall(r"\w+", text))
    alone = []
    for path, text in _texts().items():
        for node in ast.parse(text).body:
            named = _named(node)
            alone += [f"{_module(path)}.{name}" for name in named if words[name] == 1 and name not in FOR_OTHERS]
    assert alone == [], "nothing calls these: remove them, or let the product use them"


def _named(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        return [] if node.decorator_list else [node.name]  # a route, a validator: registered by its decorator
    if isinstance(node, ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return [one.id for one in targets if isinstance(one, ast.Name) and not one.id.startswith("__")]
