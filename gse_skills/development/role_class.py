"""A role as an OWL class: whoever holds its essential skills, each at the level needed or above.

The class is equivalent to an intersection of `owl:hasValue` restrictions over the shortcut properties, such as
`gse:practitionerIn` with the skill as value; a reasoner that knows the ontology and somebody's records finds the same
people as `gap_to` says fit. Where several concepts count for a skill, by a mapping or as what took its place, a union
of restrictions stands in the place of one. Desirable skills make no difference to who is in the class, as to who fits.

Standards: OWL 2, in the mapping to RDF. A role and its class have one IRI apart from the fragment, since the individual
that a `gse:RoleProfile` is and the class of those who could fill it are two things.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.namespace import OWL, RDF, RDFS, XSD
from rdflib.term import Node

from gse_skills.development.effort import meant_by, needed_level
from gse_skills.development.holding import counterparts
from gse_skills.errors import InputError
from gse_skills.framework import ONTOLOGY, Framework, RoleProfile, RoleQuestion, category_named, find_roles
from gse_skills.register import Register
from gse_skills.store import Store
from gse_skills.vocabulary import FOAF, SKOS, Level
from gse_skills.vocabulary.namespace import PREFIXES

Counting = dict[str, tuple[str, ...]]
"""By IRI of a skill the concepts of which a level counts for it."""


def class_iri(role: str) -> str:
    """The IRI of the class of the people who could fill a role.

    >>> class_iri("https://w3id.org/gse-skills/framework/ROL-LIF-01")
    'https://w3id.org/gse-skills/framework/ROL-LIF-01#holder'
    """
    return f"{role}#holder"


def counting_for(roles: Iterable[RoleProfile], framework: Framework, store: Store) -> Counting:
    """What counts for each essential skill of some roles: itself, what took its place, and what is mapped to it."""
    wanted = {need.skill for role in roles for need in role.requirements if need.essential and need.skill in framework}
    counting = {skill: list(meant_by(skill, framework)) for skill in sorted(wanted)}
    if len(framework.schemes.keys() - {ONTOLOGY}) > 1:
        below = {
            skill: {framework.iris[n] for one in counting[skill] for n in framework.descendants(one)}
            for skill in counting
        }
        every = sorted(set().union(*below.values())) if below else []
        for concept, relation, other in counterparts(store, every):
            # Read from the concept that is needed: whoever holds the same or a narrower one holds it.
            if relation in (SKOS.exactMatch, SKOS.narrowMatch) and other in framework:
                for skill, those in below.items():
                    if concept in those and other not in counting[skill]:
                        counting[skill].append(other)
    return {skill: tuple(those) for skill, those in counting.items()}


def role_class(role: RoleProfile, framework: Framework, counting: Counting | None = None) -> Graph:
    """The class of the people who could fill a role, as an RDF graph.

    `counting` says what counts for a skill beside itself; without it only the skill and what took its place. Raises
    InputError (rule `no-essential-skill`): of nothing that is needed everybody would be a member.
    """
    needs = [need for need in role.requirements if need.essential and need.skill in framework]
    if not needs:
        raise InputError(
            f"{role.label} has no essential skill, so its class would hold everybody.",
            rule="no-essential-skill",
            remedy="Mark what the role cannot do without as essential.",
        )
    graph = Graph()
    for prefix in ("gse", "owl", "rdfs", "foaf"):
        graph.bind(prefix, PREFIXES[prefix])
    known = counting or {}
    person = URIRef(FOAF.Person)
    parts: list[Node] = [person]
    for need in needs:
        those = known.get(need.skill) or meant_by(need.skill, framework)
        parts.append(_any_of(graph, [_holds(graph, concept, needed_level(need)) for concept in those]))
    name = URIRef(class_iri(role.iri))
    graph.add((name, RDF.type, OWL.Class))
    graph.add((name, RDFS.label, Literal(f"could be {role.label}", lang="en")))
    graph.add((name, RDFS.seeAlso, Literal(role.iri, datatype=XSD.anyURI)))
    graph.add((name, OWL.equivalentClass, _class(graph, OWL.intersectionOf, parts)))
    return graph


def role_classes(roles: Iterable[RoleProfile], framework: Framework, counting: Counting | None = None) -> Graph:
    """The classes of all of these roles that need something essential, in one graph."""
    merged = Graph()
    for prefix in ("gse", "owl", "rdfs", "foaf"):
        merged.bind(prefix, PREFIXES[prefix])
    for role in roles:
        if any(need.essential and need.skill in framework for need in role.requirements):
            merged += role_class(role, framework, counting)
    return merged


def classes_named(register: Register, asked: Mapping[str, str]) -> str:
    """The roles that `q`, `category`, `grade`, `scheme` and `skill` find as OWL classes, in Turtle.

    Raises what `find_roles` and `category_named` raise.
    """
    state = register.state
    category = category_named(asked["category"])
    question = RoleQuestion(asked["q"], category, asked["grade"], asked["scheme"], asked["skill"])
    found = find_roles(question, state.framework, state.lookup, state.search)
    counting = counting_for(found, state.framework, register.store)
    return role_classes(found, state.framework, counting).serialize(format="longturtle")


def _holds(graph: Graph, concept: str, level: Level) -> Node:
    node = BNode()
    graph.add((node, RDF.type, OWL.Restriction))
    graph.add((node, OWL.onProperty, URIRef(level.shortcut)))
    graph.add((node, OWL.hasValue, URIRef(concept)))
    return node


def _any_of(graph: Graph, parts: list[Node]) -> Node:
    return parts[0] if len(parts) == 1 else _class(graph, OWL.unionOf, parts)


def _class(graph: Graph, made_by: URIRef, parts: list[Node]) -> Node:
    node, head = BNode(), BNode()
    Collection(graph, head, parts)
    graph.add((node, RDF.type, OWL.Class))
    graph.add((node, made_by, head))
    return node


__all__ = ["Counting", "class_iri", "counting_for", "role_class", "role_classes"]
