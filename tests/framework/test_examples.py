"""The example queries: documented, sound, and answered on a small data set as they say."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pyoxigraph as ox
import pytest

from gse_skills.examples import Example, examples
from gse_skills.framework import Framework, ddat, shipped
from gse_skills.framework.table import tables
from gse_skills.records.view import shortcuts
from gse_skills.sparql.precheck import check
from gse_skills.vocabulary import DCTERMS, FOAF, FRAMEWORK, GSE, ID, ORG, RDF, SKOS, XSD, Level

DDAT = Path(__file__).parents[1] / "data" / "framework" / "ddat"
PUBLIC_HEALTH, SCREENING = "LIF-EPI-01", "LIF-VIR-03"
PEOPLE: dict[str, tuple[str, bool, dict[str, Level]]] = {  # name: organisation, available, skills by notation
    "Ada": ("North", True, {"LIF-VIR-01": Level.EXPERT, SCREENING: Level.EXPERT, "DAT-MLG-01": Level.WORKING}),
    "Ben": ("North", False, {"LIF-VIR-01": Level.PRACTITIONER, PUBLIC_HEALTH: Level.PRACTITIONER}),
    "Cyd": ("South", True, {PUBLIC_HEALTH: Level.EXPERT, "CHM-ANA-01": Level.EXPERT, "ENV-CLI-01": Level.EXPERT}),
    "Dee": ("South", True, {"CHM-ANA-01": Level.PRACTITIONER, "LIF-VIR-01": Level.AWARENESS}),
}
ANALYST = f"{ddat.BASE}/role/data-analyst/senior-data-analyst"
TODAY = date.today()


@pytest.fixture(scope="module")
def view() -> ox.Store:
    """What a caller sees: the published vocabulary and four people with their records and shortcuts."""
    schemes = {**shipped(), "ddat": ddat.read(tables(DDAT)).triples}
    framework = Framework.from_triples(schemes)
    lines = [f"{triple} ." for triples in schemes.values() for triple in triples]
    for number, (name, (organisation, available, skills)) in enumerate(PEOPLE.items()):
        lines += _person(number, name, organisation, available)
        held = {FRAMEWORK[notation]: level for notation, level in skills.items()}
        if name == "Ada":
            held |= {need.skill: Level.EXPERT for need in framework.role(ANALYST).requirements}
        for place, (skill, level) in enumerate(sorted(held.items())):
            lines += _record(f"{number:08x}{place:08x}", number, skill, level, TODAY - timedelta(days=500 * number))
        numbered = [(framework.number(skill), level) for skill, level in held.items()]
        lines += [" ".join(edge) + " ." for edge in sorted(shortcuts(number, numbered, framework))]
    store = ox.Store()
    store.load("\n".join(lines), format=ox.RdfFormat.N_TRIPLES)
    return store


def _person(number: int, name: str, organisation: str, available: bool) -> list[str]:
    person, home = f"<{ID}person/{number:016x}>", f"<{ID}organisation/{organisation.lower()}>"
    return [
        f"{person} <{RDF.type}> <{FOAF.Person}> .",
        f'{person} <{FOAF.name}> "{name}" .',
        f"{person} <{ORG.memberOf}> {home} .",
        f"{person} <{GSE.availability}> <{GSE.Available if available else GSE.Unavailable}> .",
        f'{home} <{SKOS.prefLabel}> "{organisation}" .',
        f'{home} <{DCTERMS.identifier}> "{organisation.lower()}" .',
    ]


def _record(identifier: str, person: int, skill: str, level: Level, assessed: date) -> list[str]:
    record = f"<{ID}record/{identifier}>"
    return [
        f"{record} <{RDF.type}> <{GSE.SkillRecord}> .",
        f"{record} <{GSE.holder}> <{ID}person/{person:016x}> .",
        f"{record} <{GSE.skill}> <{skill}> .",
        f"{record} <{GSE.level}> <{level.iri}> .",
        f"{record} <{GSE.basis}> <{GSE.ManagerAssessed}> .",
        f'{record} <{GSE.assessedOn}> "{assessed}"^^<{XSD.date}> .',
    ]


def example(slug: str) -> Example:
    return next(example for example in examples() if example.slug == slug)


def rows(view: ox.Store, query: str) -> list[tuple[str, ...]]:
    found = view.query(query)
    assert isinstance(found, ox.QuerySolutions)
    return [tuple(str(value.value) if value else "" for value in row) for row in found]


def test_there_are_at_least_twelve() -> None:
    assert len(examples()) >= 12


@pytest.mark.parametrize("one", examples(), ids=lambda one: one.slug)
def test_each_is_documented_and_allowed(one: Example) -> None:
    assert one.title
    assert not one.title.endswith(".")
    assert one.question.endswith("?")
    assert len(one.explains) > 40
    assert [line.split(":")[0] for line in one.text.splitlines()[:4]] == [
        "# title",
        "# question",
        "# explains",
        "# topic",
    ]
    assert check(one.text).form in ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")


@pytest.mark.parametrize("one", examples(), ids=lambda one: one.slug)
def test_each_declares_every_prefix_that_it_uses_and_no_other(one: Example) -> None:
    body = one.text.split("\n\n", 1)[1]
    declared = [line.split()[1] for line in one.text.splitlines() if line.startswith("PREFIX ")]
    assert [prefix for prefix in declared if prefix not in body] == []
    ox.Store().query(one.text)  # an undeclared one does not parse


@pytest.mark.parametrize("one", examples(), ids=lambda one: one.slug)
def test_each_finds_something(view: ox.Store, one: Example) -> None:
    found = view.query(_of_the_role_here(one.text))
    assert bool(found) if isinstance(found, ox.QueryBoolean) else next(iter(found), None) is not None


def _of_the_role_here(text: str) -> str:
    """The few roles of the test data have no virologist."""
    return text.replace('"Virologist"', '"Senior data analyst"')


@pytest.mark.parametrize(
    ("slug", "column", "expected"),
    [
        ("01-experts", 1, ["Ada"]),
        ("02-available-practitioners", 1, ["Ada"]),
        ("03-evidence", 0, ["Cyd", "Dee"]),
        ("04-two-skills", 1, ["Ada"]),
        ("07-capability-by-organisation", 0, ["South"]),
        ("14-fits-a-role", 1, ["Ada"]),
        ("16-stale-assessments", 0, ["Dee"]),
    ],
)
def test_answers(view: ox.Store, slug: str, column: int, expected: list[str]) -> None:
    assert [row[column] for row in rows(view, _of_the_role_here(example(slug).text))] == expected


def test_single_points_of_failure_are_told_by_organisation(view: ox.Store) -> None:
    found = rows(view, example("05-single-points-of-failure").text)
    assert ("North", "Viral serology", "Ada") in found
    assert not [row for row in found if row[0] == "North" and row[1] == "Virus isolation and culture"]


def test_levels_count_those_above_too(view: ox.Store) -> None:
    found = {(row[0], row[1]): row[2] for row in rows(view, example("06-levels-per-group").text)}
    assert [found.get(("Virology", level)) for level in ("Awareness or above", "Practitioner or above", "Expert")] == [
        "3",
        "2",
        "1",
    ]


def test_what_nobody_holds_is_the_rest(view: ox.Store) -> None:
    nobody = {row[0] for row in rows(view, example("08-nobody-holds").text.replace("LIMIT 200", ""))}
    tree = {row[2] for row in rows(view, example("09-framework-tree").text)}
    held = {notation for _, _, skills in PEOPLE.values() for notation in skills}
    assert nobody == tree - held
    assert held < tree


def test_role_counts_holders_at_the_level_needed(view: ox.Store) -> None:
    found = rows(view, _of_the_role_here(example("13-role").text))
    assert len(found) == 9
    assert {row[2] for row in found} == {"1"}


def test_a_skill_as_rdf_has_its_neighbours(view: ox.Store) -> None:
    graph = list(view.query(example("18-a-skill-as-rdf").text))  # type: ignore[arg-type]  # CONSTRUCT gives triples
    labels = {t.object.value for t in graph if t.predicate.value == SKOS.prefLabel}
    assert {"Molecular viral diagnostics", "Virology"} <= labels
