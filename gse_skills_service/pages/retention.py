"""How long things are kept: seen, chosen and run by stewards for their organisation, run by administrators for all."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gse_skills.access import Access
from gse_skills.audit import Action
from gse_skills.errors import ConflictError, InputError
from gse_skills.register import Register
from gse_skills.retention import Due, Kind, choose, digest, longest, months_of, organisations_seen, require_within, run
from gse_skills_service.auth import Allowed, Registered, require_recent_sign_in
from gse_skills_service.pages.addresses import address
from gse_skills_service.pages.erasure import counts
from gse_skills_service.pages.form import Reading, mistakes_of
from gse_skills_service.pages.frame import FieldName, Link, Option
from gse_skills_service.pages.managing import CONFIRMED, RETENTION, Sure, show
from gse_skills_service.pages.views import Check, Listed, Listing
from gse_skills_service.pages.views import Retention as View
from gse_skills_service.problems import status_of
from gse_skills_service.witness import Witnessed

router = APIRouter(include_in_schema=False)

_RUN = f"{RETENTION}/run"
_BACK = Link("How long things are kept", RETENTION)
_KINDS = {
    Kind.LEAVERS: "People who left, with everything of theirs",
    Kind.ENDED: "Records and memberships that ended",
    Kind.PHRASES: "Phrases that nothing matched",
    Kind.FILE_NAMES: "Names of imported files",
    Kind.REQUESTS: "Requests for correction that were settled",
    Kind.PARTICIPATIONS: "Applications for opportunities, once they are over",
    Kind.COMPLAINTS: "Complaints that were answered",
}
_TOLD = {
    "chosen": "It is chosen. What has had its time by it goes with the next run, which is once a day.",
    "run": "What had had its time is gone.",
}
_AGAIN = "Nothing was taken away. Look again: this is what would go now."


@router.get(RETENTION)
def show_retention(
    request: Request, register: Registered, access: Allowed, done: Annotated[str, Query(max_length=10)] = ""
) -> HTMLResponse:
    """How long each kind of thing is kept, in the organisations of which the caller may know it."""
    return show(request, replace(_view(register, access), told=_TOLD.get(done, "")))


@router.post(RETENTION, dependencies=[Depends(require_recent_sign_in)])
def choose_months(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    kind: Annotated[str, Form(max_length=20)] = "",
    months: Annotated[str, Form(max_length=20)] = "",
    sure: Sure = "",
) -> Response:
    """Show what would be chosen, and once that is confirmed choose it."""
    slug = access.home or ""
    access.require_keeper(slug)
    try:
        chosen = _chosen(kind, months)
        require_within(register, chosen)
    except InputError as error:
        mistakes = mistakes_of(error, {}, FieldName.MONTHS)
        view = replace(_view(register, access), kind=kind, months=months, mistakes=mistakes)
        return show(request, view, status_of(error))
    if sure != CONFIRMED:
        return show(request, _check(register, slug, chosen))
    with witness.doing(Action.CHANGE, [slug]):
        choose(register, access, slug, chosen)
    return RedirectResponse(address(RETENTION, done="chosen"), 303)


@router.post(_RUN, dependencies=[Depends(require_recent_sign_in)])
def run_rules(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    sure: Sure = "",
    expected: Annotated[str, Form(max_length=64)] = "",
) -> Response:
    """Show how much would go, and once that is confirmed let just that go."""
    slugs = organisations_seen(register, access)
    if sure != CONFIRMED or not expected:
        return show(request, _check_run(run(register, access, dry_run=True), register, access))
    try:
        with witness.doing(Action.ERASE, slugs):
            run(register, access, expected=expected)
    except ConflictError as error:
        if error.rule != "changed-meanwhile":
            raise
        again = _check_run(run(register, access, dry_run=True), register, access)
        return show(request, replace(again, notes=(f"{error.message} {_AGAIN}", *again.notes)), status_of(error))
    return RedirectResponse(address(RETENTION, done="run"), 303)


def _chosen(kind: str, months: str) -> dict[Kind, int | None]:
    """What was filled in; raises FormError."""
    reading = Reading()
    chosen = reading.choice(FieldName.KIND, kind, {one.value: one for one in Kind}, "what is kept")
    lasts = reading.number(FieldName.MONTHS, months, "how many months") if months.strip() else None
    reading.finish()
    return {chosen: lasts}


def _check(register: Register, slug: str, chosen: dict[Kind, int | None]) -> Check:
    ((kind, months),) = chosen.items()
    now, most = months_of(register, slug)[kind], longest(register)[kind]
    then = most if months is None else months
    facts = (("What is kept", _KINDS[kind]), ("Kept now for", f"{now} months"), ("Then for", f"{then} months"))
    hidden = ((FieldName.KIND, kind.value), (FieldName.MONTHS, "" if months is None else str(months)))
    sooner = "What has had its time by then goes with the next run, and cannot be brought back." if then < now else ""
    return Check("Keep it for so long?", facts, RETENTION, "Choose it", _BACK, hidden, warning=sooner)


def _check_run(due: list[Due], register: Register, access: Access) -> Check:
    names = {one.slug: one.name for one in register.state.organisations}
    facts: list[tuple[str, str]] = []
    for one in due:
        place = names.get(one.organisation, "The service itself")
        going = [(what, count) for what, count in (*counts(one.erased), ("Complaints", one.complaints)) if count]
        facts += [(f"{place}: {what.lower()}", f"{count:,}") for what, count in going] or [(place, "Nothing")]
    if not facts:
        facts.append(("The service itself", "Nothing"))
    notes = ["The files of the register are written anew if anything goes, which takes from seconds to minutes."]
    if access.administers:
        notes.append(
            "What has had its time in organisations whose records you do not keep goes too; it is not counted."
        )
    warning = "What goes cannot be brought back."
    title = "Take away what has had its time?"
    hidden = ((FieldName.EXPECTED, digest(due)),)
    return Check(
        title, tuple(facts), _RUN, "Take it away", _BACK, hidden, notes=tuple(notes), warning=warning, grave=True
    )


def _view(register: Register, access: Access) -> View:
    names = {one.slug: one.name for one in register.state.organisations}
    slugs, most = organisations_seen(register, access), longest(register)
    if access.administers:
        rows = tuple(Listed((names[slug], _shorter(months_of(register, slug), most))) for slug in slugs)
        listing = Listing("Organisations", ("Organisation", "Keeps for a shorter time"), rows)
        allowed = tuple((words, f"{most[kind]} months at most") for kind, words in _KINDS.items())
        return View(listing, _RUN, allowed, everywhere=True)
    mine = months_of(register, slugs[0])
    rows = tuple(Listed((_KINDS[kind], f"{mine[kind]} months", f"{most[kind]} months")) for kind in _KINDS)
    listing = Listing(names[slugs[0]], ("What is kept", "For", "At most"), rows)
    return View(listing, _RUN, (), RETENTION, tuple(Option(kind.value, words) for kind, words in _KINDS.items()))


def _shorter(months: dict[Kind, int], most: dict[Kind, int]) -> str:
    chosen = [f"{words}: {months[kind]} months" for kind, words in _KINDS.items() if months[kind] < most[kind]]
    return "; ".join(chosen) or "Nothing"
