"""What only the store in this process can be asked: kills, power, full disks, snapshots."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pyoxigraph as ox
import pytest

from gse_skills.errors import ConflictError, UnavailableError
from gse_skills.store import Change, EmbeddedStore, Store, embedded
from gse_skills.store.journal import Journal
from gse_skills.vocabulary import GRAPH

ApplyTo = Callable[..., int]
HeldBy = Callable[[Store], set[str]]

A = f"<{GRAPH['source/a']}>"
KILLS = 20

# What the children run: a store with 4,000 quads, and a change that takes them away and brings 12,000 others.
CHILD = """
import os, sys
from pathlib import Path
from gse_skills.store import Change, EmbeddedStore, embedded
from gse_skills.vocabulary import GRAPH

home, graph = Path(sys.argv[1]), f"<{GRAPH['source/a']}>"
store = EmbeddedStore(home / "store", home / "snapshots")

def begin():
    with Change(home) as change:
        for n in range(4_000):
            change.add(f"<urn:old{n}>", "<urn:p>", f'"old {n}"', graph)
        store.apply(change)

def replace():
    with Change(home) as change:
        for n in range(4_000):
            change.remove(f"<urn:old{n}>", "<urn:p>", f'"old {n}"', graph)
        for n in range(12_000):
            change.add(f"<urn:new{n}>", "<urn:p>", f'"new {n}"', graph)
        print("go", flush=True)
        store.apply(change)
        print("done", flush=True)
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[EmbeddedStore]:
    store = EmbeddedStore(tmp_path / "store", tmp_path / "snapshots")
    yield store
    store.close()


def quads(count: int, start: int = 0) -> tuple[tuple[str, str, str, str], ...]:
    return tuple((f"<urn:s{n}>", "<urn:p>", f'"value {n}"', A) for n in range(start, start + count))


def child(home: Path, work: str) -> subprocess.Popen[str]:
    return subprocess.Popen([sys.executable, "-c", CHILD + work, str(home)], stdout=subprocess.PIPE, text=True)


def run(home: Path, work: str) -> int:
    process = child(home, work)
    process.communicate(timeout=300)
    return process.returncode


def state(home: Path) -> tuple[int, int, int]:
    """The commit number and how many old and new quads there are, once the store was opened again."""
    store = EmbeddedStore(home / "store", home / "snapshots")
    try:
        subjects = [str(triple.subject) for triple in store.triples(GRAPH["source/a"])]
        old = sum(subject.startswith("<urn:old") for subject in subjects)
        assert store.graphs() == [GRAPH["source/a"], GRAPH.system]
        assert len(list(store._store.quads_for_pattern(None, None, None, ox.NamedNode(GRAPH.system)))) == 1
        return store.commit, old, len(subjects) - old
    finally:
        store.close()


BEFORE, AFTER = (1, 4_000, 0), (2, 0, 12_000)


def leftovers(home: Path) -> list[str]:
    return sorted(
        path.name
        for path in home.rglob("*")
        if path.name.startswith(("bulk-", "store.")) or path.parent.name == "snapshots"
    )


def test_a_large_change_cut_short_by_a_kill_is_whole_or_absent(tmp_path: Path) -> None:
    origin = tmp_path / "origin"
    origin.mkdir()
    assert run(origin, "begin()") == 0
    whole = tmp_path / "whole"
    shutil.copytree(origin, whole)
    process = child(whole, "replace()")
    assert process.stdout is not None
    process.stdout.readline()
    begun = time.monotonic()
    assert process.stdout.readline() == "done\n"
    takes = time.monotonic() - begun
    process.communicate()
    assert state(whole) == AFTER
    dice = random.Random(2)
    for round_ in range(KILLS):
        home = tmp_path / f"kill-{round_}"
        shutil.copytree(origin, home)
        process = child(home, "replace()")
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(takes * dice.uniform(0, 1.1))
        process.kill()
        acknowledged = process.communicate()[0] == "done\n"
        found = state(home)
        assert found == AFTER or (found == BEFORE and not acknowledged)
        assert leftovers(home) == []
        shutil.rmtree(home)


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("embedded.Journal.write = lambda *_: os.kill(os.getpid(), 9)", BEFORE),
        ("embedded._with_line = lambda *_: os.kill(os.getpid(), 9)", BEFORE),
        ("EmbeddedStore._finish = lambda *_: os.kill(os.getpid(), 9)", AFTER),
        ("embedded.Journal.discard = lambda *_: os.kill(os.getpid(), 9)", AFTER),
    ],
    ids=["before the journal", "before the ingest", "after the ingest", "before the journal goes"],
)
def test_a_kill_at_a_turning_point(moment: str, expected: tuple[int, int, int], tmp_path: Path) -> None:
    assert run(tmp_path, f"begin()\n{moment}\nreplace()") == -signal.SIGKILL
    assert state(tmp_path) == expected
    assert leftovers(tmp_path) == []
    assert run(tmp_path, "replace()") == 0
    assert state(tmp_path) == (expected[0] + 1, *AFTER[1:])


def test_an_interrupt_just_after_the_ingest_loses_no_removal(
    store: EmbeddedStore, apply_to: ApplyTo, held_by: HeldBy, monkeypatch: pytest.MonkeyPatch
) -> None:
    apply_to(store, quads(10))
    monkeypatch.setattr(embedded, "_SMALL", -1)
    with_line = embedded._with_line

    @contextmanager
    def interrupted(path: Path, line: str) -> Iterator[None]:
        with with_line(path, line):
            yield
        monkeypatch.setattr(embedded, "_with_line", with_line)
        raise KeyboardInterrupt

    monkeypatch.setattr(embedded, "_with_line", interrupted)
    with pytest.raises(KeyboardInterrupt):
        apply_to(store, quads(1, 50), remove=quads(9))
    assert apply_to(store, quads(1, 60)) == 3
    assert {line.split()[0] for line in held_by(store)} == {"<urn:s9>", "<urn:s50>", "<urn:s60>"}


def test_a_journal_that_comes_back_after_a_power_cut_takes_nothing_away(
    tmp_path: Path, apply_to: ApplyTo, held_by: HeldBy, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = EmbeddedStore(tmp_path / "store")
    apply_to(store, quads(10))
    with monkeypatch.context() as cut:
        cut.setattr(embedded, "_SMALL", -1)
        cut.setattr(Journal, "discard", lambda _: None)
        apply_to(store, remove=quads(5))
    apply_to(store, quads(1))
    store.close()
    assert (tmp_path / "store.journal").exists()
    store = EmbeddedStore(tmp_path / "store")
    assert {line.split()[0] for line in held_by(store)} == {"<urn:s0>", *(f"<urn:s{n}>" for n in range(5, 10))}
    assert not (tmp_path / "store.journal").exists()
    store.close()


def test_an_ingest_leaves_the_change_as_it_was(store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_SMALL", -1)
    with Change() as change:
        for quad in quads(10):
            change.add(*quad)
        change.seal()
        before = change.additions.read_bytes()
        store.apply(change)
        assert change.additions.read_bytes() == before


def test_a_reader_need_not_wait_for_an_ingest(
    store: EmbeddedStore, apply_to: ApplyTo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "_SMALL", -1)
    apply_to(store, quads(10))
    begun, go_on = threading.Event(), threading.Event()
    finish = EmbeddedStore._finish

    def slow(self: EmbeddedStore) -> None:
        begun.set()
        assert go_on.wait(60)
        finish(self)

    monkeypatch.setattr(EmbeddedStore, "_finish", slow)
    writer = threading.Thread(target=apply_to, args=(store, quads(5, 20), quads(5)))
    writer.start()
    assert begun.wait(60)
    read: list[int] = []
    reader = threading.Thread(target=lambda: read.append(len(ox.Store.read_only(str(store.snapshot())))))
    reader.start()
    reader.join(30)
    answered = list(read)
    go_on.set()
    reader.join()
    writer.join()
    assert answered == [11]


@pytest.mark.parametrize("small", [5_000, -1], ids=["transaction", "ingest"])
def test_a_change_that_is_no_rdf_leaves_nothing(
    small: int, store: EmbeddedStore, apply_to: ApplyTo, held_by: HeldBy, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(embedded, "_SMALL", small)
    apply_to(store, quads(2))
    with pytest.raises(SyntaxError, match="Parser error"):
        apply_to(store, (*quads(1, 7), ("<urn:s>", "<urn:p>", '"open', A)), remove=quads(1))
    assert len(held_by(store)) == 2
    assert apply_to(store, quads(1, 9)) == 2
    assert len(held_by(store)) == 3


def test_a_store_in_memory_keeps_the_contract_but_its_data(apply_to: ApplyTo, held_by: HeldBy) -> None:
    store = EmbeddedStore(None)
    assert apply_to(store, quads(6_000)) == 1
    assert apply_to(store, quads(1, 7_000), remove=quads(5_999)) == 2
    assert {line.split()[0] for line in held_by(store)} == {"<urn:s5999>", "<urn:s7000>"}
    store.optimize()
    store.close()


def test_a_store_that_is_open_cannot_be_opened_again(store: EmbeddedStore, tmp_path: Path) -> None:
    with pytest.raises(ConflictError) as err:
        EmbeddedStore(tmp_path / "store")
    assert err.value.rule == "store-in-use"
    code = (
        f"import sys; from pathlib import Path; from gse_skills.store import EmbeddedStore\n"
        f"try:\n EmbeddedStore(Path({str(tmp_path / 'store')!r}))\nexcept Exception as error: sys.exit(error.rule)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert found.stderr.strip() == "store-in-use"


def test_a_damaged_store_says_so(tmp_path: Path) -> None:
    EmbeddedStore(tmp_path / "store").close()
    (tmp_path / "store" / "CURRENT").write_text("nonsense")
    with pytest.raises(UnavailableError) as err:
        EmbeddedStore(tmp_path / "store")
    assert err.value.rule == "store-damaged"


# Durability


@pytest.fixture
def strace() -> str:
    path = shutil.which("strace")
    if path is None:
        pytest.skip("needs strace")
    if subprocess.run([path, "-o", os.devnull, "true"], capture_output=True).returncode:
        pytest.skip("strace may not trace here")
    return path


@pytest.mark.parametrize(
    ("size", "durable", "synced"),
    [(10, True, True), (10, False, False), (6_000, True, True)],
    ids=["transaction", "not durable", "ingest"],
)
def test_a_durable_commit_is_on_the_disk_before_it_is_acknowledged(
    size: int, durable: bool, synced: bool, strace: str, tmp_path: Path
) -> None:
    code = f"""
import os
from pathlib import Path
from gse_skills.store import Change, EmbeddedStore
store = EmbeddedStore(Path({str(tmp_path / "store")!r}), durable={durable})
with Change() as change:
    for n in range({size}):
        change.add(f"<urn:{{n}}>", "<urn:p>", '"x"', {A!r})
    os.write(2, b"begun")
    store.apply(change)
    os.write(2, b"acknowledged")
"""
    trace = tmp_path / "trace"
    options = ["-f", "-y", "-o", str(trace), "-e", "trace=write,fsync,fdatasync"]
    subprocess.run([strace, *options, sys.executable, "-c", code], check=True, capture_output=True, timeout=120)
    text = trace.read_text("utf-8", "replace")
    during = text[text.index('"begun"') : text.index('"acknowledged"')]
    files = [Path(path) for path in re.findall(r"(?:fsync|fdatasync)\(\d+<([^>]*)>", during)]
    of_engine = {path.name for path in files if path.parent == tmp_path / "store"}
    # The table with what the log held, or what the ingest brought, and the list of tables.
    assert any(name.endswith(".sst") for name in of_engine) == synced
    assert any(name.startswith("MANIFEST") for name in of_engine) == synced


# Full disks: a limit on the size of files stands in for the disk, as it needs no rights; the engine cannot tell.

FULL = """
import resource, sys
from pathlib import Path
from gse_skills.errors import LimitError
from gse_skills.store import Change, EmbeddedStore, embedded
from gse_skills.vocabulary import GRAPH

home, graph = Path(sys.argv[1]), f"<{GRAPH['source/a']}>"
store = EmbeddedStore(home / "store", home / "snapshots")

def room(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

def quad(n):
    return f"<urn:{n}{'x' * 300}>", "<urn:p>", f'"{n}"', graph

def held():
    return sorted(int(triple.object.value) for triple in store.triples(GRAPH["source/a"]))

def fill(change, add, remove):
    for n in add:
        change.add(*quad(n))
    for n in remove:
        change.remove(*quad(n))
    change.seal()

def fails(change):
    try:
        store.apply(change)
    except LimitError as error:
        return error.rule == "disk-full"

def reopen():
    global store
    store.close()
    store = EmbeddedStore(home / "store", home / "snapshots")

with Change(home) as change:
    fill(change, range(10), [])
    assert store.apply(change) == 1
first = store.snapshot()
"""


def run_full(home: Path, work: str) -> None:
    found = subprocess.run([sys.executable, "-c", FULL + work, str(home)], capture_output=True, text=True, timeout=120)
    assert (found.returncode, found.stderr) == (0, "")
    assert leftovers(home) == sorted(path.name for path in (home / "snapshots").iterdir())


@pytest.mark.parametrize("small", [5_000, -1], ids=["transaction", "ingest"])
def test_a_full_disk_loses_nothing_and_is_got_over(small: int, tmp_path: Path) -> None:
    run_full(
        tmp_path,
        f"""
embedded._SMALL = {small}
with Change(home) as change:
    fill(change, range(10, 4_000), [0])
    room(100_000)
    for attempt in range(3):
        assert fails(change)
        assert (held(), store.commit, store.snapshot()) == ([*range(10)], 1, first)
    room(resource.RLIM_INFINITY)
    assert store.apply(change) == 2
assert held() == [*range(1, 4_000)]
assert store.snapshot() != first
with Change(home) as change:
    fill(change, [5_000], [1])
    assert store.apply(change) == 3
reopen()
assert (held(), store.commit) == ([*range(2, 4_000), 5_000], 3)
""",
    )


@pytest.mark.parametrize("work", ["assert store.apply(change) == 3", "reopen()"], ids=["applied again", "opened again"])
def test_a_disk_that_fills_up_after_an_ingest_lets_no_reader_see_half(work: str, tmp_path: Path) -> None:
    run_full(
        tmp_path,
        f"""
finish = EmbeddedStore._finish
def fill_up_and_finish(self):
    room(0)
    finish(self)
embedded._SMALL = -1
with Change(home) as change:
    fill(change, range(10, 20), range(5))
    EmbeddedStore._finish = fill_up_and_finish
    assert fails(change)
    EmbeddedStore._finish = finish
    assert fails(change)
    assert (store.commit, store.snapshot()) == (1, first)
    room(resource.RLIM_INFINITY)
    {work}
assert held() == [*range(5, 20)]
assert store.commit >= 2
assert store.snapshot() != first
""",
    )


def test_a_change_that_does_not_fit_the_spool_says_so(tmp_path: Path) -> None:
    run_full(
        tmp_path,
        """
room(100_000)
try:
    with Change(home) as change:
        fill(change, range(10, 9_000), [])
        raise AssertionError
except LimitError as error:
    assert error.rule == "disk-full"
room(resource.RLIM_INFINITY)
assert [path.name for path in home.iterdir() if path.name.startswith("change")] == []
""",
    )
