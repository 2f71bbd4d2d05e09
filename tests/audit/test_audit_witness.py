"""Why somebody looks, on whose call, and who may come in: what a witness puts into each entry."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from pathlib import Path

import pytest

from gse_skills.access import OPERATOR, Caller, TokenStore, UserStore, access_of
from gse_skills.access.incident import Incident
from gse_skills.audit import (
    Action,
    AuditLog,
    Event,
    Outcome,
    Witness,
    create_token,
    entries,
    grant,
    revoke,
    revoke_token,
)
from gse_skills.errors import InputError, NotFoundError, RefusedError
from gse_skills.vocabulary import ID

ANN = "000000000000000a"
SEEN = [("alder", ID[f"person/{ANN}"])]
NOW = datetime.datetime(2026, 3, 1, tzinfo=datetime.UTC)
INCIDENT = Incident("0123456789abcdef", "River flood", "EM-7", "birch", NOW, NOW + datetime.timedelta(hours=1))


@pytest.fixture
def log(tmp_path: Path) -> Iterator[AuditLog]:
    with AuditLog(tmp_path / "audit", durable=False) as log:
        yield log


def told(tmp_path: Path) -> list[Event]:
    return [entry.event for entry in entries(tmp_path / "audit")]


def by(caller: str, log: AuditLog, incident: Incident | None = None, **more: object) -> Witness:
    who = OPERATOR if caller == "operator" else Caller.parse(caller)
    open_ones = [incident.identifier] if incident else []
    return Witness.of(log, access_of(who, ["alder", "birch"], open_ones), incident=incident, **more)  # type: ignore[arg-type]  # of whatever is given


def test_the_purpose_is_in_every_entry(log: AuditLog, tmp_path: Path) -> None:
    witness = by("member:birch", log, purpose="Flood cell", token="3f9a1c20", user="00ff", request="abc")
    witness.saw(Action.READ_PERSON, SEEN)
    witness.queried("ASK {}")
    with witness.doing(Action.CHANGE, ["birch"]):
        pass
    witness.refused("not-steward")
    assert {(one.purpose, one.token, one.user, one.request) for one in told(tmp_path)} == {
        ("Flood cell", "3f9a1c20", "00ff", "abc")
    }
    assert len(told(tmp_path)) == 5


@pytest.mark.parametrize("purpose", ["x" * 301, "ask ann@example.org", "two\nlines", "\x00"])
def test_a_purpose_that_could_carry_a_person_is_not_taken(purpose: str, log: AuditLog) -> None:
    with pytest.raises(InputError) as err:
        by("member:birch", log, purpose=purpose)
    assert err.value.rule == "bad-purpose"


def test_where_a_purpose_is_required_nobody_looks_without_one(log: AuditLog, tmp_path: Path) -> None:
    for caller in ("member:birch", "operator"):
        witness = by(caller, log, purpose_required=True)
        with pytest.raises(InputError) as err:
            witness.saw(Action.READ_PERSON, SEEN)
        assert err.value.rule == "purpose-missing"
        with pytest.raises(InputError) as err:
            witness.queried("ASK {}")
        assert err.value.rule == "purpose-missing"
    assert told(tmp_path) == []
    # One's own people and what is public need no entry, so no purpose either.
    by("steward:alder", log, purpose_required=True).saw(Action.READ_PERSON, SEEN)
    by("anonymous", log, purpose_required=True).queried("ASK {}")
    assert told(tmp_path) == []
    by("member:birch", log, purpose_required=True, purpose="Flood cell").saw(Action.READ_PERSON, SEEN)
    assert len(told(tmp_path)) == 1


def test_a_responder_looks_for_their_incident(log: AuditLog, tmp_path: Path) -> None:
    caller = f"responder:birch/{INCIDENT.identifier}"
    by(caller, log, INCIDENT, purpose_required=True, purpose="something else").saw(
        Action.READ_PERSON, SEEN, SEEN[0][1:]
    )
    # A purpose that the log cannot hold keeps nobody out.
    unfit = Incident(INCIDENT.identifier, "call ann@example.org", "EM-7", "birch", NOW, INCIDENT.ends)
    by(caller, log, unfit, purpose_required=True).saw(Action.READ_PERSON, SEEN)
    first, second = told(tmp_path)
    assert (first.purpose, first.things) == ("River flood", (SEEN[0][1], INCIDENT.iri))
    assert (second.purpose, second.things) == ("", (INCIDENT.iri,))
    assert str(first.caller) == "responder:birch"


def test_whoever_may_not_is_told_of_once_and_not_for_each_attempt(log: AuditLog, tmp_path: Path) -> None:
    witness = by("anonymous", log)
    for _ in range(10):
        with witness.doing(Action.CHANGE, ["alder"], allowed=False):
            pass
        witness.refused("not-a-member")
    assert [(one.action, one.rule) for one in told(tmp_path)] == [(Action.REFUSED, "not-a-member")]


@pytest.mark.parametrize("caller", ["anonymous", "member:birch"])
def test_attempts_at_what_is_refused_fill_nothing_and_changes_are_told_all_the_same(
    caller: str, log: AuditLog, tmp_path: Path
) -> None:
    witness = by(caller, log)

    def attempt() -> None:
        with witness.doing(Action.CHANGE, ["alder"]):
            raise RefusedError("No.", rule="not-steward", remedy="Ask.")

    for _ in range(50):
        with pytest.raises(RefusedError):
            attempt()
    few = len(told(tmp_path))
    assert few <= 3
    for _ in range(5):
        with witness.doing(Action.CHANGE, ["birch"]):
            pass
    done = [one for one in told(tmp_path)[few:] if one.outcome is Outcome.DONE]
    assert [one.organisations for one in done] == [("birch",)] * 5


def test_grants_and_tokens_are_told_by_their_random_names(log: AuditLog, tmp_path: Path) -> None:
    users, tokens = UserStore(tmp_path / "users.json"), TokenStore(tmp_path / "tokens.json")
    witness = by("administrator", log)
    ann = grant(users, witness, "ann@example.org", Caller.parse(f"person:alder/{ANN}"))
    grant(users, witness, "ann@example.org", Caller.parse("administrator"))
    revoke(users, witness, "ann@example.org", Caller.parse("administrator"))
    revoke(users, witness, "ann@example.org")
    token, _ = create_token(tokens, witness, Caller.parse("member:Ann Alder"), note="for Ann Alder")
    revoke_token(tokens, witness, token.name)
    ended = [one for one in told(tmp_path) if one.outcome is Outcome.DONE]
    assert [(one.action, one.grant, one.about) for one in ended] == [
        (Action.PERMISSION_CHANGED, f"person:alder/{ANN}", ann.identifier),
        (Action.PERMISSION_CHANGED, "administrator", ann.identifier),
        (Action.PERMISSION_REVOKED, "administrator", ann.identifier),
        (Action.PERMISSION_REVOKED, f"person:alder/{ANN}", ann.identifier),
        (Action.PERMISSION_REVOKED, "", ann.identifier),
        (Action.TOKEN_CREATED, "member", token.name),
        (Action.TOKEN_REVOKED, "member", token.name),
    ]
    assert dict(ended[0].people) == {"alder": (ANN,)}
    assert ended[0].organisations == ("alder",)
    written = b"".join(path.read_bytes() for path in (tmp_path / "audit").iterdir()).lower()
    assert b"ann@" not in written
    assert b"ann alder" not in written
    assert users.users() == []
    assert tokens.tokens() == []


def test_what_is_not_there_cannot_be_taken_away(log: AuditLog, tmp_path: Path) -> None:
    users, tokens = UserStore(tmp_path / "users.json"), TokenStore(tmp_path / "tokens.json")
    witness = by("administrator", log)
    with pytest.raises(NotFoundError) as err:
        revoke(users, witness, "ben@example.org")
    assert err.value.rule == "unknown-user"
    with pytest.raises(NotFoundError) as err:
        revoke_token(tokens, witness, "00000000")
    assert err.value.rule == "unknown-token"
    assert told(tmp_path) == []
    grant(users, witness, "ann@example.org", Caller.parse("member:alder"))
    with pytest.raises(NotFoundError) as err:
        revoke(users, witness, "ann@example.org", Caller.parse("steward:alder"))
    assert err.value.rule == "unknown-grant"
    assert [(one.outcome, one.rule) for one in told(tmp_path)[-2:]] == [
        (Outcome.BEGUN, ""),
        (Outcome.FAILED, "unknown-grant"),
    ]
