"""What is to become of the records of one concept, and the sheet on which the framework's owner says so."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from gse_skills.errors import InputError


class Action(StrEnum):
    """Records of a concept stay with it, or end and go on with other concepts."""

    KEEP = "keep"
    MIGRATE = "migrate"


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to become of the records of `concept`; `targets` are the IRIs of what they migrate to."""

    concept: str
    action: Action
    targets: tuple[str, ...] = ()


Decisions = Mapping[str, Decision]
"""By IRI of the concept."""

COLUMNS = (
    "concept",
    "label",
    "change",
    "records",
    "organisations",
    "roles",
    "mappings",
    "decision",
    "targets",
    "choices",
)


def write_sheet(rows: Iterable[Mapping[str, object]]) -> str:
    """A sheet of decisions as CSV; each row has `COLUMNS`."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue()


def read_sheet(path: Path) -> Decisions:
    """The decisions of a sheet, whatever else its columns hold.

    Raises InputError (`no-such-source`, `bad-encoding`, `missing-column`, `bad-decision`, each with its row).
    """
    try:
        text = path.read_text("utf-8-sig")
    except OSError:
        raise InputError(f"There is no {path}.", rule="no-such-source", remedy="Check the path.") from None
    except UnicodeDecodeError:
        raise InputError(f"{path.name} is not in UTF-8.", rule="bad-encoding", remedy="Save it as UTF-8.") from None
    reader = csv.DictReader(io.StringIO(text))
    missing = {"concept", "decision", "targets"} - set(reader.fieldnames or ())
    if missing:
        message = f"{path.name} lacks the columns {', '.join(sorted(missing))}."
        raise InputError(
            message, rule="missing-column", remedy="Start from the sheet that `framework rehearse` writes."
        )
    return {(one := _decision(number, row)).concept: one for number, row in enumerate(reader, 2)}


def _decision(number: int, row: Mapping[str, str | None]) -> Decision:
    said = (row["decision"] or "").strip().lower()
    targets = tuple((row["targets"] or "").split())
    if said not in tuple(Action) or (said == Action.MIGRATE) != bool(targets):
        raise InputError(
            f"Row {number}: “{said}” with {len(targets)} targets is no decision.",
            rule="bad-decision",
            remedy="Write keep, or migrate with one or more IRIs of concepts as targets, with spaces between.",
            extra={"row": number},
        )
    return Decision((row["concept"] or "").strip(), Action(said), targets)
