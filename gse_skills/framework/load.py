"""Concept schemes from files: those shipped, and those that somebody gives to `gse-skills framework load`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Protocol

import pyoxigraph as ox

from gse_skills.errors import InputError
from gse_skills.framework import ddat, esco
from gse_skills.framework.framework import ONTOLOGY, OWN_SCHEME
from gse_skills.framework.parse import rdf_format
from gse_skills.framework.scheme import Scheme, complete, has_blank_node, slugify
from gse_skills.framework.table import Table, tables
from gse_skills.framework.template_file import ENDINGS
from gse_skills.framework.template_reader import read_template
from gse_skills.resources import folder
from gse_skills.sandbox.limits import MIB, Limits
from gse_skills.vocabulary import DCTERMS, FRAMEWORK, GSE, RDF, RDFS, SKOS

ONTOLOGY_FILE = "gse-skills.ttl"
SCHEMES_FILE = "schemes.ttl"
"""Interchange schemes; no concept is tagged with them."""
SOURCES: Mapping[str, str] = {esco.SKILLS: esco.TITLE, esco.OCCUPATIONS: esco.TITLE, ddat.BASE: ddat.TITLE}
"""What schemes are called that can be read, by IRI, also where they are not loaded."""
_RESERVED = (ONTOLOGY, OWN_SCHEME)
_OWN_IRI = FRAMEWORK.removesuffix("/")
_CONCEPT_TYPES = frozenset((SKOS.Concept, GSE.Skill, GSE.SkillGroup, GSE.SkillDomain))
_REMEDY = (
    "Give a SKOS file (.ttl, .rdf, .owl, .jsonld, .nt, .nq, .trig, .n3), the filled spreadsheet template (.csv, .xlsx, "
    ".ods), the folder or ZIP file of an ESCO download, "
    "or the folder with skills.csv and roles.csv of the Digital and Data framework."
)


_LIMITS = Limits(wall_seconds=120, cpu_seconds=120, output_bytes=512 * MIB)
"""Room for a scheme ten times the size of ESCO with one language."""


class Sandbox(Protocol):
    """What is needed of the sandbox: run a job in a child and hand over what it emits."""

    def run(self, job: str, args: Mapping[str, object], *, limits: Limits | None = None) -> Iterable[bytes]:
        """Run the job; raises what the job raised, or LimitError."""


def shipped() -> dict[str, tuple[ox.Triple, ...]]:
    """The triples that this installation ships, by slug: the ontology with its levels, themes and so on, and ours.

    Raises FileNotFoundError when the installation does not carry them.
    """
    home = folder("ontology")
    return {ONTOLOGY: _trusted(home), OWN_SCHEME: complete(_trusted(home / "framework"))}


def shipped_scheme() -> Scheme:
    """Our own framework as its files state it, with the tags (see `tag_files`) that it uses.

    Raises FileNotFoundError when the installation does not carry it.
    """
    stated = _parsed([*sorted((folder("ontology") / "framework").glob("*.ttl")), *tag_files()])
    return Scheme(OWN_SCHEME, _title(stated, _OWN_IRI), stated)


def tag_files() -> list[Path]:
    """The shipped files with what concepts are tagged with: themes, kinds of emergency, and so on.

    >>> [path.stem for path in tag_files()][-1]
    'themes'

    Raises FileNotFoundError when the installation does not carry them.
    """
    return [path for path in sorted(folder("ontology").glob("*.ttl")) if path.name not in (ONTOLOGY_FILE, SCHEMES_FILE)]


def _trusted(home: Path) -> tuple[ox.Triple, ...]:
    return _parsed(sorted(home.glob("*.ttl")))


def _parsed(paths: Iterable[Path]) -> tuple[ox.Triple, ...]:
    found: dict[ox.Triple, None] = {}
    for path in paths:
        found |= dict.fromkeys(quad.triple for quad in ox.parse(path=path, rename_blank_nodes=True))
    return tuple(found)


def read_scheme(source: Path, sandbox: Sandbox, slug: str = "") -> Scheme:
    """The concept scheme in a file, folder or ZIP file, whichever of the known kinds it is.

    RDF and the spreadsheet template are parsed in the sandbox; published tables are read here, with bounds. Unless
    `slug` names it, a scheme from one file is called after the file; one that states the IRI of our own framework takes
    our own's place.

    Raises InputError: "no-such-source", "unknown-source", "no-concepts", "reserved-slug", "bad-slug", and those of
    the readers (see esco.read, ddat.read, parse.run, template_reader.read_template).
    """
    if not source.exists():
        message = f"There is no {source}."
        raise InputError(message, rule="no-such-source", remedy="Check the path.")
    if source.is_dir() or source.suffix.casefold() == ".zip":
        return _named(_published(source), slug)
    if source.suffix.casefold() in ENDINGS:
        return _template(source, sandbox, slug)
    if rdf_format(source) is None:
        message = f"{source.name} is of no kind that is known here."
        raise InputError(message, rule="unknown-source", remedy=_REMEDY)
    return _rdf(source, sandbox, slug)


def _named(scheme: Scheme, slug: str) -> Scheme:
    if not slug:
        return scheme
    _check_slug(slug, "")
    return replace(scheme, slug=slug)


def _published(source: Path) -> Scheme:
    found = tables(source)
    if esco.languages(found):
        return esco.read(source, _beside(source) | found)
    if ddat.recognises(found):
        return ddat.read(found)
    message = f"{source.name} holds no classification that is known here."
    raise InputError(message, rule="unknown-source", remedy=_REMEDY, extra={"found": sorted(found)})


def _beside(source: Path) -> dict[str, Table]:
    """ESCO publishes the relations as a download of their own: look beside the classification and in its folder."""
    places = [*source.parent.glob("*relation*"), *source.glob("*relation*")]
    found: dict[str, Table] = {}
    for place in sorted(places):
        if place.is_dir() or place.suffix.casefold() == ".zip":
            found |= tables(place)
    return found


def _rdf(source: Path, sandbox: Sandbox, slug: str) -> Scheme:
    lines = b"".join(sandbox.run("rdf", {"path": str(source.absolute())}, limits=_LIMITS))
    stated = [quad.triple for quad in ox.parse(lines, format=ox.RdfFormat.N_TRIPLES)]
    kept = [triple for triple in stated if not has_blank_node(triple)]
    if not any(_is(triple, RDF.type) and _value(triple) in _CONCEPT_TYPES for triple in kept):
        message = f"{source.name} describes no skos:Concept."
        raise InputError(message, rule="no-concepts", remedy="Give a SKOS concept scheme.")
    scheme = _main_scheme(kept)
    notes = []
    if left := len(stated) - len(kept):
        notes.append(f"{left} statements about blank nodes are left out: nothing could name them again.")
    if not scheme:
        notes.append("The file names no skos:ConceptScheme.")
    slug = slug or (OWN_SCHEME if scheme == _OWN_IRI else slugify(source.stem))
    _check_slug(slug, scheme)
    return Scheme(slug, _title(kept, scheme) or source.stem, tuple(stated), tuple(notes))


def _template(source: Path, sandbox: Sandbox, slug: str) -> Scheme:
    filled = read_template(source, sandbox)
    if not any(_is(triple, RDF.type) and _value(triple) in _CONCEPT_TYPES for triple in filled.triples):
        message = f"{source.name} has a row for no concept."
        raise InputError(message, rule="no-concepts", remedy="Fill in the sheets of domains, groups and skills.")
    slug = slug or (OWN_SCHEME if filled.scheme == _OWN_IRI else slugify(source.stem))
    _check_slug(slug, filled.scheme)
    return Scheme(slug, _title(filled.triples, filled.scheme) or source.stem, filled.triples, filled.notes)


def _check_slug(slug: str, scheme: str) -> None:
    if not slug or slugify(slug) != slug:
        message = f"A scheme cannot be called {slug!r}."
        raise InputError(message, rule="bad-slug", remedy="Use lower-case letters, digits and hyphens.")
    if slug in _RESERVED and scheme != _OWN_IRI:
        message = f"The name {slug!r} is kept for what this software ships."
        remedy = f"Choose another name; to replace our own framework, give its scheme the IRI {_OWN_IRI}."
        raise InputError(message, rule="reserved-slug", remedy=remedy)


def _main_scheme(triples: Iterable[ox.Triple]) -> str:
    """The scheme with most members; of equal ones, or when none has any, the first in order."""
    sizes: Counter[str] = Counter()
    for triple in triples:
        if _is(triple, SKOS.inScheme):
            sizes[_value(triple)] += 1
        elif _is(triple, RDF.type) and _value(triple) == SKOS.ConceptScheme:
            sizes[_subject(triple)] += 0
    return min(sizes, key=lambda iri: (-sizes[iri], iri)) if sizes else ""


def _title(triples: Iterable[ox.Triple], scheme: str) -> str:
    found = {}
    for triple in triples:
        value = triple.object
        if _subject(triple) == scheme and isinstance(value, ox.Literal):
            found[(triple.predicate.value, value.language or "")] = value.value
    for predicate in (DCTERMS["title"], SKOS.prefLabel, RDFS.label):
        for language in ("en", "en-GB", ""):
            if (predicate, language) in found:
                return found[predicate, language]
    return min((text for (predicate, _), text in found.items() if predicate == DCTERMS["title"]), default="")


def _is(triple: ox.Triple, predicate: str) -> bool:
    return triple.predicate.value == predicate and isinstance(triple.object, ox.NamedNode)


def _subject(triple: ox.Triple) -> str:
    return triple.subject.value if isinstance(triple.subject, ox.NamedNode) else ""


def _value(triple: ox.Triple) -> str:
    return triple.object.value if isinstance(triple.object, ox.NamedNode) else ""
