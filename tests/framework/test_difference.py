"""What a comparison finds: a change of every kind, planted in a small framework, in ours and in real ones."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest

from gse_skills.framework import Scheme, read_scheme, shipped_scheme
from gse_skills.framework.difference import Change, Difference, Named, Need, Text, Value, compare
from gse_skills.sandbox import Sandbox
from gse_skills.vocabulary import DCTERMS, FRAMEWORK, GSE, OWL, RDFS, SKOS

DATA = Path(__file__).parents[1] / "data" / "framework"
ESCO = "http://data.europa.eu/esco/"
TECHNICAL_DIRECTOR = "00030d09-2b3a-4efd-87cc-c4ea39d27c34"
Triples = tuple[ox.Triple, ...]


def parse(text: str) -> Triples:
    prefixes = {"fw": FRAMEWORK, "gse": GSE, "skos": SKOS, "dcterms": DCTERMS, "owl": OWL}
    head = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in prefixes.items())
    return tuple(quad.triple for quad in ox.parse(head + text, format=ox.RdfFormat.TURTLE))


def state(name: str) -> Triples:
    return tuple(quad.triple for quad in ox.parse(path=DATA / "difference" / f"{name}.ttl"))


def short(value: Value) -> str:
    match value:
        case Named():
            return value.iri.removeprefix(FRAMEWORK)
        case Text():
            return value.value
        case Need():
            return f"{short(value.skill)} {value.level} {'essential' if value.essential else 'desirable'}"


def told(changes: Iterable[Change]) -> list[tuple[str, str, str, list[str], list[str]]]:
    """Kind, last part of the property, language, before and after."""
    return [
        (
            one.kind.value,
            one.property.rpartition("#")[2].rpartition("/")[2],
            one.language,
            [short(value) for value in one.before],
            [short(value) for value in one.after],
        )
        for one in changes
    ]


@pytest.fixture(scope="module")
def small() -> Difference:
    return compare(state("old"), state("new"))


EXPECTED: dict[str, list[tuple[str, str, str, list[str], list[str]]]] = {
    "LIF-VIR": [
        ("relabelled", "prefLabel", "cy", [], ["Feiroleg"]),
        ("relabelled", "prefLabel", "en", ["Virus science"], ["Virology"]),
        ("level-descriptions", "workingDescription", "en", ["Grows viruses with help."], ["Grows viruses to a protocol."]),
    ],
    "LIF-VIR-01": [
        ("succeeded", "replaces", "", [], ["LIF-VIR-06", "LIF-VIR-07"]),
        ("alternative-labels", "altLabel", "en", ["Culture"], ["Cell lines"]),
        ("alternative-labels", "hiddenLabel", "en", [], ["cel culture"]),
        ("related", "related", "", ["LIF-VIR-13"], []),
    ],
    "LIF-VIR-02": [
        ("succeeded", "replaces", "", [], ["LIF-VIR-08", "LIF-VIR-11", "LIF-VIR-15"]),
        ("redefined", "definition", "en", ["Measures antibodies."], ["Measures antibodies in blood."]),
        ("redefined", "scopeNote", "en", [], ["Blood of animals too."]),
        ("related", "related", "", [], ["LIF-VIR-13"]),
    ],
    "LIF-VIR-03": [
        ("deprecated", "isReplacedBy", "", [], ["LIF-VIR-04", "LIF-VIR-05"]),
        ("split", "isReplacedBy", "", [], ["LIF-VIR-04", "LIF-VIR-05"]),
    ],
    "LIF-VIR-04": [
        ("added", "broader", "", [], ["LIF-VIR"]),
        ("succeeded", "replaces", "", [], ["LIF-VIR-03"]),
    ],
    "LIF-VIR-05": [
        ("added", "broader", "", [], ["LIF-VIR"]),
        ("succeeded", "replaces", "", [], ["LIF-VIR-03"]),
    ],
    "LIF-VIR-06": [
        ("deprecated", "isReplacedBy", "", [], ["LIF-VIR-01"]),
        ("merged", "isReplacedBy", "", [], ["LIF-VIR-01"]),
    ],
    "LIF-VIR-07": [
        ("deprecated", "isReplacedBy", "", [], ["LIF-VIR-01"]),
        ("merged", "isReplacedBy", "", [], ["LIF-VIR-01"]),
    ],
    "LIF-VIR-08": [
        ("deprecated", "isReplacedBy", "", [], ["LIF-VIR-02"]),
        ("merged", "isReplacedBy", "", [], ["LIF-VIR-02"]),
    ],
    "LIF-VIR-09": [("deprecated", "isReplacedBy", "", [], [])],
    "LIF-VIR-10": [("revived", "deprecated", "", [], [])],
    "LIF-VIR-11": [
        ("removed", "broader", "", ["LIF-VIR"], []),
        ("split", "isReplacedBy", "", [], ["LIF-VIR-02", "LIF-VIR-13"]),
        ("merged", "isReplacedBy", "", [], ["LIF-VIR-02"]),
    ],
    "LIF-VIR-12": [("removed", "broader", "", ["LIF-VIR"], [])],
    "LIF-VIR-13": [
        ("succeeded", "replaces", "", [], ["LIF-VIR-11"]),
        ("moved", "broader", "", ["LIF-VIR"], ["LIF-DIA"]),
        ("related", "related", "", ["LIF-VIR-01"], ["LIF-VIR-02"]),
        ("themes", "theme", "", ["https://w3id.org/gse-skills/theme/data"], ["https://w3id.org/gse-skills/theme/health"]),
        ("emergencies", "emergencyRelevance", "", ["https://w3id.org/gse-skills/emergency/flood"], ["https://w3id.org/gse-skills/emergency/human-disease"]),
    ],
    "LIF-VIR-14": [
        ("renotated", "notation", "", ["LIF-VIR-14"], ["LIF-GEN"]),
        ("retyped", "type", "", ["https://w3id.org/gse-skills/ontology#Skill"], ["https://w3id.org/gse-skills/ontology#SkillGroup"]),
    ],
    "LIF-VIR-15": [("merged", "isReplacedBy", "", ["LIF-VIR-01"], ["LIF-VIR-02"])],
    "ROLE-01": [
        ("requirements", "requires", "", ["LIF-VIR-02 Expert essential"], ["LIF-VIR-02 Practitioner essential"]),
        ("requirements", "requires", "", [], ["LIF-VIR-04 Working essential"]),
        ("requirements", "requires", "", ["LIF-VIR-13 Expert essential"], []),
        ("other", "typicalGrade", "", ["https://example.org/grade/7"], ["https://example.org/grade/6"]),
    ],
}  # fmt: skip


@pytest.mark.parametrize("notation", EXPECTED)
def test_every_kind_of_change_is_told_of_its_concept(small: Difference, notation: str) -> None:
    revision = small.revision(FRAMEWORK[notation])
    assert revision is not None
    assert told(revision.changes) == EXPECTED[notation]


def test_nothing_else_is_told(small: Difference) -> None:
    assert {one.subject.iri.removeprefix(FRAMEWORK) for one in small.concepts} == EXPECTED.keys()
    assert small.revision(FRAMEWORK["CHE-ANA-01"]) is None
    kinds = {kind.value for kind in small.counts()}
    assert kinds == {kind for changes in EXPECTED.values() for kind, *_ in changes}


def test_a_scheme_and_other_things_have_changes_of_their_own(small: Difference) -> None:
    [scheme], [publisher] = small.schemes, small.resources
    assert (scheme.kind, scheme.subject.label, publisher.kind) == ("scheme", "Small framework", "resource")
    properties = {change.property for change in scheme.changes}
    assert properties == {DCTERMS.license, DCTERMS.modified, OWL.versionIRI, OWL.versionInfo}
    assert told(publisher.changes) == [("other", "name", "en", ["Nobody yet"], ["The owner"])]


def test_the_releases_are_named_by_their_own_metadata(small: Difference) -> None:
    assert (small.old.version, small.new.version) == ("0.1.0", "0.2.0")
    assert small.new.version_iri == "https://w3id.org/gse-skills/framework/release/0.2.0"
    assert small.new.modified == datetime.date(2026, 6, 30)


def test_names_and_domains_are_those_of_the_new_state_or_else_the_old(small: Difference) -> None:
    moved, gone, role = (small.revision(FRAMEWORK[name]) for name in ("LIF-VIR-13", "LIF-VIR-12", "ROLE-01"))
    assert moved is not None
    assert (str(moved.subject), moved.kind, str(moved.domain)) == (
        "LIF-VIR-13 Sequencing",
        "skill",
        "LIF Life sciences",
    )
    assert gone is not None
    assert (str(gone.subject), str(gone.domain)) == ("LIF-VIR-12 Gone", "LIF Life sciences")
    assert role is not None
    assert (str(role.subject), role.kind, role.domain) == ("Virologist", "role", None)


def test_what_our_rules_forbid_is_a_fault(small: Difference) -> None:
    assert [(fault.rule, fault.subject.iri.removeprefix(FRAMEWORK)) for fault in small.faults] == [
        ("notation-changed", "LIF-VIR-14"),
        ("concept-removed", "LIF-VIR-11"),
        ("concept-removed", "LIF-VIR-12"),
    ]


def test_another_content_under_the_same_version_is_a_fault() -> None:
    old = state("old")
    [fault] = compare(old, (*old, *parse('fw:CHE skos:altLabel "Chem"@en .'))).faults
    assert fault.rule == "version-unchanged"


def test_other_peoples_codes_may_change_and_go() -> None:
    old = parse('<urn:a> a skos:Concept ; skos:notation "1" . <urn:b> a skos:Concept .')
    found = compare(old, parse('<urn:a> a skos:Concept ; skos:notation "2" .'))
    assert [kind.value for kind in found.counts()] == ["removed", "renotated"]
    assert found.faults == ()


def test_a_notation_given_for_the_first_time_is_no_fault() -> None:
    found = compare(parse("fw:A a gse:Skill ."), parse('fw:A a gse:Skill ; skos:notation "A" .'))
    assert [kind.value for kind in found.counts()] == ["renotated"]
    assert found.faults == ()


CHAIN = "fw:A a gse:Skill . fw:B a gse:Skill . fw:C a gse:Skill . fw:D a gse:Skill . "
OUT = "owl:deprecated true ; dcterms:isReplacedBy"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("", f"fw:A {OUT} fw:B .", [("A", "deprecated"), ("B", "succeeded")], id="replaced by one"),
        pytest.param(f"fw:A {OUT} fw:B .", f"fw:A {OUT} fw:B , fw:C .", [("A", "split"), ("C", "succeeded")], id="split later"),
        pytest.param(f"fw:A {OUT} fw:B .", f"fw:A {OUT} fw:C .", [("A", "replaced"), ("C", "succeeded")], id="replaced otherwise"),
        pytest.param(f"fw:A {OUT} fw:B .", "fw:A owl:deprecated true .", [("A", "replaced")], id="replacement taken back"),
        pytest.param(f"fw:A {OUT} fw:B .", "", [("A", "revived"), ("A", "replaced")], id="revived"),
        pytest.param(f"fw:A {OUT} fw:B .", f"fw:A {OUT} fw:B . fw:C {OUT} fw:B .", [("B", "succeeded"), ("C", "deprecated"), ("C", "merged")], id="joins an older one"),
        pytest.param("", f"fw:A {OUT} fw:C , fw:D . fw:B {OUT} fw:D .", [("A", "deprecated"), ("A", "split"), ("A", "merged"), ("B", "deprecated"), ("B", "merged"), ("C", "succeeded"), ("D", "succeeded")], id="split and merged at once"),
        pytest.param("", "fw:A owl:deprecated true . fw:B dcterms:replaces fw:A .", [("A", "deprecated"), ("B", "succeeded")], id="stated from the other end"),
        pytest.param("", "fw:A dcterms:isReplacedBy fw:B .", [("A", "replaced")], id="replaced but in use"),
        pytest.param("fw:A owl:deprecated false .", "", [], id="false is as good as unsaid"),
        pytest.param('fw:A owl:deprecated "true" .', "fw:A owl:deprecated true .", [], id="true is true however written"),
    ],
)  # fmt: skip
def test_succession_follows_what_is_stated(old: str, new: str, expected: list[tuple[str, str]]) -> None:
    found = compare(parse(CHAIN + old), parse(CHAIN + new))
    assert [(short(one.subject), change.kind.value) for one in found.concepts for change in one.changes] == expected


def test_a_likeness_of_labels_is_no_replacement() -> None:
    old, new = (parse(f'fw:{name} a gse:Skill ; skos:prefLabel "Virology"@en .') for name in "AB")
    found = compare(old, new)
    assert [(short(one.subject), change.kind.value) for one in found.concepts for change in one.changes] == [
        ("A", "removed"),
        ("B", "added"),
    ]


def test_either_direction_of_a_relation_is_as_good_as_both() -> None:
    one = parse("fw:A a gse:Skill ; skos:broader fw:B ; skos:related fw:C . fw:B a gse:SkillGroup . fw:C a gse:Skill .")
    other = parse(
        "fw:A a gse:Skill . fw:B a gse:SkillGroup ; skos:narrower fw:A . fw:C a gse:Skill ; skos:related fw:A ."
    )
    assert compare(one, other).same
    assert compare(Scheme("gse", "", one), other).same


def test_a_concept_that_loses_what_is_broader_becomes_a_top_concept() -> None:
    scheme = "fw:A a gse:Skill ; skos:inScheme <urn:s> . fw:B a gse:SkillGroup ; skos:inScheme <urn:s> . "
    [revision] = compare(parse(scheme + "fw:A skos:broader fw:B ."), parse(scheme)).concepts
    assert told(revision.changes) == [
        ("moved", "broader", "", ["B"], []),
        ("moved", "topConceptOf", "", [], ["urn:s"]),
    ]


def test_names_of_requirements_and_blank_nodes_are_passed_over() -> None:
    role = "fw:R a gse:RoleProfile ; gse:requires fw:{0} . fw:{0} a gse:Requirement ; gse:skill fw:A ; gse:level gse:Expert ."
    old, new = (parse(role.format(name) + f"fw:R skos:note [ skos:note '{name}' ] .") for name in ("R-1", "R-2"))
    assert compare(old, new).same


def test_a_cycle_of_broader_concepts_has_no_domain() -> None:
    cycle = "fw:A a gse:Skill ; skos:broader fw:B . fw:B a gse:Skill ; skos:broader fw:A ."
    [revision] = compare(parse(cycle), parse(cycle + 'fw:A skos:altLabel "A"@en .')).concepts
    assert revision.domain is None


def replaced(triples: Iterable[ox.Triple], gone: Iterable[ox.Triple], come: Iterable[ox.Triple]) -> Triples:
    out = {*gone}
    kept = tuple(triple for triple in triples if triple not in out)
    assert len(kept) < len(tuple(triples)), "nothing was planted"
    return (*kept, *come)


def of(triples: Iterable[ox.Triple], subject: str, predicate: str) -> list[ox.Triple]:
    return [one for one in triples if one.subject == ox.NamedNode(subject) and one.predicate.value == predicate]


def test_our_framework_is_equal_to_itself_and_a_planted_change_is_all_that_is_told() -> None:
    ours = shipped_scheme()
    assert compare(ours, ours.stated).same
    [label] = of(ours.stated, FRAMEWORK["QNT-CLK-01"], SKOS.prefLabel)
    [place] = of(ours.stated, FRAMEWORK["QNT-CLK-02"], SKOS.broader)
    planted = [
        ox.Triple(label.subject, label.predicate, ox.Literal("Clocks of light", language="en")),
        ox.Triple(place.subject, place.predicate, ox.NamedNode(FRAMEWORK["QNT-HWD"])),
    ]
    found = compare(ours, replaced(ours.stated, [label, place], planted))
    assert [(short(one.subject), str(one.domain), told(one.changes)) for one in found.concepts] == [
        ("QNT-CLK-01", "QNT Quantum", [("relabelled", "prefLabel", "en", ["Optical atomic clocks"], ["Clocks of light"])]),
        ("QNT-CLK-02", "QNT Quantum", [("moved", "broader", "", ["QNT-CLK"], ["QNT-HWD"])]),
    ]  # fmt: skip
    assert (found.schemes, found.resources, [fault.rule for fault in found.faults]) == ((), (), ["version-unchanged"])


@pytest.mark.shared
def test_changes_planted_in_esco_are_all_that_is_told(esco_source: Path) -> None:
    with Sandbox() as sandbox:
        old = read_scheme(esco_source, sandbox)
    about: dict[str, list[ox.Triple]] = defaultdict(list)
    for one in old.stated:
        for term in (one.subject, one.object):
            if isinstance(term, ox.NamedNode):
                about[term.value].append(one)
    occupation, essential = f"{ESCO}occupation/{TECHNICAL_DIRECTOR}", f"{ESCO}model#relatedEssentialSkill"
    needs = [one for one in about[occupation] if one.predicate.value == essential]
    skill, heir = (one.object for one in needs[:2])
    assert isinstance(skill, ox.NamedNode)
    assert isinstance(heir, ox.NamedNode)
    come = ox.Triple(skill, ox.NamedNode(DCTERMS.isReplacedBy), heir)
    found = compare(old, replaced(old.stated, about[skill.value], [come]))
    removed, changed = found.revision(skill.value), found.revision(occupation)
    assert removed is not None
    assert [change.kind.value for change in removed.changes] == ["removed", "replaced"]
    assert changed is not None
    told_of = [(change.kind.value, len(change.before), len(change.after)) for change in changed.changes]
    assert told_of == [("requirements", 1, 0)]
    linked = {term.value for one in about[skill.value] for term in (one.subject, one.object) if hasattr(term, "value")}
    assert {one.subject.iri for one in found.concepts} <= linked | {heir.value}
    assert (found.old.version, found.faults, found.schemes, found.resources) == ("1.1.1", (), (), ())


@pytest.mark.shared
def test_a_level_changed_in_the_digital_and_data_framework_is_told_of_its_role(ddat_source: Path) -> None:
    with Sandbox() as sandbox:
        old = read_scheme(ddat_source, sandbox)
    level = next(one for one in old.stated if one.predicate.value == GSE.level and one.object.value == GSE.Working)  # type: ignore[union-attr]  # a level is an IRI
    new = replaced(old.stated, [level], [ox.Triple(level.subject, level.predicate, ox.NamedNode(GSE.Expert))])
    [revision] = compare(old, new).concepts
    [change] = revision.changes
    [before], [after] = change.before, change.after
    assert isinstance(before, Need)
    assert isinstance(after, Need)
    assert (change.kind.value, before.level, after.level, before.skill) == (
        "requirements",
        "Working",
        "Expert",
        after.skill,
    )
    assert level.subject.value.startswith(f"{revision.subject.iri}/requirement/")  # type: ignore[union-attr]  # a requirement has an IRI


def test_labels_of_schemes_count_in_english_first() -> None:
    scheme = ox.NamedNode("urn:scheme")
    named = [
        ox.Triple(scheme, ox.NamedNode(RDFS.label), ox.Literal(text, language=tag))
        for text, tag in (("Fframwaith", "cy"), ("Framework", "en"))
    ]
    member = parse("<urn:a> a skos:Concept ; skos:inScheme <urn:scheme> .")
    assert compare((*member, *named), member).old.title == "Framework"
