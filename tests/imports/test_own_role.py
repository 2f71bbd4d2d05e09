"""Roles that a sheet gives: names that several bear, roles that are no longer used, names that no role has."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from gse_skills.framework import Framework, Lookup, Search, role_in_force
from gse_skills.imports.assertion import PersonFacts
from gse_skills.imports.own_role import OwnRoles

X = "https://example.org/"
ROLES = """
@prefix : <https://example.org/> . @prefix gse: <https://w3id.org/gse-skills/ontology#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
: a skos:ConceptScheme ; skos:prefLabel "Small"@en .
:skill a gse:Skill ; skos:prefLabel "Brewing"@en ; skos:inScheme : .
:brewer a gse:RoleProfile ; skos:prefLabel "Brewer"@en ; skos:altLabel "Maker"@en ; skos:notation "R-1" ;
    skos:inScheme : .
:baker a gse:RoleProfile ; skos:prefLabel "Baker"@en ; skos:altLabel "Maker"@en ; skos:inScheme : .
:maltster a gse:RoleProfile ; skos:prefLabel "Maltster"@en ; owl:deprecated true ; dcterms:isReplacedBy :brewer ;
    skos:inScheme : .
:cooper a gse:RoleProfile ; skos:prefLabel "Cooper"@en ; owl:deprecated true ; skos:inScheme : .
"""


@pytest.fixture(scope="module")
def small() -> Framework:
    return Framework.from_triples({"gse": [quad.triple for quad in ox.parse(ROLES.encode(), ox.RdfFormat.TURTLE)]})


@pytest.mark.parametrize(
    ("said", "role", "rule", "told"),
    [
        ("Brewer", "brewer", "", ""),
        ("r-1", "brewer", "", ""),
        ("Maker", "", "ambiguous-role", "Baker"),
        ("Maltster", "brewer", "role-not-in-use", "Brewer took its place"),
        ("Cooper", "cooper", "role-not-in-use", "no longer used"),
        ("Brewr", "", "unknown-role", "The nearest: Brewer (R-1)"),
    ],
)
def test_what_a_cell_means(small: Framework, said: str, role: str, rule: str, told: str) -> None:
    roles = OwnRoles(small, Lookup(small, Search(small)), 4, "Role")
    facts, finding = roles.read(PersonFacts("staff:1", "1", "Ann", row=7, role=said))
    assert facts.role == (f"{X}{role}" if role else None)
    assert (finding.rule if finding else "", bool(finding and told in finding.message)) == (rule, bool(told))
    if finding:
        assert (finding.place, finding.severity, finding.value) == ("row 7, column E “Role”", "noted", said)
        assert finding.remedy


def test_nothing_said_is_nothing_found(small: Framework) -> None:
    facts = PersonFacts("staff:1", "1", "Ann", row=7)
    assert OwnRoles(small, Lookup(small, Search(small)), -1, "").read(facts) == (facts, None)


def test_a_role_counts_as_what_took_its_place(small: Framework) -> None:
    assert role_in_force(f"{X}maltster", small) is small.roles[f"{X}brewer"]
    assert role_in_force(f"{X}cooper", small) is small.roles[f"{X}cooper"]
    assert role_in_force(f"{X}gone", small) is None
