"""The imports of an organisation, and the last of them undone: told, tried dry, and done in one change."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pyoxigraph import NamedNode

from gse_skills.access import Access
from gse_skills.dossier.undone import undone_graphs
from gse_skills.errors import ConflictError, NotFoundError
from gse_skills.imports.state import read_state
from gse_skills.imports.statements import COUNTED, former_graph
from gse_skills.imports.undo import UndoActivity, Undoer, Undoing, undone_graph
from gse_skills.records.lexical import day
from gse_skills.register import Register
from gse_skills.store import Change, Query, Store
from gse_skills.vocabulary import GRAPH, GSE, PROV, RDF, Identifier

_STATUS = {property_: status for status, property_ in COUNTED.items()}


@dataclass(frozen=True, slots=True)
class Undone:
    """That an import was taken back."""

    when: datetime.datetime
    by: str


@dataclass(frozen=True, slots=True)
class PastImport:
    """An import that changed something."""

    identifier: Identifier
    when: datetime.datetime
    by: str
    """On whose behalf, as callers are written; empty where nobody noted it."""
    file_name: str
    file_digest: str
    """SHA-256 of the file, hexadecimal."""
    plan_digest: str
    """The digest of the dry run that says what it did; empty where nobody noted it."""
    snapshot: datetime.date | None
    """The day of which it was the full picture, or None when it was not."""
    after: int
    """The commit that it builds on; 0 where nobody noted it."""
    rows: int | None
    counts: dict[str, int]
    """What it did, by the status of its outcomes."""
    last: bool
    """Whether it is the one that can be undone."""
    undone: Undone | None

    @property
    def digits(self) -> str:
        """The sixteen hexadecimal digits that name it."""
        return f"{self.identifier.value:016x}"

    def require_undoable(self) -> None:
        """Raise ConflictError where it is not the one to undo (`undone-already`, `not-last-import`).

        Whether something later builds on it, only a trial tells.
        """
        if self.undone is not None:
            raise ConflictError(
                f"The import of {self.file_name} was undone already.",
                rule="undone-already",
                remedy="Nothing needs doing; import the sheet again if it should count after all.",
            )
        if not self.last:
            raise ConflictError(
                f"The import of {self.file_name} is not the last one.",
                rule="not-last-import",
                remedy="Only the last import of an organisation can be undone, and only once; put right what is wrong "
                "with a newer sheet.",
            )


@dataclass(frozen=True, slots=True)
class UndoResult:
    """What the undo of an import did, or would do."""

    organisation: str
    past: PastImport
    did: Undoing
    dry_run: bool
    commit: int | None
    """None for a dry run."""


def read_history(register: Register, organisation: str, access: Access) -> tuple[PastImport, ...]:
    """The imports of an organisation that changed something, the newest first, for those who keep its records.

    Raises RefusedError (rule `not-steward`) and NotFoundError (rule `unknown-organisation`).
    """
    access.require_keeper(organisation)
    register.state.organisation(organisation)
    return _history(register.store, organisation)


def read_import(register: Register, organisation: str, digits: str, access: Access) -> PastImport:
    """One import of an organisation, by its digits, for those who keep its records.

    Raises RefusedError (rule `not-steward`) and NotFoundError (`unknown-organisation`, `unknown-import`).
    """
    return _named(read_history(register, organisation, access), digits)


def undo_import(
    register: Register,
    organisation: str,
    digits: str,
    access: Access,
    *,
    dry_run: bool = False,
    expected: str | None = None,
) -> UndoResult:
    """Undo the last import of an organisation, or with `dry_run` say what that would do.

    `expected` is the digest of the dry run that was confirmed: just that is done, or nothing. Raises RefusedError
    (`not-steward`), NotFoundError (`unknown-organisation`, `unknown-import`) and ConflictError (`undone-already`,
    `not-last-import`, `built-on`, `changed-meanwhile`, `change-under-way`).
    """
    read_history(register, organisation, access)
    if dry_run:
        with Change(register.folder.spool) as change:
            past, undoer = _undoer(register, organisation, digits, change)
            return UndoResult(organisation, past, undoer.run(_activity(organisation, access)), True, None)
    with register.change() as change:
        past, undoer = _undoer(register, organisation, digits, change)
        did = undoer.run(_activity(organisation, access))
        if expected is not None and expected != did.digest:
            raise ConflictError(
                "The records changed meanwhile, so this would do something else now.",
                rule="changed-meanwhile",
                remedy="Run it dry again and look at what it would do.",
            )
        commit = register.commit(change, undoer.delta)
        register.publish_figures(organisation)
    return UndoResult(organisation, past, did, False, commit)


def _undoer(register: Register, organisation: str, digits: str, change: Change) -> tuple[PastImport, Undoer]:
    store, state = register.store, register.state
    past = _named(_history(store, organisation), digits)
    past.require_undoable()
    known = read_state(store, state.index, organisation)
    return past, Undoer(store, known, state.framework, state.rules, past.identifier, past.when, change)


def _activity(organisation: str, access: Access) -> UndoActivity:
    now = datetime.datetime.now(datetime.UTC)
    return UndoActivity(Identifier.mint("undo"), organisation, now, str(access.caller))


def _history(store: Store, organisation: str) -> tuple[PastImport, ...]:
    source = GRAPH[f"source/{organisation}"]
    said = _said(store, source)
    for graph in undone_graphs(store, organisation):
        said |= _said(store, graph)
    undone = {
        about[PROV.wasInformedBy].value: Undone(_moment(about), about[GSE.onBehalfOf].value)
        for about in said.values()
        if about[RDF.type].value == GSE.Undo
    }
    kept = store.triples(former_graph(organisation))
    last = next((str(one.subject)[1:-1] for one in kept if one.predicate.value == RDF.type), "")
    found = [
        _past(iri, about, last=iri == last, undone=undone.get(iri))
        for iri, about in said.items()
        if about[RDF.type].value == GSE.Import
    ]
    return tuple(sorted(found, key=lambda one: (one.when, one.after), reverse=True))


def _named(history: Iterable[PastImport], digits: str) -> PastImport:
    for past in history:
        if past.digits == digits:
            return past
    raise NotFoundError(
        "The organisation has no such import.",
        rule="unknown-import",
        remedy="Take the name of one from the list of its imports.",
    )


def _said(store: Store, graph: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for activity, property_, value in store.select(Query("imports"), source=NamedNode(graph)):
        found.setdefault(activity.value, {})[property_.value] = value
    return found


def _moment(about: dict[str, Any]) -> datetime.datetime:
    return datetime.datetime.fromisoformat(about[PROV.startedAtTime].value)


def _past(iri: str, about: dict[str, Any], *, last: bool, undone: Undone | None) -> PastImport:
    def text(property_: str) -> str:
        return about[property_].value if property_ in about else ""

    return PastImport(
        Identifier.from_iri(iri),
        _moment(about),
        text(GSE.onBehalfOf),
        text(GSE.sourceName),
        text(GSE.sourceDigest),
        text(GSE.planDigest),
        day(text(GSE.snapshot)) if text(GSE.snapshot) else None,
        int(text(GSE.afterCommit) or 0),
        int(text(GSE.rowsRead)) if text(GSE.rowsRead) else None,
        {status: int(text(property_)) for property_, status in _STATUS.items() if text(property_)},
        last=last,
        undone=undone,
    )


__all__ = ["PastImport", "UndoResult", "Undone", "read_history", "read_import", "undo_import", "undone_graph"]
