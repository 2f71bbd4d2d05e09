"""The phrases of a local list: one column of somebody's table."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from gse_skills.errors import InputError
from gse_skills.framework.words import normalise
from gse_skills.imports import SheetReading
from gse_skills.imports.header import texts_of
from gse_skills.imports.roles import Role, role_of
from gse_skills.imports.rules import ROW_RULES
from gse_skills.imports.sheet import Row
from gse_skills.imports.text import MAX_TEXT, fold, text_of


def read_phrases(reading: SheetReading, column: str = "") -> tuple[str, ...]:
    """The different phrases of a table, as first written; those that differ in case or punctuation alone are one.

    `column` is a heading; without it the column is taken that is headed as skills are, or else the only one.
    Raises InputError: `no-such-column`, `which-column`, `text-too-long`, and what reading the file raises.
    """
    head = reading.head()
    place, heading = _named(head, column) if column else _recognised(head)
    found: dict[str, str] = {}
    for row in reading.rows:
        text = text_of(row.cells[place]) if row.number > heading and place < len(row.cells) else ""
        if len(text) > MAX_TEXT:
            message = f"The phrase in row {row.number} has {len(text):,} characters."
            raise InputError(
                message, rule="text-too-long", remedy=ROW_RULES["text-too-long"], extra={"row": row.number}
            )
        if key := normalise(text):
            found.setdefault(key, text)
    return tuple(found.values())


def phrase_iri(base: str, phrase: str) -> str:
    """The IRI of a phrase beneath `base`: the same for the same words, however they are written.

    >>> phrase_iri("https://example.org/terms/", "Virus-stuff (C++)")
    'https://example.org/terms/virus-stuff-c%2B%2B'
    """
    return base + quote(normalise(phrase).replace(" ", "-"), safe="")


def _named(head: Sequence[Row], column: str) -> tuple[int, int]:
    for row in head:
        for place, text in enumerate(texts_of(row)):
            if fold(text) == fold(column):
                return place, row.number
    raise InputError(
        f"No column is headed “{column}”.",
        rule="no-such-column",
        remedy="Give one of its headings with --column.",
        extra={"headings": _headings(head)},
    )


def _recognised(head: Sequence[Row]) -> tuple[int, int]:
    for row in head:
        places = [place for place, text in enumerate(texts_of(row)) if text and role_of(text) is Role.SKILL]
        if len(places) == 1:
            return places[0], row.number
    filled = {place for row in head for place, text in enumerate(texts_of(row)) if text}
    if len(filled) == 1:
        return filled.pop(), 0
    raise InputError(
        "The table does not tell which of its columns holds the phrases.",
        rule="which-column",
        remedy="Name it by its heading: --column HEADING.",
        extra={"headings": _headings(head)},
    )


def _headings(head: Sequence[Row]) -> list[str]:
    return [text for text in texts_of(head[0]) if text]
