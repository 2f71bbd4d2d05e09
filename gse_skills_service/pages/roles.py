"""The pages of roles: the list, and one role with what it needs."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from gse_skills.framework import (
    OWN_SCHEME,
    Framework,
    Requirement,
    RoleProfile,
    RoleQuestion,
    category_named,
    family_of,
    find_roles,
    grades,
    page_of,
    role_named,
    role_schemes,
)
from gse_skills.register import State
from gse_skills.vocabulary import Category
from gse_skills_service.auth import Registered
from gse_skills_service.pages.addresses import address, levels_of, path_to, rdf_of, role_page, skill_page
from gse_skills_service.pages.frame import Link, Option, Section
from gse_skills_service.pages.views import Family, Need, Role, RoleLink, Roles, RolesForm

router = APIRouter(include_in_schema=False)

_MOST = 150
"""Roles on one page of the list; ours fit on one."""
_Short = Annotated[str, Query(max_length=300)]


@router.get("/framework/roles")
def list_roles(
    request: Request,
    register: Registered,
    q: _Short = "",
    category: _Short = "",
    grade: _Short = "",
    scheme: _Short = OWN_SCHEME,
    skill: _Short = "",
    cursor: Annotated[str | None, Query(max_length=300)] = None,
) -> HTMLResponse:
    """Roles by words, category, grade, scheme, or a skill that they need; our own when nothing else is asked for."""
    state = register.state
    form = RolesForm(q, category, grade, scheme, skill)
    question = RoleQuestion(q, category_named(category), grade, scheme, skill)
    found = find_roles(question, state.framework, state.lookup, state.search)
    shown, following = page_of(found, _MOST, cursor)
    view = Roles(
        form,
        tuple(Option(one.label, one.label) for one in Category),
        tuple(Option(one.notation, f"{one.notation}, {one.label}") for one in grades(state.framework)),
        tuple(Option(slug, state.framework.title(slug)) for slug in role_schemes(state.framework)),
        len(found),
        tuple(_families(shown, state.framework, by_likeness=bool(q.strip()))),
        f"{_asked(form)}&{urlencode({'cursor': following})}" if following else "",
    )
    page: HTMLResponse = request.app.state.pages.page(request, view, Section.FRAMEWORK)
    return page


@router.get("/framework/role")
def foreign_role(request: Request, register: Registered, iri: _Short) -> HTMLResponse:
    """A role or occupation of any scheme, by its IRI."""
    return _role_page(request, register.state.framework.role(iri), register.state)


@router.get("/framework/roles/{name}")
def own_role(request: Request, register: Registered, name: str) -> HTMLResponse:
    """A role of our own scheme, by notation; a label finds it too."""
    state = register.state
    return _role_page(request, role_named(name, state.framework, state.lookup), state)


def _asked(form: RolesForm) -> str:
    """The address of the list; an empty scheme is said, since it means all of them."""
    asked = address("/framework/roles", q=form.words, category=form.category, grade=form.grade, skill=form.skill)
    return f"{asked}{'&' if '?' in asked else '?'}{urlencode({'scheme': form.scheme})}"


def role_links(iris: Iterable[str], framework: Framework, skill: str = "") -> tuple[RoleLink, ...]:
    """Links to roles, each with the level at which it needs `skill`, if one is given."""
    return tuple(_link(framework.roles[iri], framework, skill) for iri in iris if iri in framework.roles)


def _families(roles: Iterable[RoleProfile], framework: Framework, *, by_likeness: bool) -> Iterable[Family]:
    if by_likeness:
        found = role_links([role.iri for role in roles], framework)
        return [Family("", found)] if found else []

    def heading(role: RoleProfile) -> str:
        family = family_of(role, framework)
        return family.pref_label if family else "On their own"

    return [
        Family(label, role_links([role.iri for role in some], framework)) for label, some in groupby(roles, heading)
    ]


def _link(role: RoleProfile, framework: Framework, skill: str) -> RoleLink:
    concept = framework.concept(role.iri)
    needs = [need for need in role.requirements if need.skill == skill]
    return RoleLink(
        role.label,
        role_page(concept),
        concept.notation or "",
        role.category.label if role.category else "",
        role.grade.notation if role.grade else "",
        ", ".join(_how(need) for need in needs),
    )


def _how(need: Requirement) -> str:
    importance = "essential" if need.essential else "desirable"
    return f"{need.level.label}, {importance}" if need.level else importance


def _role_page(request: Request, role: RoleProfile, state: State) -> HTMLResponse:
    framework = state.framework
    concept = framework.concept(role.iri)
    name = concept.notation or concept.iri
    view = Role(
        role.label,
        role.iri,
        framework.title(role.scheme),
        concept.notation or "",
        concept.definition,
        (Link("Roles", address("/framework/roles", scheme=role.scheme)), *path_to(concept, framework)),
        role.category.label if role.category else "",
        f"{role.grade.label} ({role.grade.notation})" if role.grade else "",
        concept.alt_labels,
        tuple(_need(need, framework) for need in role.requirements if need.essential and need.skill in framework),
        tuple(_need(need, framework) for need in role.requirements if not need.essential and need.skill in framework),
        role_links(role.next, framework),
        role_links(framework.roles_before.get(role.iri, ()), framework),
        (Link("JSON", address(f"/api/v1/roles/{name}")), *rdf_of(concept.iri)),
        concept.deprecated,
        tuple(
            Link(framework.concept(iri).pref_label, skill_page(framework.concept(iri)))
            for iri in concept.replaced_by
            if iri in framework
        ),
        address("/framework/role/close", role=concept.iri),
    )
    page: HTMLResponse = request.app.state.pages.page(request, view, Section.FRAMEWORK)
    return page


def _need(need: Requirement, framework: Framework) -> Need:
    skill = framework.concept(need.skill)
    link = Link(skill.pref_label, skill_page(skill))
    if need.level is None:
        return Need(link, skill.notation or "")
    return Need(link, skill.notation or "", need.level.label, dict(levels_of(skill, framework)[0]).get(need.level, ""))
