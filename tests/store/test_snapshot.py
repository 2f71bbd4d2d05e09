"""Snapshots: consistent, readable by others while writing goes on, and gone when nobody needs them."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

from gse_skills.store import Change, EmbeddedStore, embedded
from gse_skills.store.snapshot import Snapshots
from gse_skills.vocabulary import GRAPH, GSE

ApplyTo = Callable[..., int]

A = f"<{GRAPH['source/a']}>"
SIZE = 300


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    store = EmbeddedStore(tmp_path / "store", tmp_path / "snapshots")
    yield store
    store.close()


def replace(store: EmbeddedStore) -> None:
    """Give each of the quads the number of the commit to come."""
    old, new = store.commit, store.commit + 1
    with Change() as change:
        for n in range(SIZE):
            change.remove(f"<urn:{n}>", "<urn:p>", f'"{old}"', A)
            change.add(f"<urn:{n}>", "<urn:p>", f'"{new}"', A)
        store.apply(change)


def test_a_snapshot_lasts_until_the_next_commit(store: EmbeddedStore) -> None:
    first = store.snapshot()
    assert store.snapshot() == first
    replace(store)
    second = store.snapshot()
    assert second != first
    assert len(ox.Store.read_only(str(first))) == 0
    assert len(ox.Store.read_only(str(second))) == SIZE + 1


def test_another_process_reads_a_snapshot_while_writing_goes_on(store: EmbeddedStore) -> None:
    replace(store)
    code = (
        "import sys, pyoxigraph as ox\n"
        "store = ox.Store.read_only(sys.argv[1])\n"
        "print('open', flush=True)\n"
        "for line in sys.stdin: print(sorted({q.object.value for q in store}), len(store), flush=True)\n"
    )
    command = [sys.executable, "-c", code, str(store.snapshot())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as reader:
        assert reader.stdin is not None
        assert reader.stdout is not None
        assert reader.stdout.readline() == "open\n"
        for _ in range(4):
            replace(store)
            store.optimize()
            store.snapshot()
            reader.stdin.write("\n")
            reader.stdin.flush()
            assert reader.stdout.readline() == f"['1'] {SIZE + 1}\n"
        reader.stdin.close()


@pytest.mark.parametrize("small", [5_000, -1], ids=["transaction", "ingest"])
def test_no_snapshot_shows_a_change_half_done(
    small: int, store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "_SMALL", small)
    replace(store)
    done = threading.Event()

    def write() -> None:
        for _ in range(25):
            replace(store)
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    looks = 0
    while not done.is_set() or looks == 0:
        snapshot = ox.Store.read_only(str(store.snapshot()))
        number = next(snapshot.quads_for_pattern(None, ox.NamedNode(GSE.commit), None, None)).object
        assert isinstance(number, ox.Literal)
        found = [quad.object for quad in snapshot.quads_for_pattern(None, None, None, ox.NamedNode(GRAPH["source/a"]))]
        assert found == [ox.Literal(number.value)] * SIZE
        looks += 1
    writer.join()
    assert store.commit == 26


def test_threads_that_change_it_take_turns(store: EmbeddedStore, apply_to: ApplyTo) -> None:
    numbers: list[int] = []

    def write(name: str) -> None:
        numbers.extend(apply_to(store, ((f"<urn:{name}{n}>", "<urn:p>", '"x"', A),)) for n in range(10))

    writers = [threading.Thread(target=write, args=(name,)) for name in "abc"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(numbers) == list(range(1, 31))
    assert len(list(store.triples(GRAPH["source/a"]))) == 30


def test_an_overtaken_snapshot_goes_a_minute_after_it_was_overtaken(tmp_path: Path) -> None:
    now = 0.0
    store = ox.Store(tmp_path / "store")
    snapshots = Snapshots(tmp_path / "snapshots", lambda: now)
    first = snapshots.take(store, 1)
    # That it was current for long does not count.
    now = 1_000.0
    second = snapshots.take(store, 2)
    now = 1_059.0
    third = snapshots.take(store, 3)
    assert all(path.is_dir() for path in (first, second, third))
    now = 1_061.0
    fourth = snapshots.take(store, 4)
    assert not first.exists()
    assert sorted((tmp_path / "snapshots").iterdir()) == sorted([second, third, fourth])


def test_what_an_earlier_run_left_goes_at_the_start(tmp_path: Path) -> None:
    for _ in range(2):
        store = EmbeddedStore(tmp_path / "store", tmp_path / "snapshots")
        assert list((tmp_path / "snapshots").iterdir()) == []
        store.snapshot()
        store.close()
