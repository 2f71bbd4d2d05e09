"""Mapping sets: how skills of the framework relate to concepts of other classifications, in SSSOM.

mapping.py       a mapping, a set of them
read.py          a set from its SSSOM/TSV file, and the sets that are shipped
statements.py    a set as RDF
keep.py          the shipped sets in a store
rule.py          the rules of a check
check.py         what is wrong with a set, by our own rules
schema.py        what the `sssom` package finds wrong with it
body.py          the findings as JSON
"""

from gse_skills.mapping.check import check
from gse_skills.mapping.keep import bring, mapped
from gse_skills.mapping.mapping import Mapping, MappingSet
from gse_skills.mapping.read import read, shipped, shipped_paths
from gse_skills.mapping.rule import RULES, Finding
from gse_skills.mapping.statements import statements

__all__ = [
    "RULES",
    "Finding",
    "Mapping",
    "MappingSet",
    "bring",
    "check",
    "mapped",
    "read",
    "shipped",
    "shipped_paths",
    "statements",
]
