"""The views of one person brought from one state to another, in the store and in the index alike."""

from __future__ import annotations

from collections.abc import Mapping

from gse_skills.index import Delta
from gse_skills.records.view import Triples
from gse_skills.store import Change, term


def rewrite(
    person: int, was: Mapping[str, Triples], becomes: Mapping[str, Triples], change: Change, delta: Delta
) -> None:
    """Write into `change` and `delta` what makes of a person's views `was` (by IRI of the view) the views `becomes`.

    The records themselves are not the delta's here: whoever begins or ends one says so.
    """
    for view in sorted({*was, *becomes}):
        graph = term.iri(view)
        had, has = was.get(view, set()), becomes.get(view, set())
        for triple in had - has:
            change.remove(*triple, graph)
        for triple in has - had:
            change.add(*triple, graph)
        if not had:
            delta.shown[view].add(person)
        if not has:
            delta.hidden[view].add(person)
