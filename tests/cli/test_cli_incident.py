"""`gse-skills incident`: opened, answered, listed and closed, by the service or in its place."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import Cli, Serve

OPEN = ("incident", "open", "--org", "alder", "--purpose", "Outbreak", "--reference", "INC-7", "--hours")


def test_from_opening_to_closing(cli: Cli, data: Path) -> None:
    cli(*OPEN, 2, "--dry-run", data=data)
    assert cli("incident", "list", "--json", data=data).body == {"items": []}
    made = cli(*OPEN, 2, "--call", "ann@example.org", "--json", data=data).body
    assert (made["open"], made["drill"], made["organisation"]) == (True, False, "alder")
    assert made["responders"] == [{"name": "ann@example.org", "caller": f"responder:alder/{made['id']}"}]
    rehearsed = cli("incident", "call", made["id"], "eve@example.org", "--org", "birch", "--dry-run", data=data)
    assert rehearsed.out == f"eve@example.org could act as responder:birch/{made['id']}.\n"
    assert cli("incident", "list", "--json", data=data).body == {"items": [made]}
    assert "INC-7" in cli("incident", "list", data=data).out
    cli("incident", "close", made["id"], "--dry-run", data=data)
    closed = cli("incident", "close", made["id"], "--json", data=data).body
    assert (closed["open"], closed["responders"]) == (False, [])
    cli("incident", "close", made["id"], data=data).refused("not-open")
    cli("incident", "call", made["id"], "eve@example.org", data=data).refused("not-open")


def test_through_the_service_that_runs(cli: Cli, data: Path, serve: Serve) -> None:
    with serve(data):
        said = cli(*OPEN, 1, "--drill", "--call", "ann@example.org", data=data)
        assert said.code == 0, said.err
        assert said.out.startswith("Opened drill ")
        identifier = said.out.split()[2]
        called = cli("incident", "call", identifier, "eve@example.org", "--org", "birch", data=data)
        assert called.out == f"eve@example.org may act as responder:birch/{identifier}.\n"
        assert cli("incident", "list", "--json", data=data).body["items"][0]["drill"] is True
        closed = cli("incident", "close", identifier, data=data)
    assert closed.out == f"Closed incident {identifier}: Outbreak (INC-7).\n"


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        ((*OPEN, 25), "bad-end"),
        ((*OPEN, 1, "--call", "ann"), "unknown-user-name"),
        (("incident", "open", "--org", "cedar", *OPEN[4:], 1), "unknown-organisation"),
        (("incident", "close", "0000000000000000"), "unknown-incident"),
        (("incident", "call", "0000000000000000", "ann@example.org"), "unknown-incident"),
    ],
)
def test_what_cannot_be(cli: Cli, data: Path, words: tuple[object, ...], rule: str) -> None:
    assert cli(*words, data=data).refused(rule)
