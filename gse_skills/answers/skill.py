"""Skills and other concepts."""

from __future__ import annotations

from typing import Self

from pydantic import Field

from gse_skills.answers.body import Body
from gse_skills.framework import Concept, Framework, Suggestion
from gse_skills.framework.difference import Named


class ConceptRef(Body):
    """A concept by name."""

    iri: str = Field(examples=["https://w3id.org/gse-skills/framework/LIF-VIR"])
    notation: str | None = Field(examples=["LIF-VIR"])
    label: str = Field(examples=["Virology"])
    kind: str = Field(examples=["group"])
    scheme: str = Field(examples=["gse"])

    @classmethod
    def of(cls, concept: Concept) -> Self:
        """A reference to `concept`."""
        return cls(
            iri=concept.iri,
            notation=concept.notation,
            label=concept.pref_label,
            kind=concept.kind,
            scheme=concept.scheme,
        )


class LabelBody(Body):
    """A label in another language than the concept's own."""

    text: str = Field(examples=["Feiroleg"])
    language: str = Field(description="BCP 47 tag; empty when it has none.", examples=["cy"])
    preferred: bool


class SkillBody(ConceptRef):
    """A concept in full."""

    language: str = Field(
        description="BCP 47 tag of label, alternative labels and texts; empty when they have none.", examples=["en"]
    )
    alt_labels: list[str]
    other_labels: list[LabelBody] = Field(description="Labels in other languages.")
    definition: str
    scope_note: str
    level_descriptions: list[str]
    broader: list[ConceptRef]
    narrower: list[ConceptRef]
    related: list[ConceptRef]
    deprecated: bool
    replaced_by: list[str]

    @classmethod
    def full(cls, concept: Concept, framework: Framework) -> Self:
        """`concept` with its neighbours."""

        def refs(iris: tuple[str, ...]) -> list[ConceptRef]:
            return [ConceptRef.of(framework.concept(iri)) for iri in iris if iri in framework]

        return cls(
            **ConceptRef.of(concept).model_dump(),
            language=concept.language,
            alt_labels=list(concept.alt_labels),
            other_labels=[
                LabelBody(text=one.text, language=one.language, preferred=one.preferred) for one in concept.other_labels
            ],
            definition=concept.definition,
            scope_note=concept.scope_note,
            level_descriptions=list(concept.level_descriptions),
            broader=refs(concept.broader),
            narrower=refs(concept.narrower),
            related=refs(concept.related),
            deprecated=concept.deprecated,
            replaced_by=list(concept.replaced_by),
        )


class SuggestionBody(ConceptRef):
    """A concept that a search found."""

    matched_label: str = Field(description="The label that matched.", examples=["virus science"])
    matched_language: str = Field(description="BCP 47 tag of that label; empty when it has none.", examples=["en"])
    score: float = Field(ge=0, le=1, examples=[0.93])

    @classmethod
    def found(cls, suggestion: Suggestion, framework: Framework) -> Self:
        """A suggestion of `framework`."""
        concept = framework.concept(suggestion.concept)
        return cls(
            **ConceptRef.of(concept).model_dump(),
            matched_label=suggestion.label,
            matched_language=concept.language_of(suggestion.label),
            score=round(float(suggestion.score), 4),
        )


class SkillsBody(Body):
    """What a search found, best first."""

    query: str
    items: list[SuggestionBody]


class NamedBody(Body):
    """A concept or role, by IRI, notation and label."""

    iri: str
    notation: str
    label: str

    @classmethod
    def of(cls, named: Named) -> Self:
        """A named thing."""
        return cls(iri=named.iri, notation=named.notation, label=named.label)
