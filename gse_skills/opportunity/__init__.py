"""Opportunities under interchange schemes: offered, found, matched, applied for, agreed, and what came of them."""

from gse_skills.opportunity.applying import Application, Taken, applications, apply, find_application
from gse_skills.opportunity.closing import MatchQuestion, help_for, opportunities_for
from gse_skills.opportunity.finding import Offered, OpportunityQuestion, find, search, visible, waiting
from gse_skills.opportunity.matching import Match, Need, match
from gse_skills.opportunity.offering import OfferWish, WishedAim, confirm, offer, require_host, withdraw_opportunity
from gse_skills.opportunity.opportunity import AUDIENCES, Aim, Opportunity, Payment, Status
from gse_skills.opportunity.participation import Participation, Stage
from gse_skills.opportunity.proceeding import StepWish, proceed
from gse_skills.opportunity.progress import Moved, Movement, moved
from gse_skills.opportunity.rules import findings, require_allowed, require_span
from gse_skills.opportunity.scheme import InterchangeScheme, OpportunityKind, Provision, kinds, schemes
from gse_skills.opportunity.step import Step, StepKind, StepRole

__all__ = [
    "AUDIENCES",
    "Aim",
    "Application",
    "InterchangeScheme",
    "Match",
    "MatchQuestion",
    "Moved",
    "Movement",
    "Need",
    "OfferWish",
    "Offered",
    "Opportunity",
    "OpportunityKind",
    "OpportunityQuestion",
    "Participation",
    "Payment",
    "Provision",
    "Stage",
    "Status",
    "Step",
    "StepKind",
    "StepRole",
    "StepWish",
    "Taken",
    "WishedAim",
    "applications",
    "apply",
    "confirm",
    "find",
    "find_application",
    "findings",
    "help_for",
    "kinds",
    "match",
    "moved",
    "offer",
    "opportunities_for",
    "proceed",
    "require_allowed",
    "require_host",
    "require_span",
    "schemes",
    "search",
    "visible",
    "waiting",
    "withdraw_opportunity",
]
