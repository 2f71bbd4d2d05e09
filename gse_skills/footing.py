"""On what footing a store stands: which shipped files it was filled from, and by which precedence its views came.

It is kept in the store, in the change that it is of, and a start compares it with what is installed and set now.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from pyoxigraph import Triple

from gse_skills.framework.scheme import has_blank_node
from gse_skills.resources import folder
from gse_skills.settings import Settings
from gse_skills.store import Change, Store, term
from gse_skills.vocabulary import GRAPH, RDF

_GRAPH = GRAPH["footing"]


@dataclass(frozen=True, slots=True)
class Footing:
    """What the content of a store was made with."""

    precedence: tuple[str, ...]
    """The bases of judgement in the order by which the views were derived."""
    ontology: str
    """Digest of the files of the ontology that were brought in."""
    framework: str
    """Digest of the files of our own framework that were offered; it is left where it had been changed here."""
    brought: str
    """Digest of our own framework as it stood in the store when it was last brought in from these files."""

    @classmethod
    def read(cls, store: Store) -> Footing | None:
        """What a store stands on; None for one that was filled before this was kept."""
        for triple in store.triples(_GRAPH):
            said = json.loads(str(getattr(triple.object, "value", "")))
            return cls(tuple(said["precedence"]), said["ontology"], said["framework"], said["brought"])
        return None

    @classmethod
    def now(cls, settings: Settings, brought: str) -> Footing:
        """What a store stands on that is filled from what is installed, by what is set."""
        home = folder("ontology")
        precedence = tuple(map(str, settings.basis_precedence))
        return cls(precedence, _digest(home.glob("*.ttl")), _digest((home / "framework").glob("*.ttl")), brought)

    def write(self, change: Change, former: Footing | None) -> None:
        """Put it into a change, in the place of the former one."""
        if former == self:
            return
        if former is not None:
            change.remove(*former._statement())
        change.add(*self._statement())

    def _statement(self) -> tuple[str, str, str, str]:
        text = json.dumps(asdict(self), sort_keys=True)
        return term.iri(_GRAPH), term.iri(RDF.value), term.literal(text), term.iri(_GRAPH)


def content(triples: Iterable[Triple]) -> str:
    """A digest of what a graph says, whatever its order; statements about nodes without a name left out."""
    total = hashlib.sha256()
    for line in sorted(str(triple) for triple in triples if not has_blank_node(triple)):
        total.update(f"{line}\n".encode())
    return total.hexdigest()[:32]


def _digest(files: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(f"{path.name}\n".encode() + path.read_bytes())
    return total.hexdigest()[:32]
