"""Levels as people write them: by name, rank, initial, common synonym, or in the words of a saved mapping."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from gse_skills.imports.finding import Unread
from gse_skills.imports.sheet import Cell
from gse_skills.imports.text import text_of
from gse_skills.vocabulary import Level

How = Literal["name", "rank", "initial", "synonym", "mapping", "none", "not-stated"]

SYNONYMS: Mapping[Level, tuple[str, ...]] = {
    Level.AWARENESS: (
        "aware", "basic", "basics", "basic knowledge", "beginner", "novice", "foundation", "foundational",
        "fundamental", "fundamentals", "introductory", "entry", "entry level", "limited", "some knowledge", "learner",
        "learning", "trainee", "in training",
    ),
    Level.WORKING: (
        "working knowledge", "working level", "trained", "intermediate", "with support", "with supervision",
        "under supervision", "supervised", "assisted",
    ),
    Level.PRACTITIONER: (
        "practitioner level", "practising", "competent", "proficient", "skilled", "experienced", "independent",
        "unsupervised", "without support", "advanced", "authorised", "signed off", "fully competent",
    ),
    Level.EXPERT: (
        "expert level", "lead", "leader", "leading", "lead practitioner", "authority", "national authority", "sme",
        "subject matter expert", "master", "mastery", "leads and teaches",
    ),
}  # fmt: skip
NONE_WORDS = (
    "0", "-", "\u2013", "\u2014", "none", "no", "nil", "n/a", "na", "not applicable", "no experience", "no knowledge",
    "✗", "✘",
)  # fmt: skip
NOT_STATED = (
    "?", "tbc", "tbd", "unknown", "not known", "n/k", "not assessed", "not yet assessed", "pending", "not stated",
)  # fmt: skip
TICKS = ("x", "y", "yes", "true", "tick", "ticked", "✓", "✔", "☑", "√", "✅", "•", "●", "■", "\u00d7")

_NAMES = {level.name.casefold(): level for level in Level}
_INITIALS = {level.name[0].casefold(): level for level in Level}
_WORDS = {word: level for level, words in SYNONYMS.items() for word in words}
_NONE = frozenset(NONE_WORDS)
_UNSTATED = frozenset(NOT_STATED)
_TICKS = frozenset(TICKS)
_NUMBER = re.compile(r"(?:(?:skill )?level |rank |grade |l)?([+-]?\d+(?:[.,]\d+)?)")
# Only between letters: “A-”, “E*” and “Expert?” say something other than the level.
_BETWEEN_WORDS = re.compile(r"(?<=\w)[-_. ]+(?=\w)")
_TWO_PARTS = re.compile(r"(.+?)\s*(?:[-–—:=.]\s+|\s[-–—:=]\s*|:|=|\()\s*([^()]+?)\)?")  # noqa: RUF001 - dashes of every length


@dataclass(frozen=True, slots=True)
class LevelReading:
    """What a cell says of a level. `level` None means that the skill is not held (`how` "none") or that the cell says
    nothing of it (`how` "not-stated").
    """

    level: Level | None
    how: How


class Levels:
    """Reads levels, the words of a saved mapping first; remembers what it has read."""

    def __init__(self, words: Mapping[str, Level | None] | None = None) -> None:
        """`words` are a department's own: a word, a number of its own scale, or `tick` for every kind of tick."""
        self._own = {word.strip().casefold(): level for word, level in (words or {}).items()}
        # Typed, since 1, 1.0 and True are one key otherwise and TRUE is a tick.
        self.read = lru_cache(maxsize=4096, typed=True)(self._read)

    def _read(self, cell: Cell) -> LevelReading | Unread:
        text = text_of(cell)
        folded = text.casefold()
        if folded in self._own:
            return LevelReading(self._own[folded], "mapping")
        if isinstance(cell, bool):
            return self._tick(text) if cell else LevelReading(None, "none")
        if isinstance(cell, datetime.date):
            return Unread("unknown-level", f"This cell is a date, {text}; spreadsheet programs make dates of 3/4.")
        if not text:
            return LevelReading(None, "not-stated")
        if folded in _NONE:
            return LevelReading(None, "none")
        if folded in _UNSTATED:
            return LevelReading(None, "not-stated")
        if folded in _TICKS:
            return self._tick(text)
        return _worded(text) or self._two_parts(text) or _unknown(text)

    def _tick(self, text: str) -> LevelReading | Unread:
        if "tick" in self._own:
            return LevelReading(self._own["tick"], "mapping")
        return Unread("tick-is-not-a-level", f"“{text}” says that the skill is held, not at which level.")

    def _two_parts(self, text: str) -> LevelReading | None:
        """`3 - Practitioner` and `Practitioner (3)`: taken when both parts say the same level."""
        parts = _TWO_PARTS.fullmatch(text)
        if not parts:
            return None
        readings = [_worded(part.strip()) for part in parts.groups()]
        levels = {reading.level for reading in readings if isinstance(reading, LevelReading)}
        if len(levels) == 1 and all(isinstance(reading, LevelReading) for reading in readings):
            return LevelReading(levels.pop(), "name")
        return None


def _worded(text: str) -> LevelReading | Unread | None:
    """A reading of one word or number."""
    folded = text.casefold()
    number = _NUMBER.fullmatch(folded)
    if number:
        return _ranked(float(number[1].replace(",", ".")), text)
    if text.endswith("%"):
        return Unread("unknown-level", f"“{text}” is a share, not a level.")
    word = _BETWEEN_WORDS.sub(" ", folded).rstrip(".")
    if word in _NAMES:
        return LevelReading(_NAMES[word], "name")
    if word in _INITIALS:
        return LevelReading(_INITIALS[word], "initial")
    return LevelReading(_WORDS[word], "synonym") if word in _WORDS else None


def _ranked(number: float, text: str) -> LevelReading | Unread:
    if number == 0:
        return LevelReading(None, "none")
    if number in (1, 2, 3, 4):
        return LevelReading(Level(int(number)), "rank")
    return Unread("level-out-of-range", f"“{text}” is not one of the levels 1 to 4.")


def _unknown(text: str) -> Unread:
    return Unread("unknown-level", f"“{text}” is not a level that we know.")


def parse_level(cell: Cell) -> LevelReading | Unread:
    """Read one level by the common words alone.

    >>> parse_level("Trained"), parse_level(3.0), parse_level("n/a")
    (LevelReading(level=<Level.WORKING: 2>, how='synonym'), LevelReading(level=<Level.PRACTITIONER: 3>, how='rank'), \
LevelReading(level=None, how='none'))
    >>> parse_level("9").rule, parse_level("✓").rule, parse_level("75%").rule
    ('level-out-of-range', 'tick-is-not-a-level', 'unknown-level')
    """
    return Levels().read(cell)
