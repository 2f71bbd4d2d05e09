"""Levels, dates and the other words of a sheet, as people write them."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gse_skills.imports.dates import DateReading, Dates, parse_date
from gse_skills.imports.finding import Unread
from gse_skills.imports.levels import NONE_WORDS, NOT_STATED, SYNONYMS, TICKS, LevelReading, Levels, parse_level
from gse_skills.imports.sheet import Cell
from gse_skills.imports.text import text_of
from gse_skills.imports.values import (
    AUDIENCES,
    AVAILABLE,
    BASES,
    UNAVAILABLE,
    parse_audience,
    parse_available,
    parse_basis,
    parse_email,
)
from gse_skills.vocabulary import Audience, Basis, Level

TODAY = datetime.date(2026, 11, 22)


# Levels


@pytest.mark.parametrize(
    ("cell", "level", "how"),
    [
        ("Awareness", Level.AWARENESS, "name"),
        (" WORKING ", Level.WORKING, "name"),
        ("practitioner", Level.PRACTITIONER, "name"),
        ("Expert.", Level.EXPERT, "name"),
        ("e", Level.EXPERT, "initial"),
        ("W", Level.WORKING, "initial"),
        (1, Level.AWARENESS, "rank"),
        (4.0, Level.EXPERT, "rank"),
        ("2", Level.WORKING, "rank"),
        ("3.0", Level.PRACTITIONER, "rank"),
        ("Level 3", Level.PRACTITIONER, "rank"),
        ("L2", Level.WORKING, "rank"),
        ("3 - Practitioner", Level.PRACTITIONER, "name"),
        ("3: Practitioner", Level.PRACTITIONER, "name"),
        ("E – Expert", Level.EXPERT, "name"),
        ("Expert (4)", Level.EXPERT, "name"),
        ("Subject-matter expert", Level.EXPERT, "synonym"),
        ("S.M.E", None, "unknown-level"),
        ("SME", Level.EXPERT, "synonym"),
        ("trained", Level.WORKING, "synonym"),
        ("Competent", Level.PRACTITIONER, "synonym"),
        ("lead", Level.EXPERT, "synonym"),
        ("novice", Level.AWARENESS, "synonym"),
        ("", None, "not-stated"),
        ("  ", None, "not-stated"),
        ("TBC", None, "not-stated"),
        ("n/a", None, "none"),
        ("-", None, "none"),
        (0.0, None, "none"),
        ("0", None, "none"),
        ("None", None, "none"),
        (False, None, "none"),
    ],
)
def test_levels(cell: Cell, level: Level | None, how: str) -> None:
    reading = parse_level(cell)
    if how == "unknown-level":
        assert isinstance(reading, Unread)
        assert reading.rule == how
    else:
        assert reading == LevelReading(level, how)  # type: ignore[arg-type]  # the table holds plain texts


@pytest.mark.parametrize("level", Level)
def test_every_synonym_is_its_level(level: Level) -> None:
    assert all(parse_level(word.upper()) == LevelReading(level, "synonym") for word in SYNONYMS[level])


def test_words_of_the_lists() -> None:
    assert {parse_level(word) for word in NONE_WORDS} == {LevelReading(None, "none")}
    assert {parse_level(word) for word in NOT_STATED} == {LevelReading(None, "not-stated")}
    ticks = [parse_level(word) for word in TICKS]
    assert {tick.rule for tick in ticks if isinstance(tick, Unread)} == {"tick-is-not-a-level"}
    assert len(ticks) == len(TICKS)


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        (5, "level-out-of-range"),
        (2.5, "level-out-of-range"),
        (0.75, "level-out-of-range"),
        (-1, "level-out-of-range"),
        ("9", "level-out-of-range"),
        ("2,5", "level-out-of-range"),
        ("Level 7", "level-out-of-range"),
        (float("1e300"), "level-out-of-range"),
        ("NaN", "unknown-level"),
        ("75%", "unknown-level"),
        ("Expert?", "unknown-level"),
        ("E*", "unknown-level"),
        ("A-", "unknown-level"),
        ("3+", "unknown-level"),
        ("2 - Expert", "unknown-level"),
        ("3/4", "unknown-level"),
        ("not trained", "unknown-level"),
        ("good", "unknown-level"),
        (datetime.date(2026, 4, 3), "unknown-level"),
        (True, "tick-is-not-a-level"),
        ("✓", "tick-is-not-a-level"),
        ("X", "tick-is-not-a-level"),
        ("Yes", "tick-is-not-a-level"),
    ],
)
def test_what_is_no_level(cell: Cell, rule: str) -> None:
    reading = parse_level(cell)
    assert isinstance(reading, Unread)
    assert reading.rule == rule
    assert text_of(cell) in reading.message or rule == "tick-is-not-a-level"


def test_a_department_has_its_own_words() -> None:
    levels = Levels(
        {"Tick": Level.WORKING, "✓✓": Level.EXPERT, "5": Level.EXPERT, "good": Level.PRACTITIONER, "E": None}
    )
    assert levels.read("x") == levels.read(True) == LevelReading(Level.WORKING, "mapping")
    assert levels.read("✓✓") == levels.read(5.0) == levels.read("5") == LevelReading(Level.EXPERT, "mapping")
    assert levels.read("GOOD") == LevelReading(Level.PRACTITIONER, "mapping")
    assert levels.read("e") == LevelReading(None, "mapping")


def test_one_and_true_stay_apart() -> None:
    levels = Levels()
    assert levels.read(1) == levels.read(1.0) == LevelReading(Level.AWARENESS, "rank")
    assert isinstance(levels.read(True), Unread)


# Dates


@pytest.mark.parametrize(
    ("cell", "iso"),
    [
        ("31/01/2025", "2025-01-31"),
        ("3/4/2025", "2025-04-03"),
        ("31.1.25", "2025-01-31"),
        ("31-01-2025", "2025-01-31"),
        ("31 / 01 / 2025", "2025-01-31"),
        ("31/01/2025 09:30", "2025-01-31"),
        ("2025-01-31", "2025-01-31"),
        ("2025/1/31", "2025-01-31"),
        ("2025-01-31T09:30:00Z", "2025-01-31"),
        ("31 Jan 2025", "2025-01-31"),
        ("31st January 2025", "2025-01-31"),
        ("Friday, 31 January 2025", "2025-01-31"),
        ("1 Sept 2025", "2025-09-01"),
        ("31-Jan-25", "2025-01-31"),
        ("31JAN2025", "2025-01-31"),
        ("January 31, 2025", "2025-01-31"),
        ("Jan 2025", "2025-01-01"),
        ("2025-01", "2025-01-01"),
        ("01/2025", "2025-01-01"),
        ("29/02/2024", "2024-02-29"),
        ("1/1/50", "1950-01-01"),
        ("22/11/2026", "2026-11-22"),
        (datetime.date(2025, 1, 31), "2025-01-31"),
    ],
)
def test_dates(cell: Cell, iso: str) -> None:
    reading = parse_date(cell, TODAY)
    assert isinstance(reading, DateReading)
    assert reading.date == datetime.date.fromisoformat(iso)


@pytest.mark.parametrize(
    ("cell", "note"),
    [
        ("31.1.25", "two-digit-year"),
        ("Jan 2025", "date-without-day"),
        ("Jan '25", "date-without-day"),
        ("1/2/2025", None),
    ],
)
def test_what_was_filled_in_is_said(cell: str, note: str | None) -> None:
    reading = parse_date(cell, TODAY)
    assert isinstance(reading, DateReading)
    assert reading.note == note


@pytest.mark.parametrize("cell", ["", " ", "-", "n/a"])
def test_no_date(cell: str) -> None:
    assert parse_date(cell, TODAY) == DateReading(None)


@pytest.mark.parametrize(
    ("cell", "rule", "words"),
    [
        ("01/31/2025", "unreadable-date", "month first"),
        ("12/31/25", "unreadable-date", "month first"),
        ("30/02/2025", "unreadable-date", "does not exist"),
        ("29/02/2025", "unreadable-date", "does not exist"),
        ("31/13/2025", "unreadable-date", "does not exist"),
        (45688.0, "unreadable-date", "number"),
        ("45688", "unreadable-date", "not a date"),
        ("2025", "unreadable-date", "not a date"),
        ("last week", "unreadable-date", "not a date"),
        ("31 Foo 2025", "unreadable-date", "not a date"),
        ("05:00:00", "unreadable-date", "not a date"),
        (True, "unreadable-date", "TRUE"),
        ("23/11/2026", "future-date", "22/11/2026"),
        ("1/1/27", "future-date", "after"),
        (datetime.date(2026, 11, 23), "future-date", "after"),
        ("31/12/1949", "date-too-old", "1950"),
        (datetime.date(1900, 1, 1), "date-too-old", "1950"),
    ],
)
def test_what_is_no_date(cell: Cell, rule: str, words: str) -> None:
    reading = parse_date(cell, TODAY)
    assert isinstance(reading, Unread)
    assert reading.rule == rule
    assert words in reading.message


FORMATS = ("%d/%m/%Y", "%-d.%-m.%Y", "%d %b %Y", "%d %B %Y", "%Y-%m-%d", "%d-%b-%y", "%B %d, %Y", "%d.%m.%y")


@given(st.dates(datetime.date(1950, 1, 1), TODAY), st.sampled_from(FORMATS))
def test_every_day_reads_back_from_every_format(day: datetime.date, form: str) -> None:
    if "%y" in form and not 1950 <= day.year < 2050:
        return
    reading = Dates(TODAY).read(day.strftime(form))
    assert isinstance(reading, DateReading)
    assert reading.date == day


@given(st.text(max_size=20))
def test_any_text_is_a_level_and_a_date_or_is_refused(text: str) -> None:
    assert isinstance(parse_level(text), LevelReading | Unread)
    assert isinstance(parse_date(text, TODAY), DateReading | Unread)


# Other words


def test_bases() -> None:
    assert [basis for basis in Basis if any(parse_basis(word.title()) is not basis for word in BASES[basis])] == []
    assert (parse_basis("self-assessed"), parse_basis("J. Smith"), parse_basis("")) == (Basis.SELF, None, None)


def test_audiences() -> None:
    assert [one for one in Audience if any(parse_audience(word.upper()) is not one for word in AUDIENCES[one])] == []
    assert parse_audience("nobody in particular") is None


def test_availability() -> None:
    assert {parse_available(word.upper()) for word in AVAILABLE} == {parse_available(True)} == {True}
    assert {parse_available(word.upper()) for word in UNAVAILABLE} == {parse_available(0.0)} == {False}
    assert parse_available("Tuesdays") is None


@pytest.mark.parametrize(
    ("text", "email"),
    [
        ("jo.doe@larkmoor.example", "jo.doe@larkmoor.example"),
        ("MAILTO:jo@larkmoor.example", "jo@larkmoor.example"),
        ("Jo <jo@larkmoor.example>", None),
        ("jo@larkmoor", None),
        ("jo@@larkmoor.example", None),
        ('jo">@larkmoor.example', None),
        ("ask Jo", None),
    ],
)
def test_email_addresses(text: str, email: str | None) -> None:
    assert parse_email(text) == email
