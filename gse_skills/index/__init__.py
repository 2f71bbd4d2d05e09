"""The capability index: columns of integers from which mission questions are answered in milliseconds."""

from gse_skills.index import saved
from gse_skills.index.build import build
from gse_skills.index.columns import DAY_ZERO, Columns, Facts, Partition, People, Post, day_number, day_of
from gse_skills.index.days import require_in_range, require_told
from gse_skills.index.delta import Delta
from gse_skills.index.expertise import MAX_SKILLS, Expertise, Match, Only, Sought, expertise, rank_keys
from gse_skills.index.facets import Facets, facets, sites
from gse_skills.index.holdings import (
    Held,
    Holdings,
    Pairs,
    data_version,
    held,
    held_on_days,
    holdings,
    judgements_on,
    members,
    pairs,
    present,
)
from gse_skills.index.index import Index

__all__ = [
    "DAY_ZERO",
    "MAX_SKILLS",
    "Columns",
    "Delta",
    "Expertise",
    "Facets",
    "Facts",
    "Held",
    "Holdings",
    "Index",
    "Match",
    "Only",
    "Pairs",
    "Partition",
    "People",
    "Post",
    "Sought",
    "build",
    "data_version",
    "day_number",
    "day_of",
    "expertise",
    "facets",
    "held",
    "held_on_days",
    "holdings",
    "judgements_on",
    "members",
    "pairs",
    "present",
    "rank_keys",
    "require_in_range",
    "require_told",
    "saved",
    "sites",
]
