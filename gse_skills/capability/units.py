"""The tree of an organisation's units, at any depth and on any day.

A unit is known by its name, in the organisation's own words, as sheets know it. It has a place in the tree for a time;
a move ends one place and begins another, so a figure as of a date uses the tree of that date. A unit that sheets name
and the tree does not hangs directly below the organisation. Standard: W3C Organization Ontology, `org:unitOf`.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pyoxigraph import NamedNode

from gse_skills.errors import InputError, NotFoundError
from gse_skills.records import organisation_iri
from gse_skills.records.lexical import day_or_none
from gse_skills.store import Change, Query, Store, term
from gse_skills.vocabulary import GRAPH, GSE, ORG, RDF, SKOS, Identifier

Day = datetime.date
_MOST_NAMES = 200


@dataclass(frozen=True, slots=True)
class Place:
    """For some time a unit hangs directly below another, or below the organisation."""

    iri: str
    name: str
    above: str
    """IRI of a place of the unit above, or of the organisation."""
    since: Day | None = None
    """None for as long as anybody knows."""
    until: Day | None = None
    """The first day on which it hangs there no more; None while it does."""

    def holds(self, day: Day) -> bool:
        """Whether the unit hangs there on a day."""
        return (self.since is None or self.since <= day) and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Tree:
    """The units on one day."""

    names: Mapping[str, str]
    """As the organisation writes each, by key."""
    above: Mapping[str, str]
    """The key of the unit directly above, by key; whoever is not in it hangs directly below the organisation."""

    def below(self, name: str) -> frozenset[str]:
        """The keys of a unit and of all below it; of a unit that the tree does not know, its own."""
        found, queue = {unit_key(name)}, [unit_key(name)]
        while queue:
            wanted = queue.pop()
            fresh = {one for one, parent in self.above.items() if parent == wanted} - found
            found |= fresh
            queue.extend(fresh)
        return frozenset(found)

    def path(self, name: str) -> tuple[str, ...]:
        """The names of the units above one, the highest first."""
        found: list[str] = []
        key = self.above.get(unit_key(name))
        while key is not None and self.names[key] not in found:
            found.append(self.names[key])
            key = self.above.get(key)
        return tuple(reversed(found))


@dataclass(frozen=True, slots=True)
class Structure:
    """All places of an organisation's units, past and to come."""

    organisation: str
    """Slug."""
    places: tuple[Place, ...] = ()

    def at(self, day: Day) -> Tree:
        """The tree of a day."""
        by_iri = {place.iri: place for place in self.places}
        now = {unit_key(place.name): place for place in self.places if place.holds(day)}
        above = {
            key: unit_key(by_iri[place.above].name)
            for key, place in now.items()
            if place.above in by_iri and unit_key(by_iri[place.above].name) in now
        }
        return Tree({key: place.name for key, place in now.items()}, above)

    def of(self, name: str) -> tuple[Place, ...]:
        """The places of one unit, the oldest first."""
        found = (place for place in self.places if unit_key(place.name) == unit_key(name))
        return tuple(sorted(found, key=lambda place: place.since or Day.min))

    def placed(
        self,
        name: str,
        above: str | None,
        since: Day | None = None,
        until: Day | None = None,
        named: Iterable[str] = (),
    ) -> Structure:
        """The structure in which a unit hangs below another, or below the organisation, from one day until another.

        What was said of the unit for that time gives way, what was said for other times stays: with an end what the new
        place cuts off does not go on after it. `named` are units that sheets name: one of these may be above although
        nothing was said of it before.

        Raises InputError (`unit-name`, `unit-dates`, `unit-cycle`) and NotFoundError (`unknown-unit`).
        """
        name = " ".join(name.split())
        if not 0 < len(name) <= _MOST_NAMES:
            remedy = f"Give it one to {_MOST_NAMES} characters, as the sheets write it."
            raise InputError("That cannot name a unit.", rule="unit-name", remedy=remedy)
        if since is not None and until is not None and until <= since:
            raise InputError(
                f"It would leave its place on {until:%d/%m/%Y}, before it has it.",
                rule="unit-dates",
                remedy="Give an end after the beginning.",
            )
        known = self
        if above is not None and unit_key(above) == unit_key(name):
            raise _cycle(name, Day.min)
        if above is not None and not known.of(above):
            known = known._top(above, named)
        parent = organisation_iri(self.organisation) if above is None else known.of(above)[-1].iri
        fresh = Place(Identifier.mint("unit").iri, name, parent, since, until)
        kept, gone = [], set()
        for place in known.places:
            parts = list(_outside(place, fresh)) if unit_key(place.name) == unit_key(name) else [place]
            kept.extend(parts)
            if not parts:
                gone.add(place.iri)
        # Whoever hung below a place that is no more hangs below the one that takes its time.
        moved = (replace(place, above=fresh.iri) if place.above in gone else place for place in kept)
        found = Structure(self.organisation, (*moved, fresh))
        found._refuse_cycles()
        return found

    def ended(self, name: str, on: Day, into: str | None = None, named: Iterable[str] = ()) -> Structure:
        """The structure in which a unit is no more from a day on; units below it hang below `into` from then on.

        Raises InputError (`unit-not-empty` where units would be left below it and `into` is None, `unit-ended`,
        `unit-dates`, `unit-cycle`) and NotFoundError (`unknown-unit`). `named` are units that sheets name.
        """
        named = tuple(named)
        known = self if self.of(name) else self._top(name, named)
        if all(place.until is not None and place.until <= on for place in known.of(name)):
            raise _over(name, on)
        if all(place.since is not None and place.since >= on for place in known.of(name)):
            raise InputError(
                f"{name} is not there before {on:%d/%m/%Y}.",
                rule="unit-dates",
                remedy="Give an end after the beginning.",
            )
        below = known.directly_below(name, on)
        if into is not None:
            key = unit_key(into)
            if known.of(into) and key not in known.at(on).names:
                raise _over(into, on)
            if not known.of(into):
                known = known._top(into, named)
            if key in known.at(on).below(name):
                raise _cycle(into, on)
        elif below:
            raise InputError(
                f"{', '.join(below[:5])} would be left below {name}.",
                rule="unit-not-empty",
                remedy="Say into which unit it goes, or move what is below it first.",
                extra={"units": list(below)},
            )
        for one in below:
            known = known.placed(one, into, on)
        places = (
            replace(place, until=min(place.until or on, on)) if unit_key(place.name) == unit_key(name) else place
            for place in known.places
            if unit_key(place.name) != unit_key(name) or place.since is None or place.since < on
        )
        return Structure(self.organisation, tuple(places))

    def directly_below(self, name: str, on: Day) -> tuple[str, ...]:
        """The units that hang directly below one on a day or later, as they are written, sorted."""
        mine = {place.iri for place in self.of(name)}
        found = {
            unit_key(place.name): place.name
            for place in self.places
            if place.above in mine and (place.until is None or place.until > on)
        }
        return tuple(found[key] for key in sorted(found))

    def _top(self, name: str, named: Iterable[str]) -> Structure:
        said = next((one for one in named if unit_key(one) == unit_key(name)), None)
        if said is None:
            raise unknown_unit(name)
        top = Place(Identifier.mint("unit").iri, said, organisation_iri(self.organisation))
        return Structure(self.organisation, (*self.places, top))

    def _refuse_cycles(self) -> None:
        days = {day for place in self.places for day in (place.since, place.until) if day is not None}
        for day in sorted({Day.min, *days}):
            tree = self.at(day)
            for key in tree.above:
                if tree.above[key] == key or any(key == unit_key(one) for one in tree.path(tree.names[key])):
                    raise _cycle(tree.names[key], day)


def unit_key(name: str) -> str:
    """What makes two ways to write a unit the same.

    >>> unit_key("Virology  Section") == unit_key("VIROLOGY section")
    True
    """
    return " ".join(name.split()).casefold()


def unknown_unit(name: str) -> NotFoundError:
    """The error for a unit that nobody has said anything of."""
    return NotFoundError(
        f"Nothing is known of a unit “{name}”.",
        rule="unknown-unit",
        remedy="Write it as the organisation does, or say first where it hangs with `gse-skills unit set`.",
    )


def _over(name: str, day: Day) -> InputError:
    return InputError(
        f"{name} is no more on {day:%d/%m/%Y}.",
        rule="unit-ended",
        remedy="Give an earlier day, or say first where it hangs with `gse-skills unit set`.",
    )


def _cycle(name: str, day: Day) -> InputError:
    return InputError(
        f"{name} would be below itself{f' on {day:%d/%m/%Y}' if day > Day.min else ''}.",
        rule="unit-cycle",
        remedy="Move the unit that is above it first, or choose another to be above.",
    )


def read_structure(store: Store, organisation: str) -> Structure:
    """The places of an organisation's units."""
    rows = store.select(Query("units"), source=NamedNode(GRAPH[f"source/{organisation}"]))
    places = (
        Place(place.value, name.value, above.value, day_or_none(since), day_or_none(until))
        for place, name, above, since, until in rows
    )
    return Structure(organisation, tuple(sorted(places, key=lambda one: (unit_key(one.name), one.since or Day.min))))


def write_structure(old: Structure, new: Structure, change: Change) -> None:
    """Write into `change` what makes of one structure another."""
    graph = term.iri(GRAPH[f"source/{new.organisation}"])
    before, after = ({fact for place in one.places for fact in _facts(place)} for one in (old, new))
    for fact in sorted(before - after):
        change.remove(*fact, graph)
    for fact in sorted(after - before):
        change.add(*fact, graph)


def _facts(place: Place) -> Iterable[tuple[str, str, str]]:
    subject = term.iri(place.iri)
    yield subject, term.iri(RDF.type), term.iri(ORG.OrganizationalUnit)
    yield subject, term.iri(SKOS.prefLabel), term.literal(place.name)
    yield subject, term.iri(ORG.unitOf), term.iri(place.above)
    for predicate, day in ((GSE.validFrom, place.since), (GSE.validUntil, place.until)):
        if day is not None:
            yield subject, term.iri(predicate), term.date(day)


def _outside(place: Place, other: Place) -> Iterable[Place]:
    """What is left of the time of a place beside that of another: nothing, or what comes before."""
    begins, ends = place.since or Day.min, place.until or Day.max
    since, until = other.since or Day.min, other.until or Day.max
    if until <= begins or ends <= since:
        yield place
    elif begins < since:
        yield replace(place, until=other.since)
