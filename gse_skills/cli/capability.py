"""`gse-skills capability`, `coverage` and `trend`: what organisations can do, and how that came to be."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated

import typer

from gse_skills.answers import (
    CapabilityBody,
    CellBody,
    CoverageBody,
    FigureBody,
    LeavingBody,
    LineBody,
    TrendBody,
    count_or_unknown,
    headcount_in_words,
    leaving_in_words,
    standing_in_words,
)
from gse_skills.capability import AHEAD, FURTHEST, Standing
from gse_skills.capability_report import Form
from gse_skills.cli.days import FORMATS, AsOf, KnownAt, day_of, in_words
from gse_skills.cli.output import Json, dump, say, table
from gse_skills.cli.service import Data, Purpose, address, open_service
from gse_skills.errors import InputError
from gse_skills.vocabulary import Level

Org = Annotated[str, typer.Argument(help="The organisation, by its short name.")]
Concept = Annotated[str | None, typer.Argument(help="A domain, group or skill; the whole framework.")]


def capability(
    org: Org,
    concept: Concept = None,
    unit: Annotated[str | None, typer.Option("--unit", help="Only this unit and those below it.")] = None,
    only: Annotated[bool, typer.Option("--only", help="The unit by itself, without those below it.")] = False,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    fragility: Annotated[
        bool, typer.Option("--fragility", help="Also which few departures would cost most, and who bridges groups.")
    ] = False,
    ahead: Annotated[
        int, typer.Option("--ahead", min=1, max=FURTHEST, help="Months to look ahead for people known to leave.")
    ] = AHEAD,
    report: Annotated[
        Path | None, typer.Option("--report", help="Write a report: .csv, .xlsx, .ods, or .html to print.")
    ] = None,
    purpose: Purpose = "",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """What an organisation can do: coverage, depth, recency, targets, and what hangs on one person.

    Exit code 1 when nothing is mapped. Examples:

      gse-skills capability larkmoor

      gse-skills capability larkmoor LIF --unit "Virology Section" --json

      gse-skills capability larkmoor --ahead 24

      gse-skills capability larkmoor --known-at 2025-12-31

      gse-skills capability larkmoor --report larkmoor.xlsx
    """
    asked = {
        "unit": unit,
        "only": only,
        "concept": concept,
        "as_of": day_of(as_of),
        "known_at": day_of(known_at),
        "fragility": fragility,
        "ahead": ahead,
    }
    form, path = _form(report) if report is not None else None, address("organisations", org, "capability")
    with open_service(data, purpose) as service:
        found = service.get(path, CapabilityBody, asked)
        if report is not None:
            report.write_bytes(service.send("GET", path, {**asked, "format": form}).content)
    if as_json:
        dump(found)
    elif report is not None:
        say(f"Written to {report}.")
    else:
        _tell(found)
    raise typer.Exit(0 if found.lines else 1)


def coverage(
    concept: Concept = None,
    groups: Annotated[bool, typer.Option("--groups", help="The groups instead of the domains.")] = False,
    org: Annotated[list[str] | None, typer.Option("--org", help="Only this organisation; again for more.")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """How much is mapped of which organisations: people mapped, and practitioners or better among them.

    Exit code 1 when nothing is mapped. Examples:

      gse-skills coverage

      gse-skills coverage LIF --org larkmoor --json
    """
    asked = {
        "concept": concept,
        "groups": groups,
        "organisations": ",".join(org or ()),
        "as_of": day_of(as_of),
        "known_at": day_of(known_at),
    }
    with open_service(data) as service:
        found = service.get(address("coverage"), CoverageBody, asked)
    if as_json:
        dump(found)
    else:
        _tell_coverage(found)
    raise typer.Exit(0 if any(cell.mapped for row in found.organisations for cell in row.cells) else 1)


def trend(
    org: Org,
    concept: Concept = None,
    day: Annotated[
        list[datetime.datetime] | None,
        typer.Option("--day", formats=FORMATS, help="A day; again for more. The last twelve quarters without it."),
    ] = None,
    known_at: KnownAt = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """The numbers of an organisation at several days, people who have left since included.

    Examples:

      gse-skills trend larkmoor LIF

      gse-skills trend larkmoor --day 2024-12-31 --day 2025-12-31 --known-at 2026-01-31
    """
    days = ",".join(one.date().isoformat() for one in day or ())
    asked = {"concept": concept, "days": days, "known_at": day_of(known_at)}
    with open_service(data) as service:
        found = service.get(address("organisations", org, "trend"), TrendBody, asked)
    if as_json:
        dump(found)
    else:
        _tell_trend(found)


def _form(report: Path) -> Form:
    try:
        return Form(report.suffix.lower().removeprefix("."))
    except ValueError:
        raise InputError(
            f"No report is written as “{report.suffix}”.",
            rule="report-form",
            remedy="Name a file that ends in .csv, .xlsx, .ods or .html.",
        ) from None


def _tell(found: CapabilityBody) -> None:
    where = f"{found.organisation}, {found.unit}" if found.unit else found.organisation
    what = found.concept.label if found.concept else "the whole framework"
    what += in_words(found.as_of, found.known_at)
    say(f"{where}: {what}. {found.people:,} people, {found.mapped:,} of them mapped.")
    if not found.whole:
        say("Only records that are shared with you are counted.")
    if found.headcount is not None:
        say(f"Declared headcount: {headcount_in_words(found.headcount)}.")
    say()
    headings = ("", "", "mapped", *(level.label for level in Level), "hanging on one")
    if found.leaving is not None:
        headings = (*headings, "leaving", "should have left")
    table([_row(line, found.leaving) for line in found.lines], headings)
    for one in found.none:
        name = one.concept.notation or one.concept.label
        say(f"None in {name}: {one.asked:,} people were asked, declared on {one.declared_on:%-d %B %Y}.")
    if found.not_mapped:
        say(f"Not mapped, which is not none: {', '.join(one.notation or one.label for one in found.not_mapped)}.")
    if found.single_points:
        say()
        rows = [
            (one.skill.notation or "", one.skill.label, one.level, one.person or "has left since", one.behind)
            for one in found.single_points
        ]
        table(rows, ("skill that hangs on one", "", "level", "person", "behind them"))
    _tell_targets(found)
    _tell_leaving(found.leaving)
    _tell_fragility(found)
    if found.figures_of:
        say()
        say(f"Records that are not shared with you, figures of {found.figures_of:%-d %B %Y}, each level or above:")
        table(
            [
                (line.concept.notation or line.concept.label, *map(_figure, line.not_shared.values()))
                for line in found.lines
                if line.not_shared
            ],
            ("", *(level.label for level in Level)),
        )
    say()
    say(f"Data {found.data}, framework version {found.framework_version}.")


def _tell_targets(found: CapabilityBody) -> None:
    if not found.targets:
        return
    say()
    rows = [
        (
            one.concept.notation or one.concept.label,
            f"{one.needed:,} at {one.level.lower()}",
            one.by.isoformat(),
            "essential" if one.essential else "wanted",
            one.unit,
            one.have,
            standing_in_words(Standing(one.standing), one.short_by),
        )
        for one in found.targets
    ]
    table(rows, ("target", "needed", "by", "", "unit", "have", ""))


def _tell_leaving(found: LeavingBody | None) -> None:
    if found is None:
        return
    say()
    say(leaving_in_words(found))
    for one in found.lost:
        name, who = (
            one.skill.notation or one.skill.label,
            [person or "somebody who has left since" for person in one.people],
        )
        say(f"Lost when known leavers go: {name}, from {one.since:%-d %B %Y}, with {', '.join(who)}.")
    for late in found.overdue:
        say(f"Should have left on {late.leaves_on:%-d %B %Y}: {late.person or 'somebody who has left since'}.")


def _tell_fragility(found: CapabilityBody) -> None:
    if found.fragility is None:
        return
    say()
    for number, one in enumerate(found.fragility.departures, 1):
        lost = ", ".join(skill.notation or skill.label for skill in one.skills)
        who = one.person or "somebody who has left since"
        when = f", who leaves on {one.leaves_on:%-d %B %Y}," if one.leaves_on else ""
        say(f"Departure {number}: {who}{when} takes {len(one.skills):,} with them: {lost}.")
    for bridge in found.fragility.bridges:
        groups = ", ".join(group.notation or group.label for group in bridge.groups)
        cut = "; without them the graph falls apart" if bridge.alone else ""
        say(f"Bridge: {bridge.person or 'somebody who has left since'} links {groups}{cut}.")
    if found.fragility.sampled:
        say("The bridges are an estimate from a sample of paths.")


def _row(line: LineBody, leaving: LeavingBody | None) -> tuple[str | int, ...]:
    going = [count_or_unknown(count) for count in (line.leaving, line.should_have_left)] if leaving is not None else []
    levels = line.at_least.values()
    return (line.concept.notation or "", line.concept.label, line.mapped, *levels, line.hanging, *going)


def _figure(figure: FigureBody) -> str:
    if figure.withheld:
        return f"withheld ({figure.withheld})"
    return "not mapped" if figure.low is None else f"{figure.low} to {figure.high}"


def _tell_coverage(found: CoverageBody) -> None:
    strong = Level.PRACTITIONER.label
    rows = [
        (
            row.organisation,
            f"{row.people:,} of {row.headcount.people:,}" if row.headcount else row.people,
            *(_cell(cell, strong) for cell in row.cells),
        )
        for row in found.organisations
    ]
    if at := in_words(found.as_of, found.known_at).strip():
        say(f"{at[0].upper()}{at[1:]}.")
    table(rows, ("", "people", *(branch.notation or branch.label for branch in found.branches)))
    say(f"Practitioners or better / people mapped. Data {found.data}, framework version {found.framework_version}.")
    if any(row.headcount for row in found.organisations):
        say("Of people: those whom you see, of the headcount that the organisation declares.")


def _cell(cell: CellBody, level: str) -> str:
    if cell.mapped:
        return f"{cell.at_least[level]}/{cell.mapped}"
    return f"none of {cell.asked} asked" if cell.asked else "not mapped"


def _tell_trend(found: TrendBody) -> None:
    what = found.concept.label if found.concept else "the whole framework"
    when = f"as known on {found.known_at:%-d %B %Y}" if found.known_at else "as known now"
    say(f"{found.organisation}: {what}, {when}.")
    if not found.whole:
        say("Only records that are shared with you are counted.")
    table(
        [(one.day.isoformat(), *one.at_least.values()) for one in found.moments],
        ("day", *(level.label for level in Level)),
    )
    say(f"Data {found.data}, framework version {found.framework_version}.")
