"""SIGKILL at random moments in the middle of imports and of approvals: afterwards each is there whole or not at all, and
whoever had no answer may send it again. The kills in the middle of erasures are in tests/test_erasure_kills.py.

Imports are of two sizes, since the store takes a small change as one transaction and a large one as a bulk ingest with a
journal. Approvals come one after the other: of requests for correction, which change a person's membership, card and the
index with it, and of proposals for the framework.

How long a job lasts depends on what else the machine does, and that changes within a run. So an import is killed within
the time that the one before it took, and after kills that came too late there are more; and approvals are killed by how
many of them have been answered.
"""

from __future__ import annotations

import json
import os
import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

from gse_skills.access import Caller, Role
from gse_skills.dossier import Fact, correct
from gse_skills.dossier import Wish as Correction
from gse_skills.imports.state import read_people
from gse_skills.organisation import Organisation
from gse_skills.proposals import ProposalKind, Wish, propose
from gse_skills.vocabulary import Audience

if TYPE_CHECKING:
    from tests.conftest import Office
    from tests.service.conftest import Process, Start

KILLS = int(os.environ.get("GSE_SKILLS_KILLS", "2"))
"""In each line; two lines go on side by side, as there are seldom fewer cores. A long run asks for a hundred."""
MOST = KILLS + 20
"""Kills in a line, those included that only make up for others that came too late."""
SKILL, OTHER = "LIF-VIR-01", "LIF-VIR-02"
APPROVED, NEW_GRADE = 8, "Grade 7"
"""Requests approved between two kills, and a proposal in the middle of them."""
HEAD = "Staff number,Name,Skill,Level,Date assessed\n"


def sheet(number: int, rows: int) -> bytes:
    """People of whom each has two records; nobody else has their skill."""
    lines = (
        f"K{number}-{row},Kill {number} {row:04},{skill},Expert,01/02/2025\n"
        for row in range(rows)
        for skill in (SKILL, OTHER)
    )
    return (HEAD + "".join(lines)).encode()


def client_of(data: Path, service: Process) -> httpx.Client:
    """The operator's."""
    key = json.loads((data / "service.json").read_text())["key"]
    headers = {"Authorization": f"Bearer {key}"}
    return httpx.Client(base_url=service.url, headers=headers, timeout=120, trust_env=False)


class Line:
    """One service that is killed again and again."""

    def __init__(self, data: Path, start: Start, rows: int) -> None:
        self._data = data
        self._start = start
        self._rows = rows
        self._lasts = 0.0
        """Seconds that an import takes, as far as is known."""
        self.in_time = 0
        self.absent = 0
        self.whole = 0

    def send(self, client: httpx.Client, number: int) -> Any:
        content = sheet(number, self._rows)
        response = client.post("/api/v1/organisations/alder/imports", files={"file": ("a.csv", content)})
        assert response.status_code == 200, response.text
        return response.json()["counts"]

    def count(self, client: httpx.Client, pattern: str) -> int:
        query = f"SELECT (COUNT(*) AS ?n) {{ {pattern} }}"
        found = client.post("/sparql", data={"query": query}).json()["results"]["bindings"]
        return int(found[0]["n"]["value"])

    def run(self) -> None:
        service = self._start(self._data, sheet_seconds=60, query_seconds=60)
        with client_of(self._data, service) as client:
            assert self._timed(client, 0)["added"] == 2 * self._rows
        number = 0
        while number < KILLS or (number < MOST and not (self.in_time and self.absent)):
            number += 1
            part = (number - random.random()) / KILLS if number <= KILLS else random.random()
            answered = self._kill_midway(service, number, self._lasts * part)
            service = self._start(self._data, sheet_seconds=60, query_seconds=60)
            with client_of(self._data, service) as client:
                whole = self._check(client, number, answered=answered)
                # Sent again, it is done, however far it had come.
                again = self.send(client, number) if whole else self._timed(client, number)
                assert again.get("added", 0) + again.get("unchanged", 0) == 2 * self._rows
                assert again.get("person-added", 0) in (0, self._rows)
                total = client.get("/api/v1/experts", params={"skill": SKILL}).json()["total"]
                assert total == (number + 1) * self._rows
                if number == KILLS // 2:
                    self._is_as_derived(client)
        with client_of(self._data, service) as client:
            self._is_as_derived(client)
        assert service.stop() == 0

    def _timed(self, client: httpx.Client, number: int) -> Any:
        """What `send` gives, of an import of which nothing is there."""
        began = time.monotonic()
        counts = self.send(client, number)
        self._lasts = time.monotonic() - began
        return counts

    def _kill_midway(self, service: Process, number: int, delay: float) -> bool:
        """Whether it was answered before the kill."""
        with client_of(self._data, service) as client, ThreadPoolExecutor(1) as pool:
            sending = pool.submit(self.send, client, number)
            time.sleep(delay)
            service.kill()
            try:
                sending.result()
            except httpx.TransportError:
                self.in_time += 1
                return False
        self._lasts = delay
        return True

    def _check(self, client: httpx.Client, number: int, *, answered: bool) -> bool:
        """Whether the import is there."""
        people = self.count(client, f'?p foaf:name ?name FILTER STRSTARTS(?name, "Kill {number} ")')
        assert people in (0, 2 * self._rows, self._rows)
        whole = people > 0
        assert whole or not answered, "an import that was acknowledged is lost"
        self.whole += whole
        self.absent += not whole
        expected = (number + whole) * self._rows
        answer = client.get("/api/v1/experts", params={"skill": SKILL}).json()
        assert answer["total"] == expected
        skill = answer["concept"]["iri"]
        assert self.count(client, f"?person gse:expertIn <{skill}>") == expected
        assert self.count(client, f"?record gse:skill <{skill}>") == expected
        assert client.get("/readyz").json() == {"status": "ready"}
        return whole

    @staticmethod
    def _is_as_derived(client: httpx.Client) -> None:
        """It takes seconds, and what was amiss before stays so until then."""
        assert client.post("/operator/rebuild").json() == {"statements": 0}


def test_an_import_is_whole_or_absent(
    small_office: Callable[[Path], AbstractContextManager[Office]], tmp_path: Path, process: Start
) -> None:
    """On a framework of a dozen concepts, so that most of the time goes into imports and not into starting."""
    lines = []
    for size in (40, 450):
        with small_office(tmp_path / str(size)) as office:
            office.register.add_organisation(Organisation("alder", "Alder Laboratory", Audience.ALLIANCE))
        lines.append(Line(tmp_path / str(size) / "data", process, size))
    with ThreadPoolExecutor(len(lines)) as pool:
        for finished in [pool.submit(line.run) for line in lines]:
            finished.result()
    assert all(line.whole + line.absent >= KILLS for line in lines)
    assert all(line.in_time for line in lines), "every kill came too late to tell anything"
    assert all(line.absent for line in lines)


def approve(client: httpx.Client, addresses: list[str], acknowledged: list[str]) -> None:
    """Approve one after the other, and remember what was answered."""
    for address in addresses:
        response = client.post(address, json={"outcome": "accepted"})
        assert response.status_code == 200, response.text
        acknowledged.append(address)


def wait_for(acknowledged: Sequence[str], answers: int, approving: Future[None]) -> None:
    """Wait until that many are answered, and then for a part of the time that one of them takes."""
    began = time.monotonic()
    while len(acknowledged) < answers and not approving.done():
        time.sleep(0.001)
    time.sleep((time.monotonic() - began) / max(answers, 1) * random.random())


class Approvals:
    """One service on which requests and proposals wait, and which is killed while they are approved."""

    CORRECTIONS, PROPOSALS = "/api/v1/organisations/alder/corrections", "/api/v1/proposals"

    def __init__(self, data: Path, rounds: list[list[str]]) -> None:
        self._data = data
        self._rounds = rounds
        self.kept = self.lost = 0
        """Rounds of which all was approved before the kill, and of which something was not."""

    def run(self, start: Start) -> None:
        service = start(self._data)
        for number, addresses in enumerate(self._rounds):
            acknowledged: list[str] = []
            with client_of(self._data, service) as client, ThreadPoolExecutor(1) as pool:
                approving = pool.submit(approve, client, addresses, acknowledged)
                wait_for(acknowledged, int(len(addresses) * (number + random.random()) / KILLS), approving)
                service.kill()
                try:
                    approving.result()
                    self.kept += 1
                except httpx.TransportError:
                    self.lost += 1
            service = start(self._data)
            with client_of(self._data, service) as client:
                self._check(client, number, addresses, acknowledged)
        assert service.stop() == 0

    def _check(self, client: httpx.Client, number: int, addresses: list[str], acknowledged: list[str]) -> None:
        done = self._approved(client)
        former = {address for those in self._rounds[:number] for address in those}
        assert former | set(acknowledged) <= done, "an approval that was acknowledged is lost"
        # Whatever came after the last that was answered: one at most, as they come one after the other.
        assert done - former <= set(addresses[: len(acknowledged) + 1])
        assert client.post("/operator/rebuild").json() == {"statements": 0}
        # Sent again, all are done.
        approve(client, addresses, [])
        assert self._approved(client) == former | set(addresses)

    def _approved(self, client: httpx.Client) -> set[str]:
        found = set()
        for one in client.get(self.CORRECTIONS).json()["items"]:
            # The request and what it asks for are one change.
            assert (one["step"]["before"] == NEW_GRADE) == (one["status"] == "accepted")
            if one["status"] == "accepted":
                found.add(f"{self.CORRECTIONS}/{one['id']}")
        proposals = client.get(self.PROPOSALS, params={"status": "open", "limit": 100}).json()
        still = {f"{self.PROPOSALS}/{one['id']}/decision" for one in proposals["proposals"]}
        assert proposals["proposals_total"] == len(still)
        decided = {address for those in self._rounds for address in those if "proposals" in address} - still
        return found | decided


def test_an_approval_is_whole_or_absent(
    small_office: Callable[[Path], AbstractContextManager[Office]], tmp_path: Path, process: Start
) -> None:
    people = APPROVED * KILLS
    lines = (f"K{n},Kill {n:04},{SKILL},Expert,01/02/2025,Grade 6\n" for n in range(people))
    rounds: list[list[str]] = []
    with small_office(tmp_path) as office:
        register = office.register
        register.add_organisation(Organisation("alder", "Alder Laboratory", Audience.ALLIANCE))
        office.bring("alder", HEAD.replace("\n", ",Grade\n") + "".join(lines))
        asking = [
            register.access(Caller(Role.PERSON, "alder", f"{known.person.identifier.value:016x}"))
            for known in read_people(register.store, "alder")
        ]
        for number in range(KILLS):
            addresses = []
            for access in asking[number * APPROVED : (number + 1) * APPROVED]:
                made = correct(register, access, Correction(Fact.GRADE, NEW_GRADE, reason="Promoted."), dry_run=False)
                assert made.request is not None
                addresses.append(f"{Approvals.CORRECTIONS}/{made.request.digits}")
            wish = Wish(ProposalKind.NEW, f"A skill number {number}.", (), "alder")
            proposed = propose(register, wish, register.access(Caller(Role.MEMBER, "alder")))
            addresses.insert(APPROVED // 2, f"{Approvals.PROPOSALS}/{proposed.identifier.value:016x}/decision")
            rounds.append(addresses)
    approvals = Approvals(tmp_path / "data", rounds)
    approvals.run(process)
    assert approvals.kept + approvals.lost == KILLS
    assert approvals.lost > 0, "every kill came too late to tell anything"


def test_an_undo_is_whole_or_absent(
    small_office: Callable[[Path], AbstractContextManager[Office]], tmp_path: Path, process: Start
) -> None:
    """A large import undone and killed midway, then brought in anew; the first is not killed before it has answered."""
    with small_office(tmp_path) as office:
        office.register.add_organisation(Organisation("alder", "Alder Laboratory", Audience.ALLIANCE))
    data, rows, lasts, whole = tmp_path / "data", 450, 0.0, []
    imports = "/api/v1/organisations/alder/imports"
    service = process(data, sheet_seconds=60, query_seconds=60)
    for number in range(KILLS // 2 + 1):
        with client_of(data, service) as client, ThreadPoolExecutor(1) as pool:
            brought = client.post(imports, files={"file": ("a.csv", sheet(0, rows))}).json()["counts"]
            assert brought.get("added", 0) + brought.get("unchanged", 0) == 2 * rows
            undo = f"{imports}/{client.get(imports).json()['items'][0]['identifier']}/undo"
            began = time.monotonic()
            undoing = pool.submit(client.post, undo, json={})
            if number:
                time.sleep(random.uniform(0, lasts))
            else:
                undoing.result()
                lasts = time.monotonic() - began
            service.kill()
            try:
                answered = undoing.result().status_code == 200
            except httpx.TransportError:
                answered = False
        service = process(data, sheet_seconds=60, query_seconds=60)
        with client_of(data, service) as client:
            undone = client.get(imports).json()["items"][0]["undone"] is not None
            assert undone or not answered, "an undo that was acknowledged is lost"
            whole.append(undone)
            left = client.get("/api/v1/experts", params={"skill": SKILL}).json()["total"]
            assert left == (0 if undone else rows)
            assert client.post("/operator/rebuild").json() == {"statements": 0}
    assert service.stop() == 0
    assert whole[0]
