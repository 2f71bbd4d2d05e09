"""Calibration: how what people say of themselves differs from what their managers and peers say, by unit and group.

A pair is one person and one skill of which both judged, and both judgements stand. Who keeps an organisation's records
gets exact counts; a lead gets figures under the rules of disclosure, of the pairs published with the other figures.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

import numpy as np

from gse_skills.access import Access
from gse_skills.capability import index_on, known_records, not_whole, relevant
from gse_skills.capability.figures import Counted, PublishedFigures
from gse_skills.disclosure import Figure, Rules
from gse_skills.errors import InputError
from gse_skills.framework import OWN_SCHEME, SKILL_KINDS, Framework
from gse_skills.index import Columns, Index, day_number, judgements_on, require_told
from gse_skills.register import Register, today
from gse_skills.vocabulary import Audience, Basis, Level

MEASURES = ("compared", "at least as much", "more", "more by two levels")
"""What is counted of people for who sees no records: both judged a skill of theirs, and in some skill they say of
themselves at least as much as the other, more, or more by two levels. Each is part of the one before."""


@dataclass(frozen=True, slots=True)
class CalibrationQuestion:
    """Whose judgements are compared with what people say of themselves?"""

    organisation: str
    against: Basis = Basis.MANAGER
    concept: str | None = None
    """Notation, IRI or label of a domain or group; None for all of the framework."""
    as_of: datetime.date | None = None
    """The day on which both judgements stood, as known now; None for today. For figures the day by which they were
    published."""
    known_at: datetime.date | None = None
    """As it was known at the end of that day, which is then also the day where `as_of` names none."""

    @property
    def day(self) -> datetime.date | None:
        """The day of the answer; None for today."""
        return self.as_of or self.known_at


@dataclass(frozen=True, slots=True)
class Spread:
    """The pairs of a unit and a group."""

    unit: str
    """As the organisation writes it; empty for all of the organisation."""
    group: str
    """IRI of a group; empty for all of the part asked for."""
    people: int
    pairs: int
    differences: Mapping[int, int]
    """How many pairs, by how many levels the person says more than the other, from -3 to 3."""

    @property
    def mean(self) -> float:
        """The mean of the differences."""
        return sum(by * count for by, count in self.differences.items()) / self.pairs


@dataclass(frozen=True, slots=True)
class ProtectedSpread:
    """The figures of a unit and a domain or group, for who sees no records, by the pair that differs most."""

    unit: str
    branch: str
    """IRI."""
    figures: tuple[Figure, ...]
    """One for each of `MEASURES`."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The answer: all of the organisation first, then its units and the groups."""

    question: CalibrationQuestion
    spreads: tuple[Spread, ...]
    """For who keeps the records."""
    protected: tuple[ProtectedSpread, ...] = ()
    """For who may have figures of them."""
    figures_of: datetime.date | None = None
    """The day on which these figures were published."""


@dataclass(frozen=True, slots=True)
class _Pair:
    person: int
    unit: str
    skill: int
    difference: int


def calibrate(register: Register, access: Access, question: CalibrationQuestion) -> Calibration:
    """Compare: exactly for who keeps the organisation's records, in protected figures for who may have such.

    Figures are published when they are first asked for, and again once enough people differ. Raises RefusedError (rule
    `not-steward`), NotFoundError (`unknown-organisation`, `unknown-term`), AmbiguousError (`ambiguous-label`) and
    InputError (`bad-basis`, `day-to-come`, `before-any-record`). What was known then is for who keeps the records
    (RefusedError `not-whole`).
    """
    require_told(today(), question.as_of, question.known_at)
    lead = Audience.PRIVATE.view(question.organisation) in access.counts
    if not lead:
        access.require_keeper(question.organisation)
    register.state.organisation(question.organisation)
    if question.against is Basis.SELF:
        raise InputError(
            "What people say of themselves cannot be compared with itself.",
            rule="bad-basis",
            remedy="Ask for manager, peer or accredited.",
        )
    state = register.state
    concept = None
    if question.concept is not None:
        concept = state.lookup.resolve(question.concept, kinds=SKILL_KINDS).concept
    if lead and question.known_at is not None:
        raise not_whole()
    if lead:
        return _protected(register, question, concept)
    if question.day is None:
        pairs = _pairs(state.index, question.organisation, question.against)
    else:
        pairs = _pairs_on(register, access, question, question.day)
    if concept is not None:
        inside = set(map(int, state.framework.descendants(concept)))
        pairs = [one for one in pairs if one.skill in inside]
    return Calibration(question, tuple(_spreads(pairs, state.framework)))


def calibration_figures(register: Register, against: Basis) -> PublishedFigures:
    """The figures of one comparison that were published."""

    def counted(organisation: str, index: Index, framework: Framework) -> Counted:
        return _counted(organisation, index, framework, against)

    rules, kind = Rules.from_settings(register.settings), f".against-{against.name.lower()}"
    return PublishedFigures(register.folder.figures, rules, counted, kind)


def _counted(organisation: str, index: Index, framework: Framework, against: Basis) -> Counted:
    everybody = Counted.of(organisation, index, framework)
    branches = everybody.branches.names
    best = np.full((len(everybody.identifiers), len(branches)), -len(Level), np.int64)
    place = {identifier: number for number, identifier in enumerate(everybody.identifiers.tolist())}
    inside: dict[int, list[int]] = {}
    for number, branch in enumerate(branches):
        for skill in framework.descendants(branch).tolist():
            inside.setdefault(skill, []).append(number)
    for pair in _pairs(index, organisation, against):
        if pair.person in place and pair.skill in inside:
            row, columns = place[pair.person], inside[pair.skill]
            best[row, columns] = np.maximum(best[row, columns], pair.difference)
    measured = np.stack([best > -len(Level), best >= 0, best >= 1, best >= 2], axis=2)
    # Nothing is told as not mapped: that nobody was compared is a count as small as any.
    return replace(everybody, hidden=measured, mapped=np.ones(best.shape, np.bool_))


def _protected(register: Register, question: CalibrationQuestion, concept: str | None) -> Calibration:
    slug, state = question.organisation, register.state
    figures = calibration_figures(register, question.against)
    figures.publish(slug, state.index, state.framework, today())
    day = question.as_of or today()
    if not any(one.day <= day for one in figures.states(slug)):
        return Calibration(question, ())
    whole = figures.at(slug, day)
    table = whole.protected.table
    below = None if concept is None else {state.framework.iris[one] for one in state.framework.descendants(concept)}
    spreads = tuple(
        ProtectedSpread(
            place.partition("/")[2],
            branch,
            tuple(whole.protected.figure(place, branch, level) for level in table.levels),
        )
        for place in table.places.names
        for branch in table.branches.names
        if branch in state.framework and (below is None or branch in below)
    )
    told = tuple(one for one in spreads if not all(figure.rule for figure in one.figures))
    return Calibration(question, (), told, whole.day)


def _pairs(index: Index, organisation: str, against: Basis) -> list[_Pair]:
    columns, _ = index.records_of(organisation)
    return _paired(columns, index, against)


def _pairs_on(register: Register, access: Access, question: CalibrationQuestion, day: datetime.date) -> list[_Pair]:
    """The pairs of judgements that both stood on a day, whichever of them counted, by the units of that day."""
    index, framework, slug = register.state.index, register.state.framework, question.organisation
    then = index_on(register.store, framework, index, relevant(access.views, slug), slug, day, question.known_at)
    if question.known_at is None:
        rows = judgements_on(index, slug, day)
    else:
        known = known_records(register.store, framework, slug, question.known_at)
        rows = known.take(np.flatnonzero((known.assessed <= day_number(day)) & (known.until > day_number(day))))
    return _paired(rows, then, question.against)


def _paired(columns: Columns, index: Index, against: Basis) -> list[_Pair]:
    own, other = (columns.take(columns.basis == int(basis)) for basis in (Basis.SELF, against))
    levels = {(p, s): v for p, s, v in zip(*(c.tolist() for c in (own.person, own.skill, own.level)), strict=True)}
    place = {int(identifier): number for number, identifier in enumerate(index.people.identifier.tolist())}
    return [
        _Pair(person, index.posts[int(index.people.post[place[person]])].unit, skill, levels[person, skill] - level)
        for person, skill, level in zip(*(c.tolist() for c in (other.person, other.skill, other.level)), strict=True)
        if (person, skill) in levels
    ]


def _spreads(pairs: list[_Pair], framework: Framework) -> Iterable[Spread]:
    if not pairs:
        return
    groups = {
        group: set(map(int, framework.descendants(group)))
        for domain in framework.top_concepts(OWN_SCHEME)
        for group in framework.concept(domain).narrower
    }
    yield _spread("", "", pairs)
    for unit in sorted({one.unit for one in pairs} - {""}):
        yield _spread(unit, "", [one for one in pairs if one.unit == unit])
    for group, below in sorted(groups.items()):
        if mine := [one for one in pairs if one.skill in below]:
            yield _spread("", group, mine)
            for unit in sorted({one.unit for one in mine} - {""}):
                yield _spread(unit, group, [one for one in mine if one.unit == unit])


def _spread(unit: str, group: str, pairs: list[_Pair]) -> Spread:
    differences = Counter(one.difference for one in pairs)
    ordered = {by: differences[by] for by in sorted(differences)}
    return Spread(unit, group, len({one.person for one in pairs}), len(pairs), ordered)
