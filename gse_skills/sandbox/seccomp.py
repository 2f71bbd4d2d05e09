"""The system call filter of a child: seccomp-BPF through ctypes, for Linux on x86_64 and aarch64.

It takes away what a job never needs: sockets and io_uring (no network), new programs and processes, other processes'
memory and signals, and every change to a file system. Threads still work (RocksDB starts some) and files can still be
read. It is a list of what is refused, since a list of what is allowed would break with each new C library.

Numbers are those of Linux's asm/unistd_64.h and asm-generic/unistd.h.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys
from collections.abc import Iterator, Mapping
from typing import NamedTuple

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _FILTER_MODE = 38, 22, 2

# BPF: load a word of seccomp_data, jump if equal / at least / any bit set, return.
_LOAD, _EQUAL, _AT_LEAST, _ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCHITECTURE, _FIRST_ARGUMENT = 0, 4, 16
_ALLOW, _KILL, _ERRNO = 0x7FFF0000, 0x80000000, 0x00050000
_X32 = 0x40000000

_CLONE_THREAD = 0x00010000
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC

# name: (x86_64, aarch64); None where the architecture has no such call.
_REFUSED: Mapping[str, tuple[int | None, int | None]] = {
    # the network, and io_uring, which reaches it past a filter
    "socket": (41, 198),
    "socketpair": (53, 199),
    "connect": (42, 203),
    "bind": (49, 200),
    "listen": (50, 201),
    "accept": (43, 202),
    "accept4": (288, 242),
    "io_uring_setup": (425, 425),
    "io_uring_enter": (426, 426),
    "io_uring_register": (427, 427),
    # new programs and processes, and leaving the process group by which a child is killed
    "execve": (59, 221),
    "execveat": (322, 281),
    "fork": (57, None),
    "vfork": (58, None),
    "setpgid": (109, 154),
    "setsid": (112, 157),
    # other processes
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "process_madvise": (440, 440),
    "tkill": (200, 130),
    "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240),
    "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424),
    "pidfd_getfd": (438, 438),
    "kcmp": (312, 272),
    # changes to a file system (opening for writing is refused below)
    "creat": (85, None),
    "truncate": (76, 45),
    "unlink": (87, None),
    "unlinkat": (263, 35),
    "rename": (82, None),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "mkdir": (83, None),
    "mkdirat": (258, 34),
    "rmdir": (84, None),
    "mknod": (133, None),
    "mknodat": (259, 33),
    "symlink": (88, None),
    "symlinkat": (266, 36),
    "link": (86, None),
    "linkat": (265, 37),
    "chmod": (90, None),
    "fchmod": (91, 52),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "fchown": (93, 55),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "utime": (132, None),
    "utimes": (235, None),
    "utimensat": (280, 88),
    "setxattr": (188, 5),
    "lsetxattr": (189, 6),
    "fsetxattr": (190, 7),
    # the machine itself
    "unshare": (272, 97),
    "setns": (308, 268),
    "mount": (165, 40),
    "umount2": (166, 39),
    "move_mount": (429, 429),
    "open_tree": (428, 428),
    "fsopen": (430, 430),
    "pivot_root": (155, 41),
    "chroot": (161, 51),
    "open_by_handle_at": (304, 265),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "request_key": (249, 218),
    "shmget": (29, 194),
    "mq_open": (240, 180),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "kexec_load": (246, 104),
}


class _Machine(NamedTuple):
    """What differs between architectures: their place in `_REFUSED`, their audit number, calls with a condition."""

    column: int
    audit: int
    clone: int
    kill: int
    tgkill: int
    prlimit: int
    open: int | None
    openat: int


_MACHINES = {
    "x86_64": _Machine(0, 0xC000003E, clone=56, kill=62, tgkill=234, prlimit=302, open=2, openat=257),
    "aarch64": _Machine(1, 0xC00000B7, clone=220, kill=129, tgkill=131, prlimit=261, open=None, openat=56),
}
_CLONE3, _OPENAT2 = 435, 437  # both take their flags through a pointer, which a filter cannot follow

_Instruction = tuple[int, int, int, int]


def _answer(number: int, verdict: int) -> Iterator[_Instruction]:
    yield (_EQUAL, 0, 1, number)
    yield (_RETURN, 0, 0, verdict)


def _when(number: int, argument: int, test: int, value: int, *, allowed: bool) -> Iterator[_Instruction]:
    """Call `number` is allowed, or refused, when its argument passes the test."""
    refuse = _ERRNO | errno.EPERM
    yield (_EQUAL, 0, 4, number)
    yield (_LOAD, 0, 0, _FIRST_ARGUMENT + 8 * argument)
    yield (test, 0, 1, value)
    yield (_RETURN, 0, 0, _ALLOW if allowed else refuse)
    yield (_RETURN, 0, 0, refuse if allowed else _ALLOW)


def _program(machine: _Machine, process: int) -> Iterator[_Instruction]:
    refuse = _ERRNO | errno.EPERM
    yield (_LOAD, 0, 0, _ARCHITECTURE)
    yield (_EQUAL, 1, 0, machine.audit)
    yield (_RETURN, 0, 0, _KILL)
    yield (_LOAD, 0, 0, _NUMBER)
    yield (_AT_LEAST, 0, 1, _X32)
    yield (_RETURN, 0, 0, refuse)
    for numbers in _REFUSED.values():
        number = numbers[machine.column]
        if number is not None:
            yield from _answer(number, refuse)
    # "No such call" makes the C library fall back to clone and openat, whose flags can be seen.
    yield from _answer(_CLONE3, _ERRNO | errno.ENOSYS)
    yield from _answer(_OPENAT2, _ERRNO | errno.ENOSYS)
    yield from _when(machine.clone, 0, _ANY_BIT, _CLONE_THREAD, allowed=True)
    yield from _when(machine.kill, 0, _EQUAL, process, allowed=True)  # abort() signals itself
    yield from _when(machine.tgkill, 0, _EQUAL, process, allowed=True)
    yield from _when(machine.prlimit, 0, _EQUAL, 0, allowed=True)
    yield from _when(machine.openat, 2, _ANY_BIT, _WRITING, allowed=False)
    if machine.open is not None:
        yield from _when(machine.open, 1, _ANY_BIT, _WRITING, allowed=False)
    yield (_RETURN, 0, 0, _ALLOW)


class _Filter(ctypes.Structure):
    """The C struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("instructions", ctypes.c_char_p))


def prctl(option: int, value: int, pointer: ctypes.c_void_p | None = None) -> None:
    """Linux's prctl(2); raises OSError when it fails or when this is not Linux."""
    if not sys.platform.startswith("linux"):
        raise OSError(errno.ENOSYS, "prctl is Linux's own")
    library = ctypes.CDLL(None, use_errno=True)
    arguments = (ctypes.c_ulong(value), pointer or ctypes.c_void_p(0), ctypes.c_ulong(0), ctypes.c_ulong(0))
    if library.prctl(ctypes.c_int(option), *arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def forbid_new_privileges() -> None:
    """No set-user-id program can give this process more rights; raises OSError where that is not possible."""
    prctl(_PR_SET_NO_NEW_PRIVS, 1)


def install() -> None:
    """Put the filter on this process for the rest of its life, `forbid_new_privileges` coming first.

    Raises OSError where the platform has no filter for it.
    """
    machine = _MACHINES.get(platform.machine())
    if machine is None:
        raise OSError(errno.ENOSYS, f"no system call filter for {platform.machine()}")
    words = [struct.pack("=HBBI", *instruction) for instruction in _program(machine, os.getpid())]
    program = _Filter(len(words), b"".join(words))
    prctl(_PR_SET_SECCOMP, _FILTER_MODE, ctypes.cast(ctypes.byref(program), ctypes.c_void_p))
