"""Opportunities that close somebody's gaps, and the feed of them, beside the same question as SPARQL over the views."""

from __future__ import annotations

import csv
import datetime
import random
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pyoxigraph as ox

from benchmarks.measure import answered, repeat
from gse_skills.access import OPERATOR, Access
from gse_skills.framework import OWN_SCHEME
from gse_skills.imports.state import read_people
from gse_skills.opportunity import (
    MatchQuestion,
    OfferWish,
    OpportunityQuestion,
    WishedAim,
    offer,
    opportunities_for,
    search,
)
from gse_skills.organisation import Organisation
from gse_skills.register import Register, today
from gse_skills.settings import Settings
from gse_skills.sheet_import import ImportOptions, import_sheet
from gse_skills.store import EmbeddedStore
from gse_skills.vocabulary import Audience, Level

PEOPLE = 200
_HOST = "bench"
_HOSTS = 40
"""Organisations that offer them."""
_MATCHES = """PREFIX gse: <https://w3id.org/gse-skills/ontology#>
PREFIX schema: <https://schema.org/>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT DISTINCT ?opportunity ?starts ?need WHERE {{
  GRAPH <https://w3id.org/gse-skills/graph/view/public> {{
    <{role}> gse:requires ?requirement .
    ?requirement gse:skill ?need ; gse:level/gse:rank ?wanted .
  }}
  VALUES ?view {{ {views} }}
  GRAPH ?view {{
    ?opportunity a gse:Opportunity ; schema:startDate ?starts ; gse:develops ?aim . ?aim gse:skill ?skill .
  }}
  {{ GRAPH <https://w3id.org/gse-skills/graph/view/public> {{ ?skill skos:broader* ?need }} }}
  UNION {{ GRAPH <https://w3id.org/gse-skills/graph/view/public> {{ ?need skos:broader* ?skill }} }}
  FILTER NOT EXISTS {{
    GRAPH ?own {{ ?record gse:holder <{person}> ; gse:skill ?held ; gse:level/gse:rank ?rank }}
    GRAPH <https://w3id.org/gse-skills/graph/view/public> {{ ?held skos:broader* ?need }}
    FILTER(?rank >= ?wanted)
  }}
}} ORDER BY ?starts"""


def run(opportunities: int, say: Callable[[str], None]) -> None:
    """Time matches and searches over so many open opportunities and 200 people."""
    folder = Path(tempfile.mkdtemp(prefix="bench-"))
    try:
        with Register.open(Settings(data=folder / "data", durable=False)) as register:
            for slug in (_HOST, *_hosts()):
                register.add_organisation(Organisation(slug, slug.capitalize(), Audience.ALLIANCE))
            _bring(register, folder)
            _offer(register, opportunities)
            access, dice = register.access(OPERATOR), random.Random(1)
            people = [known.person.identifier.iri for known in read_people(register.store, _HOST)]
            roles = sorted(iri for iri, role in register.state.framework.roles.items() if role.scheme == OWN_SCHEME)
            say(f"{opportunities:,} opportunities, {len(people)} people, {len(roles)} roles")
            ways = [
                ("matches for a role", _matches(register, access, people, roles, dice)),
                ("a search, as of the feed", _searches(register, access, dice)),
                ("matches as SPARQL, not ranked by fit", _queries(register, people, roles, dice)),
            ]
            for name, calls in ways:
                say(f"{name}: {repeat(calls)}")
    finally:
        shutil.rmtree(folder)


def _hosts() -> list[str]:
    return [f"host-{number}" for number in range(_HOSTS)]


def _skills(register: Register) -> list[str]:
    concepts = register.state.framework.concepts
    own = (one for one in concepts if one.scheme == OWN_SCHEME and one.kind == "skill" and not one.deprecated)
    return [one.notation for one in own if one.notation]


def _bring(register: Register, folder: Path) -> None:
    """Twelve skills a person."""
    sheet, dice, skills = folder / "bench.csv", random.Random(2), _skills(register)
    with sheet.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("Staff number", "Name", "Skill", "Level"))
        for number in range(PEOPLE):
            for skill in dice.sample(skills, 12):
                writer.writerow((f"B{number}", f"Person {number}", skill, dice.choice(list(Level)).label))
    import_sheet(register, sheet, ImportOptions(_HOST, sheet.name), register.access(OPERATOR))


def _offer(register: Register, opportunities: int) -> None:
    access, dice, skills, hosts = register.access(OPERATOR), random.Random(3), _skills(register), _hosts()
    for number in range(opportunities):
        starts = today() + datetime.timedelta(dice.randrange(1, 300))
        aims = tuple(WishedAim(skill, Level.PRACTITIONER, Level.WORKING) for skill in dice.sample(skills, 2))
        wish = OfferWish(
            f"Mentoring {number}",
            "stem-futures",
            "mentoring",
            aims,
            starts,
            starts + datetime.timedelta(60),
            "interchange@bench.example",
            remote=True,
            organisation=hosts[number % _HOSTS],
        )
        offer(register, wish, access)


def _matches(
    register: Register, access: Access, people: list[str], roles: list[str], dice: random.Random
) -> Iterator[Callable[[], object]]:
    while True:
        question = MatchQuestion(role=dice.choice(roles))
        yield partial(opportunities_for, register, dice.choice(people)[-16:], question, access)


def _searches(register: Register, access: Access, dice: random.Random) -> Iterator[Callable[[], object]]:
    skills = _skills(register)
    while True:
        yield partial(search, register, OpportunityQuestion(dice.choice(skills)), access)


def _queries(
    register: Register, people: list[str], roles: list[str], dice: random.Random
) -> Iterator[Callable[[], object]]:
    """Over the views that a member sees, which are fewer than the operator's: in favour of the engine."""
    assert isinstance(register.store, EmbeddedStore)
    reader = ox.Store.read_only(str(register.store.snapshot()))
    views = " ".join(f"<{audience.view(_HOST)}>" for audience in (Audience.PUBLIC, Audience.ALLIANCE))
    while True:
        query = _MATCHES.format(role=dice.choice(roles), person=dice.choice(people), views=views)
        yield partial(answered, reader, query)
