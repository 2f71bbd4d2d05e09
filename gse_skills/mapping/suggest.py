"""Candidate mappings of a local list or another scheme to our framework, for a person to review.

What bears a name of ours is found by look-up, what is only like one by search; the justification of each row, in the
words of the Semantic Mapping Vocabulary (https://w3id.org/semapv/vocab/), says which it was.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from gse_skills.errors import AmbiguousError, InputError
from gse_skills.framework import OWN_SCHEME, SKILL_KINDS, Framework, Lookup, Scheme, Search
from gse_skills.framework.difference import release_of
from gse_skills.mapping.mapping import LIKENESS, NAMES, Mapping, MappingSet
from gse_skills.mapping.phrases import phrase_iri
from gse_skills.vocabulary import FRAMEWORK, GSE, SKOS
from gse_skills.vocabulary.namespace import Namespace

SETS = Namespace(f"{GSE.removesuffix('ontology#')}mapping/")
"""Where sets are named that nobody else has named: the IRI of a set is this and its name."""
LICENCE_UNSPECIFIED = "https://w3id.org/sssom/license/unspecified"
"""What SSSOM says of a set whose owner has not chosen a licence."""

_SAME, _ALSO_CALLED, _ONE_OF_SEVERAL = 0.95, 0.9, 0.6
"""Confidence where the preferred name is ours, where another is, and where several of our concepts bear it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Something for which a concept of ours is sought; `labels` are all its names, the preferred one first."""

    iri: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Suggestions:
    """A set of candidates, and the labels of that for which there is none."""

    mapping_set: MappingSet
    unmatched: tuple[str, ...]


class Matcher:
    """Finds the concepts of our framework that others may mean."""

    def __init__(self, scheme: Scheme) -> None:
        """`scheme` is our framework."""
        self._framework = Framework.from_triples({OWN_SCHEME: scheme.triples})
        self._search = Search(self._framework)
        self._lookup = Lookup(self._framework, self._search)
        self._version = release_of(scheme).version

    def phrases(self, name: str, phrases: Iterable[str], title: str, *, most: int, least: float) -> Suggestions:
        """Candidates for the phrases of a list, which get IRIs beneath that of the set."""
        source = f"{SETS[name]}/terms"
        wanted = (Wanted(phrase_iri(f"{source}/", phrase), (phrase,)) for phrase in phrases)
        return self._suggestions(name, wanted, (title, source, ""), most, least)

    def scheme(self, name: str, scheme: Scheme, *, most: int, least: float) -> Suggestions:
        """Candidates for the skills of another scheme; raises InputError (rule `own-framework`) when it is ours."""
        if scheme.slug == OWN_SCHEME:
            message = f"{scheme.title} is the framework itself."
            raise InputError(message, rule="own-framework", remedy="Give a list of phrases, or another scheme.")
        theirs = Framework.from_triples({scheme.slug: scheme.triples})
        wanted = (
            Wanted(
                one.iri,
                (one.pref_label, *one.alt_labels, *one.hidden_labels, *(label.text for label in one.other_labels)),
            )
            for one in theirs.concepts
            if one.kind in SKILL_KINDS and not one.deprecated
        )
        release = release_of(scheme)
        return self._suggestions(name, wanted, (scheme.title, release.scheme, release.version), most, least)

    def _suggestions(
        self, name: str, wanted: Iterable[Wanted], source: tuple[str, str, str], most: int, least: float
    ) -> Suggestions:
        rows: list[Mapping] = []
        unmatched: list[str] = []
        same: set[str] = set()
        for one in wanted:
            found = list(islice(self._candidates(one, most, least), most))
            rows += (replace(row, predicate=SKOS.closeMatch) if row.subject in same else row for row in found)
            # Two terms that are both the same as one concept of ours would be the same as each other.
            same |= {row.subject for row in found if row.predicate == SKOS.exactMatch}
            if not found:
                unmatched.append(one.labels[0])
        title, theirs, version = source
        made = MappingSet(
            name=name,
            iri=SETS[name],
            version=datetime.datetime.now(datetime.UTC).date().isoformat(),
            title=f"GSE Skills framework to {title}: candidates",
            description="Candidates found by name and by likeness of words, for a person to review.",
            license=LICENCE_UNSPECIFIED,
            subject_source=FRAMEWORK.removesuffix("/"),
            subject_source_version=self._version,
            object_source=theirs,
            object_source_version=version,
            mappings=tuple(rows),
        )
        return Suggestions(made, tuple(unmatched))

    def _candidates(self, wanted: Wanted, most: int, least: float) -> Iterator[Mapping]:
        seen: set[str] = set()
        for iri, relation, confidence in self._named(wanted):
            if iri not in seen and not self._framework.concept(iri).deprecated:
                seen.add(iri)
                yield self._row(iri, relation, wanted, NAMES, confidence)
        for one in self._search.search(wanted.labels[0], most + len(seen), kinds=SKILL_KINDS):
            if one.score >= least and one.concept not in seen and not self._framework.concept(one.concept).deprecated:
                yield self._row(one.concept, SKOS.closeMatch, wanted, LIKENESS, round(min(one.score, _ALSO_CALLED), 2))

    def _named(self, wanted: Wanted) -> Iterator[tuple[str, str, float]]:
        """The concepts that bear a name of it, each with how they relate and how sure that is."""
        for place, label in enumerate(wanted.labels):
            try:
                match = self._lookup.find(label, kinds=SKILL_KINDS)
            except AmbiguousError as error:
                choices = error.extra["choices"]
                assert isinstance(choices, list)
                yield from ((choice["iri"], SKOS.closeMatch, _ONE_OF_SEVERAL) for choice in choices)
                continue
            if match is not None and match.replaced_by:
                known = (iri for iri in match.replaced_by if iri in self._framework)
                yield from ((iri, SKOS.closeMatch, _ALSO_CALLED) for iri in known)
            elif match is not None:
                same = not place and match.matched_by != "alternative"
                yield match.concept, SKOS.exactMatch if same else SKOS.closeMatch, _SAME if same else _ALSO_CALLED

    def _row(self, iri: str, relation: str, wanted: Wanted, justification: str, confidence: float) -> Mapping:
        concept = self._framework.concept(iri)
        return Mapping(
            subject=iri,
            predicate=relation,
            object=wanted.iri,
            subject_label=concept.pref_label,
            object_label=wanted.labels[0],
            justification=justification,
            confidence=confidence,
            line=0,
            comment=concept.definition,
        )
