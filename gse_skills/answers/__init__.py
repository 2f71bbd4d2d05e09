"""The answers as JSON: one shape for the command line's `--json` and for the API."""

from gse_skills.answers.audit import AuditBody, AuditEntryBody, AuditFindingBody, VerdictBody
from gse_skills.answers.body import Body, StatementsBody
from gse_skills.answers.expert import ExpertsBody, HitBody, SplitBody, StepBody, person_digits
from gse_skills.answers.organisation import OrganisationBody, OrganisationsBody
from gse_skills.answers.person import HeldSkillBody, PersonBody
from gse_skills.answers.proposal import CompanyBody, DecisionBody, ProposalBody, ProposalsBody, TermBody, proposed_body
from gse_skills.answers.role import RequirementBody, RoleBody, RoleRef, RolesBody
from gse_skills.answers.scheme import (
    FindingBody,
    ImpactBody,
    QualityBody,
    RehearsalBody,
    ReleaseBody,
    ReleasesBody,
    SchemeBody,
)
from gse_skills.answers.sheet import ImportBody, OutcomeBody, UnmatchedBody
from gse_skills.answers.skill import ConceptRef, NamedBody, SkillBody, SkillsBody, SuggestionBody
from gse_skills.answers.user import TokenBody, TokensBody, UserBody, UsersBody

__all__ = [
    "AuditBody",
    "AuditEntryBody",
    "AuditFindingBody",
    "Body",
    "CompanyBody",
    "ConceptRef",
    "DecisionBody",
    "ExpertsBody",
    "FindingBody",
    "HeldSkillBody",
    "HitBody",
    "ImpactBody",
    "ImportBody",
    "NamedBody",
    "OrganisationBody",
    "OrganisationsBody",
    "OutcomeBody",
    "PersonBody",
    "ProposalBody",
    "ProposalsBody",
    "QualityBody",
    "RehearsalBody",
    "ReleaseBody",
    "ReleasesBody",
    "RequirementBody",
    "RoleBody",
    "RoleRef",
    "RolesBody",
    "SchemeBody",
    "SkillBody",
    "SkillsBody",
    "SplitBody",
    "StatementsBody",
    "StepBody",
    "SuggestionBody",
    "TermBody",
    "TokenBody",
    "TokensBody",
    "UnmatchedBody",
    "UserBody",
    "UsersBody",
    "VerdictBody",
    "person_digits",
    "proposed_body",
]
