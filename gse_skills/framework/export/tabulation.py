"""From the triples of a concept scheme to the sheets of the template.

Every statement has its place: what has a column stands there, and whatever has none is stated in full in the sheet of
other statements. So a scheme that is written and read again is the same, but for what a cell cannot hold: blank nodes,
space around texts, and line ends of more than one kind.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping

import pyoxigraph as ox

from gse_skills.errors import InputError
from gse_skills.framework.difference import release_of
from gse_skills.framework.scheme import complete, has_blank_node
from gse_skills.framework.template import (
    IRI,
    IRI_COLUMN,
    IRI_DATATYPE,
    NOTATION,
    OTHER_HEADINGS,
    OTHER_SHEET,
    PROPERTIES,
    PUBLISHER_NAME,
    REQUIREMENT_HEADINGS,
    REQUIREMENTS_SHEET,
    SCHEME_HEADINGS,
    SCHEME_SHEET,
    SHEETS,
    Column,
    Heading,
    Row,
    Sheet,
    columns_of,
    join,
    normal,
)
from gse_skills.framework.template_reader import ABSOLUTE, CODE, SheetReader, codes, minted, requirement_iri
from gse_skills.vocabulary import DCTERMS, FOAF, GSE, RDF, SKOS, XSD, Category, Level

_LEVELS = {level.iri: level.label for level in Level}
_IMPORTANCE = {GSE.Essential: "Essential", GSE.Desirable: "Desirable"}
_CATEGORIES = {category.iri: category.label for category in Category}

Term = ox.NamedNode | ox.Literal


def tabulate(triples: Iterable[ox.Triple]) -> list[Sheet]:
    """The sheets that say what the triples of one concept scheme do, each with the columns that it needs.

    Raises InputError (rule `no-concept-scheme`) for triples that name no concept scheme.
    """
    stated = [triple for triple in triples if not has_blank_node(triple)]
    scheme = release_of(stated).scheme
    if not scheme:
        raise InputError(
            "The scheme has no IRI of its own, which the template needs.",
            rule="no-concept-scheme",
            remedy="Take it as RDF, or load it with a skos:ConceptScheme in it.",
        )
    facts = _Facts(scheme, stated)
    sheets = [_scheme_sheet(facts), *_concept_sheets(facts), _requirements_sheet(facts)]
    return [*sheets, _others_sheet(stated, SheetReader(sheets).pen.triples)]


class _Facts:
    """What the triples say, by subject and predicate, and which concepts stand in which sheet under which name."""

    def __init__(self, scheme: str, triples: Iterable[ox.Triple]) -> None:
        self.scheme = scheme
        self.by_subject: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
        for triple in triples:
            one, other = triple.subject, triple.object
            if isinstance(one, ox.NamedNode) and isinstance(other, ox.NamedNode | ox.Literal):
                self.by_subject[one.value][triple.predicate.value].append(other)
        self.sheets = {iri: sheet for iri in self.by_subject if (sheet := self._sheet(iri))}
        notations = {iri: found for iri in self.sheets if (found := self._notation(iri))}
        uses = Counter(notations.values())
        self.notations: Mapping[str, str] = {iri: found for iri, found in notations.items() if uses[found] == 1}

    def links(self, subject: str, predicate: str) -> list[str]:
        """The IRIs that a subject is linked to, in order."""
        found = self.by_subject[subject][predicate] if subject in self.by_subject else []
        return sorted({term.value for term in found if isinstance(term, ox.NamedNode)})

    def texts(self, subject: str, predicate: str) -> dict[str, list[str]]:
        """The plain texts of a subject that a cell can hold, by language, in order."""
        texts: dict[str, set[str]] = defaultdict(set)
        for term in self.by_subject[subject][predicate] if subject in self.by_subject else ():
            plain = isinstance(term, ox.Literal) and (term.language or term.datatype.value == XSD.string)
            if plain and term.value and normal(term.value) == term.value:
                texts[getattr(term, "language", None) or ""].add(term.value)
        return {language: sorted(found) for language, found in sorted(texts.items())}

    def _notation(self, iri: str) -> str:
        """Its notation, unless a cell that holds it could be taken for an IRI."""
        found = next(iter(self.texts(iri, SKOS.notation).get("", [])), "")
        return "" if ABSOLUTE.fullmatch(found) else found

    def _sheet(self, iri: str) -> str:
        """The sheet of a concept; none for one that its row would say too much of."""
        types = self.links(iri, RDF.type)
        sheet = next((name for name, kind in SHEETS.items() if kind in types), "")
        if not sheet or self.scheme not in self.links(iri, SKOS.inScheme) or not self.texts(iri, SKOS.prefLabel):
            return ""
        top = self.scheme in self.links(iri, SKOS.topConceptOf)
        return sheet if top or sheet != "Domains" or self.links(iri, SKOS.broader) else ""

    def name(self, iri: str) -> str:
        """How cells refer to a concept."""
        return self.notations.get(iri, iri)


def _sheet(name: str, fixed: Iterable[Heading], rows: Iterable[Mapping[Heading, str]]) -> Sheet:
    return Sheet(
        name,
        tuple(Row(number, cells) for number, cells in enumerate(rows, 2)),
        {heading: place for place, heading in enumerate(fixed)},
    )


def _scheme_sheet(facts: _Facts) -> Sheet:
    return _sheet(SCHEME_SHEET, map(Heading, SCHEME_HEADINGS), _scheme_rows(facts))


def _scheme_rows(facts: _Facts) -> Iterator[dict[Heading, str]]:
    named, value_column, language_column = map(Heading, SCHEME_HEADINGS)
    publishers = facts.links(facts.scheme, DCTERMS.publisher)
    for name, (predicate, kind) in PROPERTIES.items():
        values: list[tuple[str, str]] = []
        if name == IRI:
            values = [(facts.scheme, "")]
        elif name == PUBLISHER_NAME:
            agent = publishers[0] if publishers and FOAF.Agent in facts.links(publishers[0], RDF.type) else ""
            values = [(text, language) for language, found in facts.texts(agent, FOAF.name).items() for text in found]
        elif kind == "link":
            values = [(iri, "") for iri in facts.links(facts.scheme, predicate)]
        elif kind == "date":
            terms = facts.by_subject[facts.scheme][predicate]
            values = [(term.value, "") for term in terms if isinstance(term, ox.Literal) and _is_day(term)]
        else:
            texts = facts.texts(facts.scheme, predicate).items()
            values = [(text, tag) for tag, found in texts if kind == "text" or not tag for text in found]
        for value, language in sorted(values, key=lambda pair: (pair[1], pair[0])):
            yield {named: name, value_column: value} | ({language_column: language} if language else {})


def _is_day(term: ox.Literal) -> bool:
    return term.datatype.value == XSD.date and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", term.value) is not None


def _concept_sheets(facts: _Facts) -> Iterator[Sheet]:
    for name in SHEETS:
        members = [iri for iri, sheet in facts.sheets.items() if sheet == name]
        members.sort(key=lambda iri: (facts.name(iri), iri))
        rows = [_concept_row(facts, iri, name) for iri in members]
        yield _sheet(name, headings(name, {heading for row in rows for heading in row}), rows)


def headings(sheet: str, used: Iterable[Heading]) -> Iterator[Heading]:
    """The headings of a sheet of concepts: texts have a column in English, and one in each other language in use.

    >>> [str(heading) for heading in headings("Skills", [Heading("Preferred label", "cy")])][2:5]
    ['Preferred label (en)', 'Preferred label (cy)', 'Alternative labels (en)']
    """
    languages: dict[str, set[str]] = defaultdict(set)
    for heading in used:
        languages[heading.name].add(heading.language)
    for column in columns_of(sheet):
        found = {"en", *languages[column.heading]} if column.tagged else {""}
        yield from (Heading(column.heading, tag) for tag in sorted(found, key=lambda tag: (tag != "en", tag)))


def _concept_row(facts: _Facts, iri: str, sheet: str) -> dict[Heading, str]:
    cells: dict[Heading, str] = {}
    for column in columns_of(sheet):
        if column is not IRI_COLUMN:
            cells |= _cells(facts, iri, column)
    notation = cells.get(Heading(NOTATION), "")
    if iri not in facts.notations:
        cells.pop(Heading(NOTATION), None)  # it names nobody else's concept: the sheet of other statements has it
    if iri not in facts.notations or not CODE.fullmatch(notation) or iri != minted(facts.scheme, notation):
        cells[Heading(IRI)] = iri
    return cells


def _cells(facts: _Facts, iri: str, column: Column) -> dict[Heading, str]:
    links = facts.links(iri, column.predicate)
    match column.kind:
        case "text":
            found = facts.texts(iri, column.predicate)
            return {Heading(column.heading, language): texts[0] for language, texts in found.items()}
        case "texts":
            found = facts.texts(iri, column.predicate)
            return {Heading(column.heading, language): join(texts) for language, texts in found.items()}
        case "name":
            value = facts.notations.get(iri, "")
        case "links":
            value = join(sorted(map(facts.name, links)))
        case "tags":
            value = join(_code(link, column.base) for link in links)
        case "choice":
            value = next((_CATEGORIES[link] for link in links if link in _CATEGORIES), "")
        case "flag":
            terms = facts.by_subject[iri][column.predicate]
            true = ox.Literal("true", datatype=ox.NamedNode(XSD.boolean))
            value = "yes" if true in terms or facts.scheme in links else ""
    return {Heading(column.heading): value} if value else {}


def _code(iri: str, base: str) -> str:
    code = iri.removeprefix(base)
    return code if code != iri and code in codes(base) else iri


def _requirements_sheet(facts: _Facts) -> Sheet:
    rows = sorted(_requirement_rows(facts), key=lambda row: tuple(row.get(one, "") for one in _REQUIREMENT))
    return _sheet(REQUIREMENTS_SHEET, _REQUIREMENT, rows)


_REQUIREMENT = tuple(map(Heading, REQUIREMENT_HEADINGS))


def _requirement_rows(facts: _Facts) -> Iterator[dict[Heading, str]]:
    for role in facts.sheets:
        for need in facts.links(role, GSE.requires):
            skills, weights = facts.links(need, GSE.skill), facts.links(need, GSE.importance)
            levels = facts.links(need, GSE.level)
            plain = GSE.Requirement in facts.links(need, RDF.type) and len(skills) == len(weights) == 1
            if not plain or need != requirement_iri(role, skills[0]) or weights[0] not in _IMPORTANCE:
                continue
            if len(levels) > 1 or not set(levels) <= _LEVELS.keys():
                continue
            said = (facts.name(role), facts.name(skills[0]), "".join(map(_LEVELS.__getitem__, levels)))
            values = (*said, _IMPORTANCE[weights[0]])
            yield {heading: value for heading, value in zip(_REQUIREMENT, values, strict=True) if value}


def _others_sheet(stated: Iterable[ox.Triple], said: Iterable[ox.Triple]) -> Sheet:
    known = set(complete(said))
    columns = tuple(map(Heading, OTHER_HEADINGS))
    rows = sorted(values for triple in set(stated) - known if (values := _statement(triple)) is not None)
    return _sheet(
        OTHER_SHEET,
        columns,
        ({heading: value for heading, value in zip(columns, row, strict=True) if value} for row in rows),
    )


def _statement(triple: ox.Triple) -> tuple[str, str, str, str, str] | None:
    """A statement in full; none for one that no cell can hold."""
    one, other = triple.subject, triple.object
    if not isinstance(one, ox.NamedNode) or not isinstance(other, ox.NamedNode | ox.Literal):
        return None
    value = normal(other.value)
    if not value:
        return None
    if isinstance(other, ox.NamedNode):
        return one.value, triple.predicate.value, value, "", IRI_DATATYPE
    datatype = "" if other.language or other.datatype.value == XSD.string else other.datatype.value
    return one.value, triple.predicate.value, value, other.language or "", datatype


def empty() -> list[Sheet]:
    """The sheets of a template in which nothing is filled in but the names of what a scheme says of itself."""
    labels = [Heading(name, "cy") for name in ("Preferred label", "Alternative labels")]
    named = Heading(SCHEME_HEADINGS[0])
    return [
        _sheet(SCHEME_SHEET, map(Heading, SCHEME_HEADINGS), ({named: name} for name in PROPERTIES)),
        *(_sheet(name, headings(name, labels), ()) for name in SHEETS),
        _sheet(REQUIREMENTS_SHEET, _REQUIREMENT, ()),
        _sheet(OTHER_SHEET, map(Heading, OTHER_HEADINGS), ()),
    ]
