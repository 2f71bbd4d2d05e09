"""Which role fits somebody best: what an invented person's role is, as their sheet names it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from gse_skills.framework import OWN_SCHEME, Framework

_ESSENTIAL, _DESIRABLE = 3, 1
_LEAST = 0.08
"""The least part of a role's needs that somebody meets who has it: people grow into theirs."""
_FIRST, _LAST = 2, 4
"""The seniority of grades at the lowest of the five steps of careers, and the highest step."""
_NEAR = 1
"""How many steps somebody may be from the grade of their role."""


@dataclass(frozen=True, slots=True)
class Position:
    """A role of our own framework that somebody may have."""

    label: str
    step: int
    """Its step of seniority, 0 to 4."""
    needs: Mapping[str, tuple[int, int]]
    """By IRI of the skill the level needed and what it counts."""

    def share(self, held: Mapping[str, int]) -> float:
        """The part of its needs that is met by levels held, 0 to 1."""
        whole = sum(level * weight for level, weight in self.needs.values())
        met = sum(min(held.get(skill, 0), level) * weight for skill, (level, weight) in self.needs.items())
        return met / whole if whole else 0.0


@dataclass(frozen=True, slots=True)
class Positions:
    """The roles by the skills that they need."""

    by_skill: Mapping[str, tuple[Position, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, framework: Framework) -> Positions:
        """The roles of our own scheme that are in use and say their grade."""
        roles = [role for _, role in sorted(framework.roles.items()) if role.scheme == OWN_SCHEME]
        by_skill: dict[str, list[Position]] = defaultdict(list)
        for role in roles:
            if role.grade is None or framework.concept(role.iri).deprecated:
                continue
            needs = {
                need.skill: (int(need.level), _ESSENTIAL if need.essential else _DESIRABLE)
                for need in role.requirements
                if need.level is not None and need.skill in framework
            }
            position = Position(role.label, min(max(role.grade.seniority - _FIRST, 0), _LAST), needs)
            for skill in needs:
                by_skill[skill].append(position)
        return cls({skill: tuple(found) for skill, found in by_skill.items()})

    def best(self, held: Mapping[str, int], step: int) -> str:
        """The label of the role near somebody's seniority that fits levels held best; empty where none fits."""
        near = {
            position.label: position
            for skill in held
            for position in self.by_skill.get(skill, ())
            if abs(position.step - step) <= _NEAR
        }
        shares = [(position.share(held), label) for label, position in near.items()]
        fitting = [(share, label) for share, label in shares if share >= _LEAST]
        return min(fitting, key=lambda one: (-one[0], one[1]))[1] if fitting else ""
