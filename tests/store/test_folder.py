"""The data folder: one process at a time, one format, and what a killed process leaves."""

from __future__ import annotations

import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from gse_skills.errors import ConflictError, InputError
from gse_skills.store import DataFolder, service_note, tokens_path

HOLDER = """
import os, subprocess, sys
from pathlib import Path
from gse_skills.store import DataFolder
folder = DataFolder(Path(sys.argv[1]))
folder.announce({"url": "http://127.0.0.1:8000", "key": "k"})
(folder.spool / "upload").write_text("half")
print("held", flush=True)
sys.stdin.readline()
folder.close()
"""


def holder(path: Path) -> subprocess.Popen[str]:
    """Another process that holds the folder until its input ends."""
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_new_folder_has_its_parts_and_is_its_owners_alone(tmp_path: Path) -> None:
    with DataFolder(tmp_path / "new" / "data") as folder:
        assert folder.store == folder.path / "store"
        assert all(part.is_dir() for part in (folder.spool, folder.snapshots, folder.index))
        assert folder.tokens == tokens_path(folder.path)
        assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700
        assert (folder.path / "format").read_text() == "1\n"


def test_another_process_holds_it_and_tells_how_to_be_reached(tmp_path: Path) -> None:
    process = holder(tmp_path)
    with pytest.raises(ConflictError) as err:
        DataFolder(tmp_path)
    assert err.value.rule == "folder-in-use"
    assert err.value.extra == {"url": "http://127.0.0.1:8000", "key": "k"}
    assert service_note(tmp_path) == err.value.extra
    process.communicate("\n")
    assert process.returncode == 0
    assert service_note(tmp_path) is None
    DataFolder(tmp_path).close()


def test_it_is_held_against_this_process_too(tmp_path: Path) -> None:
    with DataFolder(tmp_path), pytest.raises(ConflictError) as err:
        DataFolder(tmp_path)
    assert (err.value.rule, err.value.extra) == ("folder-in-use", {})


def test_what_a_killed_process_left_goes(tmp_path: Path) -> None:
    process = holder(tmp_path)
    process.kill()
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    assert service_note(tmp_path) is not None
    with DataFolder(tmp_path) as folder:
        assert service_note(tmp_path) is None
        assert list(folder.spool.iterdir()) == []


def test_programs_started_from_the_holder_do_not_hold_it(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    command = [sys.executable, "-c", "print('runs', flush=True); input()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, close_fds=False) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"runs\n"
        folder.close()
        DataFolder(tmp_path).close()
        child.communicate(b"\n")


def test_letting_go_twice_is_letting_go(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    folder.close()
    with DataFolder(tmp_path) as other:
        other.announce({"url": "here"})
        folder.close()
        assert service_note(tmp_path) == {"url": "here"}


@pytest.mark.parametrize(
    ("found", "rule"),
    [("2", "folder-newer"), ("99", "folder-newer"), *((found, "folder-format") for found in ("0", "", "one", "-1"))],
)
def test_another_format_is_refused_and_let_go(found: str, rule: str, tmp_path: Path) -> None:
    (tmp_path / "format").write_text(found)
    with pytest.raises(InputError) as err:
        DataFolder(tmp_path)
    assert err.value.rule == rule
    assert (tmp_path / "format").read_text() == found
    (tmp_path / "format").write_text("1\n")
    DataFolder(tmp_path).close()


def test_what_lies_beside_the_store_is_known_from_what_is_derived(tmp_path: Path) -> None:
    with DataFolder(tmp_path) as folder:
        truth = {"tokens.json", "incidents.json", "audit/head", "audit/0000000000000001.jsonl", "later/thing.json"}
        derived = {
            "store/a.sst",
            "store.journal",
            "index/index.npz",
            "spool/x",
            "backups/b.tar",
            "users.new",
            ".hidden",
        }
        for name in truth | derived:
            (tmp_path / name).parent.mkdir(exist_ok=True)
            (tmp_path / name).write_text(name)
        assert [name for name, _ in folder.beside()] == sorted(truth)
        assert all(path.read_text() == name for name, path in folder.beside())


def test_a_folder_with_other_things_in_it_is_refused_untouched(tmp_path: Path) -> None:
    (tmp_path / "letter.odt").write_text("Dear all")
    with pytest.raises(InputError) as err:
        DataFolder(tmp_path)
    assert err.value.rule == "not-a-data-folder"
    assert [path.name for path in tmp_path.iterdir()] == ["letter.odt"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(InputError) as err:
            DataFolder(path)
        assert err.value.rule == "not-a-data-folder"


def test_tokens_may_come_first_and_a_volume_may_be_used(tmp_path: Path) -> None:
    tokens_path(tmp_path).write_text("[]")
    (tmp_path / "lost+found").mkdir()
    (tmp_path / ".mounted").write_text("")
    DataFolder(tmp_path).close()
    assert tokens_path(tmp_path).read_text() == "[]"


def test_the_note_is_its_owners_alone_and_never_half_written(tmp_path: Path) -> None:
    with DataFolder(tmp_path) as folder:
        (tmp_path / "service.json").write_text("old")
        (tmp_path / "service.json").chmod(0o644)
        folder.announce({"url": "x" * 10_000})
        assert stat.S_IMODE((tmp_path / "service.json").stat().st_mode) == 0o600
        assert service_note(tmp_path) == {"url": "x" * 10_000}
        assert list(folder.spool.iterdir()) == []


@pytest.mark.parametrize("note", ["", "{", "[1]", "null"])
def test_a_note_that_says_nothing_is_none(note: str, tmp_path: Path) -> None:
    (tmp_path / "service.json").write_text(note)
    assert service_note(tmp_path) is None
    assert service_note(tmp_path / "absent") is None
