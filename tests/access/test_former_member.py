"""Whoever has left an organisation, by whatever token or grant they come."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

from gse_skills.access import ANONYMOUS, Caller
from gse_skills.imports.state import read_people

if TYPE_CHECKING:
    from tests.conftest import Office

SHEET = "Staff no,Name,Skill,Level\n1,Ann,LIF-VIR-01,Working\n"
OTHERS = "Staff no,Name,Skill,Level\n2,Bob,LIF-VIR-01,Working\n"


def test_a_person_is_anybody_once_they_have_left(
    small_office: Callable[[Path], AbstractContextManager[Office]], tmp_path: Path
) -> None:
    with small_office(tmp_path) as office:
        lab, other = office.organisation(), office.organisation()
        office.bring(lab, SHEET)
        (ann,) = read_people(office.register.store, lab)
        digits = f"{ann.person.identifier.value:016x}"
        here = office.access(f"person:{lab}/{digits}")
        assert (here.home, here.person) == (lab, digits)
        nobodies = (f"person:{other}/{digits}", f"person:{lab}/{'0' * 16}", f"person:no where/{digits}")
        office.bring(lab, OTHERS, full=True)
        public = office.register.access(ANONYMOUS).views
        assert set(public) < set(here.views)
        for caller in (f"person:{lab}/{digits}", *nobodies):
            access = office.register.access(Caller.parse(caller))
            assert (access.views, access.home, access.person, access.keeps) == (public, None, "", frozenset()), caller
