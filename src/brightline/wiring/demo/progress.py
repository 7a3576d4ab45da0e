"""What of the demo is done already: one small file, so that a killed load goes on where it stopped."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from brightline.model.errors import BadInput
from brightline.store.home import private_folder

Progress = Callable[[str, float], None]


class Steps:
    """Named steps and their results. A step runs once; its result is on disk before the next begins.

    A process killed between a step's effect and its line here does the step again: each step looks first whether its
    effect is there.
    """

    def __init__(self, path: Path, size: str, seed: int) -> None:
        self._path = path
        self._state: dict[str, Any] = {"size": size, "seed": seed, "done": {}}
        if path.is_file():
            self._state = json.loads(path.read_text("utf-8"))
        if (self._state["size"], self._state["seed"]) != (size, seed):
            has = f"a demo of size {self._state['size']} and seed {self._state['seed']}"
            raise BadInput(
                "size", f"this home already holds {has}", "Start over with make demo-reset, or ask for that one."
            )

    @property
    def done(self) -> dict[str, Any]:
        return dict(self._state["done"])

    def once(self, name: str, act: Callable[..., Any], *given: Any) -> Any:
        """The result of the step, run now if it wasn't yet."""
        done = self._state["done"]
        if name not in done:
            done[name] = act(*given)
            self._keep()
        return done[name]

    def _keep(self) -> None:
        private_folder(self._path.parent)
        partial = self._path.with_suffix(".part")
        partial.write_text(json.dumps(self._state, indent=1) + "\n", encoding="utf-8")
        partial.replace(self._path)
