"""The index beside the store: the same when it is read back, and never trusted when it is not whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gse_skills.index import Index, saved
from gse_skills.vocabulary import Audience

if TYPE_CHECKING:
    from tests.conftest import History, World

MakeWorld = Callable[..., "World"]
Contents = Callable[[Index], dict[str, object]]


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_was_saved_is_what_is_loaded(
    world: MakeWorld,
    histories: st.SearchStrategy[History],
    contents: Contents,
    tmp_path: Path,
    data: st.DataObject,
) -> None:
    history = data.draw(histories)
    lived = world(**history.organisations).live(history)
    saved.save(lived.index, tmp_path, "its-framework")
    found = saved.load(tmp_path)
    assert found is not None
    assert found.framework == "its-framework"
    loaded = found.index
    assert contents(loaded) == contents(lived.index)
    assert (loaded.organisations, loaded.nbytes) == (lived.index.organisations, lived.index.nbytes)
    today, file = history.files[0]
    lived.index = loaded
    lived.bring(file, today)
    assert contents(lived.index) == contents(lived.built())


def test_saving_leaves_one_file(world: MakeWorld, tmp_path: Path) -> None:
    for _ in range(2):
        saved.save(world(aster=Audience.PUBLIC).index, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["index.npz"]


def test_there_is_none_where_none_was_saved(tmp_path: Path) -> None:
    assert saved.load(tmp_path) is None


def other_array(path: Path) -> None:
    with path.open("wb") as file:
        np.save(file, np.zeros(3))


def without_a_column(path: Path) -> None:
    with np.load(path) as arrays:
        kept = {name: arrays[name] for name in arrays if not name.endswith(".level")}
    with path.open("wb") as file:
        np.savez(file, allow_pickle=False, **kept)


def flipped(path: Path) -> None:
    data = bytearray(path.read_bytes())
    # In what is said; the archive's own headers hold dates that tell nothing.
    data[data.index(b"fingerprint") + 20] ^= 255
    path.write_bytes(data)


@pytest.mark.parametrize(
    "harm",
    [
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[: path.stat().st_size // 2]),
        lambda path: path.write_bytes(b"no archive at all"),
        other_array,
        without_a_column,
        flipped,
    ],
    ids=["empty", "cut-short", "something-else", "another-array", "a-column-missing", "a-bit-flipped"],
)
def test_a_file_that_is_not_whole_is_as_good_as_none(
    world: MakeWorld, tmp_path: Path, harm: Callable[[Path], object]
) -> None:
    saved.save(world(aster=Audience.PUBLIC).index, tmp_path)
    assert saved.load(tmp_path) is not None
    harm(tmp_path / "index.npz")
    assert saved.load(tmp_path) is None
