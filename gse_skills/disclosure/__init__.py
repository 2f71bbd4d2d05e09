"""Disclosure control: counts of people as those get them who may not see the people.

Pure functions of their arguments; docs/disclosure.md says what they promise and what they do not.
"""

from gse_skills.disclosure.figure import Figure, Protected, Withheld
from gse_skills.disclosure.protect import protect
from gse_skills.disclosure.rules import Rules, SensitivePairing
from gse_skills.disclosure.state import State, publishable, published_states, state_at
from gse_skills.disclosure.table import Hierarchy, Table

__all__ = [
    "Figure",
    "Hierarchy",
    "Protected",
    "Rules",
    "SensitivePairing",
    "State",
    "Table",
    "Withheld",
    "protect",
    "publishable",
    "published_states",
    "state_at",
]
