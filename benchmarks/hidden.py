"""Does the time of an answer tell of what is hidden? The same questions before and after hidden records come in.

What a caller may not see changes no byte of an answer; its time is another matter. Of the records that are asked for by
skill, those of views that the caller does not see lie in partitions of their own, which are not opened for them.
"""

from __future__ import annotations

import csv
import itertools
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from benchmarks.measure import Timing, repeat
from gse_skills.access import OPERATOR, Caller
from gse_skills.errors import NotFoundError
from gse_skills.experts import ExpertsQuestion
from gse_skills.organisation import Organisation
from gse_skills.people import read_person
from gse_skills.register import Register
from gse_skills.settings import Settings
from gse_skills.sheet_import import ImportOptions, import_sheet
from gse_skills.sparql import Endpoint, QueryRequest
from gse_skills.store import EmbeddedStore
from gse_skills.vocabulary import Audience

SKILL = "LIF-VIR-06"
SEEN = 1_000
_QUERY = "SELECT (COUNT(*) AS ?n) { ?p gse:awarenessIn <https://w3id.org/gse-skills/framework/LIF-VIR-06> }"


def run(hidden: int, say: Callable[[str], None]) -> None:
    """Time questions of a member with 1,000 people whom they see, and again with `hidden` more whom they do not."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        with Register.open(Settings(data=folder / "data", durable=False)) as register:
            for slug, audience in (("seen", Audience.ALLIANCE), ("hidden", Audience.PRIVATE)):
                register.add_organisation(Organisation(slug, slug.capitalize(), audience))
            _bring(register, folder, "seen", SEEN)
            before = _timed(register)
            _bring(register, folder, "hidden", hidden)
            after = _timed(register)
            for what, timing in before.items():
                say(f"{what}: {timing}; with {hidden:,} hidden people more: {after[what]}")
    finally:
        shutil.rmtree(folder)


def _bring(register: Register, folder: Path, organisation: str, people: int) -> None:
    sheet = folder / f"{organisation}.csv"
    with sheet.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("Staff number", "Name", "Skill", "Level"))
        writer.writerows((f"{organisation}{n}", f"Person {n}", SKILL, "Expert") for n in range(people))
    import_sheet(register, sheet, ImportOptions(organisation, sheet.name), register.access(OPERATOR))


def _timed(register: Register) -> Mapping[str, Timing]:
    access = register.access(Caller.parse("member:seen"))
    assert isinstance(register.store, EmbeddedStore)
    endpoint = Endpoint(register.sandbox, register.store.snapshot)

    def nobody() -> None:
        try:
            read_person("00000000000000ff", access, register.store)
        except NotFoundError:
            return

    asked: dict[str, Callable[[], object]] = {
        "expert search": lambda: register.ask_experts(ExpertsQuestion(SKILL), access),
        "a person who is not": nobody,
        "a count over SPARQL": lambda: endpoint.answer(QueryRequest(_QUERY), access.views),
    }
    return {what: repeat(itertools.repeat(call), most=300) for what, call in asked.items()}
