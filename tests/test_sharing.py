"""Whom records reach: a steward's choices move records between audiences, current and former ones alike."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gse_skills.errors import NotFoundError, RefusedError
from gse_skills.experts import ExpertsQuestion
from gse_skills.index import Index, build
from gse_skills.rebuild import VIEW, derive
from gse_skills.sharing import Choice, Moved, choose, read_sharing
from gse_skills.vocabulary import FRAMEWORK, Audience

if TYPE_CHECKING:
    from tests.conftest import Office

Opens = Callable[[Path], AbstractContextManager["Office"]]
Contents = Callable[[Index], dict[str, object]]

SHEET = "Staff no,Name,Skill,Level\n1,Ann,LIF-VIR-01,Expert\n1,Ann,CHE-ANA-01,W\n2,Bob,LIF-VIR-02,W\n"
VIROLOGY, LIFE, CHEMISTRY = (FRAMEWORK[code] for code in ("LIF-VIR", "LIF", "CHE"))
PUBLIC, ALLIANCE, EMERGENCY, PRIVATE = Audience.PUBLIC, Audience.ALLIANCE, Audience.EMERGENCY, Audience.PRIVATE


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory, small_office: Opens) -> Iterator[Office]:
    with small_office(tmp_path_factory.mktemp("sharing")) as opened:
        yield opened


@pytest.fixture
def lab(own: Office) -> str:
    slug = own.organisation(PRIVATE)
    own.bring(slug, SHEET)
    return slug


def chosen(own: Office, lab: str, choice: Choice, *, dry_run: bool = False) -> Moved:
    return choose(own.register, own.access(f"steward:{lab}"), lab, choice, dry_run=dry_run)


def seen(own: Office, lab: str, caller: str = "member") -> set[tuple[str, str]]:
    return {who for skill in ("LIF", "CHE") for who in own.who(skill, lab, f"{caller}:{lab}")}


def whole(own: Office, contents: Contents) -> None:
    """The views follow from the sources, and the index is the one built anew."""
    register = own.register
    state = register.state
    views = {
        f"{triple} <{graph}>"
        for graph in register.store.graphs()
        if graph.startswith(VIEW)
        for triple in register.store.triples(graph)
    }
    assert views == {f"{s} {p} {o} {g}" for s, p, o, g in derive(register.store, state.framework, state.rules)}
    assert contents(state.index) == contents(build(register.store, state.framework, state.rules))


def digits(own: Office, lab: str, name: str) -> str:
    found = own.register.ask_experts(ExpertsQuestion("LIF", organisation=lab), own.access())
    return next(hit.card.person for hit in found.hits if hit.card.name == name)[-16:]


def test_the_default_is_for_what_nothing_else_is_said_of(own: Office, lab: str, contents: Contents) -> None:
    assert seen(own, lab) == set()
    moved = chosen(own, lab, Choice(ALLIANCE))
    assert (moved.records, moved.people) == ({(PRIVATE, ALLIANCE): 3}, 2)
    assert {name for name, _ in seen(own, lab)} == {"Ann", "Bob"}
    assert read_sharing(own.register, own.access(f"steward:{lab}"), lab).default is ALLIANCE
    whole(own, contents)


def test_a_branch_goes_before_the_default_and_a_lower_one_before_a_higher(
    own: Office, lab: str, contents: Contents
) -> None:
    chosen(own, lab, Choice(ALLIANCE, {LIFE: PRIVATE}))
    assert {name for name, _ in seen(own, lab)} == {"Ann"}
    assert own.who("LIF", lab, f"member:{lab}") == []
    moved = chosen(own, lab, Choice(branches={VIROLOGY: ALLIANCE}))
    assert moved.records == {(PRIVATE, ALLIANCE): 2}
    assert len(own.who("LIF", lab, f"member:{lab}")) == 2
    moved = chosen(own, lab, Choice(branches={VIROLOGY: None, LIFE: None}))
    assert moved.records == {}, "it came back to the default, which says the same"
    assert read_sharing(own.register, own.access(f"steward:{lab}"), lab).branches == {}
    whole(own, contents)


def test_whoever_asked_to_be_kept_private_is_not_shown_by_a_column_of_a_sheet(
    own: Office, lab: str, contents: Contents
) -> None:
    ann = digits(own, lab, "Ann")
    moved = chosen(own, lab, Choice(ALLIANCE, people={ann: PRIVATE}))
    assert (moved.records, moved.people) == ({(PRIVATE, ALLIANCE): 1}, 1)
    public = (
        SHEET.replace("Level\n", "Level,Audience\n").replace("Expert\n", "Expert,public\n").replace("W\n", "W,public\n")
    )
    own.bring(lab, public)
    assert {name for name, _ in seen(own, lab)} == {"Bob"}
    before = own.dump()
    own.bring(lab, public)
    assert own.dump() == before, "the same sheet again says nothing new"
    chosen(own, lab, Choice(people={ann: None}))
    assert {name for name, _ in seen(own, lab)} == {"Ann", "Bob"}
    whole(own, contents)


def test_what_is_for_emergencies_its_organisation_sees_too(own: Office, lab: str, contents: Contents) -> None:
    chosen(own, lab, Choice(EMERGENCY))
    assert seen(own, lab) == set()
    assert {name for name, _ in seen(own, lab, "steward")} == {"Ann", "Bob"}
    assert chosen(own, lab, Choice(PRIVATE)).records == {(EMERGENCY, PRIVATE): 3}
    whole(own, contents)


def test_former_records_go_along(own: Office, lab: str, contents: Contents) -> None:
    chosen(own, lab, Choice(ALLIANCE))
    own.bring(lab, SHEET.replace("2,Bob,LIF-VIR-02,W\n", ""), full=True)
    chosen(own, lab, Choice(branches={LIFE: PRIVATE}))
    whole(own, contents)


def test_what_was_chosen_for_somebody_stays_when_they_leave(own: Office, lab: str) -> None:
    bob = digits(own, lab, "Bob")
    chosen(own, lab, Choice(ALLIANCE, people={bob: EMERGENCY, digits(own, lab, "Ann"): PUBLIC}))
    chosen(own, lab, Choice(people={digits(own, lab, "Ann"): None}))
    # What a sheet says of one record is no choice for the person.
    sheet = (
        SHEET.replace("Level\n", "Level,Audience\n").replace("2,Bob,LIF-VIR-02,W\n", "").replace("W\n", "W,private\n")
    )
    own.bring(lab, sheet.replace("Expert\n", "Expert,\n"), full=True)
    assert read_sharing(own.register, own.access(f"steward:{lab}"), lab).people == {bob: EMERGENCY}


def test_a_dry_run_says_the_same_and_changes_nothing(own: Office, lab: str) -> None:
    choice = Choice(EMERGENCY, {FRAMEWORK["CHE-ANA-01"]: PUBLIC}, {digits(own, lab, "Bob"): ALLIANCE})
    before = own.dump()
    said = chosen(own, lab, choice, dry_run=True)
    assert own.dump() == before
    assert chosen(own, lab, choice) == said
    assert said.records == {(PRIVATE, EMERGENCY): 1, (PRIVATE, PUBLIC): 1, (PRIVATE, ALLIANCE): 1}


@pytest.mark.parametrize(
    "caller", ["anonymous", "member:{lab}", "lead:{lab}", "person:{lab}/00000000000000ff", "administrator"]
)
def test_only_who_keeps_the_records_chooses_or_reads_the_choice(own: Office, lab: str, caller: str) -> None:
    access = own.access(caller.format(lab=lab))
    before = own.dump()
    with pytest.raises(RefusedError) as err:
        choose(own.register, access, lab, Choice(PUBLIC), dry_run=False)
    assert err.value.rule == "not-steward"
    with pytest.raises(RefusedError) as err:
        read_sharing(own.register, access, lab)
    assert err.value.rule == "not-steward"
    assert own.dump() == before


def test_a_person_of_another_organisation_is_as_unknown_as_nobody(own: Office, lab: str) -> None:
    other = own.organisation(ALLIANCE)
    own.bring(other, SHEET)
    theirs = digits(own, other, "Ann")
    for person in (theirs, "00000000000000ff", "Ann"):
        with pytest.raises(NotFoundError) as err:
            chosen(own, lab, Choice(people={person: PUBLIC}))
        assert err.value.rule == "unknown-person"
    with pytest.raises(NotFoundError) as err:
        chosen(own, lab, Choice(branches={f"{FRAMEWORK}NOT-THERE": PUBLIC}))
    assert err.value.rule == "unknown-concept"


audiences = st.sampled_from(Audience)
choices = st.builds(
    Choice,
    st.none() | audiences,
    st.dictionaries(st.sampled_from((LIFE, VIROLOGY, CHEMISTRY, FRAMEWORK["LIF-VIR-01"])), st.none() | audiences),
)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_whatever_is_chosen_views_and_index_follow(own: Office, contents: Contents, data: st.DataObject) -> None:
    lab = own.organisation(data.draw(audiences))
    own.bring(lab, SHEET)
    for _ in range(3):
        choice = data.draw(choices)
        if data.draw(st.booleans()):
            person = digits(own, lab, data.draw(st.sampled_from(("Ann", "Bob"))))
            choice = Choice(choice.default, choice.branches, {person: data.draw(st.none() | audiences)})
        said = chosen(own, lab, choice, dry_run=True)
        assert chosen(own, lab, choice) == said
        whole(own, contents)


def test_an_organisation_that_nobody_is_left_in_has_no_figures_to_publish(own: Office) -> None:
    lab = own.organisation(PRIVATE)
    own.bring(lab, SHEET)
    own.bring(lab, "Staff no,Name,Skill,Level\n3,Cy,LIF-VIR-01,W\n", full=True)
    empty = own.organisation(PRIVATE)
    assert own.register.publish_figures(empty) is False
    assert chosen(own, empty, Choice(ALLIANCE)).records == {}
