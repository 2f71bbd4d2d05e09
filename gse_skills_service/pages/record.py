"""Everything kept of a person, laid out to be read: what tells one entry from another first, the rest folded away."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from gse_skills.access import Caller, Role
from gse_skills.audit import Action
from gse_skills.dossier.tables import Table
from gse_skills.register import Register
from gse_skills_service.pages import wording
from gse_skills_service.pages.audit import done_words, role_words
from gse_skills_service.pages.managing import caller_words
from gse_skills_service.pages.views import RecordEntry, RecordPart

_GLANCE = {
    "memberships": ("unit", "grade", "role", "until"),
    "skills": ("level", "judged by", "from", "until", "disputed since"),
    "undone": ("said", "status"),
    "requests": ("should be", "status"),
    "looks": ("role", "organisation", "what", "outcome", "why"),
    "accounts": ("may act as",),
    "complaints": ("reference", "stage"),
}
"""By table, what tells an entry from another."""
_PLAIN = frozenset(("level", "unit", "grade", "role", "said", "status", "organisation", "what", "outcome", "stage"))
"""Columns whose values say themselves what they are."""
_DAY = re.compile(r"(?<![^ ])(\d{4}-\d\d-\d\d)(?= \d\d:\d\d(:\d\d)? UTC$|$)")


def parts_of(tables: Iterable[Table], register: Register | None = None) -> tuple[RecordPart, ...]:
    """The tables of a dossier as parts of a page; nothing of them is left out, and what a machine calls by a short name
    stands in words."""
    return tuple(_part(table if register is None else _in_words(table, register)) for table in tables)


def _in_words(table: Table, register: Register) -> Table:
    names = {one.slug: one.name for one in register.state.organisations}

    def callers(text: str) -> str:
        return "; ".join(caller_words(Caller.parse(one), register) for one in text.split(", "))

    words: dict[tuple[str, str], Callable[[str], str]] = {
        ("accounts", "may act as"): callers,
        ("complaints", "about"): lambda slug: names.get(slug, slug),
        ("looks", "organisation"): lambda slug: names.get(slug, slug),
        ("looks", "role"): lambda role: role_words(Role(role)),
        ("looks", "what"): lambda action: done_words(Action(action)),
    }
    said = [words.get((table.name, heading), str) for heading in table.headings]
    rows = (tuple(word(value) if value else "" for word, value in zip(said, row, strict=True)) for row in table.rows)
    return replace(table, rows=tuple(rows))


def _part(table: Table) -> RecordPart:
    if table.name == "about":
        return RecordPart(table.name, table.title, facts=tuple((what, _said(value)) for what, value in table.rows))
    same = _same(table)
    groups: dict[str, list[RecordEntry]] = {}
    for row in table.rows:
        ended = "until" in table.headings and row[table.headings.index("until")]
        groups.setdefault("Ended" if ended else "Current", []).append(_entry(table, row, same))
    ordered = sorted(groups.items())
    return RecordPart(
        table.name,
        table.title,
        tuple((name if "until" in table.headings else "", tuple(entries)) for name, entries in ordered),
        tuple((table.headings[place].capitalize(), _said(table.rows[0][place])) for place in sorted(same)),
        nothing=table.nothing,
    )


def _same(table: Table) -> frozenset[int]:
    """The columns that are to be told once, since all entries say the same there."""
    if len(table.rows) < 2:
        return frozenset()
    told = {table.named_by, *(table.headings.index(name) for name in _glance(table))}
    values = (set(column) for column in zip(*table.rows, strict=True))
    return frozenset(
        place for place, said in enumerate(values) if place not in told and len(said) == 1 and said != {""}
    )


def _glance(table: Table) -> tuple[str, ...]:
    named = table.headings[table.named_by]
    return tuple(name for name in _GLANCE.get(table.name, ()) if name in table.headings and name != named)


def _entry(table: Table, row: Sequence[str], same: frozenset[int]) -> RecordEntry:
    glance = _glance(table)
    told = ((of, row[table.headings.index(of)]) for of in glance)
    name = _said(table.entry(tuple(row)))
    return RecordEntry(
        f"From {name}" if table.headings[table.named_by] == "from" and row[table.named_by] else name,
        ", ".join(_said(value) if of in _PLAIN else f"{of} {_said(value)}" for of, value in told if value),
        tuple(
            (of.capitalize(), _said(value))
            for place, (of, value) in enumerate(zip(table.headings, row, strict=True))
            if value and of not in glance and place != table.named_by and place not in same
        ),
    )


def _said(value: str) -> str:
    """A value with the day that it is, or that ends it, in words; a day in the name of a file stays as it is.

    >>> _said("2026-03-07"), _said("sheet staff 2026-01-02.csv, imported 2026-03-07 14:05 UTC")
    ('7 March 2026', 'sheet staff 2026-01-02.csv, imported 7 March 2026 14:05 UTC')
    """
    return _DAY.sub(lambda found: wording.day(datetime.date.fromisoformat(found[1])), value)
