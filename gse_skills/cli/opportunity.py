"""`gse-skills opportunity`: opportunities under interchange schemes, from the offer to what came of it."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Annotated, Any

import typer
from pydantic import BaseModel

from gse_skills.answers import (
    ApplicationBody,
    ApplicationsBody,
    MatchesBody,
    OpportunitiesBody,
    OpportunityBody,
    TakenBody,
)
from gse_skills.cli.output import Json, dump, say, table
from gse_skills.cli.service import Data, Service, address, open_service
from gse_skills.errors import InputError, NotFoundError
from gse_skills.opportunity import Payment, StepRole
from gse_skills.vocabulary import Audience, Level

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
    asked = {
        "title": title,
        "text": text,
        "scheme": scheme,
        "kind": kind,
        "develops": list(map(_aim, develops)),
        "starts": _day(starts),
        "ends": _day(ends),
        "site": site,
        "remote": remote,
        "two_way": two_way,
        "places": places,
        "audience": audience,
        "contact": contact,
        "releasing_employer": releasing,
        "payment": payment,
        "organisation": org,
    }
    with open_service(data) as service:
        made = service.post(address("opportunities"), OpportunityBody, asked, {"dry_run": dry_run})
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
    asked = {
        "skill": skill,
        "scheme": scheme,
        "kind": kind,
        "from": _day(starts),
        "until": _day(ends),
        "place": place,
        "limit": limit,
    }
    with open_service(data) as service:
        found = service.get(address("opportunities"), OpportunitiesBody, asked)
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
    asked = {
        "skill": skill,
        "level": _level(level) if level else None,
        "role": role,
        "by": _day(by),
        "limit": limit,
    }
    with open_service(data) as service:
        found = service.get(address("people", person, "opportunities"), MatchesBody, asked)
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
    with open_service(data) as service:
        found = _found(service, identifier)
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


def _found(service: Service, identifier: str) -> OpportunityBody | ApplicationBody | ApplicationsBody:
    if not identifier:
        return service.get(address("applications"), ApplicationsBody)
    try:
        return service.get(address("opportunities", identifier), OpportunityBody)
    except NotFoundError as error:
        if error.rule != "unknown-opportunity":
            raise
        return service.get(address("applications", identifier), ApplicationBody)


@app.command("confirm")
def confirm_(identifier: OpportunityId, dry_run: DryRun = False, data: Data = None, as_json: Json = False) -> None:
    """Confirm what a member of an organisation offered, so that others see it.

    Example: gse-skills opportunity confirm 00000000000000ff
    """
    path = address("opportunities", identifier, "confirmation")
    with open_service(data) as service:
        made = service.post(path, OpportunityBody, asked={"dry_run": dry_run})
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
    asked, path = {"text": text, "person": person}, address("opportunities", identifier, "applications")
    with open_service(data) as service:
        taken = service.post(path, TakenBody, asked, {"dry_run": dry_run})
    _tell(taken, dry_run=dry_run, as_json=as_json)


@app.command()
def agree(
    identifier: ApplicationId, role: Role = None, dry_run: DryRun = False, data: Data = None, as_json: Json = False
) -> None:
    """Agree to an application, for the host or for the applicant's organisation; it needs both.

    Example: gse-skills opportunity agree 00000000000000ff --as "host steward"
    """
    _proceed(identifier, "agree", {"role": role}, data, dry_run=dry_run, as_json=as_json)


@app.command()
def start(
    identifier: ApplicationId, on: Day = "", dry_run: DryRun = False, data: Data = None, as_json: Json = False
) -> None:
    """Say that somebody has begun to take part.

    Example: gse-skills opportunity start 00000000000000ff --on 2027-03-01
    """
    _proceed(identifier, "start", {"on_day": _day(on)}, data, dry_run=dry_run, as_json=as_json)


@app.command()
def finish(
    identifier: ApplicationId, on: Day = "", dry_run: DryRun = False, data: Data = None, as_json: Json = False
) -> None:
    """Say that somebody has taken part to the end; `show` then tells whether the level moved.

    Example: gse-skills opportunity finish 00000000000000ff --on 2027-03-05
    """
    _proceed(identifier, "finish", {"on_day": _day(on)}, data, dry_run=dry_run, as_json=as_json)


@app.command()
def withdraw(
    identifier: EitherId, reason: Reason = "", dry_run: DryRun = False, data: Data = None, as_json: Json = False
) -> None:
    """Withdraw an application, or an opportunity: nobody sees it any more, and waiting applications are declined.

    Example: gse-skills opportunity withdraw 00000000000000ff --reason "The laboratory moves."
    """
    asked, dry = {"reason": reason}, {"dry_run": dry_run}
    made: OpportunityBody | TakenBody
    with open_service(data) as service:
        try:
            made = service.post(address("opportunities", identifier, "withdrawal"), OpportunityBody, asked, dry)
        except NotFoundError as error:
            if error.rule != "unknown-opportunity":
                raise
            made = service.post(address("applications", identifier, "withdraw"), TakenBody, asked, dry)
    if isinstance(made, TakenBody):
        _tell(made, dry_run=dry_run, as_json=as_json)
    elif not _dumped(made, as_json):
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
    _proceed(identifier, "decline", {"reason": reason, "role": role}, data, dry_run=dry_run, as_json=as_json)


def _proceed(identifier: str, step: str, asked: Mapping[str, Any], data: Data, *, dry_run: bool, as_json: bool) -> None:
    with open_service(data) as service:
        taken = service.post(address("applications", identifier, step), TakenBody, asked, {"dry_run": dry_run})
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


def _day(text: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(text) if text else None
    except ValueError:
        raise InputError(f"“{text}” is not a day.", rule="bad-date", remedy="Write it as 2027-03-01.") from None


def _level(text: str) -> str:
    try:
        return Level[text.strip().upper()].label
    except KeyError:
        labels = ", ".join(level.label for level in Level)
        raise InputError(f"“{text}” is not a level.", rule="unknown-level", remedy=f"Write one of: {labels}.") from None


def _aim(text: str) -> dict[str, str | None]:
    skill, equals, levels = text.rpartition("=")
    least, colon, most = levels.rpartition(":")
    if not equals:
        raise InputError(
            f"“{text}” names no level.", rule="bad-aim", remedy='Write it as "LIF-VIR-03=Working:Practitioner".'
        )
    return {"skill": skill, "level": _level(most), "from_level": _level(least) if colon else None}
