"""The spreadsheet template of a concept scheme: its sheets, its columns, and how values stand in cells.

A workbook (XLSX, ODS) has one sheet for the scheme's metadata, one a tier, one for the requirements of roles, and one
for whatever else is said. A CSV file is the same in one table, whose first column says which sheet a row belongs to.
A column of texts carries the language as a BCP 47 tag: "Definition (cy)".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from gse_skills.vocabulary import DCTERMS, FOAF, GSE, OWL, SKOS, Level

Kind = Literal["name", "text", "texts", "links", "tags", "flag", "choice"]
"""What the cells of a column hold: a notation; one text or several, in a language; references to concepts; codes of a
shipped list; yes or nothing; one of a few words."""

SCHEME_SHEET, REQUIREMENTS_SHEET, OTHER_SHEET, ABOUT_SHEET = "Scheme", "Requirements", "Other", "About"
SHEET_COLUMN = "Sheet"
"""The column of a CSV file that says which sheet a row belongs to."""
SEPARATOR = "|"
"""Between the values of one cell; a value that holds it has a backslash before it."""
IRI_DATATYPE = "IRI"
"""In the sheet of other statements: the value is an IRI and no text."""
MAX_CELL = 32_767
"""Characters in one cell, as in Excel."""

THEME, EMERGENCY, GRADE = (f"https://w3id.org/gse-skills/{name}/" for name in ("theme", "emergency", "grade"))

_HEADING = re.compile(r"(.+?)(?:\s*\(([A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*)\))?", re.DOTALL)
_FORMULA = re.compile(r"'*[=+\-@\t\r\n|]")
_ILLEGAL = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_PIECES = re.compile(r"((?:\\.|[^|\\])*)(?:\||\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Column:
    """A column; `predicate` is the IRI of what it states, `base` the beginning of the IRIs of the codes in it."""

    heading: str
    kind: Kind
    predicate: str
    base: str = ""

    @property
    def tagged(self) -> bool:
        """Whether its heading may carry a language."""
        return self.kind in ("text", "texts")


SHEETS: Mapping[str, str] = {
    "Domains": GSE.SkillDomain,
    "Groups": GSE.SkillGroup,
    "Skills": GSE.Skill,
    "Roles": GSE.RoleProfile,
    "Concepts": SKOS.Concept,
}
"""The sheets of concepts, each with the type of what stands in it; the more specific first."""

NOTATION, IRI, PARENT = "Notation", "IRI", "Parent"
COLUMNS: tuple[Column, ...] = (
    Column(NOTATION, "name", SKOS.notation),
    Column(PARENT, "links", SKOS.broader),
    Column("Preferred label", "text", SKOS.prefLabel),
    Column("Alternative labels", "texts", SKOS.altLabel),
    Column("Definition", "text", SKOS.definition),
    Column("Scope note", "text", SKOS.scopeNote),
    Column("Related", "links", SKOS.related),
    Column("Themes", "tags", GSE.theme, THEME),
    Column("Emergencies", "tags", GSE.emergencyRelevance, EMERGENCY),
    *(Column(level.label, "text", GSE[f"{level.name.lower()}Description"]) for level in Level),
    Column("Hidden labels", "texts", SKOS.hiddenLabel),
    Column("Top concept", "flag", SKOS.topConceptOf),
    Column("Deprecated", "flag", OWL.deprecated),
    Column("Replaced by", "links", DCTERMS.isReplacedBy),
)
ROLE_COLUMNS: tuple[Column, ...] = (
    Column("Category", "choice", GSE.professionalCategory),
    Column("Grade", "tags", GSE.typicalGrade, GRADE),
    Column("Next role", "links", GSE.nextRole),
)
IRI_COLUMN = Column(IRI, "name", "")
REQUIREMENT_HEADINGS = ("Role", "Skill", "Level", "Importance")
OTHER_HEADINGS = ("Subject", "Property", "Value", "Language", "Datatype")
SCHEME_HEADINGS = ("Property", "Value", "Language")

PUBLISHER_NAME = "Publisher name"
PROPERTIES: Mapping[str, tuple[str, Literal["text", "plain", "link", "date"]]] = {
    IRI: ("", "link"),
    "Title": (DCTERMS["title"], "text"),
    "Description": (DCTERMS.description, "text"),
    "Version": (OWL.versionInfo, "plain"),
    "Version IRI": (OWL.versionIRI, "link"),
    "Licence": (DCTERMS.license, "link"),
    "Publisher": (DCTERMS.publisher, "link"),
    PUBLISHER_NAME: (FOAF.name, "text"),
    "Created": (DCTERMS.created, "date"),
    "Modified": (DCTERMS.modified, "date"),
    "Citation": (DCTERMS.bibliographicCitation, "text"),
    "How to propose a change": (SKOS.note, "text"),
}
"""What the sheet of the scheme can say, each with the IRI of its property and what its value is."""


def columns_of(sheet: str) -> tuple[Column, ...]:
    """The columns of a sheet of concepts, in order, each once whatever its languages.

    >>> [column.heading for column in columns_of("Roles")][-2:]
    ['Replaced by', 'IRI']
    """
    return (*COLUMNS[:-3], *(ROLE_COLUMNS if sheet == "Roles" else ()), *COLUMNS[-3:], IRI_COLUMN)


def headings_of(sheet: str) -> tuple[str, ...]:
    """The headings that a sheet may have, without languages."""
    fixed = {SCHEME_SHEET: SCHEME_HEADINGS, REQUIREMENTS_SHEET: REQUIREMENT_HEADINGS, OTHER_SHEET: OTHER_HEADINGS}
    return fixed.get(sheet) or tuple(column.heading for column in columns_of(sheet))


def heading(name: str, language: str = "") -> str:
    """A heading with its language.

    >>> heading("Definition", "cy"), heading("Notation")
    ('Definition (cy)', 'Notation')
    """
    return f"{name} ({language})" if language else name


def split_heading(text: str) -> tuple[str, str]:
    """The name and the language of a heading.

    >>> split_heading("Scope note (en-GB)"), split_heading(" Notation ")
    (('Scope note', 'en-GB'), ('Notation', ''))
    """
    found = _HEADING.fullmatch(text.strip())
    return (found[1].strip(), found[2] or "") if found else (text.strip(), "")


def join(values: Iterable[str]) -> str:
    """Several values as one cell.

    >>> join(["GC-MS", "a|b"])
    'GC-MS | a\\\\|b'
    """
    return f" {SEPARATOR} ".join(re.sub(r"[|\\]", r"\\\g<0>", value) for value in values)


def split(cell: str) -> list[str]:
    """The values of one cell.

    >>> split(join(["GC-MS", "a|b"])), split(" | ")
    (['GC-MS', 'a|b'], [])
    """
    pieces = (re.sub(r"\\(.)", r"\1", piece, flags=re.DOTALL).strip() for piece in _PIECES.findall(cell))
    return [piece for piece in pieces if piece]


def normal(text: str) -> str:
    """A text as it comes back from a cell: no space around, line ends of one kind, no control characters.

    >>> normal(" a\\r\\nb ")
    'a\\nb'
    """
    return _ILLEGAL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def guarded(text: str) -> str:
    """A text for CSV, where a spreadsheet program would take some for a formula (OWASP, CSV injection).

    >>> guarded("=1+1"), guarded("'=1"), guarded("plain")
    ("'=1+1", "''=1", 'plain')
    """
    return f"'{text}" if _FORMULA.match(text) else text


def unguarded(text: str) -> str:
    """What `guarded` made a cell of.

    >>> unguarded("'=1+1"), unguarded("'tis")
    ('=1+1', "'tis")
    """
    return text[1:] if text.startswith("'") and _FORMULA.match(text[1:]) else text


class Heading(NamedTuple):
    """A heading taken apart."""

    name: str
    language: str = ""

    def __str__(self) -> str:
        return heading(self.name, self.language)


class Row(NamedTuple):
    """A row that holds anything, with its number in the file and its cells that do."""

    number: int
    cells: Mapping[Heading, str]


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of the template, filled; `places` are the numbers of its columns in the file, from 0."""

    name: str
    rows: tuple[Row, ...]
    places: Mapping[Heading, int]
    typed: frozenset[Heading] = frozenset()
    """Columns in which whole numbers and ISO dates are written as such into a workbook; all others hold text."""
