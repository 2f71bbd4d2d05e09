"""What Skosmos asks of a vocabulary, asked of our download.

Skosmos loads a vocabulary into one graph of a SPARQL endpoint and finds everything by queries over plain SKOS, with no
reasoning: what the graph does not state is not there. These are the shapes of its questions (the data model page of its
wiki, and `GenericSparql`): the scheme's name, a concept's page, the hierarchy up and down, the alphabetical index,
search, and the list of changes. Each answer is held against what the framework itself says.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph as ox
import pytest

from gse_skills.framework import OWN_SCHEME, Concept, Framework, shipped
from gse_skills.framework.export import Form, export
from gse_skills.vocabulary import DCTERMS, FRAMEWORK, GSE, SKOS, XSD

SCHEME = ox.NamedNode(FRAMEWORK.removesuffix("/"))
GRAPH = ox.NamedNode("https://skosmos.example/gse")
PREFIXES = f"""
PREFIX skos: <{SKOS}>
PREFIX dct: <{DCTERMS}>
PREFIX owl: <http://www.w3.org/2002/07/owl#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX xsd: <{XSD}>
"""


@pytest.fixture(scope="module")
def framework() -> Framework:
    return Framework.from_triples({OWN_SCHEME: shipped()[OWN_SCHEME]})


@pytest.fixture(scope="module")
def endpoint() -> ox.Store:
    """A store that holds the Turtle download, and nothing else, in one named graph."""
    store = ox.Store()
    store.load(export(shipped()[OWN_SCHEME], Form.TURTLE), format=ox.RdfFormat.TURTLE, to_graph=GRAPH)
    return store


def ask(store: ox.Store, where: str, head: str = "SELECT *", tail: str = "", **bound: str) -> list[dict[str, str]]:
    """The rows of a query over the graph; `bound` are IRIs that variables stand for."""
    values = " ".join(f"VALUES ?{name} {{ <{iri}> }}" for name, iri in bound.items())
    solutions = store.query(f"{PREFIXES} {head} WHERE {{ GRAPH <{GRAPH.value}> {{ {values} {where} }} }} {tail}")
    assert isinstance(solutions, ox.QuerySolutions)
    names = [variable.value for variable in solutions.variables]
    return [
        {name: value.value for name in names if isinstance(value := row[name], ox.NamedNode | ox.Literal)}
        for row in solutions
    ]


def live(framework: Framework) -> list[Concept]:
    return [concept for concept in framework.concepts if not concept.deprecated]


def test_there_is_one_scheme_with_a_name_in_the_default_language(endpoint: ox.Store) -> None:
    rows = ask(
        endpoint,
        """
        ?cs a skos:ConceptScheme .
        OPTIONAL { ?cs skos:prefLabel|rdfs:label|dct:title ?label . FILTER(langMatches(lang(?label), "en")) }
        """,
    )
    assert {row["cs"] for row in rows} == {SCHEME.value}
    assert all(row["label"].startswith("GSE Skills framework") for row in rows)
    (told,) = ask(endpoint, "?cs dct:modified ?day FILTER(datatype(?day) = xsd:date)", cs=SCHEME.value)
    assert told["day"]


def test_every_concept_is_a_skos_concept_with_what_a_page_needs(endpoint: ox.Store, framework: Framework) -> None:
    everything = {concept.iri for concept in framework.concepts}
    assert {row["c"] for row in ask(endpoint, "?c a skos:Concept")} == everything
    for needed in (
        '?c skos:prefLabel ?label FILTER(langMatches(lang(?label), "en"))',
        "?c skos:inScheme ?scheme",
        "?c skos:notation ?notation",
    ):
        assert {row["c"] for row in ask(endpoint, f"?c a skos:Concept ; skos:inScheme ?cs . {needed}")} == everything
    # SKOS S14, on which the label that a page shows depends.
    twice = """
        ?c skos:prefLabel ?one , ?other FILTER(?one != ?other && lang(?one) = lang(?other))
    """
    assert ask(endpoint, twice) == []
    # Labels without a language are in no index.
    assert ask(endpoint, '?c skos:prefLabel|skos:altLabel ?label FILTER(lang(?label) = "")') == []


def test_a_concept_has_its_page(endpoint: ox.Store, framework: Framework) -> None:
    concept = framework.concept(FRAMEWORK["LIF-VIR-02"])
    rows = ask(
        endpoint,
        """
        ?uri a skos:Concept ; ?p ?o .
        OPTIONAL { { ?o skos:prefLabel ?name } UNION { ?o skos:notation ?code } }
        """,
        uri=concept.iri,
    )
    said = {(row["p"], row["o"]) for row in rows}
    assert (SKOS.prefLabel, concept.pref_label) in said
    assert (SKOS.definition, concept.definition) in said
    assert {value for name, value in said if name == SKOS.altLabel} >= set(concept.alt_labels)
    for name, iris in ((SKOS.broader, concept.broader), (SKOS.related, concept.related)):
        assert {value for of, value in said if of == name} == set(iris)
        named = {row["o"] for row in rows if row["p"] == name and "name" in row}
        assert named == set(iris), "a link without a name is shown as an IRI"


def test_the_hierarchy_opens_from_the_top(endpoint: ox.Store, framework: Framework) -> None:
    rows = ask(
        endpoint,
        """
        ?top skos:topConceptOf ?cs ; skos:prefLabel ?label . FILTER(langMatches(lang(?label), "en"))
        OPTIONAL { ?top skos:notation ?notation }
        BIND(EXISTS { ?top skos:narrower ?below } AS ?children)
        """,
        head="SELECT DISTINCT ?top ?label ?notation ?children",
        cs=SCHEME.value,
    )
    assert {row["top"] for row in rows} == set(framework.top_concepts(OWN_SCHEME))
    assert all(row["notation"] and row["children"] == "true" for row in rows if not row["notation"].startswith("ROL"))
    declared = {row["top"] for row in ask(endpoint, "?cs skos:hasTopConcept ?top", cs=SCHEME.value)}
    assert declared == {row["top"] for row in rows}


@pytest.mark.parametrize("notation", ["LIF", "LIF-VIR", "LIF-VIR-02", "ROL-LIF"])
def test_a_node_of_the_hierarchy_opens(notation: str, endpoint: ox.Store, framework: Framework) -> None:
    concept = framework.concept(FRAMEWORK[notation])
    rows = ask(
        endpoint,
        """
        ?uri a skos:Concept ; skos:narrower ?child .
        OPTIONAL { ?child skos:prefLabel ?label FILTER(langMatches(lang(?label), "en")) }
        OPTIONAL { ?child skos:notation ?notation }
        BIND(EXISTS { ?child skos:narrower ?a } AS ?grandchildren)
        """,
        uri=concept.iri,
    )
    told = {(row["child"], row["label"], row["notation"], row["grandchildren"]) for row in rows}
    children = [framework.concept(iri) for iri in concept.narrower]
    assert told == {(one.iri, one.pref_label, one.notation, str(bool(one.narrower)).lower()) for one in children}


def test_a_concept_is_reached_from_the_top(endpoint: ox.Store, framework: Framework) -> None:
    rows = ask(
        endpoint,
        """
        ?uri a skos:Concept ; skos:broader* ?broad .
        OPTIONAL { ?broad skos:topConceptOf ?top }
        """,
        uri=FRAMEWORK["LIF-VIR-02"],
    )
    assert {row["broad"] for row in rows} == set(framework.ancestors(FRAMEWORK["LIF-VIR-02"]))
    assert {row["broad"] for row in rows if "top" in row} == {FRAMEWORK["LIF"]}
    # Every skill can be opened in the tree; role families are no top concepts, so roles are in index and search alone.
    lost = "?c a skos:Concept FILTER NOT EXISTS { ?c skos:broader*/skos:topConceptOf ?cs }"
    roles = {one.iri for one in framework.concepts if one.kind in ("role", "occupation")}
    assert {row["c"] for row in ask(endpoint, lost)} == roles


def index_of(store: ox.Store, letter: str, language: str) -> list[tuple[str, str, str]]:
    rows = ask(
        store,
        f"""
        ?s a skos:Concept
        {{ ?s skos:prefLabel ?label FILTER(strstarts(lcase(str(?label)), "{letter}") && langMatches(lang(?label), "{language}")) }}
        UNION
        {{ ?s skos:altLabel ?alabel ; skos:prefLabel ?label
           FILTER(strstarts(lcase(str(?alabel)), "{letter}") && langMatches(lang(?alabel), "{language}")
                  && langMatches(lang(?label), "{language}")) }}
        FILTER NOT EXISTS {{ ?s owl:deprecated true }}
        """,
        head="SELECT DISTINCT ?s ?label ?alabel",
        tail="ORDER BY LCASE(IF(BOUND(?alabel), STR(?alabel), STR(?label)))",
    )
    return [(row["s"], row["label"], row.get("alabel", "")) for row in rows]


def test_the_alphabetical_index_holds_every_name(endpoint: ox.Store, framework: Framework) -> None:
    expected = {(one.iri, one.pref_label, "") for one in live(framework) if one.pref_label.lower().startswith("v")} | {
        (one.iri, one.pref_label, label)
        for one in live(framework)
        for label in one.alt_labels
        if label.lower().startswith("v")
    }
    rows = index_of(endpoint, "v", "en")
    assert len(rows) == len(expected) > 20
    assert set(rows) == expected
    names = [(alternative or preferred).lower() for _, preferred, alternative in rows]
    assert names == sorted(names)


def test_there_is_an_index_in_welsh(endpoint: ox.Store, framework: Framework) -> None:
    (row,) = [row for row in index_of(endpoint, "feiroleg", "cy") if row[0] == FRAMEWORK["LIF-VIR"]]
    assert row[1] == "Feiroleg"
    letters = ask(
        endpoint,
        '?c a skos:Concept ; skos:prefLabel ?label FILTER(langMatches(lang(?label), "cy"))',
        head="SELECT DISTINCT (substr(ucase(str(?label)), 1, 1) AS ?l)",
    )
    welsh = {one.text[0].upper() for concept in framework.concepts for one in concept.other_labels if one.preferred}
    assert {row["l"] for row in letters} == welsh


@pytest.mark.parametrize(
    ("condition", "language", "found"),
    [
        ('lcase(str(?match)) = "virology"', "en", ["LIF-VIR"]),
        ('strstarts(lcase(str(?match)), "covid pcr")', "en", ["LIF-VIR-02"]),
        ('strends(lcase(str(?match)), "feiroleg")', "cy", ["LIF-VIR"]),
    ],
)
def test_search_finds_by_any_label(
    condition: str, language: str, found: Sequence[str], endpoint: ox.Store, framework: Framework
) -> None:
    rows = ask(
        endpoint,
        f"""
        VALUES ?prop {{ skos:prefLabel skos:altLabel skos:hiddenLabel }}
        ?s a skos:Concept , ?type ; ?prop ?match .
        FILTER({condition} && langMatches(lang(?match), "{language}"))
        OPTIONAL {{ ?s skos:prefLabel ?label FILTER(langMatches(lang(?label), "en")) }}
        FILTER NOT EXISTS {{ ?s owl:deprecated true }}
        """,
        head="SELECT DISTINCT ?s ?label (GROUP_CONCAT(DISTINCT STR(?type)) AS ?types)",
        tail="GROUP BY ?match ?s ?label ?prop ORDER BY lcase(str(?match)) lang(?match)",
    )
    assert [row["s"] for row in rows] == [FRAMEWORK[notation] for notation in found]
    assert [row["label"] for row in rows] == [framework.concept(row["s"]).pref_label for row in rows]
    # The kind of concept, which Skosmos can show with a name and an icon of its own.
    assert all(GSE.removesuffix("#") in row["types"] and SKOS.Concept in row["types"] for row in rows)


def test_search_can_keep_to_a_branch(endpoint: ox.Store, framework: Framework) -> None:
    rows = ask(
        endpoint,
        """
        ?s a skos:Concept ; skos:prefLabel ?match ; skos:broader+ ?parent
        FILTER(contains(lcase(str(?match)), "vir") && langMatches(lang(?match), "en"))
        """,
        parent=FRAMEWORK["LIF-VIR"],
    )
    beneath = [framework.concept(framework.iris[number]) for number in framework.descendants(FRAMEWORK["LIF-VIR"])]
    expected = {one.iri for one in beneath if "vir" in one.pref_label.lower()} - {FRAMEWORK["LIF-VIR"]}
    assert {row["s"] for row in rows} == expected
