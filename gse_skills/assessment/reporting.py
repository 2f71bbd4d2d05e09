"""Reporting lines, as far as they are told: whoever asks for a manager's endorsement says who their manager is."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

import networkx as nx

from gse_skills.assessment.request import Answer, EndorsementRequest, Standing
from gse_skills.errors import ConflictError
from gse_skills.vocabulary import Basis

_HOLDS = datetime.timedelta(days=365)
"""How long a manager's word tells of a reporting line: people change places, and come to lead whom they followed."""


def require_no_circle(request: EndorsementRequest, others: Iterable[EndorsementRequest], today: datetime.date) -> None:
    """Raise ConflictError (rule `reporting-circle`) where whoever is asked as the manager has, by what people of the
    organisation say, whoever asks above them: two who judged each other as managers would judge themselves."""
    if request.basis is not Basis.MANAGER or request.asked is None:
        return
    lines = nx.DiGraph(
        (one.asker, one.asked)
        for one in others
        if one.basis is Basis.MANAGER and one.digits != request.digits and _tells(one, today)
    )
    if request.asker in lines and request.asked in lines and nx.has_path(lines, request.asked, request.asker):
        raise ConflictError(
            "They have you above them: you, or somebody who reports to you, were asked as their manager.",
            rule="reporting-circle",
            remedy="Ask them as a peer, or ask whoever is your manager.",
        )


def _tells(one: EndorsementRequest, today: datetime.date) -> bool:
    if one.answered is not None:
        return one.answered.answer is Answer.GIVEN and today - one.answered.when.date() <= _HOLDS
    return one.standing(today) is Standing.OPEN
