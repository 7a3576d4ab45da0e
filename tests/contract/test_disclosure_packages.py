"""What leaves is what was approved: bytes fixed at submission, kept, fetched after sending only."""

from __future__ import annotations

import io
import json
import zipfile
from typing import Any

import pytest
from psycopg.errors import Error
from tests.contract.test_disclosures import approved, decide, fraud, prepare, suspect
from tests.office import Office

from brightline.disclosures import commands, queries
from brightline.model.errors import Conflict, Refused

pytestmark = pytest.mark.database
__all__ = ["fraud"]


def change(made: Office, caption: str, **properties: list[str]) -> None:
    made.world.db.execute(
        "UPDATE content.aspect SET properties = %s WHERE caption = %s", (json.dumps(properties), caption)
    )


def accounted(made: Office, number: str) -> int:
    row = made.world.db.execute("SELECT count(*) FROM disclosures.accounting WHERE disclosure = %s", (number,))
    return sum(int(n) for (n,) in row)


def test_nothing_is_fetched_before_it_was_sent(fraud: tuple[Office, str]) -> None:
    made, case = fraud
    number = approved(made, case, suspect(made, case, "Early Fetch"))
    with pytest.raises(Conflict) as refused:
        commands.again(made.gate, made.call("ana", case), number)
    assert refused.value.code == "state"
    assert accounted(made, number) == 0


def test_the_same_bytes_leave_each_time_whatever_the_source_says_and_each_is_accounted_for(
    fraud: tuple[Office, str],
) -> None:
    made, case = fraud
    number = approved(made, case, suspect(made, case, "Kept Ünchanged"))
    shown = queries.shown(made.gate, made.call("sam", "fraud/supervisor"), number).result
    _, sent = commands.send(made.gate, made.call("ana", case), number)
    change(made, "Kept Ünchanged", name=["Somebody Else"])
    answer, again = commands.again(made.gate, made.call("ana", case), number)
    assert again.content == sent.content
    assert answer.result["package_sha256"] == sent.sha256 == shown["package_sha256"]
    assert accounted(made, number) == 2
    with zipfile.ZipFile(io.BytesIO(sent.content)) as archive:
        assert archive.testzip() is None
        (entity,) = [json.loads(line) for line in archive.read("entities.ftm.json").decode().splitlines()]
    assert entity["properties"] == {"name": ["Kept Ünchanged"]} == shown["lines"][0]["properties"]


def test_a_changed_source_means_a_new_approval(fraud: tuple[Office, str]) -> None:
    made, case = fraud
    number = approved(made, case, suspect(made, case, "Anew Approved"))
    change(made, "Anew Approved", name=["Anew Corrected"])
    with pytest.raises(Conflict):
        commands.send(made.gate, made.call("ana", case), number)
    told = commands.submit(made.gate, made.call("ana", case), number).result
    assert (told["state"], told["approver"]) == ("submitted", None)
    with pytest.raises(Conflict):
        commands.send(made.gate, made.call("ana", case), number)
    assert decide(made, number)["state"] == "approved"
    _, sent = commands.send(made.gate, made.call("ana", case), number)
    assert b"Anew Corrected" in sent.content
    assert b"Anew Approved" not in sent.content


def test_a_recalled_package_is_fetched_no_more(fraud: tuple[Office, str]) -> None:
    made, case = fraud
    number = approved(made, case, suspect(made, case, "Called Back"))
    commands.send(made.gate, made.call("ana", case), number)
    commands.recall(made.gate, made.call("ana", case), number, text="The name belongs to somebody else; destroy it.")
    with pytest.raises(Conflict):
        commands.again(made.gate, made.call("ana", case), number)


@pytest.mark.parametrize(
    "statement", ["DELETE FROM disclosures.package", "UPDATE disclosures.package SET lines = '[]'"]
)
def test_a_kept_package_is_never_changed(fraud: tuple[Office, str], statement: str) -> None:
    made, case = fraud
    approved(made, case, suspect(made, case, f"Never {len(statement)}"))
    with pytest.raises(Error, match="kept"):
        made.world.db.execute(statement)


def test_a_field_that_nothing_holds_is_refused(fraud: tuple[Office, str]) -> None:
    made, case = fraud
    id = suspect(made, case, "Field Unknown")
    with pytest.raises(Refused) as refused:
        prepare(made, case, id, fields=["name", "registration", "number"])
    assert refused.value.code == "fields"
    assert "number, registration" in refused.value.detail


def test_a_source_that_corrects_itself_owes_each_recipient_one_notice(fraud: tuple[Office, str]) -> None:
    made, case = fraud
    numbers = [approved(made, case, suspect(made, case, "Corrected Later")) for _ in range(2)]
    commands.send(made.gate, made.call("ana", case), numbers[0])

    def publish() -> list[list[dict[str, Any]]]:
        made.world.db.execute("SELECT line.disclosures_corrected('register')")
        return [queries.shown(made.gate, made.call("ana", case), n).result["notices"] for n in numbers]

    assert publish()[0] == []
    change(made, "Corrected Later", name=["Corrected Now"])
    for _ in range(2):
        sent, waiting = publish()
        assert [(n["kind"], n["confirmed"]) for n in sent] == [("correction", None)]
        assert "name of" in sent[0]["text"]
        assert "Corrected" not in sent[0]["text"]
        assert waiting == []
    bell = [n for n in made.do("ana", None, "notice_list")["notices"] if n["kind"] == "disclosure"]
    assert any(numbers[0] in n["what"] for n in bell)
    change(made, "Corrected Later", name=["Corrected Again"])
    assert len(publish()[0]) == 2
