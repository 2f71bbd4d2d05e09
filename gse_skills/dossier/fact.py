"""What of a person can be corrected, each by the property that states it."""

from __future__ import annotations

from enum import StrEnum

from gse_skills.errors import InputError
from gse_skills.imports.dates import parse_any_date
from gse_skills.imports.finding import Unread
from gse_skills.imports.values import parse_available, parse_email
from gse_skills.vocabulary import DCTERMS, FOAF, GSE, Level

MAX_VALUE = 200
"""Characters of a value, as of any name."""


class Fact(StrEnum):
    """A fact of a person.

    >>> Fact.NAME.iri, Fact.LEVEL.iri
    ('http://xmlns.com/foaf/0.1/name', 'https://w3id.org/gse-skills/ontology#level')
    """

    NAME = "name"
    STAFF_NUMBER = "staff-number"
    EMAIL = "email"
    UNIT = "unit"
    GRADE = "grade"
    SITE = "site"
    ROLE = "role"
    LEAVES_ON = "leaves-on"
    AVAILABLE = "available"
    LEVEL = "level"

    @property
    def iri(self) -> str:
        """The IRI of the property that states it."""
        return _PROPERTIES[self]

    @property
    def label(self) -> str:
        """What people call it."""
        return self.value.replace("-", " ").capitalize()

    @classmethod
    def from_iri(cls, iri: str) -> Fact:
        """The fact that a property states; raises ValueError when it states none of these."""
        return next((fact for fact, known in _PROPERTIES.items() if known == iri), None) or cls(iri)

    def checked(self, text: str) -> str:
        """A value in the form in which it is kept; empty says that there should be none.

        >>> Fact.AVAILABLE.checked("Yes"), Fact.LEVEL.checked("expert"), Fact.GRADE.checked(" SEO ")
        ('yes', 'Expert', 'SEO')
        >>> Fact.LEAVES_ON.checked("31 March 2031")
        '2031-03-31'

        Raises InputError (rule `bad-value`).
        """
        value = " ".join(text.split())
        if len(value) > MAX_VALUE or not value.isprintable():
            raise _bad(self, f"Write up to {MAX_VALUE} characters in one line.")
        if not value:
            if self is Fact.NAME:
                raise _bad(self, "Say what the name should be.")
            return ""
        match self:
            case Fact.EMAIL:
                return parse_email(value) or _refuse(self, "Write one address, such as jo@example.gov.uk.")
            case Fact.AVAILABLE:
                available = parse_available(value)
                if available is None:
                    raise _bad(self, "Write yes or no.")
                return "yes" if available else "no"
            case Fact.LEAVES_ON:
                return _iso(value) or _refuse(self, "Write a day such as 31/03/2027 or 2027-03-31.")
            case Fact.LEVEL:
                levels = {level.label.casefold(): level.label for level in Level}
                return levels.get(value.casefold()) or _refuse(self, f"Write one of {', '.join(levels.values())}.")
            case _:
                return value


_PROPERTIES = {
    Fact.NAME: FOAF.name,
    Fact.STAFF_NUMBER: DCTERMS.identifier,
    Fact.EMAIL: FOAF.mbox,
    Fact.UNIT: GSE.unit,
    Fact.GRADE: GSE.grade,
    Fact.SITE: GSE.site,
    Fact.ROLE: GSE.ownRole,
    Fact.LEAVES_ON: GSE.leavesOn,
    Fact.AVAILABLE: GSE.availability,
    Fact.LEVEL: GSE.level,
}


def _iso(text: str) -> str:
    """A day in ISO 8601; empty when the text is none."""
    found = parse_any_date(text)
    return "" if isinstance(found, Unread) or found.date is None else found.date.isoformat()


def _refuse(fact: Fact, remedy: str) -> str:
    raise _bad(fact, remedy)


def _bad(fact: Fact, remedy: str) -> InputError:
    return InputError(f"The {fact.label.lower()} cannot be that.", rule="bad-value", remedy=remedy)
