"""The policy as a table: every caller against every audience."""

from __future__ import annotations

import pytest

from gse_skills.access import ANONYMOUS, OPERATOR, Caller, Role, access_of
from gse_skills.errors import InputError, RefusedError
from gse_skills.vocabulary import Audience

ORGANISATIONS = ("aster", "birch")
PUBLIC, ALLIANCE, EMERGENCY, PRIVATE = Audience.PUBLIC, Audience.ALLIANCE, Audience.EMERGENCY, Audience.PRIVATE
TABLE = {
    # caller: what is seen of aster, what is seen of birch, whose records may be changed
    ANONYMOUS: ({PUBLIC}, {PUBLIC}, set()),
    Caller(Role.MEMBER, "aster"): ({PUBLIC, ALLIANCE}, {PUBLIC, ALLIANCE}, set()),
    Caller(Role.MEMBER, "birch"): ({PUBLIC, ALLIANCE}, {PUBLIC, ALLIANCE}, set()),
    Caller(Role.STEWARD, "aster"): ({PUBLIC, ALLIANCE, PRIVATE}, {PUBLIC, ALLIANCE}, {"aster"}),
    Caller(Role.STEWARD, "birch"): ({PUBLIC, ALLIANCE}, {PUBLIC, ALLIANCE, PRIVATE}, {"birch"}),
    Caller(Role.MEMBER, "nowhere"): ({PUBLIC}, {PUBLIC}, set()),
    Caller(Role.STEWARD, "nowhere"): ({PUBLIC}, {PUBLIC}, set()),
    Caller(Role.MEMBER): ({PUBLIC}, {PUBLIC}, set()),
    Caller(Role.STEWARD): ({PUBLIC}, {PUBLIC}, set()),
    OPERATOR: (set(Audience), set(Audience), {"aster", "birch"}),
}


@pytest.mark.parametrize("caller", TABLE, ids=str)
def test_what_a_caller_sees_and_keeps(caller: Caller) -> None:
    access = access_of(caller, ORGANISATIONS)
    *seen, keeps = TABLE[caller]
    for organisation, audiences in zip(ORGANISATIONS, seen, strict=True):
        assert {one for one in Audience if one.view(organisation) in access.views} == audiences
    assert access.keeps == keeps
    assert len(set(access.views)) == len(access.views)
    assert all("/view/" in view for view in access.views)


@pytest.mark.parametrize("caller", TABLE, ids=str)
@pytest.mark.parametrize("organisation", [*ORGANISATIONS, "nowhere"])
def test_only_who_keeps_the_records_may_change_them(caller: Caller, organisation: str) -> None:
    access = access_of(caller, ORGANISATIONS)
    if organisation in TABLE[caller][2]:
        access.require_keeper(organisation)
        return
    with pytest.raises(RefusedError) as err:
        access.require_keeper(organisation)
    assert err.value.rule == "not-steward"
    assert str(err.value) == (
        f"You may not change the records of {organisation}. Ask a steward of that organisation, or sign in as one."
    )


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


@pytest.mark.parametrize("text", ["anonymous", "member:aster", "steward:aster-two"])
def test_a_caller_is_written_as_it_is_read(text: str) -> None:
    assert str(Caller.parse(text)) == text


@pytest.mark.parametrize("text", ["", "operator", "operator:aster", "member", "member:", "root", "Steward:aster"])
def test_what_is_no_caller(text: str) -> None:
    with pytest.raises(InputError) as err:
        Caller.parse(text)
    assert err.value.rule == "unknown-caller"
