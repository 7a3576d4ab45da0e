"""The README's tour on the command line, typed word for word at a terminal; only what it leaves open is filled in."""

from __future__ import annotations

import os
import pty
import re
import select
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from tests.e2e.conftest import REPOSITORY

from brightline.wiring.demo.office import PASSWORD

pytestmark = [pytest.mark.database, pytest.mark.slow]

TOUR = (REPOSITORY / "README.md").read_text("utf-8").split("## The tour")[1].split("## Where to read on")[0]
BLOCKS = re.findall(r"^```sh\n(.*?)^```", TOUR, flags=re.MULTILINE | re.DOTALL)
_PATIENCE = 240.0
_ID = r"[a-z][a-z0-9-]*-[0-9a-f]{32}"


@dataclass
class Terminal:
    """Somebody who types a block, and the password where it is asked for; what is on the screen, and how it ended."""

    folder: Path
    environment: dict[str, str]
    filled: dict[str, str] = field(default_factory=dict)

    def type(self, block: str) -> tuple[str, int]:
        for open_, said in self.filled.items():
            block = block.replace(open_, said)
        assert "…" not in block, block
        master, slave = pty.openpty()
        shell = subprocess.Popen(
            ["/bin/sh", "-eu", "-c", block], stdin=slave, stdout=slave, stderr=slave, cwd=self.folder,
            env=self.environment, start_new_session=True, preexec_fn=_terminal,
        )  # fmt: skip
        os.close(slave)
        try:
            return self._read(master, shell), shell.wait(10)
        finally:
            shell.kill()
            os.close(master)

    def _read(self, master: int, shell: subprocess.Popen[bytes]) -> str:
        seen, asked, until = "", 0, time.monotonic() + _PATIENCE
        while time.monotonic() < until:
            if not select.select([master], [], [], 0.2)[0]:
                if shell.poll() is not None:
                    return seen
                continue
            try:
                seen += os.read(master, 65_536).decode("utf-8", "replace")
            except OSError:
                return seen
            if seen.count("Password: ") > asked:
                asked += 1
                os.write(master, f"{PASSWORD}\n".encode())
        raise AssertionError(f"it didn't end:\n{seen[-3000:]}")


def _terminal() -> None:
    """The terminal is this process's own: a password is asked for there."""
    import fcntl
    import termios

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.fixture
def terminal(installation: tuple[str, str], tmp_path: Path) -> Terminal:
    url, home = installation
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BRIGHTLINE_")}
    told = {"BRIGHTLINE_URL": url, "BRIGHTLINE_HOME": home, "XDG_CONFIG_HOME": str(tmp_path / "config")}
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return Terminal(folder=tmp_path, environment={**kept, **told, "PATH": path, "COLUMNS": "220", "NO_COLOR": "1"})


def _case(terminal: Terminal, account: str, desk: str, title: str) -> str:
    said, code = terminal.type(f"brightline login --account {account}\nbrightline case list --purpose {desk}")
    assert code == 0, said
    [row] = [line for line in said.splitlines() if title in line]
    found = re.search(r"C-\d{4}-\d{4,6}", row)
    assert found, row
    return found.group()


@pytest.mark.timeout(900)
def test_the_tour_of_the_readme(terminal: Terminal) -> None:
    works = _case(terminal, "dana.whitlock", "fraud/agent", "Harbour Works")
    pier = _case(terminal, "rosa.vance", "labour/agent", "Pier 9")
    begin, search, slips, path, other, crossings, decide, looked = BLOCKS
    assert re.findall(r"(\w+)=C-2026-…", begin) == ["WORKS", "PIER"]
    terminal.environment |= {"WORKS": works, "PIER": pier}

    said, code = terminal.type(search)
    assert (code, "Tidewater" in said, "Tarn and Vale" in said) == (0, True, True), said
    said, code = terminal.type(slips)
    assert code == 0, said
    terminal.filled["COMPANY-ID"] = _id_beside(said, "Quillon Roadworks")
    officer, way = path.split("brightline links path")
    said, code = terminal.type(officer)
    assert code == 0, said
    terminal.filled["OFFICER-ID"] = _id_beside(said, "Rajesh Mahlangu")
    said, code = terminal.type(f"brightline links path{way}")
    assert (code, "Marlow Finch" in said, "Pelham Ridge" in said) == (0, True, True), said
    said, code = terminal.type(other)
    assert code == 0, said
    assert "wages" in said

    terminal.type("brightline login --account dana.whitlock")
    said, code = terminal.type(crossings)
    assert code == 0, said
    assert all(f" {state} " in said for state in ("active", "denied", "refused")), said
    terminal.filled["X-2026-…"] = _waiting(terminal)
    opinion, approval = decide.split("brightline login --account kim.thorne")
    for who in (opinion, opinion.replace("paula.renner", "owen.hale")):
        said, code = terminal.type(who)
        assert code == 0, said
    said, code = terminal.type(f"brightline login --account kim.thorne{approval}")
    assert code == 0, said

    said, code = terminal.type(looked)
    assert code == 5, said
    assert said.count("entries checked") == 2, said


def _id_beside(said: str, caption: str) -> str:
    found = [re.search(_ID, line) for line in said.splitlines() if caption in line]
    ids = [one.group() for one in found if one]
    assert ids, said
    return ids[0]


def _waiting(terminal: Terminal) -> str:
    """The crossing that nobody has decided, as the approver's list shows it."""
    said, _ = terminal.type("brightline login --account kim.thorne\nbrightline crossing list --purpose legal/approver")
    rows = [
        line for line in said.splitlines() if re.search(r"X-\d{4}-\d+", line) and re.search(r"requested|reviewed", line)
    ]
    found = [re.search(r"X-\d{4}-\d+", row) for row in rows if "accountNumber" in row or len(rows) == 1]
    assert found, said
    assert found[0]
    return found[0].group()
