"""Reading a form: all that is missing or cannot be read is told at once, field by field in the order of the page."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TypeVar

from fastapi import Request, params

from gse_skills.errors import GseSkillsError, InputError
from gse_skills.framework import SKILL_KINDS
from gse_skills.index import require_in_range
from gse_skills.register import State
from gse_skills.vocabulary import Level
from gse_skills_service.pages.frame import FieldName
from gse_skills_service.pages.views import DateFields, Mistake

T = TypeVar("T")
LEVELS = {level.label: level for level in Level}
"""The levels by what a form sends."""


class FormError(InputError):
    """Fields of a form are not filled in as they must be; `mistakes` tells of each."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        message = "; ".join(one.message for one in mistakes)
        super().__init__(message, rule="form-not-filled-in", remedy="Mend the fields that are named.")
        self.mistakes = mistakes


class Reading:
    """Takes what was typed and gathers what is wrong with it; `finish` raises FormError if anything is.

    For a field that is wrong each method gives a stand-in, which nobody uses, since `finish` comes before.

    >>> reading = Reading()
    >>> reading.number(FieldName.PEOPLE, "2", "how many people"), reading.text(FieldName.TITLE, " ", "a title")
    (2, '')
    >>> reading.date(FieldName.STARTS, DateFields("31", "2", "2026"), "the first day")
    datetime.date(1, 1, 1)
    >>> try:
    ...     reading.finish()
    ... except FormError as error:
    ...     [one.message for one in error.mistakes]
    ['Enter a title', 'The first day must be a real date']
    """

    def __init__(self) -> None:
        self._mistakes: list[Mistake] = []

    def blame(self, field: FieldName, message: str) -> None:
        """Note what is wrong with a field."""
        self._mistakes.append(Mistake(field, message))

    @contextmanager
    def asking(self, field: FieldName) -> Iterator[None]:
        """Note what the core finds wrong with a field."""
        try:
            yield
        except InputError as error:
            self._mistakes.append(Mistake.of(error, field))

    def text(self, field: FieldName, typed: str, what: str) -> str:
        """A text that has to be there."""
        if not typed.strip():
            self.blame(field, f"Enter {what}")
        return typed.strip()

    def concept(self, field: FieldName, typed: str, what: str, state: State) -> str:
        """A name or code that means just one skill, group or domain, as it was typed."""
        said = self.text(field, typed, what)
        if said:
            with self.asking(field):
                state.lookup.resolve(said, kinds=SKILL_KINDS)
        return said

    def choice(self, field: FieldName, typed: str, offered: Mapping[str, T], what: str) -> T:
        """One of those offered, by the value that the form sends; at least one is."""
        if typed not in offered:
            self.blame(field, f"Choose {what}")
        return offered.get(typed, next(iter(offered.values())))

    def number(self, field: FieldName, typed: str, what: str, least: int = 0, most: int | None = None) -> int:
        """A whole number; commas may stand in it."""
        said = typed.strip().replace(",", "")
        number = int(said) if said.isascii() and said.isdecimal() and len(said) < 10 else -1
        if not said:
            self.blame(field, f"Enter {what}")
        elif number < least or (most is not None and number > most):
            bounds = f" from {least} to {most}" if most is not None else f", {least} or more" if least else ""
            self.blame(field, f"{_capital(what)} must be a whole number{bounds}")
        return number

    def date(self, field: FieldName, typed: DateFields, what: str) -> datetime.date:
        """A day that has to be there."""
        found = self.optional_date(field, typed, what)
        if found is None and not typed:
            self.blame(field, f"Enter {what}")
        return found or datetime.date.min

    def optional_date(self, field: FieldName, typed: DateFields, what: str) -> datetime.date | None:
        """A day, None where nothing is typed."""
        missing = [part for part in ("day", "month", "year") if not getattr(typed, part)]
        try:
            found = typed.date()
        except ValueError:
            lacks = f"include a {' and a '.join(missing)}" if missing and typed.is_numeric else "be a real date"
            self.blame(field, f"{_capital(what)} must {lacks}")
            return None
        with self.asking(field):
            require_in_range(found)
            return found
        return None

    def finish(self) -> None:
        """Raise FormError if anything was wrong."""
        if self._mistakes:
            raise FormError(tuple(self._mistakes))


def mistakes_of(error: GseSkillsError, fields: Mapping[str, FieldName], otherwise: FieldName) -> tuple[Mistake, ...]:
    """All that an error tells of, each beside the field that its rule is about.

    >>> mistakes_of(InputError("It is long.", rule="too-long", remedy="Cut it."), {}, FieldName.TITLE)
    (Mistake(field=<FieldName.TITLE: 'title'>, message='It is long. Cut it.'),)
    """
    if isinstance(error, FormError):
        return error.mistakes
    first = Mistake.of(error, fields.get(error.rule, otherwise))
    findings = error.extra.get("findings")
    others = findings[1:] if isinstance(findings, list) else ()
    return (
        first,
        *(Mistake(fields.get(one["rule"], otherwise), f"{one['message']} {one['remedy']}") for one in others),
    )


def date_sent(field: FieldName) -> params.Depends:
    """A dependency: a day as a form posts it."""

    async def read(request: Request) -> DateFields:
        return DateFields.from_form(await request.form(), field)

    return params.Depends(read)


def date_asked(field: FieldName) -> params.Depends:
    """A dependency: a day as an address has it, in three fields or in one."""

    def read(request: Request) -> DateFields:
        return DateFields.from_form(request.query_params, field)

    return params.Depends(read)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
