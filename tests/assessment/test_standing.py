"""The rule by which one of several judgements counts, and the days by which each is to be confirmed anew."""

from __future__ import annotations

import datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gse_skills.errors import InputError
from gse_skills.framework import Framework
from gse_skills.index import Columns, day_number
from gse_skills.index.counting import counting, reconfirm_days
from gse_skills.records import SkillRecord, Standing
from gse_skills.records.standing import read_periods
from gse_skills.vocabulary import FRAMEWORK, Audience, Basis, Level

DAYS = st.dates(datetime.date(2019, 1, 1), datetime.date(2027, 12, 31))
RULES = st.builds(Standing, st.permutations(list(Basis)).map(tuple), st.just({0: 7, 1: 60}))


@st.composite
def rivals(draw: st.DrawFn) -> list[SkillRecord]:
    """One person's records of two skills, at most one on each basis."""
    places = draw(st.sets(st.tuples(st.sampled_from((0, 1)), st.sampled_from(list(Basis))), min_size=1))
    return [
        SkillRecord(number, 1, skill, Level.WORKING, basis, draw(DAYS), Audience.PRIVATE)
        for number, (skill, basis) in enumerate(sorted(places), 1)
    ]


def columns(records: list[SkillRecord]) -> Columns:
    def column(name: str, kind: type[np.generic]) -> np.ndarray[tuple[int], np.dtype[np.generic]]:
        return np.array([int(getattr(one, name)) for one in records], kind)

    assessed = np.array([day_number(one.assessed_on) for one in records], np.uint16)
    return Columns(
        column("skill", np.uint32),  # type: ignore[arg-type]  # the kinds are those of the columns
        column("person", np.uint64),  # type: ignore[arg-type]
        column("identifier", np.uint64),  # type: ignore[arg-type]
        column("level", np.uint8),  # type: ignore[arg-type]
        column("basis", np.uint8),  # type: ignore[arg-type]
        assessed,
        np.full(len(records), 65_535, np.uint16),
    )


@settings(max_examples=200, deadline=None)
@given(rivals(), RULES)
def test_the_index_chooses_as_the_rule_does(records: list[SkillRecord], rule: Standing) -> None:
    chosen = sorted(one.identifier for one in rule.counting(records))
    assert sorted(counting(columns(records), rule).record.tolist()) == chosen
    assert {one.skill for one in rule.counting(records)} == {one.skill for one in records}, "one counts of each skill"
    days = [day_number(rule.reconfirm_by(one.skill, one.assessed_on)) for one in records]
    assert reconfirm_days(columns(records), rule).tolist() == days


@settings(max_examples=200, deadline=None)
@given(rivals(), RULES)
def test_what_is_overruled_stopped_on_the_day_on_which_another_was_made(
    records: list[SkillRecord], rule: Standing
) -> None:
    for identifier, stopped in rule.overruled(records).items():
        (one,) = [record for record in records if record.identifier == identifier]
        assert stopped >= one.assessed_on
        assert stopped in {rival.assessed_on for rival in records if rival.skill == one.skill}


def test_periods_are_of_the_lowest_concept_that_says_one(tmp_path: Path) -> None:
    file = tmp_path / "periods.ttl"
    prefixes = f"@prefix gse: <https://w3id.org/gse-skills/ontology#> . @prefix fw: <{FRAMEWORK}> .\n"
    whole = f"<{FRAMEWORK.removesuffix('/')}>"
    file.write_text(f"{prefixes}{whole} gse:reconfirmAfter 30 . fw:A gse:reconfirmAfter 6 .", "utf-8")
    rule = Standing.of(("self", "peer", "manager", "accredited"), Framework.from_triples({}), file)
    assert (rule.order[0], rule.otherwise, rule.months_of(7)) == (Basis.SELF, 30, 30)
    assert read_periods(file)[FRAMEWORK["A"]] == 6
    for wrong in ("fw:A gse:reconfirmAfter 0 .", "fw:A gse:reconfirmAfter soon .", 'fw:A gse:reconfirmAfter "x" .'):
        file.write_text(prefixes + wrong, "utf-8")
        with pytest.raises(InputError) as caught:
            read_periods(file)
        assert caught.value.rule == "bad-periods"
    with pytest.raises(InputError) as caught:
        read_periods(tmp_path / "none.ttl")
    assert caught.value.rule == "bad-periods"


def test_the_shipped_periods_are_read() -> None:
    assert read_periods()[FRAMEWORK.removesuffix("/")] == 24
