"""Which states of the records may be published one after another.

Two figures at two dates give away one person when that person is all that changed in between. So figures are counted
from published states alone, and a new state is published only when enough people differ from **each** earlier one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from gse_skills.errors import NotFoundError


@dataclass(frozen=True, slots=True)
class State:
    """An organisation's records as they count on a day: for each person a digest of all that figures depend on.

    The digest must change with anything that a table or a filter looks at: place, branches, levels, availability.
    """

    day: date
    people: Mapping[int, int]

    def changed(self, other: State) -> int:
        """How many people joined, left or count otherwise.

        >>> old = State(date(2025, 1, 1), {1: 10, 2: 20, 3: 30})
        >>> old.changed(State(date(2025, 4, 1), {2: 20, 3: 31, 4: 40}))
        3
        """
        return len({person for person, _ in self.people.items() ^ other.people.items()})


def publishable(published: Iterable[State], candidate: State, threshold: int) -> bool:
    """Whether figures may be counted from `candidate`: `threshold` people or more differ from each published state.

    A state that nobody differs in is the same state, and there is nothing to publish.

    >>> first = State(date(2025, 1, 1), dict.fromkeys(range(20), 0))
    >>> publishable([], first, 10)
    True
    >>> publishable([first], State(date(2025, 4, 1), dict.fromkeys(range(21), 0)), 10)
    False
    """
    return all(candidate.changed(state) >= threshold for state in published)


def published_states(states: Sequence[State], threshold: int) -> tuple[State, ...]:
    """Those of the states that are published when they come one after another, in the order given."""
    chosen: list[State] = []
    for state in states:
        if publishable(chosen, state, threshold):
            chosen.append(state)
    return tuple(chosen)


def state_at(published: Sequence[State], day: date) -> State:
    """The state that answers for a day: the last that was published on or before it.

    Raises NotFoundError (rule `no-published-state`) when nothing was published by then.
    """
    before = [state for state in published if state.day <= day]
    if not before:
        raise NotFoundError(
            f"No figures were published by {day}.",
            rule="no-published-state",
            remedy="Ask for a later date." if published else "Wait until the first figures are published.",
        )
    # Of several published on one day the last holds.
    return max(reversed(before), key=lambda state: state.day)
