"""Who has which skill, or several; and which skills a text speaks of."""

from __future__ import annotations

import datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Body, Query, Request
from fastapi.responses import Response
from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from gse_skills.answers import ExpertsBody, SentenceBody
from gse_skills.audit import Action
from gse_skills.experts import MAX_LIMIT, ExpertsQuestion, Wanted
from gse_skills.framework import MAX_TEXT, read_sentence
from gse_skills.index import MAX_SKILLS, Match
from gse_skills.vocabulary import Basis, BasisName, Level, LevelLabel
from gse_skills_service.api.answering import answer, problems, told_of
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.people_csv import people_csv, wants_csv
from gse_skills_service.witness import Witnessed

router = APIRouter(tags=["Expertise"])

_Short = Annotated[str, StringConstraints(max_length=300)]
_CSV: dict[int | str, dict[str, Any]] = {200: {"content": {"text/csv": {"schema": {"type": "string"}}}}}
_EXAMPLES = {
    "sentence": {
        "summary": "A sentence",
        "value": {"text": "We need a virologist who can run metagenomic sequencing and speak to the press"},
    },
    "list": {"summary": "A list", "value": {"text": "Virology\nToxicology\nAir quality"}},
}


@router.get(
    "/experts", response_model=ExpertsBody, responses={**_CSV, **problems(400, 404, 406, 409)}, summary="Who has it"
)
def find_experts(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    skill: Annotated[
        list[_Short],
        Query(
            description=f"Notation, IRI or label; up to {MAX_SKILLS} of them. After an at sign the lowest level that "
            "counts for this one, as in `LIF-VIR@Expert`.",
            examples=[["Virology"]],
        ),
    ],
    match: Annotated[Literal["all", "any"], Query(description="Who has all of the skills, or any of them.")] = "all",
    min_level: Annotated[
        LevelLabel, Query(description="The lowest level that counts for skills with none of their own.")
    ] = "Awareness",
    org: Annotated[str | None, Query(description="Only this organisation, by slug.")] = None,
    unit: Annotated[
        list[_Short] | None, Query(description="Only people of these units; empty for those with none said.")
    ] = None,
    site: Annotated[list[_Short] | None, Query(description="Only people at these sites, likewise.")] = None,
    grade: Annotated[list[_Short] | None, Query(description="Only people of these grades, likewise.")] = None,
    available: Annotated[
        bool | None, Query(description="Only people known to be available, or known not to be.")
    ] = None,
    basis: Annotated[list[BasisName] | None, Query(description="Only levels judged in these ways.")] = None,
    as_of: Annotated[datetime.date | None, told_of("Of the people whom you see now.")] = None,
    limit: Annotated[int, Query(ge=1, le=MAX_LIMIT)] = 20,
    cursor: Annotated[str | None, Query(description="`next_cursor` of the page before.", max_length=64)] = None,
    fresh: Annotated[bool, Query(description="Only levels that are not yet to be confirmed anew.")] = False,
    facets: Annotated[bool, Query(description="Count what each further choice would find.")] = False,
    format: Annotated[  # noqa: A002 - the parameter's name
        Literal["json", "csv"] | None,
        Query(description="Instead of the Accept header. CSV has everybody who has it, whatever `limit` says."),
    ] = None,
) -> Response:
    """Who holds a skill or anything narrower, ranked by level, then how it was judged, then how recently.

    Of several skills, people rank by how many they have, then by the sum of the levels. Everybody whom you may see is
    split by organisation into those who have it, those assessed below the level, those mapped in this branch without
    it, and those not mapped in it: unknown is not none.
    """
    question = ExpertsQuestion(
        tuple(Wanted.parse(one) for one in skill),
        Level[min_level.upper()],
        org,
        available,
        as_of,
        limit,
        cursor,
        fresh,
        Match(match),
        tuple(unit or ()),
        tuple(site or ()),
        tuple(grade or ()),
        tuple(Basis[one.upper()] for one in basis or ()),
        facets,
    )
    if wants_csv(request.headers.get("accept", ""), format):
        return people_csv(register, question, access, witness)
    found = register.ask_experts(question, access)
    witness.saw(Action.SEARCH_EXPERTS, found.people, found.concepts)
    return answer(request, ExpertsBody.of(found))


class NewText(BaseModel):
    """A text that says who is needed."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=MAX_TEXT, description="A sentence or a list.")


@router.post(
    "/skills/in-text", response_model=SentenceBody, responses=problems(400), summary="Skills that a text speaks of"
)
def find_skills_in_text(
    request: Request, register: Registered, asked: Annotated[NewText, Body(openapi_examples=_EXAMPLES)]
) -> Response:
    """Find the skills in a pasted sentence or list, with how sure each is and what else may be meant.

    Only what is `named` or `likely` is in `skills`; show the rest to whoever asked. The text is sent as a body, since
    people paste more than they mean to, and addresses end up in histories and logs; it is not kept.
    """
    state = register.state
    found = read_sentence(asked.text, state.lookup, state.search)
    return answer(request, SentenceBody.of(found, state.framework))
