"""The dossier of a person: everything that is kept of them, who looked, and how they have it put right.

It is read from the source graph of the organisation that keeps it, for the person and for the stewards of that
organisation; to everybody else there is nobody of that name.
"""

from gse_skills.dossier.amend import Amendment
from gse_skills.dossier.correct import Corrected, Step, Wish, correct, stated
from gse_skills.dossier.dossier import (
    Because,
    Dossier,
    Identity,
    KeptRecord,
    Means,
    Membership,
    Origin,
    Reach,
    Taken,
    Withdrawn,
)
from gse_skills.dossier.fact import Fact
from gse_skills.dossier.read import read_dossier, read_for, read_kept
from gse_skills.dossier.request import CorrectionRequest, Outcome, Settlement, Standing
from gse_skills.dossier.settle import Asked, read_requests, settle, step_of
from gse_skills.dossier.take_away import POLICY, Form, take_away

__all__ = [
    "POLICY",
    "Amendment",
    "Asked",
    "Because",
    "Corrected",
    "CorrectionRequest",
    "Dossier",
    "Fact",
    "Form",
    "Identity",
    "KeptRecord",
    "Means",
    "Membership",
    "Origin",
    "Outcome",
    "Reach",
    "Settlement",
    "Standing",
    "Step",
    "Taken",
    "Wish",
    "Withdrawn",
    "correct",
    "read_dossier",
    "read_for",
    "read_kept",
    "read_requests",
    "settle",
    "stated",
    "step_of",
    "take_away",
]
