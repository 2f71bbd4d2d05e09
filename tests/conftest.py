"""What the tests of the core share.

`World` is everything between a staged file and an answer - planner, store, views, index - in memory and on a framework
of a dozen concepts, so that hundreds of histories can be tried; `histories` draws them. `Office` is the whole: a
register on a data folder, with the shipped framework, that imports real files.

`once` makes what takes long and nobody alters, such as a data folder with all that is shipped, once for all workers.

Test modules take these as fixtures, and their types under TYPE_CHECKING: tests are no package.
"""

from __future__ import annotations

import datetime
import fcntl
import gc
import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Protocol

import pyoxigraph as ox
import pytest
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from gse_skills import experts, people
from gse_skills.access import OPERATOR, Access, Caller, access_of
from gse_skills.experts import ExpertsAnswer, ExpertsQuestion, Hit
from gse_skills.framework import Framework, Lookup, Search
from gse_skills.framework.scheme import complete
from gse_skills.imports.assertion import PersonFacts
from gse_skills.imports.phrases import Phrase
from gse_skills.imports.plan import HELD, Defaults, Planner
from gse_skills.imports.staging import Outcome, Staged, Staging
from gse_skills.imports.state import read_state
from gse_skills.imports.statements import ImportActivity
from gse_skills.index import Delta, Index, build, day_number
from gse_skills.organisation import Organisation, describe
from gse_skills.rebuild import PUBLISHED, SCHEME, VIEW
from gse_skills.records import AudienceRules
from gse_skills.register import Register
from gse_skills.settings import Settings
from gse_skills.sheet_import import ImportOptions, ImportResult, import_sheet
from gse_skills.store import Change, DataFolder, EmbeddedStore, Store
from gse_skills.vocabulary import FRAMEWORK, GRAPH, GSE, Audience, Basis, Identifier

BEGIN = datetime.date(2025, 1, 1)
DAYS = 12
ORGANISATIONS = ("aster", "birch", "cedar", "dogwood")
LEAVES = ("LIF-VIR-01", "LIF-VIR-02", "LIF-CEL-01", "CHE-ANA-01", "CHE-ANA-02")
CONCEPTS = (*LEAVES, "LIF-VIR", "LIF-CEL", "LIF", "CHE-ANA", "CHE", "X-LONE")
SCHEMES = Path(__file__).parent / "data" / "world"


LONG = (
    "test_browser",
    "test_kills",
    "test_noninterference",
    "test_service",
    "test_policy_table",
    "test_policy_fuzz",
    "test_real_input",
    "test_process",
    "test_reason",
    "test_mutations",
    "test_contract",
    "test_policy_oracle",
    "test_shapes",
    "test_imports_over_http",
    "test_remote",
    "test_html",
    "test_framework_life",
    "test_encryption",
    "test_cli_records",
    "test_identity",
    "test_backup",
    "test_embedded",
    "test_roles_api",
    "test_coverage_statements",
    "test_mapping_check",
    "test_policy_records",
    "test_visibility",
    "test_esco",
    "test_limits_over_http",
    "test_wheel",
)
"""Files that take twenty seconds or more on a busy machine, longest first."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take long come first, so that none is left for one worker while the others have nothing to do."""
    places = {name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.path.stem, len(LONG)))


# A change is judged by what is in it: where every test is wanted, each run draws the same examples, and more of them.
# Elsewhere every run draws others, and what fails is kept for the next. No time limit: machines are busy.
hypothesis_settings.register_profile("usual", max_examples=25, deadline=None)
hypothesis_settings.register_profile("every test", max_examples=60, deadline=None, derandomize=True)
hypothesis_settings.load_profile("every test" if os.environ.get("GSE_SKILLS_REQUIRE_ALL") == "1" else "usual")


def pytest_collection_finish() -> None:
    """What modules and collected tests hold stays for the run: a collector that walks it again and again takes a fifth
    of the processor's time. Of what tests make little goes in circles, so it need not look so often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


Once = Callable[[str, Callable[[Path], None]], Path]


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """A folder that all workers of the run share, by name: whichever comes first fills it, and nobody alters it."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base

    def made(name: str, fill: Callable[[Path], None]) -> Path:
        folder, draft = shared / f"once-{name}", shared / f"once-{name}.draft"
        with folder.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not folder.is_dir():
                shutil.rmtree(draft, ignore_errors=True)
                draft.mkdir()
                fill(draft)
                draft.rename(folder)
        return folder

    return made


@pytest.fixture(scope="session")
def shipped_data(once: Once) -> Path:
    """A data folder as the first start leaves it, with all that is shipped; nobody opens it but to copy it."""

    def fill(folder: Path) -> None:
        with Register.open(Settings(data=folder / "data", durable=False)):
            pass

    return once("shipped", fill) / "data"


@dataclass(frozen=True, slots=True)
class Said:
    """One cell of a file: level 0 says none, `HELD` could not be read."""

    person: PersonFacts
    skill: str
    level: int
    day: datetime.date | None = None
    basis: Basis | None = None
    audience: Audience | None = None


@dataclass(frozen=True, slots=True)
class SheetFile:
    """What a spreadsheet says, once it is read."""

    organisation: str
    said: tuple[Said, ...]
    full: bool = False
    snapshot: datetime.date | None = None
    basis: Basis = Basis.SELF
    leavers: bool = True


@dataclass(frozen=True, slots=True)
class History:
    """Organisations with their default audiences, and the files they sent, each with the day on which it was read."""

    organisations: Mapping[str, Audience]
    files: tuple[tuple[datetime.date, SheetFile], ...]


@dataclass(frozen=True, slots=True)
class Brought:
    """What an import did: as the report has it, and how many statements it touched."""

    outcomes: tuple[Outcome, ...]
    counts: dict[str, int]
    digest: str
    size: int

    def rules(self, *statuses: str) -> list[str]:
        """The rules that fired, of these statuses or of all, in order of row."""
        return [outcome.rule for outcome in self.outcomes if not statuses or outcome.status in statuses]


def facts(
    number: str | None = None,
    name: str = "",
    email: str | None = None,
    unit: str | None = None,
    available: bool | None = None,
) -> PersonFacts:
    """A person as the reader of a sheet keys them."""
    if number:
        key = f"staff:{''.join(number.casefold().split())}"
    else:
        key = f"email:{email.casefold()}" if email else f"name:{name.casefold()}"
    return PersonFacts(key, number, name, email, unit, available=available)


def small_schemes() -> dict[str, list[ox.Triple]]:
    """The schemes of `SCHEMES`, by slug, as loading completes them: queries rely on both directions of a link."""
    return {
        path.stem: list(complete(quad.triple for quad in ox.parse(path=path))) for path in sorted(SCHEMES.iterdir())
    }


def _bring_schemes(change: Change, schemes: Mapping[str, Sequence[ox.Triple]]) -> None:
    for slug, triples in schemes.items():
        for triple in triples:
            for graph in (SCHEME + slug, PUBLISHED):
                change.add_statement(f"{triple} <{graph}> .")


class World:
    """Organisations, their files and the answers, without spreadsheets, sandbox and disk."""

    def __init__(self, organisations: Mapping[str, Audience]) -> None:
        schemes = small_schemes()
        self.framework = Framework.from_triples(schemes)
        self.lookup = Lookup(self.framework, Search(self.framework))
        self.store: Store = EmbeddedStore(None)
        self.organisations = tuple(organisations)
        self.rules = AudienceRules(organisations)
        with Change() as change:
            _bring_schemes(change, schemes)
            for slug, audience in organisations.items():
                describe(Organisation(slug, slug.capitalize(), audience), change)
            self.store.apply(change)
        self.index = self.built()

    def built(self) -> Index:
        """The index built anew from the store."""
        return build(self.store, self.framework, self.rules)

    def access(self, caller: str) -> Access:
        """What a caller may see; `operator` is one too."""
        return access_of(OPERATOR if caller == "operator" else Caller.parse(caller), self.organisations)

    def bring(self, file: SheetFile, today: datetime.date = BEGIN, *, dry_run: bool = False) -> Brought:
        """Import a file on a day."""
        with Change() as change:
            brought, delta = self._planned(file, today, change)
            if change.size and not dry_run:
                self.index = self.index.updated(delta, self.store.apply(change))
        return brought

    def _planned(self, file: SheetFile, today: datetime.date, change: Change) -> tuple[Brought, Delta]:
        day = file.snapshot or today
        phrases = [Phrase(f"our {name}", self.framework.number(FRAMEWORK[name]), GSE.SavedMapping) for name in CONCEPTS]
        staging = Staging(Path(":memory:"))
        for row, said in enumerate(file.said, 2):
            staging.person(replace(said.person, row=row), row)
            staging.assertion(said.person.key, _staged(said, row, self.framework))
        planner = Planner(
            read_state(self.store, self.index, file.organisation),
            staging,
            phrases,
            Defaults(day, file.basis, file.full, leavers=file.leavers),
            ImportActivity(
                Identifier.mint("import"),
                file.organisation,
                datetime.datetime(today.year, today.month, today.day, tzinfo=datetime.UTC),
                "skills.csv",
                "0" * 64,
                day if file.full else None,
            ),
            self.framework,
            self.rules,
            change,
        )
        planner.run()
        brought = Brought(tuple(staging.outcomes()), staging.counts(), staging.digest(), change.size)
        staging.close()
        return brought, planner.delta

    def live(self, history: History) -> World:
        """Import all files of a history."""
        for today, file in history.files:
            self.bring(file, today)
        return self

    def ask(self, question: ExpertsQuestion, caller: str = "operator") -> ExpertsAnswer:
        """Who has which skill."""
        return experts.ask(
            question,
            self.access(caller),
            self.framework,
            self.lookup,
            self.index,
            self.store,
            max(BEGIN + datetime.timedelta(DAYS), question.as_of or BEGIN),
        )

    def hits(self, skill: str, caller: str = "operator", **asked: Any) -> tuple[Hit, ...]:
        """Everybody who has a skill."""
        return self.ask(ExpertsQuestion(skill, **asked), caller).hits

    def person(self, identifier: str, caller: str = "operator") -> people.PersonAnswer:
        """One person."""
        return people.read_person(identifier, self.access(caller), self.store)

    def who(self, skill: str, caller: str = "operator", **asked: Any) -> list[tuple[str, str, datetime.date]]:
        """Name, level and day of everybody who has a skill."""
        return [(hit.card.name, hit.level.label, hit.assessed_on) for hit in self.hits(skill, caller, **asked)]

    def quads(self) -> set[str]:
        """Everything in the store but the commit number."""
        graphs = (graph for graph in self.store.graphs() if graph != GRAPH.system)
        return {f"{triple} <{graph}>" for graph in graphs for triple in self.store.triples(graph)}

    def views(self) -> set[str]:
        """The statements of all views."""
        return {quad for quad in self.quads() if f" <{VIEW}" in quad}

    def engine(self) -> ox.Store:
        """A copy of the store to which any query can be put."""
        copy = ox.Store()
        for graph in self.store.graphs():
            name = ox.NamedNode(graph)
            copy.extend(ox.Quad(t.subject, t.predicate, t.object, name) for t in self.store.triples(graph))
        return copy


def _staged(said: Said, row: int, framework: Framework) -> Staged:
    return Staged(
        framework.number(FRAMEWORK[said.skill]),
        row,
        2,
        said.level,
        None if said.day is None else day_number(said.day),
        None if said.basis is None else int(said.basis),
        None if said.audience is None else said.audience.value,
        CONCEPTS.index(said.skill),
    )


@pytest.fixture(scope="session")
def world() -> Callable[..., World]:
    """Makes a world of these organisations with their default audiences."""
    return lambda **organisations: World(organisations or {"aster": Audience.ALLIANCE})


@pytest.fixture
def lab(world: Callable[..., World]) -> World:
    """One organisation whose records reach the alliance."""
    return world(aster=Audience.ALLIANCE)


Cell = tuple[Any, ...]
"""Who, skill, level, day, basis, audience, as far as stated; who is a name, or number, name, unit, available."""


class Brings(Protocol):
    """Imports cells into a world."""

    def __call__(
        self,
        world: World,
        *cells: Cell,
        organisation: str = "aster",
        today: datetime.date = BEGIN,
        full: bool = False,
        snapshot: datetime.date | None = None,
        leavers: bool = True,
    ) -> Brought:
        """What the import did."""
        ...


@pytest.fixture(scope="session")
def bring() -> Brings:
    """Imports a file that is written down as cells."""

    def imported(
        world: World,
        *cells: Cell,
        organisation: str = "aster",
        today: datetime.date = BEGIN,
        full: bool = False,
        snapshot: datetime.date | None = None,
        leavers: bool = True,
    ) -> Brought:
        said = tuple(Said(_who(who), *rest) for who, *rest in cells)
        return world.bring(SheetFile(organisation, said, full, snapshot, leavers=leavers), today)

    return imported


BringPeople = Callable[..., Brought]


@pytest.fixture(scope="session")
def bring_people() -> BringPeople:
    """Imports a file that says one and the same skill of each of some people."""

    def imported(world: World, people: Sequence[PersonFacts], *, full: bool) -> Brought:
        return world.bring(SheetFile("aster", tuple(Said(one, "LIF-VIR-01", 2) for one in people), full))

    return imported


def _who(who: str | tuple[Any, ...]) -> PersonFacts:
    if isinstance(who, str):
        return facts(name=who)
    number, name, unit, available = (*who, None, None)[:4]
    return facts(number, name, unit=unit, available=available)


Rows = Sequence[tuple[int, ...]]


@pytest.fixture(scope="session")
def contents() -> Callable[[Index], dict[str, object]]:
    """What an index holds, whatever the order in which it numbers organisations and keeps equal rows."""

    def rows(index: Index, side: str, view: str) -> Rows:
        found = getattr(index, side)[view].columns(index.people)
        columns = (found.skill, found.person, found.record, found.level, found.basis, found.assessed, found.until)
        return sorted(zip(*(column.tolist() for column in columns), strict=True))

    def held(index: Index) -> dict[str, object]:
        people = index.people
        who = {
            identifier: (index.organisations[number], flag, index.posts[post])
            for identifier, number, flag, post in zip(
                *(getattr(people, name).tolist() for name in ("identifier", "organisation", "available", "post")),
                strict=True,
            )
        }
        members = {view: [who[i] for i in people.identifier[p.members].tolist()] for view, p in index.current.items()}
        names = {view: people.identifier[p.members].tolist() for view, p in index.current.items()}
        return {
            "commit": index.commit,
            "fingerprint": index.fingerprint,
            "members": {view: list(zip(names[view], members[view], strict=True)) for view in members if members[view]},
            "current": {view: found for view in index.current if (found := rows(index, "current", view))},
            "ended": {view: found for view in index.ended if (found := rows(index, "ended", view))},
            "beside": {view: found for view in index.beside if (found := rows(index, "beside", view))},
        }

    return held


PEOPLE = tuple(
    facts(number, name, email)
    for number, name, email in itertools.product(
        (None, "1", "A 2", "a2", "3"), ("Ann", "Bob", ""), (None, "ann@x.uk", "bob@x.uk")
    )
    if number or name or email
)
"""People of one file and the next: some the same, some not, some nobody can tell."""


@pytest.fixture(scope="session")
def everybody() -> tuple[PersonFacts, ...]:
    """The people of whom histories are made."""
    return PEOPLE


def _days(until: datetime.date) -> st.SearchStrategy[datetime.date]:
    return st.dates(BEGIN - datetime.timedelta(2), until)


def _said(until: datetime.date) -> st.SearchStrategy[Said]:
    person = st.builds(
        replace,
        st.sampled_from(PEOPLE),
        unit=st.sampled_from((None, "Blue team", "Red team")),
        available=st.sampled_from((None, True, False)),
    )
    return st.builds(
        Said,
        person,
        st.sampled_from(CONCEPTS),
        st.sampled_from((1, 2, 2, 3, 3, 4, 4, 0, HELD)),
        st.none() | _days(until),
        st.none() | st.sampled_from((Basis.SELF, Basis.MANAGER)),
        st.none() | st.sampled_from(Audience),
    )


@st.composite
def _histories(draw: st.DrawFn) -> History:
    number = draw(st.integers(2, 4))
    audiences = draw(st.lists(st.sampled_from(Audience), min_size=number, max_size=number))
    organisations = dict(zip(ORGANISATIONS, audiences, strict=False))
    files = []
    today = BEGIN
    for _ in range(draw(st.integers(2, 5))):
        today += datetime.timedelta(draw(st.integers(0, 2)))
        file = SheetFile(
            draw(st.sampled_from(ORGANISATIONS[:number])),
            tuple(draw(st.lists(_said(today), min_size=1, max_size=8))),
            draw(st.booleans()),
            draw(st.none() | _days(today)),
            draw(st.sampled_from((Basis.SELF, Basis.PEER))),
            draw(st.sampled_from((True, True, False))),
        )
        files.append((today, file))
    return History(organisations, tuple(files))


@pytest.fixture(scope="session")
def histories() -> st.SearchStrategy[History]:
    """Small alliances with several imports each: all audiences, ended records, availability, people hard to tell."""
    return _histories()


@dataclass
class Office:
    """A register and a folder for the files that are sent to it."""

    register: Register
    folder: Path
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def organisation(self, audience: Audience = Audience.ALLIANCE) -> str:
        """A new organisation; its slug."""
        slug = f"office-{next(self.numbers)}"
        self.register.add_organisation(Organisation(slug, slug.capitalize(), audience))
        return slug

    def access(self, caller: str = "operator") -> Access:
        """What a caller may see and do."""
        return self.register.access(OPERATOR if caller == "operator" else Caller.parse(caller))

    def file(self, text: str) -> Path:
        """A CSV file."""
        path = self.folder / f"{next(self.numbers)}.csv"
        path.write_text(text, "utf-8")
        return path

    def bring(
        self,
        organisation: str,
        text: str,
        *,
        caller: str = "operator",
        dry_run: bool = False,
        report: Path | None = None,
        progress: Callable[[int], None] = lambda done: None,
        **options: Any,
    ) -> ImportResult:
        """Import a file of that text."""
        path = self.file(text)
        chosen = ImportOptions(organisation, options.pop("source_name", path.name), **options)
        access = self.access(caller)
        return import_sheet(self.register, path, chosen, access, dry_run=dry_run, report=report, progress=progress)

    def who(self, skill: str, organisation: str, caller: str = "operator", **asked: Any) -> list[tuple[str, str]]:
        """Name and level of everybody of an organisation who has a skill."""
        question = ExpertsQuestion(skill, organisation=organisation, **asked)
        return [
            (hit.card.name, hit.level.label) for hit in self.register.ask_experts(question, self.access(caller)).hits
        ]

    def dump(self) -> bytes:
        """Every quad of the store, in the order in which its engine keeps them: the same for the same quads."""
        with tempfile.TemporaryFile() as target:
            self.register.store.dump(target)
            target.seek(0)
            return target.read()


@pytest.fixture(scope="session")
def office(shipped_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    """A register that the session shares: take an organisation of your own."""
    folder = tmp_path_factory.mktemp("office")
    shutil.copytree(shipped_data, folder / "data")
    with Register.open(Settings(data=folder / "data", durable=False)) as register:
        yield Office(register, folder)


@pytest.fixture(scope="session")
def small_office() -> Callable[[Path], AbstractContextManager[Office]]:
    """Opens a register on the framework of a dozen concepts, in a folder that may hold one already."""

    @contextmanager
    def opened(folder: Path) -> Iterator[Office]:
        settings = Settings(data=folder / "data", durable=False)
        if not settings.data.exists():
            with DataFolder(settings.data) as data, Change() as change:
                _bring_schemes(change, small_schemes())
                store = EmbeddedStore(data.store)
                store.apply(change)
                store.close()
        with Register.open(settings) as register:
            yield Office(register, folder)

    return opened
