"""The backups in a folder: how old they are, and which go."""

from __future__ import annotations

import datetime
from pathlib import Path

import pytest

from gse_skills.errors import InputError
from gse_skills.store import EmbeddedStore
from gse_skills.store.backup import backup
from gse_skills.store.encryption import make_identity
from gse_skills.store.shelf import named, pruning, shelved

NOW = datetime.datetime(2026, 11, 22, 12, tzinfo=datetime.UTC)


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """Backups of 0, 10, 20, 30 and 40 days, every other one encrypted, and other files."""
    folder = tmp_path / "backups"
    folder.mkdir()
    store = EmbeddedStore(None)
    key = make_identity(tmp_path / "key.txt")
    for days in range(0, 50, 10):
        encrypted = days % 20 == 10
        path = named(folder, NOW - datetime.timedelta(days), encrypted=encrypted)
        backup(store, path, keys=[key] if encrypted else [])
    backup(store, folder / "mine.tar.age", keys=[key])
    (folder / "notes.txt").write_text("not a backup")
    (folder / ".gse-skills-20200101T000000Z.tar").write_text("half")
    (folder / "gse-skills-old").mkdir()
    return folder


def days_of(found: object) -> list[int]:
    return [(NOW - one.made).days for one in found if one.made is not None]  # type: ignore[attr-defined]  # of Kept


def test_the_newest_come_first_and_what_is_no_backup_is_passed_over(shelf: Path) -> None:
    found = shelved(shelf)
    assert days_of(found) == [0, 10, 20, 30, 40]
    assert [one.encrypted for one in found] == [False, True, False, True, False, True]
    assert (found[-1].path.name, found[-1].made) == ("mine.tar.age", None)
    assert all(one.size == one.path.stat().st_size for one in found)


def test_the_manifest_tells_the_age_of_a_plain_one_under_any_name(tmp_path: Path) -> None:
    said = backup(EmbeddedStore(None), tmp_path / "monday.tar")
    (found,) = shelved(tmp_path)
    assert found.made == datetime.datetime.fromisoformat(said.made)


def test_a_damaged_one_goes_in_its_time_too(tmp_path: Path) -> None:
    path = named(tmp_path, NOW - datetime.timedelta(90), encrypted=False)
    path.write_bytes(b"cut")
    assert days_of(pruning(shelved(tmp_path), datetime.timedelta(30), 0, NOW).gone) == [90]


@pytest.mark.parametrize(
    ("older_than", "keep", "gone", "overdue"),
    [
        (15, 1, [20, 30, 40], []),
        (20, 1, [30, 40], []),
        (15, 4, [40], [20, 30]),
        (15, 9, [], [20, 30, 40]),
        (99, 0, [], []),
    ],
)
def test_the_older_go_but_for_the_newest(
    older_than: int, keep: int, gone: list[int], overdue: list[int], shelf: Path
) -> None:
    found = pruning(shelved(shelf), datetime.timedelta(older_than), keep, NOW)
    assert (days_of(found.gone), days_of(found.overdue)) == (gone, overdue)
    assert [one.path.name for one in found.unknown] == ["mine.tar.age"]


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as err:
        shelved(tmp_path / "absent")
    assert err.value.rule == "no-such-folder"
