"""From a person to a role: gaps, pathways, development plans, progress; and roles as OWL classes.

holding.py     what one person holds, of every concept
effort.py      how far it is to what a role needs
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
from gse_skills.development.gap import Gap, NeedGap, PersonGap, Standing, ask_gap, fitting, gap_to, own_role
from gse_skills.development.goal import Goal, GoalState
from gse_skills.development.holding import Holding, PersonRecord, close_over, holding_of
from gse_skills.development.near import WhoIsClose, who_is_close
from gse_skills.development.pathway import Pathway, Pathways, ask_pathways, pathways
from gse_skills.development.plan import GoalChange, NewGoal, Plan, add_goal, change_goal, read_plan
from gse_skills.development.progress import GroupProgress, PersonProgress, group_progress, read_progress
from gse_skills.development.role_class import class_iri, classes_named, counting_for, role_class, role_classes

__all__ = [
    "WEIGHTS",
    "Gap",
    "Goal",
    "GoalChange",
    "GoalState",
    "GroupProgress",
    "Holding",
    "NeedGap",
    "NewGoal",
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
    "change_goal",
    "class_iri",
    "classes_named",
    "close_over",
    "counting_for",
    "fitting",
    "gap_to",
    "group_progress",
    "holding_of",
    "own_role",
    "pathways",
    "read_plan",
    "read_progress",
    "role_class",
    "role_classes",
    "who_is_close",
]
