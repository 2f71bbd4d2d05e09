"""Which row, or pair of rows, holds the headings."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise, zip_longest

from gse_skills.errors import InputError
from gse_skills.imports.finding import Finding, letter, noted
from gse_skills.imports.levels import LevelReading, parse_level
from gse_skills.imports.roles import PERSON_ROLES, Role, role_of
from gse_skills.imports.rules import refuse
from gse_skills.imports.sheet import Block, Row
from gse_skills.imports.text import text_of

ResolveSkill = Callable[[str], bool]


@dataclass(frozen=True, slots=True)
class Header:
    """The headings: the rows they stand in, from 1, and their texts by column."""

    first_row: int
    last_row: int
    texts: tuple[str, ...]

    def roles(self) -> dict[int, Role]:
        """The columns whose heading names a role."""
        return {column: role for column, text in enumerate(self.texts) if text and (role := role_of(text))}


def texts_of(row: Row) -> tuple[str, ...]:
    """The cells of a row as texts."""
    return tuple(text_of(cell) for cell in row.cells)


def candidates(rows: Sequence[Row]) -> Iterator[Header]:
    """Every single row, and every pair of neighbouring rows read as one, that could hold headings."""
    for row in rows:
        yield Header(row.number, row.number, texts_of(row))
    for upper, lower in pairwise(rows):
        if lower.number == upper.number + 1:
            yield _pair(upper, lower)


def _pair(upper: Row, lower: Row) -> Header:
    both = zip_longest(texts_of(upper), texts_of(lower), fillvalue="")
    joined = ((f"{above} {below}".strip(), below or above) for above, below in both)
    texts = tuple(one if role_of(one) else other for one, other in joined)
    return Header(upper.number, lower.number, texts)


def find_header(rows: Sequence[Row], resolve_skill: ResolveSkill) -> Header:
    """The headings among the first rows of a sheet.

    Raises InputError: `no-header` when no row looks like headings, `no-person-column` when one does but none of them
    says who, `two-header-rows` when a second row of headings divides each skill further.
    """
    singles = [header for header in candidates(rows) if header.first_row == header.last_row]
    best, score = None, 0
    for header in singles:
        roles = header.roles()
        if PERSON_ROLES.isdisjoint(roles.values()) or sum(map(bool, header.texts)) < 2:
            continue
        worth = len(roles) + _skills_in(header, resolve_skill)
        if worth > score:
            best, score = header, worth
    pairs = [header for header in candidates(rows) if header.first_row != header.last_row]
    for pair in pairs:
        upper, lower = _rows_of(pair, singles)
        roles = pair.roles()
        more = len(roles) > max(len(upper.roles()), len(lower.roles()), score) or _is_one_text_a_column(upper, lower)
        if more and not PERSON_ROLES.isdisjoint(roles.values()) and not _has_levels(lower):
            _check_not_divided(pair, lower)
            return pair
    if best is None:
        raise _no_header(singles, resolve_skill)
    return _widened(best, singles, pairs, resolve_skill)


def _is_one_text_a_column(upper: Header, lower: Header) -> bool:
    """Whether each heading of two rows runs on from the upper to the lower, as “Staff” over “number”."""
    both = [(above, below) for above, below in zip_longest(upper.texts, lower.texts, fillvalue="") if below]
    return len(both) > 1 and all(above and role_of(f"{above} {below}") for above, below in both)


def _rows_of(pair: Header, singles: list[Header]) -> tuple[Header, Header]:
    by_number = {single.first_row: single for single in singles}
    return by_number[pair.first_row], by_number[pair.last_row]


def _skills_in(header: Header, resolve_skill: ResolveSkill) -> int:
    return sum(1 for text in header.texts if text and not role_of(text) and resolve_skill(text))


def _has_levels(header: Header) -> bool:
    """Whether a row holds levels, and so is no row of headings; a reading of “not stated” is an empty cell."""
    readings = (parse_level(text) for text in header.texts if text)
    return any(
        reading.rule == "tick-is-not-a-level" or reading.rule == "level-out-of-range"
        if not isinstance(reading, LevelReading)
        else reading.how != "not-stated"
        for reading in readings
    )


def _widened(best: Header, singles: list[Header], pairs: list[Header], resolve_skill: ResolveSkill) -> Header:
    """The best row alone, or with the row below or above it where that holds part of the headings."""
    for pair in pairs:
        upper, lower = _rows_of(pair, singles)
        if upper is best and _continues(upper, lower):
            _check_not_divided(pair, lower)
            return pair
        if lower is best and _completes(upper, lower, resolve_skill):
            return pair
    return best


def _continues(upper: Header, lower: Header) -> bool:
    """Whether the row below goes on with the headings: nobody is named in it, and nothing in it is a level."""
    who = [column for column, role in upper.roles().items() if role in PERSON_ROLES]
    named = any(column < len(lower.texts) and lower.texts[column] for column in who)
    return not named and not _has_levels(lower)


def _completes(upper: Header, lower: Header, resolve_skill: ResolveSkill) -> bool:
    """Whether the row above holds headings of columns that the row itself leaves blank."""
    padded = zip_longest(upper.texts, lower.texts, fillvalue="")
    return any(above and not below and (role_of(above) or resolve_skill(above)) for above, below in padded)


def _check_not_divided(pair: Header, lower: Header) -> None:
    below = list(lower.roles().values())
    divided = len(below) > len(set(below)) or (Role.LEVEL in below and Role.SKILL not in pair.roles().values())
    if divided:
        value = ", ".join(text for text in lower.texts if text)
        raise refuse(
            "two-header-rows",
            f"Row {pair.last_row} divides the headings of row {pair.first_row} further: {value}.",
            row=pair.last_row,
            value=value,
        )


def _no_header(singles: list[Header], resolve_skill: ResolveSkill) -> InputError:
    for header in singles:
        if len(set(header.roles().values())) >= 2 or _skills_in(header, resolve_skill) >= 2:
            found = [text for text in header.texts if text]
            return refuse(
                "no-person-column",
                f"None of the headings in row {header.last_row} says who: {', '.join(found[:20])}.",
                row=header.last_row,
                value=", ".join(found[:20]),
                headings=found,
            )
    first = " | ".join(text for text in singles[0].texts if text)[:200]
    return refuse(
        "no-header",
        f"No row among the first {len(singles)} looks like headings; row {singles[0].last_row} reads: {first}",
        row=singles[0].last_row,
        value=first,
    )


def header_notes(header: Header, rows: Sequence[Row], merged: Sequence[Block]) -> list[Finding]:
    """What is to be said of where the headings are."""
    notes = []
    above = [row for row in rows if row.number < header.first_row]
    if above:
        shown = " | ".join(text for row in above for text in texts_of(row) if text)
        message = f"What stands above the headings, which are in row {header.first_row}, is not imported."
        notes.append(noted("rows-above-header", message, row=above[0].number, value=shown))
    if header.first_row != header.last_row:
        message = f"Rows {header.first_row} and {header.last_row} are read together as headings."
        notes.append(noted("two-header-rows", message, row=header.last_row))
    for block in merged:
        if block.first_row <= header.last_row and block.last_row >= header.first_row:
            corners = f"{letter(block.first_column)}{block.first_row} to {letter(block.last_column)}{block.last_row}"
            message = f"The cells {corners} are merged; the heading counts for its first column."
            row, column = block.first_row, block.first_column
            heading = header.texts[column] if column < len(header.texts) else ""
            notes.append(noted("merged-cells", message, row=row, column=column, heading=heading, value=heading))
    return notes
