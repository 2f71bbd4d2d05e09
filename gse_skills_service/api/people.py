"""People, as far as the caller may see them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import Response

from gse_skills.answers import ErasedBody, PersonBody
from gse_skills.audit import Action
from gse_skills.erasure import erase, home_of
from gse_skills.people import read_person
from gse_skills_service.api.answering import answer, problems
from gse_skills_service.auth import Allowed, Registered, require_recent_sign_in
from gse_skills_service.witness import Witnessed

router = APIRouter(tags=["People"])


@router.get("/people/{identifier}", response_model=PersonBody, responses=problems(400, 404), summary="One person")
def get_person(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: Annotated[str, Path(description="The sixteen digits at the end of the person's IRI.", max_length=64)],
) -> Response:
    """A person and their current records; one whom you may not see is answered like one who is not there."""
    person = read_person(identifier, access, register.store)
    witness.saw(Action.READ_PERSON, [(person.card.organisation, person.card.person)])
    return answer(request, PersonBody.of(person, register.state.framework, register.state.standing))


@router.delete(
    "/people/{identifier}",
    response_model=ErasedBody,
    responses=problems(400, 403, 404, 409, 503, 507),
    dependencies=[Depends(require_recent_sign_in)],
    summary="Erase a person",
)
def erase_person(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: Annotated[str, Path(description="The sixteen digits at the end of the person's IRI.", max_length=64)],
    dry_run: Annotated[bool, Query(description="Only count what would go.")] = True,
) -> Response:
    """Erase a person and everything that is kept of them, as a steward of their organisation; it cannot be undone.

    Unless `dry_run=false` is said, nothing is changed. The store's files are written anew, which takes from seconds to
    minutes; answers go on meanwhile, and changes wait. Backups that were taken before hold the person until they are
    deleted in their time.
    """
    slug = home_of(register, access, identifier)
    with witness.doing(Action.ERASE, [slug], dry_run=dry_run):
        return answer(request, ErasedBody.of(erase(register, access, slug, identifier, dry_run=dry_run)))
