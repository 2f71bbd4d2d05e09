"""The rules of a scheme, which are the SHACL shapes of `ontology/shapes/opportunities.ttl`, put to one opportunity.

Every command and the service import this module, and pySHACL takes them 0.15 s: it is loaded when a rule is put.
"""

from __future__ import annotations

import datetime
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from gse_skills.errors import InputError
from gse_skills.framework import Framework
from gse_skills.framework.load import SCHEMES_FILE
from gse_skills.opportunity.opportunity import Opportunity, statements
from gse_skills.resources import folder

if TYPE_CHECKING:
    from rdflib import Graph

    from gse_skills.framework.shapes import Finding

_DEPRECATED = '<{}> <http://www.w3.org/2002/07/owl#deprecated> "true"^^<http://www.w3.org/2001/XMLSchema#boolean> .'

_OF_SPAN = ("opportunity-too-long", "opportunity-ends-before-it-starts")


def findings(opportunity: Opportunity, framework: Framework) -> tuple[Finding, ...]:
    """What an opportunity breaks of the rules; none means that it may be offered."""
    from rdflib import Graph

    from gse_skills.framework.shapes import Kind, validate

    lines = [f"{subject} {predicate} {value} ." for subject, predicate, value in statements(opportunity)]
    lines += [_DEPRECATED.format(aim.skill) for aim in opportunity.aims if framework.concept(aim.skill).deprecated]
    graph = Graph()
    graph.parse(data="\n".join(lines), format="nt")
    for triple in _schemes():
        graph.add(triple)
    return validate(graph, Kind.OPPORTUNITIES)


def require_allowed(opportunity: Opportunity, framework: Framework) -> None:
    """Raise InputError with the first rule that an opportunity breaks, and all of them in `extra["findings"]`."""
    found = sorted(findings(opportunity, framework), key=_weight)
    if not found:
        return
    first = found[0]
    raise InputError(
        _message(first, opportunity),
        rule=first.rule,
        remedy=first.remedy,
        extra={"findings": [{"rule": one.rule, "message": one.message, "remedy": one.remedy} for one in found]},
    )


def require_span(opportunity: Opportunity, begins: datetime.date, ends: datetime.date, framework: Framework) -> None:
    """Raise InputError where a participation from `begins` to `ends` is longer than the scheme allows for its kind, or
    ends before it begins: what was done is held to the same shapes as what was offered (rules `opportunity-too-long`
    and `opportunity-ends-before-it-starts`)."""
    done = replace(opportunity, starts=begins, ends=ends)
    for finding in findings(done, framework):
        if finding.rule in _OF_SPAN:
            raise InputError(_message(finding, done), rule=finding.rule, remedy="Correct the date.")


def _weight(finding: Finding) -> tuple[bool, Finding]:
    # What is not of its scheme at all is said before what its scheme asks for.
    return finding.rule != "opportunity-kind-not-of-scheme", finding


def _message(finding: Finding, opportunity: Opportunity) -> str:
    provision = opportunity.provision
    if finding.rule == "opportunity-too-long" and provision is not None and provision.longest_months is not None:
        return (
            f"{opportunity.scheme.label} allows {provision.longest_months} months at most for a "
            f"{opportunity.kind.label.lower()}; {opportunity.starts} to {opportunity.ends} is longer."
        )
    return finding.message


@cache
def _schemes() -> Graph:
    from rdflib import Graph

    return Graph().parse(folder("ontology") / SCHEMES_FILE)
