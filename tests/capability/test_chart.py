"""Charts: nothing of them is cut, at the width of a phone or on paper, and each number is there."""

from __future__ import annotations

from itertools import pairwise
from xml.etree.ElementTree import Element, fromstring

import pytest

from gse_skills.capability.chart import Chart, bars, depth, heat, trend

LEVELS = ("Awareness", "Working", "Practitioner", "Expert")
LONG = "Semiconductors and telecommunications for the Department of Coastal and River Safety"
PHONE = 288


def _images(drawn: str) -> list[Element]:
    return list(fromstring(f"<g>{drawn}</g>"))


def _texts(image: Element) -> list[str]:
    return [one.text or "" for one in image.iter() if one.tag.endswith("text")]


def _length(said: str) -> float:
    """Pixels, on a phone."""
    return float(said.removesuffix("%")) * PHONE / 100 if said.endswith("%") else float(said)


@pytest.mark.parametrize(
    "drawn",
    [
        depth(Chart("d", "Depth"), [(LONG, (1_200, 800, 300, 20)), ("None", (0, 0, 0, 0))], LEVELS),
        heat(Chart("h", "Heat"), [(LONG, 1_200, 1_100, 900, 0), ("Asked", 40, 0, 0, 40)]),
        bars(Chart("b", "Bars"), [(LONG, (1_200.5, 3.0)), ("Other", (2.0, 1.0))], ("people", "experts")),
    ],
)
def test_everything_stands_within_a_phone_with_its_whole_name(drawn: str) -> None:
    (image,) = _images(drawn)
    assert (image.get("width"), image.get("viewBox")) == ("100%", None)
    tall = float(image.get("height", ""))
    for one in image.iter():
        if one.tag.endswith("rect"):
            assert _length(one.attrib["x"]) + _length(one.attrib["width"]) <= PHONE + 2
            assert float(one.attrib["y"]) + float(one.attrib["height"]) <= tall
        if one.tag.endswith("text"):
            assert float(one.attrib["y"]) <= tall
            if one.get("text-anchor") == "start":
                assert _length(one.attrib["x"]) + len(one.text or "") * 7 <= PHONE
    assert LONG in " ".join(_texts(image))
    assert "…" not in drawn


def test_a_level_counts_each_person_once_and_none_is_not_unknown() -> None:
    (image,) = _images(depth(Chart("d", "Depth"), [("Virology", (100, 70, 40, 30)), ("None", (0, 0, 0, 0))], LEVELS))
    assert _texts(image)[4:] == ["Virology", "30", "10", "30", "30", "100", "None", "not mapped"]
    (image,) = _images(heat(Chart("h", "Heat"), [("Alder", 100, 80, 20, 0), ("Birch", 40, 0, 0, 40)]))
    assert _texts(image) == ["20", "of 80", "Alder", "none", "of 40", "Birch"]


def test_a_tall_chart_is_several_images_between_which_paper_breaks() -> None:
    rows = [(f"Part {number}", (number, 0, 0, 0)) for number in range(1, 31)]
    images = _images(depth(Chart("d", "Depth"), rows, LEVELS))
    assert len(images) == 3
    assert {image.attrib["aria-labelledby"] for image in images} == {"d-1-title", "d-2-title", "d-3-title"}
    assert [label for image in images for label in _texts(image) if label.startswith("Part")] == [
        label for label, _ in rows
    ]
    # A4 with its margins is a good thousand pixels tall.
    assert all(float(image.attrib["height"]) < 900 for image in images)


def test_a_trend_rises_with_its_counts_and_names_its_lines() -> None:
    (image,) = _images(trend(Chart("t", "Trend"), ("2024", "2025", "2026"), [("Working", (1, 5, 9)), ("Expert", ())]))
    assert _texts(image)[:2] == ["Working: 9", "Expert"]
    drawn = [one.attrib["d"] for one in image.iter() if one.get("vector-effect")]
    heights = [float(point.split()[1]) for point in drawn[0].removeprefix("M").split("L")]
    assert len(drawn) == 1
    assert all(after < before for before, after in pairwise(heights))
