"""On what footing a store stands: which shipped files it was filled from, and by which precedence its views came.

It is kept in the store, in the change that it is of. A start compares it with what is installed and set now, and brings
the store up to that.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import logging
from collections.abc import Generator, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Protocol

from pyoxigraph import Triple

from gse_skills.errors import ConflictError, InputError
from gse_skills.framework import ONTOLOGY, OWN_SCHEME, Scheme, shipped
from gse_skills.framework.difference import release_of
from gse_skills.framework.scheme import has_blank_node
from gse_skills.index import Delta
from gse_skills.mapping import bring
from gse_skills.mapping import shipped as shipped_mappings
from gse_skills.rebuild import PUBLISHED, SCHEME
from gse_skills.release import RELEASES, Catalogue
from gse_skills.resources import folder
from gse_skills.settings import Settings
from gse_skills.store import Change, DataFolder, Store, term
from gse_skills.vocabulary import GRAPH, RDF

_GRAPH = GRAPH["footing"]
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Footing:
    """What the content of a store was made with."""

    precedence: tuple[str, ...]
    """The bases of judgement in the order by which the views were derived."""
    ontology: str
    """Digest of the files of the ontology that were brought in."""
    framework: str
    """Digest of the files of our own framework that were offered; it is left where it had been changed here."""
    brought: str
    """Digest of our own framework as it stood in the store when it was last brought in from these files."""

    @classmethod
    def read(cls, store: Store) -> Footing | None:
        """What a store stands on; None for one that was filled before this was kept."""
        for triple in store.triples(_GRAPH):
            said = json.loads(str(getattr(triple.object, "value", "")))
            return cls(tuple(said["precedence"]), said["ontology"], said["framework"], said["brought"])
        return None

    @classmethod
    def now(cls, settings: Settings, brought: str) -> Footing:
        """What a store stands on that is filled from what is installed, by what is set."""
        home = folder("ontology")
        precedence = tuple(map(str, settings.basis_precedence))
        return cls(precedence, _digest(home.glob("*.ttl")), _digest((home / "framework").glob("*.ttl")), brought)

    def write(self, change: Change, former: Footing | None) -> None:
        """Put it into a change, in the place of the former one."""
        if former == self:
            return
        if former is not None:
            change.remove(*former._statement())
        change.add(*self._statement())

    def _statement(self) -> tuple[str, str, str, str]:
        text = json.dumps(asdict(self), sort_keys=True)
        return term.iri(_GRAPH), term.iri(RDF.value), term.literal(text), term.iri(_GRAPH)


class Keeper(Protocol):
    """What keeps a store, and index and views with it, while a start brings it up: the register."""

    settings: Settings
    folder: DataFolder
    store: Store

    def backup(self, target: Path) -> object:
        """Keep the data folder as it is."""

    def load_ontology(self, triples: Sequence[Triple]) -> None:
        """Bring in an ontology, and the views that follow."""

    def load_scheme(self, scheme: Scheme) -> int:
        """Bring in a concept scheme as a release; raises InputError and ConflictError."""

    def rebuild(self) -> int:
        """Derive the views anew."""

    def change(self) -> AbstractContextManager[Change]:
        """A change in the making."""

    def commit(self, change: Change, delta: Delta) -> int:
        """Apply it."""


def bring_shipped(settings: Settings, data: DataFolder, store: Store) -> None:
    """Fill an empty store from what is installed; in another, bring the mapping sets up to what is installed.

    A start that finds them so writes nothing.
    """
    if any(graph.startswith(SCHEME) for graph in store.graphs()):
        with Change(data.spool) as change:
            bring(store, change, shipped_mappings(), _framework_version(Catalogue.read(store)))
            if change.size:
                store.apply(change)
        return
    now = datetime.datetime.now(datetime.UTC)
    catalogue, ours = Catalogue(), shipped()
    with Change(data.spool) as change:
        for slug, triples in ours.items():
            if slug != ONTOLOGY:
                release = release_of(triples)
                catalogue = catalogue.entered(slug, release, release.title, now)
            _publish(change, SCHEME + slug, map(str, triples))
        _publish(change, RELEASES, catalogue.statements())
        bring(store, change, shipped_mappings(), _framework_version(catalogue))
        Footing.now(settings, content(ours[OWN_SCHEME])).write(change, None)
        store.apply(change)
    store.optimize()


def bring_up(keeper: Keeper) -> Iterator[str]:
    """Bring a store up to what is installed and set now; tells in words, and logs, what it finds otherwise.

    The ontology is brought in whole. Our own framework is brought in where nobody changed it here, as any release
    is; where an owner did, or records would migrate without anybody deciding how, it stays and that is told. What
    was filled by other means stays as it is. A start that finds everything so writes nothing.
    """
    for said in _brought_up(keeper):
        _log.warning(said)
        yield said


def _brought_up(keeper: Keeper) -> Iterator[str]:
    former, filled = Footing.read(keeper.store), Catalogue.read(keeper.store).newest(OWN_SCHEME) is not None
    now = Footing.now(keeper.settings, former.brought if former else "")
    if former == now or (former is None and not filled):
        return
    if former is None or (former.ontology, former.framework) != (now.ontology, now.framework):
        keeper.folder.backups.mkdir(exist_ok=True, mode=0o700)
        kept = keeper.folder.backups / f"before-shipped-{now.ontology[:8]}{now.framework[:8]}.tar"
        if not kept.exists():
            keeper.backup(kept)
    if former is None or former.ontology != now.ontology:
        yield "This version ships another ontology than the data folder holds; it is brought in."
        keeper.load_ontology(_ontology(keeper.store))
    elif former.precedence != now.precedence:
        yield f"The views are derived anew: {', '.join(now.precedence)} is the precedence of judgements now."
        keeper.rebuild()
    if former is None or former.framework != now.framework:
        now = replace(now, brought=(yield from _offer_framework(keeper, former)))
    with keeper.change() as change:
        now.write(change, former)
        keeper.commit(change, Delta())


def _ontology(store: Store) -> list[Triple]:
    """The shipped ontology, and what the store's own says of nodes without a name: nobody could say which is to go."""
    held = (triple for triple in store.triples(SCHEME + ONTOLOGY) if has_blank_node(triple))
    return [*(triple for triple in shipped()[ONTOLOGY] if not has_blank_node(triple)), *held]


def _offer_framework(keeper: Keeper, former: Footing | None) -> Generator[str, None, str]:
    """Bring in our own framework as it is shipped, where nobody changed it here; returns what then stands."""
    triples, store = shipped()[OWN_SCHEME], keeper.store
    stands = content(store.triples(SCHEME + OWN_SCHEME))
    if stands == content(triples):
        return stands
    releases = Catalogue.read(store).of(OWN_SCHEME)
    # A state that was loaded under the version of the first is no release of its own, but says what it changed.
    alone = len(releases) == 1 and not any(True for _ in store.triples(releases[0].changes))
    if alone if former is None else former.brought == stands:
        try:
            keeper.load_scheme(Scheme(OWN_SCHEME, release_of(triples).title, triples))
        except (InputError, ConflictError) as error:
            yield f"The framework that this version ships is not brought in: {error.message} {error.remedy}"
        else:
            yield "This version ships another framework than the data folder held; it is brought in."
        return content(store.triples(SCHEME + OWN_SCHEME))
    yield "The framework in the data folder is not the shipped one and stays; `gse-skills framework load`."
    return former.brought if former else ""


def _framework_version(catalogue: Catalogue) -> str:
    """The version of our framework that is in force, empty when there is none."""
    newest = catalogue.newest(OWN_SCHEME)
    return newest.version if newest else ""


def _publish(change: Change, graph: str, triples: Iterable[str]) -> None:
    for triple in triples:
        for name in (graph, PUBLISHED):
            change.add_statement(f"{triple} <{name}> .")


def content(triples: Iterable[Triple]) -> str:
    """A digest of what a graph says, whatever its order; statements about nodes without a name left out."""
    total = hashlib.sha256()
    for line in sorted(str(triple) for triple in triples if not has_blank_node(triple)):
        total.update(f"{line}\n".encode())
    return total.hexdigest()[:32]


def _digest(files: Iterable[Path]) -> str:
    total = hashlib.sha256()
    for path in sorted(files):
        total.update(f"{path.name}\n".encode() + path.read_bytes())
    return total.hexdigest()[:32]
