"""The four levels of proficiency, ordered and cumulative.

Source: the levels used across UK government capability frameworks (Digital and Data Profession Capability Framework).
"""

from __future__ import annotations

from enum import IntEnum
from typing import Literal

from gse_skills.vocabulary.namespace import GSE

LevelLabel = Literal["Awareness", "Working", "Practitioner", "Expert"]
"""A level's name as options and parameters take it: the label of each, since a type is not made of values."""


class Level(IntEnum):
    """A level of proficiency; its value is its `gse:rank`.

    >>> from typing import get_args
    >>> Level.WORKING < Level.EXPERT, Level.EXPERT.iri, Level.from_iri(Level.WORKING.iri).label
    (True, 'https://w3id.org/gse-skills/ontology#Expert', 'Working')
    >>> get_args(LevelLabel) == tuple(level.label for level in Level)
    True
    """

    AWARENESS = 1
    WORKING = 2
    PRACTITIONER = 3
    EXPERT = 4

    @property
    def label(self) -> str:
        """The level's name as people write it."""
        return self.name.capitalize()

    @property
    def iri(self) -> str:
        """The IRI of the level's individual in the ontology."""
        return GSE[self.label]

    @property
    def shortcut(self) -> str:
        """The IRI of the shortcut property from a person to a skill held at this level or above."""
        return GSE[f"{self.name.lower()}In"]

    @classmethod
    def from_iri(cls, iri: str) -> Level:
        """The level with that IRI; raises ValueError when there is none."""
        try:
            return cls[iri.removeprefix(GSE).upper()]
        except KeyError:
            raise ValueError(iri) from None
