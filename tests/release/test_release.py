"""Releases: kept side by side, rehearsed against live records, and records that go on with another concept."""

from __future__ import annotations

import datetime
import shutil
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from gse_skills.access import OPERATOR, Caller
from gse_skills.errors import ConflictError, InputError, NotFoundError
from gse_skills.experts import ExpertsQuestion
from gse_skills.framework import Framework, Scheme, read_scheme
from gse_skills.index import build
from gse_skills.mapping import mapped
from gse_skills.organisation import Organisation
from gse_skills.register import Register
from gse_skills.release import Action, Decision, read_sheet, write_sheet
from gse_skills.settings import Settings
from gse_skills.sheet_import import ImportOptions, import_sheet
from gse_skills.sparql import Endpoint, QueryRequest
from gse_skills.store import EmbeddedStore
from gse_skills.vocabulary import Audience, Level

if TYPE_CHECKING:
    from tests.conftest import Office

Opens = Callable[[Path], AbstractContextManager["Office"]]

T = "https://example.org/trees/"
PREFIXES = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix dcterms: <http://purl.org/dc/terms/> . @prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix gse: <https://w3id.org/gse-skills/ontology#> . @prefix t: <https://example.org/trees/> .
"""
SCHEME = """
t: a skos:ConceptScheme ; dcterms:title "Trees"@en ; owl:versionInfo "{version}" ;
  owl:versionIRI <https://example.org/trees/release/{version}> .
"""
CONCEPTS = {
    "wood": "t:wood a gse:SkillGroup ; skos:prefLabel 'Wood science'@en ; skos:inScheme t: ; skos:topConceptOf t: .",
    "oak": "t:oak a gse:Skill ; skos:prefLabel 'Oak care'@en ; skos:broader t:wood ; skos:inScheme t: .",
    "ash": "t:ash a gse:Skill ; skos:prefLabel 'Ash care'@en ; skos:broader t:wood ; skos:inScheme t: .",
    "elm": "t:elm a gse:Skill ; skos:prefLabel 'Elm care'@en ; skos:broader t:wood ; skos:inScheme t: .",
}
PEOPLE = """Staff number,Name,Skill,Level,Date assessed,Audience
1,Ann,Oak care,Expert,01/03/2025,
2,Ben,Oak care,Working,01/03/2025,private
2,Ben,Ash care,Practitioner,01/04/2025,
3,Cat,Ash care,Awareness,01/05/2025,
"""
GONE = " owl:deprecated true ; dcterms:isReplacedBy {heirs} ."


def scheme(register: Register, tmp_path: Path, version: str, **changed: str) -> Scheme:
    path = tmp_path / f"trees-{version}.ttl"
    path.write_text(PREFIXES + SCHEME.format(version=version) + "\n".join((CONCEPTS | changed).values()))
    return read_scheme(path, register.sandbox, "trees")


def retired(name: str, *heirs: str) -> str:
    told = " , ".join(f"t:{heir}" for heir in heirs)
    return CONCEPTS[name].removesuffix(" .") + " ;" + GONE.format(heirs=told)


@pytest.fixture(scope="module")
def data(small_office: Opens, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the first release and a few people; nobody opens it but to copy it."""
    home = tmp_path_factory.mktemp("release")
    with small_office(home) as office:
        register = office.register
        register.load_scheme(scheme(register, home, "1"))
        register.add_organisation(Organisation("alder", "Alder", Audience.ALLIANCE))
        sheet = home / "people.csv"
        sheet.write_text(PEOPLE)
        import_sheet(register, sheet, ImportOptions("alder", sheet.name), register.access(OPERATOR))
    return home / "data"


@pytest.fixture
def register(data: Path, tmp_path: Path) -> Iterator[Register]:
    shutil.copytree(data, tmp_path / "data")
    with Register.open(Settings(data=tmp_path / "data", durable=False)) as register:
        yield register


def held(register: Register, skill: str, **more: object) -> dict[str, tuple[Level, str]]:
    """Who has a skill at which level, and the concept recorded."""
    question = ExpertsQuestion(T + skill, **more)  # type: ignore[arg-type]  # the question's own names
    hits = register.ask_experts(question, register.access(OPERATOR)).hits
    return {hit.card.name: (hit.level, hit.skill.removeprefix(T)) for hit in hits}


def whole(register: Register) -> None:
    """The views and the index are what the source graphs say."""
    state = register.state
    anew = build(register.store, state.framework, state.rules)
    assert [len(anew), anew.skills().tolist()] == [len(state.index), state.index.skills().tolist()]
    assert register.rebuild() == 0


def test_a_release_stays_beside_the_one_that_takes_its_place(register: Register, tmp_path: Path) -> None:
    renamed = CONCEPTS["elm"].replace("Elm care", "Care of elms")
    register.load_scheme(scheme(register, tmp_path, "2", elm=renamed))
    first, second = register.state.releases.of("trees")
    assert (first.name, first.current, second.name, second.current) == ("trees@1", False, "trees@2", True)
    assert (first.iri, second.revision_of) == ("https://example.org/trees/release/1", first.iri)
    label = f"SELECT ?label {{ <{T}elm> <http://www.w3.org/2004/02/skos/core#prefLabel> ?label }}"
    store = register.store
    assert isinstance(store, EmbeddedStore)
    endpoint = Endpoint(register.sandbox, store.snapshot)
    seen = ("https://w3id.org/gse-skills/graph/view/public", *register.state.releases.shelf)
    now = endpoint.answer(QueryRequest(label, accept="text/csv"), seen).body.split()
    then = endpoint.answer(QueryRequest(label, (first.graph,), accept="text/csv"), seen).body.splitlines()
    assert (now, then) == ([b"label", b"Care", b"of", b"elms"], [b"label", b"Elm care"])
    by_name = f"SELECT ?label {{ GRAPH <{first.graph}> {{ <{T}elm> ?p ?label FILTER(CONTAINS(STR(?p), 'pref')) }} }}"
    assert endpoint.answer(QueryRequest(by_name, accept="text/csv"), seen).body.splitlines()[1:] == [b"Elm care"]
    assert register.state.releases.named("trees@1") == first
    with pytest.raises(NotFoundError) as err:
        register.state.releases.named("trees@3")
    assert err.value.rule == "unknown-release"


def test_what_a_release_changed_is_kept_and_published(register: Register, tmp_path: Path) -> None:
    register.load_scheme(scheme(register, tmp_path, "2", elm=CONCEPTS["elm"].replace("Elm care", "Care of elms")))
    changes = register.state.releases.named("trees@2").changes
    [note] = [t.object.value for t in register.store.triples(changes) if t.subject.value == f"{T}elm"]  # type: ignore[union-attr]  # notes are literals
    assert note == "2: label (en) changed from “Elm care” to “Care of elms”."
    public = "https://w3id.org/gse-skills/graph/view/public"
    assert {str(t) for t in register.store.triples(changes)} <= {str(t) for t in register.store.triples(public)}


def test_the_same_release_again_changes_nothing(register: Register, tmp_path: Path) -> None:
    commit = register.store.commit
    assert register.load_scheme(scheme(register, tmp_path, "1")) == 0
    assert register.store.commit == commit
    assert len(register.state.releases.of("trees")) == 1


def test_a_release_mended_without_a_new_version_takes_its_own_place(register: Register, tmp_path: Path) -> None:
    register.load_scheme(scheme(register, tmp_path, "1", elm=CONCEPTS["elm"].replace("Elm care", "Care of elms")))
    assert [one.name for one in register.state.releases.of("trees")] == ["trees@1"]


def test_a_release_that_was_in_force_before_comes_back(register: Register, tmp_path: Path) -> None:
    register.load_scheme(scheme(register, tmp_path, "2", elm=retired("elm", "ash")))
    register.load_scheme(scheme(register, tmp_path, "1"))
    assert [(one.name, one.current) for one in register.state.releases.of("trees")] == [
        ("trees@2", False),
        ("trees@1", True),
    ]


def test_a_rehearsal_says_what_hangs_on_a_change_and_changes_nothing(register: Register, tmp_path: Path) -> None:
    commit = register.store.commit
    new = scheme(register, tmp_path, "2", oak=retired("oak", "ash"), elm=retired("elm", "ash"))
    rehearsal = register.rehearse(new)
    [impact] = rehearsal.impacts  # nobody holds elm
    assert (impact.concept.label, dict(impact.records)) == ("Oak care", {"alder": 2})
    assert impact.prefilled == Decision(f"{T}oak", Action.MIGRATE, (f"{T}ash",))
    assert register.store.commit == commit


def test_no_record_migrates_without_a_word(register: Register, tmp_path: Path) -> None:
    commit = register.store.commit
    with pytest.raises(ConflictError) as err:
        register.load_scheme(scheme(register, tmp_path, "2", oak=retired("oak", "ash")))
    assert (err.value.rule, err.value.extra["concepts"]) == ("undecided", [f"{T}oak"])
    assert register.store.commit == commit
    assert held(register, "oak").keys() == {"Ann", "Ben"}


def test_records_go_on_with_what_takes_the_place_of_their_concept(register: Register, tmp_path: Path) -> None:
    new = scheme(register, tmp_path, "2", oak=retired("oak", "ash"))
    register.load_scheme(new, register.rehearse(new).prefilled)
    # Ben's own record of ash is the newer.
    assert held(register, "ash") == {
        "Ann": (Level.EXPERT, "ash"),
        "Ben": (Level.PRACTITIONER, "ash"),
        "Cat": (Level.AWARENESS, "ash"),
    }
    assert held(register, "oak") == {}


def test_the_old_meaning_stays_in_the_history(register: Register, tmp_path: Path) -> None:
    new = scheme(register, tmp_path, "2", oak=retired("oak", "ash"))
    register.load_scheme(new, register.rehearse(new).prefilled)
    day = datetime.date(2025, 6, 1)
    assert held(register, "oak", as_of=day) == {"Ann": (Level.EXPERT, "oak"), "Ben": (Level.WORKING, "oak")}
    told = {
        str(triple.predicate).rpartition("#")[2].strip(">"): str(triple.object)
        for triple in register.store.triples("https://w3id.org/gse-skills/graph/source/alder")
        if "/migration/" in str(triple.subject)
    }
    assert "release/2" in told["used"]
    assert told["type"].endswith("#Migration>")


def test_a_migrated_record_keeps_its_audience_and_the_phrase_it_came_from(register: Register, tmp_path: Path) -> None:
    new = scheme(register, tmp_path, "2", oak=retired("oak", "elm"))
    register.load_scheme(new, register.rehearse(new).prefilled)
    question = ExpertsQuestion(f"{T}elm")
    answer = register.ask_experts(question, register.access(OPERATOR))
    assert {hit.card.name: hit.why[0].label for hit in answer.hits} == {"Ann": "Oak care", "Ben": "Oak care"}
    member = register.access(Caller.parse("member:alder"))
    assert [hit.card.name for hit in register.ask_experts(question, member).hits] == ["Ann"]


def test_a_split_keeps_its_records_until_somebody_says_where_they_go(register: Register, tmp_path: Path) -> None:
    new = scheme(register, tmp_path, "2", oak=retired("oak", "ash", "elm"))
    rehearsal = register.rehearse(new)
    assert rehearsal.prefilled[f"{T}oak"].action is Action.KEEP
    register.load_scheme(new)
    assert held(register, "oak").keys() == {"Ann", "Ben"}


def test_a_split_can_lead_to_several(register: Register, tmp_path: Path) -> None:
    new = scheme(register, tmp_path, "2", oak=retired("oak", "ash", "elm"))
    both = {f"{T}oak": Decision(f"{T}oak", Action.MIGRATE, (f"{T}ash", f"{T}elm"))}
    register.load_scheme(new, both)
    assert held(register, "elm") == {"Ann": (Level.EXPERT, "elm"), "Ben": (Level.WORKING, "elm")}
    assert held(register, "ash")["Ann"] == (Level.EXPERT, "ash")
    whole(register)


def test_two_that_merge_become_one_record(register: Register, tmp_path: Path) -> None:
    new = scheme(register, tmp_path, "2", oak=retired("oak", "elm"), ash=retired("ash", "elm"))
    register.load_scheme(new, register.rehearse(new).prefilled)
    assert held(register, "elm") == {
        "Ann": (Level.EXPERT, "elm"),
        "Ben": (Level.PRACTITIONER, "elm"),
        "Cat": (Level.AWARENESS, "elm"),
    }
    whole(register)


def test_the_owner_can_keep_what_would_migrate(register: Register, tmp_path: Path) -> None:
    new = scheme(register, tmp_path, "2", oak=retired("oak", "ash"))
    register.load_scheme(new, {f"{T}oak": Decision(f"{T}oak", Action.KEEP)})
    assert held(register, "oak").keys() == {"Ann", "Ben"}


def test_decisions_that_do_not_fit(register: Register, tmp_path: Path) -> None:
    new = scheme(register, tmp_path, "2", oak=retired("oak", "ash"), elm=retired("elm", "ash"))
    rehearsal = register.rehearse(new)
    framework = Framework.from_triples({"trees": new.triples})
    for decision, rule in (
        (Decision(f"{T}ash", Action.KEEP), "unknown-decision"),
        (Decision(f"{T}oak", Action.MIGRATE, (f"{T}oak",)), "bad-target"),
        (Decision(f"{T}oak", Action.MIGRATE, (f"{T}none",)), "bad-target"),
        (Decision(f"{T}oak", Action.MIGRATE, (f"{T}elm",)), "bad-target"),
    ):
        with pytest.raises(InputError) as err:
            rehearsal.decided({decision.concept: decision}, framework)
        assert err.value.rule == rule
    # A sheet older than the records.
    with pytest.raises(ConflictError) as conflict:
        rehearsal.decided({}, framework)
    assert conflict.value.rule == "undecided"


def test_a_concept_with_records_must_not_vanish(register: Register, tmp_path: Path) -> None:
    new = scheme(register, tmp_path, "2", oak="")
    for act in (register.rehearse, register.load_scheme):
        with pytest.raises(InputError) as err:
            act(new)
        assert err.value.rule == "concept-in-use"


def test_the_next_sheet_in_the_old_words_means_the_new_concept(register: Register, tmp_path: Path) -> None:
    new = scheme(register, tmp_path, "2", oak=retired("oak", "ash"))
    register.load_scheme(new, register.rehearse(new).prefilled)
    sheet = tmp_path / "again.csv"
    sheet.write_text(PEOPLE)
    options = ImportOptions("alder", sheet.name, full=True)
    result = import_sheet(register, sheet, options, register.access(OPERATOR), dry_run=True)
    assert result.counts.get("ended", 0) == 0
    assert result.counts.get("added", 0) == 0
    assert any(outcome.rule == "replaced-concept" for outcome in result.outcomes)


def test_the_sheet_of_decisions_goes_out_and_comes_back(register: Register, tmp_path: Path) -> None:
    new = scheme(register, tmp_path, "2", oak=retired("oak", "ash"))
    rehearsal = register.rehearse(new)
    path = tmp_path / "decisions.csv"
    path.write_text(write_sheet(one.row() for one in rehearsal.impacts), "utf-8-sig", newline="")
    assert read_sheet(path) == rehearsal.prefilled


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"concept,decision\nx,keep\n", "missing-column"),
        (b"concept,decision,targets\nx,drop,\n", "bad-decision"),
        (b"concept,decision,targets\nx,migrate,\n", "bad-decision"),
        (b"concept,decision,targets\nx,keep,y\n", "bad-decision"),
        (b"concept,decision,targets\n\xff,keep,\n", "bad-encoding"),
    ],
)
def test_bad_sheets(tmp_path: Path, content: bytes, rule: str) -> None:
    path = tmp_path / "sheet.csv"
    path.write_bytes(content)
    with pytest.raises(InputError) as err:
        read_sheet(path)
    assert err.value.rule == rule


@pytest.fixture
def with_all_shipped(shipped_data: Path, tmp_path: Path) -> Iterator[Register]:
    shutil.copytree(shipped_data, tmp_path / "data")
    with Register.open(Settings(data=tmp_path / "data", durable=False)) as register:
        yield register


def test_mappings_of_what_changes_are_told(with_all_shipped: Register) -> None:
    register = with_all_shipped
    mapped_to = {one: targets for one, targets in mapped(register.store).items() if "/ddat/" in " ".join(targets)}
    concept, targets = next(iter(mapped_to.items()))
    gone = ox.Triple(
        ox.NamedNode(concept),
        ox.NamedNode("http://www.w3.org/2002/07/owl#deprecated"),
        ox.Literal("true", datatype=ox.NamedNode("http://www.w3.org/2001/XMLSchema#boolean")),
    )
    shipped = tuple(register.store.triples("https://w3id.org/gse-skills/graph/scheme/gse"))
    rehearsal = register.rehearse(Scheme("gse", "Ours", (*shipped, gone)))
    [impact] = rehearsal.impacts
    assert (impact.concept.iri, impact.mappings, impact.total) == (concept, targets, 0)
    assert impact.row()["mappings"] == " ".join(targets)
