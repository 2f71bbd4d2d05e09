"""Mapping sets in a store: each in a source graph of its own, and repeated in the public view."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pyoxigraph import NamedNode

from gse_skills.mapping.mapping import MappingSet
from gse_skills.mapping.rule import Finding
from gse_skills.mapping.statements import statements
from gse_skills.rebuild import MAPPING, PUBLISHED, is_published
from gse_skills.store import Change, Store, term
from gse_skills.vocabulary import OWL, SKOS

_MATCHES = frozenset(SKOS[f"{kind}Match"] for kind in ("exact", "close", "broad", "narrow", "related"))


@dataclass(frozen=True, slots=True)
class Applied:
    """What bringing a mapping set into the store changed, or would change."""

    mapping_set: MappingSet
    findings: tuple[Finding, ...]
    """Warnings and notes."""
    statements: int
    """How many were or would be added or taken away."""
    dry_run: bool


def bring(store: Store, change: Change, sets: Iterable[MappingSet], framework_version: str) -> None:
    """Write into `change` what makes the store hold these sets: those it lacks, or has in another version.

    A set is brought only to the version of the framework that it is about: an owner's own framework may have taken
    its place. What another published graph says too stays in the public view.
    """
    for mapping_set in sets:
        held = map(str, store.triples(MAPPING + mapping_set.name))
        if mapping_set.subject_source_version == framework_version and _version(mapping_set) not in held:
            put(store, change, mapping_set)


def put(store: Store, change: Change, mapping_set: MappingSet) -> int:
    """Write into `change` what makes the store hold this set as it is; returns how many of its statements change."""
    graph = MAPPING + mapping_set.name
    held, wanted = set(map(str, store.triples(graph))), set(statements(mapping_set))
    shared = _said_elsewhere(store, graph, held - wanted)
    for line in sorted(held - wanted):
        for name in (graph,) if line in shared else (graph, PUBLISHED):
            change.remove_statement(f"{line} {term.iri(name)} .")
    for line in sorted(wanted - held):
        for name in (graph, PUBLISHED):
            change.add_statement(f"{line} {term.iri(name)} .")
    return len(held ^ wanted)


def mapped(store: Store) -> dict[str, tuple[str, ...]]:
    """The concepts to which the sets of a store map each concept, by IRI, both sorted."""
    found: dict[str, set[str]] = {}
    for graph in store.graphs():
        if graph.startswith(MAPPING):
            for triple in store.triples(graph):
                if triple.predicate.value in _MATCHES and isinstance(triple.object, NamedNode):
                    found.setdefault(str(triple.subject).strip("<>"), set()).add(triple.object.value)
    return {iri: tuple(sorted(targets)) for iri, targets in sorted(found.items())}


def _version(mapping_set: MappingSet) -> str:
    return f"{term.iri(mapping_set.iri)} {term.iri(OWL.versionInfo)} {term.literal(mapping_set.version)}"


def _said_elsewhere(store: Store, graph: str, lines: set[str]) -> set[str]:
    """Which of the statements another published graph makes as well; read only when there are any to ask about."""
    if not lines:
        return set()
    others = [name for name in store.graphs() if is_published(name) and name != graph]
    return {line for name in others for line in map(str, store.triples(name)) if line in lines}
