"""How a change reads in plain English: the same words in the text form, in change notes and in a timeline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from gse_skills.framework.difference.change import Change, ChangeKind, Named, Need, Text, Value
from gse_skills.framework.gather import ESCO
from gse_skills.vocabulary import DCTERMS, GSE, OWL, SKOS, Level
from gse_skills.vocabulary.namespace import PREFIXES

TITLES: Mapping[ChangeKind, str] = {
    ChangeKind.ADDED: "Added",
    ChangeKind.REMOVED: "Removed",
    ChangeKind.DEPRECATED: "Deprecated",
    ChangeKind.REVIVED: "In use again",
    ChangeKind.SPLIT: "Split",
    ChangeKind.MERGED: "Merged",
    ChangeKind.REPLACED: "Replaced otherwise than before",
    ChangeKind.SUCCEEDED: "Take the place of others",
    ChangeKind.RENOTATED: "Notation changed",
    ChangeKind.RETYPED: "Type changed",
    ChangeKind.MOVED: "Moved",
    ChangeKind.RELABELLED: "Relabelled",
    ChangeKind.LABELS: "Alternative labels changed",
    ChangeKind.REDEFINED: "Redefined",
    ChangeKind.LEVELS: "What the levels mean changed",
    ChangeKind.RELATED: "Related concepts changed",
    ChangeKind.THEMES: "Themes changed",
    ChangeKind.EMERGENCIES: "Emergencies changed",
    ChangeKind.REQUIREMENTS: "Requirements changed",
    ChangeKind.OTHER: "Other statements changed",
}
"""The heading under which a report puts each kind."""

_PROPERTIES = {
    SKOS.prefLabel: "label",
    SKOS.altLabel: "alternative label",
    SKOS.hiddenLabel: "hidden label",
    SKOS.definition: "definition",
    SKOS.scopeNote: "scope note",
    **{GSE[f"{level.name.lower()}Description"]: f"meaning of {level.label}" for level in Level},
    SKOS.notation: "notation",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns#type": "type",
    SKOS.related: "related concept",
    SKOS.topConceptOf: "top concept of",
    GSE.theme: "theme",
    GSE.emergencyRelevance: "emergency",
    OWL.versionInfo: "version",
    OWL.versionIRI: "version IRI",
    DCTERMS.license: "licence",
    DCTERMS["title"]: "title",
    DCTERMS.description: "description",
    DCTERMS.publisher: "publisher",
    DCTERMS.modified: "date of change",
    DCTERMS.created: "date of creation",
    DCTERMS.bibliographicCitation: "citation",
}


def sentence(change: Change) -> str:
    """What changed, as the rest of a sentence that begins with the concept's name.

    >>> old, new = Text("Virus science", "en"), Text("Virology", "en")
    >>> sentence(Change(ChangeKind.RELABELLED, SKOS.prefLabel, "en", (old,), (new,)))
    'label (en) changed from “Virus science” to “Virology”'
    """
    before, after = _all(change.before), _all(change.after)
    if change.kind in _SENTENCES:
        return _SENTENCES[change.kind](before, after)
    if change.property == SKOS.broader:
        return _moved(before, after)
    if change.kind == ChangeKind.REQUIREMENTS:
        return _required(change)
    tag = f" ({change.language})" if change.language else ""
    return _exchanged(_PROPERTIES.get(change.property) or compact(change.property), tag, change)


def compact(iri: str) -> str:
    """The IRI with the prefix under which every door knows its namespace, or as it is.

    >>> compact(SKOS.prefLabel), compact("urn:x")
    ('skos:prefLabel', 'urn:x')
    """
    fitting = [(len(space), name) for name, space in (*PREFIXES.items(), ("esco", ESCO)) if iri.startswith(space)]
    if not fitting:
        return iri
    length, name = max(fitting)
    return f"{name}:{iri[length:]}"


def _one(value: Value) -> str:
    match value:
        case Text():
            return f"“{value.value}”"
        case Need():
            importance = "essential" if value.essential else "desirable"
            return f"{value.level}, {importance}" if value.level else importance
        case Named():
            return str(value) if value.label or value.notation else compact(value.iri)


def _all(values: Iterable[Value]) -> str:
    """The values as people list them: one, two and three."""
    *most, last = [_one(value) for value in values] or [""]
    return f"{', '.join(most)} and {last}" if most else last


_SENTENCES: Mapping[ChangeKind, Callable[[str, str], str]] = {
    ChangeKind.ADDED: lambda before, after: f"added beneath {after}" if after else "added",
    ChangeKind.REMOVED: lambda before, after: f"removed from beneath {before}" if before else "removed",
    ChangeKind.DEPRECATED: lambda before, after: (
        f"deprecated in favour of {after}" if after else "deprecated, and nothing is named to replace it"
    ),
    ChangeKind.REVIVED: lambda before, after: "in use again",
    ChangeKind.SPLIT: lambda before, after: f"split into {after}",
    ChangeKind.MERGED: lambda before, after: f"merged with others into {after}",
    ChangeKind.REPLACED: lambda before, after: "; ".join(
        part for part in (after and f"replaced by {after}", before and f"no longer replaced by {before}") if part
    ),
    ChangeKind.SUCCEEDED: lambda before, after: f"takes the place of {after}",
}


def _moved(before: str, after: str) -> str:
    if before and after:
        return f"moved from {before} to {after}"
    return f"placed beneath {after} as well" if after else f"no longer beneath {before}"


def _required(change: Change) -> str:
    [skill] = {value.skill for value in (*change.before, *change.after) if isinstance(value, Need)}
    before, after = _all(change.before), _all(change.after)
    if before and after:
        return f"requirement of {skill} changed from {before} to {after}"
    return f"requires {skill} now: {after}" if after else f"requires {skill} no longer: it was {before}"


def _exchanged(name: str, tag: str, change: Change) -> str:
    before, after = _all(change.before), _all(change.after)
    if len(change.before) == len(change.after) == 1:
        return f"{name}{tag} changed from {before} to {after}"
    parts = ((change.after, after, "added"), (change.before, before, "removed"))
    return "; ".join(f"{name}{'s' if len(some) > 1 else ''}{tag} {what}: {told}" for some, told, what in parts if some)
