"""People, as far as the caller may see them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import Response

from gse_skills.answers import PersonBody
from gse_skills.audit import Action
from gse_skills.people import read_person
from gse_skills_service.api.answering import answer, problems
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.witness import Witnessed

router = APIRouter(tags=["People"])


@router.get("/people/{identifier}", response_model=PersonBody, responses=problems(404), summary="One person")
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
    return answer(request, PersonBody.of(person, register.state.framework))
