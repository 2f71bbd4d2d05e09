"""Files of every kind, good and bad, through the code that runs in the child."""

from __future__ import annotations

import datetime
import io
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from gse_skills.errors import InputError, TooLargeError
from gse_skills.imports import archive, delimited, markup, reader, workbook
from gse_skills.imports.rules import FILE_RULES, ROW_RULES
from gse_skills.imports.sheet import Fault, SheetReading

Make = Callable[..., Path]
Read = Callable[..., SheetReading]

TEXTS = [["Staff number", "Name", "Skill", "Level"], ["S1", "Zoë Žižek", "Virology", "Expert"]]
PLAIN = [["Staff number", "Name", "Skill", "Level"], ["S1", "Zoë", "Virology", "Expert"]]


def rows_of(reading: SheetReading) -> list[tuple[int, tuple[object, ...]]]:
    return [(row.number, row.cells) for row in reading.rows]


def refusal(read: Read, path: Path, sheet: str | None = None) -> InputError:
    with pytest.raises(InputError) as err:
        rows_of(read(path, sheet))
    assert err.value.remedy == {**FILE_RULES, **ROW_RULES}[err.value.rule]
    return err.value


# Delimited text


@pytest.mark.parametrize(
    ("encoding", "found", "assumed"),
    [
        ("utf-8", "utf-8", False),
        ("utf-8-sig", "utf-8-sig", False),
        ("utf-16", "utf-16", False),
        ("utf-16-le", "utf-16-le", True),
        ("utf-16-be", "utf-16-be", True),
        ("cp1252", "cp1252", True),
    ],
)
def test_encodings(csv_file: Make, read: Read, encoding: str, found: str, assumed: bool) -> None:
    reading = read(csv_file(PLAIN, encoding=encoding))
    assert (reading.header.encoding, reading.header.encoding_assumed) == (found, assumed)
    assert rows_of(reading) == [(1, tuple(PLAIN[0])), (2, tuple(PLAIN[1]))]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_delimiters(csv_file: Make, read: Read, delimiter: str) -> None:
    rows = [["Skills of the unit, in full"], *TEXTS, ["S2", "Doe, Jane", "Optics; lasers", "Working"]]
    reading = read(csv_file(rows, delimiter=delimiter))
    assert reading.header.delimiter == delimiter
    assert rows_of(reading)[1:] == [(number, tuple(row)) for number, row in enumerate(rows[1:], 2)]


def test_the_delimiter_that_excel_declares(new_path: Callable[[str], Path], read: Read) -> None:
    path = new_path(".csv")
    path.write_bytes(b"sep=;\r\nName;Level, say\r\nJo;Expert, mostly\r\n")
    reading = read(path)
    assert reading.header.delimiter == ";"
    assert rows_of(reading) == [(1, ("Name", "Level, say")), (2, ("Jo", "Expert, mostly"))]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_rows_are_numbered_as_a_spreadsheet_program_does(new_path: Callable[[str], Path], read: Read, end: str) -> None:
    path = new_path(".csv")
    path.write_bytes(end.join(["Name,Level", "", '"two', 'lines",Expert', ",", "Jo,Working", ""]).encode())
    assert rows_of(read(path)) == [
        (1, ("Name", "Level")),
        (3, (f"two{end}lines", "Expert")),
        (5, ("Jo", "Working")),
    ]


# Workbooks


def test_cells_of_every_type(xlsx_file: Make, ods_file: Make, read: Read) -> None:
    day = datetime.date(2025, 1, 31)
    rows = [["text", 3, 2.5, True, day], ["A & <B>", "", "", "", "'"]]
    for path in (xlsx_file(rows), ods_file(rows)):
        first, second = rows_of(read(path))
        assert first == (1, ("text", 3, 2.5, True, day))
        assert [type(cell) for cell in first[1]] == [str, float, float, bool, datetime.date]
        assert second == (2, ("A & <B>", "", "", "", "'"))


def test_rows_and_columns_keep_their_places_below_and_right_of_nothing(
    xlsx_file: Make, ods_file: Make, read: Read
) -> None:
    rows = [[], [], ["", "", "Name", "Level"], [], ["", "", "Jo", "Expert"]]
    for path in (xlsx_file(rows), ods_file(rows)):
        assert rows_of(read(path)) == [(3, ("", "", "Name", "Level")), (5, ("", "", "Jo", "Expert"))]


def test_a_date_with_a_time_is_its_day_and_a_time_alone_is_text(xlsx_file: Make, read: Read) -> None:
    def edit(book: xlsxwriter.Workbook) -> None:
        sheet = book.worksheets()[0]
        moment = datetime.datetime(2025, 1, 31, 17, 30)
        sheet.write_datetime(0, 0, moment, book.add_format({"num_format": "dd/mm/yyyy hh:mm"}))
        sheet.write_datetime(0, 1, datetime.time(17, 30), book.add_format({"num_format": "hh:mm"}))

    assert rows_of(read(xlsx_file([], edit=edit))) == [(1, (datetime.date(2025, 1, 31), "17:30:00"))]


def two_sheets(book: xlsxwriter.Workbook) -> None:
    book.worksheets()[0].hide()
    book.add_worksheet("Empty")
    book.add_worksheet("Micro & more").write(0, 0, "second")
    book.add_worksheet("Late").write(0, 0, "third")
    book.get_worksheet_by_name("Empty").activate()


def test_the_first_visible_sheet_with_anything_in_it_is_read(xlsx_file: Make, read: Read) -> None:
    reading = read(xlsx_file([["hidden"]], edit=two_sheets))
    assert reading.header.sheet == "Micro & more"
    assert reading.header.sheets == ("Empty", "Micro & more", "Late")
    assert rows_of(reading) == [(1, ("second",))]


def test_a_sheet_can_be_named(xlsx_file: Make, read: Read) -> None:
    path = xlsx_file([["hidden"]], edit=two_sheets)
    assert rows_of(read(path, " late")) == [(1, ("third",))]
    error = refusal(read, path, "Latest")
    assert (error.rule, error.extra["value"]) == ("no-such-sheet", "Latest")
    assert error.extra["choices"] == ["Empty", "Micro & more", "Late"]


LONG = [["Staff number", "Skill", "Level"], *[[f"S{n}", "Virology", "Expert"] for n in range(5)]]
MATRIX = [["Name", "Cell work", "Virus stuff"], *[[f"Person {n}", "W", "x"] for n in range(6)]]
PEOPLE = [["Staff number", "Name", "First aider"], *[[f"S{n}", f"Person {n}", "yes"] for n in range(30)]]
NOTES = [["Note"], *[[f"Note {n}"] for n in range(40)]]
OWN = [["Who is it", "Main thing", "Stufe", "First aider"], *[["Jo", "Virology", s, "no"] for s in ("W", "good", "2")]]


def sheets(**tables: list[list[str]]) -> Callable[[xlsxwriter.Workbook], None]:
    def edit(book: xlsxwriter.Workbook) -> None:
        for name, rows in tables.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)

    return edit


@pytest.mark.parametrize(
    ("tables", "chosen"),
    [
        ({"Notes": NOTES, "Long": LONG, "Matrix": MATRIX, "People": PEOPLE}, "Matrix"),
        ({"Long": [*LONG, ["S9", "Virology", "W"], ["S8", "Virology", "W"]], "Matrix": MATRIX}, "Long"),
        ({"Notes": NOTES, "People": PEOPLE}, "Notes"),
        ({"Notes": NOTES, "People": PEOPLE, "Own": OWN}, "Own"),
        ({"Notes": NOTES, "Own": OWN, "Long": LONG[:2]}, "Long"),
        ({"Notes": NOTES, "Broken": [[f"{'x' * 40}"]], "Long": LONG}, "Long"),
    ],
)
def test_the_sheet_with_the_most_rows_under_headings_is_sought(
    xlsx_file: Make, read: Read, tables: dict[str, list[list[str]]], chosen: str
) -> None:
    path = xlsx_file([], edit=sheets(**tables))
    reading = read(path, seek=True)
    assert reading.header.sheet == chosen
    assert rows_of(reading) == [(number, tuple(row)) for number, row in enumerate(tables[chosen], 1)]
    assert read(path).header.sheet == next(iter(tables)), "nobody sought it"
    assert read(path, "Notes" if "Notes" in tables else "Long", seek=True).header.sheet in ("Notes", "Long")


def test_a_sheet_that_cannot_be_read_does_not_stop_another(
    xlsx_file: Make, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = xlsx_file([], edit=sheets(Long=LONG, Far=[*NOTES, *NOTES]))
    monkeypatch.setattr(workbook, "MAX_CELLS", 30)
    assert read(path, seek=True).header.sheet == "Long"
    assert refusal(read, path, "Far").rule == "too-large"


def test_a_text_file_has_no_sheets(csv_file: Make, read: Read) -> None:
    assert refusal(read, csv_file(TEXTS), "Late").rule == "no-such-sheet"


def test_the_name_of_a_file_says_nothing(xlsx_file: Make, csv_file: Make, read: Read) -> None:
    for path, name, kind in ((xlsx_file(TEXTS), "x.csv", "xlsx"), (csv_file(TEXTS), "x.xlsx", "csv")):
        renamed = path.with_name(path.stem + name)
        path.rename(renamed)
        reading = read(renamed)
        assert reading.header.format == kind
        assert rows_of(reading) == [(1, tuple(TEXTS[0])), (2, tuple(TEXTS[1]))]


# Formulas


def with_formulas(book: xlsxwriter.Workbook) -> None:
    sheet = book.worksheets()[0]
    sheet.write_formula(1, 0, '=IF(A1="","","")', None, "")
    sheet.write_formula(1, 1, "=1+2", None, 3)
    sheet.write_formula(2, 1, "=VLOOKUP(A1,B:C,2)", None, "#N/A")


def test_formulas_give_their_stored_value_or_are_reported(xlsx_file: Make, edited: Make, read: Read) -> None:
    path = xlsx_file([["a", "b", "c"], [], ["x", "", "y"]], edit=with_formulas)
    reading = read(path)
    assert reading.header.faults == (
        Fault(2, 0, "formula-without-value", ""),
        Fault(3, 1, "error-value", "#N/A"),
    )
    assert rows_of(reading)[1:] == [(2, ("", 3.0, "")), (3, ("x", "", "y"))]


@pytest.mark.parametrize("stored", [b"", b"<v/>", b"<v />", b"<v></v>"])
def test_every_way_to_leave_a_formula_without_a_value(xlsx_file: Make, edited: Make, read: Read, stored: bytes) -> None:
    path = xlsx_file([["a", "b", "c"], [], ["x", "", "y"]], edit=with_formulas)
    changed = edited(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b"<v>3</v>", stored))
    assert read(changed).header.faults[1] == Fault(2, 1, "formula-without-value", "")


def test_a_formula_that_gives_the_empty_text_misses_nothing(xlsx_file: Make, edited: Make, read: Read) -> None:
    path = xlsx_file([["a", "b", "c"], [], ["x", "", "y"]], edit=with_formulas)
    changed = edited(path, "xl/worksheets/sheet1.xml", lambda xml: xml.replace(b'r="A2"', b'r="A2" t="str"'))
    assert [fault.row for fault in read(changed).header.faults] == [3]


def test_formulas_and_merged_cells_of_ods(ods_file: Make, read: Read) -> None:
    body = (
        '<table:table-row table:number-rows-repeated="2"><table:table-cell table:number-columns-repeated="9"/>'
        '</table:table-row><table:table-row><table:table-cell table:number-columns-repeated="2"/>'
        '<table:table-cell table:formula="of:=1"/><table:table-cell office:value-type="float" office:value="2"/>'
        '</table:table-row><table:table-row><table:table-cell table:number-rows-spanned="2" '
        'table:number-columns-spanned="1" office:value-type="string"><text:p>both</text:p></table:table-cell>'
        "</table:table-row><table:table-row><table:covered-table-cell/><table:table-cell "
        'office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row>'
    )
    reading = read(ods_file(body=body))
    assert reading.header.faults == (Fault(3, 2, "formula-without-value", "of:=1"),)
    assert reading.header.merged == ((4, 0, 5, 0),)
    assert rows_of(reading) == [(3, ("", "", "", 2.0)), (4, ("both", "", "", "")), (5, ("", "x", "", ""))]


def test_more_faults_than_anybody_reads_refuse_the_file(
    xlsx_file: Make, read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(markup, "MAX_FAULTS", 1)
    error = refusal(read, xlsx_file([["a", "b"]], edit=with_formulas))
    assert (error.rule, error.extra["row"]) == ("formula-without-value", 2)


def test_merged_cells_are_told(xlsx_file: Make, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    def edit(book: xlsxwriter.Workbook) -> None:
        book.worksheets()[0].merge_range(1, 0, 3, 1, "merged")
        book.worksheets()[0].merge_range(5, 0, 6, 0, "again")

    path = xlsx_file([["a", "b"]], edit=edit)
    assert read(path).header.merged == ((2, 0, 4, 1), (6, 0, 7, 0))
    monkeypatch.setattr(markup, "MAX_MERGES", 1)
    error = refusal(read, path)
    assert (error.rule, error.extra["row"]) == ("merged-cells", 2)


# Bad files


def ole(*, encrypted: bool) -> bytes:
    stream = "EncryptedPackage" if encrypted else "Workbook"
    return archive.OLE + bytes(1016) + stream.encode("utf-16-le") + bytes(512)


def zipped(parts: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts.items():
            package.writestr(name, data)
    return buffer.getvalue()


def flagged_as_encrypted(data: bytes) -> bytes:
    """The same archive with the flag that its first part is encrypted, in the part's header and in the directory."""
    at = data.index(b"PK\x01\x02")
    return data[:6] + b"\x01" + data[7 : at + 8] + b"\x01" + data[at + 9 :]


def with_large_directory(data: bytes) -> bytes:
    at = data.index(b"PK\x05\x06")
    return data[: at + 12] + struct.pack("<I", 1 << 30) + data[at + 16 :]


BAD_FILES: dict[str, tuple[bytes, str, object]] = {
    "empty": (b"", "empty-file", None),
    "picture": (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)), "not-a-spreadsheet", "binary"),
    "control characters": (b"Name,Level\x01\x02\n", "not-a-spreadsheet", None),
    "pdf": (b"%PDF-1.7\nsome text,\n", "not-a-spreadsheet", None),
    "web page named xls": (b"<html><table><tr><td>Name</td></tr></table></html>", "not-a-spreadsheet", "<html"),
    "xml": (b'<?xml version="1.0"?><a/>', "not-a-spreadsheet", "<?xml"),
    "excel 97": (ole(encrypted=False), "not-a-spreadsheet", ".xls"),
    "password": (ole(encrypted=True), "password-protected", None),
    "encrypted zip": (flagged_as_encrypted(zipped({"xl/workbook.xml": b"x"})), "password-protected", None),
    "word document": (zipped({"word/document.xml": b"<w/>"}), "not-a-spreadsheet", None),
    "cut zip": (zipped({"xl/workbook.xml": b"x" * 500})[:60], "corrupt-file", None),
    "workbook of nonsense": (zipped({"xl/workbook.xml": b"nonsense"}), "corrupt-file", ...),
    "zip that inflates": (zipped({"xl/workbook.xml": b"", "xl/a.xml": bytes(40 << 20)}), "zip-bomb", "xl/a.xml"),
    "zip with a vast directory": (
        with_large_directory(zipped({"xl/workbook.xml": b""})),
        "zip-bomb",
        "1073741824 bytes",
    ),
    "zip of many parts": (zipped({f"{n}": b"" for n in range(5_001)}), "zip-bomb", "5001"),
    "undefined in Windows-1252": (b"Name,Level\nJo\x81,Expert\n", "encoding", "81"),
    "two encodings": ("Name\nZoë\n".encode() + b"Zo\xeb\n", "encoding", "UTF-8 and Windows-1252"),
    "utf-16 that breaks off": ("Name,Level\n".encode("utf-16") + b"J", "encoding", "4a"),
    "utf-8 mark and other bytes": (b"\xef\xbb\xbfName,Level\nZo\xeb,Expert\n", "encoding", "eb 2c 45 78"),
    "letters lost before": ("Name,Level\nZo\ufffd,Expert\n".encode(), "encoding", "\ufffd"),
    "utf-32": ("Name,Level\n".encode("utf-32"), "encoding", "UTF-32"),
    "open quotation mark": (b'Name,Level\n"Jo,Expert\nJane,Working\n', "corrupt-file", "unexpected end of data"),
    "line bomb": (b"Name,Level\n" + b"x" * 2_000_000, "too-large", None),
    "cell bomb": (b'Name,Level\n"' + b"x\n" * 40_000 + b'",Expert\n', "too-large", None),
    "columns without end": (b"Name,Level\n" + b"," * 20_000 + b"\n", "too-large", None),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_files_are_refused_by_the_rule_meant_for_them(
    name: str, new_path: Callable[[str], Path], read: Read
) -> None:
    data, rule, value = BAD_FILES[name]
    path = new_path(".xlsx")
    path.write_bytes(data)
    error = refusal(read, path)
    assert error.rule == rule
    assert value is ... or error.extra.get("value") == value
    assert isinstance(error, TooLargeError) == (rule in ("too-large", "zip-bomb"))


@pytest.mark.parametrize(
    ("name", "row"),
    [
        ("undefined in Windows-1252", 2),
        ("two encodings", 3),
        ("letters lost before", 2),
        ("open quotation mark", 2),
        ("line bomb", 2),
        ("cell bomb", 2),
        ("columns without end", 2),
    ],
)
def test_refusals_name_the_row(name: str, row: int, new_path: Callable[[str], Path], read: Read) -> None:
    path = new_path(".csv")
    path.write_bytes(BAD_FILES[name][0])
    assert refusal(read, path).extra["row"] == row


def test_a_file_of_blank_rows_is_empty(new_path: Callable[[str], Path], read: Read) -> None:
    path = new_path(".csv")
    path.write_text("\n,,\n\n")
    with pytest.raises(InputError) as err:
        read(path).head()
    assert err.value.rule == "empty-file"


def test_a_workbook_with_nothing_in_it_is_empty(xlsx_file: Make, ods_file: Make, read: Read) -> None:
    for path in (xlsx_file([]), ods_file([])):
        assert refusal(read, path).rule == "empty-file"


def test_a_file_beyond_the_limit_is_refused_unread(new_path: Callable[[str], Path], read: Read) -> None:
    path = new_path(".csv")
    with path.open("wb") as file:
        file.truncate(reader.MAX_FILE + 1)
    error = refusal(read, path)
    assert (error.rule, error.extra["value"]) == ("too-large", f"{reader.MAX_FILE + 1} bytes")


def test_a_workbook_that_unpacks_beyond_the_limit(xlsx_file: Make, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_UNPACKED", 1_000)
    assert refusal(read, xlsx_file(TEXTS)).rule == "zip-bomb"


def test_one_cell_of_half_a_gigabyte_is_a_bomb(xlsx_file: Make, new_path: Callable[[str], Path], read: Read) -> None:
    path = new_path(".xlsx")
    with (
        zipfile.ZipFile(xlsx_file(TEXTS)) as before,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as after,
    ):
        for name in before.namelist():
            if name != "xl/sharedStrings.xml":
                after.writestr(name, before.read(name))
        with after.open("xl/sharedStrings.xml", "w") as part:
            part.write(b"<sst><si><t>")
            for _ in range(500):
                part.write(b"A" * 1_000_000)
            part.write(b"</t></si></sst>")
    error = refusal(read, path)
    assert (error.rule, type(error)) == ("zip-bomb", TooLargeError)


def test_two_cells_far_apart_are_refused_before_they_take_memory(xlsx_file: Make, ods_file: Make, read: Read) -> None:
    far = xlsx_file([["Name"]], edit=lambda book: book.worksheets()[0].write(1_048_575, 16_383, "far"))
    error = refusal(read, far)
    assert (error.rule, error.extra["row"], error.extra["column"]) == ("too-large", 1_048_576, "XFD")
    cell = '<table:table-cell table:number-columns-repeated="16000" office:value-type="string"><text:p>x</text:p>'
    body = f'<table:table-row table:number-rows-repeated="1000000">{cell}</table:table-cell></table:table-row>'
    error = refusal(read, ods_file(body=body))
    assert (error.rule, error.extra["row"], error.extra["value"]) == ("too-large", 1_000_000, "WQJ1000000")


def test_formats_far_away_are_no_cells(xlsx_file: Make, ods_file: Make, read: Read) -> None:
    def edit(book: xlsxwriter.Workbook) -> None:
        book.worksheets()[0].write_blank(1_048_575, 16_383, None, book.add_format({"bold": True}))

    assert len(rows_of(read(xlsx_file(TEXTS, edit=edit)))) == 2
    row = "<table:table-row><table:table-cell office:value-type='string'><text:p>x</text:p></table:table-cell>"
    rest = '<table:table-cell table:number-columns-repeated="16383"/></table:table-row>'
    blank = '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    end = f'<table:table-row table:number-rows-repeated="1048575">{blank}'
    assert rows_of(read(ods_file(body=row + rest + end))) == [(1, ("x",))]


def test_a_row_longer_than_any(xlsx_file: Make, read: Read, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_ROW_TEXT", 60)
    error = refusal(read, xlsx_file([["Name"], ["x" * 80]]))
    assert (error.rule, error.extra["row"]) == ("too-large", 2)


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/worksheets/sheet1.xml"])
def test_a_broken_part_is_a_corrupt_file(xlsx_file: Make, edited: Make, read: Read, part: str) -> None:
    assert refusal(read, edited(xlsx_file(TEXTS), part, lambda xml: xml[: len(xml) // 2])).rule == "corrupt-file"


def test_a_damaged_byte_is_a_corrupt_file(xlsx_file: Make, new_path: Callable[[str], Path], read: Read) -> None:
    data = bytearray(xlsx_file([[f"text {n * n}"] for n in range(3_000)]).read_bytes())
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        at = package.getinfo("xl/worksheets/sheet1.xml").header_offset
    data[at + 500] ^= 0xFF
    path = new_path(".xlsx")
    path.write_bytes(data)
    assert refusal(read, path).rule == "corrupt-file"


def test_documents_that_declare_their_type_are_refused(ods_file: Make, edited: Make, read: Read) -> None:
    laughs = b'<!DOCTYPE a [<!ENTITY b "ha"><!ENTITY c "&b;&b;&b;&b;">]><office:document-content'
    path = edited(ods_file(TEXTS), "content.xml", lambda xml: xml.replace(b"<office:document-content", laughs))
    error = refusal(read, path)
    assert (error.rule, error.extra["value"]) == ("corrupt-file", "DOCTYPE")


def test_ods_under_a_password(ods_file: Make, read: Read) -> None:
    path = ods_file(TEXTS, manifest="<manifest:encryption-data/>")
    assert refusal(read, path).rule == "password-protected"


def test_limits_fit_what_spreadsheets_hold() -> None:
    assert (markup.MAX_ROWS, delimited.MAX_COLUMNS) == (1_048_576, 16_384)
    assert workbook.MAX_CELLS * 32 < 1 << 30
