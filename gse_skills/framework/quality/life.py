"""Rules about mappings to other schemes, and about concepts that are out of use."""

from __future__ import annotations

from collections.abc import Iterator

import networkx as nx

from gse_skills.framework.quality.rule import Fault
from gse_skills.framework.quality.statements import MAPPING, Statements, graph_of
from gse_skills.vocabulary import SKOS

_EXPLANATIONS = frozenset((SKOS.changeNote, SKOS.historyNote))


def matches_contradict(s: Statements) -> Iterator[Fault]:
    """By SKOS S44 and S45 exact matches are symmetric and transitive, so they form groups."""
    groups = list(nx.connected_components(nx.Graph(s.joined(("exactMatch",)))))
    group = {number: index for index, members in enumerate(groups) for number in members}
    for name in ("broadMatch", "narrowMatch", "relatedMatch"):
        for one, other in s.joined((name,)):
            if one in group and group[one] == group.get(other):
                yield Fault(one, f"{s.show(other)} is an exact match, and by skos:{name} it is not.", (other,))


def mapped_within(s: Statements) -> Iterator[Fault]:
    """Mapping relations between concepts of one scheme."""
    for name in MAPPING:
        for one, other in s.joined((name,)):
            if common := s.schemes_of.get(one, frozenset()) & s.schemes_of.get(other, frozenset()):
                scheme, *_ = s.by_iri(common)
                message = f"skos:{name} leads to {s.show(other)}, which is in {s.show(scheme)} as well."
                yield Fault(one, message, (other, scheme))


def deprecated_without_word(s: Statements) -> Iterator[Fault]:
    """Deprecated concepts without a successor or an explanation."""
    replaced = {old for old, _ in s.links["isReplacedBy"]}
    for number in s.concepts & s.deprecated - replaced:
        if not s.predicates[number] & _EXPLANATIONS:
            yield Fault(number, "It is deprecated, and nothing says what to use instead.")


def replacement_missing(s: Statements) -> Iterator[Fault]:
    """Successors that are not described."""
    for old, new in s.links["isReplacedBy"]:
        if old in s.concepts and new not in s.predicates:
            yield Fault(old, f"{s.show(new)} replaces it, and is not described here.", (new,))


def replacement_deprecated(s: Statements) -> Iterator[Fault]:
    """A concept that lives on in a later one is what a reader needs; a chain that ends nowhere is told once."""
    successors = graph_of(s.links["isReplacedBy"])
    for old, new in s.links["isReplacedBy"]:
        if old in s.concepts and new in s.deprecated:
            later = ", ".join(map(s.show, s.by_iri(successors.get(new, ()))))
            rest = f"itself replaced by {later}" if later else "itself deprecated"
            yield Fault(old, f"{s.show(new)} replaces it, and is {rest}.", (new,))


def under_deprecated(s: Statements) -> Iterator[Fault]:
    """Concepts in use below deprecated ones."""
    for number in s.concepts - s.deprecated:
        for broad in s.parents.get(number, frozenset()) & s.deprecated:
            yield Fault(number, f"{s.show(broad)} is broader than it, and deprecated.", (broad,))
