"""Skill records, the people they are of, and the views that follow from them."""

from gse_skills.records.audience import AudienceRules
from gse_skills.records.lexical import availability_flag, organisation_iri, organisation_slug
from gse_skills.records.person import Person
from gse_skills.records.record import SkillRecord
from gse_skills.records.standing import Standing
from gse_skills.records.view import card, person_views, record_triples, shortcuts

__all__ = [
    "AudienceRules",
    "Person",
    "SkillRecord",
    "Standing",
    "availability_flag",
    "card",
    "organisation_iri",
    "organisation_slug",
    "person_views",
    "record_triples",
    "shortcuts",
]
