from __future__ import annotations

import csv
import zipfile
from pathlib import Path

import pytest

from gse_skills.errors import InputError, TooLargeError
from gse_skills.framework import table
from gse_skills.framework.table import tables


def test_rows_carry_their_number_and_no_byte_order_mark(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("\ufeffx,y\n1,\n2\n", encoding="utf-8")
    assert list(tables(tmp_path)["a.csv"].rows("x")) == [(2, {"x": "1", "y": ""}), (3, {"x": "2", "y": ""})]


def test_an_unpacked_table_comes_before_one_in_a_zip_file(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        archive.writestr("inner/a.csv", "x\npacked\n")
        archive.writestr("b.csv", "x\npacked\n")
    (tmp_path / "a.csv").write_text("x\nloose\n", encoding="utf-8")
    found = tables(tmp_path)
    assert {name: next(found[name].rows())[1]["x"] for name in found} == {"a.csv": "loose", "b.csv": "packed"}


def test_long_fields_are_read_and_the_limit_is_put_back(tmp_path: Path) -> None:
    before = csv.field_size_limit()
    (tmp_path / "a.csv").write_text("x\n" + "y" * 200_000 + "\n", encoding="utf-8")
    assert [len(row["x"]) for _, row in tables(tmp_path)["a.csv"].rows()] == [200_000]
    assert csv.field_size_limit() == before


@pytest.mark.parametrize("packed", [False, True])
def test_a_table_that_is_too_large_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: bool) -> None:
    monkeypatch.setattr(table, "LARGEST_MEMBER", 1_000)
    text = "x\n" + "0\n" * 1_000
    if packed:
        with zipfile.ZipFile(tmp_path / "a.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("a.csv", text)
    else:
        (tmp_path / "a.csv").write_text(text, encoding="utf-8")
    with pytest.raises(TooLargeError) as caught:
        next(tables(tmp_path)["a.csv"].rows())
    assert caught.value.rule == "table-too-large"


def test_a_damaged_zip_file_is_refused(tmp_path: Path) -> None:
    source = tmp_path / "a.zip"
    with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a.csv", "x\n" + "".join(f"{number}\n" for number in range(5_000)))
    whole = bytearray(source.read_bytes())
    whole[200:260] = bytes(60)
    source.write_bytes(whole)
    with pytest.raises(InputError) as caught:
        list(tables(source)["a.csv"].rows())
    assert caught.value.rule == "bad-zip"
