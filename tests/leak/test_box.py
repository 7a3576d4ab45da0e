"""Getting out of the box in which files of strangers are read: as root, and as a user of the machine.

The attempts are those of `brightline.box.attempts`; the first test shows that outside the box they get what they want.
"""

from __future__ import annotations

import io
import json
import os
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import docx
import pytest

from brightline.box import attempts, closing, kernel
from brightline.box.closing import Bounds
from brightline.box.probing import attempted, probe
from brightline.box.starting import Box, Stopped, refuse_open
from brightline.documents.child import Limits, read
from brightline.documents.model import State
from brightline.model.errors import NotRunning

NAMES = set(attempts._ATTEMPTS)
AS_USER = 65_534


@pytest.fixture
def targets(tmp_path: Path) -> Iterator[dict[str, Any]]:
    """What a box shouldn't get: a file of ours and one of root, a port, a socket, this process."""
    secret = tmp_path / "secret"
    secret.write_text("the secret")
    secret.chmod(0o600)
    with socket.socket() as port, socket.socket(socket.AF_UNIX) as local:
        port.bind(("127.0.0.1", 0))
        port.listen()
        local.bind(str(tmp_path / "local"))
        local.listen()
        yield {
            "secrets": [str(secret), "/etc/shadow", __file__],
            "folders": [str(tmp_path), str(Path(__file__).parent)],
            "parent": os.getpid(),
            "port": port.getsockname()[1],
            "socket": str(tmp_path / "local"),
        }


def test_outside_the_box_each_attempt_succeeds(targets: dict[str, Any], tmp_path: Path) -> None:
    """Else the tests below would pass whatever the box did."""
    program = (
        "import json, sys; from brightline.box import attempts;"
        "attempts.work(json.loads(sys.argv[1]), sys.stdin.buffer, lambda **told: print(json.dumps(told), flush=True))"
    )
    with (tmp_path / "secret").open() as inherited:
        done = subprocess.run(
            [sys.executable, "-c", program, json.dumps(targets)],
            capture_output=True,
            cwd=tmp_path,
            check=True,
            pass_fds=[inherited.fileno()],
            timeout=60,
        )
    got = {line["attempt"] for line in map(json.loads, done.stdout.splitlines()) if line["got"]}
    assert got == NAMES


def test_r3_nothing_gets_out_of_the_box(targets: dict[str, Any]) -> None:
    found = attempted(targets)
    assert (found.escaped, found.missing, found.whole) == ({}, (), True), found.words()
    assert Path(targets["secrets"][0]).read_text() == "the secret"


_ORDINARY = """
import json, os, socket, sys, tempfile
from pathlib import Path
from brightline.box import closing, kernel, probing, starting
from brightline.documents.child import read
if os.geteuid() == 0:
    kernel.unshare(kernel.NEW_MOUNT)
    closing._uncover([Path(sys.base_prefix), *closing._python()])
    os.setgroups([])
    os.setresgid(65534, 65534, 65534)
    os.setresuid(65534, 65534, 65534)
os.environ["HOME"] = "/"
found = probing.probe()
reading = read("Quillfeather; naïve façade".encode("cp1252"), "a.txt", "text/plain")
read = [reading.state.value, reading.pages[0].text]
print(json.dumps([os.geteuid(), found.means, list(found.missing), found.escaped, *read]))
"""


def test_r3_nothing_gets_out_of_the_box_of_an_ordinary_user(tmp_path: Path) -> None:
    """The secret is the user's own, 0600; its walls are Landlock, seccomp and, where there is one, a namespace."""
    done = subprocess.run([sys.executable, "-c", _ORDINARY], capture_output=True, cwd="/", timeout=90, check=False)
    assert done.returncode == 0, done.stderr.decode()[-2000:]
    user, means, missing, escaped, state, text = json.loads(done.stdout)
    assert user != 0
    assert (missing, escaped) == ([], {})
    assert means["files"].startswith(("Landlock", "a root"))
    assert (state, text[:12]) == ("extracted", "Quillfeather")


@pytest.mark.parametrize(
    ("what", "how"), [("memory", "memory"), ("time", "slow"), ("sleep", "slow"), ("talk", "full"), ("line", "full")]
)
def test_r3_a_box_eats_no_more_than_it_is_given(what: str, how: str) -> None:
    bounds = Bounds(seconds=2, wall=3, memory=512 << 20, output=32 << 20, line=1 << 20)
    with pytest.raises(Stopped) as stopped:
        list(Box().run("brightline.box.attempts", {"eat": what}, bounds=bounds))
    assert stopped.value.how == how


def test_r3_leaving_the_loop_ends_the_box(targets: dict[str, Any]) -> None:
    lines = Box().run("brightline.box.attempts", {"eat": "talk"})
    next(lines)
    lines.close()
    assert not _children_of_boxes()


def _children_of_boxes() -> list[str]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            stat, told = (folder / "stat").read_text(), (folder / "cmdline").read_text()
        except OSError:
            continue
        if int(stat.rpartition(")")[2].split()[1]) == os.getpid() and "brightline.box" in told:
            found.append(told)
    return found


@pytest.mark.parametrize("lacking", ["landlock", "unshare", "seccomp"])
def test_r3_what_the_kernel_lacks_is_told_and_nothing_is_read(lacking: str, tmp_path: Path) -> None:
    """A kernel without one of its means: the box holds by the others, or says by which it doesn't and reads nothing."""
    program = f"""
import json, sys
from brightline.box import kernel, inside
def lacks(*words):
    raise OSError(38, "lacks it")
kernel.{lacking} = lacks
sys.exit(inside.main("brightline.documents.child", sys.argv[1]))
"""
    bounds = {"seconds": 10, "wall": 10, "memory": 1 << 30, "output": 1 << 20, "line": 1 << 20}
    words = {"name": "a.txt", "media_type": "", "pages": 10, "characters": 1000}
    order = json.dumps({"words": words, "bounds": bounds, "partial": False, "user": closing.free_user()})
    done = subprocess.run(
        [sys.executable, "-c", program, order],
        input=b"words of a stranger",
        capture_output=True,
        cwd=tmp_path,
        timeout=60,
        check=False,
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 0, done.stderr.decode()[-1000:]
    if lacking == "seccomp":
        assert told == [{"box": {**told[0]["box"], "network": "", "processes": ""}}]
        with pytest.raises(NotRunning, match="can't close the box"):
            refuse_open(told[0]["box"], partial=False)
        refuse_open(told[0]["box"], partial=True)
    else:
        assert told[-1] == {"state": "extracted", "reason": ""}
        assert told[0]["box"]["files"].startswith("a root" if lacking == "landlock" else "Landlock")


def bomb(paragraphs: int) -> bytes:
    """A letter of some kilobytes that unpacks to that many paragraphs."""
    made = docx.Document()
    made.add_paragraph("MARK")
    plain, packed = io.BytesIO(), io.BytesIO()
    made.save(plain)
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, text.replace(b"MARK", b"MARK</w:t></w:r></w:p><w:p><w:r><w:t>" * paragraphs))
    return packed.getvalue()


def test_r3_a_bomb_is_too_large_and_says_so() -> None:
    packed = bomb(700_000)
    assert len(packed) < 200_000
    found = read(packed, "letter.docx", "", Limits(memory=128 << 20))
    assert (found.state, found.pages) == (State.TOO_LARGE, ())
    assert found.reason == "Reading it takes more memory than a file is given."


def test_r3_a_file_that_is_no_letter_is_broken_and_says_so() -> None:
    found = read(bomb(10)[:-300], "letter.docx", "", Limits())
    assert found.state is State.BROKEN
    assert found.reason


def test_the_probe_says_what_it_found() -> None:
    found = probe()
    assert found.whole
    assert "seccomp" in found.words()
    assert kernel.landlock_version() == 0 or "Landlock" in found.words()
    assert closing.NEEDED == ("files", "network", "processes")
