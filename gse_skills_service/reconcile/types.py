"""Types of candidates: what kind of concept, and of which scheme."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from gse_skills.errors import InputError
from gse_skills.framework import ONTOLOGY, SKILL_KINDS, Concept, Framework, Kind
from gse_skills.framework.gather import ESCO
from gse_skills.rebuild import SCHEME
from gse_skills.vocabulary import GSE, SKOS

KINDS: Mapping[Kind, tuple[str, str]] = {
    "skill": (GSE.Skill, "Skill"),
    "group": (GSE.SkillGroup, "Skill group"),
    "domain": (GSE.SkillDomain, "Skill domain"),
    "role": (GSE.RoleProfile, "Role"),
    "occupation": (ESCO.Occupation, "Occupation"),
    "concept": (SKOS.Concept, "Concept of another kind"),
}
"""IRI of the class and name, by kind."""
_KIND_OF = {iri: kind for kind, (iri, _) in KINDS.items()}

Named = dict[str, str]
"""A type or the like as clients get it: `id` and `name`."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Where candidates are looked for."""

    kinds: frozenset[Kind]
    schemes: frozenset[str] | None
    """Slugs; None for all."""

    def holds(self, concept: Concept) -> bool:
        """Whether a concept lies in it."""
        return concept.kind in self.kinds and (self.schemes is None or concept.scheme in self.schemes)


def types(framework: Framework) -> list[Named]:
    """All types: kinds of concept, then schemes."""
    kinds = [{"id": iri, "name": name} for iri, name in KINDS.values()]
    return kinds + [_scheme(slug, framework) for slug in framework.schemes if slug != ONTOLOGY]


def types_of(concept: Concept, framework: Framework) -> list[Named]:
    """The types of one concept."""
    iri, name = KINDS[concept.kind]
    return [{"id": iri, "name": name}, _scheme(concept.scheme, framework)]


def scope_of(asked: Iterable[str], framework: Framework) -> Scope:
    """The scope that types stand for: any of the kinds in any of the schemes; without kinds, what a person can hold.

    Raises InputError (rule `unknown-type`).
    """
    kinds: set[Kind] = set()
    schemes: set[str] = set()
    for name in asked:
        if name in _KIND_OF:
            kinds.add(_KIND_OF[name])
        elif name.startswith(SCHEME) and name.removeprefix(SCHEME) in framework.schemes:
            schemes.add(name.removeprefix(SCHEME))
        else:
            raise InputError(
                f"“{name[:200]}” is not a type here.",
                rule="unknown-type",
                remedy="Ask /reconcile/suggest/type for those that there are, or leave it out.",
                extra={"types": [one["id"] for one in types(framework)]},
            )
    return Scope(frozenset(kinds) or SKILL_KINDS, frozenset(schemes) or None)


def _scheme(slug: str, framework: Framework) -> Named:
    return {"id": SCHEME + slug, "name": framework.title(slug)}
