"""The parts of search: likeness in characters, words that stand for one another, words half typed or misspelt."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gse_skills.framework.association import Association
from gse_skills.framework.concept import Concept
from gse_skills.framework.likelihood import Likelihood
from gse_skills.framework.postings import NgramIndex
from gse_skills.framework.words import normalise, one_slip, stem


def concept(number: int, definition: str = "") -> Concept:
    return Concept(f"urn:{number}", "gse", "skill", definition=definition)


def test_cosine_is_one_for_itself_and_falls_with_difference() -> None:
    index = NgramIndex(["virology", "veterinary virology", "welding"])
    scores = index.scores("virology")
    assert scores[0] == pytest.approx(1)
    assert 0 < scores[1] < 1
    assert scores[2] < 0.1
    assert index.scores("virolgy").argmax() == 0


def test_grams_do_not_cross_from_one_text_to_the_next() -> None:
    assert NgramIndex(["ab", "cd"]).scores("bcd")[0] == 0
    assert NgramIndex([]).scores("a").size == 0


@given(st.lists(st.text(min_size=1), min_size=1), st.text())
def test_cosines_stay_within_bounds(texts: list[str], query: str) -> None:
    scores = NgramIndex([normalise(text) for text in texts]).scores(normalise(query))
    assert scores.shape == (len(texts),)
    assert np.isfinite(scores).all()
    assert (scores >= 0).all()
    assert (scores <= 1.0001).all()


def test_words_that_stand_for_one_another_are_learnt() -> None:
    oversee, supervise, staff, weld, pipes = range(5)
    concepts = [[[supervise, staff], [oversee, staff]]] * 3 + [[[weld, pipes], [weld, pipes]]] * 3
    association = Association.learn(concepts, 5)
    assert supervise in dict(association[oversee])
    assert not {weld, pipes} & dict(association[oversee]).keys()
    assert oversee not in dict(association[oversee])
    assert dict(Association.learn([[[weld]]], 5)[weld]) == {}


@pytest.fixture(scope="module")
def likelihood() -> Likelihood:
    labels = [
        ["supervise staff", "oversee staff"],
        ["supervise trials", "oversee trials"],
        ["supervise works"],
        ["virology"],
        ["high performance liquid chromatography"],
    ]
    return Likelihood([concept(n, "Studies viruses." if n == 3 else "") for n in range(len(labels))], labels)


@pytest.mark.parametrize(
    ("query", "best"),
    [
        ("virology", 3),
        ("virol", 3),
        ("virolgy", 3),
        ("hplc", 4),
        ("oversee works", 2),  # by association: no label there says "oversee"
        ("oversee staff", 0),
        ("virus", 3),
    ],
)
def test_the_likeliest_concept(likelihood: Likelihood, query: str, best: int) -> None:
    measured = likelihood.measure(query)
    chances = measured.likelihood
    assert chances.argmax() == best
    assert 0 < chances[best] <= measured.perfect
    assert (chances[chances.argsort()[:-1]] < chances[best]).all()


def test_a_word_like_no_other_says_nothing(likelihood: Likelihood) -> None:
    measured = likelihood.measure("qqqqqqq")
    assert not measured.likelihood.any()
    assert not measured.covered.any()
    assert measured.perfect == 0


def test_a_label_is_covered_by_its_words_and_in_part_by_what_stands_for_them(likelihood: Likelihood) -> None:
    covered = likelihood.measure("staff supervising").covered
    assert covered[0] == pytest.approx(1)
    assert 0 < covered[1] < 1
    assert covered[3] == 0
    assert covered[2] < likelihood.measure("oversee works").covered[2] < 1


def test_a_longer_query_covers_less(likelihood: Likelihood) -> None:
    asked, longer = (
        likelihood.measure(query).covered[0] for query in ("the supervising of staff", "supervise staff qqq")
    )
    assert asked == pytest.approx(1)
    assert longer == pytest.approx(3 / 4)


@given(st.text(alphabet="abc", max_size=5), st.text(alphabet="abc", max_size=5))
def test_one_slip_is_symmetric_and_never_of_a_word_with_itself(word: str, other: str) -> None:
    assert one_slip(word, other) == one_slip(other, word)
    assert not one_slip(word, word)


@given(st.text(alphabet="abcdefg", min_size=2, max_size=8), st.data())
def test_every_single_slip_is_seen(word: str, data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(word) - 2))
    swapped = word[:place] + word[place + 1] + word[place] + word[place + 2 :]
    for slipped in (word[:place] + word[place + 1 :], word[:place] + "x" + word[place:], swapped):
        assert one_slip(slipped, word) == (slipped != word)


@given(st.text())
def test_normal_form_is_stable(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)
    assert normalise(text) == normalise(f"  {text.upper().lower()} ") or not text.isascii()


@given(st.from_regex(r"[a-z]{1,15}", fullmatch=True))
def test_a_stem_is_part_of_its_word(word: str) -> None:
    assert stem(word)
    assert word.startswith(stem(word)[:-1])
