"""Writing a store's files anew: whole or not at all, with readers who go on."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from pyoxigraph import Literal

from gse_skills.errors import ConflictError
from gse_skills.store import Change, EmbeddedStore, Query, Store, embedded, renewal
from gse_skills.vocabulary import GRAPH

GRAPH_A = GRAPH["source/a"]
A = f"<{GRAPH_A}>"
KILLS = 12
SECRET = "Zqxjvwk Bythqamel"
CHILD = """
import sys
from pathlib import Path
from gse_skills.store import Change, EmbeddedStore
from gse_skills.vocabulary import GRAPH
home, graph = Path(sys.argv[1]), f"<{GRAPH['source/a']}>"
store = EmbeddedStore(home / "store", home / "snapshots")
spool = home / "spool"
spool.mkdir(exist_ok=True)
with Change(spool) as change:
    change.remove("<urn:secret>", "<urn:p>", '"Zqxjvwk Bythqamel"', graph)
    change.add("<urn:after>", "<urn:p>", '"after"', graph)
    print("go", flush=True)
    store.rewrite(change)
    print("done", flush=True)
"""


def begin(home: Path) -> EmbeddedStore:
    """A store with a name in it, and 3,000 other things."""
    store = EmbeddedStore(home / "store", home / "snapshots", durable=False)
    with Change(home) as change:
        for number in range(3_000):
            change.add(f"<urn:s{number}>", "<urn:p>", f'"value {number}"', A)
        change.add("<urn:secret>", "<urn:p>", f'"{SECRET}"', A)
        store.apply(change)
    return store


def forgetting(home: Path) -> Change:
    change = Change(home)
    change.remove("<urn:secret>", "<urn:p>", f'"{SECRET}"', A)
    change.add("<urn:after>", "<urn:p>", '"after"', A)
    return change


def values(store: Store) -> set[str]:
    return {str(triple.object) for triple in store.triples(GRAPH_A)}


def holding(home: Path) -> set[str]:
    return {path.name for path in home.rglob("*") if path.is_file() and SECRET.encode() in path.read_bytes()}


def test_what_goes_is_in_no_file(tmp_path: Path) -> None:
    store = begin(tmp_path)
    store.optimize()
    store.snapshot()
    assert holding(tmp_path)
    commit = store.commit
    left: list[int] = []
    with forgetting(tmp_path) as change:
        assert store.rewrite(change, lambda: left.append(store.commit)) == commit + 1
    assert left == [commit + 1]
    assert values(store) == {f'"value {n}"' for n in range(3_000)} | {'"after"'}
    assert holding(tmp_path) == set()
    with Change(tmp_path) as change:
        change.add("<urn:later>", "<urn:p>", '"later"', A)
        assert store.apply(change) == commit + 2
    store.close()
    again = EmbeddedStore(tmp_path / "store", tmp_path / "snapshots")
    assert (again.commit, len(values(again))) == (commit + 2, 3_002)
    again.close()


def test_who_reads_goes_on_reading(tmp_path: Path) -> None:
    store = begin(tmp_path)
    seen: list[int] = []
    over, reading = threading.Event(), threading.Event()

    def ask() -> None:
        while not over.is_set():
            seen.append(len(values(store)))

    def ask_slowly() -> None:
        rows = store.triples(GRAPH_A)
        next(rows)
        reading.set()
        time.sleep(0.5)
        seen.append(1 + sum(1 for _ in rows))

    threads = [threading.Thread(target=ask), threading.Thread(target=ask_slowly)]
    for thread in threads:
        thread.start()
    reading.wait()
    with forgetting(tmp_path) as change:
        store.rewrite(change)
    over.set()
    for thread in threads:
        thread.join()
    assert set(seen) == {3_001}, "each saw the store of one moment, whole"
    assert len(seen) > 2
    store.close()


def test_an_answer_without_end_leaves_the_store_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_PATIENCE", 0.2)
    store = begin(tmp_path)
    commit, reader = store.commit, store.triples(GRAPH_A)
    with forgetting(tmp_path) as change:
        with pytest.raises(ConflictError) as busy:
            store.rewrite(change)
        assert busy.value.rule == "store-busy"
        assert f'"{SECRET}"' in values(store)
        assert store.commit == commit
        assert sum(1 for _ in reader) == 3_001
        assert store.rewrite(change) == commit + 1
    assert f'"{SECRET}"' not in values(store)
    store.close()


@pytest.mark.parametrize("step", range(5))
def test_whoever_opens_next_ends_what_was_begun(tmp_path: Path, step: int) -> None:
    """The folders as a kill leaves them: before the decision, after it, and between the renames."""
    store = begin(tmp_path)
    store.close()
    path, making, next_, old = (tmp_path / name for name in ("store", "store.making", "store.next", "store.old"))
    fresh = EmbeddedStore(making)
    with Change(tmp_path) as change:
        change.add("<urn:new>", "<urn:p>", '"new"', A)
        fresh.apply(change)
    fresh.close()
    if step > 0:
        renewal.decide(path)
    if step > 1:
        path.rename(old)
    if step > 2:
        next_.rename(path)
    if step > 3:
        making.mkdir()
    found = EmbeddedStore(path, tmp_path / "snapshots")
    assert len(values(found)) == (3_001 if step == 0 else 1)
    found.close()
    assert {one.name for one in tmp_path.iterdir() if one.is_dir()} - {"snapshots"} == {"store"}


def test_a_kill_leaves_the_old_or_the_new(tmp_path: Path) -> None:
    begin(tmp_path).close()
    chance = random.Random(7)
    lasts, found = 0.6, []
    for _ in range(KILLS):
        process = subprocess.Popen([sys.executable, "-c", CHILD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "go\n"
        began = time.monotonic()
        try:
            process.wait(timeout=chance.uniform(0, lasts))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        acknowledged = process.stdout.read() == "done\n"
        process.wait()
        process.stdout.close()
        if acknowledged:
            lasts = time.monotonic() - began
        # As the data folder does when somebody takes hold of it.
        shutil.rmtree(tmp_path / "spool", ignore_errors=True)
        store = EmbeddedStore(tmp_path / "store", tmp_path / "snapshots")
        held = values(store)
        gone = f'"{SECRET}"' not in held
        assert gone == ('"after"' in held)
        assert gone or not acknowledged
        assert len(held) == 3_001
        if gone:
            assert holding(tmp_path) == set()
            with Change(tmp_path) as change:
                change.remove("<urn:after>", "<urn:p>", '"after"', A)
                change.add("<urn:secret>", "<urn:p>", f'"{SECRET}"', A)
                store.apply(change)
        store.close()
        found.append(gone)
    assert not all(found), "every kill came too late to tell anything"


def test_what_is_to_come_before_comes_last_and_may_refuse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_PATIENCE", 0.2)
    store = begin(tmp_path)
    commit, called, reader = store.commit, list[int](), store.triples(GRAPH_A)

    def refuse() -> None:
        raise KeyError("refused")

    with forgetting(tmp_path) as change:
        with pytest.raises(ConflictError):
            store.rewrite(change, beforehand=lambda: called.append(store.commit))
        assert called == [], "who still reads keeps it from happening"
        del reader
        with pytest.raises(KeyError, match="refused"):
            store.rewrite(change, beforehand=refuse)
        assert (store.commit, f'"{SECRET}"' in values(store)) == (commit, True)
        with Change(tmp_path) as another:
            another.add("<urn:meanwhile>", "<urn:p>", '"meanwhile"', A)
            assert store.apply(another) == commit + 1
        assert store.rewrite(change, beforehand=lambda: called.append(store.commit)) == commit + 2
    assert called == [commit + 1]
    assert values(store) >= {'"meanwhile"', '"after"'}
    store.close()
    again = EmbeddedStore(tmp_path / "store", tmp_path / "snapshots")
    assert values(again) >= {'"meanwhile"', '"after"'}
    again.close()


def test_a_query_that_nobody_has_begun_to_read_counts_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_PATIENCE", 0.1)
    store = begin(tmp_path)
    rows = store.select(Query("graphs"), ours=Literal(GRAPH))
    with forgetting(tmp_path) as change:
        with pytest.raises(ConflictError):
            store.rewrite(change)
        del rows
        store.rewrite(change)
    store.close()
