"""The rules of disclosure control, as data: an installation changes them without touching the code."""

from __future__ import annotations

from dataclasses import dataclass

from gse_skills.errors import InputError
from gse_skills.settings import Settings


@dataclass(frozen=True, slots=True)
class SensitivePairing:
    """A combination of places that is withheld below a higher bound than the threshold.

    It meets every cell whose place is cut by all of `kinds` at once: `("site", "grade")` meets the grade of a site of
    an organisation, but not the site alone. A branch of the framework is in every cell, so "a rare skill by site by
    grade" needs no third kind.
    """

    name: str
    kinds: frozenset[str]
    factor: int = 2
    """The bound, in thresholds."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What is hidden and how the rest is shown. Raises InputError (rule `disclosure-rules`) when it makes no sense.

    >>> Rules().threshold, Rules().base
    (10, 5)
    """

    threshold: int = 10
    """The smallest count that is shown, and the number of values that must stay possible for a hidden one."""
    base: int = 5
    """Width of the bands in which shown counts appear."""
    pairings: tuple[SensitivePairing, ...] = ()
    secondary: bool = True
    """Off only to show in a test that the attack then succeeds."""

    def __post_init__(self) -> None:
        if self.threshold < 2 or self.base < 1 or self.threshold % self.base:
            raise InputError(
                f"A threshold of {self.threshold} with bands of {self.base} cannot be kept.",
                rule="disclosure-rules",
                remedy="Take a threshold of 2 or more, and bands that divide it: otherwise a band straddles it.",
            )
        if any(pairing.factor < 1 or not pairing.kinds for pairing in self.pairings):
            raise InputError(
                "A sensitive pairing without kinds, or weaker than the threshold, hides nothing.",
                rule="disclosure-rules",
                remedy="Name at least one kind of place and a factor of 1 or more.",
            )

    @classmethod
    def from_settings(cls, settings: Settings) -> Rules:
        """The rules of an installation; pairings of site and grade are always among them."""
        pairing = SensitivePairing("a skill by site by grade", frozenset({"site", "grade"}))
        return cls(settings.disclosure_threshold, settings.disclosure_band, (pairing,))
