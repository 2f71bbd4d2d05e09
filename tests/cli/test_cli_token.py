"""`gse-skills token`: shown once, kept as hashes, worthless when revoked."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import httpx
import pytest

from gse_skills.access import Caller, TokenStore
from gse_skills.store import service_note, tokens_path

if TYPE_CHECKING:
    from tests.cli.conftest import Cli, Serve


def test_a_token_is_shown_once_listed_and_revoked(cli: Cli, data: Path) -> None:
    made = cli("token", "create", "steward:alder", "--note", "nightly import", "--days", "30", data=data)
    assert made.code == 0
    secret = made.out.strip()
    name = made.err.split()[1]
    until = datetime.datetime.now(datetime.UTC).date() + datetime.timedelta(30)
    assert f"valid until {until.isoformat()}" in made.err
    kept = tokens_path(data)
    assert secret not in kept.read_text()
    assert kept.stat().st_mode & 0o077 == 0
    store = TokenStore(kept)
    assert store.caller(secret) == Caller.parse("steward:alder")
    listed = cli("token", "list", data=data)
    assert (listed.code, listed.err) == (0, "")
    assert secret not in listed.out
    assert name in listed.out
    assert "nightly import" in listed.out
    assert cli("token", "revoke", name, data=data).out == f"Token {name} is revoked.\n"
    assert store.caller(secret) is None
    assert name not in cli("token", "list", data=data).out
    cli("token", "revoke", name, data=data).refused("unknown-token")


@pytest.mark.parametrize("caller", ["alder", "steward:", "operator", "administrator:alder", ""])
def test_a_token_is_for_a_caller_that_there_can_be(cli: Cli, tmp_path: Path, caller: str) -> None:
    cli("token", "create", caller, data=tmp_path / "data").refused("unknown-caller")
    assert not tokens_path(tmp_path / "data").exists()


def test_a_running_service_knows_new_tokens_and_forgets_revoked_ones(cli: Cli, data: Path, serve: Serve) -> None:
    with serve(data):
        made = cli("token", "create", "member:alder", data=data)
        note = service_note(data)
        assert note is not None

        def status() -> int:
            headers = {"Authorization": f"Bearer {made.out.strip()}"}
            return httpx.get(f"{note['url']}/api/v1/organisations", headers=headers, trust_env=False).status_code

        assert status() == 200
        assert cli("token", "revoke", made.err.split()[1], data=data).code == 0
        assert status() == 401


def test_tokens_as_json(cli: Cli, data: Path) -> None:
    made = cli("token", "create", "member:alder", "--json", data=data).body
    assert TokenStore(tokens_path(data)).caller(made["secret"]) == Caller.parse("member:alder")
    assert cli("token", "list", "--json", data=data).body["items"] == [made | {"secret": None}]
