"""Tokens: shown once, kept as hashes, each for a time."""

from __future__ import annotations

import datetime
import json
import os
import stat
from pathlib import Path

import pytest

from gse_skills.access import OPERATOR, Caller, TokenStore
from gse_skills.errors import InputError, NotFoundError

STEWARD = Caller.parse("steward:aster")


@pytest.fixture
def tokens(tmp_path: Path) -> TokenStore:
    return TokenStore(tmp_path / "tokens.json")


def test_a_token_tells_its_caller(tokens: TokenStore) -> None:
    _, secret = tokens.create(STEWARD, note="nightly import")
    _, other = tokens.create(Caller.parse("member:birch"))
    assert tokens.caller(secret) == STEWARD
    assert tokens.caller(other) == Caller.parse("member:birch")
    assert [token.note for token in tokens.tokens()] == ["nightly import", ""]


def test_only_the_hash_is_kept_in_a_file_for_its_owner_alone(tokens: TokenStore, tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        _, secret = tokens.create(STEWARD)
    finally:
        os.umask(before)
    assert [path.name for path in tmp_path.iterdir()] == ["tokens.json"]
    path = tmp_path / "tokens.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    text = path.read_text()
    assert secret not in text
    assert secret.removeprefix("gse_") not in text
    assert len(json.loads(text)[0]["digest"]) == 64


def test_secrets_are_long_and_never_alike(tokens: TokenStore) -> None:
    secrets = {tokens.create(STEWARD)[1] for _ in range(20)}
    assert len(secrets) == 20
    assert all(len(secret) == len("gse_") + 43 for secret in secrets)


def test_a_token_ends_after_its_days(tokens: TokenStore) -> None:
    token, secret = tokens.create(STEWARD, days=90)
    created, expires = map(datetime.datetime.fromisoformat, (token.created, token.expires))
    assert expires - created == datetime.timedelta(90)
    assert tokens.caller(secret) == STEWARD
    _, over = tokens.create(STEWARD, days=0)
    assert tokens.caller(over) is None


def test_a_revoked_token_is_nobodys_at_once(tokens: TokenStore, tmp_path: Path) -> None:
    token, secret = tokens.create(STEWARD)
    _, other = tokens.create(STEWARD)
    TokenStore(tmp_path / "tokens.json").revoke(token.name)
    assert tokens.caller(secret) is None
    assert tokens.caller(other) == STEWARD
    with pytest.raises(NotFoundError) as err:
        tokens.revoke(token.name)
    assert err.value.rule == "unknown-token"


@pytest.mark.parametrize("secret", ["", "gse_", "gse_0000", "Bearer gse_"])
def test_an_unknown_secret_is_nobodys(tokens: TokenStore, secret: str) -> None:
    assert tokens.caller(secret) is None
    tokens.create(STEWARD)
    assert tokens.caller(secret) is None


def test_a_digest_is_no_secret(tokens: TokenStore) -> None:
    token, _ = tokens.create(STEWARD)
    assert tokens.caller(token.digest) is None


def test_the_operator_gets_no_token(tokens: TokenStore) -> None:
    with pytest.raises(InputError) as err:
        tokens.create(OPERATOR)
    assert err.value.rule == "unknown-caller"
    assert tokens.tokens() == []
