"""ledger: checkpoint, proof, verify, export, rotate-key, resume, renew; for overseers entries, who-saw, who-asked."""

from __future__ import annotations

import io
import tarfile
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from brightline.cli.command import Kind, Limit, Offset, Work, command, segment
from brightline.cli.local.rotation import rotate
from brightline.cli.local.standing import renew, resume
from brightline.cli.output import Columns
from brightline.ledger.standing import key_or_file
from brightline.ledger.verify import Wanted, verify
from brightline.model.errors import BadInput, VerificationFailed


class Rows(StrEnum):
    """Which entries stand in a list."""

    acts = "acts"
    technical = "technical"
    all = "all"


Since = Annotated[str | None, typer.Option("--from", metavar="TIME")]
Until = Annotated[str | None, typer.Option("--to", metavar="TIME")]
ENTRIES: Columns = {
    "Entry": "index",
    "At": "at",
    "Account": "account",
    "Purpose": "purpose",
    "Act": "name",
    "Outcome": "outcome",
    "Found": "found",
    "Reason": "reason",
}


class Why(StrEnum):
    """Why a key is changed."""

    planned = "planned"
    compromised = "compromised"


ledger = typer.Typer(help="The log that shows later changes.", no_args_is_help=True)


def install(app: typer.Typer) -> None:
    """Add the group."""
    app.add_typer(ledger, name="ledger")


def _checkpoint(work: Work) -> None:
    """Have a checkpoint signed now, and print it. Keep it: it shows any later change of what it covers."""
    work.out.document(work.post("/ledger/checkpoint"), lambda found: print(found["note"], end=""))


def _proof(work: Work, seq: Annotated[int, typer.Argument(metavar="SEQ", min=0)]) -> None:
    """That entry SEQ is in the signed tree (RFC 6962)."""
    work.out.document(work.get(f"/ledger/proof/{seq}"))


def _verify(
    work: Work,
    tiles: Annotated[str | None, typer.Option("--tiles", help="Exported folder, or the log's URL.")] = None,
    key: Annotated[
        Path | None, typer.Option("--key", help="The log's public key, as you kept it.", exists=True)
    ] = None,
    since: Annotated[
        Path | None, typer.Option("--since", help="An earlier checkpoint that you kept.", exists=True)
    ] = None,
    receipt: Annotated[
        list[Path] | None, typer.Option("--receipt", help="A receipt that you kept; may repeat.", exists=True)
    ] = None,
    witness: Annotated[
        list[str] | None, typer.Option("--witness", help="A witness's key, or a file of it; may repeat.")
    ] = None,
    quorum: Annotated[
        int | None, typer.Option("--quorum", min=1, help="How many of them must have cosigned. Default: all.")
    ] = None,
    authority: Annotated[
        Path | None, typer.Option("--authority", help="Certificates (PEM) of the time-stamping authority.", exists=True)
    ] = None,
) -> None:
    """Check the whole log from its files alone; exit 5 with the entries that don't hold."""
    place: Path | str = tiles or work.settings.find_home().path / "ledger"
    place = place if str(place).startswith(("http://", "https://")) else Path(place)
    if isinstance(place, str) and key is None:
        raise BadInput("--key", "is needed for a log at an address.", "Give the public key as you kept it.")
    if isinstance(place, Path) and not (place / "checkpoint").exists():
        raise BadInput(
            "--tiles", f"{place} holds no checkpoint.", "Name an exported folder, or wait for the first one."
        )
    if quorum is not None and quorum > len(witness or []):
        raise BadInput("--quorum", f"is {quorum}, but {len(witness or [])} witnesses are named.", "Name their keys.")
    wanted = Wanted(
        key=key.read_text().strip() if key else None,
        since=since.read_bytes() if since else None,
        receipts=[path.read_text() for path in receipt or []],
        witnesses=[key_or_file(each) for each in witness or []],
        quorum=quorum,
        authority=authority.read_bytes() if authority else None,
    )
    with work.out.progress("Verifying") as step:
        report = verify(
            place,
            wanted,
            progress=lambda done, total: step(f"Verifying {done} of {total}", done / total if total else None),
        )
    found = report.json()
    work.out.document(found, lambda told: _outcome(work, told))
    if not found["ok"]:
        raise VerificationFailed(
            f"{len(found['problems'])} problems in {found['size']} entries; the first: {_first(found)}",
            hint="Keep these files as they are, and tell the overseer.",
        )


def _outcome(work: Work, found: dict[str, Any]) -> None:
    columns: Columns = {"Index": "index", "Entry": "entry", "Kind": "kind", "What": "detail"}
    if found["problems"]:
        work.out.table(found["problems"], columns)
        return
    work.out.say(f"Holds: {found['checked_entries']} of {found['size']} entries checked, root {found['root']}.")
    if found["quorum"]:
        work.out.say(f"Cosigned by {found['quorum']} of your witnesses or more up to {found['witnessed']} entries.")
    if found["stamps"]:
        last = found["stamps"][-1]
        work.out.say(f"Time-stamped: {last['size']} entries existed at {last['time']}.")
    for note in found["notes"]:
        work.out.say(f"To be asked about, entry {note['index']}: {note['detail']}")


def _first(found: dict[str, Any]) -> str:
    first = found["problems"][0]
    named = first["entry"] or first["index"]
    return f"entry {named}: {first['detail']}" if named is not None else str(first["detail"])


def _rotate_key(
    work: Work,
    why: Annotated[Why, typer.Option("--why", help="compromised: the old key is, or may be, in wrong hands.")],
    reason: Annotated[str, typer.Option("--reason", help="One sentence, for the entry.")],
) -> None:
    """Let a new key sign the log; an entry and a checkpoint signed by both introduce it. On the log's own machine."""
    with work.out.progress("Changing the key") as step:
        told = rotate(work.settings, why.value, reason, say=lambda words: step(words, None))
    work.out.document(
        told,
        lambda _: work.out.say(
            f"Entry {told['index']} introduces the new key. Give it to whoever verifies:\n{told['new']}"
        ),
    )


def _resume(work: Work, reason: Annotated[str, typer.Option("--reason", help="One sentence, for the entry.")]) -> None:
    """Let the log go on, and acts with it, after what stopped it was mended. On the log's own machine."""
    told = resume(work.settings, reason)
    _say_on(work, told, "The log goes on" if told["was"] else "The log has gone on all the time")


def _renew(
    work: Work,
    reason: Annotated[str, typer.Option("--reason", help="One sentence, for the entry.")],
    set_back: Annotated[
        bool,
        typer.Option("--set-back", help="The newer database is lost for good: go on under another name, and say so."),
    ] = False,
) -> None:
    """Make the log's slot anew after it was lost, or after a restore; the log keeps a gap. On the log's own machine."""
    told = renew(work.settings, reason, set_back=set_back)
    said = f"The slot is there again, and entry {told['entry']} says that entries may be missing before it. "
    said = said if told["entry"] else ""
    if going := told["continued"]:
        said += f"{going['said']}, says entry {going['index']}. Give the new public key to overseers and witnesses:\n"
        said += f"{going['key']}\nThe log goes on"
    _say_on(work, told, said.removesuffix(". "))


def _say_on(work: Work, told: dict[str, Any], said: str) -> None:
    rest = f" Still to be looked at: {'; '.join(told['now'])}." if told["now"] else ""
    work.out.document(told, lambda _: work.out.say(f"{said}: {told['size']} entries are signed.{rest}"))


def _export(work: Work, folder: Annotated[Path, typer.Argument(metavar="FOLDER")]) -> None:
    """Write the whole log as files that prove themselves. For overseers; needs --reason."""
    if folder.exists() and any(folder.iterdir()):
        raise BadInput("FOLDER", f"{folder} isn't empty.", "Name a new folder.")
    with work.out.progress("Exporting"):
        packed = work.raw("/ledger/export")
    folder.mkdir(parents=True, exist_ok=True)
    count = _unpack(packed, folder)
    told = {"folder": str(folder), "files": count}
    work.out.document(
        told, lambda _: work.out.say(f"{count} files. Check them: brightline ledger verify --tiles {folder}")
    )


def _unpack(packed: bytes, folder: Path) -> int:
    """Unpack without the archive's own top folder; the filter keeps every path inside."""
    count = 0
    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:gz") as archive:
        for member in archive:
            name = member.name.partition("/")[2]
            if member.isfile() and name:
                archive.extract(member.replace(name=name), folder, filter="data")
                count += 1
    return count


def _entries(
    work: Work,
    account: Annotated[str, typer.Option("--account", help="Name, id or pseudonym.")] = "",
    act: Annotated[str, typer.Option("--act", help="search, view, change …")] = "",
    case: Annotated[str, typer.Option("--case", help="A case or another purpose.")] = "",
    outcome: Annotated[str, typer.Option("--outcome", help="ok, refused …")] = "",
    rows: Annotated[Rows, typer.Option("--rows", help="all and technical show both halves of an act too.")] = Rows.acts,
    since: Since = None,
    until: Until = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """Acts in the log, newest first, one row each. For overseers."""
    wanted = {"account": account, "act": act, "case": case, "outcome": outcome, "from": since, "to": until}
    given = {key: value for key, value in wanted.items() if value}
    work.out.listed(work.get("/ledger/entries", rows=rows.value, limit=limit, offset=offset, **given), ENTRIES)


def _who_saw(
    work: Work,
    id: Annotated[str, typer.Argument(metavar="ID")],
    since: Since = None,
    until: Until = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """Who was shown this entity, newest first. For overseers; needs --reason."""
    wanted = {"from": since, "to": until, "limit": limit, "offset": offset}
    work.out.listed(work.get(f"/ledger/who-saw/{segment(id)}", **wanted), ENTRIES)


def _who_asked(
    work: Work,
    words: Annotated[str, typer.Argument(metavar="WORDS", help="A name, a number or an id.")],
    account: Annotated[str, typer.Option("--account", help="Of this account alone.")] = "",
    since: Since = None,
    until: Until = None,
    limit: Limit = 50,
    offset: Offset = 0,
) -> None:
    """Who asked for a name or a number, with and without hits, newest first. For overseers; needs --reason."""
    wanted = {"from": since, "to": until, "account": account or None, "limit": limit, "offset": offset}
    found = work.ask("/ledger/who-asked", words=words, **wanted)
    work.out.listed(found, {**ENTRIES, "Asked": "asked"})


command(ledger, "checkpoint", Kind.OPEN)(_checkpoint)
command(ledger, "proof", Kind.OPEN)(_proof)
command(ledger, "verify", Kind.LOCAL)(_verify)
command(ledger, "rotate-key", Kind.LOCAL)(_rotate_key)
command(ledger, "resume", Kind.LOCAL)(_resume)
command(ledger, "renew", Kind.LOCAL)(_renew)
command(ledger, "export", Kind.DESK, "overseer")(_export)
command(ledger, "entries", Kind.DESK, "overseer")(_entries)
command(ledger, "who-saw", Kind.CONTENT, "overseer")(_who_saw)
command(ledger, "who-asked", Kind.CONTENT, "overseer")(_who_asked)
