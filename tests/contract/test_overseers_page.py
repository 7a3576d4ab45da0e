"""docs/for-overseers/without-trust.md, followed command by command, with nothing of Brightline installed."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import socket
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.logbook import logbook

from brightline.ledger import asking
from brightline.ledger.asking import Endpoint, ask
from brightline.ledger.note import Note, Verifier
from brightline.ledger.publish import cosign
from brightline.ledger.receipt import ReceiptSigner
from brightline.ledger.tree import leaf_hash

REPOSITORY = Path(__file__).resolve().parents[2]
PAGE = REPOSITORY / "docs" / "for-overseers" / "without-trust.md"


def blocks() -> list[str]:
    """The commands of the page, block by block."""
    return re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(**more: str) -> dict[str, str]:
    """Of this process, but for anything by which Brightline could be found."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "BRIGHTLINE", "VIRTUAL"))}
    return kept | more


def shell(text: str, folder: Path, *, alone: bool = False, **more: str) -> subprocess.CompletedProcess[str]:
    """Run commands; `alone` in a network namespace of their own, where the machine allows that."""
    words = ["bash", "-euc", text]
    if alone and os.geteuid() == 0 and shutil.which("unshare"):
        words = ["unshare", "--net", *words]
    return subprocess.run(words, cwd=folder, env=environment(**more), capture_output=True, text=True, check=False)


def offline_packages(place: Path) -> None:
    """What `pip install cryptography` brings, taken from here, so that the test needs no network."""
    target = next((place / "check" / "lib").glob("python3*")) / "site-packages"
    for name in ("cryptography", "cffi", "pycparser", "_cffi_backend"):
        found = importlib.util.find_spec(name)
        if found is None or found.origin is None:
            continue
        origin = Path(found.origin)
        if origin.name == "__init__.py":
            shutil.copytree(origin.parent, target / name, dirs_exist_ok=True)
        else:
            shutil.copy(origin, target)


@pytest.mark.slow
def test_rule_33_the_page_is_followed_on_a_machine_with_nothing_installed(tmp_path: Path) -> None:
    install, watch, check = blocks()
    place = tmp_path / "overseer"
    place.mkdir()
    install = "\n".join(line for line in install.splitlines() if "pip install" not in line)
    install = install.replace("python3 -m venv", f"{sys.executable} -m venv --without-pip")
    assert shell(install, place, SOURCE=str(REPOSITORY)).returncode == 0
    offline_packages(place)
    nothing = "check/bin/python -c 'import brightline.cli'"
    assert "No module named" in shell(nothing, place, PYTHONPATH="kit").stderr
    # The operator's side: a log, and its key as it was handed over.
    book = logbook(tmp_path / "operator", 3, 600)
    (place / "log.vkey").write_text(book.vkey + "\n")
    (place / "kept-checkpoint").write_text(str(book.history[0]["note"]))
    promised = book.messages[400]
    receipt = ReceiptSigner(book.receipts).sign(promised.entry, leaf_hash(promised.leaf()), datetime.now(UTC))
    (place / "receipt.json").write_text(receipt.header())
    port = free_port()
    key, serve = watch.replace("8179", str(port)).strip().splitlines()
    assert shell(key, place, PYTHONPATH="kit").returncode == 0
    with subprocess.Popen(
        ["bash", "-c", f"exec {serve.rstrip('& ')}"],
        cwd=place,
        env=environment(PYTHONPATH="kit"),
        stdout=subprocess.PIPE,
        text=True,
    ) as witness:
        try:
            assert witness.stdout is not None
            assert witness.stdout.readline() == f"key {(place / 'witness.vkey').read_text()}"
            assert f":{port}" in witness.stdout.readline()
            trusted = Verifier.parse((place / "witness.vkey").read_text())
            note = book.tiles.checkpoint()
            endpoint = Endpoint(witness=trusted, url=f"http://127.0.0.1:{port}")
            outcome = ask(endpoint, note, book.tiles, 0, asking.post)
            assert outcome.signature is not None, outcome
            cosign(book.folder / "log", Note.parse(note).text, [outcome.signature])
        finally:
            witness.terminate()
    assert witness.returncode == 0
    shutil.copytree(book.export(), place / "export")
    done = shell(check, place, alone=True, PYTHONPATH="kit")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Holds: 600 of 600 entries checked, bodies checked." in done.stdout
    assert "up to entry 600" in done.stdout
    assert (place / "kept-checkpoint").read_bytes() == (place / "export/checkpoint").read_bytes()
    # One byte, anywhere: found, named, exit code 5.
    path = place / "export/bodies/001.jsonl"
    raw = path.read_bytes()
    path.write_bytes(raw[:5000] + bytes([raw[5000] ^ 1]) + raw[5001:])
    broken = shell(check.splitlines()[0], place, alone=True, PYTHONPATH="kit")
    assert broken.returncode == 5
    assert "Doesn't hold" in broken.stdout


def test_wrong_use_of_the_ledger_alone_says_what_to_do(tmp_path: Path) -> None:
    for words, code, said in (
        (["verify", str(tmp_path / "nowhere")], 5, "no key was given"),
        (["verify", "x", "--key", str(tmp_path / "absent")], 2, "No such file"),
        (["witness", "--state", str(tmp_path / "w")], 2, "needs a log"),
        (["key", "--state", str(tmp_path / "w")], 2, "needs a name"),
        (["witness", "--state", str(tmp_path / "w"), "--log", "nonsense"], 2, "a verifier key looks like"),
        ([], 2, "required"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "brightline.ledger", *words], capture_output=True, text=True, check=False
        )
        assert (done.returncode, said in done.stdout + done.stderr) == (code, True), (words, done)
        assert "Traceback" not in done.stderr
