"""All concept schemes of an installation in memory: concepts by number, the hierarchy closed, role profiles."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyoxigraph as ox

from gse_skills.errors import NotFoundError
from gse_skills.framework.concept import Concept, RoleProfile
from gse_skills.framework.gather import Gathered, gather

if TYPE_CHECKING:
    from networkx import DiGraph

Numbers = npt.NDArray[np.int32]

OWN_SCHEME = "gse"
"""The slug of our own framework; its names win over those of other schemes."""

ONTOLOGY = "ontology"
"""The slug under which levels, themes and emergencies lie; they are no skills, so search and look-up pass them by."""


class Framework:
    """The concepts of one or more schemes, immutable.

    Concepts are numbered 0 to n-1 in the order of their IRIs, so that an index can hold 32-bit integers instead.
    The hierarchy is the union of `skos:broader` and the inverse of `skos:narrower`, across schemes; several broader
    concepts are usual and a cycle, which SKOS allows, does no harm. Closures are worked out when first asked for
    and kept.
    """

    def __init__(self, gathered: Gathered) -> None:
        self.gathered = gathered
        self._concepts = gathered.concepts
        self._tops = gathered.tops
        self.iris: tuple[str, ...] = tuple(gathered.concepts)
        self.schemes: Mapping[str, str] = MappingProxyType(dict(gathered.titles))
        self.roles: Mapping[str, RoleProfile] = MappingProxyType(dict(gathered.roles))
        self._numbers = {iri: number for number, iri in enumerate(self.iris)}
        self._below = [[self._numbers[iri] for iri in concept.narrower] for concept in gathered.concepts.values()]
        self._above = [[self._numbers[iri] for iri in concept.broader] for concept in gathered.concepts.values()]
        self._descendants: dict[int, Numbers] = {}
        self._ancestors: dict[int, tuple[str, ...]] = {}

    @classmethod
    def from_triples(cls, schemes: Mapping[str, Iterable[ox.Triple | ox.Quad]]) -> Framework:
        """The framework that these triples state, by slug of the scheme; a quad's graph is not looked at."""
        return cls(gather(schemes))

    def __len__(self) -> int:
        return len(self.iris)

    def __contains__(self, iri: object) -> bool:
        return iri in self._numbers

    @property
    def concepts(self) -> Iterable[Concept]:
        """All concepts in the order of their numbers."""
        return self._concepts.values()

    def number(self, iri: str) -> int:
        """The number of a concept; raises NotFoundError (rule "unknown-concept")."""
        try:
            return self._numbers[iri]
        except KeyError:
            raise _unknown(iri) from None

    def concept(self, iri: str) -> Concept:
        """The concept with that IRI; raises NotFoundError (rule "unknown-concept")."""
        try:
            return self._concepts[iri]
        except KeyError:
            raise _unknown(iri) from None

    def role(self, iri: str) -> RoleProfile:
        """The role profile with that IRI; raises NotFoundError (rule "unknown-role")."""
        try:
            return self.roles[iri]
        except KeyError:
            message = f"No role has the IRI {iri}."
            raise NotFoundError(message, rule="unknown-role", remedy="List the roles to see which there are.") from None

    @cached_property
    def roles_needing(self) -> Mapping[str, tuple[str, ...]]:
        """The IRIs of the roles that require a skill, sorted, by IRI of the skill; what none needs is left out."""
        needing: dict[str, list[str]] = defaultdict(list)
        for iri in sorted(self.roles):
            for need in self.roles[iri].requirements:
                needing[need.skill].append(iri)
        return MappingProxyType({skill: tuple(dict.fromkeys(iris)) for skill, iris in needing.items()})

    @cached_property
    def roles_before(self) -> Mapping[str, tuple[str, ...]]:
        """The IRIs of the roles one step down the ladder, sorted, by IRI of the role; without those that have none."""
        before: dict[str, list[str]] = defaultdict(list)
        for iri in sorted(self.roles):
            for step in self.roles[iri].next:
                before[step].append(iri)
        return MappingProxyType({role: tuple(iris) for role, iris in before.items()})

    def descendants(self, iri: str) -> Numbers:
        """The numbers of a concept and of everything beneath it, ascending; read-only."""
        start = self.number(iri)
        if start not in self._descendants:
            found = np.array(sorted(_reach(start, self._below)), dtype=np.int32)
            found.flags.writeable = False
            self._descendants[start] = found
        return self._descendants[start]

    def ancestors(self, iri: str) -> tuple[str, ...]:
        """The IRIs of a concept and of everything above it, sorted."""
        start = self.number(iri)
        if start not in self._ancestors:
            self._ancestors[start] = tuple(self.iris[number] for number in sorted(_reach(start, self._above)))
        return self._ancestors[start]

    def branch(self, iri: str) -> Numbers:
        """The numbers of the branch that a concept is in: its broader concepts with all beneath them, ascending.

        A concept with nothing broader is a branch of its own.
        """
        broader = self.concept(iri).broader
        if not broader:
            return self.descendants(iri)
        found = np.unique(np.concatenate([self.descendants(above) for above in broader]))
        found.flags.writeable = False
        return found

    def path(self, lower: str, upper: str) -> tuple[str, ...]:
        """The shortest chain of broader concepts from `lower` up to `upper`, both included.

        Raises NotFoundError: rule "unknown-concept", or "not-beneath" when no chain leads there.
        """
        import networkx as nx  # here, since each child process for a sheet or a query loads this module

        start, end = self.number(lower), self.number(upper)
        try:
            chain = nx.shortest_path(self._graph, start, end)
        except nx.NetworkXNoPath:
            message = f"{self.concept(lower).pref_label} is not beneath {self.concept(upper).pref_label}."
            raise NotFoundError(message, rule="not-beneath", remedy="Ask for one of its ancestors.") from None
        return tuple(self.iris[number] for number in chain)

    def top_concepts(self, scheme: str) -> tuple[str, ...]:
        """The top concepts that a scheme declares, or else its concepts without a broader one, sorted.

        Raises NotFoundError (rule "unknown-scheme").
        """
        if scheme not in self.schemes:
            message = f"No concept scheme is called {scheme!r}."
            remedy = f"There are {', '.join(self.schemes)}."
            raise NotFoundError(message, rule="unknown-scheme", remedy=remedy)
        return self._tops[scheme] or tuple(
            concept.iri for concept in self.concepts if concept.scheme == scheme and not concept.broader
        )

    def title(self, scheme: str) -> str:
        """The title of the scheme with that slug; the slug itself when it is not known."""
        return self.schemes.get(scheme, scheme)

    @cached_property
    def fingerprint(self) -> str:
        """SHA-256 over IRIs and hierarchy; it changes whenever numbers or closures could."""
        digest = hashlib.sha256()
        for concept in self.concepts:
            digest.update(f"<{concept.iri}>".encode())
            for broader in concept.broader:
                digest.update(f"\t<{broader}>".encode())
            digest.update(b"\n")
        return digest.hexdigest()

    @cached_property
    def _graph(self) -> DiGraph[int]:
        """Edges from a concept to its broader ones, added in order so that equal paths never alternate."""
        import networkx as nx  # as above

        graph: DiGraph[int] = nx.DiGraph()
        graph.add_nodes_from(range(len(self.iris)))
        graph.add_edges_from((lower, upper) for lower, above in enumerate(self._above) for upper in above)
        return graph


def _reach(start: int, edges: list[list[int]]) -> set[int]:
    seen = {start}
    queue = [start]
    while queue:
        for target in edges[queue.pop()]:
            if target not in seen:
                seen.add(target)
                queue.append(target)
    return seen


def _unknown(iri: str) -> NotFoundError:
    message = f"No concept has the IRI {iri}."
    remedy = "Look the skill up by its label or notation, or load the scheme that it belongs to."
    return NotFoundError(message, rule="unknown-concept", remedy=remedy)
