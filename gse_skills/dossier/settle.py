"""Stewards settle requests for correction: an accepted one changes what is kept, in the same change."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from gse_skills.access import Access
from gse_skills.dossier.amend import Amendment
from gse_skills.dossier.correct import Step, stated
from gse_skills.dossier.dossier import Dossier
from gse_skills.dossier.fact import Fact
from gse_skills.dossier.read import read_kept
from gse_skills.dossier.request import CorrectionRequest, Outcome, Settlement, Standing, write_settlement
from gse_skills.errors import ConflictError, InputError, NotFoundError
from gse_skills.imports.statements import Activity
from gse_skills.index import Delta
from gse_skills.proposals.wording import plain
from gse_skills.register import Register
from gse_skills.store import Query
from gse_skills.vocabulary import GRAPH, ID, PROV, Identifier, Level

_DIGITS = re.compile("[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as its stewards see it: beside whose it is, and what stands now."""

    request: CorrectionRequest
    dossier: Dossier
    step: Step

    @property
    def basis(self) -> str:
        """Who judged the level that is disputed; empty for other facts."""
        record = self.dossier.record(self.request.record) if self.request.record is not None else None
        return record.basis.label if record is not None else ""


def read_requests(register: Register, access: Access, slug: str) -> tuple[Asked, ...]:
    """The requests to an organisation: open ones first, the oldest first of these, then those that were settled.

    Raises RefusedError (rule `not-steward`) and NotFoundError (rule `unknown-organisation`).
    """
    access.require_keeper(slug)
    register.state.organisation(slug)
    rows = register.store.select(Query("correction_requests"), source=NamedNode(GRAPH[f"source/{slug}"]))
    dossiers = [read_kept(register, row[0].value.rpartition("/")[2], access) for row in rows]
    found = [Asked(request, dossier, step_of(dossier, request)) for dossier in dossiers for request in dossier.requests]
    return tuple(sorted(found, key=_order))


def settle(
    register: Register,
    access: Access,
    slug: str,
    digits: str,
    outcome: Outcome,
    *,
    reason: str = "",
    dry_run: bool,
) -> Asked:
    """Settle a request, or with `dry_run` only tell what that would change.

    The same settlement again changes nothing. Raises RefusedError (rule `not-steward`), NotFoundError
    (`unknown-organisation`, `unknown-request`), InputError (`reason-missing`, `text-too-long`) and ConflictError
    (`already-settled`, `changed-meanwhile`, `has-left`, `change-under-way`).
    """
    access.require_keeper(slug)
    register.state.organisation(slug)
    said = plain(reason, "reason")
    if outcome is Outcome.DECLINED and not said:
        raise InputError(
            "Nothing says why it is declined.", rule="reason-missing", remedy="Give a reason; the person sees it."
        )
    with register.change() as change:
        asked = _find(register, access, slug, digits)
        request, former = asked.request, asked.request.settlement
        if former is not None:
            if (former.outcome, former.reason) == (outcome, said):
                return asked
            raise ConflictError(
                "The request is settled.", rule="already-settled", remedy="The person can make another one."
            )
        now = datetime.datetime.now(datetime.UTC).replace(microsecond=0)
        settlement = Settlement(Identifier.mint("settlement"), outcome, said, now)
        delta = Delta()
        if outcome is Outcome.ACCEPTED:
            activity = Activity(settlement.identifier, slug, now)
            amendment = Amendment(register.state, asked.dossier, activity, change, now.date(), delta)
            _amend(amendment, request)
        write_settlement(request, settlement, slug, change)
        if not dry_run:
            register.commit(change, delta)
        return replace(asked, request=replace(request, settlement=settlement))


def step_of(dossier: Dossier, request: CorrectionRequest) -> Step:
    """What a request would change."""
    record = dossier.record(request.record) if request.record is not None else None
    what = record.label if record is not None else request.fact.label
    return Step(what, stated(dossier, request.fact, record), request.value)


def _order(one: Asked) -> tuple[bool, float, Identifier]:
    moment = one.request.asked.timestamp()
    is_open = one.request.standing is Standing.OPEN
    return not is_open, moment if is_open else -moment, one.request.identifier


def _find(register: Register, access: Access, slug: str, digits: str) -> Asked:
    if _DIGITS.fullmatch(digits):
        pairs = [(NamedNode(GRAPH[f"source/{slug}"]), NamedNode(ID[f"request/{digits}"]))]
        said = list(register.store.select(Query("statements"), pairs=pairs))
        for person in (value.value for _, name, value in said if name.value == PROV.wasAttributedTo):
            dossier = read_kept(register, person.rpartition("/")[2], access)
            for request in dossier.requests:
                if request.digits == digits:
                    return Asked(request, dossier, step_of(dossier, request))
    raise NotFoundError(
        "Your organisation has no request with that identifier.",
        rule="unknown-request",
        remedy="See the list of requests.",
    )


def _amend(amendment: Amendment, request: CorrectionRequest) -> None:
    if request.fact is not Fact.LEVEL:
        amendment.fact(request.fact, request.value)
        return
    record = amendment.dossier.record(request.record) if request.record is not None else None
    if record is None or record.until is not None:
        raise ConflictError(
            "The record that is disputed has ended meanwhile.",
            rule="changed-meanwhile",
            remedy="Decline the request and say so; the person can ask anew about what stands now.",
        )
    level = Level[request.value.upper()] if request.value else None
    amendment.level(record, record.skill, level, record.basis)
