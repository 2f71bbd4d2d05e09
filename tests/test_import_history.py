"""The imports of an organisation told of, and the last of them undone on a real register."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gse_skills.assessment import Judgement, assess
from gse_skills.capability import TrendQuestion
from gse_skills.capability.statement import read_statements
from gse_skills.dossier import Fact, Wish, correct
from gse_skills.erasure import erase
from gse_skills.errors import GseSkillsError
from gse_skills.experts import ExpertsQuestion
from gse_skills.import_history import PastImport, UndoResult, read_history, undo_import
from gse_skills.imports.undo import UndoActivity
from gse_skills.register import today
from gse_skills.vocabulary import GRAPH, Basis, Identifier, Level

if TYPE_CHECKING:
    from tests.conftest import Office

FIRST = """Staff no,Name,Team,Skill,Level,Date assessed,Assessed by
1,Ann Exampel,Virus,LIF-VIR-01,Expert,01/03/2025,Manager
2,Bob Sample,Virus,LIF-VIR-02,Working,02/03/2025,Self
"""
SECOND = """Staff no,Name,Team,Skill,Level,Date assessed,Assessed by
1,Ann Example,Cells,LIF-VIR-01,Working,01/04/2025,Manager
3,Cleo Case,Cells,LIF-VIR-02,Expert,01/04/2025,Self
"""


@pytest.fixture
def office(small_office: Callable[[Path], AbstractContextManager[Office]], tmp_path: Path) -> Iterator[Office]:
    """A register of its own, on the framework of a dozen concepts."""
    with small_office(tmp_path) as opened:
        yield opened


@pytest.fixture
def lab(office: Office) -> str:
    """A laboratory that has imported twice; the second time by mistake."""
    slug = office.organisation()
    office.bring(slug, FIRST)
    return slug


def history(office: Office, slug: str) -> tuple[PastImport, ...]:
    return read_history(office.register, slug, office.access())


def undo(
    office: Office, slug: str, *, caller: str = "operator", dry_run: bool = False, expected: str | None = None
) -> UndoResult:
    newest = history(office, slug)[0]
    return undo_import(office.register, slug, newest.digits, office.access(caller), dry_run=dry_run, expected=expected)


def quads(office: Office) -> set[str]:
    return set(office.dump().decode().splitlines())


def truth(office: Office) -> set[str]:
    """Everything but what tells of imports and their undoing."""
    kept = (GRAPH["undone/"], GRAPH["undoable/"], GRAPH.system)
    # What follows from the records is stated anew by the undo.
    told = ("/id/undo/", "/id/coverage/")
    return {
        quad
        for quad in quads(office)
        if not any(f"<{graph}" in quad for graph in kept) and not any(one in quad for one in told)
    }


def covered(office: Office, slug: str) -> set[tuple[object, ...]]:
    return {
        (one.unit, one.branch, one.headcount, one.known, one.mapped)
        for one in read_statements(office.register.store, slug)
    }


def test_an_import_undone_is_told_and_everything_else_is_as_it_was(office: Office, lab: str) -> None:
    before, answers, coverage = truth(office), office.who("LIF-VIR", lab), covered(office, lab)
    brought = office.bring(lab, SECOND, full=True)
    assert office.who("LIF-VIR", lab) == [("Cleo Case", "Expert"), ("Ann Example", "Working")]
    dry = undo(office, lab, dry_run=True)
    assert (dry.commit, office.register.store.commit) == (None, brought.commit)
    assert (dry.did.withdrawn, dry.did.restored) == (2, 2)
    assert (dry.did.people_removed, dry.did.people_restored) == (1, 2)
    done = undo(office, lab, caller=f"steward:{lab}", expected=dry.did.digest)
    assert (done.did, done.commit) == (dry.did, office.register.store.commit)
    assert truth(office) == before
    assert covered(office, lab) == coverage
    assert office.who("LIF-VIR", lab) == answers
    assert office.register.rebuild() == 0
    newest, oldest = history(office, lab)
    assert (newest.file_name[-4:], newest.rows, newest.by) == (".csv", 2, "operator")
    assert newest.counts == {
        status: brought.counts[status] for status in brought.counts if status not in ("noted", "unchanged")
    }
    assert newest.plan_digest == brought.digest
    assert newest.snapshot == today()
    assert newest.undone is not None
    assert newest.undone.by == f"steward:{lab}"
    assert (oldest.undone, oldest.last) == (None, False)


def test_an_import_of_the_same_sheet_after_its_undo_does_the_same_again(office: Office, lab: str) -> None:
    brought = office.bring(lab, SECOND)
    undo(office, lab)
    again = office.bring(lab, SECOND)
    assert (again.counts, again.digest) == (brought.counts, brought.digest)
    undo(office, lab)
    assert [one.undone is not None for one in history(office, lab)] == [True, True, False]


def rule_of(office: Office, slug: str, which: int = 0) -> str:
    digits = history(office, slug)[which].digits
    commit = office.register.store.commit
    rules = set()
    for dry_run in (True, False):
        with pytest.raises(GseSkillsError) as err:
            undo_import(office.register, slug, digits, office.access(), dry_run=dry_run)
        rules.add(err.value.rule)
    assert office.register.store.commit == commit
    return rules.pop() if len(rules) == 1 else ""


def test_only_the_last_import_is_undone_and_only_once(office: Office, lab: str) -> None:
    office.bring(lab, SECOND)
    assert rule_of(office, lab, 1) == "not-last-import"
    undo(office, lab)
    assert rule_of(office, lab, 0) == "undone-already"
    assert rule_of(office, lab, 1) == "not-last-import"
    for digits in ("0" * 16, "nothing"):
        with pytest.raises(GseSkillsError) as err:
            undo_import(office.register, lab, digits, office.access())
        assert err.value.rule == "unknown-import"


def test_a_digest_that_is_no_longer_right_undoes_nothing(office: Office, lab: str) -> None:
    office.bring(lab, SECOND)
    commit = office.register.store.commit
    with pytest.raises(GseSkillsError) as err:
        undo(office, lab, expected="0" * 32)
    assert (err.value.rule, office.register.store.commit) == ("changed-meanwhile", commit)


@pytest.mark.parametrize("caller", ["anonymous", "member:office-0", "steward:elsewhere", "lead:office-0"])
def test_only_who_keeps_the_records_reads_the_history_and_undoes(office: Office, lab: str, caller: str) -> None:
    digits = history(office, lab)[0].digits
    for attempt in (
        lambda: read_history(office.register, lab, office.access(caller)),
        lambda: undo_import(office.register, lab, digits, office.access(caller)),
    ):
        with pytest.raises(GseSkillsError) as err:
            attempt()
        assert err.value.rule == "not-steward"


def person(office: Office, slug: str, name: str) -> str:
    hits = office.register.ask_experts(ExpertsQuestion("LIF-VIR", organisation=slug), office.access()).hits
    return next(hit.card.person[-16:] for hit in hits if hit.card.name == name)


def judged(office: Office, slug: str, name: str, skill: str, basis: Basis) -> None:
    said = Judgement(skill, Level.PRACTITIONER, basis, today(), ())
    assess(office.register, office.access(), person(office, slug, name), said, dry_run=False)


@pytest.mark.parametrize(
    ("name", "skill", "basis"),
    [
        pytest.param("Ann Example", "LIF-VIR-01", Basis.MANAGER, id="what it changed"),
        pytest.param("Cleo Case", "LIF-VIR-02", Basis.SELF, id="what it added"),
        pytest.param("Cleo Case", "LIF-VIR-01", Basis.SELF, id="something new of whom it added"),
    ],
)
def test_an_import_on_which_an_assessment_builds_stays(
    office: Office, lab: str, name: str, skill: str, basis: Basis
) -> None:
    office.bring(lab, SECOND)
    judged(office, lab, name, skill, basis)
    assert rule_of(office, lab) == "built-on"


def test_an_import_of_which_a_correction_is_asked_stays(office: Office, lab: str) -> None:
    office.bring(lab, SECOND)
    cleo = person(office, lab, "Cleo Case")
    access = office.access(f"person:{lab}/{cleo}")
    correct(office.register, access, Wish(Fact.NAME, "Cleo Carse", reason="it is my name"), dry_run=False)
    assert rule_of(office, lab) == "built-on"


def test_what_it_did_not_touch_may_change_meanwhile(office: Office, lab: str) -> None:
    office.bring(lab, SECOND)
    judged(office, lab, "Bob Sample", "LIF-VIR-02", Basis.SELF)
    judged(office, lab, "Ann Example", "LIF-VIR-02", Basis.SELF)
    undo(office, lab)
    assert office.who("LIF-VIR-01", lab) == [("Ann Exampel", "Expert")]
    assert sorted(office.who("LIF-VIR-02", lab)) == [("Ann Exampel", "Practitioner"), ("Bob Sample", "Practitioner")]
    assert office.register.rebuild() == 0


def test_as_known_then_the_undone_import_was_believed(
    office: Office, lab: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.bring(lab, SECOND, full=True)
    register, access = office.register, office.access()

    def holders(known: datetime.date | None) -> tuple[int, int, int, int]:
        question = TrendQuestion(lab, None, (today(),), known)
        return register.ask_trend(question, access).moments[0].holders

    believed = holders(today())
    assert believed == (2, 2, 1, 1)

    tomorrow = datetime.datetime.now(datetime.UTC) + datetime.timedelta(1)
    later = UndoActivity(Identifier.mint("undo"), lab, tomorrow, "operator")
    monkeypatch.setattr("gse_skills.import_history._activity", lambda organisation, access: later)
    undo(office, lab)
    monkeypatch.undo()
    assert holders(today()) == believed
    assert holders(None) == (2, 2, 1, 1)


def test_erasing_somebody_takes_them_out_of_what_was_undone_too(office: Office, lab: str) -> None:
    office.bring(lab, SECOND)
    cleo = person(office, lab, "Cleo Case")
    undo(office, lab)
    assert any("Cleo Case" in quad for quad in quads(office))
    erased = erase(office.register, office.access(), lab, cleo)
    assert erased.people == 1
    assert not any("Cleo Case" in quad or cleo in quad for quad in quads(office))
    assert [one.undone is not None for one in history(office, lab)] == [True, False]


def test_a_former_name_goes_with_whom_it_named(office: Office, lab: str) -> None:
    office.bring(lab, SECOND)
    ann = person(office, lab, "Ann Example")
    assert any("Exampel" in quad for quad in quads(office))
    erase(office.register, office.access(), lab, ann)
    assert not any("Exampel" in quad for quad in quads(office))
    undo(office, lab)
    assert office.who("LIF-VIR", lab) == [("Bob Sample", "Working")]
