"""The jobs that a child can do: a fixed table, so that nothing on the wire can name code to import."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Mapping
from contextlib import suppress

Emit = Callable[[bytes], None]
Job = Callable[[dict[str, object], Emit], None]

JOBS: Mapping[str, str] = {
    "query": "gse_skills.sparql.child:run",
    "examine": "gse_skills.sparql.examine:run",
    "sheet": "gse_skills.imports.reader:run",
    "rdf": "gse_skills.framework.parse:run",
}


def load(name: str) -> Job:
    """The function that does the job `name`.

    >>> load("query").__module__
    'gse_skills.sparql.child'

    Raises KeyError for a name that is not in the table, ImportError when its module is broken.
    """
    module, _, function = JOBS[name].partition(":")
    job: Job = getattr(importlib.import_module(module), function)
    return job


def preload() -> None:
    """Import what the jobs need, so that each child has it from its first moment."""
    for name in JOBS:
        # One broken job must not take the others down; the child that asks for it meets the same error and says so.
        with suppress(ImportError):
            load(name)
