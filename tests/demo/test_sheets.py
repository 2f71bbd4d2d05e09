"""The sheets of the invented alliance, read by the real import: nothing in them is lost, refused or read otherwise."""

from __future__ import annotations

import datetime
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gse_skills.demo import TODAY, Alliance, Career, DemoSheet, Held, alliance
from gse_skills.errors import InputError
from gse_skills.framework import SKILL_KINDS, Framework, Lookup, Search, shipped
from gse_skills.imports import reader
from gse_skills.imports.assertion import Assertion, PersonFacts
from gse_skills.imports.columns import Shape, SheetColumns, recognise
from gse_skills.imports.finding import Finding
from gse_skills.imports.interpret import Defaults, interpret
from gse_skills.imports.sheet import read_sheet
from gse_skills.vocabulary import Audience, Level

PEOPLE = 2500
HARMLESS = {
    "column-recognised", "default-basis", "default-date", "delimiter", "encoding-assumed", "level-read-as",
    "rows-above-header",
}  # fmt: skip


@dataclass
class Read:
    """What the import made of a sheet."""

    sheet: DemoSheet
    columns: SheetColumns
    people: dict[str, PersonFacts] = field(default_factory=dict)
    assertions: list[Assertion] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


@pytest.fixture(scope="module")
def framework() -> Framework:
    return Framework.from_triples(shipped())


@pytest.fixture(scope="module")
def names(framework: Framework) -> dict[str, str]:
    """What the import's own look-up makes of every phrase, filled as it goes."""
    lookup = Lookup(framework, Search(framework))

    class Names(dict[str, str]):
        def __missing__(self, phrase: str) -> str:
            try:
                self[phrase] = lookup.resolve(phrase, kinds=SKILL_KINDS).concept
            except InputError as error:
                self[phrase] = error.rule
            return self[phrase]

    return Names()


@pytest.fixture(scope="module")
def invented(framework: Framework) -> Alliance:
    return alliance(framework, PEOPLE)


@pytest.fixture(scope="module")
def sheets(
    invented: Alliance, names: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[str, str], Read]:
    """Every sheet as the import reads it without a mapping, by organisation and file."""
    written = invented.sheets(tmp_path_factory.mktemp("alliance"))
    return {(sheet.organisation, sheet.path.name): _read(sheet, names) for sheet in written}


def _read(sheet: DemoSheet, names: dict[str, str]) -> Read:
    chunks: list[bytes] = []
    reader.run({"path": str(sheet.path)}, chunks.append)
    reading = read_sheet(chunks)
    columns = recognise(reading.head(), lambda phrase: ":" in names[phrase], reading.header.merged)
    found = Read(sheet, columns)
    for statement in interpret(reading, columns, Defaults(sheet.snapshot, sheet.default_basis, TODAY)):
        if isinstance(statement, PersonFacts):
            found.people[statement.key] = statement
        elif isinstance(statement, Assertion):
            found.assertions.append(statement)
        else:
            found.findings.append(statement)
    return found


def _held(found: Read) -> Iterator[Assertion]:
    return (assertion for assertion in found.assertions if assertion.level is not None)


def test_every_column_is_recognised_without_a_mapping(sheets: dict[tuple[str, str], Read]) -> None:
    for found in sheets.values():
        assert found.sheet.mapping is None
        assert not found.columns.ignored
        assert found.columns.shape is (Shape.MATRIX if found.columns.skills else Shape.LONG)


def test_nothing_is_refused_and_nothing_is_odd(sheets: dict[tuple[str, str], Read]) -> None:
    for place, found in sheets.items():
        odd = [finding for finding in found.findings if finding.severity == "refused" or finding.rule not in HARMLESS]
        assert not odd, (place, odd[:3])


def test_the_import_counts_what_the_sheet_says_it_holds(
    sheets: dict[tuple[str, str], Read], names: dict[str, str]
) -> None:
    for found in sheets.values():
        known = Counter(":" in names[assertion.phrase] for assertion in _held(found))
        assert len(found.people) == found.sheet.people
        assert (known[True], known[False]) == (found.sheet.records, found.sheet.unknown)


def test_the_newest_sheets_hold_thirty_thousand_records(
    invented: Alliance, sheets: dict[tuple[str, str], Read]
) -> None:
    age = {one.organisation.slug: one.earlier for one in invented.establishments}
    newest = [found.sheet for (slug, _), found in sheets.items() if (TODAY - found.sheet.snapshot).days != age[slug]]
    assert sum(sheet.people for sheet in newest) == PEOPLE
    assert sum(sheet.records for sheet in newest) == pytest.approx(30_000, rel=0.1)


def _shown(career: Career, *, earlier: bool) -> Iterator[tuple[Held, Level, int]]:
    for held in career.held:
        level, age = (held.before, held.age_before) if earlier else (held.level, held.age)
        if level:
            yield held, level, age


def test_every_record_of_every_career_arrives(
    invented: Alliance, sheets: dict[tuple[str, str], Read], names: dict[str, str]
) -> None:
    """Who, which skill, which level and, where each has its own row, when, by whom and for whom."""
    for one in invented.establishments:
        slug = one.organisation.slug
        careers = list(invented.careers(slug))
        for style in one.sheets:
            there = [career for career in careers if style.site is None or career.site == style.site]
            day = TODAY - datetime.timedelta(days=style.age)
            found = sheets[slug, style.file.format(day=day)]
            exact = found.columns.shape is Shape.LONG
            expected = Counter(
                (
                    career.name,
                    held.skill or held.phrase,
                    level,
                    *((TODAY - datetime.timedelta(days=age), held.basis, held.audience) if exact else ()),
                )
                for career in there
                for held, level, age in _shown(career, earlier=style.age == one.earlier)
            )
            arrived = Counter(
                (
                    found.people[said.person_key].name,
                    names[said.phrase] if ":" in names[said.phrase] else said.phrase,
                    said.level,
                    *((said.assessed_on, said.basis, said.audience) if exact else ()),
                )
                for said in _held(found)
            )
            assert arrived == expected, (slug, style.file)


def test_nobody_has_a_skill_twice_in_a_sheet(sheets: dict[tuple[str, str], Read], names: dict[str, str]) -> None:
    for found in sheets.values():
        said = [(assertion.person_key, names[assertion.phrase], assertion.phrase) for assertion in found.assertions]
        assert len(said) == len(set(said))


def test_phrases_that_are_not_in_the_framework_are_few_but_there(
    sheets: dict[tuple[str, str], Read], names: dict[str, str]
) -> None:
    for found in sheets.values():
        unknown = {said.phrase for said in found.assertions if names[said.phrase] == "unknown-term"}
        ambiguous = {said.phrase for said in found.assertions if names[said.phrase] == "ambiguous-label"}
        assert 1 <= len(unknown) <= 3
        assert not ambiguous
        assert found.sheet.unknown < 0.02 * found.sheet.records


def test_departments_mostly_use_their_own_words(
    framework: Framework, sheets: dict[tuple[str, str], Read], names: dict[str, str]
) -> None:
    own = Counter(
        assertion.phrase != framework.concept(names[assertion.phrase]).pref_label
        for found in sheets.values()
        for assertion in found.assertions
        if ":" in names[assertion.phrase]
    )
    assert own[True] > own[False]


def test_matrices_say_of_some_skills_that_nobody_holds_them(sheets: dict[tuple[str, str], Read]) -> None:
    for place in (("orrinvale", "training-matrix.csv"), ("northmere", "bench-competence.xlsx")):
        assert sum(assertion.level is None for assertion in sheets[place].assertions) > 20


def test_one_sheet_says_how_far_a_few_of_its_records_may_reach(sheets: dict[tuple[str, str], Read]) -> None:
    stated = {
        place[0]: Counter(said.audience for said in found.assertions if said.audience)
        for place, found in sheets.items()
    }
    assert {slug for slug, counts in stated.items() if counts} == {"quillhaven"}
    assert set(stated["quillhaven"]) == {Audience.PUBLIC, Audience.PRIVATE, Audience.EMERGENCY}
    assert stated["quillhaven"].total() < 0.1 * len(sheets["quillhaven", "people-and-skills.xlsx"].assertions)


def test_an_earlier_sheet_makes_history(sheets: dict[tuple[str, str], Read], names: dict[str, str]) -> None:
    earlier, later = (found for (slug, _), found in sheets.items() if slug == "larkmoor")
    assert earlier.sheet.snapshot < later.sheet.snapshot
    assert earlier.sheet.full
    assert later.sheet.full
    before, after = (
        {(said.person_key, names[said.phrase], said.phrase): said for said in _held(found)}
        for found in (earlier, later)
    )
    changes = Counter(
        "raised" if (after[key].level or 0) > (before[key].level or 0) else "same"
        for key in before.keys() & after.keys()
    )
    assert changes["raised"] > 500
    assert changes["same"] > 500
    assert len(after.keys() - before.keys()) > 500
    assert len(before.keys() - after.keys()) > 100
    assert len(earlier.people.keys() - later.people.keys()) > 5
    assert len(later.people.keys() - earlier.people.keys()) > 5
    assert all(said.assessed_on and said.assessed_on <= earlier.sheet.snapshot for said in before.values())
    assert all(before[key].assessed_on <= after[key].assessed_on for key in before.keys() & after.keys())  # type: ignore[operator]


def _bytes(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_the_same_seed_gives_the_same_bytes_and_another_others(framework: Framework, tmp_path: Path) -> None:
    for name, seed in (("one", 3), ("same", 3), ("other", 4)):
        assert len(list(alliance(framework, 120, 10, seed).sheets(tmp_path / name))) == 13
    one, same, other = (_bytes(tmp_path / name) for name in ("one", "same", "other"))
    assert one == same
    assert one.keys() == other.keys()
    assert not [name for name in one if one[name] == other[name]]


def test_a_workbook_bears_the_day_of_its_sheet_and_no_other(framework: Framework, tmp_path: Path) -> None:
    books = [sheet for sheet in alliance(framework, 40).sheets(tmp_path) if sheet.path.suffix == ".xlsx"]
    assert len(books) == 5
    for sheet in books:
        with zipfile.ZipFile(sheet.path) as book:
            assert {part.date_time[0] for part in book.infolist()} == {1980}
            core = book.read("docProps/core.xml").decode()
        assert set(re.findall(r">(\d{4}-[^<]+)<", core)) == {f"{sheet.snapshot.isoformat()}T00:00:00Z"}


def test_a_sheet_moves_with_its_day(framework: Framework, tmp_path: Path) -> None:
    day = datetime.date(2027, 6, 30)
    sheet = next(alliance(framework, 40, today=day).sheets(tmp_path))
    assert sheet.path.name == "skills-register-2026-06-15.csv"
    assert sheet.snapshot == datetime.date(2026, 6, 15)


@pytest.mark.parametrize(("people", "organisations"), [(7, 8), (10, 0), (2_000_000, 8), (5_000, 1_001)])
def test_a_size_that_makes_no_alliance_is_refused(framework: Framework, people: int, organisations: int) -> None:
    with pytest.raises(InputError) as refused:
        alliance(framework, people, organisations)
    assert refused.value.rule == "demo-size"


def test_there_is_no_organisation_that_was_not_invented(invented: Alliance) -> None:
    with pytest.raises(KeyError, match="nowhere"):
        invented.careers("nowhere")
