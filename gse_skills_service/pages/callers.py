"""Callers in words, and as whom one can look at the demo."""

from __future__ import annotations

from pyoxigraph import NamedNode

from gse_skills.access import Caller, Incident, Role
from gse_skills.errors import NotFoundError
from gse_skills.register import Register, State
from gse_skills.store import Query
from gse_skills.vocabulary import GRAPH, Identifier
from gse_skills_service.pages import wording
from gse_skills_service.pages.frame import Option

_ROLES = {
    Role.MEMBER: "Member",
    Role.LEAD: "Profession lead",
    Role.STEWARD: "Steward",
    Role.DUTY_OFFICER: "Duty officer",
    Role.RESPONDER: "Responder",
}
_ALONE = {
    Role.ADMINISTRATOR: "Administrator",
    Role.FRAMEWORK_OWNER: "Owner of the framework",
    Role.OPERATOR: "Operator",
}
ANYBODY = "Anonymous"


def in_words(caller: Caller, register: Register) -> str:
    """A caller as people say it, such as "Steward of Larkmoor" or "Yourself: Ann Alder"."""
    names = {organisation.slug: organisation.name for organisation in register.state.organisations}
    if caller.role in _ALONE:
        return _ALONE[caller.role]
    if caller.organisation is None or caller.organisation not in names:
        return ANYBODY
    of_it = f"of {names[caller.organisation]}"
    if caller.role is Role.PERSON:
        name = _name_of(caller, register)
        return f"Yourself: {name}, {of_it}" if name else f"Yourself, {of_it}"
    said = f"{_ROLES[caller.role]} {of_it}"
    if caller.role is Role.RESPONDER and (incident := incident_of(caller, register)) is not None:
        return f"{said} in {_kind(incident)} {incident.reference} until {wording.moment(incident.over)}"
    return said


def incident_of(caller: Caller, register: Register) -> Incident | None:
    """The incident to which a caller was called, open or over; None for whoever was called to none."""
    if caller.role is not Role.RESPONDER:
        return None
    try:
        return register.incidents.get(caller.subject)
    except NotFoundError:
        return None


def _kind(incident: Incident) -> str:
    return "drill" if incident.drill else "incident"


def _name_of(caller: Caller, register: Register) -> str:
    iri = Identifier("person", int(caller.subject, 16)).iri
    pairs = [(NamedNode(GRAPH[f"source/{caller.organisation}"]), NamedNode(iri))]
    return next((name.value for _, _, name in register.store.select(Query("names"), pairs=pairs)), "")


class Cast:
    """As whom one can look at the demo: every role, and of each organisation a few people."""

    def __init__(self) -> None:
        self._known: tuple[int, tuple[Option, ...]] | None = None

    def of(self, register: Register) -> tuple[Option, ...]:
        """All choices, grouped by organisation; they are made once a commit, but for the incidents."""
        state, known = register.state, self._known
        if known is None or known[0] != register.store.commit:
            commit = register.store.commit
            self._known = known = (commit, (*_nowhere(register), *_everywhere(register, state)))
        return (*known[1], *_responders(register, state))


def _nowhere(register: Register) -> tuple[Option, ...]:
    callers = (Caller(Role.FRAMEWORK_OWNER), Caller(Role.ADMINISTRATOR))
    return (Option("anonymous", ANYBODY), *(Option(str(one), in_words(one, register)) for one in callers))


def _everywhere(register: Register, state: State) -> list[Option]:
    roles = (Role.MEMBER, Role.STEWARD, Role.LEAD, Role.DUTY_OFFICER)
    found = []
    for organisation in state.organisations:
        callers = [Caller(role, organisation.slug) for role in roles]
        found += [Option(str(one), in_words(one, register), organisation.name) for one in callers]
        source = NamedNode(GRAPH[f"source/{organisation.slug}"])
        for person, name in register.store.select(Query("members"), source=source):
            digits = f"{Identifier.from_iri(person.value).value:016x}"
            caller = Caller(Role.PERSON, organisation.slug, digits)
            found.append(Option(str(caller), f"Yourself: {name.value}, of {organisation.name}", organisation.name))
    return found


def _responders(register: Register, state: State) -> list[Option]:
    callers = [
        Caller(Role.RESPONDER, organisation.slug, incident.identifier)
        for incident in register.incidents.under_way()
        for organisation in state.organisations
    ]
    return [Option(str(one), in_words(one, register), "Responders") for one in callers]
