"""What imports that were undone said of a person, and the names that are kept so that the last can be undone.

An undo takes nothing away for good: what the import said moves into a graph of its own, which no view and no answer is
made from. It is kept all the same, so the person is told of it, marked as undone.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import NamedNode, Triple

from gse_skills.dossier.dossier import Means, Origin, Taken, Withdrawn
from gse_skills.dossier.said import Said, gather_from
from gse_skills.framework import Framework
from gse_skills.imports.statements import former_graph, latter_graph
from gse_skills.store import Query, Store
from gse_skills.vocabulary import DCTERMS, FOAF, GRAPH, GSE, ID, PROV, RDF, SKOS, Basis, Identifier, Level

_NAMING = {FOAF.name: "Name", DCTERMS.identifier: "Staff number", FOAF.mbox: "Email address"}
_WORK = {GSE.unit: "unit", GSE.grade: "grade", GSE.site: "site"}
_PERSON, _MEMBERSHIP, _RECORD = (ID[f"{kind}/"] for kind in ("person", "membership", "record"))


def undone_graphs(store: Store, organisation: str) -> tuple[str, ...]:
    """The graphs that keep what was said by imports of an organisation that were undone, sorted."""
    below = GRAPH[f"undone/{organisation}/"]
    return tuple(sorted(graph for graph in store.graphs() if graph.startswith(below)))


def gather_undone(store: Store, organisation: str, digits: str, own: Said) -> dict[str, Said]:
    """What each import that was undone said of a person, by graph; `own` is what the source graph says of them."""
    graphs = undone_graphs(store, organisation)
    # An import that only ended something says so of it, and nothing that would lead there.
    known = {NamedNode(iri) for said in (own, *_beginnings(store, graphs, digits)) for iri in said.subjects}
    gathered = {graph: gather_from(store, graph, digits, known) for graph in graphs}
    return {graph: said for graph, said in gathered.items() if _things(said)}


def read_undone(
    store: Store, organisation: str, digits: str, own: Said, undone: dict[str, Said], framework: Framework
) -> tuple[Withdrawn, ...]:
    """The same as values, the newest undo first, and last what is kept so that the last import can be undone."""
    undos = _undos(store, organisation)
    found = [
        _withdrawn(graph, said, undos, _Words((said, own, *undone.values()), framework))
        for graph, said in sorted(undone.items())
    ]
    found.sort(key=lambda one: one.undone or datetime.datetime.min.replace(tzinfo=datetime.UTC), reverse=True)
    return (*found, *_kept_to_undo(store, organisation, digits))


def _beginnings(store: Store, graphs: tuple[str, ...], digits: str) -> Iterator[Said]:
    for graph in graphs:
        yield gather_from(store, graph, digits)


def _things(said: Said) -> list[str]:
    return [iri for iri in said.subjects if iri.startswith((_PERSON, _MEMBERSHIP, _RECORD))]


def _undos(store: Store, organisation: str) -> dict[str, tuple[str, datetime.datetime]]:
    """The undo of each import: its IRI and when it was, by IRI of the import."""
    source = NamedNode(GRAPH[f"source/{organisation}"])
    about: dict[str, dict[str, str]] = {}
    for activity, property_, value in store.select(Query("imports"), source=source):
        about.setdefault(activity.value, {})[property_.value] = value.value
    return {
        one[PROV.wasInformedBy]: (iri, datetime.datetime.fromisoformat(one[PROV.startedAtTime]))
        for iri, one in about.items()
        if one[RDF.type] == GSE.Undo
    }


def _withdrawn(graph: str, said: Said, undos: dict[str, tuple[str, datetime.datetime]], words: _Words) -> Withdrawn:
    import_ = Identifier("import", int(graph.rpartition("/")[2], 16)).iri
    undo, when = undos[import_]
    origin = Origin(
        import_,
        Means.IMPORT,
        said.moment(import_, PROV.startedAtTime),
        said.one(import_, GSE.sourceName),
        said.one(import_, GSE.sourceDigest),
    )
    told = [one for iri in _things(said) for one in words.of(iri)]
    return Withdrawn(origin, undo, when, tuple(told), said.triples)


def _kept_to_undo(store: Store, organisation: str, digits: str) -> Iterator[Withdrawn]:
    person = Identifier("person", int(digits, 16)).iri
    for graph, what in ((former_graph(organisation), "before"), (latter_graph(organisation), "after")):
        rows = store.select(Query("statements"), pairs=[(NamedNode(graph), NamedNode(person))])
        triples = tuple(sorted((Triple(*row) for row in rows), key=str))
        told = [
            Taken(f"{_NAMING[one.predicate.value]} {what} the last import", _bare(getattr(one.object, "value", "")))
            for one in triples
            if one.predicate.value in _NAMING
        ]
        if told:
            yield Withdrawn(None, "", None, tuple(told), triples)


def _bare(value: str) -> str:
    return value.removeprefix("mailto:") or "none"


@dataclass(frozen=True, slots=True)
class _Words:
    """Tells what a graph says of one thing; what it does not say of it stands in the others."""

    graphs: tuple[Said, ...]
    framework: Framework

    def of(self, iri: str) -> Iterator[Taken]:
        """What the first graph says of a thing."""
        said = self.graphs[0]
        if iri.startswith(_PERSON):
            for property_, what in _NAMING.items():
                if value := said.one(iri, property_):
                    yield Taken(what, _bare(value))
        elif iri.startswith(_MEMBERSHIP) and said.one(iri, RDF.type):
            yield Taken("Where you work", self._work(iri))
        elif iri.startswith(_RECORD) and said.one(iri, GSE.skill):
            yield Taken(self._skill(iri), self._level(iri))
        if until := said.one(iri, GSE.validUntil):
            yield Taken(self._skill(iri) if iri.startswith(_RECORD) else "Where you worked", f"until {until}")

    def _work(self, iri: str) -> str:
        said = self.graphs[0]
        parts = [f"{name} {said.one(iri, property_)}" for property_, name in _WORK.items() if said.one(iri, property_)]
        if role := said.one(iri, GSE.ownRole):
            parts.append(f"role {self._label(role)}")
        if leaves := said.one(iri, GSE.leavesOn):
            parts.append(f"leaving on {leaves}")
        if available := said.one(iri, GSE.availability):
            parts.append("available" if available == GSE.Available else "not available")
        if since := said.one(iri, GSE.validFrom):
            parts.append(f"from {since}")
        return ", ".join(parts) or "nothing more"

    def _skill(self, iri: str) -> str:
        return next((self._label(skill) for said in self.graphs if (skill := said.one(iri, GSE.skill))), "A skill")

    def _level(self, iri: str) -> str:
        said = self.graphs[0]
        level, basis = Level.from_iri(said.one(iri, GSE.level)), Basis.from_iri(said.one(iri, GSE.basis))
        told = f"{level.label}, judged by {basis.label} on {said.one(iri, GSE.assessedOn)}"
        phrase = said.one(iri, GSE.statedAs)
        words = next((text for one in self.graphs if (text := one.one(phrase, SKOS.prefLabel))), "")
        row = said.one(iri, GSE.row)
        return told + (f", row {row}" if row else "") + (f", as “{words}”" if words else "")

    def _label(self, iri: str) -> str:
        if iri in self.framework:
            return self.framework.concept(iri).pref_label
        return iri.rstrip("/").rpartition("/")[2]
