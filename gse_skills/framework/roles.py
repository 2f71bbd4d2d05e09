"""Finding roles, and their place: family, ladder, and the skills that lead to them.

A role is whatever has requirements of its own: a role profile of ours or of the Digital and Data framework, or an
occupation of ESCO. Concepts above them, such as families, are none.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from gse_skills.errors import AmbiguousError, InputError, NotFoundError
from gse_skills.framework.concept import Concept, Grade, Kind, RoleProfile
from gse_skills.framework.framework import OWN_SCHEME, Framework
from gse_skills.framework.lookup import Lookup
from gse_skills.framework.search import Search
from gse_skills.vocabulary import Category

_MOST_FOUND = 500
"""The most roles that words can find."""
_WORTH = 0.3
"""The least score at which a role is told as found."""
_KINDS: tuple[tuple[Kind, ...], ...] = (("role",), ("occupation",))
"""Whose names count first: a profile that gives levels says more than an occupation that gives none."""


@dataclass(frozen=True, slots=True)
class RoleQuestion:
    """Which roles are wanted; what is empty narrows nothing. `grade` is a notation, `skill` any name of a skill."""

    words: str = ""
    category: Category | None = None
    grade: str = ""
    scheme: str = ""
    skill: str = ""


def category_named(label: str) -> Category | None:
    """The professional category so called, None for no name.

    Raises InputError (rule "unknown-category").

    >>> category_named("deep specialist")
    <Category.DEEP_SPECIALIST: 'DeepSpecialist'>
    """
    if not label.strip():
        return None
    for category in Category:
        if category.label.casefold() == label.strip().casefold():
            return category
    names = ", ".join(category.label for category in Category)
    raise InputError(f"No category is called {label!r}.", rule="unknown-category", remedy=f"Use one of: {names}.")


def grades(framework: Framework) -> tuple[Grade, ...]:
    """The grades that some role is typical of, the most junior first."""
    found = {role.grade for role in framework.roles.values() if role.grade}
    return tuple(sorted(found, key=lambda grade: (grade.seniority, grade.notation)))


def role_schemes(framework: Framework) -> tuple[str, ...]:
    """The slugs of the schemes that have roles, our own first."""
    return tuple(
        sorted({role.scheme for role in framework.roles.values()}, key=lambda slug: (slug != OWN_SCHEME, slug))
    )


def find_roles(question: RoleQuestion, framework: Framework, lookup: Lookup, search: Search) -> tuple[RoleProfile, ...]:
    """The roles that are meant: by likeness to the words, or else by scheme, family, ladder step and label.

    Raises InputError (rule "unknown-grade"), NotFoundError (rules "unknown-scheme", "unknown-term") and AmbiguousError
    (rule "ambiguous-label").
    """
    _require_known(question, framework)
    wanted = None if not question.skill else _needing(question.skill, framework, lookup)
    return tuple(
        role
        for role in _named(question.words, framework, search)
        if question.category in (None, role.category)
        and (not question.grade or (role.grade is not None and role.grade.notation == question.grade))
        and question.scheme in ("", role.scheme)
        and (wanted is None or role.iri in wanted)
    )


def page_of(
    found: Sequence[RoleProfile], limit: int, cursor: str | None = None
) -> tuple[Sequence[RoleProfile], str | None]:
    """At most `limit` of the roles after the one that the cursor names, and the cursor of the page after, if any.

    Raises InputError (rule "bad-cursor").
    """
    start = 0
    if cursor is not None:
        place = next((place for place, role in enumerate(found) if role.iri == cursor), None)
        if place is None:
            message, remedy = "The cursor is not one that was given out.", "Start again without a cursor."
            raise InputError(message, rule="bad-cursor", remedy=remedy)
        start = place + 1
    page = found[start : start + limit]
    return page, page[-1].iri if start + limit < len(found) else None


def _require_known(question: RoleQuestion, framework: Framework) -> None:
    known = [grade.notation for grade in grades(framework)]
    if question.grade and question.grade not in known:
        message = f"No role is of the grade {question.grade!r}."
        raise InputError(message, rule="unknown-grade", remedy=f"Use one of: {', '.join(known)}.")
    if question.scheme:
        framework.top_concepts(question.scheme)


def _needing(skill: str, framework: Framework, lookup: Lookup) -> set[str]:
    """The roles that need a skill or something beneath it."""
    below = framework.descendants(lookup.resolve(skill).concept)
    return {role for number in below for role in framework.roles_needing.get(framework.iris[number], ())}


def _named(words: str, framework: Framework, search: Search) -> Iterable[RoleProfile]:
    if not words.strip():
        return sorted(framework.roles.values(), key=lambda role: _place(role, framework))
    kinds = [kind for some in _KINDS for kind in some]
    found = search.search(words, _MOST_FOUND, kinds=kinds)
    return (framework.roles[one.concept] for one in found if one.score >= _WORTH and one.concept in framework.roles)


def _place(role: RoleProfile, framework: Framework) -> tuple[bool, str, str, int, str, str]:
    family = family_of(role, framework)
    step = role.grade.seniority if role.grade else 0
    return role.scheme != OWN_SCHEME, role.scheme, family.pref_label if family else "", step, role.label, role.iri


def family_of(role: RoleProfile, framework: Framework) -> Concept | None:
    """The topmost concept above a role, of several parents the first; None for a role that stands alone."""
    above = list(_above(role, framework))
    return above[-1] if above else None


def _above(role: RoleProfile, framework: Framework) -> Iterator[Concept]:
    concept = framework.concept(role.iri)
    seen = {concept.iri}
    while concept.broader and concept.broader[0] not in seen:
        concept = framework.concept(concept.broader[0])
        seen.add(concept.iri)
        yield concept


def role_in_force(iri: str, framework: Framework) -> RoleProfile | None:
    """The role of that IRI; of one that is no longer used, what took its place where one role did, else itself.

    None when no scheme has it.
    """
    found, seen = framework.roles.get(iri), set[str]()
    while found is not None and found.iri not in seen and framework.concept(found.iri).deprecated:
        seen.add(found.iri)
        after = [framework.roles[one] for one in framework.concept(found.iri).replaced_by if one in framework.roles]
        if len(after) != 1:
            break
        found = after[0]
    return found


def role_named(name: str, framework: Framework, lookup: Lookup) -> RoleProfile:
    """The role that a notation, an IRI or a label names.

    Raises NotFoundError (rule "unknown-role"; `extra["nearest"]` lists concepts) and AmbiguousError (rule
    "ambiguous-label"; `extra["choices"]`).
    """
    nearest: list[Any] = []
    for kinds in _KINDS:
        try:
            found = [lookup.resolve(name, kinds=kinds).concept]
        except NotFoundError as error:
            nearest += cast("list[Any]", error.extra["nearest"])
            continue
        except AmbiguousError as error:
            found = [str(choice["iri"]) for choice in cast("list[Any]", error.extra["choices"])]
            if len([iri for iri in found if iri in framework.roles]) > 1:
                raise
        for iri in found:
            if iri in framework.roles:
                return framework.roles[iri]
    near = [choice for choice in nearest if choice["iri"] in framework.roles][:5]
    labels = ", ".join(str(choice["label"]) for choice in near)
    raise NotFoundError(
        f"No role is called {name.strip()!r}.",
        rule="unknown-role",
        remedy=f"The nearest are: {labels}." if near else "See `gse-skills framework roles`.",
        extra={"term": name, "nearest": near},
    )
