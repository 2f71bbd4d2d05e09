"""RDF terms in N-Triples syntax, written by the library and kept, since a change repeats most of its terms.

>>> iri("https://example.org/a")
'<https://example.org/a>'
>>> literal('say "no"', language="en")
'"say \\\\"no\\\\""@en'
>>> date(datetime.date(2025, 3, 1))
'"2025-03-01"^^<http://www.w3.org/2001/XMLSchema#date>'
"""

from __future__ import annotations

import datetime
from functools import lru_cache

from pyoxigraph import Literal, NamedNode

from gse_skills.vocabulary.namespace import XSD

_DATE = NamedNode(XSD.date)
_DATE_TIME = NamedNode(XSD.dateTime)
_INTEGER = NamedNode(XSD.integer)


@lru_cache(maxsize=65_536)
def iri(text: str) -> str:
    """An IRI; raises ValueError when `text` is not one."""
    return str(NamedNode(text))


@lru_cache(maxsize=65_536)
def literal(text: str, language: str | None = None) -> str:
    """A plain literal, or one in a language."""
    return str(Literal(text, language=language))


@lru_cache(maxsize=16_384)
def date(day: datetime.date) -> str:
    """An `xsd:date`."""
    return str(Literal(day.isoformat(), datatype=_DATE))


def date_time(moment: datetime.datetime) -> str:
    """An `xsd:dateTime` in UTC, to the second."""
    text = moment.astimezone(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return str(Literal(text, datatype=_DATE_TIME))


def integer(number: int) -> str:
    """An `xsd:integer`."""
    return str(Literal(str(number), datatype=_INTEGER))
