"""The solutions of a query as a page shows them: a page of a table, and a chart where they make one."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

import pyoxigraph as ox
from markupsafe import Markup

from gse_skills.capability.chart import Chart, bars
from gse_skills.vocabulary import FRAMEWORK, ID, XSD
from gse_skills.vocabulary.namespace import PREFIXES
from gse_skills_service.pages.addresses import address
from gse_skills_service.pages.views import Cell, Table

Solution = tuple[Any, ...]
"""Terms of the RDF library, None where a variable is unbound."""

ROWS = 100
"""Of a page."""
BARS = 40
"""Of a chart: beyond this many nobody compares them."""
_NUMERIC = frozenset(
    {XSD.integer, XSD.decimal, XSD.double, XSD.float, XSD.int, XSD.long, XSD.nonNegativeInteger, XSD.positiveInteger}
)
_PLAIN = frozenset({"xsd:string", "rdf:langString", "xsd:integer", "xsd:decimal"})
"""Datatypes that a value shows by itself."""


def table_of(columns: Sequence[str], solutions: Sequence[Solution], page: int) -> Table:
    """One page of the solutions, the last where there are not as many; the chart goes with the first."""
    pages = max(1, math.ceil(len(solutions) / ROWS))
    page = min(page, pages)
    start = (page - 1) * ROWS
    rows = tuple(tuple(_cell(term) for term in solution) for solution in solutions[start : start + ROWS])
    following = page + 1 if page < pages else 0
    chart = _chart(columns, solutions) if page == 1 else None
    charted = min(len(solutions), BARS) if chart else 0
    return Table(tuple(columns), rows, len(solutions), start + 1, page - 1, following, chart, charted)


def _chart(columns: Sequence[str], solutions: Sequence[Solution]) -> Markup | None:
    """Bars, where the result has one label, and beside it nothing but identifiers and one or two numbers."""
    if len(solutions) < 2:
        return None
    numbers = [place for place in range(len(columns)) if all(_number(one[place]) is not None for one in solutions)]
    others = [place for place in range(len(columns)) if place not in numbers]
    said = [place for place in others if not all(isinstance(one[place], ox.NamedNode) for one in solutions)]
    labels = said or others[:1]
    if len(labels) != 1 or not 1 <= len(numbers) <= 2:
        return None
    measures = [columns[place] for place in numbers]
    rows = [
        (_label(one[labels[0]]), [number for place in numbers if (number := _number(one[place])) is not None])
        for one in solutions[:BARS]
    ]
    title = f"{' and '.join(measures)} by {columns[labels[0]]}"
    return Markup(bars(Chart("result-chart", title), rows, measures))  # noqa: S704 - our own SVG, its texts escaped


def _number(term: object) -> float | None:
    """The number that a term is; None for what has no length on a chart, also where it is below nought."""
    if not isinstance(term, ox.Literal) or term.datatype.value not in _NUMERIC:
        return None
    try:
        number = float(term.value)
    except ValueError:
        return None
    return number if 0 <= number < math.inf else None


def _label(term: object) -> str:
    cell = _cell(term)
    return cell.text if cell else ""


def _cell(term: object) -> Cell | None:
    if term is None:
        return None
    if isinstance(term, ox.NamedNode):
        return Cell(short(term.value), _page(term.value))
    if isinstance(term, ox.Literal):
        datatype = short(term.datatype.value)
        plain = term.language or datatype in _PLAIN
        numeric = term.datatype.value in _NUMERIC
        return Cell(term.value, "", term.language or "", "" if plain else datatype, numeric)
    return Cell(str(term))


def _page(iri: str) -> str:
    """Where an IRI of ours is told of: a concept on its page; people, organisations and records as linked data."""
    if iri.startswith(FRAMEWORK):
        return address("/framework/concept", iri=iri)
    return f"/id/{quote(iri.removeprefix(ID))}" if iri.startswith(ID) else ""


def short(iri: str) -> str:
    """An IRI as a prefixed name, where one of our prefixes fits.

    >>> short("https://w3id.org/gse-skills/framework/LIF-VIR"), short("urn:x")
    ('fw:LIF-VIR', 'urn:x')
    """
    for prefix, namespace in PREFIXES.items():
        if iri.startswith(namespace) and iri != namespace:
            return f"{prefix}:{iri.removeprefix(namespace)}"
    return iri
