"""Code of a feed's folder: what it may do, what it is told, and that nothing is run but what was added."""

from __future__ import annotations

import json
import os
import socket
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.feeding import BASE, KEY, Feeding, feeding, folder_of

from brightline.box.closing import Bounds
from brightline.feeds import check, crawling, manifest, pipeline, sealing
from brightline.model.errors import InputFaults
from brightline.model.ids import entity_id

pytestmark = pytest.mark.database


@pytest.fixture
def desk(db: Any) -> Feeding:
    return feeding(db)


ONE = """
def crawl(context):
    person = context.entity("Person", "p", 1).add("name", "Alma")
    firm = context.entity("Company", "f", 7).add("name", "Quill")
    work = context.entity("Employment", "w", 1).add("employee", person).add("employer", context.id("f", 7))
    yield context.record(1, {"person": context.id("p", 1), "said": "Alma"}, [person, firm, work])
"""


def crawl_feed(root: Path, code: str, files: dict[str, str] | None = None) -> Path:
    told = {k: v for k, v in deepcopy(BASE).items() if k != "mapping"}
    told["input"] = {"format": "crawl", "path": "inbox/*"}
    return folder_of(root, told, {"crawl.py": code, "inbox/a.txt": "words of the source", **(files or {})})


def settings(desk: Feeding, root: Path) -> pipeline.Settings:
    return pipeline.Settings(dsn=desk.settings.dsn, entity_key=KEY, feed_roots=(root,), processes=1)


def test_ids_are_those_that_the_key_makes_and_the_key_stays_outside(desk: Feeding, tmp_path: Path) -> None:
    desk.add(crawl_feed(tmp_path, ONE))
    assert pipeline.run(settings(desk, tmp_path), desk.queue("people")).new == 1
    made = {name: entity_id(KEY, "register", *parts) for name, parts in {"p": ("p", "1"), "f": ("f", "7")}.items()}
    assert {row[0] for row in desk.all("SELECT entity FROM content.aspect WHERE schema <> 'Employment'")} == {
        *made.values()
    }
    assert desk.one("SELECT payload ->> 'person' FROM content.record") == made["p"].hex
    assert desk.one("SELECT count(*) FROM content.link") > 0


PRYING = """
import json, os, socket, sys, threading
from pathlib import Path

def got(act):
    try:
        return repr(act())[:60]
    except (OSError, RuntimeError, IndexError):
        return ""

def crawl(context):
    told = json.loads(Path(context.paths[0]).read_text())
    here = Path(__file__).parent
    acts = {
        "secret": lambda: Path(told["secret"]).read_text(),
        "folder": lambda: os.listdir(told["folder"]),
        "parent": lambda: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
        "network": lambda: socket.create_connection(("127.0.0.1", told["port"]), timeout=2),
        "process": lambda: os.system("true") if os.fork() else os._exit(0),
        "thread": lambda: threading.Thread(target=int).start(),
        "writing": lambda: (here / "new.py").write_text("x"),
        "beside": lambda: (here / "crawl.py").write_text("x"),
        "variables": lambda: dict(os.environ) or os.stat("nowhere"),
        "modules": lambda: [name for name in ("brightline.worker.main", "psycopg") if name in sys.modules][0],
        "own": lambda: (here / "beside.txt").read_text(),
    }
    for name, act in acts.items():
        person = context.entity("Person", name).add("name", name)
        yield context.record(name, {"name": name, "got": got(act) or None}, [person])
"""


def test_r3_crawl_gets_at_nothing_but_its_own_files(desk: Feeding, tmp_path: Path) -> None:
    secret = tmp_path / "entity.key"
    secret.write_text("the key")
    secret.chmod(0o600)
    with socket.socket() as port:
        port.bind(("127.0.0.1", 0))
        port.listen()
        told = {"secret": str(secret), "folder": str(tmp_path), "port": port.getsockname()[1]}
        folder = crawl_feed(tmp_path, PRYING, {"beside.txt": "its own", "inbox/a.txt": json.dumps(told)})
        desk.add(folder)
        pipeline.run(settings(desk, tmp_path), desk.queue("people"))
    found = dict(desk.all("SELECT source_key, payload ->> 'got' FROM content.record"))
    assert {name for name, got in found.items() if got} == {"own"}
    assert len(found) == 11
    assert not (folder / "new.py").exists()


@pytest.mark.slow
def test_r3_a_file_beside_crawl_is_part_of_what_was_added(desk: Feeding, tmp_path: Path) -> None:
    """The attack as it was tried: crawl.py executes a file of its folder, which is changed once it was added."""
    code = 'from pathlib import Path\nexec((Path(__file__).parent / "lib" / "more.txt").read_text())\n'
    folder = crawl_feed(tmp_path, code, {"lib/more.txt": ONE})
    desk.add(folder)
    assert pipeline.run(settings(desk, tmp_path), desk.queue("people")).new == 1
    (folder / "lib" / "more.txt").write_text(ONE.replace("Alma", "Mallory"))
    with pytest.raises(InputFaults, match="isn't what was added"):
        pipeline.run(settings(desk, tmp_path), desk.queue("people"))
    (folder / "lib" / "more.txt").write_text(ONE)
    (folder / "lib" / "new.py").write_text("")
    with pytest.raises(InputFaults, match="isn't what was added"):
        pipeline.run(settings(desk, tmp_path), desk.queue("people"))
    (folder / "lib" / "new.py").unlink()
    (folder / "inbox" / "b.txt").write_text("a delivery changes nothing of this")
    assert pipeline.run(settings(desk, tmp_path), desk.queue("people")).unchanged == 1


def test_r3_links_and_heaps_are_refused(desk: Feeding, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = crawl_feed(tmp_path, ONE)
    (folder / "more.txt").symlink_to("/etc/passwd")
    with pytest.raises(InputFaults, match="is a link"):
        desk.add(folder)
    (folder / "more.txt").unlink()
    (folder / "away").symlink_to("/etc", target_is_directory=True)
    with pytest.raises(InputFaults, match="is a link"):
        desk.add(folder)
    (folder / "away").unlink()
    monkeypatch.setattr(sealing, "MOST_FILES", 1)
    with pytest.raises(InputFaults, match="more than 1 files"):
        desk.add(folder)
    monkeypatch.undo()
    monkeypatch.setattr(sealing, "MOST_BYTES", 100)
    with pytest.raises(InputFaults, match="beside its input"):
        desk.add(folder)


@pytest.mark.slow
def test_r3_a_feed_of_before_is_sealed_once_by_its_next_run(desk: Feeding, tmp_path: Path) -> None:
    """As an older installation left it: the hash of feed.yml and crawl.py, and no seal."""
    folder = crawl_feed(tmp_path, ONE, {"beside.txt": "x"})
    desk.add(folder)
    read = manifest.load(folder)
    desk.world.db.execute("UPDATE feed.feed SET seal = NULL, digest = %s", (manifest.digest(read, folder),))
    assert pipeline.run(settings(desk, tmp_path), desk.queue("people")).new == 1
    assert desk.one("SELECT seal FROM feed.feed") == sealing.read(folder, read).seal
    assert pipeline.run(settings(desk, tmp_path), desk.queue("people")).unchanged == 1
    (folder / "beside.txt").write_text("y")
    with pytest.raises(InputFaults, match="isn't what was added"):
        pipeline.run(settings(desk, tmp_path), desk.queue("people"))


def test_r3_a_feed_of_before_whose_code_was_changed_is_not_sealed(desk: Feeding, tmp_path: Path) -> None:
    folder = crawl_feed(tmp_path, ONE)
    desk.add(folder)
    desk.world.db.execute(
        "UPDATE feed.feed SET seal = NULL, digest = %s", (manifest.digest(manifest.load(folder), folder),)
    )
    (folder / "crawl.py").write_text(ONE + "\n# changed\n")
    with pytest.raises(InputFaults, match="isn't what was added"):
        pipeline.run(settings(desk, tmp_path), desk.queue("people"))
    assert desk.one("SELECT seal FROM feed.feed") is None


ENDLESS = {
    "time": ("def crawl(context):\n    while True: pass\n", "took more than"),
    "silence": ("import time\ndef crawl(context):\n    while True: time.sleep(60)\n", "was silent"),
    "memory": ("def crawl(context):\n    held = [bytearray(1 << 26) for _ in range(99)]\n    yield {}\n", "memory"),
    "record": ("def crawl(context):\n    yield {'a': 'x' * (1 << 22)}\n", "larger than"),
    "network": (
        "import socket\ndef crawl(context):\n    socket.create_connection(('127.0.0.1', 1))\n    yield {}\n",
        "in a box",
    ),
    "exit": ("import sys\ndef crawl(context):\n    yield {}\n    sys.exit(3)\n", "SystemExit: 3"),
    "death": ("import os\ndef crawl(context):\n    yield {}\n    os._exit(3)\n", "its process died"),
    "lies": ("import os\ndef crawl(context):\n    os.write(1, b'[1]\\n{}\\n')\n    yield {}\n", "died"),
    "no record": (
        "import os\ndef crawl(context):\n    os.write(1, b'{\"record\": 7}\\n')\n    yield {}\n",
        "no record",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("case", ENDLESS)
def test_r3_whatever_crawl_does_ends_in_a_sentence(tmp_path: Path, case: str) -> None:
    code, told = ENDLESS[case]
    folder = crawl_feed(tmp_path, code)
    read = manifest.load(folder)
    bounds = Bounds(seconds=8, wall=60, idle=10, memory=1 << 30, output=1 << 24, line=1 << 20)
    crawl = crawling.Crawling(manifest=read, files=sealing.read(folder, read), key=KEY, bounds=bounds)
    with pytest.raises(InputFaults, match=told) as caught:
        list(crawl.batches([folder / "inbox" / "a.txt"]))
    assert caught.value.hint


@pytest.mark.slow
def test_what_crawl_prints_is_no_row_and_late_columns_are_columns(tmp_path: Path) -> None:
    code = (
        "from datetime import date\n"
        'def crawl(context):\n    print(\'{"row": {}, "number": 9}\')\n'
        "    for n in range(5000):\n        yield {'a': n, **({'b': date(2026, 1, 2)} if n == 4999 else {})}\n"
    )
    folder = crawl_feed(tmp_path, code)
    read = manifest.load(folder)
    batches: list[Any] = list(crawling.Crawling(manifest=read, files=sealing.read(folder, read), key=KEY).batches([]))
    assert [len(batch.rows) for batch in batches] == [4000, 1000]
    assert (batches[0].raw[0], batches[1].raw[-1]) == ('{"a":0}', '{"a":4999,"b":"2026-01-02"}')
    assert batches[1].numbers[-1] == 5000


@pytest.mark.slow
def test_a_folder_is_checked_in_the_box_too(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("x")
    code = f"def crawl(context):\n    yield context.record(1, {{'a': open({str(secret)!r}).read()}}, [])\n"
    report = check.check_folder(crawl_feed(tmp_path, code))
    assert not report.ok
    assert "in a box" in report.problems[0]
    good = check.check_folder(crawl_feed(tmp_path, ONE))
    assert (good.ok, good.rows) == (True, 1)


def test_input_is_copied_for_the_box_alone(tmp_path: Path) -> None:
    """While it runs, the copies belong to the box's user and are gone with it."""
    before = set(Path("/tmp").glob("brightline-crawl-*"))
    folder = crawl_feed(
        tmp_path, "import time\ndef crawl(context):\n    yield {'a': 1}\n    time.sleep(0.1)\n    yield {'a': 2}\n"
    )
    read = manifest.load(folder)
    crawl = crawling.Crawling(manifest=read, files=sealing.read(folder, read), key=KEY)
    crawl = replace(crawl, bounds=replace(crawling.BOUNDS, wall=60))
    list(crawl.batches([folder / "inbox" / "a.txt"]))
    assert set(Path("/tmp").glob("brightline-crawl-*")) <= before
    assert os.geteuid() != 0 or folder.stat().st_uid == 0
