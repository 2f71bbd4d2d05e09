"""Gaps, pathways, plans and progress."""

from __future__ import annotations

import datetime
from typing import Annotated

from fastapi import APIRouter, Header, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from gse_skills.access import Access
from gse_skills.answers import (
    GapBody,
    OrganisationProgressBody,
    PathwaysBody,
    PlanBody,
    ProgressBody,
    WhoIsCloseBody,
)
from gse_skills.answers.capability import framework_version
from gse_skills.answers.development import CategoryProgressBody, GroupProgressBody
from gse_skills.audit import Action
from gse_skills.development import (
    Plan,
    add_goal,
    ask_gap,
    ask_pathways,
    category_progress,
    change_goal,
    first_day,
    group_progress,
    read_plan,
    read_progress,
    who_is_close,
)
from gse_skills.development.pathway import MOST
from gse_skills.development.plan import asked_change, asked_goal
from gse_skills.errors import InputError
from gse_skills.framework import role_named
from gse_skills.opportunity import find
from gse_skills.register import Register, today
from gse_skills.vocabulary import LevelLabel
from gse_skills_service.api.answering import Day, KnownAt, answer, answer_bytes, problems, told_of
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.witness import Witnessed

router = APIRouter(tags=["Development"])

PersonDigits = Annotated[str, Path(description="The sixteen digits at the end of the person's IRI.", max_length=64)]
RoleName = Annotated[
    str | None,
    Query(
        description="Notation, IRI or label of a role; without it the next one above the person's own.", max_length=300
    ),
]
DryRun = Annotated[bool, Query(description="Say what would change, and change nothing.")]
IfMatch = Annotated[
    str | None, Header(alias="If-Match", description="The ETag of the plan that you read.", max_length=100)
]


class GoalAsked(BaseModel):
    """A goal to set."""

    skill: str = Field(max_length=300, description="Notation, IRI or label.", examples=["LIF-VIR-01"])
    level: LevelLabel = Field(examples=["Practitioner"])
    by: Day = Field(description="The day by which to reach it.", examples=["2030-06-30"])
    how: str = Field(
        max_length=4_000,
        description="What you will do, in up to 1,000 characters. Leave out health, ethnicity, beliefs, union "
        "membership and vetting: none of it belongs here.",
        examples=["Six weeks in the reference laboratory, with a mentor"],
    )
    begins: Day | None = Field(None, description="The day on which it begins; today without.")
    evidence: list[str] = Field(
        [], max_length=20, description="Links, and references in words.", examples=[["https://example.gov.uk/notes/7"]]
    )
    opportunity: str = Field("", max_length=300, description="By which to reach it: its digits or IRI.", examples=[""])


class GoalChanged(BaseModel):
    """What of a goal becomes otherwise; what is left out stays."""

    goal: str = Field(max_length=64, description="`id` of the goal.")
    state: str | None = Field(
        None, max_length=20, description="`planned`, `under way`, `done` or `dropped`.", examples=["under way"]
    )
    level: LevelLabel | None = None
    begins: Day | None = None
    by: Day | None = None
    how: str | None = Field(None, max_length=4_000)
    evidence: list[str] | None = Field(None, max_length=20, description="All of it, in place of what was.")
    opportunity: str | None = Field(None, max_length=300, description="Its digits or IRI; empty for none any more.")


@router.get(
    "/people/{identifier}/gap",
    response_model=GapBody,
    responses=problems(400, 403, 404, 409),
    summary="A person and a role",
)
def get_gap(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: PersonDigits,
    role: RoleName = None,
    as_of: Annotated[datetime.date | None, told_of("The role has to be named, and is what it is today.")] = None,
    known_at: KnownAt = None,
) -> Response:
    """What a role needs, what the person holds of it, and what is missing; essential and desirable apart.

    Not mapped means that nobody was asked, as far as you see. A person whom you may not see is answered like one who is
    not there.
    """
    found = ask_gap(register, access, identifier, role, as_of=as_of, known_at=known_at)
    witness.saw(Action.READ_PERSON, [(found.card.organisation, found.card.person)])
    return answer(request, GapBody.of(found, register.state.framework))


@router.get(
    "/people/{identifier}/pathways",
    response_model=PathwaysBody,
    responses=problems(400, 403, 404),
    summary="Where a person's skills lead",
)
def get_pathways(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: PersonDigits,
    limit: Annotated[int, Query(ge=1, le=MOST)] = 5,
    scheme: Annotated[str, Query(description="Only into roles of this concept scheme.", max_length=64)] = "",
    as_of: Annotated[datetime.date | None, told_of("The roles are what they are today.")] = None,
    known_at: KnownAt = None,
) -> Response:
    """The roles reached with least effort, with the roles and skills on the way, and the roles that fit already."""
    found = ask_pathways(register, access, identifier, limit, scheme, as_of=as_of, known_at=known_at)
    witness.saw(Action.READ_PERSON, [(found.card.organisation, found.card.person)])
    return answer(request, PathwaysBody.of(found, register.state.framework))


@router.get(
    "/people/{identifier}/progress",
    response_model=ProgressBody,
    responses=problems(404),
    summary="How a person's levels moved",
)
def get_progress(
    request: Request, register: Registered, access: Allowed, witness: Witnessed, identifier: PersonDigits
) -> Response:
    """The levels of a person by date, as far as you may see them, from current and ended records."""
    found = read_progress(register, access, identifier)
    witness.saw(Action.READ_PERSON, [(found.card.organisation, found.card.person)])
    return answer(request, ProgressBody.of(found, register.state.framework))


@router.get(
    "/people/{identifier}/plan",
    response_model=PlanBody,
    responses=problems(404),
    summary="A person's development plan",
)
def get_plan(
    request: Request, register: Registered, access: Allowed, witness: Witnessed, identifier: PersonDigits
) -> Response:
    """The goals of a person and whether the levels have moved: for the person and the stewards of their organisation.

    To everybody else there is no such person. The ETag is the version that changes name.
    """
    plan = read_plan(register, access, identifier)
    witness.opened(Action.READ_PERSON, plan.organisation, plan.person)
    return _plan(request, register, plan)


@router.post(
    "/people/{identifier}/plan",
    response_model=PlanBody,
    responses=problems(400, 404, 409, 412, 413, 503, 507),
    summary="Set a development goal",
)
def post_goal(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: PersonDigits,
    asked: GoalAsked,
    match: IfMatch = None,
    dry_run: DryRun = False,
) -> Response:
    """Set a goal; with If-Match only while the plan is that one. The answer is the plan as it is then."""
    before = read_plan(register, access, identifier)
    # Every answer from here on, also to a dry run, is the plan.
    witness.opened(Action.READ_PERSON, before.organisation, before.person)
    goal = asked_goal(**{**dict(asked), "opportunity": linked_opportunity(register, access, asked.opportunity)})
    with witness.doing(Action.CHANGE, [before.organisation], dry_run=dry_run):
        plan = add_goal(register, access, identifier, goal, version=version_of(match), dry_run=dry_run)
    return _plan(request, register, plan, dry_run=dry_run)


@router.patch(
    "/people/{identifier}/plan",
    response_model=PlanBody,
    responses=problems(400, 404, 409, 412, 413, 428, 503, 507),
    summary="Change a development goal",
)
def patch_goal(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: PersonDigits,
    asked: GoalChanged,
    match: IfMatch = None,
    dry_run: DryRun = False,
) -> Response:
    """Change a goal of the plan that you read, which If-Match names: of two people who write at once one is refused."""
    before = read_plan(register, access, identifier)
    # Every answer from here on, also to a dry run, is the plan.
    witness.opened(Action.READ_PERSON, before.organisation, before.person)
    version = version_of(match)
    if version is None:
        raise InputError(
            "Nothing says which version of the plan you change.",
            rule="version-missing",
            remedy="Read the plan, and send its ETag as If-Match.",
        )
    said = dict(asked)
    if asked.opportunity:
        said["opportunity"] = linked_opportunity(register, access, asked.opportunity)
    goal, wanted = asked_change(**said)
    with witness.doing(Action.CHANGE, [before.organisation], dry_run=dry_run):
        plan = change_goal(register, access, identifier, goal, wanted, version=version, dry_run=dry_run)
    return _plan(request, register, plan, dry_run=dry_run)


@router.get(
    "/organisations/{slug}/progress",
    response_model=OrganisationProgressBody,
    responses=problems(400, 404, 409),
    summary="How an organisation's levels moved",
)
def get_organisation_progress(
    request: Request,
    register: Registered,
    access: Allowed,
    slug: Annotated[str, Path(description="The organisation, by slug.", max_length=100, examples=["larkmoor"])],
    concept: Annotated[
        str | None,
        Query(description="Notation, IRI or label; all domains without it.", max_length=300, examples=["LIF"]),
    ] = None,
    since: Annotated[datetime.date | None, Query(description="The first day; three years ago without.")] = None,
    until: Annotated[datetime.date | None, Query(description="The last day; today without.")] = None,
    months: Annotated[int, Query(description="Length of a period.", ge=1, le=120)] = 12,
    by_category: Annotated[
        bool, Query(description="Also by professional category, by the role that each person has today.")
    ] = False,
) -> Response:
    """People at each level or above at the end of each period, over the records that you may see.

    Profession leads get, beside these, the published figures of the records that are not shared with them, by the day
    on which each was published.
    """
    last = until or today()
    asked = (register, access, slug, concept, since or first_day(last), last, months)
    lines, categories = group_progress(*asked), category_progress(*asked) if by_category else ()
    framework = register.state.framework
    return answer(
        request,
        OrganisationProgressBody(
            organisation=slug,
            lines=[GroupProgressBody.of(line, framework) for line in lines],
            categories=[CategoryProgressBody.of(one, framework) for one in categories],
            framework=framework.fingerprint,
            framework_version=framework_version(register.state),
        ),
    )


@router.get(
    "/candidates",
    response_model=WhoIsCloseBody,
    responses=problems(400, 403, 404, 409),
    summary="Who is close to a role",
)
def get_candidates(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    role: Annotated[str, Query(description="Notation, IRI or label.", max_length=300, examples=["ROL-LIF-01"])],
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
    as_of: Annotated[
        datetime.date | None, told_of("Of the people whom you see now; the role is what it is today.")
    ] = None,
    known_at: KnownAt = None,
) -> Response:
    """Of the people whom you see, how many lack nothing essential of a role, and who lacks least.

    As known on a day, of the people of those organisations of which you see all records.
    """
    state = register.state
    found = who_is_close(register, access, role_named(role, state.framework, state.lookup), limit, as_of, known_at)
    seen = [(one.card.organisation, one.card.person) for one in found.close]
    witness.saw(Action.SEARCH_EXPERTS, seen, [found.role.iri])
    return answer(request, WhoIsCloseBody.of(found, state.framework))


def linked_opportunity(register: Register, access: Access, said: str) -> str:
    """The IRI of an opportunity that the caller may see, from its digits or an address that ends with them; empty for
    none. Raises NotFoundError (rule `unknown-opportunity`)."""
    digits = said.strip().rstrip("/").rpartition("/")[2].lower()
    return find(register, digits, access).opportunity.identifier.iri if digits else ""


def version_of(match: str | None) -> str | None:
    """The version that an If-Match header names; None for none.

    >>> version_of('"00ff"'), version_of(None)
    ('00ff', None)
    """
    return match.strip().removeprefix("W/").strip('"') if match else None


def _plan(request: Request, register: Register, plan: Plan, *, dry_run: bool = False) -> Response:
    body = PlanBody.of(plan, register.state.framework, dry_run=dry_run).model_dump_json().encode()
    headers = {"ETag": f'"{plan.version}"', "Cache-Control": "private, no-store"}
    return answer_bytes(request, body, "application/json", headers)
