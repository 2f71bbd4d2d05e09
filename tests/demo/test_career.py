"""Careers are coherent, rather than noise."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import pairwise
from statistics import mean

import pytest

from gse_skills.demo import Alliance, Career, alliance
from gse_skills.demo.career import OLDEST
from gse_skills.framework import Framework, shipped
from gse_skills.vocabulary import Level

PEOPLE = 2500


@pytest.fixture(scope="module")
def framework() -> Framework:
    return Framework.from_triples(shipped())


@pytest.fixture(scope="module")
def invented(framework: Framework) -> Alliance:
    return alliance(framework, PEOPLE)


@pytest.fixture(scope="module")
def careers(invented: Alliance) -> dict[str, list[Career]]:
    """Everybody who is there today, by organisation."""
    return {
        one.organisation.slug: list(invented.careers(one.organisation.slug))[: one.people]
        for one in invented.establishments
    }


@pytest.fixture(scope="module")
def everybody(careers: dict[str, list[Career]]) -> list[Career]:
    return [career for staff in careers.values() for career in staff]


def _skills(career: Career) -> dict[str, Level]:
    return {held.skill: held.level for held in career.held if held.skill and held.level}


def test_there_are_twelve_records_a_person(everybody: list[Career]) -> None:
    assert len(everybody) == PEOPLE
    assert sum(len(_skills(career)) for career in everybody) == pytest.approx(12 * PEOPLE, rel=0.1)


def test_nobody_has_a_skill_twice(everybody: list[Career]) -> None:
    for career in everybody:
        known = [held.skill for held in career.held if held.skill]
        assert len(known) == len(set(known))


def test_skills_lie_in_a_persons_own_group_or_near_it(framework: Framework, everybody: list[Career]) -> None:
    home = near = whole = 0
    for career in everybody:
        around = set(career.home.near)
        for skill in _skills(career):
            groups = set(framework.concept(skill).broader)
            whole += 1
            home += career.home.iri in groups
            near += career.home.iri not in groups and bool(around & groups)
    assert home / whole > 0.4
    assert (home + near) / whole > 0.8


def test_the_second_group_lies_near_the_first(everybody: list[Career]) -> None:
    assert mean(career.second.iri in career.home.near for career in everybody) > 0.9


def test_levels_rise_with_seniority(everybody: list[Career]) -> None:
    levels: dict[int, list[int]] = defaultdict(list)
    for career in everybody:
        levels[career.seniority] += _skills(career).values()
    means = [mean(levels[step]) for step in range(5)]
    assert all(below + 0.2 < above for below, above in pairwise(means)), means


def test_a_person_knows_their_own_group_better_than_others(everybody: list[Career]) -> None:
    own: list[int] = []
    others: list[int] = []
    for career in everybody:
        for skill, level in _skills(career).items():
            (own if skill in career.home.skills else others).append(level)
    assert mean(own) > mean(others) + 0.3


def test_each_step_of_seniority_has_its_grades(invented: Alliance, careers: dict[str, list[Career]]) -> None:
    for one in invented.establishments:
        for career in careers[one.organisation.slug]:
            assert career.grade in one.grades[career.seniority]


def test_assessments_are_of_the_last_four_years(invented: Alliance, careers: dict[str, list[Career]]) -> None:
    for one in invented.establishments:
        ages = [held.age for career in careers[one.organisation.slug] for held in career.held]
        assert min(ages) >= one.age
        assert max(ages) <= OLDEST
        assert max(ages) > 2 * 365


def test_some_skills_hang_on_one_person_in_the_whole_alliance(invented: Alliance, everybody: list[Career]) -> None:
    holders = Counter(skill for career in everybody for skill in _skills(career))
    lone = {skill for skills in invented.lone.values() for skill in skills.values()}
    assert len(lone) >= 5
    assert {holders[skill] for skill in lone} == {1}


def test_who_holds_a_skill_alone_is_senior(invented: Alliance, everybody: list[Career]) -> None:
    lone = {skill for skills in invented.lone.values() for skill in skills.values()}
    for career in everybody:
        for skill, level in _skills(career).items():
            if skill in lone:
                assert level >= Level.PRACTITIONER


def test_what_nobody_was_asked_about_nobody_has(
    framework: Framework, invented: Alliance, careers: dict[str, list[Career]]
) -> None:
    unmapped = 0
    for slug, practice in invented.practices.items():
        held = {skill for career in careers[slug] for skill in _skills(career)}
        unmapped += len(practice.unmapped)
        for group in practice.unmapped:
            assert not held & {framework.iris[number] for number in framework.descendants(group)}
    assert unmapped >= 3


def test_organisations_judge_levels_in_different_ways(careers: dict[str, list[Career]]) -> None:
    usual = {
        slug: Counter(held.basis for career in staff for held in career.held).most_common(1)[0][0]
        for slug, staff in careers.items()
    }
    assert len(set(usual.values())) >= 3


def test_phrases_of_no_framework_are_few(everybody: list[Career]) -> None:
    stray = sum(held.skill is None for career in everybody for held in career.held)
    assert 0 < stray < 0.02 * 12 * PEOPLE


def test_the_same_seed_gives_the_same_people_and_another_others(framework: Framework) -> None:
    one, same, other = (list(alliance(framework, 100, seed=seed).careers("tarnwick")) for seed in (7, 7, 8))
    assert one == same
    assert one != other
