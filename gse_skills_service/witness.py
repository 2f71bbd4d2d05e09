"""What every operation tells the audit log with: the caller, the user who is signed in, the request's identifier."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import pyoxigraph as ox
from fastapi import Depends, Request

from gse_skills.audit import Action, Witness
from gse_skills.records import organisation_slug
from gse_skills.vocabulary import ID, ORG
from gse_skills_service.auth import Allowed, get_register, get_session

_PERSON = ID["person/"]


def get_witness(request: Request, access: Allowed) -> Witness:
    """The witness of a request."""
    session = None if "authorization" in request.headers else get_session(request)
    user = session.user if session is not None and session.user is not None else ""
    return Witness(get_register(request).audit, access, user, request.state.request_id)


Witnessed = Annotated[Witness, Depends(get_witness)]


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
