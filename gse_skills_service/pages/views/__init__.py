"""What each page shows, as frozen values: routes fill them, templates read them.

Every address (`href`, `action`) is given by the route; templates know only the first pages of the navigation.
Counts and names are those that the caller may see; nothing here is filtered again.
"""

from gse_skills_service.pages.views.common import ConceptLink, Mistake, View
from gse_skills_service.pages.views.expertise import (
    Ambiguous,
    Answer,
    Expertise,
    ExpertiseForm,
    FoundPerson,
    Split,
    Step,
    Unknown,
)
from gse_skills_service.pages.views.framework import LanguageText, Search, Skill
from gse_skills_service.pages.views.imports import (
    DateFields,
    Finding,
    ImportCounts,
    ImportDone,
    ImportForm,
    ImportReview,
    ImportUpload,
    RecognisedColumn,
    UnknownTerm,
)
from gse_skills_service.pages.views.query import Cell, Example, Graph, Query, Table, Truth
from gse_skills_service.pages.views.site import Accessibility, Cookie, Cookies, Figure, Home, Problem

__all__ = [
    "Accessibility",
    "Ambiguous",
    "Answer",
    "Cell",
    "ConceptLink",
    "Cookie",
    "Cookies",
    "DateFields",
    "Example",
    "Expertise",
    "ExpertiseForm",
    "Figure",
    "Finding",
    "FoundPerson",
    "Graph",
    "Home",
    "ImportCounts",
    "ImportDone",
    "ImportForm",
    "ImportReview",
    "ImportUpload",
    "LanguageText",
    "Mistake",
    "Problem",
    "Query",
    "RecognisedColumn",
    "Search",
    "Skill",
    "Split",
    "Step",
    "Table",
    "Truth",
    "Unknown",
    "UnknownTerm",
    "View",
]
