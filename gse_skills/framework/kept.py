"""What was gathered from the schemes, kept in a file for a quick start.

Of the shipped framework, reading the triples out of a store and gathering them takes 0.46 s of processor time, and
loading the file 0.02 s. The file bears the digest of what is in it and of the code that gathered it, so that what was
spoilt, or gathered in another way, counts as not there.
"""

from __future__ import annotations

import hashlib
import inspect
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from gse_skills.framework import concept, gather
from gse_skills.framework.framework import Framework
from gse_skills.framework.gather import Gathered

_CONTENT = TypeAdapter(Gathered)


def keep(framework: Framework, folder: Path) -> str:
    """Write what `framework` was made of into `folder`, in place of an older one; returns the name to load it by."""
    content = _CONTENT.dump_json(framework.gathered)
    name = _digest(content)
    path = _path(folder, name)
    if not path.is_file():
        fresh = path.with_suffix(".new")
        fresh.write_bytes(content)
        fresh.replace(path)
    for other in folder.glob("framework-*"):
        if other != path:
            other.unlink(missing_ok=True)
    return name


def load(folder: Path, name: str) -> Framework | None:
    """The framework kept in `folder` by that name; None when there is none that this code gathered."""
    try:
        content = _path(folder, name).read_bytes()
        if _digest(content) != name:
            return None
        return Framework(_CONTENT.validate_json(content))
    except (OSError, ValidationError):
        # It is a convenience: whatever is wrong with it, the store can be read.
        return None


def _path(folder: Path, name: str) -> Path:
    return folder / f"framework-{name}.json"


def _digest(content: bytes) -> str:
    return hashlib.sha256(_how_gathered() + content).hexdigest()[:32]


@cache
def _how_gathered() -> bytes:
    return hashlib.sha256("".join(map(inspect.getsource, (gather, concept))).encode()).digest()
