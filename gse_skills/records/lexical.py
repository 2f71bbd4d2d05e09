"""Between the lexical forms in graphs and the values inside."""

from __future__ import annotations

import datetime
from functools import lru_cache

from pyoxigraph import Literal, NamedNode

from gse_skills.vocabulary import GSE, ID

_ORGANISATION = ID["organisation/"]


def record_value(iri: str) -> int:
    """The 64 bits at the end of an opaque identifier (person, record, ...).

    >>> record_value("https://w3id.org/gse-skills/id/record/00000000000000ff")
    255
    """
    return int(iri[-16:], 16)


def organisation_iri(slug: str) -> str:
    """The IRI of an organisation.

    >>> organisation_iri("porton")
    'https://w3id.org/gse-skills/id/organisation/porton'
    """
    return _ORGANISATION + slug


def organisation_slug(iri: str) -> str:
    """The slug of an organisation's IRI."""
    return iri.removeprefix(_ORGANISATION)


@lru_cache(maxsize=65_536)
def day(text: str) -> datetime.date:
    """The date of an `xsd:date`."""
    return datetime.date.fromisoformat(text[:10])


def day_or_none(said: Literal | None) -> datetime.date | None:
    """The date of an `xsd:date` that may not be stated."""
    return None if said is None else day(said.value)


def availability_flag(term: NamedNode | None) -> int:
    """0 when nothing is known, 1 for `gse:Available`, 2 for `gse:Unavailable`."""
    if term is None:
        return 0
    return 1 if term.value == GSE.Available else 2
