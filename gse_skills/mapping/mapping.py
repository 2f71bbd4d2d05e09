"""A mapping between two concepts, and a set of them with where it is from."""

from __future__ import annotations

from dataclasses import dataclass

from gse_skills.vocabulary import SKOS

RELATIONS = tuple(SKOS[f"{name}Match"] for name in ("exact", "close", "broad", "narrow", "related"))
"""The mapping properties of SKOS, the closest first."""

SEMAPV = "https://w3id.org/semapv/vocab/"
NAMES, LIKENESS = f"{SEMAPV}LexicalMatching", f"{SEMAPV}LexicalSimilarityThresholdMatching"
CANDIDATE = (NAMES, LIKENESS)
"""How candidates are justified that nobody has looked at: by equal names, by words that are alike."""
REVIEWED = f"{SEMAPV}MappingReview"
"""How a mapping is justified that a person has looked at and found right."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """One row of a set: `subject` and `object` are concepts, `predicate` says how they relate, all as IRIs.

    A compact IRI whose prefix the set does not declare stays as it was written. `confidence` is 0 to 1, None when the
    row tells none or no number. `line` is where the row stands in its file, 0 outside of one.
    """

    subject: str
    predicate: str
    object: str
    subject_label: str
    object_label: str
    justification: str
    confidence: float | None
    line: int
    comment: str = ""


@dataclass(frozen=True, slots=True)
class MappingSet:
    """A set of mappings; `name` is that of its file, what the file does not tell is empty.

    `subject_source` and `object_source` are the concept schemes that it is between, as IRIs, with their versions.
    """

    name: str
    iri: str
    version: str
    title: str
    description: str
    license: str
    subject_source: str
    subject_source_version: str
    object_source: str
    object_source_version: str
    mappings: tuple[Mapping, ...]
    """Those that hold: rows that deny one (`predicate_modifier` is Not) are left out."""
