"""An import from file to commit: read in the sandbox, recognised, staged, compared, applied, reported.

A dry run is the same work without the last step, and its digest names exactly what it saw: given back with the real
run, it makes sure that this is what happens, or that nothing does.
"""

from __future__ import annotations

import datetime
import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from gse_skills.access import Access
from gse_skills.errors import ConflictError, InputError
from gse_skills.imports.assertion import Assertion, PersonFacts
from gse_skills.imports.changes import Changes
from gse_skills.imports.columns import SheetColumns, recognise
from gse_skills.imports.finding import WHOLE_ROW, Finding, noted
from gse_skills.imports.interpret import Defaults as SheetDefaults
from gse_skills.imports.interpret import interpret
from gse_skills.imports.leaving import LeavingDates
from gse_skills.imports.mapping import ColumnMapping
from gse_skills.imports.matching import SheetHead
from gse_skills.imports.own_role import OwnRoles
from gse_skills.imports.phrases import Phrases, Unmatched
from gse_skills.imports.plan import HELD, UNKNOWN, Defaults, Planner
from gse_skills.imports.report import write_report
from gse_skills.imports.roles import Role
from gse_skills.imports.sheet import SheetReading, open_sheet
from gse_skills.imports.staging import Outcome, Staged, Staging
from gse_skills.imports.state import former_phrases, newest_snapshot, read_state
from gse_skills.imports.statements import ImportActivity
from gse_skills.index import DAY_ZERO, Delta, day_number
from gse_skills.proposals import read_verdicts
from gse_skills.register import Register, today
from gse_skills.sandbox import Limits
from gse_skills.store import Change
from gse_skills.vocabulary import GSE, Basis, Identifier

_SHOWN = 200
_BATCH = 1_000
_PROBLEMS = 100


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the sender says of a file beside its content."""

    organisation: str
    source_name: str
    full: bool = False
    """The file is the full picture: what it does not mention has ended."""
    snapshot: datetime.date | None = None
    """The day of which it is the picture; today when None."""
    basis: Basis = Basis.SELF
    """How levels were judged, where the sheet does not say."""
    mapping: ColumnMapping | None = None
    sheet: str | None = None
    """Of a workbook; None is the one with the most rows under headings that are recognised, or with a mapping the first
    that is not empty."""
    expected: str | None = None
    """The digest of the dry run that was confirmed."""


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did, or would do."""

    options: ImportOptions
    dry_run: bool
    columns: SheetColumns
    rows: int
    counts: dict[str, int]
    """How many cells were added, changed, ended, unchanged, refused or noted, and people added, changed or gone."""
    outcomes: tuple[Outcome, ...]
    """What was refused or noted, the first 200."""
    unmatched: tuple[Unmatched, ...]
    digest: str
    commit: int | None
    """None when nothing changed, or nothing was meant to."""
    kept_terms: int
    """How many phrases that nothing matched are, or would be, kept for the framework's owner."""
    changes: Changes | None = None
    """What changes for whom; only of a dry run that was asked to watch."""
    problems: tuple[tuple[str, int, list[Outcome]], ...] = ()
    """What was refused or can be mended, by rule with how often: the first hundred of each, of such a dry run."""


def import_sheet(
    register: Register,
    path: Path,
    options: ImportOptions,
    access: Access,
    *,
    dry_run: bool = False,
    report: Path | None = None,
    watch: bool = False,
    progress: Callable[[int], None] = lambda done: None,
) -> ImportResult:
    """Import a spreadsheet, or with `dry_run` say what that would do; `report` takes an annotated copy of the sheet.

    `watch` asks for what changes for whom, before and after. `progress` gets the rows read and then the people
    compared. Raises RefusedError (`not-steward`), NotFoundError (`unknown-organisation`), InputError (`bad-snapshot`,
    `older-picture`), ConflictError (`changed-meanwhile`, `change-under-way`), and what the readers raise
    (`gse_skills.imports.rules.FILE_RULES`).
    """
    changes = Changes() if watch else None
    return _SheetImport(register, path, options, access, progress, changes).run(dry_run=dry_run, report=report)


def read_head(register: Register, path: Path, options: ImportOptions, access: Access) -> SheetHead:
    """The first rows of a spreadsheet, for somebody to say what its columns are.

    Raises RefusedError (`not-steward`), NotFoundError (`unknown-organisation`), InputError (`bad-snapshot`), and what
    the readers raise.
    """
    access.require_keeper(options.organisation)
    register.state.organisation(options.organisation)
    require_possible(options.snapshot or today())
    with sheet_reading(register, path, options.sheet, seek=options.mapping is None) as reading:
        return SheetHead.of(reading)


def sheet_reading(register: Register, path: Path, sheet: str | None, *, seek: bool = False) -> SheetReading:
    """A spreadsheet being read in the sandbox, within the limits that the settings give; see `open_sheet`."""
    settings = register.settings
    limits = Limits(
        memory_bytes=settings.sheet_memory_mib << 20,
        wall_seconds=settings.sheet_seconds,
        cpu_seconds=settings.sheet_seconds,
        output_bytes=1 << 40,
    )
    return open_sheet(register.sandbox, path, sheet, seek=seek, limits=limits)


@dataclass(slots=True)
class _SheetImport:
    """One import under way."""

    register: Register
    path: Path
    options: ImportOptions
    access: Access
    progress: Callable[[int], None]
    changes: Changes | None = None
    rows: int = 0
    header_row: int = 0
    name_column: int = WHOLE_ROW
    unattributed: int = 0
    """Rows of which nobody knows whom they are about."""
    kept_terms: int = 0
    """Phrases that nothing matched and that the change keeps."""
    former: dict[str, set[str]] | None = None
    """What the organisation's phrases were matched to in earlier imports, once it is asked for."""

    def run(self, *, dry_run: bool, report: Path | None) -> ImportResult:
        """Do it; see `import_sheet`."""
        self.access.require_keeper(self.options.organisation)
        self.register.state.organisation(self.options.organisation)
        require_possible(self._day)
        with tempfile.TemporaryDirectory(prefix="import-", dir=self.register.folder.spool) as folder:
            staging = Staging(Path(folder) / "staging.sqlite")
            try:
                phrases, columns = self._stage(staging)
                if dry_run:
                    with Change(self.register.folder.spool) as change:
                        self._plan(staging, phrases, change)
                    commit = None
                else:
                    commit = self._commit(staging, phrases)
                result = self._result(staging, phrases, columns, commit, dry_run=dry_run)
                if report is not None:
                    with self._reading() as reading:
                        write_report(
                            report,
                            reading,
                            staging.outcomes(),
                            header_row=columns.header_row,
                            summary=_summary(result),
                            marking=self.register.settings.marking,
                        )
                return result
            finally:
                staging.close()

    def _reading(self) -> SheetReading:
        # A saved mapping was made for a sheet, which by its own headings another may outdo.
        seek = self.options.mapping is None
        return sheet_reading(self.register, self.path, self.options.sheet, seek=seek)

    def _stage(self, staging: Staging) -> tuple[Phrases, SheetColumns]:
        state = self.register.state
        saved = self.options.mapping.phrases if self.options.mapping else {}
        decided = read_verdicts(self.register.store)
        phrases = Phrases(state.framework, state.lookup, state.search, saved, decided)
        with self._reading() as reading:
            columns = self._columns(reading, phrases)
            self.header_row = columns.header_row
            names = (columns.columns.get(role) for role in (Role.NAME, Role.FAMILY_NAME))
            self.name_column = next((column for column in names if column is not None), WHOLE_ROW)
            defaults = SheetDefaults(None, None, today())
            if Role.ASSESSED_ON not in columns.columns:
                self._assumed(staging, "default-date", "date of assessment", f"{self._day:%d/%m/%Y}", columns)
            if Role.BASIS not in columns.columns and columns.default_basis is None:
                self._assumed(staging, "default-basis", "basis", self.options.basis.label, columns)
            phrase_column = columns.columns.get(Role.SKILL)
            role_column = columns.columns.get(Role.OWN_ROLE, WHOLE_ROW)
            roles = OwnRoles(state.framework, state.lookup, role_column, columns.heading(role_column))
            leaving_column = columns.columns.get(Role.LEAVES_ON, WHOLE_ROW)
            leaving = LeavingDates(self._day, leaving_column, columns.heading(leaving_column))
            for statement in interpret(reading, columns, defaults):
                match statement:
                    case Assertion():
                        self._assertion(staging, phrases, statement, phrase_column)
                    case PersonFacts():
                        facts, about_role = roles.read(statement)
                        facts, about_leaving = leaving.read(facts)
                        for finding in (about_role, about_leaving):
                            if finding is not None:
                                staging.outcome(_outcome(finding))
                        staging.person(facts, facts.row)
                        self._seen(statement.row)
                    case Finding():
                        self._finding(staging, phrases, statement)
        for phrase in phrases.known:
            if phrase.note:
                staging.outcome(_outcome(noted("replaced-concept", phrase.note, value=phrase.text)))
            if phrase.matched_by == GSE.DecidedMapping:
                label = state.framework.concept(state.framework.iris[phrase.skill]).pref_label
                said = f"The framework's owner decided that it means {label}."
                staging.outcome(_outcome(noted("decided-mapping", said, value=phrase.text)))
        return phrases, columns

    def _columns(self, reading: SheetReading, phrases: Phrases) -> SheetColumns:
        head = reading.head()
        choose = self.options.mapping.fit if self.options.mapping else recognise
        return choose(head, phrases.names_a_skill, reading.header.merged)

    def _assumed(self, staging: Staging, rule: str, what: str, value: str, columns: SheetColumns) -> None:
        finding = noted(
            rule, f"No column gives the {what}; “{value}” is taken where nothing else is known.", value=value
        )
        staging.outcome(_outcome(replace(finding, row=columns.header_row)))

    @property
    def _day(self) -> datetime.date:
        return self.options.snapshot or today()

    def _seen(self, row: int) -> None:
        if row > self.rows:
            self.rows = row
            if row % _BATCH == 0:
                self.progress(row)

    def _assertion(self, staging: Staging, phrases: Phrases, said: Assertion, phrase_column: int | None) -> None:
        self._seen(said.row)
        if len(parts := phrases.parts(said.phrase)) > 1:
            for part in parts:
                self._assertion(staging, phrases, said._replace(phrase=part), phrase_column)
            return
        position = phrases.position(said.phrase)
        if position is None:
            detail = f"No skill of that name. The nearest: {phrases.nearest(said.phrase)}."
            rule = phrases.rule(said.phrase)
            if rule == "ambiguous-label":
                detail = f"Several skills have that name: {phrases.nearest(said.phrase)}."
            detail = f"{detail} {phrases.verdict(said.phrase)}".rstrip()
            remedy = "Use one of these, or say in a saved mapping what the phrase means."
            column = said.column if phrase_column is None else phrase_column
            staging.outcome(Outcome(said.row, column, "refused", rule, said.phrase, detail, remedy))
            staging.assertion(said.person_key, _held(UNKNOWN, said.row, said.column))
            self._hold_former(staging, phrases, said)
            return
        staging.assertion(
            said.person_key,
            Staged(
                phrases.known[position].skill,
                said.row,
                said.column,
                0 if said.level is None else int(said.level),
                None if said.assessed_on is None else day_number(said.assessed_on),
                None if said.basis is None else int(said.basis),
                None if said.audience is None else said.audience.value,
                position,
            ),
        )

    def _hold_former(self, staging: Staging, phrases: Phrases, said: Assertion) -> None:
        """What a phrase was once matched to is held: it is mentioned, even if nobody can say any more what it means."""
        if self.former is None:
            self.former = former_phrases(self.register.store, self.options.organisation)
        for concept in self.former.get(said.phrase.casefold(), ()):
            if concept in phrases.framework:
                skill = phrases.framework.number(concept)
                staging.assertion(said.person_key, _held(skill, said.row, said.column))

    def _finding(self, staging: Staging, phrases: Phrases, finding: Finding) -> None:
        self._seen(finding.row)
        staging.outcome(_outcome(finding))
        if finding.severity != "refused":
            return
        # A fault in the sheet is not the end of a record: what the cell was about is held as it is.
        if finding.person_key is None:
            self.unattributed += 1
            return
        for part in phrases.parts(finding.phrase) if finding.phrase else ("",):
            position = phrases.position(part) if part else None
            skill = HELD if position is None else phrases.known[position].skill
            staging.assertion(finding.person_key, _held(skill, finding.row, finding.column))

    def _plan(self, staging: Staging, phrases: Phrases, change: Change) -> Delta:
        state = self.register.state
        options = self.options
        if state.framework.fingerprint != phrases.framework.fingerprint:
            # The staged skills are numbers of the framework as it was.
            raise _changed("framework has")
        newest = newest_snapshot(self.register.store, options.organisation) if options.full else None
        if newest is not None and newest > self._day:
            raise InputError(
                f"The full picture of {newest:%d/%m/%Y} is known; this one is of {self._day:%d/%m/%Y}.",
                rule="older-picture",
                remedy="Import full pictures in the order of their days, or this one as not the full picture.",
            )
        activity = ImportActivity(
            Identifier.mint("import"),
            options.organisation,
            datetime.datetime.now(datetime.UTC),
            _file_name(options.source_name),
            _digest(self.path),
            self._day if options.full else None,
            str(self.access.caller),
            max(0, self.rows - self.header_row),
            self.register.store.commit,
        )
        planner = Planner(
            read_state(self.register.store, state.index, options.organisation),
            staging,
            phrases.known,
            Defaults(self._day, options.basis, options.full, leavers=not self.unattributed),
            activity,
            state.framework,
            state.rules,
            change,
            self.changes,
            self.name_column,
        )
        planner.run(phrases.unmatched, phrases.company, self.progress)
        self.kept_terms = len(phrases.unmatched) if change.size else 0
        return planner.delta

    def _commit(self, staging: Staging, phrases: Phrases) -> int | None:
        with self.register.change() as change:
            delta = self._plan(staging, phrases, change)
            expected = self.options.expected
            if expected is not None and expected != staging.digest():
                raise _changed("file or the records have")
            if not change.size:
                return None
            commit = self.register.commit(change, delta)
            self.register.publish_figures(self.options.organisation)
            return commit

    def _result(
        self, staging: Staging, phrases: Phrases, columns: SheetColumns, commit: int | None, *, dry_run: bool
    ) -> ImportResult:
        return ImportResult(
            self.options,
            dry_run,
            columns,
            max(0, self.rows - columns.header_row),
            staging.counts(),
            tuple(staging.outcomes("refused", "noted", limit=_SHOWN)),
            phrases.unmatched,
            staging.digest(),
            commit,
            self.kept_terms,
            self.changes,
            tuple(staging.problems(_PROBLEMS)) if self.changes is not None else (),
        )


def require_possible(day: datetime.date) -> None:
    """Raise InputError (rule `bad-snapshot`) when no sheet can be the picture of a day."""
    if not DAY_ZERO <= day <= today():
        raise InputError(
            f"A picture of {day:%d/%m/%Y} is not possible.",
            rule="bad-snapshot",
            remedy=f"Give a day from {DAY_ZERO:%d/%m/%Y} to today.",
        )


def _changed(what: str) -> ConflictError:
    return ConflictError(
        f"The {what} changed meanwhile, so this import would do something else now.",
        rule="changed-meanwhile",
        remedy="Run it dry again and look at what it would do.",
    )


def _held(skill: int, row: int, column: int) -> Staged:
    """A cell that speaks of a skill and could not be read."""
    return Staged(skill, row, column, HELD, None, None, None, 0)


def _outcome(finding: Finding) -> Outcome:
    column = finding.column if finding.column is not None else WHOLE_ROW
    return Outcome(finding.row, column, finding.severity, finding.rule, finding.value, finding.message, finding.remedy)


def _file_name(source_name: str) -> str:
    """The name without folders, as any kind of system writes them: a browser may send the whole path."""
    return source_name.replace("\\", "/").rstrip("/").rpartition("/")[2] or "sheet"


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _summary(result: ImportResult) -> dict[str, object]:
    options = result.options
    done = "dry run: nothing was changed" if result.dry_run else f"commit {result.commit or '-'}"
    return {
        "File": options.source_name,
        "Organisation": options.organisation,
        "Read as": result.columns.shape.value,
        "Full picture": "yes" if options.full else "no",
        "Outcome": done,
        **{status.capitalize(): count for status, count in result.counts.items()},
        **{f"Not known: {one.text}": f"{one.cells} cells. {one.verdict}".strip() for one in result.unmatched},
    }
