"""Who a row speaks of: a key that tells people of one sheet apart, and what the row says of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from gse_skills.imports.assertion import PersonFacts
from gse_skills.imports.columns import SheetColumns
from gse_skills.imports.finding import Finding, noted, refused
from gse_skills.imports.people import Seen, SeenPeople
from gse_skills.imports.roles import FACT_ROLES, PERSON_ROLES, Role
from gse_skills.imports.sheet import Cell
from gse_skills.imports.text import MAX_TEXT, text_of
from gse_skills.imports.values import is_unsaid, parse_available, parse_email

_SKIPPED_WORDS = frozenset(
    {"total", "totals", "grand total", "subtotal", "sub-total", "sum", "count", "average", "mean"}
)


@dataclass(frozen=True, slots=True)
class PersonReading:
    """A row's person: the key when the row may go on, the facts when it is the first to name them, and findings."""

    key: str | None
    facts: PersonFacts | None = None
    findings: tuple[Finding, ...] = ()


@dataclass(slots=True)
class PersonReader:
    """Reads the person of each row of one sheet."""

    columns: SheetColumns
    people: SeenPeople
    once_a_person: bool
    """In a matrix a person has one row."""
    _has_number: bool = field(init=False)

    def __post_init__(self) -> None:
        self._has_number = Role.PERSON_ID in self.columns.columns

    def read(self, row: int, cells: tuple[Cell, ...]) -> PersonReading:
        """The person of a row."""
        texts: dict[Role, str] = {}
        for role, column in self.columns.columns.items():
            if role in PERSON_ROLES or role in FACT_ROLES:
                text = text_of(cells[column]) if column < len(cells) else ""
                if len(text) > MAX_TEXT:
                    return self._refused(row, role, "text-too-long", f"The text has {len(text)} characters.", text)
                texts[role] = "" if is_unsaid(text) else text
        return self._skipped(row, texts) or self._told_apart(row, texts)

    def _refused(
        self, row: int, role: Role, rule: str, message: str, value: str, key: str | None = None
    ) -> PersonReading:
        column = self.columns.columns[role]
        heading = self.columns.heading(column)
        finding = refused(rule, message, row=row, column=column, heading=heading, value=value, person_key=key)
        return PersonReading(None, findings=(finding,))

    def _skipped(self, row: int, texts: dict[Role, str]) -> PersonReading | None:
        """A row of totals, or headings printed again."""
        for role, text in texts.items():
            if not text or role not in PERSON_ROLES:
                continue
            word = text.casefold().rstrip(":")
            if word in _SKIPPED_WORDS or word.startswith(("total ", "total:", "number of ", "count of ")):
                message = "The row holds totals, not a person, and is left out."
                return PersonReading(None, findings=(noted("totals-row", message, row=row, value=text),))
            if text == self.columns.heading(self.columns.columns[role]):
                message = "The headings stand here again; the row is left out."
                return PersonReading(None, findings=(noted("repeated-header", message, row=row, value=text),))
        return None

    def _told_apart(self, row: int, texts: dict[Role, str]) -> PersonReading:
        findings: list[Finding] = []
        said: Callable[[Role], str] = partial(_get, texts)
        given = f"{said(Role.GIVEN_NAME)} {said(Role.FAMILY_NAME)}".strip()
        name = said(Role.NAME) or given
        email = parse_email(said(Role.EMAIL))
        if said(Role.EMAIL) and email is None:
            message = f"“{said(Role.EMAIL)}” is not an email address and is left out."
            findings.append(self._noted(row, Role.EMAIL, "unreadable-email", message, said(Role.EMAIL)))
        number = said(Role.PERSON_ID)
        if number:
            key, role = f"staff:{''.join(number.casefold().split())}", Role.PERSON_ID
        elif email:
            key, role = f"email:{email.casefold()}", Role.EMAIL
        elif name:
            key, role = f"name:{name.casefold()}", self._name_role(said)
        else:
            finding = refused("no-person", "The row does not say who.", row=row)
            return PersonReading(None, findings=(*findings, finding))
        facts = PersonFacts(
            key,
            number or None,
            name,
            email,
            said(Role.UNIT) or None,
            said(Role.GRADE) or None,
            said(Role.SITE) or None,
            self._available(row, said(Role.AVAILABLE), findings),
            row,
            said(Role.OWN_ROLE) or None,
            said(Role.LEAVES_ON) or None,
        )
        return self._met(facts, role, said(role), findings)

    def _name_role(self, said: Callable[[Role], str]) -> Role:
        return next(role for role in (Role.NAME, Role.FAMILY_NAME, Role.GIVEN_NAME) if said(role))

    def _noted(self, row: int, role: Role, rule: str, message: str, value: str) -> Finding:
        column = self.columns.columns[role]
        return noted(rule, message, row=row, column=column, heading=self.columns.heading(column), value=value)

    def _available(self, row: int, text: str, findings: list[Finding]) -> bool | None:
        if not text:
            return None
        available = parse_available(text)
        if available is None:
            message = f"“{text}” does not say whether somebody is available, and is left out."
            findings.append(self._noted(row, Role.AVAILABLE, "unknown-availability", message, text))
        return available

    def _met(self, facts: PersonFacts, role: Role, value: str, findings: list[Finding]) -> PersonReading:
        """The person, compared with the first row that named them."""
        row, key = facts.row, facts.key
        card = (facts.unit, facts.grade, facts.site, facts.role, facts.leaves_on, facts.available)
        seen = Seen(row, _hash(facts.name), _hash(facts.unit), _hash(card))
        first = self.people.first(key, seen)
        if first is None:
            if self._has_number and facts.identifier is None:
                message = "The row has no staff number; the person is known by the rest of it."
                findings.append(self._noted(row, Role.PERSON_ID, "identifier-missing", message, value))
            return PersonReading(key, facts, tuple(findings))
        if self.once_a_person:
            message = f"Row {first.row} is already of “{value}”."
            return self._refused(row, role, "duplicate-person", message, value, key)
        if facts.identifier is None and facts.email is None and seen.unit and first.unit and seen.unit != first.unit:
            message = f"“{facts.name}” of row {first.row} is in another unit; nothing says whether it is one person."
            return self._refused(row, role, "ambiguous-person", message, value, key)
        findings.extend(self._differences(facts, seen, first, value))
        return PersonReading(key, None, tuple(findings))

    def _differences(self, facts: PersonFacts, seen: Seen, first: Seen, value: str) -> list[Finding]:
        found = []
        if facts.name and first.name and seen.name != first.name:
            message = f"Row {first.row} gives “{value}” another name, which is kept."
            found.append(noted("name-differs", message, row=facts.row, value=facts.name))
        said = (facts.unit, facts.grade, facts.site, facts.role, facts.leaves_on, facts.available is not None)
        if seen.facts != first.facts and any(said):
            what = "unit, grade, site, role, leaving date or availability"
            message = f"Row {first.row} says something else of {what}, which is kept."
            found.append(noted("facts-differ", message, row=facts.row, value=value))
        return found


def _get(texts: dict[Role, str], role: Role) -> str:
    return texts.get(role, "")


def _hash(value: object) -> int:
    """A hash that is 0 for nothing said."""
    if isinstance(value, str):
        value = value.casefold()
    return hash(value) if value else 0
