"""One person's dossier: what is kept of them, who may read it, what they put right, and what their steward decides."""

from __future__ import annotations

import csv
import datetime
import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
from rdflib import Graph

from gse_skills.access import Caller
from gse_skills.audit import Action, Witness
from gse_skills.dossier import (
    Because,
    Corrected,
    Dossier,
    Fact,
    Form,
    KeptRecord,
    Means,
    Outcome,
    Standing,
    Wish,
    correct,
    read_dossier,
    read_requests,
    settle,
    take_away,
)
from gse_skills.errors import AmbiguousError, ConflictError, GseSkillsError, InputError, NotFoundError, RefusedError
from gse_skills.framework.shapes import Kind, validate
from gse_skills.imports.state import read_people
from gse_skills.index import Index
from gse_skills.index.build import build
from gse_skills.sharing import Choice, choose
from gse_skills.vocabulary import GRAPH, PROV, Audience, Basis, Level

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Office

SHEET = """Staff no,Name,Email,Grade,Site,Unit,Skill,Level,Assessed by,Date assessed,Audience
1,Ann Archer,ann@example.gov.uk,SEO,North,Blue,LIF-VIR-01,Working,Manager,2025-01-31,
1,Ann Archer,ann@example.gov.uk,SEO,North,Blue,LIF-VIR-02,Practitioner,Self,2025-02-28,private
2,Bob Baker,,,,,LIF-VIR-01,Expert,Self,2025-01-31,
"""
NEWER = """Staff no,Name,Skill,Level,Assessed by,Date assessed
1,Ann Archer,LIF-VIR-01,Practitioner,Manager,2025-06-30
"""
TODAY = datetime.datetime.now(datetime.UTC).date()


@pytest.fixture(scope="module")
def small(
    small_office: Callable[[Path], AbstractContextManager[Office]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    with small_office(tmp_path_factory.mktemp("dossier")) as office:
        yield office


@pytest.fixture
def lab(small: Office) -> str:
    slug = small.organisation()
    small.bring(slug, SHEET, source_name="march.csv")
    return slug


def digits(office: Office, lab: str, name: str = "Ann Archer") -> str:
    (found,) = [one.person for one in read_people(office.register.store, lab) if one.person.name == name]
    return f"{found.identifier.value:016x}"


def me(office: Office, lab: str, name: str = "Ann Archer") -> str:
    return f"person:{lab}/{digits(office, lab, name)}"


def kept(office: Office, lab: str) -> Dossier:
    return read_dossier(office.register, digits(office, lab), office.access(me(office, lab)))


def holds(found: Dossier, code: str) -> KeptRecord:
    """The record that holds of a skill."""
    return {one.notation: one for one in found.current}[code]


def ask(office: Office, lab: str, fact: str, value: str, skill: str = "", reason: str = "", **more: bool) -> Corrected:
    wish = Wish(Fact(fact), value, skill, reason)
    return correct(office.register, office.access(me(office, lab)), wish, dry_run=more.get("dry_run", False))


def decide(office: Office, lab: str, made: Corrected, outcome: str, reason: str = "", **more: bool) -> None:
    assert made.request is not None
    steward = office.access(f"steward:{lab}")
    dry_run = more.get("dry_run", False)
    settle(office.register, steward, lab, made.request.digits, Outcome(outcome), reason=reason, dry_run=dry_run)


def view_triples(office: Office) -> set[str]:
    """Everything that any caller may be shown."""
    store = office.register.store
    graphs = [graph for graph in store.graphs() if graph.startswith(GRAPH["view/"])]
    return {f"{triple} {graph}" for graph in graphs for triple in store.triples(graph)}


def require_consistent(office: Office, lab: str, contents: Callable[[Index], dict[str, object]]) -> None:
    """The views and the index are those that the source graphs make, and the source graph fits its shapes."""
    state = office.register.state
    assert contents(state.index) == contents(build(office.register.store, state.framework, state.rules))
    assert office.register.rebuild() == 0
    source = Graph()
    for triple in office.register.store.triples(GRAPH[f"source/{lab}"]):
        source.parse(data=f"{triple} .", format="nt")
    assert [one for one in validate(source, Kind.SOURCE) if one.severity == "violation"] == []


def test_it_tells_everything_that_is_kept(small: Office, lab: str) -> None:
    small.bring(lab, NEWER, source_name="june.csv")
    found = kept(small, lab)
    assert (found.organisation, found.identity.name, found.identity.staff_number) == (lab, "Ann Archer", "1")
    assert found.identity.email == "ann@example.gov.uk"
    assert found.membership is not None
    assert (found.membership.grade, found.membership.site, found.membership.unit) == ("SEO", "North", "Blue")
    current, old = holds(found, "LIF-VIR-01"), found.records[-1]
    assert (current.level, current.basis, current.assessed_on) == (
        Level.PRACTITIONER,
        Basis.MANAGER,
        datetime.date(2025, 6, 30),
    )
    assert current.origin is not None
    assert (current.origin.means, current.origin.file) == (Means.IMPORT, "june.csv")
    assert (current.phrase, current.row) == ("LIF-VIR-01", 2)
    assert current.revises.endswith(f"{old.identifier:016x}")
    assert (old.level, old.until) == (Level.WORKING, datetime.date(2025, 6, 30))
    assert old.ended_by is not None
    assert old.ended_by.file == "june.csv"
    assert old.origin is not None
    assert old.origin.file == "march.csv"


def test_it_says_whom_a_record_reaches_and_why(small: Office, lab: str) -> None:
    steward = small.access(f"steward:{lab}")

    def reaches() -> list[tuple[Audience, Because]]:
        found = kept(small, lab)
        reaches = [holds(found, code).reach for code in ("LIF-VIR-01", "LIF-VIR-02")]
        return [(one.audience, one.because) for one in (*reaches, found.identity.reach)]

    stated = (Audience.PRIVATE, Because.RECORD)
    default = (Audience.ALLIANCE, Because.ORGANISATION)
    assert reaches() == [default, stated, default]
    branch = small.register.state.lookup.resolve("LIF-VIR").concept
    choose(small.register, steward, lab, Choice(branches={branch: Audience.PUBLIC}), dry_run=False)
    assert reaches() == [(Audience.PUBLIC, Because.BRANCH), stated, default]
    person = {digits(small, lab): Audience.EMERGENCY}
    choose(small.register, steward, lab, Choice(people=person), dry_run=False)
    assert reaches() == [(Audience.EMERGENCY, Because.PERSON), stated, (Audience.EMERGENCY, Because.PERSON)]


def test_the_person_their_stewards_and_the_operator_read_it_and_nobody_else(small: Office, lab: str) -> None:
    other = small.organisation()
    who = digits(small, lab)
    for caller in (me(small, lab), f"steward:{lab}", "operator"):
        assert read_dossier(small.register, who, small.access(caller)).identity.name == "Ann Archer"
    hidden = [
        "anonymous",
        f"member:{lab}",
        f"lead:{lab}",
        f"steward:{other}",
        f"person:{other}/{who}",
        me(small, lab, "Bob Baker"),
        "administrator",
    ]
    told = set()
    for caller in hidden:
        with pytest.raises(NotFoundError) as caught:
            read_dossier(small.register, who, small.access(caller))
        told.add((caught.value.rule, str(caught.value), tuple(caught.value.extra)))
    for unknown in ("0" * 16, "Ann Archer", ""):
        with pytest.raises(NotFoundError) as caught:
            read_dossier(small.register, unknown, small.access(f"steward:{lab}"))
        told.add((caught.value.rule, str(caught.value), tuple(caught.value.extra)))
    assert {rule for rule, *_ in told} == {"unknown-person"}
    assert len(told) == 1, "hidden and unknown are told alike"


def test_it_tells_who_looked_and_nothing_of_other_people(small: Office, lab: str) -> None:
    other, who, bob = small.organisation(), digits(small, lab), digits(small, lab, "Bob Baker")
    iri = "https://w3id.org/gse-skills/id/person/"
    look = Witness(small.register.audit, small.access(f"member:{other}"))
    look.saw(Action.SEARCH_EXPERTS, [(lab, f"{iri}{who}"), (lab, f"{iri}{bob}")])
    look.saw(Action.READ_PERSON, [(lab, f"{iri}{bob}")])
    Witness(small.register.audit, small.access(f"steward:{lab}")).opened(Action.EXPORT, lab, who)
    Witness(small.register.audit, small.access(me(small, lab))).opened(Action.EXPORT, lab, who)
    looks = kept(small, lab).looks
    assert [(one.action, str(one.caller)) for one in looks] == [
        (Action.EXPORT, f"steward:{lab}"),
        (Action.SEARCH_EXPERTS, f"member:{other}"),
    ]
    assert all(one.people == {lab: (who,)} for one in looks)


def test_it_tells_of_accounts_and_complaints_as_far_as_they_are_the_readers(small: Office, lab: str) -> None:
    who, elsewhere = digits(small, lab), f"steward:{small.organisation()}"
    small.register.users.grant("ann@example.gov.uk", Caller.parse(f"steward:{lab}"))
    small.register.users.grant("ann@example.gov.uk", Caller.parse(elsewhere))
    complaint = small.register.complaints.make("My steward does not answer.", organisation=lab, person=who)
    mine = kept(small, lab)
    assert [(one.name, one.grants) for one in mine.accounts] == [("ann@example.gov.uk", (f"steward:{lab}",))]
    assert mine.complaints == (complaint,)
    stewards = read_dossier(small.register, who, small.access(f"steward:{lab}"))
    assert stewards.complaints == ()
    for form in (Form.TEXT, Form.HTML, Form.JSON_LD):
        whole, less = (take_away(one, form, "OFFICIAL", TODAY).decode() for one in (mine, stewards))
        assert "My steward does not answer." in whole
        assert "My steward does not answer." not in less
        assert elsewhere not in whole
    assert kept(small, lab).triples == stewards.triples


def test_own_levels_are_corrected_at_once(
    small: Office, lab: str, contents: Callable[[Index], dict[str, object]]
) -> None:
    tried = ask(small, lab, "level", "expert", "LIF-VIR-02", dry_run=True)
    assert (tried.step.before, tried.step.after, tried.request) == ("Practitioner", "Expert", None)
    assert holds(kept(small, lab), "LIF-VIR-02").level is Level.PRACTITIONER
    ask(small, lab, "level", "expert", "LIF-VIR-02")
    new = holds(kept(small, lab), "LIF-VIR-02")
    assert (new.level, new.basis, new.assessed_on) == (Level.EXPERT, Basis.SELF, TODAY)
    assert new.reach.audience is Audience.PRIVATE, "it goes no further than it did"
    assert (new.phrase, new.row) == ("", None)
    assert new.origin is not None
    assert new.origin.means is Means.ASSESSMENT
    ask(small, lab, "level", "Awareness", "LIF-CEL-01")
    assert ("Ann Archer", "Awareness") in small.who("LIF-CEL-01", lab)
    require_consistent(small, lab, contents)
    ask(small, lab, "level", "", "LIF-CEL-01")
    assert small.who("LIF-CEL-01", lab) == []
    gone = [one for one in kept(small, lab).records if one.notation == "LIF-CEL-01"]
    assert [(one.until, one.ended_by and one.ended_by.means) for one in gone] == [(TODAY, Means.ASSESSMENT)]
    require_consistent(small, lab, contents)


def test_a_level_of_somebody_elses_is_disputed_and_both_stand_until_it_is_settled(
    small: Office, lab: str, contents: Callable[[Index], dict[str, object]]
) -> None:
    before, views = small.who("LIF-VIR-01", lab), view_triples(small)
    made = ask(small, lab, "level", "Expert", "LIF-VIR-01", "I have led the work since March.")
    assert small.who("LIF-VIR-01", lab) == before
    assert view_triples(small) == views, "nobody else is told of it"
    disputed = holds(kept(small, lab), "LIF-VIR-01")
    assert disputed.level is Level.WORKING
    assert disputed.disputed_since is not None
    (asked,) = read_requests(small.register, small.access(f"steward:{lab}"), lab)
    assert (asked.step.before, asked.step.after, asked.basis) == ("Working", "Expert", "Manager")
    assert asked.request.reason == "I have led the work since March."
    require_consistent(small, lab, contents)
    decide(small, lab, made, "accepted", dry_run=True)
    assert holds(kept(small, lab), "LIF-VIR-01").level is Level.WORKING
    decide(small, lab, made, "accepted")
    new = holds(kept(small, lab), "LIF-VIR-01")
    assert (new.level, new.basis, new.disputed_since) == (Level.EXPERT, Basis.MANAGER, None)
    assert new.origin is not None
    assert new.origin.means is Means.SETTLEMENT
    assert new.revises.endswith(f"{disputed.identifier:016x}")
    assert ("Ann Archer", "Expert") in small.who("LIF-VIR-01", lab)
    require_consistent(small, lab, contents)


def test_who_declines_says_why_and_the_person_reads_it(small: Office, lab: str) -> None:
    made = ask(small, lab, "level", "Expert", "LIF-VIR-01", "I lead it.")
    with pytest.raises(InputError) as caught:
        decide(small, lab, made, "declined")
    assert caught.value.rule == "reason-missing"
    decide(small, lab, made, "declined", "The panel of May found Working.")
    (request,) = kept(small, lab).requests
    assert request.standing is Standing.DECLINED
    assert request.settlement is not None
    assert request.settlement.reason == "The panel of May found Working."
    found = holds(kept(small, lab), "LIF-VIR-01")
    assert (found.level, found.disputed_since) == (Level.WORKING, None)
    decide(small, lab, made, "declined", "The panel of May found Working.")
    with pytest.raises(ConflictError) as again:
        decide(small, lab, made, "accepted")
    assert again.value.rule == "already-settled"


FACTS = {
    "name": "Ann Bowman",
    "staff-number": "77",
    "email": "ann.bowman@example.gov.uk",
    "unit": "Red",
    "grade": "G7",
    "site": "South",
    "available": "yes",
    "leaves-on": "2060-03-31",
}


@pytest.mark.parametrize("fact", FACTS)
def test_an_accepted_fact_is_changed_everywhere(
    small: Office, lab: str, fact: str, contents: Callable[[Index], dict[str, object]]
) -> None:
    who = digits(small, lab)
    made = ask(small, lab, fact, FACTS[fact], reason="It is out of date.")
    assert kept(small, lab).requests[0].standing is Standing.OPEN
    decide(small, lab, made, "accepted")
    found = read_dossier(small.register, who, small.access(f"steward:{lab}"))
    held = {
        "name": found.identity.name,
        "staff-number": found.identity.staff_number,
        "email": found.identity.email,
        "unit": found.membership.unit if found.membership else "",
        "grade": found.membership.grade if found.membership else "",
        "site": found.membership.site if found.membership else "",
        "available": "yes" if found.membership and found.membership.available else "",
        "leaves-on": str(found.membership.leaves_on) if found.membership else "",
    }
    assert held[fact] == FACTS[fact]
    naming = fact in ("name", "staff-number", "email")
    assert len(found.memberships) == (1 if naming else 2)
    if not naming:
        old, new = found.memberships[1], found.memberships[0]
        assert old.ended_by is not None
        assert new.origin is not None
        assert (old.ended_by.means, new.origin.means) == (Means.SETTLEMENT, Means.SETTLEMENT)
    require_consistent(small, lab, contents)


@pytest.mark.parametrize(
    ("fact", "value", "skill", "reason", "rule"),
    [
        ("name", "", "", "Because.", "bad-value"),
        ("name", "x" * 201, "", "Because.", "bad-value"),
        ("email", "not an address", "", "Because.", "bad-value"),
        ("available", "Tuesdays", "", "Because.", "bad-value"),
        ("leaves-on", "some day", "", "Because.", "bad-value"),
        ("leaves-on", "2025-03-31", "", "Because.", "leaving-date-past"),
        ("level", "Grand master", "LIF-VIR-01", "Because.", "bad-value"),
        ("level", "Expert", "", "Because.", "skill-missing"),
        ("level", "Expert", "no such skill", "Because.", "unknown-term"),
        ("level", "Expert", "LIF-VIR-01", "", "reason-missing"),
        ("grade", "G7", "", " ", "reason-missing"),
        ("grade", "G7", "", "x" * 1001, "text-too-long"),
        ("grade", "SEO", "", "Because.", "nothing-to-correct"),
        ("level", "", "LIF-CEL-01", "", "nothing-to-correct"),
        ("level", "Practitioner", "LIF-VIR-02", "", "nothing-to-correct"),
    ],
)
def test_what_cannot_be_asked_says_why(
    small: Office, lab: str, fact: str, value: str, skill: str, reason: str, rule: str
) -> None:
    before = small.dump()
    with pytest.raises(GseSkillsError) as caught:
        ask(small, lab, fact, value, skill, reason)
    assert caught.value.rule == rule
    assert caught.value.remedy
    assert not isinstance(caught.value, AmbiguousError)
    assert small.dump() == before


def test_the_same_request_is_made_once_and_another_waits(small: Office, lab: str) -> None:
    first = ask(small, lab, "grade", "G7", reason="Promoted.")
    assert ask(small, lab, "grade", "G7", reason="Promoted.").request == first.request
    with pytest.raises(ConflictError) as caught:
        ask(small, lab, "grade", "G6", reason="Promoted.")
    assert caught.value.rule == "already-asked"


def test_only_a_person_corrects_and_only_a_steward_settles(small: Office, lab: str) -> None:
    for caller in ("anonymous", f"member:{lab}", f"steward:{lab}", "operator"):
        with pytest.raises(RefusedError) as caught:
            correct(small.register, small.access(caller), Wish(Fact.GRADE, "G7", reason="So."), dry_run=True)
        assert caught.value.rule == "not-a-person"
    made = ask(small, lab, "grade", "G7", reason="Promoted.")
    assert made.request is not None
    other = small.organisation()
    for caller in (me(small, lab), f"member:{lab}", f"lead:{lab}", f"steward:{other}"):
        with pytest.raises(RefusedError) as caught:
            settle(small.register, small.access(caller), lab, made.request.digits, Outcome.ACCEPTED, dry_run=True)
        assert caught.value.rule == "not-steward"
        with pytest.raises(RefusedError):
            read_requests(small.register, small.access(caller), lab)
    with pytest.raises(NotFoundError) as unknown:
        settle(
            small.register, small.access(f"steward:{other}"), other, made.request.digits, Outcome.ACCEPTED, dry_run=True
        )
    assert unknown.value.rule == "unknown-request"


def test_a_record_that_ended_meanwhile_cannot_be_corrected(small: Office, lab: str) -> None:
    made = ask(small, lab, "level", "Expert", "LIF-VIR-01", "I lead it.")
    small.bring(lab, NEWER)
    with pytest.raises(ConflictError) as caught:
        decide(small, lab, made, "accepted")
    assert caught.value.rule == "changed-meanwhile"
    decide(small, lab, made, "declined", "A newer assessment has come.")


def test_of_somebody_who_left_names_are_corrected_and_nothing_else(
    small: Office, lab: str, contents: Callable[[Index], dict[str, object]]
) -> None:
    name = ask(small, lab, "name", "Ann Bowman", reason="Married.")
    site = ask(small, lab, "site", "South", reason="Moved.")
    who, steward = digits(small, lab), small.access(f"steward:{lab}")
    small.bring(lab, "Staff no,Name,Skill,Level\n2,Bob Baker,LIF-VIR-01,Expert\n", full=True)
    with pytest.raises(ConflictError) as caught:
        decide(small, lab, site, "accepted")
    assert caught.value.rule == "has-left"
    decide(small, lab, name, "accepted")
    found = read_dossier(small.register, who, steward)
    assert (found.identity.name, found.membership, found.current) == ("Ann Bowman", None, ())
    require_consistent(small, lab, contents)


def test_it_is_taken_away_whole_in_each_form_and_marked(small: Office, lab: str) -> None:
    small.bring(lab, NEWER, source_name="=june.csv")
    ask(small, lab, "grade", "G7", reason="=SUM(1)")
    found = kept(small, lab)
    forms = {form: take_away(found, form, "OFFICIAL-SENSITIVE", TODAY) for form in Form}
    archive = zipfile.ZipFile(io.BytesIO(forms[Form.CSV]))
    texts = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    assert set(texts) == {
        "read-me.txt",
        "about.csv",
        "memberships.csv",
        "skills.csv",
        "undone.csv",
        "requests.csv",
        "looks.csv",
        "accounts.csv",
        "complaints.csv",
    }
    assert "OFFICIAL-SENSITIVE" in texts["read-me.txt"]
    skills = list(csv.DictReader(io.StringIO(texts["skills.csv"])))
    assert len(skills) == len(found.records) == 3
    assert {row["marking"] for row in skills} == {"OFFICIAL-SENSITIVE"}
    assert not [cell for row in csv.reader(io.StringIO(texts["requests.csv"])) for cell in row if cell[:1] == "="]
    for form in (Form.HTML, Form.TEXT):
        shown = forms[form].decode()
        assert shown.count("OFFICIAL-SENSITIVE") == 2
        for value in ("Ann Archer", "ann@example.gov.uk", "Manager", "march.csv", "G7", "SUM(1)"):
            assert value in shown, (form, value)
    assert "<script" not in forms[Form.HTML].decode()


def test_its_linked_data_is_the_statements_themselves(small: Office, lab: str) -> None:
    look = Witness(small.register.audit, small.access(f"steward:{lab}"))
    look.opened(Action.EXPORT, lab, digits(small, lab))
    found = kept(small, lab)
    text = take_away(found, Form.JSON_LD, "OFFICIAL", TODAY)
    context = json.loads(text)["@context"]
    assert isinstance(context, dict)
    assert not [value for value in context.values() if not isinstance(value, (str, dict))]
    graph = {quad.triple for quad in ox.parse(text, format=ox.RdfFormat.JSON_LD)}
    assert set(found.triples) <= graph
    assert ox.Literal("OFFICIAL") in {triple.object for triple in graph}
    person = ox.NamedNode(f"https://w3id.org/gse-skills/id/person/{found.person}")
    used = [triple for triple in graph if triple.predicate.value == PROV.used]
    assert [triple.object for triple in used] == [person]


def test_taking_away_says_nothing_of_other_people(small: Office, lab: str) -> None:
    bob = digits(small, lab, "Bob Baker")
    correct(
        small.register,
        small.access(me(small, lab, "Bob Baker")),
        Wish(Fact.GRADE, "G6", reason="Bob was promoted."),
        dry_run=False,
    )
    for form in (Form.TEXT, Form.HTML, Form.JSON_LD):
        shown = take_away(kept(small, lab), form, "OFFICIAL", TODAY).decode()
        assert "Ann Archer" in shown
        assert "Bob" not in shown
        assert bob not in shown
