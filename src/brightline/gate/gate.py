"""Gate.run: one call, one act, one transaction, one installed function."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from time import sleep
from types import MappingProxyType
from typing import Any
from uuid import UUID

import psycopg
from psycopg.types.json import Jsonb

from brightline.gate.call import Answer, Call, Receipt
from brightline.gate.refusals import is_stale, stale_purpose, translate
from brightline.line import rules, visible
from brightline.model.errors import BadInput, BrightlineError, Conflict, NotRunning, Refused

log = logging.getLogger(__name__)

Connection = psycopg.Connection[Any]
Connect = Callable[[], AbstractContextManager[Connection]]
Sign = Callable[[UUID, str, str], str]
Beside = Mapping[str, Mapping[str, str]]

_NAME = re.compile(r"^[a-z][a-z0-9_]{0,62}$")
# A run that brings new markings moves the rules several times within a second: wait 20, 40, 80 … ms between tries.
_STALE_TRIES = 7
_STALE_WAIT = 0.01


def _unsigned(entry: UUID, leaf: str, at: str) -> str:
    return ""


class Gate:
    """Passes calls to installed functions over the application's role; compiles a stale purpose and tries again.

    `connect` gives a connection of `brightline_app` (or `brightline_worker`), `policy` one of `brightline_policy`;
    `sign` turns (entry, leaf hash, time) into a signed receipt; `beside` is what the house itself adds to the
    parameters of single functions, over whatever a caller sent under that name. Every call is entered in the ledger
    by the database.
    """

    def __init__(
        self, *, connect: Connect, policy: Connect, sign: Sign = _unsigned, beside: Beside = MappingProxyType({})
    ) -> None:
        self._connect = connect
        self._beside = beside
        self._policy = policy
        self._sign = sign

    def over(self, connection: Connection) -> Gate:
        """The same over one connection that its caller keeps for the calls of one order: functions are planned once."""
        return Gate(connect=lambda: nullcontext(connection), policy=self._policy, sign=self._sign, beside=self._beside)

    def run(self, call: Call, name: str, params: Mapping[str, Any] | None = None) -> Answer:
        """Runs the installed function `name`; raises the house's errors (model/errors.py), never the database's."""
        if not _NAME.match(name):
            raise Refused(f"No such function: {name!r}.")
        for tried in range(_STALE_TRIES):
            try:
                return self._once(call, name, {**(params or {}), **self._beside.get(name, {}), **call.beside()})
            except psycopg.Error as error:
                if not is_stale(error):
                    raise self._told(error, name) from None
                if tried:
                    sleep(_STALE_WAIT * 2**tried)
                self.compile(stale_purpose(error))
        raise BrightlineError("The rules changed while the call ran.", hint="Try again.", code="stale")

    def _once(self, call: Call, name: str, params: dict[str, Any]) -> Answer:
        statement = f"SELECT app.{name}(%s, %s, %s, %s)"
        with self._connect() as connection, _one_transaction(connection):
            row = connection.execute(
                statement, (call.token or "", call.purpose, call.inquiry, Jsonb(params, dumps=_dumps))
            ).fetchone()
        if row is None:
            raise NotRunning("The database gave no answer.")
        answer = row[0]
        entry = UUID(answer["entry"])
        note = self._sign(entry, answer["leaf"], answer["at"])
        receipt = Receipt(entry=entry, leaf=answer["leaf"], at=answer["at"], note=note)
        return Answer(result=answer["result"], receipt=receipt, acts_left=answer.get("acts_left"))

    def _told(self, error: psycopg.Error, name: str) -> BrightlineError:
        told = translate(error)
        if type(told) is BrightlineError:
            log.error("function %s failed: %s %s", name, error.sqlstate, error.diag.message_primary)
        return told

    def compile(self, purpose: str) -> None:
        """Compiles one purpose's visible set by the pure rules and stores it, if no rule moved meanwhile."""
        with self._policy() as connection, connection.transaction():
            # A version of the rulebook whose time has come is what made the set stale.
            connection.execute("SELECT line.policy_settle()")
            row = connection.execute("SELECT line.policy_read(%s)", (purpose,)).fetchone()
            if row is None or row[0]["purpose"] is None:
                return
            facts = rules.read_facts(row[0])
            connection.execute("SELECT line.policy_store(%s, %s, %s, %s, %s)", (purpose, *_compiled(facts)))

    def judge(self, version: int, judge: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> dict[str, Any]:
        """Has pure code judge a proposed version of the rulebook and records what it found; answers that.

        The application can't: only the role that writes visible sets says what a rulebook is worth. Conflict when the
        version isn't waiting for a judgement any more.
        """
        row = self._by_policy("SELECT line.policy_version(%s)", version)
        if row is None or row["version"] is None:
            raise BrightlineError("There is no such version.", code="not_found")
        told = dict(judge(row))
        if not self._by_policy("SELECT line.policy_judged(%s, %s, %s)", version, row["hash"], Jsonb(told)):
            raise Conflict(
                f"Version {version} was judged or withdrawn meanwhile.", hint="Look at it again.", code="state"
            )
        return told

    def _by_policy(self, statement: str, *params: Any) -> Any:
        try:
            with self._policy() as connection, connection.transaction():
                row = connection.execute(statement, params).fetchone()
        except psycopg.Error as error:
            raise self._told(error, statement) from error
        return row[0] if row else None


def _one_transaction(connection: Connection) -> AbstractContextManager[object]:
    """One statement is a transaction by itself where the connection commits by itself; BEGIN and COMMIT would be two
    more trips to the server. Inside somebody's transaction, or without autocommit, they are needed."""
    idle = connection.info.transaction_status == psycopg.pq.TransactionStatus.IDLE
    return nullcontext() if connection.autocommit and idle else connection.transaction()


def _compiled(facts: rules.Facts) -> tuple[int, datetime | None, Jsonb, Jsonb]:
    made = visible.compiled(facts)
    return made.epoch, made.until, Jsonb(made.rows), Jsonb(made.pointers)


def _dumps(value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, default=str, allow_nan=False)
    except ValueError:
        raise BadInput("body", "holds NaN or an infinity", "Send numbers, or leave the value out.") from None
