"""What an import would do, as a page shows it: before and after, words to explain, problems at their cells."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace

from gse_skills.access import Access
from gse_skills.answers import ImportBody, OutcomeBody, UnmatchedBody
from gse_skills.errors import NotFoundError
from gse_skills.framework import Framework
from gse_skills.imports.changes import Changes, LevelChange, Tally, changed_first
from gse_skills.imports.columns import SheetColumns
from gse_skills.imports.finding import clip, column_of, letter
from gse_skills.imports.phrases import LIKE
from gse_skills.imports.text import text_of
from gse_skills.register import Register, State, today
from gse_skills.sheet_import import ImportOptions, ImportResult, sheet_reading
from gse_skills.vocabulary import Level
from gse_skills_service.pages import wording
from gse_skills_service.pages.addresses import address, concept_link
from gse_skills_service.pages.frame import FieldName, Option
from gse_skills_service.pages.views import (
    ChangeGroup,
    ChangeLine,
    Finding,
    ImportCounts,
    ImportReview,
    Mistake,
    NewPerson,
    RuleChoice,
    SheetPart,
    UnknownTerm,
)
from gse_skills_service.uploads import Reviewed, Upload

_SHOWN = 50
_PROBLEMS = 100
_GROUPS = 100
_LINES = 10
_COLUMNS = 40
_AROUND = 2
_BARE = "person-without-record"
_HERE = {
    "unknown-term": "Say above what it means, or write the name of a skill in the sheet.",
    "decided-mapping": "Write the name of another skill in the sheet if you mean one.",
    "unknown-level": "Write Awareness, Working, Practitioner or Expert, or “none” where the skill is not held.",
    "level-out-of-range": "Use 1 (Awareness) to 4 (Expert).",
    "tick-is-not-a-level": "Write a level.",
    "level-read-as": "Write the name of the level if it should be another one.",
    "column-guessed": "Change the columns if it is something else.",
    "column-ignored": "Change the columns if it should count.",
    "column-repeated": "Change the columns if the other one should count.",
    "sheet-chosen": "Change the columns, where you can also choose another sheet.",
}
"""What to do about it here, where rules speak of a saved mapping or of naming something."""
_NO_SKILL = "No skill is called “{}”, or several are. Choose one of the suggestions, or write its code."


def review_of(
    reviewed: Reviewed,
    name: str,
    state: State,
    *,
    by: str = "person",
    rule: str = "",
    kept: bool = False,
    typed: str = "",
) -> ImportReview:
    """The page of a dry run: changes grouped `by` person or skill, problems of one `rule` or all.

    `typed` is what somebody wrote for a skill and none is called.
    """
    body, result, here = reviewed.body, reviewed.result, f"/import/{name}/review"
    by = "skill" if by == "skill" else "person"
    findings, rules = _problems(result, body, name, rule, by)
    changes = result.changes or Changes()
    groups, total = _groups(changes, state.framework, by)
    newcomers = tuple(NewPerson(one.name, one.records) for one in changes.newcomers[:_GROUPS])
    return ImportReview(
        organisation=state.organisation(body.organisation).name,
        file_name=body.source_name,
        counts=replace(counts_of(body), bare=sum(count for one, count, _ in result.problems if one == _BARE)),
        confirm_action=f"/import/{name}/confirm",
        words_action=f"/import/{name}/words",
        columns_href=f"/import/{name}/columns",
        cancel_href="/import",
        annotated_href=body.report_url or "",
        said=tuple(_said(reviewed.options)),
        kept_matching=kept,
        read_as=tuple(_read_as(result.columns)),
        grouped_by=by,
        person_href=address(here, rule=rule),
        skill_href=address(here, by="skill", rule=rule),
        groups=groups,
        groups_total=total,
        newcomers=newcomers,
        unknown_terms=tuple(_unknown(term, state) for term in body.unmatched[:_SHOWN]),
        unknown_total=len(body.unmatched),
        rules=rules,
        all_rules_href=address(here, by=by if by == "skill" else "") + "#problems",
        findings=findings[:_PROBLEMS],
        findings_total=sum(one.count for one in rules if one.chosen or not rule),
        kept_terms=body.kept_terms,
        mistakes=(Mistake(FieldName.WORD, _NO_SKILL.format(typed)),) if typed else (),
    )


def counts_of(body: ImportBody) -> ImportCounts:
    """What an import does, by number."""
    counts = body.counts
    return ImportCounts(
        rows=body.rows,
        people=counts.get("person-added", 0),
        added=counts.get("added", 0),
        changed=counts.get("changed", 0),
        ended=counts.get("ended", 0),
        unchanged=counts.get("unchanged", 0),
        refused=counts.get("refused", 0),
        people_changed=counts.get("person-changed", 0) + counts.get("person-left", 0),
    )


def words(fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The words of a form that somebody was asked to explain, each with its number there."""
    for name, value in fields.items():
        if name.startswith(f"{FieldName.WORD}-"):
            yield name.partition("-")[2], value


def part_of(register: Register, access: Access, upload: Upload, reviewed: Reviewed, row: int, column: str) -> SheetPart:
    """A cell among its neighbours; raises NotFoundError (rule `no-such-cell`)."""
    found: list[tuple[int, tuple[str, ...]]] = []
    try:
        place = column_of(column)
    except ValueError:
        raise _no_cell(row, column) from None
    with sheet_reading(register, upload.sheet, reviewed.options.sheet) as reading:
        for number, cells in reading.rows:
            if number > row + _AROUND:
                break
            if number >= row - _AROUND or number == reviewed.result.columns.header_row:
                found.append((number, tuple(clip(text_of(one)) for one in cells)))
    width = max((len(cells) for _, cells in found), default=0)
    if row not in (number for number, _ in found) or place >= width:
        raise _no_cell(row, column)
    rows = tuple((number, cells + ("",) * (width - len(cells))) for number, cells in found)
    letters = tuple(letter(one) for one in range(width))
    back = f"/import/{upload.name}/review#problems"
    return SheetPart(upload.source_name, f"{column}{row}", letters, rows, row, place, back)


def _no_cell(row: int, column: str) -> NotFoundError:
    return NotFoundError(
        f"The sheet has no cell {column}{row}.", rule="no-such-cell", remedy="Go back to the review of the sheet."
    )


def _said(options: ImportOptions) -> Iterator[str]:
    day = wording.day(options.snapshot or today())
    if options.full:
        yield f"The file is read as the full picture of {day}: records that are not in it end on that day."
    else:
        yield "The file is read as a part of the picture: records that are not in it stay as they are."
        yield f"A level without a date of its own is taken as of {day}."
    judges = wording.assessors(options.basis)
    yield f"Where a row does not say who judged a level, it is taken to be {judges[:1].lower()}{judges[1:]}."


def _read_as(columns: SheetColumns) -> Iterator[tuple[str, str]]:
    """The columns in their order, then those that are skills, then those that are left out."""
    for role, column in sorted(columns.columns.items(), key=lambda one: one[1]):
        ground = columns.guessed.get(column)
        yield f"{letter(column)} {columns.heading(column)}", role.label + (f", {ground.value}" if ground else "")
    for name, those in (("A skill each", columns.skills), ("Left out", columns.ignored)):
        if those:
            told = [f"{letter(column)} {heading}".strip() for column, heading in list(those.items())[:_COLUMNS]]
            more = [f"and {len(those) - _COLUMNS} more"] if len(those) > _COLUMNS else []
            yield name, ", ".join(told + more)


def _problems(
    result: ImportResult, body: ImportBody, name: str, rule: str, by: str
) -> tuple[tuple[Finding, ...], tuple[RuleChoice, ...]]:
    rules = tuple(
        RuleChoice(
            one,
            count,
            address(f"/import/{name}/review", by=by if by == "skill" else "", rule=one) + "#problems",
            one == rule,
        )
        for one, count, _ in result.problems
    )
    wanted = [outcome for one, _, found in result.problems if not rule or one == rule for outcome in found]
    wanted.sort(key=lambda one: (one.row, one.column))
    return tuple(_finding(OutcomeBody.of(outcome), body, name) for outcome in wanted[:_PROBLEMS]), rules


def _finding(outcome: OutcomeBody, body: ImportBody, name: str) -> Finding:
    column = outcome.column or ""
    return Finding(
        f"{column}{outcome.row}" if outcome.row else "",
        body.headings.get(column, ""),
        outcome.value,
        outcome.rule,
        outcome.message,
        _HERE.get(outcome.rule, outcome.remedy),
        outcome.status == "refused",
        f"/import/{name}/cell/{outcome.row}/{column}" if outcome.row and column else "",
    )


def _groups(changes: Changes, framework: Framework, by: str) -> tuple[tuple[ChangeGroup, ...], int]:
    names = changes.names()
    labels = {line.skill: _label(framework, line.skill) for line in changes.lines}
    lines: dict[int, list[ChangeLine]] = defaultdict(list)
    for line in changes.lines:
        key, what = (line.skill, names.get(line.person, "")) if by == "skill" else (line.person, labels[line.skill])
        lines[key].append(_line(line, what))
    if by == "skill":
        found = changed_first(changes.skills.items())
        shown = [(_label(framework, skill), skill, tally) for skill, tally in found[:_GROUPS]]
        total = len(found)
    else:
        people = sorted(changes.people.items(), key=lambda one: one[1][0].casefold())
        shown = [(told, person, tally) for person, (told, tally) in people[:_GROUPS]]
        total = len(people) + changes.more_people
    return tuple(_group(told, tally, lines[key]) for told, key, tally in shown), total


def _group(name: str, tally: Tally, lines: list[ChangeLine]) -> ChangeGroup:
    return ChangeGroup(name, tally.new, tally.changed, tally.ended, tally.same, tuple(lines[:_LINES]))


def _line(line: LevelChange, what: str) -> ChangeLine:
    return ChangeLine(what, _level(line.before), _level(line.after))


def _level(level: Level | None) -> str:
    return level.label if level else ""


def _label(framework: Framework, skill: int) -> str:
    return framework.concept(framework.iris[skill]).pref_label


def _unknown(term: UnmatchedBody, state: State) -> UnknownTerm:
    nearest = [near for near in term.nearest if near.score >= LIKE]
    links = tuple(
        concept_link(
            state.framework.concept(near.iri),
            state.framework.schemes[near.scheme],
            matched=near.matched_label,
            score=near.score,
        )
        for near in nearest
    )
    options = tuple(
        Option(near.iri, f"{link.label} ({link.notation})" if link.notation else link.label)
        for near, link in zip(nearest, links, strict=True)
    )
    return UnknownTerm(term.phrase, term.cells, links, term.verdict, options)
