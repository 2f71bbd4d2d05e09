"""A difference as people, machines and RDF tools get it, and as a concept's timeline."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pyoxigraph as ox
import pytest
from rdflib import Graph

from gse_skills.cli import main
from gse_skills.errors import InputError
from gse_skills.framework import Framework, Scheme
from gse_skills.framework.difference import (
    Difference,
    DifferenceBody,
    compare,
    lines,
    notes,
    release_of,
    sentence,
    timeline,
    write_notes,
)
from gse_skills.vocabulary import DCTERMS, FRAMEWORK, PROV, SKOS, XSD

DATA = Path(__file__).parents[1] / "data" / "framework"
FOLDER = DATA / "difference"
OLD, NEW = FOLDER / "old.ttl", FOLDER / "new.ttl"


def triples(path: Path) -> tuple[ox.Triple, ...]:
    return tuple(quad.triple for quad in ox.parse(path=path))


@pytest.fixture(scope="module")
def found() -> Difference:
    return compare(triples(OLD), triples(NEW))


def test_the_text_is_as_expected(found: Difference) -> None:
    assert [*lines(found)] == (FOLDER / "difference.txt").read_text("utf-8").splitlines()


def test_the_text_of_nothing_says_so(found: Difference) -> None:
    same = [*lines(compare(triples(OLD), triples(OLD)))]
    assert same == ["Old: Small framework, version 0.1.0, 2026-01-10", "New: Small framework, version 0.1.0, 2026-01-10", "", "Nothing changed."]  # fmt: skip


def test_the_text_says_when_the_schemes_are_not_the_same_one(found: Difference) -> None:
    text = [*lines(compare(triples(OLD), triples(DATA / "foreign.ttl")))]
    assert any(
        line.startswith("These are different schemes: https://w3id.org/gse-skills/framework and ") for line in text
    )
    assert next(lines(compare((), triples(OLD)))) == "Old: a scheme without a name"


def test_a_release_tells_itself_without_a_comparison(found: Difference) -> None:
    assert release_of(triples(NEW)) == found.new
    assert release_of(Scheme("gse", "Another title", triples(OLD))).title == "Another title"


def test_the_json_has_the_documented_shape(found: Difference) -> None:
    body = json.loads(DifferenceBody.of(found).model_dump_json())
    assert [*body] == ["old", "new", "same", "counts", "faults", "schemes", "concepts", "resources"]
    assert body["new"] == {
        "scheme": "https://w3id.org/gse-skills/framework",
        "title": "Small framework",
        "version": "0.2.0",
        "version_iri": "https://w3id.org/gse-skills/framework/release/0.2.0",
        "modified": "2026-06-30",
    }
    assert (body["same"], body["counts"]["deprecated"]) == (False, 5)
    [role] = [one for one in body["concepts"] if one["subject"]["iri"] == FRAMEWORK["ROLE-01"]]
    skill = {"iri": FRAMEWORK["LIF-VIR-02"], "notation": "LIF-VIR-02", "label": "Serology"}
    assert role["changes"][0] == {
        "kind": "requirements",
        "property": "https://w3id.org/gse-skills/ontology#requires",
        "language": "",
        "before": [{"skill": skill, "level": "Expert", "essential": True}],
        "after": [{"skill": skill, "level": "Practitioner", "essential": True}],
    }
    [group] = [one for one in body["concepts"] if one["subject"]["notation"] == "LIF-VIR"]
    assert group["changes"][0]["after"] == [{"value": "Feiroleg", "language": "cy", "datatype": ""}]
    assert (group["kind"], group["domain"]["notation"], role["domain"]) == ("group", "LIF", None)


def test_the_json_reads_back_as_the_same_difference(found: Difference) -> None:
    body = DifferenceBody.of(found)
    assert DifferenceBody.model_validate_json(body.model_dump_json()) == body


def test_the_notes_are_as_expected_and_the_same_bytes_each_time(found: Difference, tmp_path: Path) -> None:
    write_notes(found, tmp_path / "notes.ttl", triples(NEW))
    assert (tmp_path / "notes.ttl").read_bytes() == (FOLDER / "notes.ttl").read_bytes()


@pytest.mark.parametrize("ending", ["nt", "ttl", "rdf", "jsonld", "trig"])
def test_the_notes_are_the_same_in_every_syntax(found: Difference, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"notes.{ending}"
    write_notes(found, path)
    assert set(triples(path)) == set(notes(found))
    first = path.read_bytes()
    write_notes(found, path)
    assert path.read_bytes() == first


def test_other_tools_read_the_notes_as_well(found: Difference) -> None:
    graph = Graph().parse(FOLDER / "notes.ttl")
    assert len(graph) == len(notes(found))


def test_an_unknown_syntax_is_refused(found: Difference, tmp_path: Path) -> None:
    with pytest.raises(InputError) as err:
        write_notes(found, tmp_path / "notes.doc")
    assert err.value.rule == "rdf-format"
    assert not (tmp_path / "notes.doc").exists()


def said(found: tuple[ox.Triple, ...], subject: str, predicate: str) -> set[str]:
    return {
        one.object.value
        for one in found
        if one.subject == ox.NamedNode(subject)
        and one.predicate.value == predicate
        and not isinstance(one.object, ox.Triple)
    }


def test_notes_say_lineage_dates_and_versions(found: Difference) -> None:
    written = notes(found)
    ours, release = "https://w3id.org/gse-skills/framework", "https://w3id.org/gse-skills/framework/release/"
    assert said(written, FRAMEWORK["LIF-VIR-01"], PROV.wasDerivedFrom) == {
        FRAMEWORK["LIF-VIR-06"],
        FRAMEWORK["LIF-VIR-07"],
    }
    assert said(written, FRAMEWORK["LIF-VIR-04"], PROV.wasDerivedFrom) == {FRAMEWORK["LIF-VIR-03"]}
    assert said(written, f"{release}0.2.0", PROV.wasRevisionOf) == {f"{release}0.1.0"}
    assert said(written, FRAMEWORK["LIF-VIR-13"], DCTERMS.modified) == {"2026-06-30"}
    assert said(written, FRAMEWORK["LIF-VIR-12"], DCTERMS.modified) == set()
    assert said(written, FRAMEWORK["LIF-VIR-12"], SKOS.changeNote) == {
        "0.2.0, 2026-06-30: removed from beneath LIF-VIR Virology."
    }
    [summary] = said(written, ours, SKOS.changeNote)
    assert summary.startswith("0.2.0, 2026-06-30: added: 2; removed: 2; deprecated: 5;")


def test_a_concept_that_the_release_dates_itself_gets_no_second_date(found: Difference) -> None:
    concept, modified = ox.NamedNode(FRAMEWORK["LIF-VIR-13"]), ox.NamedNode(DCTERMS.modified)

    def dated(day: str) -> set[str]:
        stated = ox.Triple(concept, modified, ox.Literal(day, datatype=ox.NamedNode(XSD.date)))
        return said(notes(found, [stated]), concept.value, DCTERMS.modified)

    assert dated("2026-06-30") == set()
    assert dated("2026-01-10") == {"2026-06-30"}


def test_a_release_takes_its_notes_in_without_a_further_difference(found: Difference) -> None:
    release = (*triples(NEW), *triples(FOLDER / "notes.ttl"))
    assert compare(triples(OLD), release) == found
    assert compare(triples(NEW), release).same
    assert Framework.from_triples({"gse": release}).iris == Framework.from_triples({"gse": triples(NEW)}).iris


def test_notes_without_a_version_begin_with_what_changed() -> None:
    bare = ox.Triple(
        ox.NamedNode("urn:a"),
        ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
        ox.NamedNode(SKOS.Concept),
    )
    assert notes(compare((), [bare])) == (
        ox.Triple(bare.subject, ox.NamedNode(SKOS.changeNote), ox.Literal("Added.", language="en")),
    )
    assert notes(compare([bare], [bare])) == ()


def test_a_timeline_tells_a_life_release_by_release(found: Difference) -> None:
    third = (
        *(one for one in triples(NEW) if one.object != ox.Literal("0.2.0")),
        *triples(DATA / "difference" / "third.ttl"),
    )
    chain = (found, compare(triples(NEW), third))
    events = timeline(FRAMEWORK["LIF-VIR-04"], chain)
    assert [(event.release.version, event.release.modified, str(event)) for event in events] == [
        ("0.2.0", datetime.date(2026, 6, 30), "added beneath LIF-VIR Virology"),
        ("0.2.0", datetime.date(2026, 6, 30), "takes the place of LIF-VIR-03 Vaccines"),
        ("0.3.0", datetime.date(2026, 12, 31), "deprecated in favour of LIF-VIR-05 Vaccine trials"),
        ("0.3.0", datetime.date(2026, 12, 31), "merged with others into LIF-VIR-05 Vaccine trials"),
    ]
    assert timeline(FRAMEWORK["CHE-ANA-01"], chain) == ()
    assert timeline(FRAMEWORK["NONE"], chain) == ()


def test_every_change_has_words_of_its_own(found: Difference) -> None:
    told = [sentence(change) for one in found.concepts for change in one.changes]
    assert all(told)
    assert len(set(told)) > len(told) // 2


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as end:
        main(["framework", "diff", *(str(word) for word in words)])
    out, err = capsys.readouterr()
    return int(end.value.code or 0), out, err


def test_the_command_tells_the_difference(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    code, out, err = run(capsys, OLD, NEW, "--rdf", tmp_path / "notes.ttl")
    assert (code, err) == (1, "")
    assert out == (FOLDER / "difference.txt").read_text("utf-8")
    assert (tmp_path / "notes.ttl").read_bytes() == (FOLDER / "notes.ttl").read_bytes()


def test_the_command_speaks_json(capsys: pytest.CaptureFixture[str], found: Difference) -> None:
    code, out, _ = run(capsys, OLD, NEW, "--json")
    assert code == 1
    assert DifferenceBody.model_validate_json(out) == DifferenceBody.of(found)


def test_the_command_says_0_when_nothing_changed(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, DATA / "esco", DATA / "esco")
    assert (code, out.splitlines()[-1]) == (0, "Nothing changed.")


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        pytest.param((OLD, FOLDER / "none.ttl"), "no-such-source", id="no such file"),
        pytest.param((FOLDER / "difference.txt", NEW), "unknown-source", id="no scheme"),
        pytest.param((OLD, NEW, "--rdf", "notes.doc"), "rdf-format", id="unknown syntax"),
    ],
)
def test_the_command_says_2_when_the_input_is_wrong(
    capsys: pytest.CaptureFixture[str], words: tuple[object, ...], rule: str
) -> None:
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "")
    assert err.splitlines()[-1] == f"  Rule: {rule}"
