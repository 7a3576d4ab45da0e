"""The header of an installed function: what act it is, who may call it, under which purposes.

Each `sql/<name>.sql` of a room begins with comment lines `-- act: …`, `-- kind: …` and so on. They are read
strictly: a word that isn't known stops the installation, since a function whose header says nothing would be
callable by nobody or, worse, by all. A file whose function only forwards its call has no body: `-- calls: …` says whom.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from brightline.model.errors import BadInput

ACTS = ("search", "view", "change", "export", "crossing", "disclosure", "read-log", "enter")
KINDS = ("query", "command")
ROLES = ("agent", "analyst", "supervisor", "steward", "vetter", "approver", "overseer", "admin")
PURPOSES = ("case", "lead", "desk", "oversight")
ANY = "any"
NONE = "none"
OWNERS = {"query": "brightline_reader", "command": "brightline_writer"}
FIELDS = ("act", "kind", "roles", "purposes", "inquiry", "params", "result")
TOKEN = "token"
"""May stand in a header: a service token may call this. Reads, and what uploads; a decision is a person's."""
UPLOADS = ("case_document_add", "extract_import", "lead_intake")
# By whom the thing that a command changes is found, as it stands, to be compared with what was read.
SEEN = "seen"
# Why a command needs nobody to have read anything; beside SEEN: why it compares only where a revision is brought.
UNREAD = "unread"
_SHORTEST_WHY = 12
# What shows the thing that a command has changed, and the parameter that names it: its answer is the command's answer.
THEN = "then"
# In the place of a body: the function that is handed the context and the parameters, and whose answer is the answer.
CALLS = "calls"

# Plain scripts of a room: run in order, before its functions.
PLAIN_FORM = "[0-9][0-9]_*.sql"

_NAME = re.compile(r"^[a-z][a-z0-9_]{0,61}$")
_FUNCTION = re.compile(r"^[a-z]+\.[a-z0-9_]+$")
_SHOWS = re.compile(r"^(?P<name>[a-z][a-z0-9_]*)\((?P<key>[a-z]+)\)$")
_LINE = re.compile(r"^--\s*(?P<key>[a-z]+):\s*(?P<value>.*?)\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Installed:
    """One function of a room as its file describes it."""

    name: str
    path: Path
    act: str
    kind: str
    roles: tuple[str, ...]
    purposes: tuple[str, ...]
    inquiry_required: bool
    params: str
    result: str
    body: str
    token: bool = False
    seen: str = ""
    unread: str = ""
    then: tuple[str, str] | None = None
    shows: bool = False
    """A query that is some command's `then`."""

    @property
    def owner(self) -> str:
        return OWNERS[self.kind]

    @property
    def room(self) -> str:
        return self.path.parent.parent.name


def read(path: Path) -> Installed:
    """Read one file. Any doubt is an error that names the file, the line's key and what is allowed."""
    if not _NAME.match(path.stem):
        raise BadInput(str(path), "a function's name has lower-case letters, digits and underscores only.")
    text = path.read_text(encoding="utf-8")
    found, body = _split(path, text)
    for key in FIELDS:
        if key not in found:
            raise BadInput(str(path), f"the header line “-- {key}: …” is missing.")
    return Installed(
        name=path.stem,
        path=path,
        act=_one_of(path, "act", found["act"], ACTS),
        kind=_one_of(path, "kind", found["kind"], KINDS),
        roles=_some_of(path, "roles", found["roles"], ROLES, alone=ANY),
        purposes=_some_of(path, "purposes", found["purposes"], PURPOSES, alone=NONE),
        inquiry_required=_one_of(path, "inquiry", found["inquiry"], ("required", "optional")) == "required",
        params=found["params"],
        result=found["result"],
        body=_forwarding(path, found[CALLS], body) if CALLS in found else _checked_body(path, body),
        token=_by_token(path, found),
        seen=_checked_seen(path, found.get(SEEN, "")),
        unread=_checked_unread(path, found),
        then=_checked_then(path, found),
    )


def read_rooms(rooms: Iterable[Path]) -> tuple[Installed, ...]:
    """Read every room's functions. One name in two rooms is an error: they share the schema app."""
    found: dict[str, Installed] = {}
    for folder in rooms:
        plain = set(folder.glob(PLAIN_FORM))
        for path in sorted(set(folder.glob("*.sql")) - plain):
            function = read(path)
            if function.name in found:
                raise BadInput(str(path), f"the name is taken by {found[function.name].path}.")
            found[function.name] = function
    for function in found.values():
        _shows_as_much(function, found)
    shown = {function.then[0] for function in found.values() if function.then}
    return tuple(replace(function, shows=function.name in shown) for function in found.values())


def _shows_as_much(function: Installed, all_of_them: Mapping[str, Installed]) -> None:
    """Whoever may do an act may look at what it changed: its answer is no way round that."""
    if function.then is None:
        return
    shows = all_of_them.get(function.then[0])
    if shows is None or shows.kind != "query":
        raise BadInput(str(function.path), f"then “{function.then[0]}” names no query.", "Name one of the room.")
    for key in ("roles", "purposes"):
        beyond = set(getattr(function, key)) - set(getattr(shows, key))
        if beyond:
            raise BadInput(str(function.path), f"then “{shows.name}” isn't for {key} {', '.join(sorted(beyond))}.")


def _by_token(path: Path, found: dict[str, str]) -> bool:
    """Whether a program may call it without its person. Anything but a read, an inquiry or an upload is an error."""
    if TOKEN not in found:
        return False
    _one_of(path, TOKEN, found[TOKEN], ("yes",))
    reads = found["kind"] == "query" and found["act"] in {"view", "search"}
    if not (reads or path.stem in UPLOADS or path.stem == "inquiry_open"):
        raise BadInput(str(path), "token: yes is for reads and uploads alone.", "A decision is made by a person.")
    return True


def _split(path: Path, text: str) -> tuple[dict[str, str], str]:
    """The header's fields, and the text after it. A comment line without a known key continues the last."""
    found: dict[str, str] = {}
    last = ""
    lines = text.splitlines(keepends=True)
    for number, line in enumerate(lines):
        if not line.startswith("--"):
            return found, "".join(lines[number:])
        match = _LINE.match(line.rstrip("\n"))
        if match and match["key"] in (*FIELDS, TOKEN, SEEN, UNREAD, THEN, CALLS):
            last = match["key"]
            if last in found:
                raise BadInput(str(path), f"the header line “-- {last}: …” stands twice.")
            found[last] = match["value"]
        elif last in {"params", "result"}:
            found[last] = f"{found[last]} {line.lstrip('-').strip()}".strip()
    return found, ""


def _forwarding(path: Path, name: str, body: str) -> str:
    if body.strip():
        raise BadInput(str(path), f"calls “{name}” and has a body as well.", "Leave one of them out.")
    if not _FUNCTION.match(name):
        raise BadInput(str(path), f"calls “{name}” names no function.", "Write it as line.accounts_add.")
    return f"BEGIN\n  RETURN {name}(ctx, p);\nEND"


def _checked_seen(path: Path, name: str) -> str:
    if name and not _FUNCTION.match(name):
        raise BadInput(str(path), f"seen “{name}” names no function.", "Write it as cases.report_read.")
    return name


def _checked_unread(path: Path, found: dict[str, str]) -> str:
    """The reason of an act that is done unread; only a command can have one, since nothing else changes a thing."""
    why = found.get(UNREAD, "")
    if UNREAD in found and len(why) < _SHORTEST_WHY:
        raise BadInput(str(path), f"unread “{why}” says no reason.", "Say why nobody needs to have read anything.")
    if (SEEN in found or UNREAD in found) and found["kind"] != "command":
        raise BadInput(str(path), "seen and unread are a command's.", "A query changes nothing: leave the line out.")
    return why


def _checked_then(path: Path, found: dict[str, str]) -> tuple[str, str] | None:
    if THEN not in found:
        return None
    match = _SHOWS.match(found[THEN])
    if not match or found["kind"] != "command":
        raise BadInput(str(path), f"then “{found[THEN]}” is no command's.", "Write it as case_show(case).")
    return match["name"], match["key"]


def _one_of(path: Path, key: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise BadInput(str(path), f"{key} “{value}” isn't known.", f"Known: {', '.join(allowed)}.")
    return value


def _some_of(path: Path, key: str, value: str, allowed: tuple[str, ...], *, alone: str) -> tuple[str, ...]:
    words = tuple(word.strip() for word in value.split(","))
    if words == (alone,):
        return words
    for word in words:
        _one_of(path, key, word, (*allowed, alone))
    if alone in words or len(set(words)) != len(words):
        raise BadInput(str(path), f"{key} “{value}”: “{alone}” stands alone and no word stands twice.")
    return words


def _checked_body(path: Path, body: str) -> str:
    block = body.strip()
    bare = _without_comments(block)
    if not re.match(r"^(DECLARE|BEGIN)\b", bare, re.IGNORECASE):
        raise BadInput(str(path), "after the header comes one PL/pgSQL block, which begins with DECLARE or BEGIN.")
    if not re.search(r"\bEND\s*;?\s*$", bare, re.IGNORECASE):
        raise BadInput(str(path), "the PL/pgSQL block doesn't close with END.")
    if _QUOTE in block:
        raise BadInput(str(path), f"the word {_QUOTE} is the installer's own quotation mark.")
    return block


def _without_comments(block: str) -> str:
    return re.sub(r"--[^\n]*|/\*.*?\*/", "", block, flags=re.DOTALL).strip()


_QUOTE = "$brightline$"
_RUN = '  r := "inner".NAME(ctx, line.keyless(p));\n  RETURN line.leave(ctx, r);\n'
# A command is done once under its sender's key. Two that make the same thing at once meet in an index, where the second
# learns that it is there: that is a state like any other, said here for all commands and never a fault of ours.
_ONCE = """  answer := line.repeated(ctx, p);
  IF answer IS NOT NULL THEN RETURN answer; END IF;
  BEGIN
SEEN    r := "inner".NAME(ctx, line.keyless(p));
AFTER  EXCEPTION WHEN unique_violation THEN
    PERFORM line.conflict(ctx, 'exists', 'This is there already: it was made at the same moment.', 'Look at the list.');
  WHEN deadlock_detected THEN
    PERFORM line.conflict(ctx, 'at_once', 'Somebody else changes the same at this moment.', 'Try again.');
  END;
  answer := line.leave(ctx, r);
  PERFORM line.repeat_keep(ctx, p, r, answer);
  RETURN answer;
"""


# The catalogue's rule on inner functions (catalogue.sql) looks for it.
_SHOWN = "'Commands show by it what they have changed.'"


def statements(function: Installed) -> tuple[str, ...]:
    """The SQL that installs the function: the inner one with the body, the outer one with the gate."""
    inner = f'"inner".{function.name}(line.context, jsonb)'
    outer = f"app.{function.name}(text, text, uuid, jsonb)"
    roles = "{" + ",".join(function.roles) + "}"
    purposes = "{" + ",".join(function.purposes) + "}"
    required = "true" if function.inquiry_required else "false"
    said = "'A service token may call it.'" if function.token else "NULL"
    enter = (
        f"  ctx := line.enter(token, purpose, inquiry, '{function.name}', '{function.act}', line.keyless(p), "
        f"'{function.kind}', '{roles}'::text[], '{purposes}'::text[], {required});\n"
    )
    run = _RUN
    if function.kind == "command":
        run = _ONCE.replace("SEEN", _compared(function)).replace("AFTER", _shown_after(function))
    return (
        f'CREATE OR REPLACE FUNCTION "inner".{function.name}(ctx line.context, p jsonb) RETURNS jsonb '
        f"LANGUAGE plpgsql VOLATILE SECURITY INVOKER AS {_QUOTE}\n{function.body}\n{_QUOTE}",
        f"CREATE OR REPLACE FUNCTION app.{function.name}(token text, purpose text, inquiry uuid, p jsonb) "
        "RETURNS jsonb LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp "
        f"AS {_QUOTE}\nDECLARE\n  ctx line.context;\n  r jsonb;\n  answer jsonb;\nBEGIN\n{enter}"
        f"{run.replace('NAME', function.name)}END {_QUOTE}",
        f"ALTER FUNCTION {inner} OWNER TO {function.owner}",
        f"ALTER FUNCTION {outer} OWNER TO {function.owner}",
        f"REVOKE ALL ON FUNCTION {inner}, {outer} FROM PUBLIC, brightline_app, brightline_worker",
        f"GRANT EXECUTE ON FUNCTION {inner} TO {function.owner}",
        *_for_commands(function, inner),
        f"GRANT EXECUTE ON FUNCTION {outer} TO brightline_app, brightline_worker",
        f"COMMENT ON FUNCTION {outer} IS {said}",
    )


def _for_commands(function: Installed, inner: str) -> tuple[str, ...]:
    """Who writes may call a query that shows what a command has changed, and no other."""
    if function.kind == "command":
        return ()
    if not function.shows:
        return (f"REVOKE ALL ON FUNCTION {inner} FROM brightline_writer", f"COMMENT ON FUNCTION {inner} IS NULL")
    return (f"GRANT EXECUTE ON FUNCTION {inner} TO brightline_writer", f"COMMENT ON FUNCTION {inner} IS {_SHOWN}")


def _shown_after(function: Installed) -> str:
    """The step that makes the state after the act its answer."""
    if function.then is None:
        return ""
    name, key = function.then
    named = f"jsonb_build_object('{key}', COALESCE(r -> '{key}', p -> '{key}'))"
    return f'    r := line.after(r, "inner".{name}(ctx, {named}));\n'


def _compared(function: Installed) -> str:
    """The step that compares what was read; of an act that may be done unread only where a revision is brought."""
    if not function.seen:
        return ""
    step = f"PERFORM line.unchanged(ctx, p, {function.seen}(ctx, line.keyless(p)));"
    return f"    IF p ->> '_seen' <> '' THEN {step} END IF;\n" if function.unread else f"    {step}\n"
