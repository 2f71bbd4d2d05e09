"""From a person to a role: gaps, pathways, development plans, progress; and roles as OWL classes.

holding.py     what one person holds, of every concept
effort.py      how far it is to what a role needs
own.py         the role that a person has
categories.py  the professional category of many people
gap.py         a person and a role, requirement by requirement
demands.py     the roles as columns, and the moves between them
pathway.py     where the skills of a person lead
near.py        who is close to a role
goal.py        a development goal as statements
plan.py        a person's development plan
progress.py    levels by date, of a person and of an organisation
role_class.py  a role as an OWL class
"""

from gse_skills.development.effort import WEIGHTS, Weights
from gse_skills.development.gap import Gap, NeedGap, PersonGap, Standing, ask_gap, fitting, gap_to
from gse_skills.development.goal import Goal, GoalState
from gse_skills.development.holding import Holding, PersonRecord, close_over, holding_of
from gse_skills.development.near import WhoIsClose, who_is_close
from gse_skills.development.own import OwnRole, likely_role, own_role, recorded_roles
from gse_skills.development.pathway import Pathway, Pathways, ask_pathways, pathways
from gse_skills.development.plan import GoalChange, NewGoal, Plan, add_goal, change_goal, read_plan
from gse_skills.development.progress import (
    CategoryProgress,
    GroupProgress,
    PersonProgress,
    category_progress,
    first_day,
    group_progress,
    read_progress,
)
from gse_skills.development.role_class import class_iri, classes_named, counting_for, role_class, role_classes

__all__ = [
    "WEIGHTS",
    "CategoryProgress",
    "Gap",
    "Goal",
    "GoalChange",
    "GoalState",
    "GroupProgress",
    "Holding",
    "NeedGap",
    "NewGoal",
    "OwnRole",
    "Pathway",
    "Pathways",
    "PersonGap",
    "PersonProgress",
    "PersonRecord",
    "Plan",
    "Standing",
    "Weights",
    "WhoIsClose",
    "add_goal",
    "ask_gap",
    "ask_pathways",
    "category_progress",
    "change_goal",
    "class_iri",
    "classes_named",
    "close_over",
    "counting_for",
    "first_day",
    "fitting",
    "gap_to",
    "group_progress",
    "holding_of",
    "likely_role",
    "own_role",
    "pathways",
    "read_plan",
    "read_progress",
    "recorded_roles",
    "role_class",
    "role_classes",
    "who_is_close",
]
