"""From a table of counts to what a caller may have of it."""

from __future__ import annotations

from collections.abc import Collection

from gse_skills.disclosure.figure import Protected
from gse_skills.disclosure.rules import Rules
from gse_skills.disclosure.suppression import suppress
from gse_skills.disclosure.table import Table
from gse_skills.errors import NotFoundError


def protect(table: Table, rules: Rules, exact: Collection[str] = ()) -> Protected:
    """What a caller gets of `table` who may see the records of the places in `exact` and of those below them.

    The rest is a function of the table alone, never of the caller. Raises NotFoundError (rule `no-such-cell`) for a
    place that the table does not have.

    >>> import numpy as np
    >>> from gse_skills.disclosure import Hierarchy
    >>> tree = Hierarchy(("all", *"abcdefg"), (-1, *[0] * 7), ("alliance", *["organisation"] * 7))
    >>> counts = np.array([0, 12, 4, 3, 2, 3, 5, 4])[:, None, None]
    >>> table = Table.from_leaves(tree, Hierarchy(("LIF-VIR",), (-1,), ("group",)), ["awareness"], counts)
    >>> for_d = protect(table, Rules(), exact=["d"])
    >>> [str(for_d.figure(place, "LIF-VIR", "awareness")) for place in ("all", "a", "b", "d")]
    ['30 to 34', '10 to 14', 'withheld (small-number)', '2']
    """
    unknown = sorted(set(exact) - set(table.places.names))
    if unknown:
        raise NotFoundError(
            f"The table has no {unknown[0]}.", rule="no-such-cell", remedy="Name a place of the published table."
        )
    mine = {number for number, name in enumerate(table.places.names) if name in exact}
    for number, parent in enumerate(table.places.parents):
        if parent in mine:
            mine.add(number)
    return Protected(table, rules, suppress(table, rules), frozenset(mine))
