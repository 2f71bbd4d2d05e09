"""The skills in a pasted sentence or list: which phrases name one, which come near one, and which say nothing known.

Nothing is taken for granted: each phrase is told with how sure we are, so that whoever asked can strike it out or
choose another. What names a concept exactly is `named`. What a search finds with a high score is `likely`. What it
finds with a lower one is `unsure`, and what it does not find at all is `unknown`: neither is to be used unasked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Literal

from gse_skills.errors import AmbiguousError, InputError
from gse_skills.framework.concept import SKILL_KINDS
from gse_skills.framework.lookup import Lookup
from gse_skills.framework.search import Search, Suggestion
from gse_skills.framework.words import normalise, telling
from gse_skills.vocabulary import Level

How = Literal["named", "likely", "unsure", "unknown"]

MAX_TEXT = 2000
"""Letters of a text; more is a document."""
MAX_PHRASES = 20
_LONGEST = 12
"""Words in the longest name that is looked for."""
_LIKELY, _OFFERED = 0.55, 0.25
"""Scores of the search from which a phrase is taken for what was found, and from which that is offered."""
_AHEAD = 0.05
"""By how much what is taken is ahead of the next: of several that are as near nobody can tell which is meant."""
_ALTERNATIVES = 4
_SHORT = 3
"""Letters up to which a name is an abbreviation, which is written in capitals."""

_LINES = re.compile(r"[\n\r;•·|]|[.?!](?=\s|$)|(?:^|(?<=\s))[-\u2013\u2014*](?=\s)", re.MULTILINE)
_WORDS = re.compile(r"[^\s,:()/\"“”]+|[,:()/\"“”]")
_BREAK_WORDS = """
, : ( ) / " “ ” and or & plus also who whom that which but with including as well either both for from by during
"""
_FILLER_WORDS = """
a able about above advice after all also am an and any anybody anyone are as asap at available background based be best
better both by can could day deep do does doing emergency expert expertise experts experience experienced familiar
find for from get good has have having hello help helping hi highly i ideally immediately in including into is it
knowledge know knowledgeable knows lab like looking me morning my need needed needs now of on one or our out people
perform performing person persons please possible preferably qualified really required requires right run running
scientists send skill skilled skills so some somebody someone soon specialist specialists specialising staff strong
team thank thanks the their them there these they this to today tomorrow trained training understand understanding
understands urgent urgently us use using very want wanted we what who whoever with work worker working works would you
your monday tuesday wednesday thursday friday saturday sunday
applicant applicants candidate candidates demonstrable desirable essential excellent hold holding holds ideal job must
post proven role should strong successful will
am angen ar arbenigedd arbenigwr arbenigwyr gwybodaeth gyda i mewn o oes profiad pwy rhywun sgiliau sy sydd yn
"""
"""Words that say that somebody is wanted, and not for what, in English and in Welsh; they are left out at either end of
a phrase."""
_BREAKS, _FILLERS = frozenset(_BREAK_WORDS.split()), frozenset(_FILLER_WORDS.split())
_PLACING = frozenset(("at", "in", "near"))
_PLACED = re.compile(
    r"(?P<before>[^\n\r;•·|.,?!]+?)\s(?:based\s+|located\s+|working\s+)?(?:at|in|near)\s+(?:the\s+)?"
    r"(?P<place>[A-Z][\w'\u2019-]*(?:\s+(?:[A-Z][\w'\u2019-]*|of|the|on|upon|and(?=\s+[A-Z])))*)"
)
"""Names of places are written with capital letters; a level may be, and is taken out before."""
_LEVEL = re.compile(
    r"\(?\b(?:at\s+(?:an?\s+)?)?(?P<level>awareness|working|practitioner|expert)"
    r"(?:\s+level\b(?:\s+(?:or|and)\s+(?:above|higher|better|up)\b)?|\s+(?:or|and)\s+(?:above|higher|better|up)\b)\)?",
    re.IGNORECASE,
)
_AVAILABLE = re.compile(r"\bavailable\b", re.IGNORECASE)
_NOT_AVAILABLE = re.compile(r"\b(?:un|not\s+(?:currently\s+)?|data\s+)available\b", re.IGNORECASE)
_AGENTS = (
    (re.compile(r"ologists?\b"), "ology"),
    (re.compile(r"(chem)ists?\b"), r"\1istry"),
    (re.compile(r"icists?\b"), "ics"),
    (re.compile(r"graphers?\b"), "graphy"),
    (re.compile(r"engineers?\b"), "engineering"),
    (re.compile(r"modellers?\b"), "modelling"),
    (re.compile(r"scientists?\b"), "science"),
    (re.compile(r"nomers?\b"), "nomy"),
)
"""People by what they do, as the name of what they do."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase of the text, as written, and what it is understood as."""

    text: str
    how: How
    concept: str | None = None
    """IRI; None when it is not understood."""
    label: str = ""
    """The label or notation that matched."""
    score: float = 0.0
    alternatives: tuple[Suggestion, ...] = ()
    """What else may be meant, best first."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What a text asks for."""

    phrases: tuple[Phrase, ...]
    places: tuple[str, ...] = ()
    """Where somebody is wanted, as written: whether there is such a place is not known here."""
    level: Level | None = None
    """The lowest level, where the text says one."""
    available: bool = False
    """Whether it asks for who is available."""

    @property
    def concepts(self) -> tuple[str, ...]:
        """IRIs of what is named or likely, each once."""
        taken = (one.concept for one in self.phrases if one.how in ("named", "likely") and one.concept)
        return tuple(dict.fromkeys(taken))


def read_sentence(text: str, lookup: Lookup, search: Search) -> Sentence:
    """Find the skills that `text` speaks of, in the order in which it does.

    Raises InputError (rule `text-too-long`).
    """
    if len(text) > MAX_TEXT:
        raise too_long(len(text))
    reader = _Reader(lookup, search)
    if whole := reader.named(text.strip()):
        return Sentence((whole,))
    levels = {match["level"].capitalize() for match in _LEVEL.finditer(text)}
    available = bool(_AVAILABLE.search(text)) and not _NOT_AVAILABLE.search(text)
    phrases: dict[str, Phrase] = {}
    skills, places = reader.placed(_LEVEL.sub(" , ", text))
    found = (phrase for line in _LINES.split(skills) for phrase in reader.read(line))
    for phrase in islice(found, MAX_PHRASES):
        phrases.setdefault(phrase.concept or normalise(phrase.text), phrase)
    # Of several levels nobody can tell which goes with what.
    level = Level[levels.pop().upper()] if len(levels) == 1 else None
    return Sentence(tuple(phrases.values()), places, level, available)


def too_long(letters: int) -> InputError:
    """What to raise for so many letters."""
    return InputError(
        f"The text has {letters:,} letters.",
        rule="text-too-long",
        remedy=f"Take the part that says who is needed, up to {MAX_TEXT:,} letters.",
    )


class _Reader:
    def __init__(self, lookup: Lookup, search: Search) -> None:
        self._lookup, self._search = lookup, search

    def placed(self, text: str) -> tuple[str, tuple[str, ...]]:
        """The text without the places that it names behind what it asks for: “virology at Porton Down”.

        A place is what follows `at`, `in` or `near` up to the next break, has a capital letter and is no skill; what it
        follows has to say something, since in “expert in Python” nothing but the skill does.
        """
        places: list[str] = []

        def without(match: re.Match[str]) -> str:
            before, place = match["before"], match["place"].strip()
            if not _stripped(_WORDS.findall(before)) or self._is_skill(place):
                return match[0]
            places.append(place)
            return f"{before},"

        return _PLACED.sub(without, text), tuple(places)

    def _is_skill(self, text: str) -> bool:
        return self._understood(text).how in ("named", "likely")

    def read(self, line: str) -> Iterator[Phrase]:
        """The phrases of a line: names of several words wherever they stand, and what is left between the breaks."""
        words = _WORDS.findall(line)
        start = place = 0
        while place < len(words):
            found = self._name_at(words, place)
            if found is None:
                place += 1
                continue
            yield from self._rest(words[start:place])
            phrase, place = found
            start = place
            yield phrase
        yield from self._rest(words[start:])

    def _name_at(self, words: list[str], place: int) -> tuple[Phrase, int] | None:
        """The longest name of several telling words, or the notation, that begins here, and where it ends."""
        if words[place].casefold() in _BREAKS:
            return None
        for end in range(min(len(words), place + _LONGEST), place, -1):
            text = _joined(words[place:end])
            several = len(telling(normalise(text))) > 1
            if (several or any(sign.isdigit() for sign in text)) and words[end - 1].casefold() not in _BREAKS:
                phrase = self.named(text)
                if phrase is not None:
                    return phrase, end
        return None

    def _rest(self, words: list[str]) -> Iterator[Phrase]:
        part: list[str] = []
        for word in (*words, ","):
            if word.casefold() not in _BREAKS:
                part.append(word)
                continue
            part = _stripped(part)
            if part:
                yield from self._parted(part)
            part = []

    def _parted(self, words: list[str]) -> tuple[Phrase, ...]:
        """What words between breaks mean; where that is not clear but what stands before `at`, `in` or `near` is, these
        are phrases of their own."""
        whole = self._understood(_joined(words))
        if whole.how in ("named", "likely"):
            return (whole,)
        for place, word in enumerate(words):
            before, behind = _stripped(words[:place]), _stripped(words[place + 1 :])
            if word.casefold() in _PLACING and before and behind:
                first = self._understood(_joined(before))
                if first.how in ("named", "likely"):
                    return first, self._understood(_joined(behind))
        return (whole,)

    def named(self, text: str) -> Phrase | None:
        """What is called so, also by who does it; several concepts of one name are `unsure`, all offered."""
        for called in dict.fromkeys((text, *_what_they_do(text))):
            if not _is_name(called):
                continue
            try:
                match = self._lookup.find(called, kinds=SKILL_KINDS)
            except AmbiguousError as error:
                return Phrase(text, "unsure", alternatives=_choices(error))
            if match is not None:
                iri = match.replaced_by[0] if len(match.replaced_by) == 1 else match.concept
                return Phrase(text, "named", iri, match.label, 1.0)
        return None

    def _understood(self, text: str) -> Phrase:
        if phrase := self.named(text):
            return phrase
        found = self._search.search(next(iter(_what_they_do(text)), text), _ALTERNATIVES + 1, kinds=SKILL_KINDS)
        first = found[0] if found else None
        if first is None or first.score < _OFFERED:
            return Phrase(text, "unknown", alternatives=tuple(found[:_ALTERNATIVES]))
        if first.score < _LIKELY or any(one.score > first.score - _AHEAD for one in found[1:]):
            return Phrase(text, "unsure", alternatives=tuple(found[:_ALTERNATIVES]))
        return Phrase(text, "likely", first.concept, first.label, float(first.score), tuple(found[1:]))


def _what_they_do(text: str) -> Iterator[str]:
    """A phrase about people as one about what they do.

    >>> list(_what_they_do("Plant pathologists")), list(_what_they_do("virology"))
    (['Plant pathology'], [])
    """
    for agent, work in _AGENTS:
        done = agent.sub(work, text)
        if done != text:
            yield done


def _is_name(text: str) -> bool:
    """Whether it may be looked up as a name: not a common word, and an abbreviation only in capitals."""
    normal = normalise(text)
    return bool(normal) and not set(normal.split()) <= _FILLERS and (len(normal) > _SHORT or text.isupper())


def _stripped(words: list[str]) -> list[str]:
    start, end = 0, len(words)
    while start < end and words[start].casefold() in _FILLERS:
        start += 1
    while start < end and words[end - 1].casefold() in _FILLERS:
        end -= 1
    return words[start:end]


def _joined(words: list[str]) -> str:
    """Words with their signs, as they were written."""
    text = " ".join(words)
    for sign in ",:)":
        text = text.replace(f" {sign}", sign)
    return text.replace("( ", "(").replace(" / ", "/")


def _choices(error: AmbiguousError) -> tuple[Suggestion, ...]:
    choices = error.extra["choices"]
    assert isinstance(choices, list)
    return tuple(Suggestion(choice["iri"], 1.0, choice["label"], "preferred") for choice in choices)
