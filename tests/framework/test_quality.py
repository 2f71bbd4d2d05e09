"""Rules of quality: each finds its planted fault and nothing else does, laws on random schemes, and real schemes.

The planted faults lie in tests/data/framework/quality, one file a rule, named after it, with what is wrong in its first
line. Each is a whole scheme, so that `gse-skills framework check` can be tried on it.
"""

from __future__ import annotations

import os
import random
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import networkx as nx
import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gse_skills.framework import Scheme, read_scheme, shipped_scheme
from gse_skills.framework.quality import RULES, Finding, Severity, check, findings
from gse_skills.framework.quality.tiers import LIMIT
from gse_skills.framework.shapes import Kind, rules
from gse_skills.sandbox import Sandbox
from gse_skills.vocabulary import SKOS

DATA = Path(__file__).parents[1] / "data"
PLANTED = DATA / "framework" / "quality"
DOCS = Path(__file__).parents[2] / "docs" / "quality.md"
TRADES = "https://example.org/trades/"
PREFIXES = f"""
@prefix skos: <{SKOS!s}> . @prefix dcterms: <http://purl.org/dc/terms/> . @prefix : <{TRADES}> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix xl: <http://www.w3.org/2008/05/skos-xl#> .
"""

# The concept or scheme at fault in each file; the rest of its name follows `TRADES`, but for the whole ("").
AT_FAULT = {
    "broader-cycle": "basketry",
    "broader-deprecated": "basketry",
    "broader-redundant": "basketry",
    "cluster-apart": "cookery",
    "concept-is-collection": "textiles",
    "concept-is-scheme": "scheme",
    "concept-untyped": "knitting",
    "iri-not-http": "urn:example:knitting",
    "label-ambiguous": "joinery",
    "label-empty": "joinery",
    "label-of-another": "basketry",
    "labels-not-disjoint": "joinery",
    "language-gap": "scheme",
    "language-malformed": "joinery",
    "mapped-within": "weaving",
    "matches-contradict": "joinery",
    "notation-ambiguous": "joinery",
    "orphan": "knitting",
    "related-and-broader": "basketry",
    "relation-one-way": "needlework",
    "replacement-deprecated": "basketry",
    "replacement-missing": "basketry",
    "scheme-missing": "",
    "scheme-undescribed": "scheme",
    "scheme-unlicensed": "scheme",
    "scheme-untitled": "scheme",
    "scheme-without-top": "scheme",
    "siblings-related": "joinery",
    "solely-transitive": "joinery",
    "top-one-way": "cookery",
    "top-unmarked": "cookery",
}


def parsed(text: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(PREFIXES + text, format=ox.RdfFormat.TURTLE)]


def planted(name: str) -> list[ox.Triple]:
    return [quad.triple for quad in ox.parse(path=PLANTED / f"{name}.ttl")]


def slugs(triples: Iterable[ox.Triple]) -> Counter[str]:
    return Counter(finding.rule.slug for finding in findings(triples))


def added(text: str) -> Counter[str]:
    """What the clean scheme with these statements besides breaks."""
    return slugs([*planted("clean"), *parsed(text)])


# Each rule


def test_every_rule_has_a_planted_fault() -> None:
    assert {file.stem for file in PLANTED.glob("*.ttl")} == {*RULES, "clean"}


def test_clean_scheme_has_no_finding() -> None:
    assert len(planted("clean")) > 25
    assert list(findings(planted("clean"))) == []


@pytest.mark.parametrize("slug", RULES)
def test_planted_fault_is_found_by_its_rule_alone_and_once(slug: str) -> None:
    [finding] = findings(planted(slug))
    name = AT_FAULT.get(slug, "weaving")
    assert finding.rule is RULES[slug]
    assert finding.concept == (name if not name or ":" in name else f"{TRADES}{name}")
    assert finding.message.endswith(".")


@pytest.mark.parametrize("slug", RULES)
def test_rule_says_where_it_is_from_and_what_mends_it(slug: str) -> None:
    rule = RULES[slug]
    assert rule.link.startswith(
        ("https://www.w3.org/TR/skos-reference/#", "https://github.com/cmader/qSKOS/wiki/")
    ) or (rule.link.partition("#")[2] in rules(Kind.FRAMEWORK) or rule.link.startswith("http://purl.org/dc/terms/"))
    assert rule.title.endswith(".")
    assert rule.remedy.endswith(".")


def test_finding_names_concept_label_and_who_takes_part() -> None:
    assert list(findings(planted("related-and-broader"))) == [
        Finding(
            rule=RULES["related-and-broader"],
            concept=f"{TRADES}basketry",
            label="Basketry",
            message=f"It is related to Craft <{TRADES}craft>, which is broader than it.",
            others=(f"{TRADES}craft",),
        )
    ]


def test_documentation_names_every_rule_as_the_table_has_it() -> None:
    text = DOCS.read_text(encoding="utf-8")
    for rule in RULES.values():
        assert f"| `{rule.slug}` | {rule.severity.label} | [{rule.title}]({rule.link}) |" in text
    assert text.count("\n| `") == len(RULES)


# Where a rule begins and ends


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (":joinery skos:narrower :craft .", "broader-cycle"),  # the inverse closes a circle too
        (":joinery skos:relatedMatch :craft .", "related-and-broader"),  # S41
        (":weaving skos:broadMatch :a . :a skos:broadMatch :b . :b skos:related :weaving .", "related-and-broader"),
        (":joinery skos:narrowMatch :x . :x skos:exactMatch :joinery .", "matches-contradict"),  # S44
        (":basketry skos:inScheme :weaving .", "concept-is-scheme"),  # S4
        (":bag skos:member :joinery . :bag a skos:ConceptScheme .", "concept-is-collection"),
        (':weaving skos:prefLabel "Weaving" , "Loom work" .', "pref-label-twice"),
        (':weaving skos:prefLabel "Loom work"@EN .', "pref-label-twice"),
        (":scheme skos:hasTopConcept :weaving .", "top-with-broader"),
        (":a a skos:Kind .", "undefined-term"),
        (":craft skos:related :craft .", "relation-to-itself"),
        (':weaving skos:altLabel "Gwehyddu"@cymraeg .', "language-malformed"),
        (':trade rdfs:subClassOf skos:Concept . :smithy a :trade ; skos:note "Hot."@en .', "pref-label-missing"),
        ("_:x a skos:Concept ; skos:broader :craft .", "iri-not-http"),
        (":textiles a skos:Collection ; skos:member :knitting .", "relation-dangling"),
    ],
)
def test_rule_sees_what_skos_entails(text: str, rule: str) -> None:
    assert added(text)[rule] == 1


@pytest.mark.parametrize(
    "text",
    [
        ':weaving skos:prefLabel "Gwehyddu"@cy . :craft skos:prefLabel "Crefft"@cy . '
        ':joinery skos:prefLabel "Asiedydd"@cy . :basketry skos:prefLabel "Basgedi"@cy .',
        ":craft skos:narrower :joinery, :weaving . :weaving skos:narrower :basketry . :joinery skos:related :basketry .",
        ":scheme skos:hasTopConcept :craft .",
        ":joinery skos:exactMatch <https://example.com/1> ; skos:broadMatch <https://example.com/2> .",
        ":basketry skos:broaderTransitive :craft .",  # by way of weaving
        ':weaving skos:notation "W"^^:letters .',  # a notation of another system
        ":textiles a skos:Collection ; skos:member :weaving .",
        ":joinery skos:note [ <http://www.w3.org/1999/02/22-rdf-syntax-ns#value> 'Planed.'@en ] .",
        ':knitting a skos:Concept ; xl:prefLabel [ xl:literalForm "Knitting"@en ] ; skos:note "Wool."@en ; '
        "skos:inScheme :scheme ; skos:broader :craft .",
        # The same label in another scheme, which as a plain list names all its concepts.
        ':moods a skos:ConceptScheme ; dcterms:title "Moods"@en ; dcterms:description "M."@en ; '
        "dcterms:license <https://example.com/l> . :c a skos:Concept ; skos:topConceptOf :moods ; "
        'skos:prefLabel "Craft"@en ; skos:definition "Cunning."@en ; skos:notation "1" .',
    ],
)
def test_what_is_well_is_let_be(text: str) -> None:
    assert added(text) == {}


def test_ring_is_told_with_one_way_round_it() -> None:
    [finding] = findings(planted("broader-cycle"))
    names = ["Basketry", "Weaving", "Wickerwork", "Basketry"]
    ids = [f"{name} <{TRADES}{name.lower()}>" for name in names]
    assert finding.message == f"3 concepts are broader than themselves: {' < '.join(ids)}."


def test_label_is_told_as_it_is_spelt() -> None:
    [finding] = findings(planted("label-of-another"))
    assert finding.message.startswith('"Basket weaving"@en is a label of Weaving')


# Laws


@st.composite
def trees(draw: st.DrawFn) -> list[int]:
    """The parent of each node but the first, which comes before it."""
    size = draw(st.integers(3, 25))
    return [draw(st.integers(0, node - 1)) for node in range(1, size)]


def scheme_of(parents: list[int], *more: tuple[int, str, int]) -> list[ox.Triple]:
    """A scheme of that tree which no rule has anything to say about, and what else it states."""
    lines = [':scheme a skos:ConceptScheme ; dcterms:title "T"@en ; dcterms:description "D"@en ;']
    lines.append("dcterms:license <https://example.com/l> ; skos:hasTopConcept :c0 .")
    for node in range(len(parents) + 1):
        lines.append(f':c{node} a skos:Concept ; skos:prefLabel "{node}"@en ; skos:definition "D"@en .')
        lines.append(f":c{node} skos:inScheme :scheme .")
    lines += [f":c{node} skos:broader :c{parent} ." for node, parent in enumerate(parents, 1)]
    return parsed("\n".join(lines + [f":c{one} skos:{relation} :c{other} ." for one, relation, other in more]))


def upward(parents: list[int]) -> nx.DiGraph[int]:
    return nx.DiGraph(enumerate(parents, 1))


@given(trees())
def test_tree_has_no_finding(parents: list[int]) -> None:
    assert slugs(scheme_of(parents)) == {}


@given(trees(), st.data())
def test_circle_planted_in_a_tree_is_found_with_exactly_its_concepts(parents: list[int], data: st.DataObject) -> None:
    low = data.draw(st.integers(1, len(parents)))
    high = data.draw(st.sampled_from(sorted(nx.descendants(upward(parents), low))))
    [circle] = [
        finding
        for finding in findings(scheme_of(parents, (high, "broader", low)))
        if finding.rule.slug == "broader-cycle"
    ]
    assert set(circle.others) == {f"{TRADES}c{node}" for node in nx.shortest_path(upward(parents), low, high)}


@given(trees(), st.data())
def test_shortcut_is_redundant_and_any_other_second_parent_is_not(parents: list[int], data: st.DataObject) -> None:
    low = data.draw(st.integers(1, len(parents)))
    other = data.draw(st.integers(0, low - 1))
    found = slugs(scheme_of(parents, (low, "broader", other)))
    up = upward(parents)
    above = nx.descendants(up, low) - {parents[low - 1]}
    below_parent = other in nx.ancestors(up, parents[low - 1])
    assert found["broader-redundant"] == (other in above or below_parent)


@given(trees(), st.data())
def test_related_clashes_with_broader_exactly_on_one_line_of_descent(parents: list[int], data: st.DataObject) -> None:
    one, other = data.draw(st.lists(st.integers(0, len(parents)), min_size=2, max_size=2, unique=True))
    found = slugs(scheme_of(parents, (one, "related", other)))
    up = upward(parents)
    assert found["related-and-broader"] == (nx.has_path(up, one, other) or nx.has_path(up, other, one))


@given(st.sampled_from(sorted(RULES)), st.randoms(use_true_random=False))
def test_order_of_statements_does_not_matter(slug: str, chance: random.Random) -> None:
    triples = planted(slug)
    shuffled = chance.sample(triples, len(triples))
    assert set(findings(shuffled)) == set(findings(triples))


# The whole check


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as sandbox:
        yield sandbox


def test_check_looks_at_what_is_stated_not_at_what_loading_completes(sandbox: Sandbox) -> None:
    scheme = read_scheme(PLANTED / "relation-one-way.ttl", sandbox)
    assert [finding.rule.slug for finding in check(scheme).findings] == ["relation-one-way"]
    assert slugs(scheme.triples)["relation-one-way"] == 0


def test_worst_comes_first_and_all_are_counted() -> None:
    triples = [triple for slug in RULES if not slug.startswith("scheme-") for triple in planted(slug)]
    report = check(Scheme("trades", "Trades", tuple(dict.fromkeys(triples))))
    severities = [finding.rule.severity for finding in report.findings]
    assert severities == sorted(severities)
    assert report.counts == {severity: severities.count(severity) for severity in Severity}
    assert all(report.counts.values())


def test_framework_in_three_tiers_meets_its_shapes_and_another_does_not() -> None:
    valid = (DATA / "ontology" / "framework" / "valid").glob("*.ttl")
    fault = DATA / "ontology" / "framework" / "invalid" / "skill-few-labels.ttl"
    stated = tuple({quad.triple for path in (*valid, fault) for quad in ox.parse(path=path, rename_blank_nodes=True)})
    report = check(Scheme("gse", "Small", stated))
    shaped = [finding for finding in report.findings if finding.rule.slug.startswith("shape-")]
    assert [finding.rule.slug for finding in shaped] == ["shape-skill-few-labels"]
    assert shaped[0].rule.link == "https://w3id.org/gse-skills/shapes#skill-few-labels"
    assert shaped[0].rule.severity is Severity.WARNING
    assert shaped[0].label
    [plain, _] = check(Scheme("trades", "Trades", tuple(planted("clean")))).skipped
    assert "three tiers" in plain


def test_too_large_a_framework_is_said_to_be(monkeypatch: pytest.MonkeyPatch) -> None:
    assert LIMIT > 100_000
    monkeypatch.setattr("gse_skills.framework.quality.tiers.LIMIT", 3)
    tiers = parsed(":a a <https://w3id.org/gse-skills/ontology#SkillDomain> ; skos:prefLabel 'A'@en ; skos:note 'N'@en ."
                   " :a skos:altLabel 'B'@en .")  # fmt: skip
    assert "4 statements are more than 3" in check(Scheme("a", "A", tuple(tiers))).skipped[0]


def test_shipped_framework_has_no_fault_of_skos() -> None:
    """Its shapes are tested in tests/ontology; reasons for what is found here are in docs/quality.md."""
    found = list(findings(shipped_scheme().stated))
    assert [finding for finding in found if finding.rule.severity is Severity.ERROR] == []


@pytest.mark.java
def test_contradiction_is_found_by_reasoning_when_asked_for() -> None:
    if shutil.which("java") is None:
        refuse = pytest.fail if os.environ.get("GSE_SKILLS_REQUIRE_ALL") == "1" else pytest.skip
        refuse("needs java: install default-jre-headless")
    report = check(contradiction(), reason=True)
    assert [finding.rule.slug for finding in report.findings if finding.rule.slug[:4] == "owl-"] == ["owl-inconsistent"]
    assert report.skipped == ()


def test_reasoning_that_cannot_run_is_said_to_be_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("owlready2.JAVA_EXE", "no-such-java")
    report = check(contradiction(), reason=True)
    assert [finding for finding in report.findings if finding.rule.slug[:4] == "owl-"] == []
    [skipped] = report.skipped
    assert skipped.startswith("OWL reasoning: Reasoning needs Java")


def contradiction() -> Scheme:
    """A group under a skill."""
    path = DATA / "ontology" / "axioms" / "inconsistent" / "group-under-a-skill.ttl"
    return Scheme("gse", "Contradiction", tuple(quad.triple for quad in ox.parse(path=path)))


# Real schemes


@pytest.mark.shared
def test_esco_has_the_faults_that_are_known_of_it(esco_source: Path, sandbox: Sandbox) -> None:
    report = check(read_scheme(esco_source, sandbox))
    by_rule = Counter(finding.rule.slug for finding in report.findings)
    assert report.concepts == 18_169
    # One skill needs itself, and some are needed for what is broader than they are, further up than one step.
    assert [finding.label for finding in report.findings if finding.rule.slug == "relation-to-itself"] == [
        "measure water depth"
    ]
    haskell = "http://data.europa.eu/esco/skill/000f1d3d-220f-4789-9c0a-cc742521fb02"
    redundant = {finding.concept for finding in report.findings if finding.rule.slug == "broader-redundant"}
    assert haskell in redundant  # under its field of education directly, and by way of computer programming
    absent = ("broader-cycle", "relation-dangling", "orphan", "notation-ambiguous", "pref-label-missing")
    assert [by_rule[slug] for slug in absent] == [0] * len(absent)
    assert by_rule["cluster-apart"] == 9  # of the ten major groups of occupations, all but the largest


@pytest.mark.shared
def test_digital_and_data_framework_has_the_faults_that_are_known_of_it(ddat_source: Path, sandbox: Sandbox) -> None:
    report = check(read_scheme(ddat_source, sandbox))
    assert report.counts[Severity.ERROR] == 0
    by_rule = Counter(finding.rule.slug for finding in report.findings)
    assert by_rule["orphan"] == 188  # its skills are a list
    assert by_rule["label-ambiguous"] == 43  # role levels called as their role is
