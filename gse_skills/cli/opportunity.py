"""`gse-skills opportunity`: opportunities under interchange schemes, from the offer to what came of it."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from typing import Annotated, Any, Protocol
from urllib.parse import quote

import httpx
import typer
from pydantic import BaseModel

from gse_skills.access import OPERATOR
from gse_skills.answers import (
    ApplicationBody,
    ApplicationsBody,
    MatchesBody,
    OpportunitiesBody,
    OpportunityBody,
    TakenBody,
)
from gse_skills.audit import Action, Witness
from gse_skills.cli.output import Json, dump, say, table
from gse_skills.cli.session import Data, ask, reached, settings_for
from gse_skills.errors import InputError, NotFoundError
from gse_skills.opportunity import (
    MatchQuestion,
    OfferWish,
    OpportunityQuestion,
    Payment,
    StepKind,
    StepRole,
    StepWish,
    WishedAim,
    applications,
    apply,
    confirm,
    find,
    find_application,
    moved,
    offer,
    opportunities_for,
    proceed,
    search,
    withdraw_opportunity,
)
from gse_skills.register import Register
from gse_skills.vocabulary import ID, Audience, Level

app = typer.Typer(
    help="Opportunities under STEM Futures and Expert Exchange: offered, found, applied for, agreed, done.\n\n"
    "Example: gse-skills opportunity list --skill Virology",
    no_args_is_help=True,
)

OpportunityId = Annotated[str, typer.Argument(metavar="ID", help="Of an opportunity, as `opportunity list` gives it.")]
ApplicationId = Annotated[str, typer.Argument(metavar="ID", help="Of an application, as `opportunity show` gives it.")]
EitherId = Annotated[str, typer.Argument(metavar="ID", help="Of an opportunity or an application.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Only say what it would do.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; whoever applied sees it.")]
Role = Annotated[StepRole | None, typer.Option("--as", help="For which side; else the one that is waited for.")]
Day = Annotated[str, typer.Option("--on", help="The day, as 2027-03-01; else today.")]
_WORDS = {
    StepKind.AGREEMENT: "agree",
    StepKind.BEGINNING: "start",
    StepKind.COMPLETION: "finish",
    StepKind.WITHDRAWAL: "withdraw",
    StepKind.REFUSAL: "decline",
}


class Opportunities(Protocol):
    """What commands ask about opportunities, wherever the register is open."""

    def list(self, question: OpportunityQuestion, limit: int) -> OpportunitiesBody:
        """Those that fit."""
        ...

    def show(self, identifier: str) -> OpportunityBody:
        """One of them."""
        ...

    def applications(self) -> ApplicationsBody:
        """All applications."""
        ...

    def application(self, identifier: str) -> ApplicationBody:
        """One application."""
        ...

    def offer(self, wish: OfferWish, *, dry_run: bool) -> OpportunityBody:
        """Offer one."""
        ...

    def confirm(self, identifier: str, *, dry_run: bool) -> OpportunityBody:
        """Confirm what a member offered."""
        ...

    def take_back(self, identifier: str, reason: str, *, dry_run: bool) -> OpportunityBody:
        """Withdraw an opportunity."""
        ...

    def apply(self, identifier: str, text: str, person: str, *, dry_run: bool) -> TakenBody:
        """Apply for one."""
        ...

    def proceed(self, identifier: str, wish: StepWish, *, dry_run: bool) -> TakenBody:
        """Take a step of an application."""
        ...

    def match(self, person: str, question: MatchQuestion, limit: int) -> MatchesBody:
        """What closes a person's gaps."""
        ...


class LocalOpportunities:
    """The register opened here."""

    def __init__(self, register: Register) -> None:
        self._register, self._access = register, register.access(OPERATOR)
        self._witness = Witness.of(register.audit, self._access)

    def list(self, question: OpportunityQuestion, limit: int) -> OpportunitiesBody:
        """Those that fit."""
        found = search(self._register, question, self._access)
        return OpportunitiesBody.of(found, self._register.state.framework, limit)

    def show(self, identifier: str) -> OpportunityBody:
        """One of them."""
        return OpportunityBody.of(find(self._register, identifier, self._access), self._register.state.framework)

    def applications(self) -> ApplicationsBody:
        """All applications."""
        found = applications(self._register, self._access)
        people = [(one.participation.home, one.participation.person) for one in found]
        self._witness.saw(Action.READ_PERSON, people)
        return ApplicationsBody.of(found, self._register.state.framework)

    def application(self, identifier: str) -> ApplicationBody:
        """One application."""
        found = find_application(self._register, identifier, self._access)
        self._witness.saw(Action.READ_PERSON, [(found.participation.home, found.participation.person)])
        levels = moved(self._register, identifier, self._access)
        return ApplicationBody.of(found, self._register.state.framework, levels)

    def offer(self, wish: OfferWish, *, dry_run: bool) -> OpportunityBody:
        """Offer one."""
        with nullcontext() if dry_run else self._witness.doing(Action.CHANGE, [wish.organisation or ""]):
            made = offer(self._register, wish, self._access, dry_run=dry_run)
        return OpportunityBody.of(made, self._register.state.framework)

    def confirm(self, identifier: str, *, dry_run: bool) -> OpportunityBody:
        """Confirm what a member offered."""
        with nullcontext() if dry_run else self._doing(f"opportunity/{identifier}"):
            made = confirm(self._register, identifier, self._access, dry_run=dry_run)
        return OpportunityBody.of(made, self._register.state.framework)

    def take_back(self, identifier: str, reason: str, *, dry_run: bool) -> OpportunityBody:
        """Withdraw an opportunity."""
        with nullcontext() if dry_run else self._doing(f"opportunity/{identifier}"):
            made = withdraw_opportunity(self._register, identifier, self._access, reason=reason, dry_run=dry_run)
        return OpportunityBody.of(made, self._register.state.framework)

    def apply(self, identifier: str, text: str, person: str, *, dry_run: bool) -> TakenBody:
        """Apply for one."""
        with nullcontext() if dry_run else self._doing(f"opportunity/{identifier}"):
            taken = apply(self._register, identifier, self._access, text=text, person=person, dry_run=dry_run)
        return TakenBody.of(taken, self._register.state.framework)

    def proceed(self, identifier: str, wish: StepWish, *, dry_run: bool) -> TakenBody:
        """Take a step of an application."""
        with nullcontext() if dry_run else self._doing(f"participation/{identifier}"):
            taken = proceed(self._register, identifier, wish, self._access, dry_run=dry_run)
        return TakenBody.of(taken, self._register.state.framework)

    def match(self, person: str, question: MatchQuestion, limit: int) -> MatchesBody:
        """What closes a person's gaps."""
        found = opportunities_for(self._register, person, question, self._access)
        return MatchesBody.of(found, self._register.state.framework, limit)

    def _doing(self, thing: str) -> Any:  # noqa: ANN401 - a context manager
        return self._witness.doing(Action.CHANGE, things=[ID[thing]])


class ServiceOpportunities:
    """The register through the service that holds it."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def list(self, question: OpportunityQuestion, limit: int) -> OpportunitiesBody:
        """Those that fit."""
        asked = {
            "skill": question.skill,
            "scheme": question.scheme,
            "kind": question.kind,
            "from": question.starts,
            "until": question.ends,
            "place": question.place,
            "limit": limit,
        }
        return OpportunitiesBody.model_validate(self._get("opportunities", asked))

    def show(self, identifier: str) -> OpportunityBody:
        """One of them."""
        return OpportunityBody.model_validate(self._get(f"opportunities/{quote(identifier, safe='')}"))

    def applications(self) -> ApplicationsBody:
        """All applications."""
        return ApplicationsBody.model_validate(self._get("applications"))

    def application(self, identifier: str) -> ApplicationBody:
        """One application."""
        return ApplicationBody.model_validate(self._get(f"applications/{quote(identifier, safe='')}"))

    def offer(self, wish: OfferWish, *, dry_run: bool) -> OpportunityBody:
        """Offer one."""
        return OpportunityBody.model_validate(self._post("opportunities", _as_json(wish), dry_run=dry_run))

    def confirm(self, identifier: str, *, dry_run: bool) -> OpportunityBody:
        """Confirm what a member offered."""
        path = f"opportunities/{quote(identifier, safe='')}/confirmation"
        return OpportunityBody.model_validate(self._post(path, {}, dry_run=dry_run))

    def take_back(self, identifier: str, reason: str, *, dry_run: bool) -> OpportunityBody:
        """Withdraw an opportunity."""
        path = f"opportunities/{quote(identifier, safe='')}/withdrawal"
        return OpportunityBody.model_validate(self._post(path, {"reason": reason}, dry_run=dry_run))

    def apply(self, identifier: str, text: str, person: str, *, dry_run: bool) -> TakenBody:
        """Apply for one."""
        path = f"opportunities/{quote(identifier, safe='')}/applications"
        return TakenBody.model_validate(self._post(path, {"text": text, "person": person}, dry_run=dry_run))

    def proceed(self, identifier: str, wish: StepWish, *, dry_run: bool) -> TakenBody:
        """Take a step of an application."""
        path = f"applications/{quote(identifier, safe='')}/{_WORDS[wish.kind]}"
        asked = {
            "reason": wish.reason,
            "on_day": wish.on_day.isoformat() if wish.on_day else None,
            "role": wish.role.value if wish.role else None,
        }
        return TakenBody.model_validate(self._post(path, asked, dry_run=dry_run))

    def match(self, person: str, question: MatchQuestion, limit: int) -> MatchesBody:
        """What closes a person's gaps."""
        asked = {
            "skill": question.skill,
            "level": question.level.label if question.level else None,
            "role": question.role,
            "by": question.by,
            "limit": limit,
        }
        return MatchesBody.model_validate(self._get(f"people/{quote(person, safe='')}/opportunities", asked))

    def _get(self, path: str, asked: Mapping[str, object] | None = None) -> Any:  # noqa: ANN401 - whatever JSON says
        given = {name: str(value) for name, value in (asked or {}).items() if value not in (None, "")}
        return ask(self._client, "GET", f"/api/v1/{path}?{httpx.QueryParams(given)}")

    def _post(self, path: str, body: Mapping[str, Any], *, dry_run: bool) -> Any:  # noqa: ANN401 - whatever JSON says
        return ask(self._client, "POST", f"/api/v1/{path}?dry_run={str(dry_run).lower()}", body)


def _as_json(wish: OfferWish) -> dict[str, Any]:
    return {
        "title": wish.title,
        "text": wish.text,
        "scheme": wish.scheme,
        "kind": wish.kind,
        "develops": [
            {"skill": aim.skill, "level": aim.level.label, "from_level": aim.from_level and aim.from_level.label}
            for aim in wish.skills
        ],
        "starts": wish.starts.isoformat(),
        "ends": wish.ends.isoformat(),
        "site": wish.site,
        "remote": wish.remote,
        "two_way": wish.two_way,
        "places": wish.places,
        "audience": wish.audience.value,
        "contact": wish.contact,
        "releasing_employer": wish.releasing_employer,
        "payment": wish.payment and wish.payment.value,
        "organisation": wish.organisation,
    }


@app.command("offer")
def offer_(
    title: Annotated[str, typer.Argument(help="In up to 120 characters.")],
    org: Annotated[str, typer.Option("--org", help="The host, by short name.")],
    scheme: Annotated[str, typer.Option("--scheme", help="stem-futures or expert-exchange.")],
    kind: Annotated[str, typer.Option("--kind", help="Such as shadowing, mentoring or secondment.")],
    develops: Annotated[
        list[str],
        typer.Option("--develops", metavar="SKILL=[FROM:]TO", help="A skill and levels; may be given again."),
    ],
    starts: Annotated[str, typer.Option("--from", help="The first day, as 2027-03-01.")],
    ends: Annotated[str, typer.Option("--until", help="The last day.")],
    contact: Annotated[str, typer.Option("--contact", help="The mailbox of a role, not of a person.")],
    text: Annotated[str, typer.Option("--text", help="What one does there.")] = "",
    site: Annotated[str, typer.Option("--place", help="Where; needed unless it is remote.")] = "",
    remote: Annotated[bool, typer.Option("--remote", help="One can take part from elsewhere.")] = False,
    two_way: Annotated[bool, typer.Option("--two-way", help="Somebody of the host goes the other way.")] = False,
    places: Annotated[int, typer.Option("--places", min=1, max=1000, help="How many people.")] = 1,
    audience: Annotated[Audience, typer.Option("--audience", help="public, alliance or private.")] = Audience.ALLIANCE,
    releasing: Annotated[str, typer.Option("--releasing", help="Which employer releases whoever comes.")] = "",
    payment: Annotated[Payment | None, typer.Option("--pays", help="Who pays salary and on-costs.")] = None,
    dry_run: DryRun = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Offer an opportunity in the name of an organisation. The rules of the scheme are checked first.

    Example: gse-skills opportunity offer "A week in sequencing" --org larkmoor --scheme stem-futures --kind shadowing
    --develops "LIF-GEN-01=Awareness:Working" --from 2027-03-01 --until 2027-03-05 --place Larkmoor
    --contact interchange@larkmoor.example
    """
    wish = OfferWish(
        title,
        scheme,
        kind,
        tuple(map(_aim, develops)),
        _day(starts),
        _day(ends),
        contact,
        text,
        site,
        remote,
        two_way,
        places,
        audience,
        releasing,
        payment,
        org,
    )
    with _opportunities(data) as opportunities:
        made = opportunities.offer(wish, dry_run=dry_run)
    if not _dumped(made, as_json):
        say(f"It would be {made.status.value}." if dry_run else f"Opportunity {made.id}: {made.status.value}.")


@app.command("list")
def list_(
    skill: Annotated[str, typer.Option("--skill", help="What develops it, or something narrower or broader.")] = "",
    scheme: Annotated[str, typer.Option("--scheme", help="stem-futures or expert-exchange.")] = "",
    kind: Annotated[str, typer.Option("--kind", help="Such as shadowing or secondment.")] = "",
    starts: Annotated[str, typer.Option("--from", help="It goes on at some time from that day.")] = "",
    ends: Annotated[str, typer.Option("--until", help="It goes on at some time to that day.")] = "",
    place: Annotated[str, typer.Option("--place", help="Part of the name of the place, or remote.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=200, help="How many at most.")] = 50,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List open opportunities, the nearest skill first, then what starts soonest. Exit code 1 when there is none.

    Example: gse-skills opportunity list --skill Virology --kind shadowing
    """
    question = OpportunityQuestion(
        skill, scheme, kind, _day(starts) if starts else None, _day(ends) if ends else None, place
    )
    with _opportunities(data) as opportunities:
        found = opportunities.list(question, limit)
    if not _dumped(found, as_json):
        table(
            [
                (
                    one.id,
                    one.title,
                    one.scheme,
                    one.kind,
                    one.starts,
                    one.ends,
                    one.site or "remote",
                    one.free,
                    one.host,
                )
                for one in found.items
            ],
            ("id", "title", "scheme", "kind", "from", "until", "place", "free", "host"),
        )
    raise typer.Exit(0 if found.items else 1)


@app.command("match")
def match_(
    person: Annotated[str, typer.Argument(help="The sixteen digits at the end of the person's address.")],
    skill: Annotated[str, typer.Option("--skill", help="What to reach a level of.")] = "",
    level: Annotated[str, typer.Option("--level", help="With a skill; one above theirs without it.")] = "",
    role: Annotated[str, typer.Option("--role", help="A role to reach; the next one without it.")] = "",
    by: Annotated[str, typer.Option("--by", help="The day by which it is needed.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=200, help="How many at most.")] = 20,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List the opportunities that close a person's gaps, the fittest first. Exit code 1 when there is none.

    Example: gse-skills opportunity match 00000000000000ff --skill Virology --level Practitioner
    """
    question = MatchQuestion(skill, _level(level) if level else None, role, _day(by) if by else None)
    with _opportunities(data) as opportunities:
        found = opportunities.match(person, question, limit)
    if not _dumped(found, as_json):
        table(
            [
                (
                    one.opportunity.id,
                    one.opportunity.title,
                    one.skill.notation or one.skill.iri,
                    f"{one.held or '-'} to {one.reaches}",
                    "yes" if one.ready else "no",
                    "yes" if one.in_time else "no",
                    "yes" if one.near else "no",
                )
                for one in found.items
            ],
            ("id", "title", "skill", "level", "ready", "in time", "near"),
        )
    raise typer.Exit(0 if found.items else 1)


@app.command()
def show(
    identifier: Annotated[
        str, typer.Argument(metavar="[ID]", help="Of an opportunity or an application; all applications without it.")
    ] = "",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Show an opportunity, or an application with what became of it; without a name, all applications.

    Example: gse-skills opportunity show 00000000000000ff
    """
    with _opportunities(data) as opportunities:
        found: BaseModel
        if not identifier:
            found = opportunities.applications()
        else:
            try:
                found = opportunities.show(identifier)
            except NotFoundError as error:
                if error.rule != "unknown-opportunity":
                    raise
                found = opportunities.application(identifier)
    if _dumped(found, as_json):
        return
    if isinstance(found, OpportunityBody):
        _tell_opportunity(found)
    elif isinstance(found, ApplicationBody):
        _tell_application(found)
    elif isinstance(found, ApplicationsBody):
        table(
            [(one.id, one.stage.value, one.name, one.home, one.host, one.title) for one in found.items],
            ("id", "stage", "name", "from", "host", "opportunity"),
        )


@app.command("confirm")
def confirm_(identifier: OpportunityId, dry_run: DryRun = False, data: Data = None, as_json: Json = False) -> None:
    """Confirm what a member of an organisation offered, so that others see it.

    Example: gse-skills opportunity confirm 00000000000000ff
    """
    with _opportunities(data) as opportunities:
        made = opportunities.confirm(identifier, dry_run=dry_run)
    if not _dumped(made, as_json):
        say(f"Opportunity {made.id}: {'would be ' if dry_run else ''}{made.status.value}.")


@app.command("apply")
def apply_(
    identifier: OpportunityId,
    person: Annotated[str, typer.Option("--person", help="Who applies: the sixteen digits of their address.")],
    text: Annotated[str, typer.Option("--text", help="Why they want to take part; nothing sensitive.")] = "",
    dry_run: DryRun = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Enter the application of a person, who gave it to their organisation otherwise.

    Example: gse-skills opportunity apply 00000000000000ff --person 00000000000000aa
    """
    with _opportunities(data) as opportunities:
        taken = opportunities.apply(identifier, text, person, dry_run=dry_run)
    _tell(taken, dry_run=dry_run, as_json=as_json)


@app.command()
def agree(
    identifier: ApplicationId, role: Role = None, dry_run: DryRun = False, data: Data = None, as_json: Json = False
) -> None:
    """Agree to an application, for the host or for the applicant's organisation; it needs both.

    Example: gse-skills opportunity agree 00000000000000ff --as "host steward"
    """
    _proceed(identifier, StepWish(StepKind.AGREEMENT, role=role), data, dry_run=dry_run, as_json=as_json)


@app.command()
def start(
    identifier: ApplicationId, on: Day = "", dry_run: DryRun = False, data: Data = None, as_json: Json = False
) -> None:
    """Say that somebody has begun to take part.

    Example: gse-skills opportunity start 00000000000000ff --on 2027-03-01
    """
    wish = StepWish(StepKind.BEGINNING, on_day=_day(on) if on else None)
    _proceed(identifier, wish, data, dry_run=dry_run, as_json=as_json)


@app.command()
def finish(
    identifier: ApplicationId, on: Day = "", dry_run: DryRun = False, data: Data = None, as_json: Json = False
) -> None:
    """Say that somebody has taken part to the end; `show` then tells whether the level moved.

    Example: gse-skills opportunity finish 00000000000000ff --on 2027-03-05
    """
    wish = StepWish(StepKind.COMPLETION, on_day=_day(on) if on else None)
    _proceed(identifier, wish, data, dry_run=dry_run, as_json=as_json)


@app.command()
def withdraw(
    identifier: EitherId, reason: Reason = "", dry_run: DryRun = False, data: Data = None, as_json: Json = False
) -> None:
    """Withdraw an application, or an opportunity: nobody sees it any more, and waiting applications are declined.

    Example: gse-skills opportunity withdraw 00000000000000ff --reason "The laboratory moves."
    """
    with _opportunities(data) as opportunities:
        try:
            made = opportunities.take_back(identifier, reason, dry_run=dry_run)
        except NotFoundError as error:
            if error.rule != "unknown-opportunity":
                raise
            wish = StepWish(StepKind.WITHDRAWAL, reason)
            _tell(opportunities.proceed(identifier, wish, dry_run=dry_run), dry_run=dry_run, as_json=as_json)
            return
    if not _dumped(made, as_json):
        say(f"Opportunity {made.id}: {'would be ' if dry_run else ''}{made.status.value}.")


@app.command()
def decline(
    identifier: ApplicationId,
    reason: Reason,
    role: Role = None,
    dry_run: DryRun = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Decline an application, with the reason that whoever applied is owed.

    Example: gse-skills opportunity decline 00000000000000ff --reason "There is no room this year."
    """
    _proceed(identifier, StepWish(StepKind.REFUSAL, reason, role=role), data, dry_run=dry_run, as_json=as_json)


def _proceed(identifier: str, wish: StepWish, data: Data, *, dry_run: bool, as_json: bool) -> None:
    with _opportunities(data) as opportunities:
        taken = opportunities.proceed(identifier, wish, dry_run=dry_run)
    _tell(taken, dry_run=dry_run, as_json=as_json)


def _tell(taken: TakenBody, *, dry_run: bool, as_json: bool) -> None:
    if _dumped(taken, as_json):
        return
    one = taken.application
    if not taken.changed:
        say(f"Application {one.id}: that had been done already; it is {one.stage.value}.")
        return
    say(f"It would be {one.stage.value}." if dry_run else f"Application {one.id}: {one.stage.value}.")


def _tell_opportunity(one: OpportunityBody) -> None:
    say(f"{one.title} ({one.id}, {one.status.value})")
    say(f"  {one.scheme}, {one.kind}, {one.starts} to {one.ends}, {one.site or 'remote'}, {one.host}")
    say(f"  {one.free} of {one.places} places free; {one.contact}")
    for aim in one.develops:
        levels = f"{aim.from_level} to {aim.level}" if aim.from_level else f"to {aim.level}"
        say(f"  {aim.skill.label} ({aim.skill.notation or aim.skill.iri}): {levels}")


def _tell_application(one: ApplicationBody) -> None:
    say(f"{one.name} of {one.home}, for “{one.title}” of {one.host}: {one.stage.value}")
    for step in one.steps:
        day = f" on {step.on_day}" if step.on_day else ""
        say(f"  {step.taken:%Y-%m-%d %H:%M}  {step.step.value}, {step.role.value}{day} {step.reason}".rstrip())
    for level in one.levels:
        said = f"{level.before or '-'} to {level.after or '-'}"
        say(f"  {level.skill.label}: {said}, wanted {level.wanted}: {level.movement.value}")


def _dumped(body: BaseModel, as_json: bool) -> bool:
    if as_json:
        dump(body)
    return as_json


def _day(text: str) -> datetime.date:
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        raise InputError(f"“{text}” is not a day.", rule="bad-date", remedy="Write it as 2027-03-01.") from None


def _level(text: str) -> Level:
    try:
        return Level[text.strip().upper()]
    except KeyError:
        labels = ", ".join(level.label for level in Level)
        raise InputError(f"“{text}” is not a level.", rule="unknown-level", remedy=f"Write one of: {labels}.") from None


def _aim(text: str) -> WishedAim:
    skill, equals, levels = text.rpartition("=")
    least, colon, most = levels.rpartition(":")
    if not equals:
        raise InputError(
            f"“{text}” names no level.", rule="bad-aim", remedy='Write it as "LIF-VIR-03=Working:Practitioner".'
        )
    return WishedAim(skill, _level(most), _level(least) if colon else None)


@contextmanager
def _opportunities(data: Data) -> Iterator[Opportunities]:
    settings = settings_for(data)
    with reached(settings.data) as client:
        if client is not None:
            yield ServiceOpportunities(client)
            return
    with Register.open(settings) as register:
        yield LocalOpportunities(register)
