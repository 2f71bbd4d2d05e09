"""The documented example queries, which docs, query page and tests share."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from gse_skills.resources import folder

_LINE = re.compile(r"^# (title|question|explains|topic): *(.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Example:
    """A query with its documentation, from the comment lines at its head."""

    slug: str
    title: str
    question: str
    """What it asks, in plain words."""
    explains: str
    """What of the data or of SPARQL it shows."""
    topic: str
    """The heading under which it is listed."""
    text: str
    """The whole file, comments included, as it can be pasted."""


@cache
def examples() -> tuple[Example, ...]:
    """All examples, in the order of their file names.

    >>> all(example.text.startswith("# title:") for example in examples())
    True
    """
    return tuple(_read(path.stem, path.read_text("utf-8")) for path in sorted(folder("examples").glob("*.rq")))


def _read(slug: str, text: str) -> Example:
    told = dict(_LINE.findall(text))
    return Example(slug, told["title"], told["question"], told["explains"], told["topic"], text)
