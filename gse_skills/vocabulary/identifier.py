"""Opaque identifiers: 64 random bits, so that an IRI says nothing of whom or what it names, nor of how many there
are."""

from __future__ import annotations

import secrets
from typing import NamedTuple

from gse_skills.vocabulary.namespace import ID

KINDS = (
    "person",
    "record",
    "import",
    "membership",
    "term",
    "unit",
    "proposal",
    "decision",
    "choice",
    "request",
    "assessment",
    "endorsement",
    "settlement",
    "undo",
    "goal",
    "target",
    "coverage",
    "opportunity",
    "aim",
    "participation",
    "step",
    "change",
)


class Identifier(NamedTuple):
    """The identifier of one thing: its kind and 64 bits.

    >>> Identifier("person", 255).iri
    'https://w3id.org/gse-skills/id/person/00000000000000ff'
    >>> Identifier.from_iri('https://w3id.org/gse-skills/id/person/00000000000000ff').value
    255
    """

    kind: str
    value: int

    @property
    def iri(self) -> str:
        """The IRI of the thing."""
        return f"{ID!s}{self.kind}/{self.value:016x}"

    @classmethod
    def mint(cls, kind: str) -> Identifier:
        """A fresh identifier of that kind."""
        return cls(kind, secrets.randbits(64))

    @classmethod
    def from_iri(cls, iri: str) -> Identifier:
        """The identifier that an IRI carries; raises ValueError when it is not one of ours."""
        kind, _, digits = iri.removeprefix(ID).partition("/")
        if not iri.startswith(ID) or kind not in KINDS or len(digits) != 16:
            raise ValueError(iri)
        return cls(kind, int(digits, 16))
