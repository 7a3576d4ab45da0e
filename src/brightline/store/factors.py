"""The key by which secrets of authenticators are enciphered: it lies in the home, the database has its hash.

Without it a backup of the database opens nobody's second factor; and a restore without it opens nobody's either.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from psycopg import Connection
from psycopg.rows import TupleRow

from brightline.store.home import factor_key_in


def encipher(conn: Connection[TupleRow], secrets: Path) -> int:
    """Make the home's key the database's, and encipher what a former version left in clear; how many that were."""
    if not _is_known(conn, "line.factors_encipher(bytea)"):
        return 0
    key = factor_key_in(secrets)
    told = _told(conn, key)
    if told["known"] and not told["clear"]:
        return 0
    row = conn.execute("SELECT line.factors_encipher(%s)", (key,)).fetchone()
    return int(row[0]) if row else 0


def trouble(conn: Connection[TupleRow], secrets: Path) -> str | None:
    """What is wrong with authenticators' secrets, and the way on; None when nothing is."""
    if not _is_known(conn, "line.factors_told(bytea)"):
        return None
    told = _told(conn, factor_key_in(secrets))
    if told["clear"]:
        return f"The secrets of {told['clear']} authenticators lie in clear. Run `brightline up`."
    if told["shut"]:
        return (
            f"The authenticators of {told['shut']} accounts were set up under another key than {secrets}/factor-key:"
            " was the database restored without it? Put the former file back and run `brightline down` and `up`."
            " Is it lost, each of them signs in with a recovery code or a security key and sets the authenticator up"
            " anew; for the others, `brightline factor reset ACCOUNT`."
        )
    return None


def _told(conn: Connection[TupleRow], key: bytes) -> dict[str, Any]:
    row = conn.execute("SELECT line.factors_told(%s)", (key,)).fetchone()
    return dict(row[0]) if row else {}


def _is_known(conn: Connection[TupleRow], function: str) -> bool:
    return conn.execute("SELECT to_regprocedure(%s) IS NOT NULL", (function,)).fetchone() == (True,)
