import io
import json
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gse_skills import errors
from gse_skills.sandbox import wire

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
FAMILY = [kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.GseSkillsError)]


@given(body=st.dictionaries(st.text(), VALUES), sizes=st.lists(st.integers(1, 9), min_size=1))
def test_a_message_survives_any_way_of_reading_it(body: dict[str, object], sizes: list[int]) -> None:
    raw = wire.message(body)
    position = 0

    def read(most: int) -> bytes:
        nonlocal position
        step = min(most, sizes[position % len(sizes)])
        position += step
        return raw[position - step : position]

    assert wire.take_message(read) == body


@given(cut=st.integers(0, 20))
def test_a_message_that_ends_early_is_none(cut: int) -> None:
    raw = wire.message({"job": "query", "args": {}})
    assert wire.take_message(io.BytesIO(raw[: min(cut, len(raw) - 1)]).read) is None


@pytest.mark.parametrize("kind", FAMILY)
def test_each_error_comes_back_as_the_class_it_was(kind: type[errors.GseSkillsError]) -> None:
    sent = kind("Wrong.", rule="a-rule", remedy="Mend it.", extra={"line": 3, "choices": ["a", "é"]})
    got = wire.decode_error(wire.encode_error(sent))
    assert type(got) is kind
    assert (got.message, got.rule, got.remedy, got.extra) == (sent.message, sent.rule, sent.remedy, sent.extra)


def test_an_error_of_a_class_of_its_own_comes_back_as_the_one_of_the_family() -> None:
    class OwnError(errors.TooLargeError):
        pass

    got = wire.decode_error(wire.encode_error(OwnError("Too large.", rule="own", extra={"what": object})))
    assert type(got) is errors.TooLargeError
    assert json.dumps(got.extra)


def test_give_writes_more_than_a_pipe_holds() -> None:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        wire.give(writer, b"x" * (1 << 20))
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        assert pipe.read() == b"x" * (1 << 20)
    os.waitpid(child, 0)
