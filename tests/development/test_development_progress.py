"""How levels moved: of a person by date, of an organisation by name and by published figures, and who is close."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

import pytest

from gse_skills.development import (
    category_progress,
    gap_to,
    group_progress,
    holding_of,
    own_role,
    read_progress,
    who_is_close,
)
from gse_skills.development.holding import find_card
from gse_skills.development.progress import period_ends
from gse_skills.errors import InputError, NotFoundError
from gse_skills.framework import role_named
from gse_skills.index import members
from gse_skills.register import today
from gse_skills.vocabulary import FRAMEWORK, Audience, Category, Level

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Office

HEAD = "Staff no,Name,Skill,Level,Assessed by,Date assessed\n"
FIRST = f"{HEAD}1,Ann Archer,LIF-VIR-01,Awareness,Self,2024-01-31\n2,Bob Baker,LIF-VIR-01,Working,Self,2024-06-30\n"
SECOND = f"{HEAD}1,Ann Archer,LIF-VIR-01,Expert,Manager,2025-01-31\n"
BEGIN, END = datetime.date(2024, 2, 1), datetime.date(2025, 2, 1)


@pytest.fixture
def lab(two_schemes: Office) -> str:
    slug = two_schemes.organisation()
    two_schemes.bring(slug, FIRST)
    two_schemes.bring(slug, SECOND)
    return slug


def test_a_persons_levels_come_by_date(two_schemes: Office, lab: str, digits_of: Callable[[str, str], str]) -> None:
    found = read_progress(two_schemes.register, two_schemes.access(), digits_of(lab, "Ann Archer"))
    [(skill, records)] = found.skills
    assert skill == f"{FRAMEWORK}LIF-VIR-01"
    assert [(one.level, one.assessed_on, one.until) for one in records] == [
        (Level.AWARENESS, datetime.date(2024, 1, 31), datetime.date(2025, 1, 31)),
        (Level.EXPERT, datetime.date(2025, 1, 31), None),
    ]


def test_an_organisations_levels_come_by_period(two_schemes: Office, lab: str) -> None:
    register, access = two_schemes.register, two_schemes.access()
    lines = {one.concept: one for one in group_progress(register, access, lab, None, BEGIN, END, 6)}
    seen = lines[f"{FRAMEWORK}LIF"].seen
    assert [(str(at.day), at.people, at.at_least) for at in seen] == [
        ("2024-02-01", 1, (1, 0, 0, 0)),
        ("2024-08-01", 2, (2, 1, 0, 0)),
        ("2025-02-01", 2, (2, 2, 1, 1)),
    ]
    assert lines[f"{FRAMEWORK}LIF"].not_shared == ()
    [one] = group_progress(register, access, lab, "LIF-VIR-01", END, END)
    assert one.seen[0].at_least == (2, 2, 1, 1)


def test_what_is_not_shared_is_counted_for_nobody_but_by_published_figures(two_schemes: Office) -> None:
    slug = two_schemes.organisation(Audience.PRIVATE)
    rows = "".join(f"{n},Person {n},LIF-VIR-01,Expert,Self,2024-01-31\n" for n in range(30))
    two_schemes.bring(slug, HEAD + rows)
    register = two_schemes.register
    register.publish_figures(slug)
    asked = (slug, None, BEGIN, today())
    for caller, bands in ((f"lead:{slug}", 1), (f"member:{slug}", 0), ("anonymous", 0)):
        line = next(
            one
            for one in group_progress(register, two_schemes.access(caller), *asked)
            if one.concept == f"{FRAMEWORK}LIF"
        )
        assert {at.people for at in line.seen} == {0}
        assert len(line.not_shared) == bands
    told = group_progress(register, two_schemes.access(f"lead:{slug}"), *asked)
    figures = next(one for one in told if one.concept == f"{FRAMEWORK}LIF").not_shared[0].figures
    shown = [one for one in figures if one.low is not None]
    assert all(one.low is not None and one.high is not None and one.low < one.high for one in shown)


def test_bad_periods_are_refused(two_schemes: Office, lab: str) -> None:
    with pytest.raises(InputError) as caught:
        group_progress(two_schemes.register, two_schemes.access(), lab, None, END, BEGIN)
    assert caught.value.rule == "dates-out-of-order"
    with pytest.raises(InputError) as caught:
        period_ends(datetime.date(1900, 1, 1), END, 1)
    assert caught.value.rule == "too-many-periods"
    with pytest.raises(NotFoundError) as missing:
        group_progress(two_schemes.register, two_schemes.access(), "no-such", None, BEGIN, END)
    assert missing.value.rule == "unknown-organisation"
    assert period_ends(datetime.date.min, datetime.date(1, 3, 1), 12) == (datetime.date(1, 3, 1),)


def test_who_is_close_is_who_lacks_least_of_those_seen(
    two_schemes: Office, lab: str, digits_of: Callable[[str, str], str]
) -> None:
    state = two_schemes.register.state
    role = role_named("Virologist", state.framework, state.lookup)
    rows = "".join(
        f"9,Full House,{need.skill.removeprefix(FRAMEWORK)},Expert,Self,2025-01-31\n" for need in role.requirements
    )
    hidden = two_schemes.organisation(Audience.PRIVATE)
    two_schemes.bring(hidden, HEAD + rows)
    for caller, best in (
        ("operator", ("Full House", 0)),
        (f"member:{lab}", None),
        (f"steward:{hidden}", ("Full House", 0)),
    ):
        found = who_is_close(two_schemes.register, two_schemes.access(caller), role, 50)
        names = [(one.card.name, one.missing) for one in found.close]
        assert (names[0] == best) if best else all(name != "Full House" for name, _ in names)
        assert [missing for _, missing in names] == sorted(missing for _, missing in names)
        assert found.fit == sum(missing == 0 for _, missing in names)
        for one in found.close[:3]:
            holding = holding_of(two_schemes.register, two_schemes.access(caller), one.card.person[-16:])
            assert gap_to(role, holding, state.framework).missing == one.missing


def test_an_organisations_levels_come_by_professional_category(two_schemes: Office) -> None:
    register = two_schemes.register
    framework = register.state.framework
    roles = [role for _, role in sorted(framework.roles.items()) if role.category and role.requirements]
    slug, wanted = two_schemes.organisation(), {}
    rows = []
    for number, role in enumerate(roles[:6]):
        name = f"Person {number}"
        wanted[name] = role
        for need in role.requirements:
            level = (need.level or Level.AWARENESS).label
            rows.append(f"{number},{name},{framework.concept(need.skill).notation},{level},Self,2024-01-31\n")
    rows.append("99,Nobody Special,LIF-VIR-01,Awareness,Self,2024-01-31\n")
    two_schemes.bring(slug, HEAD + "".join(rows))
    access = two_schemes.access()
    found = category_progress(register, access, slug, None, BEGIN, END)
    expected: dict[Category | None, int] = {}
    for identifier in register.state.index.people.identifier[
        members(register.state.index, access.views, slug)
    ].tolist():
        digits = f"{identifier:016x}"
        holding = holding_of(register, access, digits)
        own = own_role(find_card(register, access, digits), holding, framework)
        category = own.profile.category if own else None
        expected[category] = expected.get(category, 0) + 1
    assert {one.category: one.people for one in found} == expected
    assert len(expected) > 1
    assert {one.recorded for one in found} == {0}
    assert all(not line.not_shared for one in found for line in one.lines)
    whole = group_progress(register, access, slug, None, BEGIN, END)
    for line in whole:
        parts = [other for one in found for other in one.lines if other.concept == line.concept]
        for place, at in enumerate(line.seen):
            assert sum(one.seen[place].people for one in parts) == at.people
