"""Applying for an opportunity, and the applications that a caller may see."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from gse_skills.access import Access
from gse_skills.errors import ConflictError, NotFoundError, RefusedError
from gse_skills.imports.state import read_people
from gse_skills.index import Delta
from gse_skills.opportunity.finding import find, participations
from gse_skills.opportunity.opportunity import Opportunity, Status, read_source
from gse_skills.opportunity.participation import Participation, write_participation
from gse_skills.opportunity.step import Step, StepKind, StepRole, write_step
from gse_skills.proposals.wording import plain
from gse_skills.records import organisation_iri
from gse_skills.register import Register, today
from gse_skills.store import Query
from gse_skills.vocabulary import FOAF, GRAPH, ID, Identifier


@dataclass(frozen=True, slots=True)
class Application:
    """A participation as a caller may see it."""

    participation: Participation
    opportunity: Opportunity
    name: str
    """Of the person who applied."""
    mine: bool
    """The caller is that person."""
    roles: tuple[StepRole, ...]
    """In which roles the caller may take steps."""


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a step."""

    application: Application
    changed: bool
    """False when it had been done already, by the caller or by somebody else of the same side."""


def apply(
    register: Register, digits: str, access: Access, *, text: str = "", person: str = "", dry_run: bool = False
) -> Taken:
    """Apply for the opportunity with those digits, as the person who the caller is.

    Whoever keeps the records of an organisation can enter the application of one of its people, named by digits, which
    they were given otherwise; the step then says that the organisation did so. Who has applied and is waiting, or takes
    part, has applied once.

    Raises NotFoundError (`unknown-opportunity`, `unknown-person`), RefusedError (`not-a-person`), InputError
    (`text-too-long`) and ConflictError (`not-open`, `opportunity-over`, `no-places`, `change-under-way`).
    """
    said = plain(text, "application")
    with register.change() as change:
        home, iri, role = _applicant(register, access, person)
        offered = find(register, digits, access)
        one = offered.opportunity
        for known in participations(register):
            if known.opportunity == one.identifier.iri and known.person == iri and not known.stage.over:
                return Taken(_seen(register, known, one, access), changed=False)
        _require_open(one, offered.free)
        agent = iri if role is StepRole.PARTICIPANT else organisation_iri(home)
        step = Step.now(StepKind.APPLICATION, role, agent)
        new = Participation(
            Identifier.mint("participation"), one.identifier.iri, one.host, home, iri, step.when, said, (step,)
        )
        if not dry_run:
            write_participation(new, change)
            write_step(step, new.identifier.iri, home, change)
            register.commit(change, Delta())
    return Taken(_seen(register, new, one, access), changed=True)


def applications(register: Register, access: Access) -> tuple[Application, ...]:
    """The applications that a caller may see, the newest first: their own, and those that concern an organisation whose
    records they keep, as the host or as the applicant's own."""
    if not access.person and not access.keeps:
        return ()
    mine = [one for one in participations(register) if _roles(one, access) or _is_own(one, access)]
    offered = _opportunities(register, mine)
    names = _names(register, mine)
    return tuple(
        Application(
            one,
            offered[one.opportunity],
            names.get(one.person, ""),
            _is_own(one, access),
            _roles(one, access),
        )
        for one in mine
        if one.opportunity in offered
    )


def find_application(register: Register, digits: str, access: Access) -> Application:
    """One application by its digits.

    Raises NotFoundError (rule `unknown-application`), the same for one that is hidden as for one that is not there.
    """
    for one in applications(register, access):
        if one.participation.digits == digits:
            return one
    raise NotFoundError(
        "No application with that identifier is visible to you.",
        rule="unknown-application",
        remedy="See the list of your applications, or sign in with an account that may see it.",
    )


def _applicant(register: Register, access: Access, person: str) -> tuple[str, str, StepRole]:
    """The home and IRI of whoever applies, and in which role the application is made."""
    if access.person and access.home is not None and person in ("", access.person):
        return access.home, ID[f"person/{access.person}"], StepRole.PARTICIPANT
    if not person or not access.keeps:
        raise RefusedError(
            "Only somebody of whom the register has an entry applies, and only for themselves.",
            rule="not-a-person",
            remedy="Sign in as yourself; at the command line name the person with --person.",
        )
    for slug in sorted(access.keeps):
        for known in read_people(register.store, slug):
            if f"{known.person.identifier.value:016x}" == person and known.membership is not None:
                return slug, known.person.identifier.iri, StepRole.RELEASING_STEWARD
    raise NotFoundError(
        f"The organisations whose records you keep have no person {person}.",
        rule="unknown-person",
        remedy="Give the sixteen hexadecimal digits at the end of the address of their page.",
    )


def _require_open(one: Opportunity, free: int) -> None:
    if one.status is not Status.OPEN:
        raise ConflictError(
            "One cannot apply for it.", rule="not-open", remedy="Look for another; the host says when it is open again."
        )
    if one.ends < today():
        raise ConflictError("It is over.", rule="opportunity-over", remedy="Look for another.")
    if not free:
        raise no_places()


def no_places() -> ConflictError:
    """The error for an opportunity of which all places are taken."""
    return ConflictError(
        "All places are taken.", rule="no-places", remedy="Look for another, or try again when somebody withdraws."
    )


def _is_own(one: Participation, access: Access) -> bool:
    return bool(access.person) and one.person == ID[f"person/{access.person}"] and one.home == access.home


def _roles(one: Participation, access: Access) -> tuple[StepRole, ...]:
    roles = []
    if one.host in access.keeps:
        roles.append(StepRole.HOST_STEWARD)
    if one.home in access.keeps and StepRole.RELEASING_STEWARD in one.sides:
        roles.append(StepRole.RELEASING_STEWARD)
    if _is_own(one, access):
        roles.append(StepRole.PARTICIPANT)
    return tuple(roles)


def _opportunities(register: Register, those: list[Participation]) -> dict[str, Opportunity]:
    hosts = {one.host for one in those} - {""}
    return {one.identifier.iri: one for slug in sorted(hosts) for one in read_source(register.store, slug)}


def _names(register: Register, those: list[Participation]) -> dict[str, str]:
    pairs = sorted({(GRAPH[f"source/{one.home}"], one.person) for one in those if one.home})
    shown = [(NamedNode(source), NamedNode(person)) for source, person in pairs]
    told = register.store.select(Query("cards"), shown=shown) if shown else ()
    return {person.value: value.value for person, property_, value in told if property_.value == FOAF.name}


def _seen(register: Register, one: Participation, opportunity: Opportunity, access: Access) -> Application:
    name = _names(register, [one]).get(one.person, "")
    return Application(one, opportunity, name, _is_own(one, access), _roles(one, access))


def with_step(application: Application, step: Step) -> Application:
    """The application once a step was taken."""
    one = application.participation
    return replace(application, participation=replace(one, steps=(*one.steps, step)))
