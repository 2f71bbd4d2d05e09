"""Every shape: what is valid passes, and a planted fault fires the rule that its file is named after, and no other."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from rdflib import Graph

from gse_skills.framework.shapes import Finding, Kind, rules, validate
from gse_skills.resources import folder

_DATA = Path(__file__).parent.parent / "data" / "ontology"
_ALSO = re.compile(r"^# Also fires: ([a-z-]+)", re.MULTILINE)


def _valid(kind: Kind) -> Graph:
    return Graph() + _parsed(kind)


@cache
def _parsed(kind: Kind) -> Graph:
    """The valid examples; nobody alters them."""
    graph = Graph()
    for file in sorted((_DATA / kind.name.lower() / "valid").glob("*.ttl")):
        graph.parse(file)
    return graph


def _faults(kind: Kind) -> list[Path]:
    return sorted((_DATA / kind.name.lower() / "invalid").glob("*.ttl"))


def _planted(kind: Kind, name: str) -> tuple[Finding, ...]:
    graph = _valid(kind)
    graph.parse(_DATA / kind.name.lower() / "invalid" / f"{name}.ttl")
    return validate(graph, kind)


@pytest.mark.parametrize("kind", Kind)
def test_valid_examples_have_no_finding(kind: Kind) -> None:
    graph = _valid(kind)
    assert len(graph) > 50
    assert validate(graph, kind) == ()


@pytest.mark.parametrize(
    ("kind", "file"), [pytest.param(kind, file, id=file.stem) for kind in Kind for file in _faults(kind)]
)
def test_planted_fault_fires_its_rule_alone(kind: Kind, file: Path) -> None:
    expected = {file.stem, *_ALSO.findall(file.read_text(encoding="utf-8"))}
    assert {finding.rule for finding in _planted(kind, file.stem)} == expected


@pytest.mark.parametrize("kind", Kind)
def test_every_rule_has_a_planted_fault(kind: Kind) -> None:
    assert {file.stem for file in _faults(kind)} == set(rules(kind))


def test_finding_says_what_where_and_what_mends_it() -> None:
    assert _planted(Kind.FRAMEWORK, "labels-overlap-hidden") == (
        Finding(
            focus="https://w3id.org/gse-skills/framework/LIF-VIR-09",
            rule="labels-overlap-hidden",
            path="skos:altLabel",
            value='"plaque counting"@en',
            severity="violation",
            message="An alternative label is a hidden label too.",
            remedy="Drop one.",
            shape="https://w3id.org/gse-skills/shapes#labels-overlap-hidden",
            component="http://www.w3.org/ns/shacl#DisjointConstraintComponent",
            see=("https://www.w3.org/TR/skos-reference/#S13",),
        ),
    )


def test_finding_writes_a_longer_path_as_sparql_does() -> None:
    [finding] = _planted(Kind.FRAMEWORK, "domain-without-group")
    assert finding.path == "^skos:broader"


def test_advice_is_a_warning_and_fault_a_violation() -> None:
    assert [finding.severity for finding in _planted(Kind.FRAMEWORK, "skill-few-labels")] == ["warning"]
    assert [finding.severity for finding in _planted(Kind.FRAMEWORK, "skill-broader-count")] == ["violation"]


def test_findings_come_in_one_order_and_once() -> None:
    graph = _valid(Kind.SOURCE)
    for file in _faults(Kind.SOURCE):
        graph.parse(file)
    findings = validate(graph, Kind.SOURCE)
    assert list(findings) == sorted(set(findings))
    assert findings == validate(Graph() + graph, Kind.SOURCE)


def test_validation_leaves_the_data_as_it_was() -> None:
    graph = _valid(Kind.SOURCE)
    before = set(graph)
    validate(graph, Kind.SOURCE)
    assert set(graph) == before


def test_shipped_framework_fits_its_shapes() -> None:
    shipped = Graph()
    for file in (*folder("ontology").glob("*.ttl"), *(folder("ontology") / "framework").glob("*.ttl")):
        if file.name != "gse-skills.ttl":
            shipped.parse(file)
    findings = validate(shipped, Kind.FRAMEWORK)
    assert [finding for finding in findings if finding.severity == "violation"] == []
    assert [finding for finding in findings if "/ROL-" in finding.focus or "/grade" in finding.focus] == []
