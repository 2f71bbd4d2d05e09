"""A difference as RDF: change notes in SKOS and lineage in PROV, to be added to the new release's own triples."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import pyoxigraph as ox

from gse_skills.errors import InputError
from gse_skills.framework.difference.change import ChangeKind, Difference, Named, Release, Revision
from gse_skills.framework.difference.wording import TITLES, sentence
from gse_skills.framework.parse import rdf_format
from gse_skills.vocabulary import DCTERMS, PROV, SKOS, XSD
from gse_skills.vocabulary.namespace import PREFIXES

_NOTE = ox.NamedNode(SKOS.changeNote)
_MODIFIED = ox.NamedNode(DCTERMS.modified)
_DERIVED = ox.NamedNode(PROV.wasDerivedFrom)
_PREFIXES = ("dcterms", "fw", "prov", "skos", "xsd")
_REVISION = ox.NamedNode(PROV.wasRevisionOf)


def notes(difference: Difference, release: Iterable[ox.Triple] = ()) -> tuple[ox.Triple, ...]:
    """The notes, sorted: the same for the same two states.

    On each concept a `skos:changeNote` a change and, unless it is gone, `dcterms:modified` with the date of the new
    release; `prov:wasDerivedFrom` from a concept to those whose place it takes; on the scheme a summary; and
    `prov:wasRevisionOf` between the version IRIs of the scheme. What the metadata do not tell is left out. `release`
    is the new state: a concept that it dates as late or later gets no second date.
    """
    if difference.same:
        return ()
    dated = _dates(release)
    found: set[ox.Triple] = set()
    for revision in difference.concepts:
        found.update(_of_concept(revision, difference.new, dated))
    found.update(_of_scheme(difference))
    return tuple(sorted(found, key=str))


def write_notes(difference: Difference, path: Path, release: Iterable[ox.Triple] = ()) -> None:
    """Write the notes into a file, in the syntax that its ending names; the same bytes for the same two states.

    Raises InputError: rule "rdf-format" when the ending is of no RDF syntax.
    """
    syntax = rdf_format(path)
    if syntax is None:
        message = f"{path.name} has none of the endings of RDF files."
        raise InputError(message, rule="rdf-format", remedy="Use .ttl, .rdf, .owl, .jsonld, .nt, .nq, .trig or .n3.")
    path.write_bytes(_serialised(notes(difference, release), syntax))


def _serialised(triples: tuple[ox.Triple, ...], syntax: ox.RdfFormat) -> bytes:
    """The triples in that syntax; Turtle and its kin get prefixes, in order, as the engine states them in any."""
    if not triples or syntax not in (ox.RdfFormat.TURTLE, ox.RdfFormat.TRIG, ox.RdfFormat.N3):
        return ox.serialize(triples, format=syntax) or b""
    prefixes: dict[str, str] = {name: PREFIXES[name] for name in _PREFIXES}
    written = (ox.serialize(triples, format=syntax, prefixes=prefixes) or b"").splitlines(keepends=True)
    return b"".join((*sorted(written[: len(prefixes)]), b"\n", *written[len(prefixes) :]))


def _dates(release: Iterable[ox.Triple]) -> dict[str, str]:
    dated: dict[str, str] = {}
    for triple in release:
        if triple.predicate == _MODIFIED and isinstance(triple.subject, ox.NamedNode):
            value = triple.object.value if isinstance(triple.object, ox.Literal) else ""
            dated[triple.subject.value] = max(value, dated.get(triple.subject.value, ""))
    return dated


def _of_concept(revision: Revision, release: Release, dated: dict[str, str]) -> Iterator[ox.Triple]:
    concept = ox.NamedNode(revision.subject.iri)
    for change in revision.changes:
        yield ox.Triple(concept, _NOTE, _text(release, f"{sentence(change)}."))
        if change.kind == ChangeKind.SUCCEEDED:
            for place in change.after:
                if isinstance(place, Named):
                    yield ox.Triple(concept, _DERIVED, ox.NamedNode(place.iri))
    gone = any(change.kind == ChangeKind.REMOVED for change in revision.changes)
    if release.modified and not gone and dated.get(revision.subject.iri, "") < release.modified.isoformat():
        day = ox.Literal(release.modified.isoformat(), datatype=ox.NamedNode(XSD.date))
        yield ox.Triple(concept, _MODIFIED, day)


def _of_scheme(difference: Difference) -> Iterator[ox.Triple]:
    old, new = difference.old, difference.new
    counts = "; ".join(f"{TITLES[kind].casefold()}: {count:,}" for kind, count in difference.counts().items())
    if new.scheme:
        summary = f"{counts or 'no concept changed'}."
        yield ox.Triple(ox.NamedNode(new.scheme), _NOTE, _text(new, summary))
    if old.version_iri and new.version_iri and old.version_iri != new.version_iri:
        yield ox.Triple(ox.NamedNode(new.version_iri), _REVISION, ox.NamedNode(old.version_iri))


def _text(release: Release, told: str) -> ox.Literal:
    when = ", ".join(part for part in (release.version, str(release.modified or "")) if part)
    return ox.Literal(f"{when}: {told}" if when else f"{told[:1].upper()}{told[1:]}", language="en")
