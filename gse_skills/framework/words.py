"""How text is brought to a common form before it is compared: one normal form, and words reduced to their stems."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_STOP = frozenset((
    "a", "an", "and", "are", "as", "at", "be", "by", "for", "from", "in", "is", "it", "its", "of", "on", "or", "other",
    "such", "that", "the", "their", "this", "to", "using", "which", "with",
))  # fmt: skip
_APOSTROPHES = re.compile("['\u2018\u2019\u02bc`]")
_BREAKS = re.compile(r"[^\w+#]|_")
_LOOSE_SIGNS = re.compile(r"(?<!\S)[+#]+")
"""Plus and hash belong to a word that they follow, as in C++ and C#, and to nothing else."""


def normalise(text: str) -> str:
    """The text without differences of case, accents, width, spacing and punctuation.

    >>> normalise("  Next\u2010Generation   SEQUENCING (NGS) "), normalise("Caf\u00e9 & driver\u2019s C++")
    ('next generation sequencing ngs', 'cafe and drivers c++')
    """
    plain = text.replace("&", " and ").casefold()
    if not plain.isascii():
        plain = unicodedata.normalize("NFKD", plain).casefold()
        plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return " ".join(_LOOSE_SIGNS.sub("", _BREAKS.sub(" ", _APOSTROPHES.sub("", plain))).split())


def content(normal: str) -> list[str]:
    """The stems of the telling words of a normalised text.

    >>> content("the modelling of epidemics"), content("to be")
    (['model', 'epidemic'], ['to', 'be'])
    """
    return [stem(word) for word in telling(normal)]


def telling(normal: str) -> list[str]:
    """The words that carry meaning in a normalised text; if there are none, all its words."""
    words = normal.split()
    return [word for word in words if word not in _STOP] or words


@lru_cache(maxsize=1 << 16)
def stem(word: str) -> str:
    """A crude English stem: it need only bring the forms of one word together, not be a word.

    >>> {stem(word) for word in ("manage", "manages", "managed", "managing")}
    {'manag'}
    """
    if len(word) > 5 and word.endswith("ing"):
        word = word[:-3]
    elif len(word) > 5 and word.endswith("ies"):
        word = f"{word[:-3]}y"
    elif len(word) > 4 and word.endswith(("ed", "es")):
        word = word[:-2]
    elif len(word) > 3 and word.endswith("s") and not word.endswith("ss"):
        word = word[:-1]
    if len(word) > 4 and word.endswith("e"):
        word = word[:-1]
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "ls":
        word = word[:-1]
    return word.removesuffix("l") if word.endswith("ll") and len(word) > 5 else word


def one_slip(word: str, other: str) -> bool:
    """Whether the words differ by one letter that is missing, too many, wrong, or swapped with its neighbour.

    >>> one_slip("virolgy", "virology"), one_slip("vriology", "virology"), one_slip("biology", "virology")
    (True, True, False)
    """
    if word == other or abs(len(word) - len(other)) > 1:
        return False
    shorter, longer = sorted((word, other), key=len)
    start = next((place for place, sign in enumerate(shorter) if sign != longer[place]), len(shorter))
    if len(shorter) < len(longer):
        return shorter[start:] == longer[start + 1 :]
    swapped = shorter[start + 1 : start + 2] + shorter[start]
    return shorter[start + 1 :] == longer[start + 1 :] or swapped + shorter[start + 2 :] == longer[start:]


def initials(normal: str) -> str:
    """The abbreviation that the initials of a normalised label make, or nothing for one word or many.

    >>> initials("high performance liquid chromatography"), initials("virology")
    ('hplc', '')
    """
    words = [word for word in normal.split() if word not in _STOP]
    return "".join(word[0] for word in words) if 2 <= len(words) <= 6 else ""
