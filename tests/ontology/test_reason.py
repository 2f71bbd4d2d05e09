"""What HermiT says of the ontology: consistent, coherent, in OWL 2 DL, catching mistakes, and meaning its shortcuts.

A start of Java costs more than most answers, so `judged` puts all questions about the ontology to one process, through
Judge.java; what our own module makes of HermiT is tested with a process each.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import owlready2
import owlready2.reasoning
import pyoxigraph as ox
import pytest
from rdflib import BNode, Graph, URIRef
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF
from rdflib.term import Node

from gse_skills.errors import InputError, LimitError, UnavailableError
from gse_skills.framework import Framework
from gse_skills.framework.reason import Consistency, Edge, Source, _write, infer_edges, is_consistent
from gse_skills.records.view import shortcuts
from gse_skills.resources import folder
from gse_skills.vocabulary import GSE, ID, Identifier, Level
from gse_skills.vocabulary.namespace import PREFIXES

pytestmark = pytest.mark.java

_ONTOLOGY = folder("ontology") / "gse-skills.ttl"
_SHIPPED = [*folder("ontology").glob("*.ttl"), *(folder("ontology") / "framework").glob("*.ttl")]
_DATA = Path(__file__).parent.parent / "data" / "ontology"
_DECLARED = {
    OWL.Class,
    OWL.ObjectProperty,
    OWL.DatatypeProperty,
    OWL.AnnotationProperty,
    OWL.NamedIndividual,
    OWL.Ontology,
}


_SWIFT = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
"""Java that compiles and collects with less effort: a third less work for what ends in seconds."""


@pytest.fixture(scope="module", autouse=True)
def java() -> None:
    """Skip without Java, unless everything is required."""
    _need("java")


@pytest.fixture
def swift(monkeypatch: pytest.MonkeyPatch) -> None:
    """Java for what ends in seconds."""
    monkeypatch.setenv("JAVA_TOOL_OPTIONS", _SWIFT)


def _need(program: str) -> None:
    if shutil.which(program) is None:
        refuse = pytest.fail if os.environ.get("GSE_SKILLS_REQUIRE_ALL") == "1" else pytest.skip
        refuse(f"needs {program}: install default-jdk-headless")


def _turtle(statements: str) -> Graph:
    prefixes = "".join(f"@prefix {prefix}: <{namespace}> . " for prefix, namespace in PREFIXES.items())
    return Graph().parse(data=f"{prefixes} @prefix : <https://example.org/> . {statements}")


@cache
def _ontology() -> Graph:
    """The ontology; nobody alters it."""
    return Graph().parse(_ONTOLOGY)


# The ontology itself

Judged = dict[str, list[str]]
"""By question and name of what was asked about, such as `profile=ontology`, what was found."""


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Judged:
    """All that is asked of the ontology, answered by one process."""
    _need("javac")  # Java runs a source file only where its compiler is
    home = tmp_path_factory.mktemp("judged")
    files = {name: home / f"{name}.nt" for name in ("ontology", "shipped", "irreflexive")}
    irreflexive = ox.parse(f"<{GSE.expertIn}> a <{OWL.IrreflexiveProperty}> .", format=ox.RdfFormat.TURTLE)
    _copy(ox.parse(path=_ONTOLOGY), files["ontology"])
    _copy((quad for file in _SHIPPED for quad in ox.parse(path=file)), files["shipped"])
    _copy([*ox.parse(path=_ONTOLOGY), *irreflexive], files["irreflexive"])
    asked = {f"profile={name}": file for name, file in files.items()}
    reasoned: dict[str, list[Source]] = {
        "all": [*_SHIPPED],
        # What part of the ontology contradicts, the whole of it contradicts.
        **{mistake: [_only(axioms), _planted(mistake)] for mistake, axioms in _MISTAKES.items()},
        "mistakes-without-axioms": [_only([]), *(_DATA / "axioms").rglob("*.ttl")],
    }
    for name, sources in reasoned.items():
        asked[f"consistent={name}"] = home / f"{name}.nt"
        _write(sources, home / f"{name}.nt")
    return _answers(asked | {"empty=all": home / "all.nt"})


def _copy(quads: Iterable[ox.Quad], file: Path) -> None:
    """Write statements as they are: the times that stand for dates are for the reasoner."""
    ox.serialize((quad.triple for quad in quads), file, format=ox.RdfFormat.N_TRIPLES)


def _answers(asked: dict[str, Path]) -> Judged:
    """What Judge.java prints of each file."""
    arguments = {each: f"{each.partition('=')[0]}={file}" for each, file in asked.items()}
    judge, classpath = Path(__file__).parent / "Judge.java", owlready2.reasoning._HERMIT_CLASSPATH
    command = ["java", *_SWIFT.split(), "-cp", classpath, str(judge), *arguments.values()]
    printed = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    lines = [line.split("\t", 1) for line in printed]
    assert {argument for argument, _ in lines} <= set(arguments.values())
    return {each: [found for mine, found in lines if mine == argument] for each, argument in arguments.items()}


def test_all_that_is_shipped_is_consistent_and_coherent(judged: Judged) -> None:
    assert judged["consistent=all"] == ["true"]
    assert judged["empty=all"] == []


@pytest.mark.usefixtures("swift")
def test_valid_examples_are_consistent_with_the_ontology() -> None:
    assert is_consistent([_ONTOLOGY, *_DATA.glob("*/valid/*.ttl")]).coherent


def test_ontology_is_in_owl_2_dl(judged: Judged) -> None:
    assert judged["profile=ontology"] == []


def test_all_that_is_shipped_is_in_owl_2_dl(judged: Judged) -> None:
    assert judged["profile=shipped"] == []


def test_checker_of_owl_2_dl_sees_a_shortcut_made_irreflexive(judged: Judged) -> None:
    assert any("expertIn" in line for line in judged["profile=irreflexive"])


# Mistakes, each with the axioms that are meant to catch it: a triple of the ontology; a term and a property, for the
# anonymous classes and literals that it has there; or "different" and "disjoint" with two of the terms that an
# owl:AllDifferent or owl:AllDisjointClasses holds apart.

Axiom = tuple[str, ...]

_MISTAKES: dict[str, list[Axiom]] = {
    "record-with-two-levels": [
        ("gse:level", "rdf:type", "owl:FunctionalProperty"),
        ("different", "gse:Working", "gse:Expert"),
    ],
    "record-with-two-holders-known-to-differ": [("gse:holder", "rdf:type", "owl:FunctionalProperty")],
    "record-assessed-on-two-days": [("gse:assessedOn", "rdf:type", "owl:FunctionalProperty")],
    "record-for-two-audiences": [
        ("gse:audience", "rdf:type", "owl:FunctionalProperty"),
        ("different", "gse:Public", "gse:Private"),
    ],
    "record-judged-in-two-ways": [
        ("gse:basis", "rdf:type", "owl:FunctionalProperty"),
        ("different", "gse:SelfAssessed", "gse:AccreditedBody"),
    ],
    "record-that-is-a-person": [
        ("gse:holder", "rdfs:domain", "gse:SkillRecord"),
        ("foaf:Person", "rdfs:subClassOf", "foaf:Agent"),
        ("disjoint", "foaf:Agent", "gse:SkillRecord"),
    ],
    "record-of-a-role": [("gse:skill", "rdfs:range")],
    "record-invalidated-by-a-person": [
        ("prov:wasInvalidatedBy", "rdfs:range", "prov:Activity"),
        ("foaf:Person", "rdfs:subClassOf", "foaf:Agent"),
        ("disjoint", "prov:Activity", "foaf:Agent"),
    ],
    "record-that-is-an-import": [
        ("gse:SkillRecord", "rdfs:subClassOf", "prov:Entity"),
        ("gse:Import", "rdfs:subClassOf", "prov:Activity"),
        ("prov:Entity", "owl:disjointWith", "prov:Activity"),
    ],
    "person-that-is-a-skill": [
        ("foaf:Person", "rdfs:subClassOf", "foaf:Agent"),
        ("gse:Skill", "rdfs:subClassOf", "skos:Concept"),
        ("disjoint", "skos:Concept", "foaf:Agent"),
    ],
    "person-that-is-an-organisation": [("foaf:Person", "owl:disjointWith", "org:Organization")],
    "skill-that-is-a-group": [("disjoint", "gse:SkillGroup", "gse:Skill")],
    "skill-that-is-a-scheme": [
        ("skos:hasTopConcept", "rdfs:domain", "skos:ConceptScheme"),
        ("gse:Skill", "rdfs:subClassOf", "skos:Concept"),
        ("disjoint", "skos:Concept", "skos:ConceptScheme"),
    ],
    "level-used-as-a-skill": [
        ("gse:skill", "rdfs:range", "skos:Concept"),
        ("gse:Expert", "rdf:type", "gse:ProficiencyLevel"),
        ("disjoint", "skos:Concept", "gse:ProficiencyLevel"),
    ],
    "skill-used-as-a-level": [
        ("gse:level", "rdfs:range", "gse:ProficiencyLevel"),
        ("gse:Skill", "rdfs:subClassOf", "skos:Concept"),
        ("disjoint", "skos:Concept", "gse:ProficiencyLevel"),
    ],
    "level-beyond-the-four": [
        ("gse:ProficiencyLevel", "owl:equivalentClass"),
        ("gse:rank", "rdf:type", "owl:FunctionalProperty"),
        ("gse:Awareness", "gse:rank"),
        ("gse:Working", "gse:rank"),
        ("gse:Practitioner", "gse:rank"),
        ("gse:Expert", "gse:rank"),
    ],
    "domain-under-a-domain": [("gse:SkillDomain", "rdfs:subClassOf")],
    "group-under-a-skill": [
        ("gse:SkillGroup", "rdfs:subClassOf"),
        ("disjoint", "gse:SkillDomain", "gse:Skill"),
    ],
    "theme-that-is-an-emergency": [
        ("gse:theme", "rdfs:range", "gse:Theme"),
        ("disjoint", "gse:Theme", "gse:EmergencyKind"),
    ],
    "requirement-of-two-roles-known-to-differ": [("gse:requires", "rdf:type", "owl:InverseFunctionalProperty")],
    "local-term-used-as-a-skill": [
        ("gse:skill", "rdfs:range", "skos:Concept"),
        ("disjoint", "skos:Concept", "gse:LocalTerm"),
    ],
    "role-of-two-categories": [
        ("gse:professionalCategory", "rdf:type", "owl:FunctionalProperty"),
        ("different", "gse:DeepSpecialist", "gse:Affiliate"),
    ],
    "category-beyond-the-three": [
        ("gse:professionalCategory", "rdfs:range", "gse:ProfessionalCategory"),
        ("gse:Essential", "rdf:type", "gse:Importance"),
        ("disjoint", "gse:Importance", "gse:ProfessionalCategory"),
    ],
    "role-at-two-grades": [
        ("gse:typicalGrade", "rdf:type", "owl:FunctionalProperty"),
        ("gse:seniority", "rdf:type", "owl:FunctionalProperty"),
    ],
    "skill-used-as-a-grade": [
        ("gse:typicalGrade", "rdfs:range", "gse:Grade"),
        ("disjoint", "gse:Skill", "gse:Grade"),
    ],
    "record-of-a-grade": [("gse:skill", "rdfs:range")],
    "role-next-of-itself": [("gse:nextRole", "rdf:type", "owl:IrreflexiveProperty")],
    "roles-next-of-each-other": [("gse:nextRole", "rdf:type", "owl:AsymmetricProperty")],
    "role-under-a-skill-group": [("gse:RoleProfile", "rdfs:subClassOf")],
    "membership-in-two-roles": [("gse:ownRole", "rdf:type", "owl:FunctionalProperty")],
    "membership-at-two-sites": [("gse:site", "rdf:type", "owl:FunctionalProperty")],
}


def _iri(name: str) -> URIRef:
    prefix, _, local = name.partition(":")
    return URIRef(f"{PREFIXES[prefix]!s}{local}")


def _with_blank_nodes(ontology: Graph, node: Node) -> Iterable[tuple[Node, Node, Node]]:
    for predicate, object_ in ontology.predicate_objects(node):
        yield node, predicate, object_
        if isinstance(object_, BNode):
            yield from _with_blank_nodes(ontology, object_)


def _holding_apart(ontology: Graph, axiom: Axiom) -> BNode:
    kind, members = {
        "different": (OWL.AllDifferent, OWL.distinctMembers),
        "disjoint": (OWL.AllDisjointClasses, OWL.members),
    }[axiom[0]]
    for node in ontology.subjects(RDF.type, kind):
        head = ontology.value(node, members)
        assert isinstance(node, BNode)
        assert head is not None
        if {_iri(name) for name in axiom[1:]} <= set(Collection(ontology, head)):
            return node
    raise LookupError(axiom)


def _only(axioms: Iterable[Axiom]) -> Graph:
    """The ontology's declarations and these axioms of it; raises LookupError when it lacks one."""
    ontology = _ontology()
    part = Graph()
    for triple in ontology.triples((None, RDF.type, None)):
        if triple[2] in _DECLARED and isinstance(triple[0], URIRef):
            part.add(triple)
    for axiom in axioms:
        if axiom[0] in ("different", "disjoint"):
            found = list(_with_blank_nodes(ontology, _holding_apart(ontology, axiom)))
        else:
            subject, predicate, *objects = map(_iri, axiom)
            stated = [
                o
                for o in ontology.objects(subject, predicate)
                if (o in objects if objects else not isinstance(o, URIRef))
            ]
            found = [(subject, predicate, o) for o in stated]
            found += [t for o in stated if isinstance(o, BNode) for t in _with_blank_nodes(ontology, o)]
        if not found:
            raise LookupError(axiom)
        for triple in found:
            part.add(triple)
    return part


def test_every_planted_mistake_is_told_of() -> None:
    assert {file.stem for file in (_DATA / "axioms").rglob("*.ttl")} == set(_MISTAKES)


def _planted(mistake: str) -> Path:
    return _DATA / "axioms" / "inconsistent" / f"{mistake}.ttl"


@pytest.mark.parametrize("mistake", _MISTAKES)
def test_mistake_is_caught_by_the_axioms_meant_for_it(judged: Judged, mistake: str) -> None:
    assert judged[f"consistent={mistake}"] == ["false"]


def test_mistakes_are_none_without_axioms(judged: Judged) -> None:
    assert judged["consistent=mistakes-without-axioms"] == ["true"]


# Shortcuts


_SAMPLE = _DATA / "shortcuts" / "sample.ttl"
_SHORTCUTS = [level.shortcut for level in Level]


@pytest.fixture(scope="module")
def meant(java: None) -> frozenset[Edge]:
    """The shortcuts that the ontology means for the sample."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_TOOL_OPTIONS", _SWIFT)
        return infer_edges([_ONTOLOGY, _SAMPLE], _SHORTCUTS)


def test_shortcuts_follow_from_records_levels_and_broader_concepts(meant: frozenset[Edge]) -> None:
    ada, bob, cyd = (f"{ID!s}person/{number:016x}" for number in (0xA1, 0xA2, 0xA3))
    group = {"virology", "life"}
    life = group | {"isolation"}
    information = {"python", "programming", "statistics", "information"}
    expected: dict[Level, dict[str, set[str]]] = {
        Level.EXPERT: {ada: life},
        Level.PRACTITIONER: {ada: life, bob: information},
        Level.WORKING: {ada: life, bob: information | life, cyd: group},
        Level.AWARENESS: {ada: life | {"sequencing"}, bob: information | life, cyd: group | {"alone"}},
    }
    assert meant == {
        (person, level.shortcut, f"https://example.org/{concept}")
        for level, people in expected.items()
        for person, concepts in people.items()
        for concept in concepts
    }


def test_views_give_the_shortcuts_that_the_ontology_means(meant: frozenset[Edge]) -> None:
    framework = Framework.from_triples({"sample": [quad.triple for quad in ox.parse(path=_SAMPLE)]})
    sample = Graph().parse(_SAMPLE)
    held: dict[int, list[tuple[int, Level]]] = defaultdict(list)
    for record, person in sample.subject_objects(_iri("gse:holder")):
        skill, level = sample.value(record, _iri("gse:skill")), sample.value(record, _iri("gse:level"))
        held[Identifier.from_iri(str(person)).value].append((framework.number(str(skill)), Level.from_iri(str(level))))
    given = {
        (subject[1:-1], predicate[1:-1], object_[1:-1])
        for person, skills in held.items()
        for subject, predicate, object_ in shortcuts(person, skills, framework)
    }
    assert given == meant


@pytest.mark.usefixtures("swift")
def test_an_edge_asked_for_is_given_whether_stated_or_inferred() -> None:
    sample = _turtle(":a a gse:Skill ; skos:broader :b . :b a gse:Skill .")
    narrower = "http://www.w3.org/2004/02/skos/core#narrower"
    broader = "http://www.w3.org/2004/02/skos/core#broader"
    assert infer_edges([_ONTOLOGY, sample], [broader, narrower]) == {
        ("https://example.org/a", broader, "https://example.org/b"),
        ("https://example.org/b", narrower, "https://example.org/a"),
    }


# Answers that are none


@pytest.mark.usefixtures("swift")
def test_class_that_can_have_no_instance_is_named() -> None:
    odd = _turtle(":Odd a owl:Class ; rdfs:subClassOf gse:Skill , gse:SkillGroup .")
    answer = is_consistent([_ONTOLOGY, odd])
    assert answer == Consistency(consistent=True, unsatisfiable=("https://example.org/Odd",))
    assert not answer.coherent


@pytest.mark.usefixtures("swift")
def test_nothing_is_inferred_from_a_contradiction() -> None:
    with pytest.raises(InputError, match="contradict") as err:
        infer_edges([_ONTOLOGY, _turtle(":r gse:level gse:Working , gse:Expert .")], [Level.EXPERT.shortcut])
    assert err.value.rule == "inconsistent"


@pytest.mark.usefixtures("swift")
@pytest.mark.parametrize(
    "statements",
    ["gse:expertIn a owl:IrreflexiveProperty .", ':r gse:assessedOn "2025"^^xsd:gYear .'],
    ids=["non-simple-property", "datatype-outside-owl"],
)
def test_what_is_not_owl_2_dl_is_refused(statements: str) -> None:
    with pytest.raises(InputError, match="cannot take this") as err:
        is_consistent([_ONTOLOGY, _turtle(statements)])
    assert err.value.rule == "not-owl-dl"


def test_reasoner_short_of_memory_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owlready2.reasoning, "JAVA_MEMORY", 6)
    with pytest.raises(LimitError, match="memory") as err:
        is_consistent([_ONTOLOGY])
    assert err.value.rule == "reasoner-memory"


def test_without_java_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owlready2, "JAVA_EXE", "no-such-java")
    with pytest.raises(UnavailableError, match="Java") as err:
        is_consistent([_ONTOLOGY])
    assert err.value.rule == "no-java"


@pytest.mark.parametrize(
    ("statements", "consistent"),
    [(":r gse:level gse:Working .", True), (":r gse:level gse:Working , gse:Expert .", False)],
    ids=["consistent", "inconsistent"],
)
def test_reasoning_is_silent_and_leaves_nothing_behind(
    statements: str,
    consistent: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert is_consistent([_ONTOLOGY, _turtle(statements)]).consistent is consistent
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")
