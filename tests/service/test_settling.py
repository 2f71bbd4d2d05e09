"""The end of an incident is told while the service runs, without anybody looking."""

from __future__ import annotations

import asyncio
import datetime
import shutil
from pathlib import Path

import pytest
from fastapi import FastAPI

from gse_skills.access import OPERATOR
from gse_skills.audit import Action, Witness, entries
from gse_skills.callout import Opening, open_incident
from gse_skills.organisation import Organisation
from gse_skills.register import Register
from gse_skills.settings import Settings
from gse_skills_service.settling import settling


async def _until_told(register: Register, identifier: str) -> None:
    async with settling(register, seconds=0.05)(FastAPI()):
        while not register.incidents.get(identifier).settled:
            await asyncio.sleep(0.02)


def test_a_fault_does_not_end_the_looking(shipped_data: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    data = Path(shutil.copytree(shipped_data, tmp_path / "data"))

    async def look(register: Register) -> None:
        async with settling(register, seconds=0.02)(FastAPI()):
            while len(caplog.records) < 3:
                await asyncio.sleep(0.02)

    with Register.open(Settings(data=data, durable=False)) as register:
        (data / "incidents.json").write_text("[{}]")
        asyncio.run(asyncio.wait_for(look(register), 60))
    assert {record.message for record in caplog.records} == {"the end of an incident could not be told"}


def test_the_end_is_told_by_itself_and_once(shipped_data: Path, tmp_path: Path) -> None:
    data = Path(shutil.copytree(shipped_data, tmp_path / "data"))
    with Register.open(Settings(data=data, durable=False)) as register:
        register.add_organisation(Organisation("alder", "Alder Laboratory"))
        access = register.access(OPERATOR)
        witness = Witness(register.audit, access)
        asked = Opening("alder", "Outbreak", "INC-7", datetime.timedelta(seconds=1), calls=("ann@example.org",))
        incident = open_incident(register, access, witness, asked, dry_run=False)
        asyncio.run(asyncio.wait_for(_until_told(register, incident.identifier), 60))
        assert not register.users.users(), "called to it by this address alone, and known no longer"
        told = [entry.event for entry in entries(data / "audit", naming=[incident.identifier])]
        ended = [event.outcome.value for event in told if event.action is Action.INCIDENT_ENDED]
        assert ended == ["begun", "done"]
