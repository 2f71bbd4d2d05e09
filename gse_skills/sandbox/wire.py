"""What passes between client, nursery and child.

A *message* is a 4-byte length and JSON.

Control socket: the nursery's first message is `{"missing": [...]}`. The client sends one message a job, the job's
limits; two file descriptors ride on its first byte, the job's connection and its status pipe.

Connection: the client sends one message, `{"job": ..., "args": {...}}`; the child answers with *frames* of a type
byte, a 4-byte length and a payload: DATA as often as it likes, then DONE or ERROR.

Status pipe: one message from the nursery when the child is dead and reaped, `{"reason", "exit", "signal", "stderr"}`.
"""

from __future__ import annotations

import json
import os
import struct
from collections.abc import Callable, Mapping
from typing import Any

from gse_skills import errors
from gse_skills.errors import GseSkillsError

DATA, DONE, ERROR = b"D", b".", b"E"
FRAME = struct.Struct("!cI")
LARGEST_FRAME = 1 << 20

_LENGTH = struct.Struct("!I")
_FAMILY = {
    name: kind for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, GseSkillsError)
}


def message(body: Mapping[str, object]) -> bytes:
    """`body` as one message."""
    payload = json.dumps(body).encode()
    return _LENGTH.pack(len(payload)) + payload


def take(read: Callable[[int], bytes], size: int) -> bytes | None:
    """The next `size` bytes that `read` (a socket's `recv`, say) gives, or None when it ends before."""
    parts = bytearray()
    while len(parts) < size:
        part = read(min(size - len(parts), LARGEST_FRAME))
        if not part:
            return None
        parts += part
    return bytes(parts)


def take_message(read: Callable[[int], bytes], head: bytes = b"") -> dict[str, Any] | None:
    """The next message that `read` gives, or None when it ends before; `head` is what was read of it already."""
    rest = take(read, _LENGTH.size - len(head))
    payload = None if rest is None else take(read, _LENGTH.unpack(head + rest)[0])
    if payload is None:
        return None
    body: dict[str, Any] = json.loads(payload)
    return body


def give(descriptor: int, payload: bytes) -> None:
    """Write all of `payload` to a blocking file descriptor; raises OSError when the other end is gone."""
    view = memoryview(payload)
    while view:
        view = view[os.write(descriptor, view) :]


def encode_error(error: GseSkillsError) -> bytes:
    """An error of our family as the payload of an ERROR frame."""
    kind = next(base.__name__ for base in type(error).__mro__ if _FAMILY.get(base.__name__) is base)
    body = {
        "class": kind,
        "message": error.message,
        "rule": error.rule,
        "remedy": error.remedy,
        "extra": error.extra,
    }
    return json.dumps(body, default=str).encode()


def decode_error(payload: bytes) -> GseSkillsError:
    """The error that an ERROR frame carries, as the class that it was.

    >>> decode_error(encode_error(errors.TooLargeError("Too long.", rule="query-too-long")))
    TooLargeError('Too long.')
    """
    body = json.loads(payload)
    return _FAMILY[body["class"]](body["message"], rule=body["rule"], remedy=body["remedy"], extra=body["extra"])
