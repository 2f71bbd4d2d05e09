"""A dossier tells what imports said that were undone, in every form, and as something that holds no more."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from gse_skills.answers import DossierBody
from gse_skills.dossier import Dossier, Form, read_dossier, read_kept, take_away
from gse_skills.erasure import erase
from gse_skills.errors import NotFoundError
from gse_skills.import_history import read_history, undo_import
from gse_skills.imports.state import read_people
from gse_skills.register import today
from gse_skills.vocabulary import PROV, RDF

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
    with small_office(tmp_path) as opened:
        yield opened


@pytest.fixture
def lab(office: Office) -> str:
    """A laboratory that has imported twice; the second time by mistake."""
    slug = office.organisation()
    office.bring(slug, FIRST)
    office.bring(slug, SECOND, source_name="mistake.csv")
    return slug


def digits(office: Office, lab: str, name: str) -> str:
    (found,) = [one.person for one in read_people(office.register.store, lab) if one.person.name == name]
    return f"{found.identifier.value:016x}"


def undo_last(office: Office, lab: str) -> None:
    newest = read_history(office.register, lab, office.access())[0]
    undo_import(office.register, lab, newest.digits, office.access(), dry_run=False)


def dossier(office: Office, lab: str, person: str) -> Dossier:
    return read_dossier(office.register, person, office.access(f"steward:{lab}"))


def rows(found: Dossier) -> list[tuple[str, str]]:
    return [(one.what, one.said) for each in found.withdrawn for one in each.said]


def test_nothing_was_undone(office: Office, lab: str) -> None:
    # Bob was in the first sheet alone, and not renamed.
    assert dossier(office, lab, digits(office, lab, "Bob Sample")).withdrawn == ()


def test_names_that_are_kept_to_undo_the_last_import_are_told(office: Office, lab: str) -> None:
    told = dict(rows(dossier(office, lab, digits(office, lab, "Ann Example"))))
    assert told["Name before the last import"] == "Ann Exampel"
    assert told["Name after the last import"] == "Ann Example"


def test_what_was_undone_is_told_as_that(office: Office, lab: str) -> None:
    ann = digits(office, lab, "Ann Example")
    undo_last(office, lab)
    found = dossier(office, lab, ann)
    (taken,) = found.withdrawn
    assert taken.origin is not None
    assert taken.undone is not None
    assert (taken.origin.file, taken.undone >= taken.origin.when) == ("mistake.csv", True)
    (now,) = found.records
    assert (now.level.label, now.until, found.identity.name) == ("Expert", None, "Ann Exampel")
    label = now.label
    told = rows(found)
    assert (label, "Working, judged by Manager on 2025-04-01, row 2, as “LIF-VIR-01”") in told
    assert any(what == label and said.startswith("until ") for what, said in told), "that it ended the one before"
    assert any(what == "Where you work" and "unit Cells" in said for what, said in told)


def test_every_form_has_it_and_says_that_it_was_undone(office: Office, lab: str) -> None:
    ann = digits(office, lab, "Ann Example")
    undo_last(office, lab)
    found = dossier(office, lab, ann)
    made = {form: take_away(found, form, "OFFICIAL", today()) for form in Form}
    with zipfile.ZipFile(io.BytesIO(made[Form.CSV])) as archive:
        table = archive.read("undone.csv").decode("utf-8-sig")
    for text in (table, made[Form.HTML].decode(), made[Form.TEXT].decode()):
        assert "Working, judged by Manager on 2025-04-01" in text
        assert "undone: it holds no more" in text
    body = DossierBody.of(found, "OFFICIAL")
    assert any(one.said.startswith("Working") and one.undone is not None for one in body.undone)


def test_linked_data_names_the_statements_and_does_not_make_them(office: Office, lab: str) -> None:
    ann = digits(office, lab, "Ann Example")
    undo_last(office, lab)
    found = dossier(office, lab, ann)
    text = take_away(found, Form.JSON_LD, "OFFICIAL", today())
    graph = {quad.triple for quad in ox.parse(text, format=ox.RdfFormat.JSON_LD)}
    stated = {triple for one in found.withdrawn for triple in one.triples}
    parts = [ox.NamedNode(RDF[name]) for name in ("subject", "predicate", "object")]
    said = {(one.subject, one.predicate): one.object for one in graph}
    named = {one.subject for one in graph if one.object == ox.NamedNode(RDF.Statement)}
    assert {tuple(said[node, part] for part in parts) for node in named} == {tuple(triple) for triple in stated}
    assert all((node, ox.NamedNode(PROV.wasInvalidatedBy)) in said for node in named)
    gone = stated - set(found.triples)
    assert gone
    assert not gone & graph


def test_of_somebody_whom_only_an_undone_import_knew_it_is_told_and_nothing_can_be_changed(
    office: Office, lab: str
) -> None:
    cleo = digits(office, lab, "Cleo Case")
    undo_last(office, lab)
    found = dossier(office, lab, cleo)
    assert (found.identity.name, found.memberships, found.records) == ("Cleo Case", (), ())
    assert ("Name", "Cleo Case") in rows(found)
    steward = office.access(f"steward:{lab}")
    with pytest.raises(NotFoundError) as err:
        read_kept(office.register, cleo, steward)
    assert err.value.rule == "unknown-person"
    other = office.organisation()
    for caller in (f"steward:{other}", f"member:{lab}", "administrator"):
        with pytest.raises(NotFoundError) as err:
            read_dossier(office.register, cleo, office.access(caller))
        assert err.value.rule == "unknown-person"


def test_the_person_themself_is_told(office: Office, lab: str) -> None:
    ann = digits(office, lab, "Ann Example")
    undo_last(office, lab)
    found = read_dossier(office.register, ann, office.access(f"person:{lab}/{ann}"))
    assert found.withdrawn


def test_what_is_erased_is_not_told_any_more(office: Office, lab: str) -> None:
    ann = digits(office, lab, "Ann Example")
    undo_last(office, lab)
    steward = office.access(f"steward:{lab}")
    erase(office.register, steward, lab, ann)
    with pytest.raises(NotFoundError) as err:
        read_dossier(office.register, ann, steward)
    assert err.value.rule == "unknown-person"
