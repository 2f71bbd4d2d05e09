"""Who takes whose place: concepts deprecated, revived, split and merged.

Only `dcterms:isReplacedBy` (or its inverse `dcterms:replaces`) tells of it; likeness of labels never does.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from gse_skills.framework.difference.change import Change, ChangeKind, Named
from gse_skills.framework.difference.state import State
from gse_skills.vocabulary import DCTERMS, OWL

Names = Callable[[Iterable[str]], tuple[Named, ...]]


def successions(old: State, new: State, names: Names) -> Mapping[str, list[Change]]:
    """The changes of this sort, by IRI of the concept, which one of the states at least has."""
    known = old.concepts.keys() | new.concepts.keys()
    retired = {iri for iri in known if iri not in new.concepts or new.concepts[iri].deprecated}
    feeders = Counter(target for iri in retired for target in new.replaced.get(iri, ()))
    touched = (old.replaced.keys() | new.replaced.keys() | retired | {i for i in known if old.deprecated(i)}) & known
    found: dict[str, list[Change]] = defaultdict(list)
    heirs: dict[str, set[str]] = defaultdict(set)
    for iri in sorted(touched):
        step = _Step(
            before=old.replaced.get(iri, frozenset()),
            after=new.replaced.get(iri, frozenset()),
            retired=iri in retired,
            newly=iri in retired and not old.deprecated(iri),
            gone=iri not in new.concepts,
        )
        if changes := [*_standing(step, revived=iri not in retired and old.deprecated(iri), names=names)]:
            found[iri] += changes
        found[iri] += step.replacements(feeders, names)
        for heir in step.taken & new.concepts.keys():
            heirs[heir].add(iri)
    for heir, those in sorted(heirs.items()):
        found[heir].append(Change(ChangeKind.SUCCEEDED, DCTERMS["replaces"], after=names(those)))
    return {iri: changes for iri, changes in found.items() if changes}


@dataclass(frozen=True, slots=True)
class _Step:
    """What replaces one concept in the old state and in the new, and whether it goes out of use between them."""

    before: frozenset[str]
    after: frozenset[str]
    retired: bool
    newly: bool
    gone: bool

    @property
    def taken(self) -> frozenset[str]:
        """Those that take over now: all when it goes out of use now, otherwise those that were not named before."""
        if not self.retired:
            return frozenset()
        return self.after if self.newly else self.after - self.before

    def replacements(self, feeders: Mapping[str, int], names: Names) -> Iterable[Change]:
        """Split, merged, or else replaced otherwise than before."""
        lost = frozenset() if self.gone and not self.after else self.before - self.after
        shared = {target for target in self.taken if feeders[target] > 1}
        split = len(self.after) > 1 and bool(self.taken)
        if split:
            yield _replaced(ChangeKind.SPLIT, names(lost), names(self.after))
        if shared:
            yield _replaced(ChangeKind.MERGED, () if split else names(lost), names(shared))
        deprecated = self.newly and not self.gone  # that change tells of the replacements itself
        if not (split or shared or deprecated) and (lost or self.after - self.before):
            yield _replaced(ChangeKind.REPLACED, names(lost), names(self.after - self.before))


def _standing(step: _Step, *, revived: bool, names: Names) -> Iterable[Change]:
    if step.newly and not step.gone:
        yield _replaced(ChangeKind.DEPRECATED, names(step.before - step.after), names(step.after))
    elif revived and not step.gone:
        yield Change(ChangeKind.REVIVED, OWL.deprecated)


def _replaced(kind: ChangeKind, before: tuple[Named, ...], after: tuple[Named, ...]) -> Change:
    return Change(kind, DCTERMS.isReplacedBy, before=before, after=after)
