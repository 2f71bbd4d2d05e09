"""A skill that a release puts aside: no level of it is stated any more, and nobody endorses one that was asked before."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gse_skills.assessment import Answer, Judgement, Standing, ask, assess, respond
from gse_skills.errors import ConflictError, InputError
from gse_skills.framework import Scheme, read_scheme
from gse_skills.imports.state import read_people
from gse_skills.vocabulary import Basis, Level

if TYPE_CHECKING:
    from tests.conftest import Office

TREES = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix t: <https://example.org/trees/> .
t: a skos:ConceptScheme ; skos:prefLabel "Trees"@en ; owl:versionInfo "VERSION" ; skos:hasTopConcept t:oak , t:ash .
t:oak a skos:Concept ; skos:prefLabel "Oak care"@en ; skos:inScheme t: ; skos:topConceptOf t: GONE .
t:ash a skos:Concept ; skos:prefLabel "Ash care"@en ; skos:inScheme t: ; skos:topConceptOf t: .
"""
GONE = "; owl:deprecated true ; dcterms:isReplacedBy t:ash"
SHEET = "Staff no,Name,Skill,Level\n1,Ann Archer,Ash care,Working\n2,Bob Baker,Ash care,Expert\n"


def trees(office: Office, tmp_path: Path, version: str, gone: str = "") -> Scheme:
    path = tmp_path / f"trees-{version}.ttl"
    path.write_text(TREES.replace("VERSION", version).replace("GONE", gone), "utf-8")
    return read_scheme(path, office.register.sandbox, "trees")


def test_an_endorsement_of_a_skill_that_was_put_aside_meanwhile(
    small_office: Callable[[Path], AbstractContextManager[Office]], tmp_path: Path
) -> None:
    with small_office(tmp_path) as office:
        register = office.register
        register.load_scheme(trees(office, tmp_path, "1"))
        lab = office.organisation()
        office.bring(lab, SHEET)
        known = {one.person.name: f"{one.person.identifier.value:016x}" for one in read_people(register.store, lab)}
        ann, bob = (office.access(f"person:{lab}/{known[name]}") for name in ("Ann Archer", "Bob Baker"))
        made = ask(register, ann, bob.person, "Oak care", Level.WORKING, Basis.PEER, dry_run=False)
        register.load_scheme(trees(office, tmp_path, "2", GONE))
        commit = register.store.commit
        with pytest.raises(ConflictError) as late:
            respond(register, bob, made.request.digits, Answer.GIVEN, dry_run=False)
        assert late.value.rule == "skill-deprecated"
        with pytest.raises(InputError) as caught:
            assess(register, ann, ann.person, Judgement("Oak care", Level.WORKING), dry_run=False)
        assert caught.value.rule == "deprecated-skill"
        assert "Ash care" in caught.value.remedy
        assert register.store.commit == commit
        told = respond(register, bob, made.request.digits, Answer.DECLINED, reason="It is gone.", dry_run=False)
        assert told.standing is Standing.DECLINED
