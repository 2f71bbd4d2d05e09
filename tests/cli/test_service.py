"""A command goes through the service that holds its data folder, and says and does the same as without one."""

from __future__ import annotations

import io
import json
import re
import shlex
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import python_calamine
import typer

from gse_skills import errors
from gse_skills.cli import command_line, output
from gse_skills.cli.service import address, open_service

if TYPE_CHECKING:
    from tests.cli.conftest import Cli, Ran, Serve, Write

QUESTIONS = """
organisation list
framework search "gene sequencing"
framework releases
framework roles virologist
framework roles --owl --skill LIF-VIR
framework roles --category nonsense
framework role no-such
framework diff gse@9.9.9 gse
framework rehearse /no-such-folder/scheme.ttl
framework load /no-such-folder/scheme.ttl
experts Virology
experts Virology --level Working --why
experts LIF-VIR --org birch --available
experts LIF-VIR --not-available
experts Virology --as-of 2025-02-28 --limit 2
experts "Twin studies"
experts virusology
experts Virology --org nobody
experts Virology --cursor nonsense
capability alder
capability alder LIF-VIR --fragility --as-of 2025-03-15
coverage
coverage LIF --org alder --org birch --groups
trend alder LIF --day 2025-02-28 --day 2025-12-31
trend alder --known-at 2026-01-31
compare alder LIF --day 2025-02-28 --day 2025-12-31
candidates ROL-LIF-01 --known-at 2026-01-31
calibration alder --known-at 2026-01-31
capability alder --known-at 2026-01-31
capability alder --as-of 2999-01-01
coverage LIF --org alder --known-at 2026-01-31
gap {ann} --role ROL-LIF-01 --as-of 2025-03-15
gap {ann} --as-of 2025-03-15
pathways {ann} --known-at 1800-01-01
candidates ROL-LIF-01 --as-of 2025-03-15
calibration alder --as-of 2025-03-15
target list alder --as-of 2025-03-15
progress alder
candidates no-such-role
unit list alder
unit list nobody
unit coverage alder
unit declare alder --headcount 2 --dry-run
target list alder
target drop alder 00000000000000ff
sharing show alder
sharing set alder --branch no-such=private
gap {ann}
gap {ann} --role no-such
gap 00000000000000ff
pathways {ann} --limit 2
plan show {ann}
plan change {ann} 00000000000000ff --state nonsense
person show nobody
assess {ann} Virology Expert --on 2999-01-01
reconfirm {ann} Metrology
endorsements alder
calibration alder LIF --against peer
correction list alder
correction decide alder 00000000000000ff accepted
complaint list
complaint acknowledge 00000000000000ff
complaint answer 00000000000000ff "It was put right."
opportunity list
opportunity show
opportunity show 00000000000000ff
opportunity match {ann} --skill Virology --level Expert
opportunity match nobody
opportunity agree 00000000000000ff
opportunity withdraw 00000000000000ff
incident list
incident close 00000000000000ff
proposals list
proposals decide 00000000000000ff accepted
retention show
retention run --dry-run --as-of 2040-01-01
retention choose leavers 9999 --org alder
erase {ann} --org alder --dry-run
erase {ann} --org birch
imports alder
undo birch --dry-run
user list
user revoke eve@birch.example
token list
token revoke no-such
organisation add alder Again
organisation add "Big Letters" Bad
map apply /no-such-folder/set.sssom.tsv
backup write /proc/no-such-folder/backup.tar
restore {file}
map suggest {file} --output {work}/suggested.sssom.tsv
rebuild
"""
STEPS = """
organisation add cedar "Cedar Observatory" --audience alliance
unit set alder Biology
unit set alder Virology --under Biology --from 2024-04-01
unit move alder Virology --from 2026-07-01
unit end alder Biology --on 2026-07-01 --dry-run
unit end alder Virology --on 2026-08-01 --into Biology
unit end alder "No such" --on 2026-08-01
target add alder LIF-VIR --people 3 --level expert --by 2030-03-31 --dry-run
target add alder LIF-VIR --people 3 --level expert --by 2030-03-31 -> target=identifier
target drop alder {target}
sharing set alder --branch LIF-VIR-04=private --dry-run
sharing set alder --branch LIF-VIR-04=private --person {ann}=private
plan add {ann} LIF-VIR-04 Working --by 2030-06-30 --how "A placement" -> goal=goals.0.id
plan change {ann} {goal} --state "under way"
plan change {ann} {goal} --state done --version stale
assess {ann} LIF-VIR-04 Working --basis peer --evidence "Review of May"
reconfirm {ann} LIF-VIR-04
opportunity offer "A week in virology" --org birch --scheme stem-futures --kind shadowing \
 --develops LIF-VIR-04=Working:Practitioner --from 2030-03-04 --until 2030-03-08 --place Birchdale \
 --contact interchange@birch.example -> offer=id
opportunity list --skill LIF-VIR
plan change {ann} {goal} --opportunity {offer}
plan add {ann} LIF-VIR-03 Working --by 2030-07-31 --how "A week" --opportunity {offer} --dry-run
plan add {ann} LIF-VIR-03 Working --by 2030-07-31 --how "A week" --opportunity 00000000000000ff
opportunity confirm {offer}
opportunity apply {offer} --person {ann} --text "To learn it." -> application=application.id
opportunity agree {application} --as "host steward"
opportunity agree {application} --as "host steward"
opportunity agree {application} --as "releasing steward"
opportunity start {application} --on 2030-03-04 --dry-run
opportunity decline {application} --reason "No room."
opportunity finish {application}
opportunity show {application}
opportunity withdraw {application} --reason "Ill."
opportunity withdraw {offer} --reason "The laboratory moves."
incident open --org alder --purpose Outbreak --reference INC-7 --hours 2 --call ann@alder.example -> incident=id
incident call {incident} eve@birch.example --org birch
incident list
incident close {incident}
user grant ann@alder.example member:alder
user revoke ann@alder.example member:alder
token create steward:alder --note nightly -> token=name
token list
token revoke {token}
proposals propose change "Say that phage work counts." --concept LIF-VIR-02 --org alder -> proposal=id
proposals decide {proposal} declined --reason "It does."
proposals list
retention choose leavers 6 --org alder
retention show
framework load {work}/more.ttl
framework export more {work}/more.nt
framework diff {work}/more.ttl more
import {sheet} --org cedar --dry-run --report {work}/out.csv
import {sheet} --org cedar --expected "of another"
import {sheet} --org cedar --report {work}/out.xlsx
import {sheet} --org cedar --sheet Two
experts "Glass blowing"
capability cedar --report {work}/capability.csv
imports cedar
undo cedar
map apply {work}/twins-to-more.sssom.tsv --dry-run
map apply {work}/twins-to-more.sssom.tsv --reviewed
person show {ann}
erase {ann} --org alder --reason "asked for it"
rebuild
backup write {work}/backup.tar
backup write {work}/backup.tar
"""
APART = """
audit list
audit verify
backup key
backup list
backup prune
backup verify
demo
framework check
map check
map list
restore
serve
"""
"""What reads or writes files alone, whether or not a service runs."""
MORE = """
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix m: <https://example.org/more/> .
m: a skos:ConceptScheme ; skos:prefLabel "More"@en ; skos:hasTopConcept m:a , m:b .
m:a a skos:Concept ; skos:prefLabel "Glass blowing"@en ; skos:inScheme m: ; skos:topConceptOf m: .
m:b a skos:Concept ; skos:prefLabel "Virus isolation"@en ; skos:inScheme m: ; skos:topConceptOf m: .
"""
MAPPINGS = """
#curie_map:
#  m: https://example.org/more/
#  semapv: https://w3id.org/semapv/vocab/
#  skos: http://www.w3.org/2004/02/skos/core#
#  t: https://example.org/twins/
#license: https://creativecommons.org/publicdomain/zero/1.0/
#mapping_set_id: https://example.org/twins-to-more
subject_id\tpredicate_id\tobject_id\tmapping_justification
t:a\tskos:relatedMatch\tm:a\tsemapv:ManualMappingCuration
"""
_MINTED = re.compile(r"\b(?:[0-9a-f]{8}){1,8}\b|(?<=\"secret\": \")[^\"]+")
_REQUEST = re.compile(r'(?<="request": ")[^"]*')
"""In the audit log; what is asked in a command's own process has none."""
_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d[\d:.Z+]*")


def words_of(table: str) -> list[str]:
    """The lines of a table, those that go on in the next as one."""
    return table.replace("\\\n", " ").strip().splitlines()


def leaves() -> Iterator[str]:
    """All commands, without their groups."""

    def under(command: Any, words: tuple[str, ...]) -> Iterator[str]:
        below = getattr(command, "commands", None)
        if below is None:
            yield " ".join(words)
        else:
            for name, one in below.items():
                yield from under(one, (*words, name))

    yield from under(typer.main.get_command(command_line()), ())


def test_every_command_is_asked_both_ways() -> None:
    asked = [*words_of(QUESTIONS), *words_of(STEPS)]
    apart = set(words_of(APART))
    assert apart <= set(leaves())
    missing = [
        one for one in leaves() if one not in apart and not any(f"{line} ".startswith(f"{one} ") for line in asked)
    ]
    assert missing == []


@pytest.fixture(scope="session")
def ann(cli: Cli, asked: Path) -> str:
    """The digits of Ann Alder, in every copy of the data folder."""
    hits = cli("experts", "COVID PCR testing", "--json", data=asked).body["items"]
    return str(hits[0]["person"]).rpartition("/")[2]


@pytest.mark.parametrize("line", words_of(QUESTIONS))
def test_the_same_answer_with_and_without_a_service(
    cli: Cli, asked: Path, served: Path, ann: str, tmp_path: Path, line: str
) -> None:
    alone, through = (ask(cli, line, folder, ann=ann, file=__file__, work=tmp_path) for folder in (asked, served))
    assert told(through, served) == told(alone, asked)


def ask(cli: Cli, line: str, folder: Path, **known: object) -> Ran:
    """Run a line of a table, for JSON where the command has it."""
    words = [word.format_map(known) for word in shlex.split(line)]
    bare = words[0] == "restore" or words[:2] in (["user", "revoke"], ["token", "revoke"])
    return cli(*words, *(() if bare or "--owl" in words else ("--json",)), data=folder)


def told(ran: Ran, *paths: Path) -> tuple[int, str, str]:
    """What was said, wherever and whenever it was."""
    out, err = (_REQUEST.sub("", _TIME.sub("TIME", text)) for text in (ran.out, ran.err))
    for path in paths:
        out, err = out.replace(str(path), "PATH"), err.replace(str(path), "PATH")
    return ran.code, out, err


def test_the_folder_of_a_running_service_is_held_by_it(served: Path) -> None:
    from gse_skills.store import DataFolder

    with pytest.raises(errors.ConflictError) as error:
        DataFolder(served)
    assert error.value.rule == "folder-in-use"


def changes(cli: Cli, folder: Path, ann: str, sheet: Path, work: Path) -> list[tuple[str, int, str, str]]:
    """What all the commands that change something say, one after the other; names that are minted and times apart."""
    work.mkdir()
    (work / "more.ttl").write_text(MORE, "utf-8")
    (work / "twins-to-more.sssom.tsv").write_text(MAPPINGS.lstrip(), "utf-8")
    known: dict[str, object] = {"ann": ann, "sheet": sheet, "work": work}
    minted: dict[str, str] = {}
    said = []
    for step in words_of(STEPS):
        line, _, kept = step.partition(" -> ")
        ran = ask(cli, line, folder, **known)
        if kept:
            name, _, path = kept.partition("=")
            found = ran.body
            for part in path.split("."):
                found = found[int(part) if part.isdigit() else part]
            known[name] = found
        code, *streams = told(ran, work, folder)
        out, err = (_MINTED.sub(lambda one: minted.setdefault(one[0], f"<{len(minted)}>"), text) for text in streams)
        said.append((line, code, out, err))
    return said


def test_changes_through_a_service_are_the_same(
    cli: Cli, home: Path, ann: str, sheet: Write, serve_apart: Serve, tmp_path: Path
) -> None:
    file = sheet("team.csv", [("C1", "Gil Glass", "Glass blowing", "Expert", "01/02/2025", "Self", "yes")])
    alone, through = (Path(shutil.copytree(home, tmp_path / name / "data")) for name in ("alone", "through"))
    with serve_apart(through):
        said = changes(cli, through, ann, file, tmp_path / "through" / "work")
    expected = changes(cli, alone, ann, file, tmp_path / "alone" / "work")
    for one, other in zip(said, expected, strict=True):
        assert one == other
    refused = [line for line, code, _, _ in said if code == 2]
    assert len(refused) == len(REFUSED)
    assert all(line.startswith(start) for line, start in zip(refused, REFUSED, strict=True))
    reports = [(tmp_path / name / "work" / "out.csv").read_bytes() for name in ("alone", "through")]
    assert reports[0] == reports[1]
    books = [
        python_calamine.CalamineWorkbook.from_path(tmp_path / name / "work" / "out.xlsx")
        for name in ("alone", "through")
    ]
    sheets = [[book.get_sheet_by_name(name).to_python() for name in book.sheet_names] for book in books]
    assert sheets[0] == sheets[1]
    # What the service did is there when it has stopped.
    assert cli("organisation", "list", data=through) == cli("organisation", "list", data=alone)


REFUSED = (
    "unit end",
    "plan change",
    "reconfirm",
    "plan add",
    "opportunity start",
    "opportunity decline",
    "opportunity finish",
    "import",
    "import",
    "map apply",
    "map apply",
    "backup write",
)
"""Of the steps, those that cannot be."""


def test_the_note_of_a_service_that_was_killed_leads_nowhere(cli: Cli, data: Path) -> None:
    note = {"url": "http://127.0.0.1:9", "pid": 1, "key": "none"}
    (data / "service.json").write_text(json.dumps(note))
    assert cli("organisation", "list", data=data).code == 0
    assert not (data / "service.json").exists()


def test_a_service_that_does_not_know_the_key_is_another_folders(cli: Cli, data: Path, served: Path) -> None:
    note = json.loads((served / "service.json").read_text())
    (data / "service.json").write_text(json.dumps({**note, "key": "none"}))
    assert cli("organisation", "add", "dogwood", "Dogwood", data=data).code == 0
    assert "dogwood" not in cli("organisation", "list", data=served).out


def test_no_proxy_stands_between_a_command_and_its_service(
    cli: Cli, served: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    assert cli("organisation", "list", data=served).code == 0


@pytest.mark.parametrize("folder", ["asked", "served"])
@pytest.mark.parametrize(
    ("method", "path", "kind", "rule"),
    [
        ("GET", address("people", "no/body", "gap"), errors.NotFoundError, "no-such-address"),
        ("GET", address("people", "nobody", "gap"), errors.NotFoundError, "unknown-person"),
        ("GET", address("organisations", "nobody", "units"), errors.RefusedError, "not-member"),
        ("GET", address("experts"), errors.InputError, "bad-parameter"),
        ("POST", "/operator/backup", errors.InputError, "bad-parameter"),
    ],
)
def test_a_problem_is_the_error_that_it_was(
    request: pytest.FixtureRequest, folder: str, method: str, path: str, kind: type[errors.GseSkillsError], rule: str
) -> None:
    with open_service(request.getfixturevalue(folder)) as service, pytest.raises(kind) as error:
        service.send(method, path)
    assert error.value.rule == rule
    assert error.value.remedy


def test_a_file_that_cannot_be_read_is_told_alike(cli: Cli, asked: Path, served: Path, tmp_path: Path) -> None:
    for folder in (asked, served):
        said = cli("map", "apply", tmp_path, data=folder)
        assert said.code == 2
        assert "Rule: unforeseen" not in said.err


def test_whoever_interrupts_an_import_changes_nothing(cli: Cli, data: Path, sheet: Write) -> None:
    def interrupt(done: int) -> None:
        signal.pthread_kill(main_thread, signal.SIGINT)
        # Long enough for the other thread to take notice.
        time.sleep(1)

    main_thread = threading.get_ident()
    people = [(f"D{one}", f"Dan {one}", "Virology", "Expert", "01/02/2025", "Self", "") for one in range(9)]
    with sheet("many.csv", people).open("rb") as file, pytest.raises(KeyboardInterrupt):  # noqa: SIM117 - closed after
        with open_service(data, progress=interrupt) as service:
            service.send("POST", address("organisations", "alder", "imports"), files={"file": ("many.csv", file)})
    assert "Dan" not in cli("experts", "Virology", data=data).out
    last = cli("audit", "list", "--json", data=data).body["items"][-2:]
    assert "interrupted" in {one["rule"] for one in last}


def test_a_terminal_is_told_for_how_long_it_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    terminal, shown = Terminal(), threading.Event()
    monkeypatch.setattr(output, "_PATIENCE", 0.01)
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setattr(terminal, "flush", shown.set)
    with output.waiting("Waiting for the service"):
        assert shown.wait(30)
    assert re.fullmatch(r"\rWaiting for the service: \d+ s.*\n", terminal.getvalue())
