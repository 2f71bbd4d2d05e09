"""What every operation tells the audit log with: the caller, the user or token, why, and the request's identifier."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import AbstractContextManager
from typing import Annotated
from urllib.parse import unquote

import pyoxigraph as ox
from fastapi import Depends, Header, Request

from gse_skills.access import ANONYMOUS, Access, Incident, Role
from gse_skills.audit import PURPOSE_HEADER, Action, Witness
from gse_skills.complaints import Complaint
from gse_skills.errors import GseSkillsError
from gse_skills.records import organisation_slug
from gse_skills.vocabulary import ID, ORG, Audience
from gse_skills_service.auth import Allowed, get_access, get_caller, get_register, is_secure

_PERSON = ID["person/"]
_ACTIONS = {"sign-in-failed": Action.SIGN_IN, "unknown-user": Action.SIGN_IN, "not-granted": Action.ACT_AS}
"""What was refused, by the rule; anything else is a request like any other."""

Said = Annotated[
    str | None,
    Header(
        alias=PURPOSE_HEADER,
        description="Why you ask, in one line of up to 300 characters (UTF-8, or percent-encoded): it goes into the "
        "audit log, and whoever is looked at can read it. No names or addresses of people.",
    ),
]


def get_witness(request: Request, access: Allowed, said: Said = None) -> Witness:
    """The witness of a request; raises InputError (rule `bad-purpose`)."""
    register = get_register(request)
    return Witness.of(
        register.audit,
        access,
        incident=_incident(request, access),
        purpose=purpose_of(request),
        purpose_required=register.settings.purpose_required,
        user=request.state.user,
        token=request.state.token,
        request=getattr(request.state, "request_id", ""),
    )


Witnessed = Annotated[Witness, Depends(get_witness)]


def purpose_of(request: Request) -> str:
    """Why somebody asks: as the header says it, else as they said it in this browser."""
    if (said := request.headers.get(PURPOSE_HEADER)) is not None:
        return unquote(said.encode("latin-1").decode("utf-8", "replace")).strip()
    if "authorization" in request.headers:
        return ""
    return unquote(request.cookies.get(purpose_cookie(request), ""))


def purpose_cookie(request: Request) -> str:
    """What the cookie is called that keeps the purpose until the browser is closed or its user signs out."""
    return "__Host-purpose" if is_secure(request) else "purpose"


def tell_refusal(request: Request, rule: str) -> None:
    """Tell that a request was refused what is guarded; raises AuditError (rule `audit-failed`)."""
    register = get_register(request)
    try:
        access = get_access(request, get_caller(request))
    except GseSkillsError:
        # What they brought is not valid, so nobody knows who they are.
        access = register.access(ANONYMOUS)
    user, token, name = (getattr(request.state, word, "") for word in ("user", "token", "request_id"))
    Witness(register.audit, access, user, name, token).refused(rule, _ACTIONS.get(rule, Action.REFUSED))


def proposing(witness: Witness, organisation: str | None) -> AbstractContextManager[None]:
    """Tell of a proposal on behalf of an organisation, the caller's own when it is None."""
    access, slug = witness.access, organisation or witness.access.home
    allowed = slug is not None and (access.owns_framework or slug == access.home)
    return witness.doing(Action.CHANGE, [slug or ""], allowed=allowed)


def deciding(witness: Witness, proposal: str) -> AbstractContextManager[None]:
    """Tell of a decision on a proposal."""
    return witness.doing(Action.CHANGE, things=[ID[f"proposal/{proposal}"]], allowed=witness.access.owns_framework)


def tell_of_complaints(witness: Witness, complaints: Iterable[Complaint]) -> None:
    """Tell that somebody is about to read complaints; about their own organisation it needs no entry."""
    concerned = {one.organisation for one in complaints} - {witness.access.home}
    if concerned:
        witness.told(Action.READ_COMPLAINTS, organisations=sorted(concerned))


def tell_of_document(witness: Witness, iri: str, triples: Iterable[ox.Triple]) -> None:
    """Tell of a document about a person as of a look at them, and about what hangs on people as of a query."""
    member_of = [
        triple.object.value
        for triple in triples
        if triple.subject == ox.NamedNode(iri)
        and triple.predicate.value == ORG.memberOf
        and isinstance(triple.object, ox.NamedNode)
    ]
    if iri.startswith(_PERSON) and member_of:
        witness.saw(Action.READ_PERSON, [(organisation_slug(organisation), iri) for organisation in member_of])
    else:
        witness.queried(iri)


def _incident(request: Request, access: Access) -> Incident | None:
    """The incident to which the caller was called, while it is open."""
    called = access.caller.role is Role.RESPONDER and Audience.EMERGENCY.view("") in access.views
    return get_register(request).incidents.get(access.caller.subject) if called else None
