"""SSSOM/TSV files as they are read here, and as the sssom package reads the same file."""

from __future__ import annotations

import subprocess
import sys
import warnings
from pathlib import Path

import pytest

from gse_skills.errors import InputError
from gse_skills.mapping import MappingSet, read, shipped, shipped_paths
from gse_skills.vocabulary import FRAMEWORK, SKOS

HEAD = '#curie_map:\n#  fw: "https://w3id.org/gse-skills/framework/"\n#mapping_set_id: "https://example.org/m"\n'
TABLE = "subject_id\tpredicate_id\tobject_id\tmapping_justification\tconfidence\n"
ROW = "fw:LIF-VIR\tskos:exactMatch\thttps://example.org/virology\tsemapv:MappingReview\t0.75\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "mine.sssom.tsv"
    path.write_text(text, "utf-8")
    return path


def test_a_row_is_read_with_its_place_and_whole_iris(tmp_path: Path) -> None:
    found = read(written(tmp_path, HEAD + TABLE + ROW + ROW.replace("0.75", "quite")))
    assert (found.name, found.iri, found.version) == ("mine", "https://example.org/m", "")
    first, second = found.mappings
    assert (first.subject, first.predicate, first.object) == (
        FRAMEWORK["LIF-VIR"],
        SKOS.exactMatch,
        "https://example.org/virology",
    )
    assert first.justification == "https://w3id.org/semapv/vocab/MappingReview"
    assert (first.confidence, second.confidence) == (0.75, None)
    assert (first.line, second.line) == (5, 6)


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        (TABLE + ROW, "mapping-header"),
        ("#curie_map: [\n" + TABLE + ROW, "mapping-header"),
        (HEAD + TABLE.replace("object_id", "object") + ROW, "mapping-columns"),
        (HEAD, "mapping-columns"),
    ],
)
def test_a_file_that_is_none_is_refused(text: str, rule: str, tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        read(written(tmp_path, text))
    assert caught.value.rule == rule


def test_what_is_no_text_or_is_not_there_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "bytes.sssom.tsv"
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.rule == "no-such-mappings"
    path.write_bytes(b"#license: \xff\n")
    with pytest.raises(InputError) as caught:
        read(path)
    assert caught.value.rule == "mapping-file"


@pytest.mark.parametrize("path", shipped_paths(), ids=lambda path: path.name)
def test_the_sssom_package_reads_the_same(path: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # pandas on how the package uses it
        from sssom.parsers import parse_sssom_table

        theirs = parse_sssom_table(path)
    ours = read(path)
    columns = zip(theirs.df["subject_id"], theirs.df["predicate_id"], theirs.df["object_id"], strict=True)
    rows = {tuple(map(theirs.converter.expand, row)) for row in columns}
    assert rows == {(mapping.subject, mapping.predicate, mapping.object) for mapping in ours.mappings}
    assert len(theirs.df) == len(ours.mappings)
    assert set(theirs.df["object_label"]) == {mapping.object_label for mapping in ours.mappings}
    assert (theirs.metadata["mapping_set_id"], theirs.metadata["license"]) == (ours.iri, ours.license)


def test_the_shipped_sets_are_as_large_as_promised() -> None:
    sets: dict[str, MappingSet] = {one.name: one for one in shipped()}
    assert len(sets["gse-to-ddat"].mappings) >= 60
    assert len(sets["gse-to-esco"].mappings) >= 400
    assert any(mapping.predicate == SKOS.exactMatch for mapping in sets["gse-to-esco"].mappings)


def test_a_start_does_not_import_the_heavy_package() -> None:
    code = "import sys, gse_skills.register; sys.exit('sssom' in sys.modules or 'pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
