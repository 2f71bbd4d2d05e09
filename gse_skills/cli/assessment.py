"""`gse-skills assess`, `reconfirm`, `endorsements` and `calibration`: who judged which level, and how they differ."""

from __future__ import annotations

import datetime
from typing import Annotated

import typer

from gse_skills.answers import AssessedBody, CalibrationBody, EndorsementsBody, FigureBody
from gse_skills.cli.days import AsOf, KnownAt, day_of, in_words
from gse_skills.cli.output import Json, dump, say, table
from gse_skills.cli.service import Data, address, open_service
from gse_skills.vocabulary import BasisName, LevelLabel

Person = Annotated[str, typer.Argument(help="The sixteen digits at the end of the person's address.")]
Skill = Annotated[str, typer.Argument(help="Notation, IRI, preferred or alternative label.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")]


def assess(
    person: Person,
    skill: Skill,
    level: Annotated[LevelLabel, typer.Argument(help="The level.", case_sensitive=False)],
    basis: Annotated[BasisName, typer.Option("--basis", help="Who judged it.")] = "manager",
    on: Annotated[
        datetime.datetime | None, typer.Option("--on", formats=["%Y-%m-%d", "%d/%m/%Y"], help="When; today.")
    ] = None,
    evidence: Annotated[
        list[str] | None, typer.Option("--evidence", help="An address or a reference in words; may be repeated.")
    ] = None,
    dry_run: DryRun = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Record what somebody judged of a person's level; what others judged stands beside it.

    Examples:

      gse-skills assess 00000000000000ff LIF-VIR-02 Expert --basis accredited --evidence "Chartered, 2024" --dry-run

      gse-skills assess 00000000000000ff Virology Practitioner --on 2026-03-31 --json
    """
    asked = {
        "skill": skill,
        "level": level,
        "basis": basis,
        "assessed_on": on and on.date(),
        "evidence": evidence or [],
    }
    with open_service(data) as service:
        made = service.post(address("people", person, "assessments"), AssessedBody, asked, {"dry_run": dry_run})
    _show(made, as_json)


def reconfirm(person: Person, skill: Skill, dry_run: DryRun = False, data: Data = None, as_json: Json = False) -> None:
    """Confirm a level as it stands, as of today: a new record at the same level.

    Example: gse-skills reconfirm 00000000000000ff LIF-VIR-02 --dry-run
    """
    path = address("people", person, "confirmations")
    with open_service(data) as service:
        made = service.post(path, AssessedBody, {"skill": skill}, {"dry_run": dry_run})
    _show(made, as_json)


def endorsements(
    org: Annotated[str, typer.Argument(help="The organisation whose people asked, by its short name.")],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List what people asked colleagues and managers to endorse, open requests first. Exit code 1 when none is open.

    Example: gse-skills endorsements larkmoor --json
    """
    with open_service(data) as service:
        found = service.get(address("organisations", org, "endorsements"), EndorsementsBody)
    if as_json:
        dump(found)
    else:
        rows = [
            (one.id, f"{one.made:%Y-%m-%d}", one.asker, one.asked or one.asked_person, one.label, one.level, one.status)
            for one in found.items
        ]
        table(rows, ("request", "made", "who asks", "whom", "skill", "level", "status"))
    raise typer.Exit(0 if any(one.status == "open" for one in found.items) else 1)


def calibration(
    org: Annotated[str, typer.Argument(help="The organisation, by its short name.")],
    concept: Annotated[str | None, typer.Argument(help="A domain, group or skill; the whole framework.")] = None,
    against: Annotated[BasisName, typer.Option("--against", help="Whose judgements to compare with.")] = "manager",
    as_of: AsOf = None,
    known_at: KnownAt = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """How what people say of themselves differs from what others say, by unit and group.

    Exit code 1 when nobody's level was judged by both. Examples:

      gse-skills calibration larkmoor

      gse-skills calibration larkmoor LIF --against peer --known-at 2025-12-31 --json
    """
    asked = {"against": against, "concept": concept, "as_of": day_of(as_of), "known_at": day_of(known_at)}
    with open_service(data) as service:
        found = service.get(address("organisations", org, "calibration"), CalibrationBody, asked)
    if as_json:
        dump(found)
    else:
        what = f"Self against {found.against.lower()}{in_words(found.as_of, found.known_at)}"
        say(f"{what}: levels by which people say more of themselves.")
        rows = [
            (
                one.unit or "all",
                (one.group.notation or one.group.label) if one.group else "all",
                one.people,
                one.pairs,
                f"{one.mean:+.2f}",
                " ".join(f"{by:+d}:{count}" for by, count in one.differences.items()),
            )
            for one in found.items
        ]
        table(rows, ("unit", "group", "people", "pairs", "mean", "spread"))
        for figured in found.protected:
            told = ", ".join(f"{name} {_figure(figure)}" for name, figure in figured.figures.items())
            say(f"{figured.unit or 'all'}, {figured.branch.notation or figured.branch.label}: {told}")
    raise typer.Exit(0 if found.items or found.protected else 1)


def _figure(figure: FigureBody) -> str:
    return f"withheld ({figure.withheld})" if figure.withheld else f"{figure.low} to {figure.high}"


def _show(made: AssessedBody, as_json: bool) -> None:
    if as_json:
        dump(made)
        return
    before = f"was {made.before}, " if made.before else ""
    say(f"{made.skill.label}: {before}is {made.level} ({made.basis}) of {made.assessed_on:%-d %B %Y}.")
    if not made.counts:
        say(f"It is kept beside {made.counting}, which counts.")
    say(f"To be confirmed anew by {made.reconfirm_by:%-d %B %Y}.")
    if made.dry_run:
        say("Nothing was changed: this was a dry run.")
