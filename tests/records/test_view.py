"""What the views say of one person: their card wherever they appear, each record once, and what follows from it."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from gse_skills.framework import Framework
from gse_skills.records import AudienceRules, Person, SkillRecord, card, person_views, record_triples, shortcuts
from gse_skills.records.lexical import availability_flag, day, organisation_iri, organisation_slug, record_value
from gse_skills.vocabulary import FOAF, FRAMEWORK, GRAPH, GSE, ID, ORG, Audience, Basis, Identifier, Level

if TYPE_CHECKING:
    from tests.conftest import World

MARCH = datetime.date(2025, 3, 1)
RULES = AudienceRules({"aster": Audience.ALLIANCE})
ANN = Person(Identifier("person", 255), "aster", 'Ann "A" Example', "7", "ann@x.uk", "Blue team", available=False)
ALLIANCE, PUBLIC, OWN = GRAPH["view/alliance"], GRAPH["view/public"], GRAPH["view/organisation/aster"]


@pytest.fixture(scope="module")
def framework(world: Callable[..., World]) -> Framework:
    return world().framework


def record(framework: Framework, skill: str, level: Level, audience: Audience, number: int = 1) -> SkillRecord:
    return SkillRecord(number, 255, framework.number(FRAMEWORK[skill]), level, Basis.PEER, MARCH, audience)


def said(triples: set[tuple[str, str, str]], predicate: str) -> set[str]:
    return {o for _, p, o in triples if p == f"<{predicate}>"}


def test_a_card_says_what_a_view_may_tell_and_no_more() -> None:
    about = card(ANN)
    assert {s for s, _, _ in about} == {f"<{ID}person/00000000000000ff>"}
    assert said(about, FOAF.name) == {'"Ann \\"A\\" Example"'}
    assert said(about, ORG.memberOf) == {f"<{ID}organisation/aster>"}
    assert said(about, GSE.unit) == {'"Blue team"'}
    assert said(about, GSE.availability) == {f"<{GSE.Unavailable}>"}
    assert said(about, GSE.grade) | said(about, GSE.site) == set()
    assert not any("ann@x.uk" in o or o == '"7"' for _, _, o in about)


def test_a_person_without_records_is_in_the_view_of_the_default(framework: Framework) -> None:
    assert person_views(ANN, [], framework, RULES) == {ALLIANCE: card(ANN)}
    assert person_views(ANN, [], framework, AudienceRules()) == {OWN: card(ANN)}


def test_each_record_is_in_the_view_of_its_audience_with_what_follows_from_it(framework: Framework) -> None:
    public = record(framework, "LIF-VIR-01", Level.WORKING, Audience.PUBLIC, 1)
    private = record(framework, "LIF-VIR-02", Level.EXPERT, Audience.PRIVATE, 2)
    views = person_views(ANN, [public, private], framework, RULES)
    assert set(views) == {ALLIANCE, PUBLIC, OWN}
    assert views[ALLIANCE] == card(ANN)
    for view, one in ((PUBLIC, public), (OWN, private)):
        follows = shortcuts(255, [(one.skill, one.level)], framework)
        assert views[view] == card(ANN) | set(record_triples(one, framework)) | follows
    assert said(views[PUBLIC], GSE.expertIn) == set(), "nothing of a private record follows in another view"


def test_a_level_implies_those_below_and_a_skill_all_above(framework: Framework) -> None:
    skills = framework.number(FRAMEWORK["LIF-VIR-01"]), framework.number(FRAMEWORK["LIF-VIR-02"])
    edges = shortcuts(255, [(skills[0], Level.WORKING), (skills[1], Level.AWARENESS)], framework)
    two_domains = {f"<{FRAMEWORK[name]}>" for name in ("LIF-VIR-01", "LIF-VIR", "LIF", "CHE-ANA", "CHE")}
    assert said(edges, GSE.workingIn) == two_domains
    assert said(edges, GSE.awarenessIn) == two_domains | {f"<{FRAMEWORK['LIF-VIR-02']}>"}
    assert said(edges, GSE.practitionerIn) == set()


def test_the_audience_that_is_stated_comes_before_the_default() -> None:
    assert RULES.of("aster", Audience.PRIVATE) is Audience.PRIVATE
    assert RULES.of("aster", None) is Audience.ALLIANCE
    assert RULES.of("elsewhere", None) is Audience.PRIVATE


def test_lexical_forms_and_values() -> None:
    assert record_value(Identifier("record", 2**64 - 1).iri) == 2**64 - 1
    assert organisation_slug(organisation_iri("aster")) == "aster"
    assert day("2025-03-01Z") == MARCH
    assert availability_flag(None) == 0
    assert {
        flag: Person(ANN.identifier, "a", "A", available=flag).availability_flag for flag in (None, True, False)
    } == {
        None: 0,
        True: 1,
        False: 2,
    }
