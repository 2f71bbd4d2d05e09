"""Saved mappings: written, read, fitted to another copy of the sheet, refused when they do not fit."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gse_skills.errors import InputError
from gse_skills.imports.assertion import Assertion
from gse_skills.imports.columns import Shape, SheetColumns
from gse_skills.imports.interpret import Statement
from gse_skills.imports.mapping import ColumnMapping, Place
from gse_skills.imports.roles import PERSON_ROLES, Role
from gse_skills.imports.rules import FILE_RULES
from gse_skills.imports.sheet import SheetReading
from gse_skills.imports.text import text_of
from gse_skills.vocabulary import Basis, Level

Make = Callable[..., Path]
Read = Callable[..., SheetReading]
Resolve = Callable[[str], bool]

MATRIX: dict[str, Any] = {
    "format": "gse-skills-mapping/1",
    "shape": "matrix",
    "columns": {"person_id": "Pers. ref", "name": {"heading": "Who", "column": "B"}},
    "skills": ["Cell work", {"heading": "virus stuff", "column": "D"}],
    "ignored": ["Mentor"],
    "levels": {"tick": "Working", "L5": 4, "n/k": None},
    "default_basis": "manager",
    "phrases": {"virus stuff": "LIF-VIR-02"},
}
ROWS = [["Pers. ref", "Who", "Cell work", "virus stuff", "Mentor"], ["S1", "Jo", "x", "L5", "Jane"]]


@pytest.fixture
def fit(read: Read, resolve_skill: Resolve) -> Callable[..., SheetColumns]:
    def fitted(path: Path, data: dict[str, Any]) -> SheetColumns:
        reading = read(path)
        return ColumnMapping.from_dict(data).fit(reading.head(), resolve_skill, reading.header.merged)

    return fitted


def rules(columns: SheetColumns) -> list[tuple[str, str]]:
    return [(finding.rule, finding.value) for finding in columns.findings]


def test_a_mapping_written_by_hand(
    csv_file: Make, fit: Callable[..., SheetColumns], say: Callable[..., list[Statement]]
) -> None:
    path = csv_file(ROWS)
    columns = fit(path, MATRIX)
    assert columns.columns == {Role.PERSON_ID: 0, Role.NAME: 1}
    assert columns.skills == {2: "Cell work", 3: "virus stuff"}
    assert columns.ignored == {4: "Mentor"}
    assert columns.phrases == {"virus stuff": "LIF-VIR-02"}
    said = [statement for statement in say(path, lambda _: columns) if isinstance(statement, Assertion)]
    assert [(one.phrase, one.level, one.basis) for one in said] == [
        ("Cell work", Level.WORKING, Basis.MANAGER),
        ("virus stuff", Level.EXPERT, Basis.MANAGER),
    ]


def test_what_was_recognised_can_be_kept(
    csv_file: Make, columns_of: Callable[[Path], SheetColumns], read: Read, resolve_skill: Resolve, tmp_path: Path
) -> None:
    rows = [["Title"], ["Staff no", "Name", "Virology", "Optics", "Years"], ["S1", "Jo", "W", "P", "40"]]
    path = csv_file(rows)
    columns = columns_of(path)
    saved = tmp_path / "mapping.json"
    ColumnMapping.of(columns).save(saved)
    assert json.loads(saved.read_text("utf-8"))["columns"]["person_id"] == {"heading": "Staff no", "column": "A"}
    assert ColumnMapping.load(saved) == ColumnMapping.of(columns)
    assert ColumnMapping.load(saved).fit(read(path).head(), resolve_skill) == columns


def test_columns_and_headings_may_move(csv_file: Make, fit: Callable[..., SheetColumns]) -> None:
    rows = [["New title"], ["Who", "Pers. ref", "Cell work", "Extra", "virus stuff"], ["Jo", "S1", "x", "y z", "W"]]
    columns = fit(csv_file(rows), {**MATRIX, "header_row": 1})
    assert columns.header_row == 2
    assert columns.columns == {Role.PERSON_ID: 1, Role.NAME: 0}
    assert columns.skills == {2: "Cell work", 4: "virus stuff"}
    assert ("column-moved", "Who") in rules(columns)
    assert ("column-moved", "virus stuff") in rules(columns)


def test_columns_that_the_mapping_does_not_name_are_sorted_as_without_one(
    csv_file: Make, fit: Callable[..., SheetColumns]
) -> None:
    rows = [[*ROWS[0], "Optics", "Grade", "Level", "Shoes"], [*ROWS[1], "E", "SEO", "3", "brown"]]
    columns = fit(csv_file(rows), MATRIX)
    assert columns.skills == {2: "Cell work", 3: "virus stuff", 5: "Optics", 7: "Level"}
    assert columns.columns[Role.GRADE] == 6
    assert columns.ignored == {4: "Mentor", 8: "Shoes"}


def test_the_letter_tells_columns_of_one_heading_apart(csv_file: Make, fit: Callable[..., SheetColumns]) -> None:
    rows = [["Name", "Name", "Skill", "Level", ""], ["team", "Jo", "Virology", "W", "31/01/2025"]]
    data = {
        "format": "gse-skills-mapping/1",
        "shape": "long",
        "columns": {
            "name": {"heading": "Name", "column": "B"},
            "skill": "Skill",
            "level": "Level",
            "assessed_on": {"column": "E"},
        },
    }
    columns = fit(csv_file(rows), data)
    assert columns.columns == {Role.NAME: 1, Role.SKILL: 2, Role.LEVEL: 3, Role.ASSESSED_ON: 4}
    assert columns.ignored == {0: "Name"}


def test_a_sheet_without_the_headings_is_refused(csv_file: Make, fit: Callable[..., SheetColumns]) -> None:
    path = csv_file([["Title"], ["Pers. ref", "Who", "Cell works", "Virus stuff"], ["S1", "Jo", "x", "x"]])
    with pytest.raises(InputError) as err:
        fit(path, MATRIX)
    assert (err.value.rule, err.value.extra) == (
        "mapping-mismatch",
        {"row": 2, "value": "Cell work", "headings": ["Cell work"]},
    )
    assert err.value.remedy == FILE_RULES["mapping-mismatch"]


def without(key: str) -> dict[str, Any]:
    return {name: value for name, value in MATRIX.items() if name != key}


@pytest.mark.parametrize(
    ("data", "part"),
    [
        (without("format"), "format"),
        ({**MATRIX, "format": "gse-skills-mapping/2"}, "format"),
        ({**MATRIX, "collumns": {}}, "collumns"),
        (without("shape"), "shape"),
        ({**MATRIX, "shape": "wide"}, "shape"),
        (without("columns"), "columns"),
        ({**MATRIX, "columns": {"unit": "Team"}}, "columns"),
        ({**MATRIX, "columns": {"person": "Who"}}, "columns"),
        ({**MATRIX, "columns": ["Who"]}, "columns"),
        ({**MATRIX, "columns": {"name": ""}}, "columns"),
        ({**MATRIX, "columns": {"name": {"heading": "Who", "column": "B2"}}}, "columns"),
        ({**MATRIX, "columns": {"name": {"heading": "Who", "column": 2}}}, "columns"),
        ({**MATRIX, "columns": {"name": "Who", "level": "Level"}}, "columns"),
        ({**MATRIX, "shape": "long"}, "columns"),
        ({**MATRIX, "skills": "Virology"}, "skills"),
        ({**MATRIX, "skills": [{"column": "B"}]}, "skills"),
        ({**MATRIX, "levels": {"tick": "sometimes"}}, "levels"),
        ({**MATRIX, "levels": {"tick": "none"}}, "levels"),
        ({**MATRIX, "levels": {"tick": [4]}}, "levels"),
        ({**MATRIX, "default_basis": "rumour"}, "default_basis"),
        ({**MATRIX, "phrases": {"virus stuff": ""}}, "phrases"),
        ({**MATRIX, "header_row": 0}, "header_row"),
        ({**MATRIX, "header_row": True}, "header_row"),
    ],
)
def test_a_wrong_mapping_is_refused_by_its_part(data: dict[str, Any], part: str) -> None:
    with pytest.raises(InputError) as err:
        ColumnMapping.from_dict(data)
    assert (err.value.rule, err.value.extra["part"]) == ("mapping-invalid", part)
    assert err.value.remedy == FILE_RULES["mapping-invalid"]


@pytest.mark.parametrize("text", ["", "{", "[]", "[" * 100_000, "\ufffd", '{"a":' + " " * (2 << 20) + "1}"])
def test_a_mapping_file_that_is_none(tmp_path: Path, text: str) -> None:
    path = tmp_path / "mapping.json"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError) as err:
        ColumnMapping.load(path)
    assert err.value.rule == "mapping-invalid"


words = st.text(min_size=1, max_size=12).map(text_of).filter(bool)
places = st.builds(Place, words, st.none() | st.integers(0, 16_383))


@given(
    st.builds(
        ColumnMapping,
        shape=st.just(Shape.MATRIX),
        columns=st.dictionaries(
            st.sampled_from([role for role in Role if role not in (Role.SKILL, Role.LEVEL)]), places, min_size=1
        ).filter(lambda columns: not PERSON_ROLES.isdisjoint(columns)),
        skills=st.lists(places).map(tuple),
        ignored=st.lists(places).map(tuple),
        header_row=st.none() | st.integers(1, 20),
        levels=st.dictionaries(words, st.none() | st.sampled_from(Level)),
        default_basis=st.none() | st.sampled_from(Basis),
        phrases=st.dictionaries(words, words),
    )
)
def test_any_mapping_survives_json(mapping: ColumnMapping) -> None:
    assert ColumnMapping.from_dict(json.loads(json.dumps(mapping.to_dict()))) == mapping
