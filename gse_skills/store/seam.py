"""What the project asks of a store, and no more."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, Protocol

from pyoxigraph import BlankNode, Literal, NamedNode, Triple, Variable

from gse_skills.store.change import Change
from gse_skills.store.query import Query, Row

Term = NamedNode | BlankNode | Literal | Triple
Binding = Term | Variable | Sequence[Term] | Sequence[tuple[Term, ...]]
"""What a placeholder takes: a term, a variable for any, or for a `VALUES` block a list of terms or of rows of terms."""


class Store(Protocol):
    """A quad store that applies whole changes and answers our own queries."""

    @property
    def commit(self) -> int:
        """The number of the last change; it tells readers when to refresh what they derived."""
        ...

    def select(self, query: Query, **terms: Binding) -> Iterator[Row]:
        """The solutions of one of our own queries, its `$name` placeholders bound to `terms`."""
        ...

    def graphs(self) -> list[str]:
        """The IRIs of the graphs that hold something, sorted."""
        ...

    def triples(self, graph: str) -> Iterator[Triple]:
        """The triples of a graph, in no order."""
        ...

    def apply(self, change: Change) -> int:
        """Apply all of `change` or none of it; returns the new commit number."""
        ...

    def rewrite(
        self,
        change: Change,
        leave: Callable[[], None] = lambda: None,
        beforehand: Callable[[], None] = lambda: None,
    ) -> int:
        """Apply `change` and write the store's files anew, as far as they are ours; returns the new commit number.

        `beforehand` is called last before it is decided. `leave` is called when it is done, and returns when nobody
        reads an older snapshot any more.
        """
        ...

    def optimize(self) -> None:
        """Let the engine tidy itself after a large load."""
        ...

    def dump(self, target: Path | IO[bytes]) -> int:
        """Write every quad to `target` as N-Quads; returns how many."""
        ...

    def close(self) -> None:
        """Let go of the store."""
        ...
