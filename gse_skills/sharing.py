"""Whom an organisation's records reach: the steward's choices by organisation, branch and person."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from pyoxigraph import NamedNode

from gse_skills.access import Access
from gse_skills.errors import NotFoundError
from gse_skills.framework import SKILL_KINDS, Lookup
from gse_skills.imports.state import read_people
from gse_skills.index import Delta
from gse_skills.index.build import ended_rows
from gse_skills.organisation import Organisation, read_choices, rules_of
from gse_skills.rebuild import Held, current_records
from gse_skills.records import AudienceRules, Person, person_views
from gse_skills.records.lexical import record_value
from gse_skills.records.view import person_term
from gse_skills.register import Register, State
from gse_skills.store import Change, Query, term
from gse_skills.views import judge, rewrite
from gse_skills.vocabulary import GRAPH, GSE, RDF, Audience, Identifier

_DIGITS = re.compile("[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Sharing:
    """What an organisation has chosen."""

    default: Audience
    branches: Mapping[str, Audience]
    """By IRI of the concept at the top of the branch."""
    people: Mapping[str, Audience]
    """By the sixteen hexadecimal digits of the person's IRI."""


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose; what it leaves out stays as it was, and None takes a choice back."""

    default: Audience | None = None
    branches: Mapping[str, Audience | None] = field(default_factory=dict)
    people: Mapping[str, Audience | None] = field(default_factory=dict)

    @classmethod
    def named(
        cls, default: str | None, branches: Mapping[str, str | None], people: Mapping[str, str | None], lookup: Lookup
    ) -> Self:
        """The choice as people write it: audiences by their values, branches by notation, IRI or label.

        Raises NotFoundError (rule `unknown-term`) and AmbiguousError.
        """

        def audience(said: str | None) -> Audience | None:
            return None if said is None else Audience(said)

        return cls(
            audience(default),
            {lookup.resolve(name, kinds=SKILL_KINDS).concept: audience(said) for name, said in branches.items()},
            {person: audience(said) for person, said in people.items()},
        )


@dataclass(frozen=True, slots=True)
class Moved:
    """How many current records go from one audience to another."""

    records: Mapping[tuple[Audience, Audience], int]
    people: int
    """Of how many people."""


def read_sharing(register: Register, access: Access, slug: str) -> Sharing:
    """What an organisation has chosen, for those who keep its records.

    Raises RefusedError (rule `not-steward`) and NotFoundError (rule `unknown-organisation`).
    """
    access.require_keeper(slug)
    organisation = register.state.organisation(slug)
    rows = register.store.select(Query("people_audiences"), source=NamedNode(GRAPH[f"source/{slug}"]))
    people = {f"{record_value(person.value):016x}": Audience.from_iri(audience.value) for person, audience in rows}
    return Sharing(organisation.audience, organisation.branches, people)


def choose(register: Register, access: Access, slug: str, choice: Choice, *, dry_run: bool) -> Moved:
    """Choose whom an organisation's records reach, or with `dry_run` only tell what that would move.

    Everything in one change: the choice in the source graph, the views, the index. Raises RefusedError (`not-steward`),
    NotFoundError (`unknown-organisation`, `unknown-concept`, `unknown-person`) and ConflictError (`change-under-way`).
    """
    access.require_keeper(slug)
    with register.change() as change:
        state = register.state
        old = state.organisation(slug)
        for iri in choice.branches:
            state.framework.number(iri)
        new = replace(old, audience=choice.default or old.audience, branches=_amended(old.branches, choice.branches))
        people = {
            known.person.identifier.value: known.person
            for known in read_people(register.store, slug)
            if known.membership is not None
        }
        chosen = {_known(digits, people): audience for digits, audience in choice.people.items()}
        amended = people | {one: replace(people[one], audience=audience) for one, audience in chosen.items()}
        before = _Side(people, _held(register, state, old, people))
        after = _Side(amended, _held(register, state, new, amended))
        moved = _moved(before.held, after.held)
        if not dry_run:
            _state_choice(register, change, old, new, [(people[one], amended[one]) for one in chosen])
            delta = Delta()
            _move(change, delta, state, old, before, new, after)
            _move_ended(register, delta, state, new, chosen)
            register.commit(change, delta, organisations=True)
            register.publish_figures(slug)
    return moved


@dataclass(frozen=True, slots=True)
class _Side:
    """The people of an organisation and their current records, before the choice or after it."""

    people: Mapping[int, Person]
    held: Held


def _amended(old: Mapping[str, Audience], new: Mapping[str, Audience | None]) -> dict[str, Audience]:
    return {iri: audience for iri, audience in {**old, **new}.items() if audience is not None}


def _known(digits: str, people: Mapping[int, Person]) -> int:
    found = int(digits, 16) if _DIGITS.fullmatch(digits) else None
    if found is None or found not in people:
        raise NotFoundError(
            f"The organisation knows no person {digits}.",
            rule="unknown-person",
            remedy="Give the sixteen hexadecimal digits at the end of the address of their page.",
        )
    return found


def _rules(state: State, organisation: Organisation) -> AudienceRules:
    return rules_of((organisation,), state.framework, state.standing)


def _held(register: Register, state: State, organisation: Organisation, people: Mapping[int, Person]) -> Held:
    audiences = {one: person.audience for one, person in people.items()}
    rules = _rules(state, organisation)
    return current_records(register.store, organisation.slug, state.framework, rules, audiences)


def _moved(before: Held, after: Held) -> Moved:
    was = {record.identifier: record.audience for those in before.values() for record in those}
    moves = [
        (was[record.identifier], record.audience, record.person)
        for those in after.values()
        for record in those
        if record.audience is not was[record.identifier]
    ]
    return Moved(Counter((old, new) for old, new, _ in moves), len({person for _, _, person in moves}))


def _state_choice(
    register: Register, change: Change, old: Organisation, new: Organisation, people: list[tuple[Person, Person]]
) -> None:
    """The choice itself, in the organisation's source graph."""
    source, audience = term.iri(GRAPH[f"source/{old.slug}"]), term.iri(GSE.audience)
    if new.audience is not old.audience:
        change.remove(term.iri(old.iri), audience, term.iri(old.audience.iri), source)
        change.add(term.iri(new.iri), audience, term.iri(new.audience.iri), source)
    nodes = read_choices(register.store, old.slug)
    for iri in {*old.branches, *new.branches}:
        was, becomes = old.branches.get(iri), new.branches.get(iri)
        if was is becomes:
            continue
        subject = term.iri(nodes[iri] if was else Identifier.mint("choice").iri)
        about = {(term.iri(RDF.type), term.iri(GSE.AudienceChoice)), (term.iri(GSE.branch), term.iri(iri))}
        for predicate, object_ in about | {(audience, term.iri(was.iri))} if was else ():
            change.remove(subject, predicate, object_, source)
        for predicate, object_ in about | {(audience, term.iri(becomes.iri))} if becomes else ():
            change.add(subject, predicate, object_, source)
    for before, after in people:
        subject = person_term(before.identifier.value)
        if before.audience is after.audience:
            continue
        if before.audience is not None:
            change.remove(subject, audience, term.iri(before.audience.iri), source)
        if after.audience is not None:
            change.add(subject, audience, term.iri(after.audience.iri), source)


def _move(
    change: Change, delta: Delta, state: State, old: Organisation, before: _Side, new: Organisation, after: _Side
) -> None:
    """The views as they become, and the current records in the index."""
    rules_before, rules_after = _rules(state, old), _rules(state, new)
    for one, person in before.people.items():
        had, has = before.held.get(one, ()), after.held.get(one, ())
        was = person_views(person, had, state.framework, rules_before)
        rewrite(one, was, person_views(after.people[one], has, state.framework, rules_after), change, delta)
        for record, moved in zip(had, has, strict=True):
            if record.audience is not moved.audience:
                for view in record.audience.views(old.slug):
                    delta.dropped[view].add(record.identifier)
        judge(old.slug, had, has, state.standing, delta)


def _move_ended(
    register: Register, delta: Delta, state: State, new: Organisation, chosen: Mapping[int, Audience | None]
) -> None:
    """The ended records go along, so that an answer for an earlier day reaches nobody whom it should not."""
    number = state.index.organisations.index(new.slug) if new.slug in state.index.organisations else -1
    for view, partition in state.index.ended.items():
        mine = state.index.people.organisation[partition.person] == number
        if mine.any():
            delta.dropped[view].update(map(int, partition.record[mine]))
    for view, row in ended_rows(register.store, new.slug, state.framework, _rules(state, new), chosen):
        delta.end(view, *row)
