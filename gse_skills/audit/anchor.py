"""Anchors: the number and hash of an entry, kept where the log is not, so that a log cut short does not look whole."""

from __future__ import annotations

import re
from dataclasses import dataclass

from gse_skills.errors import InputError

NOTHING = "0" * 64
"""What stands for the hash of an entry before the first."""
_FORM = re.compile(r"([0-9]{1,16}):([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A log that has this entry is not cut short before it, and everything up to it is as it was written."""

    number: int
    digest: str
    """SHA-256 of the entry, in hexadecimal."""

    @classmethod
    def parse(cls, text: str) -> Anchor:
        """An anchor as it is written; raises InputError (rule `bad-anchor`).

        >>> str(Anchor.parse("7:" + "ab" * 32))[:6]
        '7:abab'
        """
        found = _FORM.fullmatch(text)
        if found is None:
            raise InputError(
                f"“{text}” is not an anchor.",
                rule="bad-anchor",
                remedy="Write NUMBER:HASH, as `gse-skills audit verify` prints it.",
            )
        return cls(int(found[1]), found[2])

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"


BEGINNING = Anchor(0, NOTHING)
"""The anchor of a log without entries."""
