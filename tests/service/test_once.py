"""What is shown once is for its owner, on its page, for a minute."""

from __future__ import annotations

import pytest

from gse_skills_service.once import ShownOnce

OWNER, PAGE = ("a session", "administrator"), "/administration/tokens"


def test_it_is_taken_once_by_its_owner_on_its_page() -> None:
    slots = ShownOnce()
    name = slots.keep(OWNER, PAGE, "secret")
    for other in ((name, ("another", "administrator"), PAGE), (name, OWNER, "/complaints"), ("guess", OWNER, PAGE)):
        assert slots.take(*other, str) is None
    assert slots.take(name, OWNER, PAGE, str) == "secret"
    assert slots.take(name, OWNER, PAGE, str) is None


def test_after_a_minute_it_is_gone_and_there_are_never_too_many() -> None:
    now = [0.0]
    slots = ShownOnce(lambda: now[0])
    names = [slots.keep(OWNER, PAGE, number) for number in range(1_001)]
    assert slots.take(names[0], OWNER, PAGE, int) is None
    assert slots.take(names[-1], OWNER, PAGE, int) == 1_000
    now[0] = 61.0
    assert slots.take(names[1], OWNER, PAGE, int) is None


def test_a_page_that_shows_something_else_is_an_error_of_ours() -> None:
    slots = ShownOnce()
    name = slots.keep(OWNER, PAGE, 1)
    with pytest.raises(TypeError, match="shows str, and int was kept"):
        slots.take(name, OWNER, PAGE, str)
