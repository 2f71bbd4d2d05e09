"""What the command line asks of a running service in the name of the operator; no token opens these."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from pydantic import BaseModel

from gse_skills.access import Access, Role
from gse_skills.answers import (
    BackupBody,
    ComplaintBody,
    ComplaintsBody,
    RehearsalBody,
    ReleaseContentBody,
    SchemeBody,
    StatementsBody,
)
from gse_skills.audit import Action
from gse_skills.development import classes_named
from gse_skills.errors import NotFoundError, of_file
from gse_skills.framework import read_scheme
from gse_skills.mapping import read
from gse_skills.mapping.body import MappingAppliedBody
from gse_skills.rebuild import MAPPING, SCHEME, VIEW
from gse_skills.release import read_sheet
from gse_skills_service.auth import Allowed, Registered, get_access
from gse_skills_service.witness import Witnessed, tell_of_complaints, tell_refusal


def operator_only(request: Request, access: Annotated[Access, Depends(get_access)]) -> None:
    """To everybody else these addresses are not there."""
    if access.caller.role is not Role.OPERATOR:
        tell_refusal(request, "not-operator")
        raise NotFoundError("Not Found", rule="no-such-address", remedy="Check the address.")


def files_named() -> Iterator[None]:
    """The files are named by whoever asks, so that it is told to them when one cannot be read or written."""
    try:
        yield
    except OSError as error:
        raise of_file(error) from error


router = APIRouter(
    prefix="/operator", dependencies=[Depends(operator_only), Depends(files_named)], include_in_schema=False
)


class Source(BaseModel):
    """A concept scheme on the disk of this machine."""

    source: Path
    slug: str = ""
    decisions: Path | None = None
    """The sheet that says what becomes of records whose concepts change."""


class Mappings(BaseModel):
    """A mapping set on the disk of this machine."""

    source: Path
    reviewed: bool = False
    """Somebody looked at every row of it."""
    dry_run: bool = False


class Target(BaseModel):
    """A backup to write on the disk of this machine."""

    target: Path
    keys: tuple[str, ...] = ()
    """The public keys for which to encrypt it."""


class Answer(BaseModel):
    """What to answer somebody who complained."""

    text: str


@router.get("", status_code=204)
def recognise() -> None:
    """Tells the command line that this is the service whose key it holds."""


@router.post("/schemes")
def load_scheme(register: Registered, witness: Witnessed, asked: Source) -> SchemeBody:
    """Bring in a concept scheme."""
    decisions = None if asked.decisions is None else read_sheet(asked.decisions)
    scheme = read_scheme(asked.source, register.sandbox, asked.slug)
    with witness.doing(Action.CHANGE, things=[SCHEME + scheme.slug]):
        return SchemeBody.of(scheme, register.load_scheme(scheme, decisions))


@router.post("/mappings")
def apply_mappings(register: Registered, witness: Witnessed, asked: Mappings) -> MappingAppliedBody:
    """Bring in a mapping set."""
    mapping_set = read(asked.source)
    with witness.doing(Action.CHANGE, things=[MAPPING + mapping_set.name], dry_run=asked.dry_run):
        applied = register.apply_mappings(mapping_set, reviewed=asked.reviewed, dry_run=asked.dry_run)
    return MappingAppliedBody.of(applied)


@router.post("/rehearsals")
def rehearse(register: Registered, asked: Source) -> RehearsalBody:
    """Say what bringing in a concept scheme would change of what is recorded."""
    return RehearsalBody.of(register.rehearse(read_scheme(asked.source, register.sandbox, asked.slug)))


@router.get("/releases/{name:path}")
def read_release(register: Registered, name: str) -> ReleaseContentBody:
    """A release of a concept scheme with all its triples, by slug@version, or by slug the one in force."""
    release = register.state.releases.meant(name)
    # Read here and now: the engine's iterators end the process when another thread goes on with them.
    lines = "".join(f"{triple} .\n" for triple in register.store.triples(release.graph))
    return ReleaseContentBody(slug=release.slug, title=release.title, statements=lines)


@router.get("/role-classes")
def read_role_classes(
    register: Registered, q: str = "", category: str = "", grade: str = "", scheme: str = "", skill: str = ""
) -> Response:
    """Roles as OWL classes, in Turtle."""
    asked = {"q": q, "category": category, "grade": grade, "scheme": scheme, "skill": skill}
    return Response(classes_named(register, asked), media_type="text/turtle")


@router.post("/rebuild")
def rebuild(register: Registered, witness: Witnessed) -> StatementsBody:
    """Derive the views anew."""
    with witness.doing(Action.CHANGE, things=[VIEW]):
        return StatementsBody(statements=register.rebuild())


@router.post("/backup")
def write_backup(register: Registered, witness: Witnessed, asked: Target) -> BackupBody:
    """Write a backup."""
    with witness.doing(Action.BACKUP):
        return BackupBody.of(register.backup(asked.target, asked.keys))


@router.get("/complaints")
def list_complaints(register: Registered, access: Allowed, witness: Witnessed) -> ComplaintsBody:
    """All complaints."""
    store = register.complaints
    found = store.listed(access)
    tell_of_complaints(witness, found)
    return ComplaintsBody(items=[ComplaintBody.of(one, store.now()) for one in found])


@router.post("/complaints/{reference}/acknowledgement")
def acknowledge_complaint(register: Registered, access: Allowed, witness: Witnessed, reference: str) -> ComplaintBody:
    """Say that a complaint was read."""
    concerned = register.complaints.to_handle(reference, access).organisation
    with witness.doing(Action.CHANGE, [concerned]):
        return ComplaintBody.of(register.complaints.acknowledge(reference, access), register.complaints.now())


@router.post("/complaints/{reference}/answer")
def answer_complaint(
    register: Registered, access: Allowed, witness: Witnessed, reference: str, asked: Answer
) -> ComplaintBody:
    """Answer a complaint."""
    concerned = register.complaints.to_handle(reference, access).organisation
    with witness.doing(Action.CHANGE, [concerned]):
        return ComplaintBody.of(register.complaints.answer(reference, asked.text, access), register.complaints.now())
