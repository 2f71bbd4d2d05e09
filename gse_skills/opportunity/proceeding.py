"""What becomes of an application: agreed by both sides, started, finished, withdrawn, declined.

Every step is read and taken while nobody else makes a change. So of two who approve at once one does it; the other is
told that it had been done, or that it can no longer be done, and the history has it once.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from gse_skills.access import Access
from gse_skills.errors import ConflictError, InputError, RefusedError
from gse_skills.framework import Framework
from gse_skills.index import Delta
from gse_skills.opportunity.applying import Application, Taken, find_application, no_places, with_step
from gse_skills.opportunity.finding import places_taken
from gse_skills.opportunity.opportunity import Status
from gse_skills.opportunity.participation import Stage
from gse_skills.opportunity.rules import require_span
from gse_skills.opportunity.step import Step, StepKind, StepRole, write_step
from gse_skills.proposals.wording import plain
from gse_skills.records import organisation_iri
from gse_skills.register import Register, today

_WANTED = {
    StepKind.AGREEMENT: (Stage.APPLIED,),
    StepKind.REFUSAL: (Stage.APPLIED,),
    StepKind.BEGINNING: (Stage.AGREED,),
    StepKind.COMPLETION: (Stage.STARTED,),
    StepKind.WITHDRAWAL: (Stage.APPLIED, Stage.AGREED, Stage.STARTED),
}
"""At which stage each step can be taken."""
_REACHED = {
    StepKind.REFUSAL: Stage.DECLINED,
    StepKind.BEGINNING: Stage.STARTED,
    StepKind.COMPLETION: Stage.FINISHED,
    StepKind.WITHDRAWAL: Stage.WITHDRAWN,
}
_STEWARDS = (StepRole.HOST_STEWARD, StepRole.RELEASING_STEWARD)


@dataclass(frozen=True, slots=True)
class StepWish:
    """A step that somebody wants to take."""

    kind: StepKind
    reason: str = ""
    on_day: datetime.date | None = None
    """Of a beginning or completion; None for today."""
    role: StepRole | None = None
    """For whoever may act in several roles; None for the one that is waited for."""


def proceed(register: Register, digits: str, wish: StepWish, access: Access, *, dry_run: bool = False) -> Taken:
    """Take a step of the application with those digits; the same step again by the same side changes nothing.

    Raises NotFoundError (`unknown-application`), RefusedError (`not-your-step`), InputError (`reason-missing`,
    `text-too-long`, `finish-before-start`, `day-to-come`, and those of `require_span`) and ConflictError
    (`wrong-stage`, `no-places`, `not-open`, `change-under-way`).
    """
    reason = plain(wish.reason, "reason")
    if wish.kind not in _WANTED:
        raise InputError("That is no step of an application.", rule="unknown-step", remedy="Choose another.")
    if wish.kind is StepKind.REFUSAL and not reason:
        raise InputError(
            "Nothing says why it is declined.", rule="reason-missing", remedy="Give a reason; whoever applied sees it."
        )
    with register.change() as change:
        found = find_application(register, digits, access)
        role = _role(found, wish)
        if _is_done(found, wish.kind, role):
            return Taken(found, changed=False)
        _require_stage(found, wish.kind)
        if wish.kind is StepKind.AGREEMENT:
            _require_room(register, found)
        one = found.participation
        agent = one.person if role is StepRole.PARTICIPANT else organisation_iri(_side(found, role))
        step = Step.now(wish.kind, role, agent, reason=reason, on_day=_day(found, wish, register.state.framework))
        if not dry_run:
            write_step(step, one.identifier.iri, one.home, change)
            register.commit(change, Delta())
    return Taken(with_step(found, step), changed=True)


def _side(found: Application, role: StepRole) -> str:
    one = found.participation
    return one.host if role is StepRole.HOST_STEWARD else one.home


def _role(found: Application, wish: StepWish) -> StepRole:
    """In which role the caller takes the step."""
    fit = [role for role in found.roles if role in _STEWARDS or wish.kind is StepKind.WITHDRAWAL]
    if wish.role is not None:
        fit = [role for role in fit if role is wish.role]
    if not fit:
        raise RefusedError(
            "That step is for a steward of the host, or of the applicant's organisation.",
            rule="not-your-step",
            remedy="Ask a steward; you can withdraw your own application.",
        )
    if wish.kind is StepKind.AGREEMENT:
        waiting = [role for role in fit if role not in found.participation.agreed]
        return (waiting or fit)[0]
    # Whoever may act for several withdraws as themselves.
    return fit[-1] if wish.kind is StepKind.WITHDRAWAL else fit[0]


def _is_done(found: Application, kind: StepKind, role: StepRole) -> bool:
    one = found.participation
    if kind is StepKind.AGREEMENT:
        return role in one.agreed and one.stage not in (Stage.DECLINED, Stage.WITHDRAWN)
    return one.stage is _REACHED[kind]


def _require_stage(found: Application, kind: StepKind) -> None:
    stage = found.participation.stage
    if stage in _WANTED[kind]:
        return
    last = found.participation.steps[-1]
    raise ConflictError(
        f"The application is {stage.value} since {last.when:%Y-%m-%d %H:%M} UTC.",
        rule="wrong-stage",
        remedy="Look at it again: somebody else may have been at it. " + _REMEDIES[stage],
        extra={"stage": stage.value},
    )


_REMEDIES = {
    Stage.APPLIED: "Both sides have to agree first.",
    Stage.AGREED: "What is agreed can be started or withdrawn.",
    Stage.STARTED: "What is started can be finished or withdrawn.",
    Stage.FINISHED: "Nothing more is to be done.",
    Stage.WITHDRAWN: "The person can apply anew.",
    Stage.DECLINED: "The person can apply anew.",
}


def _require_room(register: Register, found: Application) -> None:
    one = found.opportunity
    if one.status is not Status.OPEN:
        raise ConflictError("The opportunity is not open.", rule="not-open", remedy="Decline it with a reason.")
    if places_taken(register, [one])[one.identifier.iri] >= one.places:
        raise no_places()


def _day(found: Application, wish: StepWish, framework: Framework) -> datetime.date | None:
    """The day of a beginning or completion: not to come, and within what the scheme allows."""
    if wish.kind not in (StepKind.BEGINNING, StepKind.COMPLETION):
        return None
    day = wish.on_day or today()
    if day > today():
        raise InputError(f"{day} is yet to come.", rule="day-to-come", remedy="Say so on the day, or correct the date.")
    began = found.participation.day_of(StepKind.BEGINNING)
    if began is None:
        # One that begins early may end early: how long it was is known at its end.
        if day > found.opportunity.ends:
            require_span(found.opportunity, day, found.opportunity.ends, framework)
    elif day < began:
        raise InputError(
            f"It began on {began}, which is later.", rule="finish-before-start", remedy="Correct the date."
        )
    else:
        require_span(found.opportunity, began, day, framework)
    return day
