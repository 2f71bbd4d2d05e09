"""The question "who has which skill", and its answer."""

from gse_skills.experts.answer import Asked, ExpertsAnswer, Held, Hit, Split, Step
from gse_skills.experts.ask import ask
from gse_skills.experts.question import MAX_LIMIT, ExpertsQuestion, Wanted
from gse_skills.experts.sparql import as_sparql

__all__ = [
    "MAX_LIMIT",
    "Asked",
    "ExpertsAnswer",
    "ExpertsQuestion",
    "Held",
    "Hit",
    "Split",
    "Step",
    "Wanted",
    "as_sparql",
    "ask",
]
