"""What a view graph holds: the current records of its audience, the people they are of, and the shortcuts.

All of it is returned as (subject, predicate, object) in N-Triples syntax, so that two states of a person can be
compared as sets and only the difference be written.
"""

from __future__ import annotations

from collections.abc import Iterable

from gse_skills.framework import Framework
from gse_skills.records.audience import AudienceRules
from gse_skills.records.lexical import organisation_iri
from gse_skills.records.person import Person
from gse_skills.records.record import SkillRecord
from gse_skills.store import term
from gse_skills.vocabulary import FOAF, GSE, ID, ORG, RDF, Level

Triples = set[tuple[str, str, str]]

_TYPE = term.iri(RDF.type)
_PERSON = term.iri(FOAF.Person)
_NAME = term.iri(FOAF.name)
_MEMBER_OF = term.iri(ORG.memberOf)
_UNIT, _GRADE, _SITE = term.iri(GSE.unit), term.iri(GSE.grade), term.iri(GSE.site)
_OWN_ROLE = term.iri(GSE.ownRole)
_AVAILABILITY = term.iri(GSE.availability)
_AVAILABLE = {True: term.iri(GSE.Available), False: term.iri(GSE.Unavailable)}
_RECORD = term.iri(GSE.SkillRecord)
HOLDER, SKILL, LEVEL = term.iri(GSE.holder), term.iri(GSE.skill), term.iri(GSE.level)
BASIS, ASSESSED_ON = term.iri(GSE.basis), term.iri(GSE.assessedOn)
_SHORTCUTS = {level: term.iri(level.shortcut) for level in Level}


def person_term(identifier: int) -> str:
    """A person's IRI as a term."""
    return f"<{ID!s}person/{identifier:016x}>"


def record_term(identifier: int) -> str:
    """A record's IRI as a term."""
    return f"<{ID!s}record/{identifier:016x}>"


def card(person: Person) -> Triples:
    """What a view says of a person beside their skills."""
    subject = person_term(person.identifier.value)
    triples = {
        (subject, _TYPE, _PERSON),
        (subject, _NAME, term.literal(person.name)),
        (subject, _MEMBER_OF, term.iri(organisation_iri(person.organisation))),
    }
    for predicate, value in ((_UNIT, person.unit), (_GRADE, person.grade), (_SITE, person.site)):
        if value:
            triples.add((subject, predicate, term.literal(value)))
    if person.role:
        triples.add((subject, _OWN_ROLE, term.iri(person.role)))
    if person.available is not None:
        triples.add((subject, _AVAILABILITY, _AVAILABLE[person.available]))
    return triples


def person_views(
    person: Person, records: Iterable[SkillRecord], framework: Framework, rules: AudienceRules
) -> dict[str, Triples]:
    """Everything that the views say of one person, by view: their card wherever they appear, and the records.

    `records` are all their current ones; of several judgements of one skill only that which counts is shown.
    """
    about = card(person)
    organisation = person.organisation
    views = {view: set(about) for view in rules.of(organisation, person=person.audience).views(organisation)}
    held: dict[str, list[tuple[int, Level]]] = {}
    for record in rules.standing.counting(records):
        for view in record.audience.views(organisation):
            views.setdefault(view, set(about)).update(record_triples(record, framework))
            held.setdefault(view, []).append((record.skill, record.level))
    for view, skills in held.items():
        views[view] |= shortcuts(person.identifier.value, skills, framework)
    return views


def record_triples(record: SkillRecord, framework: Framework) -> tuple[tuple[str, str, str], ...]:
    """A record as a view shows it."""
    subject = record_term(record.identifier)
    return (
        (subject, _TYPE, _RECORD),
        (subject, HOLDER, person_term(record.person)),
        (subject, SKILL, term.iri(framework.iris[record.skill])),
        (subject, LEVEL, term.iri(record.level.iri)),
        (subject, BASIS, term.iri(record.basis.iri)),
        (subject, ASSESSED_ON, term.date(record.assessed_on)),
    )


def shortcuts(person: int, held: Iterable[tuple[int, Level]], framework: Framework) -> Triples:
    """The shortcut edges of one person in one view, from the skills and levels of their records in it.

    A level implies those below it, and a skill every concept above it (ontology: the sub-properties and chains of
    `gse:expertIn`, `gse:practitionerIn`, `gse:workingIn`, `gse:awarenessIn`).
    """
    best: dict[str, Level] = {}
    for skill, level in held:
        for concept in framework.ancestors(framework.iris[skill]):
            best[concept] = max(level, best.get(concept, level))
    subject = person_term(person)
    return {
        (subject, _SHORTCUTS[Level(rank)], term.iri(concept))
        for concept, level in best.items()
        for rank in range(1, level + 1)
    }
