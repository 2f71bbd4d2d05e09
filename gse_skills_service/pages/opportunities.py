"""Opportunities: the search, one of them, the form to offer one, and the applications that the caller may see."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import AbstractContextManager
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gse_skills.access import Access
from gse_skills.audit import Action, Witness
from gse_skills.errors import ConflictError, InputError, NotFoundError
from gse_skills.opportunity import (
    Application,
    Moved,
    Offered,
    OfferWish,
    Opportunity,
    OpportunityQuestion,
    Payment,
    Stage,
    Status,
    Step,
    StepKind,
    StepRole,
    StepWish,
    WishedAim,
    applications,
    apply,
    confirm,
    find,
    find_application,
    kinds,
    moved,
    offer,
    proceed,
    require_host,
    schemes,
    search,
    waiting,
    withdraw_opportunity,
)
from gse_skills.people import read_cards
from gse_skills.register import Register, State
from gse_skills.vocabulary import ID, Audience, Level
from gse_skills_service.api.dossier import PERSONAL
from gse_skills_service.api.opportunities import STEPS, sees_levels, tell_of
from gse_skills_service.auth import Allowed, Registered, require_known
from gse_skills_service.feed import PATH as FEED
from gse_skills_service.pages import wording
from gse_skills_service.pages.addresses import address, person_page, skill_page
from gse_skills_service.pages.following import next_words
from gse_skills_service.pages.form import LEVELS, Reading, date_asked, date_sent, mistakes_of
from gse_skills_service.pages.frame import FieldName, Link, Option, Section
from gse_skills_service.pages.views import (
    ApplicationRow,
    Applications,
    DateFields,
    HistoryLine,
    LevelLine,
    NewOpportunity,
    OfferForm,
    OneApplication,
    OneOpportunity,
    Opportunities,
    OpportunityCard,
    OpportunityForm,
    StepForm,
    View,
)
from gse_skills_service.problems import status_of
from gse_skills_service.witness import Witnessed

router = APIRouter(include_in_schema=False)
_KNOWN = [Depends(require_known)]

LIST, NEW, APPLICATIONS = "/opportunities", "/opportunities/new", "/applications"
_SHOWN = 50
_PAYMENTS = {
    Payment.HOST: "The host",
    Payment.RELEASING_EMPLOYER: "The releasing employer",
    Payment.SHARED: "Host and releasing employer share it",
    Payment.COST_NEUTRAL: "Cost-neutral: what one gives the other gives back",
}
_AUDIENCES = {one.value: one for one in (Audience.PUBLIC, Audience.ALLIANCE, Audience.PRIVATE)}
_STEPS = {
    StepKind.AGREEMENT: "Agree",
    StepKind.REFUSAL: "Decline",
    StepKind.BEGINNING: "It has started",
    StepKind.COMPLETION: "It is finished",
    StepKind.WITHDRAWAL: "Withdraw",
}
_NEXT = {
    Stage.APPLIED: (StepKind.AGREEMENT, StepKind.REFUSAL, StepKind.WITHDRAWAL),
    Stage.AGREED: (StepKind.BEGINNING, StepKind.WITHDRAWAL),
    Stage.STARTED: (StepKind.COMPLETION, StepKind.WITHDRAWAL),
}
_DONE = {
    StepKind.OFFERING: "Offered",
    StepKind.CONFIRMATION: "Confirmed",
    StepKind.APPLICATION: "Applied",
    StepKind.AGREEMENT: "Agreed",
    StepKind.BEGINNING: "Started",
    StepKind.COMPLETION: "Finished",
    StepKind.WITHDRAWAL: "Withdrawn",
    StepKind.REFUSAL: "Declined",
}
_ROLES = {
    StepRole.HOST_STEWARD: "steward of the host",
    StepRole.RELEASING_STEWARD: "steward of the other organisation",
    StepRole.HOST_MEMBER: "member of the host",
    StepRole.PARTICIPANT: "applicant",
}
_FIELD_OF_SEARCH = {
    "unknown-scheme": FieldName.SCHEME,
    "unknown-kind": FieldName.KIND,
    "dates-out-of-order": FieldName.ENDS,
}
_FIELD_OF_OFFER = {
    "opportunity-text": FieldName.TEXT,
    "unknown-scheme": FieldName.SCHEME,
    "unknown-kind": FieldName.KIND,
    "opportunity-kind-not-of-scheme": FieldName.KIND,
    "unknown-term": FieldName.CONCEPTS,
    "ambiguous-label": FieldName.CONCEPTS,
    "skill-named-twice": FieldName.CONCEPTS,
    "opportunity-skill-missing": FieldName.CONCEPTS,
    "opportunity-skill-deprecated": FieldName.CONCEPTS,
    "aim-goes-down": FieldName.LEVEL,
    "opportunity-ends-before-it-starts": FieldName.ENDS,
    "opportunity-too-long": FieldName.ENDS,
    "opportunity-over": FieldName.ENDS,
    "opportunity-nowhere": FieldName.PLACE,
    "opportunity-site": FieldName.PLACE,
    "opportunity-places": FieldName.PLACES,
    "opportunity-contact": FieldName.CONTACT,
    "personal-contact": FieldName.CONTACT,
    "opportunity-releasing-employer": FieldName.RELEASING_EMPLOYER,
    "opportunity-releasing-employer-missing": FieldName.RELEASING_EMPLOYER,
    "opportunity-payment-missing": FieldName.PAYMENT,
}
_FIELD_OF_STEP = {
    "reason-missing": FieldName.REASON,
    "text-too-long": FieldName.REASON,
    "day-to-come": FieldName.ON_DAY,
    "finish-before-start": FieldName.ON_DAY,
}

Text = Annotated[str, Form(max_length=10_000)]
Word = Annotated[str, Form(max_length=300)]
Asked = Annotated[str, Query(max_length=300)]


@router.get(LIST)
def list_opportunities(
    request: Request,
    register: Registered,
    access: Allowed,
    starts: Annotated[DateFields, date_asked(FieldName.STARTS)],
    ends: Annotated[DateFields, date_asked(FieldName.ENDS)],
    skill: Asked = "",
    scheme: Asked = "",
    kind: Asked = "",
    place: Asked = "",
) -> HTMLResponse:
    """The search, with what is open now when nothing is asked."""
    form = OpportunityForm(skill, scheme, kind, starts, ends, place)
    view = Opportunities(
        LIST,
        form,
        tuple(Option(one.slug, one.label) for one in schemes()),
        tuple(Option(one.slug, one.label) for one in kinds()),
        address(FEED, skill=skill, scheme=scheme, kind=kind),
        offer_href=NEW if access.home is not None else "",
        applications_href=APPLICATIONS if access.person or access.keeps else "",
    )
    try:
        reading = Reading()
        days = (
            reading.optional_date(FieldName.STARTS, starts, "the first day"),
            reading.optional_date(FieldName.ENDS, ends, "the last day"),
        )
        reading.finish()
        found = search(register, OpportunityQuestion(skill, scheme, kind, *days, place), access)
    except InputError as error:
        mistakes = mistakes_of(error, _FIELD_OF_SEARCH, FieldName.SKILL)
        return _show(request, replace(view, mistakes=mistakes), status_of(error))
    cards = tuple(_card(one, register.state) for one in found[:_SHOWN])
    return _show(request, replace(view, cards=cards, total=len(found)))


@router.get(NEW, dependencies=_KNOWN)
def new_opportunity(request: Request, register: Registered, access: Allowed) -> HTMLResponse:
    """The form for an opportunity."""
    return _show(request, _new(register, access, OfferForm()))


@router.post(NEW, dependencies=_KNOWN)
def send_opportunity(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    starts: Annotated[DateFields, date_sent(FieldName.STARTS)],
    ends: Annotated[DateFields, date_sent(FieldName.ENDS)],
    title: Text = "",
    text: Text = "",
    scheme: Word = "",
    kind: Word = "",
    concepts: Text = "",
    from_level: Word = "",
    level: Word = "",
    place: Text = "",
    remote: Word = "",
    two_way: Word = "",
    places: Word = "1",
    audience: Word = "alliance",
    contact: Text = "",
    releasing_employer: Text = "",
    payment: Word = "",
) -> Response:
    """Offer it, and show it."""
    form = OfferForm(
        title,
        text,
        scheme,
        kind,
        concepts,
        from_level,
        level,
        starts,
        ends,
        place,
        remote == "true",
        two_way == "true",
        places,
        audience,
        contact,
        releasing_employer,
        payment,
    )
    require_host(access)
    try:
        wish = _wish(form, register.state)
        with witness.doing(Action.CHANGE, [access.home or ""], allowed=access.home is not None):
            made = offer(register, wish, access)
    except InputError as error:
        view = replace(_new(register, access, form), mistakes=mistakes_of(error, _FIELD_OF_OFFER, FieldName.TITLE))
        return _show(request, view, status_of(error))
    if made.opportunity.status is Status.PROPOSED:
        told = "A steward of your organisation has to confirm it before anybody sees it."
        return _show(request, replace(_one(register, made, access), told=told))
    return RedirectResponse(_page(made.opportunity), 303)


@router.get("/opportunities/{identifier}")
def one_opportunity(
    request: Request,
    register: Registered,
    access: Allowed,
    identifier: str,
) -> HTMLResponse:
    """One opportunity, with what the caller may do about it."""
    return _show(request, _one(register, find(register, identifier, access), access))


@router.post("/opportunities/{identifier}/applications")
def send_application(
    request: Request, register: Registered, access: Allowed, witness: Witnessed, identifier: str, text: Text = ""
) -> Response:
    """Apply, and show the application."""
    try:
        with _changing(witness, f"opportunity/{identifier}"):
            taken = apply(register, identifier, access, text=text)
    except (InputError, ConflictError) as error:
        if error.rule == "unknown-opportunity":
            raise
        view = _one(register, find(register, identifier, access), access)
        mistakes = mistakes_of(error, {}, FieldName.TEXT)
        return _show(request, replace(view, reason=text, mistakes=mistakes), status_of(error))
    return RedirectResponse(address(_application_page(taken.application), done="sent"), 303)


@router.post("/opportunities/{identifier}/confirmation")
def send_confirmation(register: Registered, access: Allowed, witness: Witnessed, identifier: str) -> Response:
    """Confirm what a member offered."""
    with _changing(witness, f"opportunity/{identifier}"):
        made = confirm(register, identifier, access)
    return RedirectResponse(_page(made.opportunity), 303)


@router.post("/opportunities/{identifier}/withdrawal")
def send_withdrawal(
    request: Request, register: Registered, access: Allowed, witness: Witnessed, identifier: str, reason: Text = ""
) -> Response:
    """Take an opportunity back."""
    try:
        with _changing(witness, f"opportunity/{identifier}"):
            made = withdraw_opportunity(register, identifier, access, reason=reason)
    except InputError as error:
        if error.rule == "unknown-opportunity":
            raise
        view = _one(register, find(register, identifier, access), access)
        mistakes = mistakes_of(error, {}, FieldName.REASON)
        return _show(request, replace(view, reason=reason, mistakes=mistakes), status_of(error))
    return RedirectResponse(_page(made.opportunity), 303)


@router.get(APPLICATIONS, dependencies=_KNOWN)
def list_applications(request: Request, register: Registered, access: Allowed, witness: Witnessed) -> HTMLResponse:
    """The caller's own applications, and a steward's queue."""
    found = applications(register, access)
    tell_of(witness, *found)
    state, seen = register.state, _seen(register, access, *found)
    view = Applications(
        LIST,
        tuple(_row(one, state, seen) for one in found if one.mine),
        bool(access.keeps),
        tuple(_row(one, state, seen) for one in found if not one.mine),
        tuple(_card(Offered(one, 0), state) for one in waiting(register, access)),
    )
    return _private(_show(request, view))


@router.get("/applications/{identifier}", dependencies=_KNOWN)
def one_application(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: str,
    done: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """One application, with what the caller may do about it."""
    found = find_application(register, identifier, access)
    tell_of(witness, found)
    levels = moved(register, identifier, access) if sees_levels(found) else ()
    told = "That had been done already, by you or by somebody else of your side." if done == "before" else ""
    view = _application(found, register.state, levels, _seen(register, access, found))
    return _private(_show(request, replace(view, told=told, sent=done == "sent" and found.mine)))


@router.post("/applications/{identifier}", dependencies=_KNOWN)
def send_step(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: str,
    on_day: Annotated[DateFields, date_sent(FieldName.ON_DAY)],
    step: Word = "",
    reason: Text = "",
) -> Response:
    """Take a step, and show what came of it; what somebody else made impossible meanwhile is told."""
    form = StepForm(step, reason, on_day)
    found = find_application(register, identifier, access)
    try:
        wish = _step(form)
        with _changing(witness, f"participation/{identifier}"):
            taken = proceed(register, identifier, wish, access)
    except (InputError, ConflictError) as error:
        if isinstance(error, NotFoundError):
            raise
        found = find_application(register, identifier, access)
        tell_of(witness, found)
        mistakes = mistakes_of(error, _FIELD_OF_STEP, FieldName.STEP)
        view = replace(
            _application(found, register.state, (), _seen(register, access, found)), form=form, mistakes=mistakes
        )
        return _private(_show(request, view, status_of(error)))
    return RedirectResponse(address(_application_page(found), done="" if taken.changed else "before"), 303)


def _show(request: Request, view: View, status: int = 200) -> HTMLResponse:
    page: HTMLResponse = request.app.state.pages.page(request, view, Section.OPPORTUNITIES, status)
    return page


def _private(page: HTMLResponse) -> HTMLResponse:
    page.headers.update(PERSONAL)
    return page


def _changing(witness: Witness, thing: str) -> AbstractContextManager[None]:
    home = witness.access.home
    return witness.doing(Action.CHANGE, [home or ""], [ID[thing]], allowed=home is not None)


def _step(form: StepForm) -> StepWish:
    """The step as it was filled in; raises FormError."""
    reading = Reading()
    kind = reading.choice(FieldName.STEP, form.step, STEPS, "what happens next")
    on_day = reading.optional_date(FieldName.ON_DAY, form.on_day, "the day")
    if kind is StepKind.REFUSAL and form.step:
        reading.text(FieldName.REASON, form.reason, "the reason")
    reading.finish()
    return StepWish(kind, form.reason, on_day)


def _wish(form: OfferForm, state: State) -> OfferWish:
    """The opportunity as it was filled in; raises FormError."""
    reading = Reading()
    title = reading.text(FieldName.TITLE, form.title, "the title")
    scheme = reading.choice(FieldName.SCHEME, form.scheme, {one.slug: one.slug for one in schemes()}, "a scheme")
    kind = reading.choice(FieldName.KIND, form.kind, {one.slug: one.slug for one in kinds()}, "a kind")
    concepts = [line.strip() for line in form.concepts.splitlines() if line.strip()]
    reading.text(FieldName.CONCEPTS, form.concepts, "the skills that it develops")
    for name in concepts:
        reading.concept(FieldName.CONCEPTS, name, "a skill", state)
    level = reading.choice(FieldName.LEVEL, form.level, LEVELS, "the level that can be reached")
    starts = reading.date(FieldName.STARTS, form.starts, "the first day")
    ends = reading.date(FieldName.ENDS, form.ends, "the last day")
    if not form.remote:
        reading.text(FieldName.PLACE, form.place, "the place, or say that one can take part from elsewhere")
    places = reading.number(FieldName.PLACES, form.places, "how many people", least=1)
    audience = reading.choice(FieldName.AUDIENCE, form.audience, _AUDIENCES, "who may see it")
    contact = reading.text(FieldName.CONTACT, form.contact, "the mailbox for questions")
    reading.finish()
    return OfferWish(
        title,
        scheme,
        kind,
        tuple(WishedAim(name, level, LEVELS.get(form.from_level)) for name in concepts),
        starts,
        ends,
        contact,
        form.text,
        form.place,
        form.remote,
        form.two_way,
        places,
        audience,
        form.releasing_employer,
        Payment(form.payment) if form.payment in set(Payment) else None,
    )


def _new(register: Register, access: Access, form: OfferForm) -> NewOpportunity:
    return NewOpportunity(
        NEW,
        LIST,
        form,
        register.state.organisation(access.home).name if access.home else "",
        access.home in access.keeps,
        tuple(Option(one.slug, one.label) for one in schemes()),
        tuple(Option(one.slug, one.label) for one in kinds()),
        tuple(Option(level.label, level.label) for level in Level),
        tuple(Option(one.value, text) for one, text in _PAYMENTS.items()),
    )


def _page(one: Opportunity) -> str:
    return f"{LIST}/{one.digits}"


def _application_page(one: Application) -> str:
    return f"{APPLICATIONS}/{one.participation.digits}"


def _name(slug: str, state: State) -> str:
    return next((one.name for one in state.organisations if one.slug == slug), slug)


def _card(found: Offered, state: State) -> OpportunityCard:
    one = found.opportunity
    develops = []
    for aim in one.aims:
        if aim.skill in state.framework:
            concept = state.framework.concept(aim.skill)
            levels = f"from {aim.from_level.label} " if aim.from_level else ""
            develops.append((Link(concept.pref_label, skill_page(concept)), f"{levels}to {aim.level.label}"))
    place = ", or from elsewhere" if one.remote and one.site else "From anywhere" if one.remote else ""
    return OpportunityCard(
        one.title,
        _page(one),
        _name(one.host, state),
        one.scheme.label,
        one.kind.label,
        one.starts,
        one.ends,
        f"{one.site}{place}",
        tuple(develops),
        found.free,
        one.places,
    )


def _one(register: Register, found: Offered, access: Access) -> OneOpportunity:
    one, state = found.opportunity, register.state
    mine = [
        each
        for each in (applications(register, access) if access.person else ())
        if each.mine and each.opportunity.identifier == one.identifier and not each.participation.stage.over
    ]
    steward = one.host in access.keeps and access.home is not None
    opened = one.status is Status.OPEN
    audiences = {
        Audience.PUBLIC: "Everybody",
        Audience.ALLIANCE: "The alliance",
        Audience.PRIVATE: _name(one.host, state),
    }
    return OneOpportunity(
        _card(found, state),
        LIST,
        "" if opened else "Withdrawn" if one.status is Status.WITHDRAWN else "Not confirmed yet",
        one.text,
        audiences[one.audience],
        one.contact,
        one.two_way,
        one.releasing_employer,
        _PAYMENTS[one.payment] if one.payment else "",
        f"{_page(one)}/applications" if access.person and opened and found.free and not mine else "",
        Link(mine[0].participation.stage.value, _application_page(mine[0])) if mine else None,
        _goal(one, access) if opened else "",
        f"{_page(one)}/confirmation" if steward and one.status is Status.PROPOSED else "",
        f"{_page(one)}/withdrawal" if steward and one.status is not Status.WITHDRAWN else "",
        tuple(map(_line, one.steps)),
    )


def _goal(one: Opportunity, access: Access) -> str:
    """Where somebody sets a goal that an opportunity leads to; empty for whoever has no plan."""
    if not access.person or not one.aims:
        return ""
    aim = one.aims[0]
    said = {"skill": aim.skill, "level": aim.level.label, "opportunity": one.digits}
    return address(f"/people/{access.person}/plan", **said)


def _line(step: Step) -> HistoryLine:
    return HistoryLine(_DONE[step.kind], _ROLES[step.role], wording.moment(step.when), step.reason, step.on_day)


def _next(found: Application) -> tuple[StepKind, ...]:
    """What the caller can do now."""
    stewards = set(found.roles) - {StepRole.PARTICIPANT}
    one = found.participation
    return tuple(
        kind
        for kind in _NEXT.get(one.stage, ())
        if (stewards or kind is StepKind.WITHDRAWAL)
        and found.roles
        and (kind is not StepKind.AGREEMENT or stewards - one.agreed)
    )


def count_waiting(register: Register, access: Access) -> int:
    """How many applications and opportunities wait for a steward."""
    found = (one for one in applications(register, access) if not one.mine)
    return sum(_waits(one) for one in found) + len(waiting(register, access))


def _waits(found: Application) -> bool:
    """For the caller."""
    return StepKind.AGREEMENT in _next(found) or (found.participation.stage is Stage.AGREED and not found.mine)


def _seen(register: Register, access: Access, *found: Application) -> Collection[str]:
    """The IRIs of those who applied whose pages the caller may open."""
    return read_cards([one.participation.person for one in found], access.views, register.store)


def _row(found: Application, state: State, seen: Collection[str]) -> ApplicationRow:
    one = found.participation
    return ApplicationRow(
        found.opportunity.title,
        _application_page(found),
        found.name,
        one.stage.value.capitalize(),
        _name(one.host, state),
        _name(one.home, state),
        one.applied.date(),
        _waits(found),
        person_page(one.person) if one.person in seen else "",
    )


def _application(found: Application, state: State, levels: tuple[Moved, ...], seen: Collection[str]) -> OneApplication:
    one, framework = found.participation, state.framework
    words, can = {kind: word for word, kind in STEPS.items()}, _next(found)
    steps = tuple(Option(words[kind], _STEPS[kind]) for kind in can)
    names = {StepRole.HOST_STEWARD: one.host, StepRole.RELEASING_STEWARD: one.home}
    agreed = (f"{_name(names[role], state)}: {'yes' if role in one.agreed else 'not yet'}" for role in one.sides)
    return OneApplication(
        _row(found, state, seen),
        Link(found.opportunity.title, _page(found.opportunity)),
        APPLICATIONS,
        one.text,
        "; ".join(agreed),
        tuple(map(_line, one.steps)),
        tuple(
            LevelLine(
                Link(framework.concept(each.skill).pref_label, skill_page(framework.concept(each.skill))),
                each.before.label if each.before else "not known",
                each.after.label if each.after else "not known",
                each.wanted.label,
                each.movement.value.capitalize(),
            )
            for each in levels
        ),
        _application_page(found) if steps else "",
        steps,
        not {StepKind.BEGINNING, StepKind.COMPLETION}.isdisjoint(can),
        StepKind.REFUSAL in can,
        next_words(found, _name(one.host, state), _name(one.home, state)) if found.mine else (),
    )
