"""Which audience a record or person gets: from what is said of itself, the person, the branch, the organisation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from gse_skills.records.standing import Standing
from gse_skills.vocabulary import Audience


@dataclass(frozen=True, slots=True)
class AudienceRules:
    """The steward's choices; without one a record stays private to its organisation.

    What is said of the person, and what is said of the record or else of its branch: the narrower of the two holds, so
    that nobody who asked to be kept private is shown by a column of a sheet. Where neither says anything, the
    organisation's default holds.

    >>> rules = AudienceRules({"porton": Audience.ALLIANCE}, {"porton": {7: Audience.PRIVATE}})
    >>> rules.of("porton"), rules.of("porton", skill=7), rules.of("porton", Audience.PUBLIC, skill=7)
    (<Audience.ALLIANCE: 'alliance'>, <Audience.PRIVATE: 'private'>, <Audience.PUBLIC: 'public'>)
    >>> rules.of("porton", Audience.PUBLIC, person=Audience.EMERGENCY)
    <Audience.EMERGENCY: 'emergency'>
    """

    defaults: Mapping[str, Audience] = field(default_factory=dict)
    """By organisation slug."""
    branches: Mapping[str, Mapping[int, Audience]] = field(default_factory=dict)
    """By organisation slug, and number of a skill below a concept for which an audience was chosen."""
    standing: Standing = field(default_factory=Standing)
    """Which of several judgements of one skill the views show: what is overruled reaches nobody through them."""

    def of(
        self,
        organisation: str,
        stated: Audience | None = None,
        *,
        person: Audience | None = None,
        skill: int | None = None,
    ) -> Audience:
        """The audience of a record for which `stated` is stated, of somebody for whom `person` is."""
        branch = None if skill is None else self.branches.get(organisation, {}).get(skill)
        said = [one for one in (person, stated or branch) if one is not None]
        return min(said, key=lambda one: one.width) if said else self.defaults.get(organisation, Audience.PRIVATE)
