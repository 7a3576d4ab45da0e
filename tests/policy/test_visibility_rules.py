"""Laws of the pure rules: unknown means refused, more origins or caveats never show more, pointers tell no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brightline.line import rulebook, rules
from brightline.model.errors import BadInput

TODAY = date(2026, 5, 1)
REGIMES = ("criminal", "civil", "regulatory")
AUTHORITIES = {"crim": "criminal", "civ": "civil", "reg": "regulatory", "ig": "oversight", "case-born": "oversight"}
CAVEATS = ("sealed", "covert", "protected", "grand-jury", "pii", "commercial", "crossed", "unheard-of")

agreements = st.builds(
    rules.Agreement,
    id=st.sampled_from(("AG-1", "AG-2", "AG-3")),
    regimes=st.frozensets(st.sampled_from(REGIMES)),
    units=st.frozensets(st.sampled_from(("fraud", "labour")), max_size=2),
    pointer_tier=st.integers(0, 3),
    valid_from=st.dates(TODAY - timedelta(days=30), TODAY + timedelta(days=30)),
    expires=st.dates(TODAY - timedelta(days=30), TODAY + timedelta(days=60)),
)
sources = st.dictionaries(
    st.sampled_from(("register", "bank", "wages")),
    st.builds(
        rules.Source,
        name=st.just("x"),
        open=st.booleans(),
        custodian=st.sampled_from(("fraud", "labour", "")),
        agreements=st.lists(agreements, max_size=3).map(tuple),
        assessed=st.lists(
            st.tuples(st.dates(date(2020, 1, 1), TODAY), st.dates(TODAY - timedelta(days=9), date(2030, 1, 1))),
            max_size=2,
        ).map(tuple),
    ),
)
markings = st.builds(
    rules.Marking,
    id=st.integers(1, 999),
    origins=st.lists(
        st.tuples(st.sampled_from(("register", "bank", "wages", "case")), st.sampled_from(sorted(AUTHORITIES))),
        min_size=1,
        max_size=3,
        unique=True,
    ).map(tuple),
    category=st.sampled_from(("suspect", "victim", "witness", "other", "uncategorised", "nonsense")),
    caveats=st.frozensets(st.sampled_from(CAVEATS), max_size=3),
)
purposes = st.builds(
    rules.Purpose,
    kind=st.sampled_from(("case", "lead", "desk", "oversight")),
    unit=st.sampled_from(("fraud", "labour")),
    regime=st.sampled_from((*REGIMES, "oversight")),
    clearances=st.frozensets(st.sampled_from(CAVEATS)),
)
facts = st.builds(
    rules.Facts,
    today=st.just(TODAY),
    epoch=st.just(1),
    purpose=purposes,
    sources=sources,
    regimes=st.just(AUTHORITIES),
    markings=st.just(()),
    rulebook=st.just(rulebook.parse(rulebook.load())),
)


@given(facts, markings)
def test_desks_and_oversight_see_no_content(world: rules.Facts, marking: rules.Marking) -> None:
    if world.purpose.kind in ("desk", "oversight"):
        assert not rules.decide(world, marking).visible


@given(facts, markings, st.sampled_from(("sealed", "covert", "protected", "grand-jury", "unheard-of")))
def test_a_caveat_more_never_shows_more(world: rules.Facts, marking: rules.Marking, caveat: str) -> None:
    more = marking._replace(caveats=marking.caveats | {caveat})
    assert rules.decide(world, marking).visible or not rules.decide(world, more).visible


@given(facts, markings, st.sampled_from(("register", "bank", "wages")))
def test_an_origin_more_never_shows_more(world: rules.Facts, marking: rules.Marking, source: str) -> None:
    if "crossed" in marking.caveats or any(name == "case" for name, _ in marking.origins):
        return
    more = marking._replace(origins=(*marking.origins, (source, "civ")))
    assert rules.decide(world, marking).visible or not rules.decide(world, more).visible


@given(facts, markings)
def test_a_visible_marking_has_no_pointer_and_a_silent_one_never_has(
    world: rules.Facts, marking: rules.Marking
) -> None:
    decision = rules.decide(world, marking)
    silent = marking.caveats & {"sealed", "covert", "protected", "oversight"}
    oversight = any(AUTHORITIES[a] == "oversight" for _, a in marking.origins)
    if decision.visible or silent or oversight:
        assert decision.pointer is None
    if decision.pointer is not None:
        tiers = [a.pointer_tier for n, _ in marking.origins for a in world.sources[n].agreements if a.in_force(TODAY)]
        assert 1 <= decision.pointer.tier <= min(tiers)


@given(facts, markings)
def test_rule_15_no_source_is_seen_without_an_assessment_in_force(world: rules.Facts, marking: rules.Marking) -> None:
    unassessed = {n: replace(s, assessed=()) for n, s in world.sources.items()}
    decision = rules.decide(replace(world, sources=unassessed), marking)
    if not any(name == "case" for name, _ in marking.origins) and "crossed" not in marking.caveats:
        assert not decision.visible


@given(facts, markings)
def test_what_is_seen_is_seen_by_an_agreement_that_names_the_regime(world: rules.Facts, marking: rules.Marking) -> None:
    decision = rules.decide(world, marking)
    if decision.visible and decision.rule == "L2":
        for name, _ in marking.origins:
            assert any(
                world.purpose.regime in a.regimes and a.valid_from <= TODAY <= a.expires
                for a in world.sources[name].agreements
            )
            assert decision.until is None or decision.until >= TODAY


def test_rule_26_victims_and_witnesses_are_closed_to_civil_work() -> None:
    open_to_all = rules.Agreement(
        id="AG",
        regimes=frozenset(REGIMES),
        units=frozenset(),
        pointer_tier=0,
        valid_from=date(2000, 1, 1),
        expires=date(2099, 1, 1),
    )
    source = rules.Source(
        name="s", open=True, custodian="", agreements=(open_to_all,), assessed=((date(2000, 1, 1), date(2099, 1, 1)),)
    )
    world = rules.Facts(
        today=TODAY,
        epoch=1,
        purpose=rules.Purpose(kind="case", unit="labour", regime="civil", clearances=frozenset()),
        sources={"s": source},
        regimes={"crim": "criminal"},
        markings=(),
        rulebook=rulebook.parse(rulebook.load()),
    )
    seen = {
        category: rules.decide(
            world, rules.Marking(id=1, origins=(("s", "crim"),), category=category, caveats=frozenset())
        ).visible
        for category in ("victim", "witness", "suspect", "other", "uncategorised")
    }
    assert seen == {"victim": False, "witness": False, "suspect": True, "other": True, "uncategorised": False}


def test_a_rulebook_with_an_unknown_regime_is_refused() -> None:
    with pytest.raises(BadInput, match=r"rulebook\.categories\.victim"):
        rulebook.parse(rulebook.load() | {"categories": {"victim": ["martial"]}})
