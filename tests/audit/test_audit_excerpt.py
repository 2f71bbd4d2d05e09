"""Who reads what of the audit log: an excerpt says nothing of what does not concern its reader."""

from __future__ import annotations

import datetime
import tempfile
import tracemalloc
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gse_skills.access import OPERATOR, Caller, access_of
from gse_skills.access.policy import AuditScope, audit_scope
from gse_skills.audit import Action, AuditLog, Event, Narrowing, Outcome, entries, excerpts, read_page
from gse_skills.audit.excerpt import Excerpt, excerpt
from gse_skills.audit.segment import segments
from gse_skills.errors import InputError
from gse_skills.vocabulary import Audience

ANN, BEN, EVE = "000000000000000a", "000000000000000b", "000000000000000e"
ALL = AuditScope(everything=True)
ASTER, BIRCH = (AuditScope(organisations=frozenset({slug})) for slug in ("aster", "birch"))
SEARCH = Event(
    Caller.parse("member:birch"),
    Action.SEARCH_EXPERTS,
    people={"aster": (ANN, BEN), "birch": (EVE,)},
    things=("https://w3id.org/gse-skills/framework/LIF",),
    token="3f9a1c20",
    user="00ff",
)
QUERY = Event(
    Caller.parse("steward:birch"),
    Action.QUERY,
    graphs=(Audience.PUBLIC.view(""), Audience.ALLIANCE.view(""), Audience.PRIVATE.view("birch")),
)
OWN = Event(Caller.parse("steward:birch"), Action.QUERY, graphs=(Audience.PRIVATE.view("birch"),))
IMPORT = Event(Caller.parse("steward:aster"), Action.IMPORT, organisations=("aster",))
TOKEN = Event(OPERATOR, Action.TOKEN_CREATED, token="77777777")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with AuditLog(tmp_path, durable=False, segment_bytes=700) as log:
        for event in (SEARCH, QUERY, OWN, IMPORT, TOKEN):
            log.append(event)
    return tmp_path


def actions(folder: Path, scope: AuditScope, organisation: str = "", person: str = "") -> list[Action]:
    return [one.action for one in excerpts(folder, scope, Narrowing(organisation=organisation, person=person))]


SOUGHT, ASKED, BROUGHT = Action.SEARCH_EXPERTS, Action.QUERY, Action.IMPORT


@pytest.mark.parametrize(
    ("caller", "expected"),
    [
        ("anonymous", []),
        ("member:aster", []),
        ("member:nowhere", []),
        ("steward:nowhere", []),
        (f"person:aster/{ANN}", [SOUGHT]),
        (f"person:nowhere/{ANN}", []),
        ("person:aster/00000000000000ff", []),
        ("lead:aster", []),
        ("duty-officer:aster", []),
        ("framework-owner", []),
        ("administrator", [Action.TOKEN_CREATED]),
        ("steward:aster", [SOUGHT, ASKED, BROUGHT]),
        ("steward:birch", [SOUGHT, ASKED, ASKED]),
        ("steward:cedar", [ASKED]),
        ("operator", [SOUGHT, ASKED, ASKED, BROUGHT, Action.TOKEN_CREATED]),
    ],
)
def test_who_reads_what(caller: str, expected: list[Action], folder: Path) -> None:
    who = OPERATOR if caller == "operator" else Caller.parse(caller)
    scope = audit_scope(access_of(who, ["aster", "birch", "cedar"]))
    assert actions(folder, scope) == expected


ADMINISTRATOR = Caller.parse("administrator")
KINDS = {
    "a look": SEARCH,
    "a query": QUERY,
    "an import": IMPORT,
    "a scheme": Event(OPERATOR, Action.CHANGE, things=("https://w3id.org/gse-skills/scheme/x",)),
    "a sign-in": Event(Caller.parse("member:aster"), Action.SIGN_IN, user="00ff"),
    "another role": Event(Caller.parse("member:aster"), Action.ACT_AS, user="00ff", grant="steward:aster"),
    "a token": Event(
        ADMINISTRATOR, Action.TOKEN_CREATED, about="77777777", grant="lead:aster", organisations=("aster",)
    ),
    "a person's grant": Event(
        ADMINISTRATOR,
        Action.PERMISSION_CHANGED,
        people={"aster": (ANN,)},
        organisations=("aster",),
        about="00ff",
        grant=f"person:aster/{ANN}",
    ),
    "an organisation": Event(OPERATOR, Action.ORGANISATION_ADDED, organisations=("aster",)),
    "a refusal": Event(Caller.parse("member:aster"), Action.REFUSED, Outcome.REFUSED, rule="not-steward", count=9),
    "a backup": Event(OPERATOR, Action.BACKUP),
    "a reading": Event(Caller.parse("steward:aster"), Action.READ_AUDIT),
}
OF_SERVICE = set(KINDS) - {"a look", "a query", "an import"}
READ = {
    "anonymous": set[str](),
    "member:aster": set[str](),
    "lead:aster": set[str](),
    "duty-officer:aster": set[str](),
    "framework-owner": set[str](),
    f"person:aster/{ANN}": {"a look", "a person's grant"},
    f"person:aster/{BEN}": {"a look"},
    "steward:aster": {"a look", "a query", "an import", "a token", "a person's grant", "an organisation"},
    "steward:cedar": {"a query"},
    "administrator": OF_SERVICE,
    "operator": set(KINDS),
}


@pytest.mark.parametrize("caller", READ)
@pytest.mark.parametrize("kind", KINDS)
def test_each_caller_reads_of_each_kind_of_entry_what_is_theirs(caller: str, kind: str, tmp_path: Path) -> None:
    who = OPERATOR if caller == "operator" else Caller.parse(caller)
    scope = audit_scope(access_of(who, ["aster", "birch", "cedar"]))
    with AuditLog(tmp_path, durable=False) as log:
        log.append(KINDS[kind])
    found = list(excerpts(tmp_path, scope))
    assert bool(found) is (kind in READ[caller])
    for one in found:
        if caller == "administrator":
            assert (one.people, one.graphs) == ({}, ())
        if caller.startswith("person"):
            assert (one.about, one.user, one.token) == ("", "", "")
            assert set().union(*map(set, one.people.values())) == {who.subject}


def test_what_is_of_the_service_is_told_whole_to_its_administrator(tmp_path: Path) -> None:
    with AuditLog(tmp_path, durable=False) as log:
        log.append(KINDS["a token"], KINDS["a refusal"])
    token, refusal = excerpts(tmp_path, AuditScope(service=True))
    assert (token.about, token.grant, token.organisations) == ("77777777", "lead:aster", ("aster",))
    assert (refusal.rule, refusal.count, refusal.outcome) == ("not-steward", 9, Outcome.REFUSED)


@pytest.mark.parametrize("scope", [ALL, ASTER, AuditScope(person=ANN), AuditScope(service=True)])
@pytest.mark.parametrize("limit", [1, 2, 3, 100])
def test_pages_are_the_log_from_its_end(scope: AuditScope, limit: int, tmp_path: Path) -> None:
    with AuditLog(tmp_path, durable=False, segment_bytes=2_000) as log:
        for _ in range(3):
            # Those that are written together bear one time.
            log.append(*KINDS.values())
            log.append(SEARCH)
        found: list[Excerpt] = []
        cursor = None
        while True:
            page = read_page(tmp_path, scope, Narrowing(), limit, cursor)
            found += page.items
            assert len(page.items) <= limit
            # What comes in meanwhile moves nothing.
            log.append(SEARCH)
            before, cursor = cursor, page.next_cursor
            if cursor is None:
                break
            assert before != cursor
    there = list(excerpts(tmp_path, scope))
    assert found == [one for one in there if one.time <= found[0].time][::-1]
    first = read_page(tmp_path, scope, Narrowing(), 1_000)
    assert (list(first.items), first.next_cursor) == (there[::-1], None)


@pytest.mark.parametrize("cursor", ["", "x", "1-", "1-1-1", "99999999999999999999-1", "-1-1", "999999999999999999-1"])
def test_a_cursor_is_one_of_ours(cursor: str, folder: Path) -> None:
    with pytest.raises(InputError) as err:
        read_page(folder, ALL, Narrowing(), 5, cursor)
    assert err.value.rule == "bad-cursor"


def test_a_page_is_narrowed(folder: Path) -> None:
    times = [entry.time for entry in entries(folder)]
    for asked, expected in (
        (Narrowing(action=Action.QUERY), [ASKED, ASKED]),
        (Narrowing(until=times[1]), [ASKED, SOUGHT]),
        (Narrowing(since=times[3]), [Action.TOKEN_CREATED, BROUGHT]),
        (Narrowing(since=times[1], until=times[2]), [ASKED, ASKED]),
        (Narrowing(until=times[0] - datetime.timedelta(days=1)), []),
    ):
        assert [one.action for one in read_page(folder, ALL, asked, 10).items] == expected


def test_the_log_reads_the_same_from_either_end(folder: Path) -> None:
    there = list(entries(folder))
    assert list(entries(folder, newest_first=True)) == there[::-1]
    path = segments(folder)[-1]
    path.write_bytes(path.read_bytes() + b'{"unfinished":')
    assert list(entries(folder, newest_first=True)) == there[::-1]


def test_a_steward_reads_nothing_of_the_people_of_others(folder: Path) -> None:
    search, query, _ = excerpts(folder, ASTER)
    assert search.people == {"aster": (ANN, BEN)}
    assert (search.token, search.user) == ("", "")
    assert query.graphs == (Audience.ALLIANCE.view(""),)
    search, query, _ = excerpts(folder, BIRCH)
    assert search.people == {"birch": (EVE,)}
    assert (search.token, search.user) == ("3f9a1c20", "00ff")
    assert query.graphs == (Audience.ALLIANCE.view(""), Audience.PRIVATE.view("birch"))


def test_a_person_reads_who_looked_when_and_why_and_of_nobody_else(folder: Path) -> None:
    (looked,) = excerpts(folder, AuditScope(person=BEN))
    assert (looked.caller, looked.action, looked.people) == (SEARCH.caller, Action.SEARCH_EXPERTS, {"aster": (BEN,)})
    assert looked.things == SEARCH.things


def test_whoever_may_read_all_may_narrow_it(folder: Path) -> None:
    assert actions(folder, ALL, person=EVE) == [SOUGHT]
    assert actions(folder, ALL, organisation="aster") == [SOUGHT, ASKED, BROUGHT]
    assert actions(folder, ALL, organisation="cedar") == [ASKED]
    assert actions(folder, ASTER, organisation="birch") == [ASKED]
    assert actions(folder, ASTER, person=EVE) == []
    # Digits that stand elsewhere in a line are no person.
    assert actions(folder, ALL, person="77777777") == []


EVENTS = st.builds(
    Event,
    st.sampled_from([OPERATOR, *(Caller.parse(f"steward:{slug}") for slug in ("aster", "birch", "cedar"))]),
    st.sampled_from(Action),
    people=st.dictionaries(
        st.sampled_from(["aster", "birch", "cedar"]),
        st.lists(st.sampled_from([ANN, BEN, EVE]), min_size=1, max_size=2).map(tuple),
    ),
    organisations=st.lists(st.sampled_from(["aster", "birch", "cedar"]), max_size=2).map(tuple),
    graphs=st.lists(
        st.sampled_from([Audience.PUBLIC.view(""), *map(Audience.PRIVATE.view, ("aster", "birch"))]), max_size=2
    ).map(tuple),
    token=st.sampled_from(["", "3f9a1c20"]),
)


@given(st.lists(EVENTS, max_size=8), st.sampled_from([ASTER, AuditScope(person=ANN)]))
@settings(max_examples=60, deadline=None)
def test_what_concerns_others_changes_nothing(events: list[Event], scope: AuditScope) -> None:
    """With everything of others taken out of the events, and the events that are of others alone left out, a reader
    reads the same, but for the times of writing."""

    def concerned(event: Event) -> Event | None:
        own = scope.organisations
        people = {
            slug: those if slug in own else tuple(one for one in those if one == scope.person)
            for slug, those in event.people.items()
        }
        fewer = replace(
            event,
            people={slug: those for slug, those in people.items() if those},
            organisations=tuple(slug for slug in event.organisations if slug in own),
            graphs=tuple(graph for graph in event.graphs if graph in map(Audience.PRIVATE.view, own)),
            token=event.token if event.caller.organisation in own else "",
        )
        return fewer if fewer.people or fewer.organisations or fewer.graphs else None

    now = datetime.datetime.now(datetime.UTC)
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
        for name, kept in ((one, events), (other, filter(None, map(concerned, events)))):
            with AuditLog(Path(name), durable=False) as log:
                log.append(*kept)
        read = [[replace(found, time=now) for found in excerpts(Path(name), scope)] for name in (one, other)]
    assert read[0] == read[1]


def test_entries_from_a_day_on(folder: Path) -> None:
    there = list(entries(folder))
    assert len(segments(folder)) > 1
    for first, entry in enumerate(there):
        assert [one.number for one in entries(folder, since=entry.time)] == [one.number for one in there[first:]]
    later = there[-1].time + datetime.timedelta(microseconds=1)
    assert list(entries(folder, since=later)) == []


def test_a_log_that_was_tampered_with_is_not_read_as_if_it_were_whole(folder: Path) -> None:
    path = segments(folder)[-1]
    path.write_bytes(path.read_bytes().replace(b"token-created", b"token-revoked"))
    with pytest.raises(InputError) as err:
        list(entries(folder))
    assert err.value.rule == "audit-broken"


def test_reading_holds_no_more_than_an_entry(tmp_path: Path) -> None:
    with AuditLog(tmp_path, durable=False) as log:
        log.append(*[replace(SEARCH, purpose="x" * 300)] * 4_000)
    size = sum(path.stat().st_size for path in segments(tmp_path))
    tracemalloc.start()
    try:
        assert sum(1 for _ in excerpts(tmp_path, ASTER)) == 4_000
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 300_000 < size / 10


def test_an_excerpt_of_nothing(folder: Path) -> None:
    assert [excerpt(entry, AuditScope()) for entry in entries(folder)] == [None] * 5
    assert list(excerpts(folder / "nowhere", ALL)) == []
