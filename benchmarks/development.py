"""Gap and pathways of a person, inside the service, beside the gap as SPARQL over the views on the same engine."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pyoxigraph as ox

from benchmarks.measure import answered, repeat
from gse_skills.access import OPERATOR, Access
from gse_skills.development import ask_gap, ask_pathways
from gse_skills.register import Register
from gse_skills.settings import Settings
from gse_skills.store import EmbeddedStore
from gse_skills.vocabulary import Audience, Identifier

_GAP = """PREFIX gse: <https://w3id.org/gse-skills/ontology#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
SELECT ?need ?importance ?wanted (MAX(?rank) AS ?best) WHERE {{
  GRAPH <https://w3id.org/gse-skills/graph/view/public> {{
    <{role}> gse:requires ?requirement .
    ?requirement gse:skill ?need ; gse:level/gse:rank ?wanted ; gse:importance ?importance .
  }}
  OPTIONAL {{
    VALUES ?view {{ {views} }}
    GRAPH ?view {{ ?record gse:holder <{person}> ; gse:skill ?skill ; gse:level ?level . }}
    GRAPH <https://w3id.org/gse-skills/graph/view/public> {{ ?skill skos:broader* ?need . ?level gse:rank ?rank }}
  }}
}} GROUP BY ?need ?importance ?wanted"""


def run(folder: Path, tell: Callable[[str], None], seconds: float = 5.0) -> None:
    """Measure on a data folder that no service holds; it is opened as it is."""
    with Register.open(Settings(data=folder)) as register:
        people = [f"{int(one):016x}" for one in register.state.index.people.identifier]
        roles = sorted(iri for iri, role in register.state.framework.roles.items() if role.scheme == "gse")
        tell(f"{len(people):,} people, {len(register.state.index):,} records, {len(roles)} roles")
        access, dice = register.access(OPERATOR), random.Random(1)
        ways = [
            ("gap to a role", _gaps(register, access, people, roles, dice)),
            ("pathways", _pathways(register, access, people, dice)),
            ("the gap as SPARQL", _queries(register, access, people, roles, dice)),
        ]
        for name, calls in ways:
            tell(f"{name}: {repeat(calls, seconds)}")


def _shown(register: Register, access: Access, person: str) -> bool:
    number = np.searchsorted(register.state.index.people.identifier, np.uint64(int(person, 16)))
    return any(
        bool(np.isin(number, register.state.index.current[view].members))
        for view in access.views
        if view in register.state.index.current
    )


def _somebody(register: Register, access: Access, people: list[str], dice: random.Random) -> str:
    while not _shown(register, access, person := dice.choice(people)):
        continue
    return person


def _gaps(
    register: Register, access: Access, people: list[str], roles: list[str], dice: random.Random
) -> Iterator[Callable[[], object]]:
    while True:
        person, role = _somebody(register, access, people, dice), dice.choice(roles)
        yield partial(ask_gap, register, access, person, role)


def _pathways(
    register: Register, access: Access, people: list[str], dice: random.Random
) -> Iterator[Callable[[], object]]:
    while True:
        person = _somebody(register, access, people, dice)
        yield partial(ask_pathways, register, access, person)


def _queries(
    register: Register, access: Access, people: list[str], roles: list[str], dice: random.Random
) -> Iterator[Callable[[], object]]:
    """Over the views of one organisation's steward, which are fewer than the operator's: in favour of the engine."""
    assert isinstance(register.store, EmbeddedStore)
    reader = ox.Store.read_only(str(register.store.snapshot()))
    index = register.state.index
    while True:
        person, role = _somebody(register, access, people, dice), dice.choice(roles)
        number = int(np.searchsorted(index.people.identifier, np.uint64(int(person, 16))))
        slug = index.organisations[int(index.people.organisation[number])]
        audiences = (Audience.PUBLIC, Audience.ALLIANCE, Audience.PRIVATE)
        views = " ".join(f"<{audience.view(slug)}>" for audience in audiences)
        query = _GAP.format(role=role, person=Identifier("person", int(person, 16)).iri, views=views)
        yield partial(answered, reader, query)
