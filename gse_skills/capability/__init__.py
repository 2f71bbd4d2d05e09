"""What an organisation can do: coverage, depth, recency and fragility, over the framework and its own units."""

from gse_skills.capability.ask import (
    Capability,
    CapabilityQuestion,
    UnitCount,
    ask,
    relevant,
    sees_structure,
    sees_whole,
)
from gse_skills.capability.coverage import Cell, Coverage, CoverageQuestion, ask_coverage
from gse_skills.capability.figures import Figures, Published, PublishedFigures
from gse_skills.capability.fragility import Bridge, Departure, Fragility
from gse_skills.capability.line import Line, SinglePoint, line_up, single_points
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
    "Bridge",
    "Capability",
    "CapabilityQuestion",
    "Cell",
    "Coverage",
    "CoverageQuestion",
    "Departure",
    "Figures",
    "Fragility",
    "Line",
    "Moment",
    "Place",
    "Published",
    "PublishedFigures",
    "Reached",
    "SinglePoint",
    "Standing",
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
    "line_up",
    "read_structure",
    "read_targets",
    "relevant",
    "require_sensible",
    "sees_structure",
    "sees_whole",
    "single_points",
    "unit_key",
    "unknown_unit",
    "write_structure",
    "write_target",
]
