"""Text out of cells: trimmed, and folded for comparison."""

from __future__ import annotations

import datetime
import re

from gse_skills.imports.sheet import Cell

MAX_TEXT = 500
"""Characters of a name, a phrase or any other text that is kept."""

_INVISIBLE = {ord(character): None for character in "\u200b\u200c\u200d\u2060\ufeff\u00ad"}
_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_PARENTHESIS = re.compile(r"[(\[][^)\]]*[)\]]?\s*$")
_NOT_WORD = re.compile(r"[\W_]+")


def text_of(cell: Cell) -> str:
    """The text of a cell as a person sees it, on one line, without spaces around it.

    >>> text_of(" Jane\\u00a0 Doe\\n"), text_of(12345.0), text_of(2.5), text_of(True)
    ('Jane Doe', '12345', '2.5', 'TRUE')
    """
    if isinstance(cell, str):
        plain = cell if cell.isascii() else cell.translate(_INVISIBLE)
        return " ".join(plain.split())
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, datetime.date):
        return cell.isoformat()
    return str(cell)


def fold(text: str) -> str:
    """A short text as words are compared: case and punctuation count for nothing.

    >>> fold("Self-assessed."), fold("N/A"), fold("L. Manager")
    ('self assessed', 'n a', 'l manager')
    """
    return _NOT_WORD.sub(" ", text.casefold()).strip()


def fold_heading(text: str) -> tuple[str, str]:
    """A heading as headings are compared, and the same without what stands in brackets at its end.

    >>> fold_heading("Date assessed (DD/MM/YYYY)")[1], fold_heading("StaffNo.")[0], fold_heading("E-mail")[0]
    ('date assessed', 'staff no', 'e mail')
    """
    spaced = _CAMEL.sub(" ", text).replace("&", " and ")
    return fold(spaced), fold(_PARENTHESIS.sub("", spaced))
