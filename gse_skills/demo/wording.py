"""An organisation's own words: what it calls each skill, and a few things that no framework lists."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from gse_skills.demo.dice import Dice, totals
from gse_skills.demo.ground import own_concepts
from gse_skills.framework import Concept, Framework
from gse_skills.framework.words import normalise

STRAYS = (
    "Virus stuff",
    "Gas rig whispering",
    "Big spreadsheet wrangling",
    "Winter standby rota",
    "Keeper of the old results database",
    "Getting the plate reader to behave",
    "Duty boat coxswain",
    "Sample van driver",
    "Quarterly return (blue form)",
    "Fume cupboard bookings",
    "Night bench lead",
    "Vault key holder",
    "Museum collection keys",
    "Instrument 2 quirks",
    "House style for briefs",
    "Goods-in desk",
    "Visitors' safety talk",
    "Cold store alarm cover",
    "The 2009 protocol",
    "Lift fault escalation",
    "Ministerial visit packs",
    "Freezer archaeology",
    "Tide table upkeep",
    "Label printer rescue",
)
"""What teams note down beside skills; none of them is in the framework."""

_STRAYS_EACH = 3


@dataclass(frozen=True, slots=True)
class Wording:
    """The words of one organisation."""

    phrases: dict[str, tuple[str, ...]]
    """By IRI of the skill what the organisation calls it: its usual word, then perhaps another."""
    strays: tuple[str, ...]
    """Its phrases that are not in the framework."""


class Names:
    """The names of each concept of our own scheme that stand for it alone, so that each can be looked up again."""

    def __init__(self, framework: Framework) -> None:
        self._concepts = {concept.iri: concept for concept in own_concepts(framework)}
        holders: dict[str, set[str]] = defaultdict(set)
        for concept in self._concepts.values():
            for name in _all_names(concept):
                holders[normalise(name)].add(concept.iri)
        self._shared = {key for key, iris in holders.items() if len(iris) > 1}
        self._strays = tuple(stray for stray in STRAYS if normalise(stray) not in holders)

    def of(self, iri: str) -> tuple[str, str, list[str]]:
        """The skill's notation, its preferred label and its alternative ones.

        The notation stands in for a preferred label that another concept shares, the IRI for a missing notation.
        """
        concept = self._concepts[iri]
        notation = concept.notation or iri
        preferred = concept.pref_label if self._alone(concept.pref_label) else notation
        return notation, preferred, [label for label in concept.alt_labels if self._alone(label)]

    def wording(self, dice: Dice, skills: list[str], shares: tuple[float, float, float]) -> Wording:
        """An organisation's words for these skills; `shares` says how often it uses an alternative label, the
        preferred one and the notation."""
        phrases = {iri: self._words(dice, iri, totals(shares)) for iri in skills}
        return Wording(phrases, tuple(dice.order((1.0, stray) for stray in self._strays)[:_STRAYS_EACH]))

    def _words(self, dice: Dice, iri: str, shares: tuple[float, ...]) -> tuple[str, ...]:
        notation, preferred, alternative = self.of(iri)
        words = []
        for _ in range(2):
            kind = dice.weigh(("alternative", "preferred", "notation"), shares)
            if kind == "alternative" and alternative:
                word = dice.pick(alternative)
                words.append(word[0].upper() + word[1:])
            elif kind == "notation":
                words.append(notation)
            else:
                words.append(preferred)
        return tuple(dict.fromkeys(words))

    def _alone(self, name: str) -> bool:
        """Whether the name is nobody else's, and of letters that an old spreadsheet can hold."""
        held = name.encode("cp1252", "ignore").decode("cp1252") == name
        return held and normalise(name) not in self._shared


def _all_names(concept: Concept) -> tuple[str, ...]:
    return tuple(filter(None, (concept.notation, concept.pref_label, *concept.alt_labels, *concept.hidden_labels)))
