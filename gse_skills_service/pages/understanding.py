"""From what somebody typed, ticked or pasted to the skills that are asked for, and what is to be asked back."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from gse_skills.errors import AmbiguousError, InputError
from gse_skills.experts import Wanted
from gse_skills.framework import (
    MAX_TEXT,
    OWN_SCHEME,
    SKILL_KINDS,
    Concept,
    Phrase,
    Sentence,
    Suggestion,
    read_sentence,
    too_long,
)
from gse_skills.index import MAX_SKILLS
from gse_skills.register import State
from gse_skills.vocabulary import Level
from gse_skills_service.pages.addresses import concept_link
from gse_skills_service.pages.views import Choice, ConceptLink, Understood

_OFFERED = 3
"""How many other meanings of a phrase are offered."""
_VALUES = 200
"""More than a form has boxes; each text among them costs a search."""


@dataclass(frozen=True, slots=True)
class Understanding:
    """What is asked for, and what was made of each phrase."""

    wanted: tuple[Wanted, ...] = ()
    """Each skill by notation or IRI."""
    understood: tuple[Understood, ...] = ()
    lost: tuple[str, ...] = ()
    """Phrases of which nothing is known."""
    places: tuple[str, ...] = ()
    """Where somebody is wanted, as written."""
    level: Level | None = None
    available: bool = False

    @property
    def is_plain(self) -> bool:
        """Whether skills are asked for, and nothing that was said needs to be asked back."""
        clear = all(one.is_clear and not one.guessed for one in self.understood)
        return bool(self.wanted) and clear and not self.lost and not self.places


def understand(values: Sequence[str], hints: Collection[str], state: State) -> Understanding:
    """Make skills of `values`: each the name of one, perhaps with a level, or a text that speaks of some.

    `hints` are IRIs of what was chosen from suggestions: they tell concepts of one name apart. Raises InputError
    (`too-many-skills`; `text-too-long`, of all texts together), and AmbiguousError where the only thing said is the
    name of several.
    """
    if len(values) > _VALUES:
        raise InputError(
            f"The question names {len(values):,} skills.",
            rule="too-many-skills",
            remedy=f"Ask for at most {MAX_SKILLS} at once.",
        )
    wanted: dict[Wanted, None] = {}
    understood: list[Understood] = []
    lost: list[str] = []
    levels: set[Level] = set()
    places: dict[str, None] = {}
    available = False
    room = MAX_TEXT
    for value in values:
        one = Wanted.parse(value)
        concept = _named(one.skill, hints, state, only=len(values) == 1)
        if concept is not None:
            asked = Wanted(name_of(concept), one.min_level)
            if asked not in wanted:
                wanted[asked] = None
                understood.append(Understood((_choice(concept, one.min_level, state),)))
            continue
        room -= len(value)
        if room < 0:
            raise too_long(MAX_TEXT - room)
        sentence = read_sentence(value, state.lookup, state.search)
        levels |= {sentence.level} if sentence.level else set()
        available |= sentence.available
        places |= dict.fromkeys(sentence.places)
        for phrase in sentence.phrases:
            meaning = _meaning(phrase, hints, state)
            if meaning.choices:
                understood.append(meaning)
            else:
                lost.append(phrase.text)
            for choice in meaning.choices:
                if choice.ticked:
                    wanted.setdefault(Wanted(choice.value))
        if not sentence.phrases and not _says_more(sentence):
            lost.append(value.strip())
    level = levels.pop() if len(levels) == 1 else None
    skills = tuple(wanted)[: MAX_SKILLS + 1]
    return Understanding(skills, tuple(understood), tuple(lost), tuple(places), level, available)


def name_of(concept: Concept) -> str:
    """As addresses name it: our own by notation, others by IRI."""
    return concept.notation if concept.notation and concept.scheme == OWN_SCHEME else concept.iri


def link_to(concept: Concept, state: State, level: Level | None = None) -> ConceptLink:
    """A concept as the page shows it, with the level that is asked of this one alone."""
    link = concept_link(concept, state.framework.schemes[concept.scheme])
    if level is None:
        return link
    return ConceptLink(f"{link.label} ({level.label})", link.href, link.notation, link.scheme, link.kind)


def _says_more(sentence: Sentence) -> bool:
    return sentence.level is not None or sentence.available


def _named(text: str, hints: Collection[str], state: State, *, only: bool) -> Concept | None:
    """The concept that a text names. Where it names several, the one hinted at; else, if it is `only`, the error."""
    try:
        match = state.lookup.find(text, kinds=SKILL_KINDS)
    except AmbiguousError as error:
        choices: Any = error.extra["choices"]
        chosen = [choice["iri"] for choice in choices if choice["iri"] in hints]
        if chosen:
            return state.framework.concept(chosen[0])
        if only:
            raise
        return None
    if match is None:
        return None
    same = [iri for iri in hints if iri in state.framework and _bears(state.framework.concept(iri), text)]
    return state.framework.concept(same[0] if same else match.concept)


def _bears(concept: Concept, text: str) -> bool:
    """Whether a concept chosen from suggestions is the one that the text in the box names."""
    return concept.pref_label.casefold() == text.strip().casefold() and concept.kind in SKILL_KINDS


def _meaning(phrase: Phrase, hints: Collection[str], state: State) -> Understood:
    """What a phrase may mean, as boxes to tick; of several concepts of one name that which was chosen before."""
    hinted = [one.concept for one in phrase.alternatives if phrase.concept is None and one.concept in hints]
    taken = phrase.concept or (hinted[0] if hinted else None)
    choices = [_choice(state.framework.concept(taken), None, state)] if taken else []
    if phrase.how != "unknown":
        choices += _others(phrase.alternatives, taken, state)
    return Understood(tuple(choices), phrase.text, guessed=phrase.how == "likely")


def _others(alternatives: Iterable[Suggestion], taken: str | None, state: State) -> list[Choice]:
    iris = [one.concept for one in alternatives if one.concept != taken][:_OFFERED]
    return [_choice(state.framework.concept(iri), None, state, ticked=False) for iri in iris]


def _choice(concept: Concept, level: Level | None, state: State, *, ticked: bool = True) -> Choice:
    return Choice(str(Wanted(name_of(concept), level)), link_to(concept, state, level), ticked)
