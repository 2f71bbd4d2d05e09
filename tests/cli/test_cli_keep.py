"""`gse-skills rebuild`, `backup` and its sub-commands, `restore` and `demo --no-serve`."""

from __future__ import annotations

import gzip
import shutil
import tarfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from gse_skills.register import Register
from gse_skills.settings import Settings
from gse_skills.store import Change
from gse_skills.vocabulary import GRAPH

if TYPE_CHECKING:
    from tests.cli.conftest import Cli


def dump(folder: Path, target: Path) -> list[str]:
    """Every statement of a store, sorted."""
    with Register.open(Settings(data=folder)) as register:
        register.store.dump(target)
    return sorted(target.read_text("utf-8").splitlines())


def test_a_restored_store_is_the_one_that_was_saved(cli: Cli, data: Path, tmp_path: Path) -> None:
    tar, restored = tmp_path / "backup.tar", tmp_path / "restored"
    saved = cli("backup", tar, data=data)
    assert (saved.code, saved.err) == (0, "")
    back = cli("restore", tar, data=restored)
    assert (back.code, back.err) == (0, "")
    lines = dump(data, tmp_path / "before.nq")
    assert dump(restored, tmp_path / "after.nq") == lines
    assert saved.out.startswith(f"{tar}: {len(lines):,} statements, as of commit ")
    assert back.out == saved.out.replace(str(tar), str(restored))
    with tarfile.open(tar) as whole:
        quads = whole.extractfile("quads.nq.gz")
        assert quads is not None
        assert sorted(gzip.decompress(quads.read()).decode().splitlines()) == lines
    for words in (("experts", "Virology", "--why", "--json"), ("organisation", "list", "--json")):
        assert cli(*words, data=restored) == cli(*words, data=data)


def test_tokens_users_and_the_audit_log_come_along(cli: Cli, data: Path, tmp_path: Path) -> None:
    assert cli("token", "create", "member:alder", data=data).code == 0
    assert cli("user", "grant", "ann@example.org", "steward:alder", data=data).code == 0
    assert cli("backup", "write", tmp_path / "backup.tar", data=data).code == 0
    assert cli("restore", tmp_path / "backup.tar", data=tmp_path / "restored").code == 0
    for words in (("token", "list", "--json"), ("user", "list", "--json")):
        assert cli(*words, data=tmp_path / "restored") == cli(*words, data=data)
        assert cli(*words, data=data).body["items"]
    proved = cli("audit", "verify", "--json", data=tmp_path / "restored").body
    assert proved["findings"] == []
    # The log as it was when the backup was taken: it had begun.
    last = cli("audit", "list", "--json", data=tmp_path / "restored").body["items"][-2:]
    assert [(one["action"], one["outcome"]) for one in last] == [("backup", "begun"), ("restore", "done")]


def test_an_encrypted_backup_through_a_service(
    cli: Cli, data: Path, tmp_path: Path, serve: Callable[[Path], AbstractContextManager[None]]
) -> None:
    secret = tmp_path / "key.txt"
    public = cli("backup", "key", secret).out.strip()
    assert public.startswith("age1")
    cli("backup", "key", secret).refused("target-exists")
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    with serve(data):
        saved = cli("backup", shelf, "--encrypt-to", public, "--json", data=data).body
        cli("backup", shelf / "other", "--encrypt-to", "age1nonsense", data=data).refused("bad-key")
    (made,) = shelf.iterdir()
    assert made.name.endswith(".tar.age")
    cli("backup", "verify", made).refused("backup-encrypted")
    assert cli("backup", "verify", made, "--identity", secret, "--json").body == saved
    told = cli("backup", "verify", made, "--identity", secret)
    assert told.code == 0
    assert told.out.startswith(f"{made} is whole: ")
    restored = tmp_path / "restored"
    cli("restore", made, data=restored).refused("backup-encrypted")
    assert cli("restore", made, "--identity", secret, "--json", data=restored).body == saved
    assert cli("organisation", "list", data=restored) == cli("organisation", "list", data=data)


def test_old_backups_are_listed_and_pruned(cli: Cli, asked: Path, tmp_path: Path) -> None:
    assert cli("backup", "list", tmp_path).code == 1
    cli("backup", "list", tmp_path / "absent").refused("no-such-folder")
    assert cli("backup", tmp_path, data=asked).code == 0
    (new,) = tmp_path.iterdir()
    old = [tmp_path / f"gse-skills-2020010{n}T000000Z.tar" for n in (1, 2)]
    for path in old:
        path.write_bytes(new.read_bytes())
    listed = cli("backup", "list", tmp_path, "--json").body["items"]
    assert [item["file"] for item in listed] == [str(path) for path in (new, old[1], old[0])]
    assert "2020-01-02 00:00:00Z" in cli("backup", "list", tmp_path).out
    words = ("backup", "prune", tmp_path, "--older-than", 30, "--keep", 2)
    tried = cli(*words, "--dry-run")
    assert (tried.code, tried.out) == (1, f"Would delete {old[0]}\n")
    assert tried.err == f"{old[1]} is older too, and is left as one of the newest 2.\n"
    assert old[0].exists()
    assert cli(*words).out == f"Deleted {old[0]}\n"
    assert sorted(tmp_path.iterdir()) == [old[1], new]
    done = cli(*words[:-2], "--json")
    assert done.code == 0
    assert [item["file"] for item in done.body["gone"]] == [str(old[1])]
    assert list(tmp_path.iterdir()) == [new]


def test_a_backup_never_takes_the_place_of_anything(cli: Cli, asked: Path, tmp_path: Path) -> None:
    there = tmp_path / "there.tar"
    there.write_text("mine")
    cli("backup", there, data=asked).refused("target-exists")
    assert there.read_text() == "mine"
    cli("backup", tmp_path / "missing" / "backup.tar", data=asked).refused("no-such-folder")


def test_restore_refuses_what_is_no_backup_and_a_folder_that_is_not_empty(
    cli: Cli, asked: Path, tmp_path: Path
) -> None:
    tar = tmp_path / "backup.tar"
    tar.write_text("not a tar file")
    cli("restore", tar, data=tmp_path / "new").refused("backup-corrupt")
    assert not (tmp_path / "new").exists()
    cli("restore", tar, data=asked).refused("target-not-empty")
    assert cli("organisation", "list", data=asked).code == 0


def test_rebuild_says_what_was_amiss_and_puts_it_right(cli: Cli, data: Path, tmp_path: Path) -> None:
    assert cli("rebuild", data=data).out == "The views were right.\n"
    before = dump(data, tmp_path / "before.nq")
    view = f"<{GRAPH['view/alliance']}>"
    lost = [line for line in before if line.endswith(f"{view} .")]
    with Register.open(Settings(data=data)) as register, Change() as change:
        for line in lost[:3]:
            change.remove_statement(line)
        change.add_statement(f"<urn:a> <urn:b> <urn:c> {view} .")
        register.store.apply(change)
    assert cli("rebuild", data=data).out == "The views were put right: 4 statements were amiss.\n"
    after = dump(data, tmp_path / "after.nq")
    system = f"<{GRAPH.system}> ."
    assert [line for line in after if not line.endswith(system)] == [
        line for line in before if not line.endswith(system)
    ]


def test_the_demo_can_be_made_without_being_served(cli: Cli, shipped_data: Path, tmp_path: Path) -> None:
    # Made from nothing at all it is in the test of the wheel; here in a folder that holds what is shipped.
    folder = Path(shutil.copytree(shipped_data, tmp_path / "demo"))
    made = cli("demo", "--no-serve", "--people", "50", data=folder)
    assert (made.code, made.out) == (0, "")
    assert made.err.count(" added") >= 8
    organisations = cli("organisation", "list", "--json", data=folder).body["items"]
    assert len(organisations) == 8
    found = cli("experts", "LIF", "--json", data=folder)
    assert found.code == 0
    assert 0 < found.body["total"] <= 50
    again = cli("demo", "--no-serve", "--people", "50", data=folder)
    assert (again.code, again.out, again.err) == (0, "", "")
    assert cli("experts", "LIF", "--json", data=folder) == found


def test_keeping_as_json(cli: Cli, data: Path, tmp_path: Path) -> None:
    assert cli("rebuild", "--json", data=data).body == {"statements": 0}
    saved = cli("backup", tmp_path / "backup.tar", "--json", data=data).body
    restored = tmp_path / "restored"
    assert cli("restore", tmp_path / "backup.tar", "--json", data=restored).body == saved
    added = cli("organisation", "add", "dogwood", "Dogwood", "--json", data=restored).body
    assert added in cli("organisation", "list", "--json", data=restored).body["items"]
