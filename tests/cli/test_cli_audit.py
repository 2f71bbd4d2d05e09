"""`gse-skills audit`: proving the log whole, and reading it."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gse_skills.access import OPERATOR, Caller
from gse_skills.audit import Action, AuditLog, Event, Outcome, entries
from gse_skills.audit.segment import segments
from gse_skills.store import audit_path, tokens_path, users_path

if TYPE_CHECKING:
    from tests.cli.conftest import Cli, Serve

ANN = "000000000000000a"


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    """A data folder with three entries in its log."""
    with AuditLog(audit_path(tmp_path), durable=False) as log:
        log.append(Event(OPERATOR, Action.TOKEN_CREATED, token="3f9a1c20"))
        looked = {"alder": (ANN, "000000000000000b")}
        log.append(Event(Caller.parse("member:birch"), Action.READ_PERSON, people=looked, purpose="flood cell"))
        log.append(Event(Caller.parse("steward:birch"), Action.IMPORT, organisations=("birch",)))
    return tmp_path


def test_a_whole_log_is_said_to_be_whole_with_its_anchor(cli: Cli, kept: Path) -> None:
    ran = cli("audit", "verify", data=kept)
    assert (ran.code, ran.err) == (0, "")
    whole, anchor = ran.out.splitlines()
    assert whole == "The audit log is whole: 3 entries."
    body = cli("audit", "verify", "--json", data=kept).body
    assert anchor == f"Anchor: {body['anchor']}"
    assert body == {"whole": True, "entries": 3, "anchor": body["anchor"], "findings": [], "notes": []}
    assert cli("audit", "verify", "--anchor", body["anchor"], data=kept).code == 0


def test_a_broken_log_is_said_to_be_broken_and_where(cli: Cli, kept: Path) -> None:
    path = segments(audit_path(kept))[0]
    path.write_bytes(path.read_bytes().replace(b"flood cell", b"food cells"))
    ran = cli("audit", "verify", data=kept)
    assert (ran.code, ran.err) == (1, "")
    assert ran.out.startswith("altered: Entry 2 is not as it was written.\nThe audit log is broken: 3 entries.\n")
    asked = cli("audit", "verify", "--json", data=kept)
    assert asked.code == 1
    assert [(one["fault"], one["number"]) for one in asked.body["findings"]] == [("altered", 2)]
    assert not asked.body["whole"]
    cli("audit", "list", data=kept).refused("audit-broken")


def test_a_log_made_anew_does_not_have_the_anchor(cli: Cli, kept: Path, tmp_path: Path) -> None:
    kept_elsewhere = cli("audit", "verify", "--json", data=kept).body["anchor"]
    other = tmp_path / "other"
    with AuditLog(audit_path(other), durable=False) as log:
        log.append(*[Event(OPERATOR, Action.CHANGE)] * 5)
    assert cli("audit", "verify", data=other).code == 0
    ran = cli("audit", "verify", "--anchor", kept_elsewhere, data=other)
    assert ran.code == 1
    assert ran.out.startswith("anchor: Entry 3 is another than")
    cli("audit", "verify", "--anchor", "nonsense", data=other).refused("bad-anchor")


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((), ["token-created", "read-person", "import"]),
        (("--org", "alder"), ["read-person"]),
        (("--org", "birch"), ["import"]),
        (("--person", ANN), ["read-person"]),
        (("--person", f"https://w3id.org/gse-skills/id/person/{ANN}"), ["read-person"]),
        (("--person", "00000000000000ff"), []),
        (("--since", "2999-01-01"), []),
        (("--since", datetime.datetime.now(datetime.UTC).date().isoformat(), "--limit", "1"), ["import"]),
    ],
)
def test_entries_are_listed(cli: Cli, kept: Path, words: tuple[str, ...], expected: list[str]) -> None:
    ran = cli("audit", "list", *words, "--json", data=kept)
    assert ran.code == (0 if expected else 1)
    assert [item["action"] for item in ran.body["items"]] == expected
    table = cli("audit", "list", *words, data=kept)
    assert (table.code, table.err) == (ran.code, "")
    assert len(table.out.splitlines()) == 1 + len(expected)


def test_a_line_of_the_list_says_who_did_what_to_how_many_and_why(cli: Cli, kept: Path) -> None:
    line = cli("audit", "list", "--org", "alder", data=kept).out.splitlines()[1]
    assert line.endswith("member:birch  read-person  done     alder: 2 people  flood cell")


def test_no_log_is_no_answer(cli: Cli, tmp_path: Path) -> None:
    cli("audit", "verify", data=tmp_path / "none").refused("no-audit-log")
    cli("audit", "list", data=tmp_path / "none").refused("no-audit-log")


def told(folder: Path) -> list[tuple[str, str, str, str]]:
    """What the log tells to have ended: action, caller granted, whose permission, why."""
    with_ends = [one.event for one in entries(audit_path(folder)) if one.event.outcome is Outcome.DONE]
    return [(one.action.value, one.grant, one.about, one.purpose) for one in with_ends]


def test_users_and_tokens_are_told_of_where_no_service_runs(cli: Cli, data: Path) -> None:
    folder, before = data, len(told(data))
    why = ("--purpose", "New starter")
    user = cli("user", "grant", "ann@example.org", "member:alder", *why, "--json", data=folder).body
    token = cli("token", "create", "steward:alder", "--note", "for Ann", "--json", data=folder).body
    assert cli("token", "revoke", token["name"], data=folder).code == 0
    assert cli("user", "revoke", "ann@example.org", data=folder).code == 0
    assert told(folder)[before:] == [
        ("permission-changed", "member:alder", user["identifier"], "New starter"),
        ("token-created", "steward:alder", token["name"], ""),
        ("token-revoked", "steward:alder", token["name"], ""),
        ("permission-revoked", "member:alder", user["identifier"], ""),
        ("permission-revoked", "", user["identifier"], ""),
    ]
    written = b"".join(path.read_bytes() for path in audit_path(folder).iterdir())
    assert b"Ann" not in written
    assert b"ann@" not in written
    assert cli("audit", "verify", data=folder).code == 0
    assert [
        one["action"] for one in cli("audit", "list", "--action", "token-revoked", "--json", data=folder).body["items"]
    ]
    assert cli("audit", "list", "--until", "2020-01-01", data=folder).code == 1
    cli("user", "grant", "ann@example.org", "member:alder", "--purpose", "a@b.example", data=folder).refused(
        "bad-purpose"
    )


def test_nothing_is_granted_while_the_log_is_written_elsewhere(cli: Cli, tmp_path: Path) -> None:
    folder = tmp_path / "data"
    with AuditLog(audit_path(folder), durable=False):
        cli("user", "grant", "ann@example.org", "member:alder", data=folder).refused("audit-in-use")
        cli("token", "create", "member:alder", data=folder).refused("audit-in-use")
    assert not users_path(folder).exists()
    assert not tokens_path(folder).exists()


def test_through_the_service_the_same_is_told(cli: Cli, data: Path, serve: Serve) -> None:
    before = len(told(data))
    why = ("--purpose", "Ŵy flood")
    with serve(data):
        token = cli("token", "create", "member:alder", *why, "--json", data=data).body
        user = cli("user", "grant", "ann@example.org", "member:alder", "--json", data=data).body
        assert cli("user", "revoke", "ann@example.org", "member:alder", data=data).code == 0
        cli("user", "revoke", "ben@example.org", data=data).refused("unknown-user")
        assert cli("experts", "LIF-VIR", *why, data=data).code == 0
    assert told(data)[before:] == [
        ("token-created", "member:alder", token["name"], "Ŵy flood"),
        ("permission-changed", "member:alder", user["identifier"], ""),
        ("permission-revoked", "member:alder", user["identifier"], ""),
        ("search-experts", "", "", "Ŵy flood"),
    ]


def test_a_restored_folder_says_that_it_is_one(cli: Cli, data: Path, tmp_path: Path) -> None:
    assert cli("backup", "write", tmp_path / "kept.tar", data=data).code == 0
    assert cli("restore", tmp_path / "kept.tar", data=tmp_path / "again").code == 0
    assert told(tmp_path / "again")[-1][0] == "restore"
    assert cli("audit", "verify", data=tmp_path / "again").code == 0
