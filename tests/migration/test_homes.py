"""Homes that earlier releases made, with a small demo in them: `up` brings them here, and their log verifies.

`homes/NAME.tar.xz` holds what pg_dump wrote of such a home's database and the keys beside it, all of it invented.
"""

from __future__ import annotations

import lzma
import subprocess
import tarfile
import uuid
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from tests import sqlnames
from tests.migration.test_migrations import ALL, COMPILED, _tables
from tests.world import World

from brightline.gate.gate import Gate
from brightline.ledger import export, sequencer
from brightline.ledger.record import Row
from brightline.ledger.tiles import FolderTiles
from brightline.ledger.verify import verify
from brightline.search import queries
from brightline.store import doctor, engine, factors, install, migrate
from brightline.store.home import Home
from brightline.store.server import Server
from brightline.store.sessions import connect

pytestmark = [pytest.mark.database, pytest.mark.slow]

HOMES = Path(__file__).parent / "homes"
# The oldest state of main, one in the middle, the last before migrations were remembered by name.
NAMES = ("first", "middle", "last")


@pytest.fixture(params=NAMES)
def restored(request: pytest.FixtureRequest, server: Server, tmp_path: Path) -> Iterator[tuple[Server, Path]]:
    """The home's database on this server, and a folder with its keys."""
    with lzma.open(HOMES / f"{request.param}.tar.xz") as packed, tarfile.open(fileobj=packed) as tar:
        tar.extractall(tmp_path, filter="data")
    other = server.named(f"h_{uuid.uuid4().hex[:12]}")
    with connect(server.admin_dsn("postgres")) as conn:
        name = sql.Identifier(other.dbname)
        conn.execute(sql.SQL("CREATE DATABASE {} OWNER brightline_owner TEMPLATE template0").format(name))
        try:
            pg_restore = engine.wheel_folder() / "pginstall" / "bin" / "pg_restore"
            words = [pg_restore, "--exit-on-error", f"--dbname={other.admin_dsn()}", tmp_path / "home.dump"]
            done = subprocess.run(words, capture_output=True, text=True, check=False)
            assert done.returncode == 0, done.stderr
            # The home's own slot, which a dump doesn't carry: nothing was written between the two.
            with connect(other.admin_dsn()) as inside:
                install.remake_slot(inside)
            yield other, tmp_path
        finally:
            install.drop_database(conn, other.dbname)


def _log_holds(server: Server, folder: Path) -> bool:
    """Go on with the log by the home's own key, write it out as an overseer would, and verify that."""
    settings = sequencer.Settings(
        dsn=server.dsn("brightline_sequencer"),
        folder=folder / "ledger",
        ledger_key=folder / "ledger.key",
        origin=_origin(server),
    )
    log = sequencer.Sequencer(settings)
    log.checkpoint()
    with connect(server.admin_dsn()) as conn:
        rows = [
            Row(index=i, entry=e, head=bytes(h), head_salt=bytes(hs), body=bytes(b), body_salt=bytes(bs))
            for i, e, h, hs, b, bs in conn.execute(
                "SELECT index, entry, head, head_salt, body, body_salt FROM ledger.entry ORDER BY index"
            )
        ]
    key = (settings.folder / "keys/ledger.vkey").read_text().strip()
    export.write(folder / "export", FolderTiles(settings.folder), rows, {"ledger": key}, [])
    report = verify(folder / "export", key=key)
    assert report.problems == []
    return report.ok and report.checked_entries == len(rows)


def _origin(server: Server) -> str:
    with connect(server.admin_dsn()) as conn:
        row = conn.execute("SELECT origin FROM ledger.state").fetchone()
    assert row is not None
    return str(row[0])


def _found(server: Server, conn: psycopg.Connection, words: str) -> int:
    """How many hits somebody who works on the demo's fraud case gets."""
    row = conn.execute(
        "SELECT a.id, a.name, p.id, p.key FROM line.case_member m JOIN line.account a ON a.id = m.account"
        " JOIN line.purpose p ON p.case_id = m.case_id AND p.kind = 'case' AND p.state = 'active'"
        " JOIN line.role_grant g ON g.account = a.id JOIN line.unit u ON u.name = g.unit AND u.regime = 'criminal'"
        " WHERE m.valid_to IS NULL AND g.role = 'agent' AND p.unit = g.unit ORDER BY p.key, a.name LIMIT 1"
    ).fetchone()
    assert row is not None
    with connect(server.dsn("brightline_app")) as app, connect(server.dsn("brightline_policy")) as policy:
        gate = Gate(connect=lambda: nullcontext(app), policy=lambda: nullcontext(policy))
        world = World(db=conn, gate=gate, accounts={row[1]: row[0]}, purposes={row[3]: row[2]})
        answer = queries.find(gate, world.call(row[1], row[3]), queries.Search(q=words))
    return len(answer.result["hits"])


def test_a_former_home_is_upgraded_with_its_data(restored: tuple[Server, Path]) -> None:
    server, folder = restored
    with connect(server.admin_dsn()) as conn:
        before = _tables(conn)
        kept: list[str] = []
        report = install.up(server, before=lambda: kept.append("a copy"))
        assert kept == ["a copy"]
        assert report.migrated
        after = _tables(conn)
        assert not {
            name: (count, after.get(name))
            for name, count in before.items()
            if name not in COMPILED and after.get(name, -1) < count
        }
        assert set(migrate.applied(conn)) == {step.name for step in ALL}
        wrong = {check.name: check.detail for check in doctor.examine(Home(path=folder), server) if not check.ok}
        assert not {"store.migrations", "store.functions", "roles.attributes"} & set(wrong), wrong
        given = {name: who for name, who in sqlnames.rights(conn).items() if name in sqlnames.declared()}
        assert given == sqlnames.declared()
        assert _found(server, conn, "Tidewater") > 0
        assert _log_holds(server, folder)
        assert install.up(server).functions == ()


@pytest.mark.parametrize("restored", ["last"], indirect=True)
def test_p8_a_former_home_s_authenticators_go_on_working(restored: tuple[Server, Path]) -> None:
    """They lay in clear; after the upgrade no row holds the secret, and the telephone's codes are right as before."""
    server, _ = restored
    secret = bytes(range(20))
    with connect(server.admin_dsn()) as conn:
        (factor,) = conn.execute(
            "INSERT INTO line.factor (account, kind, title, secret, confirmed)"
            " SELECT a.id, 'totp', 'Telephone', %s, now() FROM line.account a ORDER BY a.name LIMIT 1 RETURNING id",
            (secret,),
        ).fetchone() or (None,)
        install.up(server)
        assert factors.trouble(conn, server.secrets) is None
        stored = "SELECT secret, cipher, line.factor_secret(f, %s) FROM line.factor f WHERE id = %s"
        row = conn.execute(stored, (factors.factor_key_in(server.secrets), factor)).fetchone()
        assert row is not None
        assert bytes(row[0]) != secret
        assert (row[1], bytes(row[2])) == (1, secret)
        assert conn.execute(stored, (bytes(32), factor)).fetchone()[2] is None  # type: ignore[index]
