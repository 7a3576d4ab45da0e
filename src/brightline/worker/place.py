"""What the worker is given: connection strings of its roles, keys, and the folders that feeds may use."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import Connection
from psycopg.conninfo import make_conninfo

from brightline.accounts.oidc import Provider
from brightline.box.starting import WHOLE, Box
from brightline.feeds import pipeline
from brightline.gate import Gate
from brightline.leads.intake import MOST_ROWS
from brightline.ledger import asking, cosigning, sequencer, stamp, stamping
from brightline.ledger.errors import MalformedNote
from brightline.model.errors import BadInput
from brightline.store import connect
from brightline.store.home import Home
from brightline.store.server import Server
from brightline.warehouse.delta import Tables
from brightline.wiring import providers
from brightline.wiring.log import ledger_settings
from brightline.wiring.objects import exports_of, feed_roots, inbox_of, warehouse_of
from brightline.wiring.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """Connection strings of the two roles that standing orders need: who calls, and who compiles a stale purpose."""

    worker: str
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Warehouse:
    """The warehouse's files, which nobody else opens, and the gate through which schedules and exports ask."""

    dsn: str
    tables: Tables
    exports: Path
    gate: Gate


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaving:
    """The inbox, from which files go `hours` after a run took them; the rights are those of brightline_feed. And how
    many rows are taken of one file."""

    dsn: str
    folder: Path
    hours: int
    most_rows: int = MOST_ROWS


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Everything one worker process needs."""

    jobs: str
    feeds: pipeline.Settings
    ledger: sequencer.Settings
    orders: Orders
    warehouse: Warehouse | None = None
    witnesses: cosigning.Settings | None = None
    stamps: stamping.Settings | None = None
    inbox: Leaving | None = None
    box: Box = WHOLE
    providers: Sequence[Provider] = ()


def find(settings: Settings) -> Place:
    """From the environment and the home's secrets; the database must be up."""
    home = settings.find_home()
    server = connect.server(home, settings.server_url())
    box = Box(partial=settings.box == "partial")
    return Place(
        jobs=jobs_dsn(server),
        feeds=feed_settings(home, server, box),
        box=box,
        ledger=ledger_settings(settings, home, server),
        orders=Orders(worker=server.dsn("brightline_worker"), policy=server.dsn("brightline_policy")),
        warehouse=warehouse_settings(home, server),
        witnesses=_witnesses(settings, home, server),
        stamps=_stamps(settings, server),
        inbox=Leaving(
            dsn=server.dsn("brightline_feed"),
            folder=inbox_of(home),
            hours=settings.inbox_hours,
            most_rows=settings.intake_rows,
        ),
        providers=providers.build(providers.load(home.path)),
    )


def jobs_dsn(server: Server) -> str:
    """As brightline_worker, in the queue's schema: procrastinate doesn't qualify its names."""
    return make_conninfo(server.dsn("brightline_worker"), options="-c search_path=jobs,pg_catalog")


def feed_settings(home: Home, server: Server, box: Box = WHOLE) -> pipeline.Settings:
    """What runs of feeds are given."""
    named = os.environ.get("BRIGHTLINE_TEST_DATA")
    return pipeline.Settings(
        dsn=server.dsn("brightline_feed"),
        entity_key=home.entity_key(),
        data=Path(named) if named else None,
        inbox=inbox_of(home),
        closed=(
            warehouse_of(home),
            exports_of(home),
            *(home.path / name for name in ("secrets", "postgres", "log", "run")),
        ),
        feed_roots=feed_roots(home),
        box=box,
    )


def warehouse_settings(home: Home, server: Server) -> Warehouse:
    """The files and a gate as brightline_worker: standing orders are good for this role alone."""
    return Warehouse(
        dsn=server.dsn("brightline_worker"),
        tables=Tables(folder=warehouse_of(home)),
        exports=exports_of(home),
        gate=Gate(connect=_opened(server.dsn("brightline_worker")), policy=_opened(server.dsn("brightline_policy"))),
    )


def _opened(dsn: str) -> Callable[[], AbstractContextManager[Connection[Any]]]:
    @contextmanager
    def open() -> Iterator[Connection[Any]]:
        with psycopg.connect(dsn, autocommit=True) as connection:
            yield connection

    return open


def _witnesses(settings: Settings, home: Home, server: Server) -> cosigning.Settings:
    try:
        endpoints = asking.endpoints(settings.witnesses or "")
    except MalformedNote as error:
        hint = error.hint or "Write KEY URL, KEY URL, each key as its witness prints it."
        raise BadInput("BRIGHTLINE_WITNESSES", f"{error.detail}.", hint) from error
    wanted = settings.witness_quorum
    if wanted is not None and wanted > len(endpoints):
        hint = "Name more witnesses, or ask for fewer."
        raise BadInput("BRIGHTLINE_WITNESS_QUORUM", f"{wanted} can't agree where {len(endpoints)} are asked.", hint)
    return cosigning.Settings(
        dsn=server.dsn("brightline_sequencer"),
        folder=home.path / "ledger",
        endpoints=endpoints,
        quorum=len(endpoints) if wanted is None else wanted,
    )


def _stamps(settings: Settings, server: Server) -> stamping.Settings | None:
    if settings.tsa_url is None:
        return None
    if settings.tsa_certificates is None:
        raise BadInput("BRIGHTLINE_TSA_CERTIFICATES", "is missing.", "Name a file with the authority's certificates.")
    try:
        authority = settings.tsa_certificates.read_bytes()
        stamp.certificates(authority)
    except (OSError, MalformedNote) as error:
        raise BadInput("BRIGHTLINE_TSA_CERTIFICATES", f"can't be used: {error}.", "Name a file in PEM.") from error
    return stamping.Settings(
        dsn=server.dsn("brightline_sequencer"),
        url=settings.tsa_url,
        authority=authority,
        seconds=settings.tsa_minutes * 60.0,
    )
