"""From the rows of a filled template to the triples of its concept scheme.

A row that breaks a rule is a fault with its sheet, row, column, value, rule and remedy. All faults of a file are told
at once, and a file with one is not taken.
"""

from __future__ import annotations

import datetime
import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from gse_skills.errors import InputError
from gse_skills.framework.scheme import Pen
from gse_skills.framework.template import (
    EMERGENCY,
    GRADE,
    IRI,
    IRI_DATATYPE,
    NOTATION,
    OTHER_SHEET,
    PROPERTIES,
    PUBLISHER_NAME,
    REQUIREMENTS_SHEET,
    SCHEME_SHEET,
    SHEETS,
    THEME,
    Column,
    Heading,
    Row,
    Sheet,
    columns_of,
    split,
)
from gse_skills.framework.template_file import letter, read_sheets
from gse_skills.resources import folder
from gse_skills.vocabulary import FOAF, GSE, OWL, RDF, SKOS, XSD, Category, Level

if TYPE_CHECKING:
    from gse_skills.framework.load import Sandbox

ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]*")
"""An absolute IRI, as far as its looks go."""
CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]*")
"""A notation that an IRI can be made of."""
_LANGUAGE = re.compile(r"[A-Za-z]{1,8}(-[A-Za-z0-9]{1,8})*")
_TOLD = 100
_YES, _NO = ("yes", "y", "true", "1", "x"), ("no", "n", "false", "0", "")
_CHOICES = {category.label.casefold(): category.iri for category in Category}
_LEVELS = {level.label.casefold(): level.iri for level in Level}
_IMPORTANCE = {"essential": GSE.Essential, "desirable": GSE.Desirable}


@dataclass(frozen=True, slots=True)
class Fault:
    """A cell that is not taken."""

    sheet: str
    row: int
    column: str
    heading: str
    value: str
    rule: str
    message: str
    remedy: str

    def __str__(self) -> str:
        place = f"Sheet “{self.sheet}”, row {self.row}"
        place += f", column {self.column} ({self.heading})" if self.column else ""
        return f"{place}: {self.message}"


@dataclass(frozen=True, slots=True)
class Filled:
    """What a filled template says: the IRI of its scheme, the triples, notes on what was not read."""

    scheme: str
    triples: tuple[ox.Triple, ...]
    notes: tuple[str, ...] = ()


def read_template(path: Path, sandbox: Sandbox) -> Filled:
    """The concept scheme that a filled template describes.

    Raises what `template_file.read_sheets` raises, and InputError with the rule of the first fault and all of them
    (up to 100) in `extra["faults"]`: `no-scheme-iri`, `bad-iri`, `bad-date`, `unknown-property`, `no-name`,
    `bad-notation`, `duplicate-notation`, `no-label`, `unknown-reference`, `unknown-code`, `bad-flag`,
    `unknown-choice`, `missing-cell`, `bad-language`.
    """
    sheets, notes = read_sheets(path, sandbox)
    reader = SheetReader(sheets)
    if reader.faults:
        first, *others = reader.faults
        message = str(first) + (f" There are {len(others):,} more such faults; nothing is loaded." if others else "")
        told = [asdict(fault) for fault in reader.faults[:_TOLD]]
        raise InputError(message, rule=first.rule, remedy=first.remedy, extra={"faults": told})
    return Filled(reader.scheme, reader.pen.triples, tuple(notes))


@cache
def codes(base: str) -> tuple[str, ...]:
    """The codes of a shipped list: themes, kinds of emergency or grades, by the beginning of their IRIs.

    >>> codes(GRADE)[:2]
    ('AO', 'EO')
    """
    stem = {THEME: "themes", EMERGENCY: "emergencies", GRADE: "grades"}[base]
    quads = ox.parse(path=folder("ontology") / f"{stem}.ttl")
    found = {quad.subject.value for quad in quads if quad.predicate.value == SKOS.notation}
    return tuple(sorted(iri.removeprefix(base) for iri in found if iri.startswith(base)))


class SheetReader:
    """Reads filled sheets: `pen.triples` is what they say, `faults` what cannot be taken, `scheme` the scheme's IRI."""

    def __init__(self, sheets: Sequence[Sheet]) -> None:
        self.pen = Pen()
        self.faults: list[Fault] = []
        self.scheme = ""
        self._sheets = {sheet.name: sheet for sheet in sheets}
        self._names: dict[str, str] = {}
        self._iris: dict[tuple[str, int], str] = {}
        self._metadata()
        if self.scheme:
            self._name_concepts()
            self._concepts()
            self._requirements()
            self._others()

    def _rows(self, *names: str) -> Iterator[tuple[Sheet, Row]]:
        for name in names:
            if name in self._sheets:
                yield from ((self._sheets[name], row) for row in self._sheets[name].rows)

    def _fault(self, where: tuple[Sheet, Row], heading: Heading | str, rule: str, message: str, remedy: str) -> None:
        sheet, row = where
        asked = Heading(heading) if isinstance(heading, str) else heading
        place = sheet.places.get(asked)
        value = row.cells.get(asked, "")
        column = "" if place is None else letter(place)
        self.faults.append(Fault(sheet.name, row.number, column, str(asked), value, rule, message, remedy))

    def _iri(self, where: tuple[Sheet, Row], heading: Heading | str, text: str) -> str:
        """The text if it is an absolute IRI, else a fault and nothing."""
        if ABSOLUTE.fullmatch(text):
            try:
                return self.pen.node(text).value
            except InputError:
                pass  # told below, with its place
        self._fault(where, heading, "bad-iri", f"“{text}” is not an IRI.", "Write it in full, such as https://...")
        return ""

    def _metadata(self) -> None:
        found = list(self._rows(SCHEME_SHEET))
        names = {name.casefold(): name for name in PROPERTIES}
        stated: dict[str, list[tuple[tuple[Sheet, Row], str, str]]] = {name: [] for name in PROPERTIES}
        for where in found:
            cells = where[1].cells
            said, value = cells.get(Heading("Property"), ""), cells.get(Heading("Value"), "")
            name = names.get(said.casefold())
            if name is None:
                remedy = f"Write one of: {', '.join(PROPERTIES)}; other statements go into the sheet “{OTHER_SHEET}”."
                self._fault(where, "Property", "unknown-property", f"“{said}” is no property of a scheme here.", remedy)
            elif value:
                stated[name].append((where, value, self._language(where)))
        for where, value, _ in stated[IRI][:1]:
            self.scheme = self._iri(where, "Value", value)
        if not self.scheme:
            if not stated[IRI]:
                sheet = self._sheets.get(SCHEME_SHEET) or Sheet(SCHEME_SHEET, (), {})
                message = "The scheme has no IRI."
                remedy = f"In the sheet “{SCHEME_SHEET}”, write its IRI beside the property “{IRI}”."
                self._fault((sheet, Row(1, {})), "Value", "no-scheme-iri", message, remedy)
            return
        self.pen.link(self.scheme, RDF.type, SKOS.ConceptScheme)
        publisher = next((value for _, value, _ in stated["Publisher"]), "")
        for name, rows in stated.items():
            for where, value, language in rows:
                if name != IRI:
                    self._property(where, name, value, language, publisher)

    def _property(self, where: tuple[Sheet, Row], name: str, value: str, language: str, publisher: str) -> None:
        predicate, kind = PROPERTIES[name]
        if name == PUBLISHER_NAME:
            if not publisher:
                message, remedy = "The publisher has a name and no IRI.", "Give its IRI beside “Publisher” as well."
                self._fault(where, "Value", "bad-iri", message, remedy)
            elif ABSOLUTE.fullmatch(publisher):
                self.pen.link(publisher, RDF.type, FOAF.Agent)
                self.pen.text(publisher, predicate, value, language)
        elif kind == "link":
            if iri := self._iri(where, "Value", value):
                self.pen.link(self.scheme, predicate, iri)
        elif kind == "date":
            try:
                day = datetime.date.fromisoformat(value)
            except ValueError:
                self._fault(where, "Value", "bad-date", f"“{value}” is no date.", "Write it as 2026-01-31.")
            else:
                self.pen.typed(self.scheme, predicate, day.isoformat(), XSD.date)
        else:
            self.pen.text(self.scheme, predicate, value, language if kind == "text" else "")

    def _language(self, where: tuple[Sheet, Row]) -> str:
        language = where[1].cells.get(Heading("Language"), "")
        if language and not _LANGUAGE.fullmatch(language):
            remedy = "Write a BCP 47 tag, such as en or cy, or nothing."
            self._fault(where, "Language", "bad-language", f"“{language}” is no language tag.", remedy)
            return ""
        return language

    def _name_concepts(self) -> None:
        """Give every row its IRI before any refers to another."""
        taken: set[str] = set()
        for where in self._rows(*SHEETS):
            sheet, row = where
            notation, stated = row.cells.get(Heading(NOTATION), ""), row.cells.get(Heading(IRI), "")
            if not notation and not stated:
                message, remedy = "The row has neither notation nor IRI.", "Give it a notation, such as LIF-VIR-02."
                self._fault(where, NOTATION, "no-name", message, remedy)
                continue
            if not stated and not CODE.fullmatch(notation):
                message = f"No IRI can be made of the notation “{notation}”."
                remedy = "Use letters, digits, hyphens and dots, or give the row an IRI of its own."
                self._fault(where, NOTATION, "bad-notation", message, remedy)
                continue
            iri = self._iri(where, IRI, stated) if stated else minted(self.scheme, notation)
            if not iri:
                continue
            if iri in taken or notation in self._names:
                name = notation or iri
                message = f"“{name}” is there twice."
                heading = NOTATION if notation in self._names else IRI
                self._fault(where, heading, "duplicate-notation", message, "Give one of the two another notation.")
                continue
            taken.add(iri)
            self._iris[sheet.name, row.number] = iri
            if notation:
                self._names[notation] = iri

    def _concepts(self) -> None:
        for name, kind in SHEETS.items():
            for where in self._rows(name):
                iri = self._iris.get((name, where[1].number))
                if iri is None:
                    continue
                self.pen.link(iri, RDF.type, kind)
                self.pen.link(iri, SKOS.inScheme, self.scheme)
                if not any(heading.name == "Preferred label" for heading in where[1].cells):
                    remedy = "Fill in “Preferred label (en)”, or that of another language."
                    self._fault(where, "Preferred label", "no-label", "The concept has no preferred label.", remedy)
                self._top(where, iri)
                columns = {column.heading: column for column in columns_of(name)}
                for heading, value in where[1].cells.items():
                    if heading.name in columns and heading.name not in ("Top concept", IRI):
                        self._cell(where, iri, columns[heading.name], heading, value)

    def _top(self, where: tuple[Sheet, Row], iri: str) -> None:
        cells = where[1].cells
        above = bool(cells.get(Heading("Parent")))
        if self._flag(where, Heading("Top concept")) or (where[0].name == "Domains" and not above):
            self.pen.link(iri, SKOS.topConceptOf, self.scheme)

    def _flag(self, where: tuple[Sheet, Row], heading: Heading) -> bool:
        text = where[1].cells.get(heading, "").casefold()
        if text not in (*_YES, *_NO):
            self._fault(where, heading, "bad-flag", f"“{text}” is neither yes nor no.", "Write yes, or leave it empty.")
        return text in _YES

    def _cell(self, where: tuple[Sheet, Row], iri: str, column: Column, heading: Heading, value: str) -> None:
        match column.kind:
            case "name" | "text":
                self.pen.text(iri, column.predicate, value, heading.language)
            case "texts":
                for text in split(value):
                    self.pen.text(iri, column.predicate, text, heading.language)
            case "links":
                for name in split(value):
                    if target := self._concept(where, heading, name):
                        self.pen.link(iri, column.predicate, target)
            case "tags":
                for code in split(value):
                    if target := self._code(where, heading, column.base, code):
                        self.pen.link(iri, column.predicate, target)
            case "flag":
                if self._flag(where, heading):
                    self.pen.typed(iri, OWL.deprecated, "true", XSD.boolean)
            case "choice":
                if target := self._choice(where, heading, value, _CHOICES):
                    self.pen.link(iri, column.predicate, target)

    def _concept(self, where: tuple[Sheet, Row], heading: Heading | str, name: str) -> str:
        if name in self._names:
            return self._names[name]
        if ABSOLUTE.fullmatch(name):
            return self._iri(where, heading, name)
        near = difflib.get_close_matches(name, self._names, 3)
        remedy = f"Did you mean {', '.join(near)}?" if near else "Add a row for it, or give its IRI in full."
        self._fault(where, heading, "unknown-reference", f"No row has the notation “{name}”.", remedy)
        return ""

    def _code(self, where: tuple[Sheet, Row], heading: Heading, base: str, code: str) -> str:
        if code in codes(base):
            return base + code
        if ABSOLUTE.fullmatch(code):
            return self._iri(where, heading, code)
        remedy = f"Write one of: {', '.join(codes(base))}; or an IRI."
        self._fault(where, heading, "unknown-code", f"There is no “{code}” in the list.", remedy)
        return ""

    def _choice(self, where: tuple[Sheet, Row], heading: Heading | str, value: str, choices: dict[str, str]) -> str:
        found = choices.get(value.casefold(), "")
        if not found:
            remedy = f"Write one of: {', '.join(word.title() for word in choices)}."
            self._fault(where, heading, "unknown-choice", f"“{value}” is none of the words for it.", remedy)
        return found

    def _requirements(self) -> None:
        for where in self._rows(REQUIREMENTS_SHEET):
            cells = where[1].cells
            role, skill = (self._given(where, name) for name in ("Role", "Skill"))
            if not role or not skill:
                continue
            holder, needed = self._concept(where, "Role", role), self._concept(where, "Skill", skill)
            level = cells.get(Heading("Level"), "")
            rank = self._choice(where, "Level", level, _LEVELS) if level else ""
            weight = self._choice(where, "Importance", cells.get(Heading("Importance"), "essential"), _IMPORTANCE)
            if not holder or not needed or not weight:
                continue
            need = requirement_iri(holder, needed)
            self.pen.link(holder, GSE.requires, need)
            self.pen.link(need, RDF.type, GSE.Requirement)
            self.pen.link(need, GSE.skill, needed)
            self.pen.link(need, GSE.importance, weight)
            if rank:
                self.pen.link(need, GSE.level, rank)

    def _given(self, where: tuple[Sheet, Row], name: str) -> str:
        value = where[1].cells.get(Heading(name), "")
        if not value:
            self._fault(where, name, "missing-cell", f"“{name}” is empty.", "Fill it in, or delete the row.")
        return value

    def _others(self) -> None:
        for where in self._rows(OTHER_SHEET):
            cells = where[1].cells
            subject, predicate, value = (self._given(where, name) for name in ("Subject", "Property", "Value"))
            if not (subject and predicate and value):
                continue
            one, relation = self._iri(where, "Subject", subject), self._iri(where, "Property", predicate)
            datatype, language = cells.get(Heading("Datatype"), ""), self._language(where)
            if not one or not relation:
                continue
            if datatype == IRI_DATATYPE:
                if target := self._iri(where, "Value", value):
                    self.pen.link(one, relation, target)
            elif datatype:
                if kind := self._iri(where, "Datatype", datatype):
                    self.pen.typed(one, relation, value, kind)
            else:
                self.pen.text(one, relation, value, language)


def minted(scheme: str, notation: str) -> str:
    """The IRI of a concept that has a notation and no IRI of its own.

    >>> minted("https://w3id.org/gse-skills/framework", "LIF")
    'https://w3id.org/gse-skills/framework/LIF'
    """
    return f"{scheme}{notation}" if scheme.endswith(("/", "#")) else f"{scheme}/{notation}"


def requirement_iri(role: str, skill: str) -> str:
    """The IRI of what a role requires of a skill.

    >>> requirement_iri("https://example.org/role/a", "https://example.org/skill/b")
    'https://example.org/role/a/requirement/b'
    """
    return f"{role}/requirement/{re.split(r'[/#]', skill)[-1]}"
