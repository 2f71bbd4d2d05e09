"""The invented establishments: how many, how large, in which fields, and that none of them exists."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from gse_skills.demo.establishment import Establishment, rank
from gse_skills.demo.ground import Domain, Ground, Group
from gse_skills.demo.roster import FIRST, establishments
from gse_skills.framework import Framework, shipped
from gse_skills.vocabulary import Audience

# Laboratories, agencies and departments that exist, and the places that stand for them.
REAL = (
    "dstl", "defence science", "ukhsa", "health security agency", "met office", "porton", "pirbright", "apha", "cefas",
    "weybridge", "colindale", "npl", "national physical", "teddington", "lgc", "government chemist", "fera", "nibsc",
    "mhra", "ukaea", "culham", "nnl", "national nuclear laboratory", "sellafield", "awe", "aldermaston", "harwell",
    "daresbury", "rutherford", "diamond light", "rothamsted", "john innes", "roslin", "moredun", "babraham", "sanger",
    "francis crick", "british geological", "keyworth", "centre for ecology", "national oceanography", "proudman",
    "environment agency", "natural england", "defra", "desnz", "dsit", "dhsc", "health and safety executive", "buxton",
    "home office", "cabinet office", "government office for science", "office for national statistics", "ons",
    "ordnance survey", "hydrographic", "geospatial commission", "forensic science service", "maritime and coastguard",
    "rnli", "food standards agency", "veterinary", "vla", "sasa", "afbi", "marine scotland", "forest research",
    "fort halstead", "boscombe", "qinetiq", "transport research laboratory", "building research establishment", "gchq",
    "turing", "ukri", "stfc", "nerc", "bbsrc", "epsrc", "nhs",
)  # fmt: skip


@pytest.fixture(scope="module")
def ground() -> Ground:
    return Ground.of(Framework.from_triples(shipped()))


@pytest.mark.parametrize("organisations", [1, 3, 8, 40])
def test_people_are_shared_out_to_the_last_one(ground: Ground, organisations: int) -> None:
    found = establishments(2500, organisations, ground)
    assert len(found) == organisations
    assert sum(one.people for one in found) == 2500
    assert min(one.people for one in found) > 0


def test_no_organisation_exists(ground: Ground) -> None:
    for one in establishments(10_000, 300, ground):
        words = f" {re.sub(r'[^a-z]+', ' ', one.organisation.name.lower())} "
        assert not [real for real in REAL if f" {real} " in words], one.organisation.name
        if one.organisation.name.startswith(("Department", "Office", "Agency")):
            assert one.organisation.name.endswith("(fictional)")


def test_slugs_name_organisations_one_each(ground: Ground) -> None:
    slugs = [one.organisation.slug for one in establishments(10_000, 300, ground)]
    assert len(set(slugs)) == 300
    assert all(re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", slug) for slug in slugs)


def test_most_share_with_the_alliance_and_one_keeps_to_itself(ground: Ground) -> None:
    audiences = Counter(one.organisation.audience for one in establishments(2500, 8, ground))
    assert audiences == {Audience.ALLIANCE: 7, Audience.PRIVATE: 1}


def test_the_sheets_are_of_both_shapes_and_formats() -> None:
    kept = {(style.shape, style.file.rpartition(".")[2]) for one in FIRST for style in one.sheets}
    assert kept == {("long", "csv"), ("long", "xlsx"), ("matrix", "csv"), ("matrix", "xlsx")}


def test_establishments_use_different_words_for_headings_and_levels() -> None:
    sheets = [style for one in FIRST for style in one.sheets]
    assert len({tuple(heading for heading, _ in style.columns) for style in sheets}) >= 8
    assert len({style.levels for style in sheets}) == 4


def _ground(*groups: tuple[str, str]) -> Ground:
    """A group for each notation, in the domain that it begins with and whose label follows."""
    found = {}
    for notation, label in groups:
        domain = Domain(notation.partition("-")[0], label)
        found[f"urn:{notation}"] = Group(f"urn:{notation}", notation, "One", domain, (f"urn:{notation}-01",), (), None)
    return Ground(found, tuple(dict.fromkeys(group.domain for group in found.values())))


KNOWN = (("CHM-ANA", "Chemistry"), ("DAT-DSC", "Data"), ("LIF-MIC", "Life sciences"))


def _with(domain: str, found: tuple[Establishment, ...]) -> list[str]:
    return [one.organisation.slug for one in found if domain in one.focus]


def test_a_domain_in_nobodys_focus_is_dealt_to_somebody() -> None:
    found = establishments(80, 8, _ground(*KNOWN, ("SPC-ONE", "Space"), ("WOM-ONE", "Weapons")))
    assert _with("SPC", found) == ["larkmoor"]
    assert _with("WOM", found) == ["tarnwick"]


def test_a_word_of_a_focus_finds_its_domain_when_the_framework_has_it() -> None:
    ground = _ground(*KNOWN, ("FOR-ONE", "Forensic science"))
    found = establishments(80, 8, ground)
    assert _with("FOR", found) == []
    places = {one.organisation.slug: rank(one.focus, ground.groups["urn:FOR-ONE"]) for one in found}
    assert {slug for slug, place in places.items() if place is not None} == {"northmere"}


def test_a_framework_of_other_fields_still_gives_everybody_one() -> None:
    for one in establishments(80, 8, _ground(("XXX-ONE", "Something"), ("YYY-ONE", "Something else"))):
        assert {"XXX", "YYY"} & set(one.focus)
