"""The last import undone: for random sheets everything is as it was before, and the history tells of both."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import TYPE_CHECKING

import hypothesis.strategies as st
from hypothesis import HealthCheck, given, settings
from pyoxigraph import NamedNode

from gse_skills.imports.state import read_state
from gse_skills.imports.statements import former_graph
from gse_skills.imports.undo import UndoActivity, Undoer, Undoing, undone_graph
from gse_skills.index import Index
from gse_skills.store import Change
from gse_skills.vocabulary import GRAPH, RDF, Identifier

if TYPE_CHECKING:
    from tests.conftest import History, World

NOW = datetime.datetime(2026, 6, 1, 12, tzinfo=datetime.UTC)
LONG_AGO = datetime.datetime(2000, 1, 1, tzinfo=datetime.UTC)


def last_import(world: World, organisation: str) -> Identifier | None:
    """The import that can be undone."""
    for triple in world.store.triples(former_graph(organisation)):
        if triple.predicate == NamedNode(RDF.type):
            return Identifier.from_iri(str(triple.subject)[1:-1])
    return None


def undo(world: World, organisation: str = "aster", *, dry_run: bool = False) -> Undoing:
    """Undo the last import of an organisation."""
    identifier = last_import(world, organisation)
    assert identifier is not None
    known = read_state(world.store, world.index, organisation)
    with Change() as change:
        undoer = Undoer(world.store, known, world.framework, world.rules, identifier, NOW, change)
        done = undoer.run(UndoActivity(Identifier.mint("undo"), organisation, NOW, f"steward:{organisation}"))
        if not dry_run:
            world.index = world.index.updated(undoer.delta, world.store.apply(change))
    return done


def source_of(world: World, organisation: str) -> set[str]:
    """What a source graph says, without who undid what."""
    return {
        str(triple)
        for triple in world.store.triples(GRAPH[f"source/{organisation}"])
        if not str(triple.subject).startswith("<https://w3id.org/gse-skills/id/undo/")
    }


def without_commit(held: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in held.items() if name != "commit"}


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_an_import_and_its_undo_leave_everything_as_it_was(
    data: st.DataObject,
    histories: st.SearchStrategy[History],
    world: Callable[..., World],
    contents: Callable[[Index], dict[str, object]],
) -> None:
    history = data.draw(histories)
    alliance = world(**history.organisations)
    *earlier, (today, file) = history.files
    for day, one in earlier:
        alliance.bring(one, day)
    views, source, held = alliance.views(), source_of(alliance, file.organisation), contents(alliance.index)
    answers = [alliance.hits(skill) for skill in ("LIF-VIR", "LIF-VIR-01")]
    before = last_import(alliance, file.organisation)
    alliance.bring(file, today)
    brought = last_import(alliance, file.organisation)
    if brought == before:
        return
    assert brought is not None
    learnt = source_of(alliance, file.organisation) - source
    undo(alliance, file.organisation)
    assert alliance.views() == views
    assert source_of(alliance, file.organisation) == source
    assert without_commit(contents(alliance.index)) == without_commit(held)
    assert without_commit(contents(alliance.built())) == without_commit(held)
    assert [alliance.hits(skill) for skill in ("LIF-VIR", "LIF-VIR-01")] == answers
    kept = {str(triple) for triple in alliance.store.triples(undone_graph(file.organisation, brought))}
    named = tuple(f"<http://{name}>" for name in ("xmlns.com/foaf/0.1/name", "xmlns.com/foaf/0.1/mbox"))
    lost = {one for one in learnt - kept if not any(name in one for name in named) and "dc/terms/identifier" not in one}
    assert lost == set(), "what it said is kept, but for names that it put in the place of others"
    assert last_import(alliance, file.organisation) is None, "it is undone once"
