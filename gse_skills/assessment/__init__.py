"""Assessments: what people, peers, managers and accredited bodies say of a level, and how it is confirmed anew."""

from gse_skills.assessment.assess import Assessed, Judgement, assess, bases_of, reconfirm
from gse_skills.assessment.calibration import Calibration, CalibrationQuestion, Spread, calibrate
from gse_skills.assessment.endorse import ask, read_endorsements, respond
from gse_skills.assessment.evidence import checked_evidence
from gse_skills.assessment.request import Answer, EndorsementRequest, Standing

__all__ = [
    "Answer",
    "Assessed",
    "Calibration",
    "CalibrationQuestion",
    "EndorsementRequest",
    "Judgement",
    "Spread",
    "Standing",
    "ask",
    "assess",
    "bases_of",
    "calibrate",
    "checked_evidence",
    "read_endorsements",
    "reconfirm",
    "respond",
]
