"""The gaps of a person, and the opportunities that close them."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from gse_skills.access import Access
from gse_skills.development.gap import Gap, NeedGap, ask_gap
from gse_skills.development.holding import find_card, holding_of
from gse_skills.errors import InputError
from gse_skills.framework import SKILL_KINDS
from gse_skills.opportunity.finding import OpportunityQuestion, search
from gse_skills.opportunity.matching import Match, Need, match
from gse_skills.people import Card
from gse_skills.register import Register
from gse_skills.vocabulary import Level


@dataclass(frozen=True, slots=True)
class MatchQuestion:
    """What a person wants to reach: a level of a skill, or a role; neither means the next role above their own."""

    skill: str = ""
    level: Level | None = None
    """With a skill; None for one level above what the person holds."""
    role: str = ""
    by: datetime.date | None = None
    """The day by which it is needed, such as that of a development plan."""


def opportunities_for(register: Register, digits: str, question: MatchQuestion, access: Access) -> tuple[Match, ...]:
    """The opportunities that close the gaps of the person with those digits, the fittest first.

    What the caller may not see of the person counts as not held, and what they may not see of opportunities is not
    there. Raises NotFoundError (rules `unknown-person`, `unknown-term`, `unknown-role`, `no-own-role`, `no-next-role`),
    AmbiguousError and InputError (`skill-or-role`).
    """
    card = find_card(register, access, digits)
    needs = _needs(register, digits, question, access)
    offered = search(register, OpportunityQuestion(), access)
    return match(needs, offered, register.state.framework, by=question.by, place=card.site or "")


def help_for(register: Register, card: Card, gap: Gap, access: Access) -> dict[str, tuple[Match, ...]]:
    """For each skill that is missing, by IRI, every opportunity that develops it, the fittest first.

    Unlike in `opportunities_for`, what develops several of them is there for each.
    """
    offered = search(register, OpportunityQuestion(), access)
    return {
        need.skill: match((need,), offered, register.state.framework, place=card.site or "")
        for need in map(_need, (*gap.essential, *gap.desirable))
        if not need.is_met
    }


def _need(one: NeedGap) -> Need:
    return Need(one.need.skill, one.needed or Level.AWARENESS, one.held.level if one.held else None)


def _needs(register: Register, digits: str, question: MatchQuestion, access: Access) -> tuple[Need, ...]:
    if question.skill and question.role:
        raise InputError("A skill and a role were named.", rule="skill-or-role", remedy="Leave one of them out.")
    if not question.skill:
        gap = ask_gap(register, access, digits, question.role or None).gap
        return tuple(map(_need, (*gap.essential, *gap.desirable)))
    skill = register.state.lookup.resolve(question.skill, kinds=SKILL_KINDS).concept
    rank = holding_of(register, access, digits).level(skill)
    level = Level(rank) if rank else None
    wanted = question.level or Level(min((level or 0) + 1, Level.EXPERT))
    return (Need(skill, wanted, level),)
