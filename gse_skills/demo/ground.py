"""The ground that careers stand on: the groups of our own framework, their skills, and which groups lie near which."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from gse_skills.demo.position import Positions
from gse_skills.errors import InputError
from gse_skills.framework import OWN_SCHEME, Concept, Framework

_RARE = 3
"""Of so many groups one has a skill that hangs on one person."""


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain of groups; its notation is the IRI where it has none."""

    notation: str
    label: str


@dataclass(frozen=True, slots=True)
class Group:
    """A group of skills that a team may work in."""

    iri: str
    notation: str
    """Its notation, or the IRI where it has none."""
    label: str
    domain: Domain
    skills: tuple[str, ...]
    """IRIs of its skills, sorted."""
    near: tuple[str, ...]
    """IRIs of the groups next to it: those whose skills are related to its own, most links first, then those of its
    domain."""
    rare: str | None
    """The one of its skills that hangs on one person, if any."""


@dataclass(frozen=True, slots=True)
class Ground:
    """The groups by IRI, and their domains by notation, both sorted."""

    groups: dict[str, Group]
    domains: tuple[Domain, ...]
    positions: Positions = field(default_factory=Positions)
    """The roles that people may have."""

    @classmethod
    def of(cls, framework: Framework) -> Ground:
        """The ground of a framework's own scheme; raises InputError (rule "no-skills") when it has no group with
        skills."""
        skills = _skills(framework)
        if not skills:
            message = "The framework has no group with skills in it, so nobody can be invented to hold them."
            raise InputError(message, rule="no-skills", remedy="Load a framework of domains, groups and skills.")
        domains = {iri: _domain(framework, iri) for iri in skills}
        links = _links(framework, skills)
        groups = {
            iri: Group(
                iri=iri,
                notation=framework.concept(iri).notation or iri,
                label=framework.concept(iri).pref_label,
                domain=domains[iri],
                skills=held,
                near=_near(iri, links[iri], domains),
                rare=held[-1] if place % _RARE == 0 and len(held) > _RARE else None,
            )
            for place, (iri, held) in enumerate(skills.items())
        }
        ordered = sorted(set(domains.values()), key=lambda domain: domain.notation)
        return cls(groups, tuple(ordered), Positions.of(framework))


def own_concepts(framework: Framework) -> Iterator[Concept]:
    """The concepts of our own scheme that are in use, in the order of their IRIs."""
    return (concept for concept in framework.concepts if concept.scheme == OWN_SCHEME and not concept.deprecated)


def _skills(framework: Framework) -> dict[str, tuple[str, ...]]:
    """The skills of each group; a skill of several groups counts in the first."""
    groups = [concept.iri for concept in own_concepts(framework) if concept.kind == "group"]
    found: dict[str, tuple[str, ...]] = {}
    taken: set[str] = set()
    for group in groups:
        beneath = (framework.concept(framework.iris[number]) for number in framework.descendants(group))
        held = {concept.iri for concept in beneath if concept.kind == "skill" and not concept.deprecated} - taken
        if held:
            found[group] = tuple(sorted(held))
            taken |= held
    return found


def _domain(framework: Framework, group: str) -> Domain:
    above = [framework.concept(iri) for iri in framework.ancestors(group)]
    top = next((concept for concept in above if concept.kind == "domain"), framework.concept(group))
    return Domain(top.notation or top.iri, top.pref_label)


def _links(framework: Framework, skills: dict[str, tuple[str, ...]]) -> dict[str, Counter[str]]:
    """How many `skos:related` links lead from each group, or its skills, to each other group or its skills."""
    home = {skill: group for group, held in skills.items() for skill in held} | {group: group for group in skills}
    links: dict[str, Counter[str]] = {group: Counter() for group in skills}
    for member, group in home.items():
        links[group].update(home[other] for other in framework.concept(member).related if other in home)
    return links


def _near(group: str, links: Counter[str], domains: dict[str, Domain]) -> tuple[str, ...]:
    related = sorted(links.keys() - {group}, key=lambda other: (-links[other], other))
    siblings = [iri for iri, domain in domains.items() if domain == domains[group] and iri != group]
    return tuple(dict.fromkeys((*related, *siblings)))
