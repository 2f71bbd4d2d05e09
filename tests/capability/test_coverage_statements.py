"""Statements of coverage: every change keeps them up, they say what the records say, and only those see them who may."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest

from gse_skills.access import Caller
from gse_skills.capability import (
    CapabilityQuestion,
    CoverageQuestion,
    Staffing,
    is_covered,
    read_declarations,
    read_statements,
    take_away,
)
from gse_skills.erasure import erase
from gse_skills.errors import GseSkillsError, RefusedError
from gse_skills.establishment import Declared, Wanted, add_target, coverage_of, declare_coverage, move_unit, place_unit
from gse_skills.register import today
from gse_skills.store import Query
from gse_skills.vocabulary import FRAMEWORK, GRAPH, GSE, ID, Audience, Level

if TYPE_CHECKING:
    from tests.conftest import Office

HEAD = "Staff number,Name,Team,Skill,Level,Date assessed\n"
SHEET = f"""{HEAD}1,Ann Alder,Virology,LIF-VIR-01,Expert,31/01/2025
2,Ben Alder,Serology,LIF-VIR-01,Practitioner,28/02/2025
3,Cat Alder,Serology,LIF-VIR-02,Working,28/02/2025
"""
LIF, CHM = FRAMEWORK["LIF"], FRAMEWORK["CHM"]
OVER_A_VIEW = f"""
PREFIX gse: <{GSE}>
SELECT ?unit ?branch ?headcount ?known ?mapped {{
  ?statement a gse:CoverageStatement ; gse:coverageOf <%s> ; gse:branch ?branch ; gse:headcount ?headcount ;
    gse:peopleKnown ?known ; gse:peopleMapped ?mapped .
  OPTIONAL {{ ?statement gse:unit ?unit }}
}}
"""
COUNTED = f"""
PREFIX gse: <{GSE}>
PREFIX org: <http://www.w3.org/ns/org#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?branch (COUNT(DISTINCT ?person) AS ?mapped) {{
  ?person org:memberOf <%s> .
  ?record gse:holder ?person ; gse:skill ?skill .
  ?skill (skos:broader|^skos:narrower)* ?branch .
  ?branch skos:topConceptOf ?scheme
}} GROUP BY ?branch
"""


@pytest.fixture
def slug(office: Office) -> str:
    """An organisation with three people in two teams."""
    made = office.organisation(Audience.PRIVATE)
    office.bring(made, SHEET, snapshot=today() - datetime.timedelta(10))
    return made


def by(office: Office, caller: str) -> Any:
    return office.register.access(Caller.parse(caller))


def stated(office: Office, slug: str, branch: str = LIF) -> dict[str, tuple[int, int, int]]:
    """Headcount, people known and people mapped, by unit."""
    found = read_statements(office.register.store, slug)
    return {one.unit: (one.headcount, one.known, one.mapped) for one in found if one.branch == branch}


def over(office: Office, slug: str, caller: str, query: str = OVER_A_VIEW) -> list[tuple[str, ...]]:
    """The rows of a query over the views that a caller gets, and nothing else."""
    engine = ox.Store()
    views = by(office, caller).views
    for view in views:
        found = office.register.store.triples(view)
        engine.extend(ox.Quad(one.subject, one.predicate, one.object, ox.NamedNode(view)) for one in found)
    graphs: list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph] = [ox.NamedNode(view) for view in views]
    rows = engine.query(query % ID[f"organisation/{slug}"], default_graph=graphs, named_graphs=[])
    assert isinstance(rows, ox.QuerySolutions)
    return [tuple(getattr(term, "value", "") for term in row) for row in rows]


def test_an_import_states_what_sparql_counts_and_by_which_import(office: Office, slug: str) -> None:
    assert stated(office, slug) == {"": (3, 3, 3), "Serology": (2, 2, 2), "Virology": (1, 1, 1)}
    assert stated(office, slug, CHM) == {"": (3, 3, 0), "Serology": (2, 2, 0), "Virology": (1, 1, 0)}
    counted = {branch: mapped for branch, mapped in over(office, slug, f"steward:{slug}", COUNTED)}  # noqa: C416 - pairs
    told = {branch: mapped for unit, branch, _, _, mapped in over(office, slug, f"steward:{slug}") if not unit}
    assert {branch: mapped for branch, mapped in told.items() if mapped != "0"} == counted
    assert all(one.because.startswith(ID["import/"]) for one in read_statements(office.register.store, slug))
    assert {one.stated_on for one in read_statements(office.register.store, slug)} == {today()}


@pytest.mark.parametrize("role", ["member", "lead", "duty-officer"])
def test_who_does_not_see_all_records_sees_no_statement(office: Office, slug: str, role: str) -> None:
    declare_coverage(office.register, by(office, f"steward:{slug}"), slug, Declared(30, branch="LIF", mapped=20))
    assert over(office, slug, f"{role}:{slug}") == []
    found = coverage_of(office.register, by(office, f"{role}:{slug}"), slug)
    assert found.statements == ()
    assert not found.whole
    assert [one.headcount for one in found.declarations] == [30]


def test_strangers_are_told_nothing(office: Office, slug: str) -> None:
    other = office.organisation(Audience.PRIVATE)
    for caller in (f"member:{other}", f"steward:{other}", "framework-owner", "administrator"):
        with pytest.raises(RefusedError) as error:
            coverage_of(office.register, by(office, caller), slug)
        assert error.value.rule == "not-member"
        assert over(office, slug, caller) == []
    with pytest.raises(RefusedError) as error:
        declare_coverage(office.register, by(office, f"lead:{slug}"), slug, Declared(30))
    assert error.value.rule == "not-steward"


def test_what_is_touched_is_dated_anew_and_nothing_else(office: Office, slug: str) -> None:
    first = {(one.unit, one.branch): one.because for one in read_statements(office.register.store, slug)}
    office.bring(slug, f"{HEAD}1,Ann Alder,Virology,CHM-ANA-01,Working,31/01/2025\n")
    after = {(one.unit, one.branch): one.because for one in read_statements(office.register.store, slug)}
    changed = {unit for (unit, branch), because in after.items() if because != first[unit, branch]}
    assert changed == {"", "Virology"}
    assert stated(office, slug, CHM) == {"": (3, 3, 1), "Serology": (2, 2, 0), "Virology": (1, 1, 1)}


def test_a_unit_counts_with_those_below_it_and_a_move_is_followed(office: Office, slug: str) -> None:
    steward = by(office, f"steward:{slug}")
    place_unit(office.register, steward, slug, "Biology", None)
    place_unit(office.register, steward, slug, "Serology", "Biology")
    assert stated(office, slug)["Biology"] == (2, 2, 2)
    move_unit(office.register, steward, slug, "Serology", None, today())
    assert "Biology" not in stated(office, slug)
    assert office.register.rebuild() == 0


def test_erasure_leaves_no_statement_of_who_went(office: Office, slug: str) -> None:
    steward = by(office, f"steward:{slug}")
    office.bring(slug, f"{HEAD}9,Zoe Zander,Zoe Zander’s desk,LIF-VIR-01,Working,31/01/2025\n")
    assert stated(office, slug)["Zoe Zander’s desk"] == (1, 1, 1)
    rows = office.register.store.select(Query("current_memberships"), source=ox.NamedNode(GRAPH[f"source/{slug}"]))
    (person,) = (row[1].value[-16:] for row in rows if row[3].value.startswith("Zoe"))
    erase(office.register, steward, slug, person)
    assert stated(office, slug) == {"": (3, 3, 3), "Serology": (2, 2, 2), "Virology": (1, 1, 1)}
    for graph in office.register.store.graphs():
        if graph.endswith(slug):
            assert not any("Zoe" in str(triple) for triple in office.register.store.triples(graph)), graph
    assert office.register.rebuild() == 0


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        (Declared(-1), "headcount-range"),
        (Declared(2), "headcount-too-low"),
        (Declared(9, branch="LIF"), "mapped-and-branch"),
        (Declared(9, mapped=3), "mapped-and-branch"),
        (Declared(9, branch="LIF", mapped=10), "mapped-too-many"),
        (Declared(9, stated_on=datetime.date(2100, 1, 1)), "future-date"),
        (Declared(9, unit="Alchemy"), "unknown-unit"),
        (Declared(9, branch="no such branch", mapped=3), "unknown-term"),
    ],
)
def test_what_cannot_be_declared_is_refused(office: Office, slug: str, said: Declared, rule: str) -> None:
    with pytest.raises(GseSkillsError) as error:
        declare_coverage(office.register, by(office, f"steward:{slug}"), slug, said)
    assert error.value.rule == rule
    assert read_declarations(office.register.store, slug) == ()


def test_a_declaration_is_the_denominator_until_the_records_know_more(office: Office, slug: str) -> None:
    steward = by(office, f"steward:{slug}")
    declare_coverage(office.register, steward, slug, Declared(3, unit="Serology"))
    assert stated(office, slug)["Serology"] == (3, 2, 2)
    declare_coverage(office.register, steward, slug, Declared(50), dry_run=True)
    assert stated(office, slug)[""] == (3, 3, 3)
    more = "".join(f"{number},Dan {number},Serology,LIF-VIR-01,Working,31/01/2025\n" for number in range(10, 14))
    office.bring(slug, HEAD + more)
    assert stated(office, slug)["Serology"] == (6, 6, 6)
    assert office.register.rebuild() == 0


def test_a_newer_declaration_ends_the_older_and_an_older_one_is_refused(office: Office, slug: str) -> None:
    steward = by(office, f"steward:{slug}")
    week = today() - datetime.timedelta(7)
    declare_coverage(office.register, steward, slug, Declared(20, stated_on=week))
    declare_coverage(office.register, steward, slug, Declared(30))
    old, new = read_declarations(office.register.store, slug)
    assert (old.headcount, old.until, new.headcount, new.until) == (20, today(), 30, None)
    assert [one.headcount for one in Staffing.read(office.register.store, slug).declarations] == [30]
    with pytest.raises(GseSkillsError) as error:
        declare_coverage(office.register, steward, slug, Declared(25, stated_on=week))
    assert error.value.rule == "older-than-known"
    for day, headcount in ((week, 20), (today(), 30), (week - datetime.timedelta(1), None)):
        found = office.register.ask_capability(CapabilityQuestion(slug, as_of=day), steward)
        assert (found.declared.headcount if found.declared else None) == headcount


def test_none_of_those_asked_is_told_from_not_mapped(office: Office, slug: str) -> None:
    steward, member = by(office, f"steward:{slug}"), by(office, f"member:{slug}")
    soon = datetime.date(2100, 1, 1)
    for concept in ("CHM-ANA-01", "PHM"):
        add_target(office.register, steward, slug, Wanted(concept, Level.WORKING, 2, soon))
    declare_coverage(office.register, steward, slug, Declared(40, branch="CHM", mapped=35))
    found = office.register.ask_capability(CapabilityQuestion(slug), steward)
    assert found.none == (CHM,)
    assert CHM not in found.not_mapped
    assert FRAMEWORK["PHM"] in found.not_mapped
    assert {one.target.concept: one.standing.value for one in found.targets} == {
        FRAMEWORK["CHM-ANA-01"]: "short",
        FRAMEWORK["PHM"]: "not-mapped",
    }
    below = office.register.ask_capability(CapabilityQuestion(slug, concept="CHM"), steward)
    assert below.none
    assert below.not_mapped == ()
    heat = office.register.ask_coverage(CoverageQuestion(organisations=(slug,)), steward)
    assert [one.headcount for one in heat.headcounts if one] == [40]
    assert {iri: said.mapped for iri, said in heat.asked[0].items()} == {CHM: 35}
    told = office.register.ask_capability(CapabilityQuestion(slug), member)
    assert told.none == ()
    assert CHM in told.not_mapped
    assert told.declared is not None
    stranger = by(office, f"member:{office.organisation()}")
    assert office.register.ask_capability(CapabilityQuestion(slug), stranger).declared is None


def test_a_branch_below_a_domain_gets_a_statement_when_something_is_declared_of_it(office: Office, slug: str) -> None:
    steward = by(office, f"steward:{slug}")
    assert stated(office, slug, FRAMEWORK["LIF-VIR"]) == {}
    declare_coverage(office.register, steward, slug, Declared(8, unit="serology", branch="LIF-VIR", mapped=5))
    assert stated(office, slug, FRAMEWORK["LIF-VIR"]) == {"Serology": (8, 2, 2)}
    (found,) = (one for one in read_statements(office.register.store, slug) if one.branch == FRAMEWORK["LIF-VIR"])
    (said,) = read_declarations(office.register.store, slug)
    assert (found.asked, found.rests_on) == (5, (said.identifier.iri,))


def test_a_start_makes_up_for_what_a_stop_left_out(
    small_office: Callable[[Path], AbstractContextManager[Office]], tmp_path: Path
) -> None:
    with small_office(tmp_path) as office:
        slug, empty = office.organisation(), office.organisation()
        office.bring(slug, SHEET)
        before = stated(office, slug)
        with office.register.change() as change:
            take_away(office.register.store, slug, change)
            office.register.store.apply(change)
        assert not is_covered(office.register.store, slug)
    with small_office(tmp_path) as office:
        assert stated(office, slug) == before
        assert stated(office, empty) == {}
        commit = office.register.store.commit
        assert office.register.rebuild() == 0
    with small_office(tmp_path) as office:
        assert office.register.store.commit == commit
