"""Whom an organisation's records reach: seen, tried and chosen by its stewards."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gse_skills.access import Access
from gse_skills.audit import Action
from gse_skills.errors import ConflictError, InputError, RefusedError
from gse_skills.people import read_cards
from gse_skills.register import Register
from gse_skills.sharing import Choice, Moved, choose, read_sharing
from gse_skills.vocabulary import ID, Audience
from gse_skills_service.auth import Allowed, Registered, require_recent_sign_in
from gse_skills_service.pages import wording
from gse_skills_service.pages.addresses import address, skill_page
from gse_skills_service.pages.form import Reading, mistakes_of
from gse_skills_service.pages.frame import FieldName, Link
from gse_skills_service.pages.managing import (
    CONFIRMED,
    SHARING,
    Short,
    Sure,
    audience_words,
    audiences_offered,
    show,
)
from gse_skills_service.pages.namesakes import Namesakes, find_namesakes, read_namesake
from gse_skills_service.pages.views import Check, Listed, Listing, SharingChoices, SharingForm
from gse_skills_service.problems import status_of
from gse_skills_service.witness import Witnessed

router = APIRouter(include_in_schema=False)

_BACK = Link("Whom our records reach", SHARING)
_TAKEN_BACK = "none"
_FIELD_OF_RULE = {
    "unknown-term": FieldName.SKILL,
    "unknown-concept": FieldName.SKILL,
    "ambiguous-label": FieldName.SKILL,
    "unknown-person": FieldName.PERSON,
}


@router.get(SHARING)
def show_sharing(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    done: Annotated[str, Query(max_length=10)] = "",
    person: Annotated[str, Query(max_length=300)] = "",
) -> HTMLResponse:
    """What the organisation has chosen, and the forms to choose otherwise; `person` fills in whom it is about."""
    told = "It is chosen, and the records have moved." if done else ""
    found = find_namesakes(register, access, witness, person, organisation=_kept(access)) if person else Namesakes()
    form = SharingForm("person" if person else "", "", found.name or person, people=found.people, chosen=found.chosen)
    return show(request, replace(_view(register, access), told=told, form=form))


@router.post(SHARING, dependencies=[Depends(require_recent_sign_in)])
def choose_sharing(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    scope: Short = "",
    skill: Short = "",
    person: Short = "",
    chosen: Annotated[str, Form(max_length=20)] = "",
    audience: Annotated[str, Form(max_length=20)] = "",
    version: Annotated[str, Form(max_length=64)] = "",
    sure: Sure = "",
) -> Response:
    """Show how many records would move, and once that is confirmed and still so move them."""
    slug = _kept(access)
    found = find_namesakes(register, access, witness, person, chosen, slug) if scope == "person" else Namesakes()
    form = SharingForm(scope, skill, person, audience, found.people, found.chosen)
    try:
        choice = _choice(register, form, found)
        would = choose(register, access, slug, choice, dry_run=True)
        if sure != CONFIRMED or version != _version(would):
            return show(request, _check(register, access, form, choice, would, again=sure == CONFIRMED))
        with witness.doing(Action.CHANGE, [slug], list(choice.branches)):
            choose(register, access, slug, choice, dry_run=False)
    except (InputError, ConflictError) as error:
        mistakes = mistakes_of(error, _FIELD_OF_RULE, FieldName.AUDIENCE)
        return show(request, replace(_view(register, access), form=form, mistakes=mistakes), status_of(error))
    return RedirectResponse(address(SHARING, done="true"), 303)


def _kept(access: Access) -> str:
    """The organisation whose records the caller keeps; raises RefusedError (rule `not-steward`)."""
    if access.home is None or access.home not in access.keeps:
        raise RefusedError(
            "Whom records reach is for stewards to choose.",
            rule="not-steward",
            remedy="Sign in as a steward of the organisation.",
        )
    return access.home


def _choice(register: Register, form: SharingForm, found: Namesakes) -> Choice:
    """What was chosen; raises FormError."""
    reading, branch, person = Reading(), "", ""
    if form.scope == "branch":
        branch = reading.concept(FieldName.SKILL, form.skill, "a domain, group or skill", register.state)
    elif form.scope == "person":
        person = read_namesake(reading, FieldName.PERSON, form.person, found, "the name of the person")
    offered: dict[str, str | None] = {audience.value: audience.value for audience in Audience}
    if form.scope != "default":
        offered[_TAKEN_BACK] = None
    audience = reading.choice(FieldName.AUDIENCE, form.audience, offered, "whom they reach")
    if form.scope not in ("default", "branch", "person"):
        reading.blame(FieldName.AUDIENCE, "Choose for the organisation, a branch or a person")
    reading.finish()
    branches = {branch: audience} if branch else {}
    people = {person: audience} if person else {}
    default = audience if form.scope == "default" else None
    return Choice.named(default, branches, people, register.state.lookup)


def _version(moved: Moved) -> str:
    """Stands for what was shown, so that nothing else is done than was confirmed."""
    said = sorted((old.value, new.value, count) for (old, new), count in moved.records.items())
    return hashlib.sha256(repr((said, moved.people)).encode()).hexdigest()[:16]


def _check(
    register: Register, access: Access, form: SharingForm, choice: Choice, would: Moved, *, again: bool
) -> Check:
    state = register.state
    what = "All records of the organisation"
    if form.scope == "branch":
        what = ", ".join(state.framework.concept(iri).pref_label for iri in choice.branches)
    elif form.scope == "person":
        what = ", ".join(_names(register, access, list(choice.people)).values())
    reach = "Nothing of its own" if form.audience == _TAKEN_BACK else audience_words(Audience(form.audience))
    moves = sorted(would.records.items(), key=lambda move: (move[0][0].width, move[0][1].width))
    rows = tuple(
        Listed((audience_words(old), audience_words(new), wording.number(count))) for (old, new), count in moves
    )
    nothing = "No record changes its audience by this."
    listing = Listing("What would move", ("From", "To", "Records"), rows, nothing)
    notes = [f"They are records of {would.people:,} {wording.plural(would.people, 'person')}."] if rows else []
    if again:
        notes.insert(0, "The records have changed since you tried it. This is what it would move now.")
    wider = any(new.width > old.width for old, new in would.records)
    warning = "Records would reach more people than now. Whoever has seen them cannot unsee them." if wider else ""
    hidden = (
        (FieldName.SCOPE, form.scope),
        (FieldName.SKILL, form.skill),
        (FieldName.PERSON, form.person),
        (FieldName.CHOSEN, form.chosen),
        (FieldName.AUDIENCE, form.audience),
        (FieldName.VERSION, _version(would)),
    )
    facts = (("What", what), ("Reaches", reach))
    return Check(
        "Choose this?", facts, SHARING, "Choose it", _BACK, hidden, listing, tuple(notes), warning, grave=bool(warning)
    )


def _names(register: Register, access: Access, people: list[str]) -> dict[str, str]:
    """The names of people whose records the caller keeps, by their digits."""
    cards = read_cards([ID[f"person/{one}"] for one in people], access.views, register.store)
    return {one: cards[iri].name if (iri := ID[f"person/{one}"]) in cards else one for one in people}


def _view(register: Register, access: Access) -> SharingChoices:
    slug, state = _kept(access), register.state
    found = read_sharing(register, access, slug)
    concepts = [(state.framework.concept(iri), to) for iri, to in found.branches.items() if iri in state.framework]
    branches = [
        Listed((concept.pref_label, concept.notation or "", audience_words(to)), (), skill_page(concept))
        for concept, to in sorted(concepts, key=lambda pair: pair[0].notation or pair[0].pref_label)
    ]
    names = _names(register, access, list(found.people))
    people = [
        Listed((names[one], audience_words(to)), (), f"/people/{one}/record")
        for one, to in sorted(found.people.items(), key=lambda pair: (names[pair[0]], pair[0]))
    ]
    return SharingChoices(
        state.organisation(slug).name,
        found.default.value,
        audience_words(found.default),
        Listing("Branches of the framework", ("Branch", "Code", "Reaches"), tuple(branches), "Nothing is chosen."),
        Listing("People", ("Person", "Reaches"), tuple(people), "Nothing is chosen."),
        SHARING,
        audiences_offered(),
    )
