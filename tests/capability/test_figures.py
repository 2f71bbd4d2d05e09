"""Published figures follow the tree of units: a unit counts with those below it, where they hung on that day."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from gse_skills.capability import PublishedFigures, Structure, Tree
from gse_skills.capability.figures import Counted
from gse_skills.disclosure import Rules
from gse_skills.errors import NotFoundError
from gse_skills.vocabulary import FRAMEWORK, Audience

if TYPE_CHECKING:
    from tests.conftest import Brings, World

MakeWorld = Callable[..., "World"]
APRIL, JULY = datetime.date(2025, 4, 1), datetime.date(2025, 7, 1)
LIF = FRAMEWORK["LIF"]
SIZES = {"Biology": 200, "Virology": 250, "Chemistry": 150, "Labs": 120}


@pytest.fixture
def peopled(world: MakeWorld, bring: Brings) -> World:
    """An organisation with people in four units, all of whose records are its own."""
    made = world(aster=Audience.PRIVATE)
    people = [(f"{unit}{n}", f"{unit} {n}", unit) for unit, size in SIZES.items() for n in range(size)]
    bring(made, *[(one, "LIF-VIR-01", 1 + number % 4) for number, one in enumerate(people)])
    return made


def tree(day: datetime.date) -> Tree:
    """Virology hangs below Biology until July, then below Chemistry; Labs and all of it below nothing."""
    said = Structure("aster").placed("Biology", None).placed("Chemistry", None).placed("Virology", "Biology")
    return said.placed("Virology", "Chemistry", since=JULY).at(day)


def published(made: World, folder: Path) -> PublishedFigures:
    figures = PublishedFigures(folder, Rules())
    for day in (APRIL, JULY):
        assert figures.publish("aster", made.index, made.framework, day, tree(day))
    return figures


def low(figures: PublishedFigures, day: datetime.date, unit: str | None, *, only: bool = False) -> int | None:
    return figures.at("aster", day, unit, only=only).of(LIF, "Awareness").low


def test_a_unit_counts_with_those_below_it_where_they_hung_that_day(peopled: World, tmp_path: Path) -> None:
    figures = published(peopled, tmp_path)
    assert [low(figures, day, None) for day in (APRIL, JULY)] == [720, 720]
    assert [low(figures, day, "biology") for day in (APRIL, JULY)] == [450, 200]
    assert [low(figures, day, "Chemistry") for day in (APRIL, JULY)] == [150, 400]
    assert [low(figures, day, "Virology") for day in (APRIL, JULY)] == [250, 250]
    assert [low(figures, day, "Biology", only=True) for day in (APRIL, JULY)] == [200, 200]
    assert low(figures, JULY, "Chemistry", only=True) == 150
    assert figures.units("aster") == set(SIZES)
    with pytest.raises(NotFoundError) as error:
        figures.at("aster", APRIL, "Alchemy")
    assert error.value.rule == "no-such-cell"


def test_a_move_of_few_people_publishes_nothing(peopled: World, tmp_path: Path, bring: Brings) -> None:
    figures = PublishedFigures(tmp_path, Rules())
    bring(peopled, *[((f"s{n}", f"Small {n}", "Small"), "LIF-VIR-01", 2) for n in range(3)])
    said = Structure("aster").placed("Biology", None).placed("Small", None)
    assert figures.publish("aster", peopled.index, peopled.framework, APRIL, said.at(APRIL))
    moved = said.placed("Small", "Biology", since=JULY)
    assert not figures.publish("aster", peopled.index, peopled.framework, JULY, moved.at(JULY))


def test_a_move_of_many_does_not_publish_what_became_of_one(peopled: World, tmp_path: Path, bring: Brings) -> None:
    figures = PublishedFigures(tmp_path, Rules())
    said = Structure("aster").placed("Biology", None).placed("Labs", None)

    def publish(day: datetime.date, structure: Structure) -> bool:
        return figures.publish("aster", peopled.index, peopled.framework, day, structure.at(day))

    assert publish(APRIL, said)
    moved = said.placed("Labs", "Biology", since=JULY)
    bring(peopled, (("one", "One Alone", "Labs"), "LIF-VIR-01", 2))
    assert not publish(JULY, moved)
    bring(peopled, *[((f"m{n}", f"More {n}", "Labs"), "LIF-VIR-01", 2) for n in range(9)])
    assert publish(JULY, moved)


def test_what_few_did_in_a_unit_is_not_published_with_what_many_did_elsewhere(
    peopled: World, tmp_path: Path, bring: Brings
) -> None:
    figures = PublishedFigures(tmp_path, Rules())
    nowhere = Structure("aster")

    def publish(day: datetime.date) -> bool:
        return figures.publish("aster", peopled.index, peopled.framework, day, nowhere.at(day))

    assert publish(APRIL)
    bring(peopled, *[((f"m{n}", f"More {n}", "Virology"), "LIF-VIR-01", 2) for n in range(10)])
    bring(peopled, *[((f"f{n}", f"Few {n}", "Labs"), "LIF-VIR-01", 2) for n in range(5)])
    assert publish(JULY)
    assert [low(figures, day, "Virology") for day in (APRIL, JULY)] == [250, 260]
    assert [low(figures, day, "Labs") for day in (APRIL, JULY)] == [120, 120], "125 would tell of five"
    assert low(figures, JULY, None) == 720, "less the other units 735 would tell of them too"
    bring(peopled, *[((f"g{n}", f"Further {n}", "Labs"), "LIF-VIR-01", 2) for n in range(10)])
    later = JULY + datetime.timedelta(90)
    assert publish(later)
    assert [low(figures, later, unit) for unit in ("Virology", "Labs", None)] == [260, 135, 745]


def test_another_way_to_write_a_unit_hides_nobody(peopled: World, tmp_path: Path, bring: Brings) -> None:
    figures = PublishedFigures(tmp_path, Rules())
    said = Structure("aster").placed("Labs", None)
    assert figures.publish("aster", peopled.index, peopled.framework, APRIL, said.at(APRIL))
    bring(peopled, (("one", "One Alone", "Labs"), "LIF-VIR-01", 2))
    for name, above in (("LABS", None), ("LABS", "Biology"), ("labs", None)):
        moved = said.placed("Biology", None).placed(name, above, since=JULY)
        assert not figures.publish("aster", peopled.index, peopled.framework, JULY, moved.at(JULY)), name


def test_a_state_of_an_older_file_is_read(peopled: World, tmp_path: Path) -> None:
    published(peopled, tmp_path)
    for entry in (file := json.loads((tmp_path / "aster.json").read_text())):
        del entry["held"], entry["name"]
    (tmp_path / "aster.json").write_text(json.dumps(file))
    (tmp_path / "aster.people.json").unlink()
    again = PublishedFigures(tmp_path, Rules())
    assert [low(again, day, "biology") for day in (APRIL, JULY)] == [450, 200]


def test_every_place_is_the_sum_of_those_below_it(peopled: World) -> None:
    deep = Structure("aster").placed("Biology", None).placed("Virology", "Biology").placed("Labs", "Virology")
    table = Counted.of("aster", peopled.index, peopled.framework, deep.at(APRIL)).table()
    branch = table.branches.names.index(LIF)
    for place, below in enumerate(table.places.children):
        if below:
            assert np.array_equal(table.counts[place], table.counts[list(below)].sum(axis=0))
    counts = {
        name.partition("/")[2]: int(table.counts[place, branch, 0]) for place, name in enumerate(table.places.names)
    }
    assert (counts["Biology"], counts["Virology"], counts["Labs"], counts[""]) == (570, 370, 120, 720)


def test_whoever_goes_leaves_no_name_of_a_unit(peopled: World, tmp_path: Path) -> None:
    figures = published(peopled, tmp_path)
    figures.forget("aster", [], {"biology": "unit 0001, name removed"})
    assert low(figures, APRIL, "unit 0001, name removed") == 450
    assert low(figures, APRIL, "unit 0001, name removed", only=True) == 200
    assert "Biology" not in (tmp_path / "aster.json").read_text()
