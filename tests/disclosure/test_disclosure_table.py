"""Tables that contradict themselves are refused."""

from __future__ import annotations

import numpy as np
import pytest

from gse_skills.disclosure import Hierarchy, Table
from gse_skills.errors import InputError

PLACES = Hierarchy(("all", "a"), (-1, 0), ("alliance", "organisation"))
BRANCHES = Hierarchy(("D", "D1", "D2"), (-1, 0, 0), ("domain", "group", "group"))


@pytest.mark.parametrize(
    ("counts", "mapped"),
    [
        pytest.param([[5, 6], [5, 5], [0, 0]], True, id="more above a level than at it"),
        pytest.param([[4, 1], [5, 1], [0, 0]], True, id="a domain below its group"),
        pytest.param([[9, 1], [5, 1], [3, 0]], True, id="a domain above its groups together"),
        pytest.param([[-1, -1], [-1, -1], [0, 0]], True, id="fewer than nobody"),
        pytest.param([[1, 1], [1, 1], [0, 0]], False, id="people where nothing is mapped"),
    ],
)
def test_contradictions(counts: list[list[int]], mapped: bool) -> None:
    known = np.full((2, 3), mapped)
    with pytest.raises(InputError) as err:
        Table.from_leaves(PLACES, BRANCHES, ("working", "expert"), np.array([counts, counts]), known)
    assert err.value.rule == "disclosure-table"


def test_a_wrong_shape() -> None:
    with pytest.raises(InputError) as err:
        Table.from_leaves(PLACES, BRANCHES, ("working",), np.zeros((1, 3, 1), dtype=np.int64))
    assert err.value.rule == "disclosure-table"


@pytest.mark.parametrize(
    ("names", "parents"), [(("a", "a"), (-1, 0)), (("a", "b"), (1, -1)), (("a", "b"), (-1,)), (("a", "b"), (-1, 1))]
)
def test_hierarchies_that_are_none(names: tuple[str, ...], parents: tuple[int, ...]) -> None:
    with pytest.raises(InputError) as err:
        Hierarchy(names, parents, ("x",) * len(names))
    assert err.value.rule == "disclosure-table"


def test_margins_are_summed() -> None:
    places = Hierarchy(("all", "a", "b", "b1", "b2"), (-1, 0, 0, 2, 2), ("x",) * 5)
    leaves = np.array([0, 3, 99, 4, 5])[:, None, None]
    table = Table.from_leaves(places, Hierarchy(("D",), (-1,), ("domain",)), ("working",), leaves)
    assert table.counts.ravel().tolist() == [12, 3, 9, 4, 5]
