"""What a column may hold whose heading is in no list: by the words within the heading, and by what its cells hold.

A heading that says something else (“Skill required”, “Next review”) is never overruled by cells, and whatever leaves a
doubt is no guess.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import NamedTuple

from gse_skills.imports.dates import DateReading, parse_any_date
from gse_skills.imports.levels import LevelReading, Levels
from gse_skills.imports.roles import HEADINGS, NOT_SKILLS, Role, is_left_out
from gse_skills.imports.sheet import Cell
from gse_skills.imports.text import fold_heading, text_of
from gse_skills.imports.values import parse_available, parse_email

MOST = 0.6
"""Of the cells that say anything this share has to bear a guess out."""
HALF = 0.5
"""From this share on it is worth a question what a column is that was left out."""
SEEN = 2
"""Cells that have to say something before they alone decide."""
JUDGED = frozenset({Role.SKILL, Role.LEVEL, Role.ASSESSED_ON, Role.AVAILABLE, Role.EMAIL})
"""The roles that cells can bear out."""

HINTS: Mapping[Role, tuple[str, ...]] = {
    Role.SKILL: ("can do", "skillset", "skill set", "competences"),
    Role.LEVEL: ("lvl", "how well", "levels"),
    Role.ASSESSED_ON: ("when", "looked", "checked", "dated", "last seen", "last done"),
    Role.AVAILABLE: ("spare", "deploy", "deployed", "deployment", "surge", "standby"),
}
"""Words that mean a role where the cells bear it out, and nothing otherwise."""
FILLERS = frozenset(
    (
        "the", "a", "an", "of", "in", "on", "at", "for", "to", "is", "it", "this", "that", "their", "your", "our",
        "his", "her", "s", "and", "or", "current", "currently", "present", "own", "held", "has", "have", "today",
        "now", "they", "them", "you", "who", "what",
    )
)  # fmt: skip
"""Words that change nothing about what a heading says."""
OTHERWISE = frozenset(
    (
        "required", "require", "requires", "needed", "need", "needs", "target", "desired", "wanted", "want", "wish",
        "wishes", "interest", "interests", "interested", "next", "previous", "prior", "former", "old", "past", "future",
        "planned", "plan", "aim", "goal", "gap", "manager", "managers", "line", "supervisor", "mentor", "buddy",
        "deputy", "training", "course", "start", "started", "starts", "joined", "join", "joining", "birth", "born",
        "expiry", "expires", "expired", "due", "until", "end", "ends", "ended", "leave", "leaves", "leaving",
        "years", "months", "hours", "not", "minimum", "kin", "agreed", "developing", "develop", "learn",
        *(heading for heading in NOT_SKILLS if " " not in heading),
    )
)  # fmt: skip
"""Words by which a heading says that it is about something else."""

_LISTED = {heading: role for role, headings in HEADINGS.items() for heading in headings}
_HINTED = {hint: role for role, hints in HINTS.items() for hint in hints}
_LONGEST = max(heading.count(" ") + 1 for heading in (*_LISTED, *_HINTED))
_PEOPLE = frozenset(("person", "employee", "staff", "colleague", "individual", "officer", "scientist", "holder", "who"))
_NOTHING = re.compile(r"(?:(?:column|col|field|unnamed|untitled|heading|header|data|value|values|f)? ?\d*|y n|yes no)")
_EARLIEST = datetime.date(2010, 1, 1)
# Whoever has a skill was born before; a column of such days without a heading is not of assessments.


class Ground(Enum):
    """By what a column was recognised, in words."""

    HEADING = "from its heading"
    BOTH = "from its heading and its cells"
    CELLS = "from its cells"


class Named(NamedTuple):
    """A role that words within a heading name."""

    role: Role
    sure: bool
    """Whether nothing else of weight stands in the heading; if not, the cells have to bear it out."""


def named_within(heading: str) -> Named | None:
    """The one role that the words of a heading name; None for none or several, or where it says something else.

    >>> named_within("Who is it"), named_within("Their level now")
    (Named(role=<Role.NAME: 'name'>, sure=True), Named(role=<Role.LEVEL: 'level'>, sure=True))
    >>> named_within("Level given by us"), named_within("Skill required"), named_within("Date of level")
    (Named(role=<Role.LEVEL: 'level'>, sure=False), None, None)
    """
    if is_left_out(heading):
        return None
    words, found, rest, listed = fold_heading(heading)[1].split(), dict[str, Role](), list[str](), True
    while words:
        for length in range(min(len(words), _LONGEST), 0, -1):
            phrase = " ".join(words[:length])
            role = _LISTED.get(phrase) or _HINTED.get(phrase)
            if role is not None:
                found[phrase] = role
                listed = listed and phrase in _LISTED
                del words[:length]
                break
        else:
            rest.append(words.pop(0))
    roles = {role for phrase, role in found.items() if phrase not in _PEOPLE} or set(found.values())
    if len(roles) != 1 or not OTHERWISE.isdisjoint(rest):
        return None
    role, sure = roles.pop(), listed and all(word in FILLERS or word.isdigit() for word in rest)
    return Named(role, sure) if sure or role in JUDGED else None


def says_otherwise(heading: str) -> bool:
    """Whether a heading is known to be of something else than what its cells look like.

    >>> says_otherwise("Next check"), says_otherwise("What they can do")
    (True, False)
    """
    return is_left_out(heading) or not OTHERWISE.isdisjoint(fold_heading(heading)[0].split())


def says_nothing(heading: str) -> bool:
    """Whether a heading tells nobody anything.

    >>> says_nothing(""), says_nothing("Column 7"), says_nothing("Shoe size")
    (True, True, False)
    """
    return bool(_NOTHING.fullmatch(fold_heading(heading)[0]))


class Cells:
    """What the cells of a column look like."""

    def __init__(self, cells: Sequence[Cell], names_a_skill: Callable[[str], bool], levels: Levels) -> None:
        readings = [(cell, levels.read(cell)) for cell in cells if text_of(cell)]
        # “?” and “tbc” say nothing for or against.
        self._said = [(cell, one) for cell, one in readings if getattr(one, "how", "") != "not-stated"]
        self._names_a_skill = names_a_skill
        self.count = len(self._said)

    def share(self, role: Role) -> float:
        """Which share of the cells that say anything can be read as this role, from 0 to 1."""
        if not self._said or (role is Role.LEVEL and not self._levels_apart()):
            return 0.0
        return sum(self._reads(role, *said) for said in self._said) / self.count

    def role(self, share: float = MOST) -> Role | None:
        """The one role as which so many cells can be read."""
        found = [role for role in JUDGED if self.share(role) >= share]
        return found[0] if len(found) == 1 else None

    def recent_days(self, today: datetime.date) -> bool:
        """Whether all days among the cells are of the last years."""
        days = [day for cell, _ in self._said if (day := _day(cell))]
        return bool(days) and all(_EARLIEST <= day <= today for day in days)

    def _reads(self, role: Role, cell: Cell, reading: object) -> bool:
        text = text_of(cell)
        match role:
            case Role.SKILL:
                return any(self._names_a_skill(part.strip()) for part in re.split("[;|]", text) if part.strip())
            case Role.LEVEL:
                return isinstance(reading, LevelReading)
            case Role.AVAILABLE:
                # Numbers are as well something else.
                return not text.isdecimal() and parse_available(cell) is not None
            case Role.ASSESSED_ON:
                return _day(cell) is not None
            case _:
                return parse_email(cell) is not None

    def _levels_apart(self) -> bool:
        """Whether levels are there that are no mere numbers or marks: a word, or several ranks."""
        levels = [one for _, one in self._said if isinstance(one, LevelReading) and one.level is not None]
        return any(one.how != "rank" for one in levels) or len({one.level for one in levels}) > 1


def _day(cell: Cell) -> datetime.date | None:
    if isinstance(cell, datetime.date):
        return cell
    reading = parse_any_date(cell) if isinstance(cell, str) else None
    return reading.date if isinstance(reading, DateReading) else None
