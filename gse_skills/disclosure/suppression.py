"""Which counts are withheld: small ones, and those from which a small one would follow.

The argument is by exchange. Two places that hide the same levels of a branch can exchange people of different levels
(or somebody for nobody, where no level is shown) without any shown count changing: not their own, not that of any
place above them, for all of them are sums over both. So what nobody can exclude for a hidden count is everything that
such exchanges reach. `_room` works that out, and `suppress` withholds more until each hidden count has room for
`threshold` values **even when the partner with most room is known**: a steward knows their own organisation.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from gse_skills.disclosure.figure import Withheld
from gse_skills.disclosure.rules import Rules
from gse_skills.disclosure.table import Counts, Hierarchy, Mask, Table

Reasons = NDArray[np.uint8]
SMALL, PAIRING, SECONDARY, DIFFERENCE = range(1, len(Withheld) + 1)
ENDLESS = 1 << 40


def suppress(table: Table, rules: Rules) -> Reasons:
    """The reason for each cell of the table: 0 for shown, otherwise 1 + the number of the `Withheld` member."""
    factor = np.ones(len(table.places), dtype=np.int64)
    for pairing in rules.pairings:
        hit = np.array([pairing.kinds <= kinds for kinds in table.places.kinds_above])
        factor[hit] = np.maximum(factor[hit], pairing.factor)
    bound = (factor * rules.threshold)[:, None, None]
    # Nobody counts as small too: that a whole unit lacks a skill is a fact about each person in it.
    secret = (table.counts < bound) & table.mapped[:, :, None]
    label = np.where(factor > 1, PAIRING, SMALL)[:, None, None]
    reasons = np.where(secret, label, 0).astype(np.uint8)
    work = _Work(table, rules.threshold, bound, secret, reasons)
    if not rules.secondary:
        return reasons
    work.part_levels()
    top = _families(table)
    pending = np.arange(len(table.branches))
    while pending.size:  # a family of branches touches no other, so those that are settled are left out
        part = work.only(pending)
        changed = part.widen()
        work.reasons[:, pending] = part.reasons
        pending = np.flatnonzero(np.isin(top, top[pending][changed]))
    return work.labelled()


def _families(table: Table) -> NDArray[np.int64]:
    """The topmost branch above each."""
    top = np.arange(len(table.branches))
    for own, parent in enumerate(table.branches.parents):
        if parent >= 0:
            top[own] = top[parent]
    return top


@dataclass
class _Work:
    """The table while cells are withheld one after another; a cell is never shown again, so it ends."""

    table: Table
    threshold: int
    bound: Counts
    """The smallest count that is shown, by place."""
    secret: Mask
    """What is below it: the cells that the promise is about."""
    reasons: Reasons

    def only(self, branches: NDArray[np.int64]) -> _Work:
        """The same for some families of branches."""
        whole, number = self.table.branches, {-1: -1} | {int(own): new for new, own in enumerate(branches)}
        part = Hierarchy(
            tuple(whole.names[one] for one in branches),
            tuple(number[whole.parents[one]] for one in branches),
            tuple(whole.kinds[one] for one in branches),
        )
        of = self.table
        table = Table(of.places, part, of.levels, of.counts[:, branches], of.mapped[:, branches])
        return _Work(table, self.threshold, self.bound, self.secret[:, branches], self.reasons[:, branches])

    def shown(self) -> Mask:
        """Which cells are shown as yet."""
        return np.asarray((self.reasons == 0) & self.table.mapped[:, :, None])

    def hide(self, cells: Mask, reason: int) -> Mask:
        """Withhold the cells that are still shown; the branches where there were any."""
        new = cells & (self.reasons == 0)
        self.reasons[new] = reason
        return np.asarray((new & self.table.mapped[:, :, None]).any(axis=(0, 2)))

    def part_levels(self) -> None:
        """Shown levels of one cell stay a threshold apart: their difference is the count of the levels between.

        The lowest level comes first, then those in the middle: who has it at all, and who can do it, is asked most.
        """
        counts, levels = self.table.counts, len(self.table.levels)
        kept: Mask = np.zeros(counts.shape, dtype=np.bool_)
        for level in (0, *sorted(range(1, levels), key=lambda one: (abs(2 * one - levels), one))):
            gaps = np.abs(counts - counts[:, :, level : level + 1])
            apart = ~((gaps < self.threshold) & kept).any(axis=2)
            kept[:, :, level] = apart & (self.reasons[:, :, level] == 0)
        self.hide(~kept, DIFFERENCE)

    def blurred(self) -> Mask:
        """Hidden cells beside a shown lower level of less than two thresholds.

        None of them could be shown, whatever it is, so their reason is that, and tells nothing of their size.
        """
        shown, found = self.shown(), np.zeros_like(self.secret)
        for level in range(1, shown.shape[2]):
            before = shown[:, :, level - 1]
            few = self.table.counts[:, :, level - 1] < 2 * self.threshold
            found[:, :, level] = ~shown[:, :, level] & np.where(before, few, found[:, :, level - 1])
        return np.asarray(found & self.table.mapped[:, :, None])

    def mixed(self) -> Mask:
        """Hidden cells that are withheld whatever their size, so that their reason must not tell it.

        Either some of the cells below one place are small and some are not, or the place above is withheld though it
        is not small.
        """
        found = np.zeros_like(self.secret)
        small, large = self.reasons == SMALL, self.reasons == SECONDARY
        for own, under in enumerate(map(list, self.table.places.children)):
            if under:
                both = small[under].any(axis=0) & large[under].any(axis=0)
                found[under] = both & (small | large)[under]
                found[under] |= ((self.reasons[own] >= SECONDARY) | found[own]) & (self.reasons[under] > 0)
        return found

    def labelled(self) -> Reasons:
        """The reasons as they are told: where one would tell more than the rule means, a broader one stands."""
        broader = np.where(self.mixed(), SECONDARY, self.reasons)
        return np.where(self.blurred(), DIFFERENCE, broader).astype(np.uint8)

    def told(self) -> tuple[Counts, Counts]:
        """The bounds that the reason of each hidden cell tells: it names the rule, and the rule has a bound."""
        silent = self.blurred() | self.mixed() | (self.reasons == 0)
        low = np.where(silent | self.secret, 0, self.bound)
        return low, np.where(~silent & self.secret, self.bound - 1, ENDLESS)

    def guarded(self) -> Mask:
        """What must keep its room: the secrets, and the hidden counts of places above them."""
        found = self.secret.copy()
        for own, parent in reversed(list(enumerate(self.table.places.parents))):
            if parent >= 0:
                found[parent] |= found[own] & (self.reasons[parent] > 0)
        return found

    def widen(self) -> Mask:
        """Withhold more where a hidden count has too little room; the branches where anything was withheld."""
        self.nest()
        shown, guarded = self.shown(), self.guarded()
        low, high = _bounds(self.table, shown, *self.told())
        changed = self.loosen(shown, low, high)
        counts = self.table.counts
        up, down = np.where(shown, 0, high - counts), np.where(shown, 0, counts - low)
        for place, under in enumerate(map(list, self.table.places.children)):
            if under:
                part = _Siblings(counts[under], self.table.mapped[under], shown[under], up[under], down[under])
                up[under], down[under] = part.rooms(up[place], down[place], self.table.places.parents[place] < 0)
                tight = guarded[under] & (up[under] + down[under] < self.threshold - 1)
                changed |= self.mend(place, tight, shown)
        return changed

    def nest(self) -> None:
        """What a place withholds, the places below it withhold too."""
        for own, parent in enumerate(self.table.places.parents):
            if parent >= 0:
                self.reasons[own][(self.reasons[parent] > 0) & (self.reasons[own] == 0)] = SECONDARY

    def loosen(self, shown: Mask, low: Counts, high: Counts) -> Mask:
        """Withhold the broader and narrower branches that leave a hidden count too little room at its own place."""
        tight = np.asarray(self.secret & (high - low < self.threshold - 1))
        cells = np.zeros_like(shown)
        for own, parent in enumerate(self.table.branches.parents):
            for one, other in ((own, parent), (parent, own)) if parent >= 0 else ():
                same = tight[:, one] & shown[:, other]
                elsewhere = np.asarray(tight[:, one].any(axis=1) & ~same.any(axis=1))
                cells[:, other] |= same | elsewhere[:, None]
        return self.hide(cells, DIFFERENCE)

    def mend(self, place: int, tight: Mask, shown: Mask) -> Mask:
        """Withhold what costs fewest figures where counts below `place` are `tight`."""
        if not tight.any():
            return np.zeros(shown.shape[1], dtype=np.bool_)
        under = list(self.table.places.children[place])
        counts, part = self.table.counts[under], shown[under]
        some = np.asarray(part.any(axis=2))
        partial = np.asarray(tight.any(axis=2)) & some
        cells = np.zeros_like(shown)
        top = part & (np.cumsum(part[:, :, ::-1], axis=2)[:, :, ::-1] == 1)
        cells[under] = top & partial[:, :, None]
        for branch in map(int, np.flatnonzero(tight.any(axis=(0, 2)) & ~partial.any(axis=0))):
            levels = np.asarray(tight[:, branch].any(axis=0))
            over = self.lowest_shown(place, branch, levels, shown)
            cost = int(levels.sum() + part[:, branch][:, levels].sum())
            partners = np.flatnonzero(some[:, branch])
            if partners.size:
                partner = min(partners, key=lambda one: (part[one, branch].sum(), counts[one, branch, 0], one))
                if over < 0 or int(part[partner, branch].sum()) <= cost:
                    cells[under[partner], branch] = True
                    continue
            if over >= 0:
                cells[over, branch] = levels
        return self.hide(cells, SECONDARY)

    def lowest_shown(self, place: int, branch: int, levels: Mask, shown: Mask) -> int:
        """The place itself or the nearest above it that shows one of the levels, or -1."""
        while place >= 0 and not shown[place, branch, levels].any():
            place = self.table.places.parents[place]
        return place


@dataclass(frozen=True)
class _Siblings:
    """The places below one place, and how far each count could move if it were for its own place alone."""

    counts: Counts
    mapped: Mask
    shown: Mask
    up: Counts
    down: Counts

    def rooms(self, above_up: Counts, above_down: Counts, one_known: bool) -> tuple[Counts, Counts]:
        """How far each hidden count can move up and down by exchanges; `above_` is the room of the place above.

        `one_known`: the partner with most room is left out, for somebody may know it.
        """
        up, down = np.zeros_like(self.up), np.zeros_like(self.down)
        bits = 1 << np.arange(self.shown.shape[2])
        patterns = np.where(self.mapped, (self.shown * bits).sum(axis=2), -1)
        there = [(one, patterns == one, (patterns >= 0) & (patterns & ~one == 0)) for one in np.unique(patterns)]
        last = len(bits) - 1
        # Levels are nested, so a count moves no further than the one at the level below, and than the one above.
        for level, way in [*((one, 1) for one in range(last + 1)), *((one, -1) for one in range(last, -1, -1))]:
            for pattern, own, partners in there:
                if pattern >= 0 and not pattern & bits[level]:
                    mine_up, mine_down = self._windows(level, int(pattern))
                    could_up = np.minimum(mine_up, _of_others(mine_down, partners, one_known) + above_up[:, level])
                    could_down = np.minimum(mine_down, _of_others(mine_up, partners, one_known) + above_down[:, level])
                    up[:, :, level] = np.where(own, could_up, up[:, :, level])
                    down[:, :, level] = np.where(own, could_down, down[:, :, level])
            if 0 <= level + way <= last:
                beside, gap = (
                    self.up if way > 0 else self.down,
                    np.abs(self.counts[:, :, level] - self.counts[:, :, level + way]),
                )
                limit = gap + (up if way > 0 else down)[:, :, level]
                beside[:, :, level + way] = np.minimum(beside[:, :, level + way], limit)
        return up, down

    def _windows(self, level: int, pattern: int) -> tuple[Counts, Counts]:
        """How far each count can move between the levels that those with this pattern show."""
        below = [one for one in range(level) if pattern >> one & 1]
        over = [one for one in range(level + 1, self.counts.shape[2]) if pattern >> one & 1]
        here = self.counts[:, :, level]
        up, down = self.up[:, :, level], self.down[:, :, level]
        if below:
            up = np.minimum(up, self.counts[:, :, below[-1]] - here)
        if over:
            down = np.minimum(down, here - self.counts[:, :, over[0]])
        return up, down


def _of_others(room: Counts, partners: Mask, one_known: bool) -> Counts:
    """What all other partners give together, without the one that gives most when somebody may know that one."""
    given = np.where(partners, room, 0)
    if not one_known:
        return np.asarray(given.sum(axis=0) - given)
    first = given.argmax(axis=0)[None]
    rest = given.copy()
    np.put_along_axis(rest, first, 0, axis=0)
    total, second = rest.sum(axis=0), rest.max(axis=0)
    itself = np.arange(len(given))[:, None] == first
    return np.asarray(np.where(itself, total - second, total - given))


def _bounds(table: Table, shown: Mask, low: Counts, high: Counts) -> tuple[Counts, Counts]:
    """What reasons and shown figures of one place say of each count: levels are nested, and branches overlap."""
    counts, known = table.counts, shown | ~table.mapped[:, :, None]
    least, most = np.where(known, counts, low), np.where(known, counts, high)
    for level in range(1, counts.shape[2]):
        most[:, :, level] = np.minimum(most[:, :, level], most[:, :, level - 1])
    for level in reversed(range(counts.shape[2] - 1)):
        least[:, :, level] = np.maximum(least[:, :, level], least[:, :, level + 1])
    children = table.branches.children
    for own in reversed(range(len(table.branches))):
        if children[own]:
            under = list(children[own])
            least[:, own] = np.maximum(least[:, own], least[:, under].max(axis=1))
            most[:, own] = np.minimum(most[:, own], most[:, under].sum(axis=1))
    for own, parent in enumerate(table.branches.parents):
        if parent >= 0:
            siblings = counts[:, list(children[parent])].sum(axis=1) - counts[:, own]
            least[:, own] = np.maximum(least[:, own], least[:, parent] - siblings)
            most[:, own] = np.minimum(most[:, own], most[:, parent])
            # Whose best level in the broader branch is this one has it in one of the narrower.
            between = -np.diff(counts[:, list(children[parent])].sum(axis=1) - counts[:, own], axis=1)
            step = least[:, parent, :-1] - most[:, parent, 1:] - between
            least[:, own, :-1] = np.maximum(least[:, own, :-1], least[:, own, 1:] + step)
            most[:, own, 1:] = np.minimum(most[:, own, 1:], most[:, own, :-1] - step)
    return least, np.maximum(most, counts)
