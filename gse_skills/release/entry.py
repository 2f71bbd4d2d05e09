"""A new state of a concept scheme entered: what the published graphs say from then on of it and of what it was."""

from __future__ import annotations

import datetime

from gse_skills.framework import Scheme
from gse_skills.framework.difference import Difference, notes
from gse_skills.rebuild import SCHEME, amend
from gse_skills.release.catalogue import RELEASES, Catalogue, Installed
from gse_skills.store import Change, Store


def enter(
    scheme: Scheme, difference: Difference, store: Store, change: Change, now: datetime.datetime
) -> tuple[Installed, dict[str, tuple[str, ...]]]:
    """Write into `change` the scheme, its release, what that changed, and the release whose place it takes, kept.

    Returns the release, and the published graphs as they will be, as `derive` takes them.
    """
    old = Catalogue.read(store)
    catalogue = old.entered(scheme.slug, difference.new, scheme.title, now)
    newest, former = catalogue.newest(scheme.slug), old.newest(scheme.slug)
    assert newest is not None, "what was just entered"
    graph = SCHEME + scheme.slug
    amended = {
        graph: tuple(map(str, scheme.triples)),
        RELEASES: tuple(catalogue.statements()),
        newest.changes: tuple(map(str, notes(difference, scheme.triples))) if former else (),
    }
    kept = {former.archive: tuple(map(str, store.triples(graph)))} if former and former != newest else {}
    for name, lines in (amended | kept).items():
        amend(store, change, name, lines)
    return newest, amended
