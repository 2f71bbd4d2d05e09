from __future__ import annotations

import pyoxigraph as ox
import pytest

from gse_skills.errors import AmbiguousError, NotFoundError
from gse_skills.framework import SKILL_KINDS, Framework, Lookup, Match
from gse_skills.framework.framework import ONTOLOGY
from gse_skills.vocabulary import FRAMEWORK

EX = "http://example.org/skills/"


@pytest.mark.parametrize(
    ("text", "notation", "matched_by", "label"),
    [
        ("LIF-VIR-01", "LIF-VIR-01", "notation", "LIF-VIR-01"),
        (" lif vir 01 ", "LIF-VIR-01", "notation", "LIF-VIR-01"),
        (FRAMEWORK["LIF-VIR-01"], "LIF-VIR-01", "iri", "Viral diagnostics"),
        (f"<{FRAMEWORK['LIF-VIR-01']}>", "LIF-VIR-01", "iri", "Viral diagnostics"),
        ("fw:LIF-VIR-01", "LIF-VIR-01", "iri", "Viral diagnostics"),
        ("VIRAL  Diagnostics", "LIF-VIR-01", "preferred", "Viral diagnostics"),
        ("viral\u2010diagnostics", "LIF-VIR-01", "preferred", "Viral diagnostics"),
        ("ｖｉｒａｌ diagnostics", "LIF-VIR-01", "preferred", "Viral diagnostics"),
        ("pcr", "LIF-VIR-01", "alternative", "PCR"),
        ("virral diagnostics", "LIF-VIR-01", "alternative", "virral diagnostics"),
        ("feiroleg", "LIF-VIR", "preferred", "Feiroleg"),
        ("R and D", "LIF-DIA-01", "alternative", "R&D"),
        ("c++", "LIF-DIA-01", "alternative", "C++"),
        ("C#", "LIF-DIA-02", "alternative", "C#"),
    ],
)
def test_a_skill_is_named_in_many_ways(lookup: Lookup, text: str, notation: str, matched_by: str, label: str) -> None:
    match = lookup.resolve(text)
    assert (match.concept, match.matched_by, match.label) == (FRAMEWORK[notation], matched_by, label)
    assert (match.note, match.replaced_by) == ("", ())


def test_own_scheme_wins_over_others(lookup: Lookup) -> None:
    assert lookup.resolve("serology").concept == FRAMEWORK["LIF-VIR-02"]
    assert lookup.resolve("serology", schemes=["foreign"]).concept == f"{EX}a"


def test_preferred_label_wins_over_alternative(lookup: Lookup) -> None:
    assert lookup.resolve("Laboratory work") == Match(f"{EX}b", "preferred", "Laboratory work")


def test_live_concept_wins_over_deprecated(lookup: Lookup) -> None:
    assert lookup.resolve("antibody testing").concept == FRAMEWORK["LIF-VIR-02"]


def test_deprecated_concept_says_what_replaces_it(lookup: Lookup) -> None:
    assert lookup.resolve("egg culture") == Match(
        FRAMEWORK["LIF-VIR-03"],
        "preferred",
        "Egg culture",
        "Egg culture is no longer used; use Serology.",
        (FRAMEWORK["LIF-VIR-02"],),
    )


@pytest.mark.parametrize(
    ("text", "choices"),
    [("assay design", [FRAMEWORK["LIF-DIA-01"], FRAMEWORK["LIF-VIR-02"]]), ("sampling", [f"{EX}d", f"{EX}e"])],
)
def test_ambiguous_label_gets_the_choices(lookup: Lookup, text: str, choices: list[str]) -> None:
    with pytest.raises(AmbiguousError) as caught:
        lookup.resolve(text)
    assert caught.value.rule == "ambiguous-label"
    found = caught.value.extra["choices"]
    assert isinstance(found, list)
    assert [choice["iri"] for choice in found] == choices
    assert set(found[0]) == {"iri", "label", "scheme", "notation"}


@pytest.mark.parametrize("text", ["C", "viralology", "", "  ", "http://example.org/skills/none"])
def test_unknown_term_is_refused(lookup: Lookup, text: str) -> None:
    with pytest.raises(NotFoundError) as caught:
        lookup.resolve(text)
    assert caught.value.rule == "unknown-term"


def test_unknown_term_gets_the_five_nearest_with_scores(lookup: Lookup) -> None:
    with pytest.raises(NotFoundError) as caught:
        lookup.resolve("viral laboratory diagnostic testing")
    nearest = caught.value.extra["nearest"]
    assert isinstance(nearest, list)
    assert len(nearest) == 5
    assert (FRAMEWORK["LIF-VIR-01"], "LIF-VIR-01") in [(choice["iri"], choice["notation"]) for choice in nearest]
    scores = [choice["score"] for choice in nearest]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score < 1 for score in scores)


def test_schemes_and_kinds_narrow_what_is_meant(lookup: Lookup) -> None:
    for text, schemes in (("pcr", ["foreign"]), (FRAMEWORK["LIF"], ["foreign"])):
        with pytest.raises(NotFoundError) as caught:
            lookup.resolve(text, schemes=schemes)
        assert caught.value.rule == "unknown-term"
        assert all(choice["scheme"] == "foreign" for choice in caught.value.extra["nearest"])  # type: ignore[attr-defined]  # extra holds objects
    assert lookup.resolve("virologist").concept == FRAMEWORK["ROLE-01"]
    with pytest.raises(NotFoundError):
        lookup.resolve("virologist", kinds=SKILL_KINDS)


def test_a_group_is_meant_before_a_role_of_its_name() -> None:
    own = """
        @prefix fw: <https://w3id.org/gse-skills/framework/> .
        @prefix gse: <https://w3id.org/gse-skills/ontology#> .
        @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
        fw:MST-STA a gse:SkillGroup ; skos:prefLabel "Statistics"@en ; skos:altLabel "statistician"@en .
        fw:ROL-DAT-01 a gse:RoleProfile ; skos:prefLabel "Statistician"@en ; skos:altLabel "numbers person"@en .
    """
    triples = [quad.triple for quad in ox.parse(own, format=ox.RdfFormat.TURTLE)]
    both = Lookup(Framework.from_triples({"gse": triples}))
    assert both.resolve("Statistician").concept == FRAMEWORK["MST-STA"]
    assert both.resolve("Statistician", kinds={"role"}).concept == FRAMEWORK["ROL-DAT-01"]
    assert both.resolve("numbers person").concept == FRAMEWORK["ROL-DAT-01"]


def test_levels_and_themes_are_no_skills(own_triples: tuple[ox.Triple, ...]) -> None:
    framework = Framework.from_triples({ONTOLOGY: own_triples})
    with pytest.raises(NotFoundError) as caught:
        Lookup(framework).resolve("virology")
    assert caught.value.rule == "unknown-term"
    assert caught.value.extra["nearest"] == []
