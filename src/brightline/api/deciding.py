"""Endpoints by which somebody decides on one thing with a reason: `POST PATH/VERB`, which answers its new state."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter

from brightline.api.problems import documented
from brightline.api.shapes.common import Reason
from brightline.api.visit import Visiting
from brightline.gate import Answer

_RESPONSES = documented(401, 403, 404, 409, 422, 503)


@dataclass(frozen=True, slots=True)
class Decisions:
    """The decisions on one kind of thing, found at `path`, which ends in `{name}` or in `{name}/part`.

    `of` is the annotated type of that name, `gives` the shape of the answer, `id` how the operations' ids begin.
    """

    router: APIRouter
    path: str
    of: Any
    gives: Any
    id: str

    def add(self, verb: str, act: Callable[..., Answer], summary: str, says: str, takes: Any = Reason) -> None:
        """Add one. `act(gate, call, thing, **body)` does it and writes its entry; `says` is the description.

        A UUID goes to the act as text; a field of the body that is None doesn't go.
        """
        name = self.path.rsplit("{", 1)[1].split("}", 1)[0]

        def endpoint(visit: Visiting, **given: Any) -> Any:
            thing, said = given[name], given["wanted"].model_dump(exclude_none=True)
            return visit.ask(act, thing if isinstance(thing, int) else str(thing), **said)

        # FastAPI reads names and types off the signature, so each endpoint has its own.
        parts = {name: self.of, "wanted": takes, "visit": Visiting}
        only = inspect.Parameter.KEYWORD_ONLY
        signature = inspect.Signature([inspect.Parameter(key, only, annotation=kind) for key, kind in parts.items()])
        endpoint.__signature__ = signature  # type: ignore[attr-defined]
        endpoint.__name__, endpoint.__doc__ = f"{self.id}_{verb}", says
        self.router.post(
            f"{self.path}/{verb}",
            response_model=self.gives,
            operation_id=endpoint.__name__,
            summary=summary,
            responses=_RESPONSES,
        )(endpoint)
