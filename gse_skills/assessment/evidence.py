"""Evidence of a level: addresses and references in words. Files are not kept.

A register of skills that kept certificates, reports or references would keep personal data of others, at markings of
which it knows nothing; the organisation's own file store has them under its own rules, and a link leads there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from gse_skills.errors import InputError

MAX_PIECES = 10
MAX_LENGTH = 500
_MAILBOX = re.compile(r"[^\s@]+@[^\s@]+\.[^\s@]+")
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*):", re.IGNORECASE)


def checked_evidence(pieces: Iterable[str]) -> tuple[str, ...]:
    """The pieces as they are kept, each once.

    >>> checked_evidence([" MSc  Virology, 2019 ", "", "https://example.gov.uk/report/7"])
    ('MSc Virology, 2019', 'https://example.gov.uk/report/7')

    Raises InputError (rule `bad-evidence`).
    """
    found = tuple(dict.fromkeys(text for piece in pieces if (text := " ".join(piece.split()))))
    if len(found) > MAX_PIECES:
        raise _bad(f"There are {len(found)} pieces.", f"Give the {MAX_PIECES} that show most.")
    for text in found:
        if len(text) > MAX_LENGTH or not text.isprintable():
            raise _bad("A piece is too long or cannot be shown.", f"Write up to {MAX_LENGTH} characters in one line.")
        if _MAILBOX.search(text):
            raise _bad("A piece holds a mail address.", "Leave out what names other people; link to the document.")
        scheme = _SCHEME.match(text)
        if scheme and "//" in text and scheme[1].casefold() not in ("http", "https"):
            raise _bad(f"{scheme[1]} is no address of a page.", "Give an address that begins with https://.")
    return found


def _bad(message: str, remedy: str) -> InputError:
    return InputError(message, rule="bad-evidence", remedy=remedy)
