"""A record laid out to be read: folded or told once, nothing of it is left out."""

from __future__ import annotations

from gse_skills.dossier.tables import Table
from gse_skills_service.pages.record import parts_of

HEADINGS = ("skill", "code", "level", "from", "until", "reaches", "learnt from")
SHEET = "sheet staff-2026-01-02.csv, imported 2026-03-07 14:05 UTC"
SKILLS = Table(
    "skills",
    "Skill records",
    HEADINGS,
    (
        ("Virology", "LIF-VIR", "Expert", "2026-03-01", "", "everybody", SHEET),
        ("Serology", "LIF-IMM", "Working", "2025-03-01", "2025-12-31", "everybody", ""),
        ("Toxicology", "LIF-TOX", "Working", "2024-03-01", "", "everybody", SHEET),
    ),
)


def test_nothing_that_is_kept_is_left_out() -> None:
    (part,) = parts_of([SKILLS])
    said = repr(part)
    for row in SKILLS.rows:
        for value in (row[0], row[1], row[2], row[5]):
            assert value in said
    for day in ("1 March 2026", "1 March 2025", "31 December 2025", "1 March 2024"):
        assert day in said
    assert said.count("sheet staff-2026-01-02.csv, imported 7 March 2026 14:05 UTC") == 2
    assert part.count == 3


def test_current_stands_before_ended_and_what_all_share_is_told_once() -> None:
    (part,) = parts_of([SKILLS])
    assert [(title, [one.name for one in entries]) for title, entries in part.groups] == [
        ("Current", ["Virology", "Toxicology"]),
        ("Ended", ["Serology"]),
    ]
    assert part.same == (("Reaches", "everybody"),)
    assert part.groups[1][1][0].glance == "Working, from 1 March 2025, until 31 December 2025"
    assert part.groups[1][1][0].rest == (("Code", "LIF-IMM"),)


def test_an_empty_part_says_so_and_one_entry_shares_nothing() -> None:
    empty, single = parts_of(
        [Table("looks", "Looks", ("when",), (), "Nobody."), Table("x", "X", ("a", "b"), (("1", "2"),))]
    )
    assert (empty.count, empty.nothing) == (0, "Nobody.")
    assert (single.same, single.groups[0][1][0].rest) == ((), (("B", "2"),))
