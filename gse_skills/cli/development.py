"""`gse-skills gap`, `pathways`, `progress` and `plan`: from a person to a role."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from typing import Annotated

import typer

from gse_skills.answers import GapBody, PathwaysBody, PlanBody
from gse_skills.answers.development import NeedGapBody
from gse_skills.answers.role import RoleRef
from gse_skills.cli.days import AsOf, KnownAt, day_of, in_words
from gse_skills.cli.output import Json, dump, say, table
from gse_skills.cli.service import Data, Purpose, address, open_service
from gse_skills.vocabulary import LevelLabel

plan_app = typer.Typer(
    help="A person's development plan: goals, and whether the levels moved.\n\n"
    "Example: gse-skills plan show 00000000000000ff",
    no_args_is_help=True,
)
Person = Annotated[str, typer.Argument(help="The sixteen digits at the end of the person's address.")]
Begins = Annotated[
    datetime.datetime | None,
    typer.Option("--begins", formats=["%Y-%m-%d", "%d/%m/%Y"], help="The day on which it begins."),
]
Evidence = Annotated[list[str] | None, typer.Option("--evidence", help="A link; may be given several times.")]
Opportunity = Annotated[
    str | None, typer.Option("--opportunity", help='By which to reach it: its sixteen digits; "" for none any more.')
]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")]
_FORMATS = ["%Y-%m-%d", "%d/%m/%Y"]


def gap(
    person: Person,
    role: Annotated[str | None, typer.Option("--role", help="Notation, IRI or label; else the next role up.")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    purpose: Purpose = "",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """What a role needs and a person lacks, essential and desirable apart. Exit code 1 when something essential lacks.

    Without a role it is the next one above the role that is most likely the person's own. Examples:

      gse-skills gap 00000000000000ff --role "Senior virologist" --as-of 2025-12-31

      gse-skills gap 00000000000000ff --json
    """
    with open_service(data, purpose) as service:
        asked = {"role": role, "as_of": day_of(as_of), "known_at": day_of(known_at)}
        found = service.get(address("people", person, "gap"), GapBody, asked)
    if as_json:
        dump(found)
    else:
        _tell_gap(found)
    raise typer.Exit(0 if found.fits else 1)


def pathways(
    person: Person,
    limit: Annotated[int, typer.Option("--limit", min=1, max=50)] = 5,
    scheme: Annotated[str, typer.Option("--scheme", help="Only into roles of this scheme, such as gse.")] = "",
    as_of: AsOf = None,
    known_at: KnownAt = None,
    purpose: Purpose = "",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Where a person's skills lead: the roles reached with least effort. Exit code 1 when there are none.

    Examples:

      gse-skills pathways 00000000000000ff

      gse-skills pathways 00000000000000ff --scheme ddat --limit 10 --json
    """
    asked = {"limit": limit, "scheme": scheme, "as_of": day_of(as_of), "known_at": day_of(known_at)}
    with open_service(data, purpose) as service:
        found = service.get(address("people", person, "pathways"), PathwaysBody, asked)
    if as_json:
        dump(found)
    else:
        _tell_pathways(found)
    raise typer.Exit(0 if found.fits or found.pathways else 1)


@plan_app.command()
def show(person: Person, purpose: Purpose = "", data: Data = None, as_json: Json = False) -> None:
    """Show a person's plan; the audit log tells of it, and so the person.

    Example: gse-skills plan show 00000000000000ff
    """
    with open_service(data, purpose) as service:
        found = service.get(address("people", person, "plan"), PlanBody)
    _show_plan(found, as_json=as_json)


@plan_app.command()
def add(
    person: Person,
    skill: Annotated[str, typer.Argument(help="Notation, IRI or label.")],
    level: Annotated[LevelLabel, typer.Argument(help="The level to reach.")],
    by: Annotated[datetime.datetime, typer.Option("--by", formats=_FORMATS, help="The day by which to reach it.")],
    how: Annotated[str, typer.Option("--how", help="What will be done, in words.")],
    begins: Begins = None,
    evidence: Evidence = None,
    opportunity: Opportunity = None,
    dry_run: DryRun = False,
    purpose: Purpose = "",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Set a goal in a person's plan.

    Example: gse-skills plan add 00000000000000ff LIF-VIR-01 Practitioner --by 2030-06-30 --how "A placement"
    """
    asked = {
        "skill": skill,
        "level": level,
        "by": by.date(),
        "how": how,
        "begins": begins and begins.date(),
        "evidence": evidence or [],
        "opportunity": opportunity or "",
    }
    with open_service(data, purpose) as service:
        found = service.post(address("people", person, "plan"), PlanBody, asked, {"dry_run": dry_run})
    _show_plan(found, as_json=as_json)


@plan_app.command()
def change(
    person: Person,
    goal: Annotated[str, typer.Argument(help="The sixteen digits of the goal.")],
    state: Annotated[str | None, typer.Option("--state", help="planned, under way, done or dropped.")] = None,
    level: Annotated[LevelLabel | None, typer.Option("--level")] = None,
    by: Annotated[datetime.datetime | None, typer.Option("--by", formats=_FORMATS)] = None,
    begins: Begins = None,
    how: Annotated[str | None, typer.Option("--how", help="What will be done, in words.")] = None,
    evidence: Evidence = None,
    opportunity: Opportunity = None,
    version: Annotated[str, typer.Option("--version", help="The version that you saw; the newest without.")] = "",
    dry_run: DryRun = False,
    purpose: Purpose = "",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Change a goal in a person's plan; links that are given take the place of those before.

    Example: gse-skills plan change 00000000000000ff 00000000000000aa --state done
    """
    asked = {
        "goal": goal,
        "state": state,
        "level": level,
        "by": by and by.date(),
        "begins": begins and begins.date(),
        "how": how,
        "evidence": evidence,
        "opportunity": opportunity,
    }
    path = address("people", person, "plan")
    with open_service(data, purpose) as service:
        seen = {"If-Match": f'"{version or service.get(path, PlanBody).version}"'}
        found = service.patch(path, PlanBody, asked, {"dry_run": dry_run}, seen)
    _show_plan(found, as_json=as_json)


def _tell_gap(found: GapBody) -> None:
    say(f"{found.name}, {found.organisation}, and {_role(found.role)}{in_words(found.as_of, found.known_at)}.")
    if found.own:
        recorded = "is recorded" if found.own_recorded else "is taken from their skills, since none is recorded"
        say(f"Their own role now, {_role(found.own)}, {recorded}.")
    if not found.whole:
        say("Only records that you see are counted.")
    for title, needs in (("Essential", found.essential), ("Desirable", found.desirable)):
        if needs:
            say()
            say(title)
            _tell_needs(needs)
    say()
    say("Nothing essential is missing." if found.fits else f"Missing essential steps: {found.missing}.")


def _tell_needs(needs: Iterable[NeedGapBody]) -> None:
    rows = [
        (
            one.skill.notation or "",
            one.skill.label,
            one.needed or "any",
            one.held or "not mapped",
            one.basis or "",
            one.assessed_on or "",
            one.missing or "",
            one.near.label if one.near else "",
        )
        for one in needs
    ]
    table(rows, ("", "skill", "needed", "held", "judged by", "on", "steps missing", "eased by"))


def _tell_pathways(found: PathwaysBody) -> None:
    say(f"{found.name}, {found.organisation}{in_words(found.as_of, found.known_at)}.")
    if not found.whole:
        say("Only records that you see are counted.")
    if found.fits:
        say(f"Fits: {', '.join(map(_role, found.fits))}.")
    rows = [
        (way.cost, " > ".join(_role(move.role) for move in way.moves), sum(one.missing for one in way.missing))
        for way in found.pathways
    ]
    if rows:
        table(rows, ("cost", "way", "steps missing"))


def _show_plan(found: PlanBody, *, as_json: bool) -> None:
    if as_json:
        dump(found)
        return
    rows: Sequence[Sequence[object]] = [
        (one.id, one.skill.label, one.level, one.by, one.state, one.now or "not mapped", "yes" if one.moved else "no")
        for one in found.goals
    ]
    if rows:
        table(rows, ("goal", "skill", "to reach", "by", "state", "now", "moved"))
    else:
        say("The plan has no goals.")
    if found.dry_run:
        say("Nothing was changed.")


def _role(role: RoleRef) -> str:
    return f"{role.label} ({role.notation})" if role.notation else role.label
