"""Backups of a whole data folder, taken while it changes, and its upgrade and roll-back."""

from __future__ import annotations

import hashlib
import json
import shutil
import signal
import subprocess
import sys
import tarfile
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gse_skills.access import Caller, TokenStore, UserStore
from gse_skills.audit import Action, AuditLog, Event, Witness, verify
from gse_skills.errors import InputError
from gse_skills.safekeeping import bring_up_to_date, take_backup
from gse_skills.store import Change, DataFolder, EmbeddedStore, Store, folder
from gse_skills.store import backup as backups
from gse_skills.store.backup import restore
from gse_skills.vocabulary import GRAPH

if TYPE_CHECKING:
    from tests.conftest import Office

Open = Callable[[Path], AbstractContextManager["Office"]]
MEMBER = Caller.parse("member:aster")
A = f"<{GRAPH['source/a']}>"


def beside(path: Path) -> dict[str, bytes]:
    """What lies beside the store of a folder that nobody holds."""
    with DataFolder(path) as data:
        return {name: file.read_bytes() for name, file in data.beside()}


def test_a_restored_folder_is_the_same(small_office: Open, tmp_path: Path) -> None:
    with small_office(tmp_path) as office:
        register = office.register
        slug = office.organisation()
        office.bring(slug, "Name,Skill,Level\nAnn,Virology,Expert\n")
        secret = register.tokens.create(MEMBER)[1]
        register.users.grant("ann@example.org", MEMBER)
        for _ in range(3):
            register.audit.append(Event(MEMBER, Action.EXPORT))
        (register.folder.path / "later.json").write_text('["of a later version"]')
        said = register.backup(tmp_path / "made.tar")
        dump, who, anchor = office.dump(), office.who("Virology", slug), register.audit.anchor
    assert {"tokens.json", "users.json", "later.json", "audit/head"} <= {file.name for file in said.files}
    restore(tmp_path / "made.tar", tmp_path / "again" / "data")
    assert beside(tmp_path / "again" / "data") == beside(tmp_path / "data")
    with small_office(tmp_path / "again") as office:
        assert office.dump() == dump
        assert office.who("Virology", slug) == who
        assert office.register.rebuild() == 0
        assert office.register.tokens.caller(secret) == MEMBER
        assert [user.grants for user in office.register.users.users()] == [("member:aster",)]
        verdict = verify(office.register.folder.audit, [anchor])
        assert (verdict.whole, verdict.notes, verdict.anchor) == (True, (), anchor)


def test_every_file_is_in_the_manifest_with_its_hash(small_office: Open, tmp_path: Path) -> None:
    with small_office(tmp_path) as office:
        office.register.tokens.create(MEMBER)
        office.register.backup(tmp_path / "made.tar")
    with tarfile.open(tmp_path / "made.tar") as tar:
        held = {member.name: tar.extractfile(member).read() for member in tar}  # type: ignore[union-attr]  # files only
    manifest = json.loads(held.pop("manifest.json"))
    assert {f"folder/{file['name']}": file["sha256"] for file in manifest["files"]} | {
        "quads.nq.gz": manifest["sha256"]
    } == {name: hashlib.sha256(body).hexdigest() for name, body in held.items()}
    assert not [name for name in held if "index" in name or "snapshots" in name or "lock" in name]


@pytest.mark.parametrize("size", [0, 1, 511, 512, 513, 1024, 3 << 20])
def test_a_file_of_any_size_comes_back(size: int, tmp_path: Path) -> None:
    with DataFolder(tmp_path / "data") as data:
        (data.path / "before.json").write_bytes(bytes(range(256)) * (size // 256) + bytes(size % 256))
        data.tokens.write_text("[]")
        take_backup(data, EmbeddedStore(None), tmp_path / "made.tar")
    restore(tmp_path / "made.tar", tmp_path / "restored")
    assert beside(tmp_path / "restored") == beside(tmp_path / "data")
    assert len(beside(tmp_path / "restored")["before.json"]) == size


@pytest.mark.parametrize("name", ["folder/tokens.json", "folder/audit/head", "folder/audit/0000000000000001.jsonl"])
def test_an_altered_file_is_refused(name: str, tmp_path: Path) -> None:
    with DataFolder(tmp_path / "data") as data, AuditLog(data.audit, durable=False) as log:
        TokenStore(data.tokens).create(MEMBER)
        log.append(Event(MEMBER, Action.EXPORT))
        take_backup(data, EmbeddedStore(None), tmp_path / "made.tar")
    with tarfile.open(tmp_path / "made.tar") as tar:
        at = tar.getmember(name).offset_data
    body = bytearray((tmp_path / "made.tar").read_bytes())
    body[at + 20] ^= 1
    (tmp_path / "made.tar").write_bytes(body)
    with pytest.raises(InputError) as err:
        restore(tmp_path / "made.tar", tmp_path / "restored")
    assert err.value.rule == "backup-corrupt"
    assert not (tmp_path / "restored").exists()


@pytest.mark.parametrize("name", ["../evil", "/etc/evil", "a/../../evil", "store/x", "lock", ".x", "a/.x", ""])
def test_a_file_that_leads_elsewhere_is_refused(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with DataFolder(tmp_path / "data") as data:
        data.tokens.write_text("[]")
        monkeypatch.setattr(DataFolder, "beside", lambda self: iter([(name, data.tokens)]))
        take_backup(data, EmbeddedStore(None), tmp_path / "made.tar")
    with pytest.raises(InputError) as err:
        restore(tmp_path / "made.tar", tmp_path / "below" / "restored")
    assert err.value.rule == "backup-corrupt"
    assert not (tmp_path / "evil").exists()
    assert list((tmp_path / "below").iterdir()) == []


def test_it_is_of_one_commit_in_the_middle_of_imports(small_office: Open, tmp_path: Path) -> None:
    done = threading.Event()
    with small_office(tmp_path) as office:
        slug = office.organisation()
        ended: list[int] = []

        def write() -> None:
            while not done.is_set():
                number = len(ended)
                rows = "".join(f"P{number} {n},Virology,Expert\n" for n in range(20))
                with office_log(office, slug):
                    office.bring(slug, f"Name,Skill,Level\n{rows}")
                ended.append(number)

        writer = threading.Thread(target=write)
        writer.start()
        made = []
        try:
            for number in range(4):
                before = len(ended)
                while len(ended) == before and writer.is_alive():
                    threading.Event().wait(0.01)
                said = office.register.backup(tmp_path / f"{number}.tar")
                made.append((before + 1, said.commit, len(ended) + 1))
        finally:
            done.set()
            writer.join()
    for number, (least, commit, most) in enumerate(made):
        restore(tmp_path / f"{number}.tar", tmp_path / f"r{number}" / "data")
        with small_office(tmp_path / f"r{number}") as again:
            who = {name for name, _ in again.who("Virology", slug, limit=500)}
            whole = {name.split()[0] for name in who}
            assert len(who) == 20 * len(whole)
            assert least <= len(whole) <= most
            assert again.register.store.commit == commit
            assert again.register.rebuild() == 0
            verdict = verify(again.register.folder.audit)
            assert (verdict.whole, verdict.notes) == (True, ())
            begun = [line for line in log_lines(again.register.folder.audit) if b'"outcome":"begun"' in line]
            assert len(begun) >= len(whole), "the log tells of every change that is in the store"


def office_log(office: Office, slug: str) -> AbstractContextManager[None]:
    """What a door tells the log of an import."""
    return Witness(office.register.audit, office.access()).doing(Action.IMPORT, [slug])


def log_lines(folder: Path) -> list[bytes]:
    return b"".join(path.read_bytes() for path in sorted(folder.glob("*.jsonl"))).splitlines()


def test_the_log_is_cut_where_its_head_stands(tmp_path: Path) -> None:
    with DataFolder(tmp_path / "data") as data:
        with AuditLog(data.audit, durable=False, segment_bytes=600) as log:
            for _ in range(9):
                log.append(Event(MEMBER, Action.EXPORT))
            head = (data.audit / "head").read_bytes()
            anchor = log.anchor
            log.append(Event(MEMBER, Action.EXPORT))
        # As between the writing of an entry and that of the head.
        (data.audit / "head").write_bytes(head)
        with max(data.audit.glob("*.jsonl")).open("ab") as file:
            file.write(b'{"half')
        take_backup(data, EmbeddedStore(None), tmp_path / "made.tar")
    restore(tmp_path / "made.tar", tmp_path / "restored")
    verdict = verify(tmp_path / "restored" / "audit")
    assert (verdict.whole, verdict.notes, verdict.anchor) == (True, (), anchor)
    assert len(list((tmp_path / "restored" / "audit").glob("*.jsonl"))) > 1


@pytest.mark.parametrize("fault", ["cut", "altered", "no head"])
def test_a_broken_log_does_not_come_back_whole(fault: str, tmp_path: Path) -> None:
    with DataFolder(tmp_path / "data") as data:
        with AuditLog(data.audit, durable=False) as log:
            for _ in range(5):
                log.append(Event(MEMBER, Action.EXPORT))
        (segment,) = data.audit.glob("*.jsonl")
        match fault:
            case "cut":
                segment.write_bytes(b"".join(segment.read_bytes().splitlines(keepends=True)[:3]))
            case "altered":
                segment.write_bytes(segment.read_bytes().replace(b"export", b"import", 1))
            case _:
                (data.audit / "head").unlink()
        take_backup(data, EmbeddedStore(None), tmp_path / "made.tar")
    restore(tmp_path / "made.tar", tmp_path / "restored")
    assert verify(tmp_path / "restored" / "audit") == verify(tmp_path / "data" / "audit")
    assert not verify(tmp_path / "restored" / "audit").whole


# Formats


def kind_to_type(store: Store, change: Change) -> None:
    """A step from the planted format: `urn:kind` was renamed to `urn:type`."""
    for triple in store.triples(GRAPH["source/a"]):
        if triple.predicate.value == "urn:kind":
            change.remove(str(triple.subject), "<urn:kind>", str(triple.object), A)
            change.add(str(triple.subject), "<urn:type>", str(triple.object), A)


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A folder of format 1, in whose format 2 a predicate has another name."""
    path = tmp_path / "old"
    with DataFolder(path) as data, Change() as change:
        for n in range(50):
            change.add(f"<urn:{n}>", "<urn:kind>", f'"{n}"', A)
        store = EmbeddedStore(data.store, durable=False)
        store.apply(change)
        store.close()
        TokenStore(data.tokens).create(MEMBER)
    assert (path / "format").read_text() == "1\n"
    return path


@pytest.fixture
def as_of_format_2(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program as it is when there is a second format."""
    monkeypatch.setattr(folder, "FORMAT", 2)
    monkeypatch.setattr(backups, "FOLDER_FORMAT", 2)


def predicates(store: Store) -> set[str]:
    return {triple.predicate.value for triple in store.triples(GRAPH["source/a"])}


@pytest.mark.usefixtures("as_of_format_2")
def test_an_older_folder_is_upgraded_after_a_backup_and_can_go_back(
    old: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with DataFolder(old) as data:
        store = EmbeddedStore(data.store, durable=False)
        assert (data.format, store.commit) == (1, 1)
        kept = bring_up_to_date(data, store, {1: kind_to_type}, 2)
        assert kept == data.backups / "before-format-2.tar"
        assert (data.format, store.commit, predicates(store)) == (2, 2, {"urn:type"})
        assert bring_up_to_date(data, store, {1: kind_to_type}, 2) is None
        store.close()
    assert (old / "format").read_text() == "2\n"
    monkeypatch.undo()
    # The program as it was: it refuses what is newer, and goes on from the backup.
    with pytest.raises(InputError) as err:
        DataFolder(old)
    assert err.value.rule == "folder-newer"
    assert "backups" in err.value.remedy
    assert kept is not None
    restore(kept, tmp_path / "back")
    with DataFolder(tmp_path / "back") as data:
        store = EmbeddedStore(data.store, durable=False)
        assert (data.format, store.commit, predicates(store)) == (1, 1, {"urn:kind"})
        assert len(TokenStore(data.tokens).tokens()) == 1
        store.close()


KILLED = """
import os, sys
from pathlib import Path
from gse_skills.safekeeping import bring_up_to_date
from gse_skills.store import Change, DataFolder, EmbeddedStore, folder, upgrade
sys.path.insert(0, sys.argv[2])
from test_safekeeping import kind_to_type
folder.FORMAT = 2
def kill(*_): os.kill(os.getpid(), 9)
if sys.argv[3] == "marking":
    upgrade.mark_format = kill
def step(store, change):
    kind_to_type(store, change)
    if sys.argv[3] == "step":
        kill()
data = DataFolder(Path(sys.argv[1]))
bring_up_to_date(data, EmbeddedStore(data.store), {1: step}, 2)
"""


@pytest.mark.usefixtures("as_of_format_2")
@pytest.mark.parametrize(("moment", "reached"), [("step", {"urn:kind"}), ("marking", {"urn:type"})])
def test_an_upgrade_that_was_killed_is_done_at_the_next_start(moment: str, reached: set[str], old: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(old), str(Path(__file__).parent), moment]
    assert subprocess.run(command, capture_output=True).returncode == -signal.SIGKILL
    assert (old / "format").read_text() == "1\n"
    before = (old / "backups" / "before-format-2.tar").read_bytes()
    with DataFolder(old) as data:
        store = EmbeddedStore(data.store, durable=False)
        assert predicates(store) == reached
        kept = bring_up_to_date(data, store, {1: kind_to_type}, 2)
        assert (data.format, store.commit, predicates(store)) == (2, 2, {"urn:type"})
        store.close()
    assert kept is not None
    assert kept.read_bytes() == before, "the backup is still that of the folder as it was"


@pytest.mark.usefixtures("as_of_format_2")
def test_an_upgrade_without_room_for_its_backup_changes_nothing(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with DataFolder(old) as data:
        store = EmbeddedStore(data.store, durable=False)
        shutil.rmtree(data.spool)
        data.spool.write_text("no folder, so nothing can be staged")
        with pytest.raises(Exception, match="not saved"):
            bring_up_to_date(data, store, {1: kind_to_type}, 2)
        assert (data.format, store.commit, predicates(store)) == (1, 1, {"urn:kind"})
        assert list(data.backups.iterdir()) == []
        store.close()


def test_a_folder_of_this_format_is_left_alone(tmp_path: Path) -> None:
    with DataFolder(tmp_path / "data") as data:
        assert bring_up_to_date(data, EmbeddedStore(None)) is None
        assert not data.backups.exists()


def test_users_who_were_kept_can_sign_in(tmp_path: Path) -> None:
    with DataFolder(tmp_path / "data") as data:
        user = UserStore(data.users).grant("ann@example.org", MEMBER)
        take_backup(data, EmbeddedStore(None), tmp_path / "made.tar")
    restore(tmp_path / "made.tar", tmp_path / "restored")
    assert UserStore(tmp_path / "restored" / "users.json").get(user.identifier) == user
