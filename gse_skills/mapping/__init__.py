"""Mapping sets: how skills of the framework relate to concepts of other classifications, in SSSOM.

mapping.py       a mapping, a set of them
read.py          a set from its SSSOM/TSV file, and the sets that are shipped
statements.py    a set as RDF
keep.py          sets in a store
rule.py          the rules of a check
check.py         what is wrong with a set, by our own rules
schema.py        what the `sssom` package finds wrong with it
phrases.py       a local list of phrases from a table
suggest.py       candidates for a set, for a person to review
write.py         a set as an SSSOM/TSV file
review.py        whether a set may go into the store
body.py          sets, findings and candidates as JSON
"""

from gse_skills.mapping.check import check
from gse_skills.mapping.keep import Applied, bring, mapped, put
from gse_skills.mapping.mapping import Mapping, MappingSet
from gse_skills.mapping.phrases import read_phrases
from gse_skills.mapping.read import read, shipped, shipped_paths
from gse_skills.mapping.review import judged, require_name
from gse_skills.mapping.rule import RULES, Finding
from gse_skills.mapping.statements import statements
from gse_skills.mapping.suggest import Matcher, Suggestions
from gse_skills.mapping.write import written

__all__ = [
    "RULES",
    "Applied",
    "Finding",
    "Mapping",
    "MappingSet",
    "Matcher",
    "Suggestions",
    "bring",
    "check",
    "judged",
    "mapped",
    "put",
    "read",
    "read_phrases",
    "require_name",
    "shipped",
    "shipped_paths",
    "statements",
    "written",
]
