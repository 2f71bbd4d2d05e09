"""How far it is from what somebody holds to what a role needs: missing steps between levels, weighted."""

from __future__ import annotations

from dataclasses import dataclass

from gse_skills.development.holding import Held, Holding
from gse_skills.framework import Framework, Requirement
from gse_skills.vocabulary import Level


@dataclass(frozen=True, slots=True)
class Weights:
    """What a missing step counts: from one level to the next, of one skill."""

    essential: float = 3.0
    desirable: float = 1.0
    eased: float = 0.5
    """The part of a step that is left where something near is held at that level: see `nearest`."""
    stride: float = 30.0
    """The effort at which a move between two roles is twice as hard as its steps one by one would be."""
    move: float = 1.0
    """What a move costs besides, so that of two ways that are as hard the one with fewer moves is told."""

    def of(self, *, essential: bool) -> float:
        """The weight of a requirement."""
        return self.essential if essential else self.desirable

    def strain(self, effort: float) -> float:
        """What a move of that effort costs: a long one more than two of half its length, so roles between pay.

        >>> Weights().strain(30), 2 * Weights().strain(15)
        (61.0, 47.0)
        """
        return self.move + effort * (1 + effort / self.stride)


WEIGHTS = Weights()


def needed_level(need: Requirement) -> Level:
    """The least level that will do; where the scheme gives none, any."""
    return need.level or Level.AWARENESS


def meant_by(skill: str, framework: Framework) -> tuple[str, ...]:
    """A skill, and where it is deprecated what takes its place: a level of any of these counts."""
    concept = framework.concept(skill)
    return (skill, *(iri for iri in concept.replaced_by if concept.deprecated and iri in framework))


def nearest(skill: str, holding: Holding, framework: Framework) -> Held | None:
    """The best that is held of what is near a skill: related to it, closely mapped to it, or beside it in its group."""
    concept = framework.concept(skill)
    beside = [iri for iri in concept.broader if framework.concept(iri).kind != "domain"]
    near = [holding.best[iri] for iri in (*concept.related, *beside) if iri in holding.best]
    if skill in holding.close:
        near.append(holding.close[skill])
    return max(near, key=lambda held: (held.record.rank, held.record.skill), default=None)


def effort_of(needed: int, held: int, near: int, weight: float, weights: Weights = WEIGHTS) -> float:
    """The effort of one requirement.

    >>> effort_of(3, 1, 0, 3.0), effort_of(3, 1, 2, 3.0), effort_of(2, 4, 0, 3.0)
    (6.0, 4.5, 0.0)
    """
    missing = max(needed - held, 0)
    eased = max(min(needed, near) - held, 0)
    return weight * (missing - eased * (1 - weights.eased))
