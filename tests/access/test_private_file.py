"""Small private files: what several write at a time is all there."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gse_skills.access import Caller, UserStore

WRITERS, EACH = 4, 8


def test_nothing_is_lost_between_writers(tmp_path: Path) -> None:
    def write(number: int) -> None:
        # Each with a store of its own, as another process has.
        users = UserStore(tmp_path / "users.json")
        for place in range(EACH):
            users.grant(f"user-{number}-{place}@example.org", Caller.parse("member:aster"))

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(write, range(WRITERS)))
    assert len(UserStore(tmp_path / "users.json").users()) == WRITERS * EACH
    assert [path.name for path in tmp_path.iterdir()] == ["users.json"]
