"""Audiences of a record: who, beyond those who keep it, it may reach."""

from __future__ import annotations

from enum import Enum

from gse_skills.vocabulary.namespace import GRAPH, GSE


class Audience(Enum):
    """The audience of a person or record; each has one view, a private one its organisation's.

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

    def view(self, organisation: str) -> str:
        """The IRI of the view graph in which a record of `organisation` (its slug) with this audience lives."""
        if self is Audience.PRIVATE:
            return GRAPH[f"view/organisation/{organisation}"]
        return GRAPH[f"view/{self.value}"]

    @classmethod
    def from_iri(cls, iri: str) -> Audience:
        """The audience with that IRI; raises ValueError when there is none."""
        return cls(iri.removeprefix(GSE).lower())
