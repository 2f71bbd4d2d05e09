"""Which audience a record or person gets when the sheet says nothing of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gse_skills.vocabulary import Audience


@dataclass(frozen=True, slots=True)
class AudienceRules:
    """The steward's choices; without one a record stays private to its organisation.

    >>> AudienceRules({"porton": Audience.ALLIANCE}).of("porton", None)
    <Audience.ALLIANCE: 'alliance'>
    """

    defaults: Mapping[str, Audience] = field(default_factory=dict)
    """By organisation slug."""

    def of(self, organisation: str, stated: Audience | None) -> Audience:
        """The audience of what was stated for `stated`, or for nobody in particular."""
        return stated or self.defaults.get(organisation, Audience.PRIVATE)
