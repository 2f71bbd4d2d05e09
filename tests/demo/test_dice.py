"""Chance that repeats: pinned, since everything else in the invented data follows from it."""

from __future__ import annotations

from gse_skills.demo.dice import Dice, totals


def test_a_seed_gives_the_same_draws_on_every_machine() -> None:
    dice = Dice(2026, "larkmoor")
    assert [round(dice.roll(), 12) for _ in range(3)] == [0.418026769885, 0.702998874435, 0.570508922341]


def test_the_parts_of_a_seed_are_kept_apart() -> None:
    assert Dice(1, "ab").roll() != Dice(1, "a", "b").roll()


def test_draws_follow_their_weights() -> None:
    dice = Dice("weights")
    drawn = [dice.weigh("abc", totals((1, 0, 3))) for _ in range(4000)]
    assert "b" not in drawn
    assert 0.7 < drawn.count("c") / len(drawn) < 0.8


def test_a_heavy_item_comes_first_more_often() -> None:
    dice = Dice("order")
    firsts = [dice.order([(1.0, "light"), (4.0, "heavy")])[0] for _ in range(1000)]
    assert firsts.count("heavy") > 800
    assert "light" in firsts


def test_below_reaches_every_number_and_no_other() -> None:
    dice = Dice("below")
    assert {dice.below(5) for _ in range(500)} == {0, 1, 2, 3, 4}
