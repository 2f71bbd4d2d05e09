"""What a rule of quality is, and what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import IntEnum

from gse_skills.framework.quality.statements import Statements


class Severity(IntEnum):
    """How bad it is: an error contradicts SKOS or breaks what reads the scheme, a note may well be meant."""

    ERROR = 1
    WARNING = 2
    NOTE = 3

    @property
    def label(self) -> str:
        """The word for it.

        >>> Severity.ERROR.label
        'error'
        """
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule by its name: `title` says in a sentence what it finds, `link` where the rule is from."""

    slug: str
    severity: Severity
    title: str
    link: str
    remedy: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What a check saw: the number of the term at fault (none: the whole), and of the others that take part."""

    focus: int | None
    message: str
    others: tuple[int, ...] = ()


Check = Callable[[Statements], Iterable[Fault]]


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: the rule it breaks, the concept or scheme at fault by IRI and label, and the IRIs that take part."""

    rule: Rule
    concept: str
    label: str
    message: str
    others: tuple[str, ...] = ()
