"""Phrases that organisations used and nothing matched, brought together over imports and organisations."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from pyoxigraph import NamedNode

from gse_skills.errors import AmbiguousError
from gse_skills.framework import SKILL_KINDS, Lookup
from gse_skills.proposals.proposal import Decided, Decision, phrase_identifier, phrase_key
from gse_skills.store import Query, Store
from gse_skills.vocabulary import GRAPH, Identifier

_COMPANY = 5


@dataclass(frozen=True, slots=True)
class Mention:
    """A phrase in one import."""

    phrase: str
    organisation: str
    imported: str
    """IRI of the import."""
    when: str
    """Time of the import, to order imports by."""
    cells: int
    alongside: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Term(Decided):
    """A phrase that nothing matched, over all the imports that the reader may know of."""

    phrase: str
    """As it is mostly written."""
    organisations: tuple[str, ...]
    """Slugs, sorted."""
    imports: int
    cells: int
    """Cells in the newest import of each organisation that has the phrase."""
    alongside: tuple[tuple[str, int], ...]
    """IRIs of the up to five concepts that most of these imports named too, each with how many did."""
    decisions: tuple[Decision, ...] = ()

    @property
    def identifier(self) -> Identifier:
        """The identifier of its proposal."""
        return phrase_identifier(self.phrase)


def read_terms(
    store: Store, organisations: Iterable[str], lookup: Lookup, decided: Mapping[Identifier, tuple[Decision, ...]]
) -> tuple[Term, ...]:
    """The phrases of these organisations alone, those in the most cells first.

    A phrase on which nothing is decided and which names a concept by now is left out.
    """
    mentions = sorted(
        (one for slug in organisations for one in _mentions(store, slug)),
        key=lambda one: (phrase_key(one.phrase), one.organisation, one.when, one.imported, one.phrase),
    )
    terms = (
        _term(list(group), decided) for _, group in groupby(mentions, key=lambda mention: phrase_key(mention.phrase))
    )
    wanting = (one for one in terms if one.decisions or not _named(one.phrase, lookup))
    return tuple(sorted(wanting, key=lambda one: (-one.cells, -one.imports, phrase_key(one.phrase))))


def _mentions(store: Store, organisation: str) -> Iterator[Mention]:
    source = NamedNode(GRAPH[f"source/{organisation}"])
    company: dict[str, list[str]] = {}
    for term, concept in store.select(Query("alongside"), source=source):
        company.setdefault(term.value, []).append(concept.value)
    for row in store.select(Query("unmatched_terms"), source=source):
        term, phrase, imported, when, cells = (value.value if value else "" for value in row)
        # An import of an earlier version did not count cells; it saw the phrase at least once.
        yield Mention(phrase, organisation, imported, when, int(cells or 1), tuple(company.get(term, ())))


def _term(mentions: list[Mention], decided: Mapping[Identifier, tuple[Decision, ...]]) -> Term:
    spellings = Counter(one.phrase for one in mentions)
    phrase = min(spellings, key=lambda text: (-spellings[text], text))
    newest = {one.organisation: one.imported for one in mentions}
    company = Counter(concept for _, concept in {(one.imported, iri) for one in mentions for iri in one.alongside})
    near = sorted(company.items(), key=lambda pair: (-pair[1], pair[0]))[:_COMPANY]
    return Term(
        phrase,
        tuple(sorted(newest)),
        len({one.imported for one in mentions}),
        sum(one.cells for one in mentions if newest[one.organisation] == one.imported),
        tuple(near),
        decided.get(phrase_identifier(phrase), ()),
    )


def _named(phrase: str, lookup: Lookup) -> bool:
    try:
        return lookup.find(phrase, kinds=SKILL_KINDS) is not None
    except AmbiguousError:
        return False
