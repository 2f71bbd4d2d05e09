"""The page of a person: who they are, what they can do and on whose word, and where to go from there."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator

from fastapi import APIRouter
from fastapi.responses import RedirectResponse

from gse_skills.access import Access
from gse_skills.assessment import bases_of
from gse_skills.audit import Action, Witness
from gse_skills.description import Triples
from gse_skills.development.holding import find_card
from gse_skills.dossier import Dossier, read_kept
from gse_skills.errors import NotFoundError
from gse_skills.framework import Framework
from gse_skills.people import Card, HeldSkill, read_cards, read_person
from gse_skills.register import Register, State, today
from gse_skills.vocabulary import ID, Audience, Basis
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.pages.addresses import address, path_to, person_page, role_page, skill_page
from gse_skills_service.pages.assess import assess_page
from gse_skills_service.pages.development import roles_offered
from gse_skills_service.pages.dossier import ME
from gse_skills_service.pages.frame import Link
from gse_skills_service.pages.managing import SHARING
from gse_skills_service.pages.resource import resource_view
from gse_skills_service.pages.views import FormerSkill, Person, PersonDomain, PersonSkill

router = APIRouter(include_in_schema=False)

_AVAILABLE = {True: "Available", False: "Not available", None: "Not known"}
_FORMER = 20
"""How many ended records the page shows; the whole record has all."""


@router.get("/people/{identifier}")
def find_person(register: Registered, access: Allowed, identifier: str) -> RedirectResponse:
    """To the page of a person, beside whose other pages this address stands; somebody of whom nobody else is shown
    anything has their record."""
    card = find_card(register, access, identifier)
    shown = card.person in read_cards([card.person], access.views, register.store)
    return RedirectResponse(person_page(card.person) if shown else ME, 303)


def person_view(register: Register, access: Access, witness: Witness, iri: str, triples: Triples) -> Person | None:
    """The page of the person whom `triples` describe; None for anything else, and for a person of whom the caller sees
    no card, only that something names them.

    The log tells of it where more is read than the views show, as of every other look at what is kept.
    """
    digits = iri.removeprefix(ID["person/"])
    if digits == iri:
        return None
    try:
        found = read_person(digits, access, register.store)
    except NotFoundError:
        return None
    kept = _kept(register, access, found.card, digits)
    if kept is not None:
        witness.opened(Action.READ_PERSON, kept.organisation, kept.person)
    shown = _narrowest(found.skills, register.state.framework)
    return Person(
        found.card.name,
        tuple(_facts(found.card, register.state)),
        _domains(shown, register.state, kept, today()),
        _actions(digits, access, kept),
        f"/people/{digits}/gap",
        roles_offered(register.state.framework),
        resource_view(iri, triples),
        Audience.PRIVATE.view(found.card.organisation) in access.views,
        mine=access.person == digits,
        broader=len(found.skills) - len(shown),
        former=_former(kept) if kept else (),
    )


def _kept(register: Register, access: Access, card: Card, digits: str) -> Dossier | None:
    """Everything that is kept, for the person and for those who keep it."""
    mine = access.person == digits
    return read_kept(register, digits, access) if mine or card.organisation in access.keeps else None


def _facts(card: Card, state: State) -> Iterator[tuple[str, str | Link]]:
    names = {one.slug: one.name for one in state.organisations}
    yield "Organisation", Link(names.get(card.organisation, card.organisation), f"/organisations/{card.organisation}")
    yield from (
        (name, said) for name, said in (("Unit", card.unit), ("Site", card.site), ("Grade", card.grade)) if said
    )
    if card.role and card.role in state.framework:
        role = state.framework.concept(card.role)
        yield "Own role", Link(role.pref_label, role_page(role))
    yield "Availability", _AVAILABLE[card.available]


def _narrowest(skills: Iterable[HeldSkill], framework: Framework) -> tuple[HeldSkill, ...]:
    """The records without those of a broader skill that a narrower one answers for, at its level or a higher one."""
    known = tuple(one for one in skills if one.skill in framework)
    above = [(one, set(framework.ancestors(one.skill)) - {one.skill}) for one in known]
    return tuple(
        one for one in known if not any(one.skill in broader and other.level >= one.level for other, broader in above)
    )


def _domains(
    skills: Iterable[HeldSkill], state: State, kept: Dossier | None, day: datetime.date
) -> tuple[PersonDomain, ...]:
    """By domain: first where the highest levels are, then where most skills are."""
    framework = state.framework
    evidence: dict[tuple[str, Basis, datetime.date], tuple[str, ...]] = {
        (one.skill, one.basis, one.assessed_on): one.evidence for one in (kept.current if kept else ())
    }
    found: dict[str, list[PersonSkill]] = {}
    for one in skills:
        concept = framework.concept(one.skill)
        top = next(iter(path_to(concept, framework)), None)
        found.setdefault(top.text if top else concept.pref_label, []).append(
            PersonSkill(
                Link(concept.pref_label, skill_page(concept)),
                concept.notation or "",
                one.level,
                one.basis,
                one.assessed_on,
                state.standing.reconfirm_by(framework.number(one.skill), one.assessed_on),
                day,
                evidence.get((one.skill, one.basis, one.assessed_on), ()),
            )
        )
    domains = [
        PersonDomain(name, tuple(sorted(those, key=lambda one: (-one.level, one.skill.text, one.notation))))
        for name, those in found.items()
    ]
    return tuple(
        sorted(domains, key=lambda one: ([-each.level for each in one.skills[:1]], -len(one.skills), one.name))
    )


def _actions(digits: str, access: Access, kept: Dossier | None) -> tuple[Link, ...]:
    """What the caller may do from here, each with a page of its own."""
    links = [Link("Skills, roles and what is missing", f"/people/{digits}/gap")]
    if kept is None:
        # Only people are asked for endorsements, and by people.
        ask = Link("Ask this person to endorse a level of yours", address("/endorsements", colleague=digits))
        return (*links, ask) if access.person else tuple(links)
    links.append(Link("Development plan", f"/people/{digits}/plan"))
    bases = bases_of(access, kept)
    if bases:
        alone = bases == (Basis.SELF,)
        links.append(Link("State a level as of another day" if alone else "Record an assessment", assess_page(digits)))
    if access.person == digits:
        links.append(Link("My record", ME))
        links.append(Link("State a level, confirm one, or ask for an endorsement", "/endorsements"))
    else:
        links.append(Link("Everything that is kept of this person", f"/people/{digits}/record"))
        links.append(Link("Whom their records reach", address(SHARING, person=digits)))
    return tuple(links)


def _former(kept: Dossier) -> tuple[FormerSkill, ...]:
    ended = (one for one in kept.records if one.until is not None)
    rows = (
        FormerSkill(one.label, one.level.label, one.basis.label, one.assessed_on, one.until)
        for one in ended
        if one.until
    )
    return tuple(rows)[:_FORMER]
