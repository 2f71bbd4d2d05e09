"""How long things are kept, and taking away what has had its time.

For each kind of thing the installation sets the longest time, and an organisation may choose a shorter one. Everything
that is due in all organisations goes in one change and one writing of the store anew.
"""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from pyoxigraph import NamedNode

from gse_skills.access import Access
from gse_skills.access.private_file import PrivateFile
from gse_skills.complaints import Complaint
from gse_skills.erasure import Erased, Removal, erased, forget_beside, forget_sign_ins
from gse_skills.errors import ConflictError, InputError, RefusedError
from gse_skills.records.lexical import day
from gse_skills.register import Register, today
from gse_skills.store import DataFolder, Query, Store


class Kind(StrEnum):
    """A kind of thing that is kept for a time."""

    LEAVERS = "leavers"
    """People whose last membership ended, with everything of theirs."""
    ENDED = "ended"
    """Records and memberships that ended, of people who are still there; and what imports said that were undone."""
    PHRASES = "phrases"
    """Phrases that nothing matched."""
    FILE_NAMES = "file-names"
    """Names of files that were imported; the imports stay."""
    REQUESTS = "requests"
    """Requests for correction that were settled; what was put right stays."""
    PARTICIPATIONS = "participations"
    """Applications for opportunities and what became of them, once they are over; the level that moved stays."""
    COMPLAINTS = "complaints"
    """Complaints that were answered."""


@dataclass(frozen=True, slots=True)
class Due:
    """What went, or would go, of an organisation."""

    organisation: str
    """Slug; empty for complaints about the service itself."""
    months: Mapping[Kind, int]
    erased: Erased
    complaints: int
    digest: str
    """Of just what goes: the same for the same things."""


class Choices:
    """What organisations chose, in one small file of the data folder."""

    def __init__(self, folder: DataFolder) -> None:
        self._file = PrivateFile(folder.path / "retention.json")

    def of(self, organisation: str) -> dict[Kind, int]:
        """The months by kind that an organisation chose."""
        return {
            Kind(entry["kind"]): int(entry["months"])
            for entry in self._file.read()
            if entry["organisation"] == organisation
        }

    def choose(self, organisation: str, chosen: Mapping[Kind, int | None]) -> None:
        """Keep choices, those of None taken back; what is left out stays."""
        with self._file.alone():
            kept = [
                entry
                for entry in self._file.read()
                if entry["organisation"] != organisation or Kind(entry["kind"]) not in chosen
            ]
            kept += [
                {"organisation": organisation, "kind": kind.value, "months": months}
                for kind, months in chosen.items()
                if months is not None
            ]
            self._file.write(kept)


def longest(register: Register) -> dict[Kind, int]:
    """The installation's months by kind; no organisation keeps anything for longer."""
    settings = register.settings
    return {
        Kind.LEAVERS: settings.keep_leavers_months,
        Kind.ENDED: settings.keep_ended_months,
        Kind.PHRASES: settings.keep_phrases_months,
        Kind.FILE_NAMES: settings.keep_file_names_months,
        Kind.REQUESTS: settings.keep_requests_months,
        Kind.PARTICIPATIONS: settings.keep_participations_months,
        Kind.COMPLAINTS: settings.keep_complaints_months,
    }


def months_of(register: Register, organisation: str) -> dict[Kind, int]:
    """The months by kind that hold for an organisation: its own choice, within the installation's."""
    chosen = Choices(register.folder).of(organisation)
    return {kind: min(most, chosen.get(kind, most)) for kind, most in longest(register).items()}


def organisations_seen(register: Register, access: Access) -> tuple[str, ...]:
    """The slugs of those organisations of which a caller may know how long they keep things: administrators of all.

    Raises RefusedError (rule `not-for-retention`) for whoever keeps no records and does not run the service.
    """
    if not access.keeps and not access.administers:
        raise RefusedError(
            "How long things are kept is for stewards, and for whoever runs the service.",
            rule="not-for-retention",
            remedy="The privacy notice says it for everybody.",
        )
    return tuple(one.slug for one in register.state.organisations if access.administers or one.slug in access.keeps)


def kept_for(register: Register, access: Access, organisation: str) -> dict[Kind, int]:
    """The months by kind that hold for an organisation, for those who keep its records.

    Raises RefusedError (`not-steward`) and NotFoundError (`unknown-organisation`).
    """
    access.require_keeper(organisation)
    register.state.organisation(organisation)
    return months_of(register, organisation)


def choose(register: Register, access: Access, organisation: str, chosen: Mapping[Kind, int | None]) -> dict[Kind, int]:
    """Choose how long an organisation keeps things by kind, None for as long as the installation does; what is left out
    stays.

    Returns what then holds. Raises RefusedError (`not-steward`), NotFoundError (`unknown-organisation`) and InputError
    (`retention-too-long`).
    """
    access.require_keeper(organisation)
    register.state.organisation(organisation)
    require_within(register, chosen)
    Choices(register.folder).choose(organisation, chosen)
    return months_of(register, organisation)


def require_within(register: Register, chosen: Mapping[Kind, int | None]) -> None:
    """Raise InputError (rule `retention-too-long`) for months that no organisation may choose."""
    for kind, most in longest(register).items():
        months = chosen.get(kind)
        if months is not None and not 1 <= months <= most:
            raise InputError(
                f"{kind.value} cannot be kept for {months} months.",
                rule="retention-too-long",
                remedy=f"Choose 1 to {most} months; the installation sets the most.",
            )


def digest(due: Iterable[Due]) -> str:
    """What a run takes away, in sixteen bytes: another as soon as it would take away anything else.

    >>> digest([]), digest([]) == digest(iter([]))
    ('e3b0c44298fc1c149afbf4c8996fb924', True)
    """
    return hashlib.sha256("\n".join(f"{one.organisation} {one.digest}" for one in due).encode()).hexdigest()[:32]


def run(
    register: Register,
    access: Access,
    *,
    as_of: datetime.date | None = None,
    dry_run: bool = False,
    expected: str | None = None,
) -> list[Due]:
    """Take away what has had its time: a steward in their organisation, an administrator in all, which is what the
    timer does each day. With `dry_run` only count.

    Told are the organisations whose records the caller keeps; how much was due in others nobody learns by running the
    service. `as_of` is the day that is taken for today, for a dry run also one to come. `expected` is the digest of
    what a dry run told: of what is told just that goes, or nothing at all.

    Raises RefusedError (`not-for-retention`), InputError (`bad-date`), ConflictError (`changed-meanwhile`,
    `change-under-way`, `store-busy`) and what the store raises.
    """
    slugs = organisations_seen(register, access)
    day_ = as_of or today()
    if day_ > today() and not dry_run:
        raise InputError("That day has not come.", rule="bad-date", remedy="Give a day up to today, or run it dry.")
    with register.change() as change:
        found, left = [], []
        for slug in (*slugs, *([""] if access.administers else [])):
            months, removal = months_of(register, slug), Removal(register.store, slug)
            until = {kind: before(day_, number) for kind, number in months.items()}
            if slug:
                _gather(removal, until)
                removal.finish(register.figures.units(slug) if removal.people else ())
            complaints = register.complaints.answered(slug, until[Kind.COMPLAINTS])
            if slug or complaints:
                counts = erased(register, removal, dry_run=dry_run)
                found.append(Due(slug, months, counts, len(complaints), _digest(removal, complaints)))
            if removal.people:
                left.append(removal)
            removal.write(change)
        told = [one for one in found if not one.organisation or one.organisation in access.keeps]
        if expected is not None and expected != digest(told):
            raise ConflictError(
                "Something else has had its time by now than what was shown.",
                rule="changed-meanwhile",
                remedy="Run it dry again, and look at what would go.",
            )
        if not dry_run:
            if change.size:
                register.erase(change, beforehand=lambda: _forget_beside(register, left))
            for removal in left:
                forget_sign_ins(register, removal)
            for one in found:
                register.complaints.let_go(one.organisation, before(day_, one.months[Kind.COMPLAINTS]))
    return told


def _digest(removal: Removal, complaints: Iterable[Complaint]) -> str:
    # The names that take the place of others are made up anew in each run.
    parts = (removal.people, removal.nodes, removal.phrases, removal.stale, removal.quads, removal.renamed)
    going = [*(sorted(map(str, part)) for part in parts), sorted(one.reference for one in complaints)]
    return hashlib.sha256(repr(going).encode()).hexdigest()


def _forget_beside(register: Register, left: Iterable[Removal]) -> None:
    for removal in left:
        forget_beside(register, removal)


def before(date: datetime.date, months: int) -> datetime.date:
    """The day so many months earlier; the last of the month where there is no such day, the first of all where there is
    no such year.

    >>> before(datetime.date(2026, 3, 31), 1), before(datetime.date(2, 1, 1), 24)
    (datetime.date(2026, 2, 28), datetime.date(1, 1, 1))
    """
    year, month = divmod(date.year * 12 + date.month - 1 - months, 12)
    if year < datetime.MINYEAR:
        return datetime.date.min
    for number in range(date.day, 27, -1):
        try:
            return datetime.date(year, month + 1, number)
        except ValueError:
            continue
    return datetime.date(year, month + 1, date.day)


def _gather(removal: Removal, until: Mapping[Kind, datetime.date]) -> None:
    store, source = removal.store, NamedNode(removal.source)
    ended = [
        (node.value, day(end.value), member and member.value)
        for node, end, member in store.select(Query("ended_nodes"), source=source)
    ]
    here = {row[1].value for row in store.select(Query("current_memberships"), source=source)}
    left: dict[str, datetime.date] = {}
    for _, end, member in ended:
        if member is not None and member not in here:
            left[member] = max(end, left.get(member, end))
    removal.add_people([person for person, end in left.items() if end <= until[Kind.LEAVERS]])
    # The membership by which it is known that somebody left, and when, stays until they go.
    removal.add_nodes(
        node for node, end, member in ended if end <= until[Kind.ENDED] and (member is None or member in here)
    )
    for node, _, _, when, _ in store.select(Query("unmatched_terms"), source=source):
        if day(when.value) <= until[Kind.PHRASES]:
            removal.phrases.add(node.value)
    for import_, name, when in store.select(Query("import_names"), source=source):
        if day(when.value) <= until[Kind.FILE_NAMES]:
            removal.rename(import_.value, name.value)
    for graph in removal.undone:
        for import_, name, when in store.select(Query("import_names"), source=NamedNode(graph)):
            if day(when.value) <= until[Kind.ENDED]:
                removal.stale.add(graph)
            if day(when.value) <= until[Kind.FILE_NAMES]:
                removal.rename(import_.value, name.value, graph=graph)
    for request, settlement, when in store.select(Query("settled_requests"), source=source):
        if day(when.value[:10]) <= until[Kind.REQUESTS]:
            removal.add_settled(request.value, settlement.value)
    removal.add_nodes(_over(store, source, until[Kind.PARTICIPATIONS]))


def _over(store: Store, source: NamedNode, until: datetime.date) -> set[str]:
    """The participations that were over by a day: closed by then, or never closed of an opportunity that had ended."""
    found = set()
    for participation, closed, end in store.select(Query("over_participations"), source=source):
        over = closed or end
        if over is not None and day(over.value[:10]) <= until:
            found.add(participation.value)
    return found
