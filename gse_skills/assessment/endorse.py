"""Asking a colleague or a manager to endorse a level, and what they answer.

Whoever gives it makes the judgement: a record on their basis begins, beside what the person says of themselves. Whoever
asks says whether it is their manager whom they ask, and the record says who gave it; what people say of their managers
must not run in a circle, and takes nothing away that the organisation has recorded itself.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass, replace

from gse_skills.access import Access
from gse_skills.assessment.assess import said_by, used_skill, write_evidence
from gse_skills.assessment.evidence import checked_evidence
from gse_skills.assessment.reporting import require_no_circle
from gse_skills.assessment.request import (
    Answer,
    Answered,
    EndorsementRequest,
    Standing,
    requests_of,
    requests_with,
    write_answer,
    write_request,
)
from gse_skills.dossier import Amendment, Means, read_for
from gse_skills.errors import ConflictError, InputError, NotFoundError, RefusedError
from gse_skills.imports.statements import Activity
from gse_skills.index import Delta
from gse_skills.people import Card, read_cards, unknown_person
from gse_skills.proposals.wording import plain
from gse_skills.register import Register, today
from gse_skills.store import Change
from gse_skills.vocabulary import GSE, ID, PROV, Basis, Identifier, Level

MAX_OPEN = 20
"""Open requests of one person; more would be a burden to others."""


@dataclass(frozen=True, slots=True)
class Endorsement:
    """A request as those see it whom it concerns."""

    request: EndorsementRequest
    label: str
    """Of the skill."""
    notation: str
    asker: str
    """Name; whoever asks tells it to whom they ask."""
    asked: str
    """Name, as far as whoever looks may see it."""
    standing: Standing
    mine: str
    """What the caller may do with it: `answer`, `withdraw` or nothing."""


def ask(
    register: Register,
    access: Access,
    colleague: str,
    skill: str,
    level: Level,
    basis: Basis,
    *,
    reason: str = "",
    evidence: tuple[str, ...] = (),
    dry_run: bool,
) -> Endorsement:
    """Ask a colleague, by the digits of their IRI, to endorse a level, or with `dry_run` only tell what would be asked.

    The same request while it is open is made once. Raises RefusedError (rule `not-a-person`), NotFoundError
    (`unknown-person`, `unknown-term`), InputError (`self-endorsement`, `bad-endorser`, `deprecated-skill`,
    `bad-evidence`, `text-too-long`) and ConflictError (`already-asked`, `too-many-requests-open`, `has-left`,
    `reporting-circle`, `manager-recorded`, `change-under-way`).
    """
    me, home = _require_person(access)
    pieces, said = checked_evidence(evidence), plain(reason, "reason")
    with register.change() as change:
        card = _colleague(register, access, colleague, basis)
        iri = used_skill(register.state, skill)
        if read_for(register, home, me).membership is None:
            raise ConflictError("You have left.", rule="has-left", remedy="Ask for it where you work now.")
        asked, now = Identifier.from_iri(card.person).value, datetime.datetime.now(datetime.UTC).replace(microsecond=0)
        expires = now.date() + datetime.timedelta(days=register.settings.endorsement_days)
        request = EndorsementRequest(
            Identifier.mint("request"), home, int(me, 16), asked, iri, level, basis, said, pieces, now, expires
        )
        mine = requests_with(register.store, [home], PROV.wasAttributedTo, int(me, 16))
        known = _already(request, [one for one in mine if one.standing(today()) is Standing.OPEN])
        if known is None:
            _require_manager(register, request)
            write_request(request, change)
            if not dry_run:
                register.commit(change, Delta())
        return _told(register, access, known or request)


def respond(
    register: Register, access: Access, digits: str, answer: Answer, *, reason: str = "", dry_run: bool
) -> Endorsement:
    """Give, decline or withdraw, or with `dry_run` only tell what that would change.

    The same answer again changes nothing. Whoever comes second with another is told that it is answered. Raises
    RefusedError (rule `not-a-person`), NotFoundError (`unknown-request`), InputError (`reason-missing`,
    `text-too-long`) and ConflictError (`already-settled`, `request-expired`, `skill-deprecated`, `has-left`,
    `reporting-circle`, `manager-recorded`, `change-under-way`).
    """
    me, _ = _require_person(access)
    said = plain(reason, "reason")
    if answer is Answer.DECLINED and not said:
        raise InputError("Nothing says why.", rule="reason-missing", remedy="Give a reason; whoever asked reads it.")
    with register.change() as change:
        request = _find(register, access, digits, answer)
        if (former := request.answered) is not None:
            if (former.answer, former.reason) == (answer, said):
                return _told(register, access, request)
            raise ConflictError(
                f"The request was {former.answer.value} on {former.when:%-d %B %Y}.",
                rule="already-settled",
                remedy="Look at the list again; a new request can be made.",
            )
        if request.standing(today()) is Standing.EXPIRED and answer is not Answer.WITHDRAWN:
            raise ConflictError(
                f"The request expired on {request.expires:%-d %B %Y}.",
                rule="request-expired",
                remedy="They can ask again.",
            )
        now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
        answered = Answered(Identifier.mint("endorsement"), answer, said, now)
        delta = _give(register, request, answered, change) if answer is Answer.GIVEN else Delta()
        write_answer(request, answered, int(me, 16), change)
        if not dry_run:
            register.commit(change, delta)
        return _told(register, access, replace(request, answered=answered))


def read_endorsements(register: Register, access: Access, slug: str | None = None) -> tuple[Endorsement, ...]:
    """The requests that a person made and got; or those of an organisation's people, for who keeps its records.

    Open ones first, the oldest of them first, then the newest. Raises RefusedError (rule `not-a-person`,
    `not-steward`) and NotFoundError (rule `unknown-organisation`).
    """
    if slug is None:
        found = _of_person(register, access)
    else:
        access.require_keeper(slug)
        register.state.organisation(slug)
        found = requests_of(register.store, slug)
    return tuple(sorted((_told(register, access, one) for one in found), key=_order))


def _of_person(register: Register, access: Access) -> list[EndorsementRequest]:
    me, home = _require_person(access)
    slugs = [one.slug for one in register.state.organisations]
    mine = requests_with(register.store, [home], PROV.wasAttributedTo, int(me, 16))
    return [*mine, *requests_with(register.store, slugs, GSE.asks, int(me, 16))]


def _give(register: Register, request: EndorsementRequest, answered: Answered, change: Change) -> Delta:
    """The record that an endorsement begins."""
    framework = register.state.framework
    if request.skill not in framework or framework.concept(request.skill).deprecated:
        raise ConflictError(
            "The skill is no longer used: a newer release of the framework put it aside meanwhile.",
            rule="skill-deprecated",
            remedy="Decline and say so; they can ask about the skill that takes its place.",
        )
    _require_manager(register, request)
    dossier = read_for(register, request.organisation, f"{request.asker:016x}")
    activity = Activity(answered.identifier, request.organisation, answered.when)
    amendment = Amendment(register.state, dossier, activity, change, answered.when.date())
    old = said_by(dossier, request.skill, request.basis)
    record = amendment.level(old, request.skill, request.level, request.basis)
    assert record is not None, "a level is endorsed"
    write_evidence(record.identifier, request.evidence, request.organisation, change)
    return amendment.delta


def _require_manager(register: Register, request: EndorsementRequest) -> None:
    """That whoever is asked as the manager can be it, and that the word of a manager which the organisation itself
    recorded is not taken away by whoever somebody calls their manager."""
    if request.basis is not Basis.MANAGER:
        return
    require_no_circle(request, requests_of(register.store, request.organisation), today())
    stands = said_by(read_for(register, request.organisation, f"{request.asker:016x}"), request.skill, request.basis)
    if stands is not None and (stands.origin is None or stands.origin.means is not Means.ENDORSEMENT):
        raise ConflictError(
            f"Your organisation has recorded what your manager says of it: {stands.level.label}.",
            rule="manager-recorded",
            remedy="Your steward changes that, on the word of your manager; or ask a colleague as a peer.",
        )


def _require_person(access: Access) -> tuple[str, str]:
    if not access.person or access.home is None:
        raise RefusedError(
            "Only a person of whom the register has an entry asks for an endorsement or gives one.",
            rule="not-a-person",
            remedy="Sign in with the account that your organisation has tied to your entry.",
        )
    return access.person, access.home


def _colleague(register: Register, access: Access, text: str, basis: Basis) -> Card:
    """Whom to ask; raises NotFoundError and InputError."""
    digits = text.strip().removeprefix(ID["person/"])
    if digits == access.person:
        raise InputError(
            "Nobody endorses a level of their own.",
            rule="self-endorsement",
            remedy="Say what you think yourself with a self-assessment, and ask somebody else to endorse it.",
        )
    if basis not in (Basis.PEER, Basis.MANAGER):
        raise InputError(
            "A colleague endorses as a peer or as your manager.",
            rule="bad-endorser",
            remedy="What an accredited body says is recorded by your steward.",
        )
    iri = ID[f"person/{digits}"]
    card = read_cards([iri], access.views, register.store).get(iri) if len(digits) == 16 else None
    if card is None:
        raise unknown_person()
    if basis is Basis.MANAGER and card.organisation != access.home:
        raise InputError(
            "They work for another organisation, so they are not your manager here.",
            rule="bad-endorser",
            remedy="Ask them as a peer.",
        )
    return card


def _already(request: EndorsementRequest, open_ones: list[EndorsementRequest]) -> EndorsementRequest | None:
    def asked(one: EndorsementRequest) -> tuple[object, ...]:
        return one.asked, one.skill, one.basis

    for one in open_ones:
        if asked(one) == asked(request):
            if (one.level, one.reason, one.evidence) == (request.level, request.reason, request.evidence):
                return one
            raise ConflictError(
                "You have asked them about that skill already.",
                rule="already-asked",
                remedy="Wait for their answer, or withdraw the request first.",
            )
    if len(open_ones) >= MAX_OPEN:
        raise ConflictError(
            f"You have {MAX_OPEN} requests open.", rule="too-many-requests-open", remedy="Wait for some answers."
        )
    return None


def _find(register: Register, access: Access, digits: str, answer: Answer) -> EndorsementRequest:
    """The request that the caller may answer in that way."""
    may: Callable[[EndorsementRequest], int | None] = (
        (lambda one: one.asker) if answer is Answer.WITHDRAWN else (lambda one: one.asked)
    )
    for one in _of_person(register, access):
        if one.digits == digits and may(one) == int(access.person, 16):
            return one
    raise NotFoundError(
        "You have no request with that identifier.", rule="unknown-request", remedy="See the list of requests."
    )


def _told(register: Register, access: Access, request: EndorsementRequest) -> Endorsement:
    framework = register.state.framework
    concept = framework.concept(request.skill) if request.skill in framework else None
    dossier = read_for(register, request.organisation, f"{request.asker:016x}")
    iri = Identifier("person", request.asked).iri if request.asked is not None else ""
    card = read_cards([iri], access.views, register.store).get(iri) if iri else None
    standing, me = request.standing(today()), int(access.person, 16) if access.person else None
    may = "answer" if me == request.asked else "withdraw" if me == request.asker else ""
    return Endorsement(
        request,
        concept.pref_label if concept else request.skill.rpartition("/")[2],
        (concept.notation or "") if concept else "",
        dossier.identity.name,
        card.name if card else "",
        standing,
        may if standing is Standing.OPEN else "",
    )


def _order(one: Endorsement) -> tuple[bool, float, str]:
    moment, is_open = one.request.made.timestamp(), one.standing is Standing.OPEN
    return not is_open, moment if is_open else -moment, one.request.digits


__all__ = ["MAX_OPEN", "Endorsement", "ask", "read_endorsements", "respond"]
