"""The pages of the framework over a real register: roles, releases, browsing, comparing, and the life of a concept."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from pyoxigraph import RdfFormat, parse

from gse_skills.framework import OWN_SCHEME, read_scheme

if TYPE_CHECKING:
    from tests.service.conftest import Serve, Service

DATA = Path(__file__).parents[2] / "data" / "framework"
PREFIXES = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dcterms: <http://purl.org/dc/terms/> . @prefix gse: <https://w3id.org/gse-skills/ontology#> .
@prefix fw: <https://w3id.org/gse-skills/framework/> . @prefix t: <https://example.org/trees/> .
"""
SCHEME = """
t: a skos:ConceptScheme ; dcterms:title "Trees"@en ; owl:versionInfo "{0}" ; dcterms:description "About trees."@en ;
  owl:versionIRI <https://example.org/trees/release/{0}> .
t:wood a gse:SkillGroup ; skos:prefLabel "Wood science"@en ; skos:inScheme t: ; skos:topConceptOf t: .
"""
OLD = """
t:oak a gse:Skill ; skos:prefLabel "Oak care"@en ; skos:broader t:wood ; skos:inScheme t: ; skos:notation "T1" .
t:ash a gse:Skill ; skos:prefLabel "Ash care"@en ; skos:broader t:wood ; skos:inScheme t: ; skos:notation "T2" .
"""
NEW = """
t:oak a gse:Skill ; skos:prefLabel "Oak husbandry"@en , "Derw"@cy ; skos:broader t:wood ; skos:inScheme t: ;
  skos:notation "T1" ; skos:closeMatch fw:LIF-VIR ; skos:broadMatch <https://example.org/elsewhere/7> .
t:ash a gse:Skill ; skos:prefLabel "Ash care"@en ; skos:broader t:wood ; skos:inScheme t: ; skos:notation "T2" ;
  owl:deprecated true ; dcterms:isReplacedBy t:elm .
t:elm a gse:Skill ; skos:prefLabel "Elm care"@en ; skos:broader t:wood ; skos:inScheme t: ; skos:notation "T3" .
"""


@pytest.fixture(scope="module")
def woods(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service with two releases of a small scheme, and roles of three schemes."""
    folder = tmp_path_factory.mktemp("woods")
    with serve() as service:
        register = service.register
        for version, content in (("1", OLD), ("2", NEW)):
            path = folder / f"trees-{version}.ttl"
            path.write_text(PREFIXES + SCHEME.format(version) + content)
            register.load_scheme(read_scheme(path, register.sandbox, "trees"))
        for name in ("ddat", "esco"):
            shutil.copytree(DATA / name, folder / name)
            register.load_scheme(read_scheme(folder / name, register.sandbox))
        yield service


def page(service: Service, path: str, status: int = 200, **asked: str) -> str:
    response = service.by("anonymous").get(path, params=asked or None, headers={"Accept": "text/html"})
    assert response.status_code == status, response.text
    return response.text


def text(html: str) -> str:
    """What a reader sees of the main part."""
    main = html.partition("<main")[2].partition("</main>")[0]
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", f"<main{main}")).split())


def concept(service: Service, name: str) -> str:
    return page(service, "/framework/concept", iri=f"https://example.org/trees/{name}")


def test_a_concept_page_tells_its_life_newest_first(woods: Service) -> None:
    told = text(concept(woods, "oak")).partition("Its life")[2]
    assert told.index("Trees 2") < told.index("Label (en) changed from “Oak care” to “Oak husbandry”.")
    assert told.index("Oak husbandry") < told.index("Trees 1") < told.index("the first that is known here")
    assert re.search(r"Trees 2 , here since \d+ \w+ \d{4} and in force", told)
    elm = text(concept(woods, "elm")).partition("Its life")[2]
    assert "Added beneath Wood science" in elm
    assert "It is not in this release." in elm


def test_a_concept_page_tells_mappings_languages_and_neighbours(woods: Service) -> None:
    html = concept(woods, "oak")
    assert "Close to Virology (GSE Skills framework (independent draft))" in text(html)
    assert "Narrower than https://example.org/elsewhere/7" in text(html)
    assert '<span lang="cy">Derw</span>' in html
    assert 'rel="next"' in html
    assert 'rel="prev"' not in html
    assert "Close to Oak husbandry (Trees)" in text(page(woods, "/framework/LIF-VIR"))


def test_a_mapping_to_a_scheme_that_is_not_loaded_has_name_relation_scheme_and_link(service: Service) -> None:
    html = page(service, "/framework/APH-CRP-02")
    assert "The same as integrated pest management (ESCO)" in text(html)
    assert 'href="http://data.europa.eu/esco/skill/dbe63ddf-76f8-4177-a482-fee995a57b77"' in html
    html = page(service, "/framework/DAT-CYB-01")
    told = "Cyber risk management (Government Digital and Data Profession Capability Framework)"
    assert f"Broader than {told}" in text(html)
    # An address of this project leads to what is known of it here.
    (href,) = re.findall(r'href="([^"]+/cyber-risk-management)"', html)
    linked = service.by("anonymous").get(href, headers={"Accept": "text/html"}, follow_redirects=True)
    assert (linked.status_code, "Cyber risk management" in text(linked.text)) == (200, True)


def test_a_deprecated_concept_says_what_replaces_it(woods: Service) -> None:
    html = concept(woods, "ash")
    assert "This is no longer used. Use instead: Elm care ." in text(html)
    assert 'href="/framework/concept?iri=https%3A%2F%2Fexample.org%2Ftrees%2Felm"' in html


def test_a_release_shows_what_it_changed_by_domain(woods: Service) -> None:
    listed = page(woods, "/framework/releases")
    for name in ("gse%400.1.0", "trees%401", "trees%402"):
        assert f'href="/framework/releases/{name}"' in listed
    told = text(page(woods, "/framework/releases/trees@2"))
    assert "It took the place of Trees 1 ." in told
    assert "Description About trees." in told
    for count, kind in ((1, "added"), (1, "deprecated"), (1, "relabelled")):
        assert f"{count} {kind}" in told
    changes = told.partition("What it changed")[2]
    assert changes.index("Wood science") < changes.index("Oak husbandry T1")
    assert "Label (en) changed from “Oak care” to “Oak husbandry”." in changes
    assert "Deprecated in favour of T3 Elm care." in changes
    assert "Nothing is known of an earlier release here." in text(page(woods, "/framework/releases/trees@1"))
    assert text(page(woods, "/framework/releases/trees")) == told
    page(woods, "/framework/releases/trees@9", 404)


def test_what_a_release_page_gives_away_is_the_release(woods: Service) -> None:
    hrefs = re.findall(r'href="(/sparql[^"]*)"', page(woods, "/framework/releases/trees@1"))
    assert len(hrefs) == 1
    response = woods.by("anonymous").get(unescape(hrefs[0]))
    stated = {str(quad.triple) for quad in parse(response.content, format=RdfFormat.TURTLE)}
    graph = woods.register.state.releases.named("trees@1").graph
    assert stated == {str(triple) for triple in woods.register.store.triples(graph)}


@pytest.mark.parametrize("called", ["virologist", "Senior data analyst"])
def test_a_role_opened_as_a_concept_leads_to_its_page(woods: Service, called: str) -> None:
    client = woods.by("anonymous")
    told: Any = client.get(f"/api/v1/roles/{called}").json()
    response = client.get("/framework/concept", params={"iri": told["iri"]}, headers={"Accept": "text/html"})
    assert response.status_code == 303
    html = page(woods, response.headers["location"])
    assert f'<h1 class="govuk-heading-l">{told["label"]}</h1>' in html
    for need in told["requirements"]:
        assert need["skill"]["label"] in text(html)


def test_a_role_page_tells_levels_and_ladder(woods: Service) -> None:
    html = page(woods, "/framework/roles/ROL-LIF-02")
    told = text(html)
    assert told.index("People come to it from Virologist") < told.index("It leads to Principal virologist")
    essential, desirable = told.partition("Essential skills")[2].split("Desirable skills")
    assert "Virus isolation and culture LIF-VIR-01 Level Practitioner" in essential
    assert "Virus isolation and culture" not in desirable
    framework = woods.register.state.framework
    group = framework.concept("https://w3id.org/gse-skills/framework/LIF-VIR")
    assert group.level_descriptions[2] in essential
    [occupation] = [one for one in framework.roles.values() if one.scheme == "esco"]
    foreign = text(page(woods, "/framework/role", iri=occupation.iri))
    assert "Level Not said" in foreign


def test_the_list_of_roles_narrows(woods: Service) -> None:
    everything = text(page(woods, "/framework/roles"))
    ours = [one for one in woods.register.state.framework.roles.values() if one.scheme == OWN_SCHEME]
    assert f"{len(ours)} roles" in everything
    assert everything.index("Animal and plant health roles") < everything.index("Life sciences and health roles")
    few = text(page(woods, "/framework/roles", category="Affiliate", grade="SEO"))
    assert re.search(r"\b[1-9] roles\b", few)
    assert "Senior data analyst" in text(page(woods, "/framework/roles", scheme="ddat"))
    assert "0 roles No role fits." in text(page(woods, "/framework/roles", scheme="ddat", grade="SEO"))
    page(woods, "/framework/roles", 400, category="Generalist")


def test_a_skill_page_names_the_roles_that_need_it(woods: Service) -> None:
    html = page(woods, "/framework/LIF-VIR-01")
    assert "Senior virologist ROL-LIF-02 , Deep Specialist, SEO, Practitioner, essential" in text(html)
    [all_of_them] = re.findall(r'href="(/framework/roles\?[^"]*)"', page(woods, "/framework/PRF-COM-01"))
    total = len(woods.register.state.framework.roles_needing["https://w3id.org/gse-skills/framework/PRF-COM-01"])
    assert f"{total} roles" in text(page(woods, unescape(all_of_them)))


def test_letters_hold_every_name_of_ours_once(woods: Service) -> None:
    first = page(woods, "/framework/az")
    letters = [unescape(found) for found in re.findall(r'href="(/framework/az\?letter=[^"]*)"', first)]
    shown = sum(page(woods, letter).partition("app-columns")[2].count("app-notation") for letter in letters)
    ours = [
        one
        for one in woods.register.state.framework.concepts
        if one.scheme == OWN_SCHEME and one.kind in ("domain", "group", "skill") and not one.deprecated
    ]
    assert shown == sum(1 + len(one.alt_labels) for one in ours)
    order = [letter.partition("=")[2] for letter in letters]
    assert order == [*sorted(letter for letter in order if letter != "0-9"), *(["0-9"] if "0-9" in order else [])]
    assert "Virology" in text(page(woods, "/framework/az", letter="v"))
    assert text(page(woods, "/framework/az", letter="<b>")) == text(first)


def test_the_tree_holds_every_skill_of_ours_and_is_small(woods: Service) -> None:
    response = woods.by("anonymous").get("/framework/tree", headers={"Accept": "text/html"})
    skills = [
        one for one in woods.register.state.framework.concepts if one.scheme == OWN_SCHEME and one.kind == "skill"
    ]
    for skill in skills:
        assert f'href="/framework/{skill.notation}"' in response.text
    assert response.headers["content-encoding"] == "gzip"
    assert int(response.headers["content-length"]) < 50_000


def test_two_skills_side_by_side(woods: Service) -> None:
    told = text(page(woods, "/framework/compare", a="LIF-VIR-01", b="Viral serology"))
    framework = woods.register.state.framework
    for notation in ("LIF-VIR-01", "LIF-VIR-03"):
        one = framework.concept(f"https://w3id.org/gse-skills/framework/{notation}")
        for said in (one.pref_label, one.definition, one.scope_note, *one.alt_labels):
            assert " ".join(said.split()) in told
    assert "Practitioner level" in told


@pytest.mark.parametrize(("called", "message"), [("qqqqqq", "No skill is called"), ("Twin studies", "Twin studies")])
def test_what_cannot_be_compared_is_said_at_its_field(woods: Service, called: str, message: str) -> None:
    html = page(woods, "/framework/compare", 400, a="LIF-VIR-01", b=called)
    error = html.partition('id="b-error"')[2].partition("</p>")[0]
    assert message in error
    assert "<table" not in html
    assert "<table" not in page(woods, "/framework/compare", a="LIF-VIR-01")


def test_the_first_page_leads_everywhere(woods: Service) -> None:
    first = page(woods, "/framework")
    for path in ("tree", "az", "roles", "compare", "releases"):
        assert f'href="/framework/{path}"' in first
        page(woods, f"/framework/{path}")


def test_the_tree_narrows_to_what_is_called_so_with_what_lies_above(woods: Service) -> None:
    html = page(woods, "/framework/tree", q="virol")
    assert html.count('<details class="app-branch" open>') >= 2
    found = set(re.findall(r"<strong>(?:<a[^>]*>)?([^<]+)", html.partition("<main")[2]))
    assert {"Virology", "Plant virology", "Respiratory virology"} <= found
    assert 'href="/framework/APH"' in html
    assert "Machine learning" not in html
    alternative = page(woods, "/framework/tree", q="pcr covid")
    assert 'href="/framework/LIF-VIR-02"' in alternative
    group = page(woods, "/framework/tree", q="LIF-VIR")
    assert 'href="/framework/LIF-VIR-13"' in group


def test_a_narrowed_tree_of_nothing_leads_to_the_search(woods: Service) -> None:
    html = page(woods, "/framework/tree", q="zzz <b>")
    assert "0 found" in html
    assert "app-branch" not in html.partition("<main")[2]
    assert 'href="/framework?q=zzz+%3Cb%3E"' in html


def test_a_skill_says_how_many_of_those_whom_one_sees_hold_it(woods: Service) -> None:
    def told(caller: str, notation: str = "LIF-VIR-06") -> str:
        response = woods.by(caller).get(f"/framework/{notation}", headers={"Accept": "text/html"})
        return text(response.text)

    # Of two at Birch, one is shared with the alliance, and one with Birch alone.
    assert re.search(
        r"1 at any level 1 at Working level or above 1 at Practitioner level or above 0 at Expert", told("member:alder")
    )
    assert re.search(
        r"2 at any level 2 at Working level or above 2 at Practitioner level or above 1 at Expert",
        told("steward:birch"),
    )
    assert "0 at any level" in told("anonymous")
    assert "by the best level of each" not in told("steward:birch")
    # Of a group and a domain each person counts once, and as many as are found by name.
    by_any = r"by the best level of each in any skill of it: (\d+) at any level"
    for name in ("LIF-VIR", "LIF"):
        counted = []
        for caller in ("anonymous", "member:alder", "steward:birch"):
            found = re.search(by_any, told(caller, name))
            asked = woods.by(caller).get("/api/v1/experts", params={"skill": name, "limit": "1"}).json()
            assert found
            assert int(found[1]) == asked["total"]
            counted.append(asked["total"])
        assert counted == sorted(set(counted))
