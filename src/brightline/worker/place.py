"""What the worker is given: connection strings of its roles, keys, and the folders that feeds may use."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import psycopg
from psycopg.conninfo import make_conninfo

import brightline
from brightline.feeds import pipeline
from brightline.ledger import sequencer
from brightline.ledger.keys import load_or_create
from brightline.store import connect
from brightline.store.home import Home
from brightline.store.server import Server
from brightline.wiring.objects import inbox_of
from brightline.wiring.settings import Settings

SHIPPED = Path(brightline.__file__).parents[2] / "feeds"
"""Feed folders of a checkout; an installed package has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Orders:
    """Connection strings of the two roles that standing orders need: who calls, and who compiles a stale purpose."""

    worker: str
    policy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Everything one worker process needs."""

    jobs: str
    feeds: pipeline.Settings
    ledger: sequencer.Settings
    orders: Orders


def find(settings: Settings) -> Place:
    """From the environment and the home's secrets; the database must be up."""
    home = settings.find_home()
    server = connect.server(home, settings.server_url())
    return Place(
        jobs=jobs_dsn(server),
        feeds=feed_settings(home, server),
        ledger=_ledger(settings, home, server),
        orders=Orders(worker=server.dsn("brightline_worker"), policy=server.dsn("brightline_policy")),
    )


def jobs_dsn(server: Server) -> str:
    """As brightline_worker, in the queue's schema: procrastinate doesn't qualify its names."""
    return make_conninfo(server.dsn("brightline_worker"), options="-c search_path=jobs,pg_catalog")


def feed_settings(home: Home, server: Server) -> pipeline.Settings:
    """What runs of feeds are given."""
    named = os.environ.get("BRIGHTLINE_TEST_DATA")
    listed = os.environ.get("BRIGHTLINE_FEEDS", "").split(os.pathsep)
    return pipeline.Settings(
        dsn=server.dsn("brightline_feed"),
        entity_key=home.entity_key(),
        data=Path(named) if named else None,
        inbox=inbox_of(home),
        crawl_roots=(*(Path(each) for each in listed if each), home.path / "feeds", SHIPPED),
    )


def _ledger(settings: Settings, home: Home, server: Server) -> sequencer.Settings:
    origin = settings.origin or f"brightline.local/{_installation(server)}"
    receipt = load_or_create(home.secrets / "receipt.key", f"{origin}/receipt")
    return sequencer.Settings(
        dsn=server.dsn("brightline_sequencer"),
        folder=home.path / "ledger",
        ledger_key=home.secrets / "ledger.key",
        origin=origin,
        receipt_vkey=receipt.verifier.vkey(),
    )


def _installation(server: Server) -> str:
    with psycopg.connect(server.admin_dsn(), autocommit=True) as conn:
        row = conn.execute("SELECT installation FROM line.state").fetchone()
    return str(row[0]) if row else "unknown"
