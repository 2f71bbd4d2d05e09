"""Erasing somebody, and choosing how long one kind of thing is kept, as the operator's command line asks for it."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from gse_skills import retention
from gse_skills.answers import ErasedBody, MonthsBody
from gse_skills.audit import Action
from gse_skills.erasure import erase
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.operations import operator_only
from gse_skills_service.witness import Witnessed

router = APIRouter(prefix="/operator", dependencies=[Depends(operator_only)], include_in_schema=False)


class Erasing(BaseModel):
    """Whom to erase."""

    organisation: str
    person: str
    dry_run: bool = False


class Choosing(BaseModel):
    """How long to keep things of a kind; None for as long as the installation does."""

    organisation: str
    kind: retention.Kind
    months: int | None = None


@router.post("/erasures")
def erase_person(register: Registered, access: Allowed, witness: Witnessed, asked: Erasing) -> ErasedBody:
    """Erase a person."""
    with witness.doing(Action.ERASE, [asked.organisation], dry_run=asked.dry_run):
        return ErasedBody.of(erase(register, access, asked.organisation, asked.person, dry_run=asked.dry_run))


@router.post("/retention/choices")
def choose(register: Registered, access: Allowed, witness: Witnessed, asked: Choosing) -> MonthsBody:
    """Choose how long an organisation keeps things of a kind."""
    with witness.doing(Action.CHANGE, [asked.organisation]):
        months = retention.choose(register, access, asked.organisation, {asked.kind: asked.months})
    return MonthsBody(organisation=asked.organisation, months=months)
