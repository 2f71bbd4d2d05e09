"""The index as a whole: immutable, so that a reader keeps one consistent answer while a newer one takes its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from gse_skills.index.columns import Columns, Partition, People, Post, facts_columns
from gse_skills.index.delta import Delta, Rows, as_array
from gse_skills.records import Standing
from gse_skills.vocabulary import Audience

_TWICE = Audience.EMERGENCY.view("")
"""The view whose records are all in the view of an organisation too."""
_OWN = Audience.PRIVATE.view("")


@dataclass(frozen=True, slots=True, eq=False)
class Index:
    """Partitions by view, of current records and of ended ones, over one table of people."""

    commit: int
    """The commit of the store that it reflects."""
    fingerprint: str
    """The framework whose numbering it uses."""
    concepts: int
    organisations: tuple[str, ...] = ()
    posts: tuple[Post, ...] = ()
    people: People = field(default_factory=People.empty)
    current: Mapping[str, Partition] = field(default_factory=dict)
    ended: Mapping[str, Partition] = field(default_factory=dict)
    beside: Mapping[str, Partition] = field(default_factory=dict)
    """Current records that do not count, since another judgement of the same skill does; their ends are the days on
    which they stopped counting."""
    standing: Standing = field(default_factory=Standing)
    """Which of several judgements counts, for answers of another day."""

    def __len__(self) -> int:
        """How many current records there are."""
        return sum(len(partition) for view, partition in self.current.items() if view != _TWICE)

    @property
    def nbytes(self) -> int:
        """Bytes of memory that the columns take."""
        sides = (*self.current.values(), *self.ended.values(), *self.beside.values())
        return self.people.nbytes + sum(part.nbytes for part in sides)

    @property
    def views(self) -> tuple[str, ...]:
        """The views of current records, sorted."""
        return tuple(sorted({*self.current, *self.beside}))

    def skills(self) -> NDArray[np.int64]:
        """The numbers of the skills of which there are records, current or ended, ascending."""
        held = np.zeros(self.concepts, bool)
        for partition in (*self.current.values(), *self.ended.values(), *self.beside.values()):
            held |= np.diff(partition.offsets) > 0
        return np.flatnonzero(held)

    def updated(self, delta: Delta, commit: int) -> Index:
        """The index after a change: the same as one built anew from the store at `commit`."""
        organisations = _extended(self.organisations, {one.organisation for one in delta.people.values()})
        posts = _extended(self.posts, {one.post for one in delta.people.values()})
        people = _merged(self.people, delta, organisations, posts)
        if delta.gone:
            people, posts = _without(people, posts, delta.gone)
        touched = delta.views()
        renumbered = not np.array_equal(people.identifier, self.people.identifier)
        current, ended, beside = dict(self.current), dict(self.ended), dict(self.beside)
        for view in {*current, *ended, *beside, *touched} if renumbered else touched:
            current[view], ended[view] = self._renewed(view, delta, people)
            self._set_beside(beside, view, delta, people)
        return replace(
            self,
            commit=commit,
            organisations=organisations,
            posts=posts,
            people=people,
            current=current,
            ended=ended,
            beside=beside,
        )

    def _set_beside(self, beside: dict[str, Partition], view: str, delta: Delta, people: People) -> None:
        """What stands in a view and does not count, after a change; a view without any has no partition."""
        old = beside.pop(view, None)
        columns = old.columns(self.people) if old is not None else Columns.empty()
        columns = columns.take(~np.isin(columns.person, as_array(delta.gone)))
        columns = columns.take(~np.isin(columns.record, as_array(delta.dropped.get(view, set()))))
        for rows in (delta.ended.get(view), delta.added.get(view), delta.beside.get(view)):
            if rows is not None:
                columns = columns.take(~np.isin(columns.record, rows.columns().record))
        columns = columns.plus(delta.beside.get(view, Rows()).columns())
        if len(columns):
            beside[view] = Partition.of(columns, people, np.empty(0, np.uint64), self.concepts, ended=True)

    def _renewed(self, view: str, delta: Delta, people: People) -> tuple[Partition, Partition]:
        old, old_ended = self.current.get(view), self.ended.get(view)
        columns = old.columns(self.people) if old is not None else Columns.empty()
        members = self.people.identifier[old.members] if old is not None else np.empty(0, np.uint64)
        history = old_ended.columns(self.people) if old_ended is not None else Columns.empty()
        if delta.gone:
            erased = as_array(delta.gone)
            columns, history = (one.take(~np.isin(one.person, erased)) for one in (columns, history))
            members = np.setdiff1d(members, erased)
        if view in delta.dropped:
            gone_from_here = as_array(delta.dropped[view])
            columns, history = (one.take(~np.isin(one.record, gone_from_here)) for one in (columns, history))
        if view in delta.ended:
            gone = delta.ended[view].columns()
            columns = columns.take(~np.isin(columns.record, gone.record))
            history = history.plus(gone)
        if view in delta.beside:
            columns = columns.take(~np.isin(columns.record, delta.beside[view].columns().record))
        if view in delta.added:
            columns = columns.plus(delta.added[view].columns())
        members = np.setdiff1d(members, as_array(delta.hidden.get(view, set())))
        members = np.union1d(members, as_array(delta.shown.get(view, set())))
        return (
            Partition.of(columns, people, members, self.concepts, ended=False),
            Partition.of(history, people, np.empty(0, np.uint64), self.concepts, ended=True),
        )

    def records_of(self, organisation: str) -> tuple[Columns, NDArray[np.int32]]:
        """An organisation's current records, also those that do not count, sorted by person, and the view of each by
        its position in `self.views`; persons are identifiers. What is for emergencies is told of in the view of these.
        """
        if organisation not in self.organisations:
            return Columns.empty(), np.empty(0, np.int32)
        number = self.organisations.index(organisation)
        parts, views = [Columns.empty()], [np.empty(0, np.int32)]
        places = {view: position for position, view in enumerate(self.views)}
        for side in (self.current, self.beside):
            for view in sorted(side):
                partition = side[view]
                mine = self.people.organisation[partition.person] == number
                if _TWICE in side and view.startswith(_OWN):
                    mine &= ~np.isin(partition.record, side[_TWICE].record)
                parts.append(partition.columns(self.people).take(mine))
                views.append(np.full(int(mine.sum()), places[view], np.int32))
        columns = parts[0]
        for part in parts[1:]:
            columns = columns.plus(part)
        order = np.argsort(columns.person, kind="stable")
        return columns.take(order), np.concatenate(views)[order]


_Known = TypeVar("_Known", str, Post)


def _extended(known: tuple[_Known, ...], more: Iterable[_Known]) -> tuple[_Known, ...]:
    return known + tuple(sorted(set(more) - set(known)))


def _without(people: People, posts: tuple[Post, ...], gone: set[int]) -> tuple[People, tuple[Post, ...]]:
    """Everybody else, and the posts that are theirs: what only those who went had may name them."""
    kept = ~np.isin(people.identifier, as_array(gone))
    used, post = np.unique(people.post[kept], return_inverse=True)
    left = People(
        people.identifier[kept], people.organisation[kept], people.available[kept], post.astype(people.post.dtype)
    )
    return left, tuple(posts[number] for number in used)


def _merged(people: People, delta: Delta, organisations: tuple[str, ...], posts: tuple[Post, ...]) -> People:
    if not delta.people:
        return people
    fresh = as_array(set(delta.people))
    kept = ~np.isin(people.identifier, fresh)
    identifier = np.concatenate([people.identifier[kept], fresh])
    facts = facts_columns([delta.people[int(person)] for person in fresh], organisations, posts)
    organisation, available, post = facts
    order = np.argsort(identifier)
    return People(
        identifier[order],
        np.concatenate([people.organisation[kept], organisation])[order],
        np.concatenate([people.available[kept], available])[order],
        np.concatenate([people.post[kept], post])[order],
    )
