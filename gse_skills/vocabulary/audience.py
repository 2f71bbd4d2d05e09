"""Audiences of a record: who, beyond those who keep it, it may reach."""

from __future__ import annotations

from enum import Enum

from gse_skills.vocabulary.namespace import GRAPH, GSE


class Audience(Enum):
    """The audience of a person or record.

    >>> Audience.ALLIANCE.view("porton"), Audience.PRIVATE.view("porton").rsplit("/", 3)[1:]
    ('https://w3id.org/gse-skills/graph/view/alliance', ['view', 'organisation', 'porton'])
    """

    PUBLIC = "public"
    ALLIANCE = "alliance"
    EMERGENCY = "emergency"
    PRIVATE = "private"

    @property
    def iri(self) -> str:
        """The IRI of the audience's individual in the ontology."""
        return GSE[self.value.capitalize()]

    @property
    def width(self) -> int:
        """How wide it is, from 0 for private: who is in the narrower of two is in the wider too."""
        return (Audience.PRIVATE, Audience.EMERGENCY, Audience.ALLIANCE, Audience.PUBLIC).index(self)

    def views(self, organisation: str) -> tuple[str, ...]:
        """The IRIs of the view graphs in which a record of `organisation` (its slug) with this audience lives.

        One, but for emergencies: the organisation itself sees such a record at all times.

        >>> [view.rsplit("/", 1)[1] for view in Audience.EMERGENCY.views("porton")]
        ['emergency', 'porton']
        """
        own = (Audience.PRIVATE.view(organisation),) if self is Audience.EMERGENCY else ()
        return (self.view(organisation), *own)

    def view(self, organisation: str) -> str:
        """The IRI of the view graph that is this audience's alone; a private one is its organisation's."""
        if self is Audience.PRIVATE:
            return GRAPH[f"view/organisation/{organisation}"]
        return GRAPH[f"view/{self.value}"]

    @classmethod
    def from_iri(cls, iri: str) -> Audience:
        """The audience with that IRI; raises ValueError when there is none."""
        return cls(iri.removeprefix(GSE).lower())
