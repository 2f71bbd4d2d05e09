"""A start finds out what is installed and set otherwise than the store was left, and says so."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest

import gse_skills.footing
from gse_skills.access import OPERATOR
from gse_skills.experts import ExpertsQuestion
from gse_skills.footing import Footing, content
from gse_skills.framework import ONTOLOGY, OWN_SCHEME, Scheme
from gse_skills.framework import shipped as really_shipped
from gse_skills.organisation import Organisation
from gse_skills.rebuild import PUBLISHED, SCHEME
from gse_skills.register import Register
from gse_skills.settings import Settings
from gse_skills.sheet_import import ImportOptions, import_sheet
from gse_skills.store import Change
from gse_skills.vocabulary import FRAMEWORK, GSE, SKOS

TERM = ox.Triple(
    ox.NamedNode(GSE.somethingNew), ox.NamedNode(SKOS.prefLabel), ox.Literal("Something new", language="en")
)
LABEL = ox.Triple(
    ox.NamedNode(FRAMEWORK["LIF-VIR-01"]), ox.NamedNode(SKOS.altLabel), ox.Literal("a name of tomorrow", language="en")
)


BRANCH = tuple(f"<{FRAMEWORK}{name}".replace("/>", ">") for name in (">", "LIF>", "LIF-VIR>", "LIF-VIR-01>"))
"""With all of the framework each start would take seconds."""


def branch() -> dict[str, tuple[ox.Triple, ...]]:
    """What is shipped, of the framework a branch."""
    everything = really_shipped()
    few = (triple for triple in everything[OWN_SCHEME] if str(triple.subject) in BRANCH)
    return {ONTOLOGY: everything[ONTOLOGY], OWN_SCHEME: tuple(few)}


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A data folder that this version has filled; nobody opens it but to copy it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gse_skills.footing, "shipped", branch)
        folder = tmp_path_factory.mktemp("footing") / "data"
        with Register.open(opened(folder)):
            pass
        yield folder


@pytest.fixture
def data(filled: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    shutil.copytree(filled, tmp_path / "data")
    return tmp_path / "data"


@pytest.fixture
def tomorrow(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A version that ships one more term and one more name of a skill."""
    more = {ONTOLOGY: TERM, OWN_SCHEME: LABEL}

    def shipped() -> dict[str, tuple[ox.Triple, ...]]:
        return {slug: (*triples, more[slug]) for slug, triples in branch().items()}

    with monkeypatch.context() as patch:
        patch.setattr(gse_skills.footing, "shipped", shipped)
        patch.setattr(gse_skills.footing, "_digest", lambda files: f"{len(list(files))} files of tomorrow"[:32])
        yield


def opened(data: Path, **chosen: object) -> Settings:
    return Settings.model_validate({"data": data, "durable": False, **chosen})


def holds(register: Register, triple: ox.Triple) -> dict[str, bool]:
    graphs = {"ontology": SCHEME + ONTOLOGY, "framework": SCHEME + OWN_SCHEME, "view": PUBLISHED}
    return {name: triple in set(register.store.triples(graph)) for name, graph in graphs.items()}


def forget(register: Register) -> None:
    """Leave the folder as one from before a footing was kept."""
    former = Footing.read(register.store)
    assert former is not None
    with Change(register.folder.spool) as change:
        change.remove(*former._statement())
        register.store.apply(change)


def test_a_start_that_finds_everything_as_it_was_left_writes_nothing(data: Path) -> None:
    with Register.open(opened(data)) as register:
        commit = register.store.commit
        assert register.tidings == []
        assert Footing.read(register.store) is not None
    with Register.open(opened(data)) as register:
        assert (register.store.commit, register.tidings) == (commit, [])


@pytest.mark.usefixtures("tomorrow")
def test_a_newer_version_brings_its_terms_and_its_release_into_an_old_folder(data: Path) -> None:
    with Register.open(opened(data)) as register:
        assert holds(register, TERM) == {"ontology": True, "framework": False, "view": True}
        assert holds(register, LABEL) == {"ontology": False, "framework": True, "view": True}
        assert len(register.tidings) == 2
        assert register.state.lookup.resolve("a name of tomorrow").concept == FRAMEWORK["LIF-VIR-01"]
        (kept,) = register.folder.backups.iterdir()
        assert kept.name.startswith("before-shipped-")
        assert register.rebuild() == 0
        commit = register.store.commit
    with Register.open(opened(data)) as register:
        assert (register.store.commit, register.tidings) == (commit, [])


def test_a_folder_from_before_this_was_kept_is_brought_up_too(data: Path, request: pytest.FixtureRequest) -> None:
    with Register.open(opened(data)) as register:
        forget(register)
    request.getfixturevalue("tomorrow")
    with Register.open(opened(data)) as register:
        assert holds(register, TERM)["view"]
        assert holds(register, LABEL)["framework"]
        assert Footing.read(register.store) is not None


def test_a_framework_that_its_owner_changed_stays(data: Path, request: pytest.FixtureRequest) -> None:
    with Register.open(opened(data)) as register:
        own = tuple(register.store.triples(SCHEME + OWN_SCHEME))
        mine = ox.Triple(LABEL.subject, LABEL.predicate, ox.Literal("a name of ours", language="en"))
        register.load_scheme(Scheme(OWN_SCHEME, "Ours", (*own, mine)))
        changed = content(register.store.triples(SCHEME + OWN_SCHEME))
    request.getfixturevalue("tomorrow")
    with Register.open(opened(data)) as register:
        assert content(register.store.triples(SCHEME + OWN_SCHEME)) == changed
        assert holds(register, TERM)["ontology"]
        assert any("stays" in said for said in register.tidings)
    with Register.open(opened(data)) as register:
        assert register.tidings == []


def test_a_framework_that_was_changed_without_another_version_stays_too(
    data: Path, request: pytest.FixtureRequest
) -> None:
    with Register.open(opened(data)) as register:
        own = tuple(register.store.triples(SCHEME + OWN_SCHEME))
        mine = ox.Triple(LABEL.subject, LABEL.predicate, ox.Literal("a name of ours", language="en"))
        register.load_scheme(Scheme(OWN_SCHEME, "Ours", (*own, mine)))
        forget(register)
    request.getfixturevalue("tomorrow")
    with Register.open(opened(data)) as register:
        assert holds(register, mine)["framework"]
        assert not holds(register, LABEL)["framework"]
        assert any("stays" in said for said in register.tidings)


def test_another_precedence_derives_the_views_anew_at_the_start(data: Path, tmp_path: Path) -> None:
    sheet = tmp_path / "two judges.csv"
    sheet.write_text(
        "Staff no,Name,Skill,Level,Assessed by,Date assessed\n"
        "1,Ann Archer,LIF-VIR-01,Expert,Self,2025-01-31\n1,Ann Archer,LIF-VIR-01,Working,Manager,2025-01-31\n"
    )

    def level(register: Register) -> str:
        (hit,) = register.ask_experts(ExpertsQuestion("LIF-VIR-01"), register.access(OPERATOR)).hits
        return hit.level.label

    with Register.open(opened(data)) as register:
        register.add_organisation(Organisation("alder", "Alder Laboratory"))
        import_sheet(register, sheet, ImportOptions("alder", sheet.name), register.access(OPERATOR))
        assert level(register) == "Working"
    order = ["self", "peer", "manager", "accredited"]
    with Register.open(opened(data, basis_precedence=order)) as register:
        assert level(register) == "Expert"
        assert [said.split(":")[0] for said in register.tidings] == ["The views are derived anew"]
        assert register.rebuild() == 0
    with Register.open(opened(data, basis_precedence=order)) as register:
        assert (level(register), register.tidings) == ("Expert", [])


def test_content_is_what_is_said_in_whatever_order() -> None:
    assert content([TERM, LABEL]) == content([LABEL, TERM]) != content([TERM])
