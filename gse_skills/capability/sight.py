"""Whose numbers a caller is told: all of an organisation's, or those of what is shared with them."""

from __future__ import annotations

from collections.abc import Sequence

from gse_skills.access import Access
from gse_skills.vocabulary import Audience


def sees_whole(access: Access, organisation: str) -> bool:
    """Whether a caller sees all records of an organisation."""
    return Audience.PRIVATE.view(organisation) in access.views


def sees_structure(access: Access, organisation: str) -> bool:
    """Whether a caller may know an organisation's tree of units, its targets and its statements of coverage.

    Those who belong to it may, and those who keep its records; to all others they are not there.
    """
    return access.home == organisation or organisation in access.keeps


def relevant(views: Sequence[str], organisation: str) -> tuple[str, ...]:
    """The views that can hold people of an organisation: those shared by all, and its own."""
    shared = {audience.view("") for audience in Audience if audience is not Audience.PRIVATE}
    return tuple(view for view in views if view in shared or view == Audience.PRIVATE.view(organisation))
