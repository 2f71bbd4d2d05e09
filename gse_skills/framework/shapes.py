"""Checks of RDF against the shipped SHACL shapes: what is wrong where, by which rule, and what mends it.

>>> from rdflib import Graph
>>> statements = Graph().parse(data='''
...     @prefix gse: <https://w3id.org/gse-skills/ontology#> .
...     <https://w3id.org/gse-skills/id/import/00000000000000ff> a gse:Import ; gse:snapshot "last week" .
... ''')
>>> [finding.rule for finding in validate(statements, Kind.SOURCE)][-1]
'import-time'

Standard: SHACL core and SHACL-SPARQL, by pySHACL. Nothing is inferred and nothing is fetched. A shape's name is that of
its rule, and its message says what is wrong, then after "Remedy:" what mends it, so that any SHACL tool shows both.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any

from pyshacl import validate as run_pyshacl
from pyshacl.helper.path_helper import shacl_path_to_sparql_path
from pyshacl.shapes_graph import ShapesGraph
from rdflib import Graph
from rdflib.namespace import RDFS, SH
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.sparql import Query
from rdflib.query import Result
from rdflib.term import Node

from gse_skills.resources import folder
from gse_skills.vocabulary.namespace import PREFIXES

_REMEDY = " Remedy: "


class Kind(Enum):
    """What a graph is, and so which shapes it must fit; the value names their files."""

    FRAMEWORK = ("framework", "roles")
    """A scheme of three tiers with its themes, kinds of emergency and role profiles, all in one graph."""
    SOURCE = ("records", "people", "imports", "personal", "assessment", "development", "capability")
    """What one organisation gave: people, memberships, records, imports, local terms."""
    PROPOSALS = ("proposals",)
    """The proposals for the framework, and the decisions on them."""
    OPPORTUNITIES = ("opportunities",)
    """Opportunities and participations with their steps, the schemes, and what is said of the skills they name."""


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One fault: the node at fault, the rule it breaks, and what would mend it.

    `path` is a SPARQL property path and `value` the offending value in Turtle notation, each empty when the fault is of
    the node itself or of what it lacks; `severity` is "violation", "warning" or "info"; `shape` is the IRI that stands
    for the rule and `component` that of the SHACL constraint; `see` has the addresses of the standard's own rule.
    A rule that compares the concepts of a scheme with one another finds the scheme at fault, with the concept as value.
    """

    focus: str
    rule: str
    path: str
    value: str
    severity: str
    message: str
    remedy: str
    shape: str
    component: str
    see: tuple[str, ...]


def validate(data: Graph, kind: Kind) -> tuple[Finding, ...]:
    """All findings in `data`, each once, ordered by node, rule and value; none means that it fits its shapes."""
    _, report, _ = run_pyshacl(
        _Prepared(data.store, data.identifier, data.namespace_manager),
        shacl_graph=_shapes(kind),
        inference="none",
        advanced=False,
        do_owl_imports=False,
        meta_shacl=False,
    )
    assert isinstance(report, Graph), report  # pySHACL gives text only when it could not validate at all
    return tuple(sorted({_finding(report, result, kind) for result in report.objects(None, SH.result)}))


class _Prepared(Graph):
    """A graph that parses each query once: pySHACL puts a shape's query, as text, anew to every node."""

    def query(self, query_object: str | Query, *args: Any, **more: Any) -> Result:  # noqa: ANN401  # rdflib's own
        query = _query(query_object) if isinstance(query_object, str) else query_object
        return super().query(query, *args, **more)


@cache
def _query(text: str) -> Query:
    return prepareQuery(text)


def rules(kind: Kind) -> tuple[str, ...]:
    """The names of all rules of a kind, in order.

    >>> "skill-notation" in rules(Kind.FRAMEWORK), "skill-notation" in rules(Kind.SOURCE)
    (True, False)
    """
    return tuple(sorted(_name(str(shape)) for shape in set(_shapes(kind).subjects(SH.message))))


@cache
def _shapes(kind: Kind) -> Graph:
    shapes = Graph()
    for file in kind.value:
        shapes.parse(folder("ontology") / "shapes" / f"{file}.ttl")
    return shapes


@cache
def _paths(kind: Kind) -> dict[Node, str]:
    """The path of each property shape as a SPARQL property path; the report itself has it only as blank nodes."""
    shapes = ShapesGraph(_shapes(kind))
    return {
        shape: shacl_path_to_sparql_path(shapes, path, prefixes=PREFIXES)
        for shape, path in shapes.graph.subject_objects(SH.path)
    }


def _finding(report: Graph, result: Node, kind: Kind) -> Finding:
    shape = report.value(result, SH.sourceShape)
    assert shape is not None  # every result of SHACL has one
    message, _, remedy = str(report.value(result, SH.resultMessage)).partition(_REMEDY)
    value = report.value(result, SH.value)
    return Finding(
        focus=str(report.value(result, SH.focusNode)),
        rule=_name(str(shape)),
        path=_paths(kind).get(shape, ""),
        value="" if value is None else value.n3(),
        severity=_name(str(report.value(result, SH.resultSeverity))).lower(),
        message=message,
        remedy=remedy[:1].upper() + remedy[1:],
        shape=str(shape),
        component=str(report.value(result, SH.sourceConstraintComponent)),
        see=tuple(sorted(str(link) for link in _shapes(kind).objects(shape, RDFS.seeAlso))),
    )


def _name(iri: str) -> str:
    return iri.rpartition("#")[2]
