"""Candidates for a local list and for another scheme; what is written reads back; what may be kept."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from gse_skills.errors import InputError
from gse_skills.framework import Framework, read_scheme, shipped, shipped_scheme
from gse_skills.framework.quality import Severity
from gse_skills.imports.sheet import Row, SheetHeader, SheetReading
from gse_skills.mapping import Mapping, MappingSet, Matcher, check, judged, read, read_phrases, schema, written
from gse_skills.mapping.mapping import CANDIDATE, LIKENESS, NAMES, REVIEWED
from gse_skills.sandbox import Sandbox
from gse_skills.vocabulary import FRAMEWORK, SKOS

OTHER = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix o: <https://example.org/other/> .
o: a skos:ConceptScheme ; skos:prefLabel "Other"@en ; skos:hasTopConcept o:a , o:b .
o:a a skos:Concept ; skos:prefLabel "Virus science"@en ; skos:altLabel "virology"@en ; skos:inScheme o: .
o:b a skos:Concept ; skos:prefLabel "Knitting"@en ; skos:inScheme o: .
o:c a skos:Concept ; skos:prefLabel "Virology"@en ; skos:inScheme o: ;
    <http://www.w3.org/2002/07/owl#deprecated> true .
"""


@pytest.fixture(scope="module")
def matcher() -> Matcher:
    return Matcher(shipped_scheme())


@pytest.fixture(scope="module")
def framework() -> Framework:
    return Framework.from_triples(shipped())


def sheet(*rows: Sequence[str]) -> SheetReading:
    return SheetReading(SheetHeader("csv"), iter(Row(number, tuple(cells)) for number, cells in enumerate(rows, 1)))


def by_object(mapping_set: MappingSet) -> dict[str, list[Mapping]]:
    found: dict[str, list[Mapping]] = {}
    for one in mapping_set.mappings:
        found.setdefault(one.object_label, []).append(one)
    return found


def test_phrases_are_told_from_what_surrounds_them() -> None:
    rows = (("Team list",), ("Person", "Skill"), ("a", "PCR"), ("b", "pcr "), ("c", ""), ("d",), ("e", "C++"))
    assert read_phrases(sheet(*rows)) == ("PCR", "C++")
    assert read_phrases(sheet(*rows), "person") == ("a", "b", "c", "d", "e")
    assert read_phrases(sheet(("PCR",), ("Virology",))) == ("PCR", "Virology")


@pytest.mark.parametrize(
    ("rows", "column", "rule"),
    [
        ([("Who", "What"), ("a", "PCR")], "", "which-column"),
        ([("Who", "What"), ("a", "PCR")], "Skill", "no-such-column"),
        ([("Skill",), ("x" * 501,)], "", "text-too-long"),
    ],
)
def test_a_table_that_does_not_tell_is_refused(rows: list[Sequence[str]], column: str, rule: str) -> None:
    with pytest.raises(InputError) as refused:
        read_phrases(sheet(*rows), column)
    assert refused.value.rule == rule
    assert refused.value.remedy


def test_a_name_is_told_from_a_likeness(matcher: Matcher) -> None:
    phrases = ("Virology", "virolgy", "zzzzqqqq", "Feiroleg")
    found = matcher.phrases("team", phrases, "team.csv", most=2, least=0.3)
    assert found.unmatched == ("zzzzqqqq",)
    rows = by_object(found.mapping_set)
    exact = rows["Virology"][0]
    assert (exact.subject, exact.predicate, exact.justification) == (f"{FRAMEWORK}LIF-VIR", SKOS.exactMatch, NAMES)
    assert exact.comment.startswith("Studies viruses")
    alike = rows["virolgy"][0]
    assert (alike.subject, alike.predicate, alike.justification) == (f"{FRAMEWORK}LIF-VIR", SKOS.closeMatch, LIKENESS)
    # Its name in Welsh; but two terms of one list cannot both be the same as ours.
    assert rows["Feiroleg"][0].predicate == SKOS.closeMatch
    assert rows["Feiroleg"][0].justification == NAMES
    assert all(len(several) <= 2 for several in rows.values())


def test_another_scheme_is_matched_by_all_its_names(matcher: Matcher, tmp_path: Path) -> None:
    path = tmp_path / "other.ttl"
    path.write_text(OTHER, "utf-8")
    with Sandbox() as sandbox:
        found = matcher.scheme("gse-to-other", read_scheme(path, sandbox), most=1, least=0.9)
    assert found.unmatched == ("Knitting",)
    (row,) = found.mapping_set.mappings
    assert (row.subject, row.predicate, row.object) == (
        f"{FRAMEWORK}LIF-VIR",
        SKOS.closeMatch,
        "https://example.org/other/a",
    )
    assert found.mapping_set.object_source == "https://example.org/other/"


def test_our_own_framework_is_not_matched_to_itself(matcher: Matcher) -> None:
    with pytest.raises(InputError) as refused:
        matcher.scheme("x", shipped_scheme(), most=1, least=0.9)
    assert refused.value.rule == "own-framework"


def test_what_is_written_reads_back_and_holds_to_the_schema(
    matcher: Matcher, framework: Framework, tmp_path: Path
) -> None:
    phrases = ("Virology", "C++ programming", "a\ttab", "100% “quoted”", "PCR: testing")
    made = matcher.phrases("team-list", phrases, "list.csv", most=3, least=0.2).mapping_set
    path = tmp_path / "team-list.sssom.tsv"
    path.write_text(written(made), "utf-8", newline="")
    again = read(path)
    flat = [replace(row, object_label=" ".join(row.object_label.split())) for row in made.mappings]
    assert [replace(row, line=0) for row in again.mappings] == flat
    assert replace(again, mappings=()) == replace(made, mappings=())
    assert schema.validate(path) == ()
    assert not [one for one in check(again, framework) if one.rule.severity is Severity.ERROR]


def test_a_candidate_is_kept_only_when_somebody_has_reviewed_it(matcher: Matcher, framework: Framework) -> None:
    made = matcher.phrases("team-list", ("Virology",), "list.csv", most=1, least=0.5).mapping_set
    with pytest.raises(InputError) as refused:
        judged(made, framework, reviewed=False)
    assert refused.value.rule == "unreviewed-candidate"
    findings = refused.value.extra["findings"]
    assert isinstance(findings, list)
    (told,) = findings
    assert {"line", "column", "value", "rule", "remedy"} <= told.keys()
    kept, left = judged(made, framework, reviewed=True)
    assert [row.justification for row in kept.mappings] == [REVIEWED]
    assert not [one for one in left if one.value in CANDIDATE]


@pytest.mark.parametrize(
    ("name", "rule"),
    [("Team list", "bad-mapping-name"), ("", "bad-mapping-name"), ("gse-to-esco", "shipped-mapping-set")],
)
def test_a_set_has_a_name_of_its_own(name: str, rule: str, matcher: Matcher, framework: Framework) -> None:
    made = matcher.phrases("team-list", ("Virology",), "list.csv", most=1, least=0.5).mapping_set
    with pytest.raises(InputError) as refused:
        judged(replace(made, name=name), framework, reviewed=True)
    assert refused.value.rule == rule


def test_a_row_that_denies_is_no_mapping(tmp_path: Path, matcher: Matcher) -> None:
    made = matcher.phrases("team-list", ("Virology", "Toxicology"), "list.csv", most=1, least=0.9).mapping_set
    lines = written(made).splitlines()
    start = next(number for number, line in enumerate(lines) if not line.startswith("#"))
    for number, modifier in ((start, "predicate_modifier"), (start + 1, "Not"), (start + 2, "")):
        lines[number] += f"\t{modifier}"
    path = tmp_path / "team-list.sssom.tsv"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    assert [row.object_label for row in read(path).mappings] == ["Toxicology"]
    assert schema.validate(path) == ()
