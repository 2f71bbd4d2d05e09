"""Concept schemes: loaded, held in memory by number, looked up, searched."""

from gse_skills.framework.concept import SKILL_KINDS, Concept, Grade, Kind, Label, Requirement, RoleProfile
from gse_skills.framework.framework import ONTOLOGY, OWN_SCHEME, Framework
from gse_skills.framework.load import SOURCES, read_scheme, shipped, shipped_scheme
from gse_skills.framework.lookup import Lookup, Match
from gse_skills.framework.roles import (
    RoleQuestion,
    category_named,
    family_of,
    find_roles,
    grades,
    page_of,
    role_in_force,
    role_named,
    role_schemes,
)
from gse_skills.framework.scheme import Scheme
from gse_skills.framework.search import Search, Suggestion
from gse_skills.framework.sentence import MAX_TEXT, How, Phrase, Sentence, read_sentence, too_long

__all__ = [
    "MAX_TEXT",
    "ONTOLOGY",
    "OWN_SCHEME",
    "SKILL_KINDS",
    "SOURCES",
    "Concept",
    "Framework",
    "Grade",
    "How",
    "Kind",
    "Label",
    "Lookup",
    "Match",
    "Phrase",
    "Requirement",
    "RoleProfile",
    "RoleQuestion",
    "Scheme",
    "Search",
    "Sentence",
    "Suggestion",
    "category_named",
    "family_of",
    "find_roles",
    "grades",
    "page_of",
    "read_scheme",
    "read_sentence",
    "role_in_force",
    "role_named",
    "role_schemes",
    "shipped",
    "shipped_scheme",
    "too_long",
]
