"""ledger: checkpoint, proof, verify, export."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import Annotated, Any

import typer

from brightline.cli.command import Kind, Work, command
from brightline.cli.output import Columns
from brightline.ledger.verify import verify
from brightline.model.errors import BadInput, VerificationFailed

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
    with work.out.progress("Verifying") as step:
        report = verify(
            place,
            key=key.read_text().strip() if key else None,
            since=since.read_bytes() if since else None,
            receipts=[path.read_text() for path in receipt or []],
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


def _first(found: dict[str, Any]) -> str:
    first = found["problems"][0]
    named = first["entry"] or first["index"]
    return f"entry {named}: {first['detail']}" if named is not None else str(first["detail"])


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


command(ledger, "checkpoint", Kind.OPEN)(_checkpoint)
command(ledger, "proof", Kind.OPEN)(_proof)
command(ledger, "verify", Kind.LOCAL)(_verify)
command(ledger, "export", Kind.DESK, "overseer")(_export)
