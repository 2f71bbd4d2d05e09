"""The ground that careers stand on, on a framework small enough to be checked by eye."""

from __future__ import annotations

import pyoxigraph as ox
import pytest

from gse_skills.demo.ground import Ground
from gse_skills.errors import InputError
from gse_skills.framework import Framework

TURTLE = """
@prefix fw: <https://w3id.org/gse-skills/framework/> .
@prefix gse: <https://w3id.org/gse-skills/ontology#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .

fw:AAA a gse:SkillDomain ; skos:notation "AAA" ; skos:prefLabel "Alpha studies"@en .
fw:BBB a gse:SkillDomain ; skos:notation "BBB" ; skos:prefLabel "Beta studies"@en .
fw:AAA-ONE a gse:SkillGroup ; skos:notation "AAA-ONE" ; skos:prefLabel "One"@en ; skos:broader fw:AAA .
fw:AAA-TWO a gse:SkillGroup ; skos:notation "AAA-TWO" ; skos:prefLabel "Two"@en ; skos:broader fw:AAA .
fw:BBB-SIX a gse:SkillGroup ; skos:notation "BBB-SIX" ; skos:prefLabel "Six"@en ; skos:broader fw:BBB .
fw:BBB-NIL a gse:SkillGroup ; skos:notation "BBB-NIL" ; skos:prefLabel "Empty"@en ; skos:broader fw:BBB .
fw:AAA-ONE-01 a gse:Skill ; skos:prefLabel "Counting"@en ; skos:broader fw:AAA-ONE ; skos:related fw:BBB-SIX-01 .
fw:AAA-ONE-02 a gse:Skill ; skos:prefLabel "Adding"@en ; skos:broader fw:AAA-ONE, fw:AAA-TWO .
fw:AAA-ONE-03 a gse:Skill ; skos:prefLabel "Doubling"@en ; skos:broader fw:AAA-ONE .
fw:AAA-ONE-04 a gse:Skill ; skos:prefLabel "Halving"@en ; skos:broader fw:AAA-ONE .
fw:AAA-ONE-05 a gse:Skill ; skos:prefLabel "Abacus"@en ; skos:broader fw:AAA-ONE ; owl:deprecated true .
fw:AAA-TWO-01 a gse:Skill ; skos:prefLabel "Pairing"@en ; skos:broader fw:AAA-TWO .
fw:BBB-SIX-01 a gse:Skill ; skos:prefLabel "Ordering"@en ; skos:broader fw:BBB-SIX .
"""
FW = "https://w3id.org/gse-skills/framework/"


@pytest.fixture(scope="module")
def ground() -> Ground:
    return Ground.of(Framework.from_triples({"gse": list(ox.parse(TURTLE, format=ox.RdfFormat.TURTLE))}))


def test_a_skill_counts_in_one_group_and_one_out_of_use_in_none(ground: Ground) -> None:
    assert ground.groups[f"{FW}AAA-ONE"].skills == tuple(f"{FW}AAA-ONE-0{number}" for number in (1, 2, 3, 4))
    assert ground.groups[f"{FW}AAA-TWO"].skills == (f"{FW}AAA-TWO-01",)


def test_a_group_without_skills_is_no_ground(ground: Ground) -> None:
    assert f"{FW}BBB-NIL" not in ground.groups


def test_related_groups_come_before_those_of_the_same_domain(ground: Ground) -> None:
    assert ground.groups[f"{FW}AAA-ONE"].near == (f"{FW}BBB-SIX", f"{FW}AAA-TWO")
    assert ground.groups[f"{FW}AAA-TWO"].near == (f"{FW}AAA-ONE",)


def test_a_large_group_has_a_rare_skill_and_a_small_one_none(ground: Ground) -> None:
    assert ground.groups[f"{FW}AAA-ONE"].rare == f"{FW}AAA-ONE-04"
    assert ground.groups[f"{FW}AAA-TWO"].rare is None


def test_domains_are_known_by_notation_and_label(ground: Ground) -> None:
    assert [(domain.notation, domain.label) for domain in ground.domains] == [
        ("AAA", "Alpha studies"),
        ("BBB", "Beta studies"),
    ]


def test_nobody_can_be_invented_without_skills() -> None:
    with pytest.raises(InputError) as refused:
        Ground.of(Framework.from_triples({"gse": []}))
    assert refused.value.rule == "no-skills"
