"""A framework kept in a file: the same when it is loaded, and never trusted when it is another or not whole."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from gse_skills.framework import Framework, kept, read_scheme, shipped
from gse_skills.sandbox import Sandbox

DDAT = Path(__file__).parents[1] / "data" / "framework" / "ddat"


@pytest.fixture(scope="module")
def framework() -> Framework:
    """The shipped one, and beside it one with other roles."""
    with Sandbox() as sandbox:
        return Framework.from_triples(shipped() | {"ddat": read_scheme(DDAT, sandbox).triples})


def test_what_was_kept_is_what_is_loaded(framework: Framework, tmp_path: Path) -> None:
    loaded = kept.load(tmp_path, kept.keep(framework, tmp_path))
    assert loaded is not None
    assert loaded.gathered == framework.gathered
    assert (loaded.iris, loaded.fingerprint) == (framework.iris, framework.fingerprint)
    assert [type(role) for role in loaded.roles.values()] == [type(role) for role in framework.roles.values()]


def test_another_framework_takes_its_place(framework: Framework, tmp_path: Path) -> None:
    name = kept.keep(framework, tmp_path)
    assert kept.keep(framework, tmp_path) == name
    other = kept.keep(Framework.from_triples(shipped()), tmp_path)
    assert other != name
    assert [path.name for path in tmp_path.iterdir()] == [f"framework-{other}.json"]
    assert kept.load(tmp_path, name) is None


@pytest.mark.parametrize(
    "harm",
    [
        lambda path: path.unlink(),
        lambda path: path.write_bytes(b""),
        lambda path: path.write_bytes(path.read_bytes()[:-100]),
        lambda path: path.write_bytes(path.read_bytes().replace(b"Virology", b"Virolojy")),
    ],
    ids=["gone", "empty", "cut-short", "altered"],
)
def test_a_file_that_is_not_what_was_written_is_as_good_as_none(
    framework: Framework, tmp_path: Path, harm: Callable[[Path], object]
) -> None:
    name = kept.keep(framework, tmp_path)
    harm(tmp_path / f"framework-{name}.json")
    assert kept.load(tmp_path, name) is None


def test_what_other_code_gathered_is_as_good_as_none(
    framework: Framework, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = kept.keep(framework, tmp_path)
    monkeypatch.setattr(kept, "_how_gathered", lambda: b"otherwise")
    assert kept.load(tmp_path, name) is None
