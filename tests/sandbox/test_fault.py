import signal

import pytest

from gse_skills.sandbox import Limits, fault


def verdict(reason: str | None = None, code: int | None = None, number: int | None = None, said: str = "") -> object:
    return {"reason": reason, "exit": code, "signal": number, "stderr": said}


@pytest.mark.parametrize(
    ("given", "rule"),
    [
        (None, "stopped"),
        (verdict(fault.LEFT, number=signal.SIGKILL), "stopped"),
        (verdict(fault.TIME, number=signal.SIGKILL), "time-limit"),
        (verdict(number=signal.SIGXCPU), "cpu-limit"),
        (verdict(number=signal.SIGKILL), "memory-limit"),
        (verdict(number=signal.SIGABRT, said="memory allocation of 240 bytes failed\n"), "memory-limit"),
        (verdict(number=signal.SIGABRT, said="terminate called ... 'std::bad_alloc'"), "memory-limit"),
        (verdict(code=127, said="cannot allocate memory for thread-local data: ABORT"), "memory-limit"),
        (verdict(number=signal.SIGSEGV), "crashed"),
        (verdict(number=signal.SIGABRT, said="assertion failed"), "crashed"),
    ],
)
def test_each_end_has_its_rule(given: dict[str, object] | None, rule: str) -> None:
    error = fault.explain(given, Limits())
    assert error.rule == rule
    assert error.remedy


def test_a_fault_of_ours_is_logged_and_keeps_its_detail_to_the_log(caplog: pytest.LogCaptureFixture) -> None:
    error = fault.explain({"reason": None, "exit": 70, "signal": None, "stderr": "line 3\nKeyError"}, Limits())
    assert error.rule == "job-failed"
    assert "KeyError" in caplog.text
    assert "KeyError" not in str(error)
