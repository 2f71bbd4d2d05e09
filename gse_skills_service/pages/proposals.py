"""Proposals for the framework: the queue, the form for a new one, and the owner's decision."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from gse_skills.access import Access
from gse_skills.answers import DecisionBody, ProposalBody, TermBody, proposed_body
from gse_skills.errors import GseSkillsError, InputError, NotFoundError, RefusedError
from gse_skills.framework import Concept
from gse_skills.proposals import (
    DecisionOutcome,
    Proposal,
    ProposalKind,
    Status,
    Term,
    Wish,
    decide,
    find,
    propose,
    read_queue,
)
from gse_skills.register import Register, State
from gse_skills_service.auth import Allowed, Registered
from gse_skills_service.pages.addresses import address, concept_link, skill_page
from gse_skills_service.pages.frame import FieldName, Link, Option, Section
from gse_skills_service.pages.views import (
    DecidedLine,
    DecisionForm,
    Mistake,
    NewProposal,
    OneProposal,
    PhraseRow,
    ProposalForm,
    ProposalRow,
    Proposals,
    View,
)
from gse_skills_service.problems import status_of
from gse_skills_service.witness import Witnessed, deciding, proposing

router = APIRouter(include_in_schema=False)

LIST, NEW = "/proposals", "/proposals/new"
_SHOWN = 50
_KINDS = {
    ProposalKind.TERM: "Phrase that nothing matched",
    ProposalKind.NEW: "New skill",
    ProposalKind.CHANGE: "Change to a skill",
    ProposalKind.MERGE: "Merging skills",
    ProposalKind.RETIRE: "Retiring a skill",
}
_OUTCOMES = {
    DecisionOutcome.ACCEPTED: "Accepted for the next release",
    DecisionOutcome.MAPPED: "Mapped to a skill",
    DecisionOutcome.DECLINED: "Declined",
}
_STATUSES = {
    Status.OPEN: "Open",
    Status.ACCEPTED: "Accepted for the next release",
    Status.MAPPED: "Mapped to a skill",
    Status.DECLINED: "Declined",
}
_FIELD_OF_RULE = {
    "bad-kind": FieldName.KIND,
    "concept-count": FieldName.CONCEPTS,
    "unknown-term": FieldName.CONCEPTS,
    "ambiguous-label": FieldName.CONCEPTS,
}
_FIELD_OF_DECISION = {
    "reason-missing": FieldName.REASON,
    "text-too-long": FieldName.REASON,
    "concept-missing": FieldName.CONCEPT,
    "concept-not-wanted": FieldName.CONCEPT,
    "unknown-term": FieldName.CONCEPT,
    "ambiguous-label": FieldName.CONCEPT,
}


@router.get(LIST)
def list_proposals(
    request: Request, register: Registered, access: Allowed, status: Annotated[str, Query(max_length=20)] = ""
) -> HTMLResponse:
    """The queue, or of it what stands so."""
    chosen = Status(status) if status in set(Status) else None
    queue = read_queue(register, access).of(chosen)
    state = register.state
    may_propose = access.home is not None
    view = Proposals(
        LIST,
        tuple(Option(one.value, text) for one, text in _STATUSES.items()),
        chosen.value if chosen else "",
        new_href=NEW if may_propose else "",
        owner=access.owns_framework,
        sees_phrases=access.owns_framework or bool(access.keeps),
        phrases=tuple(_phrase_row(one, state) for one in queue.terms[:_SHOWN]),
        phrases_total=len(queue.terms),
        proposals=tuple(_proposal_row(one, state) for one in queue.proposals[:_SHOWN]),
        proposals_total=len(queue.proposals),
    )
    return _show(request, view)


@router.get(NEW)
def new_proposal(
    request: Request,
    register: Registered,
    access: Allowed,
    concept: Annotated[str, Query(max_length=500)] = "",
) -> HTMLResponse:
    """The form, about a skill when it is opened from that skill's page."""
    form = ProposalForm()
    if concept in register.state.framework:
        about = register.state.framework.concept(concept)
        form = ProposalForm(ProposalKind.CHANGE.value, concepts=about.notation or about.iri)
    return _show(request, _new(register, access, form))


@router.post(NEW)
def send_proposal(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    kind: Annotated[str, Form(max_length=20)] = "",
    text: Annotated[str, Form(max_length=10_000)] = "",
    concepts: Annotated[str, Form(max_length=10_000)] = "",
) -> Response:
    """Make the proposal, and show it."""
    form = ProposalForm(kind, text, concepts)
    try:
        names = tuple(line.strip() for line in concepts.splitlines() if line.strip())
        wish = Wish(_kind(kind), text, names)
        with proposing(witness, None):
            made = propose(register, wish, access)
    except RefusedError:
        raise
    except InputError as error:
        field = _FIELD_OF_RULE.get(error.rule, FieldName.TEXT)
        mistakes = (Mistake.of(error, field),)
        return _show(request, replace(_new(register, access, form), mistakes=mistakes), status_of(error))
    return RedirectResponse(address(_page(made), sent="true"), 303)


@router.get("/proposals/{identifier}")
def one_proposal(
    request: Request, register: Registered, access: Allowed, identifier: str, sent: str = ""
) -> HTMLResponse:
    """A phrase or a proposal with what was decided, and for the owner the form to decide."""
    found = find(register, identifier, access)
    return _show(request, replace(_one(found, register, access), sent=sent == "true"))


@router.post("/proposals/{identifier}")
def send_decision(
    request: Request,
    register: Registered,
    access: Allowed,
    witness: Witnessed,
    identifier: str,
    outcome: Annotated[str, Form(max_length=20)] = "",
    reason: Annotated[str, Form(max_length=10_000)] = "",
    concept: Annotated[str, Form(max_length=500)] = "",
) -> Response:
    """Decide, and show what was decided."""
    form = DecisionForm(outcome, reason, concept)
    try:
        chosen = _outcome(outcome)
        with deciding(witness, identifier):
            decide(register, identifier, chosen, access, reason=reason, concept=concept)
    except InputError as error:
        if isinstance(error, NotFoundError) and error.rule == "unknown-proposal":
            raise
        if not access.owns_framework:
            raise
        view = _one(find(register, identifier, access), register, access)
        return _show(request, replace(view, form=form, mistakes=(_decision_mistake(error),)), status_of(error))
    return RedirectResponse(f"{LIST}/{identifier}", 303)


def _show(request: Request, view: View, status: int = 200) -> HTMLResponse:
    page: HTMLResponse = request.app.state.pages.page(request, view, Section.FRAMEWORK, status)
    return page


def _kind(text: str) -> ProposalKind:
    try:
        return ProposalKind(text)
    except ValueError:
        raise InputError("No kind of proposal was chosen.", rule="bad-kind", remedy="Choose one.") from None


def _outcome(text: str) -> DecisionOutcome:
    try:
        return DecisionOutcome(text)
    except ValueError:
        raise InputError("No decision was chosen.", rule="bad-outcome", remedy="Choose one.") from None


def _decision_mistake(error: GseSkillsError) -> Mistake:
    field = _FIELD_OF_DECISION.get(error.rule, FieldName.OUTCOME)
    return Mistake.of(error, field)


def _new(register: Register, access: Access, form: ProposalForm) -> NewProposal:
    state = register.state
    organisation = state.organisation(access.home).name if access.home else ""
    first = next((line.strip() for line in form.concepts.splitlines() if line.strip()), "")
    match = None
    if first and form.kind != ProposalKind.NEW.value:
        try:
            match = state.lookup.find(first)
        except InputError:
            match = None
    about = _link(state.framework.concept(match.concept)) if match else None
    return NewProposal(NEW, form, organisation, about)


def _page(one: Term | Proposal) -> str:
    return f"{LIST}/{one.identifier.value:016x}"


def _link(concept: Concept) -> Link:
    return Link(concept.pref_label, skill_page(concept))


def _links(iris: tuple[str, ...], state: State) -> tuple[Link, ...]:
    return tuple(_link(state.framework.concept(iri)) for iri in iris if iri in state.framework)


def _names(slugs: tuple[str, ...], state: State) -> str:
    names = {organisation.slug: organisation.name for organisation in state.organisations}
    return ", ".join(names.get(slug, slug) for slug in slugs)


def _mapped(one: Term | Proposal, state: State) -> Link | None:
    decision = one.decision
    links = _links((decision.concept,), state) if decision is not None and decision.concept else ()
    return links[0] if links else None


def _phrase_row(one: Term, state: State) -> PhraseRow:
    return PhraseRow(
        one.phrase,
        _page(one),
        _STATUSES[one.status],
        one.cells,
        one.imports,
        _names(one.organisations, state),
        one.decision.reason if one.decision else "",
        _mapped(one, state),
    )


def _proposal_row(one: Proposal, state: State) -> ProposalRow:
    return ProposalRow(
        _KINDS[one.kind],
        one.text,
        _page(one),
        _STATUSES[one.status],
        _names((one.organisation,), state),
        one.proposed.date(),
        _links(one.concepts, state),
        one.decision.reason if one.decision else "",
        _mapped(one, state),
    )


def _one(found: Term | Proposal, register: Register, access: Access) -> OneProposal:
    state = register.state
    body = proposed_body(found, state)
    decides = access.owns_framework
    common = OneProposal(
        "",
        _KINDS[found.kind if isinstance(found, Proposal) else ProposalKind.TERM],
        _STATUSES[found.status],
        LIST,
        decisions=tuple(_decided(one, state) for one in body.decisions),
        action=_page(found) if decides else "",
        mappable=isinstance(found, Term) or found.kind is ProposalKind.NEW,
    )
    if isinstance(body, TermBody):
        return _phrase(body, common, state)
    return _proposal(body, common, state)


def _phrase(body: TermBody, common: OneProposal, state: State) -> OneProposal:
    framework = state.framework
    return replace(
        common,
        title=f"“{body.phrase}”",
        phrase=True,
        organisations=_names(tuple(body.organisations), state),
        cells=body.cells,
        imports=body.imports,
        alongside=tuple((_link(framework.concept(one.iri)), one.imports) for one in body.alongside),
        nearest=tuple(
            concept_link(
                framework.concept(near.iri),
                framework.schemes[near.scheme],
                matched=near.matched_label,
                score=near.score,
            )
            for near in body.nearest
        ),
    )


def _proposal(body: ProposalBody, common: OneProposal, state: State) -> OneProposal:
    concepts = tuple(_link(state.framework.concept(one.iri)) for one in body.concepts)
    about = ", ".join(link.text for link in concepts)
    return replace(
        common,
        title=f"{common.kind}: {about}" if about else common.kind,
        text=body.text,
        organisations=_names((body.organisation,), state),
        when=body.proposed.date(),
        concepts=concepts,
    )


def _decided(one: DecisionBody, state: State) -> DecidedLine:
    concept = _link(state.framework.concept(one.concept.iri)) if one.concept else None
    return DecidedLine(_OUTCOMES[one.outcome], one.decided.date(), one.reason, concept)
