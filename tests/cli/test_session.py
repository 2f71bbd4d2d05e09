"""A command goes through the service that holds its data folder, and says and does the same as without one."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import python_calamine

if TYPE_CHECKING:
    from tests.cli.conftest import Cli, Ran, Write

QUESTIONS = [
    ("organisation", "list"),
    ("framework", "search", "gene sequencing"),
    ("framework", "search", "zzzzqqqq"),
    ("experts", "Virology"),
    ("experts", "Virology", "--level", "Working", "--why"),
    ("experts", "LIF-VIR", "--org", "birch", "--available"),
    ("experts", "LIF-VIR", "--not-available"),
    ("experts", "Virology", "--as-of", "2025-02-28", "--limit", "2"),
    ("experts", "Metrology"),
    ("experts", "Twin studies"),
    ("experts", "virusology"),
    ("experts", "Virology", "--org", "nobody"),
    ("experts", "Virology", "--cursor", "nonsense"),
    ("experts", "Virology", "--limit", "0"),
    ("organisation", "add", "alder", "Again"),
    ("organisation", "add", "Big Letters", "Bad"),
    ("framework", "load", "/no-such-folder/scheme.ttl"),
    ("restore", __file__),
    ("rebuild",),
]


@pytest.mark.parametrize("words", QUESTIONS, ids=" ".join)
def test_the_same_answer_with_and_without_a_service(
    cli: Cli, asked: Path, served: Path, words: tuple[str, ...]
) -> None:
    takes_json = words[0] not in ("rebuild", "restore") and words[:2] != ("organisation", "add")
    for more in ((), ("--json",)) if takes_json else ((),):
        alone, through = cli(*words, *more, data=asked), cli(*words, *more, data=served)
        assert told(through, served) == told(alone, asked)


def told(ran: Ran, *paths: Path) -> tuple[int, str, str]:
    """What was said, wherever it was."""
    out, err = ran.out, ran.err
    for path in paths:
        out, err = out.replace(str(path), "PATH"), err.replace(str(path), "PATH")
    return ran.code, out, err


def test_the_folder_of_a_running_service_is_held_by_it(served: Path) -> None:
    from gse_skills.errors import ConflictError
    from gse_skills.store import DataFolder

    with pytest.raises(ConflictError) as error:
        DataFolder(served)
    assert error.value.rule == "folder-in-use"


def changes(cli: Cli, folder: Path, sheet: Path, work: Path) -> list[tuple[int, str, str]]:
    """What all the commands that change something say, one after the other."""
    work.mkdir()
    scheme = work / "scheme.ttl"
    scheme.write_text(
        "@prefix skos: <http://www.w3.org/2004/02/skos/core#> . @prefix m: <https://example.org/more/> .\n"
        'm: a skos:ConceptScheme ; skos:prefLabel "More"@en ; skos:hasTopConcept m:a .\n'
        'm:a a skos:Concept ; skos:prefLabel "Glass blowing"@en ; skos:inScheme m: ; skos:topConceptOf m: .\n',
        "utf-8",
    )
    given = ("import", sheet, "--org", "cedar")
    report = ("--report", work / "out.csv")
    steps: list[tuple[object, ...]] = [
        ("organisation", "add", "cedar", "Cedar Observatory", "--audience", "alliance"),
        ("framework", "load", scheme, "--json"),
        ("framework", "load", scheme),
        (*given, "--dry-run", *report),
        (*given, "--expected", "of another"),
        (*given, "--json", "--report", work / "out.xlsx"),
        given,
        (*given, "--full", "--snapshot", "01/01/2020"),
        (*given, "--sheet", "Two"),
        ("experts", "Glass blowing", "--why"),
        ("rebuild",),
        ("backup", work / "backup.tar"),
        ("backup", work / "backup.tar"),
    ]
    return [told(cli(*words, data=folder), work, folder) for words in steps]


def test_changes_through_a_service_are_the_same(
    cli: Cli,
    home: Path,
    sheet: Write,
    serve: Callable[[Path], AbstractContextManager[None]],
    tmp_path: Path,
) -> None:
    file = sheet("team.csv", [("C1", "Gil Glass", "Glass blowing", "Expert", "01/02/2025", "Self", "yes")])
    alone, through = (Path(shutil.copytree(home, tmp_path / name / "data")) for name in ("alone", "through"))
    with serve(through):
        said = changes(cli, through, file, tmp_path / "through" / "work")
    expected = changes(cli, alone, file, tmp_path / "alone" / "work")
    assert said == expected
    assert [code for code, _, _ in said] == [0, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 2]
    assert json.loads(said[5][1])["counts"]["added"] == 1
    reports = [(tmp_path / name / "work" / "out.csv").read_bytes() for name in ("alone", "through")]
    assert reports[0] == reports[1]
    books = [
        python_calamine.CalamineWorkbook.from_path(tmp_path / name / "work" / "out.xlsx")
        for name in ("alone", "through")
    ]
    sheets = [[book.get_sheet_by_name(name).to_python() for name in book.sheet_names] for book in books]
    assert sheets[0] == sheets[1]
    # What the service did is there when it has stopped.
    for words in (("organisation", "list"), ("experts", "Glass blowing", "--org", "cedar")):
        assert cli(*words, data=through) == cli(*words, data=alone)


def test_the_note_of_a_service_that_was_killed_leads_nowhere(cli: Cli, data: Path) -> None:
    note = {"url": "http://127.0.0.1:9", "pid": 1, "key": "none"}
    (data / "service.json").write_text(json.dumps(note))
    assert cli("organisation", "list", data=data).code == 0
    assert not (data / "service.json").exists()


def test_no_proxy_stands_between_a_command_and_its_service(
    cli: Cli, served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert cli("organisation", "list", data=served).code == 0
