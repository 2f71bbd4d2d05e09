"""What an organisation can do: coverage, depth, recency and fragility, over the framework and its own units."""

from gse_skills.capability.ask import (
    Capability,
    CapabilityQuestion,
    ask,
)
from gse_skills.capability.coverage import Cell, Coverage, CoverageQuestion, ask_coverage
from gse_skills.capability.declaration import (
    Declaration,
    headcount_of,
    mapped_of,
    read_declarations,
    require_possible,
    write_declaration,
)
from gse_skills.capability.figures import Figures, Published, PublishedFigures
from gse_skills.capability.fragility import Bridge, Departure, Fragility
from gse_skills.capability.known import known_records
from gse_skills.capability.leaving import AHEAD, FURTHEST, Going, Leaving, Lost, overdue
from gse_skills.capability.line import Line, SinglePoint, line_up, single_points
from gse_skills.capability.past import holding_on, index_on, not_whole
from gse_skills.capability.posts import UnitCount
from gse_skills.capability.sight import relevant, sees_structure, sees_whole
from gse_skills.capability.statement import (
    Renewal,
    Staffing,
    Stated,
    Statement,
    is_covered,
    known_in,
    read_statements,
    statements,
    take_away,
    touched,
)
from gse_skills.capability.targets import (
    Reached,
    Standing,
    Target,
    end_target,
    read_targets,
    require_sensible,
    write_target,
)
from gse_skills.capability.trend import Moment, Trend, TrendQuestion, ask_trend
from gse_skills.capability.units import Place, Structure, Tree, read_structure, unit_key, unknown_unit, write_structure

__all__ = [
    "AHEAD",
    "FURTHEST",
    "Bridge",
    "Capability",
    "CapabilityQuestion",
    "Cell",
    "Coverage",
    "CoverageQuestion",
    "Declaration",
    "Departure",
    "Figures",
    "Fragility",
    "Going",
    "Leaving",
    "Line",
    "Lost",
    "Moment",
    "Place",
    "Published",
    "PublishedFigures",
    "Reached",
    "Renewal",
    "SinglePoint",
    "Staffing",
    "Standing",
    "Stated",
    "Statement",
    "Structure",
    "Target",
    "Tree",
    "Trend",
    "TrendQuestion",
    "UnitCount",
    "ask",
    "ask_coverage",
    "ask_trend",
    "end_target",
    "headcount_of",
    "holding_on",
    "index_on",
    "is_covered",
    "known_in",
    "known_records",
    "line_up",
    "mapped_of",
    "not_whole",
    "overdue",
    "read_declarations",
    "read_statements",
    "read_structure",
    "read_targets",
    "relevant",
    "require_possible",
    "require_sensible",
    "sees_structure",
    "sees_whole",
    "single_points",
    "statements",
    "take_away",
    "touched",
    "unit_key",
    "unknown_unit",
    "write_declaration",
    "write_structure",
    "write_target",
]
