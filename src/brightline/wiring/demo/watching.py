"""What the demo's people keep an eye on: a watch that a later refresh answers, and a workspace shared with the case."""

from __future__ import annotations

import csv
import time
from typing import Any

from brightline.model.errors import BrightlineError
from brightline.wiring.demo.casework import answer, at_work, find
from brightline.wiring.demo.load import STEWARD_DESK, Loading
from brightline.wiring.demo.sources.companies import COLUMNS

QUERY = "Pelham Ridge"
TITLE = "Who stands behind the consultancy"
LABELS = ("quillon", "marlow", "pelham", "shell_director")
LATER: dict[str, str] = {
    "line": "L-9900417",
    "company_no": "SM-9900417",
    "company_name": "Pelham Ridge Marine Ltd",
    "sector": "Ship repair",
    "founded": "2026-11-02",
}
"""What the register learns after the watch was saved: a second company of the same name."""


def watch(loading: Loading, numbers: dict[str, str]) -> None:
    """Save the search, let the register be read again with one new line, wait for the match; share the workspace."""
    loading.steps.once("watch works", _save, loading, numbers["works"])
    run = loading.steps.once("later companies", _refresh, loading)
    loading.steps.once("watched works", _matched, loading, numbers["works"], run)
    loading.steps.once("workspace works", _share, loading, numbers["works"])


def _save(loading: Loading, case: str) -> str:
    under = at_work(loading, "works", case)
    for one in loading.door.get(under, "/watches")["items"]:
        if one["query"] == QUERY:
            return str(one["watch"])
    return str(loading.door.post(under, "/watches", {"query": QUERY})["watch"])


def _refresh(loading: Loading) -> str:
    """A second file in the feed's inbox: the first stays as it was generated."""
    path = loading.world.feeds["companies"] / "inbox" / "later.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        rows = csv.DictWriter(file, COLUMNS, restval="")
        rows.writeheader()
        rows.writerow(LATER)
    return str(loading.door.post(STEWARD_DESK, "/feeds/companies/refresh")["run"])


def _matched(loading: Loading, case: str, run: str) -> str:
    until = time.monotonic() + loading.patience
    while time.monotonic() < until:
        state = str(loading.door.get(STEWARD_DESK, f"/runs/{run}")["state"])
        if state in ("failed", "withdrawn"):
            raise BrightlineError(f"the later refresh of companies {state}", hint="See brightline feed runs.")
        watches: list[dict[str, Any]] = loading.door.get(at_work(loading, "works", case), "/watches")["items"]
        if any(one["query"] == QUERY and one["hits"] for one in watches):
            return "matched"
        time.sleep(0.5)
    raise BrightlineError("the watch found nothing", hint="Is the worker running?")


def _share(loading: Loading, case: str) -> str:
    under = at_work(loading, "works", case)
    for one in loading.door.get(under, "/workspaces")["items"]:
        if one["title"] == TITLE:
            space = one
            break
    else:
        named = answer(loading, "works-chain")["ids"]
        ids = [find(loading, under, named[label]) for label in LABELS]
        space = loading.door.post(under, "/workspaces", {"title": TITLE, "ids": ids})
    if space["state"] == "private":
        loading.door.post(under, f"/workspaces/{space['workspace']}/share", {"act": "share"})
    return str(space["workspace"])
