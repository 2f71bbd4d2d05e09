"""Roles found by words, place and need, and named by whatever names them."""

from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from gse_skills.errors import AmbiguousError, InputError, NotFoundError
from gse_skills.framework import (
    Framework,
    Lookup,
    RoleProfile,
    RoleQuestion,
    Search,
    category_named,
    family_of,
    find_roles,
    grades,
    page_of,
    read_scheme,
    role_named,
    role_schemes,
    shipped,
)
from gse_skills.sandbox import Sandbox
from gse_skills.vocabulary import FRAMEWORK, Category

DATA = Path(__file__).parents[1] / "data" / "framework"
DDAT = "https://w3id.org/gse-skills/ddat/role/data-analyst"


class Finder:
    """Asks with what the module's fixtures made."""

    def __init__(self, framework: Framework, lookup: Lookup, search: Search) -> None:
        self.framework, self._lookup, self._search = framework, lookup, search

    def __call__(self, **asked: object) -> tuple[RoleProfile, ...]:
        question = RoleQuestion(**asked)  # type: ignore[arg-type]  # each test names real fields
        return find_roles(question, self.framework, self._lookup, self._search)

    def named(self, name: str) -> str:
        return role_named(name, self.framework, self._lookup).iri


@pytest.fixture(scope="module")
def framework() -> Framework:
    """Ours with a few roles of the Digital and Data framework and an occupation of ESCO."""
    with Sandbox() as sandbox:
        schemes = {name: read_scheme(DATA / name, sandbox).triples for name in ("ddat", "esco")}
    return Framework.from_triples({**shipped(), **schemes})


@pytest.fixture(scope="module")
def search(framework: Framework) -> Search:
    return Search(framework)


@pytest.fixture(scope="module")
def lookup(framework: Framework, search: Search) -> Lookup:
    return Lookup(framework, search)


@pytest.fixture(scope="module")
def find(framework: Framework, lookup: Lookup, search: Search) -> Finder:
    return Finder(framework, lookup, search)


def test_nothing_asked_gives_all_ours_first_by_family_and_seniority(find: Finder) -> None:
    found = find()
    assert {role.iri for role in found} == set(find.framework.roles)
    assert len(found) == len(find.framework.roles)
    schemes = [role.scheme for role in found]
    assert list(dict.fromkeys(schemes)) == ["gse", "ddat", "esco"] == list(role_schemes(find.framework))
    family = [role for role in found if (above := family_of(role, find.framework)) and above.notation == "ROL-LIF"]
    steps = [role.grade.seniority for role in family if role.grade]
    assert len(steps) == len(family) > 3
    assert steps == sorted(steps)


def test_words_find_by_likeness(find: Finder) -> None:
    assert find(words="virolgist")[0].iri == FRAMEWORK["ROL-LIF-01"]
    assert find(words="clinical scientist in virology")[0].iri == FRAMEWORK["ROL-LIF-01"]
    assert find(words="qqqqqqq") == ()


def test_category_grade_and_scheme_narrow(find: Finder) -> None:
    both = find(category=Category.AFFILIATE, grade="SEO")
    assert both
    assert {(role.category, role.grade and role.grade.notation) for role in both} == {(Category.AFFILIATE, "SEO")}
    assert len(both) < len(find(category=Category.AFFILIATE)) < len(find(scheme="gse"))
    assert {role.scheme for role in find(scheme="ddat")} == {"ddat"}
    assert find(scheme="esco", grade="SEO") == ()


def test_those_that_need_a_skill_or_what_is_beneath_it(find: Finder) -> None:
    group, skill = FRAMEWORK["LIF-VIR"], FRAMEWORK["LIF-VIR-01"]
    beneath = {find.framework.iris[number] for number in find.framework.descendants(group)}

    def needing(skills: set[str]) -> set[str]:
        roles = find.framework.roles.values()
        return {role.iri for role in roles if skills & {need.skill for need in role.requirements}}

    assert {role.iri for role in find(skill="Virology")} == needing(beneath)
    assert {role.iri for role in find(skill="LIF-VIR-01")} == needing({skill})
    assert needing({skill}) < needing(beneath)
    assert find.framework.roles_needing[skill] == tuple(sorted(needing({skill})))


@pytest.mark.parametrize(
    ("asked", "kind", "rule"),
    [
        ({"grade": "G99"}, InputError, "unknown-grade"),
        ({"scheme": "nowhere"}, NotFoundError, "unknown-scheme"),
        ({"skill": "qqqq"}, NotFoundError, "unknown-term"),
    ],
)
def test_what_there_is_not(find: Finder, asked: dict[str, object], kind: type[InputError], rule: str) -> None:
    with pytest.raises(kind) as caught:
        find(**asked)
    assert caught.value.rule == rule


def test_categories_by_label() -> None:
    assert [category_named(one.label) for one in Category] == list(Category)
    assert category_named(" ") is None
    with pytest.raises(InputError) as caught:
        category_named("Generalist")
    assert caught.value.rule == "unknown-category"


def test_grades_from_the_most_junior(framework: Framework) -> None:
    found = grades(framework)
    assert [one.notation for one in found][:3] == ["AO", "EO", "HEO"]
    assert [one.seniority for one in found] == sorted(one.seniority for one in found)


@pytest.mark.parametrize(
    ("name", "iri"),
    [
        ("ROL-LIF-01", FRAMEWORK["ROL-LIF-01"]),
        ("senior VIROLOGIST", FRAMEWORK["ROL-LIF-02"]),
        ("research virologist", FRAMEWORK["ROL-LIF-01"]),
        (FRAMEWORK["ROL-LIF-02"], FRAMEWORK["ROL-LIF-02"]),
        ("fw:ROL-LIF-02", FRAMEWORK["ROL-LIF-02"]),
        ("Senior data analyst", f"{DDAT}/senior-data-analyst"),
    ],
)
def test_a_role_is_named_as_skills_are(find: Finder, name: str, iri: str) -> None:
    assert find.named(name) == iri


def test_an_occupation_is_a_role(find: Finder) -> None:
    [occupation] = find(scheme="esco")
    assert find.named(occupation.label) == find.named(occupation.iri) == occupation.iri
    assert {need.level for need in occupation.requirements} == {None}


def test_a_family_is_no_role(find: Finder) -> None:
    with pytest.raises(NotFoundError) as caught:
        find.named("ROL-LIF")
    assert caught.value.rule == "unknown-role"
    assert {choice["iri"] for choice in caught.value.extra["nearest"]} <= set(find.framework.roles)  # type: ignore[attr-defined]  # a list


def test_two_roles_of_one_name_are_not_chosen_between() -> None:
    twins = """
    @prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix gse: <https://w3id.org/gse-skills/ontology#> .
    <urn:s> a skos:ConceptScheme . <urn:a> a gse:RoleProfile ; skos:prefLabel "Smith"@en ; skos:inScheme <urn:s> .
    <urn:b> a gse:RoleProfile ; skos:prefLabel "Smith"@en ; skos:inScheme <urn:s> ; gse:nextRole <urn:a> .
    """
    framework = Framework.from_triples({"s": [quad.triple for quad in ox.parse(twins, format=ox.RdfFormat.TURTLE)]})
    lookup = Lookup(framework)
    with pytest.raises(AmbiguousError) as caught:
        role_named("smith", framework, lookup)
    assert caught.value.rule == "ambiguous-label"
    assert framework.roles_before == {"urn:a": ("urn:b",)}
    assert family_of(framework.role("urn:a"), framework) is None


def test_ladders_read_downwards(framework: Framework) -> None:
    assert framework.roles_before[FRAMEWORK["ROL-LIF-02"]] == (FRAMEWORK["ROL-LIF-01"],)
    for lower, role in framework.roles.items():
        for upper in role.next:
            assert lower in framework.roles_before[upper]


def test_pages_of_roles(find: Finder) -> None:
    found = find(scheme="gse")
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page, cursor = page_of(found, 40, cursor)
        seen += [role.iri for role in page]
        if cursor is None:
            break
    assert seen == [role.iri for role in found]
    assert page_of((), 10) == ((), None)
    with pytest.raises(InputError) as caught:
        page_of(found, 10, "urn:nowhere")
    assert caught.value.rule == "bad-cursor"
