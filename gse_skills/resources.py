"""Where the shipped data lies: beside the package in a checkout, inside it in an installed wheel."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).parent


def folder(name: str) -> Path:
    """The folder `name` of the shipped data: "ontology", "mappings" or "examples".

    >>> (folder("ontology") / "gse-skills.ttl").name
    'gse-skills.ttl'

    Raises FileNotFoundError when this installation does not carry it.
    """
    for candidate in (_PACKAGE / "data" / name, _PACKAGE.parent / name):
        if candidate.is_dir():
            return candidate
    msg = f"this installation does not carry {name}/"
    raise FileNotFoundError(msg)
