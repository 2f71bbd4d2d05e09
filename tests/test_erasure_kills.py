"""SIGKILL at random moments in the middle of erasures: afterwards the person is there whole or gone without a trace,
everybody else is there, and the erasure can be asked for again."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from string import ascii_lowercase
from typing import TYPE_CHECKING

from gse_skills.erasure import erase
from gse_skills.imports.state import read_people

if TYPE_CHECKING:
    from tests.conftest import Office

KILLS = int(os.environ.get("GSE_SKILLS_KILLS", "6"))
"""A long run asks for a hundred."""
NAMES = [f"Zqxjvwk Bythq{one}{two}" for one in ascii_lowercase for two in ascii_lowercase][: 2 * KILLS]
SHEET = "Staff number,Name,Skill,Level\n" + "".join(
    f"N{number},{name},{skill},Expert\n" for number, name in enumerate(NAMES) for skill in ("Serology", "Culture")
)
CHILD = """
import sys
from pathlib import Path
from gse_skills.access import OPERATOR
from gse_skills.erasure import erase
from gse_skills.register import Register
from gse_skills.settings import Settings
with Register.open(Settings(data=Path(sys.argv[1]), durable=False)) as register:
    print("go", flush=True)
    erase(register, register.access(OPERATOR), sys.argv[2], sys.argv[3])
    print("done", flush=True)
"""


def holding(data: Path, text: str) -> set[str]:
    files = (path for path in data.rglob("*") if path.is_file() and "audit" not in path.parts)
    return {path.name for path in files if text.encode() in path.read_bytes()}


def test_a_person_is_there_whole_or_gone(
    small_office: Callable[[Path], AbstractContextManager[Office]], tmp_path: Path
) -> None:
    data = tmp_path / "data"
    with small_office(tmp_path) as office:
        slug = office.organisation()
        office.bring(slug, SHEET)
        people = {known.person.name: known.person.identifier for known in read_people(office.register.store, slug)}
    chance, lasts, acknowledged = random.Random(3), 0.5, 0
    for name in NAMES[:KILLS]:
        digits = f"{people.pop(name).value:016x}"
        child = [sys.executable, "-c", CHILD, str(data), slug, digits]
        process = subprocess.Popen(child, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        assert process.stdout.readline() == "go\n"
        began = time.monotonic()
        try:
            process.wait(timeout=chance.uniform(0, lasts))
            lasts = time.monotonic() - began
        except subprocess.TimeoutExpired:
            process.kill()
        done = process.stdout.read() == "done\n"
        process.wait()
        process.stdout.close()
        acknowledged += done
        with small_office(tmp_path) as office:
            left = dict(office.who("Serology", slug, limit=len(NAMES)))
            gone = name not in left
            assert gone or not done, "an erasure that was acknowledged is undone"
            assert left == dict(office.who("Culture", slug, limit=len(NAMES))), "nobody is half there"
            assert {*left, name} == {*people, name}
            if not gone:
                told = erase(office.register, office.access(), slug, digits)
                assert (told.people, told.records) == (1, 2)
            assert holding(data, name) == set()
            assert office.register.rebuild() == 0
            assert not [path for path in data.iterdir() if path.name.startswith(("store.m", "store.n", "store.o"))]
    assert acknowledged < KILLS, "every kill came too late to tell anything"
