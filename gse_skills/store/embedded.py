"""Oxigraph in this process: the only writer, asked only our own queries; readers get snapshots.

A small change is one SPARQL Update, which is one transaction. A large one is a bulk ingest, which is atomic too but can
only add. What such a change takes away is therefore written to a journal first; the ingest brings the new commit number
with it, and then the journal is worked off, at the next start if the process was killed before it was done. A journal
whose commit number never came is thrown away. Readers of snapshots never see the moment between, since none is taken in
it; a query of our own on the live store may.

Where a change ends on a full disk the engine takes no more writes, though it answers queries; the next change opens it
again, as soon as there is room.
"""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, TYPE_CHECKING, TypeVar

import pyoxigraph as ox

from gse_skills.errors import ConflictError, LimitError, UnavailableError
from gse_skills.store import renewal
from gse_skills.store.change import Change
from gse_skills.store.disk import check_room, saving_failed
from gse_skills.store.journal import Journal
from gse_skills.store.query import Query, Row
from gse_skills.store.renewal import Lease, Readers
from gse_skills.store.snapshot import Snapshots
from gse_skills.vocabulary import GRAPH, GSE

if TYPE_CHECKING:
    from gse_skills.store.seam import Binding

_SMALL = 5_000
"""Quads up to which a change is one transaction.

Measured on 2,000,000 quads, in milliseconds of processor time a change, transaction against ingest, for quads of which
none or half are removals: 1,000: 45/64, 62/80; 2,000: 78/73, 119/220; 5,000: 166/78, 263/293; 20,000: 1,500/251,
1,676/1,419. A transaction also holds all of itself in memory, several times over.
"""
_PORTION = 5_000
"""Quads of the journal taken away in one transaction; larger ones were no faster."""
_INGEST_FILES = "bulk-*.sst"
"""What the engine leaves behind of an ingest that was cut short."""
_LOCKED = ("While lock file", "lock hold by current process")
"""How the engine says that the store is open already, in another process and in this one."""
_LOOKS, _LOOK_SECONDS = 20, 0.05
_PATIENCE = 60.0
"""Seconds that writing the store anew waits for those who read the old files."""
_SYSTEM = ox.NamedNode(GRAPH.system)
_COMMIT = ox.NamedNode(GSE.commit)
_log = logging.getLogger(__name__)
_T = TypeVar("_T")


class EmbeddedStore:
    """An Oxigraph store on disk, or in memory when `path` is None (tests, and data too small to keep).

    Beside the store lie, under its name, a journal while a large change is applied and a copy while it is dumped.
    """

    def __init__(self, path: Path | None, snapshots: Path | None = None, *, durable: bool = True) -> None:
        """Open the store, finishing a change that was cut short.

        `durable` follows each commit by a flush to the disk, so that it survives the loss of power and not only of the
        process. `snapshots` is the folder in which `snapshot` keeps its copies; what lies in it goes.

        Raises ConflictError (rule `store-in-use`) when another process has it open, LimitError (`disk-full`) when the
        disk has no room for opening it, and UnavailableError (`store-damaged`, `disk-failed`) when it cannot be read.
        """
        self._path = path
        self._durable = durable and path is not None
        self._lock = threading.RLock()
        self._stuck = False
        self._damaged: UnavailableError | None = None
        self._readers = Readers()
        self._borrowed = False
        """Whether what is read is a copy of new files that are not taken up yet."""
        if path is not None:
            renewal.finish(path)
        self._store = ox.Store() if path is None else _open(path)
        self._snapshots = None if path is None or snapshots is None else Snapshots(snapshots)
        if path is not None:
            _clear(path.glob(_INGEST_FILES))
            _clear(path.parent.glob(f"{path.name}.copy-*"))
            self._journal = Journal(path.with_name(f"{path.name}.journal"))
        with self._writing():
            self._finish()
        self._commit = self._read_commit()

    @property
    def commit(self) -> int:
        """The number of the last change."""
        return self._commit

    def select(self, query: Query, **terms: Binding) -> Iterator[Row]:
        """The solutions of one of our own queries."""
        lease = self._readers.enter()
        with self._reading():
            solutions = self._store.query(query.bind(terms))
        assert isinstance(solutions, ox.QuerySolutions)
        return self._read(map(tuple, solutions), lease)

    def graphs(self) -> list[str]:
        """The IRIs of the graphs that hold something, sorted."""
        if self._damaged is not None:
            raise self._damaged
        with self._readers.enter(), self._reading():
            graphs = (graph for graph in self._store.named_graphs() if isinstance(graph, ox.NamedNode))
            return sorted(
                graph.value
                for graph in graphs
                if next(iter(self._store.quads_for_pattern(None, None, None, graph)), None) is not None
            )

    def triples(self, graph: str) -> Iterator[ox.Triple]:
        """The triples of a graph."""
        lease = self._readers.enter()
        found = self._store.quads_for_pattern(None, None, None, ox.NamedNode(graph))
        return self._read((quad.triple for quad in found), lease)

    def _read(self, found: Iterable[_T], lease: Lease) -> Iterator[_T]:
        with lease, self._reading():
            try:
                yield from found
            finally:
                # Before the lease: the engine takes the process down when its last reader goes after its files.
                del found

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """What the engine raises when its files are not what it wrote becomes an error of ours, and is remembered: most
        of a store is cached, so the next to ask may not meet it."""
        try:
            yield
        except RuntimeError as error:
            if "Corruption" not in str(error):
                raise
            _log.error("The store %s is damaged: %s", self._path, error)
            self._damaged = UnavailableError(
                "The store cannot be read: its files are not what was written.",
                rule="store-damaged",
                remedy="Restore the last backup.",
            )
            raise self._damaged from error

    def apply(self, change: Change) -> int:
        """Apply all of `change` or none of it; returns the new commit number.

        Raises LimitError (rule `disk-full`) when there is no room for it and UnavailableError (`disk-failed`) when the
        disk fails. It may come through even so, whole, when the store is next written to or opened: `commit` tells, and
        to apply it again does no harm.
        """
        change.seal()
        with self._writing():
            number = self._commit + 1
            if self._path is None or change.size <= _SMALL:
                self._transact(change, number)
            else:
                self._ingest(change, number)
            if self._durable:
                self._store.flush()
            self._commit = number
        return number

    def rewrite(
        self,
        change: Change,
        leave: Callable[[], None] = lambda: None,
        beforehand: Callable[[], None] = lambda: None,
    ) -> int:
        """Apply `change` and write the store's files anew, so that nothing of what goes stays in them.

        All of it or none: a process that is killed leaves the old store or the new one. Readers go on meanwhile, on the
        old files or on a copy with the change; other changes wait. `leave` is called when the change is there and
        returns when nobody reads an older snapshot any more; they go then. Returns the new commit number.

        Raises ConflictError (rule `store-busy`) when somebody reads for longer than a minute, and what `apply` and
        `beforehand` raise; the store is then as it was. `beforehand` is called last before it is decided, when nobody
        who reads can stop it any more.
        """
        if self._path is None:
            beforehand()
            return self.apply(change)
        change.seal()
        with self._writing():
            if self._snapshots is not None:
                self._take_snapshot(self._snapshots)
            with tempfile.TemporaryDirectory(dir=self._path.parent, prefix=f"{self._path.name}.copy-") as folder:
                number = self._renew(self._path, change, Path(folder) / "store", beforehand)
            if self._snapshots is not None:
                self._take_snapshot(self._snapshots)
                leave()
                self._snapshots.expire()
        return number

    def _renew(self, path: Path, change: Change, place: Path, beforehand: Callable[[], None]) -> int:
        """Put the changed copy in the place of the store for as long as the files are exchanged."""
        number = self._commit + 1
        self._store.backup(place)
        copy = ox.Store(place)
        try:
            for kind, quads in (("DELETE", _parsed(change.removals)), ("INSERT", _parsed(change.additions))):
                # In portions: nobody sees the copy before it has all of them.
                rest = iter(quads)
                while portion := list(islice(rest, _PORTION)):
                    copy.update(f"{kind} DATA {{ {_blocks(portion)} }}")
            copy.update(_stamp(number))
            if renewal.make(path, partial(copy.dump, format=ox.RdfFormat.N_QUADS)) != len(copy):
                message = "the new files do not hold what the old ones do"
                raise OSError(message)
            self._step_aside(copy)
            self._borrowed = True
            try:
                beforehand()
                renewal.decide(path)
            except BaseException:
                # Nothing is decided, so what is taken up again is the old store.
                self._settle_in(path)
                raise
            self._commit = number
        finally:
            # An error would keep it open otherwise, for as long as anybody looks at it.
            del copy
        self._settle_in(path)
        return number

    def _step_aside(self, copy: ox.Store) -> None:
        """Let everybody read the copy, so that nobody has the old files open."""
        old, self._store = self._store, copy
        in_time = self._readers.turn(_PATIENCE)
        if not in_time:
            self._store = old
        del old
        if not in_time:
            raise ConflictError(
                "Somebody is reading a long answer, or a backup is being written.",
                rule="store-busy",
                remedy="Do it again when that is done; nothing is half done.",
            )

    def _settle_in(self, path: Path) -> None:
        """Take up the new files; the store in place is a copy of them."""
        renewal.finish(path)
        self._store = _opened(path)
        self._borrowed = False
        # The copy must stay for as long as anybody reads it.
        while not self._readers.turn(_PATIENCE):
            _log.warning("The store was written anew; somebody still reads what was there a minute ago.")

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """One at a time; whatever ends it early leaves the store stuck until the engine is seen to write again."""
        with self._lock:
            try:
                if self._stuck:
                    self._unstick()
                self._stuck = True
                yield
                self._stuck = False
            except OSError as error:
                raise saving_failed(error) from error

    def _transact(self, change: Change, number: int) -> None:
        self._store.update(
            f"DELETE DATA {{ {_blocks(_parsed(change.removals))} }} ;"
            f"INSERT DATA {{ {_blocks(_parsed(change.additions))} }} ;"
            f"{_stamp(number)}"
        )

    def _ingest(self, change: Change, number: int) -> None:
        assert self._path is not None
        # Whoever wants a snapshot while this goes on gets that of the last commit.
        if self._snapshots is not None:
            self._take_snapshot(self._snapshots)
        self._journal.write(number, _to_take_away(change, self._commit))
        try:
            with _with_line(change.additions, _commit_line(number)):
                self._store.bulk_load(path=change.additions, format=ox.RdfFormat.N_QUADS, lenient=True)
        except BaseException:
            # An interrupt may come when the engine is done already.
            if self._read_commit() < number:
                self._journal.discard()
                _clear(self._path.glob(_INGEST_FILES))
            raise
        self._finish()

    def _finish(self) -> None:
        """Work off the journal, if an ingest left one."""
        if self._path is None or (number := self._journal.commit()) is None:
            return
        # A smaller number is that of a journal worked off, whose going a power cut undid.
        if number == self._read_commit():
            lines = self._journal.lines()
            while portion := "\n".join(islice(lines, _PORTION)):
                quads = ox.parse(portion, format=ox.RdfFormat.N_QUADS, lenient=True)
                self._store.update(f"DELETE DATA {{ {_blocks(quads)} }}")
            # Whatever `durable` says: without the journal nothing would do it again.
            self._store.flush()
        self._journal.discard()

    def _unstick(self) -> None:
        """Make the engine write again, and end what was begun; raises OSError while it cannot."""
        if self._path is not None:
            check_room(self._path.parent)
            if self._borrowed:
                self._settle_in(self._path)
        try:
            self._store.update(_stamp(self._read_commit()))
        except OSError:
            self._reopen()
        self._finish()
        self._commit = self._read_commit()

    def _reopen(self) -> None:
        assert self._path is not None
        # Queries go on meanwhile, and also when this fails.
        self._store = _readable(self._path)
        self._store = ox.Store(self._path)

    def _read_commit(self) -> int:
        numbers = self._store.quads_for_pattern(_SYSTEM, _COMMIT, None, _SYSTEM)
        return max((int(quad.object.value) for quad in numbers if isinstance(quad.object, ox.Literal)), default=0)

    def optimize(self) -> None:
        """Compact the engine's files: joins were 10 times faster after it."""
        with self._writing():
            self._store.optimize()

    def dump(self, target: Path | IO[bytes]) -> int:
        """Write every quad to `target`, as of one commit, as N-Quads; returns how many. Changes can go on meanwhile."""
        with self._reading(), self._copy() as copy:
            try:
                copy.dump(target, ox.RdfFormat.N_QUADS)
            except OSError as error:
                raise saving_failed(error) from error
            return len(copy)

    @contextmanager
    def _copy(self) -> Iterator[ox.Store]:
        if self._path is None:
            with self._lock:
                yield self._store
            return
        with tempfile.TemporaryDirectory(dir=self._path.parent, prefix=f"{self._path.name}.copy-") as folder:
            copy = Path(folder) / "store"
            with self._writing():
                self._store.backup(copy)
                lease = self._readers.enter()
            with lease:
                yield ox.Store.read_only(str(copy))

    def snapshot(self) -> Path:
        """The newest snapshot, taken now if a change came since the last; it costs hard links, about 13 ms.

        Where there is no room for a new one it is the last one. Raises LimitError (rule `disk-full`) and
        UnavailableError (`disk-failed`) when there is none.
        """
        assert self._snapshots is not None, "this store was opened without a folder for snapshots"
        newest = self._snapshots.newest
        if newest is not None and self._snapshots.commit == self._commit:
            return newest
        try:
            with self._writing():
                return self._take_snapshot(self._snapshots)
        except (LimitError, UnavailableError):
            if newest is None:
                raise
            _log.warning("No room for a snapshot of commit %d: readers get the last one.", self._commit)
            return newest

    def _take_snapshot(self, snapshots: Snapshots) -> Path:
        if snapshots.newest is not None and snapshots.commit == self._commit:
            return snapshots.newest
        return snapshots.take(self._store, self._commit)

    def close(self) -> None:
        """Flush and let go of the store; what is asked of it afterwards fails."""
        with self._lock:
            try:
                if self._durable and not self._stuck:
                    self._store.flush()
            except OSError as error:
                raise saving_failed(error) from error
            finally:
                del self._store


def _readable(path: Path) -> ox.Store:
    """The store for reading only, while the engine that holds it may still be tidying up.

    It then takes away files between our reading of its list and the opening of them, which looks like damage and has
    passed at the next look.
    """
    for _ in range(_LOOKS - 1):
        try:
            return ox.Store.read_only(str(path))
        except RuntimeError:
            time.sleep(_LOOK_SECONDS)
    return ox.Store.read_only(str(path))


def _opened(path: Path) -> ox.Store:
    """The store, as soon as the engine that had it before is gone."""
    for _ in range(_LOOKS - 1):
        try:
            return _open(path)
        except ConflictError:
            time.sleep(_LOOK_SECONDS)
    return _open(path)


def _open(path: Path) -> ox.Store:
    try:
        return ox.Store(path)
    except OSError as error:
        if any(phrase in str(error) for phrase in _LOCKED):
            raise ConflictError(
                f"The store {path} is open in another process.",
                rule="store-in-use",
                remedy="Go through that process, or stop it.",
            ) from error
        raise saving_failed(error) from error
    except RuntimeError as error:
        # So the engine says that its files are not what it wrote.
        raise UnavailableError(
            f"The store {path} cannot be read: {error}", rule="store-damaged", remedy="Restore the last backup."
        ) from error


def _clear(paths: Iterable[Path]) -> None:
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


def _parsed(path: Path) -> Iterable[ox.Quad]:
    return ox.parse(path=path, format=ox.RdfFormat.N_QUADS, lenient=True)


def _blocks(quads: Iterable[ox.Quad]) -> str:
    return "\n".join(f"GRAPH {quad.graph_name} {{ {quad.subject} {quad.predicate} {quad.object} }}" for quad in quads)


def _stamp(number: int) -> str:
    return (
        f"DELETE WHERE {{ GRAPH {_SYSTEM} {{ {_SYSTEM} {_COMMIT} ?number }} }} ;"
        f"INSERT DATA {{ GRAPH {_SYSTEM} {{ {_SYSTEM} {_COMMIT} {number} }} }}"
    )


def _commit_line(number: int) -> str:
    return f"{_SYSTEM} {_COMMIT} {ox.Literal(number)} {_SYSTEM} ."


def _to_take_away(change: Change, commit: int) -> Iterator[str]:
    """What the ingest of `change` leaves to take away: its removals but for what it adds again, and the old number."""
    yield _commit_line(commit)
    yield from change.net_removals()


@contextmanager
def _with_line(path: Path, line: str) -> Iterator[None]:
    """A file with one more line at its end, for as long as the block lasts."""
    size = path.stat().st_size
    try:
        with path.open("a", encoding="utf-8", newline="\n") as file:
            file.write(f"{line}\n")
        yield
    finally:
        os.truncate(path, size)
