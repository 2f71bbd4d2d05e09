"""All rules over one scheme."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

from gse_skills.framework.quality import tiers
from gse_skills.framework.quality.rule import Finding, Severity
from gse_skills.framework.quality.statements import Statements
from gse_skills.framework.quality.table import CHECKS
from gse_skills.framework.scheme import Scheme


@dataclass(frozen=True, slots=True)
class Report:
    """What a check of a scheme found, the worst first.

    `notes` are what was odd in the source (see `Scheme`), `skipped` which checks did not run, and why.
    """

    title: str
    concepts: int
    schemes: int
    statements: int
    findings: tuple[Finding, ...]
    notes: tuple[str, ...]
    skipped: tuple[str, ...]

    @property
    def counts(self) -> Mapping[Severity, int]:
        """How many findings there are of each severity."""
        found = Counter(finding.rule.severity for finding in self.findings)
        return {severity: found[severity] for severity in Severity}


def check(scheme: Scheme, *, reason: bool = False) -> Report:
    """Check what the scheme states; `reason` asks for HermiT too, where it applies.

    Raises FileNotFoundError when the installation does not carry the shapes.
    """
    statements = Statements(scheme.stated)
    found = [*_findings(statements)]
    skipped = []
    why = tiers.why_not(statements, len(scheme.stated))
    if why:
        skipped.append(f"SHACL shapes{' and OWL reasoning' * reason}: {why}.")
    else:
        found += tiers.by_shapes(statements, scheme.stated)
    if reason and not why:
        reasoned, refusal = tiers.by_reasoner(scheme.stated)
        found += reasoned
        skipped += [f"OWL reasoning: {refusal}"] * bool(refusal)
    if not reason:
        skipped.append("OWL reasoning: not asked for (--reason).")
    return Report(
        title=scheme.title,
        concepts=len(statements.concepts),
        schemes=len(statements.schemes),
        statements=len(scheme.stated),
        findings=tuple(sorted(found, key=_order)),
        notes=scheme.notes,
        skipped=tuple(skipped),
    )


def findings(triples: Iterable[ox.Triple]) -> Iterator[Finding]:
    """What the rules that hold for any concept scheme find in its statements.

    >>> joinery = "<https://example.org/joinery>"
    >>> skos = "http://www.w3.org/2004/02/skos/core#"
    >>> statements = ox.parse(f"{joinery} a <{skos}Concept> ; <{skos}broader> {joinery} .", format=ox.RdfFormat.TURTLE)
    >>> [finding.rule.slug for finding in findings(quad.triple for quad in statements)][:2]
    ['pref-label-missing', 'undocumented']
    """
    return _findings(Statements(triples))


def _findings(statements: Statements) -> Iterator[Finding]:
    for rule, look in CHECKS.items():
        for fault in look(statements):
            yield Finding(
                rule,
                "" if fault.focus is None else statements.iris[fault.focus],
                "" if fault.focus is None else statements.label(fault.focus),
                fault.message,
                tuple(statements.in_order(fault.others)),
            )


def _order(finding: Finding) -> tuple[Severity, str, str, str]:
    return finding.rule.severity, finding.rule.slug, finding.concept, finding.message
