"""SIGKILL at random moments in the middle of imports: afterwards each import is there whole or not at all, and whoever
had no answer may send it again.

Two sizes, since the store takes a small change as one transaction and a large one as a bulk ingest with a journal.
"""

from __future__ import annotations

import json
import random
import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from tests.service.conftest import Process, Start

KILLS = 6
"""In each line; two lines go on side by side, as there are seldom fewer cores."""
SKILL = "Enteric virology"
HEAD = "Staff number,Name,Skill,Level,Date assessed\n"


def sheet(number: int, rows: int) -> bytes:
    """People of whom each has two records; nobody else has their skill."""
    lines = (
        f"K{number}-{row},Kill {number} {row:04},{skill},Expert,01/02/2025\n"
        for row in range(rows)
        for skill in (SKILL, "Blood-borne virology")
    )
    return (HEAD + "".join(lines)).encode()


class Line:
    """One service that is killed again and again."""

    def __init__(self, data: Path, start: Start, rows: int) -> None:
        self._data = data
        self._start = start
        self._rows = rows
        self.acknowledged = 0
        self.absent = 0
        self.whole = 0

    def client(self, service: Process) -> httpx.Client:
        key = json.loads((self._data / "service.json").read_text())["key"]
        headers = {"Authorization": f"Bearer {key}"}
        return httpx.Client(base_url=service.url, headers=headers, timeout=120, trust_env=False)

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
        with self.client(service) as client:
            began = time.monotonic()
            assert self.send(client, 0)["added"] == 2 * self._rows
            lasts = time.monotonic() - began
        done = 1
        for number in range(1, KILLS + 1):
            answered = self._kill_midway(service, number, lasts * (number - random.random()) / KILLS)
            service = self._start(self._data, sheet_seconds=60, query_seconds=60)
            with self.client(service) as client:
                self._check(client, number, done, answered=answered)
                # Sent again, it is done, however far it had come.
                again = self.send(client, number)
                done += 1
                assert again.get("added", 0) + again.get("unchanged", 0) == 2 * self._rows
                assert again.get("person-added", 0) in (0, self._rows)
                assert client.get("/api/v1/experts", params={"skill": SKILL}).json()["total"] == done * self._rows
        assert service.stop() == 0

    def _kill_midway(self, service: Process, number: int, delay: float) -> bool:
        with self.client(service) as client, ThreadPoolExecutor(1) as pool:
            sending = pool.submit(self.send, client, number)
            time.sleep(delay)
            service.kill()
            try:
                sending.result()
            except httpx.TransportError:
                return False
        self.acknowledged += 1
        return True

    def _check(self, client: httpx.Client, number: int, done: int, *, answered: bool) -> None:
        people = self.count(client, f'?p foaf:name ?name FILTER STRSTARTS(?name, "Kill {number} ")')
        assert people in (0, 2 * self._rows, self._rows)
        whole = people > 0
        assert whole or not answered, "an import that was acknowledged is lost"
        self.whole += whole
        self.absent += not whole
        expected = (done + whole) * self._rows
        answer = client.get("/api/v1/experts", params={"skill": SKILL}).json()
        assert answer["total"] == expected
        skill = answer["concept"]["iri"]
        assert self.count(client, f"?person gse:expertIn <{skill}>") == expected
        assert self.count(client, f"?record gse:skill <{skill}>") == expected
        assert client.get("/readyz").json() == {"status": "ready"}
        if number in (KILLS // 2, KILLS):  # it takes seconds, and what was amiss before stays so until then
            assert client.post("/operator/rebuild").json() == {"statements": 0}


def test_an_import_is_whole_or_absent(data: Path, tmp_path: Path, process: Start) -> None:
    lines = []
    for number, size in enumerate((40, 450)):
        shutil.copytree(data, tmp_path / str(number))
        lines.append(Line(tmp_path / str(number), process, size))
    with ThreadPoolExecutor(len(lines)) as pool:
        for finished in [pool.submit(line.run) for line in lines]:
            finished.result()
    assert [line.whole + line.absent for line in lines] == [KILLS] * len(lines)
    assert sum(line.acknowledged for line in lines) < KILLS * len(lines), "every kill came too late to tell anything"
    assert sum(line.absent for line in lines) > 0
