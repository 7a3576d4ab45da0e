"""Calls an operation by its recipe in both worlds, and says what each answered."""

from __future__ import annotations

import io
import re
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx
from tests.leak.recipes import DESKS, FIELDS, FUNCTIONS, PATHS, RECIPES, Operation, Recipe, operations, resolved
from tests.leak.twins import A_CASE, Side, Twins, handle

_BRACES = re.compile(r"\{([a-z0-9_]+(?:\.[a-z0-9_]+)*)\}")
# Of an answer's headers, those that are random in each.
RANDOM_HEADERS = frozenset({"date", "x-entry", "x-receipt", "x-request-id", "content-length", "set-cookie", "etag"})


class NoRecipe(AssertionError):
    """An operation that nobody has said how to call."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(
            f"The leak suite doesn't know how to call the operation {name}: {why}. Add one line to RECIPES in "
            f'tests/leak/recipes.py, for instance  "{name}": Recipe(body={{…}}, after=("operation_before_it",)),'
        )


@dataclass(frozen=True, kw_only=True)
class Dish:
    """What one side answered to one question."""

    status: int
    headers: Mapping[str, str]
    text: str
    json: Any


@dataclass
class Kitchen:
    """Cooks recipes on both sides."""

    twins: Twins
    at: int = 0
    more: Mapping[str, str] = field(default_factory=dict)
    all: Mapping[str, Operation] = field(default_factory=operations)

    @property
    def words(self) -> dict[str, str]:
        return {
            **self.twins.ids,
            **self.more,
            "hidden": handle("vault", "Marla Quillfeather"),
            "peter": handle("register", "Peter Harrow"),
            "sealed": handle("register", "Marla Sealgrove Quint"),
            "absent": handle("vault", "nobody at all"),
        }

    def cook(self, name: str, *, as_other: bool = False) -> list[tuple[Dish, Dish]]:
        """The answers of full and bare to every question of the recipe; `as_other` asks as the account that sees."""
        recipe = RECIPES.get(name, Recipe())
        return [
            (self.served(self.twins.full, name, ask, as_other), self.served(self.twins.bare, name, ask, as_other))
            for ask in recipe.asks
        ]

    def served(self, side: Side, name: str, ask: Mapping[str, Any], as_other: bool) -> Dish:
        """One question on one side, after what must come before it; everything is undone afterwards."""
        words: dict[str, Any] = dict(self.words)
        try:
            for before in RECIPES.get(name, Recipe()).after:
                answer = self._sent(side, before, RECIPES.get(before, Recipe()).asks[0], words, as_other)
                assert answer.is_success, f"{before}, before {name}: {answer.status_code} {answer.text[:400]}"
                words[before] = answer.json() if _is_json(answer) else {}
                side.house.settle()
            answer = self._sent(side, name, ask, words, as_other)
        finally:
            side.house.undo()
        told = {k.lower(): v for k, v in answer.headers.items() if k.lower() not in RANDOM_HEADERS}
        return Dish(
            status=answer.status_code,
            headers=told,
            text=_text(answer.content),
            json=answer.json() if _is_json(answer) else None,
        )

    def _sent(
        self, side: Side, name: str, ask: Mapping[str, Any], words: Mapping[str, Any], as_other: bool
    ) -> httpx.Response:
        recipe = RECIPES.get(name, Recipe())
        operation = self.all.get(recipe.operation or name)
        if operation is None:
            raise NoRecipe(name, "no operation of that name is in the OpenAPI document")
        who, purpose = ("abe", A_CASE) if as_other else asker(name, recipe)
        headers = {"X-Brightline": "1"}
        if who:
            headers |= self.twins.headers(who, said(purpose, words, name) if purpose else None)
        path, query, body = self._filled(name, operation, recipe, ask, words)
        sent: dict[str, Any] = {}
        if operation.form:
            files = recipe.files or {"file": ("words.txt", b"Some words of a file.")}
            sent = {"files": files, "data": {k: v for k, v in body.items() if k not in files}}
        elif operation.body is not None:
            sent = {"json": body}
        return side.client.request(operation.method, path, params=query, headers=headers, **sent)

    def _filled(
        self,
        name: str,
        operation: Operation,
        recipe: Recipe,
        ask: Mapping[str, Any],
        words: Mapping[str, Any],
    ) -> tuple[str, dict[str, Any], dict[str, Any]]:
        path, query = operation.path, {}
        for parameter in operation.parameters:
            key = parameter["name"]
            if parameter["in"] == "path":
                wanted = ask.get(key) or recipe.path.get(key) or _by_place(name, operation.path, key)
                path = path.replace("{" + key + "}", str(said(wanted, words, name)))
            elif parameter["in"] == "query" and (parameter.get("required") or key in ask or key in recipe.query):
                query[key] = said(ask.get(key, recipe.query.get(key, FIELDS.get(key))), words, name)
        body = {} if operation.body is None else _example(name, operation.body, "")
        if isinstance(body, dict):
            inside = {k: v for k, v in ask.items() if k not in query and "{" + k + "}" not in operation.path}
            body = {k: v for k, v in {**body, **recipe.body, **inside}.items() if k not in recipe.without}
        return path, query, said(body, words, name)


def _is_json(answer: httpx.Response) -> bool:
    return bool(answer.content) and "json" in answer.headers.get("content-type", "")


def _text(content: bytes) -> str:
    """A body as text; of an archive its members' names and contents."""
    if content.startswith(b"\x1f\x8b"):
        with tarfile.open(fileobj=io.BytesIO(content)) as packed:
            read = ((m.name, packed.extractfile(m)) for m in packed.getmembers())
            return "\n".join(f"{name}: {_text(file.read()) if file else ''}" for name, file in read)
    if content.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            return "\n".join(f"{name}: {_text(packed.read(name))}" for name in packed.namelist())
    return content.decode("utf-8", "replace")


def asker(name: str, recipe: Recipe) -> tuple[str | None, str | None]:
    """Who calls it, under which purpose: as the recipe says, else as the function's header lets."""
    if recipe.who is None:
        return None, None
    if recipe.who and recipe.purpose != "":
        return recipe.who, recipe.purpose
    function = FUNCTIONS.get(recipe.function or recipe.operation or name)
    if function is None:
        raise NoRecipe(name, "no installed function bears its name, so nobody knows who may call it (function=, who=)")
    if function.purposes == ("none",):
        return recipe.who or "ana", None
    role = next((role for role in DESKS if role in function.roles), "agent")
    if recipe.who and recipe.who in {who for who, _ in DESKS.values()}:
        role = next(one for one, (who, _) in DESKS.items() if who == recipe.who)
    who, desk = DESKS[role]
    in_case = "case" in function.purposes and role in ("agent", "supervisor")
    return who, recipe.purpose or ("{case}" if in_case else desk)


def _by_place(name: str, path: str, key: str) -> str:
    before = path.split("{" + key + "}")[0].rstrip("/").rsplit("/", 1)[-1]
    wanted = PATHS.get(f"{before}/{{{key}}}")
    if wanted is None:
        raise NoRecipe(name, f"its path has {before}/{{{key}}}, which PATHS doesn't know")
    return wanted


def _example(name: str, schema: Mapping[str, Any], key: str) -> Any:
    """Something that fits: by the field's name, else by its schema. What isn't required is left out."""
    schema = resolved(schema)
    if key in FIELDS and schema.get("type") in (None, "string", "array") and "enum" not in schema:
        return FIELDS[key]
    for choice in ("anyOf", "oneOf"):
        if choice in schema:
            return _example(name, schema[choice][0], key)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    kind = schema.get("type")
    if kind == "object":
        parts = schema.get("properties", {})
        return {part: _example(name, parts[part], part) for part in schema.get("required", ())}
    if kind == "array":
        return [_example(name, schema["items"], key)]
    if kind in {"integer", "number"}:
        return schema.get("minimum", 1)
    if kind == "boolean":
        return False
    plain = {"date": "2026-05-04", "date-time": "2026-05-04T00:00:00Z"}
    return plain.get(schema.get("format", ""), FIELDS["reason"][: schema.get("maxLength", 400)])


def said(value: Any, words: Mapping[str, Any], name: str) -> Any:
    """A value with its braces filled in."""
    if isinstance(value, dict):
        return {key: said(part, words, name) for key, part in value.items()}
    if isinstance(value, list):
        return [said(part, words, name) for part in value]
    if not isinstance(value, str):
        return value

    def fill(found: re.Match[str]) -> str:
        at: Any = words
        for step in found.group(1).split("."):
            try:
                at = at[int(step)] if isinstance(at, list) else at[step]
            except (KeyError, IndexError, TypeError) as error:
                raise NoRecipe(name, f"nothing is known as {found.group()}") from error
        return str(at)

    return _BRACES.sub(fill, value)


def unlisted() -> set[str]:
    """Recipes for operations that are no more."""
    return {name for name, recipe in RECIPES.items() if (recipe.operation or name) not in operations()}
