"""Rules about how concepts hang together: up, down, across, and not in circles."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain

import networkx as nx

from gse_skills.framework.quality.rule import Fault
from gse_skills.framework.quality.statements import SEMANTIC, Pair, Statements

_INVERSES = (("broader", "narrower"), ("narrower", "broader"), ("related", "related"))


def related_and_broader(s: Statements) -> Iterator[Fault]:
    """By SKOS S41 a mapping relation is the relation of the same name."""
    up = nx.DiGraph(s.joined(("broader", "broaderTransitive", "broadMatch")))
    up.add_edges_from((narrow, broad) for broad, narrow in s.joined(("narrower", "narrowerTransitive", "narrowMatch")))
    pairs = _unordered(s, s.joined(("related", "relatedMatch")))
    above = {number: nx.descendants(up, number) for number in set(chain.from_iterable(pairs)) if number in up}
    for one, other in pairs:
        for narrow, broad in ((one, other), (other, one)):
            if broad in above.get(narrow, ()):
                yield Fault(narrow, f"It is related to {s.show(broad)}, which is broader than it.", (broad,))
                break


def cyclic(s: Statements) -> Iterator[Fault]:
    """Circles, each with one way round it."""
    for circle in nx.strongly_connected_components(s.hierarchy):
        if len(circle) > 1:
            first, *_ = s.by_iri(circle)
            path = [one for one, _ in nx.find_cycle(s.hierarchy.subgraph(circle), first)]
            shown = " < ".join(s.show(number) for number in (*path, path[0]))
            yield Fault(first, f"{len(circle)} concepts are broader than themselves: {shown}.", tuple(circle))


def reflexive(s: Statements) -> Iterator[Fault]:
    """Relations of a concept with itself."""
    for name in SEMANTIC:
        for one, other in s.links[name]:
            if one == other:
                yield Fault(one, f"skos:{name} leads to the concept itself.")


def redundant(s: Statements) -> Iterator[Fault]:
    """Circles are left to `cyclic`: in one, everything is a shortcut."""
    for number, parents in s.parents.items():
        if len(parents) < 2:
            continue
        above = {parent: nx.descendants(s.hierarchy, parent) for parent in parents}
        for far in parents:
            between = [near for near in parents if far in above[near] and number not in above[near]]
            if between and number not in above[far]:
                near, *_ = s.by_iri(between)
                yield Fault(number, f"{s.show(far)} is broader than it by way of {s.show(near)} too.", (far, near))


def solely_transitive(s: Statements) -> Iterator[Fault]:
    """Transitive relations that no steps bear out."""
    pairs = set(s.joined(("broaderTransitive",)))
    pairs |= {(narrow, broad) for broad, narrow in s.joined(("narrowerTransitive",))}
    for narrow, broad in pairs:
        if narrow not in s.hierarchy or broad not in nx.descendants(s.hierarchy, narrow):
            yield Fault(narrow, f"Only a transitive relation leads up to {s.show(broad)}.", (broad,))


def siblings_related(s: Statements) -> Iterator[Fault]:
    """Related concepts under the same one."""
    for one, other in _unordered(s, s.joined(("related",))):
        if parents := s.by_iri(s.parents.get(one, frozenset()) & s.parents.get(other, frozenset())):
            message = f"It is related to {s.show(other)}; both are under {s.show(parents[0])}."
            yield Fault(one, message, (other, parents[0]))


def one_way(s: Statements) -> Iterator[Fault]:
    """Only where the source states the other way somewhere: to state one way throughout is a style."""
    for name, inverse in _INVERSES:
        if not any((other, one) in s.links[inverse] for one, other in s.joined((name,))):
            continue
        for one, other in s.joined((name,)):
            if (other, one) not in s.links[inverse] and other in s.predicates:
                yield Fault(other, f"{s.show(one)} has skos:{name} to it; skos:{inverse} back is not stated.", (one,))


def orphans(s: Statements) -> Iterator[Fault]:
    """Concepts without a relation; a scheme that names all its concepts as top concepts is meant as a plain list."""
    linked = set(chain.from_iterable(s.joined(SEMANTIC)))
    listed = {number for scheme, tops in s.tops.items() if s.members.get(scheme, tops) <= tops for number in tops}
    for number in s.concepts - s.deprecated - linked - listed:
        yield Fault(number, "Nothing is broader, narrower or related.")


def clusters(s: Statements) -> Iterator[Fault]:
    """Of each scheme all parts but the largest; a part is known by a concept of it that has nothing broader."""
    parts = sorted(
        (s.by_iri(part) for part in nx.connected_components(nx.Graph(s.joined(SEMANTIC)))), key=lambda p: s.iris[p[0]]
    )
    home = {number: index for index, part in enumerate(parts) for number in part}
    small: dict[int, int] = {}
    for scheme in s.by_iri(s.members):
        sizes = Counter(home[number] for number in s.members[scheme] & home.keys())
        largest = max(sizes, key=lambda index: (sizes[index], -index), default=None)
        small |= {index: scheme for index in sizes if index != largest}
    for index, scheme in small.items():
        first = next((number for number in parts[index] if number not in s.parents), parts[index][0])
        message = f"{len(parts[index]):,} concepts hang together and with no other of {s.show(scheme)}."
        yield Fault(first, message, tuple(parts[index]))


def dangling(s: Statements) -> Iterator[Fault]:
    """Relations to what is not described."""
    for name in (*SEMANTIC, "hasTopConcept", "member"):
        for one, other in s.joined((name,)):
            if other not in s.predicates:
                yield Fault(one, f"skos:{name} leads to {s.show(other)}, which is not described here.", (other,))


def untyped(s: Statements) -> Iterator[Fault]:
    """What relations lead from or to, and nothing calls a concept."""
    ends = set(chain.from_iterable(s.joined(SEMANTIC)))
    for number in ends & s.predicates.keys() - s.typed_concepts - s.schemes - s.collections:
        yield Fault(number, "Semantic relations lead from it or to it, but nothing calls it a concept.")


def _unordered(s: Statements, pairs: Iterator[Pair]) -> set[Pair]:
    """Each pair once, its first the one with the smaller IRI."""
    return {(one, other) if s.iris[one] < s.iris[other] else (other, one) for one, other in pairs}
