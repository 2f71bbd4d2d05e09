"""Job "rdf" of the sandbox: reads one RDF file in any syntax and emits it as N-Triples.

Graph names are left out: a file with several graphs is read as their union. Nothing is fetched: JSON-LD contexts on
the web and `owl:imports` are not followed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

import pyoxigraph as ox

from gse_skills.errors import InputError

CHUNK = 2_000
"""Triples in one chunk, about 300 kB."""


def rdf_format(path: Path, name: str = "") -> ox.RdfFormat | None:
    """The syntax called `name` (a media type or a file ending), or that of the file's ending; None when unknown.

    >>> rdf_format(Path("skills.owl")), rdf_format(Path("skills.txt"), "text/turtle")
    (<RdfFormat RDF/XML>, <RdfFormat Turtle>)
    """
    if name:
        return ox.RdfFormat.from_media_type(name) or ox.RdfFormat.from_extension(name.removeprefix("."))
    ending = path.suffix.removeprefix(".").casefold()
    if ending in ("txt", "owl"):  # pyoxigraph takes any text for N-Triples, and does not know the second
        return ox.RdfFormat.RDF_XML if ending == "owl" else None
    return ox.RdfFormat.from_extension(ending)


def run(args: dict[str, object], emit: Callable[[bytes], None]) -> None:
    """Parse the file `args["path"]` in `args["format"]` (optional) and emit N-Triples in chunks of whole lines.

    Raises InputError: rule "rdf-format" when the syntax is unknown, "rdf-syntax" when the file breaks it.
    """
    path = Path(str(args["path"]))
    syntax = rdf_format(path, str(args.get("format") or ""))
    if syntax is None:
        message = f"{path.name} has none of the endings of RDF files."
        raise InputError(message, rule="rdf-format", remedy="Use .ttl, .rdf, .owl, .jsonld, .nt, .nq, .trig or .n3.")
    try:
        quads = ox.parse(path=path, format=syntax, rename_blank_nodes=True)
        while chunk := list(_triples(islice(quads, CHUNK))):
            emit(ox.serialize(chunk, format=ox.RdfFormat.N_TRIPLES) or b"")
    except SyntaxError as error:
        message = f"{path.name} is not sound {syntax.name}: {error.msg}."
        raise InputError(message, rule="rdf-syntax", remedy="Mend it there.", extra={"line": error.lineno}) from None


def _triples(quads: Iterator[ox.Quad]) -> Iterator[ox.Triple]:
    return (quad.triple for quad in quads)
