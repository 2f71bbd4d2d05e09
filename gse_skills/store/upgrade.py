"""Upgrades of a data folder from one format to the next, each one transaction of the store.

A step may be run again, since the process may be killed between the transaction and the marking of the folder: it must
then find nothing to do. To give the folder a new format: raise `folder.FORMAT`, add the step here, and leave the older
ones as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from gse_skills.store.change import Change
from gse_skills.store.folder import FORMAT, DataFolder, mark_format
from gse_skills.store.seam import Store

Step = Callable[[Store, Change], None]
"""Writes into a change what makes of one format the next."""

STEPS: Mapping[int, Step] = MappingProxyType({})
"""The steps by the format that they lead from; from `folder.OLDEST` on there is one for each."""


def upgrade(folder: DataFolder, store: Store, steps: Mapping[int, Step] = STEPS, to: int = FORMAT) -> None:
    """Bring a folder and its open store to the format `to`; it is always of exactly one format.

    Raises what `Store.apply` raises; the folder then has the last format that it reached, and can be upgraded again.
    """
    while folder.format < to:
        with Change(folder.spool) as change:
            steps[folder.format](store, change)
            if change.size:
                store.apply(change)
        mark_format(folder.path, folder.format + 1)
        folder.format += 1
