"""Content negotiation (RFC 9110, section 12.5.1) and the media types of SPARQL answers."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pyoxigraph import QueryResultsFormat, RdfFormat

from gse_skills.errors import InputError

RESULTS: Mapping[str, QueryResultsFormat] = {
    "application/sparql-results+json": QueryResultsFormat.JSON,
    "application/sparql-results+xml": QueryResultsFormat.XML,
    "text/csv": QueryResultsFormat.CSV,
    "text/tab-separated-values": QueryResultsFormat.TSV,
    "application/json": QueryResultsFormat.JSON,
    "application/xml": QueryResultsFormat.XML,
    "text/xml": QueryResultsFormat.XML,
}
"""Media types of SELECT and ASK, dearest first; the last three for clients that know no better."""

GRAPHS: Mapping[str, RdfFormat] = {
    "text/turtle": RdfFormat.TURTLE,
    "application/n-triples": RdfFormat.N_TRIPLES,
    "application/rdf+xml": RdfFormat.RDF_XML,
    "application/ld+json": RdfFormat.JSON_LD,
    "application/json": RdfFormat.JSON_LD,
}
"""Media types of CONSTRUCT and DESCRIBE, dearest first."""

_PARTS = re.compile(r'((?:"(?:[^"\\]|\\.)*+"?|[^",])*+),?', re.DOTALL)
_RANGE = re.compile(r"\s*([!#$%&'*+\-.^_`|~\w]+)/([!#$%&'*+\-.^_`|~\w]+)\s*(?:;|\Z)", re.ASCII)
_QUALITY = re.compile(r";\s*q\s*=\s*([^;\s]*)\s*(?=;|\Z)", re.IGNORECASE)
_NUMBER = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"?', re.DOTALL)


class _Range(NamedTuple):
    """A media range of an Accept header: how specific it is (0 to 2), its type, its quality."""

    specific: int
    name: str
    quality: float


def negotiate(accept: str | None, offered: Sequence[str]) -> str | None:
    """The one of `offered` media types (lower case, dearest first) that an Accept header prefers, None for none.

    Of several that it likes as much, one that it names goes before one that a wildcard covers, then the dearer. Other
    parameters than `q` do not matter; a range that is not well formed is passed over.

    >>> negotiate("text/*;q=0.5, application/json", ["text/csv", "application/json"])
    'application/json'
    >>> negotiate(None, ["text/csv"]), negotiate("text/csv;q=0, */*", ["text/csv"])
    ('text/csv', None)
    """
    if accept is None or not accept.strip():
        return offered[0] if offered else None
    ranges = list(_ranges(accept))
    best: tuple[float, int] = (0.0, 0)
    chosen = None
    for name in offered:
        covering = [wanted for wanted in ranges if wanted.name in (name, f"{name.partition('/')[0]}/*", "*/*")]
        if covering:
            wanted = max(covering)
            if wanted.quality > 0 and (wanted.quality, wanted.specific) > best:
                best, chosen = (wanted.quality, wanted.specific), name
    return chosen


def not_acceptable(remedy: str) -> InputError:
    """The error ("not-acceptable") for a client that takes none of the media types on offer."""
    return InputError("None of the media types asked for can be given.", rule="not-acceptable", remedy=remedy)


def _ranges(accept: str) -> Iterator[_Range]:
    for part in _PARTS.findall(accept):
        plain = _QUOTED.sub("", part)
        found = _RANGE.match(plain)
        quality = _QUALITY.search(plain)
        if found is None or (found[1] == "*" and found[2] != "*"):
            continue
        if quality is None:
            value = 1.0
        elif _NUMBER.fullmatch(quality[1]):
            value = float(quality[1])
        else:
            continue
        yield _Range((found[1] != "*") + (found[2] != "*"), f"{found[1]}/{found[2]}".lower(), value)
