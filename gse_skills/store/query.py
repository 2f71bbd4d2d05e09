"""Our own queries: files one can read and paste into an endpoint, their `$name` placeholders bound to terms.

A placeholder is a SPARQL variable written with a dollar sign, so a file is a valid query before anything is bound.
Binding puts in terms that the RDF library has serialised, never text of a caller's; a list of terms, or of tuples of
terms, fits a `VALUES` block. Both stores bind in the same way, since a remote endpoint takes nothing but text.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple, Variable

Row = tuple[Any, ...]
"""One solution: its terms in the order of the SELECT clause, None where unbound."""

_FOLDER = Path(__file__).parent / "queries"
_PLACEHOLDER = re.compile(r"\$(\w+)")


@dataclass(frozen=True, slots=True)
class Query:
    """A query of ours, by the name of its file in `store/queries/`."""

    name: str

    @property
    def text(self) -> str:
        """The query as it stands in its file."""
        return _read(self.name)

    def bind(self, terms: Mapping[str, NamedNode | BlankNode | Literal | Triple | Variable | Sequence[Any]]) -> str:
        """The query with its placeholders replaced; raises KeyError for one that `terms` lacks."""

        return _PLACEHOLDER.sub(lambda match: _serialised(terms[match[1]]), self.text)


def _serialised(value: object) -> str:
    """A term, a tuple of terms, or a list of either."""
    if isinstance(value, list):
        return " ".join(map(_serialised, value))
    return f"({' '.join(map(str, value))})" if isinstance(value, tuple) else str(value)


@cache
def _read(name: str) -> str:
    return (_FOLDER / f"{name}.rq").read_text("utf-8")
