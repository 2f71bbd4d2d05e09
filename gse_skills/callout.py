"""Calling people to an incident: who opens and closes one, who responds, and how everybody concerned is told.

A duty officer opens an incident for a purpose and a time, and calls responders; while it lasts these see the emergency
audience. Beginning and end stand in the audit log for the stewards of every organisation, whose people may be looked at
in it. An incident cannot be prolonged: if it lasts, another is opened, and that is told again. A drill goes the same
way and shows nobody more than they see anyway.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace

from gse_skills.access import OPERATOR, Access, Caller, Incident, Role, User
from gse_skills.audit import Action, Witness, permission
from gse_skills.audit.event import require_purpose
from gse_skills.errors import RefusedError
from gse_skills.register import Register

_TOLD_AT_ONCE = 500
"""Organisations in one entry of the audit log."""


@dataclass(frozen=True, slots=True)
class Opening:
    """What a duty officer asks for."""

    organisation: str
    """Slug of the organisation in whose name they open it."""
    purpose: str
    reference: str
    lasts: datetime.timedelta
    drill: bool = False
    calls: tuple[str, ...] = ()
    """Users of that organisation to call at once, by name."""


@dataclass(frozen=True, slots=True)
class Called:
    """Somebody who was called to an incident."""

    name: str
    """The mail address, or ISSUER|SUBJECT, by which they sign in."""
    caller: Caller


def incidents_seen(register: Register, access: Access) -> list[Incident]:
    """The incidents that a caller may know of, the newest first.

    Whoever belongs to an organisation knows of those that are open, since their records may be looked at; stewards and
    duty officers of those that are over too, since the log names them. Raises RefusedError (rule `not-of-alliance`).
    """
    settle(register)
    if access.home is None and not access.opens_incidents:
        raise RefusedError(
            "Incidents are told of within the alliance.",
            rule="not-of-alliance",
            remedy="Sign in as a member of an organisation.",
        )
    all_ones = access.opens_incidents or bool(access.keeps)
    return (register.incidents.incidents() if all_ones else register.incidents.under_way())[::-1]


def open_incident(register: Register, access: Access, witness: Witness, asked: Opening, *, dry_run: bool) -> Incident:
    """Open an incident, or with `dry_run` only say what it would be.

    Raises RefusedError (`not-duty-officer`), NotFoundError (`unknown-organisation`), and InputError (`purpose-needed`,
    `bad-purpose`, `bad-end`, `unknown-user-name`).
    """
    access.require_duty_officer(asked.organisation)
    register.state.organisation(asked.organisation)
    settle(register)
    incident = register.incidents.plan(
        asked.organisation, asked.purpose, asked.reference, asked.lasts, drill=asked.drill
    )
    require_purpose(_why(incident))
    for name in asked.calls:
        register.users.require_name(name)
    if not dry_run:
        with _telling(register, witness, Action.INCIDENT_OPENED, incident):
            register.incidents.open(incident)
        for name in asked.calls:
            _call(register, witness, incident, name, asked.organisation)
    return incident


def call(
    register: Register,
    access: Access,
    witness: Witness,
    identifier: str,
    name: str,
    organisation: str | None = None,
    *,
    dry_run: bool = False,
) -> Called:
    """Let somebody respond to an incident in the name of an organisation, by default the duty officer's.

    What it is worth is looked at whenever they come: they must be able to act for that organisation otherwise. Whether
    they can is not said here, since that may rest on records which the duty officer does not see. Raises RefusedError
    (`not-duty-officer`), NotFoundError (`unknown-incident`, `unknown-organisation`), ConflictError (`not-open`) and
    InputError (`unknown-user-name`).
    """
    incident = _own(register, access, identifier)
    register.incidents.going_on(identifier)
    slug = organisation or incident.organisation
    register.state.organisation(slug)
    register.users.require_name(name)
    if dry_run:
        return Called(name, Caller(Role.RESPONDER, slug, identifier))
    return _call(register, witness, incident, name, slug)


def close_incident(
    register: Register, access: Access, witness: Witness, identifier: str, *, dry_run: bool = False
) -> Incident:
    """Close an incident before its end: whoever was called sees no more from that moment on.

    Raises RefusedError (`not-duty-officer`), NotFoundError (`unknown-incident`) and ConflictError (`not-open`).
    """
    _own(register, access, identifier)
    incident = register.incidents.going_on(identifier)
    if dry_run:
        return incident
    # Whoever settles what is over must not tell of it too.
    with register.incidents.settling, _telling(register, witness, Action.INCIDENT_ENDED, incident):
        closed = register.incidents.close(identifier)
        register.users.dismiss([identifier])
        register.incidents.settle([identifier])
    return closed


def called(register: Register, access: Access, incident: Incident) -> list[Called] | None:
    """Who was called to an incident that goes on; None for whoever may not know it."""
    if not _is_own(access, incident):
        return None
    return [
        Called(user.name, caller)
        for user in register.users.users()
        for caller in user.callers
        if caller.role is Role.RESPONDER and caller.subject == incident.identifier
    ]


def standing(register: Register, user: User | None, address: str | None) -> tuple[Caller, ...]:
    """The callers as which somebody who signed in may act now; none once they are no user any more.

    What they were granted; the persons whose mail address is theirs; and of incidents to which they were called those
    that go on, in the name of an organisation for which they may act otherwise.
    """
    if user is None:
        return ()
    slugs = [organisation.slug for organisation in register.state.organisations]
    others = [caller for caller in user.callers if caller.role is not Role.RESPONDER]
    others = list(dict.fromkeys((*others, *register.selves.of(address, slugs))))
    acts_for = {caller.organisation for caller in others}
    under_way = {incident.identifier for incident in register.incidents.under_way()}
    responding = (
        caller
        for caller in user.callers
        if caller.role is Role.RESPONDER and caller.organisation in acts_for and caller.subject in under_way
    )
    return (*others, *responding)


def settle(register: Register) -> None:
    """Tell the end of incidents whose time has run out, and dismiss whoever was called to them.

    Nobody saw anything by them since: the clock alone ends that. Whoever looks after the register does this now and
    then; every look at the incidents does too.
    """
    with register.incidents.settling:
        witness = Witness(register.audit, register.access(OPERATOR))
        for incident in register.incidents.unsettled():
            with _telling(register, witness, Action.INCIDENT_ENDED, incident):
                register.users.dismiss([incident.identifier])
                register.incidents.settle([incident.identifier])


def _call(register: Register, witness: Witness, incident: Incident, name: str, slug: str) -> Called:
    caller = Caller(Role.RESPONDER, slug, incident.identifier)
    told = replace(witness, purpose=_why(incident), incident=incident.iri)
    return Called(permission.grant(register.users, told, name, caller).name, caller)


def _own(register: Register, access: Access, identifier: str) -> Incident:
    """An incident that the caller may close and call to; what others opened they know of, and leave alone."""
    settle(register)
    if not access.opens_incidents:
        access.require_duty_officer("")
    incident = register.incidents.get(identifier)
    access.require_duty_officer(incident.organisation)
    return incident


def _is_own(access: Access, incident: Incident) -> bool:
    return access.opens_incidents and access.home in (None, incident.organisation)


def _why(incident: Incident) -> str:
    return f"{'Drill: ' if incident.drill else ''}{incident.purpose} ({incident.reference})"


@contextmanager
def _telling(register: Register, witness: Witness, action: Action, incident: Incident) -> Iterator[None]:
    """Tell what is done in the block to the stewards of every organisation."""
    slugs = [organisation.slug for organisation in register.state.organisations]
    told = replace(witness, purpose=_why(incident), incident=incident.iri)
    with ExitStack() as stack:
        for start in range(0, len(slugs), _TOLD_AT_ONCE):
            stack.enter_context(told.doing(action, slugs[start : start + _TOLD_AT_ONCE]))
        yield
