"""What holds for every command: help with an example, errors that say the way out, no traceback whatever is given."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import typer

from gse_skills.answers import OrganisationsBody
from gse_skills.cli import command_line

if TYPE_CHECKING:
    from tests.cli.conftest import Cli, Write


def commands() -> Iterator[tuple[str, ...]]:
    """All groups and commands, as one writes them."""

    def under(command: Any, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        yield words
        for name, one in sorted(getattr(command, "commands", {}).items()):
            yield from under(one, (*words, name))

    yield from under(typer.main.get_command(command_line()), ())


COMMANDS = list(commands())


def test_the_commands_that_scripts_rely_on_are_there() -> None:
    promised = {
        *{("framework", "search"), ("framework", "load"), ("organisation", "add"), ("organisation", "list")},
        *{("token", "create"), ("token", "list"), ("token", "revoke")},
        *{("incident", "open"), ("incident", "call"), ("incident", "close"), ("incident", "list")},
        *{("import",), ("experts",), ("rebuild",), ("backup",), ("restore",), ("demo",), ("serve",)},
    }
    assert promised <= set(COMMANDS)


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_help_says_what_it_does_with_an_example(cli: Cli, words: tuple[str, ...]) -> None:
    ran = cli(*words, "--help")
    assert (ran.code, ran.err) == (0, "")
    example = " ".join(("gse-skills", *words))
    after = " ".join(ran.out.partition("Example")[2].split())
    assert example in after, f"the help of “{example}” has no example of it"


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("framework", "nonsense"),
        ("experts",),
        ("experts", "Virology", "--nonsense"),
        ("experts", "Virology", "--level", "Master"),
        ("experts", "Virology", "--limit", "0"),
        ("experts", "Virology", "--limit", "501"),
        ("experts", "Virology", "--as-of", "yesterday"),
        ("framework", "search", "virology", "--limit", "51"),
        ("organisation", "add", "cedar", "Cedar", "--audience", "everybody"),
        ("token", "create", "member:alder", "--days", "0"),
        ("import", "no-such-file.csv", "--org", "alder"),
        ("import", __file__),
        ("import", __file__, "--org", "alder", "--basis", "rumour"),
        ("import", __file__, "--org", "alder", "--snapshot", "31/02/2025"),
        ("import", __file__, "--org", "alder", "--mapping", "."),
        ("import", __file__, "--org", "alder", "--report", "."),
        ("restore", "no-such-file.tar"),
        ("demo", "--people", "1"),
    ],
    ids=" ".join,
)
def test_wrong_usage_is_2_and_on_standard_error(cli: Cli, words: tuple[str, ...], tmp_path: Path) -> None:
    folder = tmp_path / "untouched"
    ran = cli(*words, data=folder)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("Usage: ")
    assert "\nError: " in ran.err
    assert not folder.exists()


def test_an_error_as_json_has_the_same_members_as_the_api(cli: Cli, asked: Path) -> None:
    problem = cli("experts", "virusology", "--json", data=asked).problem
    said = cli("experts", "virusology", data=asked).refused("unknown-term")
    assert problem["rule"] == "unknown-term"
    assert problem["detail"] in said
    assert problem["remedy"] in said
    assert problem["term"] == "virusology"
    assert len(problem["nearest"]) == 5


@pytest.mark.parametrize("words", [("organisation", "list"), ("token", "create", "member:alder")], ids=" ".join)
def test_a_data_folder_that_cannot_be_is_told(cli: Cli, words: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    for folder in (tmp_path / "file", tmp_path / "file" / "below"):
        ran = cli(*words, data=folder)
        assert ran.code == 2
        assert str(folder) in ran.err
        assert "What to do: " in ran.err


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [("PORT", "many", "port"), ("DURABLE", "perhaps", "durable"), ("ALLOWED_HOSTS", "not json", "allowed_hosts")],
)
def test_a_setting_that_is_wrong_is_named(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, name: str, value: str, told: str
) -> None:
    monkeypatch.setenv(f"GSE_SKILLS_{name}", value)
    assert told in cli("organisation", "list", data=tmp_path / "data").refused("bad-setting")


def test_the_data_folder_comes_from_the_environment(cli: Cli, monkeypatch: pytest.MonkeyPatch, asked: Path) -> None:
    monkeypatch.setenv("GSE_SKILLS_DATA", str(asked))
    assert [one["slug"] for one in cli("organisation", "list", "--json").body["items"]] == ["alder", "birch"]


def test_a_folder_that_is_no_data_folder_stays_as_it_is(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "letters.txt").write_text("mine")
    cli("organisation", "list", data=tmp_path).refused("not-a-data-folder")
    assert [path.name for path in tmp_path.iterdir()] == ["letters.txt"]


def test_two_processes_do_not_share_a_data_folder(cli: Cli, data: Path) -> None:
    holding = (
        "import sys, pathlib\n"
        "from gse_skills.store import DataFolder\n"
        "with DataFolder(pathlib.Path(sys.argv[1])):\n"
        "    print('held', flush=True)\n"
        "    sys.stdin.read()\n"
    )
    with subprocess.Popen(
        (sys.executable, "-c", holding, str(data)), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        ran = cli("organisation", "list", data=data)
        other.communicate("")
    ran.refused("folder-in-use")
    assert cli("organisation", "list", data=data).code == 0


def as_process(*words: object) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "gse_skills", *map(str, words))
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_as_a_process_the_codes_and_the_streams_are_the_same(asked: Path, sheet: Write) -> None:
    found = as_process("experts", "Virology", "--json", "--data", asked)
    assert (found.returncode, found.stderr) == (0, "")
    assert json.loads(found.stdout)["total"] == 4
    nobody = as_process("experts", "Metrology", "--data", asked)
    assert (nobody.returncode, nobody.stderr) == (1, "")
    wrong = as_process("import", sheet("sheet.csv", []), "--org", "nobody", "--data", asked)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "Rule: " in wrong.stderr
    assert "Traceback" not in wrong.stderr


def test_a_reader_that_has_seen_enough_ends_it_quietly(asked: Path) -> None:
    command = (sys.executable, "-m", "gse_skills", "experts", "Virology", "--why", "--data", str(asked))
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == ""


def test_a_service_of_another_version_is_told(cli: Cli, served: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Later(OrganisationsBody):
        total: int

    monkeypatch.setattr("gse_skills.cli.organisation.OrganisationsBody", Later)
    cli("organisation", "list", data=served).refused("service-version")


def test_a_service_that_leaves_midway_is_told(cli: Cli, served: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def cut_off(*_: object, **__: object) -> httpx.Response:
        raise httpx.ReadError("cut off")

    monkeypatch.setattr("gse_skills.cli.service.Service.send", cut_off)
    cli("organisation", "list", data=served).refused("service-gone")
