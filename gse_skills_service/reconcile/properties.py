"""Properties of concepts: fetched by data extension, and asked of candidates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gse_skills.errors import InputError
from gse_skills.framework import Concept
from gse_skills.framework.words import normalise
from gse_skills.register import State
from gse_skills.vocabulary import DCTERMS, GSE, OWL, RDF, SKOS, Level
from gse_skills_service.pages.addresses import levels_of
from gse_skills_service.reconcile.asked import ExtensionQuery, PropertyValue
from gse_skills_service.reconcile.types import KINDS

Cell = dict[str, str]
"""A value as clients get it: `str`, or `id` and `name` of a concept."""
Reader = Callable[[Concept, State], list[Cell]]


@dataclass(frozen=True, slots=True)
class Property:
    """A property that clients may ask for."""

    iri: str
    name: str
    description: str
    read: Reader
    entities: bool = False
    """Whether its values are concepts."""

    @property
    def named(self) -> dict[str, str]:
        """As clients get it."""
        return {"id": self.iri, "name": self.name, "description": self.description}


def _texts(*texts: str | None) -> list[Cell]:
    return [{"str": text} for text in texts if text]


def _concepts(iris: tuple[str, ...], state: State) -> list[Cell]:
    names = {iri: state.framework.concept(iri).pref_label if iri in state.framework else iri for iri in iris}
    return [{"id": iri, "name": name} for iri, name in names.items()]


def _level(level: Level) -> Reader:
    def read(concept: Concept, state: State) -> list[Cell]:
        return _texts(*(text for of, text in levels_of(concept, state.framework)[0] if of == level))

    return read


_PROPERTIES = (
    Property(SKOS.notation, "Notation", "The code of the concept.", lambda c, _: _texts(c.notation)),
    Property(SKOS.prefLabel, "Label", "Its preferred label.", lambda c, _: _texts(c.pref_label)),
    Property(SKOS.altLabel, "Other labels", "What else it is called.", lambda c, _: _texts(*c.alt_labels)),
    Property(SKOS.definition, "Definition", "What it means.", lambda c, _: _texts(c.definition)),
    Property(SKOS.scopeNote, "Scope note", "How it is used.", lambda c, _: _texts(c.scope_note)),
    Property(RDF.type, "Kind", "Skill, group, domain, role, ...", lambda c, _: _texts(KINDS[c.kind][1])),
    Property(SKOS.inScheme, "Scheme", "Where it comes from.", lambda c, s: _texts(s.framework.title(c.scheme))),
    Property(SKOS.broader, "Broader", "The group or domain above it.", lambda c, s: _concepts(c.broader, s), True),
    Property(SKOS.narrower, "Narrower", "What is beneath it.", lambda c, s: _concepts(c.narrower, s), True),
    Property(SKOS.related, "Related", "What is near it.", lambda c, s: _concepts(c.related, s), True),
    *(
        Property(
            GSE[f"{level.name.lower()}Description"],
            f"What {level.label} means",
            f"What the level {level.label} means here, or else in the group above.",
            _level(level),
        )
        for level in Level
    ),
    Property(GSE.theme, "Themes", "The themes that it belongs to.", lambda c, s: _concepts(c.themes, s), True),
    Property(
        GSE.emergencyRelevance,
        "Emergencies",
        "The kinds of emergency in which it is wanted.",
        lambda c, s: _concepts(c.emergencies, s),
        True,
    ),
    Property(OWL.deprecated, "No longer used", "“true” for what is not.", lambda c, _: _texts("true" * c.deprecated)),
    Property(
        DCTERMS.isReplacedBy,
        "Replaced by",
        "What to use in its place.",
        lambda c, s: _concepts(c.replaced_by, s),
        True,
    ),
)
PROPERTIES: Mapping[str, Property] = {one.iri: one for one in _PROPERTIES}


def property_of(iri: str) -> Property:
    """The property with that IRI; raises InputError (rule `unknown-property`)."""
    try:
        return PROPERTIES[iri]
    except KeyError:
        raise InputError(
            f"“{iri[:200]}” is not a property here.",
            rule="unknown-property",
            remedy="Ask /reconcile/properties for those that there are.",
            extra={"properties": list(PROPERTIES)},
        ) from None


def has(concept: Concept, wanted: PropertyValue, state: State) -> bool:
    """Whether a concept has one of the values that are wanted, by text or by IRI."""
    cells = property_of(wanted.pid).read(concept, state)
    there = {normalise(text) for cell in cells for text in cell.values()}
    return any(normalise(text) in there for text in wanted.texts)


def extend(asked: ExtensionQuery, state: State) -> dict[str, Any]:
    """The response to a data extension query; an identifier that is of no concept has no values."""
    wanted = [property_of(one.id) for one in asked.properties]
    rows = {}
    for iri in asked.ids:
        concept = state.framework.concept(iri) if iri in state.framework else None
        rows[iri] = {one.iri: one.read(concept, state) if concept else [] for one in wanted}
    return {"meta": [_meta(one) for one in wanted], "rows": rows}


def _meta(one: Property) -> dict[str, Any]:
    told: dict[str, Any] = {"id": one.iri, "name": one.name}
    return told | ({"type": {"id": SKOS.Concept, "name": "Concept"}} if one.entities else {})
