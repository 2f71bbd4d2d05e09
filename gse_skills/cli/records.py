"""`gse-skills import` and `gse-skills experts`."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated

import typer

from gse_skills.answers import ExpertsBody, HitBody, ImportBody
from gse_skills.cli.output import Json, dump, note, progress, say, table
from gse_skills.cli.session import Data, Purpose, open_session
from gse_skills.errors import InputError
from gse_skills.experts import MAX_LIMIT, ExpertsQuestion
from gse_skills.imports import ColumnMapping
from gse_skills.sheet_import import ImportOptions
from gse_skills.vocabulary import Basis, BasisName, Level, LevelLabel

_DAYS = ["%Y-%m-%d", "%d/%m/%Y"]


def import_(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX or ODS.", exists=True, dir_okay=False, readable=True)],
    org: Annotated[str, typer.Option("--org", help="The organisation whose people these are, by its short name.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    full: Annotated[
        bool, typer.Option("--full", help="The file is the full picture: what it does not mention has ended.")
    ] = False,
    snapshot: Annotated[
        datetime.datetime | None, typer.Option("--snapshot", formats=_DAYS, help="The day of which it is the picture.")
    ] = None,
    basis: Annotated[BasisName, typer.Option("--basis", help="How levels were judged, where unsaid.")] = "self",
    mapping: Annotated[
        Path | None, typer.Option("--mapping", help="A saved column mapping.", exists=True, dir_okay=False)
    ] = None,
    sheet: Annotated[str | None, typer.Option("--sheet", help="The sheet of a workbook; the first.")] = None,
    report: Annotated[
        Path | None, typer.Option("--report", help="Write the sheet back, annotated (.xlsx or .csv).", dir_okay=False)
    ] = None,
    expected: Annotated[
        str | None, typer.Option("--expected", help="The digest of the dry run: do just that, or nothing.")
    ] = None,
    purpose: Purpose = "",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Import a spreadsheet of people and skills.

    Both shapes that teams keep are known: a row a person and skill, and a row a person with a column a skill. Examples:

      gse-skills import team.xlsx --org larkmoor --dry-run --report annotated.xlsx

      gse-skills import skills-2026.csv --org larkmoor --full --snapshot 31/03/2026
    """
    if report is not None:
        _require_place(report, file)
    options = ImportOptions(
        organisation=org,
        source_name=file.name,
        full=full,
        snapshot=snapshot.date() if snapshot else None,
        basis=Basis[basis.upper()],
        mapping=ColumnMapping.load(mapping) if mapping else None,
        sheet=sheet,
        expected=expected,
    )
    with open_session(data, progress("people compared"), purpose) as session:
        result = session.import_sheet(file, options, dry_run=dry_run, report=report)
    if as_json:
        dump(result)
    else:
        _tell_import(result, report)


def _require_place(report: Path, sheet: Path) -> None:
    """Raise InputError (rule `bad-report`) when the annotated copy could not be written, before anything is done."""
    why = ""
    if report.suffix.lower() not in (".xlsx", ".csv"):
        why = "it is neither .xlsx nor .csv"
    elif not report.absolute().parent.is_dir():
        why = "there is no such folder"
    elif report.exists() and report.samefile(sheet):
        why = "it is the sheet itself"
    if why:
        raise InputError(
            f"The annotated copy cannot be {report}: {why}.", rule="bad-report", remedy="Name another file."
        )


def _tell_import(result: ImportBody, report: Path | None) -> None:
    verb = "would be" if result.dry_run else "were"
    say(f"{result.source_name}: {result.rows:,} rows, read as {result.shape}.")
    for column, role in result.recognised.items():
        say(f"  column {column}: {role}")
    say()
    table([(status, f"{count:,}") for status, count in result.counts.items()], (f"{verb}", "count"))
    shown = [one for one in result.outcomes if one.row]
    if shown:
        say()
        table([(one.place, one.rule, one.value, one.message) for one in shown[:20]], ("where", "rule", "value", "what"))
        if len(shown) > 20:
            say("… more in the annotated sheet (--report) and with --json.")
    for term in result.unmatched[:20]:
        nearest = ", ".join(f"{s.notation or s.label} {s.label} ({s.score:.2f})" for s in term.nearest)
        say(f"  not known: “{term.phrase}” ({term.cells} cells). Nearest: {nearest}")
    if report:
        say(f"Annotated copy: {report}")
    if result.dry_run:
        say("Nothing was changed: this was a dry run. To do just this, and nothing else:")
        say(f"  --expected {result.digest}")
    elif not result.changed:
        say("Nothing changed: everything in the file was known.")


def experts(
    skill: Annotated[str, typer.Argument(help="Notation, IRI, preferred or alternative label.")],
    level: Annotated[
        LevelLabel, typer.Option("--level", help="The lowest level that counts.", case_sensitive=False)
    ] = "Awareness",
    org: Annotated[str | None, typer.Option("--org", help="Only this organisation.")] = None,
    available: Annotated[
        bool | None, typer.Option("--available/--not-available", help="Only people known to be, or known not to be.")
    ] = None,
    as_of: Annotated[
        datetime.datetime | None, typer.Option("--as-of", formats=_DAYS, help="Answer for that day, as known now.")
    ] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=MAX_LIMIT, help="How many people to show.")] = 20,
    cursor: Annotated[str | None, typer.Option("--cursor", help="Where the page before ended.")] = None,
    fresh: Annotated[bool, typer.Option("--fresh", help="Only levels that are not yet to be confirmed anew.")] = False,
    why: Annotated[bool, typer.Option("--why", help="Say why each person is in the answer.")] = False,
    purpose: Purpose = "",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Who has which skill.

    Anything narrower counts. Exit code 1 when nobody has it. Examples:

      gse-skills experts Virology --level Practitioner

      gse-skills experts LIF-VIR-02 --org larkmoor --available --why

      gse-skills experts "PCR testing" --as-of 2025-06-30 --json
    """
    question = ExpertsQuestion(
        skill,
        Level[level.upper()],
        org,
        available,
        as_of.date() if as_of else None,
        limit,
        cursor,
        fresh,
    )
    with open_session(data, purpose=purpose) as session:
        answer = session.experts(question)
    if as_json:
        dump(answer)
    else:
        _tell_experts(answer, why)
    raise typer.Exit(0 if answer.total else 1)


def _tell_experts(answer: ExpertsBody, why: bool) -> None:
    name = answer.concept.label + (f" ({answer.concept.notation})" if answer.concept.notation else "")
    at = f" as of {answer.as_of:%-d %B %Y}" if answer.as_of else ""
    say(f"{name}, {answer.min_level} or above{at}: {answer.total:,} people")
    say()
    rows = [
        (hit.name, hit.level, hit.basis, f"{hit.assessed_on:%-d %b %Y}", hit.organisation, _free(hit), hit.grade)
        for hit in answer.items
    ]
    if why:
        for row, hit in zip(rows, answer.items, strict=True):
            say("  ".join(str(cell or "") for cell in row))
            say("    because " + " > ".join(f"{step.label} [{step.kind}]" for step in hit.why))
    elif rows:
        table(rows, ("name", "level", "judged by", "on", "organisation", "available", "grade"))
    say()
    splits = [(s.organisation, s.has, s.below, s.without, s.not_mapped) for s in answer.organisations]
    table(splits, ("organisation", "has it", "below", "mapped without", "not mapped"))
    say("Not mapped means that nobody has asked, as far as is known; it does not mean none.")
    if answer.next_cursor:
        note(f"More: --cursor {answer.next_cursor}")


def _free(hit: HitBody) -> str:
    return {True: "yes", False: "no", None: "not known"}[hit.available]
