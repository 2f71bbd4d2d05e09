"""From a person to a role: met, below, not mapped; over mappings, for deprecated skills, to the next role."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from gse_skills.development import (
    Holding,
    OwnRole,
    PersonRecord,
    Standing,
    ask_gap,
    close_over,
    fitting,
    gap_to,
    holding_of,
    own_role,
)
from gse_skills.errors import NotFoundError
from gse_skills.framework import Framework, Requirement, RoleProfile
from gse_skills.people import read_person
from gse_skills.store import EmbeddedStore
from gse_skills.vocabulary import FRAMEWORK, Audience, Basis, Level

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.conftest import Office

DAY = datetime.date(2025, 6, 1)
VIROLOGIST = """Staff no,Name,Grade,Skill,Level,Assessed by,Date assessed,Audience
1,Ann Archer,HEO,LIF-VIR-01,Practitioner,Manager,2025-01-31,
1,Ann Archer,HEO,LIF-VIR-02,Working,Self,2025-02-28,private
1,Ann Archer,HEO,LIF-VIR-03,Working,Self,2025-02-28,
1,Ann Archer,HEO,LIF-SAF-01,Working,Self,2025-02-28,
2,Bob Baker,HEO,LIF-VIR-01,Expert,Self,2025-01-31,private
"""
SMALL = """
@prefix : <https://example.org/> . @prefix gse: <https://w3id.org/gse-skills/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
: a skos:ConceptScheme ; skos:prefLabel "Small"@en .
:group a gse:SkillGroup ; skos:prefLabel "Group"@en ; skos:inScheme : .
:old a gse:Skill ; skos:prefLabel "Old"@en ; owl:deprecated true ; dcterms:isReplacedBy :new ; skos:inScheme : .
:new a gse:Skill ; skos:prefLabel "New"@en ; skos:broader :group ; skos:inScheme : .
:side a gse:Skill ; skos:prefLabel "Side"@en ; skos:broader :group ; skos:inScheme : .
:far a gse:Skill ; skos:prefLabel "Far"@en ; skos:inScheme : .
"""
X = "https://example.org/"


@pytest.fixture(scope="module")
def small() -> Framework:
    triples = [quad.triple for quad in ox.parse(SMALL.encode(), ox.RdfFormat.TURTLE)]
    return Framework.from_triples({"gse": triples})


def role(*needs: tuple[str, Level | None, bool]) -> RoleProfile:
    return RoleProfile(
        f"{X}role", "A role", "gse", tuple(Requirement(X + name, level, must) for name, level, must in needs)
    )


def holding(framework: Framework, tmp_path: Path, **levels: Level) -> Holding:
    records = [PersonRecord(X + name, level, Basis.SELF, DAY) for name, level in levels.items()]
    store = EmbeddedStore(tmp_path / "store")
    try:
        return close_over(records, framework, store)
    finally:
        store.close()


@pytest.fixture
def lab(two_schemes: Office) -> str:
    slug = two_schemes.organisation()
    two_schemes.bring(slug, VIROLOGIST)
    return slug


def test_met_below_and_not_mapped_are_told_apart(
    two_schemes: Office, lab: str, digits_of: Callable[[str, str], str]
) -> None:
    found = ask_gap(two_schemes.register, two_schemes.access(), digits_of(lab, "Ann Archer"), "Virologist")
    told = {one.need.skill.removeprefix(FRAMEWORK): one for one in (*found.gap.essential, *found.gap.desirable)}
    met, below, unasked = told["LIF-VIR-01"], told["LIF-VIR-02"], told["LIF-SAF-02"]
    assert (met.standing, met.missing, met.effort) == (Standing.MET, 0, 0)
    assert met.held is not None
    assert (met.held.level, met.held.record.basis, met.held.record.assessed_on) == (
        Level.PRACTITIONER,
        Basis.MANAGER,
        datetime.date(2025, 1, 31),
    )
    assert (below.standing, below.needed, below.missing) == (Standing.BELOW, Level.PRACTITIONER, 1)
    assert (unasked.standing, unasked.held, unasked.missing) == (Standing.NOT_MAPPED, None, 2)
    assert all(one.need.essential for one in found.gap.essential)
    assert [one.need.essential for one in found.gap.desirable] == [False, False]
    assert not found.gap.fits
    assert found.gap.missing == sum(one.missing for one in found.gap.essential) == 1 + 2 + 2 + 2
    assert found.whole


def test_only_what_the_caller_sees_counts_and_the_person_sees_all(
    two_schemes: Office, lab: str, digits_of: Callable[[str, str], str]
) -> None:
    ann = digits_of(lab, "Ann Archer")
    other = two_schemes.organisation()
    for caller, whole, level in (
        (f"member:{other}", False, 0),
        (f"person:{lab}/{ann}", True, 2),
        (f"steward:{lab}", True, 2),
    ):
        access = two_schemes.access(caller)
        assert ask_gap(two_schemes.register, access, ann, "Virologist").whole is whole
        assert holding_of(two_schemes.register, access, ann).level(f"{FRAMEWORK}LIF-VIR-02") == level
    # Another person of the same organisation sees no more than any member.
    bob = two_schemes.access(f"person:{lab}/{digits_of(lab, 'Bob Baker')}")
    assert not ask_gap(two_schemes.register, bob, ann, "Virologist").whole


def test_a_hidden_person_answers_as_an_unknown_one(two_schemes: Office, digits_of: Callable[[str, str], str]) -> None:
    slug = two_schemes.organisation(Audience.PRIVATE)
    two_schemes.bring(slug, VIROLOGIST)
    ann = digits_of(slug, "Ann Archer")
    stranger = two_schemes.access("anonymous")
    told = set()
    for digits in (ann, "0" * 16, "Ann", "0" * 15 + "G", ""):
        with pytest.raises(NotFoundError) as caught:
            ask_gap(two_schemes.register, stranger, digits, "Virologist")
        told.add((caught.value.rule, str(caught.value)))
    assert {rule for rule, _ in told} == {"unknown-person"}
    assert len(told) == 1


def test_what_is_held_is_what_the_person_page_says(
    two_schemes: Office, lab: str, digits_of: Callable[[str, str], str]
) -> None:
    ann, access = digits_of(lab, "Ann Archer"), two_schemes.access()
    shown = {one.skill: one.level for one in read_person(ann, access, two_schemes.register.store).skills}
    found = holding_of(two_schemes.register, access, ann)
    assert {skill: found.level(skill) for skill in shown} == shown
    assert found.level(f"{FRAMEWORK}LIF-VIR") == found.level(f"{FRAMEWORK}LIF") == Level.PRACTITIONER
    before = holding_of(two_schemes.register, access, ann, as_of=datetime.date(2025, 2, 1))
    assert [before.level(f"{FRAMEWORK}LIF-VIR-0{n}") for n in (1, 2)] == [3, 0]


def test_a_level_counts_over_a_mapping_to_a_broader_concept_and_not_over_a_close_one(
    two_schemes: Office, digits_of: Callable[[str, str], str]
) -> None:
    slug = two_schemes.organisation()
    sheet = "Staff no,Name,Skill,Level,Assessed by,Date assessed\n1,Dee Data,DAT-DSC-05,Practitioner,Self,2025-01-31\n"
    two_schemes.bring(slug, sheet)
    found = holding_of(two_schemes.register, two_schemes.access(), digits_of(slug, "Dee Data"))
    code = "https://w3id.org/gse-skills/ddat/skill/developing-code-for-analysis"
    held = found.best[code]
    assert (held.level, held.mapped) == (Level.PRACTITIONER, f"{FRAMEWORK}DAT-DSC-05")
    gap = ask_gap(two_schemes.register, two_schemes.access(), digits_of(slug, "Dee Data"), SENIOR)
    [need] = [one for one in (*gap.gap.essential, *gap.gap.desirable) if one.held is not None]
    assert need.held == found.of((need.need.skill,))
    assert not set(found.close) & {code}


SENIOR = "https://w3id.org/gse-skills/ddat/role/data-analyst/senior-data-analyst"


def test_what_took_the_place_of_a_deprecated_skill_counts_for_it(small: Framework, tmp_path: Path) -> None:
    gap = gap_to(role(("old", Level.WORKING, True)), holding(small, tmp_path, new=Level.EXPERT), small)
    assert gap.fits
    [need] = gap.essential
    assert need.held is not None
    assert need.held.record.skill == f"{X}new"
    # Not the other way round.
    assert not gap_to(role(("new", Level.WORKING, True)), holding(small, tmp_path, old=Level.EXPERT), small).fits


def test_a_narrower_skill_counts_and_a_neighbour_only_eases(small: Framework, tmp_path: Path) -> None:
    held = holding(small, tmp_path, side=Level.EXPERT)
    assert gap_to(role(("group", Level.EXPERT, True)), held, small).fits
    [beside] = gap_to(role(("new", Level.PRACTITIONER, True)), held, small).essential
    [alone] = gap_to(role(("far", Level.PRACTITIONER, True)), held, small).essential
    assert beside.near is not None
    assert (beside.near.record.skill, beside.missing, beside.effort) == (f"{X}side", 3, 4.5)
    assert (alone.near, alone.missing, alone.effort) == (None, 3, 9.0)
    [wanted] = gap_to(role(("far", Level.PRACTITIONER, False)), held, small).desirable
    assert wanted.effort == 3.0


def test_without_a_level_any_will_do_and_a_role_of_nothing_fits_nobody(small: Framework, tmp_path: Path) -> None:
    held = holding(small, tmp_path, new=Level.AWARENESS)
    assert gap_to(role(("new", None, True)), held, small).fits
    assert gap_to(role(("far", None, True)), held, small).missing == 1
    assert not gap_to(role(), held, small).fits


def test_of_several_roles_the_one_that_fits_comes_first(
    two_schemes: Office, lab: str, digits_of: Callable[[str, str], str]
) -> None:
    framework = two_schemes.register.state.framework
    held = holding_of(two_schemes.register, two_schemes.access(), digits_of(lab, "Ann Archer"))
    ladder = [framework.role(f"{FRAMEWORK}ROL-LIF-0{n}") for n in (3, 1, 2)]
    found = fitting([framework.role(f"{FRAMEWORK}ROL-ENG-02"), *ladder], held, framework)
    assert found[0].role.iri.removeprefix(FRAMEWORK) == "ROL-LIF-01"
    assert [gap.missing for gap in found] == sorted(gap.missing for gap in found)


def test_the_next_role_is_the_one_above_the_likeliest_at_the_grade(
    two_schemes: Office, lab: str, digits_of: Callable[[str, str], str]
) -> None:
    found = ask_gap(two_schemes.register, two_schemes.access(), digits_of(lab, "Ann Archer"))
    assert found.own is not None
    assert not found.own.recorded
    assert (found.own.profile.label, found.gap.role.label) == ("Virologist", "Senior virologist")


def test_nobody_whose_role_is_unknown_or_on_top_has_a_next_one(
    two_schemes: Office, lab: str, digits_of: Callable[[str, str], str]
) -> None:
    with pytest.raises(NotFoundError) as caught:
        ask_gap(two_schemes.register, two_schemes.access(), digits_of(lab, "Bob Baker"))
    assert caught.value.rule == "no-own-role"
    framework = two_schemes.register.state.framework
    top = next(one for _, one in sorted(framework.roles.items()) if one.grade and not one.next and one.scheme == "gse")
    needs = "".join(
        f"1,Top Person,{top.grade and top.grade.notation},{need.skill.removeprefix(FRAMEWORK)},Expert,Self,2025-01-31\n"
        for need in top.requirements
    )
    slug = two_schemes.organisation()
    two_schemes.bring(slug, f"Staff no,Name,Grade,Skill,Level,Assessed by,Date assessed\n{needs}")
    person = digits_of(slug, "Top Person")
    held = holding_of(two_schemes.register, two_schemes.access(), person)
    card = read_person(person, two_schemes.access(), two_schemes.register.store).card
    assert own_role(card, held, framework) == OwnRole(top, recorded=False)
    with pytest.raises(NotFoundError) as caught:
        ask_gap(two_schemes.register, two_schemes.access(), person)
    assert caught.value.rule == "no-next-role"


def test_an_unknown_role_is_told_with_the_nearest(
    two_schemes: Office, lab: str, digits_of: Callable[[str, str], str]
) -> None:
    with pytest.raises(NotFoundError) as caught:
        ask_gap(two_schemes.register, two_schemes.access(), digits_of(lab, "Ann Archer"), "Virologer")
    assert caught.value.rule == "unknown-role"
