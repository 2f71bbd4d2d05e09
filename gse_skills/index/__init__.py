"""The capability index: columns of integers from which mission questions are answered in milliseconds."""

from gse_skills.index import saved
from gse_skills.index.build import build
from gse_skills.index.columns import DAY_ZERO, Columns, Facts, Partition, People, Post, day_number, day_of
from gse_skills.index.delta import Delta
from gse_skills.index.expertise import Expertise, expertise, rank_keys
from gse_skills.index.index import Index

__all__ = [
    "DAY_ZERO",
    "Columns",
    "Delta",
    "Expertise",
    "Facts",
    "Index",
    "Partition",
    "People",
    "Post",
    "build",
    "day_number",
    "day_of",
    "expertise",
    "rank_keys",
    "saved",
]
