"""What the command line asks of a running service in the name of the operator; no token opens these."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi.responses import StreamingResponse
from pydantic import BaseModel

from gse_skills.access import Access, Role
from gse_skills.answers import RehearsalBody, SchemeBody
from gse_skills.audit import Action
from gse_skills.errors import NotFoundError
from gse_skills.framework import read_scheme
from gse_skills.organisation import Organisation
from gse_skills.rebuild import SCHEME, VIEW
from gse_skills.release import read_sheet
from gse_skills.store.backup import backup
from gse_skills.vocabulary import Audience
from gse_skills_service.auth import Registered, get_access
from gse_skills_service.witness import Witnessed


def operator_only(access: Annotated[Access, Depends(get_access)]) -> None:
    """To everybody else these addresses are not there."""
    if access.caller.role is not Role.OPERATOR:
        raise NotFoundError("Not Found", rule="no-such-address", remedy="Check the address.")


router = APIRouter(prefix="/operator", dependencies=[Depends(operator_only)], include_in_schema=False)


class NewOrganisation(BaseModel):
    """An organisation to add."""

    slug: str
    name: str
    audience: Audience


class Source(BaseModel):
    """A concept scheme on the disk of this machine."""

    source: Path
    slug: str = ""
    decisions: Path | None = None
    """The sheet that says what becomes of records whose concepts change."""


class Target(BaseModel):
    """A file to write on the disk of this machine."""

    target: Path


class Statements(BaseModel):
    """A number of statements."""

    statements: int


@router.get("", status_code=204)
def recognise() -> None:
    """Tells the command line that this is the service whose key it holds."""


@router.post("/organisations", status_code=204)
def add_organisation(register: Registered, witness: Witnessed, asked: NewOrganisation) -> None:
    """Add an organisation."""
    with witness.doing(Action.CHANGE, [asked.slug]):
        register.add_organisation(Organisation(asked.slug, asked.name, asked.audience))


@router.post("/schemes")
def load_scheme(register: Registered, witness: Witnessed, asked: Source) -> SchemeBody:
    """Bring in a concept scheme."""
    decisions = None if asked.decisions is None else read_sheet(asked.decisions)
    scheme = read_scheme(asked.source, register.sandbox, asked.slug)
    with witness.doing(Action.CHANGE, things=[SCHEME + scheme.slug]):
        return SchemeBody.of(scheme, register.load_scheme(scheme, decisions))


@router.post("/rehearsals")
def rehearse(register: Registered, asked: Source) -> RehearsalBody:
    """Say what bringing in a concept scheme would change of what is recorded."""
    return RehearsalBody.of(register.rehearse(read_scheme(asked.source, register.sandbox, asked.slug)))


@router.get("/releases/{name:path}")
def read_release(register: Registered, name: str) -> StreamingResponse:
    """All triples of a release of a concept scheme, by slug@version, or by slug the one in force."""
    release = register.state.releases.meant(name)
    lines = (f"{triple} .\n" for triple in register.store.triples(release.graph))
    return StreamingResponse(lines, media_type="application/n-triples")


@router.post("/rebuild")
def rebuild(register: Registered, witness: Witnessed) -> Statements:
    """Derive the views anew."""
    with witness.doing(Action.CHANGE, things=[VIEW]):
        return Statements(statements=register.rebuild())


@router.post("/backup")
def write_backup(register: Registered, witness: Witnessed, asked: Target) -> Statements:
    """Write a backup."""
    with witness.doing(Action.BACKUP):
        return Statements(statements=backup(register.store, asked.target).quads)
