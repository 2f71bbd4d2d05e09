"""Find expertise: the question, its answer, and the answer as CSV."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from starlette.datastructures import FormData, ImmutableMultiDict

from gse_skills.access import Access
from gse_skills.audit import Action, Witness
from gse_skills.errors import AmbiguousError, InputError, NotFoundError
from gse_skills.experts import ExpertsAnswer, ExpertsQuestion, Held, Hit, Wanted, as_sparql
from gse_skills.experts import Step as WhyStep
from gse_skills.framework import SKILL_KINDS
from gse_skills.imports.phrases import LIKE
from gse_skills.index import Match, sites
from gse_skills.register import Register, State, today
from gse_skills.vocabulary import Basis, Level
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.pages.addresses import address, concept_link, person_page, skill_page
from gse_skills_service.pages.filters import Places, filters_of, named_sites, sites_facet
from gse_skills_service.pages.form import Reading, mistakes_of
from gse_skills_service.pages.frame import FieldName, Link, Option, Section
from gse_skills_service.pages.understanding import Understanding, link_to, understand
from gse_skills_service.pages.views import (
    Ambiguous,
    Answer,
    ConceptLink,
    DateFields,
    Expertise,
    ExpertiseForm,
    FoundPerson,
    FoundSkill,
    Mistake,
    Step,
    Unknown,
)
from gse_skills_service.people_csv import people_csv
from gse_skills_service.witness import Witnessed

router = APIRouter(include_in_schema=False)

_PAGE = 20
_WHOLE = 100
"""People on a page that is to be printed."""
_MATCHED = {
    "Notation": "matched by its notation",
    "ConceptIri": "matched by its address",
    "PreferredLabel": "matched by its name",
    "AlternativeLabel": "matched by another name it has",
    "SavedMapping": "matched by the department's own mapping",
    "DecidedMapping": "matched by a decision of the framework's owner",
}


def read_form(request: Request) -> ExpertiseForm:
    """The question as the address states it."""
    return _form(request.query_params)


async def read_sent(request: Request) -> FormData:
    """The question as a form states it."""
    return await request.form()


def _form(fields: ImmutableMultiDict[str, Any]) -> ExpertiseForm:
    said = ImmutableMultiDict([(name, value) for name, value in fields.multi_items() if isinstance(value, str)])

    def several(name: FieldName) -> tuple[str, ...]:
        return tuple(dict.fromkeys(said.getlist(name)))

    return ExpertiseForm(
        skill=", ".join(filter(None, (text.strip() for text in said.getlist(FieldName.SKILL)))),
        concept=" ".join(said.getlist(FieldName.CONCEPT)),
        min_level=said.get(FieldName.MIN_LEVEL, ""),
        org=said.get(FieldName.ORG, ""),
        available=said.get(FieldName.AVAILABLE) == "true",
        as_of=DateFields.from_form(said, FieldName.AS_OF),
        match=said.get(FieldName.MATCH, ""),
        units=several(FieldName.UNIT),
        sites=several(FieldName.SITE),
        grades=several(FieldName.GRADE),
        basis=several(FieldName.BASIS),
        fresh=said.get(FieldName.FRESH) == "true",
        whole=said.get(FieldName.ALL) == "true",
    )


Form = Annotated[ExpertiseForm, Depends(read_form)]
Sent = Annotated[FormData, Depends(read_sent)]


@router.get("/expertise")
def find_expertise(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    form: Form,
    cursor: str | None = None,
) -> HTMLResponse:
    """The question and its answer on one page."""
    said = _said(request.query_params)
    if not said and FieldName.SKILL in request.query_params:
        return _nothing_said(request, register, access, form)
    return _page(request, register, access, witness, form, said, cursor)


@router.post("/expertise")
def ask_expertise(request: Request, register: Registered, access: Allowed, witness: Witnessed, sent: Sent) -> Response:
    """Take a question in words, which may name somebody and so belong into no address: what names skills alone leads to
    the address of these, anything else is answered here."""
    form, said, state = _form(sent), _said(sent), register.state
    if not said:
        return _nothing_said(request, register, access, form)
    try:
        understood = understand(said, form.concept.split(), state)
        completed = _completed(form, understood)
        if understood.is_plain and _question(completed, understood.wanted, None).skill:
            return RedirectResponse(address("/expertise", **_parameters(completed, map(str, understood.wanted))), 303)
    except (AmbiguousError, InputError):
        pass  # The page says so.
    return _page(request, register, access, witness, form, said, None)


@router.get("/expertise.csv")
def expertise_csv(request: Request, register: Registered, access: Allowed, witness: Witnessed, form: Form) -> Response:
    """All people found, with the classification marking in every row."""
    said = _said(request.query_params)
    understood = understand(said, form.concept.split(), register.state)
    wanted = understood.wanted or tuple(map(Wanted.parse, said))
    return people_csv(register, _question(_completed(form, understood), wanted, None), access, witness)


def _said(fields: ImmutableMultiDict[str, Any]) -> list[str]:
    return [text for text in fields.getlist(FieldName.SKILL) if isinstance(text, str) and text.strip()]


def _page(
    request: Request,
    register: Register,
    access: Access,
    witness: Witness,
    form: ExpertiseForm,
    said: list[str],
    cursor: str | None,
) -> HTMLResponse:
    view = _unasked(register.state, access, form)
    if said:
        view = _asked(view, said, register, access, witness, cursor)
    return _show(request, view)


def _nothing_said(request: Request, register: Register, access: Access, form: ExpertiseForm) -> HTMLResponse:
    wrong = Mistake(FieldName.SKILL, "Enter a skill, or say in your own words what you need.")
    return _show(request, replace(_unasked(register.state, access, form), mistakes=(wrong,)))


def _show(request: Request, view: Expertise) -> HTMLResponse:
    status = 400 if view.mistakes else 200
    page: HTMLResponse = request.app.state.pages.page(request, view, Section.FIND, status)
    return page


def _unasked(state: State, access: Access, form: ExpertiseForm) -> Expertise:
    facet = sites_facet(sites(state.index, access.views), form, _names(state))
    return Expertise(form, _organisations(state), sites=facet)


def _names(state: State) -> dict[str, str]:
    return {organisation.slug: organisation.name for organisation in state.organisations}


def _organisations(state: State) -> tuple[Option, ...]:
    return tuple(Option(organisation.slug, organisation.name) for organisation in state.organisations)


def _asked(
    view: Expertise, said: list[str], register: Register, access: Access, witness: Witness, cursor: str | None
) -> Expertise:
    form, state = view.form, register.state
    places = sites(state.index, access.views)
    try:
        understood = understand(said, form.concept.split(), state)
        lost = (*understood.lost, *understood.places)
        named = named_sites(places, lost)
        view = replace(
            view,
            form=_completed(replace(form, sites=tuple(dict.fromkeys((*form.sites, *named.values())))), understood),
            understood=understood.understood,
            lost=tuple(text for text in lost if text not in named),
        )
        question = _question(view.form, understood.wanted, cursor)
        if not question.skill:
            return replace(view, outcome=_unknown(form, understood, state))
        answer = register.ask_experts(question, access)
    except AmbiguousError as error:
        choices = [choice["iri"] for choice in _dicts(error.extra.get("choices"))]
        return replace(view, outcome=Ambiguous(tuple(_choice(iri, form, state) for iri in choices)))
    except NotFoundError as error:
        return replace(view, mistakes=(Mistake(FieldName.ORG, error.message),))
    except InputError as error:
        return replace(view, mistakes=mistakes_of(error, _FIELDS, FieldName.SKILL))
    witness.saw(Action.SEARCH_EXPERTS, answer.people, answer.concepts)
    outcome = _answer(answer, view.form, state, places, first=cursor is None)
    if not answer.total and len(answer.asked) > 1 and question.match is Match.ALL:
        some = register.ask_experts(replace(question, match=Match.ANY, limit=1, facets=False), access).total
        asked = _parameters(replace(view.form, match=Match.ANY.value), map(str, question.wanted))
        outcome = replace(outcome, have_some=some, some_href=address("/expertise", **asked))
    return replace(view, outcome=outcome)


_FIELDS = {
    "day-to-come": FieldName.AS_OF,
    "before-any-record": FieldName.AS_OF,
}
"""The field of a mistake, by the rule of the error."""


def _completed(form: ExpertiseForm, understood: Understanding) -> ExpertiseForm:
    """The form with what the text says beside skills, as far as nothing was chosen."""
    level = form.min_level or (understood.level.label if understood.level else "")
    return replace(form, min_level=level, available=form.available or understood.available)


def _unknown(form: ExpertiseForm, understood: Understanding, state: State) -> Unknown | None:
    """The nearest to a phrase that names nothing, as links; several phrases are boxes to tick instead."""
    if len(understood.understood) + len(understood.lost) > 1:
        return None
    found = [one for one in state.search.search(form.skill, 5, kinds=SKILL_KINDS) if one.score >= LIKE]
    told = [{"matched": one.label, "score": one.score} for one in found]
    return Unknown(tuple(_choice(one.concept, form, state, said) for one, said in zip(found, told, strict=True)))


def _dicts(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _question(form: ExpertiseForm, wanted: tuple[Wanted, ...], cursor: str | None) -> ExpertsQuestion:
    """The question as it was filled in; raises FormError."""
    reading = Reading()
    levels = {level.name: level for level in Level} | {"": Level.AWARENESS}
    level = reading.choice(FieldName.MIN_LEVEL, form.min_level.upper(), levels, "one of the four levels")
    bases = {basis.name: basis for basis in Basis}
    judged = tuple(reading.choice(FieldName.BASIS, one.upper(), bases, "who judged the level") for one in form.basis)
    day = reading.optional_date(FieldName.AS_OF, form.as_of, "the day")
    reading.finish()
    return ExpertsQuestion(
        wanted,
        level,
        form.org or None,
        True if form.available else None,
        day,
        _WHOLE if form.whole else _PAGE,
        cursor,
        form.fresh,
        Match.ANY if form.match == Match.ANY else Match.ALL,
        form.units,
        form.sites,
        form.grades,
        judged,
        facets=True,
    )


def _parameters(form: ExpertiseForm, skills: Iterable[str]) -> dict[str, object]:
    """The question as parameters: of pages and of the API alike."""
    return {
        "skill": tuple(skills),
        "match": form.match,
        "min_level": form.min_level,
        "org": form.org,
        "unit": form.units,
        "site": form.sites,
        "grade": form.grades,
        "available": "true" if form.available else None,
        "basis": form.basis,
        "fresh": "true" if form.fresh else None,
        "as_of": form.as_of.iso,
    }


def _choice(iri: str, form: ExpertiseForm, state: State, told: dict[str, Any] | None = None) -> ConceptLink:
    concept = state.framework.concept(iri)
    href = address("/expertise", **_parameters(form, (concept.pref_label,)), concept=concept.iri)
    scheme = state.framework.schemes[concept.scheme]
    matched, score = (str(told["matched"]), float(told["score"])) if told else ("", None)
    return concept_link(concept, scheme, href=href, matched=matched, score=score)


def _answer(answer: ExpertsAnswer, form: ExpertiseForm, state: State, places: Places, *, first: bool) -> Answer:
    names, question = _names(state), answer.question
    asked = _parameters(replace(form, match=form.match if len(answer.asked) > 1 else ""), map(str, question.wanted))
    here = {**asked, "all": "true" if form.whole else None}
    sparql = as_sparql(question, answer.asked)
    return Answer(
        asked=tuple(
            link_to(one.concept, state, one.min_level if one.min_level is not question.min_level else None)
            for one in answer.asked
        ),
        min_level=question.min_level,
        day=question.as_of or today(),
        total=answer.total,
        people=tuple(_person(hit, answer, names, state) for hit in answer.hits),
        first_rank=answer.first_rank,
        split=tuple(
            replace(split, organisation=names.get(split.organisation, split.organisation)) for split in answer.splits
        ),
        match=question.match,
        filters=filters_of(answer.facets, form, names, places) if answer.facets else None,
        organisation_hrefs=tuple(
            address("/expertise", **{**asked, "org": split.organisation}) if split.has and not form.org else ""
            for split in answer.splits
        ),
        next_href=address("/expertise", **here, cursor=answer.next_cursor) if answer.next_cursor else "",
        start_href="" if first else address("/expertise", **here),
        share_href=address("/expertise", **asked),
        api_href=address("/api/v1/experts", **asked),
        sparql=sparql,
        sparql_href=address("/query", query=sparql),
        csv_href=address("/expertise.csv", **asked),
        whole=None if form.whole or answer.total <= _PAGE else _whole(answer.total, asked),
    )


def _whole(total: int, asked: dict[str, object]) -> Link:
    how_many = f"all {total:,}" if total <= _WHOLE else f"the first {_WHOLE:,}"
    return Link(f"Show {how_many} on one page, to print", address("/expertise", **{**asked, "all": "true"}))


def _person(hit: Hit, answer: ExpertsAnswer, names: dict[str, str], state: State) -> FoundPerson:
    card = hit.card
    return FoundPerson(
        name=card.name,
        organisation=names.get(card.organisation, card.organisation),
        held=tuple(
            _held(held, answer.question.as_of or today(), several=len(answer.asked) > 1, state=state)
            for held in hit.held
        ),
        href=person_page(card.person),
        unit=card.unit or "",
        grade=card.grade or "",
        site=card.site or "",
        available=card.available,
    )


def _held(held: Held, day: datetime.date, *, several: bool, state: State) -> FoundSkill:
    return FoundSkill(
        held.level,
        held.basis,
        held.assessed_on,
        state.framework.concept(held.skill).pref_label,
        state.framework.concept(held.asked).pref_label if several and held.asked != held.skill else "",
        tuple(_step(step, state) for step in held.why),
        held.reconfirm_by,
        due=held.reconfirm_by is not None and held.reconfirm_by < day,
    )


def _step(step: WhyStep, state: State) -> Step:
    kind, _, how = step.kind.partition(":")
    relations = {
        "stated": "The department wrote",
        "matched": _MATCHED.get(how, "matched"),
        "recorded": "recorded",
        "broader": "which is part of",
    }
    if step.iri is None:
        return Step(relations[kind], step.label)
    concept = state.framework.concept(step.iri)
    return Step(relations[kind], step.label, skill_page(concept), concept.notation or "")
