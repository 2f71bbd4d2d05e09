"""Concept schemes, their faults and their releases."""

from __future__ import annotations

import datetime
from typing import Self

from pydantic import Field

from gse_skills.answers.body import Body
from gse_skills.answers.skill import NamedBody
from gse_skills.framework import Scheme
from gse_skills.framework.difference import sentence
from gse_skills.framework.quality import Finding, Report
from gse_skills.release import Catalogue, Impact, Installed, Rehearsal, write_sheet


class SchemeBody(Body):
    """A concept scheme that was brought in."""

    slug: str
    title: str
    statements: int
    changed: int
    notes: list[str]

    @classmethod
    def of(cls, scheme: Scheme, changed: int) -> Self:
        """A scheme, and how many statements changed."""
        return cls(
            slug=scheme.slug,
            title=scheme.title,
            statements=len(scheme.triples),
            changed=changed,
            notes=list(scheme.notes),
        )


class FindingBody(Body):
    """One fault of a concept scheme; `concept` is empty when the fault is of the whole."""

    rule: str = Field(examples=["broader-cycle"])
    severity: str = Field(examples=["error"])
    title: str
    link: str
    remedy: str
    concept: str
    label: str
    message: str
    others: list[str]

    @classmethod
    def of(cls, finding: Finding) -> Self:
        """A finding with its rule."""
        rule = finding.rule
        return cls(
            rule=rule.slug,
            severity=rule.severity.label,
            title=rule.title,
            link=rule.link,
            remedy=rule.remedy,
            concept=finding.concept,
            label=finding.label,
            message=finding.message,
            others=list(finding.others),
        )


class QualityBody(Body):
    """What a check of a concept scheme found, the worst first."""

    title: str
    concepts: int
    schemes: int
    statements: int
    counts: dict[str, int]
    findings: list[FindingBody]
    notes: list[str]
    skipped: list[str]

    @classmethod
    def of(cls, report: Report) -> Self:
        """A report in full."""
        return cls(
            title=report.title,
            concepts=report.concepts,
            schemes=report.schemes,
            statements=report.statements,
            counts={severity.label: count for severity, count in report.counts.items()},
            findings=[FindingBody.of(finding) for finding in report.findings],
            notes=list(report.notes),
            skipped=list(report.skipped),
        )


class ImpactBody(Body):
    """What a release means for what hangs on one concept."""

    concept: NamedBody
    changes: list[str]
    records: dict[str, int]
    """Current records by organisation."""
    roles: list[NamedBody]
    mappings: list[str]
    """Concepts of other schemes that it is mapped to."""
    decision: str = Field(examples=["migrate"])
    targets: list[str]
    choices: list[NamedBody]

    @classmethod
    def of(cls, impact: Impact) -> Self:
        """An impact."""
        return cls(
            concept=NamedBody.of(impact.concept),
            changes=[sentence(change) for change in impact.changes],
            records=dict(impact.records),
            roles=list(map(NamedBody.of, impact.roles)),
            mappings=list(impact.mappings),
            decision=impact.prefilled.action.value,
            targets=list(impact.prefilled.targets),
            choices=list(map(NamedBody.of, impact.choices)),
        )


class RehearsalBody(Body):
    """A release tried against what is recorded; `sheet` is the sheet of decisions as CSV."""

    slug: str
    old: str
    new: str
    counts: dict[str, int]
    """How many concepts have a change of each kind."""
    impacts: list[ImpactBody]
    sheet: str

    @classmethod
    def of(cls, rehearsal: Rehearsal) -> Self:
        """A rehearsal."""
        found = rehearsal.difference
        return cls(
            slug=rehearsal.slug,
            old=str(found.old),
            new=str(found.new),
            counts={kind.value: count for kind, count in found.counts().items()},
            impacts=list(map(ImpactBody.of, rehearsal.impacts)),
            sheet=write_sheet(impact.row() for impact in rehearsal.impacts),
        )


class ReleaseBody(Body):
    """A release of a concept scheme that is or was in force."""

    name: str = Field(examples=["gse@0.1.0"])
    iri: str
    slug: str
    version: str
    title: str
    since: datetime.datetime
    current: bool
    graph: str

    @classmethod
    def of(cls, one: Installed) -> Self:
        """A release."""
        return cls(
            name=one.name,
            iri=one.iri,
            slug=one.slug,
            version=one.version,
            title=one.title,
            since=one.since,
            current=one.current,
            graph=one.graph,
        )


class ReleasesBody(Body):
    """All releases, by scheme and then from the oldest to the newest."""

    items: list[ReleaseBody]

    @classmethod
    def of(cls, catalogue: Catalogue) -> Self:
        """A catalogue."""
        return cls(items=list(map(ReleaseBody.of, catalogue.releases)))


class ReleaseContentBody(Body):
    """A release of a concept scheme with all that it states."""

    slug: str
    title: str
    statements: str
    """N-Triples."""
