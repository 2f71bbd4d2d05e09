"""Each rule on a set in which nothing but its fault is planted, the SSSOM schema included."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from gse_skills.cli import main
from gse_skills.errors import UnavailableError
from gse_skills.framework import Framework, read_scheme, shipped
from gse_skills.framework.quality import Severity
from gse_skills.mapping import RULES, check, read, schema, shipped_paths
from gse_skills.sandbox import Sandbox

SHARED = Path(os.environ.get("GSE_SKILLS_SHARED_DATA", Path(__file__).parents[3] / "shared" / "data"))
OTHER = "https://example.org/other/"
CLEAN = """\
#curie_map:
#  fw: "https://w3id.org/gse-skills/framework/"
#  other: "https://example.org/other/"
#license: "https://example.org/licence"
#mapping_set_id: "https://example.org/mappings"
#mapping_set_version: "1"
#object_source: "https://example.org/other"
#subject_source: "https://w3id.org/gse-skills/framework"
subject_id\tsubject_label\tpredicate_id\tobject_id\tobject_label\tmapping_justification\tconfidence
fw:LIF-VIR\tVirology\tskos:exactMatch\tother:viruses\tViruses\tsemapv:MappingReview\t0.9
fw:LIF-TOX\tToxicology\tskos:closeMatch\tother:poisons\tPoisons\tsemapv:MappingReview\t0.8
"""
ROW = "\tsemapv:MappingReview\t0.8\n"
PLANTED = {
    "missing-metadata": ('#mapping_set_version: "1"\n', "", (0, "mapping_set_version")),
    "unknown-prefix": ("other:poisons", "others:poisons", (11, "object_id")),
    "unknown-predicate": ("skos:closeMatch", "skos:related", (11, "predicate_id")),
    "unknown-subject": ("fw:LIF-TOX\tToxicology", "fw:LIF-XXX\tToxicology", (11, "subject_id")),
    "unknown-object": ("other:poisons", "other:potions", (11, "object_id")),
    "deprecated-concept": ("other:poisons\tPoisons", "other:venoms\tVenoms", (11, "object_id")),
    "unreviewed-candidate": ("MappingReview\t0.8", "LexicalMatching\t0.8", (11, "mapping_justification")),
    "label-disagrees": ("\tToxicology", "\tToxics", (11, "subject_label")),
    "exact-and-other": (CLEAN[-1:], f"\nfw:LIF-VIR\t\tskos:relatedMatch\tother:viruses\t{ROW}", (12, "predicate_id")),
    "exact-twice": (CLEAN[-1:], f"\nfw:LIF-IMM\t\tskos:exactMatch\tother:viruses\t{ROW}", (12, "subject_id")),
    "repeated-mapping": (CLEAN[-1:], f"\nfw:LIF-TOX\t\tskos:closeMatch\tother:poisons\t{ROW}", (12, "predicate_id")),
    "several-relations": (CLEAN[-1:], f"\nfw:LIF-TOX\t\tskos:relatedMatch\tother:poisons\t{ROW}", (12, "predicate_id")),
    "many-close": (CLEAN[-1:], f"\nfw:LIF-TOX\t\tskos:closeMatch\tother:viruses\t{ROW}", (11, "subject_id")),
}
ALONGSIDE = {"repeated-mapping": {"many-close"}, "exact-twice": {"many-close"}}
"""What a fault cannot but bring with it."""


@pytest.fixture(scope="module")
def framework(tmp_path_factory: pytest.TempPathFactory) -> Framework:
    """Our own framework and a scheme of three concepts, one of them deprecated."""
    path = tmp_path_factory.mktemp("other") / "other.ttl"
    path.write_text(OTHER_SCHEME, "utf-8")
    with Sandbox() as sandbox:
        return Framework.from_triples({**shipped(), "other": read_scheme(path, sandbox).triples})


OTHER_SCHEME = f"""
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
<{OTHER}viruses> a skos:Concept ; skos:prefLabel "Viruses"@en .
<{OTHER}poisons> a skos:Concept ; skos:prefLabel "Poisons"@en .
<{OTHER}venoms> a skos:Concept ; skos:prefLabel "Venoms"@en ; <http://www.w3.org/2002/07/owl#deprecated> true .
"""


def planted(text: str, folder: Path) -> Path:
    path = folder / "planted.sssom.tsv"
    path.write_text(text, "utf-8")
    return path


def found(text: str, folder: Path, framework: Framework) -> dict[str, list[tuple[int, str]]]:
    """The findings of our own rules, as places by rule."""
    places: dict[str, list[tuple[int, str]]] = {}
    for one in check(read(planted(text, folder)), framework):
        places.setdefault(one.rule.slug, []).append((one.line, one.column))
    return places


def test_nothing_is_found_where_nothing_is_wrong(tmp_path: Path, framework: Framework) -> None:
    assert found(CLEAN, tmp_path, framework) == {}
    assert schema.validate(planted(CLEAN, tmp_path)) == ()


def test_every_rule_has_its_planted_fault() -> None:
    assert {*PLANTED, "sssom-schema"} == set(RULES)


@pytest.mark.parametrize(
    ("good", "bad", "place"),
    [
        ("\t0.8\n", "\t8\n", (11, "confidence", "8.0")),
        ("\t0.8\n", "\tquite\n", (11, "", "")),
        ("MappingReview\t0.8", "Guessing\t0.8", (11, "mapping_justification", "semapv:Guessing")),
        ("#curie_map:", "#mapping_date: 3\n#curie_map:", (0, "", "")),
    ],
    ids=["above-one", "no-number", "no-justification", "unreadable"],
)
def test_the_sssom_schema_is_held_to(good: str, bad: str, place: tuple[int, str, str], tmp_path: Path) -> None:
    findings = schema.validate(planted(CLEAN.replace(good, bad), tmp_path))
    assert {(one.line, one.column, one.value) for one in findings} == {place}
    assert {one.rule.slug for one in findings} == {"sssom-schema"}


@pytest.mark.parametrize("rule", PLANTED)
def test_a_planted_fault_is_found_where_it_is(rule: str, tmp_path: Path, framework: Framework) -> None:
    good, bad, place = PLANTED[rule]
    text = f"{CLEAN[:-1]}{bad}" if good == "\n" else CLEAN.replace(good, bad)
    assert text != CLEAN
    places = found(text, tmp_path, framework)
    assert place in places[rule]
    assert set(places) <= {rule, *ALONGSIDE.get(rule, ())}


def test_exact_matches_hold_from_one_to_the_next(tmp_path: Path, framework: Framework) -> None:
    text = (
        CLEAN
        + f"fw:LIF-VIR\t\tskos:exactMatch\thttps://example.net/virology\t{ROW}"
        + f"fw:LIF-IMM\t\tskos:exactMatch\thttps://example.net/virology\t{ROW}"
        + f"fw:LIF-IMM\t\tskos:broadMatch\tother:viruses\t{ROW}"
    )
    places = found(text, tmp_path, framework)
    assert places["exact-and-other"] == [(14, "predicate_id")]
    assert places["exact-twice"] == [(13, "subject_id")]


def test_objects_of_a_scheme_that_is_not_at_hand_are_taken_as_they_are(tmp_path: Path) -> None:
    own = Framework.from_triples(shipped())
    assert found(CLEAN.replace("other:poisons", "other:potions"), tmp_path, own) == {}


def test_a_missing_sssom_package_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(schema, "installed", lambda: False)
    with pytest.raises(UnavailableError) as caught:
        schema.validate(tmp_path)
    assert caught.value.rule == "sssom-missing"


@pytest.mark.parametrize("path", shipped_paths(), ids=lambda path: path.name)
def test_the_shipped_sets_have_neither_errors_nor_warnings(path: Path, framework: Framework) -> None:
    findings = (*schema.validate(path), *check(read(path), framework))
    assert [one for one in findings if one.rule.severity is not Severity.NOTE] == []


@pytest.mark.shared
def test_the_shipped_sets_name_what_the_other_schemes_hold() -> None:
    sources = [SHARED / "esco", SHARED / "gdd-capability-framework"]
    if missing := [str(source) for source in sources if not source.is_dir()]:
        reason = f"not there: {', '.join(missing)}"
        if os.environ.get("GSE_SKILLS_REQUIRE_ALL") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    with Sandbox() as sandbox:
        schemes = [read_scheme(source, sandbox) for source in sources]
    framework = Framework.from_triples({**shipped(), **{scheme.slug: scheme.triples for scheme in schemes}})
    for path in shipped_paths():
        mapping_set = read(path)
        assert all(mapping.object in framework for mapping in mapping_set.mappings)
        findings = check(mapping_set, framework)
        assert [one for one in findings if one.rule.severity is not Severity.NOTE] == []


def run(*arguments: str) -> int:
    """The exit code."""
    with pytest.raises(SystemExit) as ended:
        main(["map", *arguments])
    assert isinstance(ended.value.code, int)
    return ended.value.code


def test_the_command_tells_place_value_rule_and_remedy(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other, mine = tmp_path / "other.ttl", tmp_path / "mine.sssom.tsv"
    other.write_text(OTHER_SCHEME, "utf-8")
    mine.write_text(CLEAN.replace("other:poisons", "other:potions"), "utf-8")
    assert run("check", str(mine), "--against", str(other)) == 1
    text = capsys.readouterr().out
    assert "error: unknown-object (1)" in text
    assert f"line 11, object_id: {OTHER}potions: Its scheme has no concept {OTHER}potions." in text
    assert run("check", str(mine), "--against", str(other), "--json") == 1
    (told,) = json.loads(capsys.readouterr().out)["items"]
    assert told["counts"] == {"error": 1, "warning": 0, "note": 0}
    (finding,) = told["findings"]
    assert (finding["line"], finding["column"], finding["rule"]) == (11, "object_id", "unknown-object")
    assert finding["value"] == f"{OTHER}potions"
    assert finding["remedy"] == RULES["unknown-object"].remedy


def test_a_file_that_is_not_there_is_wrong_input(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check", "nowhere.sssom.tsv", "--json") == 2
    assert json.loads(capsys.readouterr().err)["rule"] == "no-such-mappings"


def test_the_shipped_sets_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("list", "--json") == 0
    items = json.loads(capsys.readouterr().out)["items"]
    assert [item["name"] for item in items] == [path.name.partition(".")[0] for path in shipped_paths()]
    assert all(sum(item["relations"].values()) == item["mappings"] for item in items)
    assert run("list") == 0
    assert "gse-to-esco" in capsys.readouterr().out
