"""A change to a store: what to add and what to take away, kept in two N-Quads files.

Files, because an import may add millions of quads and memory must not grow with it; and because a dry run is then the
same work with the files thrown away.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from gse_skills.errors import InputError
from gse_skills.store.difference import difference
from gse_skills.store.disk import saving_failed
from gse_skills.vocabulary import GRAPH

_OURS = f"<{GRAPH}"
_GENID = "https://w3id.org/gse-skills/.well-known/genid/"


class Change:
    """Gathers quads; use it as a context manager, which removes the files at the end.

    Terms are strings in canonical N-Triples syntax, as `gse_skills.store.term` makes them; the graph is one of ours.
    What is taken away goes before what is added comes, in whatever order they were given here, so a quad on both sides
    stays. To add what is there, or to take away what is not, changes nothing: a change may be applied again by whoever
    had no answer. A literal of a number or a time is kept by its value, so write it in its canonical form.

    A blank node becomes an IRI made of its label (Skolemization, RDF 1.1 Concepts, section 3.5), since no later change
    could name it otherwise; labels must not be those of another document, so parse with `rename_blank_nodes`.

    Raises InputError (rule `foreign-graph`) for a graph outside our namespace, since a remote store may hold other
    people's, and LimitError (rule `disk-full`) when there is no room for the files.

    >>> with Change() as change:
    ...     change.add("<urn:s>", "<urn:p>", '"o"', "<https://w3id.org/gse-skills/graph/organisations>")
    ...     change.added, change.removed
    (1, 0)
    """

    def __init__(self, spool: Path | None = None) -> None:
        """Open the two files in a new folder below `spool`, or below the system's temporary folder."""
        self._folder = tempfile.TemporaryDirectory(prefix="change-", dir=spool)
        self.additions = Path(self._folder.name) / "additions.nq"
        self.removals = Path(self._folder.name) / "removals.nq"
        self._add = self.additions.open("w", encoding="utf-8", newline="\n", buffering=1 << 20)
        self._remove = self.removals.open("w", encoding="utf-8", newline="\n", buffering=1 << 20)
        self.added = 0
        self.removed = 0

    def add(self, subject: str, predicate: str, object_: str, graph: str) -> None:
        """Add a quad."""
        _write(self._add, subject, predicate, object_, graph)
        self.added += 1

    def remove(self, subject: str, predicate: str, object_: str, graph: str) -> None:
        """Take a quad away."""
        _write(self._remove, subject, predicate, object_, graph)
        self.removed += 1

    def add_statement(self, line: str) -> None:
        """Add a quad given as a line of N-Quads, without the line's end."""
        self.add(*_terms(line))

    def remove_statement(self, line: str) -> None:
        """Take away a quad given as a line of N-Quads, without the line's end."""
        self.remove(*_terms(line))

    def seal(self) -> None:
        """Write out what is buffered; a store calls it before it reads the files."""
        try:
            self._add.flush()
            self._remove.flush()
        except OSError as error:
            raise saving_failed(error) from error

    def lines(self) -> Iterator[str]:
        """What is added, as lines of N-Quads without their ends; call `seal` first."""
        return _lines(self.additions)

    def net_removals(self) -> Iterator[str]:
        """What is taken away and not added again, as lines of N-Quads without their ends; call `seal` first."""
        if self.removed:
            found = difference(_lines(self.removals), _lines(self.additions), self.additions.parent)
            yield from (line for added, line in found if not added)

    @property
    def size(self) -> int:
        """How many quads the change touches."""
        return self.added + self.removed

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for file in (self._add, self._remove):
            # On a full disk even closing fails, for what is still buffered; the file goes anyway.
            with suppress(OSError):
                file.close()
        self._folder.cleanup()


def _lines(path: Path) -> Iterator[str]:
    with path.open(encoding="utf-8", newline="\n") as file:
        for line in file:
            yield line.rstrip("\n")


def _terms(line: str) -> tuple[str, str, str, str]:
    subject, predicate, rest = line.split(" ", 2)
    object_, graph = rest.removesuffix(" .").rsplit(" ", 1)
    return subject, predicate, object_, graph


def _write(file: TextIO, subject: str, predicate: str, object_: str, graph: str) -> None:
    if not graph.startswith(_OURS):
        raise InputError(
            f"{graph} is not a graph of ours.",
            rule="foreign-graph",
            remedy=f"Graphs are named below {GRAPH}.",
        )
    subject, object_ = _skolem(subject), _skolem(object_)
    try:
        file.write(f"{subject} {predicate} {object_} {graph} .\n")
    except OSError as error:
        raise saving_failed(error) from error


def _skolem(term: str) -> str:
    return f"<{_GENID}{term[2:]}>" if term.startswith("_:") else term
