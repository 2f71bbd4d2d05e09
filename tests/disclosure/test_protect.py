"""The laws of protection: what is shown, to whom, and under which rule."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gse_skills.disclosure import Figure, Hierarchy, Rules, SensitivePairing, Table, Withheld, protect
from gse_skills.errors import InputError, NotFoundError
from gse_skills.settings import Settings

PLACES = Hierarchy(
    ("all", "a", "b", "c", "d", "a1", "a2", "a3"),
    (-1, 0, 0, 0, 0, 1, 1, 1),
    ("alliance", *["organisation"] * 4, *["site"] * 3),
)
BRANCHES = Hierarchy(("D",), (-1,), ("domain",))
LEVELS = ("awareness", "expert")
RULES = Rules()


def table(leaves: dict[str, tuple[int, int]], unmapped: tuple[str, ...] = ()) -> Table:
    counts = np.zeros((len(PLACES), 1, 2), dtype=np.int64)
    for name, levels in leaves.items():
        counts[PLACES.names.index(name), 0] = levels
    mapped = np.array([[name not in unmapped] for name in PLACES.names])
    return Table.from_leaves(PLACES, BRANCHES, LEVELS, counts, mapped)


LEAVES = ("b", "c", "d", "a1", "a2", "a3")
tables = st.fixed_dictionaries(
    {name: st.tuples(st.integers(0, 60), st.integers(0, 60)).map(lambda two: (max(two), min(two))) for name in LEAVES}
).map(table)


@given(tables)
def test_the_same_table_is_always_answered_alike(one: Table) -> None:
    assert protect(one, RULES).reasons.tobytes() == protect(one, RULES).reasons.tobytes()


@given(tables)
def test_no_number_below_the_threshold_is_ever_shown(one: Table) -> None:
    protected = protect(one, RULES)
    assert (one.counts[protected.shown] >= RULES.threshold).all()
    for place in PLACES.names:
        for level in LEVELS:
            figure = protected.figure(place, "D", level)
            count = one.counts[PLACES.names.index(place), 0, LEVELS.index(level)]
            assert figure.rule or (figure.low is not None and figure.high is not None)
            assert figure.rule or figure.low <= count <= figure.high


@given(tables, st.sampled_from(PLACES.names[1:]))
def test_permission_only_adds_and_only_where_it_is_given(one: Table, mine: str) -> None:
    anybody, steward = protect(one, RULES), protect(one, RULES, exact=[mine])
    for number, place in enumerate(PLACES.names):
        own = mine in (place, PLACES.names[PLACES.parents[number]] if number else "")
        for level in LEVELS:
            count = int(one.counts[number, 0, LEVELS.index(level)])
            told = steward.figure(place, "D", level)
            assert told == (Figure(count, count) if own else anybody.figure(place, "D", level))


@given(tables)
@settings(max_examples=30, deadline=None)
def test_exact_figures_add_up(one: Table) -> None:
    exact = protect(one, RULES, exact=["all"])
    for level in LEVELS:
        parts = [exact.figure(place, "D", level).low or 0 for place in ("a", "b", "c", "d")]
        assert exact.figure("all", "D", level).low == sum(parts)


def test_each_rule_is_named() -> None:
    protected = protect(
        table({"a1": (40, 40), "a2": (40, 40), "a3": (40, 28), "b": (3, 0), "c": (4, 1), "d": (2, 2)}), RULES
    )
    assert protected.figure("b", "D", "expert").rule in (Withheld.SMALL_NUMBER, Withheld.SECONDARY)
    assert protected.figure("a", "D", "expert").rule in (Withheld.SECONDARY, Withheld.DIFFERENCE)


def test_not_mapped_is_never_a_count() -> None:
    protected = protect(table({"a1": (40, 12), "b": (30, 11), "c": (25, 12)}, unmapped=("d",)), RULES, exact=["d"])
    assert protected.figure("d", "D", "expert") == Figure()
    assert str(protected.figure("d", "D", "expert")) == "not mapped"


def test_nobody_is_withheld_as_few_are() -> None:
    none, few = (table({"a1": (40, 40), "b": (30, 30), "c": (n, n), "d": (5, 5)}) for n in (0, 4))
    told = {protect(one, RULES).figure("c", "D", "expert") for one in (none, few)}
    assert len(told) == 1
    assert told.pop().rule is not None


def test_a_bench_of_twelve_is_readable_beside_large_ones() -> None:
    full = table({"a1": (50, 50), "a2": (40, 40), "a3": (30, 30), "b": (12, 12), "c": (33, 33), "d": (41, 41)})
    assert str(protect(full, RULES).figure("b", "D", "awareness")) == "10 to 14"


def test_a_sensitive_pairing_is_withheld_below_its_own_bound() -> None:
    full = table({"a1": (15, 15), "a2": (14, 14), "a3": (17, 17), "b": (44, 44), "c": (33, 33), "d": (41, 41)})
    rules = Rules(pairings=(SensitivePairing("sites", frozenset({"organisation", "site"})),))
    assert protect(full, RULES).figure("a1", "D", "awareness").rule is None
    assert protect(full, rules).figure("a1", "D", "awareness").rule is Withheld.SENSITIVE_PAIRING
    assert protect(full, rules).figure("b", "D", "awareness").rule is None


def test_the_rules_of_an_installation() -> None:
    rules = Rules.from_settings(Settings(disclosure_threshold=20, disclosure_band=10))
    assert (rules.threshold, rules.base, rules.pairings[0].kinds) == (20, 10, frozenset({"site", "grade"}))


@pytest.mark.parametrize(
    ("threshold", "base", "pairings"),
    [(10, 3, ()), (1, 1, ()), (10, 0, ()), (10, 5, (SensitivePairing("", frozenset()),))],
)
def test_rules_that_protect_nothing_are_refused(
    threshold: int, base: int, pairings: tuple[SensitivePairing, ...]
) -> None:
    with pytest.raises(InputError) as err:
        Rules(threshold, base, pairings)
    assert err.value.rule == "disclosure-rules"


def test_cells_outside_the_published_table_do_not_exist() -> None:
    with pytest.raises(NotFoundError) as err:
        protect(table({}), RULES).figure("all", "D", "available next week")
    assert err.value.rule == "no-such-cell"
    with pytest.raises(NotFoundError) as err:
        protect(table({}), RULES, exact=["z"])
    assert err.value.rule == "no-such-cell"
