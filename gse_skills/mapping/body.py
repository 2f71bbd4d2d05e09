"""Mapping sets and what is wrong with them, as JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Self

from pydantic import BaseModel, ConfigDict, Field

from gse_skills.framework.quality import Severity
from gse_skills.mapping.keep import Applied
from gse_skills.mapping.mapping import Mapping, MappingSet
from gse_skills.mapping.rule import Finding
from gse_skills.mapping.suggest import Suggestions
from gse_skills.rebuild import MAPPING


class MappingSetBody(BaseModel):
    """A mapping set, without its mappings."""

    model_config = ConfigDict(frozen=True)

    name: str
    iri: str
    title: str
    version: str
    license: str
    subject_source: str
    subject_source_version: str
    object_source: str
    object_source_version: str
    mappings: int = Field(description="How many there are.")
    relations: dict[str, int] = Field(description="How many of each kind, by the local name of the property.")

    @classmethod
    def of(cls, mapping_set: MappingSet) -> Self:
        """A set."""
        kinds = Counter(mapping.predicate.rpartition("#")[2] for mapping in mapping_set.mappings)
        return cls(
            name=mapping_set.name,
            iri=mapping_set.iri,
            title=mapping_set.title,
            version=mapping_set.version,
            license=mapping_set.license,
            subject_source=mapping_set.subject_source,
            subject_source_version=mapping_set.subject_source_version,
            object_source=mapping_set.object_source,
            object_source_version=mapping_set.object_source_version,
            mappings=len(mapping_set.mappings),
            relations=dict(sorted(kinds.items())),
        )


class MappingSetsBody(BaseModel):
    """Mapping sets."""

    model_config = ConfigDict(frozen=True)

    items: list[MappingSetBody]


class MappingFindingBody(BaseModel):
    """One fault; line 0 is the set as a whole."""

    model_config = ConfigDict(frozen=True)

    rule: str
    severity: str
    line: int
    column: str
    value: str
    message: str
    link: str
    remedy: str

    @classmethod
    def of(cls, finding: Finding) -> Self:
        """A finding."""
        return cls(
            rule=finding.rule.slug,
            severity=finding.rule.severity.label,
            line=finding.line,
            column=finding.column,
            value=finding.value,
            message=finding.message,
            link=finding.rule.link,
            remedy=finding.rule.remedy,
        )


class MappingCheckBody(BaseModel):
    """What is wrong with one mapping set."""

    model_config = ConfigDict(frozen=True)

    set: MappingSetBody
    counts: dict[str, int] = Field(description="How many findings of each severity.")
    findings: list[MappingFindingBody]
    skipped: list[str] = Field(description="What was not run, and why.")

    @classmethod
    def of(cls, mapping_set: MappingSet, findings: Iterable[Finding], skipped: Iterable[str]) -> Self:
        """A check."""
        found = list(findings)
        counts = Counter(finding.rule.severity for finding in found)
        return cls(
            set=MappingSetBody.of(mapping_set),
            counts={severity.label: counts[severity] for severity in Severity},
            findings=[MappingFindingBody.of(finding) for finding in found],
            skipped=list(skipped),
        )


class MappingBody(BaseModel):
    """One mapping; concepts, property and justification by IRI."""

    model_config = ConfigDict(frozen=True)

    subject: str
    subject_label: str
    predicate: str
    object: str
    object_label: str
    justification: str
    confidence: float | None

    @classmethod
    def of(cls, mapping: Mapping) -> Self:
        """A mapping."""
        return cls(
            subject=mapping.subject,
            subject_label=mapping.subject_label,
            predicate=mapping.predicate,
            object=mapping.object,
            object_label=mapping.object_label,
            justification=mapping.justification,
            confidence=mapping.confidence,
        )


class MappingSuggestionsBody(BaseModel):
    """Candidates for a mapping set, and the names of that for which there is none."""

    model_config = ConfigDict(frozen=True)

    set: MappingSetBody
    output: str = Field(description="The file that holds them, for a person to review.")
    mappings: list[MappingBody]
    unmatched: list[str]

    @classmethod
    def of(cls, suggestions: Suggestions, output: str) -> Self:
        """Candidates, and where they were written."""
        return cls(
            set=MappingSetBody.of(suggestions.mapping_set),
            output=output,
            mappings=list(map(MappingBody.of, suggestions.mapping_set.mappings)),
            unmatched=list(suggestions.unmatched),
        )


class MappingAppliedBody(BaseModel):
    """What bringing a mapping set into the store changed, or would change."""

    model_config = ConfigDict(frozen=True)

    set: MappingSetBody
    dry_run: bool
    graph: str = Field(description="IRI of the graph that holds the set.")
    statements: int = Field(description="How many statements were or would be added or taken away.")
    findings: list[MappingFindingBody] = Field(description="Warnings and notes; an error keeps the whole set out.")

    @classmethod
    def of(cls, applied: Applied) -> Self:
        """What was done, or would be."""
        return cls(
            set=MappingSetBody.of(applied.mapping_set),
            dry_run=applied.dry_run,
            graph=MAPPING + applied.mapping_set.name,
            statements=applied.statements,
            findings=list(map(MappingFindingBody.of, applied.findings)),
        )


class MappingChecksBody(BaseModel):
    """What is wrong with one or more mapping sets."""

    model_config = ConfigDict(frozen=True)

    items: list[MappingCheckBody]
