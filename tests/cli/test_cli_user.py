"""`gse-skills user`: who may sign in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gse_skills.access import Principal, UserStore
from gse_skills.store import users_path

if TYPE_CHECKING:
    from tests.cli.conftest import Cli


def test_grants_are_given_listed_and_taken_away(cli: Cli, data: Path) -> None:
    assert cli("user", "grant", "Ann@Example.org", "member:alder", data=data).code == 0
    user = cli("user", "grant", "ann@example.org", "steward:alder", "--json", data=data).body
    identifier = user.pop("identifier")
    assert user == {"name": "ann@example.org", "grants": ["member:alder", "steward:alder"]}
    user["identifier"] = identifier
    assert cli("user", "list", "--json", data=data).body == {"items": [user]}
    store = UserStore(users_path(data))
    assert users_path(data).stat().st_mode & 0o077 == 0
    found = store.find(Principal("https://login.example", "17", "ann@example.org"))
    assert found is not None
    assert store.find(Principal("https://login.example", "17")) is None
    assert store.get(found.identifier) == found
    assert cli("user", "revoke", "ann@example.org", "steward:alder", data=data).code == 0
    assert cli("user", "list", "--json", data=data).body["items"][0]["grants"] == ["member:alder"]
    cli("user", "revoke", "ann@example.org", data=data)
    assert store.get(found.identifier) is None


@pytest.mark.parametrize(
    ("words", "rule"),
    [
        (("grant", "ann", "member:alder"), "unknown-user-name"),
        (("grant", "ann b@example.org", "member:alder"), "unknown-user-name"),
        (("grant", "ann@example.org", "operator"), "unknown-caller"),
        (("grant", "ann@example.org", "anonymous"), "unknown-caller"),
        (("revoke", "ben@example.org"), "unknown-user"),
    ],
)
def test_what_cannot_be(cli: Cli, data: Path, words: tuple[str, ...], rule: str) -> None:
    cli("user", *words, data=data).refused(rule)


def test_a_grant_that_nobody_has_cannot_be_taken(cli: Cli, data: Path) -> None:
    cli("user", "grant", "ann@example.org", "member:alder", data=data)
    cli("user", "revoke", "ann@example.org", "steward:alder", data=data).refused("unknown-grant")
