"""What an import did, or would do."""

from __future__ import annotations

from typing import Self

from pydantic import Field

from gse_skills.answers.body import Body
from gse_skills.answers.skill import SuggestionBody
from gse_skills.framework import Framework
from gse_skills.imports.finding import letter
from gse_skills.imports.staging import Outcome
from gse_skills.sheet_import import ImportResult


class OutcomeBody(Body):
    """What happened to a cell or row of an imported sheet."""

    row: int = Field(description="As the spreadsheet numbers it; 0 for the file.")
    column: str | None = Field(description="Letter of the column; null for a whole row.", examples=["C"])
    status: str = Field(examples=["refused"])
    rule: str = Field(examples=["level-out-of-range"])
    value: str
    message: str
    remedy: str

    @classmethod
    def of(cls, outcome: Outcome) -> Self:
        """An outcome."""
        return cls(
            row=outcome.row,
            column=None if outcome.column < 0 else letter(outcome.column),
            status=outcome.status,
            rule=outcome.rule,
            value=outcome.value,
            message=outcome.detail,
            remedy=outcome.remedy,
        )

    @property
    def place(self) -> str:
        """Where it is, for people."""
        return f"{self.column or ''}{self.row}" if self.row else "file"


class UnmatchedBody(Body):
    """A phrase that no skill bears, or several."""

    phrase: str
    rule: str
    cells: int
    nearest: list[SuggestionBody]
    verdict: str = Field(description="What the framework's owner decided on it, and why; empty while nothing is.")


class ImportBody(Body):
    """What an import did, or would do."""

    organisation: str
    source_name: str
    dry_run: bool
    full: bool
    changed: bool
    rows: int
    shape: str = Field(examples=["long"])
    recognised: dict[str, str] = Field(description="What each column was read as, by its letter.")
    guessed: dict[str, str] = Field(
        default_factory=dict,
        description="The columns of `recognised` that their headings alone do not name, with what spoke for it.",
        examples=[{"C": "from its cells"}],
    )
    headings: dict[str, str] = Field(description="The heading of each column that is read or left out, by its letter.")
    counts: dict[str, int] = Field(description="Cells by what happened to them, and people by what happened to them.")
    outcomes: list[OutcomeBody] = Field(description="What was refused or noted, the first 200.")
    unmatched: list[UnmatchedBody]
    kept_terms: int = Field(description="How many of the unmatched phrases it keeps for the framework's owner.")
    digest: str = Field(description="Give it as `expected` with the real run, to make sure that just this happens.")
    report_url: str | None = Field(None, description="Where the annotated copy of the sheet lies for an hour.")

    @classmethod
    def of(cls, result: ImportResult, framework: Framework, report_url: str | None = None) -> Self:
        """A result."""
        columns = result.columns
        recognised = {letter(column): role.label for role, column in columns.columns.items()}
        recognised |= {letter(column): f"skill: {phrase}" for column, phrase in columns.skills.items()}
        recognised |= {letter(column): "left out" for column in columns.ignored}
        return cls(
            organisation=result.options.organisation,
            source_name=result.options.source_name,
            dry_run=result.dry_run,
            full=result.options.full,
            changed=result.commit is not None,
            rows=result.rows,
            shape=columns.shape.value,
            recognised=dict(sorted(recognised.items(), key=lambda pair: (len(pair[0]), pair[0]))),
            guessed={letter(column): ground.value for column, ground in columns.guessed.items()},
            headings={letter(column): text for column, text in sorted({**columns.ignored, **columns.headings}.items())},
            counts=result.counts,
            outcomes=[OutcomeBody.of(outcome) for outcome in result.outcomes],
            unmatched=[
                UnmatchedBody(
                    phrase=one.text,
                    rule=one.rule,
                    cells=one.cells,
                    nearest=[SuggestionBody.found(suggestion, framework) for suggestion in one.nearest],
                    verdict=one.verdict,
                )
                for one in result.unmatched
            ],
            kept_terms=result.kept_terms,
            digest=result.digest,
            report_url=report_url,
        )
