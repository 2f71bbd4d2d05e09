"""A development plan: who writes and reads it, what each bad goal is told, how it is kept, and whether levels moved."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
import pytest
from rdflib import Graph

from gse_skills.development import GoalChange, GoalState, NewGoal, Plan, add_goal, change_goal, read_plan
from gse_skills.development import plan as plans
from gse_skills.dossier import Form, read_dossier, take_away
from gse_skills.errors import AmbiguousError, ConflictError, GseSkillsError, InputError, NotFoundError
from gse_skills.framework import Scheme
from gse_skills.framework.shapes import Kind, validate
from gse_skills.register import today
from gse_skills.vocabulary import GRAPH, Audience, Level

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Office

SHEET = """Staff no,Name,Skill,Level,Assessed by,Date assessed
1,Ann Archer,LIF-VIR-01,Working,Self,2025-01-31
2,Bob Baker,LIF-VIR-01,Working,Self,2025-01-31
"""
RETIRED = """
@prefix : <https://example.org/retired/> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> . @prefix dcterms: <http://purl.org/dc/terms/> .
: a skos:ConceptScheme ; skos:prefLabel "Retired"@en ; skos:hasTopConcept :old , :new .
:new a skos:Concept ; skos:prefLabel "Newer art"@en ; skos:inScheme : ; skos:topConceptOf : .
:old a skos:Concept ; skos:prefLabel "Older art"@en ; skos:inScheme : ; skos:topConceptOf : ;
    owl:deprecated true ; dcterms:isReplacedBy :new .
"""
SOON = datetime.timedelta(days=90)


@dataclass
class Desk:
    """Ann's plan, as the callers of her organisation use it."""

    office: Office
    lab: str
    ann: str
    bob: str
    callers: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.callers = {
            "ann": f"person:{self.lab}/{self.ann}",
            "bob": f"person:{self.lab}/{self.bob}",
            "steward": f"steward:{self.lab}",
            "lead": f"lead:{self.lab}",
            "member": f"member:{self.lab}",
        }

    def read(self, caller: str = "ann") -> Plan:
        return read_plan(self.office.register, self.access(caller), self.ann)

    def access(self, caller: str) -> Any:
        return self.office.access(self.callers.get(caller, caller))

    def add(self, caller: str = "ann", /, *, dry_run: bool = False, version: str | None = None, **said: Any) -> Plan:
        asked = {"skill": "LIF-VIR-01", "level": Level.EXPERT, "by": today() + SOON, "how": "A placement", **said}
        register, access = self.office.register, self.access(caller)
        return add_goal(register, access, self.ann, NewGoal(**asked), version=version, dry_run=dry_run)

    def change(
        self, caller: str = "ann", /, *, version: str = "", goal: str = "", dry_run: bool = False, **said: Any
    ) -> Plan:
        plan = self.read()
        return change_goal(
            self.office.register,
            self.access(caller),
            self.ann,
            goal or plan.goals[0].digits,
            GoalChange(**said),
            version=version or plan.version,
            dry_run=dry_run,
        )


@pytest.fixture
def desk(two_schemes: Office, digits_of: Callable[[str, str], str]) -> Desk:
    slug = two_schemes.organisation(Audience.PRIVATE)
    two_schemes.bring(slug, SHEET)
    return Desk(two_schemes, slug, digits_of(slug, "Ann Archer"), digits_of(slug, "Bob Baker"))


def refused(desk: Desk, kind: type[GseSkillsError], rule: str, **said: Any) -> None:
    before = desk.office.register.store.commit, desk.read()
    with pytest.raises(kind) as caught:
        desk.add(**said)
    assert caught.value.rule == rule
    assert (desk.office.register.store.commit, desk.read()) == before


def test_a_goal_is_set_and_read_as_it_was_set(desk: Desk) -> None:
    links = ("https://example.gov.uk/b", "https://example.gov.uk/a", "https://example.gov.uk/a")
    made = desk.add(evidence=links, begins=today() + datetime.timedelta(days=1))
    read = desk.read()
    assert read == made
    [goal] = read.goals
    assert (goal.level, goal.how, goal.state) == (Level.EXPERT, "A placement", GoalState.PLANNED)
    assert goal.evidence == ("https://example.gov.uk/a", "https://example.gov.uk/b")
    assert goal.stated_by.endswith(f"/person/{desk.ann}")
    assert read.progress[goal.digits].then == read.progress[goal.digits].now == Level.WORKING
    assert not read.progress[goal.digits].moved


def test_a_dry_run_writes_nothing(desk: Desk) -> None:
    before = desk.office.register.store.commit
    assert len(desk.add(dry_run=True).goals) == 1
    assert desk.office.register.store.commit == before
    assert desk.read().goals == ()


def test_the_person_and_their_stewards_write_and_read_it_and_to_others_there_is_nobody(desk: Desk) -> None:
    desk.add()
    assert desk.read("steward") == desk.read("operator") == desk.read()
    desk.add("steward", skill="LIF-VIR-02")
    assert {goal.stated_by.rpartition("/")[0].rpartition("/")[2] for goal in desk.read().goals} == {
        "person",
        "organisation",
    }
    other = desk.office.organisation()
    told = set()
    for caller in (
        "anonymous",
        "member",
        "lead",
        "bob",
        f"steward:{other}",
        f"person:{other}/{desk.ann}",
        "administrator",
    ):
        for ask in (desk.read, desk.add):
            with pytest.raises(NotFoundError) as caught:
                ask(caller)
            told.add((caught.value.rule, str(caught.value)))
    with pytest.raises(NotFoundError) as caught:
        read_plan(desk.office.register, desk.access("steward"), "0" * 16)
    told.add((caught.value.rule, str(caught.value)))
    assert {rule for rule, _ in told} == {"unknown-person"}
    assert len(told) == 1


def test_it_lies_in_the_source_graph_alone_and_fits_its_shapes(desk: Desk) -> None:
    desk.add(evidence=("https://example.gov.uk/a",))
    desk.add("steward", skill="LIF-VIR-02")
    desk.change(state=GoalState.UNDER_WAY)
    store = desk.office.register.store
    subjects = {goal.identifier.iri for goal in desk.read().goals}
    for view in [graph for graph in store.graphs() if graph.startswith(GRAPH["view/"])]:
        assert not subjects & {str(triple.subject).strip("<>") for triple in store.triples(view)}
    source = Graph()
    for triple in store.triples(GRAPH[f"source/{desk.lab}"]):
        source.parse(data=f"{triple} .", format="nt")
    assert [one for one in validate(source, Kind.SOURCE) if one.severity == "violation"] == []
    assert desk.office.register.rebuild() == 0


def test_it_is_part_of_what_the_person_takes_away(desk: Desk) -> None:
    [goal] = desk.add().goals
    dossier = read_dossier(desk.office.register, desk.ann, desk.access("ann"))
    assert goal.identifier.iri in take_away(dossier, Form.JSON_LD, "OFFICIAL", today()).decode()


def test_two_who_write_at_once_do_not_undo_each_other(desk: Desk) -> None:
    desk.add()
    seen = desk.read().version
    desk.change("steward", version=seen, state=GoalState.UNDER_WAY)
    with pytest.raises(ConflictError) as caught:
        desk.change(version=seen, state=GoalState.DROPPED)
    assert caught.value.rule == "plan-changed"
    assert [goal.state for goal in desk.read().goals] == [GoalState.UNDER_WAY]
    with pytest.raises(ConflictError) as caught:
        desk.add(skill="LIF-VIR-02", version=seen)
    assert caught.value.rule == "plan-changed"
    desk.add(skill="LIF-VIR-02", version=desk.read().version)


def test_what_makes_no_goal_is_told_by_its_own_rule(desk: Desk) -> None:
    past = today() - datetime.timedelta(days=1)
    refused(desk, InputError, "dates-out-of-order", begins=today() + SOON, by=today())
    refused(desk, InputError, "date-past", begins=past, by=past)
    refused(desk, InputError, "day-out-of-range", by=datetime.date(2200, 1, 1))
    refused(desk, InputError, "how-missing", how="  ")
    refused(desk, InputError, "text-too-long", how="x" * 1_001)
    for link in (
        "ask jo@example.gov.uk",
        "ftp://example.gov.uk/7",
        "https://me:secret@example.gov.uk",
        f"https://x/{'y' * 500}",
    ):
        refused(desk, InputError, "bad-evidence", evidence=(link,))
    refused(desk, InputError, "bad-evidence", evidence=tuple(f"https://example.gov.uk/{n}" for n in range(11)))
    refused(desk, ConflictError, "level-already-held", level=Level.WORKING)
    refused(desk, NotFoundError, "unknown-term", skill="zzzzqqq")
    desk.add()
    refused(desk, ConflictError, "goal-exists")


def test_a_skill_that_two_concepts_share_has_to_be_said_more_closely(desk: Desk) -> None:
    labels: dict[str, int] = {}
    for concept in desk.office.register.state.framework.concepts:
        if concept.kind in ("skill", "concept") and concept.scheme == "ddat":
            labels[concept.pref_label] = labels.get(concept.pref_label, 0) + 1
    shared = [label for label, count in labels.items() if count > 1]
    for label in shared[:1]:
        with pytest.raises(AmbiguousError):
            desk.add(skill=label)


def test_a_deprecated_skill_is_no_goal(desk: Desk) -> None:
    register = desk.office.register
    if "retired" not in register.state.framework.schemes:
        triples = [quad.triple for quad in ox.parse(RETIRED.encode(), ox.RdfFormat.TURTLE)]
        register.load_scheme(Scheme("retired", "Retired", tuple(triples)))
    with pytest.raises(InputError) as caught:
        desk.add(skill="https://example.org/retired/old")
    assert caught.value.rule == "deprecated-skill"
    assert "Newer art" in caught.value.remedy


def test_there_is_room_for_so_many(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plans, "MAX_OPEN", 2)
    desk.add()
    desk.add(skill="LIF-VIR-02")
    refused(desk, ConflictError, "too-many-goals", skill="LIF-VIR-03")
    desk.change(state=GoalState.DONE)
    desk.add(skill="LIF-VIR-03")


def test_a_change_leaves_the_rest_and_says_when_and_who(desk: Desk) -> None:
    [before] = desk.add(evidence=("https://example.gov.uk/a",)).goals
    [after] = desk.change("steward", state=GoalState.UNDER_WAY, how="A course").goals
    assert (after.identifier, after.skill, after.created, after.evidence) == (
        before.identifier,
        before.skill,
        before.created,
        before.evidence,
    )
    assert (after.state, after.how) == (GoalState.UNDER_WAY, "A course")
    assert after.stated >= before.stated
    assert after.stated_by.endswith(f"/organisation/{desk.lab}")
    with pytest.raises(InputError) as caught:
        desk.change(state=GoalState.UNDER_WAY)
    assert caught.value.rule == "nothing-to-change"
    with pytest.raises(InputError) as caught:
        desk.change(by=before.begins - datetime.timedelta(days=1))
    assert caught.value.rule == "dates-out-of-order"
    with pytest.raises(ConflictError) as held:
        desk.change(level=Level.AWARENESS)
    assert held.value.rule == "level-already-held"
    with pytest.raises(NotFoundError) as missing:
        desk.change(goal="0" * 16, state=GoalState.DONE)
    assert missing.value.rule == "unknown-goal"
    with pytest.raises(InputError) as unknown:
        GoalState.named("finished")
    assert unknown.value.rule == "unknown-goal-state"


def test_a_goal_that_was_dropped_is_taken_up_again_only_where_there_is_room(desk: Desk) -> None:
    desk.add()
    desk.change(state=GoalState.DROPPED)
    desk.add()
    dropped = next(goal for goal in desk.read().goals if goal.state is GoalState.DROPPED)
    with pytest.raises(ConflictError) as caught:
        desk.change(goal=dropped.digits, state=GoalState.PLANNED)
    assert caught.value.rule == "goal-exists"


def test_it_is_told_whether_the_level_moved(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    last_month = datetime.datetime.now(datetime.UTC).replace(microsecond=0) - datetime.timedelta(days=30)
    monkeypatch.setattr(plans, "_now", lambda: last_month)
    [goal] = desk.add().goals
    newer = (
        f"Staff no,Name,Skill,Level,Assessed by,Date assessed\n1,Ann Archer,LIF-VIR-01,Practitioner,Manager,{today()}\n"
    )
    desk.office.bring(desk.lab, newer)
    progress = desk.read().progress[goal.digits]
    assert (progress.then, progress.now, progress.moved) == (Level.WORKING, Level.PRACTITIONER, True)
