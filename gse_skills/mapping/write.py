"""A mapping set as an SSSOM/TSV file, as https://mapping-commons.github.io/sssom/spec-formats-tsv/ describes them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable

import yaml

from gse_skills.mapping.mapping import Mapping, MappingSet
from gse_skills.mapping.read import BUILT_IN
from gse_skills.vocabulary import FRAMEWORK

_COLUMNS = (
    "subject_id",
    "subject_label",
    "predicate_id",
    "object_id",
    "object_label",
    "mapping_justification",
    "confidence",
    "comment",
)
_SLOTS = {
    "mapping_set_id": "iri",
    "mapping_set_version": "version",
    "mapping_set_title": "title",
    "mapping_set_description": "description",
    "license": "license",
    "subject_source": "subject_source",
    "subject_source_version": "subject_source_version",
    "object_source": "object_source",
    "object_source_version": "object_source_version",
}
_NO_NAME = re.compile(r"\W+")


def written(mapping_set: MappingSet) -> str:
    """The set as SSSOM/TSV: metadata as comments, then a row a mapping; reading it gives the set again."""
    ends = (end for one in mapping_set.mappings for end in (one.subject, one.object))
    sources = (mapping_set.subject_source, mapping_set.object_source)
    prefixes = _prefixes([*ends, *filter(None, sources)])
    told: dict[str, object] = {"curie_map": prefixes}
    for slot, member in _SLOTS.items():
        if value := getattr(mapping_set, member):
            # A source is an entity, which SSSOM wants as a compact identifier; what it calls a URI it wants whole.
            told[slot] = _compact(value, prefixes) if slot in ("subject_source", "object_source") else value
    header = yaml.safe_dump(told, allow_unicode=True, sort_keys=False, width=10_000)
    text = io.StringIO()
    text.writelines(f"#{line}\n" for line in header.splitlines())
    writer = csv.writer(text, delimiter="\t", lineterminator="\n")
    writer.writerow(_COLUMNS)
    names = prefixes | {name: str(base) for name, base in BUILT_IN.items()}
    writer.writerows(_row(one, names) for one in mapping_set.mappings)
    return text.getvalue()


def _row(one: Mapping, names: dict[str, str]) -> tuple[str, ...]:
    return (
        _compact(one.subject, names),
        _line(one.subject_label),
        _compact(one.predicate, names),
        _compact(one.object, names),
        _line(one.object_label),
        _compact(one.justification, names),
        "" if one.confidence is None else str(one.confidence),
        _line(one.comment),
    )


def _line(text: str) -> str:
    return " ".join(text.split())


def _prefixes(iris: Iterable[str]) -> dict[str, str]:
    """A prefix for each namespace, called after the last word of it.

    >>> _prefixes(["https://w3id.org/gse-skills/framework/LIF", "http://data.europa.eu/esco/isced-f/01"])
    {'fw': 'https://w3id.org/gse-skills/framework/', 'isced_f': 'http://data.europa.eu/esco/isced-f/'}
    """
    found: dict[str, str] = {"fw": str(FRAMEWORK)}
    for base in dict.fromkeys(iri[: max(iri.rfind("/"), iri.rfind("#")) + 1] for iri in iris):
        if base not in found.values():
            word = _NO_NAME.sub("_", re.split(r"[/#]", base.rstrip("/#"))[-1]).strip("_") or "terms"
            word = word if word[0].isalpha() else f"n{word}"
            taken = {*found, *BUILT_IN}
            found[next(name for name in _numbered(word) if name not in taken)] = base
    return found


def _numbered(word: str) -> Iterable[str]:
    yield word
    number = 2
    while True:
        yield f"{word}{number}"
        number += 1


def _compact(iri: str, names: dict[str, str]) -> str:
    """An IRI with the prefix of the longest namespace that it begins with; as it is when there is none."""
    fitting = [(len(base), name, base) for name, base in names.items() if iri.startswith(base)]
    _, name, base = max(fitting, default=(0, "", ""))
    return f"{name}:{iri.removeprefix(base)}" if name else iri
