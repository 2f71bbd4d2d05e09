"""What holds for a framework in our own three tiers besides: the shipped SHACL shapes, and OWL by HermiT."""

from __future__ import annotations

from collections.abc import Sequence

import pyoxigraph as ox
from rdflib import Graph

from gse_skills.errors import GseSkillsError
from gse_skills.framework.load import ONTOLOGY_FILE, tag_files
from gse_skills.framework.quality.rule import Finding, Rule, Severity
from gse_skills.framework.quality.statements import Statements
from gse_skills.resources import folder
from gse_skills.vocabulary import GSE

LIMIT = 200_000
"""Statements above which neither runs: for 40,000 pySHACL takes 13 s and HermiT 22 s of a processor's time."""

_TIERS = frozenset((GSE.SkillDomain, GSE.SkillGroup))
_SEVERITIES = {"violation": Severity.ERROR, "warning": Severity.WARNING, "info": Severity.NOTE}
_CONTRADICTION = Rule(
    "owl-inconsistent",
    Severity.ERROR,
    "The framework and the ontology's axioms can be true together.",
    "https://www.w3.org/TR/owl2-direct-semantics/#Inference_Problems",
    "Mend the errors that the other rules find; then halve the framework until what contradicts is small.",
)
_EMPTY = Rule(
    "owl-unsatisfiable",
    Severity.ERROR,
    "Each class can have an instance.",
    "https://www.w3.org/TR/owl2-direct-semantics/#Inference_Problems",
    "Drop the axiom about the class that contradicts the ontology.",
)


def why_not(statements: Statements, size: int) -> str:
    """Why neither applies to a scheme of that many statements; nothing when they do."""
    if not any(types & _TIERS for types in statements.types.values()):
        return "the scheme is not in the three tiers of gse:SkillDomain, gse:SkillGroup and gse:Skill"
    if size > LIMIT:
        return f"{size:,} statements are more than {LIMIT:,}, and it would take minutes"
    return ""


def by_shapes(statements: Statements, triples: Sequence[ox.Triple]) -> list[Finding]:
    """What the shapes of a framework find, with the shipped tags beside it."""
    # Here, since every command and the service import this module, and pySHACL takes them 0.15 s.
    from gse_skills.framework.shapes import Kind, validate

    return [
        Finding(
            Rule(
                f"shape-{found.rule}",
                _SEVERITIES[found.severity],
                found.message,
                found.shape,
                found.remedy,
            ),
            found.focus,
            statements.label_of(found.focus),
            f"{found.path} {found.value}".strip() or "It breaks the shape.",
        )
        for found in validate(_graph(triples), Kind.FRAMEWORK)
    ]


def by_reasoner(triples: Sequence[ox.Triple]) -> tuple[list[Finding], str]:
    """What HermiT finds with the shipped ontology beside it, and why it could not run, if it could not."""
    from gse_skills.framework.reason import is_consistent  # as above

    try:
        answer = is_consistent([_graph(triples), folder("ontology") / ONTOLOGY_FILE])
    except GseSkillsError as error:
        return [], str(error)
    if not answer.consistent:
        return [Finding(_CONTRADICTION, "", "", "The statements contradict one another.")], ""
    return [Finding(_EMPTY, iri, "", "The class can have no instance.") for iri in answer.unsatisfiable], ""


def _graph(triples: Sequence[ox.Triple]) -> Graph:
    """The statements with the shipped tags; what describes a tag itself is not contradicted by how we describe it."""
    graph = Graph().parse(data=ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES), format="nt")
    described = set(graph.subjects())
    for path in tag_files():
        for triple in Graph().parse(path):
            if triple[0] not in described:
                graph.add(triple)
    return graph
