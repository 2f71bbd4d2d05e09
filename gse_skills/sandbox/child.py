"""What a forked child does: guards, arguments, job, and its end."""

from __future__ import annotations

import errno
import os
import resource
import signal
import sys
import traceback
from collections.abc import Collection
from functools import partial
from typing import NoReturn

from gse_skills.errors import GseSkillsError, UnavailableError
from gse_skills.sandbox import fault, guards, jobs, wire
from gse_skills.sandbox.limits import Limits
from gse_skills.sandbox.wire import DATA, DONE, ERROR, FRAME, LARGEST_FRAME

_CONNECTION = 3


def live(connection: int, errors: int, limits: Limits, missing: Collection[str], parent: int) -> NoReturn:
    """Be the child of one job, with `connection` and `errors` as its only open files; `parent` is the nursery.

    Ends the process: status 0 when all that there is to say was said on the connection, 70 when not.
    """
    status = 70
    try:
        _leave_the_nursery(connection, errors)
        _work(limits, missing, parent)
        status = 0
    except BrokenPipeError:
        status = 0  # the client left, and the nursery is about to kill this process
    except BaseException as error:
        # The edge of a process: whatever came here must be told and end it. The message of the error is left out,
        # since it may hold what the user wrote.
        sys.stderr.write("".join(traceback.format_tb(error.__traceback__)) + type(error).__name__ + "\n")
        sys.stderr.flush()
    finally:
        os._exit(status)


def _leave_the_nursery(connection: int, errors: int) -> None:
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    os.dup2(errors, 2)
    os.dup2(connection, _CONNECTION)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    os.closerange(_CONNECTION + 1, 1 << 20 if most == resource.RLIM_INFINITY else most)


def _work(limits: Limits, missing: Collection[str], parent: int) -> None:
    try:
        guards.apply(limits, missing)
    except OSError as error:
        said = f"A guard could not be put on: {os.strerror(error.errno or errno.EPERM)}."
        _say(ERROR, wire.encode_error(UnavailableError(said, rule="no-sandbox")))
        return
    told = wire.take_message(partial(os.read, _CONNECTION))
    # No word, or a parent that died before its death could be asked for: nobody is left to work for.
    if told is None or os.getppid() != parent:
        return
    try:
        jobs.load(told["job"])(told["args"], _emit)
    except GseSkillsError as error:
        _say(ERROR, wire.encode_error(error))
    except MemoryError:
        _say(ERROR, wire.encode_error(fault.out_of_memory(limits)))
    except RecursionError:
        _say(ERROR, wire.encode_error(fault.crashed()))
    else:
        _say(DONE, b"")


def _emit(payload: bytes) -> None:
    for start in range(0, len(payload), LARGEST_FRAME):
        _say(DATA, payload[start : start + LARGEST_FRAME])


def _say(kind: bytes, payload: bytes) -> None:
    wire.give(_CONNECTION, FRAME.pack(kind, len(payload)) + payload)
