"""Erasure and retention, as the operator's command line asks for them."""

from __future__ import annotations

import datetime
from contextlib import nullcontext
from typing import Annotated

from fastapi import APIRouter, Depends
from pydantic import BaseModel

from gse_skills import retention
from gse_skills.answers import ErasedBody, KeptForBody, MonthsBody, RetentionBody
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
    with nullcontext() if asked.dry_run else witness.doing(Action.ERASE, [asked.organisation]):
        return ErasedBody.of(erase(register, access, asked.organisation, asked.person, dry_run=asked.dry_run))


@router.post("/retention")
def run_retention(
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    dry_run: bool = False,
    as_of: Annotated[datetime.date | None, "The day that is taken for today."] = None,
) -> RetentionBody:
    """Take away what has had its time."""
    with nullcontext() if dry_run else witness.doing(Action.ERASE, sorted(access.keeps)):
        return RetentionBody.of(retention.run(register, access, as_of=as_of, dry_run=dry_run))


@router.get("/retention")
def kept_for(register: Registered, access: Allowed) -> KeptForBody:
    """How long things are kept."""
    return KeptForBody.of(register, access)


@router.post("/retention/choices")
def choose(register: Registered, access: Allowed, witness: Witnessed, asked: Choosing) -> MonthsBody:
    """Choose how long an organisation keeps things of a kind."""
    with witness.doing(Action.CHANGE, [asked.organisation]):
        months = retention.choose(register, access, asked.organisation, {asked.kind: asked.months})
    return MonthsBody(organisation=asked.organisation, months=months)
