"""Chance that repeats: the same seed gives the same draws on every machine and every version of Python."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """Draws from a seed.

    Only `Random.random` is used, since Python promises its sequence for good and that of no other method; and only
    sums and products are made of it, since other functions differ in their last bit between machines.

    >>> Dice("larkmoor").pick("abcdef") == Dice("larkmoor").pick("abcdef")
    True
    """

    __slots__ = ("roll",)

    def __init__(self, *seed: object) -> None:
        self.roll = Random("/".join(map(str, seed))).random  # noqa: S311 - invented data, nothing to guard
        """A draw from 0 up to 1."""

    def chance(self, share: float) -> bool:
        """True in that share of draws."""
        return self.roll() < share

    def below(self, number: int) -> int:
        """A whole number from 0 up to `number` - 1."""
        return int(self.roll() * number)

    def pick(self, items: Sequence[T]) -> T:
        """One of the items, each as likely as the others."""
        return items[int(self.roll() * len(items))]

    def weigh(self, items: Sequence[T], totals: Sequence[float]) -> T:
        """One of the items, as likely as its weight; `totals` are the running totals of the weights."""
        return items[min(bisect_right(totals, self.roll() * totals[-1]), len(items) - 1)]

    def order(self, items: Iterable[tuple[float, T]]) -> list[T]:
        """The items with a heavy one more often before a light one."""
        roll = self.roll
        drawn = [(-weight * roll(), place, item) for place, (weight, item) in enumerate(items)]
        drawn.sort(key=lambda entry: entry[:2])
        return [item for _, _, item in drawn]


def totals(weights: Iterable[float]) -> tuple[float, ...]:
    """The running totals of weights.

    >>> totals([2, 1, 1])
    (2, 3, 4)
    """
    return tuple(accumulate(weights))
