"""Targets and units as their keepers say them: who may, what is refused, and how they count."""

from __future__ import annotations

import csv
import datetime
import io
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import python_calamine
from pyoxigraph import RdfFormat, parse

from gse_skills.access import Caller
from gse_skills.answers import CapabilityBody
from gse_skills.capability import CapabilityQuestion, Standing, Target, TrendQuestion
from gse_skills.capability.targets import require_sensible
from gse_skills.capability_report import Form, report
from gse_skills.errors import GseSkillsError, InputError, RefusedError
from gse_skills.establishment import (
    Wanted,
    add_target,
    drop_target,
    move_unit,
    place_unit,
    structure_of,
    targets_of,
)
from gse_skills.framework import Framework
from gse_skills.register import today
from gse_skills.vocabulary import Audience, Identifier, Level

if TYPE_CHECKING:
    from tests.conftest import Office

SOON = datetime.date(2100, 1, 1)


SHEET = """Staff number,Name,Team,Skill,Level,Date assessed
1,Ann Alder,Virology,LIF-VIR-01,Expert,31/01/2025
2,Ben Alder,Serology,LIF-VIR-01,Practitioner,28/02/2025
3,Cat Alder,Serology,LIF-VIR-02,Working,28/02/2025
"""


@pytest.fixture
def slug(office: Office) -> str:
    """An organisation with three people in two teams."""
    made = office.organisation(Audience.PRIVATE)
    office.bring(made, SHEET, snapshot=today() - datetime.timedelta(10))
    return made


def by(office: Office, caller: str) -> Any:
    return office.register.access(Caller.parse(caller))


def reached(office: Office, slug: str, role: str = "steward", **asked: Any) -> list[tuple[str, int, int]]:
    found = office.register.ask_capability(CapabilityQuestion(slug, **asked), by(office, f"{role}:{slug}"))
    return [(one.standing.value, one.have, one.short_by) for one in found.targets]


def test_targets_are_met_short_or_not_mapped(office: Office, slug: str) -> None:
    steward = by(office, f"steward:{slug}")
    for concept, level, people in (
        ("LIF-VIR", Level.PRACTITIONER, 2),
        ("LIF-VIR", Level.EXPERT, 3),
        ("DAT", Level.WORKING, 1),
    ):
        add_target(office.register, steward, slug, Wanted(concept, level, people, SOON))
    stand = {"met": (2, 0), "short": (1, 2), "not-mapped": (0, 1)}
    assert {standing: (have, short) for standing, have, short in reached(office, slug)} == stand
    assert {standing for standing, _, _ in reached(office, slug, "lead")} <= {"met", "not-known"}
    other = by(office, f"member:{office.organisation()}")
    assert office.register.ask_capability(CapabilityQuestion(slug), other).targets == ()
    assert [have for _, have, _ in reached(office, slug, concept="DAT")] == [0]
    first = targets_of(office.register, steward, slug)[0]
    drop_target(office.register, steward, slug, f"{first.identifier.value:016x}", dry_run=True)
    assert len(reached(office, slug)) == 3
    drop_target(office.register, steward, slug, f"{first.identifier.value:016x}")
    assert len(reached(office, slug)) == 2


def test_a_unit_counts_with_those_below_it_and_a_move_keeps_history(office: Office, slug: str) -> None:
    register, steward = office.register, by(office, f"steward:{slug}")
    place_unit(register, steward, slug, "Serology", "Virology", dry_run=True)
    assert structure_of(register, steward, slug).places == ()
    place_unit(register, steward, slug, "Serology", "Virology")
    add_target(register, steward, slug, Wanted("LIF-VIR-01", Level.PRACTITIONER, 2, SOON, True, "VIROLOGY"))
    assert reached(office, slug) == [("met", 2, 0)]

    def people(**asked: Any) -> int:
        return register.ask_capability(CapabilityQuestion(slug, "Virology", **asked), steward).people

    assert people() == 3
    move_unit(register, steward, slug, "Serology", None, today())
    assert people() == 1
    assert reached(office, slug, unit="virology") == [("short", 1, 1)]
    assert people(as_of=today() - datetime.timedelta(1)) == 3
    units = register.ask_capability(CapabilityQuestion(slug), steward).units
    assert [(one.name, one.path, one.own, one.people) for one in units] == [
        ("Serology", (), 2, 2),
        ("Virology", (), 1, 1),
    ]


def test_only_keepers_say_and_only_members_see(office: Office, slug: str) -> None:
    register, other = office.register, office.organisation()
    for caller in ("anonymous", f"member:{slug}", f"lead:{slug}", f"steward:{other}", "administrator"):
        access = by(office, caller)
        for attempt in (
            lambda access=access: place_unit(register, access, slug, "Virology", None),
            lambda access=access: move_unit(register, access, slug, "Virology", None, today()),
            lambda access=access: add_target(register, access, slug, Wanted("LIF", Level.WORKING, 1, SOON)),
            lambda access=access: drop_target(register, access, slug, "0" * 16),
        ):
            with pytest.raises(RefusedError) as error:
                attempt()
            assert error.value.rule == "not-steward"
    for caller in ("anonymous", f"member:{other}", f"steward:{other}", "administrator"):
        with pytest.raises(RefusedError) as error:
            targets_of(register, by(office, caller), slug)
        assert error.value.rule == "not-member"
    assert targets_of(register, by(office, f"member:{slug}"), slug) == ()


@pytest.mark.parametrize(
    ("wanted", "rule"),
    [
        (Wanted("LIF", Level.WORKING, 0, SOON), "target-people"),
        (Wanted("LIF", Level.WORKING, 1, datetime.date(2020, 1, 1)), "target-date"),
        (Wanted("LIF", Level.WORKING, 1, SOON, True, "Nowhere"), "unknown-unit"),
        (Wanted("no such skill at all", Level.WORKING, 1, SOON), "unknown-term"),
    ],
)
def test_a_target_that_cannot_be_is_refused(office: Office, slug: str, wanted: Wanted, rule: str) -> None:
    with pytest.raises(GseSkillsError) as error:
        add_target(office.register, by(office, f"steward:{slug}"), slug, wanted)
    assert error.value.rule == rule


def test_a_target_for_a_deprecated_skill_names_what_took_its_place() -> None:
    text = """@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
    @prefix dcterms: <http://purl.org/dc/terms/> . @prefix t: <https://example.org/t/> .
    @prefix gse: <https://w3id.org/gse-skills/ontology#> .
    t: a skos:ConceptScheme ; skos:hasTopConcept t:old , t:new .
    t:old a skos:Concept, gse:Skill ; skos:inScheme t: ; skos:topConceptOf t: ; skos:prefLabel "Old"@en ;
      skos:notation "OLD" ; owl:deprecated true ; dcterms:isReplacedBy t:new .
    t:new a skos:Concept, gse:Skill ; skos:inScheme t: ; skos:topConceptOf t: ; skos:prefLabel "New"@en ;
      skos:notation "NEW" ."""
    framework = Framework.from_triples({"gse": [quad.triple for quad in parse(text.encode(), format=RdfFormat.TURTLE)]})
    old = Target(Identifier.mint("target"), "https://example.org/t/old", Level.WORKING, 1, SOON)
    with pytest.raises(InputError) as error:
        require_sensible(old, framework, today())
    assert error.value.rule == "deprecated-skill"
    assert "New (NEW)" in error.value.remedy
    assert error.value.extra == {"replaced_by": ["https://example.org/t/new"]}


def test_the_past_as_known_then_is_for_those_who_see_everything(office: Office, slug: str) -> None:
    register, steward = office.register, by(office, f"steward:{slug}")
    days = (datetime.date(2025, 1, 30), datetime.date(2025, 2, 28), today())

    def holders(known_at: datetime.date | None) -> list[tuple[int, ...]]:
        question = TrendQuestion(slug, "LIF-VIR", days, known_at)
        return [moment.holders for moment in register.ask_trend(question, steward).moments]

    now = [(0, 0, 0, 0), (3, 3, 2, 1), (3, 3, 2, 1)]
    assert holders(None) == now
    assert holders(today()) == now
    assert holders(today() - datetime.timedelta(1)) == [(0, 0, 0, 0)] * 3
    with pytest.raises(RefusedError) as error:
        register.ask_trend(TrendQuestion(slug, known_at=today()), by(office, f"member:{slug}"))
    assert error.value.rule == "not-whole"


@pytest.mark.parametrize("form", Form)
def test_a_report_says_what_its_numbers_come_from(office: Office, slug: str, form: Form, tmp_path: Path) -> None:
    office.bring(slug, SHEET + "4,Dee Alder,Virology,LIF-VIR-03,Expert,31/01/2025\n")
    question, steward = CapabilityQuestion(slug, concept="LIF"), by(office, f"steward:{slug}")
    found = office.register.ask_capability(question, steward)
    body = CapabilityBody.of(found, office.register.state)
    told = report(office.register, question, steward, form)
    assert set(told.people_named) == set(found.people_named)
    assert len(told.people_named) > 0
    if form is Form.CSV:
        rows = list(csv.DictReader(io.StringIO(told.content.decode("utf-8-sig"))))
        assert {row["Data"] for row in rows} == {body.data}
        assert {row["Framework version"] for row in rows} == {body.framework_version}
        assert {row["Marking"] for row in rows} == {"OFFICIAL"}
        mapped = {
            row["Of"]: row["Value"]
            for row in rows
            if row["Table"] == "Coverage and depth" and row["Measure"] == "Mapped"
        }
        assert mapped["Virology"] == "4"
    elif form is Form.HTML:
        text = told.content.decode()
        assert text.count('class="app-chart"') == 2
        assert text.count(body.data) >= 4
        assert "<script" not in text
        assert text.count("OFFICIAL") > 2
    else:
        told_file = tmp_path / f"report.{form.value}"
        told_file.write_bytes(told.content)
        book = python_calamine.CalamineWorkbook.from_path(told_file)
        lines = book.get_sheet_by_name("Lines").to_python()
        [virology] = [row for row in lines if "Virology" in row]
        assert virology[lines[0].index("Mapped")] == 4
        assert virology[lines[0].index("Data")] == body.data
        assert virology[lines[0].index("Framework version")] == body.framework_version
        trend = book.get_sheet_by_name("Trend").to_python()
        assert trend[-1][0] == today()
        categories = book.get_sheet_by_name("Categories").to_python()
        assert isinstance(categories[1][categories[0].index("Day")], datetime.date)
        assert all(isinstance(row[categories[0].index("People")], int | float) for row in categories[1:])


def test_standings_are_words_that_clients_may_rely_on() -> None:
    assert [one.value for one in Standing] == ["met", "short", "not-mapped", "not-known"]
