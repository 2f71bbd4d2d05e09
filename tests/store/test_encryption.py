"""Encrypted backups: only the owner of the key reads them, and nothing cut or altered passes."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pyrage
import pytest

from gse_skills.errors import ConflictError, InputError
from gse_skills.store import DataFolder, EmbeddedStore
from gse_skills.store.backup import backup, restore, verify
from gse_skills.store.encryption import identities_of, make_identity, recipients_of
from gse_skills.vocabulary import GRAPH

A = f"<{GRAPH['source/a']}>"
SECRET = "Ursula Unmistakable"


@pytest.fixture
def store(tmp_path: Path, apply_to: Callable[..., int]) -> Iterator[EmbeddedStore]:
    """Enough to fill several of the pieces that age seals one by one."""
    with DataFolder(tmp_path / "data") as folder:
        store = EmbeddedStore(folder.store, durable=False)
        apply_to(
            store, tuple((f"<urn:{n * 7919 % 10007}-{n}>", "<urn:p>", f'"{SECRET} {n}"', A) for n in range(40_000))
        )
        yield store
        store.close()


@pytest.fixture
def identity(tmp_path: Path) -> tuple[Path, str]:
    """The file of a secret key, and the public one."""
    path = tmp_path / "key.txt"
    return path, make_identity(path)


@pytest.fixture
def made(store: EmbeddedStore, identity: tuple[Path, str], tmp_path: Path) -> Path:
    backup(store, tmp_path / "made.tar.age", keys=[identity[1]])
    return tmp_path / "made.tar.age"


def refused(source: Path, target: Path, identity: Path | None) -> str:
    with pytest.raises(InputError) as err:
        restore(source, target, identity)
    with pytest.raises(InputError) as again:
        verify(source, identity)
    assert err.value.rule == again.value.rule
    assert not target.exists()
    assert not list(target.parent.glob(".*restoring*"))
    return err.value.rule


def test_what_was_encrypted_comes_back(
    store: EmbeddedStore, made: Path, identity: tuple[Path, str], tmp_path: Path
) -> None:
    plain = backup(store, tmp_path / "plain.tar")
    said = restore(made, tmp_path / "restored", identity[0])
    assert (said.sha256, said.quads, said.commit) == (plain.sha256, 40_001, 1)
    assert verify(made, identity[0]) == said
    again = EmbeddedStore(tmp_path / "restored" / "store")
    store.dump(tmp_path / "one.nq")
    again.dump(tmp_path / "two.nq")
    again.close()
    assert sorted((tmp_path / "one.nq").read_bytes().split(b"\n")) == sorted(
        (tmp_path / "two.nq").read_bytes().split(b"\n")
    )


def test_it_is_in_the_age_format(made: Path, identity: tuple[Path, str], tmp_path: Path) -> None:
    key = pyrage.x25519.Identity.from_str(identity[0].read_text().splitlines()[-1])
    (tmp_path / "plain.tar").write_bytes(pyrage.decrypt(made.read_bytes(), [key]))
    assert verify(tmp_path / "plain.tar") == verify(made, identity[0])
    assert stat.S_IMODE(made.stat().st_mode) == stat.S_IMODE(identity[0].stat().st_mode) == 0o600


def test_each_of_several_keys_opens_it(store: EmbeddedStore, identity: tuple[Path, str], tmp_path: Path) -> None:
    other = make_identity(tmp_path / "other.txt")
    backup(store, tmp_path / "both.tar.age", keys=[identity[1], other])
    assert verify(tmp_path / "both.tar.age", identity[0]) == verify(tmp_path / "both.tar.age", tmp_path / "other.txt")
    # One file may hold several keys, of which any may be the right one.
    several = tmp_path / "several.txt"
    several.write_text(f"# of the office\n{pyrage.x25519.Identity.generate()}\n\n{identity[0].read_text()}")
    assert verify(tmp_path / "both.tar.age", several).quads == 40_001


def test_the_wrong_key_and_no_key_are_told_apart(made: Path, tmp_path: Path) -> None:
    make_identity(tmp_path / "other.txt")
    assert refused(made, tmp_path / "restored", None) == "backup-encrypted"
    assert refused(made, tmp_path / "restored", tmp_path / "other.txt") == "backup-key"


@pytest.mark.parametrize("kept", [22, 100, 150, 0.3, 0.999, -1, -16, "piece"])
def test_a_cut_one_is_refused(kept: float | str, made: Path, identity: tuple[Path, str], tmp_path: Path) -> None:
    body = made.read_bytes()
    header = body.index(b"\n---") + 49
    piece = 65_536 + 16
    assert len(body) > header + 2 * piece
    end = header + piece if kept == "piece" else int(kept * len(body)) if 0 < float(kept) < 1 else int(kept)
    (tmp_path / "cut.age").write_bytes(body[:end])
    assert refused(tmp_path / "cut.age", tmp_path / "restored", identity[0]) == "backup-corrupt"


def test_an_altered_one_is_refused(made: Path, identity: tuple[Path, str], tmp_path: Path) -> None:
    body = made.read_bytes()
    for place in [*range(60, len(body), len(body) // 25), len(body) - 1]:
        altered = bytearray(body)
        altered[place] ^= 1
        (tmp_path / "altered.age").write_bytes(altered)
        with pytest.raises(InputError) as err:
            verify(tmp_path / "altered.age", identity[0])
        # A changed byte of the header may be in what names the key.
        assert err.value.rule == "backup-corrupt" or (place < 300 and err.value.rule == "backup-key")
    (tmp_path / "longer.age").write_bytes(body + b"more")
    assert refused(tmp_path / "longer.age", tmp_path / "restored", identity[0]) == "backup-corrupt"


def test_what_is_encrypted_but_no_backup_is_refused(identity: tuple[Path, str], tmp_path: Path) -> None:
    (tmp_path / "letter.age").write_bytes(pyrage.encrypt(b"Dear all, " * 100_000, recipients_of([identity[1]])))
    assert refused(tmp_path / "letter.age", tmp_path / "restored", identity[0]) == "backup-corrupt"


@pytest.mark.parametrize("key", ["", "age1", "ssh-ed25519 AAAA", "AGE-SECRET-KEY-1ABC"])
def test_what_is_no_public_key_is_refused_before_anything_is_done(
    key: str, store: EmbeddedStore, tmp_path: Path
) -> None:
    with pytest.raises(InputError) as err:
        backup(store, tmp_path / "made.tar.age", keys=[key])
    assert err.value.rule == "bad-key"
    assert "AGE-SECRET" not in str(err.value)
    assert not (tmp_path / "made.tar.age").exists()


@pytest.mark.parametrize("text", ["", "# nothing\n", "age1abc\n", "AGE-SECRET-KEY-1ABC\n", "é"])
def test_what_is_no_identity_is_refused(text: str, made: Path, tmp_path: Path) -> None:
    (tmp_path / "bad.txt").write_text(text)
    assert refused(made, tmp_path / "restored", tmp_path / "bad.txt") == "bad-identity"
    assert refused(made, tmp_path / "restored", tmp_path / "absent.txt") == "bad-identity"


def test_a_key_never_takes_the_place_of_a_file(identity: tuple[Path, str]) -> None:
    before = identity[0].read_bytes()
    with pytest.raises(ConflictError) as err:
        make_identity(identity[0])
    assert err.value.rule == "target-exists"
    assert identity[0].read_bytes() == before
    assert [str(one.to_public()) for one in identities_of(identity[0])] == [identity[1]]


WATCHED = """
import os, sys
from pathlib import Path
outside = Path(sys.argv[1])
seen = []
def hook(event, arguments):
    if event == "open" and isinstance(arguments[0], (str, bytes)) and arguments[2] & (os.O_WRONLY | os.O_RDWR):
        seen.append(os.fsdecode(arguments[0]))
sys.addaudithook(hook)
from gse_skills.store import DataFolder, EmbeddedStore
from gse_skills.store.backup import backup, restore
with DataFolder(outside / "data") as folder:
    store = EmbeddedStore(folder.store, durable=False)
    backup(store, outside / "made.tar.age", stage=folder.spool, keys=[sys.argv[2]])
    store.close()
restore(outside / "made.tar.age", outside / "restored", outside / "key.txt")
inside = (str(outside / "data"), str(outside / "restored"), str(outside / ".restored.restoring"))
print("\\n".join(sorted({path for path in seen if not path.startswith((*inside, "/dev/"))})))
"""


def test_what_is_plain_touches_no_disk_but_the_data_folders(
    store: EmbeddedStore, identity: tuple[Path, str], tmp_path: Path
) -> None:
    store.close()
    try:
        (tmp_path / "data" / "lock").unlink()
        command = [sys.executable, "-B", "-c", WATCHED, str(tmp_path), identity[1]]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    finally:
        store._store = EmbeddedStore(None)._store
    (written,) = done.stdout.splitlines()
    assert Path(written).name.startswith(".made.tar.age.")
    assert SECRET.encode() not in (tmp_path / "made.tar.age").read_bytes()
