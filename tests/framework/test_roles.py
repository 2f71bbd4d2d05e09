"""Role profiles: what is read of them, and whether those of our own framework make sense."""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

import pyoxigraph as ox
import pytest

from gse_skills.framework import OWN_SCHEME, SKILL_KINDS, Framework, Grade, RoleProfile, Search, shipped
from gse_skills.vocabulary import FRAMEWORK, GSE, Category, Level

PRACTICE = FRAMEWORK["PRF-"]
EMERGENCY = FRAMEWORK["EMG-"]
HEAD = """
    @prefix fw: <https://w3id.org/gse-skills/framework/> .
    @prefix grade: <https://w3id.org/gse-skills/grade/> .
    @prefix gse: <https://w3id.org/gse-skills/ontology#> .
    @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
"""


def read(own: str, ontology: str = "") -> Framework:
    def triples(text: str) -> list[ox.Triple]:
        return [quad.triple for quad in ox.parse(HEAD + text, format=ox.RdfFormat.TURTLE)]

    return Framework.from_triples({OWN_SCHEME: triples(own), "ontology": triples(ontology)})


@pytest.fixture(scope="module")
def framework() -> Framework:
    return Framework.from_triples(shipped())


@pytest.fixture(scope="module")
def roles(framework: Framework) -> list[RoleProfile]:
    return [role for role in framework.roles.values() if role.scheme == OWN_SCHEME]


@pytest.fixture(scope="module")
def search(framework: Framework) -> Search:
    return Search(framework)


def needs(role: RoleProfile, *, practice: bool) -> list[Level]:
    """The levels that a role needs in professional practice and emergency advice, or in everything else."""
    beginnings = (PRACTICE, EMERGENCY)
    return [need.level for need in role.requirements if need.level and need.skill.startswith(beginnings) == practice]


def seniority(role: RoleProfile) -> int:
    assert role.grade is not None, role.label
    return role.grade.seniority


# Reading


def test_category_grade_and_next_role_are_read() -> None:
    framework = read(
        """
        fw:ROL-LIF-01 a gse:RoleProfile ; gse:professionalCategory gse:DeepSpecialist ; gse:typicalGrade grade:HEO ;
            gse:nextRole fw:ROL-LIF-03 , fw:ROL-LIF-02 .
        fw:ROL-LIF-02 a gse:RoleProfile . fw:ROL-LIF-03 a gse:RoleProfile .
        """,
        """grade:HEO a gse:Grade ; skos:notation "HEO" ; gse:seniority 3 ;
            skos:prefLabel "Higher Executive Officer"@en , "Uwch Swyddog Gweithredol"@cy .""",
    )
    role = framework.role(FRAMEWORK["ROL-LIF-01"])
    assert role.category is Category.DEEP_SPECIALIST
    assert role.grade == Grade("https://w3id.org/gse-skills/grade/HEO", "HEO", "Higher Executive Officer", 3)
    assert role.next == (FRAMEWORK["ROL-LIF-02"], FRAMEWORK["ROL-LIF-03"])
    last = framework.role(FRAMEWORK["ROL-LIF-03"])
    assert (last.category, last.grade, last.next) == (None, None, ())


def test_what_nothing_describes_is_as_good_as_none() -> None:
    role = read(
        """
        fw:ROL-LIF-01 a gse:RoleProfile ; gse:professionalCategory gse:Essential ; gse:nextRole fw:ROL-LIF-99 ;
            gse:typicalGrade grade:Z8 , grade:Z9 .
        """,
        'grade:Z8 a gse:Grade ; gse:seniority "high" .',
    ).role(FRAMEWORK["ROL-LIF-01"])
    assert (role.category, role.grade, role.next) == (None, None, ())


# What is shipped


def test_roles_cover_categories_grades_and_every_domain(framework: Framework, roles: list[RoleProfile]) -> None:
    assert len(roles) >= 36
    assert {role.category for role in roles} == set(Category)
    assert {role.grade.notation for role in roles if role.grade} == {
        "AO",
        "EO",
        "HEO",
        "SEO",
        "G7",
        "G6",
        "SCS1",
        "SCS2",
    }
    above = {iri for role in roles for need in role.requirements for iri in framework.ancestors(need.skill)}
    assert above >= set(framework.top_concepts(OWN_SCHEME))


def test_a_role_lies_in_one_family_whose_notation_begins_its_own(
    framework: Framework, roles: list[RoleProfile]
) -> None:
    for role in roles:
        concept = framework.concept(role.iri)
        [family] = (framework.concept(iri) for iri in concept.broader)
        assert (concept.kind, family.kind, family.scheme) == ("role", "occupation", OWN_SCHEME)
        assert family.broader == ()
        assert re.fullmatch(rf"{family.notation}-\d\d", concept.notation or ""), concept.iri
        assert re.fullmatch(r"ROL-[A-Z]{3}", family.notation or ""), family.iri


def test_a_role_says_what_its_holder_does(framework: Framework, roles: list[RoleProfile]) -> None:
    for role in roles:
        concept = framework.concept(role.iri)
        assert re.match(r"[A-Z][a-z]+s\b.*\.$", concept.definition), concept.definition
        assert len(concept.alt_labels) >= 2, role.label


def test_a_role_needs_five_to_twelve_live_skills_of_ours(framework: Framework, roles: list[RoleProfile]) -> None:
    for role in roles:
        assert 5 <= len(role.requirements) <= 12, role.label
        assert any(need.essential for need in role.requirements), role.label
        for need in role.requirements:
            skill = framework.concept(need.skill)
            assert (skill.kind, skill.scheme, skill.deprecated) == ("skill", OWN_SCHEME, False), need.skill
            assert need.level is not None, (role.label, need.skill)


def test_every_role_needs_professional_practice(roles: list[RoleProfile]) -> None:
    assert [
        role.label for role in roles if not any(need.skill.startswith(PRACTICE) for need in role.requirements)
    ] == []


def test_a_requirement_is_named_after_its_role_and_skill() -> None:
    def stated(predicate: str) -> list[tuple[str, str]]:
        found = [triple for triple in shipped()[OWN_SCHEME] if triple.predicate.value == predicate]
        assert all(isinstance(end, ox.NamedNode) for triple in found for end in (triple.subject, triple.object))
        return [(str(triple.subject).strip("<>"), str(triple.object).strip("<>")) for triple in found]

    role_of = {requirement: role for role, requirement in stated(GSE.requires)}
    skills = stated(GSE.skill)
    assert len(skills) == len(role_of) > 36 * 5
    for requirement, skill in skills:
        assert requirement == f"{role_of[requirement]}/requirement/{skill.removeprefix(FRAMEWORK)}"


# Levels: what is sensible at a grade and in a category

HIGHEST = {
    "AO": {Level.WORKING},
    "EO": {Level.WORKING},
    "HEO": {Level.PRACTITIONER},
    "SEO": {Level.PRACTITIONER, Level.EXPERT},
    "G7": {Level.EXPERT},
    "G6": {Level.EXPERT},
    "SCS1": {Level.EXPERT},
    "SCS2": {Level.EXPERT},
}


def test_a_grade_asks_for_levels_that_befit_it(roles: list[RoleProfile]) -> None:
    for role in roles:
        assert role.grade is not None
        top = max(need.level for need in role.requirements if need.level)
        assert top in HIGHEST[role.grade.notation], (role.label, role.grade.notation, top)


def test_higher_grades_ask_for_more(roles: list[RoleProfile]) -> None:
    def typical(found: Iterable[RoleProfile]) -> float:
        levels = [need.level for role in found for need in role.requirements if need.essential and need.level]
        return sum(levels) / len(levels)

    junior, middle, senior = (
        typical(role for role in roles if seniority(role) in rungs) for rungs in ((1, 2, 3), (4,), (5, 6, 7, 8))
    )
    assert junior + 0.25 < middle < senior - 0.25


def test_an_affiliate_knows_science_and_is_good_at_policy_or_practice(roles: list[RoleProfile]) -> None:
    affiliates = [role for role in roles if role.category is Category.AFFILIATE]
    assert len(affiliates) >= 8
    for role in affiliates:
        assert set(needs(role, practice=False)) <= {Level.AWARENESS, Level.WORKING}, role.label
        assert max(needs(role, practice=True)) >= Level.PRACTITIONER, role.label
        assert needs(role, practice=False), role.label


def test_a_deep_specialist_is_deep_in_a_field(roles: list[RoleProfile]) -> None:
    for role in roles:
        if role.category is Category.DEEP_SPECIALIST:
            least = Level.EXPERT if seniority(role) >= 5 else Level.PRACTITIONER
            assert max(needs(role, practice=False)) >= least, role.label


# Ladders


def test_a_virologist_can_climb_to_the_top(framework: Framework) -> None:
    here = framework.role(FRAMEWORK["ROL-LIF-01"])
    ladder = [here]
    while here.next:
        here = framework.role(here.next[0])
        ladder.append(here)
    assert [role.grade.notation for role in ladder if role.grade] == ["HEO", "SEO", "G7", "G6", "SCS1", "SCS2"]
    assert [role.label for role in ladder][:2] == ["Virologist", "Senior virologist"]
    for one, other in pairwise(ladder):
        shared = {need.skill: need.level for need in one.requirements if need.level}
        assert all(
            need.level >= shared[need.skill] for need in other.requirements if need.level and need.skill in shared
        )


def test_a_step_up_leads_one_or_two_grades_higher(framework: Framework, roles: list[RoleProfile]) -> None:
    steps = [(role, framework.role(above)) for role in roles for above in role.next]
    assert len(steps) >= 15
    for role, above in steps:
        assert above.scheme == OWN_SCHEME
        assert 1 <= seniority(above) - seniority(role) <= 2, (role.label, above.label)


# Skills asked for


@pytest.mark.parametrize(
    ("words", "notation"),
    [
        ("virologist", "ROL-LIF-01"),
        ("departmental chief scientific adviser", "ROL-LEA-10"),
        ("ROL-LAB-02", "ROL-LAB-02"),
        ("laboratory roles", "ROL-LAB"),
    ],
)
def test_roles_are_found_and_given_to_nobody_who_asks_for_skills(
    framework: Framework, search: Search, words: str, notation: str
) -> None:
    assert framework.concept(search.search(words, 1, kinds={"role", "occupation"})[0].concept).notation == notation
    found = search.search(words, 20, kinds=SKILL_KINDS)
    assert {framework.concept(one.concept).kind for one in found} <= SKILL_KINDS
