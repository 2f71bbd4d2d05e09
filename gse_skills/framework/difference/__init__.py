"""What changed between two states of a concept scheme: compared, told in text, JSON and RDF, and by concept in time."""

from gse_skills.framework.difference.body import DifferenceBody
from gse_skills.framework.difference.change import (
    Change,
    ChangeKind,
    Difference,
    Fault,
    Named,
    Need,
    Release,
    Revision,
    Text,
    Value,
)
from gse_skills.framework.difference.compare import compare
from gse_skills.framework.difference.notes import notes, write_notes
from gse_skills.framework.difference.state import release_of
from gse_skills.framework.difference.text import lines
from gse_skills.framework.difference.timeline import Event, timeline
from gse_skills.framework.difference.wording import sentence

__all__ = [
    "Change",
    "ChangeKind",
    "Difference",
    "DifferenceBody",
    "Event",
    "Fault",
    "Named",
    "Need",
    "Release",
    "Revision",
    "Text",
    "Value",
    "compare",
    "lines",
    "notes",
    "release_of",
    "sentence",
    "timeline",
    "write_notes",
]
