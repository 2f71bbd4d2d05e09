"""A person's own role: from a sheet to gap, dossier, correction and erasure; inferred only where none is recorded."""

from __future__ import annotations

import datetime
import json
from typing import TYPE_CHECKING

import pytest

from gse_skills.development import ask_gap, recorded_roles
from gse_skills.dossier import Fact, Form, Outcome, Wish, correct, read_dossier, settle, take_away
from gse_skills.erasure import erase
from gse_skills.errors import InputError, NotFoundError
from gse_skills.people import read_person
from gse_skills.register import today
from gse_skills.vocabulary import FRAMEWORK, GRAPH, GSE, Audience

if TYPE_CHECKING:
    from collections.abc import Callable

    from gse_skills.sheet_import import ImportResult
    from tests.conftest import Office

HEADINGS = "Staff no,Name,Grade,Job role,Job title,Skill,Level,Assessed by,Date assessed\n"
SHEET = f"""{HEADINGS}1,Ann Archer,HEO,Senior virologist,Team leader,LIF-VIR-01,Practitioner,Manager,2025-01-31
1,Ann Archer,HEO,Senior virologist,Team leader,LIF-VIR-02,Working,Manager,2025-01-31
2,Bob Baker,HEO,rol-lif-01,,LIF-VIR-01,Working,Manager,2025-01-31
3,Cid Cole,HEO,Wizard of viruses,,LIF-VIR-01,Working,Manager,2025-01-31
"""


@pytest.fixture
def lab(two_schemes: Office) -> str:
    slug = two_schemes.organisation()
    two_schemes.bring(slug, SHEET)
    return slug


def role_of(office: Office, digits: str, caller: str = "operator") -> str | None:
    found = read_person(digits, office.access(caller), office.register.store).card.role
    return found and found.removeprefix(FRAMEWORK)


def told(result: ImportResult, rule: str) -> list[tuple[str, int, int, str]]:
    return [(one.status, one.row, one.column, one.value) for one in result.outcomes if one.rule == rule]


def test_a_role_is_found_by_name_or_code(two_schemes: Office, lab: str, digits_of: Callable[[str, str], str]) -> None:
    assert role_of(two_schemes, digits_of(lab, "Ann Archer")) == "ROL-LIF-02"
    assert role_of(two_schemes, digits_of(lab, "Bob Baker")) == "ROL-LIF-01"
    assert two_schemes.bring(lab, SHEET).commit is None


def test_an_unknown_role_is_told_at_its_cell_and_the_row_counts(two_schemes: Office) -> None:
    result = two_schemes.bring(two_schemes.organisation(), SHEET, dry_run=True)
    assert told(result, "unknown-role") == [("noted", 5, 3, "Wizard of viruses")]
    assert (result.counts["added"], result.counts["person-added"]) == (4, 3)
    assert "refused" not in result.counts
    (one,) = [one for one in result.outcomes if one.rule == "unknown-role"]
    assert "The nearest: " in one.detail
    assert "gse-skills framework roles" in one.remedy


def test_an_unknown_role_leaves_the_known_one(
    two_schemes: Office, lab: str, digits_of: Callable[[str, str], str]
) -> None:
    two_schemes.bring(lab, f"{HEADINGS}1,Ann Archer,HEO,Wizard,,LIF-VIR-01,Practitioner,Manager,2025-01-31\n")
    assert role_of(two_schemes, digits_of(lab, "Ann Archer")) == "ROL-LIF-02"


def test_another_role_ends_the_membership_and_keeps_the_former_one(
    two_schemes: Office, lab: str, digits_of: Callable[[str, str], str]
) -> None:
    person = digits_of(lab, "Bob Baker")
    two_schemes.bring(lab, SHEET.replace("rol-lif-01", "ROL-LIF-02"))
    memberships = read_dossier(two_schemes.register, person, two_schemes.access()).memberships
    assert [(one.role_label, one.until) for one in memberships] == [
        ("Senior virologist", None),
        ("Virologist", today()),
    ]


def test_the_gap_goes_from_the_recorded_role(
    two_schemes: Office, lab: str, digits_of: Callable[[str, str], str]
) -> None:
    register, access = two_schemes.register, two_schemes.access()
    found = ask_gap(register, access, digits_of(lab, "Ann Archer"))
    assert found.own is not None
    # Her skills and her grade would make her a virologist; what is recorded counts.
    assert (found.own.profile.label, found.own.recorded) == ("Senior virologist", True)
    assert found.gap.role.iri in found.own.profile.next
    roles = recorded_roles(access.views, register.state.framework, register.store)
    assert roles[int(digits_of(lab, "Bob Baker"), 16)].label == "Virologist"
    assert int(digits_of(lab, "Cid Cole"), 16) not in roles


def test_a_role_reaches_whom_the_card_reaches(two_schemes: Office, digits_of: Callable[[str, str], str]) -> None:
    slug = two_schemes.organisation(Audience.PRIVATE)
    two_schemes.bring(slug, SHEET)
    person = digits_of(slug, "Ann Archer")
    assert role_of(two_schemes, person, f"steward:{slug}") == "ROL-LIF-02"
    with pytest.raises(NotFoundError) as caught:
        role_of(two_schemes, person, "anonymous")
    assert caught.value.rule == "unknown-person"


def test_a_person_asks_for_another_role_and_a_steward_settles_it(
    two_schemes: Office, lab: str, digits_of: Callable[[str, str], str]
) -> None:
    register, person = two_schemes.register, digits_of(lab, "Bob Baker")
    me, steward = two_schemes.access(f"person:{lab}/{person}"), two_schemes.access(f"steward:{lab}")
    done = correct(register, me, Wish(Fact.ROLE, "rol-lif-02", reason="I was promoted."), dry_run=False)
    assert (done.step.before, done.step.after) == ("Virologist", "Senior virologist")
    assert done.request is not None
    assert role_of(two_schemes, person) == "ROL-LIF-01"
    settle(register, steward, lab, done.request.digits, Outcome.ACCEPTED, dry_run=False)
    assert role_of(two_schemes, person) == "ROL-LIF-02"
    with pytest.raises(InputError) as caught:
        correct(register, me, Wish(Fact.ROLE, "Senior virologist", reason="Again."), dry_run=True)
    assert caught.value.rule == "nothing-to-correct"
    with pytest.raises(NotFoundError) as unknown:
        correct(register, me, Wish(Fact.ROLE, "Wizard", reason="I am one."), dry_run=True)
    assert unknown.value.rule == "unknown-role"


def test_somebody_in_two_organisations_has_an_entry_and_a_role_in_each(
    two_schemes: Office, lab: str, digits_of: Callable[[str, str], str]
) -> None:
    other = two_schemes.organisation()
    two_schemes.bring(other, SHEET.replace("Senior virologist", "ROL-LIF-01"))
    here, there = digits_of(lab, "Ann Archer"), digits_of(other, "Ann Archer")
    assert here != there
    assert (role_of(two_schemes, here), role_of(two_schemes, there)) == ("ROL-LIF-02", "ROL-LIF-01")
    two_schemes.bring(other, f"{HEADINGS}2,Bob Baker,HEO,,,LIF-VIR-01,Working,Manager,2025-01-31\n", full=True)
    assert role_of(two_schemes, here) == "ROL-LIF-02", "who leaves one organisation stays in the other"
    with pytest.raises(NotFoundError) as left:
        role_of(two_schemes, there)
    assert left.value.rule == "unknown-person"


def test_a_role_is_taken_away_and_erased_with_the_person(
    two_schemes: Office, lab: str, digits_of: Callable[[str, str], str]
) -> None:
    register, person = two_schemes.register, digits_of(lab, "Ann Archer")
    dossier = read_dossier(register, person, two_schemes.access())
    assert b"role: Senior virologist" in take_away(dossier, Form.TEXT, "OFFICIAL", datetime.date(2026, 1, 1))
    linked = json.dumps(json.loads(take_away(dossier, Form.JSON_LD, "OFFICIAL", datetime.date(2026, 1, 1))))
    assert "ownRole" in linked
    before = two_schemes.dump().count(GSE.ownRole.encode())
    erase(register, two_schemes.access(), lab, person)
    after = two_schemes.dump().count(GSE.ownRole.encode())
    # In the source graph of the laboratory, and in the view that showed it.
    assert before - after == 2
    assert GRAPH[f"source/{lab}"].encode() in two_schemes.dump()
