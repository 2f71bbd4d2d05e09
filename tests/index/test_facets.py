"""Places as filters and as counts."""

from __future__ import annotations

import datetime
from dataclasses import replace

import numpy as np
import pytest

from gse_skills.index import Delta, Facts, Index, Match, Only, Post, Sought, expertise, facets, sites
from gse_skills.vocabulary import Basis, Level

DAY = datetime.date(2025, 6, 1)
WHO = {
    1: Facts("aster", 1, Post("Blue team", "HEO", "Main")),
    2: Facts("aster", 2, Post("Blue team", "SEO", "Main")),
    3: Facts("birch", 1, Post("Red team", "HEO", "Field")),
    4: Facts("birch", 0, Post("", "", "")),
    5: Facts("birch", 1, Post("Red team", "SEO", "Field")),
}


@pytest.fixture(scope="module")
def index() -> Index:
    """Five people, all but the fifth with the one skill there is; the fourth is seen in another view."""
    delta = Delta(people=WHO)
    delta.shown["v"].update((1, 2, 3, 5))
    delta.shown["w"].add(4)
    for person, view, basis in ((1, "v", Basis.SELF), (2, "v", Basis.MANAGER), (3, "v", Basis.SELF), (4, "w", 1)):
        delta.add(view, 0, person, person * 10, Level.EXPERT, basis, 20_000)
    return Index(0, "", 1).updated(delta, 1)


SOUGHT = [Sought(np.zeros(1, np.int32), np.zeros(1, np.int32))]


def found(index: Index, only: Only, *views: str) -> list[int]:
    numbers = expertise(index, views or ("v",), SOUGHT, only=only).persons
    return sorted(index.people.identifier[numbers].tolist())


@pytest.mark.parametrize(
    ("only", "who"),
    [
        (Only(units=("Blue team",)), [1, 2]),
        (Only(sites=("Main",)), [1, 2]),
        (Only(sites=("Main", "Field")), [1, 2, 3]),
        (Only(grades=("HEO",)), [1, 3]),
        (Only(grades=("HEO",), sites=("Main",)), [1]),
        (Only(units=("HEO",)), []),
        (Only(sites=("",)), []),
        (Only(organisation="birch", sites=("Main",)), []),
        (Only(basis=(Basis.MANAGER,)), [2]),
    ],
)
def test_places_narrow(index: Index, only: Only, who: list[int]) -> None:
    assert found(index, only) == who


def test_nothing_said_is_a_place_too(index: Index) -> None:
    assert found(index, Only(sites=("",)), "v", "w") == [4]
    assert found(index, Only(sites=("", "Main")), "v", "w") == [1, 2, 4]


def test_counts_are_of_who_is_seen_and_found(index: Index) -> None:
    counted = facets(index, ["v"], SOUGHT, DAY, match=Match.ALL, only=Only())
    assert counted.organisations == {"aster": 2, "birch": 1}
    assert counted.units == {"Blue team": 2, "Red team": 1}
    assert counted.sites == {"Main": 2, "Field": 1}
    assert counted.grades == {"HEO": 2, "SEO": 1}
    assert counted.available == {True: 2, False: 1}
    assert counted.basis == {Basis.MANAGER: 1, Basis.SELF: 2}
    both = facets(index, ["v", "w"], SOUGHT, DAY, match=Match.ALL, only=Only())
    assert (both.sites, both.available[None]) == ({"Main": 2, "": 1, "Field": 1}, 1)


def test_a_choice_does_not_narrow_its_own_kind(index: Index) -> None:
    only = Only(sites=("Field",))
    counted = facets(index, ["v"], SOUGHT, DAY, match=Match.ALL, only=only)
    assert (counted.sites, counted.grades, counted.organisations) == (
        {"Main": 2, "Field": 1},
        {"HEO": 1},
        {"birch": 1},
    )
    for site, count in counted.sites.items():
        assert len(found(index, replace(only, sites=(site,)))) == count


def test_an_empty_index_counts_nobody() -> None:
    counted = facets(Index(0, "", 1), ["v"], SOUGHT, DAY, match=Match.ANY, only=Only(sites=("Main",)))
    assert (counted.sites, counted.basis, counted.fresh) == ({}, {}, 0)
    assert found(Index(0, "", 1), Only(sites=("Main",))) == []


def test_sites_are_of_who_is_seen_with_their_organisations(index: Index) -> None:
    assert sites(index, ["v"]) == {"Field": {"birch": 2}, "Main": {"aster": 2}}
    assert sites(index, ["w"]) == {"": {"birch": 1}}
    assert sites(index, []) == {}


def test_a_site_of_two_organisations_is_told_once() -> None:
    delta = Delta(people={1: Facts("aster", 0, Post(site="Main")), 2: Facts("birch", 0, Post("Red team", "", "Main"))})
    delta.shown["v"].update((1, 2))
    assert sites(Index(0, "", 1).updated(delta, 1), ["v"]) == {"Main": {"aster": 1, "birch": 1}}
