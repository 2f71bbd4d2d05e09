"""Backup and restore: the same quads come back, and nothing half, wrong or newer is taken."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import signal
import stat
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Protocol

import pyoxigraph as ox
import pytest

from gse_skills.errors import ConflictError, InputError
from gse_skills.store import Change, DataFolder, EmbeddedStore, RemoteStore, Store
from gse_skills.store import backup as backups
from gse_skills.store.archive import Backup
from gse_skills.store.backup import backup, restore, verify
from gse_skills.store.building import building
from gse_skills.store.folder import FORMAT as FOLDER_FORMAT
from gse_skills.store.folder import mark_format
from gse_skills.vocabulary import GRAPH, XSD

ApplyTo = Callable[..., int]


class Server(Protocol):
    def store(self) -> RemoteStore: ...
    def wipe(self) -> None: ...


A, B = f"<{GRAPH['source/a']}>", f"<{GRAPH['source/b']}>"


@pytest.fixture
def store(tmp_path: Path, apply_to: ApplyTo) -> Iterator[EmbeddedStore]:
    """Seven commits, 6,001 quads of all kinds."""
    with DataFolder(tmp_path / "data") as folder:
        store = EmbeddedStore(folder.store, folder.snapshots)
        kinds = [
            '"x"',
            '"é 漢 😀"@cy',
            '"say \\"no\\"\\n"',
            "<https://example.org/é>",
            f'"2025-03-01"^^<{XSD.date}>',
            '""',
        ]
        for n in range(6):
            apply_to(
                store, tuple((f"<urn:{n}-{i}>", f"<urn:p{i % 5}>", kinds[n], A if n % 2 else B) for i in range(n * 400))
            )
        apply_to(store, (("<urn:s>", "<urn:p>", '"last"', A),), (("<urn:1-0>", "<urn:p0>", kinds[1], A),))
        yield store
        store.close()


@pytest.fixture
def made(store: EmbeddedStore, tmp_path: Path) -> Path:
    backup(store, tmp_path / "made.tar")
    return tmp_path / "made.tar"


def dumped(store: Store, path: Path) -> list[bytes]:
    store.dump(path)
    return sorted(path.read_bytes().split(b"\n"))


def parts(path: Path) -> dict[str, bytes]:
    with tarfile.open(path) as tar:
        return {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]  # files only


def written(path: Path, content: dict[str, bytes]) -> Path:
    with tarfile.open(path, "w") as tar:
        for name, body in content.items():
            member = tarfile.TarInfo(name)
            member.size = len(body)
            tar.addfile(member, io.BytesIO(body))
    return path


def with_manifest(path: Path, source: Path, **changes: object) -> Path:
    content = parts(source)
    manifest = {**json.loads(content["manifest.json"]), **changes}
    return written(path, {**content, "manifest.json": json.dumps(manifest).encode()})


def test_a_restored_store_dumps_byte_equal_after_sorting(store: EmbeddedStore, tmp_path: Path) -> None:
    said = backup(store, tmp_path / "made.tar")
    before = dumped(store, tmp_path / "before.nq")
    assert restore(tmp_path / "made.tar", tmp_path / "restored") == said
    with DataFolder(tmp_path / "restored") as folder:
        again = EmbeddedStore(folder.store, folder.snapshots)
        assert dumped(again, tmp_path / "after.nq") == before
        assert again.commit == store.commit == said.commit == 7
        assert len(before) - 1 == said.quads
        again.close()


def test_the_manifest_says_what_the_backup_is(store: EmbeddedStore, made: Path) -> None:
    content = parts(made)
    assert list(content) == ["manifest.json", "quads.nq.gz"]
    said = verify(made)
    assert json.loads(content["manifest.json"]) == {name: getattr(said, name) for name in Backup.__slots__} | {
        "files": []
    }
    assert (said.format, said.folder, said.commit, said.quads) == (2, 1, 7, 6_001)
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", said.made)
    assert said.software.startswith("gse-skills ")
    quads = ox.parse(gzip.decompress(content["quads.nq.gz"]), format=ox.RdfFormat.N_QUADS)
    assert set(quads) == set(store._store)


def test_a_backup_is_its_owners_alone_and_names_nobody(made: Path) -> None:
    assert stat.S_IMODE(made.stat().st_mode) == 0o600
    with tarfile.open(made) as tar:
        assert {(member.uid, member.uname, member.gname) for member in tar} == {(0, "", "")}
    assert sorted(path.name for path in made.parent.iterdir()) == ["data", "made.tar"]


def test_an_empty_store_can_be_backed_up(tmp_path: Path) -> None:
    store = EmbeddedStore(tmp_path / "store")
    said = backup(store, tmp_path / "empty.tar")
    assert (said.commit, said.quads) == (0, 0)
    store.close()
    restore(tmp_path / "empty.tar", tmp_path / "restored")
    DataFolder(tmp_path / "restored").close()


def test_it_is_of_one_commit_though_the_store_is_written_to(store: EmbeddedStore, tmp_path: Path) -> None:
    begun, done = threading.Event(), threading.Event()

    def write() -> None:
        while not done.is_set():
            with Change() as change:
                number = store.commit
                for n in range(200):
                    change.remove(f"<urn:turn{n}>", "<urn:p>", f'"{number}"', A)
                    change.add(f"<urn:turn{n}>", "<urn:p>", f'"{number + 1}"', A)
                store.apply(change)
            begun.set()

    writer = threading.Thread(target=write)
    writer.start()
    begun.wait()
    try:
        made = [backup(store, tmp_path / f"{n}.tar") for n in range(5)]
    finally:
        done.set()
        writer.join()
    for n, said in enumerate(made):
        lines = gzip.decompress(parts(tmp_path / f"{n}.tar")["quads.nq.gz"]).decode().split("\n")
        turns = [line.split()[2] for line in lines if line.startswith("<urn:turn")]
        assert turns == [f'"{said.commit}"'] * 200
        assert said.quads == len(lines) - 1


def test_a_remote_store_can_be_backed_up_and_restored_here(oxigraph: Server, tmp_path: Path, apply_to: ApplyTo) -> None:
    oxigraph.wipe()
    remote = oxigraph.store()
    apply_to(remote, tuple((f"<urn:{n}>", "<urn:p>", f'"{n}"@en', A) for n in range(300)))
    backup(remote, tmp_path / "made.tar")
    restore(tmp_path / "made.tar", tmp_path / "restored")
    store = EmbeddedStore(tmp_path / "restored" / "store")
    assert dumped(store, tmp_path / "one.nq") == dumped(remote, tmp_path / "two.nq")
    store.close()


# What is refused


def refused(source: Path, target: Path) -> str:
    with pytest.raises((InputError, ConflictError)) as err:
        restore(source, target)
    assert not target.exists() or not target.is_dir() or not (target / "store").exists()
    assert not list(target.parent.glob(".*restoring*"))
    return err.value.rule


@pytest.mark.parametrize("kept", [0, 1, 511, 512, 700, 1_500, 0.5, 0.98])
def test_a_short_backup_is_refused(kept: float, made: Path, tmp_path: Path) -> None:
    body = made.read_bytes()
    whole = len(body.rstrip(b"\0"))
    (tmp_path / "short.tar").write_bytes(body[: int(kept if kept > 1 or kept in (0, 1) else whole * kept)])
    assert refused(tmp_path / "short.tar", tmp_path / "restored") == "backup-corrupt"


def test_a_backup_with_any_byte_changed_is_refused_or_the_same(made: Path, tmp_path: Path) -> None:
    body = bytearray(made.read_bytes())
    end = len(bytes(body).rstrip(b"\0"))
    said = verify(made)
    with tarfile.open(made) as tar:
        quads = tar.getmember("quads.nq.gz").offset_data
    for place in [*range(0, 600, 7), *range(quads, end, max(1, (end - quads) // 60))]:
        changed = bytearray(body)
        changed[place] ^= 0x11
        (tmp_path / "changed.tar").write_bytes(changed)
        try:
            assert verify(tmp_path / "changed.tar") == said
        except InputError as error:
            assert error.rule in {"backup-corrupt", "backup-newer"}  # noqa: PT017  either may be
        else:
            assert place < quads


@pytest.mark.parametrize(
    "changes",
    [{"quads": 6_000}, {"commit": 6}, {"sha256": "0" * 64}, {"format": None}, {"format": "one"}, {"quads": []}],
    ids=str,
)
def test_a_manifest_that_does_not_agree_is_refused(changes: dict[str, object], made: Path, tmp_path: Path) -> None:
    assert refused(with_manifest(tmp_path / "changed.tar", made, **changes), tmp_path / "restored") == "backup-corrupt"


def test_what_is_no_backup_is_refused(made: Path, tmp_path: Path) -> None:
    content = parts(made)
    only = {"manifest.json": content["manifest.json"]}
    (tmp_path / "letter.tar").write_text("Dear all, " * 200)
    (tmp_path / "compressed.tar").write_bytes(gzip.compress(made.read_bytes()))
    folder = written(tmp_path / "folder.tar", only)
    with tarfile.open(folder, "a") as tar:
        member = tarfile.TarInfo("quads.nq.gz")
        member.type = tarfile.DIRTYPE
        tar.addfile(member)
    for path in (
        tmp_path / "letter.tar",
        tmp_path / "compressed.tar",
        folder,
        written(tmp_path / "nothing.tar", {}),
        written(tmp_path / "only.tar", only),
        written(tmp_path / "list.tar", {**content, "manifest.json": b"[1]"}),
        written(tmp_path / "text.tar", {**content, "manifest.json": b"\xff\xfe"}),
        written(tmp_path / "huge.tar", {**content, "manifest.json": b" " * (17 << 20) + content["manifest.json"]}),
    ):
        assert refused(path, tmp_path / "restored") == "backup-corrupt"


def test_quads_that_are_not_rdf_are_refused(made: Path, tmp_path: Path) -> None:
    quads = gzip.compress(b"nonsense\n")
    digest = hashlib.sha256(quads).hexdigest()
    content = {**parts(made), "quads.nq.gz": quads}
    path = with_manifest(tmp_path / "bad.tar", written(tmp_path / "raw.tar", content), quads=1, commit=0, sha256=digest)
    assert refused(path, tmp_path / "restored") == "backup-corrupt"


def test_a_newer_backup_is_refused_before_it_is_read(made: Path, tmp_path: Path) -> None:
    newer = with_manifest(tmp_path / "newer.tar", made, format=3, sha256="another way to count")
    with pytest.raises(InputError) as err:
        restore(newer, tmp_path / "restored")
    assert err.value.rule == "backup-newer"
    assert verify(made).software in err.value.remedy


def test_a_backup_of_a_newer_folder_is_refused(made: Path, tmp_path: Path) -> None:
    newer = with_manifest(tmp_path / "newer.tar", made, folder=FOLDER_FORMAT + 1)
    assert refused(newer, tmp_path / "restored") == "backup-newer"


def test_a_backup_of_the_first_format_is_still_read(made: Path, tmp_path: Path) -> None:
    old = with_manifest(tmp_path / "old.tar", made, format=1)
    content = parts(old)
    manifest = json.loads(content["manifest.json"])
    del manifest["folder"], manifest["files"]
    written(old, {**content, "manifest.json": json.dumps(manifest).encode()})
    assert restore(old, tmp_path / "restored").quads == 6_001
    DataFolder(tmp_path / "restored").close()


def test_a_backup_that_is_not_there_is_refused(tmp_path: Path) -> None:
    assert refused(tmp_path / "absent.tar", tmp_path / "restored") == "backup-unreadable"
    assert refused(tmp_path, tmp_path / "restored") == "backup-unreadable"


def test_only_an_empty_place_takes_a_restore(made: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    restore(made, tmp_path / "empty")
    inside = sorted((tmp_path / "empty").rglob("*"))
    for target in (tmp_path / "empty", tmp_path / "data", made):
        with pytest.raises(InputError) as err:
            restore(made, target)
        assert err.value.rule == "target-not-empty"
    assert sorted((tmp_path / "empty").rglob("*")) == inside


def test_a_place_that_fills_meanwhile_is_left_alone(
    made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "restored"

    def busy(path: Path, number: int) -> None:
        target.mkdir()
        (target / "theirs").write_text("x")
        mark_format(path, number)

    monkeypatch.setattr(backups, "mark_format", busy)
    assert refused(made, target) == "target-not-empty"
    assert [path.name for path in target.iterdir()] == ["theirs"]


def test_a_file_that_exists_is_not_overwritten(store: EmbeddedStore, made: Path, tmp_path: Path) -> None:
    before = made.read_bytes()
    with pytest.raises(ConflictError) as err:
        backup(store, made)
    assert err.value.rule == "target-exists"
    assert made.read_bytes() == before
    with pytest.raises(InputError) as missing:
        backup(store, tmp_path / "absent" / "made.tar")
    assert missing.value.rule == "no-such-folder"


# What is cut short


def in_a_child(work: str, *arguments: Path) -> subprocess.CompletedProcess[str]:
    code = (
        "import os, resource, sys\nfrom pathlib import Path\nfrom gse_skills.store import backup, EmbeddedStore\n"
        + work
    )
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("moment", ["mark_format", "read", "fill"])
def test_a_restore_that_was_killed_leaves_nothing_to_open(moment: str, made: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    kill = f"""
real = backup.{moment}
def fatal(*arguments):
    if {moment!r} == "fill":
        real(*arguments)
    os.kill(os.getpid(), 9)
backup.{moment} = fatal
backup.restore(Path(sys.argv[1]), Path(sys.argv[2]))
"""
    assert in_a_child(kill, made, home / "restored").returncode == -signal.SIGKILL
    assert not (home / "restored").exists()
    for left in [path for path in home.rglob("*") if path.is_dir() and any(path.iterdir())]:
        with pytest.raises(InputError) as err:
            DataFolder(left)
        assert err.value.rule == "not-a-data-folder"
    restore(made, home / "restored")
    assert [path.name for path in home.iterdir()] == ["restored"]


def test_a_backup_that_was_killed_leaves_no_file_of_that_name(store: EmbeddedStore, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    kill = """
backup._write = lambda *_: os.kill(os.getpid(), 9)
backup.backup(EmbeddedStore(Path(sys.argv[1])), Path(sys.argv[2]))
"""
    assert in_a_child(kill, store.snapshot(), home / "made.tar").returncode == -signal.SIGKILL
    assert not (home / "made.tar").exists()


def test_two_cannot_restore_to_one_place_at_once(made: Path, tmp_path: Path) -> None:
    with building(tmp_path / "restored"), pytest.raises(ConflictError) as err:
        restore(made, tmp_path / "restored")
    assert err.value.rule == "restore-running"


@pytest.mark.parametrize(
    "work",
    [
        "backup.restore(Path(sys.argv[2]), Path(sys.argv[3]) / 'restored')",
        "backup.backup(store, Path(sys.argv[3]) / 'b')",
    ],
    ids=["restore", "backup"],
)
def test_a_full_disk_leaves_nothing(work: str, store: EmbeddedStore, made: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    full = f"""
from gse_skills.errors import LimitError
store = EmbeddedStore(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (5_000, resource.RLIM_INFINITY))
try:
    {work}
except LimitError as error:
    sys.exit(error.rule)
"""
    assert in_a_child(full, store.snapshot(), made, home).stderr.strip() == "disk-full"
    assert list(home.iterdir()) == []
