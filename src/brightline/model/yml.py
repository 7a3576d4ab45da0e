"""The one reader for YAML that people write: rulebooks, feeds, programmes, providers, forms.

An alias is a few bytes that stand for as much as one likes, so that 300 bytes can become gigabytes: aliases and their
anchors are refused, everywhere. Nodes, depth and length are bounded before anything is built. What a file holds twice
or holds as no number (`.nan`, `.inf`, 1e400) is refused rather than chosen for the writer.
"""

from __future__ import annotations

import math
from typing import Any

import yaml

from brightline.model.characters import NOT_IN_A_LINE

LONGEST = 1_000_000
NODES = 20_000
DEEPEST = 40

# The parser in C is ten times as fast; where the wheel lacks it, the bounds hold all the same.
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FREE = dict.fromkeys(map(ord, "\t\n"), " ")
_OPENING = (yaml.MappingStartEvent, yaml.SequenceStartEvent)
_CLOSING = (yaml.MappingEndEvent, yaml.SequenceEndEvent)


class Loader(_Base):  # type: ignore[misc]
    """Plain values only. The same key twice is an error instead of a silent choice, and so is what is no number."""


def _mapping(loader: Any, node: yaml.MappingNode) -> dict[Any, Any]:
    seen: set[Any] = set()
    for key, _ in node.value:
        name = (key.tag, key.value) if isinstance(key, yaml.ScalarNode) else id(key)
        if name in seen:
            raise _fault(f"the key '{key.value}' is given twice", key.start_mark)
        seen.add(name)
    made: dict[Any, Any] = loader.construct_mapping(node, deep=True)
    return made


def _float(loader: Any, node: yaml.ScalarNode) -> float:
    value = float(loader.construct_yaml_float(node))
    if not math.isfinite(value):
        raise _fault(f"{node.value} is no number that can be kept", node.start_mark)
    return value


def _int(loader: Any, node: yaml.ScalarNode) -> int:
    try:
        return int(loader.construct_yaml_int(node))
    except ValueError:
        raise _fault("the number has too many digits", node.start_mark) from None


Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)
Loader.add_constructor("tag:yaml.org,2002:float", _float)
Loader.add_constructor("tag:yaml.org,2002:int", _int)


def _fault(problem: str, mark: Any) -> yaml.MarkedYAMLError:
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark)


def bounded(text: str) -> str:
    """The text itself, when it may be built; raises yaml.YAMLError. Costs no more than the bounds, whatever it says."""
    if len(text) > LONGEST:
        raise yaml.YAMLError(f"it is longer than {LONGEST} characters")
    depth = nodes = 0
    for event in yaml.parse(text, Loader=_Base):
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise _fault("aliases and anchors (* and &) aren't taken; write it out", event.start_mark)
        if isinstance(event, yaml.ScalarEvent) and NOT_IN_A_LINE.search(event.value.translate(_FREE)):
            raise _fault("a text holds characters that nobody can see", event.start_mark)
        nodes += isinstance(event, yaml.NodeEvent)
        depth += isinstance(event, _OPENING) - isinstance(event, _CLOSING)
        if nodes > NODES or depth > DEEPEST:
            what = f"more than {NODES} values" if nodes > NODES else f"more than {DEEPEST} levels"
            raise _fault(f"it holds {what}", event.start_mark)
    return text


def read(text: str, loader: Any = Loader) -> Any:
    """What a YAML text holds, within the bounds. Raises yaml.YAMLError, which tells line and reason."""
    try:
        return yaml.load(bounded(text), Loader=loader)
    except ValueError as error:
        # Days that no calendar has (2026-02-30), keys that can't be keys.
        raise yaml.YAMLError(str(error)) from error


def compose(text: str) -> yaml.Node | None:
    """The nodes with their places, within the bounds."""
    return yaml.compose(bounded(text), Loader=_Base)


def where(error: Exception) -> str:
    """ " near line N", or nothing where the error has no place."""
    mark = getattr(error, "problem_mark", None)
    return "" if mark is None else f" near line {mark.line + 1}"
