"""`/dataset` and `/.well-known/void`: what data sets there are here."""

from __future__ import annotations

from threading import Lock
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.responses import RedirectResponse, Response

from gse_skills.framework import Framework
from gse_skills.register import Register
from gse_skills.void import DCAT, VOID, Holding, describe_holdings, holdings
from gse_skills_service.api.answering import problems
from gse_skills_service.auth import Registered
from gse_skills_service.linked_data import FORMS, chosen, serialised, service_address

ADDRESS = "/dataset"

_RESPONSES: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The data sets",
        "content": {form.media_type: {} for form in FORMS.values() if form.syntax is not None},
    },
    304: {"description": "As the client has it"},
    **problems(406),
}
_FOUND: dict[int | str, dict[str, Any]] = {302: {"description": "To the description"}}

router = APIRouter(tags=["Linked data"], default_response_class=Response)


class Holdings:
    """The data sets of a register, counted anew only when its schemes have changed."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._counting = Lock()
        self._counted: tuple[Framework, tuple[Holding, ...]] | None = None

    def now(self) -> tuple[Holding, ...]:
        """The data sets as they are."""
        state = self._register.state
        with self._counting:
            if self._counted is None or self._counted[0] is not state.framework:
                self._counted = (state.framework, holdings(self._register.store, state.framework, state.releases))
            return self._counted[1]


@router.get(ADDRESS, summary="The data sets, as VoID and DCAT", responses=_RESPONSES)
def describe_datasets(request: Request, register: Registered) -> Response:
    """Schemes and their releases, sizes, licences, downloads and services, in a form of RDF; the same for everybody."""
    held: Holdings = request.app.state.holdings
    triples = describe_holdings(held.now(), register.state.releases, service_address(request))
    return serialised(request, triples, chosen(request, page=False), {}, prefixes={"void": VOID, "dcat": DCAT})


@router.get("/.well-known/void", summary="Where the data sets are described", responses=_RESPONSES | _FOUND)
def well_known() -> Response:
    """Leads to the description of the data sets, as the VoID note asks of a host."""
    return RedirectResponse(ADDRESS, 302)


def install(app: FastAPI) -> None:
    """Give `app` the description of its data sets."""
    app.state.holdings = Holdings(app.state.register)
    app.include_router(router)
