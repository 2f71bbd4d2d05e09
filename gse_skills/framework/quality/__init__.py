"""What is wrong with a concept scheme, by which rule, and what mends it.

statements.py    what is stated, by number
rule.py          a rule, a finding
labels.py, structure.py, place.py, life.py    one small function a rule
table.py         the rules: name, severity, link, remedy, function
tiers.py         SHACL and OWL, for a framework in three tiers
check.py         all of it over one scheme
"""

from gse_skills.framework.quality.check import Report, check, findings
from gse_skills.framework.quality.rule import Finding, Rule, Severity
from gse_skills.framework.quality.table import RULES

__all__ = ["RULES", "Finding", "Report", "Rule", "Severity", "check", "findings"]
