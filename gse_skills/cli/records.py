"""`gse-skills import` and `gse-skills experts`."""

from __future__ import annotations

import datetime
import json
from pathlib import Path
from typing import Annotated

import typer

from gse_skills.answers import ExpertsBody, HitBody, ImportBody
from gse_skills.cli.output import Json, dump, note, progress, say, table
from gse_skills.cli.service import Data, Purpose, address, open_service
from gse_skills.errors import InputError
from gse_skills.experts import MAX_LIMIT
from gse_skills.imports import ColumnMapping
from gse_skills.vocabulary import BasisName, LevelLabel

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
    sheet: Annotated[str | None, typer.Option("--sheet", help="The sheet of a workbook; the largest.")] = None,
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
    said = {
        "full": "true" if full else "false",
        "snapshot": snapshot.date().isoformat() if snapshot else None,
        "basis": basis,
        "mapping": mapping and json.dumps(ColumnMapping.load(mapping).to_dict()),
        "sheet": sheet,
        "expected": expected,
        "report": "csv" if report is not None and report.suffix.lower() == ".csv" else "xlsx",
    }
    form, path = {name: value for name, value in said.items() if value}, address("organisations", org, "imports")
    with open_service(data, purpose, progress("people compared")) as service, file.open("rb") as content:
        files = {"file": (file.name, content)}
        sent = service.send("POST", path, {"dry_run": dry_run}, data=form, files=files)
        result = ImportBody.model_validate(sent.json())
        if report is not None:
            report.write_bytes(service.send("GET", result.report_url or "").content)
    # It opens to the operator's key alone.
    result = result.model_copy(update={"report_url": None})
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
        ground = result.guessed.get(column)
        say(f"  column {column}: {role}" + (f" (a guess, {ground})" if ground else ""))
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
    skill: Annotated[
        list[str],
        typer.Argument(
            help="Notation, IRI, preferred or alternative label; its own level after an @, as in LIF-VIR@Expert."
        ),
    ],
    level: Annotated[
        LevelLabel, typer.Option("--level", help="The lowest level that counts.", case_sensitive=False)
    ] = "Awareness",
    any_of: Annotated[bool, typer.Option("--any", help="Who has any of the skills, not all of them.")] = False,
    org: Annotated[str | None, typer.Option("--org", help="Only this organisation.")] = None,
    unit: Annotated[list[str] | None, typer.Option("--unit", help="Only people of this unit; may be repeated.")] = None,
    site: Annotated[list[str] | None, typer.Option("--site", help="Only people at this site; may be repeated.")] = None,
    grade: Annotated[list[str] | None, typer.Option("--grade", help="Only this grade; may be repeated.")] = None,
    basis: Annotated[
        list[str] | None,
        typer.Option("--basis", help="Only levels judged so: self, peer, manager or accredited; may be repeated."),
    ] = None,
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
    """Who has which skill, or several.

    Anything narrower counts. Exit code 1 when nobody has it. Examples:

      gse-skills experts Virology --level Practitioner

      gse-skills experts Virology "Air quality@Expert" --any --site Larkmoor

      gse-skills experts LIF-VIR-02 --org larkmoor --available --why

      gse-skills experts "PCR testing" --as-of 2025-06-30 --json
    """
    asked = {
        "skill": skill,
        "match": "any" if any_of else "all",
        "min_level": level,
        "org": org,
        "unit": unit,
        "site": site,
        "grade": grade,
        "basis": basis,
        "available": available,
        "as_of": as_of and as_of.date(),
        "limit": limit,
        "cursor": cursor,
        "fresh": fresh,
    }
    with open_service(data, purpose) as service:
        answer = service.get(address("experts"), ExpertsBody, asked)
    if as_json:
        dump(answer)
    else:
        _tell_experts(answer, why)
    raise typer.Exit(0 if answer.total else 1)


def _tell_experts(answer: ExpertsBody, why: bool) -> None:
    at = f" as of {answer.as_of:%-d %B %Y}" if answer.as_of else ""
    names = f" {'and' if answer.match == 'all' else 'or'} ".join(
        f"{one.concept.label}{f' ({one.concept.notation})' if one.concept.notation else ''}, {one.min_level} or above"
        for one in answer.skills
    )
    say(f"{names}{at}: {answer.total:,} people")
    say()
    rows = [
        (hit.name, _levels(hit), hit.basis, f"{hit.assessed_on:%-d %b %Y}", hit.organisation, _free(hit), hit.grade)
        for hit in answer.items
    ]
    if why:
        for row, hit in zip(rows, answer.items, strict=True):
            say("  ".join(str(cell or "") for cell in row))
            for held in (hit, *hit.also):
                say("    because " + " > ".join(f"{step.label} [{step.kind}]" for step in held.why))
    elif rows:
        table(rows, ("name", "level", "judged by", "on", "organisation", "available", "grade"))
    say()
    splits = [(s.organisation, s.has, s.below, s.without, s.not_mapped) for s in answer.organisations]
    table(splits, ("organisation", "has it", "below", "mapped without", "not mapped"))
    say("Not mapped means that nobody has asked, as far as is known; it does not mean none.")
    if answer.next_cursor:
        note(f"More: --cursor {answer.next_cursor}")


def _levels(hit: HitBody) -> str:
    return ", ".join(held.level for held in (hit, *hit.also))


def _free(hit: HitBody) -> str:
    return {True: "yes", False: "no", None: "not known"}[hit.available]
