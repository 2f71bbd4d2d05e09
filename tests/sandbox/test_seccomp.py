import re
from pathlib import Path

import pytest

from gse_skills.sandbox import seccomp

HEADERS = {
    0: Path("/usr/include/x86_64-linux-gnu/asm/unistd_64.h"),
    1: Path("/usr/include/asm-generic/unistd.h"),
}
# The generic header gives these two by way of a second macro.
INDIRECT = {"truncate", "ftruncate"}


@pytest.mark.parametrize("column", HEADERS)
def test_the_numbers_are_those_of_the_kernel_headers(column: int) -> None:
    header = HEADERS[column]
    if not header.is_file():
        pytest.skip(f"no {header} here")
    known = {name: int(number) for name, number in re.findall(r"#define __NR_(\w+)\s+(\d+)", header.read_text())}
    named = {name: numbers[column] for name, numbers in seccomp._REFUSED.items() if name not in INDIRECT}
    machine = list(seccomp._MACHINES.values())[column]
    named |= {name: getattr(machine, name) for name in ("clone", "kill", "tgkill", "open", "openat")}
    named |= {"prlimit64": machine.prlimit, "clone3": seccomp._CLONE3, "openat2": seccomp._OPENAT2}
    wrong = {name: number for name, number in named.items() if name in known and known[name] != number}
    assert not wrong
    assert len(known.keys() & named.keys()) > 60


@pytest.mark.parametrize("machine", seccomp._MACHINES.values(), ids=seccomp._MACHINES.keys())
def test_every_jump_stays_inside_the_program(machine: seccomp._Machine) -> None:
    program = list(seccomp._program(machine, 4242))
    assert len(program) < 4096
    assert program[-1] == (seccomp._RETURN, 0, 0, seccomp._ALLOW)
    for at, (_, true, false, _) in enumerate(program[:-1]):
        assert at + 1 + max(true, false) < len(program)
