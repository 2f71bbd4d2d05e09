"""A release tried against live records before it is published: what it would change, and what has to be decided.

Nothing is guessed: a concept whose place one other takes has its records migrated unless the owner says otherwise; one
that is split keeps them until somebody says where they go; and what was only redefined keeps them too.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from gse_skills.errors import ConflictError, InputError
from gse_skills.framework import Framework, Scheme
from gse_skills.framework.difference import Change, ChangeKind, Difference, Named, Revision, sentence
from gse_skills.index import Index
from gse_skills.release.decision import Action, Decision, Decisions

_TELLING = (
    ChangeKind.DEPRECATED,
    ChangeKind.SPLIT,
    ChangeKind.MERGED,
    ChangeKind.REPLACED,
    ChangeKind.REMOVED,
    ChangeKind.REVIVED,
    ChangeKind.RETYPED,
    ChangeKind.MOVED,
    ChangeKind.REDEFINED,
    ChangeKind.LEVELS,
)
"""The kinds of change that can alter what a record means, or what finds it."""
_REPLACING = (ChangeKind.DEPRECATED, ChangeKind.SPLIT, ChangeKind.MERGED, ChangeKind.REPLACED)


@dataclass(frozen=True, slots=True)
class Impact:
    """What a release means for what hangs on one concept."""

    concept: Named
    changes: tuple[Change, ...]
    records: Mapping[str, int]
    """Current records of the concept itself by organisation."""
    roles: tuple[Named, ...]
    """Roles, of whatever scheme, that require it."""
    mappings: tuple[str, ...]
    """IRIs of the concepts of other schemes that it is mapped to: somebody judged them by what it meant."""
    prefilled: Decision
    choices: tuple[Named, ...]
    """What its records could migrate to."""

    @property
    def total(self) -> int:
        """How many current records there are."""
        return sum(self.records.values())

    def row(self) -> dict[str, object]:
        """The impact as a row of the sheet of decisions."""
        return {
            "concept": self.concept.iri,
            "label": str(self.concept),
            "change": "; ".join(map(sentence, self.changes)),
            "records": self.total,
            "organisations": "; ".join(f"{slug}: {count}" for slug, count in self.records.items()),
            "roles": "; ".join(map(str, self.roles)),
            "mappings": " ".join(self.mappings),
            "decision": self.prefilled.action.value,
            "targets": " ".join(self.prefilled.targets),
            "choices": "; ".join(f"{one} <{one.iri}>" for one in self.choices),
        }


@dataclass(frozen=True)
class Rehearsal:
    """A release as it would meet what is recorded now."""

    slug: str
    difference: Difference
    impacts: tuple[Impact, ...]
    """Of every concept in use that changes in what it means; those with most records first."""

    @cached_property
    def prefilled(self) -> Decisions:
        """The decisions as proposed."""
        return {one.concept.iri: one.prefilled for one in self.impacts}

    @property
    def undecided(self) -> tuple[Impact, ...]:
        """What must not happen without a word: records that would migrate."""
        return tuple(one for one in self.impacts if one.total and one.prefilled.action is Action.MIGRATE)

    def decided(self, decisions: Decisions | None, framework: Framework) -> Decisions:
        """The decisions that hold: the owner's where there are any, and otherwise none is needed.

        `framework` is the new state. Raises ConflictError (rule `undecided`) when records would migrate and nobody said
        so, and InputError: `unknown-decision` for a concept that the release does not touch, `bad-target` for one that
        is not there or is itself deprecated.
        """
        if decisions is None:
            if undecided := self.undecided:
                raise ConflictError(
                    f"The release would migrate {sum(one.total for one in undecided):,} records of "
                    f"{len(undecided)} concepts, such as {undecided[0].concept}.",
                    rule="undecided",
                    remedy="Run `gse-skills framework rehearse`, look at its sheet, and give it with --decisions.",
                    extra={"concepts": [one.concept.iri for one in undecided]},
                )
            return {}
        for decision in decisions.values():
            _check(decision, self.prefilled, framework)
        lacking = [one for one in self.undecided if one.concept.iri not in decisions]
        if lacking:
            raise ConflictError(
                f"The sheet says nothing of {lacking[0].concept}, whose records would migrate.",
                rule="undecided",
                remedy="Rehearse the release again: the sheet is older than the records.",
                extra={"concepts": [one.concept.iri for one in lacking]},
            )
        return decisions


def _check(decision: Decision, known: Decisions, framework: Framework) -> None:
    if decision.concept not in known:
        raise InputError(
            f"The release does not touch <{decision.concept}>, or nothing hangs on it.",
            rule="unknown-decision",
            remedy="Start from the sheet that `framework rehearse` writes for this release.",
        )
    for target in decision.targets:
        if target not in framework or framework.concept(target).deprecated or target == decision.concept:
            raise InputError(
                f"Records of <{decision.concept}> cannot migrate to <{target}>.",
                rule="bad-target",
                remedy="Name another concept that the new release has and that is not deprecated.",
            )


def rehearse(
    slug: str,
    difference: Difference,
    framework: Framework,
    index: Index,
    mappings: Mapping[str, tuple[str, ...]] | None = None,
) -> Rehearsal:
    """Try a release against what is recorded; `framework` and `index` are of now.

    `mappings` gives the concepts of other schemes to which each concept is mapped, by IRI.
    """
    mappings = mappings or {}
    requiring = _requiring(framework)
    impacts = [
        _impact(revision, telling, framework, index, requiring, mappings)
        for revision in difference.concepts
        if (telling := tuple(change for change in revision.changes if change.kind in _TELLING))
        and revision.subject.iri in framework
    ]
    in_use = (one for one in impacts if one.total or one.roles or one.mappings)
    return Rehearsal(slug, difference, tuple(sorted(in_use, key=lambda one: (-one.total, one.concept.iri))))


def require_used(scheme: Scheme, framework: Framework, index: Index) -> None:
    """Raise InputError (rule `concept-in-use`) when `scheme` lacks a concept of which somebody has a record."""
    kept = {str(triple.subject) for triple in scheme.triples}
    used = (framework.concept(framework.iris[number]) for number in index.skills())
    lost = [one for one in used if one.scheme == scheme.slug and f"<{one.iri}>" not in kept]
    if lost:
        raise InputError(
            f"The scheme lacks {len(lost)} concepts of which there are records, such as {lost[0].pref_label}.",
            rule="concept-in-use",
            remedy="Keep them in the scheme, marked owl:deprecated with dcterms:isReplacedBy.",
            extra={"concepts": [one.iri for one in lost]},
        )


def _requiring(framework: Framework) -> dict[str, list[Named]]:
    found: dict[str, list[Named]] = {}
    for role in framework.roles.values():
        concept = framework.concept(role.iri)
        for need in role.requirements:
            found.setdefault(need.skill, []).append(Named(role.iri, concept.notation or "", role.label))
    return found


def _impact(
    revision: Revision,
    telling: tuple[Change, ...],
    framework: Framework,
    index: Index,
    requiring: Mapping[str, list[Named]],
    mappings: Mapping[str, tuple[str, ...]],
) -> Impact:
    iri = revision.subject.iri
    heirs = tuple(_heirs(telling))
    one = len(heirs) == 1
    prefilled = Decision(iri, Action.MIGRATE, (heirs[0].iri,)) if one else Decision(iri, Action.KEEP)
    records = dict(_records(framework.number(iri), index))
    roles = tuple(requiring.get(iri, ()))
    return Impact(revision.subject, telling, records, roles, mappings.get(iri, ()), prefilled, heirs)


def _heirs(changes: Iterable[Change]) -> Iterator[Named]:
    """What takes the concept's place, each once."""
    seen: set[str] = set()
    for change in changes:
        for value in change.after if change.kind in _REPLACING else ():
            if isinstance(value, Named) and value.iri not in seen:
                seen.add(value.iri)
                yield value


def _records(skill: int, index: Index) -> Iterator[tuple[str, int]]:
    counts = np.zeros(len(index.organisations), np.int64)
    for partition in index.current.values():
        people = partition.of_skills(np.array([skill], np.int32)).person
        counts += np.bincount(index.people.organisation[people], minlength=len(counts))
    for slug, count in sorted(zip(index.organisations, counts.tolist(), strict=True)):
        if count:
            yield slug, count
