"""The other words of a sheet: who judged a level, whether somebody is available, whom a record may reach, addresses."""

from __future__ import annotations

import re
from collections.abc import Mapping

from gse_skills.imports.sheet import Cell
from gse_skills.imports.text import fold, text_of
from gse_skills.vocabulary import Audience, Basis

BASES: Mapping[Basis, tuple[str, ...]] = {
    Basis.SELF: (
        "self", "self assessed", "self assessment", "self assess", "self declared", "self reported", "own",
        "individual", "employee", "me",
    ),
    Basis.PEER: ("peer", "peer assessed", "peer assessment", "peer review", "peer reviewed", "colleague"),
    Basis.MANAGER: (
        "manager", "line manager", "manager assessed", "manager assessment", "lm", "supervisor", "team leader",
        "team lead", "head of team", "countersigned", "manager agreed",
    ),
    Basis.ACCREDITED: (
        "accredited", "accredited body", "accreditation", "certificate", "certified", "certification", "ukas",
        "external", "external assessor", "external assessment", "professional body", "chartered", "awarding body",
        "qualification",
    ),
}  # fmt: skip
AUDIENCES: Mapping[Audience, tuple[str, ...]] = {
    Audience.PUBLIC: ("public", "everyone", "open"),
    Audience.ALLIANCE: ("alliance", "nla", "national laboratory alliance", "all laboratories", "all labs", "shared"),
    Audience.EMERGENCY: (
        "emergency", "emergencies", "emergency only", "emergencies only", "in an emergency", "incident",
    ),
    Audience.PRIVATE: (
        "private", "department", "department only", "internal", "internal only", "own department", "organisation",
    ),
}  # fmt: skip
AVAILABLE = ("yes", "y", "true", "1", "available", "deployable", "x", "✓", "✔", "now")
UNAVAILABLE = (
    "no", "n", "false", "0", "unavailable", "not available", "not deployable", "on leave", "on loan", "seconded",
    "left",
)  # fmt: skip
EMPTY_WORDS = frozenset(
    {"", "-", "\u2013", "\u2014", "n/a", "na", "none", "nil", "tbc", "tbd", "unknown", "not known", "?"}
)
"""Words that leave a fact about a person unsaid."""

_BASES = {word: basis for basis, words in BASES.items() for word in words}
_AUDIENCES = {word: audience for audience, words in AUDIENCES.items() for word in words}
_AVAILABLE = {**dict.fromkeys(AVAILABLE, True), **dict.fromkeys(UNAVAILABLE, False)}
# What RFC 5322 calls an atom, without what an IRI cannot hold.
_EMAIL = re.compile(r"(?:mailto:)?([\w.!$&'*+=~-]{1,64}@[\w-]+(?:\.[\w-]+)+)", re.IGNORECASE)


def is_unsaid(text: str) -> bool:
    """Whether a text stands for nothing.

    >>> is_unsaid("n/a"), is_unsaid("NA Smith")
    (True, False)
    """
    return text.casefold() in EMPTY_WORDS


def parse_basis(cell: Cell) -> Basis | None:
    """Who judged a level; None when the words are not known, such as the name of a manager.

    >>> parse_basis("Line Manager"), parse_basis("UKAS"), parse_basis("J. Smith")
    (<Basis.MANAGER: 3>, <Basis.ACCREDITED: 4>, None)
    """
    return _BASES.get(fold(text_of(cell)))


def parse_audience(cell: Cell) -> Audience | None:
    """Whom a record may reach; None when the words are not known.

    >>> parse_audience("Emergencies only"), parse_audience("NLA"), parse_audience("some")
    (<Audience.EMERGENCY: 'emergency'>, <Audience.ALLIANCE: 'alliance'>, None)
    """
    return _AUDIENCES.get(fold(text_of(cell)))


def parse_available(cell: Cell) -> bool | None:
    """Whether somebody is available; None when the words are not known.

    >>> parse_available("Yes"), parse_available("On leave"), parse_available("Tuesdays")
    (True, False, None)
    """
    text = text_of(cell).casefold()
    return _AVAILABLE.get(text, _AVAILABLE.get(fold(text)))


def parse_email(cell: Cell) -> str | None:
    """An email address; None when the text is none.

    >>> parse_email("mailto:J.Doe@Example.gov.uk"), parse_email("ask Jane")
    ('J.Doe@Example.gov.uk', None)
    """
    found = _EMAIL.fullmatch(text_of(cell))
    return found[1] if found else None
