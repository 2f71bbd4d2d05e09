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
    _, which, size = np.unique(pair, return_inverse=True, return_counts=True)
    several = size[which] > 1
    if not several.any():
        return rows
    assessed = rows.assessed.astype(np.int64)
    newest = np.zeros(len(size), np.int64)
    np.maximum.at(newest, which, assessed)
    fresh = reconfirm_days(rows, standing) >= newest[which]
    weight = np.array([0, *(len(standing.order) - standing.order.index(basis) for basis in sorted(standing.order))])
    # The last of each pair is the one that counts: fresh, then the stronger basis, then the later day.
    order = np.lexsort((~rows.record, assessed, weight[rows.basis], fresh, which))
    last = order[np.append(which[order][1:] != which[order][:-1], True)]
    kept = np.zeros(len(rows), np.bool_)
    kept[last] = True
    return rows.take(kept)


def reconfirm_days(rows: Columns, standing: Standing) -> NDArray[np.int64]:
    """The day number by which each record is to be confirmed anew; the same days as `Standing.reconfirm_by`."""
    skills, which = np.unique(rows.skill, return_inverse=True)
    months = np.array([standing.months_of(skill) for skill in skills.tolist()], np.int64)[which]
    day = _ZERO + rows.assessed.astype("timedelta64[D]")
    month = day.astype("datetime64[M]")
    of_month = (day - month.astype("datetime64[D]")).astype(np.int64)
    target = month + months.astype("timedelta64[M]")
    first = target.astype("datetime64[D]")
    length = ((target + np.timedelta64(1, "M")).astype("datetime64[D]") - first).astype(np.int64)
    return np.asarray((first - _ZERO).astype(np.int64) + np.minimum(of_month, length - 1))
