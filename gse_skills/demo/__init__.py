"""Invented data for demonstrations, tests and benchmarks: spreadsheets only, which the real import then reads.

Everything follows from a seed, byte for byte. The alliance is invented throughout; the department's people are
invented, but the roles they hold and what these need are those of the Digital and Data framework.
"""

from gse_skills.demo.alliance import Alliance, alliance
from gse_skills.demo.career import Career, Held
from gse_skills.demo.department import Department, department
from gse_skills.demo.establishment import Establishment
from gse_skills.demo.sheets import DemoSheet
from gse_skills.demo.style import TODAY

__all__ = [
    "TODAY",
    "Alliance",
    "Career",
    "DemoSheet",
    "Department",
    "Establishment",
    "Held",
    "alliance",
    "department",
]
