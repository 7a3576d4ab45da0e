"""No sequence of acts by one account, with all whom it makes or takes over, changes what a purpose sees (F4, R5).

A random walk: one insider who is administrator and steward of a unit of no regime, more than anybody should be, makes
accounts, gives roles, resets others and acts as them, proposes and accepts whatever there is. Notices pass meanwhile.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from tests.office import AGREED, Office, office

from brightline.model.errors import BrightlineError

pytestmark = pytest.mark.database

STEPS = 160
WHY = "A reason that says nothing of what it is for."
KDF = {"kind": "argon2id", "time": 2, "memory": 19_456, "lanes": 1, "length": 32, "salt": "00" * 16}
SECRET = {"verifier": "00" * 32, "kdf": KDF}
CASES = ("C-2026-0001", "C-2026-0002")
SOURCES, LAWS = ("register", "bank", "wages"), ("18-usc-1956", "29-usc-216")
ROLES = ("agent", "analyst", "supervisor", "steward", "vetter", "approver", "overseer", "admin")
UNITS = {"approver": "legal", "overseer": "inspectorate"}


class Insider:
    """Who acts, as everybody whom they can act as."""

    def __init__(self, at: Office, seed: int) -> None:
        self.at, self.dice, self.did = at, random.Random(seed), Counter[str]()
        self.mine = ["mallory"]
        at.world.unit("house")
        at.world.person("mallory", ("house", "admin"), ("house", "steward"))

    def step(self) -> None:
        """One act as one of theirs; refused or not."""
        name = self.dice.choice([one for one in dir(self) if one.startswith("do_")])
        try:
            getattr(self, name)()
        except BrightlineError:
            self.did[f"{name} refused"] += 1
        else:
            self.did[name] += 1

    def act(self, desk: str, function: str, **params: Any) -> Any:
        """As one of theirs who has such a desk; without one, as mallory, who is refused."""
        rows = self.at.world.db.execute(
            "SELECT a.name, g.unit FROM line.role_grant g JOIN line.account a ON a.id = g.account"
            " WHERE g.role = %s AND a.name = ANY (%s) AND g.valid_to IS NULL AND a.state = 'active' ORDER BY 1, 2",
            (desk, self.mine),
        ).fetchall()
        who, unit = self.dice.choice(rows) if rows else ("mallory", UNITS.get(desk, "house"))
        return self.at.do(who, f"{unit}/{desk}", function, **params)

    # ------------------------------------------------------------------------------------------------ people

    def do_make(self) -> None:
        name, role = f"puppet{len(self.mine)}", self.dice.choice(ROLES)
        unit = UNITS.get(role) or self.dice.choice(["house", "fraud", "labour"])
        self.act("admin", "account_add", name=name, title=name.title(), unit=unit, role=role, **SECRET)
        self.took(name)

    def do_reset(self) -> None:
        name = self.dice.choice(["lou", "lea", "stu", "ines", "sam", "vic", "ada"])
        self.act("admin", "account_reset", name=name, **SECRET)
        if name not in self.mine:
            self.mine.append(name)
        self.at.world.db.execute("UPDATE line.account SET must_change = false WHERE name = %s", (name,))
        self.at.world.tokens.pop(name, None)

    def do_grant(self) -> None:
        role = self.dice.choice(ROLES)
        unit = UNITS.get(role) or self.dice.choice(["house", "fraud", "labour"])
        self.act("admin", "role_grant", account=self.dice.choice(self.mine), unit=unit, role=role)

    def do_map(self) -> None:
        role = self.dice.choice(ROLES)
        given = {"issuer": "https://id.example", "group": f"g{self.dice.randrange(9)}", "unit": "house", "role": role}
        self.act("admin", "group_add", **given)

    def took(self, name: str) -> None:
        row = self.at.world.db.execute("SELECT id FROM line.account WHERE name = %s", (name,)).fetchone()
        assert row is not None
        self.at.world.accounts[name] = row[0]
        self.at.world.db.execute("UPDATE line.account SET must_change = false WHERE name = %s", (name,))
        self.mine.append(name)

    # ------------------------------------------------------------------------------------------------- sight

    def do_end_authority(self) -> None:
        self.act("steward", "authority_disable", authority=self.dice.choice(LAWS), reason=WHY)

    def do_end_agreement(self) -> None:
        self.act("steward", "agreement_expire", id=f"AG-{self.dice.choice(SOURCES)}", reason=WHY)

    def do_widen(self) -> None:
        n, source = self.dice.randrange(10**6), self.dice.choice(SOURCES)
        wider = {"id": f"AG-{n}", "regimes": ["criminal", "civil", "regulatory"], "expires": "2099-01-01"}
        self.act("steward", "source_renew", name=source, agreement=wider, reason=WHY)

    def do_accept(self) -> None:
        rows = self.at.world.db.execute(
            "SELECT number FROM line.proposal WHERE state = 'proposed' ORDER BY 1"
        ).fetchall()
        if rows:
            role, number = self.dice.choice(["approver", "overseer", "supervisor"]), self.dice.choice(rows)[0]
            self.act(role, "proposal_accept", proposal=number, reason=AGREED)

    def do_propose_rules(self) -> None:
        self.act("admin", "rulebook_propose", book={"version": 1, "case_born": {}}, reason=AGREED)

    def do_approve_rules(self) -> None:
        self.act("approver", "rulebook_approve", version=self.dice.randrange(1, 4), reason=AGREED)

    def do_wait(self) -> None:
        self.at.world.db.execute("UPDATE line.proposal SET effective = now() WHERE state = 'notice'")


@pytest.fixture
def at(db: Any) -> Iterator[Office]:
    with office(db) as made:
        for source in SOURCES:
            made.world.marking(source)
        yield made


def seen(at: Office) -> dict[str, list[int]]:
    """What each case's purpose sees now."""
    found = {}
    for case in CASES:
        at.gate.compile(str(at.world.purposes[case]))
        rows = at.world.db.execute(
            "SELECT v.marking FROM line.visible_marking v JOIN line.purpose p ON p.id = v.purpose"
            " JOIN line.authority a ON a.code = p.authority AND COALESCE(a.valid_to >= CURRENT_DATE, true)"
            " WHERE p.key = %s ORDER BY 1",
            (case,),
        ).fetchall()
        found[case] = [row[0] for row in rows]
    return found


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_r5_f4_one_account_and_all_it_makes_or_takes_change_nothing_that_others_see(at: Office, seed: int) -> None:
    before, insider = seen(at), Insider(at, seed)
    assert all(before.values())
    for _ in range(STEPS):
        insider.step()
        assert seen(at) == before, insider.did
    acts = {name for name in insider.did if not name.endswith("refused")}
    assert {"do_make", "do_reset", "do_widen", "do_end_authority"} <= acts, insider.did
    assert insider.did["do_accept refused"] > 5, insider.did
    # And a second person of their own mind does change it: what was walked past could have been walked through.
    rows = at.world.db.execute("SELECT number, kind FROM line.proposal WHERE state = 'proposed'").fetchall()
    at.world.person("hanna", ("legal", "approver"))
    for number, kind in rows:
        if kind not in ("power", "group"):
            at.do("hanna", "legal/approver", "proposal_accept", proposal=number, reason=AGREED)
    insider.do_wait()
    assert seen(at) != before
