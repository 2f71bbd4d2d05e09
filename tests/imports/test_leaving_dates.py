"""Leaving dates that a sheet gives: read like others, refused at the cell when past, taken back in a word."""

from __future__ import annotations

import datetime

import pytest

from gse_skills.imports.assertion import PersonFacts
from gse_skills.imports.leaving import STAYS, LeavingDates
from gse_skills.imports.roles import Role, role_of

DAY = datetime.date(2026, 11, 22)


@pytest.mark.parametrize(
    ("said", "kept", "rule"),
    [
        ("31/03/2027", "2027-03-31", ""),
        ("2027-03-31", "2027-03-31", ""),
        ("23 Nov 2026", "2026-11-23", ""),
        ("March 2027", "2027-03-01", "date-without-day"),
        ("31.3.27", "2027-03-31", "two-digit-year"),
        ("Permanent", STAYS, ""),
        ("open-ended", STAYS, ""),
        ("22/11/2026", None, "leaving-date-past"),
        ("31/03/2020", None, "leaving-date-past"),
        ("31/12/9999", None, "unreadable-leaving-date"),
        ("2087-01-01", None, "unreadable-leaving-date"),
        ("2086-12-31", "2086-12-31", ""),
        ("03/31/2027", None, "unreadable-leaving-date"),
        ("31/02/2027", None, "unreadable-leaving-date"),
        ("46112", None, "unreadable-leaving-date"),
        ("soon", None, "unreadable-leaving-date"),
    ],
)
def test_what_a_cell_means(said: str, kept: str | None, rule: str) -> None:
    leaving = LeavingDates(DAY, 4, "Leaving date")
    facts, finding = leaving.read(PersonFacts("staff:1", "1", "Ann", row=7, leaves_on=said))
    assert (facts.leaves_on, finding.rule if finding else "") == (kept, rule)
    if finding:
        assert (finding.place, finding.severity, finding.value) == (
            "row 7, column E “Leaving date”",
            "noted",
            said,
        )
        assert finding.remedy
        assert finding.message


def test_nothing_said_is_nothing_found() -> None:
    facts = PersonFacts("staff:1", "1", "Ann", row=7)
    assert LeavingDates(DAY, -1, "").read(facts) == (facts, None)


@pytest.mark.parametrize(
    "heading",
    [
        "Leaving date",
        "Leaves on",
        "END DATE",
        "Contract end",
        "Retirement date (dd/mm/yyyy)",
        "Last day",
        "LeavingDate",
    ],
)
def test_headings_that_name_it(heading: str) -> None:
    assert role_of(heading) is Role.LEAVES_ON
