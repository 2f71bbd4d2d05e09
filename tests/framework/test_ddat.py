from __future__ import annotations

import csv
import random
import shutil
from pathlib import Path

import pyoxigraph as ox
import pytest

from gse_skills.errors import InputError
from gse_skills.framework import Framework, Requirement, Scheme, ddat
from gse_skills.framework.table import tables
from gse_skills.vocabulary import DCTERMS, Level

DATA = Path(__file__).parents[1] / "data" / "framework" / "ddat"
ANALYST = f"{ddat.BASE}/role/data-analyst/senior-data-analyst"


@pytest.fixture(scope="module")
def few() -> Scheme:
    return ddat.read(tables(DATA))


@pytest.fixture(scope="module")
def framework(few: Scheme) -> Framework:
    return Framework.from_triples({"ddat": few.triples})


def rewritten(folder: Path, name: str, change: dict[str, str], *, shuffle: bool = False) -> None:
    """Copies the tables; in each row of one, cells that equal a key get its value."""
    shutil.copytree(DATA, folder, dirs_exist_ok=True)
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        reader = csv.DictReader(file)
        rows = [{column: change.get(value, value) for column, value in row.items()} for row in reader]
        columns = reader.fieldnames or ()
    if shuffle:
        random.Random(4).shuffle(rows)
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows(rows)


def test_a_skill_says_what_each_level_means(framework: Framework) -> None:
    skill = framework.concept(f"{ddat.BASE}/skill/data-visualisation")
    assert (skill.kind, skill.pref_label) == ("skill", "Data visualisation")
    assert skill.definition.startswith("Data visualisation")
    assert len(skill.level_descriptions) == 4
    assert all(text.startswith("You can:\n- ") for text in skill.level_descriptions)


def test_a_role_level_needs_skills_at_levels(framework: Framework) -> None:
    profile = framework.role(ANALYST)
    assert (profile.label, framework.concept(ANALYST).kind) == ("Senior data analyst", "role")
    assert len(profile.requirements) == 9
    need = Requirement(f"{ddat.BASE}/skill/data-visualisation", Level.PRACTITIONER, True)
    assert need in profile.requirements
    role = f"{ddat.BASE}/role/data-analyst"
    assert framework.path(ANALYST, f"{ddat.BASE}/family/data") == (ANALYST, role, f"{ddat.BASE}/family/data")
    assert framework.concept(role).kind == "occupation"


def test_a_role_without_levels_is_its_own_profile(few: Scheme, framework: Framework) -> None:
    chief = framework.role(f"{ddat.BASE}/role/chief-data-officer")
    assert {need.level for need in chief.requirements} == {None}
    assert len(chief.requirements) == 3
    assert any("'NOT IN USE'" in note and "row 25, 26, 27" in note for note in few.notes)
    assert not [t for t in few.triples if isinstance(t.object, ox.Literal) and t.object.value == "NOT IN USE"]


def test_oddities_are_noted(few: Scheme) -> None:
    assert "roles.csv repeats a requirement: 5 (row 9, 12, 13, 21, 24)." in few.notes
    assert "skills.csv describes 0 of the 4 levels of the skill: 3 (row 4, 7, 9)." in few.notes


def test_spaces_and_invisible_signs_are_taken_away(framework: Framework) -> None:
    iri = f"{ddat.BASE}/role/end-user-computing-engineer/end-user-computing-engineer"
    assert framework.role(iri).label == "End user computing engineer"


def test_no_blank_nodes_and_the_attribution(few: Scheme) -> None:
    assert not [t for t in few.triples if isinstance(t.subject, ox.BlankNode) or isinstance(t.object, ox.BlankNode)]
    rights = [t for t in few.triples if t.predicate.value == DCTERMS.rights]
    assert {str(t.object.value) for t in rights if isinstance(t.object, ox.Literal)} == {ddat.ATTRIBUTION}


def test_order_of_rows_changes_nothing(few: Scheme, tmp_path: Path) -> None:
    rewritten(tmp_path, "roles.csv", {}, shuffle=True)
    assert set(ddat.read(tables(tmp_path)).triples) == set(few.triples)


def test_names_that_would_share_a_slug_are_told_apart(tmp_path: Path) -> None:
    change = {"Data management": "Data / visualisation"}
    rewritten(tmp_path, "skills.csv", change)
    shutil.move(tmp_path / "skills.csv", tmp_path / "changed.csv")
    rewritten(tmp_path, "roles.csv", change)
    shutil.move(tmp_path / "changed.csv", tmp_path / "skills.csv")
    framework = Framework.from_triples({"ddat": ddat.read(tables(tmp_path)).triples})
    skills = [c for c in framework.concepts if c.pref_label in ("Data visualisation", "Data / visualisation")]
    assert len({concept.iri for concept in skills}) == 2
    assert all(concept.iri.rpartition("-")[2].isalnum() for concept in skills)
    assert not [c for c in skills if c.iri.endswith("/data-visualisation")]


def test_a_skill_that_only_roles_name_is_kept_and_noted(tmp_path: Path) -> None:
    rewritten(tmp_path, "roles.csv", {"Data visualisation": "Drawing"})
    scheme = ddat.read(tables(tmp_path))
    assert any("'Drawing', which skills.csv does not list" in note for note in scheme.notes)
    framework = Framework.from_triples({"ddat": scheme.triples})
    assert framework.concept(f"{ddat.BASE}/skill/drawing").kind == "skill"


def test_a_missing_column_is_refused(tmp_path: Path) -> None:
    shutil.copytree(DATA, tmp_path, dirs_exist_ok=True)
    roles = tmp_path / "roles.csv"
    roles.write_text(roles.read_text(encoding="utf-8").replace("Skill Level,", "Level,", 1), encoding="utf-8")
    with pytest.raises(InputError) as caught:
        ddat.read(tables(tmp_path))
    assert caught.value.rule == "missing-column"


@pytest.mark.shared
def test_the_whole_framework(ddat_source: Path) -> None:
    scheme = ddat.read(tables(ddat_source))
    framework = Framework.from_triples({"ddat": scheme.triples})
    assert sum(concept.kind == "skill" for concept in framework.concepts) == 188
    assert len(framework.roles) == 205
    needs = [need for profile in framework.roles.values() for need in profile.requirements]
    assert len(needs) == 1_825 - 16
    assert sum(need.level is None for need in needs) == 28
    assert any(note.startswith("roles.csv repeats a requirement: 16 ") for note in scheme.notes)
    described = [concept for concept in framework.concepts if concept.level_descriptions]
    assert len(described) == 188 - 22
    assert all(all(concept.level_descriptions) for concept in described)
