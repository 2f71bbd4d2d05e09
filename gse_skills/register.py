"""The register: store, framework, index and sandbox opened together on one data folder.

Readers take `register.state`, one immutable view of framework, index and organisations; a change swaps it as a whole,
after the store has committed. One change is made at a time.
"""

from __future__ import annotations

import datetime
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Self

from gse_skills import experts
from gse_skills.access import Access, Caller, TokenStore, access_of
from gse_skills.errors import ConflictError, InputError, NotFoundError
from gse_skills.framework import Framework, Lookup, Scheme, Search, shipped
from gse_skills.index import Delta, Index, build, saved
from gse_skills.organisation import Organisation, describe, read_organisations, rules_of
from gse_skills.rebuild import PUBLISHED, SCHEME, VIEW, derive
from gse_skills.records import AudienceRules
from gse_skills.sandbox import Limits, Sandbox
from gse_skills.settings import Settings
from gse_skills.store import Change, DataFolder, EmbeddedStore, RemoteStore, Store, difference


@dataclass(frozen=True, slots=True)
class State:
    """What readers read: consistent in itself, never altered."""

    framework: Framework
    lookup: Lookup
    search: Search
    index: Index
    organisations: tuple[Organisation, ...]

    @property
    def rules(self) -> AudienceRules:
        """The audience rules in force."""
        return rules_of(self.organisations)

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

    def __init__(self, settings: Settings, folder: DataFolder, store: Store, sandbox: Sandbox) -> None:
        self.settings = settings
        self.folder = folder
        self.store = store
        self.sandbox = sandbox
        self.tokens = TokenStore(folder.tokens)
        self._writing = threading.Lock()
        self._settled = True
        if not any(graph.startswith(SCHEME) for graph in store.graphs()):
            self._bring_shipped()
        self.state = self._read()

    @classmethod
    @contextmanager
    def open(cls, settings: Settings) -> Iterator[Self]:
        """Open the register on `settings.data`, making it if need be.

        Raises ConflictError (`folder-in-use`), InputError (`folder-format`) and UnavailableError (`store-unreachable`).
        """
        with ExitStack() as stack:
            folder = stack.enter_context(DataFolder(settings.data))
            sandbox = stack.enter_context(Sandbox(_query_limits(settings), at_once=settings.queries_at_once))
            store = open_store(settings, folder)
            stack.callback(store.close)
            register = cls(settings, folder, store, sandbox)
            yield register
            register.save_index()

    def access(self, caller: Caller) -> Access:
        """What a caller may see and do now."""
        return access_of(caller, (organisation.slug for organisation in self.state.organisations))

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

    def commit(self, change: Change, delta: Delta) -> int:
        """Apply a change, and bring the index up to it; returns the commit number, the old one for an empty change."""
        if not change.size:
            return self.store.commit
        number = self._apply(change)
        self.state = replace(self.state, index=self.state.index.updated(delta, number))
        self._settled = True
        return number

    def _apply(self, change: Change) -> int:
        """Apply a change; the state is settled again once it reflects the store."""
        self._settled = False
        return self.store.apply(change)

    def add_organisation(self, organisation: Organisation) -> None:
        """Add an organisation; raises ConflictError (rule `organisation-exists`) and InputError (rule `bad-slug`)."""
        with self.change() as change:
            if any(known.slug == organisation.slug for known in self.state.organisations):
                raise ConflictError(
                    f"There is an organisation “{organisation.slug}” already.",
                    rule="organisation-exists",
                    remedy="Choose another short name.",
                )
            describe(organisation, change)
            number = self._apply(change)
            index = replace(self.state.index, commit=number)
            self.state = replace(self.state, index=index, organisations=read_organisations(self.store))
            self._settled = True

    def load_scheme(self, scheme: Scheme) -> int:
        """Bring in a concept scheme, in place of an older state of the same; returns how many statements changed.

        The views and the index follow, since a hierarchy that changed changes what a broader question finds. Raises
        InputError (rule `concept-in-use`) when it lacks a concept of which somebody has a record.
        """
        with self.change() as change:
            self._require_used(scheme)
            for graph in (SCHEME + scheme.slug, PUBLISHED):
                before = {str(triple) for triple in self.store.triples(SCHEME + scheme.slug)}
                after = {str(triple) for triple in scheme.triples}
                for line in sorted(before - after):
                    change.remove_statement(f"{line} <{graph}> .")
                for line in sorted(after - before):
                    change.add_statement(f"{line} <{graph}> .")
            size = change.size
            if size:
                self._apply(change)
        if size:
            self.store.optimize()
            self.rebuild()
        return size

    def _require_used(self, scheme: Scheme) -> None:
        framework = self.state.framework
        kept = {str(triple.subject) for triple in scheme.triples}
        used = (framework.concept(framework.iris[number]) for number in self.state.index.skills())
        lost = [one for one in used if one.scheme == scheme.slug and f"<{one.iri}>" not in kept]
        if lost:
            raise InputError(
                f"The scheme lacks {len(lost)} concepts of which there are records, such as {lost[0].pref_label}.",
                rule="concept-in-use",
                remedy="Keep them in the scheme, marked owl:deprecated with dcterms:isReplacedBy.",
                extra={"concepts": [one.iri for one in lost]},
            )

    def rebuild(self) -> int:
        """Derive the views and the index anew from the source graphs; returns how many statements were amiss."""
        with self._alone() as change:
            framework = _read_framework(self.store)
            rules = rules_of(read_organisations(self.store))
            new = (f"{s} {p} {o} {g} ." for s, p, o, g in derive(self.store, framework, rules))
            for is_new, line in difference(_view_lines(self.store), new, self.folder.spool):
                (change.add_statement if is_new else change.remove_statement)(line)
            size = change.size
            if size:
                self._apply(change)
            self.state = self._read(fresh=True)
            self._settled = True
        return size

    def save_index(self) -> None:
        """Keep the index beside the store for a quick start."""
        saved.save(self.state.index, self.folder.index)

    def _bring_shipped(self) -> None:
        with Change(self.folder.spool) as change:
            for slug, triples in shipped().items():
                for triple in triples:
                    for graph in (SCHEME + slug, PUBLISHED):
                        change.add_statement(f"{triple} <{graph}> .")
            self.store.apply(change)
        self.store.optimize()

    def _read(self, *, fresh: bool = False) -> State:
        framework = _read_framework(self.store)
        organisations = read_organisations(self.store)
        index = None if fresh else saved.load(self.folder.index)
        if index is None or (index.commit, index.fingerprint) != (self.store.commit, framework.fingerprint):
            index = build(self.store, framework, rules_of(organisations))
        search = Search(framework)
        return State(framework, Lookup(framework, search), search, index, organisations)


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


def _query_limits(settings: Settings) -> Limits:
    return Limits(
        memory_bytes=settings.query_memory_mib << 20,
        wall_seconds=settings.query_seconds,
        cpu_seconds=settings.query_seconds,
        output_bytes=settings.query_output_mib << 20,
    )


def _read_framework(store: Store) -> Framework:
    graphs = [graph for graph in store.graphs() if graph.startswith(SCHEME)]
    return Framework.from_triples({graph.removeprefix(SCHEME): store.triples(graph) for graph in graphs})


def _view_lines(store: Store) -> Iterator[str]:
    for graph in store.graphs():
        if graph.startswith(VIEW):
            for triple in store.triples(graph):
                yield f"{triple} <{graph}> ."


__all__ = ["Register", "State", "open_store", "today"]
