"""The spreadsheet template: what it takes, what it refuses, and that nothing is lost on the way there and back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gse_skills.errors import GseSkillsError, InputError
from gse_skills.framework import Framework, Scheme, read_scheme, shipped
from gse_skills.framework.difference import compare
from gse_skills.framework.export import Form, empty_template, export
from gse_skills.framework.export.spreadsheet import write_csv
from gse_skills.framework.export.tabulation import tabulate
from gse_skills.framework.template import Heading, Row, Sheet, split_heading
from gse_skills.framework.template_reader import SheetReader
from gse_skills.sandbox import Sandbox
from gse_skills.vocabulary import DCTERMS, GSE, OWL, RDF, SKOS, XSD

TABULAR = [form for form in Form if form.tabular]
IRI = "https://example.org/scheme"
Rows = dict[str, list[dict[str, str]]]

SOUND: Rows = {
    "Scheme": [{"Property": "IRI", "Value": IRI}, {"Property": "Title", "Value": "Example", "Language": "en"}],
    "Domains": [{"Notation": "SEA", "Preferred label (en)": "Sea science", "Preferred label (cy)": "Gwyddor môr"}],
    "Groups": [{"Notation": "SEA-TID", "Parent": "SEA", "Preferred label (en)": "Tides", "Expert (en)": "Leads."}],
    "Skills": [
        {
            "Notation": "SEA-TID-01",
            "Parent": "SEA-TID",
            "Preferred label (en)": "Tide gauges",
            "Alternative labels (en)": r"sea level | either\|or",
            "Themes": "sensing",
        },
        {"Notation": "SEA-TID-02", "Parent": "SEA-TID", "Preferred label (en)": "Surges", "Deprecated": "yes"},
    ],
    "Roles": [{"Notation": "R1", "Preferred label (en)": "Tide scientist", "Category": "Specialist", "Grade": "SEO"}],
    "Requirements": [{"Role": "R1", "Skill": "SEA-TID-01", "Level": "Working", "Importance": "Desirable"}],
}


def sheets(rows: Rows) -> list[Sheet]:
    """Sheets of these rows, every row with the columns that it names."""
    found = []
    for name, cells in rows.items():
        headings = list(dict.fromkeys(Heading(*split_heading(heading)) for row in cells for heading in row))
        filled = (
            Row(number, {Heading(*split_heading(heading)): value for heading, value in row.items() if value})
            for number, row in enumerate(cells, 2)
        )
        found.append(Sheet(name, tuple(filled), {heading: place for place, heading in enumerate(headings)}))
    return found


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with Sandbox() as found:
        yield found


@pytest.fixture(scope="module")
def own() -> tuple[ox.Triple, ...]:
    return shipped()["gse"]


@pytest.mark.parametrize("form", TABULAR)
def test_our_framework_comes_back_the_same(
    form: Form, own: tuple[ox.Triple, ...], sandbox: Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / f"whatever.{form.value}"
    path.write_bytes(export(own, form))
    back = read_scheme(path, sandbox)
    assert (back.slug, back.title, back.notes) == ("gse", "GSE Skills framework (independent draft)", ())
    assert set(back.triples) == set(own)
    assert compare(own, back).same


@pytest.mark.parametrize("form", TABULAR)
def test_texts_that_spreadsheets_spoil_come_back_as_they_were(form: Form, sandbox: Sandbox, tmp_path: Path) -> None:
    nasty = ("=1+1", "+44", "-x", "@SUM(A1)", "'=1", "'tis", "a|b", "a\\b", "a\nb", "a  b", "1.10", "TRUE", "<&>\"'")
    texts = [ox.Triple(ox.NamedNode(f"{IRI}/A"), ox.NamedNode(SKOS.altLabel), ox.Literal(text)) for text in nasty]
    definition = ox.Triple(ox.NamedNode(f"{IRI}/A"), ox.NamedNode(SKOS.definition), ox.Literal("=cmd|' /C calc'!A0"))
    reader = SheetReader(sheets(SOUND | {"Concepts": [{"Notation": "A", "Preferred label (en)": "=A"}]}))
    before = Scheme("x", "", (*reader.pen.triples, *texts, definition))
    path = tmp_path / f"nasty.{form.value}"
    path.write_bytes(export(before.triples, form))
    assert set(read_scheme(path, sandbox).triples) == set(before.triples)


def test_what_has_no_column_is_stated_in_full() -> None:
    reader = SheetReader(sheets(SOUND))
    odd = ox.Triple(ox.NamedNode(f"{IRI}/SEA"), ox.NamedNode(SKOS.example), ox.Literal("Buoys", language="en"))
    *_, others = tabulate(Scheme("x", "", (*reader.pen.triples, odd)).triples)
    assert [dict(row.cells) for row in others.rows] == [
        {
            Heading("Subject"): f"{IRI}/SEA",
            Heading("Property"): SKOS.example,
            Heading("Value"): "Buoys",
            Heading("Language"): "en",
        }
    ]


def test_what_a_row_says() -> None:
    reader = SheetReader(sheets(SOUND))
    assert reader.faults == []
    framework = Framework.from_triples({"x": Scheme("x", "", reader.pen.triples).triples, **shipped()})
    skill = framework.concept(f"{IRI}/SEA-TID-01")
    assert (skill.kind, skill.pref_label, skill.alt_labels) == ("skill", "Tide gauges", ("either|or", "sea level"))
    assert skill.themes == ("https://w3id.org/gse-skills/theme/sensing",)
    assert framework.concept(f"{IRI}/SEA-TID-02").deprecated
    assert framework.concept(f"{IRI}/SEA").label("cy") == "Gwyddor môr"
    assert framework.top_concepts("x") == (f"{IRI}/SEA",)
    role = framework.role(f"{IRI}/R1")
    assert role.category is not None
    assert role.grade is not None
    assert (role.category.label, role.grade.notation) == ("Specialist", "SEO")
    [need] = role.requirements
    assert need.level is not None
    assert (need.skill, need.level.label, need.essential) == (f"{IRI}/SEA-TID-01", "Working", False)


def changed(sheet: str, number: int, **cells: str) -> Rows:
    """The sound template with other cells in one row."""
    rows = [dict(row) for row in SOUND[sheet]]
    rows[number] |= {name.replace("_", " "): value for name, value in cells.items()}
    return {**SOUND, sheet: rows}


@pytest.mark.parametrize(
    ("rule", "rows", "place"),
    [
        ("no-scheme-iri", changed("Scheme", 0, Value=""), ("Scheme", 1)),
        ("bad-iri", changed("Scheme", 0, Value="example"), ("Scheme", 2)),
        ("unknown-property", changed("Scheme", 1, Property="Titel"), ("Scheme", 3)),
        ("bad-date", changed("Scheme", 1, Property="Created", Value="31/01/2026", Language=""), ("Scheme", 3)),
        ("bad-language", changed("Scheme", 1, Language="in English"), ("Scheme", 3)),
        ("bad-iri", changed("Scheme", 1, Property="Publisher name"), ("Scheme", 3)),
        ("no-name", changed("Skills", 0, Notation=""), ("Skills", 2)),
        ("bad-notation", changed("Skills", 1, Notation="tide two"), ("Skills", 3)),
        ("duplicate-notation", changed("Skills", 1, Notation="SEA-TID-01"), ("Skills", 3)),
        ("no-label", {**SOUND, "Concepts": [{"Notation": "X"}]}, ("Concepts", 2)),
        ("unknown-reference", changed("Skills", 1, Parent="SEA-TIDE"), ("Skills", 3)),
        ("unknown-code", changed("Skills", 0, Themes="sensors"), ("Skills", 2)),
        ("unknown-code", changed("Roles", 0, Grade="Boss"), ("Roles", 2)),
        ("unknown-choice", changed("Roles", 0, Category="Generalist"), ("Roles", 2)),
        ("bad-flag", changed("Skills", 1, Deprecated="perhaps"), ("Skills", 3)),
        ("missing-cell", changed("Requirements", 0, Skill=""), ("Requirements", 2)),
        ("unknown-choice", changed("Requirements", 0, Level="Guru"), ("Requirements", 2)),
        ("unknown-reference", changed("Requirements", 0, Role="R2"), ("Requirements", 2)),
        ("missing-cell", {**SOUND, "Other": [{"Subject": IRI, "Property": RDF.type}]}, ("Other", 2)),
    ],
)
def test_a_row_that_breaks_a_rule_is_told_with_its_place(rule: str, rows: Rows, place: tuple[str, int]) -> None:
    faults = SheetReader(sheets(rows)).faults
    assert (faults[0].rule, faults[0].sheet, faults[0].row) == (rule, *place)
    assert faults[0].remedy


def test_one_bad_row_refuses_the_file_and_all_of_them_are_told(sandbox: Sandbox, tmp_path: Path) -> None:
    rows = changed("Skills", 0, Parent="SEA-TDI", Themes="sensors")
    path = tmp_path / "bad.csv"
    path.write_bytes(write_csv(sheets(rows), ("Example",)))
    with pytest.raises(InputError) as refused:
        read_scheme(path, sandbox)
    told = refused.value.extra["faults"]
    assert isinstance(told, list)
    assert refused.value.rule == "unknown-reference"
    assert [(one["rule"], one["heading"], one["value"]) for one in told] == [
        ("unknown-reference", "Parent", "SEA-TDI"),
        ("unknown-code", "Themes", "sensors"),
    ]
    assert (
        told[0]["row"]
        == path.read_text("utf-8-sig")
        .splitlines()
        .index(next(line for line in path.read_text("utf-8-sig").splitlines() if "SEA-TDI" in line))
        + 1
    )
    assert "SEA-TID" in told[0]["remedy"]


@pytest.mark.parametrize(
    ("rule", "text"),
    [
        ("not-the-template", "Name,Skill\nAnn,Tides\n"),
        ("unknown-sheet", "Sheet,Notation\nSkill,A\n"),
        ("unknown-column", "Sheet,Notation,Defintion (en)\nSkills,A,x\n"),
        ("unknown-column", "Sheet,Notation (en),IRI\nSkills,A,x\n"),
        ("repeated-column", "Sheet,Notation,notation\nSkills,A,B\n"),
        ("no-scheme-iri", "Sheet,Notation,IRI\nSkills,A,\n"),
        ("no-concepts", f"Sheet,Property,Value\nScheme,IRI,{IRI}\n"),
        ("empty-file", ""),
    ],
)
def test_a_file_that_is_not_the_template_is_refused(rule: str, text: str, sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text)
    with pytest.raises(GseSkillsError) as refused:
        read_scheme(path, sandbox)
    assert refused.value.rule == rule


@pytest.mark.parametrize("form", TABULAR)
def test_the_empty_template_has_every_sheet_and_asks_for_the_iri_first(
    form: Form, sandbox: Sandbox, tmp_path: Path
) -> None:
    path = tmp_path / f"empty.{form.value}"
    path.write_bytes(empty_template(form))
    with pytest.raises(InputError) as refused:
        read_scheme(path, sandbox)
    assert refused.value.rule == "no-scheme-iri"


def test_the_name_of_our_own_scheme_is_kept_for_it(sandbox: Sandbox, tmp_path: Path) -> None:
    path = tmp_path / "gse.csv"
    path.write_bytes(write_csv(sheets(SOUND), ("Example",)))
    with pytest.raises(InputError) as refused:
        read_scheme(path, sandbox)
    assert refused.value.rule == "reserved-slug"
    assert read_scheme(path, sandbox, "sea").slug == "sea"


NODES = st.sampled_from([ox.NamedNode(f"{IRI}{end}") for end in ("", "/A", "/B", "#C")] + [ox.NamedNode("urn:a:b")])
TYPES = st.sampled_from(
    [ox.NamedNode(iri) for iri in (GSE.SkillDomain, GSE.Skill, GSE.RoleProfile, GSE.Requirement, SKOS.Concept)]
)
LINKS = st.sampled_from(
    [ox.NamedNode(iri) for iri in (SKOS.broader, SKOS.related, SKOS.topConceptOf, SKOS.inScheme, GSE.requires,
                                   GSE.skill, GSE.level, GSE.importance, DCTERMS.isReplacedBy, DCTERMS.publisher)]
)  # fmt: skip
TARGETS = st.one_of(NODES, st.sampled_from([ox.NamedNode(iri) for iri in (GSE.Working, GSE.Essential)]))
TEXTS = st.sampled_from(
    [ox.NamedNode(iri) for iri in (SKOS.prefLabel, SKOS.altLabel, SKOS.notation, SKOS.definition, OWL.deprecated,
                                   OWL.versionInfo, DCTERMS.created)]
)  # fmt: skip
WORDS = st.sampled_from(["A", "B", "a|b", "urn:a:b", "=x", "true", "2026-01-31", "\\"])
LITERALS = st.one_of(
    st.builds(ox.Literal, WORDS),
    st.builds(ox.Literal, WORDS, language=st.sampled_from(["en", "cy", "en-GB", "x-own"])),
    st.builds(ox.Literal, WORDS, datatype=st.sampled_from([ox.NamedNode(XSD.boolean), ox.NamedNode(XSD.date)])),
)
STATEMENTS = st.one_of(
    st.builds(ox.Triple, NODES, st.just(ox.NamedNode(RDF.type)), TYPES),
    st.builds(ox.Triple, NODES, LINKS, TARGETS),
    st.builds(ox.Triple, NODES, TEXTS, LITERALS),
)


@settings(deadline=None, derandomize=True, database=None)
@given(statements=st.lists(STATEMENTS, min_size=1, max_size=40))
def test_whatever_a_scheme_states_comes_back(statements: list[ox.Triple]) -> None:
    start = ox.Triple(ox.NamedNode(IRI), ox.NamedNode(RDF.type), ox.NamedNode(SKOS.ConceptScheme))
    before = Scheme("x", "", (start, *statements))
    reader = SheetReader(tabulate(before.triples))
    assert reader.faults == []
    assert set(Scheme("x", "", reader.pen.triples).triples) >= set(before.triples)
    # More than was stated is only that the scheme which concepts say they are in is one.
    more = set(Scheme("x", "", reader.pen.triples).triples) - set(before.triples)
    assert {triple.predicate.value for triple in more} <= {RDF.type}
