"""Spreadsheets into the register and back out as answers: the whole way, with real files and the real sandbox."""

from __future__ import annotations

import csv
import datetime
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from python_calamine import CalamineWorkbook
from rdflib import Graph

from gse_skills.answers import ExpertsBody, ImportBody
from gse_skills.errors import ConflictError, InputError, NotFoundError, RefusedError
from gse_skills.experts import ExpertsQuestion
from gse_skills.framework.shapes import Kind, validate
from gse_skills.imports.mapping import ColumnMapping
from gse_skills.register import today
from gse_skills.sheet_import import ImportResult
from gse_skills.vocabulary import GRAPH, Audience, Level

if TYPE_CHECKING:
    from tests.conftest import Office

LONG = """Staff no,Name,Team,Skill,Level,Date assessed,Assessed by,Available
1,Ann Example,Virus,LIF-VIR-01,Expert,01/03/2025,Manager,yes
1,Ann Example,Virus,LIF-VIR-02,3,01/03/2025,,yes
2,Bob Sample,Virus,LIF-VIR-02,W,02/03/2025,Self,no
"""
MATRIX = """Staff no,Name,LIF-VIR-01,LIF-VIR-02
1,Ann Example,4,P
2,Bob Sample,-,Working
"""
UNDATED = "Staff no,Name,Skill,Level\n1,Ann Example,LIF-VIR-01,Expert\n2,Bob Sample,LIF-VIR-02,2\n"
JUNE = datetime.date(2025, 6, 30)


@pytest.fixture
def lab(office: Office) -> str:
    """A laboratory that shares its records with the alliance."""
    return office.organisation()


@pytest.fixture
def unchanged(office: Office) -> Iterator[None]:
    """Whatever the test does changes nothing."""
    commit = office.register.store.commit
    yield
    assert office.register.store.commit == commit


def counts(result: ImportResult) -> dict[str, int]:
    return {status: count for status, count in result.counts.items() if status != "noted"}


def rules(result: ImportResult, status: str = "refused") -> list[str]:
    return [outcome.rule for outcome in result.outcomes if outcome.status == status]


@pytest.mark.parametrize("text", [LONG, MATRIX, UNDATED], ids=["long", "matrix", "undated"])
def test_a_sheet_comes_in_as_the_dry_run_said_and_a_second_time_changes_nothing(
    office: Office, lab: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = office.register.store.commit
    dry = office.bring(lab, text, dry_run=True)
    assert (dry.commit, office.register.store.commit) == (None, commit)
    real = office.bring(lab, text, expected=dry.digest)
    assert (real.digest, real.counts, real.commit) == (dry.digest, dry.counts, commit + 1)
    for days in (0, 40):
        later = today() + datetime.timedelta(days)
        monkeypatch.setattr("gse_skills.sheet_import.today", lambda later=later: later)
        again = office.bring(lab, text)
        assert set(counts(again)) == {"unchanged"}
        assert (again.commit, office.register.store.commit) == (None, commit + 1)


def test_a_dry_run_and_a_second_run_leave_every_quad_as_it_was(office: Office, lab: str) -> None:
    before = office.dump()
    office.bring(lab, LONG, dry_run=True)
    assert office.dump() == before
    office.bring(lab, LONG)
    after = office.dump()
    assert after != before
    office.bring(lab, LONG)
    assert office.dump() == after


def test_what_came_in_is_what_is_answered(office: Office, lab: str) -> None:
    result = office.bring(lab, LONG)
    assert counts(result) == {"added": 3, "person-added": 2}
    assert (result.rows, result.columns.shape.value) == (3, "long")
    assert office.who("LIF-VIR", lab) == [("Ann Example", "Expert"), ("Bob Sample", "Working")]
    assert office.who("LIF-VIR", lab, min_level=Level.PRACTITIONER) == [("Ann Example", "Expert")]
    assert office.who("LIF-VIR", lab, available=False) == [("Bob Sample", "Working")]
    (hit, _) = office.register.ask_experts(ExpertsQuestion("LIF-VIR-02", organisation=lab), office.access()).hits
    assert [step.label for step in hit.why][:1] == ["LIF-VIR-02"]


def test_records_are_private_unless_something_says_otherwise(office: Office) -> None:
    own = office.organisation(Audience.PRIVATE)
    office.bring(own, LONG)
    assert office.who("LIF-VIR", own, "member:" + own) == []
    assert len(office.who("LIF-VIR", own, "steward:" + own)) == 2
    office.bring(own, "Staff no,Name,Skill,Level,Audience\n3,Cleo Case,LIF-VIR-01,Expert,alliance\n")
    assert office.who("LIF-VIR", own, "member:" + own) == [("Cleo Case", "Expert")]
    assert office.who("LIF-VIR", own, "anonymous") == []


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("caller", ["anonymous", "member:office-0", "steward:office-0", "steward:nowhere", "operator"])
def test_only_a_steward_of_the_organisation_imports(office: Office, caller: str) -> None:
    wanted = "nowhere" if caller == "operator" else "another"
    with pytest.raises(RefusedError) as err:
        office.bring(wanted, LONG, caller=caller)
    assert err.value.rule == "not-steward"


def test_a_steward_imports_into_their_own(office: Office, lab: str) -> None:
    assert counts(office.bring(lab, LONG, caller=f"steward:{lab}")) == {"added": 3, "person-added": 2}
    with pytest.raises(RefusedError) as err:
        office.bring(lab, LONG, caller=f"member:{lab}")
    assert err.value.rule == "not-steward"


OTHERS: dict[str, Callable[[Office, str], str]] = {
    "the records changed": lambda office, lab: str(
        office.bring(lab, LONG.replace("Expert", "Working")).commit and LONG
    ),
    "another file": lambda office, lab: LONG.replace("Expert", "Practitioner"),
    "another person": lambda office, lab: LONG.replace("Bob", "Rob"),
    "another unit": lambda office, lab: LONG.replace("Virus", "Bacteria"),
}


@pytest.mark.parametrize("meanwhile", OTHERS)
def test_what_was_confirmed_happens_or_nothing(office: Office, lab: str, meanwhile: str) -> None:
    dry = office.bring(lab, LONG, dry_run=True)
    text = OTHERS[meanwhile](office, lab)
    commit = office.register.store.commit
    with pytest.raises(ConflictError) as err:
        office.bring(lab, text, expected=dry.digest)
    assert (err.value.rule, office.register.store.commit) == ("changed-meanwhile", commit)


def test_a_cell_may_name_several_skills(office: Office, lab: str) -> None:
    text = "Staff no,Name,Skill,Level\n1,Ann,LIF-VIR-01; virus stuff | Viral serology;,Expert\n"
    result = office.bring(lab, text)
    assert counts(result) == {"added": 2, "person-added": 1, "refused": 1}
    assert [(one.text, one.cells) for one in result.unmatched] == [("virus stuff", 1)]
    # Also where its level is refused: what is held is each of them, and no skill is called by all their names.
    wrong = office.bring(lab, text.replace("Expert", "9"), full=True, dry_run=True)
    assert counts(wrong) == {"refused": 1}
    assert [one.text for one in wrong.unmatched] == ["virus stuff"]


def test_unknown_terms_get_the_nearest_and_stop_nothing_else(office: Office, lab: str) -> None:
    text = "Staff no,Name,Skill,Level\n1,Ann,virus stuff,Expert\n1,Ann,LIF-VIR-01,Expert\n2,Bob,virus stuff,W\n"
    result = office.bring(lab, text)
    assert counts(result) == {"added": 1, "person-added": 2, "refused": 2}
    ((one),) = result.unmatched
    assert (one.text, one.rule, one.cells, len({near.concept for near in one.nearest})) == (
        "virus stuff",
        "unknown-term",
        2,
        5,
    )
    scores = [near.score for near in one.nearest]
    assert scores == sorted(scores, reverse=True)
    assert all(0 < score <= 1 for score in scores)
    refused = [outcome for outcome in result.outcomes if outcome.status == "refused"]
    assert [(outcome.row, outcome.column, outcome.value) for outcome in refused] == [
        (2, 2, "virus stuff"),
        (4, 2, "virus stuff"),
    ]
    assert all(outcome.detail and outcome.remedy for outcome in refused)
    assert ImportBody.of(result, office.register.state.framework).unmatched[0].nearest[0].score == pytest.approx(
        scores[0], abs=1e-3
    )


def test_a_saved_mapping_says_what_a_phrase_means_and_its_lack_ends_nothing(office: Office, lab: str) -> None:
    text = "Staff no,Name,Skill,Level\n1,Ann,virus stuff,Expert\n"
    mapping = ColumnMapping.from_dict(
        {
            "format": "gse-skills-mapping/1",
            "shape": "long",
            "columns": {"person_id": "Staff no", "name": "Name", "skill": "Skill", "level": "Level"},
            "phrases": {"Virus Stuff": "LIF-VIR-02"},
        }
    )
    assert counts(office.bring(lab, text, mapping=mapping)) == {"added": 1, "person-added": 1}
    (hit,) = office.register.ask_experts(ExpertsQuestion("LIF-VIR-02", organisation=lab), office.access()).hits
    assert [step.kind for step in hit.why] == ["stated", "matched:SavedMapping"]
    assert hit.why[0].label == "virus stuff"
    forgotten = office.bring(lab, text, full=True)
    assert counts(forgotten) == {"refused": 1}
    assert office.who("LIF-VIR-02", lab) == [("Ann", "Expert")]


def test_a_full_picture_ends_what_it_lacks_with_its_day_and_history_answers(office: Office, lab: str) -> None:
    office.bring(lab, LONG)
    later = """Staff no,Name,Skill,Level,Date assessed
1,Ann Example,LIF-VIR-01,Expert,01/03/2025
3,Cy New,LIF-VIR-02,A,01/06/2025
"""
    dry = office.bring(lab, later, full=True, snapshot=JUNE, dry_run=True)
    full = office.bring(lab, later, full=True, snapshot=JUNE, expected=dry.digest)
    assert counts(full) == {"added": 1, "ended": 2, "person-added": 1, "person-left": 1, "unchanged": 1}
    assert office.who("LIF-VIR-02", lab) == [("Cy New", "Awareness")]
    day = datetime.timedelta(1)
    assert office.who("LIF-VIR-02", lab, as_of=JUNE - day) == [("Ann Example", "Practitioner"), ("Cy New", "Awareness")]
    assert office.who("LIF-VIR-02", lab, as_of=JUNE) == [("Cy New", "Awareness")]
    assert office.who("LIF-VIR-02", lab, as_of=datetime.date(2025, 2, 28)) == []
    assert b'"Bob Sample"' in office.dump(), "who left is kept, with the history"


def test_refused_cells_end_nothing(office: Office, lab: str) -> None:
    office.bring(lab, LONG)
    faulty = "Staff no,Name,Skill,Level\n1,Ann Example,LIF-VIR-01,9\n1,Ann Example,LIF-VIR-02,✓\n2,Bob Sample,,Expert\n"
    result = office.bring(lab, faulty, full=True)
    assert rules(result) == ["level-out-of-range", "tick-is-not-a-level", "no-skill"]
    assert (counts(result), result.commit) == ({"refused": 3}, None)


def test_a_row_of_nobody_keeps_everybody(office: Office, lab: str) -> None:
    office.bring(lab, LONG)
    result = office.bring(
        lab, "Staff no,Name,Skill,Level\n,,LIF-VIR-01,Expert\n1,Ann Example,LIF-VIR-01,Expert\n", full=True
    )
    assert rules(result) == ["no-person"]
    assert "leavers-kept" in rules(result, "noted")
    assert counts(result) == {"ended": 1, "refused": 1, "unchanged": 1}
    assert ("Bob Sample", "Working") in office.who("LIF-VIR", lab)


@pytest.mark.usefixtures("unchanged")
@pytest.mark.parametrize("day", [datetime.date(1949, 12, 31), today() + datetime.timedelta(2)])
def test_a_picture_is_of_a_day_that_can_be(office: Office, day: datetime.date) -> None:
    slug = next(iter(office.access().keeps))
    with pytest.raises(InputError) as err:
        office.bring(slug, LONG, full=True, snapshot=day)
    assert err.value.rule == "bad-snapshot"


def test_an_older_full_picture_is_refused(office: Office, lab: str) -> None:
    office.bring(lab, LONG, full=True, snapshot=JUNE)
    commit = office.register.store.commit
    for dry_run in (True, False):
        with pytest.raises(InputError) as err:
            office.bring(lab, LONG, full=True, snapshot=JUNE - datetime.timedelta(1), dry_run=dry_run)
        assert (err.value.rule, office.register.store.commit) == ("older-picture", commit)
    assert office.bring(lab, LONG, full=True, snapshot=JUNE).commit is None


def test_two_organisations_may_give_one_number_to_two_people(office: Office) -> None:
    one, other = office.organisation(), office.organisation()
    office.bring(one, LONG)
    office.bring(other, LONG.replace("Ann", "Anna"))
    assert office.who("LIF-VIR-01", one) == [("Ann Example", "Expert")]
    assert office.who("LIF-VIR-01", other) == [("Anna Example", "Expert")]
    office.bring(other, "Staff no,Name,Skill,Level\n9,Zoe,LIF-CEL,W\n", full=True)
    assert office.who("LIF-VIR-01", one) == [("Ann Example", "Expert")]


def test_the_annotated_copy_has_the_same_rows_and_columns_and_what_happened(
    office: Office, lab: str, tmp_path: Path
) -> None:
    text = "Staff no,Name,Skill,Level\n1,Ann,LIF-VIR-01,Expert\n2,Bob,virus stuff,Working\n3,Cy,LIF-VIR-02,7\n"
    for name in ("out.csv", "out.xlsx"):
        result = office.bring(lab, text, dry_run=True, report=tmp_path / name)
        if name.endswith(".csv"):
            with (tmp_path / name).open(encoding="utf-8-sig", newline="") as file:
                rows = list(csv.reader(file))[:4]
        else:
            sheet = CalamineWorkbook.from_path(tmp_path / name).get_sheet_by_name("Rows")
            rows = [[str(int(cell) if isinstance(cell, float) else cell) for cell in row] for row in sheet.iter_rows()]
        assert [row[:4] for row in rows] == list(csv.reader(text.splitlines()))
        assert rows[0][4:] == ["What happened", "Detail", "Remedy"]
        assert [row[4].rpartition(", ")[2] for row in rows[1:]] == ["added", "refused", "refused"]
        assert "[unknown-term]" in rows[2][5]
        assert "[level-out-of-range]" in rows[3][5]
        assert rows[3][6] != ""
    assert counts(result) == {"added": 1, "person-added": 3, "refused": 2}


def test_the_source_graph_fits_its_shapes(office: Office, lab: str) -> None:
    """After all that can happen to it: corrections, ends, leavers who come back, people without names, odd names."""
    office.bring(lab, LONG, source_name="C:\\Users\\ann\\skills.xlsx")
    office.bring(
        lab, LONG.replace("Expert", "Practitioner").replace("Ann Example", "Anne Example"), source_name="a/b.csv"
    )
    office.bring(lab, LONG.replace("Manager", "UKAS").replace("Virus", "Bacteria"), snapshot=JUNE, source_name="/")
    office.bring(lab, "Email,Skill,Level,Audience\nz@x.uk,LIF-CEL,none,\nz@x.uk,LIF-VIR,2,public\n,virus stuff,2,\n")
    office.bring(lab, "Staff no,Name,Skill,Level\n2,Bob Sample,LIF-VIR-02,none\n9,,LIF-CEL,W\n", full=True)
    office.bring(lab, LONG)
    graph = Graph()
    for triple in office.register.store.triples(GRAPH[f"source/{lab}"]):
        graph.parse(data=f"{triple} .", format="nt")
    assert len(graph) > 150
    assert [(finding.rule, finding.focus, finding.value) for finding in validate(graph, Kind.SOURCE)] == []
    assert office.register.rebuild() == 0


def test_imports_at_the_same_time_are_one_after_the_other(office: Office) -> None:
    labs = [office.organisation() for _ in range(3)]
    results: list[ImportResult] = []
    threads = [threading.Thread(target=lambda lab=lab: results.append(office.bring(lab, LONG))) for lab in labs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [counts(result) for result in results] == [{"added": 3, "person-added": 2}] * 3
    assert len({result.commit for result in results}) == 3
    assert all(len(office.who("LIF-VIR", lab)) == 2 for lab in labs)


def test_what_others_keep_to_themselves_changes_no_byte_of_an_answer(office: Office, lab: str) -> None:
    hidden = office.organisation(Audience.PRIVATE)
    office.bring(lab, LONG)
    access = office.access(f"steward:{lab}")

    def answer() -> str:
        found = office.register.ask_experts(ExpertsQuestion("LIF-VIR", limit=2), access)
        return ExpertsBody.of(found).model_dump_json()

    before = answer()
    office.bring(hidden, LONG)
    assert answer() == before
    office.bring(hidden, "Staff no,Name,Skill,Level\n9,Zoe,LIF-VIR-01,E\n", full=True)
    assert answer() == before


@pytest.mark.usefixtures("unchanged")
def test_an_unreadable_file_changes_nothing(office: Office) -> None:
    slug = next(iter(office.access().keeps))
    for text, rule in (("", "empty-file"), ("Skill,Level\nVirology,Expert\n", "no-person-column")):
        with pytest.raises(InputError) as err:
            office.bring(slug, text)
        assert err.value.rule == rule


def test_an_unknown_organisation_is_not_asked_about(office: Office) -> None:
    with pytest.raises(NotFoundError) as err:
        office.who("LIF", "nowhere")
    assert err.value.rule == "unknown-organisation"
