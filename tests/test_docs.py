"""The pages about the API and the command line name what there is, and nothing else."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
import typer

from gse_skills.cli import command_line
from gse_skills.register import Register
from gse_skills.settings import Settings
from gse_skills_service.app import create_app

DOCS = Path(__file__).parent.parent / "docs"


def leaves(command: Any, words: tuple[str, ...] = ("gse-skills",)) -> set[str]:
    """The commands, as one writes them."""
    under = getattr(command, "commands", {})
    return set().union(*(leaves(one, (*words, name)) for name, one in under.items())) if under else {" ".join(words)}


@pytest.fixture(scope="module")
def description(shipped_data: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    data = shutil.copytree(shipped_data, tmp_path_factory.mktemp("docs") / "data")
    with Register.open(Settings(data=data, durable=False)) as register:
        return create_app(register).openapi()


def test_the_page_of_the_command_line_names_the_commands() -> None:
    there = leaves(typer.main.get_command(command_line()))
    table = {line for line in (DOCS / "cli.md").read_text("utf-8").splitlines() if line.startswith("| `gse-skills")}
    named = {name for line in table for name in re.findall(r"`(gse-skills [a-z -]+)`", line.split("|")[1])}
    assert named == there


def test_the_page_of_the_api_names_the_operations(description: dict[str, Any]) -> None:
    there = {
        f"{method.upper()} {path}"
        for path, item in description["paths"].items()
        for method in item
        if method in ("get", "post", "put", "delete", "patch") and path != "/sparql"
    }
    named = set(re.findall(r"`((?:GET|POST|PUT|DELETE|PATCH) /[^`?]*)", (DOCS / "api.md").read_text("utf-8")))
    assert {re.sub(r"/LIF-VIR$", "/{name}", one) for one in named} == {
        one.replace("{name:path}", "{name}") for one in there
    }


def test_the_page_of_the_api_names_the_parameters(description: dict[str, Any]) -> None:
    text = (DOCS / "api.md").read_text("utf-8")
    for item in description["paths"]["/api/v1/experts"]["get"]["parameters"]:
        assert f"`{item['name']}`" in text


def test_the_page_about_security_names_tests_that_there_are() -> None:
    text = (DOCS / "security.md").read_text("utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", text)
    assert len(named) > 60
    for path, name in named:
        assert re.search(rf"^def {name}\(", (DOCS.parent / path).read_text("utf-8"), re.MULTILINE), f"{path}::{name}"
    for path in re.findall(r"`(tests/[\w/]+(?:\.py)?)/?`", text):
        assert (DOCS.parent / path).exists(), path
