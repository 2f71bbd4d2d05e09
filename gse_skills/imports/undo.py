"""The last import of an organisation taken back: what it brought about goes, what it ended or renamed is as it was.

Nothing of it is forgotten. Its statements move from the organisation's source graph into a graph of their own, named
after the import, with the ends that it gave to others; the source graph keeps a `gse:Undo` that says when it was taken
back and on whose behalf. So everything that reads the source graph finds it as it was before the import, and what was
known in between can still be told: the import's time and the undo's are the two ends of when it was believed.

It is refused (`built-on`) when something later rests on what the import brought about or ended: a level judged anew, a
correction, a request, an application, a release that carried records over. What names people stands in two graphs of
its own until the next import, since a source graph keeps no former names.
"""

from __future__ import annotations

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode, Triple

from gse_skills.errors import ConflictError
from gse_skills.framework import Framework
from gse_skills.imports.state import Known, OrganisationState, kept_for_undo
from gse_skills.imports.statements import former_graph, latter_graph
from gse_skills.index import Delta, Facts, Post
from gse_skills.records import AudienceRules, Person, SkillRecord, person_views
from gse_skills.records.lexical import day, organisation_iri, record_value
from gse_skills.records.view import record_term
from gse_skills.store import Change, Query, Store, term
from gse_skills.views import judge, rewrite
from gse_skills.vocabulary import (
    DCTERMS,
    FOAF,
    GRAPH,
    GSE,
    ID,
    ORG,
    PROV,
    RDF,
    SKOS,
    Audience,
    Basis,
    Identifier,
    Level,
)

_END = frozenset((GSE.validUntil, PROV.wasInvalidatedBy))
_SAID: Mapping[str, frozenset[str]] = {
    "record": frozenset(
        {
            *(GSE.holder, GSE.skill, GSE.level, GSE.basis, GSE.assessedOn, GSE.audience),
            *(GSE.statedAs, GSE.row, PROV.wasRevisionOf),
        }
    ),
    "membership": frozenset(
        {
            *(RDF.type, ORG.member, ORG.organization, PROV.wasGeneratedBy, GSE.validFrom),
            *(GSE.unit, GSE.grade, GSE.site, GSE.availability, GSE.ownRole, GSE.leavesOn),
        }
    ),
    "person": frozenset({RDF.type, ORG.memberOf, PROV.wasGeneratedBy, FOAF.name, DCTERMS.identifier, FOAF.mbox}),
    "term": frozenset(
        {RDF.type, SKOS.prefLabel, PROV.wasGeneratedBy, GSE.concept, GSE.matchedBy, GSE.cells, GSE.alongside}
    ),
}
"""What an import says of what it brings about, by kind; anything else was said by somebody later."""
_PERSON, _MEMBERSHIP, _RECORD = (ID[f"{kind}/"] for kind in ("person", "membership", "record"))
_DERIVED = ID["coverage/"]
"""What follows from the records, and is renewed with the change."""
_NAMING = {FOAF.name: "name", DCTERMS.identifier: "staff_number", FOAF.mbox: "email"}

Node = dict[str, list[Any]]
"""What is said of one thing: terms by property."""


def undone_graph(organisation: str, identifier: Identifier) -> str:
    """The graph that keeps what an import said that was undone."""
    return GRAPH[f"undone/{organisation}/{identifier.value:016x}"]


@dataclass(frozen=True, slots=True)
class UndoActivity:
    """The taking back of an import."""

    identifier: Identifier
    organisation: str
    started: datetime.datetime
    caller: str
    """On whose behalf, as callers are written."""


@dataclass(frozen=True, slots=True)
class Undoing:
    """What an undo does, or would do, by number."""

    withdrawn: int
    """Records that the import brought and that go."""
    restored: int
    """Records that it ended and that hold again."""
    people_removed: int
    people_restored: int
    """People whose name, membership or presence is again as it was."""
    digest: str
    """Names exactly what it does."""


@dataclass(slots=True)
class Undoer:
    """Plans the undo of one import into `change` and `delta`; the caller has seen that it is the last one."""

    store: Store
    state: OrganisationState
    framework: Framework
    rules: AudienceRules
    identifier: Identifier
    """The import."""
    started: datetime.datetime
    change: Change
    delta: Delta = field(default_factory=Delta)
    _brought: dict[str, Node] = field(default_factory=dict)
    _ended: dict[str, Node] = field(default_factory=dict)
    _former: dict[int, dict[str, str]] = field(default_factory=lambda: defaultdict(dict))
    """What names people as it was before, by person and property."""
    _restored: dict[int, list[SkillRecord]] = field(default_factory=lambda: defaultdict(list))
    """Records that hold again, by person."""
    _back: dict[int, Node] = field(default_factory=dict)
    """Memberships that hold again, by person."""
    _touched: dict[int, str] = field(default_factory=dict)
    """What becomes of people: `removed`, `restored`, or empty where only records change."""

    def run(self, activity: UndoActivity) -> Undoing:
        """Plan it; raises ConflictError (rule `built-on`)."""
        self.delta.because = activity.identifier.iri
        self._gather()
        self._check()
        for person in sorted(self._people()):
            self._person(person)
        self._move(activity)
        kinds = list(self._touched.values())
        gone = [iri for iri in self._brought if iri.startswith(_RECORD)]
        return Undoing(
            len(gone),
            sum(map(len, self._restored.values())),
            kinds.count("removed"),
            kinds.count("restored"),
            _digest(self.identifier, [*gone, *self._ended, *(f"{who} {what}" for who, what in self._touched.items())]),
        )

    @property
    def _source(self) -> NamedNode:
        return NamedNode(GRAPH[f"source/{self.state.organisation}"])

    def _read(self, query: str) -> dict[str, Node]:
        found: dict[str, Node] = {}
        terms = {"source": self._source, "import": NamedNode(self.identifier.iri)}
        for node, property_, value in self.store.select(Query(query), **terms):
            if node.value.startswith(_DERIVED):
                continue
            values = found.setdefault(node.value, {}).setdefault(property_.value, [])
            if value not in values:
                values.append(value)
        return found

    def _gather(self) -> None:
        self._brought = self._read("import_brought")
        self._ended = self._read("import_ended")
        for iri, said in self._ended.items():
            if iri.startswith(_RECORD):
                record = self._record(iri, said)
                self._restored[record.person].append(record)
            elif iri.startswith(_MEMBERSHIP):
                self._back[record_value(said[ORG.member][0].value)] = said
        former, latter = former_graph(self.state.organisation), latter_graph(self.state.organisation)
        for triple in self.store.triples(former):
            if triple.predicate.value in _NAMING:
                person = record_value(_value(triple.subject))
                self._former[person][triple.predicate.value] = _value(triple.object)
        for triple in self.store.triples(latter):
            known = self.state.people.get(record_value(_value(triple.subject)))
            now = known and getattr(known.person, _NAMING[triple.predicate.value])
            if known and (now or "") != _value(triple.object).removeprefix("mailto:"):
                raise _built_on("the name, staff number or address of somebody whom it renamed was changed")

    def _record(self, iri: str, said: Node) -> SkillRecord:
        person, skill = record_value(said[GSE.holder][0].value), self.framework.number(said[GSE.skill][0].value)
        stated = Audience.from_iri(said[GSE.audience][0].value) if GSE.audience in said else None
        known = self.state.people.get(person)
        audience = self.rules.of(
            self.state.organisation, stated, person=known.person.audience if known else None, skill=skill
        )
        return SkillRecord(
            record_value(iri),
            person,
            skill,
            Level.from_iri(said[GSE.level][0].value),
            Basis.from_iri(said[GSE.basis][0].value),
            day(said[GSE.assessedOn][0].value),
            audience,
        )

    def _check(self) -> None:
        """Raise when something later rests on what would change."""
        for iri, said in self._brought.items():
            kind = iri.removeprefix(ID).partition("/")[0]
            if not said.keys() <= _SAID[kind]:
                raise _built_on(f"something was said of a {kind} that it brought")
        for said in self._ended.values():
            if any(len(said[property_]) > 1 for property_ in _END):
                raise _built_on("something that it ended was ended anew")
        terms = {"source": self._source, "import": NamedNode(self.identifier.iri)}
        for node, _, _ in self.store.select(Query("import_built_on"), **terms):
            if node.value not in self._brought:
                raise _built_on("something was recorded of what it brought")
        for (when,) in self.store.select(Query("migrations_since"), source=self._source):
            if when.value >= term.date_time(self.started).split('"')[1]:
                raise _built_on("a release carried records over")

    def _people(self) -> set[int]:
        found = {record_value(iri) for iri in self._brought if iri.startswith(_PERSON)}
        for said in self._brought.values():
            for property_ in (GSE.holder, ORG.member):
                found |= {record_value(value.value) for value in said.get(property_, ())}
        return found | {*self._restored, *self._back, *self._former}

    def _person(self, identifier: int) -> None:
        known = self.state.people.get(identifier)
        if known is None:
            # Erased since, with everything that was of them.
            return
        before = self.state.records_of(identifier)
        after = [one for one in before if _record_iri(one) not in self._brought] + self._restored.get(identifier, [])
        if len({(one.skill, one.basis) for one in after}) < len(after):
            raise _built_on("a level that it changed or ended was judged anew")
        old = known.person if known.membership is not None else None
        new = self._as_it_was(known)
        self._write(identifier, old, before, new, after)
        if f"{_PERSON}{identifier:016x}" in self._brought:
            self._touched[identifier] = "removed"
            self.delta.gone.add(identifier)
        else:
            self._touched[identifier] = "restored" if new != old else ""
            self.delta.people[identifier] = _facts(self.state.organisation, new)

    def _as_it_was(self, known: Known) -> Person | None:
        """A person's card before the import; None for one who was not there."""
        identifier, names = known.person.identifier.value, self._former.get(known.person.identifier.value, {})
        person = _renamed(known.person, names)
        if f"{_PERSON}{identifier:016x}" in self._brought:
            return None
        here = None if known.membership is None else f"{_MEMBERSHIP}{known.membership:016x}"
        if here is not None and here not in self._brought:
            if identifier in self._back:
                raise _built_on("somebody who had left came back")
            return person
        if identifier not in self._back:
            return None
        return _with_membership(person, self._back[identifier])

    def _write(
        self,
        identifier: int,
        old: Person | None,
        before: list[SkillRecord],
        new: Person | None,
        after: list[SkillRecord],
    ) -> None:
        """Bring the views and the index from one state of a person to the other."""
        slug = self.state.organisation
        was = person_views(old, before, self.framework, self.rules) if old else {}
        becomes = person_views(new, after, self.framework, self.rules) if new else {}
        rewrite(identifier, was, becomes, self.change, self.delta)
        left = {one.identifier for one in after}
        for record in (*(one for one in before if one.identifier not in left), *self._restored.get(identifier, ())):
            for view in record.audience.views(slug):
                self.delta.dropped[view].add(record.identifier)
        judge(slug, before, after, self.rules.standing, self.delta)

    def _move(self, activity: UndoActivity) -> None:
        """Move what the import said out of the source graph, and say that it was taken back."""
        source, undone = str(self._source), term.iri(undone_graph(self.state.organisation, self.identifier))
        for quad in self._said():
            self.change.remove(*quad, source)
            self.change.add(*quad, undone)
        for iri in self._renamed():
            self._rename(iri, source)
        for kept in kept_for_undo(self.store, self.state.organisation):
            self.change.remove(*kept)
        about = term.iri(activity.identifier.iri)
        for property_, value in (
            (RDF.type, term.iri(GSE.Undo)),
            (PROV.startedAtTime, term.date_time(activity.started)),
            (PROV.wasAssociatedWith, term.iri(organisation_iri(activity.organisation))),
            (PROV.wasInformedBy, term.iri(self.identifier.iri)),
            (GSE.onBehalfOf, term.literal(activity.caller)),
        ):
            self.change.add(about, term.iri(property_), value, source)

    def _said(self) -> Iterator[tuple[str, str, str]]:
        """Everything that the import said: of itself, of what it brought about, of what it ended."""
        statements = self.store.select(Query("statements"), pairs=[(self._source, NamedNode(self.identifier.iri))])
        yield from ((str(subject), str(property_), str(value)) for subject, property_, value in statements)
        for nodes, wanted in ((self._brought, None), (self._ended, _END)):
            for iri, said in nodes.items():
                for property_, values in said.items():
                    if wanted is None or property_ in wanted:
                        yield from ((f"<{iri}>", term.iri(property_), str(value)) for value in values)

    def _renamed(self) -> Iterable[int]:
        return sorted(set(self._former) & set(self.state.people))

    def _rename(self, identifier: int, source: str) -> None:
        subject, person = f"<{_PERSON}{identifier:016x}>", self.state.people[identifier].person
        for property_, value in self._former[identifier].items():
            now = getattr(person, _NAMING[property_])
            if now:
                self.change.remove(subject, term.iri(property_), _naming(property_, now), source)
            if value:
                self.change.add(subject, term.iri(property_), _naming(property_, _bare(value) or ""), source)


def _renamed(person: Person, names: Mapping[str, str]) -> Person:
    """The person by other names, as far as there are others, by property."""
    return replace(
        person,
        name=names.get(FOAF.name, person.name),
        staff_number=_bare(names[DCTERMS.identifier]) if DCTERMS.identifier in names else person.staff_number,
        email=_bare(names[FOAF.mbox]) if FOAF.mbox in names else person.email,
    )


def _with_membership(person: Person, said: Node) -> Person:
    def text(property_: str) -> str | None:
        return said[property_][0].value if property_ in said else None

    available = text(GSE.availability)
    return replace(
        person,
        unit=text(GSE.unit),
        grade=text(GSE.grade),
        site=text(GSE.site),
        role=text(GSE.ownRole),
        leaves_on=day(leaves) if (leaves := text(GSE.leavesOn)) else None,
        available=None if available is None else available == GSE.Available,
    )


def _facts(organisation: str, person: Person | None) -> Facts:
    if person is None:
        return Facts(organisation)
    return Facts(organisation, person.availability_flag, Post(person.unit or "", person.grade or "", person.site or ""))


def _value(term_: NamedNode | BlankNode | Literal | Triple) -> str:
    assert not isinstance(term_, Triple), "no graph of ours speaks of a statement"
    return term_.value


def _bare(value: str) -> str | None:
    return value.removeprefix("mailto:") or None


def _naming(property_: str, value: str) -> str:
    return term.iri(f"mailto:{value}") if property_ == FOAF.mbox else term.literal(value)


def _record_iri(record: SkillRecord) -> str:
    return record_term(record.identifier)[1:-1]


def _digest(identifier: Identifier, things: Iterable[str]) -> str:
    total = hashlib.sha256(identifier.iri.encode())
    for thing in sorted(things):
        total.update(f"\n{thing}".encode())
    return total.hexdigest()[:32]


def _built_on(why: str) -> ConflictError:
    return ConflictError(
        f"The import cannot be undone, since later changes build on it: {why}.",
        rule="built-on",
        remedy="Put right what is wrong with a newer sheet, or with a correction of the single record.",
    )
