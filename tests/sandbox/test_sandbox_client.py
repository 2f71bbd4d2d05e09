import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from gse_skills.errors import GseSkillsError, InputError, LimitError, UnavailableError
from gse_skills.sandbox import Limits, Run, Sandbox, helper

MIB = 1 << 20
Args = Callable[[str], dict[str, object]]
Wait = Callable[[Callable[[], object]], None]
Offspring = Callable[[int], set[int]]


def rule_of(run: Run) -> str:
    with pytest.raises(GseSkillsError) as error:
        run.read()
    return error.value.rule


def test_a_job_emits_in_pieces(shared: Sandbox, unchecked: Args) -> None:
    pieces = list(shared.start("query", unchecked("SELECT * { ?s ?p ?o }")))
    assert pieces[0] == b'{"media_type": "application/sparql-results+json", "form": ""}'
    assert len(pieces) > 2
    assert b"".join(pieces[1:]).endswith(b"}]}}")
    assert b"".join(shared.run("query", unchecked("SELECT * { ?s ?p ?o }"))) == b"".join(pieces)


def test_an_error_of_the_child_is_raised_here_as_it_was(shared: Sandbox, unchecked: Args) -> None:
    with pytest.raises(InputError) as error:
        shared.start("query", unchecked("SELECT * {\n?s ?p }")).read()
    assert (error.value.rule, error.value.extra["line"]) == ("syntax", 2)
    assert error.value.remedy


def test_a_job_that_is_not_in_the_table_is_refused(shared: Sandbox) -> None:
    with pytest.raises(InputError) as error:
        shared.start("os:system", {})
    assert error.value.rule == "unknown-job"


def test_a_fault_of_ours_is_no_fault_of_the_input(shared: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    assert rule_of(shared.start("query", {"query": "ASK {}"})) == "job-failed"
    assert "KeyError" in caplog.text


def test_no_guard_is_missing_on_linux(shared: Sandbox) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("only Linux has all the guards")
    assert shared.missing_guards == ()


def test_time(shared: Sandbox, endless: dict[str, object]) -> None:
    run = shared.start("query", endless, limits=Limits(wall_seconds=0.5, cpu_seconds=30))
    with pytest.raises(LimitError) as error:
        run.read()
    assert error.value.rule == "time-limit"
    assert "0.5 seconds" in error.value.message


def test_time_counts_while_the_client_does_not_take_the_answer(
    shared: Sandbox, flood: dict[str, object], nursery: int, offspring: Offspring, eventually: Wait
) -> None:
    run = shared.start("query", flood, limits=Limits(wall_seconds=0.5, cpu_seconds=30, output_bytes=1 << 40))
    pieces = iter(run)
    next(pieces)
    eventually(lambda: not offspring(nursery))
    with pytest.raises(LimitError) as error:
        list(pieces)
    assert error.value.rule == "time-limit"


def test_cpu(shared: Sandbox, endless: dict[str, object]) -> None:
    assert rule_of(shared.start("query", endless, limits=Limits(wall_seconds=60, cpu_seconds=1))) == "cpu-limit"


@pytest.mark.parametrize("query", ["SELECT * { ?a ?b ?c . ?d ?e ?f } ORDER BY ?c ?f", "SELECT * { ?s ?p ?o }"])
def test_memory(shared: Sandbox, unchecked: Args, query: str) -> None:
    # The second query needs next to nothing: there the store itself does not find room to open.
    room = 48 * MIB if "ORDER" in query else -240 * MIB
    run = shared.start("query", unchecked(query), limits=Limits(memory_bytes=room, wall_seconds=60, cpu_seconds=60))
    assert rule_of(run) == "memory-limit"


def test_output(shared: Sandbox, flood: dict[str, object]) -> None:
    run = shared.start("query", flood, limits=Limits(output_bytes=3 * MIB, wall_seconds=60, cpu_seconds=60))
    pieces: list[bytes] = []
    with pytest.raises(LimitError) as error:
        pieces.extend(run)
    assert error.value.rule == "output-limit"
    assert 2 * MIB < sum(map(len, pieces)) <= 3 * MIB


def test_a_child_that_overflows_its_stack_dies_alone(shared: Sandbox, unchecked: Args) -> None:
    run = shared.start("query", unchecked("SELECT * {" + "{" * 5_000 + "}" * 5_001))
    with pytest.raises(InputError) as error:
        run.read()
    assert error.value.rule == "crashed"
    assert shared.start("query", unchecked("ASK {}")).read().endswith(b"true}")


def test_a_client_that_leaves_ends_the_child(
    shared: Sandbox, endless: dict[str, object], nursery: int, offspring: Offspring, eventually: Wait
) -> None:
    run = shared.start("query", endless)
    eventually(lambda: offspring(nursery))
    run.kill()
    assert not offspring(nursery)
    assert rule_of(run) == "stopped"


def test_kill_from_another_thread_ends_the_wait(
    shared: Sandbox, endless: dict[str, object], nursery: int, offspring: Offspring, eventually: Wait
) -> None:
    run = shared.start("query", endless)
    rules: list[str] = []
    waiting = threading.Thread(target=lambda: rules.append(rule_of(run)))
    waiting.start()
    eventually(lambda: offspring(nursery))
    run.kill()
    waiting.join()
    assert rules == ["stopped"]
    assert not offspring(nursery)


def test_a_connection_that_breaks_ends_the_child(
    shared: Sandbox, flood: dict[str, object], nursery: int, offspring: Offspring, eventually: Wait
) -> None:
    for _ in shared.start("query", flood):
        assert offspring(nursery)
        break
    eventually(lambda: not offspring(nursery))


def test_a_with_block_that_is_left_ends_the_child(
    shared: Sandbox, endless: dict[str, object], nursery: int, offspring: Offspring
) -> None:
    with shared.start("query", endless):
        pass
    assert not offspring(nursery)


def test_many_jobs_leave_nothing_behind(
    shared: Sandbox, unchecked: Args, nursery: int, offspring: Offspring, eventually: Wait
) -> None:
    def open_files() -> int:
        return len(list(Path(f"/proc/{nursery}/fd").iterdir())) + len(list(Path("/proc/self/fd").iterdir()))

    shared.start("query", unchecked("ASK {}")).read()
    before = open_files()
    for _ in range(10):
        shared.start("query", unchecked("ASK {}")).read()
        shared.start("query", unchecked("ASK {}")).kill()
    eventually(lambda: open_files() <= before)
    assert not offspring(nursery)


def test_jobs_run_side_by_side(shared: Sandbox, unchecked: Args) -> None:
    runs = [shared.start("query", unchecked(f"SELECT * {{ BIND({n} AS ?n) }}")) for n in range(4)]
    for n, run in reversed(list(enumerate(runs))):
        assert f'"value":"{n}"'.encode() in run.read()


def test_the_caps_on_children(endless: dict[str, object], unchecked: Args) -> None:
    with Sandbox(at_once=3, per_caller=2) as sandbox:
        first, second = (sandbox.start("query", endless, caller="ann") for _ in range(2))
        with pytest.raises(UnavailableError) as error:
            sandbox.start("query", endless, caller="ann")
        assert (error.value.rule, error.value.extra["cap"]) == ("too-many-queries", "caller")
        third = sandbox.start("query", endless, caller="bob")
        with pytest.raises(UnavailableError) as error:
            sandbox.start("query", endless, caller="cleo")
        assert (error.value.rule, error.value.extra["cap"]) == ("too-many-queries", "service")
        assert error.value.extra["retry_after"] == 1
        first.kill()
        assert sandbox.start("query", unchecked("ASK {}"), caller="ann").read()
        second.kill()
        third.kill()
        assert not +sandbox._living


def test_a_nursery_that_dies_takes_its_children_along_and_is_replaced(
    endless: dict[str, object], unchecked: Args, offspring: Offspring, eventually: Wait
) -> None:
    before = offspring(os.getpid())
    with Sandbox() as sandbox:
        assert sandbox.start("query", unchecked("ASK {}")).read()
        (nursery,) = offspring(os.getpid()) - before
        run = sandbox.start("query", endless)
        eventually(lambda: offspring(nursery))
        (child,) = offspring(nursery)
        os.kill(nursery, signal.SIGKILL)
        assert rule_of(run) == "stopped"
        eventually(lambda: not Path(f"/proc/{child}").exists())
        assert sandbox.start("query", unchecked("ASK {}")).read()
        assert offspring(os.getpid()) - before != {nursery}
    assert offspring(os.getpid()) == before


def test_a_nursery_that_hangs_is_given_up(
    endless: dict[str, object], unchecked: Args, offspring: Offspring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gse_skills.sandbox.client.GRACE_SECONDS", 0.5)
    before = offspring(os.getpid())
    with Sandbox() as sandbox:
        assert sandbox.missing_guards == ()
        (nursery,) = offspring(os.getpid()) - before
        os.kill(nursery, signal.SIGSTOP)
        assert rule_of(sandbox.start("query", endless, limits=Limits(wall_seconds=0.1))) == "sandbox-stuck"
        assert sandbox.start("query", unchecked("ASK {}")).read()


def test_a_service_that_is_killed_leaves_no_process(
    endless: dict[str, object], offspring: Offspring, eventually: Wait
) -> None:
    code = """if True:
        import ast, sys
        from gse_skills.sandbox import Sandbox
        sandbox = Sandbox()
        sandbox.missing_guards
        print("ready", flush=True)
        sandbox.start("query", ast.literal_eval(sys.argv[1])).read()
    """
    with subprocess.Popen([sys.executable, "-c", code, repr(endless)], stdout=subprocess.PIPE) as service:
        assert service.stdout is not None
        assert service.stdout.readline() == b"ready\n"
        (nursery,) = offspring(service.pid)
        eventually(lambda: offspring(nursery))
        (child,) = offspring(nursery)
        service.kill()
    eventually(lambda: not Path(f"/proc/{nursery}").exists() and not Path(f"/proc/{child}").exists())


def test_the_nursery_learns_no_secret_of_the_environment(shared: Sandbox, nursery: int) -> None:
    told = Path(f"/proc/{nursery}/environ").read_bytes().split(b"\0")
    assert {entry.partition(b"=")[0].decode() for entry in told if entry} <= {
        *helper._KEPT,
        *helper._SET,
        "PYTHONPATH",
    }


def test_where_nothing_can_fork_the_sandbox_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(os, "fork")
    with Sandbox() as sandbox:
        assert "fork" in sandbox.missing_guards
        with pytest.raises(UnavailableError) as error:
            sandbox.start("query", {})
    assert error.value.rule == "no-sandbox"
    assert not +sandbox._living


def test_a_nursery_that_cannot_start_is_an_error_and_no_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/bin/false")
    with Sandbox() as sandbox:
        with pytest.raises(UnavailableError) as error:
            sandbox.missing_guards  # noqa: B018  a property that waits
        assert error.value.rule == "no-sandbox"
        with pytest.raises(UnavailableError) as error:
            sandbox.start("query", {})
        assert error.value.rule == "no-sandbox"
        assert not +sandbox._living
