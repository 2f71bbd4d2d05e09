"""What has had its time goes, by kind and organisation; nothing else does."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from pyoxigraph import NamedNode

from gse_skills import retention
from gse_skills.dossier import Fact, Means, Outcome, Wish, correct, read_kept, settle
from gse_skills.erasure import Removal
from gse_skills.errors import ConflictError, InputError, RefusedError
from gse_skills.imports.state import read_people
from gse_skills.index.build import build
from gse_skills.register import Register, today
from gse_skills.retention import Kind, before
from gse_skills.store import Query
from gse_skills.vocabulary import GRAPH

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


def test_just_what_was_shown_goes_or_nothing(office: Office) -> None:
    slug, day = fill(office), before(LEFT, -24)
    steward = office.access(f"steward:{slug}")
    shown = retention.digest(retention.run(office.register, steward, as_of=day, dry_run=True))
    assert shown == retention.digest(retention.run(office.register, steward, as_of=day, dry_run=True))
    retention.choose(office.register, steward, slug, {Kind.ENDED: 12})
    commit = office.register.store.commit
    with pytest.raises(ConflictError) as changed:
        retention.run(office.register, steward, as_of=day, expected=shown)
    assert changed.value.rule == "changed-meanwhile"
    assert office.register.store.commit == commit
    retention.choose(office.register, steward, slug, {Kind.ENDED: None})
    assert retention.run(office.register, steward, as_of=day, expected=shown)[0].erased.people == 1


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


def test_settled_requests_go_and_what_was_put_right_stays(office: Office) -> None:
    slug = fill(office)
    register = office.register
    ann = next(one.person for one in read_people(register.store, slug) if one.person.name == "Ann Stays")
    digits = f"{ann.identifier.value:016x}"
    person, steward = office.access(f"person:{slug}/{digits}"), office.access(f"steward:{slug}")
    for fact, value, outcome in (
        (Fact.GRADE, "Grade 7", Outcome.ACCEPTED),
        (Fact.SITE, "Zqxjvwk", Outcome.DECLINED),
        (Fact.UNIT, "Bench", None),
    ):
        made = correct(register, person, Wish(fact, value, reason=f"My mother knows {fact}."), dry_run=False).request
        assert made is not None
        if outcome is not None:
            settle(register, steward, slug, made.digits, outcome, reason=f"We asked about {fact}.", dry_run=False)
    retention.choose(register, steward, slug, {Kind.REQUESTS: 1})
    assert retention.run(register, steward)[0].erased.others == 0
    month = before(today(), -1) + datetime.timedelta(1)
    due = retention.run(register, steward, as_of=month, dry_run=True)[0].erased
    assert due.others == 2, "the declined request, and how it was settled"
    removal = Removal(register.store, slug)
    with register.change() as change:
        for request, settlement, _ in settled(register, slug):
            removal.add_settled(request, settlement)
        removal.finish()
        removal.write(change)
        register.erase(change)
    dump = office.dump()
    for gone in (b"knows grade", b"asked about grade", b"knows site", b"asked about site", b"Zqxjvwk"):
        assert gone not in dump
    assert b"knows unit" in dump, "it is open"
    dossier = read_kept(register, digits, person)
    assert dossier.membership is not None
    assert (dossier.membership.grade, dossier.membership.origin and dossier.membership.origin.means) == (
        "Grade 7",
        Means.SETTLEMENT,
    )
    assert sorted((one.fact, one.standing.value, one.reason) for one in dossier.requests) == [
        ("grade", "accepted", "removed"),
        ("unit", "open", "My mother knows unit."),
    ]
    assert retention.run(register, steward, as_of=month, dry_run=True)[0].erased.statements == 0
    assert register.rebuild() == 0


def settled(register: Register, slug: str) -> list[tuple[str, ...]]:
    rows = register.store.select(Query("settled_requests"), source=NamedNode(GRAPH[f"source/{slug}"]))
    return [tuple(term.value for term in row) for row in rows]


def test_answered_complaints_go_by_the_day_of_the_answer(office: Office) -> None:
    slug, operator = fill(office), office.access()
    register = office.register
    told = {about: register.complaints.make(f"Of {about}.", organisation=about) for about in (slug, "")}
    register.complaints.make("It waits.", organisation=slug)
    for one in told.values():
        register.complaints.answer(one.reference, "It was put right.", operator)
    left = before(today(), 36) - datetime.timedelta(1)
    assert register.complaints.answered(slug, left) == ()
    due = retention.run(register, operator, as_of=before(today(), -36), dry_run=True)
    assert [(one.organisation, one.complaints) for one in due] == [(slug, 1), ("", 1)]
    assert len(register.complaints.listed(operator)) == 3
    register.complaints.let_go(slug, today())
    assert [one.text for one in register.complaints.listed(operator)] == ["It waits.", "Of ."]
    assert retention.run(register, operator)[0].complaints == 0


def test_an_administrator_runs_it_for_all_and_learns_nothing_of_their_records(office: Office) -> None:
    slug = fill(office)
    access = office.access("administrator")
    assert slug in retention.organisations_seen(office.register, access)
    due = retention.run(office.register, access, as_of=before(LEFT, -24))
    assert [one.organisation for one in due if one.organisation] == []
    assert b"Bob Leaves" not in office.dump(), "it went all the same"


def test_others_neither_see_nor_run_it(office: Office) -> None:
    slug = fill(office)
    for caller in ("anonymous", f"member:{slug}", f"lead:{slug}"):
        with pytest.raises(RefusedError) as refused:
            retention.run(office.register, office.access(caller), dry_run=True)
        assert refused.value.rule == "not-for-retention"
    assert retention.organisations_seen(office.register, office.access(f"steward:{slug}")) == (slug,)
