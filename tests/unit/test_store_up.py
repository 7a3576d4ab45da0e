"""`up` on a fresh clone: it is ready, and running it again changes nothing."""

from __future__ import annotations

import psycopg
import pytest

from brightline.store import install

pytestmark = pytest.mark.database


@pytest.mark.slow
def test_up_again_changes_nothing(db):
    report = install.up(db.server)
    assert not report.created
    assert report.migrated == ()
    assert report.dropped == ()
    assert not report.slot_made


def test_the_application_reads_no_content(db):
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        db.connect("brightline_app").execute("SELECT 1 FROM content.aspect")


def test_the_slot_is_there(db):
    found = db.admin.execute("SELECT database FROM pg_replication_slots WHERE slot_name = %s", (db.slot,)).fetchone()
    assert found == (db.name,)
