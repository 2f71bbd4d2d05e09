"""Proposals: from a phrase that nothing matched, or a wish, to the owner's decision and back to whoever asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph

from gse_skills.answers import ProposalsBody
from gse_skills.errors import AmbiguousError, InputError, NotFoundError, RefusedError
from gse_skills.framework.shapes import Kind, validate
from gse_skills.imports import ColumnMapping
from gse_skills.proposals import (
    DecisionOutcome,
    Proposal,
    ProposalKind,
    Queue,
    Status,
    Term,
    Wish,
    decide,
    find,
    propose,
    read_queue,
)
from gse_skills.proposals.proposal import PROPOSALS, phrase_key
from gse_skills.vocabulary import FRAMEWORK, GRAPH, GSE, Audience

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.conftest import Office

SHEET = """Staff no,Name,Skill,Level
1,Ann,LIF-VIR-01,Expert
2,Bob,LIF-VIR-01,Working
2,Bob,LIF-VIR-02,Working
1,Ann,wet magic,Expert
2,Bob,Wet-Magic,Working
3,Cat,dry magic,Working
"""


@pytest.fixture
def lab(small: Office) -> str:
    return small.organisation()


@pytest.fixture(scope="module")
def small(
    small_office: Callable[[Path], AbstractContextManager[Office]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Office]:
    """A register of its own, since the owner's queue is of everybody's phrases."""
    with small_office(tmp_path_factory.mktemp("proposals")) as office:
        yield office


def queue(office: Office, caller: str = "operator") -> Queue:
    return read_queue(office.register, office.access(caller))


def term(office: Office, phrase: str, caller: str = "operator") -> Term:
    (found,) = [one for one in queue(office, caller).terms if phrase_key(one.phrase) == phrase]
    return found


def rule_on(office: Office, thing: Term | Proposal, outcome: str, **more: str) -> Term | Proposal:
    digits = f"{thing.identifier.value:016x}"
    return decide(office.register, digits, DecisionOutcome(outcome), office.access(), **more)


def wish(office: Office, caller: str, kind: str, *concepts: str, text: str = "It should.", **more: Any) -> Proposal:
    return propose(office.register, Wish(ProposalKind(kind), text, concepts, **more), office.access(caller))


def test_phrases_are_counted_over_spellings_imports_and_organisations(small: Office) -> None:
    one, two = small.organisation(), small.organisation()
    small.bring(one, SHEET.replace("magic", "lore").replace("Magic", "Lore"))
    small.bring(two, "Staff no,Name,Skill,Level\n1,Ann,Wet-Lore,Expert\n1,Ann,LIF-CEL-01,Expert\n")
    small.bring(two, "Staff no,Name,Skill,Level\n1,Ann,Wet-Lore,Expert\n1,Ann,LIF-CEL-01,Working\n")
    (found,) = [each for each in queue(small).terms if "et" in each.phrase and "ore" in each.phrase]
    assert (found.phrase, found.organisations, found.imports, found.cells) == ("Wet-Lore", (one, two), 3, 3)
    assert found.alongside == tuple(
        (FRAMEWORK[name], count) for name, count in (("LIF-CEL-01", 2), ("LIF-VIR-01", 1), ("LIF-VIR-02", 1))
    )
    own = [each for each in queue(small, f"steward:{one}").terms if "et" in each.phrase]
    assert [(each.phrase, each.organisations, each.imports, each.cells) for each in own] == [("Wet-Lore", (one,), 1, 2)]
    shown = ProposalsBody.of(queue(small), small.register.state, 100)
    (body,) = [each for each in shown.terms if each.phrase == "Wet-Lore"]
    assert len(body.nearest) == 5 or len(body.nearest) > 0
    assert body.alongside[0].imports == 2


def test_a_file_of_nothing_but_unknown_phrases_is_kept_once(small: Office, lab: str) -> None:
    text = "Staff no,Name,Skill,Level\n1,Ann,odd phrase,Expert\n"
    commit = small.register.store.commit
    first = small.bring(lab, text)
    assert first.kept_terms == 1
    again = small.bring(lab, text)
    assert (again.commit, again.kept_terms, small.register.store.commit) == (None, 0, first.commit)
    assert first.commit == commit + 1


def test_a_decided_phrase_means_its_concept_in_every_later_import(small: Office, lab: str) -> None:
    small.bring(lab, SHEET)
    rule_on(small, term(small, "wet magic"), "mapped", concept="CHE-ANA-01", reason="The same thing.")
    other = small.organisation()
    for organisation in (lab, other):
        result = small.bring(organisation, SHEET)
        assert [one.text for one in result.unmatched] == ["dry magic"]
        (said,) = {one.detail for one in result.outcomes if one.rule == "decided-mapping"}
        assert "owner decided that it means" in said
        assert small.who("CHE-ANA-01", organisation) == [("Ann", "Expert"), ("Bob", "Working")]
    matrix = small.bring(other, "Staff no,Name,Wet magic,LIF-VIR-02\n9,Zoe,Expert,Expert\n")
    assert matrix.columns.shape.value == "matrix"
    assert ("Zoe", "Expert") in small.who("CHE-ANA-01", other)
    triples = list(small.register.store.triples(GRAPH[f"source/{lab}"]))
    assert any(triple.object.value == GSE.DecidedMapping for triple in triples if hasattr(triple.object, "value"))
    graph = Graph().parse(data="\n".join(f"{triple} ." for triple in triples), format="nt")
    assert validate(graph, Kind.SOURCE) == ()
    # What a department says itself comes first, and so does a label.
    mapping = {
        "format": "gse-skills-mapping/1",
        "shape": "long",
        "columns": {"person_id": "Staff no", "skill": "Skill", "level": "Level"},
        "phrases": {"wet magic": "LIF-CEL-01"},
    }
    small.bring(lab, "Staff no,Skill,Level\n77,wet magic,3\n", mapping=ColumnMapping.from_dict(mapping))
    assert [level for _, level in small.who("LIF-CEL-01", lab)] == ["Practitioner"]


def test_of_a_declined_or_accepted_phrase_the_report_gives_the_reason(small: Office, lab: str) -> None:
    text = "Staff no,Name,Skill,Level\n1,Ann,tea making,Expert\n1,Ann,LIF-VIR-01,Expert\n"
    small.bring(lab, text)
    rule_on(small, term(small, "tea making"), "declined", reason="This is a <kindness>, not a skill.")
    result = small.bring(lab, text, dry_run=True)
    said = "The framework's owner has declined it. This is a <kindness>, not a skill."
    assert [one.verdict for one in result.unmatched] == [said]
    assert [one.detail.endswith(said) for one in result.outcomes if one.rule == "unknown-term"] == [True]
    rule_on(small, term(small, "tea making"), "accepted", reason="As SKL-TEA.")
    (unmatched,) = small.bring(lab, text).unmatched
    assert unmatched.verdict == "The framework's owner has accepted it for the next release. As SKL-TEA."
    (found,) = [one for one in queue(small, f"steward:{lab}").terms if one.phrase == "tea making"]
    assert [one.outcome.value for one in found.decisions] == ["declined", "accepted"]
    assert found.decisions[1].revises == found.decisions[0].identifier.iri


def test_a_mapped_phrase_that_is_declined_later_is_unmatched_again(small: Office, lab: str) -> None:
    text = "Staff no,Name,Skill,Level\n1,Ann,now and then,Expert\n"
    small.bring(lab, text)
    rule_on(small, term(small, "now and then"), "mapped", concept="LIF-VIR-01")
    assert small.bring(lab, text, dry_run=True).unmatched == ()
    rule_on(small, term(small, "now and then"), "declined", reason="No longer.")
    assert [one.verdict for one in small.bring(lab, text, dry_run=True).unmatched] == [
        "The framework's owner has declined it. No longer."
    ]


def test_the_same_decision_again_changes_nothing(small: Office, lab: str) -> None:
    made = wish(small, f"member:{lab}", "retire", "LIF-VIR-02")
    rule_on(small, made, "declined", reason="Still in use.")
    before = small.dump()
    assert rule_on(small, made, "declined", reason=" Still in use. ").status is Status.DECLINED
    assert small.dump() == before


def test_nothing_that_was_said_is_ever_taken_away(small: Office, lab: str) -> None:
    made = wish(small, f"member:{lab}", "new", text="A skill of its own.")
    history = set(map(str, small.register.store.triples(PROPOSALS)))
    for outcome in ("accepted", "declined", "mapped", "accepted"):
        rule_on(small, made, outcome, reason=outcome, concept="LIF" if outcome == "mapped" else "")
        now = set(map(str, small.register.store.triples(PROPOSALS)))
        assert history < now
        history = now
    found = find(small.register, f"{made.identifier.value:016x}", small.access(f"member:{lab}"))
    assert [one.outcome.value for one in found.decisions] == ["accepted", "declined", "mapped", "accepted"]
    assert found.decisions[2].concept == FRAMEWORK["LIF"]
    graph = Graph().parse(data="\n".join(f"{line} ." for line in history), format="nt")
    assert validate(graph, Kind.PROPOSALS) == ()


def test_a_proposal_is_of_an_organisation_and_made_once(small: Office, lab: str) -> None:
    made = wish(small, f"member:{lab}", "merge", "LIF-VIR-01", FRAMEWORK["LIF-VIR-02"], text=" One\r\nskill. ")
    assert (made.text, made.organisation, made.status) == ("One\nskill.", lab, Status.OPEN)
    assert made.concepts == (FRAMEWORK["LIF-VIR-01"], FRAMEWORK["LIF-VIR-02"])
    before = small.dump()
    assert wish(small, f"steward:{lab}", "merge", "LIF-VIR-02", "LIF-VIR-01", text="One\nskill.") == made
    assert small.dump() == before
    assert queue(small, f"member:{lab}").proposals == (made,)
    assert f"member:{lab}".encode() not in before
    behalf = wish(small, "operator", "merge", "LIF-VIR-02", "LIF-VIR-01", text="One\nskill.", organisation=lab)
    assert behalf == made


@pytest.mark.parametrize("caller", ["anonymous", "member:nowhere", "steward:nowhere"])
def test_who_belongs_to_no_organisation_proposes_nothing_and_sees_nothing(small: Office, lab: str, caller: str) -> None:
    wish(small, f"member:{lab}", "new", text=f"For {caller}.")
    for organisation in (None, lab, "nowhere"):
        with pytest.raises(RefusedError) as err:
            wish(small, caller, "new", organisation=organisation)
        assert err.value.rule == "not-a-member"
    assert queue(small, caller) == Queue((), ())


def test_nobody_proposes_for_others_and_the_owner_says_for_whom(small: Office, lab: str) -> None:
    for organisation in (small.organisation(), "nowhere"):
        with pytest.raises(RefusedError) as err:
            wish(small, f"steward:{lab}", "new", organisation=organisation)
        assert err.value.rule == "not-a-member"
    with pytest.raises(RefusedError) as refused:
        wish(small, "operator", "new")
    assert refused.value.rule == "not-a-member"
    with pytest.raises(NotFoundError) as unknown:
        wish(small, "operator", "new", organisation="nowhere")
    assert unknown.value.rule == "unknown-organisation"


@pytest.mark.parametrize(
    ("kind", "concepts", "text", "rule"),
    [
        ("new", (), " \n ", "text-missing"),
        ("new", (), "x" * 1001, "text-too-long"),
        ("term", (), "x", "term-is-no-proposal"),
        ("change", (), "x", "concept-count"),
        ("change", ("LIF", "CHE"), "x", "concept-count"),
        ("retire", (" ",), "x", "concept-count"),
        ("merge", ("LIF", "LIF"), "x", "concept-count"),
        ("new", ("no such skill",), "x", "unknown-term"),
    ],
)
def test_a_proposal_that_is_none(
    small: Office, lab: str, kind: str, concepts: tuple[str, ...], text: str, rule: str
) -> None:
    before = small.register.store.commit
    with pytest.raises(InputError) as err:
        wish(small, f"member:{lab}", kind, *concepts, text=text)
    assert (err.value.rule, small.register.store.commit) == (rule, before)


@pytest.mark.parametrize(
    ("kind", "outcome", "more", "rule"),
    [
        ("new", "declined", {}, "reason-missing"),
        ("new", "declined", {"reason": "x" * 1001}, "text-too-long"),
        ("new", "mapped", {}, "concept-missing"),
        ("new", "mapped", {"concept": "no such skill"}, "unknown-term"),
        ("new", "accepted", {"concept": "LIF"}, "concept-not-wanted"),
        ("retire", "mapped", {"concept": "LIF"}, "not-to-be-mapped"),
    ],
)
def test_a_decision_that_is_none(
    small: Office, lab: str, kind: str, outcome: str, more: dict[str, str], rule: str
) -> None:
    made = wish(small, f"member:{lab}", kind, *(("LIF-VIR-01",) if kind == "retire" else ()))
    before = small.register.store.commit
    with pytest.raises((InputError, AmbiguousError)) as err:
        rule_on(small, made, outcome, **more)
    assert (err.value.rule, small.register.store.commit) == (rule, before)


def test_only_the_owner_decides_and_others_learn_nothing_of_what_there_is(small: Office, lab: str) -> None:
    made = wish(small, f"member:{lab}", "new")
    told = set()
    for caller in ("anonymous", f"member:{lab}", f"steward:{lab}"):
        for digits in (f"{made.identifier.value:016x}", "0" * 16):
            with pytest.raises(RefusedError) as err:
                decide(small.register, digits, DecisionOutcome.ACCEPTED, small.access(caller))
            assert err.value.rule == "not-framework-owner"
            told.add(str(err.value))
    assert len(told) == 1
    with pytest.raises(NotFoundError) as unknown:
        decide(small.register, "0" * 16, DecisionOutcome.ACCEPTED, small.access())
    assert unknown.value.rule == "unknown-proposal"


PHRASES = ("wet magic", "Wet-Magic", "dry magic", "LIF-VIR-01")
HIDDEN = st.lists(
    st.one_of(
        st.tuples(st.just("sheet"), st.lists(st.sampled_from(PHRASES), min_size=1, max_size=4)),
        st.tuples(st.just("wish"), st.sampled_from(("new", "retire"))),
        st.tuples(st.just("decide"), st.sampled_from(("accepted", "declined"))),
    ),
    min_size=1,
    max_size=4,
)


@settings(max_examples=12, deadline=None, derandomize=True, database=None)
@given(hidden=HIDDEN)
def test_what_other_organisations_use_and_wish_changes_no_byte(small: Office, hidden: list[tuple[str, Any]]) -> None:
    mine, others = small.organisation(), small.organisation()
    small.bring(mine, SHEET.replace("magic", f"{mine} magic").replace("Magic", f"{mine} magic"))
    wish(small, f"member:{mine}", "new")
    callers = ("anonymous", f"member:{mine}", f"steward:{mine}")

    def told() -> list[str]:
        return [
            ProposalsBody.of(queue(small, caller), small.register.state, 100).model_dump_json() for caller in callers
        ]

    before, of_others = told(), len(queue(small).terms) + len(queue(small).proposals)
    for number, (what, detail) in enumerate(hidden):
        if what == "sheet":
            phrases = [f"{mine} {phrase}" if "VIR" not in phrase else phrase for phrase in (*detail, f"new {number}")]
            rows = "".join(f"1,Eve,{phrase},Expert\n" for phrase in phrases)
            small.bring(others, f"Staff no,Name,Skill,Level\n{rows}")
        elif what == "wish":
            concepts = ("LIF-VIR-01",) if detail == "retire" else ()
            wish(small, f"member:{others}", detail, *concepts, text=f"Hidden {number}.")
        else:
            made = wish(small, f"steward:{others}", "new", text=f"Decided {number}.")
            rule_on(small, made, detail, reason="As it is.")
    assert told() == before
    assert len(queue(small).terms) + len(queue(small).proposals) > of_others
    assert Audience.PRIVATE.view(others) not in " ".join(before)
