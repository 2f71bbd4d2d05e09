"""What each page shows, as frozen values: routes fill them, templates read them.

Every address (`href`, `action`) is given by the route; templates know only the first pages of the navigation.
Counts and names are those that the caller may see; nothing here is filtered again.
"""

from gse_skills_service.pages.views.browse import Alphabet, Aspect, Branch, Comparison, Entry, Tree
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
from gse_skills_service.pages.views.framework import LanguageText, Match, Search, Skill, Stage
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
from gse_skills_service.pages.views.linked_data import Ontology, Preview, Resource, Statements, Term, Value
from gse_skills_service.pages.views.proposals import (
    DecidedLine,
    DecisionForm,
    NewProposal,
    OneProposal,
    PhraseRow,
    ProposalForm,
    ProposalRow,
    Proposals,
)
from gse_skills_service.pages.views.query import Cell, Example, Graph, Query, Table, Truth
from gse_skills_service.pages.views.releases import Changed, Release, ReleaseLink, Releases
from gse_skills_service.pages.views.roles import Family, Need, Role, RoleLink, Roles, RolesForm
from gse_skills_service.pages.views.site import Accessibility, Cookie, Cookies, Figure, Home, Problem

__all__ = [
    "Accessibility",
    "Alphabet",
    "Ambiguous",
    "Answer",
    "Aspect",
    "Branch",
    "Cell",
    "Changed",
    "Comparison",
    "ConceptLink",
    "Cookie",
    "Cookies",
    "DateFields",
    "DecidedLine",
    "DecisionForm",
    "Entry",
    "Example",
    "Expertise",
    "ExpertiseForm",
    "Family",
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
    "Match",
    "Mistake",
    "Need",
    "NewProposal",
    "OneProposal",
    "Ontology",
    "PhraseRow",
    "Preview",
    "Problem",
    "ProposalForm",
    "ProposalRow",
    "Proposals",
    "Query",
    "RecognisedColumn",
    "Release",
    "ReleaseLink",
    "Releases",
    "Resource",
    "Role",
    "RoleLink",
    "Roles",
    "RolesForm",
    "Search",
    "Skill",
    "Split",
    "Stage",
    "Statements",
    "Step",
    "Table",
    "Term",
    "Tree",
    "Truth",
    "Unknown",
    "UnknownTerm",
    "Value",
    "View",
]
