"""What a caller gets in place of a count, and the protected table that it comes from."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from gse_skills.disclosure.rules import Rules
from gse_skills.disclosure.table import Mask, Table
from gse_skills.errors import NotFoundError


class Withheld(StrEnum):
    """The rule by which a count is withheld; the order of the members is their number in `Protected.reasons`."""

    SMALL_NUMBER = "small-number"
    """Fewer people than the threshold, nobody included."""
    SENSITIVE_PAIRING = "sensitive-pairing"
    """A combination that the rules name, below its higher bound."""
    SECONDARY = "secondary"
    """Withheld whatever its size: it, or one beside or below it that would follow from it, is small."""
    DIFFERENCE = "difference"
    """Withheld because a small count would follow as the difference to another level or branch of the same place."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One answer: exact (`low == high`), a band, withheld (`rule` set, no numbers), or not mapped (nothing set).

    >>> str(Figure(10, 14)), str(Figure(12, 12)), str(Figure(rule=Withheld.SECONDARY)), str(Figure())
    ('10 to 14', '12', 'withheld (secondary)', 'not mapped')
    """

    low: int | None = None
    high: int | None = None
    rule: Withheld | None = None

    @property
    def exact(self) -> bool:
        """Whether it is the count itself."""
        return self.low is not None and self.low == self.high

    def __str__(self) -> str:
        if self.rule:
            return f"withheld ({self.rule})"
        if self.low is None:
            return "not mapped"
        return str(self.low) if self.exact else f"{self.low} to {self.high}"


@dataclass(frozen=True)
class Protected:
    """A table as one caller gets it. Ask it with `figure`; `reasons` is for those who show a whole table.

    `reasons` has the shape of the counts: 0 for shown, otherwise 1 + the number of the `Withheld` member. It is the
    same for every caller; only `exact`, the numbers of the places whose records the caller may see, differs.
    """

    table: Table
    rules: Rules
    reasons: NDArray[np.uint8]
    exact: frozenset[int] = frozenset()

    @property
    def shown(self) -> Mask:
        """Which counts anybody gets, as bands."""
        return np.asarray((self.reasons == 0) & self.table.mapped[:, :, None])

    @cached_property
    def _numbers(self) -> tuple[dict[str, int], dict[str, int], dict[str, int]]:
        of = (self.table.places.names, self.table.branches.names, self.table.levels)
        place, branch, level = ({name: number for number, name in enumerate(names)} for names in of)
        return place, branch, level

    def figure(self, place: str, branch: str, level: str) -> Figure:
        """The answer for the people of a place who hold a branch at that level or above.

        Raises NotFoundError (rule `no-such-cell`) when the table has no such cell.
        """
        places, branches, levels = self._numbers
        try:
            cell = places[place], branches[branch], levels[level]
        except KeyError as error:
            raise NotFoundError(
                f"The table has no {error.args[0]}.",
                rule="no-such-cell",
                remedy="Only the cells of the published table can be asked for.",
            ) from error
        if not self.table.mapped[cell[:2]]:
            return Figure()
        count = int(self.table.counts[cell])
        if cell[0] in self.exact:
            return Figure(count, count)
        reason = int(self.reasons[cell])
        if reason:
            return Figure(rule=list(Withheld)[reason - 1])
        low = count - count % self.rules.base
        return Figure(low, low + self.rules.base - 1)
