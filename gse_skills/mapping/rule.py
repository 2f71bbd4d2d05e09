"""What may be wrong with a mapping set: the rules by name, and a finding."""

from __future__ import annotations

from dataclasses import dataclass

from gse_skills.framework.quality import Rule, Severity

_SSSOM = "https://mapping-commons.github.io/sssom/"
_SKOS = "https://www.w3.org/TR/skos-reference/"
_TABLE = (
    Rule(
        "sssom-schema",
        Severity.ERROR,
        "The set does not hold to the SSSOM schema.",
        f"{_SSSOM}spec-model/",
        "Correct the value; the message is the validator's own.",
    ),
    Rule(
        "missing-metadata",
        Severity.ERROR,
        "The set does not say what it is, in which version, under which licence or between what.",
        f"{_SSSOM}MappingSet/",
        "Add the metadata above the table.",
    ),
    Rule(
        "unknown-prefix",
        Severity.ERROR,
        "An identifier is no IRI and has no prefix that the set declares.",
        f"{_SSSOM}spec-formats-tsv/",
        "Declare the prefix in curie_map, or mend the identifier.",
    ),
    Rule(
        "unknown-predicate",
        Severity.ERROR,
        "A predicate is none of the mapping properties of SKOS.",
        f"{_SKOS}#mapping",
        "Use skos:exactMatch, closeMatch, broadMatch, narrowMatch or relatedMatch.",
    ),
    Rule(
        "unknown-subject",
        Severity.ERROR,
        "A subject is no concept of our framework.",
        f"{_SSSOM}subject_id/",
        "Name a domain, group or skill of the framework by its notation.",
    ),
    Rule(
        "unknown-object",
        Severity.ERROR,
        "An object is not among the concepts of its scheme.",
        f"{_SSSOM}object_id/",
        "Look the concept up in the scheme; it may have gone with a newer version.",
    ),
    Rule(
        "deprecated-concept",
        Severity.ERROR,
        "A mapping leads from or to a concept that is deprecated.",
        "https://www.w3.org/TR/owl2-syntax/#Annotation_Properties",
        "Map the concept that took its place.",
    ),
    Rule(
        "exact-and-other",
        Severity.ERROR,
        "Two concepts are exact matches, directly or through others, and broader, narrower or related too (SKOS S46).",
        f"{_SKOS}#S46",
        "Keep the exact match or the other, not both.",
    ),
    Rule(
        "exact-twice",
        Severity.ERROR,
        "Two concepts of one scheme are exact matches of each other through a third, so they would mean the same.",
        f"{_SKOS}#S45",
        "Make all but one a close, broad or narrow match.",
    ),
    Rule(
        "unreviewed-candidate",
        Severity.WARNING,
        "A mapping is a candidate that was found by its words, and nobody has said that it is right.",
        f"{_SSSOM}mapping_justification/",
        "Delete the row, or mend its predicate and write semapv:MappingReview in mapping_justification.",
    ),
    Rule(
        "repeated-mapping",
        Severity.WARNING,
        "A mapping is stated twice.",
        f"{_SSSOM}spec-model/",
        "Delete one of the rows.",
    ),
    Rule(
        "several-relations",
        Severity.WARNING,
        "Two concepts are related in more than one way.",
        f"{_SKOS}#mapping",
        "Keep the relation that is true.",
    ),
    Rule(
        "label-disagrees",
        Severity.WARNING,
        "A label in the set is not the preferred label of the concept, as if another were meant or it was renamed.",
        f"{_SSSOM}subject_label/",
        "Look whether the mapping still holds, then copy the label.",
    ),
    Rule(
        "many-close",
        Severity.NOTE,
        "A concept is the exact or close match of several others.",
        f"{_SSSOM}mapping_cardinality/",
        "It may well be so; if one of them fits best, make the others broad, narrow or related.",
    ),
)
RULES = {rule.slug: rule for rule in _TABLE}
"""All rules by their slug, errors first."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: the rule it breaks, the line and column of the file (0 and empty: the whole), and the value there."""

    rule: Rule
    line: int
    column: str
    value: str
    message: str
