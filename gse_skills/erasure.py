"""Erasing people: everything that is kept of them leaves the store, its files, the index and what lies beside them.

What belongs to a person is found by following the links that lead to them: memberships, records, requests and what
settled these. Phrases that only their records used go too, and so does every phrase and file name in which they are
named; a unit that bears their name, and in which nobody else is, gets another. A statement of somebody else's that
points at what goes loses its link.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from pyoxigraph import Literal, NamedNode, Triple

from gse_skills.access import Access, Caller, Role
from gse_skills.assessment.calibration import calibration_figures
from gse_skills.capability import take_away
from gse_skills.capability.units import unit_key
from gse_skills.complaints import FORGOTTEN
from gse_skills.errors import NotFoundError
from gse_skills.index import Delta
from gse_skills.register import Register
from gse_skills.store import Change, Query, Store, term
from gse_skills.vocabulary import DCTERMS, FOAF, GRAPH, GSE, ID, ORG, PROV, RDF, Audience, Basis, Identifier

FORGOTTEN_NAME = "name removed"
"""Takes the place of a file name."""
_BELONGS = frozenset(
    (ORG.member, GSE.holder, PROV.wasAttributedTo, PROV.wasAssociatedWith, GSE.settles, GSE.answers, GSE.stepOf)
)
"""What has such a link to a person, or to what belongs to one, belongs to them."""
_LEARNT = frozenset((PROV.wasGeneratedBy, PROV.wasInvalidatedBy))
_DIGITS = re.compile(r"[0-9a-f]{16}")
_PORTION = 2_000
_TELLING = 4
"""Characters from which a staff number is looked for in texts."""

Quad = tuple[str, str, str, str]
Found = tuple[NamedNode, NamedNode, NamedNode | Literal, str]
"""Subject, property, value and graph."""


@dataclass(frozen=True, slots=True)
class Erased:
    """What went, or would go, by count."""

    people: int
    records: int
    """Current ones and those that had ended."""
    memberships: int
    others: int
    """Requests of theirs, and other things that belong to them."""
    phrases: int
    """That only they used, or that name them."""
    file_names: int
    """Of imports, that name them."""
    units: int
    """Whose names name them; they get others."""
    sign_ins: int
    """Users and tokens that could act as them."""
    statements: int
    """In the organisation's own graph and the views."""
    backups: int
    """In the data folder: they may hold what goes until they are pruned."""
    dry_run: bool


@dataclass(slots=True)
class Removal:
    """Gathers what goes of one organisation, from the store as it is."""

    store: Store
    organisation: str
    nodes: set[str] = field(default_factory=set)
    """IRIs of the things that go."""
    quads: set[Quad] = field(default_factory=set)
    renamed: dict[Quad, str] = field(default_factory=dict)
    """Names of files and units that go, with what takes their place."""
    units: dict[str, str] = field(default_factory=dict)
    """What units are called from now on, by the key of the name that goes."""
    phrases: set[str] = field(default_factory=set)
    people: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """What names each person who goes, by IRI: name, staff number, mail address."""
    naming: re.Pattern[str] | None = None
    """Finds these in a text."""
    stale: set[str] = field(default_factory=set)
    """Graphs of undone imports that have had their time."""
    peopled: Collection[str] = ()
    """Keys of the units in which somebody else is or was."""

    @property
    def source(self) -> str:
        """The organisation's own graph."""
        return GRAPH[f"source/{self.organisation}"]

    @property
    def former(self) -> list[str]:
        """The graphs that keep the names which the last import replaced, and those that took their place."""
        return [GRAPH[f"undoable/{self.organisation}/{side}"] for side in ("before", "after")]

    @property
    def undone(self) -> list[str]:
        """The graphs that keep what imports said that were undone."""
        return [graph for graph in self.store.graphs() if graph.startswith(GRAPH[f"undone/{self.organisation}/"])]

    def add_people(self, iris: Collection[str]) -> None:
        """Everything that belongs to people; those whom the organisation does not know are passed over."""
        about = self._said(iris, [self.source, *self.undone])
        known = {s.value for s, p, o, _ in about if p.value == RDF.type and o == NamedNode(FOAF.Person)}
        # Not the former address: it may have been somebody else's, who goes on signing in by it.
        named = [*about, *self._said(known, self.former)]
        for iri in known:
            said = [o.value for s, p, o, _ in named if s.value == iri and p.value in (FOAF.name, DCTERMS.identifier)]
            mail = [o.value.removeprefix("mailto:") for s, p, o, _ in about if s.value == iri and p.value == FOAF.mbox]
            self.people[iri] = (*said, *mail)
        self.add_nodes(known)
        self._mentions()

    def add_nodes(self, iris: Iterable[str]) -> None:
        """Things, with what belongs to them and the phrases that nothing else uses."""
        fresh = set(iris) - self.nodes
        while fresh:
            self.nodes |= fresh
            pointing = self._pointing(fresh, [self.source])
            fresh = {s.value for s, p, _, _ in pointing if p.value in _BELONGS} - self.nodes
        self._orphans()

    def add_settled(self, request: str, settlement: str) -> None:
        """A request that was settled; where what is kept was learnt from it, only what people said in it."""
        owing = self._pointing([settlement], [self.source])
        if not any(p.value in _LEARNT and s.value not in self.nodes for s, p, _, _ in owing):
            self.nodes |= {request, settlement}
            return
        for node, property_, text, _ in self._said([request, settlement], [self.source]):
            if property_.value == DCTERMS.description:
                self.rename(node.value, text.value, FORGOTTEN, DCTERMS.description)

    def finish(self, labels: Iterable[str] = ()) -> None:
        """Find every statement that goes; `labels` name units outside the store."""
        for label in labels:
            self._rename_unit(label)
        graphs = [
            self.source,
            *self.former,
            *sorted({view for audience in Audience for view in audience.views(self.organisation)}),
        ]
        for quad in (*self._said(self.nodes, graphs), *self._pointing(self.nodes, graphs)):
            self._take(*quad)
        for quad in self._said(self.phrases, [self.source]):
            self._take(*quad)
        for graph in self.undone:
            self._forget_undone(graph)

    def _forget_undone(self, graph: str) -> None:
        """An import that was undone goes whole where it concerns somebody who goes, or has had its time: the rest of it
        is of use only to tell what was once believed. It stays that there was an import."""
        said = [(s, p, o) for s, p, o in map(_parts, self.store.triples(graph))]
        if graph not in self.stale and not any(self._concerned(s, o) for s, _, o in said):
            return
        for subject, property_, value in said:
            if not subject.value.startswith(ID["import/"]):
                self._take(subject, property_, value, graph)
            elif property_.value == GSE.sourceName and self.naming is not None and self.naming.search(value.value):
                self.rename(subject.value, value.value, graph=graph)

    def _concerned(self, subject: NamedNode, value: NamedNode | Literal) -> bool:
        named = self.naming is not None and isinstance(value, Literal) and self.naming.search(value.value) is not None
        return named or subject.value in self.nodes or value.value in self.nodes

    def write(self, change: Change) -> None:
        """Put it into a change."""
        if self.people:
            # Statements of coverage name units, and a unit may name who goes: they are derived anew without them.
            take_away(self.store, self.organisation, change)
        for quad in (*self.quads, *self.renamed):
            change.remove(*quad)
        for (subject, predicate, _, graph), name in self.renamed.items():
            change.add(subject, predicate, term.literal(name), graph)

    def rename(
        self, node: str, old: str, new: str = FORGOTTEN_NAME, property_: str = GSE.sourceName, graph: str = ""
    ) -> None:
        """Forget the name of a file, or of something else, in the organisation's own graph or another."""
        if old != new:
            self.renamed[term.iri(node), term.iri(property_), term.literal(old), term.iri(graph or self.source)] = new

    def count(self, kind: str) -> int:
        """How many things of a kind go."""
        return sum(node.startswith(ID[f"{kind}/"]) for node in self.nodes)

    def _orphans(self) -> None:
        used = {o.value for _, p, o, _ in self._said(self.nodes, [self.source]) if p.value == GSE.statedAs}
        others = {
            o.value
            for s, p, o, _ in self._pointing(used, [self.source])
            if p.value == GSE.statedAs and s.value not in self.nodes
        }
        self.phrases |= used - others

    def _mentions(self) -> None:
        """Phrases of which no record makes use, and names of files and units, that name somebody who goes."""
        patterns = [re.escape(text) for said in self.people.values() for text in said if len(text) >= _TELLING]
        if not patterns:
            return
        self.naming = naming = re.compile(rf"(?<!\w)(?:{'|'.join(patterns)})(?!\w)", re.IGNORECASE)
        found = [
            (node.value, property_.value, text.value)
            for node, property_, text in self.store.select(Query("texts_of_source"), source=NamedNode(self.source))
            if node.value not in self.nodes
        ]
        self.peopled = {unit_key(text) for node, _, text in found if node.startswith(ID["membership/"])}
        spoken = set()
        for node, property_, text in found:
            if not naming.search(text):
                continue
            if property_ == GSE.sourceName:
                self.rename(node, text)
            elif node.startswith(ID["term/"]):
                spoken.add(node)
            elif (name := self._rename_unit(text)) is not None:
                self.rename(node, text, name, property_)
        used = {
            o.value
            for s, p, o, _ in self._pointing(spoken, [self.source])
            if p.value == GSE.statedAs and s.value not in self.nodes
        }
        self.phrases |= spoken - used

    def _rename_unit(self, name: str) -> str | None:
        """What a unit is called from now on; None for one that keeps its name, since it names nobody who goes, or since
        others are in it: then it is the organisation's."""
        key = unit_key(name)
        if self.naming is None or key in self.peopled or not self.naming.search(name):
            return None
        return self.units.setdefault(key, f"unit {secrets.token_hex(2)}, {FORGOTTEN_NAME}")

    def _said(self, iris: Iterable[str], graphs: Iterable[str]) -> list[Found]:
        return list(self._rows("statements", iris, graphs))

    def _pointing(self, iris: Iterable[str], graphs: Iterable[str]) -> list[Found]:
        return list(self._rows("links_to", iris, graphs))

    def _rows(self, query: str, iris: Iterable[str], graphs: Iterable[str]) -> Iterator[Found]:
        nodes = [NamedNode(iri) for iri in sorted(iris)]
        for graph in graphs:
            for start in range(0, len(nodes), _PORTION):
                pairs = [(NamedNode(graph), node) for node in nodes[start : start + _PORTION]]
                for subject, property_, value in self.store.select(Query(query), pairs=pairs):
                    yield subject, property_, value, graph

    def _take(self, subject: NamedNode, property_: NamedNode, value: object, graph: str) -> None:
        self.quads.add((str(subject), str(property_), str(value), term.iri(graph)))


def _parts(triple: Triple) -> tuple[NamedNode, NamedNode, NamedNode | Literal]:
    subject, value = triple.subject, triple.object
    assert isinstance(subject, NamedNode), "no blank node is kept"
    assert isinstance(value, NamedNode | Literal), "no blank node is kept"
    return subject, triple.predicate, value


def erase(register: Register, access: Access, slug: str, person: str, *, dry_run: bool = False) -> Erased:
    """Erase a person of an organisation, given by the digits of their IRI or the IRI; with `dry_run` only count.

    Raises RefusedError (`not-steward`), NotFoundError (`unknown-organisation`, `unknown-person`), ConflictError
    (`change-under-way`, `store-busy`) and what the store raises.
    """
    access.require_keeper(slug)
    register.state.organisation(slug)
    digits = person.removeprefix(ID["person/"])
    with register.change() as change:
        removal = Removal(register.store, slug)
        if _DIGITS.fullmatch(digits):
            removal.add_people([ID[f"person/{digits}"]])
        if not removal.people:
            raise unknown_person()
        removal.finish(register.figures.units(slug))
        told = erased(register, removal, dry_run=dry_run)
        if not dry_run:
            removal.write(change)
            register.erase(change, Delta(gone=gone(removal)), lambda: forget_beside(register, removal))
            forget_sign_ins(register, removal)
    return told


def home_of(register: Register, access: Access, digits: str) -> str:
    """Which of the organisations whose records the caller keeps knows a person.

    Raises NotFoundError (rule `unknown-person`), the same for a person of another organisation as for nobody.
    """
    for slug in sorted(access.keeps) if _DIGITS.fullmatch(digits) else ():
        person = NamedNode(ID[f"person/{digits}"])
        # Also one of whom nothing is left but what an import said that was undone.
        graphs = [GRAPH[f"source/{slug}"], *Removal(register.store, slug).undone]
        pairs = [(NamedNode(graph), person) for graph in graphs]
        if any(True for _ in register.store.select(Query("statements"), pairs=pairs)):
            return slug
    raise unknown_person()


def unknown_person() -> NotFoundError:
    """What to raise for a person whom the caller's organisation does not know."""
    return NotFoundError(
        "Your organisation knows no person with that identifier.",
        rule="unknown-person",
        remedy="Give the sixteen hexadecimal digits at the end of the address of their page.",
    )


def gone(removal: Removal) -> set[int]:
    """The people who go, as the index numbers them."""
    return {Identifier.from_iri(iri).value for iri in removal.people}


def forget_beside(register: Register, removal: Removal) -> None:
    """Take away what lies beside the store of the people who go.

    It goes before the store has decided: were it left to the end, a kill between would leave it with nobody to ask for
    it any more.
    """
    slug = removal.organisation
    for forget in register.forgetting:
        forget(slug)
    register.figures.forget(slug, sorted(gone(removal)), removal.units)
    for against in Basis:
        calibration_figures(register, against).forget(slug, sorted(gone(removal)), removal.units)
    register.complaints.forget({iri[-16:] for iri in removal.people})
    forget_sign_ins(register, removal)


def forget_sign_ins(register: Register, removal: Removal) -> None:
    """Take away users and tokens of the people who go; once more at the end, for who came in by an address of theirs
    while the store was written."""
    callers, mailboxes = _signing_in(removal)
    register.users.forget(callers, mailboxes, removal.organisation)
    register.tokens.forget(callers)


def _signing_in(removal: Removal) -> tuple[list[Caller], set[str]]:
    callers = [Caller(Role.PERSON, removal.organisation, iri[-16:]) for iri in removal.people]
    return callers, {text for said in removal.people.values() for text in said if "@" in text}


def erased(register: Register, removal: Removal, *, dry_run: bool) -> Erased:
    """The counts of a removal that has yet to be made."""
    callers, mailboxes = _signing_in(removal)
    tokens = sum(token.caller in set(map(str, callers)) for token in register.tokens.tokens())
    sign_ins = tokens + len(register.users.concerned(callers, mailboxes, removal.organisation))
    files = sum(property_ == term.iri(GSE.sourceName) for _, property_, _, _ in removal.renamed)
    records, memberships, people = (removal.count(kind) for kind in ("record", "membership", "person"))
    return Erased(
        people,
        records,
        memberships,
        len(removal.nodes) - records - memberships - people,
        len(removal.phrases),
        files,
        len(removal.units),
        sign_ins,
        len(removal.quads) + len(removal.renamed),
        register.folder.count_backups(),
        dry_run,
    )
