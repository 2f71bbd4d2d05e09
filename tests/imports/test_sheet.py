"""The child's lines put together again, with and without a real child."""

from __future__ import annotations

import datetime
import json
import tracemalloc
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gse_skills.errors import InputError, TooLargeError, UnavailableError
from gse_skills.imports import sheet
from gse_skills.imports.assertion import Assertion
from gse_skills.imports.columns import recognise
from gse_skills.imports.interpret import Defaults, interpret
from gse_skills.imports.sheet import Row, SheetReading, header_findings, open_sheet, read_sheet
from gse_skills.sandbox import Limits, Sandbox

Make = Callable[..., Path]
HEADER = b'{"format":"csv"}\n'
LINES = HEADER + '[1,["Näme","",3]]\n[4,["Jo",true,{"d":"2025-01-31"}]]\n[9,["\\n",NaN,2.5]]\n'.encode()
ROWS = [
    Row(1, ("Näme", "", 3)),
    Row(4, ("Jo", True, datetime.date(2025, 1, 31))),
    Row(9, ("\n", "NaN", 2.5)),
]


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(at_once=2) as one:
        yield one


@given(st.lists(st.integers(0, len(LINES)), max_size=20))
def test_chunks_may_be_cut_anywhere(cuts: list[int]) -> None:
    places = [0, *sorted(cuts), len(LINES)]
    chunks = (LINES[start:end] for start, end in pairwise(places))
    assert list(read_sheet(chunks).rows) == ROWS


def test_the_head_stays_in_the_rows() -> None:
    reading = read_sheet([LINES])
    assert reading.head(2) == tuple(ROWS[:2])
    assert reading.head(9) == tuple(ROWS)
    assert list(reading.rows) == ROWS


@pytest.mark.parametrize(
    "lines",
    [
        b"",
        b"[1,2]\n",
        b"nonsense\n",
        b'{"format":"csv","merged":[[1]]}\n',
        b'{"unheard":"of"}\n',
        HEADER + b"[1]\n",
        HEADER + b"{}\n",
        HEADER + b'[1,[{"x":1}]]\n',
        HEADER + b"[1,[[2]]]\n",
        HEADER + b'[1,[{"d":"2025-13-01"}]]\n',
        HEADER + b'[1,["\xff"]]\n',
        HEADER + b"[" * 100_000 + b"\n",
        HEADER + b"[1,[" + b"9" * 5_000 + b"]]\n",
        HEADER + b'[1,["cut',
    ],
)
def test_what_no_child_sends_is_a_corrupt_file(lines: bytes) -> None:
    with pytest.raises(InputError) as err:
        list(read_sheet([lines]).rows)
    assert err.value.rule == "corrupt-file"


def test_a_line_without_end_is_not_held(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheet, "MAX_LINE", 1_000)
    with pytest.raises(TooLargeError) as err:
        list(read_sheet([HEADER, *[b"x" * 600] * 2]).rows)
    assert err.value.rule == "too-large"


def test_what_was_decided_about_the_file_is_said() -> None:
    header = {
        "format": "csv",
        "sheet": "One",
        "sheets": ["One", "Two"],
        "encoding": "cp1252",
        "encoding_assumed": True,
        "delimiter": ";",
    }
    found = header_findings(read_sheet([json.dumps(header).encode() + b"\n"]).header)
    assert [(finding.rule, finding.value, finding.severity) for finding in found] == [
        ("sheet-chosen", "One", "noted"),
        ("encoding-assumed", "Windows-1252", "noted"),
        ("delimiter", ";", "noted"),
    ]
    assert "Two" in found[0].message


# With a real child


def test_a_sheet_is_read_in_a_child(
    sandbox: Sandbox, csv_file: Make, xlsx_file: Make, ods_file: Make, read: Callable[..., SheetReading]
) -> None:
    rows = [["Staff number", "Skill", "Level", "Date"], ["S1", "Zoë", 3, datetime.date(2025, 1, 31)]] * 500
    for path in (csv_file(rows), xlsx_file(rows), ods_file(rows)):
        with open_sheet(sandbox, path) as reading:
            expected = read(path)
            assert reading.header == expected.header
            assert list(reading.rows) == list(expected.rows)


def test_a_refusal_crosses_from_the_child(sandbox: Sandbox, new_path: Callable[[str], Path]) -> None:
    path = new_path(".csv")
    path.write_bytes(b"Name,Level\nZo\x81,Expert\n")
    with pytest.raises(InputError) as err:
        open_sheet(sandbox, path)
    assert (err.value.rule, err.value.extra) == ("encoding", {"row": 2, "value": "81"})


def test_a_row_at_fault_is_refused_after_those_before_it(sandbox: Sandbox, new_path: Callable[[str], Path]) -> None:
    path = new_path(".csv")
    path.write_text("Name,Level\n" + "Jo,Expert\n" * 20_000 + '"Jo,Expert\n')
    with open_sheet(sandbox, path) as reading, pytest.raises(InputError) as err:
        list(reading.rows)
    assert (err.value.rule, err.value.extra["row"]) == ("corrupt-file", 20_002)


def test_a_child_that_needs_too_much_is_ended_and_said_of_the_file(sandbox: Sandbox, ods_file: Make) -> None:
    cell = '<table:table-cell table:number-columns-repeated="100" office:value-type="string"><text:p>x</text:p>'
    row = f'<table:table-row table:number-rows-repeated="100000">{cell}</table:table-cell></table:table-row>'
    with pytest.raises(TooLargeError) as err:
        open_sheet(sandbox, ods_file(body=row), limits=Limits(memory_bytes=64 << 20))
    assert err.value.rule == "too-large"
    assert "64 MiB" in err.value.message


def test_a_reading_that_is_left_gives_its_child_back(sandbox: Sandbox, csv_file: Make) -> None:
    path = csv_file([["Name", "Level"], *[["Jo", "Expert"]] * 50_000])
    for _ in range(5):
        with open_sheet(sandbox, path) as reading:
            reading.head()
    readings = [open_sheet(sandbox, path), open_sheet(sandbox, path)]
    with pytest.raises(UnavailableError) as err:
        open_sheet(sandbox, path)
    assert err.value.rule == "too-many-queries"
    for reading in readings:
        reading.close()
    with open_sheet(sandbox, path) as reading:
        assert sum(1 for _ in reading.rows) == 50_001


def test_60_000_rows_pass_through_without_staying(sandbox: Sandbox, new_path: Callable[[str], Path]) -> None:
    path = new_path(".csv")
    with path.open("w") as file:
        file.write("Staff number,Name,Skill,Level,Date assessed,Assessed by\n")
        for row in range(60_000):
            file.write(f"S{row // 10},Person number {row // 10},Virology,Expert,31/01/2025,Manager\n")
    count = 0
    tracemalloc.start()
    try:
        with open_sheet(sandbox, path) as reading:
            columns = recognise(reading.head(), lambda phrase: phrase == "Virology")
            for statement in interpret(reading, columns, Defaults(None, None, datetime.date(2026, 11, 22))):
                count += isinstance(statement, Assertion)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert count == 60_000
    assert path.stat().st_size > 3_500_000
    assert peak < 2_500_000
