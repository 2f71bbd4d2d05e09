"""What has had its time goes, by kind and organisation; nothing else does."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gse_skills import retention
from gse_skills.errors import InputError, RefusedError
from gse_skills.index.build import build
from gse_skills.register import today
from gse_skills.retention import Kind, before

if TYPE_CHECKING:
    from gse_skills.index import Index
    from tests.conftest import Office

HEAD = "Staff number,Name,Skill,Level\n"
FIRST = HEAD + "N1,Ann Stays,Serology,Working\nN1,Ann Stays,Culture,Expert\nN2,Bob Leaves,Serology,Expert\n"
SECOND = HEAD + "N1,Ann Stays,Serology,Expert\nN1,Ann Stays,Culture,Expert\n"
YEARS_AGO, LEFT = datetime.date(2018, 5, 1), datetime.date(2023, 5, 31)


@pytest.fixture
def office(small_office: Callable[[Path], AbstractContextManager[Office]], tmp_path: Path) -> Iterator[Office]:
    with small_office(tmp_path) as office:
        yield office


def fill(office: Office) -> str:
    slug = office.organisation()
    office.bring(slug, FIRST, full=True, snapshot=YEARS_AGO, source_name="old.csv")
    office.bring(slug, SECOND + "N1,Ann Stays,juggling,Expert\n", full=True, snapshot=LEFT, source_name="new.csv")
    return slug


def run(office: Office, slug: str, as_of: datetime.date | None, *, dry_run: bool = False) -> dict[str, object]:
    due = retention.run(office.register, office.access(f"steward:{slug}"), as_of=as_of, dry_run=dry_run)
    assert [one.organisation for one in due] == [slug]
    gone = due[0].erased
    return {"people": gone.people, "records": gone.records, "phrases": gone.phrases, "files": gone.file_names}


def test_nothing_is_due_before_its_time(office: Office) -> None:
    slug = fill(office)
    commit = office.register.store.commit
    day = before(LEFT, -24) - datetime.timedelta(1)
    assert run(office, slug, day) == {"people": 0, "records": 0, "phrases": 0, "files": 0}
    assert office.register.store.commit == commit, "no change, and no writing anew"


def test_leavers_go_and_then_ended_records(office: Office, contents: Callable[[Index], dict[str, object]]) -> None:
    slug = fill(office)
    register = office.register
    told = run(office, slug, before(LEFT, -24))
    assert (told["people"], told["records"]) == (1, 1)
    assert b"Bob Leaves" not in office.dump()
    assert sum(map(len, register.state.index.ended.values())) == 1, "that Ann had been at Working before"
    ended = before(LEFT, -84)
    assert run(office, slug, ended, dry_run=True)["records"] == 1
    with pytest.raises(InputError) as early:
        run(office, slug, ended)
    assert early.value.rule == "bad-date"
    retention.choose(register, office.access(f"steward:{slug}"), slug, {Kind.ENDED: 12})
    assert run(office, slug, None)["records"] == 1
    state = register.state
    assert sum(map(len, state.index.ended.values())) == 0
    assert contents(state.index) == contents(build(register.store, state.framework, state.rules))
    assert office.who("Serology", slug) == [("Ann Stays", "Expert")]
    assert register.rebuild() == 0
    assert run(office, slug, None)["records"] == 0


def test_phrases_and_file_names_go_by_the_day_of_their_import(office: Office) -> None:
    slug = fill(office)
    later = before(today(), -24)
    told = run(office, slug, later, dry_run=True)
    assert (told["phrases"], told["files"]) == (1, 2), "juggling; what a record of Ann's uses stays"
    told = run(office, slug, later - datetime.timedelta(1), dry_run=True)
    assert told["files"] == 0


def test_an_organisation_chooses_within_what_the_installation_allows(office: Office) -> None:
    slug, other = fill(office), office.organisation()
    steward = office.access(f"steward:{slug}")
    assert retention.choose(office.register, steward, slug, {Kind.LEAVERS: 6})[Kind.LEAVERS] == 6
    assert retention.months_of(office.register, other)[Kind.LEAVERS] == 24
    for months in (0, 25):
        with pytest.raises(InputError) as bad:
            retention.choose(office.register, steward, slug, {Kind.LEAVERS: months})
        assert bad.value.rule == "retention-too-long"
    with pytest.raises(RefusedError) as refused:
        retention.choose(office.register, steward, other, {Kind.LEAVERS: 6})
    assert refused.value.rule == "not-steward"
    assert retention.choose(office.register, steward, slug, {Kind.LEAVERS: None})[Kind.LEAVERS] == 24
