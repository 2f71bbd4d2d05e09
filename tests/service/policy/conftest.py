"""The table of the policy, tests/data/policy/doors.toml, and a service with something behind every door.

At home is Cedar Institute, which keeps one person of each audience, each with one record; Birch Agency is elsewhere.
"""

from __future__ import annotations

import datetime
import re
import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from gse_skills.access import OPERATOR
from gse_skills.audit import Witness
from gse_skills.callout import Opening, close_incident, open_incident
from gse_skills.organisation import Organisation
from gse_skills.sheet_import import ImportOptions, import_sheet
from gse_skills.vocabulary import Audience

if TYPE_CHECKING:
    from gse_skills.register import Register
    from tests.service.conftest import Serve, Service

TABLE = Path(__file__).parents[2] / "data" / "policy" / "doors.toml"
HOME = "cedar"
PEOPLE = {audience.value: f"{audience.value.capitalize()} Cedar" for audience in Audience}
"""By audience, who has the one record that reaches it."""
ROWS = "".join(
    f"P{number},{name},LIF-VIR-0{number},Expert,31/01/2025,Self,{audience},,\n"
    for number, (audience, name) in enumerate(PEOPLE.items(), 1)
)
SHEET = f"Staff number,Name,Skill,Level,Date assessed,Assessed by,Audience,Available\n{ROWS}".encode()


@dataclass(frozen=True, slots=True)
class Door:
    """A line of the table: a way in, and who may take it."""

    route: str
    method: str
    address: str
    to: frozenset[str]
    answer: str
    otherwise: str
    but: Mapping[str, str]
    sent: Mapping[str, Any]
    dry: bool

    def expected(self, caller: str) -> str:
        """What a caller is answered."""
        return self.but.get(caller) or (self.answer if caller in self.to else self.otherwise)

    def lets_in(self, caller: str) -> bool:
        """Whether a caller gets through, whatever they find there."""
        return caller in self.to or self.but.get(caller, "4").startswith(("2", "3"))


@dataclass(frozen=True, slots=True)
class Policy:
    """The table."""

    callers: Mapping[str, str]
    doors: Mapping[str, Door]
    sees: Mapping[str, frozenset[str]]
    """By caller, the audiences whose records they are told of."""
    holds: Mapping[str, frozenset[str]]
    """By caller, the audiences of which they may read the person's record whole."""


def read_policy() -> Policy:
    """The table as it is written."""
    said = tomllib.loads(TABLE.read_text("utf-8"))
    callers, groups = said["callers"], said["groups"]

    def meant(whom: str | list[str]) -> frozenset[str]:
        names = groups.get(whom, [whom]) if isinstance(whom, str) else whom
        assert set(names) <= set(callers), names
        return frozenset(names)

    doors = {}
    for route, line in said["doors"].items():
        method, path = route.split(" ", 1)
        doors[route] = Door(
            route,
            method.replace("MOUNT", "GET"),
            line.pop("ask", path.replace("{slug}", "<slug>")),
            meant(line.pop("to", list(callers))),
            line.pop("answer", "200"),
            line.pop("otherwise", ""),
            line.pop("but", {}),
            {name: line.pop(name) for name in ("json", "form", "file") if name in line},
            line.pop("dry", False),
        )
        assert not line, f"{route}: {line}"
        assert "{" not in doors[route].address, route
    named = {caller: frozenset(said["sees"][caller]) for caller in callers}
    return Policy(callers, doors, named, {caller: frozenset(said["holds"].get(caller, ())) for caller in callers})


@dataclass(frozen=True, slots=True)
class World:
    """A service, and what stands for the words in angle brackets."""

    service: Service
    policy: Policy
    known: Mapping[str, str]

    def fill(self, what: Any) -> Any:
        """What is written in the table, with things that there are."""
        if isinstance(what, dict):
            return {name: self.fill(value) for name, value in what.items()}
        if isinstance(what, list):
            return [self.fill(value) for value in what]
        if not isinstance(what, str):
            return what
        return re.sub(r"<([a-z_]+)>", lambda found: self.known[found[1]], what)

    def client(self, caller: str) -> httpx.Client:
        """What a caller of the table asks with."""
        client = self.service.by(self.fill(self.policy.callers[caller]))
        client.headers["Accept-Encoding"] = "identity"  # to pack answers and unpack them takes longer than to make most
        return client

    def ask(self, caller: str, door: Door, **more: str) -> httpx.Response:
        """What a caller is answered at a door; `more` goes into the address."""
        address = httpx.URL(self.fill(door.address)).copy_merge_params(more)
        given: dict[str, Any] = {}
        if "json" in door.sent:
            given["json"] = self.fill(door.sent["json"])
        if "form" in door.sent:
            given["data"] = self.fill(door.sent["form"])
        if "file" in door.sent:
            given["files"] = {door.sent["file"]: ("sheet.csv", SHEET)}
        return self.client(caller).request(door.method, address, **given)

    def found_in(self, text: str) -> frozenset[str]:
        """Of which audiences there is somebody in a body, by name or by identifier."""
        # Tokens and users are listed with the digits of the person whom they are of.
        listed = {one: rf"{name}|(?:person|people)/{self.known[one]}" for one, name in PEOPLE.items()}
        return frozenset(one for one, pattern in listed.items() if re.search(pattern, text))


def _opened(register: Register, *, drill: bool = False) -> str:
    access = register.access(OPERATOR)
    asked = Opening(HOME, "Outbreak in a harbour", "INC-7", datetime.timedelta(hours=1), drill)
    return open_incident(register, access, Witness(register.audit, access), asked, dry_run=False).identifier


@contextmanager
def furnished(service: Service, folder: Path) -> Iterator[World]:
    """The world around a service that holds no Cedar Institute yet."""
    register, policy = service.register, read_policy()
    register.add_organisation(Organisation(HOME, "Cedar Institute", Audience.PRIVATE))
    (folder / "sheet.csv").write_bytes(SHEET)
    import_sheet(register, folder / "sheet.csv", ImportOptions(HOME, "sheet.csv"), register.access(OPERATOR))
    query = "SELECT ?n ?p { ?p foaf:name ?n }"
    rows = service.by("operator").get("/sparql", params={"query": query}).json()["results"]["bindings"]
    digits = {row["n"]["value"]: row["p"]["value"][-16:] for row in rows}
    over = _opened(register)
    access = register.access(OPERATOR)
    close_incident(register, access, Witness(register.audit, access), over)
    dry = service.send(f"steward:{HOME}", SHEET, HOME, dry_run=True, report="csv").json()
    yield World(
        service,
        policy,
        {audience: digits[name] for audience, name in PEOPLE.items()}
        | {
            "slug": HOME,
            "elsewhere": digits["Fay Birch"],
            "open": _opened(register),
            "drill": _opened(register, drill=True),
            "over": over,
            "upload": dry["report_url"].split("/")[4],
            "complaint": register.complaints.make("I was looked at.", organisation=HOME).reference,
        },
    )


@pytest.fixture(scope="session")
def world(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A service with something behind every door; nothing that these tests ask changes it."""
    with (
        serve(queries_at_once=8, queries_per_caller=8) as service,
        furnished(service, tmp_path_factory.mktemp("world")) as made,
    ):
        yield made


@pytest.fixture(scope="module")
def playground(serve: Serve, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """Another, which may be changed by chance."""
    with serve(query_seconds=5.0) as service, furnished(service, tmp_path_factory.mktemp("playground")) as made:
        yield made


@pytest.fixture(scope="session")
def policy() -> Policy:
    """The table as it is written."""
    return read_policy()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A test that takes a `who` runs once for each caller of the table."""
    if "who" in metafunc.fixturenames:
        metafunc.parametrize("who", read_policy().callers)
