"""Organisations of the alliance, and the audience that each gives its records."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pyoxigraph import NamedNode

from gse_skills.errors import InputError
from gse_skills.framework import Framework
from gse_skills.records import AudienceRules, Standing, organisation_iri, organisation_slug
from gse_skills.store import Change, Query, Store, term
from gse_skills.vocabulary import DCTERMS, GRAPH, GSE, ORG, RDF, SKOS, Audience

_SLUG = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_GRAPH = GRAPH["organisations"]


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation: a laboratory, a department, an agency."""

    slug: str
    name: str
    audience: Audience = Audience.PRIVATE
    """The audience of its records where nothing else is said."""
    branches: Mapping[str, Audience] = field(default_factory=dict, hash=False)
    """The audience of its records in a branch, by the IRI of the concept at the top."""

    @property
    def iri(self) -> str:
        """Its IRI."""
        return organisation_iri(self.slug)


def read_organisations(store: Store) -> tuple[Organisation, ...]:
    """All organisations, by slug."""

    def rows() -> Iterator[Organisation]:
        for iri, name in store.select(Query("organisations"), graph=NamedNode(_GRAPH)):
            slug = organisation_slug(iri.value)
            source = NamedNode(GRAPH[f"source/{slug}"])
            audiences = [
                row[0].value for row in store.select(Query("default_audience"), source=source, organisation=iri)
            ]
            default = Audience.from_iri(audiences[0]) if audiences else Audience.PRIVATE
            yield Organisation(slug, name.value, default, _branches(store, slug))

    return tuple(sorted(rows(), key=lambda organisation: organisation.slug))


def _branches(store: Store, slug: str) -> dict[str, Audience]:
    rows = store.select(Query("branch_audiences"), source=NamedNode(GRAPH[f"source/{slug}"]))
    return {concept.value: Audience.from_iri(audience.value) for _, concept, audience in rows}


def read_choices(store: Store, slug: str) -> dict[str, str]:
    """The IRIs of an organisation's choices of audience, by the IRI of the concept at the top of the branch."""
    rows = store.select(Query("branch_audiences"), source=NamedNode(GRAPH[f"source/{slug}"]))
    return {concept.value: choice.value for choice, concept, _ in rows}


def rules_of(
    organisations: tuple[Organisation, ...], framework: Framework, standing: Standing | None = None
) -> AudienceRules:
    """The audience rules that the organisations have chosen, with the rule for several judgements of one skill."""
    return AudienceRules(
        {organisation.slug: organisation.audience for organisation in organisations},
        {organisation.slug: _by_skill(organisation.branches, framework) for organisation in organisations},
        standing or Standing(),
    )


def _by_skill(branches: Mapping[str, Audience], framework: Framework) -> dict[int, Audience]:
    """The audience of each skill below a chosen branch: of several the lowest holds, of as low ones the narrower."""
    found: dict[int, Audience] = {}
    # What comes later takes the place of what came before.
    known = ((iri, audience) for iri, audience in branches.items() if iri in framework)
    for iri, audience in sorted(known, key=lambda one: (len(framework.ancestors(one[0])), -one[1].width)):
        found.update(dict.fromkeys(map(int, framework.descendants(iri)), audience))
    return found


def describe(organisation: Organisation, change: Change) -> None:
    """Write a new organisation into `change`; raises InputError (rule `bad-slug`) when its slug is not one."""
    if not _SLUG.fullmatch(organisation.slug):
        raise InputError(
            f"“{organisation.slug}” cannot name an organisation.",
            rule="bad-slug",
            remedy="Use lower-case letters, digits and single hyphens, such as porton-lab.",
        )
    subject = term.iri(organisation.iri)
    for graph in (term.iri(_GRAPH), term.iri(GRAPH["view/public"])):
        change.add(subject, term.iri(RDF.type), term.iri(ORG.Organization), graph)
        change.add(subject, term.iri(SKOS.prefLabel), term.literal(organisation.name), graph)
        change.add(subject, term.iri(DCTERMS.identifier), term.literal(organisation.slug), graph)
    source = term.iri(GRAPH[f"source/{organisation.slug}"])
    change.add(subject, term.iri(GSE.audience), term.iri(organisation.audience.iri), source)
