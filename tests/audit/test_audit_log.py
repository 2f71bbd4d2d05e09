"""Writing the audit log: threads, kills, full disks, logs that were not left in order."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from gse_skills.access import ANONYMOUS, OPERATOR, Caller
from gse_skills.audit import Action, Anchor, AuditError, AuditLog, Event, Fault, Outcome, entries, verify
from gse_skills.audit.segment import HEAD, TORN, read_head, segments
from gse_skills.errors import ConflictError, InputError

LOOK = Event(
    Caller.parse("member:aster"),
    Action.SEARCH_EXPERTS,
    people={"aster": ("00000000000000ff",), "birch": ("0123456789abcdef", "fedcba9876543210")},
    organisations=("cedar",),
    things=("https://w3id.org/gse-skills/framework/LIF-VIR",),
    graphs=("https://w3id.org/gse-skills/graph/view/alliance",),
    digest="ab" * 32,
    purpose="Cover for the flood cell – “A & B”",
    rule="none",
    token="3f9a1c20",
    user="00ff",
    request="c0ffee",
)
PLAIN = Event(ANONYMOUS, Action.REFUSED, Outcome.REFUSED)
KILLS = 100


def filled(folder: Path, count: int = 10, **options: int) -> Anchor:
    """A log of that many entries, left in order."""
    with AuditLog(folder, durable=False, **options) as log:
        for number in range(count):
            log.append(LOOK if number % 2 else PLAIN)
        return log.anchor


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    with AuditLog(tmp_path / "audit") as log:
        assert log.append(LOOK, PLAIN).number == 2
        assert log.append(PLAIN) == log.anchor
        read = list(entries(tmp_path / "audit"))
    assert [entry.event for entry in read] == [LOOK, PLAIN, PLAIN]
    assert [entry.number for entry in read] == [1, 2, 3]
    assert [entry.previous for entry in read[1:]] == [entry.digest for entry in read[:-1]]
    assert [entry.time for entry in read] == sorted(entry.time for entry in read)
    assert read_head(tmp_path / "audit") == read[-1].anchor


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    filled(tmp_path / "audit")
    for path in (tmp_path / "audit", *(tmp_path / "audit").iterdir()):
        assert path.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"people": {"aster": ("Ann Alder",)}},
        {"people": {"Ann Alder": ("00000000000000ff",)}},
        {"organisations": ("ann@alder.example",)},
        {"things": ("https://example.org/?q=ann",)},
        {"things": ("mailto:ann@alder.example",)},
        {"graphs": ("Ann Alder",)},
        {"digest": "Ann"},
        {"token": "Ann Alder"},
        {"user": "ann@alder.example"},
        {"request": "a b"},
        {"rule": "Ann Alder"},
        {"caller": Caller.parse("member:Ann Alder")},
        {"people": {"aster": tuple(f"{number:016x}" for number in range(1_001))}},
    ],
    ids=str,
)
def test_what_could_carry_a_personal_value_is_no_identifier(wrong: dict[str, object]) -> None:
    with pytest.raises(InputError) as err:
        Event(**{"caller": OPERATOR, "action": Action.READ_PERSON, **wrong})  # type: ignore[arg-type]  # what is tested
    assert err.value.rule == "not-opaque"


@pytest.mark.parametrize("purpose", ["x" * 301, "two\nlines", "for ann@alder.example", "\ud800", "nul\0"])
def test_what_cannot_be_a_purpose(purpose: str) -> None:
    with pytest.raises(InputError) as err:
        Event(OPERATOR, Action.EXPORT, purpose=purpose)
    assert err.value.rule == "bad-purpose"


@pytest.mark.parametrize("durable", [True, False])
def test_many_threads_make_one_chain(durable: bool, tmp_path: Path) -> None:
    told: list[tuple[int, str]] = []
    with AuditLog(tmp_path / "audit", durable=durable, segment_bytes=4_000) as log:

        def work(mine: int) -> None:
            for turn in range(40):
                anchor = log.append(Event(OPERATOR, Action.QUERY, request=f"{mine}-{turn}"))
                told.append((anchor.number, f"{mine}-{turn}"))

        threads = [threading.Thread(target=work, args=(mine,)) for mine in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    verdict = verify(tmp_path / "audit")
    assert (verdict.entries, verdict.findings, verdict.notes) == (320, (), ())
    assert len(segments(tmp_path / "audit")) > 5
    assert [(entry.number, entry.event.request) for entry in entries(tmp_path / "audit")] == sorted(told)


def test_one_writer_at_a_time(tmp_path: Path) -> None:
    with AuditLog(tmp_path / "audit"):
        with pytest.raises(ConflictError) as err:
            AuditLog(tmp_path / "audit")
        assert err.value.rule == "audit-in-use"
    AuditLog(tmp_path / "audit").close()


def test_after_the_end_nothing_is_written(tmp_path: Path) -> None:
    log = AuditLog(tmp_path / "audit")
    log.close()
    log.close()
    with pytest.raises(AuditError) as err:
        log.append(PLAIN)
    assert err.value.rule == "audit-failed"


def test_the_chain_goes_on_over_segments_and_starts(tmp_path: Path) -> None:
    for _ in range(3):
        filled(tmp_path, 20, segment_bytes=2_000)
    verdict = verify(tmp_path)
    assert (verdict.entries, verdict.findings, verdict.notes) == (60, (), ())
    assert len(segments(tmp_path)) > 3
    assert [int(path.stem) for path in segments(tmp_path)] == [
        json.loads(path.read_text().splitlines()[0])["number"] for path in segments(tmp_path)
    ]


def test_a_clock_that_goes_back_takes_no_time_back(tmp_path: Path) -> None:
    filled(tmp_path, 1)
    path = segments(tmp_path)[0]
    year = time.gmtime().tm_year
    # A log whose last writer had another clock: written by the same code, in a process that is told another time.
    path.unlink()
    (tmp_path / HEAD).unlink()
    code = (
        "import datetime, sys; from pathlib import Path; from gse_skills.audit import log; real = datetime.datetime\n"
        "class Later(real):\n @classmethod\n def now(cls, tz=None): return real.now(tz) + datetime.timedelta(900)\n"
        "log.datetime.datetime = Later\n"
        "from gse_skills.audit import *; from gse_skills.access import OPERATOR\n"
        "with AuditLog(Path(sys.argv[1])) as log: log.append(Event(OPERATOR, Action.CHANGE))"
    )
    subprocess.run([sys.executable, "-c", code, str(tmp_path)], check=True, timeout=60)
    filled(tmp_path, 1)
    first, second = entries(tmp_path)
    assert first.time.year >= year + 2
    assert second.time == first.time


# What a writer left that was killed, or that somebody else left.


def test_a_line_that_was_cut_short_is_set_aside_and_told_of(tmp_path: Path) -> None:
    filled(tmp_path)
    path = segments(tmp_path)[0]
    with path.open("ab") as file:
        file.write(b'{"action":"que')
    assert verify(tmp_path).whole
    assert len(list(entries(tmp_path))) == 10
    filled(tmp_path, 1)
    *_, told, last = entries(tmp_path)
    assert (told.event.action, told.event.outcome, told.number) == (Action.RECOVERED, Outcome.FAILED, 11)
    assert "14 bytes" in told.event.purpose
    (torn,) = tmp_path.glob(f"{TORN}-*")
    assert torn.read_bytes() == b'{"action":"que'
    assert last.number == 12
    verdict = verify(tmp_path)
    assert verdict.whole
    assert len(verdict.notes) == 1


def test_what_was_cut_off_the_end_stays_missing(tmp_path: Path) -> None:
    filled(tmp_path)
    path = segments(tmp_path)[0]
    path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:7]))
    (before,) = verify(tmp_path).findings
    assert (before.fault, before.number, before.last) == (Fault.TRUNCATED, 8, 10)
    for _ in range(2):
        filled(tmp_path, 1)
        (after,) = verify(tmp_path).findings
        assert (after.fault, after.number, after.last) == (Fault.REMOVED, 8, 10)
    assert [entry.number for entry in entries(tmp_path)] == [*range(1, 8), 11, 12, 13]


def test_a_last_entry_that_was_forged_stays_found(tmp_path: Path) -> None:
    filled(tmp_path)
    forge(tmp_path, 10)
    assert [one.number for one in verify(tmp_path).findings] == [10]
    filled(tmp_path, 1)
    assert [(one.fault, one.number) for one in verify(tmp_path).findings] == [(Fault.ALTERED, 10)]


def test_a_log_of_which_all_went_but_the_head_does_not_begin_anew(tmp_path: Path) -> None:
    filled(tmp_path)
    segments(tmp_path)[0].unlink()
    filled(tmp_path, 1)
    (found,) = verify(tmp_path).findings
    assert (found.fault, found.number, found.last) == (Fault.REMOVED, 1, 10)


@pytest.mark.parametrize("said", [None, b"nonsense", b"0000000000000010:00\n"])
def test_a_head_that_is_gone_is_told_of(said: bytes | None, tmp_path: Path) -> None:
    filled(tmp_path)
    (tmp_path / HEAD).unlink() if said is None else (tmp_path / HEAD).write_bytes(said)
    assert [one.fault for one in verify(tmp_path).findings] == [Fault.HEAD]
    filled(tmp_path, 1)
    verdict = verify(tmp_path)
    assert verdict.whole
    assert "head is missing or was altered" in verdict.notes[0]


def test_a_segment_that_was_begun_and_has_no_entry_yet(tmp_path: Path) -> None:
    last = filled(tmp_path)
    (tmp_path / f"{last.number + 1:016d}.jsonl").touch()
    filled(tmp_path, 2)
    verdict = verify(tmp_path)
    assert (verdict.entries, verdict.findings, verdict.notes) == (12, (), ())


def forge(folder: Path, number: int) -> None:
    """Rewrite an entry as somebody would who knows how hashes are made."""
    from gse_skills.audit.entry import canonical, hash_of

    path = segments(folder)[0]
    lines = path.read_bytes().splitlines()
    members = json.loads(lines[number - 1]) | {"purpose": "nothing to see"}
    members["hash"] = hash_of(members)
    lines[number - 1] = canonical(members)
    path.write_bytes(b"".join(line + b"\n" for line in lines))


WRITER = """
import sys, threading
from pathlib import Path
from gse_skills.access import OPERATOR
from gse_skills.audit import Action, AuditLog, Event
log = AuditLog(Path(sys.argv[1]), durable=False, segment_bytes=20_000)
said = threading.Lock()
def work(mine):
    turn = 0
    while True:
        turn += 1
        number = log.append(Event(OPERATOR, Action.QUERY, request=f"{sys.argv[2]}-{mine}-{turn}", purpose="x" * 200)).number
        with said:
            print(number, f"{sys.argv[2]}-{mine}-{turn}", flush=True)
for mine in range(3):
    threading.Thread(target=work, args=(mine,)).start()
"""


def test_a_hundred_kills_lose_no_entry_that_was_acknowledged(tmp_path: Path) -> None:
    """The writer is forked by a process that has the modules loaded already: a hundred starts would take a minute."""
    dice = random.Random(5)
    acknowledged: dict[int, str] = {}
    for round_ in range(KILLS):
        out, into = os.pipe()
        child = os.fork()
        if child == 0:
            os.dup2(into, 1)
            sys.argv = ["", str(tmp_path / "audit"), str(round_)]
            sys.stdout = os.fdopen(1, "w")
            exec(WRITER, {"__name__": "writer"})
            time.sleep(60)
            os._exit(0)
        os.close(into)
        time.sleep(dice.uniform(0.0, 0.06))
        os.kill(child, 9)
        os.waitpid(child, 0)
        with os.fdopen(out) as said:
            for line in said.read().splitlines(keepends=True):
                if found := re.fullmatch(r"(\d+) (\S+)\n", line):
                    acknowledged[int(found[1])] = found[2]
    AuditLog(tmp_path / "audit").close()
    verdict = verify(tmp_path / "audit")
    assert verdict.findings == ()
    assert len(acknowledged) > KILLS
    written = {entry.number: entry.event.request for entry in entries(tmp_path / "audit")}
    assert acknowledged.items() <= written.items()


FULL = """
import resource, sys
from pathlib import Path
from gse_skills.access import OPERATOR
from gse_skills.audit import Action, AuditError, AuditLog, Event, verify
folder = Path(sys.argv[1])
event = Event(OPERATOR, Action.QUERY, purpose="x" * 250)
log = AuditLog(folder, durable=sys.argv[2] == "True")
for turn in range(5):
    log.append(event)
for turn in range(3):
    resource.setrlimit(resource.RLIMIT_FSIZE, (3_000, resource.RLIM_INFINITY))
    refused = 0
    while refused < 3:
        try:
            log.append(event, event)
        except AuditError as error:
            assert error.rule == "audit-failed"
            refused += 1
    before = log.anchor
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert log.append(event).number == before.number + 1
log.close()
verdict = verify(folder)
assert (verdict.findings, verdict.notes, verdict.anchor) == ((), (), log.anchor), verdict
"""


@pytest.mark.parametrize("durable", [True, False])
def test_a_full_disk_fails_the_request_and_is_got_over(durable: bool, tmp_path: Path) -> None:
    found = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path / "audit"), str(durable)], capture_output=True, text=True, timeout=60
    )
    assert (found.returncode, found.stderr) == (0, "")


def test_a_disk_that_fails_to_keep_is_not_trusted_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = AuditLog(tmp_path)
    log.append(PLAIN)

    def fails(file: int) -> None:
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fdatasync", fails)
        with pytest.raises(AuditError) as err:
            log.append(PLAIN)
        assert err.value.rule == "audit-failed"
    with pytest.raises(AuditError) as err:
        log.append(PLAIN)
    assert "Input/output error" in err.value.message
    log.close()
    with AuditLog(tmp_path) as again:
        again.append(PLAIN)
    assert verify(tmp_path).whole


def test_an_entry_is_on_the_disk_before_it_is_acknowledged(tmp_path: Path) -> None:
    strace = shutil.which("strace")
    if strace is None or subprocess.run([strace, "-o", os.devnull, "true"], capture_output=True).returncode:
        pytest.skip("needs strace, and to be allowed to use it")
    code = """
import os, sys
from pathlib import Path
from gse_skills.access import OPERATOR
from gse_skills.audit import Action, AuditLog, Event
log = AuditLog(Path(sys.argv[1]))
os.write(2, b"begun")
log.append(Event(OPERATOR, Action.CHANGE, purpose="this"))
os.write(2, b"acknowledged")
"""
    trace = tmp_path / "trace"
    command = [strace, "-f", "-y", "-o", str(trace), "-e", "trace=write,pwrite64,fdatasync", sys.executable, "-c", code]
    subprocess.run([*command, str(tmp_path / "audit")], check=True, capture_output=True, timeout=60)
    text = trace.read_text("utf-8", "replace")
    during = text[text.index('"begun"') : text.index('"acknowledged"')]
    calls = re.findall(r"(write|pwrite64|fdatasync)\(\d+<[^>]*/(head|\d+\.jsonl)>", during)
    assert calls == [("write", "0000000000000001.jsonl"), ("fdatasync", "0000000000000001.jsonl"), ("pwrite64", "head")]
