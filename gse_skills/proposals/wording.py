"""The words of proposals and reasons: of a bounded length, and nothing in them that cannot be shown."""

from __future__ import annotations

from gse_skills.errors import InputError

MAX_TEXT = 1_000
"""Characters of a proposal or a reason."""


def plain(text: str, what: str) -> str:
    """The text without spaces around it, its line ends as one character and other control characters as spaces.

    >>> plain(" Split it:\\r\\n a\\tb ", "text")
    'Split it:\\n a b'

    Raises InputError (rule `text-too-long`) over 1,000 characters.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    shown = "".join(sign if sign.isprintable() or sign == "\n" else " " for sign in lines).strip()
    if len(shown) > MAX_TEXT:
        raise InputError(
            f"The {what} has {len(shown):,} characters.",
            rule="text-too-long",
            remedy=f"Shorten it to {MAX_TEXT:,} characters.",
        )
    return shown
