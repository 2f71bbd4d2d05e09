"""Vectors of meaning: near for like meaning, bounded, and read from files without the package or the network."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gse_skills.framework.embedding import DIMENSIONS, Meaning, _vectors
from gse_skills.framework.words import normalise

LABELS = ["virology", "welding", "stop fires", ""]
DEFINITIONS = ["studies viruses", "joins metals with heat", "prevents a blaze in buildings", ""]


@pytest.fixture(scope="module")
def meaning() -> Meaning:
    return Meaning(LABELS, DEFINITIONS)


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("virology", 0),
        ("infectious disease", 0),  # none of these shares a word with what it finds
        ("soldering of steel", 1),
        ("extinguish flames", 2),
    ],
)
def test_what_means_alike_is_near_without_a_word_in_common(meaning: Meaning, query: str, best: int) -> None:
    label, described = meaning.likeness(query)
    assert label.argmax() == best
    assert described.argmax() == best
    assert meaning.echo(query, np.arange(4)).argmax() == best


def test_a_label_means_what_it_means(meaning: Meaning) -> None:
    label, described = meaning.likeness("stop fires")
    assert label[2] == pytest.approx(1)
    assert described[2] < 1
    assert meaning.echo("blaze buildings", np.array([1, 2])).tolist() == pytest.approx([0.3, 1], abs=0.3)
    assert meaning.echo("the blaze", np.array([2]))[0] == pytest.approx(1)  # "the" tells nothing


def test_concepts_without_words_are_like_nothing(meaning: Meaning) -> None:
    label, described = meaning.likeness("virology")
    assert (label[3], described[3]) == (0, 0)
    assert meaning.echo("virology", np.array([3, 0])).tolist() == pytest.approx([0, 1])
    assert meaning.echo("virology", np.zeros(0, dtype=np.int64)).shape == (0,)
    assert Meaning([], []).likeness("virology")[0].shape == (0,)


@given(st.text(max_size=40))
def test_likeness_stays_within_bounds(meaning: Meaning, text: str) -> None:
    query = normalise(text)
    echoes = [meaning.echo(query, np.arange(4))] if query else []
    for values in (*meaning.likeness(query), *echoes):
        assert np.isfinite(values).all()
        assert (values >= 0).all()
        assert (values <= 1.0001).all()


def test_a_word_is_the_same_whatever_it_stands_beside() -> None:
    both = _vectors(["virology", "welding"])
    assert both.shape == (2, DIMENSIONS)
    assert (both[1] == _vectors(["welding"])[0]).all()


def test_neither_the_package_is_imported_nor_a_socket_opened() -> None:
    code = """
import socket, sys
def refused(*told, **named):
    raise AssertionError("a socket was opened")
socket.socket = socket.create_connection = socket.getaddrinfo = refused
from gse_skills.framework.embedding import Meaning
assert Meaning(["virology"], [""]).likeness("virology")[0][0] > 0.99
print(sorted({name.partition(".")[0] for name in sys.modules} & {"wordllama", "requests", "huggingface_hub", "torch"}))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=False)
    assert (done.stdout, done.stderr, done.returncode) == ("[]\n", "", 0)
