"""The policy as a table: every caller against every audience."""

from __future__ import annotations

import pytest

from gse_skills.access import ANONYMOUS, FORMS, OPERATOR, Caller, Role, access_of
from gse_skills.errors import InputError, RefusedError
from gse_skills.vocabulary import Audience

ORGANISATIONS = ("aster", "birch")
PUBLIC, ALLIANCE, EMERGENCY, PRIVATE = Audience.PUBLIC, Audience.ALLIANCE, Audience.EMERGENCY, Audience.PRIVATE
INCIDENT, OVER, PERSON = "00000000000000aa", "00000000000000bb", "00000000000000ff"
SHARED = {PUBLIC, ALLIANCE}
KEPT = {*SHARED, PRIVATE}
TABLE = {
    # caller: what is seen of aster, what is seen of birch, whose records may be changed
    ANONYMOUS: ({PUBLIC}, {PUBLIC}, set()),
    Caller(Role.MEMBER, "aster"): (SHARED, SHARED, set()),
    Caller(Role.MEMBER, "birch"): (SHARED, SHARED, set()),
    Caller(Role.PERSON, "aster", PERSON): (SHARED, SHARED, set()),
    Caller(Role.LEAD, "aster"): (SHARED, SHARED, set()),
    Caller(Role.STEWARD, "aster"): (KEPT, SHARED, {"aster"}),
    Caller(Role.STEWARD, "birch"): (SHARED, KEPT, {"birch"}),
    Caller(Role.DUTY_OFFICER, "aster"): (SHARED, SHARED, set()),
    Caller(Role.RESPONDER, "aster", INCIDENT): ({*SHARED, EMERGENCY}, {*SHARED, EMERGENCY}, set()),
    Caller(Role.RESPONDER, "aster", OVER): (SHARED, SHARED, set()),
    Caller(Role.FRAMEWORK_OWNER): ({PUBLIC}, {PUBLIC}, set()),
    Caller(Role.ADMINISTRATOR): ({PUBLIC}, {PUBLIC}, set()),
    **{
        Caller(role, "nowhere", subject): ({PUBLIC}, {PUBLIC}, set())
        for role, subject in (
            (Role.MEMBER, ""),
            (Role.PERSON, PERSON),
            (Role.LEAD, ""),
            (Role.STEWARD, ""),
            (Role.DUTY_OFFICER, ""),
            (Role.RESPONDER, INCIDENT),
        )
    },
    Caller(Role.MEMBER): ({PUBLIC}, {PUBLIC}, set()),
    Caller(Role.STEWARD): ({PUBLIC}, {PUBLIC}, set()),
    # What is for emergencies is in the view of its organisation too.
    OPERATOR: (KEPT, KEPT, {"aster", "birch"}),
}
FORMS_FILLED = [
    form.replace("ORGANISATION", "aster").replace("PERSON", PERSON).replace("INCIDENT", INCIDENT) for form in FORMS
]
BESIDES = {
    # role: what it may do besides, of a caller whose organisation there is
    Role.DUTY_OFFICER: {"opens_incidents"},
    Role.FRAMEWORK_OWNER: {"owns_framework"},
    Role.ADMINISTRATOR: {"administers"},
    Role.OPERATOR: {"opens_incidents", "owns_framework", "administers"},
}


@pytest.mark.parametrize("caller", TABLE, ids=str)
def test_what_a_caller_sees_and_keeps(caller: Caller) -> None:
    access = access_of(caller, ORGANISATIONS, {INCIDENT})
    *seen, keeps = TABLE[caller]
    for organisation, audiences in zip(ORGANISATIONS, seen, strict=True):
        assert {one for one in Audience if one.view(organisation) in access.views} == audiences
    assert access.keeps == keeps
    assert len(set(access.views)) == len(access.views)
    assert all("/view/" in view for view in access.views)


@pytest.mark.parametrize("caller", TABLE, ids=str)
@pytest.mark.parametrize("organisation", [*ORGANISATIONS, "nowhere"])
def test_only_who_keeps_the_records_may_change_them(caller: Caller, organisation: str) -> None:
    access = access_of(caller, ORGANISATIONS, {INCIDENT})
    if organisation in TABLE[caller][2]:
        access.require_keeper(organisation)
        return
    with pytest.raises(RefusedError) as err:
        access.require_keeper(organisation)
    assert err.value.rule == "not-steward"
    assert str(err.value) == (
        "You may not change the records of that organisation. Ask a steward of that organisation, or sign in as one."
    )


@pytest.mark.parametrize("caller", TABLE, ids=str)
def test_what_a_caller_may_do_besides(caller: Caller) -> None:
    access = access_of(caller, ORGANISATIONS, {INCIDENT})
    there = caller.organisation in ORGANISATIONS
    does = {name for name in ("opens_incidents", "owns_framework", "administers") if getattr(access, name)}
    belongs_nowhere = caller.role in (Role.FRAMEWORK_OWNER, Role.ADMINISTRATOR, Role.OPERATOR)
    assert does == (BESIDES.get(caller.role, set()) if there or belongs_nowhere else set())
    assert access.home == (caller.organisation if there else None)
    assert access.person == (PERSON if caller == Caller(Role.PERSON, "aster", PERSON) else "")
    assert access.counts == ((Audience.PRIVATE.view("aster"),) if there and caller.role is Role.LEAD else ()), (
        "a lead alone is told in figures what they do not see by name"
    )


def test_an_administrator_is_asked_for_by_name() -> None:
    access_of(Caller(Role.ADMINISTRATOR), ()).require_administrator()
    with pytest.raises(RefusedError) as err:
        access_of(Caller(Role.STEWARD, "aster"), ORGANISATIONS).require_administrator()
    assert err.value.rule == "not-administrator"


def test_every_role_is_in_the_table() -> None:
    assert {caller.role for caller in TABLE} == set(Role)


def test_however_many_organisations_there_are_a_caller_has_a_handful_of_views() -> None:
    many = [f"org-{number}" for number in range(40)]
    assert [
        len(access_of(Caller.parse(text), many).views) for text in ("anonymous", "member:org-1", "steward:org-1")
    ] == [
        1,
        2,
        3,
    ]


@pytest.mark.parametrize("text", ["anonymous", "member:aster", "steward:aster-two", *FORMS_FILLED])
def test_a_caller_is_written_as_it_is_read(text: str) -> None:
    assert str(Caller.parse(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "operator",
        "operator:aster",
        "member",
        "member:",
        "root",
        "Steward:aster",
        "person:aster",
        "person:aster/ff",
        "person:aster/00000000000000FF",
        "administrator:aster",
        "administrator:",
        "member:aster/00000000000000ff",
        "responder:aster/x",
    ],
)
def test_what_is_no_caller(text: str) -> None:
    with pytest.raises(InputError) as err:
        Caller.parse(text)
    assert err.value.rule == "unknown-caller"
