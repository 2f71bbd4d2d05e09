"""Every page as HTML: sound, safe, labelled, and saying what its view says."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar
from xml.etree.ElementTree import Element

import pytest
from jinja2 import UndefinedError

from gse_skills_service.pages import views
from gse_skills_service.pages.assets import Assets
from gse_skills_service.pages.frame import FieldName, Frame
from gse_skills_service.pages.templating import FOLDER, Pages

Documents = dict[str, Element]


def _text(element: Element | None) -> str:
    assert element is not None
    return " ".join(" ".join(element.itertext()).split())


def _fields(document: Element) -> list[Element]:
    kinds = ("input", "select", "textarea")
    return [each for each in document.iter() if each.tag in kinds and each.get("type") != "hidden"]


def _named(document: Element, name: str) -> Element:
    (element,) = [each for each in document.iter() if each.get("name") == name]
    return element


def test_every_template_has_a_sample(samples: dict[str, tuple[views.View, Frame]]) -> None:
    shown = {view.template for view, _ in samples.values()}
    parts = {
        "layout.html",
        "parts.html",
        "grid.html",
        "expertise_form.html",
        "expertise_answer.html",
        "expertise_parts.html",
        "query_outcome.html",
    }
    parts |= {"opportunity_parts.html", "caller_fields.html", "goal_fields.html", "managing.html"}
    # A card without surroundings, for the frames of other applications: see test_reconcile.
    parts.add("preview.html")
    assert shown | parts == {path.name for path in FOLDER.iterdir()}


def test_no_inline_script_or_style(name: str, documents: Documents) -> None:
    for element in documents[name].iter():
        assert element.tag != "style"
        assert not [key for key in element.attrib if key == "style" or key.startswith("on")], element.attrib
        if element.tag == "script":
            assert element.get("src", "").startswith("/assets/")
            assert not (element.text or "").strip()
        assert not (element.get("href") or "").startswith("javascript:")


def test_nothing_is_loaded_from_elsewhere(name: str, documents: Documents) -> None:
    for element in documents[name].iter():
        loaded = element.get("src") or (element.get("href") if element.tag == "link" else None)
        assert loaded is None or loaded.startswith("/assets/")


def test_every_field_has_a_label(name: str, documents: Documents) -> None:
    document = documents[name]
    labelled = {label.get("for") for label in document.iter("label") if _text(label)}
    for field in _fields(document):
        assert field.get("id") in labelled, field.attrib


def test_identifiers_are_unique_and_found(name: str, documents: Documents) -> None:
    document = documents[name]
    identifiers = [each.get("id") for each in document.iter() if each.get("id")]
    assert len(identifiers) == len(set(identifiers))
    for element in document.iter():
        named = " ".join(
            element.get(key, "") for key in ("aria-describedby", "aria-labelledby", "aria-controls", "for")
        )
        href = element.get("href", "")
        named += " " + href[1:] if href.startswith("#") else ""
        assert set(named.split()) <= set(identifiers), element.attrib


def test_one_heading_and_the_marking_twice(
    name: str, documents: Documents, samples: dict[str, tuple[views.View, Frame]]
) -> None:
    document = documents[name]
    assert len(list(document.iter("h1"))) == 1
    markings = [each for each in document.iter("p") if each.get("class") == "app-marking"]
    assert [_text(each) for each in markings] == [samples[name][1].marking] * 2


def test_title_says_when_there_is_an_error(name: str, documents: Documents) -> None:
    document = documents[name]
    title = _text(document.find(".//title"))
    assert title.endswith(" \N{EN DASH} GSE Skills")
    assert title.startswith("Error: ") == name.endswith("-error")
    summaries = [each for each in document.iter("div") if "govuk-error-summary" in each.get("class", "").split()]
    assert bool(summaries) == name.endswith("-error")


def test_every_form_that_changes_something_carries_the_token(
    name: str, documents: Documents, samples: dict[str, tuple[views.View, Frame]]
) -> None:
    for form in documents[name].iter("form"):
        tokens = [each.get("value") for each in form.iter("input") if each.get("name") == FieldName.CSRF]
        # Whoever has not signed in has no token, and nothing that another site could abuse.
        csrf = samples[name][1].csrf
        assert tokens == ([csrf] if csrf and form.get("method") == "post" else [])


def test_headings_skip_no_level(name: str, documents: Documents) -> None:
    main = documents[name].find(".//main")
    assert main is not None
    levels = [int(each.tag[1]) for each in main.iter() if each.tag in {"h1", "h2", "h3", "h4"}]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_demo_says_so(name: str, documents: Documents, samples: dict[str, tuple[views.View, Frame]]) -> None:
    notice = "This is demo data: every person and organisation is invented."
    assert (notice in _text(documents[name])) == samples[name][1].demo


def test_view_as_keeps_the_choice_and_the_way_back(documents: Documents) -> None:
    document = documents["expertise-answer"]
    chosen = [option.get("value") for option in _named(document, FieldName.CALLER) if "selected" in option.attrib]
    assert chosen == ["steward:northfield"]
    assert _named(document, FieldName.NEXT).get("value") == "/expertise?skill=virology"


def test_a_part_of_the_people_is_told_as_a_part(documents: Documents) -> None:
    answer = _text(documents["expertise-answer"].find(".//main"))
    assert "3 of 1,043 people are shown , from number 21 to 23. Show the first 100 on one page, to print ." in answer
    nobody = _text(documents["expertise-nobody"].find(".//main"))
    assert "are shown" not in nobody


def test_what_others_wrote_stays_text(rendered: dict[str, str]) -> None:
    assert "<script>alert" not in rendered["expertise-answer"]
    assert "Llŷr &lt;script&gt;alert(1)&lt;/script&gt;" in rendered["expertise-answer"]
    assert "virus <b>" not in rendered["expertise-unknown"]


def test_answer_shows_question_split_people_and_reasons(documents: Documents) -> None:
    document = documents["expertise-answer"]
    assert _text(document.find(".//h1")) == "Who has Virology at Practitioner level or above?"
    ticked = document.find(".//input[@name='skill'][@type='checkbox']")
    assert ticked is not None
    assert (ticked.get("value"), "checked" in ticked.attrib) == ("LIF-VIR", True)
    assert "checked" in _named(document, FieldName.AVAILABLE).attrib
    day = [_named(document, f"{FieldName.AS_OF}-{part}").get("value") for part in ("day", "month", "year")]
    assert day == ["22", "11", "2026"]
    rows = [[_text(cell) for cell in row if cell.tag in {"th", "td"}] for row in document.iter("tr")]
    assert rows[0][1:] == [
        "Has it at Practitioner level or above",
        "Assessed below that level",
        "Mapped in this branch, without it",
        "Not mapped in this branch",
    ]
    assert rows[-1] == [
        "All organisations", "Has it 1,043", "Assessed below that 12", "Mapped, without it 43", "Not mapped 2,085"
    ]  # fmt: skip
    hits = [each for each in document.iter("li") if each.get("class") == "app-hit"]
    assert _text(hits[0].find("h3")) == "Amina Okafor Expert"
    assert "Northfield Laboratory, Emerging infections, Northfield, Grade 6. Available." in _text(hits[0])
    assert "assessed by an accredited body on 3 March 2026, 8 months ago." in _text(hits[0])
    assert "Not available." in _text(hits[1])
    assert "Availability not known." in _text(hits[2])
    steps = [_text(step) for step in hits[0].iter("li") if step is not hits[0]]
    assert steps[1] == "matched by an alternative label to Viral genomics LIF-VIR-02"
    people = [each for each in document.iter("ol") if each.get("class") == "app-hits govuk-body"]
    assert people[0].get("start") == "21"
    addresses = {each.get("href") for each in document.iter("a")}
    assert {
        "/expertise?skill=virology&cursor=b",
        "/api/v1/experts?skill=LIF-VIR",
        "/expertise.csv?skill=LIF-VIR",
    } <= addresses


def test_several_skills_are_told_apart(documents: Documents) -> None:
    document = documents["expertise-several"]
    assert _text(document.find(".//h1")) == "Who has Virology or Viral genomics at Practitioner level or above?"
    hits = [each for each in document.iter("li") if each.get("class") == "app-hit"]
    assert [_text(hit.find("h3")) for hit in hits] == ["Amina Okafor 2 of 2", "Jo Marsh 1 of 2"]
    assert "Working Viral genomics (for Virology): assessed by a peer on 5 January 2026" in _text(hits[0])
    said = _text(document.find(".//main"))
    assert "We took “viruses” for Virology, the nearest name." in said
    assert "“isolation” is not clear" in said
    assert "“sourdough <b>recipes</b>” is not understood" in said
    assert "Only people at Northfield with levels judged by their manager" in said
    assert "any of them" in said


def test_what_may_be_meant_is_asked_as_boxes(documents: Documents) -> None:
    document = documents["expertise-which"]
    assert _text(document.find(".//h1")) == "Which skills do you mean?"
    boxes = document.findall(".//input[@name='skill'][@type='checkbox']")
    assert [(box.get("value"), "checked" in box.attrib) for box in boxes] == [
        ("LIF-VIR-01", False),
        ("LIF-VIR-02", False),
    ]


def test_choices_have_counts_and_those_made_are_unfolded(documents: Documents) -> None:
    document = documents["expertise-several"]
    folds = {
        _text(fold.find("summary")): "open" in fold.attrib
        for fold in document.iter("details")
        if "app-facet" in (fold.get("class") or "")
    }
    assert folds == {"Site": True, "Unit": False, "Date and age": True}
    boxes = {box.get("value"): "checked" in box.attrib for box in document.findall(".//input[@name='site']")}
    assert boxes == {"Northfield": True, "": False}
    assert "Northfield (31)" in _text(document.find(".//main"))


def test_any_level_has_nobody_below_it(documents: Documents) -> None:
    text = _text(documents["expertise-nobody"].find(".//main"))
    assert "Assessed below" not in text
    assert "0 people found" in text
    assert "The answer is for 31 January 2020" in text


def test_one_organisation_needs_no_total(documents: Documents) -> None:
    table = documents["expertise-nobody"].find(".//table")
    assert table is not None
    assert len(list(table.iter("tr"))) == 2


def test_mistakes_show_above_and_at_their_fields(documents: Documents) -> None:
    document = documents["import-error"]
    summary = {_text(each): each.get("href") for each in document.iter("a") if (each.get("href") or "").startswith("#")}
    del summary["Skip to main content"]
    assert summary == {
        "Choose an organisation": "#org",
        "The file is empty": "#sheet",
        "Enter a real date": "#assessed_on-day",
        "The mapping is not a mapping file": "#mapping",
    }
    for name in ("org", "sheet", "mapping"):
        assert f"{name}-error" in _named(document, name).get("aria-describedby", "")


def test_upload_keeps_what_was_filled_in(documents: Documents) -> None:
    document = documents["import-error"]
    assert _named(document, "assessed_on-day").get("value") == "31"
    assert "checked" in _named(document, FieldName.FULL).attrib
    for name, value in ((FieldName.ORG, "harbour"), (FieldName.BASIS, "Manager")):
        assert [each.get("value") for each in _named(document, name) if "selected" in each.attrib] == [value]
    form = next(each for each in document.iter("form") if each.get("action") == "/import")
    assert (form.get("method"), form.get("enctype")) == ("post", "multipart/form-data")


def test_who_may_not_import_gets_no_form(documents: Documents) -> None:
    assert "/import" not in [form.get("action") for form in documents["import-nobody"].iter("form")]
    assert "Only a steward" in _text(documents["import-nobody"].find(".//main"))


def test_review_says_what_would_happen(documents: Documents) -> None:
    text = _text(documents["import-review"].find(".//main"))
    for words in (
        "Nothing has been saved yet. We read 12,480 rows. 2,510 people would be new.",
        "310 would be added 42 would change 7 would end 12,100 stay as they are 21 refused",
        "Virus isolation and culture LIF-VIR-01",
        "None is near.",
        "These are the first 3 of 312.",
        "Number is no level (300)",
        "Dewi Newcomer : 2 records",
        "Una Newcomer : no record",
        "Whole file",
    ):
        assert words in text
    actions = [form.get("action") for form in documents["import-review"].iter("form")]
    assert actions == ["/import/9f/confirm", "/import/9f/words"]


def test_review_of_nothing_has_no_button(documents: Documents) -> None:
    assert not list(documents["import-nothing"].iter("button"))[1:]  # but that of the menu
    assert "There is nothing to save: all of it is already recorded." in _text(
        documents["import-nothing"].find(".//main")
    )


def test_result_keeps_language_datatype_and_gaps(documents: Documents) -> None:
    table = documents["query-table"].find(".//table")
    assert table is not None
    cells = list(table.iter("td"))
    assert [_text(cell) for cell in cells[1:3]] == ["Llŷr Welsh", "2026-03-01 xsd:date"]
    assert next(cells[1].iter("span")).get("lang") == "cy"
    assert _text(cells[5]) == "no value"


def test_query_is_shown_as_it_was_sent(documents: Documents) -> None:
    area = documents["query-table"].find(".//textarea")
    assert area is not None
    assert (area.text or "").startswith("SELECT ?person ?name WHERE {\n  ?person")


def test_skill_page_tells_languages(documents: Documents) -> None:
    document = documents["skill"]
    assert [_text(each) for each in document.iter("span") if each.get("lang") == "cy"] == ["Genomeg feirysol"]
    assert [_text(each) for each in document.iter("th") if each.get("scope") == "row"] == [
        "Awareness", "Working", "Practitioner", "Expert"
    ]  # fmt: skip


def test_a_field_that_a_view_lacks_is_an_error(assets: Assets) -> None:
    @dataclass(frozen=True, slots=True)
    class Half:
        template: ClassVar[str] = "problem.html"
        title: str = "Half a problem"

    with pytest.raises(UndefinedError, match="detail"):
        Pages(assets).render(Half(), Frame())


@pytest.mark.parametrize("fields", [("31", "2", "2026"), ("1", "", ""), ("x", "1", "2026")])
def test_what_is_no_date_is_refused(fields: tuple[str, str, str]) -> None:
    with pytest.raises(ValueError, match=r"day|int"):
        views.DateFields(*fields).date()


def test_no_date_is_none() -> None:
    assert views.DateFields().date() is None
    assert views.DateFields("7", "3", "2026").date() == datetime.date(2026, 3, 7)
