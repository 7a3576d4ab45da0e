"""Two vetting desks for tests: tips (criminal) and status (civil), with their programmes and a few rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import yaml
from tests.office import ALTERNATIVES, NECESSITY, SOON, Office, office

from brightline.leads import commands, programme
from brightline.stories import referring

RECENTLY = (datetime.now(UTC) - timedelta(days=3)).date().isoformat()
WHY = "Register number and telephone agree with two independent records."
TIP = {
    "tip": "T-1",
    "matter": "Kickback alleged on a dredging award",
    "received": RECENTLY,
    "firm": "Quarry Dredging",
    "text": "Invoices for dredging that nobody saw, paid twice in March.",
    "priority": "normal",
    "people": "",
    "register_no": "SM-4711",
    "phone": "+1 555 0100",
    "email": "",
}
NOTICE = {
    "notice": "N-1",
    "matter": "No departure recorded by the day named",
    "received": RECENTLY,
    "name": "Ida Quill",
    "born": "1990-02-03",
    "remarks": "Permission ended in December.",
    "priority": "normal",
    "status_claim": "",
    "family": "",
    "passport": "P1234567",
    "id_no": "S-77",
    "phone": "",
}


def shipped(name: str, **changes: Any) -> str:
    """A shipped programme as YAML, with changes of its top level."""
    text = (programme.SHIPPED / f"{name}.yml").read_text("utf-8")
    law = "18-usc-1956" if name == "procurement-fraud-tips" else "29-usc-216"
    text = text.replace("18-usc-1031", law).replace("8-usc-1227", law)
    return yaml.safe_dump({**yaml.safe_load(text), **changes}, sort_keys=False)


def table(base: Mapping[str, str], *rows: Mapping[str, str]) -> bytes:
    """A CSV of rows that differ from `base`."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(base))
    writer.writeheader()
    for row in rows:
        writer.writerow({**base, **row})
    return out.getvalue().encode()


@dataclass
class LeadRoom:
    """`tam` and `tess` vet at tips under `tor`; `stan` and `sol` at status under `sid`."""

    at: Office

    def do(self, who: str, purpose: str, function: str, **params: Any) -> Any:
        return self.at.do(who, purpose, function, **params)

    def take_in(self, base: Mapping[str, str], *rows: Mapping[str, str], who: str = "tam") -> Any:
        desk, name = ("tips", "procurement-fraud-tips") if "tip" in base else ("status", "status-review")
        who = who if desk == "tips" else "stan"
        call = self.at.call(who, f"{desk}/vetter")
        content = table(base, *rows)
        return commands.lead_intake(self.at.gate, call, name=name, file="rows.csv", content=content).result

    def tip(self, key: str, **changes: str) -> str:
        number: str = self.take_in(TIP, {"tip": key, **changes})["leads"][0]
        return number

    def notice(self, key: str, **changes: str) -> str:
        # A name of its own: a claim holds everybody of one name and birth date.
        number: str = self.take_in(NOTICE, {"notice": key, "name": f"Ida Quill {key}", **changes})["leads"][0]
        return number

    def show(self, number: str, who: str = "tam", desk: str = "tips/vetter", **more: Any) -> Any:
        return self.do(who, desk, "lead_show", lead=number, **more)

    def checks(
        self, number: str, *, matched: tuple[tuple[str, str], ...], who: str = "tam", desk: str = "tips/vetter"
    ) -> None:
        """Every required check done, and nothing found that ends the lead; `matched` are (check, identifier) pairs."""
        by_check: dict[str, list[str]] = {}
        for name, identifier in matched:
            by_check.setdefault(name, []).append(identifier)
        for check in self.show(number, who, desk)["checklist"]:
            if check["required"]:
                same = by_check.get(check["name"], [])
                words = {"finding": "Looked up and found as stated.", "evidence": "copy of the record 12"}
                result = "nothing" if "confirmed" in (check.get("ends") or {}) else "confirmed"
                told = {"name": check["name"], "result": result, "matched": same}
                self.do(who, desk, "lead_check", lead=number, **told, **words)

    def viable(self, number: str, who: str = "tam", desk: str = "tips/vetter", **more: Any) -> Any:
        return self.do(who, desk, "lead_decide", lead=number, code="viable", reason=WHY, **more)

    def checked(self, key: str, **changes: str) -> str:
        """A tip that a second person has checked."""
        number = self.tip(key, **changes)
        self.checks(number, matched=(("register", "registrationNumber"), ("contact", "phone")))
        self.viable(number)
        self.do("tess", "tips/vetter", "lead_decide", lead=number, code="confirm", reason=WHY)
        return number

    def refer(self, number: str, to: str = "fraud") -> Any:
        return self.do("tam", "tips/vetter", "lead_refer", lead=number, to=to, basis="Two records agree with the tip.")

    def ask(self, number: str, **changes: Any) -> str:
        """A crossing to labour asked for; its number."""
        wanted = {"fields": ("name", "phone"), "basis": "29-usc-216", "necessity": NECESSITY}
        asked = referring.Asked(**{**wanted, "alternatives": ALTERNATIVES, "expires": SOON, **changes})
        call = self.at.call("tam", "tips/vetter")
        made = referring.refer_across(self.at.gate, call, lead=number, to="labour", asked=asked)
        crossing: str = made.result["crossing"]
        return crossing


@contextmanager
def lead_room(database: Any) -> Iterator[LeadRoom]:
    """The office with two vetting desks and their programmes."""
    with office(database) as at:
        world = at.world
        for unit, regime, law in (("tips", "criminal", "18-usc-1956"), ("status", "civil", "29-usc-216")):
            world.unit(unit, regime)
            source = "procurement-tips" if unit == "tips" else "departure-records"
            world.source(source, law, [regime], custodian=unit)
        for name, unit, role in (
            ("tam", "tips", "vetter"),
            ("tess", "tips", "vetter"),
            ("tor", "tips", "supervisor"),
            ("stan", "status", "vetter"),
            ("sol", "status", "vetter"),
            ("sid", "status", "supervisor"),
            ("finn", "fraud", "vetter"),
            ("lara", "labour", "vetter"),
        ):
            world.person(name, (unit, role))
        for name in ("procurement-fraud-tips", "status-review"):
            at.accept(commands.programme_apply(at.gate, at.call("stu", "records/steward"), text=shipped(name)).result)
        yield LeadRoom(at)
