"""What several pages share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol, Self

from gse_skills.errors import GseSkillsError
from gse_skills_service.pages.frame import FieldName


class View(Protocol):
    """Anything that a page can show: it names its template."""

    template: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with one field of a form, said so that it can be mended."""

    field: FieldName
    message: str

    @classmethod
    def of(cls, error: GseSkillsError, field: FieldName) -> Self:
        """An error, beside the field that is to blame for it."""
        return cls(field, f"{error.message} {error.remedy}".strip())


@dataclass(frozen=True, slots=True)
class ConceptLink:
    """A concept as lists show it."""

    label: str
    href: str
    notation: str = ""
    scheme: str = ""
    """The scheme's name, such as "GSE" or "ESCO"."""
    kind: str = ""
    """Such as "skill" or "group"."""
    definition: str = ""
    matched_label: str = ""
    """The label that was found, when it is not the preferred one."""
    score: float | None = None
    """How near it is to what was typed, 0 to 1."""
    language: str = ""
    """Of label and definition, where it is not the page's."""
    matched_language: str = ""
    """Of the label that was found, where it is not the page's."""
