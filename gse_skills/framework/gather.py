"""From triples to concepts and role profiles: the one place that reads SKOS, our own terms and ESCO's model.

Read are SKOS (labels, notation, documentation, semantic relations), `dcterms:isReplacedBy`, `owl:deprecated`, the
classes and requirements of our ontology, and of ESCO's model (`http://data.europa.eu/esco/model#`) its occupations
and their essential and optional skills. Everything else in a graph is left to SPARQL.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

import pyoxigraph as ox

from gse_skills.framework.concept import Concept, Grade, Kind, Label, Requirement, RoleProfile
from gse_skills.vocabulary import DCTERMS, GSE, OWL, RDF, SKOS, Category, Level
from gse_skills.vocabulary.namespace import Namespace

ESCO = Namespace("http://data.europa.eu/esco/model#")

_TYPE = RDF.type
_KINDS: dict[str, Kind] = {  # the more specific first: a concept may carry several types
    GSE.SkillDomain: "domain",
    GSE.SkillGroup: "group",
    GSE.Skill: "skill",
    GSE.RoleProfile: "role",
    ESCO.Occupation: "occupation",
    ESCO.Skill: "skill",
    SKOS.Concept: "concept",
}
_DESCRIPTIONS = tuple(GSE[f"{level.name.lower()}Description"] for level in Level)
_LEVELS = {level.iri: level for level in Level}
_CATEGORIES = {category.iri: category for category in Category}
_LITERALS = (
    SKOS.prefLabel, SKOS.altLabel, SKOS.hiddenLabel, SKOS.notation, SKOS.definition, SKOS.scopeNote,
    DCTERMS["title"], OWL.deprecated, GSE.seniority, *_DESCRIPTIONS,
)  # fmt: skip
_LINKS = (
    _TYPE, SKOS.inScheme, SKOS.topConceptOf, SKOS.hasTopConcept, SKOS.broader, SKOS.narrower, SKOS.related,
    DCTERMS.isReplacedBy, GSE.theme, GSE.emergencyRelevance, GSE.requires, GSE.skill, GSE.level, GSE.importance,
    GSE.professionalCategory, GSE.typicalGrade, GSE.nextRole, ESCO.relatedEssentialSkill, ESCO.relatedOptionalSkill,
)  # fmt: skip

Text = tuple[str, str]  # (language tag or "", text)


@dataclass(slots=True)
class _Facts:
    """What one scheme's triples say, by predicate and then by subject."""

    texts: dict[str, dict[str, list[Text]]] = field(default_factory=dict)
    links: dict[str, dict[str, list[str]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.texts = {predicate: defaultdict(list) for predicate in _LITERALS}
        self.links = {predicate: defaultdict(list) for predicate in _LINKS}

    def read(self, triples: Iterable[ox.Triple | ox.Quad]) -> None:
        texts, links = self.texts, self.links
        for triple in triples:
            predicate, subject, value = triple.predicate.value, triple.subject, triple.object
            if isinstance(subject, ox.Triple):
                continue
            if predicate in links:
                if isinstance(value, ox.NamedNode):
                    links[predicate][subject.value].append(value.value)
            elif predicate in texts and isinstance(value, ox.Literal):
                texts[predicate][subject.value].append((value.language or "", value.value))

    def linked(self, predicate: str, subject: str) -> list[str]:
        return self.links[predicate].get(subject, [])

    def text(self, predicate: str, subject: str, language: str = "en") -> str:
        """The text in that language or the nearest to it; several in one language: the first in order."""
        found = self.texts[predicate].get(subject)
        return min(found, key=lambda pair: (pair[0] != language, *_preference(pair)))[1] if found else ""


@dataclass(frozen=True, slots=True)
class Gathered:
    """All concepts by IRI, role profiles by IRI, and by slug each scheme's title and its declared top concepts."""

    concepts: Mapping[str, Concept]
    roles: Mapping[str, RoleProfile]
    titles: Mapping[str, str]
    tops: Mapping[str, tuple[str, ...]]


def gather(schemes: Mapping[str, Iterable[ox.Triple | ox.Quad]]) -> Gathered:
    """Read every scheme's triples; a concept that several schemes state belongs to the first of them."""
    facts: dict[str, _Facts] = {}
    home: dict[str, str] = {}
    for slug, triples in schemes.items():
        facts[slug] = _Facts()
        facts[slug].read(triples)
        for iri in _subjects(facts[slug]):
            home.setdefault(iri, slug)
    broader = _relation(facts.values(), SKOS.broader, SKOS.narrower, home)
    narrower = _relation(facts.values(), SKOS.narrower, SKOS.broader, home)
    related = _relation(facts.values(), SKOS.related, SKOS.related, home)
    kinds = _kinds(facts.values(), home, broader)
    concepts = {
        iri: _concept(iri, home[iri], kinds[iri], facts[home[iri]], (broader, narrower, related))
        for iri in sorted(home)
    }
    grades = {iri: grade for fact in facts.values() for iri, grade in _grades(fact).items()}
    roles: dict[str, RoleProfile] = {}
    for slug, fact in facts.items():
        roles |= _roles(slug, fact, concepts, grades)
    roles = {iri: replace(role, next=tuple(sorted(roles.keys() & role.next))) for iri, role in roles.items()}
    return Gathered(
        concepts=concepts,
        roles=dict(sorted(roles.items())),
        titles={slug: _title(slug, fact) for slug, fact in facts.items()},
        tops={slug: _tops(fact, home) for slug, fact in facts.items()},
    )


def _preference(pair: Text) -> tuple[int, str, str]:
    """English before British and other English before untagged before the rest, so that the choice never varies."""
    language, text = pair
    rank = 0 if language == "en" else 1 if language.startswith("en-") else 2 if not language else 3
    return rank, language, text


def _subjects(facts: _Facts) -> list[str]:
    typed = [iri for iri, types in facts.links[_TYPE].items() if any(kind in _KINDS for kind in types)]
    placed = (*facts.links[SKOS.inScheme], *facts.links[SKOS.topConceptOf])
    labelled = facts.texts[SKOS.prefLabel]
    return [*typed, *(iri for iri in placed if iri in labelled)]


def _relation(all_facts: Iterable[_Facts], forward: str, inverse: str, known: Mapping[str, str]) -> dict[str, set[str]]:
    edges: dict[str, set[str]] = defaultdict(set)
    for facts in all_facts:
        for subject, objects in facts.links[forward].items():
            edges[subject].update(objects)
        for subject, objects in facts.links[inverse].items():
            for found in objects:
                edges[found].add(subject)
    return {iri: targets & known.keys() for iri, targets in edges.items() if iri in known}


def _kinds(all_facts: Iterable[_Facts], known: Mapping[str, str], broader: Mapping[str, set[str]]) -> dict[str, Kind]:
    """Kinds by type; a plain concept above skills is a group, one above occupations or roles an occupation.

    ESCO's groups are typed `skos:Concept` and nothing more. Those of its groups under which nobody has put a skill
    yet ("not further defined") take the kind of the group they are in.
    """
    kinds: dict[str, Kind] = dict.fromkeys(known, "concept")
    ranks = {iri: rank for rank, iri in enumerate(_KINDS)}
    for facts in all_facts:
        for iri, types in facts.links[_TYPE].items():
            told = [name for name in types if name in ranks]
            if iri in kinds and told:
                best = _KINDS[min(told, key=ranks.__getitem__)]
                kinds[iri] = best if best != "concept" else kinds[iri]
    above: tuple[tuple[Kind, Kind], ...] = (
        ("skill", "group"),
        ("occupation", "occupation"),
        ("role", "occupation"),
    )
    for beneath, kind in above:
        _spread(kinds, [iri for iri, found in kinds.items() if found == beneath], broader, kind)
    inverse: dict[str, set[str]] = defaultdict(set)
    for iri, targets in broader.items():
        for target in targets:
            inverse[target].add(iri)
    for _, kind in above:
        _spread(kinds, [iri for iri, found in kinds.items() if found == kind], inverse, kind)
    return kinds


def _spread(kinds: dict[str, Kind], start: list[str], edges: Mapping[str, set[str]], kind: Kind) -> None:
    """Give `kind` to every plain concept that the edges reach from `start`."""
    queue = list(start)
    while queue:
        for target in edges.get(queue.pop(), ()):
            if kinds[target] == "concept":
                kinds[target] = kind
                queue.append(target)


def _concept(iri: str, slug: str, kind: Kind, facts: _Facts, relations: tuple[Mapping[str, set[str]], ...]) -> Concept:
    preferred = sorted(facts.texts[SKOS.prefLabel].get(iri, ()), key=_preference)
    language, label = preferred[0] if preferred else ("", iri)
    alternative, others = _split(facts.texts[SKOS.altLabel].get(iri, ()), language)
    hidden, _ = _split(facts.texts[SKOS.hiddenLabel].get(iri, ()), language)
    descriptions = tuple(facts.text(predicate, iri, language) for predicate in _DESCRIPTIONS)
    broader, narrower, related = (tuple(sorted(relation.get(iri, ()))) for relation in relations)
    return Concept(
        iri=iri,
        scheme=slug,
        kind=kind,
        notation=facts.text(SKOS.notation, iri) or None,
        pref_label=label,
        language=language,
        alt_labels=alternative,
        hidden_labels=hidden,
        other_labels=(*(Label(text, tag, True) for tag, text in preferred[1:]), *others),
        definition=facts.text(SKOS.definition, iri, language),
        scope_note=facts.text(SKOS.scopeNote, iri, language),
        broader=broader,
        narrower=narrower,
        related=related,
        level_descriptions=descriptions if any(descriptions) else (),
        themes=tuple(sorted(facts.linked(GSE.theme, iri))),
        emergencies=tuple(sorted(facts.linked(GSE.emergencyRelevance, iri))),
        deprecated=facts.text(OWL.deprecated, iri) in ("true", "1"),
        replaced_by=tuple(sorted(set(facts.linked(DCTERMS.isReplacedBy, iri)))),
    )


def _split(texts: Iterable[Text], language: str) -> tuple[tuple[str, ...], tuple[Label, ...]]:
    """Labels in the concept's own language (any English one, where that is English) and those in others."""
    own: set[str] = set()
    others: set[Text] = set()
    for tag, text in texts:
        if tag == language or (_preference((tag, ""))[0] < 3 and _preference((language, ""))[0] < 3):
            own.add(text)
        else:
            others.add((tag, text))
    return tuple(sorted(own)), tuple(Label(text, tag, False) for tag, text in sorted(others))


def _grades(facts: _Facts) -> dict[str, Grade]:
    """The grades that have a place in the order; the shapes report others, which can be compared with none."""
    found: dict[str, Grade] = {}
    for iri, types in facts.links[_TYPE].items():
        seniority = facts.text(GSE.seniority, iri)
        if GSE.Grade in types and seniority.isdecimal():
            label = facts.text(SKOS.prefLabel, iri) or iri
            found[iri] = Grade(iri, facts.text(SKOS.notation, iri) or label, label, int(seniority))
    return found


def _roles(
    slug: str, facts: _Facts, concepts: Mapping[str, Concept], grades: Mapping[str, Grade]
) -> dict[str, RoleProfile]:
    profiles = [iri for iri, types in facts.links[_TYPE].items() if GSE.RoleProfile in types]
    occupations = [iri for iri, types in facts.links[_TYPE].items() if ESCO.Occupation in types]
    shared: dict[Requirement, Requirement] = {}  # ESCO's 123,855 requirements are 20,000 different ones
    roles: dict[str, RoleProfile] = {}
    for iri in profiles:
        found = {_requirement(node, facts) for node in facts.linked(GSE.requires, iri)}
        profile = _profile(iri, slug, {need for need in found if need}, facts, concepts)
        # of two categories or grades, which the shapes report, the first counts
        categories = sorted(facts.linked(GSE.professionalCategory, iri))
        typical = sorted(facts.linked(GSE.typicalGrade, iri))
        roles[iri] = replace(
            profile,
            category=next((_CATEGORIES[name] for name in categories if name in _CATEGORIES), None),
            grade=next((grades[name] for name in typical if name in grades), None),
            next=tuple(facts.linked(GSE.nextRole, iri)),
        )
    for iri in occupations:
        needs = {
            Requirement(skill, None, essential)
            for predicate, essential in ((ESCO.relatedEssentialSkill, True), (ESCO.relatedOptionalSkill, False))
            for skill in facts.linked(predicate, iri)
        }
        roles[iri] = _profile(iri, slug, {shared.setdefault(need, need) for need in needs}, facts, concepts)
    return roles


def _requirement(node: str, facts: _Facts) -> Requirement | None:
    skills = facts.linked(GSE.skill, node)
    if not skills:
        return None  # the shapes report it; a requirement of nothing can be counted by nobody
    # levels of others, which the shapes report, are as good as none
    levels = sorted(_LEVELS[iri] for iri in facts.linked(GSE.level, node) if iri in _LEVELS)
    essential = GSE.Desirable not in facts.linked(GSE.importance, node)
    return Requirement(min(skills), levels[0] if levels else None, essential)


def _profile(
    iri: str, slug: str, needs: set[Requirement], facts: _Facts, concepts: Mapping[str, Concept]
) -> RoleProfile:
    label = concepts[iri].pref_label if iri in concepts else facts.text(SKOS.prefLabel, iri) or iri
    ordered = sorted(needs, key=lambda need: (not need.essential, need.skill, need.level or 0))
    return RoleProfile(iri, label, slug, tuple(ordered))


def _title(slug: str, facts: _Facts) -> str:
    """The title of the scheme; of several schemes in one graph, the one with most skills, then the shortest IRI."""
    sizes: dict[str, int] = defaultdict(int)
    for concept, targets in facts.links[SKOS.inScheme].items():
        for target in targets:
            sizes[target] += GSE.Skill in facts.linked(_TYPE, concept)
    for iri in sorted(sizes, key=lambda scheme: (-sizes[scheme], len(scheme), scheme)):
        if title := facts.text(DCTERMS["title"], iri) or facts.text(SKOS.prefLabel, iri):
            return title
    return slug


def _tops(facts: _Facts, known: Mapping[str, str]) -> tuple[str, ...]:
    declared = set(facts.links[SKOS.topConceptOf])
    declared.update(iri for found in facts.links[SKOS.hasTopConcept].values() for iri in found)
    return tuple(sorted(declared & known.keys()))
