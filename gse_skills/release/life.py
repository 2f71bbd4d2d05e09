"""The life of a concept, and of a scheme, as the catalogue and the change notes of its releases tell it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from gse_skills.rebuild import MAPPING
from gse_skills.release.catalogue import Catalogue, Installed
from gse_skills.store import Query, Store
from gse_skills.vocabulary import GRAPH, SKOS

_PUBLIC = ox.NamedNode(GRAPH["view/public"])
_COUNT = re.compile(r"([^;:]+): ([\d,]+)")

MATCHES: Mapping[str, str] = {
    SKOS.exactMatch: "the same as",
    SKOS.closeMatch: "close to",
    SKOS.broadMatch: "narrower than",
    SKOS.narrowMatch: "broader than",
    SKOS.relatedMatch: "related to",
}
"""Each mapping relation as the words between a concept and the other, the closest first."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A release in the life of a concept: whether it holds the concept, and what it changed about it."""

    release: Installed
    present: bool
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matched:
    """A concept of another scheme to which one is mapped; `relation` is a key of MATCHES.

    `label` and `scheme`, the name of that scheme, are empty where nothing that is loaded tells them.
    """

    relation: str
    iri: str
    label: str
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """What a release changed: how many concepts by kind of change, and the notes by concept."""

    counts: Mapping[str, int]
    notes: Mapping[str, tuple[str, ...]]


def life_of(concept: str, slug: str, catalogue: Catalogue, store: Store) -> tuple[Chapter, ...]:
    """The releases of the scheme with that slug, the oldest first, with what each says of the concept."""
    releases = catalogue.of(slug)
    if not releases:
        return ()
    node = ox.NamedNode(concept)
    graphs = [ox.NamedNode(one.graph) for one in releases]
    present = {row[0].value for row in store.select(Query("held_in"), graphs=graphs, concept=node)}
    told: dict[str, list[str]] = defaultdict(list)
    by_changes = {one.changes: one for one in releases}
    changes = [ox.NamedNode(graph) for graph in by_changes]
    for graph, note in store.select(Query("change_notes"), graphs=changes, concept=node):
        told[graph.value].append(_plain(note.value, by_changes[graph.value].version))
    return tuple(Chapter(one, one.graph in present, tuple(sorted(told[one.changes]))) for one in releases)


def matches_of(concept: str, store: Store) -> tuple[Matched, ...]:
    """The concepts of other schemes to which a concept is mapped in what is published, the closest first."""
    node = ox.NamedNode(concept)
    found: dict[tuple[str, str], str] = {}
    for relation, other, label in store.select(Query("matches"), view=_PUBLIC, concept=node):
        key = relation.value, other.value
        if label is None or key not in found or label.language in ("en", None):
            found[key] = label.value if label else ""
    rows = store.select(Query("mapped_to"), beneath=ox.Literal(MAPPING), concept=node) if found else ()
    schemes = {other.value: name.value for other, name in rows}
    order = list(MATCHES)
    matched = (Matched(relation, iri, label, schemes.get(iri, "")) for (relation, iri), label in found.items())
    return tuple(sorted(matched, key=lambda one: (order.index(one.relation), one.label.casefold(), one.iri)))


def summary_of(release: Installed, store: Store) -> Summary:
    """What a release changed, as its graph of changes tells it; empty for the first release of a scheme."""
    counts: dict[str, int] = {}
    notes: dict[str, list[str]] = defaultdict(list)
    for concept, note in store.select(Query("release_changes"), graph=ox.NamedNode(release.changes)):
        text = _plain(note.value, release.version)
        if concept.value == release.scheme:
            counts |= {kind.strip(" .").capitalize(): int(n.replace(",", "")) for kind, n in _COUNT.findall(text)}
        else:
            notes[concept.value].append(text)
    return Summary(counts, {concept: tuple(sorted(told)) for concept, told in notes.items()})


def metadata_of(release: Installed, store: Store) -> Mapping[str, tuple[str, ...]]:
    """What a release says of its scheme: values by IRI of the property, each in order."""
    if not release.scheme:
        return {}
    told: dict[str, list[str]] = defaultdict(list)
    graph, scheme = ox.NamedNode(release.graph), ox.NamedNode(release.scheme)
    for _, name, value in store.select(Query("statements"), pairs=[(graph, scheme)]):
        told[name.value].append(value.value)
    return {name: tuple(sorted(values)) for name, values in told.items()}


def _plain(note: str, version: str) -> str:
    """A note as a sentence of its own, without version and date, which whoever shows the release tells already.

    >>> _plain("0.2.0, 2026-11-22: label (en) changed from “A” to “B”.", "0.2.0")
    'Label (en) changed from “A” to “B”.'
    """
    text = re.sub(rf"^({re.escape(version)})?(, )?(\d{{4}}-\d{{2}}-\d{{2}})?: ", "", note)
    return f"{text[:1].upper()}{text[1:]}"
