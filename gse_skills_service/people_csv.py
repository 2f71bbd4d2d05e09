"""The people who have a skill as CSV: everybody who does, with the marking in every row, told of as an export."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import replace

from fastapi.responses import Response

from gse_skills.access import Access
from gse_skills.audit import Action, Witness
from gse_skills.experts import MAX_LIMIT, ExpertsAnswer, ExpertsQuestion
from gse_skills.imports.report import harmless
from gse_skills.register import Register

_COLUMNS = (
    *("Name", "Organisation", "Unit", "Grade", "Site"),
    *("Level", "Judged by", "Assessed on", "To confirm by", "Skill"),
)


def people_csv(register: Register, question: ExpertsQuestion, access: Access, witness: Witness) -> Response:
    """A row a person and skill asked for that they have, whatever page `question` asks for.

    Raises what `Register.ask_experts` does.
    """
    answers = list(_all_answers(replace(question, limit=MAX_LIMIT, cursor=None, facets=False), register, access))
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*_COLUMNS, "Asked for", "Available", "Person", "Marking"])
    framework, marking = register.state.framework, register.settings.marking
    names = {organisation.slug: organisation.name for organisation in register.state.organisations}
    for hit in (hit for answer in answers for hit in answer.hits):
        card = hit.card
        available = {True: "yes", False: "no", None: ""}[card.available]
        for held in hit.held:
            skill, asked = (framework.concept(iri).pref_label for iri in (held.skill, held.asked))
            cells = (
                card.name,
                names.get(card.organisation, card.organisation),
                card.unit,
                card.grade,
                card.site,
                held.level.label,
            )
            row = (
                *cells,
                held.basis.label,
                held.assessed_on.isoformat(),
                held.reconfirm_by.isoformat() if held.reconfirm_by else "",
                skill,
                asked,
                available,
                card.person,
                marking,
            )
            writer.writerow([harmless(cell or "") for cell in row])
    witness.saw(Action.EXPORT, (person for answer in answers for person in answer.people), answers[0].concepts)
    headers = {"Content-Disposition": 'attachment; filename="expertise.csv"', "Vary": "Accept"}
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def wants_csv(accept: str, form: str | None) -> bool:
    """Whether a request asks for CSV, by its parameter or by an Accept header that prefers it to JSON.

    >>> wants_csv("text/csv", None), wants_csv("*/*", None), wants_csv("", "csv"), wants_csv("text/csv", "json")
    (True, False, True, False)
    >>> wants_csv("application/json, text/csv;q=0.5", None), wants_csv("text/csv, application/json;q=0.9", None)
    (False, True)
    """
    if form is not None:
        return form == "csv"
    weights = {"text/csv": 0.0, "application/json": 0.0}
    for part in accept.lower().split(","):
        media, *parameters = (piece.strip() for piece in part.split(";"))
        if media in weights:
            weights[media] = _weight(parameters)
    return weights["text/csv"] > weights["application/json"]


def _weight(parameters: list[str]) -> float:
    for parameter in parameters:
        if parameter.startswith("q="):
            try:
                return float(parameter[2:])
            except ValueError:
                return 0.0
    return 1.0


def _all_answers(question: ExpertsQuestion, register: Register, access: Access) -> Iterator[ExpertsAnswer]:
    while True:
        answer = register.ask_experts(question, access)
        yield answer
        if answer.next_cursor is None:
            return
        question = replace(question, cursor=answer.next_cursor)
