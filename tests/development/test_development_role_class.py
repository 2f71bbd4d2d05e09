"""A role as an OWL class: HermiT finds the same people in it as the gap engine says lack nothing essential."""

from __future__ import annotations

import datetime
import itertools
import os
import shutil
from typing import TYPE_CHECKING

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import OWL, RDF, SKOS, XSD

from gse_skills.development import PersonRecord, class_iri, close_over, counting_for, gap_to, role_class, role_classes
from gse_skills.errors import InputError
from gse_skills.framework import Framework, Requirement, RoleProfile
from gse_skills.framework.reason import infer_members, is_consistent
from gse_skills.resources import folder
from gse_skills.vocabulary import FOAF, FRAMEWORK, GSE, ID, Basis, Level

if TYPE_CHECKING:
    from tests.conftest import Office

ONTOLOGY = folder("ontology") / "gse-skills.ttl"
SENIOR = "https://w3id.org/gse-skills/ddat/role/data-analyst/senior-data-analyst"
ROLES = (f"{FRAMEWORK}ROL-LIF-01", f"{FRAMEWORK}ROL-LIF-02", f"{FRAMEWORK}ROL-DAT-01", SENIOR)
DAY = datetime.date(2025, 6, 1)
Records = tuple[PersonRecord, ...]


@pytest.fixture
def java(monkeypatch: pytest.MonkeyPatch) -> None:
    if shutil.which("java") is None:
        refuse = pytest.fail if os.environ.get("GSE_SKILLS_REQUIRE_ALL") == "1" else pytest.skip
        refuse("needs java: install default-jre-headless")
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC")


def record(skill: str, level: int) -> PersonRecord:
    return PersonRecord(skill, Level(level), Basis.SELF, DAY)


def sample(framework: Framework, roles: tuple[RoleProfile, ...]) -> dict[str, Records]:
    """For each role somebody who just fits, one who has one step too few, one who lacks a skill, and one with more."""
    people: dict[str, Records] = {}
    for role in roles:
        needs = [(need.skill, int(need.level or 1)) for need in role.requirements if need.essential]
        exact = tuple(record(skill, level) for skill, level in needs)
        short = next(n for n, (_, level) in enumerate(needs) if level > 1)
        one_less = (*exact[:short], record(needs[short][0], needs[short][1] - 1), *exact[short + 1 :])
        name = role.iri.rpartition("/")[2]
        people |= {
            f"{name} exact": exact,
            f"{name} one step short": one_less,
            f"{name} one skill short": exact[1:],
            f"{name} all expert": tuple(record(skill, 4) for skill, _ in needs),
        }
    mapped = "https://w3id.org/gse-skills/ddat/skill/developing-code-for-analysis"
    senior = [one for one in people["senior-data-analyst all expert"] if one.skill != mapped]
    people["senior by mapping"] = (*senior, record(f"{FRAMEWORK}DAT-DSC-05", 4))
    people["senior by a close mapping"] = (*senior, record(f"{FRAMEWORK}DAT-DSC-01", 4))
    people["nobody"] = ()
    return people


def stated(people: dict[str, Records], framework: Framework) -> tuple[Graph, dict[str, str]]:
    """The records and what is above their skills as RDF, and the name of each person's IRI."""
    graph, names, numbers = Graph(), {}, itertools.count(1)
    for name, records in people.items():
        person = URIRef(f"{ID!s}person/{next(numbers):016x}")
        names[str(person)] = name
        graph.add((person, RDF.type, URIRef(FOAF.Person)))
        for one in records:
            node = URIRef(f"{ID!s}record/{next(numbers):016x}")
            graph.add((node, RDF.type, URIRef(GSE.SkillRecord)))
            graph.add((node, URIRef(GSE.holder), person))
            graph.add((node, URIRef(GSE.skill), URIRef(one.skill)))
            graph.add((node, URIRef(GSE.level), URIRef(one.level.iri)))
            graph.add((node, URIRef(GSE.basis), URIRef(one.basis.iri)))
            graph.add((node, URIRef(GSE.assessedOn), Literal(one.assessed_on.isoformat(), datatype=XSD.date)))
            for concept in framework.ancestors(one.skill):
                graph.add((URIRef(concept), RDF.type, SKOS.Concept))
                for above in framework.concept(concept).broader:
                    graph.add((URIRef(concept), SKOS.broader, URIRef(above)))
    return graph, names


@pytest.mark.java
@pytest.mark.usefixtures("java")
def test_hermit_and_the_gap_engine_agree_on_who_could_fill_which_role(two_schemes: Office) -> None:
    state, store = two_schemes.register.state, two_schemes.register.store
    roles = tuple(state.framework.role(iri) for iri in ROLES)
    people = sample(state.framework, roles)
    classes = role_classes(roles, state.framework, counting_for(roles, state.framework, store))
    records, names = stated(people, state.framework)
    inferred = infer_members([ONTOLOGY, records, classes], [class_iri(role.iri) for role in roles])
    found = {(names[person], role) for person, role in inferred}
    expected = {
        (name, class_iri(role.iri))
        for name, records_of in people.items()
        for role in roles
        if gap_to(role, close_over(records_of, state.framework, store), state.framework).fits
    }
    assert found == expected
    fits = {name for name, _ in expected}
    assert {f"{role.iri.rpartition('/')[2]} exact" for role in roles} <= fits
    assert "senior by mapping" in fits
    assert not {name for name in fits if name.endswith("skill short")} - {"ROL-LIF-02 one skill short"}
    assert "senior by a close mapping" not in fits


@pytest.mark.java
@pytest.mark.usefixtures("java")
def test_all_classes_together_are_consistent_with_the_ontology(two_schemes: Office) -> None:
    state = two_schemes.register.state
    roles = [role for role in state.framework.roles.values() if role.scheme == "gse"][:30]
    assert is_consistent([ONTOLOGY, role_classes(roles, state.framework)]).coherent


def test_a_class_is_an_intersection_of_what_is_essential(two_schemes: Office) -> None:
    framework = two_schemes.register.state.framework
    role = framework.role(ROLES[0])
    graph = role_class(role, framework)
    held = {(str(graph.value(one, OWL.onProperty)), str(skill)) for one, skill in graph.subject_objects(OWL.hasValue)}
    assert held == {
        (need.level.shortcut, need.skill) for need in role.requirements if need.essential and need.level is not None
    }
    assert (URIRef(class_iri(role.iri)), RDF.type, OWL.Class) in graph
    assert len(list(graph.subjects(OWL.intersectionOf))) == 1
    assert not list(graph.subjects(OWL.unionOf))


def test_of_nothing_essential_no_class_is_made(two_schemes: Office) -> None:
    framework = two_schemes.register.state.framework
    wish = RoleProfile("urn:x", "Wish", "gse", (Requirement(f"{FRAMEWORK}LIF-VIR-01", Level.WORKING, False),))
    with pytest.raises(InputError) as caught:
        role_class(wish, framework)
    assert caught.value.rule == "no-essential-skill"
    assert len(role_classes([wish], framework)) == 0
