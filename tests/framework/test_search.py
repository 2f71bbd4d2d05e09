from __future__ import annotations

import pytest

from gse_skills.framework import Framework, Search, shipped
from gse_skills.resources import folder
from gse_skills.vocabulary import FRAMEWORK


@pytest.fixture(scope="module")
def own() -> Search:
    return Search(Framework.from_triples(shipped()))


@pytest.fixture(scope="module")
def search(small: Framework) -> Search:
    return Search(small)


@pytest.mark.parametrize(
    ("query", "notation", "field"),
    [
        ("virology", "LIF-VIR", "preferred"),
        ("virolgy", "LIF-VIR", "preferred"),
        ("vriology", "LIF-VIR", "preferred"),
        ("viro", "LIF-VIR", "preferred"),
        ("testing of antibodys", "LIF-VIR-02", "alternative"),
        ("pcr viral", "LIF-VIR-01", "alternative"),
        ("antibody test", "LIF-VIR-02", "alternative"),
        ("nucleic acid clinical", "LIF-VIR-01", "definition"),
        ("LIF-VIR-02", "LIF-VIR-02", "notation"),
        ("feirolg", "LIF-VIR", "preferred"),
    ],
)
def test_search_forgives(search: Search, query: str, notation: str, field: str) -> None:
    first = search.search(query, schemes=["gse"], kinds=["domain", "group", "skill"])[0]
    assert (first.concept, first.field) == (FRAMEWORK[notation], field)


def test_scores_fall_and_stay_within_bounds(search: Search) -> None:
    found = search.search("viral work", 20)
    scores = [suggestion.score for suggestion in found]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    assert len({suggestion.concept for suggestion in found}) == len(found)


def test_what_is_called_so_scores_one_and_comes_first(search: Search) -> None:
    serology = search.search("serology", 2)
    assert [round(suggestion.score, 3) for suggestion in serology] == [1, 1]
    assert serology[0].concept == FRAMEWORK["LIF-VIR-02"]  # ours before the other scheme's, by equal score
    pcr = search.search("PCR")[0]
    assert (pcr.label, pcr.field, round(pcr.score, 3)) == ("PCR", "alternative", 0.999)


def test_notations_by_their_beginning(search: Search) -> None:
    found = search.search("lif-vir-0")
    assert [suggestion.label for suggestion in found[:3]] == ["LIF-VIR-01", "LIF-VIR-02", "LIF-VIR-03"]
    assert {suggestion.field for suggestion in found[:3]} == {"notation"}


def test_of_two_that_match_alike_the_live_one_comes_first(search: Search, small: Framework) -> None:
    found = search.search("antibody test", 2, schemes=["gse"])
    assert [suggestion.label for suggestion in found] == ["Antibody testing"] * 2
    assert [small.concept(suggestion.concept).deprecated for suggestion in found] == [False, True]
    assert found[0].score > found[1].score


def test_limit_schemes_and_kinds(search: Search, small: Framework) -> None:
    assert len(search.search("work", 3)) == 3
    assert search.search("work", 0) == []
    assert {small.concept(s.concept).scheme for s in search.search("serology", 20, schemes=["foreign"])} == {"foreign"}
    assert {small.concept(s.concept).kind for s in search.search("serology", 20, kinds=["skill"])} == {"skill"}
    assert search.search("serology", schemes=[]) == []
    assert len(search.nearest("viral laboratory diagnostic testing")) == 5


@pytest.mark.parametrize("query", ["", "   ", "?!", "\u0000", "\ud800".encode("utf-8", "replace").decode()])
def test_queries_without_words_find_nothing(search: Search, query: str) -> None:
    assert search.search(query) == []


@pytest.mark.parametrize("query", ["漢字", "x" * 5000, "a", "日本 virology", "ß ẞ", "'; DROP"])
def test_odd_queries_do_no_harm(search: Search, query: str) -> None:
    assert all(0 < suggestion.score <= 1 for suggestion in search.search(query))


def test_an_empty_framework_finds_nothing() -> None:
    assert Search(Framework.from_triples({})).search("virology") == []
    assert Search(Framework.from_triples({"x": []})).nearest("virology") == []


def test_answers_do_not_depend_on_order_or_run(small: Framework, search: Search) -> None:
    assert Search(small).search("viral", 20) == search.search("viral", 20)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("virolgy", "LIF-VIR"),
        ("outbreak invest", "LIF-EPI-02"),
        ("machine lerning", "Machine learning"),
        ("gas chromatography mass spec", "Gas chromatography and mass spectrometry"),
        ("investigation of outbreaks", "LIF-EPI-02"),
    ],
)
def test_the_shipped_framework_is_found_in(own: Search, query: str, expected: str) -> None:
    assert folder("ontology").is_dir()
    first = own.search(query)[0]
    assert expected in (first.concept.removeprefix(FRAMEWORK), first.label)
