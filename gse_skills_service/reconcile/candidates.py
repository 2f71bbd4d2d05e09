"""Candidates for what a query calls something.

One is a match only where the look-up rules (see `gse_skills.framework.lookup`) leave no doubt: an ambiguous name gets
its concepts as candidates and none is chosen, and what is no longer used is shown but never chosen.
"""

from __future__ import annotations

from typing import Any

from gse_skills.errors import AmbiguousError, NotFoundError
from gse_skills.framework import OWN_SCHEME, Concept
from gse_skills.register import State
from gse_skills_service.reconcile.asked import MAX_RESULTS, ReconciliationQuery
from gse_skills_service.reconcile.properties import has
from gse_skills_service.reconcile.types import Scope, scope_of, types_of

_DESCRIPTION = 200
_VALUES = 5
"""Values of properties that are looked for where a query has no text of its own."""


def candidates(asked: ReconciliationQuery, state: State) -> list[dict[str, Any]]:
    """The candidates for one query, a match before all others, then the better first; scores are 0 to 100.

    Raises InputError: rules `unknown-type`, `unknown-property`.
    """
    scope = scope_of(asked.types, state.framework)
    texts = [asked.query] if asked.query else [text for one in asked.properties for text in one.texts][:_VALUES]
    scores: dict[str, float] = {}
    certain: set[str] = set()
    for text in texts:
        named, match = _named(text, scope, state)
        scores |= dict.fromkeys(named, 1.0)
        certain |= {match} if match else set()
    searched = MAX_RESULTS if asked.properties else asked.count
    for text in texts:
        for suggestion in state.search.search(text, searched, scope.schemes, scope.kinds):
            scores[suggestion.concept] = max(suggestion.score, scores.get(suggestion.concept, 0.0))
    chosen = min(certain) if len(certain) == 1 else ""
    concepts = [(score, state.framework.concept(iri)) for iri, score in scores.items()]
    found = [pair for pair in concepts if all(has(pair[1], one, state) for one in asked.properties)]
    found.sort(key=lambda pair: (pair[1].iri != chosen, -pair[0]))
    return [_candidate(concept, score, concept.iri == chosen, state) for score, concept in found[: asked.count]]


def _named(text: str, scope: Scope, state: State) -> tuple[list[str], str]:
    """The concepts that bear a name, and the one that it can only mean, empty when there is none."""
    try:
        match = state.lookup.resolve(text, scope.schemes, scope.kinds)
    except AmbiguousError as error:
        choices = error.extra["choices"]
        assert isinstance(choices, list), "as the look-up says"
        return [choice["iri"] for choice in choices], ""
    except NotFoundError:
        return [], ""
    successors = [iri for iri in match.replaced_by if iri in state.framework]
    deprecated = state.framework.concept(match.concept).deprecated
    return [match.concept, *successors], "" if deprecated else match.concept


def _candidate(concept: Concept, score: float, match: bool, state: State) -> dict[str, Any]:
    return {
        "id": concept.iri,
        "name": concept.pref_label,
        "description": described(concept),
        "type": types_of(concept, state.framework),
        "score": round(100 * float(score), 1),
        "match": match,
        "features": [
            {"id": "similarity", "value": round(float(score), 4)},
            {"id": "own_scheme", "value": concept.scheme == OWN_SCHEME},
            {"id": "deprecated", "value": concept.deprecated},
        ],
    }


def described(concept: Concept) -> str:
    """A line that tells a concept from its namesakes."""
    definition = concept.definition
    if len(definition) > _DESCRIPTION:
        definition = f"{definition[:_DESCRIPTION].rsplit(' ', 1)[0]} …"
    parts = ("No longer used" if concept.deprecated else "", concept.notation or "", definition)
    return ". ".join(part for part in parts if part)
