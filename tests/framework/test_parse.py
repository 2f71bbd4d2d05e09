from __future__ import annotations

from pathlib import Path

import pyoxigraph as ox
import pytest

from gse_skills.errors import InputError
from gse_skills.framework import parse


def emitted(path: Path, **args: object) -> list[bytes]:
    chunks: list[bytes] = []
    parse.run({"path": str(path), **args}, chunks.append)
    return chunks


def test_chunks_are_whole_lines_and_hold_every_triple(tmp_path: Path) -> None:
    source = tmp_path / "many.ttl"
    count = 2 * parse.CHUNK + 7
    source.write_text("".join(f'<urn:s{number}> <urn:p> "a\\nb" .\n' for number in range(count)), encoding="utf-8")
    chunks = emitted(source)
    assert len(chunks) == 3
    assert all(chunk.endswith(b"\n") for chunk in chunks)
    assert len(list(ox.parse(b"".join(chunks), format=ox.RdfFormat.N_TRIPLES))) == count


def test_graph_names_are_left_out(tmp_path: Path) -> None:
    source = tmp_path / "graphs.nq"
    source.write_text("<urn:a> <urn:b> <urn:c> <urn:g> .\n<urn:a> <urn:b> <urn:d> .\n", encoding="utf-8")
    assert emitted(source) == [b"<urn:a> <urn:b> <urn:c> .\n<urn:a> <urn:b> <urn:d> .\n"]


def test_the_format_may_be_told(tmp_path: Path) -> None:
    source = tmp_path / "upload"
    source.write_text("<urn:a> a <urn:b> .", encoding="utf-8")
    assert emitted(source, format="text/turtle") == emitted(source, format="ttl")
    with pytest.raises(InputError) as caught:
        emitted(source)
    assert caught.value.rule == "rdf-format"


def test_a_fault_says_its_line(tmp_path: Path) -> None:
    source = tmp_path / "broken.ttl"
    source.write_text("<urn:a> a <urn:b> .\n<urn:a> a \n.\n", encoding="utf-8")
    with pytest.raises(InputError) as caught:
        emitted(source)
    assert (caught.value.rule, caught.value.extra["line"]) == ("rdf-syntax", 3)


def test_an_empty_file_emits_nothing(tmp_path: Path) -> None:
    source = tmp_path / "empty.ttl"
    source.touch()
    assert emitted(source) == []
