"""Which judgement of a skill counted on a day, where several held on it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from gse_skills.index.columns import DAY_ZERO, Columns
from gse_skills.records import Standing

_ZERO = np.datetime64(DAY_ZERO, "D")


def counting(rows: Columns, standing: Standing) -> Columns:
    """Of each person and skill the record that counts, as `Standing` says; the order of the rows is kept."""
    pair = rows.skill.astype(np.uint64) << np.uint64(32) | rows.person.astype(np.uint64)
    # Rows come as a few sorted runs, which the stable sort only has to merge.
    order = np.argsort(pair, kind="stable")
    again = pair[order[1:]] == pair[order[:-1]]
    if not again.any():
        return rows
    # Most pairs have one record only: what is costly is worked out for the others.
    several = order[np.append(again, False) | np.append(False, again)]
    some, pair = rows.take(several), pair[several]
    first = np.append(True, pair[1:] != pair[:-1])
    which = np.cumsum(first) - 1
    assessed = some.assessed.astype(np.int64)
    newest = np.maximum.reduceat(assessed, np.flatnonzero(first))
    fresh = reconfirm_days(some, standing) >= newest[which]
    weight = np.array([0, *(len(standing.order) - standing.order.index(basis) for basis in sorted(standing.order))])
    # The last of each pair is the one that counts: fresh, then the stronger basis, then the later day.
    rank = np.lexsort((~some.record, assessed, weight[some.basis], fresh, which))
    kept = np.ones(len(rows), np.bool_)
    kept[several] = False
    kept[several[rank[np.append(first[1:], True)]]] = True
    return rows.take(kept)


def reconfirm_days(rows: Columns, standing: Standing) -> NDArray[np.int64]:
    """The day number by which each record is to be confirmed anew; the same days as `Standing.reconfirm_by`."""
    skills = np.flatnonzero(np.bincount(rows.skill)) if len(rows) else np.empty(0, np.int64)
    of_skill = np.zeros(int(rows.skill.max(initial=0)) + 1, np.int64)
    of_skill[skills] = [standing.months_of(skill) for skill in skills.tolist()]
    months = of_skill[rows.skill]
    day = _ZERO + rows.assessed.astype("timedelta64[D]")
    month = day.astype("datetime64[M]")
    of_month = (day - month.astype("datetime64[D]")).astype(np.int64)
    target = month + months.astype("timedelta64[M]")
    first = target.astype("datetime64[D]")
    length = ((target + np.timedelta64(1, "M")).astype("datetime64[D]") - first).astype(np.int64)
    return np.asarray((first - _ZERO).astype(np.int64) + np.minimum(of_month, length - 1))
