"""The department of real roles: what its sheet says is what the roles need, counted without the generator's help."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from gse_skills.demo import TODAY, Department, department
from gse_skills.errors import InputError
from gse_skills.framework import SKILL_KINDS, Framework, Lookup, Search, ddat, shipped
from gse_skills.framework.table import tables
from gse_skills.imports import reader
from gse_skills.imports.assertion import Assertion, PersonFacts
from gse_skills.imports.columns import recognise
from gse_skills.imports.finding import Finding
from gse_skills.imports.interpret import Defaults, interpret
from gse_skills.imports.mapping import ColumnMapping
from gse_skills.imports.sheet import read_sheet
from gse_skills.vocabulary import Level

SHARED = Path(os.environ.get("GSE_SKILLS_SHARED_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
BASE = "https://w3id.org/gse-skills/ddat"
SKILLS = """Skill Name,Skill Description,Awareness,Working,Practitioner,Expert
Lighthouse keeping,Keeps a light.,a,b,c,d
Virology,Not the one of the sciences.,a,b,c,d
"""
ROLES = """Role Family,Role,Role Level,Skill Name,Skill Level
Coast,Keeper,Junior keeper,Lighthouse keeping,Working
Coast,Keeper,Junior keeper,Virology,Awareness
Coast,Keeper,Head keeper,Lighthouse keeping,Expert
Coast,Chief,NOT IN USE,Lighthouse keeping,NOT IN USE
"""


def _framework(folder: Path) -> Framework:
    return Framework.from_triples({**shipped(), "ddat": ddat.read(tables(folder)).triples})


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Framework:
    """Our own framework, which has a skill group called virology, beside a framework of three roles."""
    folder = tmp_path_factory.mktemp("tables")
    (folder / "skills.csv").write_text(SKILLS, "utf-8")
    (folder / "roles.csv").write_text(ROLES, "utf-8")
    return _framework(folder)


@pytest.fixture(scope="module")
def real() -> Framework:
    folder = SHARED / "gdd-capability-framework"
    if not folder.is_dir():
        pytest.skip("the tables of the Digital and Data framework are not here (GSE_SKILLS_SHARED_DATA)")
    return _framework(folder)


def _read(made: Department, framework: Framework) -> tuple[list[PersonFacts], list[tuple[str, str, Level]]]:
    """People, and who holds which skill at which level, as the import reads them with the saved mapping."""
    chunks: list[bytes] = []
    reader.run({"path": str(made.sheet.path)}, chunks.append)
    reading = read_sheet(chunks)
    lookup = Lookup(framework, Search(framework))
    if made.sheet.mapping is None:
        columns = recognise(reading.head(), lambda phrase: False)
    else:
        columns = ColumnMapping.load(made.sheet.mapping).fit(reading.head(), lambda phrase: False)
    people: list[PersonFacts] = []
    held: list[tuple[str, str, Level]] = []
    concepts: dict[str, str] = {}
    for said in interpret(reading, columns, Defaults(made.sheet.snapshot, made.sheet.default_basis, TODAY)):
        if isinstance(said, PersonFacts):
            people.append(said)
        elif isinstance(said, Assertion):
            if said.phrase not in concepts:
                phrase = columns.phrases.get(said.phrase, said.phrase)
                concepts[said.phrase] = lookup.resolve(phrase, kinds=SKILL_KINDS).concept
            assert said.level is not None
            held.append((said.person_key, concepts[said.phrase], said.level))
        else:
            assert isinstance(said, Finding)
            assert said.severity == "noted", said
    return people, held


def _counted(held: list[tuple[str, str, Level]]) -> dict[str, tuple[int, ...]]:
    counts = Counter((skill, level) for _, skill, level in held)
    return {skill: tuple(counts[skill, level] for level in Level) for _, skill, _ in held}


def test_the_sheet_says_what_the_department_promises(small: Framework, tmp_path: Path) -> None:
    made = department(small, tmp_path, people=50)
    people, held = _read(made, small)
    assert len(people) == made.sheet.people == 50
    assert len(held) == made.sheet.records
    assert _counted(held) == made.holders


def test_every_role_level_whose_skills_have_levels_is_held(small: Framework, tmp_path: Path) -> None:
    made = department(small, tmp_path, people=2)
    assert made.holders == {f"{BASE}/skill/lighthouse-keeping": (0, 1, 0, 1), f"{BASE}/skill/virology": (1, 0, 0, 0)}
    assert made.at_least(f"{BASE}/skill/lighthouse-keeping", Level.AWARENESS) == 2
    assert made.at_least(f"{BASE}/skill/lighthouse-keeping", Level.PRACTITIONER) == 1
    assert made.at_least(f"{BASE}/skill/nobody-has-it", Level.AWARENESS) == 0


def test_a_label_that_means_two_things_is_settled_by_the_saved_mapping(small: Framework, tmp_path: Path) -> None:
    made = department(small, tmp_path, people=2)
    assert made.sheet.mapping is not None
    assert ColumnMapping.load(made.sheet.mapping).phrases == {"Virology": f"{BASE}/skill/virology"}


def test_no_mapping_is_saved_where_none_is_needed(tmp_path: Path) -> None:
    (tmp_path / "skills.csv").write_text(SKILLS.replace("Virology", "Fog horns"), "utf-8")
    (tmp_path / "roles.csv").write_text(ROLES.replace("Virology", "Fog horns"), "utf-8")
    framework = _framework(tmp_path)
    made = department(framework, tmp_path / "out", people=10)
    assert made.sheet.mapping is None
    assert _counted(_read(made, framework)[1]) == made.holders


def test_the_same_seed_gives_the_same_bytes_and_another_others(small: Framework, tmp_path: Path) -> None:
    one, same, other = (
        department(small, tmp_path / name, people=30, seed=seed) for name, seed in (("a", 1), ("b", 1), ("c", 2))
    )
    assert one.sheet.path.read_bytes() == same.sheet.path.read_bytes()
    assert one.sheet.path.read_bytes() != other.sheet.path.read_bytes()


def test_a_framework_without_the_roles_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError) as refused:
        department(Framework.from_triples(shipped()), tmp_path)
    assert refused.value.rule == "no-roles"


@pytest.mark.parametrize("people", [0, 2_000_000])
def test_a_size_that_makes_no_department_is_refused(small: Framework, tmp_path: Path, people: int) -> None:
    with pytest.raises(InputError) as refused:
        department(small, tmp_path, people)
    assert refused.value.rule == "demo-size"


@pytest.mark.shared
def test_two_hundred_people_hold_two_hundred_real_role_levels(real: Framework, tmp_path: Path) -> None:
    made = department(real, tmp_path, people=205)
    people, held = _read(made, real)
    assert len(people) == 205
    assert _counted(held) == made.holders
    needed = {
        need.skill for role in real.roles.values() for need in role.requirements if role.scheme == "ddat" and need.level
    }
    assert made.holders.keys() == needed
    roles = {
        frozenset((need.skill, need.level) for need in role.requirements)
        for role in real.roles.values()
        if role.scheme == "ddat" and any(need.level for need in role.requirements)
    }
    by_person: dict[str, set[tuple[str, Level]]] = {}
    for key, skill, level in held:
        by_person.setdefault(key, set()).add((skill, level))
    assert {frozenset(needs) for needs in by_person.values()} == roles
