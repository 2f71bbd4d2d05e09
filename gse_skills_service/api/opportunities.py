"""Opportunities under interchange schemes, and applications for them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from gse_skills.answers import (
    ApplicationBody,
    ApplicationsBody,
    MatchesBody,
    OpportunitiesBody,
    OpportunityBody,
    TakenBody,
)
from gse_skills.audit import Action, Witness
from gse_skills.development.holding import find_card
from gse_skills.opportunity import (
    Application,
    MatchQuestion,
    Offered,
    OfferWish,
    OpportunityQuestion,
    Payment,
    StepKind,
    StepRole,
    StepWish,
    WishedAim,
    applications,
    apply,
    confirm,
    find,
    find_application,
    moved,
    offer,
    opportunities_for,
    proceed,
    search,
    withdraw_opportunity,
)
from gse_skills.register import Register
from gse_skills.vocabulary import ID, Audience, Level, LevelLabel
from gse_skills_service.api.answering import Day, answer, problems
from gse_skills_service.auth import Allowed, Registered, require_known
from gse_skills_service.witness import Witnessed

router = APIRouter(tags=["Opportunities"])

_CHANGED = problems(400, 403, 404, 409, 413, 503, 507)
DryRun = Annotated[bool, Query(description="Only say what it would do.")]
Identifier = Annotated[str, Path(description="`id` of an opportunity.", max_length=64)]
ApplicationIdentifier = Annotated[str, Path(description="`id` of an application.", max_length=64)]
SkillDeveloped = Annotated[
    str,
    Query(max_length=300, description="What develops it, or something narrower or broader.", examples=["LIF-VIR"]),
]
SchemeNamed = Annotated[str, Query(max_length=100, description="`stem-futures` or `expert-exchange`.")]
KindNamed = Annotated[str, Query(max_length=100, description="Such as `shadowing` or `secondment`.")]
Limit = Annotated[int, Query(ge=1, le=200, description="How many at most.")]
STEPS = {
    "agree": StepKind.AGREEMENT,
    "start": StepKind.BEGINNING,
    "finish": StepKind.COMPLETION,
    "withdraw": StepKind.WITHDRAWAL,
    "decline": StepKind.REFUSAL,
}
"""The steps of an application, by the word for each."""
StepName = Literal["agree", "start", "finish", "withdraw", "decline"]
RoleName = Literal["host steward", "releasing steward", "participant"]


class NewAim(BaseModel):
    """A skill that an opportunity develops."""

    skill: str = Field(max_length=300, description="By notation, IRI or label.", examples=["LIF-VIR-03"])
    level: LevelLabel = Field(description="The level that can be reached.")
    from_level: LevelLabel | None = Field(None, description="The least to bring along; leave it out for none.")


class NewOpportunity(BaseModel):
    """An opportunity to offer."""

    title: str = Field(max_length=1_000, description="In up to 120 characters.", examples=["A week in sequencing"])
    text: str = Field("", max_length=4_000, description="What one does there, in up to 1,000 characters.")
    scheme: str = Field(max_length=100, examples=["stem-futures"], description="`stem-futures` or `expert-exchange`.")
    kind: str = Field(max_length=100, examples=["shadowing"], description="One of those that the scheme has.")
    develops: list[NewAim] = Field(min_length=1, max_length=10)
    starts: Day = Field(examples=["2027-03-01"])
    ends: Day = Field(description="The last day.", examples=["2027-03-05"])
    site: str = Field("", max_length=1_000, description="Needed unless it is remote.", examples=["Larkmoor"])
    remote: bool = False
    two_way: bool = Field(False, description="Somebody of the host goes the other way in return.")
    places: int = Field(1, ge=1, le=1_000)
    audience: Literal["public", "alliance", "private"] = Field("alliance", description="`private`: your organisation.")
    contact: str = Field(
        max_length=300, description="The mailbox of a role, not of a person.", examples=["interchange@larkmoor.example"]
    )
    releasing_employer: str = Field("", max_length=1_000, description="Needed where the scheme says so.")
    payment: Payment | None = Field(None, description="Who pays salary and on-costs; needed where the scheme says so.")
    organisation: str | None = Field(
        None, max_length=100, description="In whose name; your own organisation when you leave it out."
    )


class NewReason(BaseModel):
    """Why."""

    reason: str = Field("", max_length=4_000, description="In up to 1,000 characters; whoever applied sees it.")


class NewApplication(BaseModel):
    """An application."""

    text: str = Field(
        "",
        max_length=4_000,
        description="Why you want to take part, in up to 1,000 characters. The stewards of the host and of your own "
        "organisation read it. Leave out health, beliefs, vetting and the like.",
    )
    person: str = Field(
        "", max_length=64, description="Whose application it is, for a steward who was given it otherwise."
    )


class NewStep(NewReason):
    """A step of an application."""

    on_day: Day | None = Field(None, description="Of `start` and `finish`; today when you leave it out.")
    role: RoleName | None = Field(None, description="For whoever may act in several roles.")


@router.get(
    "/opportunities",
    response_model=OpportunitiesBody,
    responses=problems(400, 404, 409),
    summary="Opportunities to take part in",
)
def list_opportunities(
    request: Request,
    register: Registered,
    access: Allowed,
    skill: SkillDeveloped = "",
    scheme: SchemeNamed = "",
    kind: KindNamed = "",
    starts: Annotated[Day | None, Query(alias="from", description="It goes on at some time from that day.")] = None,
    until: Annotated[Day | None, Query(description="It goes on at some time to that day.")] = None,
    place: Annotated[str, Query(max_length=100, description="Part of the name of the place, or `remote`.")] = "",
    limit: Limit = 50,
) -> Response:
    """The open opportunities that you may see: what is public, and signed in what is for the alliance or your own
    organisation. The nearest skill comes first, then what starts soonest. What is over is left out unless you ask for
    its dates."""
    question = OpportunityQuestion(skill, scheme, kind, starts, until, place)
    found = search(register, question, access)
    return answer(request, OpportunitiesBody.of(found, register.state.framework, limit))


@router.get(
    "/opportunities/{identifier}", response_model=OpportunityBody, responses=problems(404), summary="An opportunity"
)
def get_opportunity(request: Request, register: Registered, access: Allowed, identifier: Identifier) -> Response:
    """One opportunity, with how many places are free; who takes part is not told."""
    return _told(request, register, find(register, identifier, access))


@router.post("/opportunities", response_model=OpportunityBody, responses=_CHANGED, summary="Offer an opportunity")
def post_opportunity(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    asked: NewOpportunity,
    dry_run: DryRun = False,
) -> Response:
    """Offer an opportunity in the name of your organisation. A member's offer of a placement or a secondment waits for
    a steward; mentoring, coaching, lectures and learning are open at once. The same offer is made once.

    The rules are those of the scheme: what breaks them is refused with the rule and what would mend it.
    """
    wish = wish_of(asked)
    slug = wish.organisation or access.home or ""
    allowed = slug in access.keeps or slug == access.home
    with witness.doing(Action.CHANGE, [slug], allowed=allowed, dry_run=dry_run):
        made = offer(register, wish, access, dry_run=dry_run)
    return _told(request, register, made)


@router.post(
    "/opportunities/{identifier}/confirmation",
    response_model=OpportunityBody,
    responses=_CHANGED,
    summary="Confirm an opportunity",
)
def post_confirmation(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: Identifier,
    dry_run: DryRun = False,
) -> Response:
    """Stand by what a member of your organisation offered, as its steward, so that others see it."""
    with _changing(witness, f"opportunity/{identifier}", dry_run=dry_run):
        made = confirm(register, identifier, access, dry_run=dry_run)
    return _told(request, register, made)


@router.post(
    "/opportunities/{identifier}/withdrawal",
    response_model=OpportunityBody,
    responses=_CHANGED,
    summary="Withdraw an opportunity",
)
def post_withdrawal(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: Identifier,
    asked: NewReason,
    dry_run: DryRun = False,
) -> Response:
    """Take an opportunity back, as a steward of its host. Applications that wait are declined with your reason; who
    takes part already goes on."""
    with _changing(witness, f"opportunity/{identifier}", dry_run=dry_run):
        made = withdraw_opportunity(register, identifier, access, reason=asked.reason, dry_run=dry_run)
    return _told(request, register, made)


@router.post(
    "/opportunities/{identifier}/applications",
    response_model=TakenBody,
    responses=_CHANGED,
    summary="Apply for an opportunity",
)
def post_application(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: Identifier,
    asked: NewApplication,
    dry_run: DryRun = False,
) -> Response:
    """Apply as yourself. Stewards of the host and of your own organisation see your name and what you wrote; nobody
    else does. Whoever has applied and is waiting, or takes part, has applied once."""
    with _changing(witness, f"opportunity/{identifier}", dry_run=dry_run, may=bool(access.person or access.keeps)):
        taken = apply(register, identifier, access, text=asked.text, person=asked.person, dry_run=dry_run)
    return answer(request, TakenBody.of(taken, register.state.framework))


@router.get(
    "/applications",
    response_model=ApplicationsBody,
    responses=problems(403),
    dependencies=[Depends(require_known)],
    summary="Applications",
)
def list_applications(request: Request, register: Registered, access: Allowed, witness: Witnessed) -> Response:
    """Your own applications, and as a steward those for what your organisation offers and those of its people."""
    found = applications(register, access)
    tell_of(witness, *found)
    return answer(request, ApplicationsBody.of(found, register.state.framework))


@router.get(
    "/applications/{identifier}",
    response_model=ApplicationBody,
    responses=problems(403, 404),
    dependencies=[Depends(require_known)],
    summary="An application",
)
def get_application(
    request: Request, register: Registered, access: Allowed, witness: Witnessed, identifier: ApplicationIdentifier
) -> Response:
    """One application with its steps, and once it is finished whether the levels moved, for the person and their own
    stewards."""
    found = find_application(register, identifier, access)
    tell_of(witness, found)
    levels = moved(register, identifier, access) if sees_levels(found) else ()
    return answer(request, ApplicationBody.of(found, register.state.framework, levels))


@router.post(
    "/applications/{identifier}/{step}",
    response_model=TakenBody,
    responses=_CHANGED,
    dependencies=[Depends(require_known)],
    summary="Take a step",
)
def post_step(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: ApplicationIdentifier,
    step: Annotated[StepName, Path(description="What to do.")],
    asked: NewStep,
    dry_run: DryRun = False,
) -> Response:
    """Agree or decline, for the host and for the applicant's organisation; start and finish; withdraw.

    The same step again by the same side changes nothing and says so; what somebody else has made impossible meanwhile
    is refused with rule `wrong-stage`.
    """
    wish = StepWish(STEPS[step], asked.reason, asked.on_day, StepRole(asked.role) if asked.role else None)
    with _changing(witness, f"participation/{identifier}", dry_run=dry_run, may=bool(access.person or access.keeps)):
        taken = proceed(register, identifier, wish, access, dry_run=dry_run)
    return answer(request, TakenBody.of(taken, register.state.framework))


@router.get(
    "/people/{identifier}/opportunities",
    response_model=MatchesBody,
    responses=problems(400, 404, 409),
    summary="Opportunities that close a person's gaps",
)
def list_matches(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: Annotated[str, Path(description="The sixteen digits of a person.", max_length=64)],
    skill: Annotated[str, Query(max_length=300, description="What to reach a level of.")] = "",
    level: Annotated[LevelLabel | None, Query(description="With a skill; one above theirs without it.")] = None,
    role: Annotated[str, Query(max_length=300, description="A role to reach; the next one without it.")] = "",
    by: Annotated[Day | None, Query(description="The day by which it is needed.")] = None,
    limit: Limit = 20,
) -> Response:
    """What develops the skills that a person lacks for a role, or one skill: first where the levels fit, then what ends
    in time, then what is near. The same question has the same order."""
    question = MatchQuestion(skill, Level[level.upper()] if level else None, role, by)
    found = opportunities_for(register, identifier, question, access)
    card = find_card(register, access, identifier)
    witness.saw(Action.READ_PERSON, [(card.organisation, card.person)])
    return answer(request, MatchesBody.of(found, register.state.framework, limit))


def wish_of(asked: NewOpportunity) -> OfferWish:
    """What somebody wants to offer."""
    return OfferWish(
        asked.title,
        asked.scheme,
        asked.kind,
        tuple(
            WishedAim(aim.skill, Level[aim.level.upper()], Level[aim.from_level.upper()] if aim.from_level else None)
            for aim in asked.develops
        ),
        asked.starts,
        asked.ends,
        asked.contact,
        asked.text,
        asked.site,
        asked.remote,
        asked.two_way,
        asked.places,
        Audience(asked.audience),
        asked.releasing_employer,
        asked.payment,
        asked.organisation,
    )


def tell_of(witness: Witness, *found: Application) -> None:
    """Tell the log of the people whose applications are about to be shown."""
    others = [one.participation for one in found if not one.mine]
    witness.saw(Action.READ_PERSON, [(one.home, one.person) for one in others])


def sees_levels(found: Application) -> bool:
    """Whether the caller may see if the levels moved: the person, and those who keep their records."""
    one = found.participation
    return found.mine or StepRole.RELEASING_STEWARD in found.roles or (one.host == one.home and bool(found.roles))


def _changing(witness: Witness, thing: str, *, dry_run: bool, may: bool = True) -> AbstractContextManager[None]:
    allowed = (may and witness.access.home is not None) or bool(witness.access.keeps)
    return witness.doing(Action.CHANGE, [witness.access.home or ""], [ID[thing]], allowed=allowed, dry_run=dry_run)


def _told(request: Request, register: Register, found: Offered) -> Response:
    return answer(request, OpportunityBody.of(found, register.state.framework))
