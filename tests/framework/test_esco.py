from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from gse_skills.errors import InputError
from gse_skills.framework import Framework, Lookup, Requirement, Scheme, Search, esco
from gse_skills.framework.gather import ESCO
from gse_skills.framework.table import tables
from gse_skills.vocabulary import DCTERMS, SKOS

DATA = Path(__file__).parents[1] / "data" / "framework" / "esco"
HASKELL = f"{esco.BASE}skill/000f1d3d-220f-4789-9c0a-cc742521fb02"
PROGRAMMING = f"{esco.BASE}skill/21d2f96d-35f7-4e3f-9745-c533d2dd6e97"
ENGINEER = f"{esco.BASE}occupation/02eb0ae6-ecdd-4602-9c8e-60ffe6dbe1e2"
ADMINISTERING = f"{esco.BASE}skill/966246a4-6e72-4c60-be46-7cd61ba46942"


@pytest.fixture(scope="module")
def few() -> Scheme:
    return esco.read(DATA, tables(DATA))


@pytest.fixture(scope="module")
def framework(few: Scheme) -> Framework:
    return Framework.from_triples({"esco": few.triples})


def said(scheme: Scheme, subject: str, predicate: str) -> set[str]:
    return {
        str(triple.object.value)
        for triple in scheme.triples
        if triple.subject == ox.NamedNode(subject)
        and triple.predicate.value == predicate
        and not isinstance(triple.object, ox.Triple)
    }


def test_a_skill_with_its_real_iri(framework: Framework) -> None:
    skill = framework.concept(PROGRAMMING)
    assert (skill.kind, skill.pref_label) == ("skill", "computer programming")
    assert "ALGOL" in skill.alt_labels
    assert skill.pref_label not in skill.alt_labels
    assert skill.definition.startswith("The techniques and principles of software development")
    assert HASKELL in skill.narrower
    assert [framework.concept(iri).pref_label for iri in framework.path(HASKELL, f"{esco.BASE}isced-f/06")] == [
        "Haskell",
        "software and applications development and analysis",
        "information and communication technologies (icts)",
        "information and communication technologies (icts)",
    ]


def test_kinds(framework: Framework) -> None:
    assert framework.concept(f"{esco.BASE}isced-f/0613").kind == "group"
    assert framework.concept(f"{esco.BASE}isco/C2").kind == "occupation"
    assert framework.concept(ENGINEER).kind == "occupation"
    assert {concept.kind for concept in framework.concepts} == {"skill", "group", "occupation"}


def test_occupations_need_skills_without_levels(framework: Framework) -> None:
    profile = framework.role(ENGINEER)
    assert profile.label == "telecommunications engineer"
    assert profile.requirements == (Requirement(HASKELL, None, False), Requirement(PROGRAMMING, None, False))


def test_a_group_that_the_list_leaves_out_comes_from_the_hierarchy(few: Scheme, framework: Framework) -> None:
    group = framework.concept(ADMINISTERING)
    assert (group.kind, group.pref_label, group.notation) == ("group", "administering human resources", "S4.4.1")
    assert any(ADMINISTERING in note and "hierarchy" in note for note in few.notes)


def test_what_is_listed_nowhere_is_left_out_and_noted(few: Scheme, framework: Framework) -> None:
    ghost = f"{esco.BASE}occupation/a9e54177-a185-404d-b6e6-15663d31137e"
    assert ghost not in framework
    assert any(ghost in note for note in few.notes)


def test_attribution_and_metadata(few: Scheme) -> None:
    for scheme in (esco.SKILLS, esco.OCCUPATIONS):
        assert said(few, scheme, DCTERMS.rights) == {esco.ATTRIBUTION}
    assert said(few, HASKELL, ESCO.skillType) == {f"{esco.BASE}skill-type/knowledge"}
    assert said(few, HASKELL, ESCO.skillReuseLevel) == {f"{esco.BASE}skill-reuse-level/sector-specific"}
    assert len(said(few, HASKELL, DCTERMS.modified)) == 1
    assert said(few, esco.SKILLS, SKOS.hasTopConcept) == set(
        Framework.from_triples({"esco": few.triples}).top_concepts("esco")
    ) - {f"{esco.BASE}isco/C2"}


def test_no_blank_nodes_and_every_label_has_its_language(few: Scheme) -> None:
    assert not [t for t in few.triples if isinstance(t.subject, ox.BlankNode) or isinstance(t.object, ox.BlankNode)]
    labels = [t.object for t in few.triples if t.predicate.value in (SKOS.prefLabel, SKOS.altLabel, SKOS.definition)]
    assert labels
    assert {label.language for label in labels if isinstance(label, ox.Literal)} == {"en"}


def test_several_languages_in_one_folder(tmp_path: Path) -> None:
    shutil.copytree(DATA, tmp_path, dirs_exist_ok=True)
    for name in ("skills", "skillGroups", "occupations", "ISCOGroups"):
        text = (DATA / f"{name}_en.csv").read_text(encoding="utf-8")
        (tmp_path / f"{name}_fr.csv").write_text(
            text.replace("computer programming", "programmation"), encoding="utf-8"
        )
    found = tables(tmp_path)
    assert esco.languages(found) == ("en", "fr")
    framework = Framework.from_triples({"esco": esco.read(tmp_path, found).triples})
    assert framework.concept(PROGRAMMING).pref_label == "computer programming"
    assert framework.concept(PROGRAMMING).label("fr") == "programmation"


def without(name: str) -> Callable[[Path], None]:
    return lambda folder: (folder / name).unlink()


def swapped(name: str, old: str, new: str, encoding: str = "utf-8") -> Callable[[Path], None]:
    def swap(folder: Path) -> None:
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding=encoding)

    return swap


@pytest.mark.parametrize(
    ("fault", "rule"),
    [
        (without("broaderRelationsSkillPillar.csv"), "esco-incomplete"),
        (without("occupations_en.csv"), "esco-incomplete"),
        (swapped("skills_en.csv", "preferredLabel", "label"), "missing-column"),
        (swapped("skills_en.csv", "Haskell", "Häskell", "latin-1"), "bad-encoding"),
        (swapped("skills_en.csv", HASKELL, "not an iri"), "bad-iri"),
        (swapped("occupationSkillRelations.csv", "optional", "perhaps"), "bad-relation-type"),
        (swapped("skills_en.csv", ",Haskell,", ',"Has"kell,'), "bad-csv"),
    ],
)
def test_a_faulty_download_is_refused(tmp_path: Path, fault: Callable[[Path], None], rule: str) -> None:
    shutil.copytree(DATA, tmp_path, dirs_exist_ok=True)
    fault(tmp_path)
    with pytest.raises(InputError) as caught:
        esco.read(tmp_path, tables(tmp_path))
    assert caught.value.rule == rule
    assert caught.value.remedy


@pytest.mark.shared
def test_the_whole_of_esco(esco_source: Path) -> None:
    scheme = esco.read(esco_source, tables(esco_source))
    assert scheme.title == "ESCO v1.1.1"
    framework = Framework.from_triples({"esco": scheme.triples})
    kinds = Counter(concept.kind for concept in framework.concepts)
    assert kinds == {"skill": 13_896, "group": 640 + 7, "occupation": 3_007 + 619}
    assert sum(len(concept.broader) for concept in framework.concepts) == 20_656 + 3_617 - 1
    assert len(framework.roles) == 3_007
    total = sum(len(profile.requirements) for profile in framework.roles.values())
    rows = tables(esco_source)["occupationSkillRelations.csv"].rows("occupationUri")
    assert total == sum(row["occupationUri"] in framework for _, row in rows)
    tops = {framework.concept(iri).pref_label for iri in framework.top_concepts("esco")}
    assert {"skills", "knowledge", "transversal skills and competences", "language skills and knowledge"} < tops
    assert len(framework.descendants(f"{esco.BASE}skill/335228d2-297d-4e0e-a6ee-bc6a8dc110d9")) > 10_000
    lookup = Lookup(framework, search := Search(framework))
    assert lookup.resolve("Computer-Programming").concept == PROGRAMMING
    assert search.search("computer programing", 1)[0].concept == PROGRAMMING
