"""The register: what it reads when it opens, and that it never goes on from what the store does not hold."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from gse_skills.errors import ConflictError, InputError, NotFoundError, UnavailableError
from gse_skills.framework import Framework, Scheme, shipped
from gse_skills.index import Delta, Index
from gse_skills.organisation import Organisation
from gse_skills.register import Register
from gse_skills.store import Change
from gse_skills.vocabulary import GRAPH, GSE, RDF, SKOS, Audience

if TYPE_CHECKING:
    from tests.conftest import Office

Opens = Callable[[Path], AbstractContextManager["Office"]]
Contents = Callable[[Index], dict[str, object]]

SHEET = "Staff no,Name,Skill,Level\n1,Ann,LIF-VIR-01,Expert\n2,Bob,LIF-VIR-02,W\n"
SKILL = "https://example.org/skills/"


def scheme(*names: str) -> Scheme:
    """A scheme of one group, with a skill of each name below it."""
    node = ox.NamedNode
    concept, label, broader = node(SKOS.Concept), node(SKOS.prefLabel), node(SKOS.broader)
    triples = [ox.Triple(node(f"{SKILL}craft"), label, ox.Literal("Craft", language="en"))]
    for name in names:
        triples.append(ox.Triple(node(f"{SKILL}{name}"), label, ox.Literal(name.capitalize(), language="en")))
        triples.append(ox.Triple(node(f"{SKILL}{name}"), broader, node(f"{SKILL}craft")))
    subjects = {triple.subject for triple in triples}
    return Scheme("craft", "Craft", (*triples, *(ox.Triple(one, node(RDF.type), concept) for one in subjects)))


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, small_office: Opens) -> Iterator[Office]:
    with small_office(tmp_path_factory.mktemp("own")) as opened:
        yield opened


@pytest.fixture
def lab(own: Office) -> str:
    return own.organisation()


def test_a_register_that_is_opened_again_is_the_same(tmp_path: Path, small_office: Opens, contents: Contents) -> None:
    with small_office(tmp_path) as first:
        lab = first.organisation(Audience.PUBLIC)
        first.bring(lab, SHEET)
        first.bring(lab, SHEET.replace("2,Bob", "3,Cy"), full=True)
        held, organisations = contents(first.register.state.index), first.register.state.organisations
    with small_office(tmp_path) as second:
        assert contents(second.register.state.index) == held
        assert second.register.state.organisations == organisations


def test_an_index_that_is_missing_broken_or_of_another_commit_is_built_anew(
    tmp_path: Path, small_office: Opens, contents: Contents
) -> None:
    saved = tmp_path / "data" / "index" / "index.npz"
    with small_office(tmp_path) as first:
        lab = first.organisation(Audience.PUBLIC)
        first.bring(lab, SHEET)
    older = saved.read_bytes()
    with small_office(tmp_path) as second:
        second.bring(lab, SHEET.replace("Expert", "Working"))
        held = contents(second.register.state.index)
    for spoil in (saved.unlink, lambda: saved.write_bytes(b""), lambda: saved.write_bytes(older)):
        spoil()
        with small_office(tmp_path) as again:
            assert contents(again.register.state.index) == held


def test_a_framework_kept_of_another_commit_or_missing_is_read_anew(tmp_path: Path, small_office: Opens) -> None:
    folder = tmp_path / "data" / "index"
    with small_office(tmp_path) as first:
        held = first.register.state.framework.gathered
    (former,) = folder.glob("framework-*.json")
    former.unlink()
    with small_office(tmp_path) as second:
        assert second.register.state.framework.gathered == held
    assert former.is_file(), "the same again has the same name"
    # Another state of a scheme, and a stop before the index is saved again.
    left = {path: path.read_bytes() for path in folder.iterdir()}
    with small_office(tmp_path) as third:
        register = third.register
        register.load_scheme(scheme("masonry"))
        added = register.state.framework.gathered
        assert added != held
    for path in folder.iterdir():
        path.unlink()
    for path, content in left.items():
        path.write_bytes(content)
    with small_office(tmp_path) as fourth:
        assert fourth.register.state.framework.gathered == added


def test_a_fresh_register_has_the_shipped_framework(office: Office) -> None:
    framework = office.register.state.framework
    assert {"gse", "ontology"} <= set(framework.schemes) | {concept.scheme for concept in framework.concepts}
    assert framework.fingerprint == Framework.from_triples(shipped()).fingerprint


def test_a_data_folder_has_one_process(own: Office) -> None:
    with pytest.raises(ConflictError) as err, Register.open(own.register.settings):
        pass
    assert err.value.rule == "folder-in-use"


def test_an_organisation_is_added_once(own: Office, lab: str) -> None:
    commit = own.register.store.commit
    with pytest.raises(ConflictError) as err:
        own.register.add_organisation(Organisation(lab, "Another"))
    assert (err.value.rule, own.register.store.commit) == ("organisation-exists", commit)
    with pytest.raises(InputError) as bad:
        own.register.add_organisation(Organisation("No Slug", "Another"))
    assert (bad.value.rule, own.register.store.commit) == ("bad-slug", commit)
    assert own.register.state.organisation(lab).slug == lab
    with pytest.raises(NotFoundError) as unknown:
        own.register.state.organisation("nowhere")
    assert unknown.value.rule == "unknown-organisation"


def test_readers_keep_a_state_that_does_not_change(own: Office, lab: str, contents: Contents) -> None:
    state = own.register.state
    before = contents(state.index)
    own.bring(lab, SHEET)
    assert contents(state.index) == before
    assert own.register.state.index.commit == own.register.store.commit == state.index.commit + 1


def test_a_change_of_nothing_is_no_change(own: Office) -> None:
    commit = own.register.store.commit
    with own.register.change() as change:
        assert own.register.commit(change, Delta()) == commit
    assert own.register.store.commit == commit


def test_one_change_is_made_at_a_time(own: Office) -> None:
    """The second waits for the first, and each sees what the one before it did."""
    order: list[str] = []
    begun, go_on = threading.Event(), threading.Event()

    def first() -> None:
        with own.register.change():
            begun.set()
            go_on.wait(30)
            order.append("first")

    def second() -> None:
        begun.wait(30)
        with own.register.change():
            order.append("second")

    threads = [threading.Thread(target=one) for one in (first, second)]
    for thread in threads:
        thread.start()
    begun.wait(30)
    go_on.set()
    for thread in threads:
        thread.join()
    assert order == ["first", "second"]


def test_after_a_change_of_which_nobody_knows_whether_it_came_through(
    own: Office, lab: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk fails after the engine took the change: the same import again must find it, not repeat it."""
    store = own.register.store
    apply = store.apply

    def applied_and_failed(change: Change) -> int:
        apply(change)
        raise UnavailableError("The disk fails.", rule="disk-failed")

    monkeypatch.setattr(store, "apply", applied_and_failed)
    with pytest.raises(UnavailableError) as err:
        own.bring(lab, SHEET)
    assert err.value.rule == "disk-failed"
    monkeypatch.undo()
    again = own.bring(lab, SHEET.replace("Bob", "Rob"))
    assert {status: count for status, count in again.counts.items() if status != "noted"} == {
        "person-changed": 1,
        "unchanged": 2,
    }
    assert own.who("LIF-VIR", lab) == [("Ann", "Expert"), ("Rob", "Working")]
    assert own.register.rebuild() == 0


def test_views_that_went_amiss_are_mended(own: Office, lab: str) -> None:
    own.bring(lab, SHEET)
    register = own.register
    view = GRAPH["view/alliance"]
    lost = next(triple for triple in register.store.triples(view) if triple.predicate == ox.NamedNode(GSE.expertIn))
    with register.change() as change:
        change.remove_statement(f"{lost} <{view}> .")
        change.add("<urn:x>", "<urn:y>", "<urn:z>", f"<{view}>")
        register.store.apply(change)
    assert register.rebuild() == 2
    assert lost in set(register.store.triples(view))
    assert register.rebuild() == 0


def test_a_scheme_is_loaded_and_answered_from(own: Office, lab: str) -> None:
    craft = scheme("glassblowing", "turning")
    assert own.register.load_scheme(craft) == len(craft.triples)
    assert own.register.load_scheme(craft) == 0
    own.bring(lab, "Staff no,Name,Skill,Level\n1,Ann,Glassblowing,Expert\n")
    assert own.who("Craft", lab) == [("Ann", "Expert")]
    assert own.register.rebuild() == 0


def test_a_scheme_that_forgets_a_concept_in_use_is_refused(own: Office, lab: str) -> None:
    register = own.register
    register.load_scheme(scheme("glassblowing", "turning"))
    own.bring(lab, "Staff no,Name,Skill,Level\n1,Ann,Glassblowing,Expert\n")
    commit = register.store.commit
    for sheet in (None, "Staff no,Name,Skill,Level\n1,Ann,Glassblowing,none\n"):
        if sheet:
            own.bring(lab, sheet)
            commit += 1
        with pytest.raises(InputError) as err:
            register.load_scheme(scheme("turning"))
        assert (err.value.rule, register.store.commit) == ("concept-in-use", commit)
        assert err.value.extra == {"concepts": [f"{SKILL}glassblowing"]}
    register.load_scheme(scheme("glassblowing"))
    with pytest.raises(NotFoundError) as gone:
        own.who("Turning", lab)
    assert gone.value.rule == "unknown-term"


def test_a_framework_that_changes_under_an_import_stops_it(own: Office, lab: str) -> None:
    """Staged skills are numbers of the framework as it was; with another they would mean something else."""
    register = own.register
    register.load_scheme(scheme("glassblowing"))
    rows = "".join(f"{number},Person {number},LIF-VIR-01,W\n" for number in range(1_100))

    def meanwhile(done: int) -> None:
        if done == 1_000:
            register.load_scheme(scheme("glassblowing", "basketry"))

    commit = register.store.commit
    with pytest.raises(ConflictError) as err:
        own.bring(lab, f"Staff no,Name,Skill,Level\n{rows}", progress=meanwhile)
    assert err.value.rule == "changed-meanwhile"
    assert own.who("LIF-VIR", lab) == []
    assert register.store.commit > commit
