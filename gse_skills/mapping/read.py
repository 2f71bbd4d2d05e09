"""Mapping sets from SSSOM/TSV files, as https://mapping-commons.github.io/sssom/spec-formats-tsv/ describes them.

The `sssom` package reads them too, but brings pandas and a schema compiler and takes seconds to import; this is read
at every start. `schema.py` has that package judge what is read here.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from collections.abc import Mapping as Dictionary
from functools import cache
from pathlib import Path

import yaml

from gse_skills.errors import InputError
from gse_skills.mapping.mapping import SEMAPV, Mapping, MappingSet
from gse_skills.resources import folder
from gse_skills.vocabulary import OWL, RDF, RDFS, SKOS, XSD

SUFFIX = ".sssom.tsv"
COLUMNS = ("subject_id", "predicate_id", "object_id", "mapping_justification")
"""The columns that a set must have."""

SSSOM = "https://w3id.org/sssom/"
BUILT_IN = {"owl": OWL, "rdf": RDF, "rdfs": RDFS, "semapv": SEMAPV, "skos": SKOS, "sssom": SSSOM, "xsd": XSD}
"""Prefixes that SSSOM itself declares."""

_REMEDY = "Give an SSSOM/TSV file with its metadata as comments above the table."


@cache
def shipped() -> tuple[MappingSet, ...]:
    """The sets that this installation ships, by name; read once a process, since each start of a register asks.

    >>> [one.name for one in shipped()]
    ['gse-to-ddat', 'gse-to-esco']

    Raises FileNotFoundError when the installation does not carry them.
    """
    return tuple(map(read, shipped_paths()))


def shipped_paths() -> list[Path]:
    """The files of the sets that this installation ships; raises FileNotFoundError when it does not carry them."""
    return sorted(folder("mappings").glob(f"*{SUFFIX}"))


def read(path: Path) -> MappingSet:
    """The mapping set in a file.

    Raises InputError: `no-such-mappings`, `mapping-header` when the metadata are not YAML, `mapping-columns` when a
    column is missing, and `mapping-file` when it is not text.
    """
    if not path.is_file():
        message = f"There is no file {path}."
        raise InputError(message, rule="no-such-mappings", remedy="Check the path.")
    try:
        lines = path.read_text("utf-8-sig").splitlines(keepends=True)
    except UnicodeDecodeError as error:
        raise InputError(f"{path.name} is not UTF-8 text.", rule="mapping-file", remedy=_REMEDY) from error
    body = next((number for number, line in enumerate(lines) if not line.startswith("#")), len(lines))
    told = _metadata(path, "".join(line[1:] for line in lines[:body]))
    names = _prefixes(told)
    text = {key: _expanded(str(value), names) for key, value in told.items() if isinstance(value, str | int | float)}
    return MappingSet(
        name=path.name.removesuffix(SUFFIX),
        iri=text.get("mapping_set_id", ""),
        version=text.get("mapping_set_version", ""),
        title=text.get("mapping_set_title", ""),
        description=text.get("mapping_set_description", ""),
        license=text.get("license", ""),
        subject_source=text.get("subject_source", ""),
        subject_source_version=text.get("subject_source_version", ""),
        object_source=text.get("object_source", ""),
        object_source_version=text.get("object_source_version", ""),
        mappings=tuple(_rows(path, lines[body:], body, names)),
    )


def _metadata(path: Path, header: str) -> dict[str, object]:
    try:
        told = yaml.safe_load(header)
    except yaml.YAMLError as error:
        message = f"The metadata of {path.name} are not YAML: {str(error).splitlines()[0]}."
        raise InputError(message, rule="mapping-header", remedy=_REMEDY) from error
    if not isinstance(told, dict):
        raise InputError(f"{path.name} has no metadata.", rule="mapping-header", remedy=_REMEDY)
    return told


def _prefixes(told: Dictionary[str, object]) -> dict[str, str]:
    given = told.get("curie_map")
    own = {str(name): str(base) for name, base in given.items()} if isinstance(given, dict) else {}
    return own | {name: str(base) for name, base in BUILT_IN.items()}


def _rows(path: Path, lines: list[str], before: int, names: Dictionary[str, str]) -> Iterator[Mapping]:
    table = csv.DictReader(lines, delimiter="\t", restval="")
    if missing := [column for column in COLUMNS if column not in (table.fieldnames or ())]:
        message = f"{path.name} lacks the column {', '.join(missing)}."
        raise InputError(message, rule="mapping-columns", remedy="Add it.", extra={"missing": missing})
    for row in table:
        if row.get("predicate_modifier", "").strip() == "Not":
            continue
        yield Mapping(
            subject=_expanded(row["subject_id"], names),
            predicate=_expanded(row["predicate_id"], names),
            object=_expanded(row["object_id"], names),
            subject_label=row.get("subject_label", ""),
            object_label=row.get("object_label", ""),
            justification=_expanded(row["mapping_justification"], names),
            confidence=_number(row.get("confidence", "")),
            line=before + table.line_num,
            comment=row.get("comment", ""),
        )


def _expanded(value: str, names: Dictionary[str, str]) -> str:
    """The IRI that a compact one stands for.

    >>> _expanded("skos:exactMatch", BUILT_IN), _expanded("wikidata:Q42", BUILT_IN)
    ('http://www.w3.org/2004/02/skos/core#exactMatch', 'wikidata:Q42')
    """
    prefix, colon, rest = value.strip().partition(":")
    return f"{names[prefix]!s}{rest}" if colon and prefix in names else value.strip()


def _number(value: str) -> float | None:
    try:
        return float(value)
    except ValueError:
        return None
