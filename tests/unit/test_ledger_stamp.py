"""Time-stamps (RFC 3161) from an authority that the test makes with openssl, checked by ours and by openssl."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.logbook import logbook

from brightline.ledger import export, stamp
from brightline.ledger.errors import BadSignature, LogFault, MalformedNote
from brightline.ledger.note import Note
from brightline.ledger.tiles import FolderTiles
from brightline.ledger.verify import Wanted, verify

_CONFIG = """
[tsa]
default_tsa = own
[own]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""


def openssl(folder: Path, *words: str) -> str:
    done = subprocess.run(["openssl", *words], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def authority(folder: Path) -> Callable[[str, bytes], bytes]:
    """Root and time-stamping certificate in `folder`; answers requests as an authority's server would."""
    folder.mkdir()
    new = ("-newkey", "rsa:2048", "-nodes", "-sha256")
    openssl(folder, "req", "-x509", *new, "-keyout", "root.key", "-out", "root.pem", "-days", "30", "-subj", "/CN=Root")
    openssl(folder, "req", *new, "-keyout", "tsa.key", "-out", "tsa.csr", "-subj", "/CN=Time")
    (folder / "ext").write_text("extendedKeyUsage=critical,timeStamping\n")
    openssl(folder, "x509", "-req", "-in", "tsa.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial",
            "-out", "tsa.pem", "-days", "30", "-extfile", "ext", "-sha256")  # fmt: skip
    (folder / "serial").write_text("01\n")
    (folder / "tsa.cnf").write_text(_CONFIG.format(folder=folder))

    def answer(_url: str, request: bytes) -> bytes:
        (folder / "request.tsq").write_bytes(request)
        openssl(folder, "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "request.tsq", "-out", "response.tsr")
        return (folder / "response.tsr").read_bytes()

    return answer


@pytest.fixture(scope="module")
def tsa(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Callable[[str, bytes], bytes]]:
    if shutil.which("openssl") is None:
        pytest.skip("openssl isn't here to play the authority")
    folder = tmp_path_factory.mktemp("tsa") / "one"
    return folder, authority(folder)


def test_a_time_stamp_holds_offline_and_for_openssl(tsa, tmp_path: Path) -> None:
    folder, answer = tsa
    roots = (folder / "root.pem").read_bytes()
    book = logbook(tmp_path, 3, 5)
    text = Note.parse(str(book.history[0]["note"]).encode()).text.encode()
    response, at = stamp.fetch("https://tsa.example", text, roots, answer)
    assert abs(at - datetime.now(UTC)) < timedelta(minutes=2)
    (tmp_path / "text").write_bytes(text)
    (tmp_path / "response.tsr").write_bytes(response)
    said = openssl(tmp_path, "ts", "-verify", "-in", "response.tsr", "-data", "text", "-CAfile",
                   str(folder / "root.pem"))  # fmt: skip
    assert "Verification: OK" in said
    keys = {"ledger": book.vkey}
    extra = export.Extra(stamps=[(3, response)])
    out = tmp_path / "out"
    export.write(out, FolderTiles(book.folder / "log"), book.rows(), keys, book.history, extra)
    report = verify(out, Wanted(key=book.vkey, authority=roots))
    assert report.problems == []
    assert report.stamps == [{"size": 3, "time": at.isoformat()}]
    # Without the authority's certificates nothing is claimed.
    assert not verify(out, Wanted(key=book.vkey)).json()["stamps_checked"]
    # A flipped byte anywhere in what is signed, a stamp of another checkpoint, one of no checkpoint.
    path = out / "timestamps/3.tsr"
    for at_byte in range(40, len(response), 97):
        path.write_bytes(response[:at_byte] + bytes([response[at_byte] ^ 1]) + response[at_byte + 1 :])
        report = verify(out, Wanted(key=book.vkey, authority=roots))
        changed = [p.kind for p in report.problems] == ["stamp"]
        assert changed or report.stamps == [{"size": 3, "time": at.isoformat()}]
    path.write_bytes(response)
    path.rename(out / "timestamps/5.tsr")
    assert [p.kind for p in verify(out, Wanted(key=book.vkey, authority=roots)).problems] == ["stamp"]
    (out / "timestamps/5.tsr").rename(out / "timestamps/4.tsr")
    assert [p.kind for p in verify(out, Wanted(key=book.vkey, authority=roots)).problems] == ["stamp"]


def test_what_isnt_this_authoritys_word_is_refused(tsa, tmp_path: Path) -> None:
    folder, answer = tsa
    roots = (folder / "root.pem").read_bytes()
    response, _ = stamp.fetch("https://tsa.example", b"a text", roots, answer)
    with pytest.raises(BadSignature):
        stamp.verify(response, b"another text", roots)
    stranger = tmp_path / "two"
    authority(stranger)
    with pytest.raises(BadSignature):
        stamp.verify(response, b"a text", (stranger / "root.pem").read_bytes())
    with pytest.raises(LogFault):
        stamp.fetch("https://tsa.example", b"a text", roots, lambda _url, _request: response)
    for bad in (b"", b"nonsense", response[:100]):
        with pytest.raises(MalformedNote):
            stamp.verify(bad, b"a text", roots)
    for bad in (b"", b"nonsense", (folder / "tsa.pem").read_bytes()):
        with pytest.raises(MalformedNote):
            stamp.certificates(bad)
    with pytest.raises(OSError, match="refused"):
        stamp.fetch("http://127.0.0.1:1", b"a text", roots)
