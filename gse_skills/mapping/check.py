"""What is wrong with a mapping set, judged against the concept schemes that are at hand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

import networkx as nx

from gse_skills.framework import OWN_SCHEME, Framework
from gse_skills.mapping.mapping import CANDIDATE, RELATIONS, Mapping, MappingSet
from gse_skills.mapping.rule import RULES, Finding
from gse_skills.vocabulary import SKOS

_NEEDED = {
    "mapping_set_id": "iri",
    "mapping_set_version": "version",
    "license": "license",
    "subject_source": "subject_source",
    "object_source": "object_source",
}
_S46 = (SKOS.broadMatch, SKOS.narrowMatch, SKOS.relatedMatch)
_NEAR = (SKOS.exactMatch, SKOS.closeMatch)


def check(mapping_set: MappingSet, framework: Framework) -> tuple[Finding, ...]:
    """The findings of our own rules, the worst first and then from top to bottom.

    `framework` holds our own scheme, and whichever others objects are to be looked up in: objects of a scheme that it
    does not hold are taken as they are.
    """
    rows = mapping_set.mappings
    found = [
        *_metadata(mapping_set),
        *_identifiers(rows),
        *_concepts(rows, framework),
        *_candidates(rows),
        *_repeated(rows),
        *_exact(rows),
        *_close(rows),
    ]
    return tuple(sorted(found, key=lambda one: (one.rule.severity, one.line, one.rule.slug, one.column)))


def _found(rule: str, mapping: Mapping, column: str, value: str, message: str) -> Finding:
    return Finding(RULES[rule], mapping.line, column, value, message)


def _metadata(mapping_set: MappingSet) -> Iterator[Finding]:
    for slot, member in _NEEDED.items():
        if not getattr(mapping_set, member):
            yield Finding(RULES["missing-metadata"], 0, slot, "", f"The set tells no {slot}.")


def _identifiers(rows: Iterable[Mapping]) -> Iterator[Finding]:
    for mapping in rows:
        for column, value in (
            ("subject_id", mapping.subject),
            ("predicate_id", mapping.predicate),
            ("object_id", mapping.object),
            ("mapping_justification", mapping.justification),
        ):
            if not value.startswith(("http://", "https://", "urn:")):
                yield _found("unknown-prefix", mapping, column, value, f"“{value}” is no IRI.")
            elif column == "predicate_id" and value not in RELATIONS:
                yield _found("unknown-predicate", mapping, column, value, f"{value} is no mapping property of SKOS.")


def _concepts(rows: Iterable[Mapping], framework: Framework) -> Iterator[Finding]:
    held = {_namespace(iri) for iri in framework.iris}
    for mapping in rows:
        if mapping.subject not in framework or framework.concept(mapping.subject).scheme != OWN_SCHEME:
            message = f"The framework has no concept {mapping.subject}."
            yield _found("unknown-subject", mapping, "subject_id", mapping.subject, message)
        else:
            yield from _state(mapping, "subject", mapping.subject, mapping.subject_label, framework)
        if mapping.object in framework:
            yield from _state(mapping, "object", mapping.object, mapping.object_label, framework)
        elif _namespace(mapping.object) in held:
            message = f"Its scheme has no concept {mapping.object}."
            yield _found("unknown-object", mapping, "object_id", mapping.object, message)


def _state(mapping: Mapping, side: str, iri: str, label: str, framework: Framework) -> Iterator[Finding]:
    concept = framework.concept(iri)
    if concept.deprecated:
        message = f"{concept.pref_label} is deprecated."
        yield _found("deprecated-concept", mapping, f"{side}_id", iri, message)
    if label and label != concept.pref_label:
        message = f"The concept is called “{concept.pref_label}”."
        yield _found("label-disagrees", mapping, f"{side}_label", label, message)


def _namespace(iri: str) -> str:
    return iri[: max(iri.rfind("/"), iri.rfind("#")) + 1]


def _candidates(rows: Iterable[Mapping]) -> Iterator[Finding]:
    for mapping in rows:
        if mapping.justification in CANDIDATE:
            message = "Nobody has reviewed it."
            yield _found("unreviewed-candidate", mapping, "mapping_justification", mapping.justification, message)


def _repeated(rows: Iterable[Mapping]) -> Iterator[Finding]:
    first: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for mapping in rows:
        told = first[mapping.subject, mapping.object]
        if line := told.get(mapping.predicate):
            message = f"Line {line} says the same."
            yield _found("repeated-mapping", mapping, "predicate_id", mapping.predicate, message)
        elif told and not (SKOS.exactMatch in (mapping.predicate, *told) and {mapping.predicate, *told} & {*_S46}):
            message = f"Line {next(iter(told.values()))} relates the two in another way."
            yield _found("several-relations", mapping, "predicate_id", mapping.predicate, message)
        told.setdefault(mapping.predicate, mapping.line)


def _exact(rows: tuple[Mapping, ...]) -> Iterator[Finding]:
    """What exact matches imply, since they hold both ways and from one to the next."""
    same: nx.Graph[str] = nx.Graph()
    same.add_edges_from((one.subject, one.object) for one in rows if one.predicate == SKOS.exactMatch)
    group = {iri: number for number, iris in enumerate(nx.connected_components(same)) for iri in iris}
    for mapping in rows:
        number = group.get(mapping.subject)
        if mapping.predicate in _S46 and number is not None and number == group.get(mapping.object):
            message = "The two are exact matches as well."
            yield _found("exact-and-other", mapping, "predicate_id", mapping.predicate, message)
    seen: dict[tuple[int, str], Mapping] = {}
    for mapping in rows:
        if mapping.predicate != SKOS.exactMatch:
            continue
        for column, iri in (("subject_id", mapping.subject), ("object_id", mapping.object)):
            place = (group[iri], _namespace(iri))
            before = seen.setdefault(place, mapping)
            if iri not in (before.subject, before.object):
                message = f"Line {before.line} makes it the same as another concept of its scheme."
                yield _found("exact-twice", mapping, column, iri, message)


def _close(rows: tuple[Mapping, ...]) -> Iterator[Finding]:
    for column, key in (("subject_id", "subject"), ("object_id", "object")):
        near: dict[str, list[Mapping]] = defaultdict(list)
        for mapping in rows:
            if mapping.predicate in _NEAR:
                near[getattr(mapping, key)].append(mapping)
        for iri, several in near.items():
            if len(several) > 1:
                lines = ", ".join(str(one.line) for one in several)
                message = f"It is the exact or close match of {len(several)} concepts, in lines {lines}."
                yield _found("many-close", several[0], column, iri, message)
