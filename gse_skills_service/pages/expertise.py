"""Find expertise: the question, its answer, and the answer as CSV."""

from __future__ import annotations

import csv
import datetime
import io
from collections.abc import Iterator
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from gse_skills.access import Access
from gse_skills.audit import Action, Witness
from gse_skills.errors import AmbiguousError, InputError, NotFoundError
from gse_skills.experts import MAX_LIMIT, ExpertsAnswer, ExpertsQuestion, Hit
from gse_skills.experts import Step as WhyStep
from gse_skills.imports.report import harmless
from gse_skills.register import Register, State, today
from gse_skills.vocabulary import GSE, Level
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.pages.addresses import address, concept_link, skill_page
from gse_skills_service.pages.frame import FieldName, Option, Section
from gse_skills_service.pages.views import (
    Ambiguous,
    Answer,
    Expertise,
    ExpertiseForm,
    FoundPerson,
    Mistake,
    Step,
    Unknown,
)
from gse_skills_service.witness import Witnessed

router = APIRouter(include_in_schema=False)

_PAGE = 20
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
    said = request.query_params
    return ExpertiseForm(
        skill=said.get(FieldName.SKILL, ""),
        concept=said.get(FieldName.CONCEPT, ""),
        min_level=said.get(FieldName.MIN_LEVEL, ""),
        org=said.get(FieldName.ORG, ""),
        available=said.get(FieldName.AVAILABLE) == "true",
        as_of=said.get(FieldName.AS_OF, ""),
    )


@router.get("/expertise")
def find_expertise(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    form: Annotated[ExpertiseForm, Depends(read_form)],
    cursor: str | None = None,
) -> HTMLResponse:
    """The question and its answer on one page."""
    state = register.state
    options = tuple(Option(organisation.slug, organisation.name) for organisation in state.organisations)
    view = Expertise(form, options)
    if form.skill.strip():
        view = _asked(view, register, access, witness, cursor)
    status = 400 if view.mistakes else 200
    page: HTMLResponse = request.app.state.pages.page(request, view, Section.FIND, status)
    return page


def _asked(view: Expertise, register: Register, access: Access, witness: Witness, cursor: str | None) -> Expertise:
    form, state = view.form, register.state
    try:
        question = _question(form, _PAGE, cursor)
        answer = register.ask_experts(question, access)
    except AmbiguousError as error:
        choices = [choice["iri"] for choice in _dicts(error.extra.get("choices"))]
        return replace(view, outcome=Ambiguous(tuple(_choice(iri, form, state) for iri in choices)))
    except NotFoundError as error:
        if error.rule == "unknown-organisation":
            return replace(view, mistakes=(Mistake(FieldName.ORG, error.message),))
        nearest = _dicts(error.extra.get("nearest"))
        return replace(view, outcome=Unknown(tuple(_choice(one["iri"], form, state, one) for one in nearest)))
    except InputError as error:
        field = FieldName.AS_OF if error.rule == "bad-date" else FieldName.SKILL
        return replace(view, mistakes=(Mistake(field, f"{error.message} {error.remedy}"),))
    witness.saw(Action.SEARCH_EXPERTS, answer.people, [answer.concept.iri])
    return replace(view, outcome=_answer(answer, form, state, first=cursor is None))


def _dicts(value: object) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _question(form: ExpertiseForm, limit: int, cursor: str | None) -> ExpertsQuestion:
    return ExpertsQuestion(
        form.concept or form.skill.strip(),
        _level(form.min_level),
        form.org or None,
        True if form.available else None,
        _day(form.as_of),
        limit,
        cursor,
    )


def _level(text: str) -> Level:
    try:
        return Level[text.upper()] if text else Level.AWARENESS
    except KeyError:
        raise InputError(f"“{text}” is not a level.", rule="bad-level", remedy="Choose one of the four.") from None


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError:
        raise InputError(f"“{text}” is not a date.", rule="bad-date", remedy="Write it as 2026-03-31.") from None


def _parameters(form: ExpertiseForm) -> dict[str, object]:
    return {
        "skill": form.skill,
        "concept": form.concept,
        "min_level": form.min_level,
        "org": form.org,
        "available": "true" if form.available else None,
        "as_of": form.as_of,
    }


def _choice(iri: str, form: ExpertiseForm, state: State, told: dict[str, Any] | None = None) -> Any:  # noqa: ANN401
    concept = state.framework.concept(iri)
    href = address("/expertise", **_parameters(replace(form, skill=concept.pref_label, concept=concept.iri)))
    scheme = state.framework.schemes[concept.scheme]
    matched, score = (str(told["matched"]), float(told["score"])) if told else ("", None)
    return concept_link(concept, scheme, href=href, matched=matched, score=score)


def _answer(answer: ExpertsAnswer, form: ExpertiseForm, state: State, *, first: bool) -> Answer:
    names = {organisation.slug: organisation.name for organisation in state.organisations}
    concept, question, asked = answer.concept, answer.question, _parameters(form)
    api = {
        "skill": concept.notation or concept.iri,
        "min_level": question.min_level.label,
        "org": question.organisation,
        "available": "true" if question.available else None,
        "as_of": question.as_of,
    }
    return Answer(
        concept=concept_link(concept, state.framework.schemes[concept.scheme]),
        min_level=question.min_level,
        day=question.as_of or today(),
        total=answer.total,
        people=tuple(_person(hit, names, state) for hit in answer.hits),
        first_rank=answer.first_rank,
        split=tuple(
            replace(split, organisation=names.get(split.organisation, split.organisation)) for split in answer.splits
        ),
        next_href=address("/expertise", **asked, cursor=answer.next_cursor) if answer.next_cursor else "",
        start_href="" if first else address("/expertise", **asked),
        api_href=address("/api/v1/experts", **api),
        sparql_href=address("/query", query=_sparql(answer)),
        csv_href=address("/expertise.csv", **asked),
    )


def _person(hit: Hit, names: dict[str, str], state: State) -> FoundPerson:
    card = hit.card
    return FoundPerson(
        name=card.name,
        organisation=names.get(card.organisation, card.organisation),
        level=hit.level,
        basis=hit.basis,
        assessed_on=hit.assessed_on,
        skill=state.framework.concept(hit.skill).pref_label,
        unit=card.unit or "",
        grade=card.grade or "",
        site=card.site or "",
        available=card.available,
        why=tuple(_step(step, state) for step in hit.why),
        reconfirm_by=hit.reconfirm_by,
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


def _sparql(answer: ExpertsAnswer) -> str:
    shortcut = answer.question.min_level.shortcut.removeprefix(GSE)
    return (
        f"PREFIX gse: <{GSE}>\n"
        "PREFIX foaf: <http://xmlns.com/foaf/0.1/>\n"
        "PREFIX org: <http://www.w3.org/ns/org#>\n\n"
        "SELECT ?person ?name ?organisation WHERE {\n"
        f"  ?person gse:{shortcut} <{answer.concept.iri}> ;\n"
        "          foaf:name ?name ; org:memberOf ?organisation .\n"
        "}\nORDER BY ?name\nLIMIT 100"
    )


@router.get("/expertise.csv")
def expertise_csv(
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    form: Annotated[ExpertiseForm, Depends(read_form)],
) -> Response:
    """All people found, with the classification marking in every row."""
    question = _question(form, MAX_LIMIT, None)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(
        [
            "Name",
            "Organisation",
            "Unit",
            "Grade",
            "Site",
            "Level",
            "Judged by",
            "Assessed on",
            "Skill",
            "Person",
            "Marking",
        ]
    )
    answers = list(_all_answers(question, register, access))
    for hit in (hit for answer in answers for hit in answer.hits):
        card = hit.card
        skill = register.state.framework.concept(hit.skill).pref_label
        cells = (card.name, card.organisation, card.unit, card.grade, card.site, hit.level.label, hit.basis.label)
        row = [*cells, hit.assessed_on.isoformat(), skill, card.person, register.settings.marking]
        writer.writerow([harmless(cell or "") for cell in row])
    shown = (person for answer in answers for person in answer.people)
    witness.saw(Action.EXPORT, shown, [answers[0].concept.iri])
    headers = {"Content-Disposition": 'attachment; filename="expertise.csv"'}
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def _all_answers(question: ExpertsQuestion, register: Register, access: Access) -> Iterator[ExpertsAnswer]:
    while True:
        answer = register.ask_experts(question, access)
        yield answer
        if answer.next_cursor is None:
            return
        question = replace(question, cursor=answer.next_cursor)
