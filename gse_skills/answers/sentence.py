"""The skills that a text speaks of."""

from __future__ import annotations

from typing import Self

from pydantic import Field

from gse_skills.answers.body import Body
from gse_skills.answers.skill import ConceptRef, SuggestionBody
from gse_skills.framework import OWN_SCHEME, Concept, Framework, How, Phrase, Sentence


class PhraseBody(Body):
    """A phrase of a text, and what it is understood as."""

    text: str = Field(description="As it was written.", examples=["virologist"])
    how: How = Field(
        description="`named`: a skill is called so. `likely`: a search found it with a high score, and nothing as near."
        " `unsure`: something like it was found. `unknown`: nothing was."
    )
    concept: ConceptRef | None = Field(description="Null when it is not understood.")
    score: float = Field(ge=0, le=1)
    alternatives: list[SuggestionBody] = Field(description="What else may be meant, best first.")

    @classmethod
    def of(cls, phrase: Phrase, framework: Framework) -> Self:
        """A phrase."""
        return cls(
            text=phrase.text,
            how=phrase.how,
            concept=ConceptRef.of(framework.concept(phrase.concept)) if phrase.concept else None,
            score=round(phrase.score, 4),
            alternatives=[SuggestionBody.found(one, framework) for one in phrase.alternatives],
        )


class SentenceBody(Body):
    """What a text asks for."""

    phrases: list[PhraseBody]
    skills: list[str] = Field(
        description="Of what is named or likely the notation, or the IRI where there is none, as `skill` takes it.",
        examples=[["LIF-VIR"]],
    )
    min_level: str | None = Field(description="The level that the text says, if it says one.")
    available: bool = Field(description="Whether it asks for people who are available.")

    @classmethod
    def of(cls, sentence: Sentence, framework: Framework) -> Self:
        """What was read."""
        return cls(
            phrases=[PhraseBody.of(one, framework) for one in sentence.phrases],
            skills=[_name(framework.concept(iri)) for iri in sentence.concepts],
            min_level=sentence.level.label if sentence.level else None,
            available=sentence.available,
        )


def _name(concept: Concept) -> str:
    """A notation is ours alone; that of another scheme may be borne by several."""
    return concept.notation if concept.notation and concept.scheme == OWN_SCHEME else concept.iri
