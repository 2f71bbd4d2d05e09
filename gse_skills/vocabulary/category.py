"""The categories in which people belong to the Government Science and Engineering Profession."""

from __future__ import annotations

from enum import Enum

from gse_skills.vocabulary.namespace import GSE


class Category(Enum):
    """A professional category; its value is the local name of its individual in the ontology.

    >>> Category.DEEP_SPECIALIST.label, Category.AFFILIATE.iri
    ('Deep Specialist', 'https://w3id.org/gse-skills/ontology#Affiliate')
    """

    DEEP_SPECIALIST = "DeepSpecialist"
    SPECIALIST = "Specialist"
    AFFILIATE = "Affiliate"

    @property
    def label(self) -> str:
        """The category as people write it."""
        return self.name.replace("_", " ").title()

    @property
    def iri(self) -> str:
        """The IRI of the category's individual in the ontology."""
        return GSE[self.value]
