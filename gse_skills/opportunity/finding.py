"""Finding opportunities: what a caller may see of them, by skill, scheme, kind, dates and place."""

from __future__ import annotations

import datetime
from collections import Counter
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from gse_skills.access import Access
from gse_skills.errors import InputError, NotFoundError
from gse_skills.framework import SKILL_KINDS, Framework
from gse_skills.opportunity.opportunity import Opportunity, Status, read_source, read_view
from gse_skills.opportunity.participation import Participation, read_participations
from gse_skills.opportunity.scheme import InterchangeScheme, OpportunityKind, kind_named, scheme_named
from gse_skills.register import Register, State, today
from gse_skills.vocabulary import Audience

_KNOWN: WeakKeyDictionary[Register, dict[str, tuple[int, tuple[Opportunity, ...]]]] = WeakKeyDictionary()
"""Of each open register what its views showed, by view, with the commit as of which it was read."""


@dataclass(frozen=True, slots=True)
class OpportunityQuestion:
    """What somebody looks for; what is empty narrows nothing."""

    skill: str = ""
    """By notation, IRI or label; what develops something narrower or broader fits too."""
    scheme: str = ""
    kind: str = ""
    """Each by slug, label or IRI."""
    starts: datetime.date | None = None
    """It goes on at some time from that day..."""
    ends: datetime.date | None = None
    """...to that day. Without either, what is over is left out."""
    place: str = ""
    """Part of the name of the site, or `remote`."""


@dataclass(frozen=True, slots=True)
class Offered:
    """An opportunity as a caller sees it."""

    opportunity: Opportunity
    taken: int
    """Places that are taken; by whom is not told."""

    @property
    def free(self) -> int:
        """Places that are free."""
        return max(self.opportunity.places - self.taken, 0)


def search(register: Register, question: OpportunityQuestion, access: Access) -> tuple[Offered, ...]:
    """The open opportunities that a caller may see and that fit: exact skills first, then what starts soonest.

    Raises NotFoundError (rules `unknown-term`, `unknown-scheme`, `unknown-kind`), AmbiguousError (`ambiguous-label`)
    and InputError (`dates-out-of-order`).
    """
    state = register.state
    wanted = _Wanted.of(question, state)
    found = [one for one in visible(register, access) if wanted.fits(one)]
    taken = places_taken(register, found)
    found.sort(key=lambda one: (wanted.closeness(one), one.starts, one.ends, one.identifier))
    return tuple(Offered(one, taken[one.identifier.iri]) for one in found)


def find(register: Register, digits: str, access: Access) -> Offered:
    """The opportunity with those sixteen digits; whoever keeps its host's records sees it also when it is not open.

    Raises NotFoundError (rule `unknown-opportunity`), the same for one that is hidden as for one that is not there.
    """
    own = (one for slug in sorted(access.keeps) for one in read_source(register.store, slug))
    for one in (*own, *visible(register, access)):
        if one.digits == digits:
            return Offered(one, places_taken(register, [one])[one.identifier.iri])
    raise NotFoundError(
        "No opportunity with that identifier is visible to you.",
        rule="unknown-opportunity",
        remedy="See the list of opportunities, or sign in with an account that may see it.",
    )


def visible(register: Register, access: Access) -> tuple[Opportunity, ...]:
    """Every open opportunity that a caller may see: those of their views, and those of their own organisation."""
    views = list(access.views)
    if access.home is not None:
        views.append(Audience.PRIVATE.view(access.home))
    return tuple(one for view in dict.fromkeys(views) for one in _shown(register, view))


def _shown(register: Register, view: str) -> tuple[Opportunity, ...]:
    """What a view shows, read once a commit: every search asks for all of it, and reading a thousand takes long."""
    commit = register.store.commit
    known = _KNOWN.setdefault(register, {}).get(view)
    if known is None or known[0] != commit:
        known = _KNOWN[register][view] = commit, read_view(register.store, view)
    return known[1]


def waiting(register: Register, access: Access) -> tuple[Opportunity, ...]:
    """What members of the organisations whose records the caller keeps have offered, and nobody has confirmed."""
    offered = (one for slug in sorted(access.keeps) for one in read_source(register.store, slug))
    return tuple(sorted((one for one in offered if one.status is Status.PROPOSED), key=lambda one: one.offered))


def places_taken(register: Register, opportunities: list[Opportunity]) -> Counter[str]:
    """How many places of each opportunity are taken, by IRI."""
    wanted = {one.identifier.iri: one.host for one in opportunities}
    if not wanted:
        return Counter()
    everybody = read_participations(register.store, wanted)
    return Counter(one.opportunity for one in everybody if one.opportunity in wanted and one.stage.takes_place)


def participations(register: Register) -> tuple[Participation, ...]:
    """Everybody's participations; what a caller may see of them is for the callers of this to decide."""
    hosts = {
        one.identifier.iri: one.host
        for organisation in register.state.organisations
        for one in read_source(register.store, organisation.slug)
    }
    return read_participations(register.store, hosts)


def related(skill: str, framework: Framework) -> dict[str, int]:
    """The concepts that fit when a skill is wanted, each with how close it is: 0 itself, 1 narrower, 2 broader."""
    above = dict.fromkeys(framework.ancestors(skill), 2)
    below = {framework.iris[number]: 1 for number in framework.descendants(skill)}
    return {**above, **below, skill: 0}


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A question with its names resolved."""

    related: dict[str, int] | None
    scheme: InterchangeScheme | None
    kind: OpportunityKind | None
    starts: datetime.date
    ends: datetime.date
    place: str

    @classmethod
    def of(cls, question: OpportunityQuestion, state: State) -> _Wanted:
        """The question, over the state of the register."""
        starts, ends = question.starts, question.ends
        if starts is None and (ends is None or ends >= today()):
            starts = today()
        if starts is not None and ends is not None and starts > ends:
            raise InputError(
                "The first day is after the last.", rule="dates-out-of-order", remedy="Exchange the two days."
            )
        skill = question.skill.strip()
        return cls(
            related(state.lookup.resolve(skill, kinds=SKILL_KINDS).concept, state.framework) if skill else None,
            scheme_named(question.scheme) if question.scheme.strip() else None,
            kind_named(question.kind) if question.kind.strip() else None,
            starts or datetime.date.min,
            ends or datetime.date.max,
            question.place.strip().casefold(),
        )

    def fits(self, one: Opportunity) -> bool:
        """Whether an opportunity is what is wanted."""
        return (
            (self.scheme is None or one.scheme == self.scheme)
            and (self.kind is None or one.kind == self.kind)
            and one.starts <= self.ends
            and one.ends >= self.starts
            and (self.related is None or any(aim.skill in self.related for aim in one.aims))
            and (not self.place or self.place in one.site.casefold() or (self.place == "remote" and one.remote))
        )

    def closeness(self, one: Opportunity) -> int:
        """How close the nearest of its skills is."""
        if self.related is None:
            return 0
        return min(self.related[aim.skill] for aim in one.aims if aim.skill in self.related)
