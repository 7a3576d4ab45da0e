"""Words under a filled box: a page hides them, its text doesn't.

Not a renderer: it looks for rectangles that are filled after words were set, and lie over where those begin. What a
picture or a clipped shape covers isn't seen here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from pypdf import PageObject

_FILLS = frozenset({b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"})
_ENDS = frozenset({b"S", b"s", b"n", *_FILLS})
_SMALLEST = 4.0
_MOST = 20_000

Box = tuple[float, float, float, float]


class _Watch:
    """Follows the page's instructions: where words were set so far, and which boxes were filled after them."""

    def __init__(self) -> None:
        self._path: list[Box] = []
        self._words: list[tuple[float, float]] = []
        self.covered = False

    def operand(self, operator: Any, args: Any, matrix: Sequence[float], text: Sequence[float]) -> None:
        if operator in (b"Tj", b"TJ", b"'", b'"') and len(self._words) < _MOST:
            self._words.append(_point(_times(text, matrix), 0.0, 0.0))
        elif operator == b"re" and len(args) == 4 and len(self._path) < _MOST:
            self._path.append(_box(matrix, [float(value) for value in args]))
        elif operator in _ENDS:
            if operator in _FILLS and not self.covered:
                self.covered = any(_holds(box, word) for box in self._path for word in self._words)
            self._path.clear()


def covered_text(page: PageObject) -> tuple[str, bool]:
    """The page's text, and whether words of it lie under a box that was filled over them."""
    watch = _Watch()

    def seen(operator: Any, args: Any, matrix: Sequence[float], text: Sequence[float]) -> None:
        try:
            watch.operand(operator, args, matrix, text)
        except (TypeError, ValueError, IndexError):
            return

    return page.extract_text(visitor_operand_before=seen), watch.covered


def _times(one: Sequence[float], other: Sequence[float]) -> list[float]:
    a, b, c, d, e, f = one
    g, h, i, j, k, m = other
    return [a * g + b * i, a * h + b * j, c * g + d * i, c * h + d * j, e * g + f * i + k, e * h + f * j + m]


def _point(matrix: Sequence[float], x: float, y: float) -> tuple[float, float]:
    return matrix[0] * x + matrix[2] * y + matrix[4], matrix[1] * x + matrix[3] * y + matrix[5]


def _box(matrix: Sequence[float], sides: Sequence[float]) -> Box:
    x, y, width, height = sides
    (left, low), (right, high) = _point(matrix, x, y), _point(matrix, x + width, y + height)
    return min(left, right), min(low, high), max(left, right), max(low, high)


def _holds(box: Box, word: tuple[float, float]) -> bool:
    wide = box[2] - box[0] > _SMALLEST and box[3] - box[1] > _SMALLEST
    return wide and box[0] - 1 <= word[0] <= box[2] and box[1] - 1 <= word[1] <= box[3]
