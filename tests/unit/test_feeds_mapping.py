"""The column-wise mapper says what followthemoney's own says, entity by entity and value by value."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from followthemoney import model as ftm
from followthemoney.util import sanitize_text
from hypothesis import given
from hypothesis import strategies as st
from tests.feeding import BASE, KEY

from brightline.feeds.aspects import Assembler, shape
from brightline.feeds.manifest import Manifest
from brightline.feeds.mapping import KEPT_BODIES, Bodies, Ready, RowMapper
from brightline.feeds.pieces import Piece, Recipe, plain_text
from brightline.feeds.quarantine import Fault
from brightline.model.ids import entity_id, value_id
from brightline.model.schemata import ends_of, label_of, reference_properties, schema_of, trait_column


def mapped(manifest: Manifest, header: tuple[str, ...], rows: list[tuple[str, ...]]) -> tuple[Any, list[Fault]]:
    out, faults = Assembler("0" * 32), []
    ready = [
        Ready(row=i, key=str(i), id=f"{i:032x}", version=1, hash="00", payload="{}", marking=1)
        for i in range(len(rows))
    ]
    RowMapper(manifest, KEY, out, faults.append).map(header, ready, rows)
    return out.take(), faults


def unescaped(text: str) -> str:
    return text.replace("\\\\", "\\")


def merged(aspects: list[str]) -> dict[str, tuple[set[str], dict[str, set[str]]]]:
    """Entity → (schemata, values by property), over all aspects that aren't value nodes."""
    found: dict[str, tuple[set[str], dict[str, set[str]]]] = {}
    for line in aspects:
        cells = line.rstrip("\n").split("\t")
        if cells[5] == "Value":
            continue
        schemata, values = found.setdefault(cells[3], (set(), defaultdict(set)))
        schemata.add(cells[5])
        for prop, texts in json.loads(unescaped(cells[7])).items():
            values[prop].update(texts)
    return found


DONATIONS: dict[str, Any] = {
    "party": {"schema": "Organization", "key": "Party", "properties": {"name": {"column": "Party"}}},
    "donor": {
        "schema": "LegalEntity",
        "key": "Donor",
        "properties": {
            "name": {"column": "Donor"},
            "country": {"column": "Country"},
            "addressEntity": {"entity": "address"},
        },
    },
    "address": {
        "schema": "Address",
        "key": ["Street", "City", "Country"],
        "properties": {
            "full": {"template": "{{Street}}, {{City}}"},
            "city": {"column": "City"},
            "street": {"column": "Street"},
            "country": {"column": "Country"},
        },
    },
    "donation": {
        "schema": "Payment",
        "key": ["Party", "Donor", "DonationDate", "DonationEUR"],
        "properties": {
            "payer": {"entity": "donor"},
            "beneficiary": {"entity": "party"},
            "date": {"column": "DonationDate", "format": "%Y-%m-%d"},
            "amountEur": {"column": "DonationEUR"},
        },
    },
}


@pytest.mark.data
def test_equals_followthemoney_s_mapper_on_donations(data: Path) -> None:
    path = data / "ftm_fixtures/nomenklatura/tests/fixtures/donations.csv"
    assert_equal(path, DONATIONS)


SYNTHETIC = {
    "person": {
        "schema": "Person",
        "key": "id",
        "properties": {
            "name": {"columns": ["first", "last"], "join": " "},
            "alias": {"column": "aka", "split": ";"},
            "birthDate": {"column": "born", "format": "%d.%m.%Y"},
            "nationality": {"column": "nation", "required": True},
            "phone": {"column": "tel", "format": "gb"},
            "email": {"column": "mail"},
            "topics": {"literal": "poi"},
            "gender": {"column": "sex"},
        },
    },
    "firm": {
        "schema": "Company",
        "keys": ["firm"],
        "key_literal": "firm",
        "properties": {"name": {"column": "firm"}, "leiCode": {"column": "lei"}, "website": {"column": "web"}},
    },
    "post": {
        "schema": "Directorship",
        "keys": ["id", "firm"],
        "properties": {
            "director": {"entity": "person"},
            "organization": {"entity": "firm"},
            "startDate": {"column": "since"},
        },
    },
}
ROWS = '''id,first,last,aka,born,nation,tel,mail,sex,firm,lei,web,since
1,Anna,Bauer,"A. Bauer; Анна Бауэр",01.02.1980,Germany,020 7946 0018,anna@example.com,f,"Bau, GmbH",,bau.example,2001
2,"  Zoë ",Ngo,,31.02.1980,Atlantis,12,not an address,x,,,,
3,Li,Wei,,,cn,+8613910998888,LI@EXAMPLE.COM,男,Wei Ltd,5493001KJTIIGC8Y1R12,https://wei.example/a b,2020-13-01
,No,Key,,,fr,,,,Wei Ltd,,,
4,Back\\slash,"Quote ""q""",tab\there,05.06.1970,fr,,,m,"Line
break",,,1999-05
'''


def test_equals_followthemoney_s_mapper_on_every_kind_of_property(tmp_path: Path) -> None:
    path = tmp_path / "rows.csv"
    path.write_text(ROWS)
    assert_equal(path, SYNTHETIC)


def assert_equal(path: Path, entities: dict[str, Any]) -> None:
    theirs: dict[str, tuple[set[str], dict[str, set[str]]]] = {}
    for proxy in ftm.map_entities({"csv_url": str(path), "entities": entities}):
        schemata, values = theirs.setdefault(str(proxy.id), (set(), defaultdict(set)))
        schemata.add(proxy.schema.name)
        for prop, value in proxy.itervalues():
            # followthemoney copies the names of both ends into the edge, so that a plain word index finds it. Here
            # a name stands once, where it can be corrected and marked, and the link leads to it.
            if prop.name != "namesMentioned":
                values[prop.name].add(value)
    # followthemoney makes an id of whatever parts a key has; here a part may be missing only where feed.yml says so.
    read = Manifest.model_validate(deepcopy(BASE) | {"mapping": entities})
    loose = {name: rule | {"optional": list(read.mapping[name].key_columns())} for name, rule in entities.items()}
    manifest = Manifest.model_validate(deepcopy(BASE) | {"mapping": loose})
    with path.open(newline="") as text:
        header, *rows = [tuple(row) for row in csv.reader(text, skipinitialspace=True)]
    ours = merged(mapped(manifest, header, rows)[0].aspects)
    assert len(ours) == len(theirs)
    assert comparable(ours) == comparable(theirs)


def comparable(found: dict[str, tuple[set[str], dict[str, set[str]]]]) -> list[Any]:
    """Without ids: an entity is what it says; a reference is what it leads to."""

    def plain(id: str) -> tuple[Any, ...]:
        schemata, values = found[id]
        said = {p: sorted(v) for p, v in values.items() if not v & found.keys()}
        return sorted(schemata), sorted(said.items())

    return sorted(
        (plain(id), sorted((prop, plain(v)) for prop, vs in values.items() for v in vs if v in found))
        for id, (_, values) in found.items()
    )


def test_what_followthemoney_drops_silently_is_a_fault_here(tmp_path: Path) -> None:
    manifest = Manifest.model_validate(deepcopy(BASE) | {"mapping": SYNTHETIC})
    header, *rows = [tuple(row) for row in csv.reader(ROWS.splitlines(keepends=True))]
    faults = mapped(manifest, header, rows)[1]
    told = {(fault.row, fault.column, fault.reason) for fault in faults}
    assert {(2, "since", "date")} <= told
    assert all(fault.detail.endswith(".") for fault in faults)


def test_a_phone_needs_its_country() -> None:
    rows = [("1", "A Name", "", "020 7946 0018")]
    header = ("id", "name", "born", "phone")
    without, faults = mapped(Manifest.model_validate(BASE), header, rows)
    assert [fault.reason for fault in faults] == ["value"]
    assert "country" in faults[0].detail
    assert not without.links
    manifest = deepcopy(BASE)
    manifest["input"]["country"] = "gb"
    lines, faults = mapped(Manifest.model_validate(manifest), header, rows)
    assert faults == []
    assert len(lines.links) == 1


def test_an_empty_key_makes_no_entity_and_no_properties_no_aspect() -> None:
    manifest = deepcopy(BASE)
    manifest["mapping"] |= {
        "other": {"schema": "Person", "keys": ["other"]},
        "tie": {
            "schema": "Associate",
            "keys": ["id", "other"],
            "properties": {"person": {"entity": "person"}, "associate": {"entity": "other"}},
        },
    }
    lines, faults = mapped(
        Manifest.model_validate(manifest),
        ("id", "name", "born", "phone", "other"),
        [("1", "A", "", "", "2"), ("", "No Key", "", "", "")],
    )
    assert [(fault.row, fault.reason) for fault in faults] == [(1, "no_entity")]
    assert [line.split("\t")[5] for line in lines.aspects] == ["Person", "Associate"]
    link = lines.links[0].rstrip("\n").split("\t")
    assert link[2:5] == [
        entity_id(KEY, "register", "1").hex,
        entity_id(KEY, "register", "2").hex,
        "Associate",
    ]
    assert link[-1] == "f"  # the other end is in some other record


@pytest.mark.parametrize(
    ("begun", "ended", "days"),
    [
        ("2020-03", "", ["2020-03-01", "\\N"]),
        ("", "2019-05", ["\\N", "2019-05-31"]),
        ("2020-03-01", "2021", ["2020-03-01", "2021-12-31"]),
        ("", "", ["\\N", "\\N"]),
    ],
)
def test_an_end_of_a_link_that_is_not_said_is_open(begun: str, ended: str, days: list[str]) -> None:
    manifest = deepcopy(BASE)
    manifest["mapping"] = {
        "person": {"schema": "Person", "keys": ["id"], "properties": {"name": {"column": "name"}}},
        "firm": {"schema": "Company", "keys": ["firm"], "properties": {"name": {"column": "firm"}}},
        "job": {
            "schema": "Employment",
            "keys": ["id", "firm"],
            "properties": {
                "employee": {"entity": "person"},
                "employer": {"entity": "firm"},
                "startDate": {"column": "begun"},
                "endDate": {"column": "ended"},
            },
        },
    }
    lines, _ = mapped(
        Manifest.model_validate(manifest), ("id", "name", "firm", "begun", "ended"), [("1", "A", "F", begun, ended)]
    )
    [link] = lines.links
    assert link.split("\t")[8:10] == days


def test_a_call_between_numbers_links_their_value_nodes() -> None:
    manifest = deepcopy(BASE)
    manifest["mapping"] = {
        "call": {
            "schema": "Call",
            "keys": ["id"],
            "properties": {
                "callerNumber": {"column": "a"},
                "receiverNumber": {"column": "b"},
                "date": {"column": "at"},
            },
        }
    }
    lines, _ = mapped(
        Manifest.model_validate(manifest),
        ("id", "a", "b", "at"),
        [("1", "+442079460018", "+442079460019", "2024-03-01T10:00")],
    )
    link = lines.links[0].split("\t")
    ends = [value_id(KEY, "phone", number).hex for number in ("+442079460018", "+442079460019")]
    assert link[2:5] == [*ends, "Call"]
    assert link[8:10] == ["2024-03-01", "2024-03-01"]
    assert len(lines.links) == 1


def test_places_need_both_numbers_on_earth() -> None:
    manifest = deepcopy(BASE)
    manifest["mapping"] = {
        "place": {
            "schema": "Address",
            "keys": ["id"],
            "properties": {"full": {"column": "a"}, "latitude": {"column": "lat"}, "longitude": {"column": "lon"}},
        }
    }
    rows = [
        ("1", "Here", "53.5", "-2.6"),
        ("2", "Nowhere", "95", "0"),
        ("3", "Half", "53", ""),
        ("4", "Null", "0", "0"),
    ]
    lines, _ = mapped(Manifest.model_validate(manifest), ("id", "a", "lat", "lon"), rows)
    places = [line.split("\t")[11] for line in lines.aspects]
    assert places == ['[{"lat":53.5,"lon":-2.6,"label":"Here"}]', "[]", "[]", "[]"]


def test_the_model_keeps_followthemoney_s_schemata_and_adds_ours() -> None:
    assert {"Incident", "Sighting", "Phone", "PhoneCall"} <= set(ftm.schemata)
    payment = schema_of("Payment")
    assert payment is not None
    assert payment.is_a("Value")
    person = schema_of("Person")
    assert person is not None
    assert "sightings" in person.properties
    assert ends_of("Ownership")[0].sources == ("owner",)
    assert ends_of("PhoneCall") == ends_of("Call")
    assert "operator" in reference_properties("Vehicle")
    assert label_of("Ownership") == "owns"
    assert label_of("Vehicle:operator") == "Operator"


@pytest.mark.parametrize("heading", ["Religion", "ethnic_origin", "EthnicOrigin", "POLITICAL AFFILIATION", "race"])
def test_trait_columns(heading: str) -> None:
    assert trait_column(heading)


@pytest.mark.parametrize("heading", ["trace", "Racecourse", "regional", "healthcare provider no"])
def test_other_columns(heading: str) -> None:
    assert not trait_column(heading)


@given(text=st.text())
def test_text_is_made_plain_as_followthemoney_does(text: str) -> None:
    assert plain_text(text) == sanitize_text(text)


_EMAILS = st.one_of(
    st.emails(),
    st.text(alphabet="ab.@ <\u00fc\u00df-_1", max_size=24),
    st.builds("{}@{}".format, st.text(alphabet="ab+.", max_size=4), st.text(alphabet="ab.-1\u00df", max_size=12)),
)
_DATES = st.one_of(
    st.dates().map(str),
    st.from_regex(r"\A[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}\Z"),
    st.text(alphabet="0129-T \u0661", max_size=12),
)


@given(text=_EMAILS)
def test_what_is_cleaned_by_a_shorter_way_comes_out_the_same(text: str) -> None:
    proper = ftm.schemata["Person"].properties["email"]
    cleaned = proper.type.clean(text)
    assert Recipe(prop=proper, key=KEY).piece((text,)).values == ((cleaned,) if cleaned else ())


@given(text=_DATES)
def test_a_date_that_is_read_is_the_one_that_followthemoney_reads(text: str) -> None:
    """Read by fewer rules: followthemoney takes the beginning of what isn't a date as a whole."""
    proper = ftm.schemata["Event"].properties["date"]
    values = Recipe(prop=proper, key=KEY).piece((text,)).values
    assert values in ((), (proper.type.clean(text),))


@given(day=st.dates(min_value=date(1000, 1, 1), max_value=date(2200, 12, 31)))
def test_every_day_is_read(day: date) -> None:
    assert Recipe(prop=ftm.schemata["Event"].properties["date"], key=KEY).piece((str(day),)).values == (str(day),)


def test_a_body_that_comes_again_is_put_together_once_and_says_the_same() -> None:
    manifest = Manifest.model_validate(BASE)
    header = ("id", "name", "born", "phone")
    row = ("1", "Alma Ata", "1980-02-01", "+442079460018")
    alone = mapped(manifest, header, [row])[0]
    often = mapped(manifest, header, [row] * 5)[0]

    def said(lines: Any) -> set[str]:
        return {"\t".join(line.split("\t")[3:]) for line in lines.aspects}

    assert said(often) == said(alone)
    assert len(often.aspects) == 5 * len(alone.aspects)
    ids = [line.split("\t")[1] for line in (*often.aspects, *often.links)]
    assert len(set(ids)) == len(ids)


def test_bodies_that_never_come_again_are_not_kept() -> None:
    form = shape("Person", ("name",))
    bodies = Bodies(form)
    pieces = [(Piece(values=(f"Name {n}",), json=f'"name":["Name {n}"]'),) for n in range(KEPT_BODIES)]
    first = bodies.take(pieces)
    again = bodies.take(pieces)
    assert [body.head for body in first] == [body.head for body in again]
    assert first[0] is not again[0]
    known = Bodies(form)
    assert known.take(pieces[:1])[0] is known.take(pieces[:1])[0]
