"""What administrators manage: who may come in and as whom. By that they read nobody's record.

Whatever they grant, themselves included, stands in the audit log, where the stewards of the organisation concerned
read it.
"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, Field

from gse_skills import audit
from gse_skills.access import FORMS, Caller
from gse_skills.answers import OrganisationBody, TokenBody, TokensBody, UserBody, UsersBody
from gse_skills.audit import Action
from gse_skills.errors import NotFoundError
from gse_skills.organisation import Organisation
from gse_skills.vocabulary import Audience
from gse_skills_service.api.answering import answer, problems
from gse_skills_service.auth import Allowed, Registered, require_recent_sign_in
from gse_skills_service.witness import Witnessed


def administrators(access: Allowed) -> None:
    """Let only administrators pass; raises RefusedError (rule `not-administrator`)."""
    access.require_administrator()


router = APIRouter(tags=["Administration"], dependencies=[Depends(administrators)])

LONGEST_DAYS = 366
"""For which a token is valid at most."""
_RECENT = [Depends(require_recent_sign_in)]
_CHANGED = problems(400, 403, 404, 409, 413, 503, 507)
_CALLERS = f"One of: {', '.join(FORMS)}."


class NewGrant(BaseModel):
    """A user, and a caller as which they may act."""

    name: str = Field(
        max_length=300,
        examples=["ann.alder@larkmoor.example"],
        description="The mail address with which they sign in, or ISSUER|SUBJECT.",
    )
    caller: str = Field(max_length=300, examples=["steward:larkmoor"], description=_CALLERS)


class NewToken(BaseModel):
    """A token to make."""

    caller: str = Field(max_length=300, examples=["steward:larkmoor"], description=_CALLERS)
    note: str = Field("", max_length=300, examples=["nightly import"], description="What it is for.")
    days: int = Field(90, ge=1, le=LONGEST_DAYS, description="How long it is valid.")


class NewOrganisation(BaseModel):
    """An organisation to add."""

    slug: str = Field(
        max_length=100,
        description="Its short name: lower-case letters, digits and single hyphens.",
        examples=["larkmoor"],
    )
    name: str = Field(min_length=1, max_length=300, examples=["Larkmoor Laboratory"])
    audience: Audience = Field(Audience.PRIVATE, description="Whom its records reach where nothing else is said.")


@router.get("/users", response_model=UsersBody, responses=problems(403), summary="Who may sign in")
def list_users(request: Request, register: Registered) -> Response:
    """Everybody who was granted something or has signed in, and the callers as which they may act.

    Somebody whose mail address is in an organisation's records may act as themself besides, without being granted it.
    """
    return answer(request, UsersBody(items=[UserBody.of(user) for user in register.users.users()]))


@router.post(
    "/users",
    response_model=UserBody,
    responses=_CHANGED,
    dependencies=_RECENT,
    summary="Let somebody act as a caller",
)
def post_grant(request: Request, register: Registered, witness: Witnessed, asked: NewGrant) -> Response:
    """Let a user act as a caller. It holds at once, also before they first sign in."""
    user = audit.grant(register.users, witness, asked.name, register.caller(asked.caller))
    return answer(request, UserBody.of(user))


@router.delete(
    "/users/{identifier}",
    status_code=204,
    responses=_CHANGED,
    dependencies=_RECENT,
    summary="Take a grant or a user away",
)
def delete_grant(
    register: Registered,
    witness: Witnessed,
    identifier: Annotated[str, Path(max_length=64, description="`identifier` of a user: no address stands in a URL.")],
    caller: Annotated[str | None, Query(max_length=300, description="Only this; otherwise the user.")] = None,
) -> None:
    """Take a grant away, or with no `caller` the user and all they were granted; it holds from the next request on."""
    user = register.users.get(identifier)
    if user is None:
        raise NotFoundError("There is no such user.", rule="unknown-user", remedy="See GET /api/v1/users.")
    audit.revoke(register.users, witness, user.name, None if caller is None else Caller.parse(caller))


@router.get("/tokens", response_model=TokensBody, responses=problems(403), summary="API tokens")
def list_tokens(request: Request, register: Registered) -> Response:
    """The tokens, without their secrets, which are kept nowhere."""
    return answer(request, TokensBody(items=[TokenBody.of(token) for token in register.tokens.tokens()]))


@router.post("/tokens", response_model=TokenBody, responses=_CHANGED, dependencies=_RECENT, summary="Make a token")
def post_token(request: Request, register: Registered, witness: Witnessed, asked: NewToken) -> Response:
    """Make a token and show its secret, once."""
    made = audit.create_token(register.tokens, witness, register.caller(asked.caller), note=asked.note, days=asked.days)
    response = answer(request, TokenBody.of(*made))
    response.headers["Cache-Control"] = "no-store"
    return response


@router.delete("/tokens/{name}", status_code=204, responses=_CHANGED, summary="Revoke a token")
def delete_token(
    register: Registered,
    witness: Witnessed,
    name: Annotated[str, Path(max_length=64, description="The token's name.", examples=["3f9a1c20"])],
) -> None:
    """Make a token worthless at once."""
    audit.revoke_token(register.tokens, witness, name)


@router.post("/organisations", response_model=OrganisationBody, responses=_CHANGED, summary="Add an organisation")
def post_organisation(
    request: Request,
    register: Registered,
    witness: Witnessed,
    asked: NewOrganisation,
    dry_run: Annotated[bool, Query(description="Only say whether it can be added.")] = False,
) -> Response:
    """Add an organisation to the alliance; its records come from its stewards."""
    organisation = Organisation(asked.slug, asked.name, asked.audience)
    with witness.doing(Action.ORGANISATION_ADDED, [asked.slug], dry_run=dry_run):
        register.add_organisation(organisation, dry_run=dry_run)
    return answer(request, OrganisationBody.of(organisation))
