"""`gse-skills person`, `correction` and `complaint`: the same with and without a service."""

from __future__ import annotations

import json
import re
import shutil
import zipfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gse_skills.access import Caller
from gse_skills.dossier import Fact, Wish, correct
from gse_skills.imports.state import read_people
from gse_skills.register import Register
from gse_skills.settings import Settings

if TYPE_CHECKING:
    from tests.cli.conftest import Cli, Ran


@pytest.fixture
def asking(home: Path, tmp_path: Path) -> Path:
    """A data folder in which Ann has asked for a correction, and somebody has complained."""
    folder = Path(shutil.copytree(home, tmp_path / "asking" / "data"))
    with Register.open(Settings(data=folder, durable=False)) as register:
        ann = person(register)
        caller = Caller.parse(f"person:alder/{ann}")
        for wish in (
            Wish(Fact.LEVEL, "Working", "COVID PCR testing", "I have not done it for years."),
            Wish(Fact.SITE, "North", reason="I moved."),
        ):
            correct(register, register.access(caller), wish, dry_run=False)
        register.complaints.make("My record is wrong.", organisation="alder", contact="ann@example.org")
    return folder


def person(register: Register) -> str:
    (found,) = [one.person for one in read_people(register.store, "alder") if one.person.name == "Ann Alder"]
    return f"{found.identifier.value:016x}"


def steps(cli: Cli, folder: Path, out: Path) -> list[tuple[int, str]]:
    """What the commands say, one after the other, without what chance gave."""
    listed = cli("correction", "list", "alder", "--json", data=folder)
    level, site = sorted(json.loads(listed.out)["items"], key=lambda one: str(one["fact"]))
    ann = level["person"]
    reference = json.loads(cli("complaint", "list", "--json", data=folder).out)["items"][0]["reference"]
    said: list[Ran] = [cli("correction", "list", "alder", data=folder)]
    decide = ("correction", "decide", "alder")
    said.append(cli(*decide, level["id"], "accepted", "--dry-run", data=folder))
    said.append(cli(*decide, level["id"], "accepted", data=folder))
    said.append(cli(*decide, site["id"], "declined", data=folder))
    said.append(cli(*decide, site["id"], "declined", "--reason", "The list says South.", data=folder))
    said.append(cli("correction", "list", "alder", data=folder))
    said.append(cli("complaint", "list", data=folder))
    said.append(cli("complaint", "acknowledge", reference, data=folder))
    said.append(cli("complaint", "answer", reference, "It was put right.", data=folder))
    said.append(cli("complaint", "answer", reference, "No.", data=folder))
    said.append(cli("person", "show", ann, data=folder))
    said.append(cli("person", "show", "0" * 16, data=folder))
    said.append(cli("person", "show", ann, "--format", "csv", data=folder))
    said.append(cli("person", "show", ann, "--format", "csv", "-o", out, data=folder))
    with zipfile.ZipFile(out) as archive:
        assert "Working" in archive.read("skills.csv").decode("utf-8-sig")
    linked = json.loads(cli("person", "show", ann, "--format", "jsonld", data=folder).out)
    assert any(one["@id"].endswith(ann) for one in linked["@graph"])
    told = json.loads(cli("person", "show", ann, "--json", data=folder).out)
    looks = [one["action"] for one in told["looks"]]
    told_of = "taken away three times; the requests were read three times, and one each tried, accepted and declined"
    assert looks == ["export"] * 3 + ["read-person"] * 6, told_of
    assert {one["status"] for one in told["corrections"]} == {"accepted", "declined"}
    return [(ran.code, without_chance(ran.out + ran.err, out)) for ran in said]


def without_chance(text: str, out: Path) -> str:
    text = re.sub(r"[0-9a-f]{16}", "ID", text.replace(str(out), "OUT"))
    return re.sub(r"\d\d:\d\d(:\d\d)?", "TIME", text)


def test_a_request_is_settled_and_the_record_shown_with_and_without_a_service(
    cli: Cli, asking: Path, serve: Callable[[Path], AbstractContextManager[None]], tmp_path: Path
) -> None:
    alone = Path(shutil.copytree(asking, tmp_path / "alone" / "data"))
    with serve(asking):
        said = steps(cli, asking, tmp_path / "record.zip")
    assert said == steps(cli, alone, tmp_path / "record.zip")
    assert [code for code, _ in said] == [0, 0, 0, 2, 0, 1, 0, 0, 0, 2, 0, 2, 2, 0]
    words = " ".join(text for _, text in said)
    for told in (
        "is Expert (judged by: Manager), should be Working",
        "reason-missing",
        "Answer: The list says South.",
        " days left",
        "already-answered",
        "unknown-person",
        "bad-output",
    ):
        assert told in words
