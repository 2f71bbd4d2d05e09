"""Who is erased is gone: from answers, from the store and its files, from the index and what lies beside them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from gse_skills.access import Caller
from gse_skills.capability.units import Structure, read_structure, write_structure
from gse_skills.erasure import Removal, erase, home_of
from gse_skills.errors import ConflictError, NotFoundError, RefusedError
from gse_skills.imports.state import read_people
from gse_skills.index import Delta, saved
from gse_skills.index.build import build
from gse_skills.register import today
from gse_skills.store import EmbeddedStore, embedded
from gse_skills.vocabulary import GRAPH, ID

if TYPE_CHECKING:
    from gse_skills.index import Index
    from tests.conftest import Office

NAME, MAILBOX, NUMBER = "Zqxjvwk Bythqamel", "zqxjvwk.bythqamel@example.org", "ZQ-77441"
PHRASE = "protocol of Zqxjvwk Bythqamel"
UNIT = f"Office of {NAME}"
HEAD = "Staff number,Name,Email,Unit,Skill,Level,Audience\n"
OTHERS = "".join(
    f"N{n},Other {n:02},other{n}@example.org,Team {n % 3},{skill},{level},{audience}\n"
    for n in range(12)
    for skill, level, audience in (("Serology", "Expert", ""), ("Culture", "Working", "emergency"))
)


def of_them(skill: str, level: str = "Expert", audience: str = "") -> str:
    return f"{NUMBER},{NAME},{MAILBOX},{UNIT},{skill},{level},{audience}\n"


@pytest.fixture
def office(small_office: Callable[[Path], AbstractContextManager[Office]], tmp_path: Path) -> Iterator[Office]:
    with small_office(tmp_path) as office:
        yield office


def fill(office: Office) -> tuple[str, str]:
    """A person with a history among others; organisation and digits."""
    slug = office.organisation()
    office.bring(slug, HEAD + OTHERS + of_them("Serology", "Working") + of_them("Culture"))
    office.bring(slug, HEAD + of_them("Serology", "Expert", "emergency") + of_them(PHRASE))
    office.bring(slug, HEAD + of_them("Diagnostics"), source_name=f"skills {NAME}.csv")
    person = next(known.person for known in read_people(office.register.store, slug) if known.person.name == NAME)
    return slug, f"{person.identifier.value:016x}"


def holding(folder: Path, *needles: bytes, besides: str = "audit") -> set[str]:
    """The files below a folder in which one of some bytes stands."""
    return {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file()
        and path.relative_to(folder).parts[0] != besides
        and any(needle in path.read_bytes() for needle in needles)
    }


def traces(digits: str) -> tuple[bytes, ...]:
    """What names the person: as text in both encodings, and as the index keeps the digits."""
    value = int(digits, 16)
    texts = (NAME, NAME.split()[0], MAILBOX, NUMBER, digits)
    return (
        *(text.encode(code) for text in texts for code in ("utf-8", "utf-16-le")),
        value.to_bytes(8, "little"),
        value.to_bytes(8, "big"),
    )


def test_no_byte_of_them_is_left_in_the_data_folder(office: Office) -> None:
    slug, digits = fill(office)
    register, data = office.register, office.folder / "data"
    register.store.optimize()
    register.save_index()
    assert isinstance(register.store, EmbeddedStore)
    register.store.snapshot()
    register.users.grant(MAILBOX, Caller.parse(f"steward:{slug}"))
    register.users.grant("other1@example.org", Caller.parse(f"steward:{slug}"))
    register.tokens.create(Caller.parse(f"person:{slug}/{digits}"))
    assert UNIT in register.figures.units(slug)
    before = holding(data, *traces(digits))
    # That the search finds what is there; blocks of the engine may be compressed, texts that never repeat are not.
    assert {"index/index.npz", "users.json", "tokens.json", f"figures/{slug}.json"} <= before
    assert any(name.startswith("store/") for name in before)
    assert any(name.startswith("snapshots/") for name in before)
    assert NAME.encode() in office.dump()
    old = keep(office)
    told = erase(register, office.access(f"steward:{slug}"), slug, digits)
    assert (told.people, told.records, told.memberships, told.sign_ins, told.file_names) == (1, 4, 1, 2, 1)
    assert told.units == 1
    assert told.phrases >= 2, "the phrase that names them, and that which only they used"
    register.store.snapshot()
    assert holding(data, *traces(digits)) == set()
    # Whatever the engine packs into its files: they are new, and made of what is in the dump.
    assert NAME.encode() not in office.dump()
    assert not old & {path.stat().st_ino for path in engine_files(data)}
    assert [user.name for user in register.users.users()] == ["other1@example.org"]
    assert {path.name for path in data.iterdir() if path.name.startswith("store")} == {"store", "store.journal"} & {
        path.name for path in data.iterdir()
    }


def engine_files(data: Path) -> list[Path]:
    """The files of the store and of its snapshots."""
    return [path for name in ("store", "snapshots") for path in (data / name).rglob("*") if path.is_file()]


def keep(office: Office) -> set[int]:
    """The inodes of the engine's files, which are kept under other names so that no new file gets one of them."""
    kept = office.folder / "kept"
    kept.mkdir()
    files = engine_files(office.folder / "data")
    for number, path in enumerate(files):
        os.link(path, kept / str(number))
    return {path.stat().st_ino for path in files}


def test_to_delete_does_not_erase(office: Office) -> None:
    """Why the files are written anew: the search of the test before this one would find what an engine keeps."""
    slug, digits = fill(office)
    with office.register.change() as change:
        removal = Removal(office.register.store, slug)
        removal.add_people([ID[f"person/{digits}"]])
        removal.finish()
        removal.write(change)
        office.register.store.apply(change)
    office.register.store.optimize()
    assert NAME.encode() not in office.dump()
    assert any(name.startswith("store/") for name in holding(office.folder / "data", NAME.encode()))


def home(office: Office, slug: str) -> str:
    people = read_people(office.register.store, slug)
    return next(f"{known.person.identifier.value:016x}" for known in people if known.person.name == NAME)


def test_everybody_else_stays_as_they_were(office: Office, contents: Callable[[Index], dict[str, object]]) -> None:
    slug, digits = fill(office)
    register = office.register
    before = office.who("Serology", slug)
    commit = register.store.commit
    erase(register, office.access(), slug, digits)
    assert office.who("Serology", slug) == [one for one in before if one[0] != NAME]
    state = register.state
    # The erasure, and after it the statements of coverage without them.
    assert register.store.commit == state.index.commit == commit + 2
    anew = build(register.store, state.framework, state.rules)
    assert contents(state.index) == contents(anew)
    assert set(state.index.posts) == set(anew.posts)
    loaded = saved.load(register.folder.index)
    assert loaded is not None
    assert contents(loaded.index) == contents(anew)
    assert register.rebuild() == 0, "the views follow from what is left"
    # They can come again, as somebody new.
    office.bring(slug, HEAD + of_them("Serology"))
    assert home(office, slug) != digits


def test_a_dry_run_counts_and_changes_nothing(office: Office) -> None:
    slug, digits = fill(office)
    before, commit = office.dump(), office.register.store.commit
    told = erase(office.register, office.access(), slug, digits, dry_run=True)
    assert (office.dump(), office.register.store.commit) == (before, commit)
    done = erase(office.register, office.access(), slug, digits)
    assert {**vars_of(told), "dry_run": False} == vars_of(done)


def vars_of(told: object) -> dict[str, object]:
    return {name: getattr(told, name) for name in told.__slots__}  # type: ignore[attr-defined]  # it has slots


def test_only_keepers_erase_and_only_whom_they_know(office: Office) -> None:
    slug, digits = fill(office)
    other = office.organisation()
    with pytest.raises(RefusedError) as refused:
        erase(office.register, office.access(f"member:{slug}"), slug, digits)
    assert refused.value.rule == "not-steward"
    for person in (digits, "0" * 16, "x", ""):
        with pytest.raises(NotFoundError) as unknown:
            erase(office.register, office.access(f"steward:{other}"), other, person)
        assert unknown.value.rule == "unknown-person"
        with pytest.raises(NotFoundError) as unknown:
            home_of(office.register, office.access(f"steward:{other}"), person)
        assert unknown.value.rule == "unknown-person"
    assert home_of(office.register, office.access(f"steward:{slug}"), digits) == slug


def test_while_somebody_reads_nothing_is_half_done(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(embedded, "_PATIENCE", 0.2)
    slug, digits = fill(office)
    register = office.register
    register.users.grant(MAILBOX, Caller.parse(f"steward:{slug}"))
    register.tokens.create(Caller.parse(f"person:{slug}/{digits}"))
    made = register.complaints.make("It is wrong.", organisation=slug, person=digits)
    before = beside(office)
    reader = register.store.triples(GRAPH[f"source/{slug}"])
    with pytest.raises(ConflictError) as busy:
        erase(register, office.access(), slug, digits)
    assert busy.value.rule == "store-busy"
    assert beside(office) == before
    del reader
    assert erase(register, office.access(), slug, digits).sign_ins == 2
    assert (register.users.users(), register.tokens.tokens()) == ([], [])
    assert register.complaints.get(made.reference).text == "removed"


def beside(office: Office) -> dict[str, bytes]:
    """The files in which something of a person lies that are not the store's."""
    data = office.folder / "data"
    paths = (*data.glob("*.json"), *data.glob("figures/*.json"))
    return {path.relative_to(data).as_posix(): path.read_bytes() for path in paths}


def test_who_signs_in_while_the_store_is_written_leaves_no_address(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    slug, digits = fill(office)
    register = office.register
    erased = register.erase

    def erased_late(*asked: Any) -> int:
        number = erased(*asked)
        register.users.let_in(MAILBOX)
        return number

    monkeypatch.setattr(register, "erase", erased_late)
    erase(register, office.access(), slug, digits)
    assert register.users.users() == []


def test_a_unit_keeps_its_name_while_others_are_in_it(office: Office) -> None:
    slug, digits = fill(office)
    register = office.register
    office.bring(slug, HEAD + f"N1,Other 01,other1@example.org,{UNIT},Serology,Expert,\n")
    told = erase(register, office.access(), slug, digits)
    assert told.units == 0
    assert UNIT in register.figures.units(slug)


def test_what_names_them_by_their_former_name_goes_too(office: Office) -> None:
    slug = office.organisation()
    sheet = f"{HEAD}{OTHERS}Q1,{{}},,Office of {NAME},Serology,Expert,\n"
    office.bring(slug, sheet.format(NAME), source_name=f"skills {NAME}.csv")
    office.bring(slug, sheet.format("Mimsy Borogove"))
    people = read_people(office.register.store, slug)
    (digits,) = (f"{one.person.identifier.value:016x}" for one in people if one.person.name == "Mimsy Borogove")
    told = erase(office.register, office.access(), slug, digits)
    assert (told.units, told.file_names) == (1, 1)
    assert NAME.encode() not in office.dump()


def test_a_unit_that_names_them_alone_gets_one_other_name_everywhere(office: Office) -> None:
    slug, digits = fill(office)
    register = office.register
    with register.change() as change:
        old = Structure(slug)
        write_structure(old, old.placed(UNIT, None).placed("Bench", UNIT), change)
        register.commit(change, Delta())
    units = register.figures.units(slug)
    told = erase(register, office.access(), slug, digits)
    assert told.units == 1
    (new,) = register.figures.units(slug) - units
    assert register.figures.units(slug) == units - {UNIT} | {new}
    tree = read_structure(register.store, slug).at(today())
    assert (sorted(tree.names.values()), tree.path("Bench")) == (["Bench", new], (new,))
    assert register.figures.at(slug, today(), new).place == f"{slug}/{new}"


def test_backups_of_upgrades_are_told_of(office: Office) -> None:
    slug, digits = fill(office)
    assert erase(office.register, office.access(), slug, digits, dry_run=True).backups == 0
    backups = office.register.folder.backups
    backups.mkdir()
    (backups / "before-format-2.tar").write_bytes(b"")
    assert erase(office.register, office.access(), slug, digits, dry_run=True).backups == 1


def test_what_is_kept_in_passing_is_told_first(office: Office) -> None:
    slug, digits = fill(office)
    told: list[tuple[str, int]] = []
    office.register.forgetting.append(lambda one: told.append((one, office.register.store.commit)))
    commit = office.register.store.commit
    erase(office.register, office.access(), slug, digits, dry_run=True)
    assert told == []
    erase(office.register, office.access(), slug, digits)
    assert told == [(slug, commit)]
