"""What separates two large sets of lines, sorted on disk."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gse_skills.store import difference

LINES = st.lists(st.text(st.sampled_from("ab \t\r\x0b\x1f\x85\u2028\U0001f600"), max_size=4), max_size=20)


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    # The function has the module's name in the package, so the module is named in full.
    monkeypatch.setattr(importlib.import_module("gse_skills.store.difference"), "_CHUNK", 3)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(old=LINES, new=LINES)
def test_what_only_one_side_has_comes_once_and_in_order(small_chunks: None, old: list[str], new: list[str]) -> None:
    expected = sorted([(line, False) for line in set(old) - set(new)] + [(line, True) for line in set(new) - set(old)])
    assert list(difference(old, new)) == [(is_new, line) for line, is_new in expected]


def test_nothing_is_left_on_the_disk(tmp_path: Path) -> None:
    assert list(difference(["a"], ["b"], tmp_path)) == [(False, "a"), (True, "b")]
    first = difference(["a"], ["b"], tmp_path)
    next(first)
    assert list(tmp_path.iterdir()) != []
    first.close()  # type: ignore[attr-defined]  # whoever stops early closes the generator
    assert list(tmp_path.iterdir()) == []
