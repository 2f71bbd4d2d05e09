"""The answers as JSON: one shape for the command line's `--json` and for the API."""

from gse_skills.answers.assessment import AssessedBody, CalibrationBody, EndorsementBody, EndorsementsBody
from gse_skills.answers.audit import AnchorBody, AuditBody, AuditEntryBody, AuditFindingBody, VerdictBody
from gse_skills.answers.backup import BackupBody, KeptBody, PruningBody, ShelfBody
from gse_skills.answers.body import Body, StatementsBody
from gse_skills.answers.capability import (
    CapabilityBody,
    CoverageBody,
    FigureBody,
    LineBody,
    ReachedBody,
    TrendBody,
    UnitBody,
    framework_version,
    standing_in_words,
)
from gse_skills.answers.complaint import ComplaintBody, ComplaintsBody
from gse_skills.answers.development import (
    GapBody,
    OrganisationProgressBody,
    PathwaysBody,
    PlanBody,
    ProgressBody,
    WhoIsCloseBody,
)
from gse_skills.answers.dossier import CorrectedBody, CorrectionBody, CorrectionsBody, DossierBody
from gse_skills.answers.erasure import DueBody, ErasedBody, KeptForBody, KeptForOneBody, MonthsBody, RetentionBody
from gse_skills.answers.establishment import TargetBody, TargetsBody, UnitsBody
from gse_skills.answers.expert import ExpertsBody, HitBody, SplitBody, StepBody, person_digits
from gse_skills.answers.incident import CalledBody, IncidentBody, IncidentsBody
from gse_skills.answers.opportunity import (
    ApplicationBody,
    ApplicationsBody,
    MatchBody,
    MatchesBody,
    OpportunitiesBody,
    OpportunityBody,
    TakenBody,
)
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
from gse_skills.answers.sharing import AudienceName, MovedBody, SharingBody
from gse_skills.answers.sheet import ImportBody, OutcomeBody, UnmatchedBody
from gse_skills.answers.skill import ConceptRef, LabelBody, NamedBody, SkillBody, SkillsBody, SuggestionBody
from gse_skills.answers.user import TokenBody, TokensBody, UserBody, UsersBody

__all__ = [
    "AnchorBody",
    "ApplicationBody",
    "ApplicationsBody",
    "AssessedBody",
    "AudienceName",
    "AuditBody",
    "AuditEntryBody",
    "AuditFindingBody",
    "BackupBody",
    "Body",
    "CalibrationBody",
    "CalledBody",
    "CapabilityBody",
    "CompanyBody",
    "ComplaintBody",
    "ComplaintsBody",
    "ConceptRef",
    "CorrectedBody",
    "CorrectionBody",
    "CorrectionsBody",
    "CoverageBody",
    "DecisionBody",
    "DossierBody",
    "DueBody",
    "EndorsementBody",
    "EndorsementsBody",
    "ErasedBody",
    "ExpertsBody",
    "FigureBody",
    "FindingBody",
    "GapBody",
    "HeldSkillBody",
    "HitBody",
    "ImpactBody",
    "ImportBody",
    "IncidentBody",
    "IncidentsBody",
    "KeptBody",
    "KeptForBody",
    "KeptForOneBody",
    "LabelBody",
    "LineBody",
    "MatchBody",
    "MatchesBody",
    "MonthsBody",
    "MovedBody",
    "NamedBody",
    "OpportunitiesBody",
    "OpportunityBody",
    "OrganisationBody",
    "OrganisationProgressBody",
    "OrganisationsBody",
    "OutcomeBody",
    "PathwaysBody",
    "PersonBody",
    "PlanBody",
    "ProgressBody",
    "ProposalBody",
    "ProposalsBody",
    "PruningBody",
    "QualityBody",
    "ReachedBody",
    "RehearsalBody",
    "ReleaseBody",
    "ReleasesBody",
    "RequirementBody",
    "RetentionBody",
    "RoleBody",
    "RoleRef",
    "RolesBody",
    "SchemeBody",
    "SharingBody",
    "ShelfBody",
    "SkillBody",
    "SkillsBody",
    "SplitBody",
    "StatementsBody",
    "StepBody",
    "SuggestionBody",
    "TakenBody",
    "TargetBody",
    "TargetsBody",
    "TermBody",
    "TokenBody",
    "TokensBody",
    "TrendBody",
    "UnitBody",
    "UnitsBody",
    "UnmatchedBody",
    "UserBody",
    "UsersBody",
    "VerdictBody",
    "WhoIsCloseBody",
    "framework_version",
    "person_digits",
    "proposed_body",
    "standing_in_words",
]
