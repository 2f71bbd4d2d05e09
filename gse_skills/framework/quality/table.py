"""The table of rules: each with how bad it is, where it is from, what mends it, and what finds it.

The rules that SKOS states are those of the SKOS Reference, by number. Most others were gathered by the makers of qSKOS
(Mader, Haslhofer, Isaac: "Finding Quality Issues in SKOS Vocabularies", 2012), whose wiki describes each.
"""

from __future__ import annotations

from collections.abc import Mapping

from gse_skills.framework.quality import labels, life, place, structure
from gse_skills.framework.quality.rule import Check, Rule, Severity
from gse_skills.vocabulary import DCTERMS

ERROR, WARNING, NOTE = Severity

_SKOS = "https://www.w3.org/TR/skos-reference/#"
_QSKOS = "https://github.com/cmader/qSKOS/wiki/Quality-Issues#"
_SHAPES = "https://w3id.org/gse-skills/shapes#"

CHECKS: Mapping[Rule, Check] = {
    # SKOS itself
    Rule(
        "concept-is-scheme",
        ERROR,
        "A concept is no concept scheme.",
        f"{_SKOS}S9",
        "Give the scheme an IRI of its own.",
    ): place.concept_and_scheme,
    Rule(
        "concept-is-collection",
        ERROR,
        "A collection is neither a concept nor a scheme.",
        f"{_SKOS}S37",
        "Give the collection an IRI of its own.",
    ): place.concept_and_collection,
    Rule(
        "labels-not-disjoint",
        ERROR,
        "A label is either preferred or alternative or hidden.",
        f"{_SKOS}S13",
        "Keep the label once: preferred before alternative before hidden.",
    ): labels.not_disjoint,
    Rule(
        "pref-label-twice",
        ERROR,
        "There is one preferred label a language.",
        f"{_SKOS}S14",
        "Make all but one skos:altLabel.",
    ): labels.preferred_twice,
    Rule(
        "related-and-broader",
        ERROR,
        "What is broader or narrower, by way of others or not, is not related besides.",
        f"{_SKOS}S27",
        "Drop skos:related, which the hierarchy implies.",
    ): structure.related_and_broader,
    Rule(
        "matches-contradict",
        ERROR,
        "An exact match is no broader, narrower or related match.",
        f"{_SKOS}S46",
        "Keep the one match that is meant.",
    ): life.matches_contradict,
    Rule(
        "undefined-term",
        ERROR,
        "SKOS has only the terms that it defines.",
        f"{_QSKOS}undefined-skos-resources",
        "Correct the term's spelling, or take one that the SKOS Reference lists.",
    ): place.term_undefined,
    # Labels and words
    Rule(
        "pref-label-missing",
        ERROR,
        "Each concept has a preferred label.",
        f"{_QSKOS}missing-labels",
        "Add skos:prefLabel with its language.",
    ): labels.missing,
    Rule(
        "label-empty",
        ERROR,
        "A label says something.",
        f"{_QSKOS}empty-labels",
        "Drop the label, or fill it in.",
    ): labels.empty,
    Rule(
        "label-unprintable",
        WARNING,
        "A label is in printable characters.",
        f"{_QSKOS}unprintable-characters-in-labels",
        "Take control characters and line breaks out of the label.",
    ): labels.unprintable,
    Rule(
        "language-missing",
        WARNING,
        "A label says its language.",
        f"{_QSKOS}omitted-or-invalid-language-tags",
        'Add the language, such as "..."@en.',
    ): labels.without_language,
    Rule(
        "language-malformed",
        WARNING,
        "A language tag is one of RFC 5646.",
        f"{_QSKOS}omitted-or-invalid-language-tags",
        "Use the tag of two or three letters, such as en, cy or en-GB.",
    ): labels.malformed_language,
    Rule(
        "language-gap",
        NOTE,
        "Each concept has a preferred label in each language of its scheme.",
        f"{_QSKOS}incomplete-language-coverage",
        "Translate the labels that are missing.",
    ): labels.language_gap,
    Rule(
        "undocumented",
        WARNING,
        "Each concept is defined, or explained by a note.",
        f"{_QSKOS}undocumented-concepts",
        "Add skos:definition or skos:scopeNote.",
    ): labels.undocumented,
    Rule(
        "label-ambiguous",
        WARNING,
        "Two concepts of a scheme have different preferred labels.",
        f"{_QSKOS}overlapping-labels",
        "Make the labels differ, or merge the concepts.",
    ): labels.ambiguous,
    Rule(
        "label-of-another",
        NOTE,
        "An alternative label belongs to one concept of a scheme.",
        f"{_QSKOS}overlapping-labels",
        "Drop the label from the concept that it fits less, or make it say which one is meant.",
    ): labels.overlapping,
    # How concepts hang together
    Rule(
        "broader-cycle",
        ERROR,
        "No concept is broader than itself by way of others.",
        f"{_QSKOS}cyclic-hierarchical-relations",
        "Take one skos:broader out of the circle.",
    ): structure.cyclic,
    Rule(
        "relation-to-itself",
        ERROR,
        "No concept is broader than, narrower than or related to itself.",
        f"{_QSKOS}reflexively-related-concepts",
        "Drop the relation.",
    ): structure.reflexive,
    Rule(
        "relation-dangling",
        ERROR,
        "Relations lead to concepts that are described.",
        f"{_QSKOS}broken-links",
        "Correct the IRI, or add the concept; to another scheme's concept use a mapping relation.",
    ): structure.dangling,
    Rule(
        "concept-untyped",
        WARNING,
        "What semantic relations join is called a concept.",
        f"{_SKOS}S19",
        "Add the type skos:Concept.",
    ): structure.untyped,
    Rule(
        "broader-redundant",
        WARNING,
        "skos:broader leads one step up.",
        f"{_QSKOS}hierarchical-redundancy",
        "Drop the skos:broader that the steps between imply.",
    ): structure.redundant,
    Rule(
        "solely-transitive",
        WARNING,
        "skos:broaderTransitive follows from skos:broader and is not stated alone.",
        f"{_QSKOS}solely-transitively-related-concepts",
        "State skos:broader, step by step.",
    ): structure.solely_transitive,
    Rule(
        "relation-one-way",
        WARNING,
        "Where a relation's inverse is stated, it is stated throughout.",
        f"{_QSKOS}unidirectionally-related-concepts",
        "State the inverse as well.",
    ): structure.one_way,
    Rule(
        "siblings-related",
        NOTE,
        "skos:related says more than that two concepts are under the same one.",
        f"{_QSKOS}valueless-associative-relations",
        "Drop skos:related where it says nothing that the hierarchy does not.",
    ): structure.siblings_related,
    Rule(
        "orphan",
        WARNING,
        "Each concept is joined to another.",
        f"{_QSKOS}orphan-concepts",
        "Add skos:broader, or skos:related.",
    ): structure.orphans,
    Rule(
        "cluster-apart",
        NOTE,
        "All concepts of a scheme hang together.",
        f"{_QSKOS}disconnected-concept-clusters",
        "Join the part to the rest; leave it if the scheme is meant as several trees.",
    ): structure.clusters,
    # Schemes and what is in them
    Rule(
        "scheme-missing",
        WARNING,
        "Concepts are in a concept scheme.",
        f"{_SKOS}schemes",
        "Describe a skos:ConceptScheme and point to it with skos:inScheme.",
    ): place.no_scheme,
    Rule(
        "concept-without-scheme",
        WARNING,
        "Each concept says which scheme it is in.",
        f"{_SHAPES}concept-scheme-missing",
        "Add skos:inScheme.",
    ): place.in_no_scheme,
    Rule(
        "scheme-untitled",
        WARNING,
        "A scheme has a title.",
        f"{_SHAPES}scheme-title-missing",
        "Add dcterms:title.",
    ): place.untitled,
    Rule(
        "scheme-undescribed",
        WARNING,
        "A scheme says what it is.",
        f"{_SHAPES}scheme-description-missing",
        "Add dcterms:description.",
    ): place.undescribed,
    Rule(
        "scheme-unlicensed",
        WARNING,
        "A scheme says how it may be used.",
        f"{_SHAPES}scheme-licence-missing",
        "Add dcterms:license with the licence's IRI.",
    ): place.unlicensed,
    Rule(
        "scheme-without-top",
        WARNING,
        "A scheme says where to begin.",
        f"{_QSKOS}omitted-top-concepts",
        "Name its broadest concepts with skos:hasTopConcept.",
    ): place.without_top,
    Rule(
        "top-with-broader",
        WARNING,
        "Nothing of the scheme is broader than its top concepts.",
        f"{_QSKOS}top-concepts-having-broader-concepts",
        "Drop skos:broader, or skos:topConceptOf.",
    ): place.top_with_broader,
    Rule(
        "top-unmarked",
        NOTE,
        "Where top concepts are named, each concept under which others are and nothing is broader is one.",
        f"{_QSKOS}omitted-top-concepts",
        "Add skos:topConceptOf, or skos:broader.",
    ): place.root_not_top,
    Rule(
        "top-one-way",
        WARNING,
        "skos:hasTopConcept and skos:topConceptOf, where both are stated, say the same.",
        f"{_SKOS}S8",
        "State both for each top concept, or one of them throughout.",
    ): place.tops_disagree,
    Rule(
        "notation-ambiguous",
        ERROR,
        "A notation belongs to one concept of a scheme.",
        f"{_QSKOS}ambiguous-notation-references",
        "Give all but one a notation that was never used before.",
    ): place.notation_ambiguous,
    Rule(
        "notation-twice",
        WARNING,
        "A concept has one notation of a kind.",
        f"{_QSKOS}ambiguous-notation-references",
        "Keep one, or give notations of several systems datatypes of their own.",
    ): place.notation_twice,
    Rule(
        "iri-not-http",
        WARNING,
        "Concepts and schemes are named by http or https addresses.",
        f"{_QSKOS}http-uri-scheme-violation",
        "Name it by an address that you control.",
    ): place.not_on_the_web,
    # Mappings, and concepts out of use
    Rule(
        "mapped-within",
        WARNING,
        "Mapping relations lead to other schemes.",
        f"{_QSKOS}mapping-relations-misuse",
        "Within a scheme use skos:broader, narrower or related, or merge what is the same.",
    ): life.mapped_within,
    Rule(
        "deprecated-without-word",
        WARNING,
        "A concept out of use says what to use instead.",
        f"{_SHAPES}deprecated-without-word",
        "Add dcterms:isReplacedBy, or a skos:changeNote when nothing replaces it.",
    ): life.deprecated_without_word,
    Rule(
        "replacement-missing",
        ERROR,
        "What replaces a concept is described.",
        DCTERMS.isReplacedBy,
        "Correct the IRI, or add the concept.",
    ): life.replacement_missing,
    Rule(
        "replacement-deprecated",
        WARNING,
        "What replaces a concept is in use.",
        DCTERMS.isReplacedBy,
        "Name the concept that is in use now.",
    ): life.replacement_deprecated,
    Rule(
        "broader-deprecated",
        WARNING,
        "What is broader than a concept in use is in use.",
        f"{_SHAPES}deprecated-without-word",
        "Move the concept to what replaces the broader one.",
    ): life.under_deprecated,
}

RULES: Mapping[str, Rule] = {rule.slug: rule for rule in CHECKS}
"""The rules by name."""
