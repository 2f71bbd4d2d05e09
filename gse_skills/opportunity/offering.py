"""Offering an opportunity, confirming what a member offered, and taking one back."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, replace

from gse_skills.access import Access
from gse_skills.errors import ConflictError, InputError, RefusedError
from gse_skills.framework import SKILL_KINDS
from gse_skills.index import Delta
from gse_skills.opportunity.finding import Offered, find, participations
from gse_skills.opportunity.opportunity import (
    Aim,
    Opportunity,
    Payment,
    Status,
    read_source,
    statements,
)
from gse_skills.opportunity.participation import Participation
from gse_skills.opportunity.rules import require_allowed
from gse_skills.opportunity.scheme import kind_named, scheme_named
from gse_skills.opportunity.step import Step, StepKind, StepRole, write_step
from gse_skills.proposals.wording import plain
from gse_skills.records import organisation_iri
from gse_skills.register import Register, State, today
from gse_skills.store import Change, term
from gse_skills.vocabulary import GRAPH, Audience, Identifier, Level

MAX_AIMS = 10


@dataclass(frozen=True, slots=True)
class WishedAim:
    """What an opportunity is to develop, as people write it."""

    skill: str
    """By notation, IRI or label."""
    level: Level
    from_level: Level | None = None


@dataclass(frozen=True, slots=True)
class OfferWish:
    """What somebody wants to offer."""

    title: str
    scheme: str
    kind: str
    """Each by slug, label or IRI."""
    skills: tuple[WishedAim, ...]
    starts: datetime.date
    ends: datetime.date
    contact: str
    text: str = ""
    site: str = ""
    remote: bool = False
    two_way: bool = False
    places: int = 1
    audience: Audience = Audience.ALLIANCE
    releasing_employer: str = ""
    payment: Payment | None = None
    organisation: str | None = None
    """In whose name, by slug; None for the caller's own organisation."""


def offer(register: Register, wish: OfferWish, access: Access, *, dry_run: bool = False) -> Offered:
    """Offer an opportunity in the name of an organisation; which of its people did so is not recorded.

    A steward's offer is open at once, and so is a member's when its scheme asks for no confirmation; otherwise it waits
    for a steward. The same offer, while it is not withdrawn, is made once.

    Raises RefusedError (`not-a-member`), NotFoundError (`unknown-scheme`, `unknown-kind`, `unknown-term`),
    AmbiguousError, InputError (the rules of `ontology/shapes/opportunities.ttl`, `opportunity-over`, `text-too-long`,
    `skill-named-twice`, `personal-contact`) and ConflictError (`change-under-way`).
    """
    host = register.state.organisation(require_host(access, wish.organisation)).slug
    new = _made(register.state, wish, host)
    require_allowed(new, register.state.framework)
    if new.ends < today():
        raise InputError(
            "It would be over before it is offered.",
            rule="opportunity-over",
            remedy="Correct its last day.",
        )
    _require_role_mailbox(register, new, access)
    with register.change() as change:
        for old in read_source(register.store, host):
            if old.status is not Status.WITHDRAWN and _content(old) == _content(new):
                return find(register, old.digits, access) if old.status is Status.OPEN else Offered(old, 0)
        made = replace(new, steps=_first_steps(new, steward=host in access.keeps))
        if dry_run:
            return Offered(made, 0)
        for subject, predicate, value in statements(made):
            change.add(subject, predicate, value, term.iri(GRAPH[f"source/{host}"]))
        for step in made.steps:
            write_step(step, made.identifier.iri, host, change)
        if made.status is Status.OPEN:
            _show(made, change)
        register.commit(change, Delta())
    return Offered(made, 0)


def confirm(register: Register, digits: str, access: Access, *, dry_run: bool = False) -> Offered:
    """Stand by what a member offered, as a steward of the host, so that others see it; again it changes nothing.

    Raises NotFoundError (`unknown-opportunity`), RefusedError (`not-steward`), ConflictError (`already-withdrawn`,
    `change-under-way`) and InputError when the rules have changed meanwhile, or the framework.
    """
    with register.change() as change:
        found = find(register, digits, access)
        one = found.opportunity
        access.require_keeper(one.host)
        _require_standing(one)
        if one.status is Status.OPEN:
            return found
        require_allowed(one, register.state.framework)
        _require_role_mailbox(register, one, access)
        step = Step.now(StepKind.CONFIRMATION, StepRole.HOST_STEWARD, organisation_iri(one.host))
        made = replace(one, steps=(*one.steps, step))
        if not dry_run:
            write_step(step, one.identifier.iri, one.host, change)
            _show(made, change)
            register.commit(change, Delta())
    return replace(found, opportunity=made)


def withdraw_opportunity(
    register: Register, digits: str, access: Access, *, reason: str = "", dry_run: bool = False
) -> Offered:
    """Take an opportunity back, as a steward of the host: nobody else sees it any more, and open applications end.

    Who takes part already goes on. Again it changes nothing. Raises NotFoundError (`unknown-opportunity`),
    RefusedError (`not-steward`), InputError (`text-too-long`) and ConflictError (`change-under-way`).
    """
    said = plain(reason, "reason")
    with register.change() as change:
        found = find(register, digits, access)
        one = found.opportunity
        access.require_keeper(one.host)
        if one.status is Status.WITHDRAWN:
            return found
        step = Step.now(StepKind.WITHDRAWAL, StepRole.HOST_STEWARD, organisation_iri(one.host), reason=said)
        if not dry_run:
            write_step(step, one.identifier.iri, one.host, change)
            if one.status is Status.OPEN:
                _hide(one, change)
            for waiting in _applied_for(register, one):
                refusal = replace(step, identifier=Identifier.mint("step"), kind=StepKind.REFUSAL, reason=_why(said))
                write_step(refusal, waiting.identifier.iri, waiting.home, change)
            register.commit(change, Delta())
    return replace(found, opportunity=replace(one, steps=(*one.steps, step)))


def _why(reason: str) -> str:
    return reason or "The opportunity was withdrawn."


def _applied_for(register: Register, one: Opportunity) -> list[Participation]:
    """Those that nobody has agreed to on both sides."""
    return [
        each
        for each in participations(register)
        if each.opportunity == one.identifier.iri and not each.stage.over and not each.stage.takes_place
    ]


def _require_standing(one: Opportunity) -> None:
    if one.status is Status.WITHDRAWN:
        raise ConflictError(
            "The opportunity was withdrawn.",
            rule="already-withdrawn",
            remedy="Offer it anew, if need be.",
        )


def require_host(access: Access, organisation: str | None = None) -> str:
    """The slug of the organisation in whose name the caller offers; raises RefusedError (rule `not-a-member`)."""
    slug = organisation or access.home
    # The same whether or not there is such an organisation.
    if slug is None or (slug != access.home and slug not in access.keeps):
        raise RefusedError(
            "Only members and stewards of an organisation offer opportunities, and only in its name.",
            rule="not-a-member",
            remedy="Sign in as a member or steward of the organisation; at the command line name it with --org.",
        )
    return slug


def _made(state: State, wish: OfferWish, host: str) -> Opportunity:
    aims = {}
    for aim in wish.skills[: MAX_AIMS + 1]:
        iri = state.lookup.resolve(aim.skill, kinds=SKILL_KINDS).concept
        if iri in aims:
            raise InputError(
                f"“{aim.skill}” is named twice.", rule="skill-named-twice", remedy="Leave the levels that are meant."
            )
        aims[iri] = Aim(iri, aim.level, aim.from_level)
    return Opportunity(
        Identifier.mint("opportunity"),
        _line(wish.title),
        plain(wish.text, "description"),
        host,
        scheme_named(wish.scheme),
        kind_named(wish.kind),
        tuple(aims[iri] for iri in sorted(aims)),
        wish.starts,
        wish.ends,
        wish.places,
        wish.audience,
        _line(wish.contact).removeprefix("mailto:"),
        datetime.datetime.now(datetime.UTC).replace(microsecond=0),
        _line(wish.site),
        wish.remote,
        wish.two_way,
        _line(wish.releasing_employer),
        wish.payment,
    )


def _line(text: str) -> str:
    return " ".join(plain(text, "text").split())


def _require_role_mailbox(register: Register, one: Opportunity, access: Access) -> None:
    """An address that is somebody's own is no role's. Told to those alone who know whose addresses there are."""
    if register.selves.of(one.contact, sorted(access.keeps)):
        raise InputError(
            "That mailbox is a person's own.",
            rule="personal-contact",
            remedy="Give the mailbox of a role or a team, since everybody who sees the opportunity sees it.",
        )


def _first_steps(one: Opportunity, *, steward: bool) -> tuple[Step, ...]:
    role = StepRole.HOST_STEWARD if steward else StepRole.HOST_MEMBER
    offering = Step.now(StepKind.OFFERING, role, organisation_iri(one.host))
    provision = one.provision
    if not steward and (provision is None or provision.needs_confirmation):
        return (offering,)
    return (offering, replace(offering, identifier=Identifier.mint("step"), kind=StepKind.CONFIRMATION))


def _show(one: Opportunity, change: Change) -> None:
    for view in one.audience.views(one.host):
        for subject, predicate, value in statements(one):
            change.add(subject, predicate, value, term.iri(view))


def _hide(one: Opportunity, change: Change) -> None:
    for view in one.audience.views(one.host):
        for subject, predicate, value in statements(one):
            change.remove(subject, predicate, value, term.iri(view))


def _content(one: Opportunity) -> Opportunity:
    nothing = Identifier("opportunity", 0)
    return replace(one, identifier=nothing, offered=datetime.datetime.min, steps=())
