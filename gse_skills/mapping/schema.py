"""What the `sssom` package itself finds wrong with a mapping set.

It is an extra: it brings pandas and a schema compiler, which nothing else here needs.
"""

from __future__ import annotations

import importlib.util
import logging
import re
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from gse_skills.errors import UnavailableError
from gse_skills.mapping.read import read
from gse_skills.mapping.rule import RULES, Finding

if TYPE_CHECKING:
    from sssom.util import MappingSetDataFrame

_PLACE = re.compile(r" in /mappings/(\d+)(?:/(\w+))?$")

Row = tuple[str, ...]
"""Subject, predicate and object of a mapping."""


def installed() -> bool:
    """Whether the package is there."""
    return importlib.util.find_spec("sssom") is not None


def validate(path: Path) -> tuple[Finding, ...]:
    """The findings of all validators of the package, each with the line of the file as far as they tell it.

    Raises UnavailableError (rule `sssom-missing`) when the package is not installed.
    """
    if not installed():
        message = "The sssom package, which judges mapping sets by the SSSOM schema, is not installed."
        raise UnavailableError(message, rule="sssom-missing", remedy="Install it: pip install 'gse-skills[mapping]'.")
    lines: dict[Row, int] = {(row.subject, row.predicate, row.object): row.line for row in read(path).mappings}
    with _quiet():
        return tuple(dict.fromkeys(_findings(path.read_text("utf-8-sig"), lines)))


def _findings(text: str, lines: dict[Row, int]) -> Iterator[Finding]:
    from sssom.parsers import parse_sssom_table, to_mapping_set_document
    from sssom.validators import validate as judge

    try:
        # A stream, since the package would fetch a path that looks like an address.
        theirs = parse_sssom_table(StringIO(text), sep="\t")
        reports = judge(theirs, fail_on_error=False)
        rows = to_mapping_set_document(theirs).mapping_set.mappings
    except Exception as error:  # on a faulty set the package raises whatever its parsers, linkml and pandas raise
        message = f"The sssom package cannot read it: {type(error).__name__}: {error}"
        yield _finding(0, "", "", message)
        return
    keys = [tuple(map(_expander(theirs), (row.subject_id, row.predicate_id, row.object_id))) for row in rows]
    for message in (result.message for report in reports.values() for result in report.results):
        # The package sorts the rows, so its numbers are not those of the file.
        place = _PLACE.search(message)
        line = lines.get(keys[int(place[1])], 0) if place else 0
        value = getattr(rows[int(place[1])], place[2] or "", None) if place else None
        yield _finding(line, (place[2] or "") if place else "", "" if value is None else str(value), message)
    for key in lines.keys() - set(keys):
        yield _finding(
            lines[key], "", "", "The sssom package leaves the row out: a value that it needs is missing or wrong."
        )


def _finding(line: int, column: str, value: str, message: str) -> Finding:
    return Finding(RULES["sssom-schema"], line, column, value, message)


def _expander(theirs: MappingSetDataFrame) -> Callable[[object], str]:
    """What makes IRIs of the package's compact ones."""
    return lambda value: theirs.converter.expand(str(value)) or str(value)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without the package's log, which repeats what it returns, and its warnings, which are about its own code."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
