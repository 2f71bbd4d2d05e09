"""Dates, numbers and counts as the pages write them (GOV.UK style: 27 March 2026; 1,234; 2 people)."""

from __future__ import annotations

import datetime
import re

from gse_skills.vocabulary import Basis, Level

_PLURALS = {"person": "people", "is": "are", "has": "have", "entry": "entries"}
_ASSESSORS = {
    Basis.SELF: "themselves",
    Basis.PEER: "a peer",
    Basis.MANAGER: "their manager",
    Basis.ACCREDITED: "an accredited body",
}
_ASSESSORS_IN_GENERAL = {
    Basis.SELF: "People themselves",
    Basis.PEER: "Their peers",
    Basis.MANAGER: "Their managers",
    Basis.ACCREDITED: "An accredited body",
}
_RULES = {
    "ambiguous-label": "Several skills have that name",
    "ambiguous-person": "Could be any of several people",
    "ambiguous-role": "Several roles have that name",
    "contradiction": "Rows say different things",
    "column-ignored": "Column left out",
    "column-recognised": "Column understood",
    "column-repeated": "Two columns of one kind",
    "date-without-day": "Day of the month missing",
    "decided-mapping": "Meaning decided by the owner of the framework",
    "default-basis": "Who judged the level is not said",
    "default-date": "Date of assessment is not said",
    "duplicate-person": "Same person twice",
    "error-value": "Formula with an error",
    "facts-differ": "Rows differ about one person",
    "formula-without-value": "Formula without a stored result",
    "identifier-missing": "Staff number missing",
    "kept-beside": "Another judgement counts",
    "leavers-kept": "Nobody taken to have left",
    "leaving-date-past": "Leaving date already past",
    "level-not-stated": "Level still to come",
    "level-out-of-range": "Number is no level",
    "level-read-as": "How a level was read",
    "merged-cells": "Merged cells",
    "name-differs": "Another name for one staff number",
    "name-turned": "Same name the other way round",
    "no-level": "Level missing",
    "no-person": "Does not say who",
    "no-skill": "Skill missing",
    "older-than-known": "Older than what is recorded",
    "overtaken-in-file": "A later row counts",
    "people-by-name": "People known by name only",
    "person-without-record": "New person without a record",
    "replaced-concept": "Skill has a new name",
    "role-not-in-use": "Role no longer used",
    "rows-above-header": "Rows above the headings",
    "sheet-chosen": "Which sheet was read",
    "text-too-long": "Text too long",
    "tick-is-not-a-level": "A tick is not a level",
    "two-digit-year": "Year in two digits",
    "two-header-rows": "Two rows of headings",
    "unknown-term": "Word that matched no skill",
}
"""Rules by the words for them, where the slug itself does not read as some."""
_WITHHELD = {
    "small-number": "not told: too few people",
    "sensitive-pairing": "not told: too few people",
    "secondary": "not told: it would give away a small number",
    "difference": "not told: it would give away a small number",
}
_DAYS_IN_MONTH = 30.4375
_DAYS_IN_YEAR = 365.25


def day(when: datetime.date) -> str:
    """A day in words.

    >>> day(datetime.date(2026, 3, 7))
    '7 March 2026'
    """
    return f"{when.day} {when:%B %Y}"


def moment(when: datetime.datetime, today: datetime.date | None = None) -> str:
    """A moment in UTC, with its day unless that is today.

    >>> when = datetime.datetime(2026, 3, 7, 14, 5, tzinfo=datetime.UTC)
    >>> moment(when, when.date()), moment(when)
    ('14:05 UTC', '14:05 UTC on 7 March 2026')
    """
    utc = when.astimezone(datetime.UTC)
    said = f"{utc:%H:%M} UTC"
    return said if utc.date() == (today or datetime.datetime.now(datetime.UTC).date()) else f"{said} on {day(utc)}"


def iso_day(text: str) -> str:
    """A UK date in numbers as an ISO 8601 one; any other text as it is, without the space around it.

    >>> iso_day("7/3/2026"), iso_day(" 07.03.2026 "), iso_day("2026-03-07"), iso_day("next week")
    ('2026-03-07', '2026-03-07', '2026-03-07', 'next week')
    """
    found = re.fullmatch(r"(\d{1,2})[/. -](\d{1,2})[/. -](\d{4})", text.strip())
    return f"{found[3]}-{found[2]:0>2}-{found[1]:0>2}" if found else text.strip()


def rule(slug: str) -> str:
    """What a rule is about, in words; pages show these, and the API the slug.

    >>> rule("level-read-as"), rule("unknown-level")
    ('How a level was read', 'Unknown level')
    """
    return _RULES.get(slug) or slug.replace("-", " ").capitalize()


def withheld(slug: str) -> str:
    """Why a figure is not told, in words.

    >>> withheld("small-number")
    'not told: too few people'
    """
    return _WITHHELD.get(slug, "not told")


def number(count: int) -> str:
    """A whole number with commas.

    >>> number(12345)
    '12,345'
    """
    return f"{count:,}"


def plural(count: int, word: str) -> str:
    """The word for one or for several.

    >>> plural(1, "person"), plural(0, "person"), plural(3, "row")
    ('person', 'people', 'rows')
    """
    return word if count == 1 else _PLURALS.get(word, word + "s")


def age(when: datetime.date, today: datetime.date) -> str:
    """How long ago a day was, in the largest unit that says enough.

    >>> today = datetime.date(2026, 3, 27)
    >>> age(today, today), age(datetime.date(2026, 3, 26), today), age(datetime.date(2026, 3, 1), today)
    ('today', '1 day ago', '26 days ago')
    >>> age(datetime.date(2025, 4, 1), today), age(datetime.date(2020, 3, 1), today)
    ('11 months ago', '6 years ago')

    A day to come is "in the future", as a clock that is wrong somewhere may make one.
    """
    days = (today - when).days
    if days < 0:
        return "in the future"
    if days == 0:
        return "today"
    if days < 2 * _DAYS_IN_MONTH:
        return _ago(days, "day")
    if days < 2 * _DAYS_IN_YEAR:
        return _ago(int(days / _DAYS_IN_MONTH), "month")
    return _ago(int(days / _DAYS_IN_YEAR), "year")


def _ago(count: int, unit: str) -> str:
    return f"{count} {plural(count, unit)} ago"


def assessor(basis: Basis) -> str:
    """Who judged a level, to follow "assessed by".

    >>> assessor(Basis.MANAGER)
    'their manager'
    """
    return _ASSESSORS[basis]


def assessors(basis: Basis) -> str:
    """Who judges levels in general, as a choice of a form.

    >>> assessors(Basis.MANAGER)
    'Their managers'
    """
    return _ASSESSORS_IN_GENERAL[basis]


def at_least(level: Level) -> str:
    """The level asked for, to follow the name of a skill.

    >>> at_least(Level.AWARENESS), at_least(Level.PRACTITIONER), at_least(Level.EXPERT)
    ('at any level', 'at Practitioner level or above', 'at Expert level')
    """
    if level is Level.AWARENESS:
        return "at any level"
    return f"at {level.label} level" + ("" if level is Level.EXPERT else " or above")
