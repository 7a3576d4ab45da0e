"""Brings the public keys of the site's providers to the database, where tokens are checked.

The worker does it and not the web process: whoever could bring keys and open sessions could sign in as anybody. They
are fetched every five minutes, and at once when a token names a key that isn't known.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence

import psycopg
from psycopg.types.json import Jsonb

from brightline.accounts.oidc import OpenId
from brightline.model.errors import BrightlineError

log = logging.getLogger(__name__)

PAUSE = 1.0
"""Seconds between two looks at who waits for a key."""
LIFE = 300.0
"""Seconds after which the keys are asked for again."""
REST = 10.0
"""Seconds that a provider is left alone after it was asked, however many wait."""


class Providing:
    """One worker's providers; `once` is called again and again, as brightline_worker."""

    def __init__(self, dsn: str, providers: Sequence[OpenId], *, rest: float = REST) -> None:
        self._dsn, self._rest = dsn, rest
        self._providers = {one.provider.issuer: one for one in providers}
        self._asked: dict[str, float] = {}
        self._begun = False

    def once(self) -> int:
        """How many providers were asked."""
        with psycopg.connect(self._dsn, autocommit=True, application_name="providers") as conn:
            if not self._begun:
                conn.execute("SELECT line.provider_keep(%s)", (list(self._providers),))
                self._begun = True
            wanted = {str(issuer) for (issuer,) in conn.execute("SELECT line.providers_wanted()").fetchall()}
            return sum(self._bring(conn, issuer) for issuer in self._providers if self._due(issuer, issuer in wanted))

    def _due(self, issuer: str, wanted: bool) -> bool:
        since = time.monotonic() - self._asked.get(issuer, -LIFE)
        return since >= LIFE or (wanted and since >= self._rest)

    def _bring(self, conn: psycopg.Connection[tuple[object, ...]], issuer: str) -> bool:
        self._asked[issuer] = time.monotonic()
        one = self._providers[issuer]
        try:
            keys = one.published()
        except BrightlineError as error:
            log.warning("%s", error.detail)
            return False
        values = (issuer, one.provider.client_id, one.provider.groups_claim, Jsonb(keys))
        conn.execute("SELECT line.provider_put(%s, %s, %s, %s)", values)
        return True
