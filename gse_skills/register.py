"""The register: store, framework, index and sandbox opened together on one data folder.

Readers take `register.state`, one immutable view of framework, index and organisations; a change swaps it as a whole,
after the store has committed. One change is made at a time.
"""

from __future__ import annotations

import datetime
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

from pyoxigraph import Triple

from gse_skills import capability, experts
from gse_skills.access import Access, Caller, IncidentStore, Role, Selves, TokenStore, UserStore, access_of
from gse_skills.audit import AuditLog
from gse_skills.capability import (
    Capability,
    CapabilityQuestion,
    Coverage,
    CoverageQuestion,
    PublishedFigures,
    Renewal,
    Staffing,
    Trend,
    TrendQuestion,
    is_covered,
    read_structure,
    touched,
)
from gse_skills.complaints import ComplaintStore
from gse_skills.disclosure import Rules
from gse_skills.errors import ConflictError, NotFoundError
from gse_skills.footing import bring_shipped, bring_up
from gse_skills.framework import ONTOLOGY, Framework, Lookup, Scheme, Search, kept
from gse_skills.framework.difference import compare
from gse_skills.index import Delta, Index, build, saved
from gse_skills.mapping import Applied, MappingSet, judged, mapped, put
from gse_skills.organisation import Organisation, describe, read_organisations, rules_of
from gse_skills.people import unknown_person
from gse_skills.rebuild import SCHEME, Held, amend, derive, read_framework, replace_views
from gse_skills.records import AudienceRules, Standing
from gse_skills.release import Catalogue, Decisions, Migration, Rehearsal, enter, rehearse, require_used
from gse_skills.safekeeping import bring_up_to_date, take_backup
from gse_skills.sandbox import Limits, Sandbox
from gse_skills.settings import Settings
from gse_skills.store import Change, DataFolder, EmbeddedStore, RemoteStore, Store
from gse_skills.store.archive import Backup


@dataclass(frozen=True, slots=True)
class State:
    """What readers read: consistent in itself, never altered."""

    framework: Framework
    lookup: Lookup
    search: Search
    index: Index
    organisations: tuple[Organisation, ...]
    releases: Catalogue
    standing: Standing
    """Which of several judgements of one skill counts."""

    @property
    def rules(self) -> AudienceRules:
        """The audience rules in force."""
        return rules_of(self.organisations, self.framework, self.standing)

    def organisation(self, slug: str) -> Organisation:
        """The organisation with that slug; raises NotFoundError (rule `unknown-organisation`)."""
        for organisation in self.organisations:
            if organisation.slug == slug:
                return organisation
        raise NotFoundError(
            f"There is no organisation “{slug}”.",
            rule="unknown-organisation",
            remedy="See `gse-skills organisation list`, or add it with `gse-skills organisation add`.",
            extra={"organisations": [organisation.slug for organisation in self.organisations]},
        )


class Register:
    """Everything on one data folder; use `Register.open`."""

    def __init__(self, settings: Settings, folder: DataFolder, store: Store, sandbox: Sandbox, audit: AuditLog) -> None:
        self.settings = settings
        self.folder = folder
        self.store = store
        self.sandbox = sandbox
        self.audit = audit
        self.tokens = TokenStore(folder.tokens)
        self.users = UserStore(folder.users)
        self.selves = Selves(store)
        self.complaints = ComplaintStore(folder.complaints)
        self.incidents = IncidentStore(folder.incidents, longest=datetime.timedelta(hours=settings.incident_hours))
        self.figures = PublishedFigures(folder.figures, Rules.from_settings(settings))
        self.forgetting: list[Callable[[str], None]] = []
        """What to call with an organisation's slug when people of it are erased: each forgets what it keeps in
        passing, such as sheets that were sent."""
        self._writing = threading.Lock()
        self._settled = True
        self._kept: tuple[Framework | None, str] = (None, "")
        """A framework, and by what name it is kept beside the index."""
        bring_shipped(settings, folder, store)
        self.state = self._read()
        self.tidings = list(bring_up(self))
        """What a start found otherwise than it was left, and what it made of that, in words."""
        # A stop between a change and what follows from it leaves an organisation without statements of coverage.
        slugs = (organisation.slug for organisation in self.state.organisations)
        self._cover([slug for slug in slugs if not is_covered(self.store, slug)])

    @classmethod
    @contextmanager
    def open(cls, settings: Settings) -> Iterator[Self]:
        """Open the register on `settings.data`, making it if need be.

        Raises ConflictError (`folder-in-use`), InputError (`folder-newer`, `folder-format`) and
        UnavailableError (`store-unreachable`).
        """
        with ExitStack() as stack:
            folder = stack.enter_context(DataFolder(settings.data))
            sandbox = stack.enter_context(_sandbox(settings))
            store = open_store(settings, folder)
            stack.callback(store.close)
            bring_up_to_date(folder, store)
            audit = stack.enter_context(AuditLog(folder.audit, durable=settings.durable))
            register = cls(settings, folder, store, sandbox, audit)
            yield register
            register.save_index()

    def access(self, caller: Caller) -> Access:
        """What a caller may see and do now."""
        slugs = {organisation.slug for organisation in self.state.organisations}
        is_member = caller.role is not Role.PERSON or (caller.organisation in slugs and self.selves.is_member(caller))
        return access_of(caller, slugs, self.incidents.open_ones(), is_member=is_member)

    def caller(self, text: str) -> Caller:
        """The caller that is written so, of an organisation that there is and of somebody who is its member now.

        Raises InputError (`unknown-caller`) and NotFoundError (`unknown-organisation`, `unknown-person`).
        """
        caller = Caller.parse(text)
        if caller.organisation is not None:
            self.state.organisation(caller.organisation)
        if caller.role is Role.PERSON and not self.selves.is_member(caller):
            raise unknown_person()
        return caller

    def ask_capability(self, question: CapabilityQuestion, access: Access) -> Capability:
        """What an organisation can do; see `capability.ask`."""
        state = self.state
        state.organisation(question.organisation)
        return capability.ask(
            question, access, state.framework, state.lookup, state.index, self.figures, self.store, today()
        )

    def ask_coverage(self, question: CoverageQuestion, access: Access) -> Coverage:
        """How much is mapped; see `capability.ask_coverage`. Raises NotFoundError (rule `unknown-organisation`)."""
        state = self.state
        for slug in question.organisations:
            state.organisation(slug)
        return capability.ask_coverage(
            question, access, state.framework, state.lookup, state.index, self.store, today()
        )

    def ask_trend(self, question: TrendQuestion, access: Access) -> Trend:
        """The same numbers at several days; see `capability.ask_trend`."""
        state = self.state
        state.organisation(question.organisation)
        return capability.ask_trend(question, access, state.framework, state.lookup, state.index, self.store, today())

    def publish_figures(self, organisation: str) -> bool:
        """Publish figures of how an organisation's records are now, if enough has changed; tells whether it was so."""
        state = self.state
        tree = read_structure(self.store, organisation).at(today())
        return self.figures.publish(organisation, state.index, state.framework, today(), tree)

    def ask_experts(self, question: experts.ExpertsQuestion, access: Access) -> experts.ExpertsAnswer:
        """Who has which skill; see `experts.ask`."""
        state = self.state
        if question.organisation is not None:
            state.organisation(question.organisation)
        return experts.ask(question, access, state.framework, state.lookup, state.index, self.store, today())

    @contextmanager
    def change(self) -> Iterator[Change]:
        """A change in the making, while nobody else makes one; apply it with `commit` before the block ends.

        It is made from what the store holds: after a change that may or may not have come through, that is read anew.
        Raises ConflictError (rule `change-under-way`) when another change does not end within ten seconds.
        """
        with self._alone() as change:
            if not self._settled:
                self.state = self._read()
                self._settled = True
            yield change

    @contextmanager
    def _alone(self) -> Iterator[Change]:
        if not self._writing.acquire(timeout=10):
            raise ConflictError(
                "Another change is being made.", rule="change-under-way", remedy="Wait until it is done and try again."
            )
        try:
            with Change(self.folder.spool) as change:
                if not self._settled:
                    # A change of nothing makes the store end what was begun.
                    self.store.apply(change)
                yield change
        finally:
            self._writing.release()

    def commit(
        self, change: Change, delta: Delta, *, organisations: bool = False, staffing: Staffing | None = None
    ) -> int:
        """Apply a change, and bring the index up to it; returns the commit number, the old one for an empty change.

        The statements of coverage of the organisations of whose people it tells are renewed with it. `organisations`
        says that something of these changes too; `staffing` is what an organisation says of its units from now on.
        """
        if not change.size:
            return self.store.commit
        index = self.state.index.updated(delta, self.store.commit)
        for slug, units in sorted(touched(self.state.index, index, delta).items()):
            if staffing is not None and staffing.structure.organisation == slug:
                continue
            said = Staffing.read(self.store, slug)
            formerly = self.state.index.posts
            Renewal(said, self.store, index, self.state.framework, today(), delta.because, formerly).write(
                change, units
            )
        if staffing is not None:
            Renewal(staffing, self.store, index, self.state.framework, today(), delta.because).write(change)
        number = self._apply(change)
        known = read_organisations(self.store) if organisations else self.state.organisations
        self.state = replace(self.state, index=replace(index, commit=number), organisations=known)
        self._settled = True
        return number

    def _cover(self, slugs: Iterable[str]) -> None:
        """Derive the statements of coverage of organisations from the state as it is, in a change of their own."""
        with Change(self.folder.spool) as change:
            for slug in slugs:
                said = Staffing.read(self.store, slug)
                Renewal(said, self.store, self.state.index, self.state.framework, today()).write(change)
            if change.size:
                number = self._apply(change)
                self.state = replace(self.state, index=replace(self.state.index, commit=number))
                self._settled = True

    def erase(self, change: Change, delta: Delta | None = None, beforehand: Callable[[], None] = lambda: None) -> int:
        """Apply a change of which no trace may stay in the store's files, the index and snapshots, also after a kill.

        Without a `delta` the index is made anew. `beforehand` is called last before it is decided. Raises what
        `Store.rewrite` raises; the register is then as it was.
        """
        saved.discard(self.folder.index)
        self._settled = False
        number = self.store.rewrite(change, self._await_queries, beforehand)
        # Nothing is erased of a scheme or an organisation: framework and search stay.
        state = self.state
        if delta is None:
            index = replace(build(self.store, state.framework, state.rules), standing=state.standing)
        else:
            index = state.index.updated(delta, number)
        self.state = replace(state, index=index)
        self._settled = True
        self._cover(organisation.slug for organisation in self.state.organisations)
        self.save_index()
        return self.store.commit

    def _await_queries(self) -> None:
        """Wait for queries that run on older snapshots; none may take longer than it is given."""
        self.sandbox.drain("query", self.settings.query_seconds + 5)

    def _apply(self, change: Change) -> int:
        """Apply a change; the state is settled again once it reflects the store."""
        self._settled = False
        return self.store.apply(change)

    def add_organisation(self, organisation: Organisation, *, dry_run: bool = False) -> None:
        """Add an organisation, or with `dry_run` only say whether it can be.

        Raises ConflictError (rule `organisation-exists`) and InputError (rule `bad-slug`).
        """
        with self.change() as change:
            if any(known.slug == organisation.slug for known in self.state.organisations):
                raise ConflictError(
                    f"There is an organisation “{organisation.slug}” already.",
                    rule="organisation-exists",
                    remedy="Choose another short name.",
                )
            describe(organisation, change)
            if dry_run:
                return
            number = self._apply(change)
            index = replace(self.state.index, commit=number)
            self.state = replace(self.state, index=index, organisations=read_organisations(self.store))
            self._settled = True

    def rehearse(self, scheme: Scheme) -> Rehearsal:
        """What bringing in `scheme` would change of what is recorded; nothing is changed.

        Raises InputError (rule `concept-in-use`) when it lacks a concept of which somebody has a record.
        """
        state = self.state
        require_used(scheme, state.framework, state.index)
        difference = compare(self.store.triples(SCHEME + scheme.slug), scheme)
        return rehearse(scheme.slug, difference, state.framework, state.index, mapped(self.store))

    def load_scheme(self, scheme: Scheme, decisions: Decisions | None = None) -> int:
        """Bring in a concept scheme, in place of an older state of it; returns how many of its statements changed.

        All in one change: the scheme, the release that it takes the place of kept beside it, what it changed, records
        migrated as `decisions` say, and the views, since another hierarchy changes what a broader question finds.
        Raises what `rehearse` and `Rehearsal.decided` raise.
        """
        with self.change() as change:
            changed = set(map(str, self.store.triples(SCHEME + scheme.slug))) ^ set(map(str, scheme.triples))
            if not changed:
                return 0
            rehearsal = self.rehearse(scheme)
            framework = read_framework(self.store, {scheme.slug: scheme.triples})
            decided = rehearsal.decided(decisions, framework)
            now = datetime.datetime.now(datetime.UTC)
            release, amended = enter(scheme, rehearsal.difference, self.store, change, now)
            migration = Migration(self.store, framework, decided, release.iri, change, now)
            self._derive(change, framework, amended, migration.carry)
            self._apply(change)
            self.store.optimize()
            self.state = self._read(fresh=True)
            self._settled = True
            self._cover(organisation.slug for organisation in self.state.organisations)
        return len(changed)

    def load_ontology(self, triples: Sequence[Triple]) -> None:
        """Bring in the ontology in place of an older state of it; the views follow in the same change."""
        with self._alone() as change:
            lines = tuple(map(str, triples))
            amend(self.store, change, SCHEME + ONTOLOGY, lines)
            framework = read_framework(self.store, {ONTOLOGY: triples})
            self._derive(change, framework, {SCHEME + ONTOLOGY: lines})
            self._apply(change)
        self.store.optimize()
        self.state = self._read(fresh=True)
        self._settled = True

    def apply_mappings(self, mapping_set: MappingSet, *, reviewed: bool = False, dry_run: bool = False) -> Applied:
        """Bring in a mapping set in place of an older state of it, in one change; raises what `judged` raises."""
        kept, findings = judged(mapping_set, self.state.framework, reviewed=reviewed)
        with self.change() as change:
            changed = put(self.store, change, kept)
            if not dry_run:
                self.commit(change, Delta())
        return Applied(kept, findings, changed, dry_run)

    def rebuild(self) -> int:
        """Derive the views and the index anew from the source graphs; returns how many statements were amiss."""
        with self._alone() as change:
            framework = read_framework(self.store)
            self._derive(change, framework)
            size = change.size
            if size:
                self._apply(change)
            self.state = self._read(framework, fresh=True)
            self._settled = True
            self._cover(organisation.slug for organisation in self.state.organisations)
        return size

    def backup(self, target: Path, keys: Sequence[str] = ()) -> Backup:
        """Write a backup to the file `target`, encrypted for `keys` if any; see `safekeeping.take_backup`."""
        return take_backup(self.folder, self.store, target, keys)

    def save_index(self) -> None:
        """Keep the index beside the store for a quick start."""
        if self.state.framework is not self._kept[0]:
            self._kept = (self.state.framework, kept.keep(self.state.framework, self.folder.index))
        saved.save(self.state.index, self.folder.index, self._kept[1])

    def _read(self, framework: Framework | None = None, *, fresh: bool = False) -> State:
        """The state as the store has it, with the framework where that was just read, and a `fresh` index."""
        found = None if fresh else saved.load(self.folder.index)
        if found is not None and found.index.commit != self.store.commit:
            found = None
        if framework is None and found is not None:
            framework = kept.load(self.folder.index, found.framework)
            self._kept = (framework, found.framework)
        if framework is None:
            framework = read_framework(self.store)
        organisations = read_organisations(self.store)
        standing = self._standing(framework)
        if found is not None and found.index.fingerprint == framework.fingerprint:
            index = found.index
        else:
            index = build(self.store, framework, rules_of(organisations, framework, standing))
        index = replace(index, standing=standing)
        search, catalogue = Search(framework), Catalogue.read(self.store)
        return State(framework, Lookup(framework, search), search, index, organisations, catalogue, standing)

    def _derive(
        self,
        change: Change,
        framework: Framework,
        amended: Mapping[str, Iterable[str]] | None = None,
        carry: Callable[[str, Held], Held] = lambda organisation, held: held,
    ) -> None:
        """Write what makes of the views those that follow from the source graphs; the parameters are of `derive`."""
        rules = rules_of(read_organisations(self.store), framework, self._standing(framework))
        views = derive(self.store, framework, rules, amended=amended, carry=carry)
        replace_views(self.store, change, views, self.folder.spool)

    def _standing(self, framework: Framework) -> Standing:
        return Standing.of(self.settings.basis_precedence, framework, self.settings.reconfirmation)


def open_store(settings: Settings, folder: DataFolder) -> Store:
    """The store that the settings name."""
    if settings.store_query_url is None:
        return EmbeddedStore(folder.store, folder.snapshots, durable=settings.durable)
    password = settings.store_password.get_secret_value() if settings.store_password else None
    return RemoteStore(
        settings.store_query_url,
        settings.store_update_url,
        user=settings.store_user,
        password=password,
        digest=settings.store_digest,
    )


def today() -> datetime.date:
    """Today, in UTC."""
    return datetime.datetime.now(datetime.UTC).date()


def _sandbox(settings: Settings) -> Sandbox:
    return Sandbox(_query_limits(settings), at_once=settings.queries_at_once, per_caller=settings.queries_per_caller)


def _query_limits(settings: Settings) -> Limits:
    return Limits(
        memory_bytes=settings.query_memory_mib << 20,
        wall_seconds=settings.query_seconds,
        cpu_seconds=settings.query_seconds,
        output_bytes=settings.query_output_mib << 20,
    )


__all__ = ["Register", "State", "open_store", "today"]
