"""A department's phrases: matched by what they name, by what was once decided, or not at all, with the nearest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pyoxigraph as ox
import pytest

from gse_skills.framework import Framework, Lookup, Search
from gse_skills.imports.phrases import Phrases
from gse_skills.vocabulary import FRAMEWORK, GSE

Make = Callable[..., Phrases]


@pytest.fixture(scope="session")
def framework() -> Framework:
    path = Path(__file__).parents[1] / "data" / "framework" / "own.ttl"
    return Framework.from_triples({"gse": (quad.triple for quad in ox.parse(path=path))})


@pytest.fixture(scope="session")
def phrases(framework: Framework) -> Make:
    """Fresh phrases, with the decisions of a saved mapping."""
    search = Search(framework)
    lookup = Lookup(framework, search)
    return lambda **saved: Phrases(
        framework, lookup, search, {text.replace("_", " "): to for text, to in saved.items()}
    )


@pytest.mark.parametrize(
    ("text", "notation", "matched_by"),
    [
        ("LIF-VIR", "LIF-VIR", GSE.Notation),
        (FRAMEWORK["LIF-VIR-02"], "LIF-VIR-02", GSE.ConceptIri),
        ("fw:LIF-VIR-02", "LIF-VIR-02", GSE.ConceptIri),
        ("virology", "LIF-VIR", GSE.PreferredLabel),
        ("PCR", "LIF-VIR-01", GSE.AlternativeLabel),
    ],
)
def test_a_phrase_is_matched_by_what_it_names(
    phrases: Make, framework: Framework, text: str, notation: str, matched_by: str
) -> None:
    found = phrases()
    position = found.position(text)
    assert position is not None
    phrase = found.known[position]
    assert (phrase.text, framework.iris[phrase.skill], phrase.matched_by) == (text, FRAMEWORK[notation], matched_by)


def test_a_saved_decision_comes_first_whatever_its_case(phrases: Make, framework: Framework) -> None:
    found = phrases(Virus_Stuff="LIF-VIR-02", virology=FRAMEWORK["LIF"])
    for text, notation in (("virus stuff", "LIF-VIR-02"), ("Virology", "LIF")):
        position = found.position(text)
        assert position is not None
        phrase = found.known[position]
        assert (framework.iris[phrase.skill], phrase.matched_by) == (FRAMEWORK[notation], GSE.SavedMapping)


def test_a_phrase_is_looked_up_once(phrases: Make) -> None:
    found = phrases()
    assert [found.position(text) for text in ("Virology", "LIF", "Virology", "LIF")] == [0, 1, 0, 1]
    assert [phrase.text for phrase in found.known] == ["Virology", "LIF"]


def test_an_unknown_phrase_gets_the_five_nearest_with_falling_scores(phrases: Make, framework: Framework) -> None:
    found = phrases()
    for text in ("virus assay testing programming", "glassblowing", "virus assay testing programming"):
        assert found.position(text) is None
    assert [(one.text, one.rule, one.cells) for one in found.unmatched] == [
        ("virus assay testing programming", "unknown-term", 2),
        ("glassblowing", "unknown-term", 1),
    ]
    nearest = found.unmatched[0].nearest
    scores = [suggestion.score for suggestion in nearest]
    assert len({suggestion.concept for suggestion in nearest}) == 5
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    assert found.nearest("virus assay testing programming") == "none", "what is hardly like it is not offered"
    found.position("virologie")
    assert found.nearest("virologie").startswith("Virology (LIF-VIR)")


def test_a_saved_decision_for_nothing_known_is_unknown(phrases: Make) -> None:
    found = phrases(virology="LIF-NONE-99")
    assert found.position("virology") is None
    assert found.rule("virology") == "unknown-term"


def test_a_phrase_that_names_several_is_not_guessed(phrases: Make) -> None:
    found = phrases()
    assert found.position("Assay design") is None
    ((text, rule, cells, nearest),) = ((one.text, one.rule, one.cells, one.nearest) for one in found.unmatched)
    assert (text, rule, cells) == ("Assay design", "ambiguous-label", 1)
    assert {suggestion.concept for suggestion in nearest} == {FRAMEWORK["LIF-VIR-02"], FRAMEWORK["LIF-DIA-01"]}
    assert found.names_a_skill("Assay design"), "a heading that names several is a heading of a skill"


def test_a_concept_no_longer_used_says_what_replaces_it(phrases: Make) -> None:
    found = phrases()
    position = found.position("Egg culture")
    assert position is not None
    assert found.known[position].note == "Egg culture is no longer used; use Serology."


def test_a_role_is_no_skill(phrases: Make) -> None:
    assert phrases().position("Virologist") is None
    names = {text: phrases().names_a_skill(text) for text in ("Virology", "LIF-VIR-02", "Virologist", "Line manager")}
    assert names == {"Virology": True, "LIF-VIR-02": True, "Virologist": False, "Line manager": False}
