"""Verifying: any log that we wrote is whole, and none is that anybody else touched."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gse_skills.access import ANONYMOUS, OPERATOR, Caller
from gse_skills.audit import Action, Anchor, AuditLog, Event, Fault, Outcome, entries, portions, verify
from gse_skills.audit.entry import canonical, hash_of
from gse_skills.audit.segment import HEAD, segments
from gse_skills.errors import InputError, NotFoundError

SLUGS = st.sampled_from(["aster", "birch", "cedar-2"])
DIGITS = st.integers(0, 2**64 - 1).map("{:016x}".format)
PURPOSES = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp"), exclude_characters="@"), max_size=60)
EVENTS = st.builds(
    Event,
    st.sampled_from([OPERATOR, ANONYMOUS, Caller.parse("member:aster"), Caller.parse("steward:birch")]),
    st.sampled_from([action for action in Action if action is not Action.RECOVERED]),
    st.sampled_from(Outcome),
    people=st.dictionaries(SLUGS, st.lists(DIGITS, min_size=1, max_size=3).map(tuple), max_size=2),
    organisations=st.lists(SLUGS, max_size=2).map(tuple),
    things=st.just(("https://w3id.org/gse-skills/framework/LIF",)) | st.just(()),
    digest=st.just("") | st.just("0f" * 32),
    purpose=PURPOSES,
    request=st.just("") | DIGITS,
)
LOGS = st.lists(EVENTS, min_size=1, max_size=12)


def write(folder: Path, events: list[Event], segment_bytes: int = 1_500) -> Anchor:
    with AuditLog(folder, durable=False, segment_bytes=segment_bytes) as log:
        for event in events:
            log.append(event)
        return log.anchor


def files(folder: Path) -> list[Path]:
    return [*segments(folder), folder / HEAD]


@given(LOGS, st.integers(1, 4))
def test_any_sequence_of_entries_verifies_and_is_read_again(events: list[Event], starts: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for start in range(starts):
            last = write(folder, events[start::starts])
        verdict = verify(folder, [last])
        assert (verdict.entries, verdict.anchor, verdict.findings, verdict.notes) == (len(events), last, (), ())
        assert [entry.event for entry in entries(folder)] == [
            event for start in range(starts) for event in events[start::starts]
        ]


@given(LOGS, st.data())
def test_any_byte_that_is_changed_is_found(events: list[Event], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, events)
        path = data.draw(st.sampled_from(files(folder)))
        content = bytearray(path.read_bytes())
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] ^= data.draw(st.integers(1, 255))
        path.write_bytes(content)
        assert not verify(folder).whole


def test_every_byte_of_a_small_log_is_under_seal(tmp_path: Path) -> None:
    write(tmp_path, [Event(OPERATOR, Action.QUERY, request="a"), Event(OPERATOR, Action.EXPORT, purpose="é")])
    for path in files(tmp_path):
        content = path.read_bytes()
        for place in range(len(content)):
            for other in {content[place] ^ 1, 10} - {content[place]}:
                path.write_bytes(content[:place] + bytes([other]) + content[place + 1 :])
                assert not verify(tmp_path).whole, (path.name, place, other)
        path.write_bytes(content)
    assert verify(tmp_path).whole


@given(LOGS, st.data())
def test_any_bytes_that_are_taken_out_or_put_in_are_found(events: list[Event], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, events)
        path = data.draw(st.sampled_from(files(folder)))
        content = path.read_bytes()
        begin = data.draw(st.integers(0, len(content) - 1))
        end = data.draw(st.integers(begin, len(content)))
        fresh = data.draw(st.binary(max_size=4)) if end > begin else data.draw(st.binary(min_size=1, max_size=4))
        changed = content[:begin] + fresh + content[end:]
        path.write_bytes(changed)
        if changed != content:
            assert not verify(folder).whole


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """A log of twelve entries in one segment."""
    write(tmp_path, [Event(OPERATOR, Action.QUERY, request=f"r{number}") for number in range(12)], 1 << 20)
    return tmp_path


def lines(folder: Path) -> list[bytes]:
    return segments(folder)[0].read_bytes().splitlines(keepends=True)


def put(folder: Path, changed: list[bytes]) -> list[tuple[str, int, int]]:
    """What is found in the log with these lines."""
    segments(folder)[0].write_bytes(b"".join(changed))
    return [(one.fault.value, one.number, one.last) for one in verify(folder).findings]


def remade(line: bytes, **members: object) -> bytes:
    """An entry with other members and the hash that goes with them."""
    made = json.loads(line) | members
    return canonical(made | {"hash": hash_of(made)}) + b"\n"


def test_an_altered_entry_is_named(log: Path) -> None:
    there = lines(log)
    assert put(log, [*there[:4], there[4].replace(b'"r4"', b'"r5"'), *there[5:]]) == [("altered", 5, 5)]


def test_an_altered_entry_with_the_hash_that_goes_with_it_is_named(log: Path) -> None:
    there = lines(log)
    assert put(log, [*there[:4], remade(there[4], request="x"), *there[5:]]) == [("altered", 5, 5)]
    assert put(log, [*there[:11], remade(there[11], request="x")]) == [("anchor", 12, 12)]


def test_a_removed_entry_is_named(log: Path) -> None:
    there = lines(log)
    assert put(log, [*there[:4], *there[7:]]) == [("removed", 5, 7)]
    assert put(log, there[2:]) == [("removed", 1, 2)]


def test_a_truncated_tail_is_named(log: Path) -> None:
    there = lines(log)
    assert put(log, there[:-3]) == [("truncated", 10, 12)]
    assert put(log, [*there[:-1], there[-1][:-1]]) == [("truncated", 12, 12)]
    assert put(log, []) == [("truncated", 1, 12)]


def test_reordered_entries_are_named(log: Path) -> None:
    there = lines(log)
    assert put(log, [*there[:4], there[5], there[4], *there[6:]]) == [("reordered", 5, 5)]
    assert put(log, [*there[1:5], there[0], *there[5:]]) == [("reordered", 1, 1)]


def test_an_inserted_entry_is_named(log: Path) -> None:
    there = lines(log)
    assert put(log, [*there[:5], there[3], *there[5:]]) == [("inserted", 4, 4)]
    forged = remade(there[5], previous=json.loads(there[4])["hash"], request="x")
    found = put(log, [*there[:5], forged, *there[5:]])
    assert ("inserted", 6, 6) in found
    assert {number for _, number, _ in found} == {6}


def test_a_log_that_was_made_anew_with_its_head_is_found_by_an_anchor(log: Path) -> None:
    kept = verify(log).anchor
    for path in files(log):
        path.unlink()
    write(log, [Event(OPERATOR, Action.QUERY, request=f"x{number}") for number in range(20)])
    assert verify(log).whole
    (found,) = verify(log, [Anchor.parse(str(kept))]).findings
    assert (found.fault, found.number) == (Fault.ANCHOR, 12)


def test_a_log_that_was_cut_with_its_head_is_found_by_an_anchor(log: Path) -> None:
    kept = verify(log).anchor
    there = lines(log)
    segments(log)[0].write_bytes(b"".join(there[:6]))
    (log / HEAD).write_text(f"{6:016d}:{json.loads(there[5])['hash']}\n")
    assert verify(log).whole
    (found,) = verify(log, [kept]).findings
    assert (found.fault, found.number, found.last) == (Fault.TRUNCATED, 7, 12)


def test_what_is_written_after_the_head_is_noted(log: Path) -> None:
    there = lines(log)
    (log / HEAD).write_text(f"{6:016d}:{json.loads(there[5])['hash']}\n")
    verdict = verify(log)
    assert verdict.whole
    assert verdict.notes == ("Entries 7 to 12 are younger than the head.",)


def test_a_log_with_ever_so_many_faults_is_told_of_in_bounds(tmp_path: Path) -> None:
    write(tmp_path, [Event(OPERATOR, Action.QUERY)] * 300, 1 << 20)
    path = segments(tmp_path)[0]
    path.write_bytes(path.read_bytes().replace(b"query", b"quiet"))
    assert len(verify(tmp_path).findings) == 100


def test_an_empty_log_is_whole_and_a_folder_that_is_not_there_is_none(tmp_path: Path) -> None:
    AuditLog(tmp_path / "audit").close()
    verdict = verify(tmp_path / "audit")
    assert (verdict.entries, verdict.findings, verdict.anchor.number) == (0, (), 0)
    with pytest.raises(NotFoundError) as err:
        verify(tmp_path / "nowhere")
    assert err.value.rule == "no-audit-log"


@pytest.mark.parametrize("text", ["", "7", "7:abc", f"-1:{'0' * 64}", f"7:{'G' * 64}", f"7:{'0' * 64}\n"])
def test_what_is_no_anchor(text: str) -> None:
    with pytest.raises(InputError) as err:
        Anchor.parse(text)
    assert err.value.rule == "bad-anchor"


@given(st.dictionaries(SLUGS, st.integers(0, 1_500), max_size=3))
@settings(max_examples=20, deadline=None)
def test_portions_tell_of_everybody_once(sizes: dict[str, int]) -> None:
    people = {slug: tuple(f"{number:016x}" for number in range(size)) for slug, size in sizes.items()}
    told = list(portions(Event(OPERATOR, Action.EXPORT, request="r"), people))
    for slug, those in people.items():
        assert tuple(one for event in told for one in event.people.get(slug, ())) == those
    assert len(told) == max(1, -(-sum(sizes.values()) // 1_000))
    assert {event.request for event in told} == {"r"}
