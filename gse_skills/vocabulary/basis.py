"""How a level was judged, in ascending order of precedence."""

from __future__ import annotations

from enum import IntEnum
from typing import Literal

from gse_skills.vocabulary.namespace import GSE

_NAMES = {1: "SelfAssessed", 2: "PeerAssessed", 3: "ManagerAssessed", 4: "AccreditedBody"}
_LABELS = {1: "Self", 2: "Peer", 3: "Manager", 4: "Accredited body"}

BasisName = Literal["self", "peer", "manager", "accredited"]
"""A basis as options and parameters take it: the name of each, since a type is not made of values."""


class Basis(IntEnum):
    """Who judged a level; its value is its precedence.

    >>> from typing import get_args
    >>> Basis.SELF < Basis.ACCREDITED, Basis.PEER.iri
    (True, 'https://w3id.org/gse-skills/ontology#PeerAssessed')
    >>> get_args(BasisName) == tuple(basis.name.lower() for basis in Basis)
    True
    """

    SELF = 1
    PEER = 2
    MANAGER = 3
    ACCREDITED = 4

    @property
    def label(self) -> str:
        """The basis as people write it."""
        return _LABELS[self.value]

    @property
    def iri(self) -> str:
        """The IRI of the basis's individual in the ontology."""
        return GSE[_NAMES[self.value]]

    @classmethod
    def from_iri(cls, iri: str) -> Basis:
        """The basis with that IRI; raises ValueError when there is none."""
        for value, name in _NAMES.items():
            if GSE[name] == iri:
                return cls(value)
        raise ValueError(iri)
