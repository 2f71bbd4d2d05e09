"""`gse-skills framework roles` and `role`: what roles there are, and what each needs."""

from __future__ import annotations

from typing import Annotated

import typer

from gse_skills.answers import RoleBody, RoleRef, RolesBody
from gse_skills.cli.output import Json, dump, say, table
from gse_skills.cli.service import Data, address, open_service, operator_address
from gse_skills.framework import category_named


def roles(
    words: Annotated[str, typer.Argument(help="Any words; all roles without.")] = "",
    category: Annotated[str, typer.Option("--category", help="Deep Specialist, Specialist or Affiliate.")] = "",
    grade: Annotated[str, typer.Option("--grade", help="Typical grade, such as HEO.")] = "",
    scheme: Annotated[str, typer.Option("--scheme", help="Short name of the concept scheme, such as gse.")] = "",
    skill: Annotated[str, typer.Option("--skill", help="A skill that they need, or one above such.")] = "",
    limit: Annotated[int, typer.Option("--limit", min=1, max=200)] = 50,
    owl: Annotated[bool, typer.Option("--owl", help="All of them as OWL classes, in Turtle.")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List roles, by words, category, grade, scheme, or a skill that they need. Exit code 1 when there are none.

    Examples:

      gse-skills framework roles virologist

      gse-skills framework roles --category "Deep Specialist" --grade G7

      gse-skills framework roles --skill Virology --json

      gse-skills framework roles --scheme gse --owl > roles.ttl
    """
    named = category_named(category)
    asked = {"q": words, "category": named and named.label, "grade": grade, "scheme": scheme, "skill": skill}
    with open_service(data) as service:
        if owl:
            typer.echo(service.send("GET", operator_address("role-classes"), asked).text, nl=False)
            return
        found = service.get(address("roles"), RolesBody, {**asked, "limit": limit})
    if as_json:
        dump(found)
    else:
        rows = [
            (*_named(one), one.category or "", one.grade or "", one.family.label if one.family else "", one.scheme)
            for one in found.items
        ]
        table(rows, ("role", "label", "category", "grade", "family", "scheme"))
        if found.next_cursor:
            say(f"{len(found.items):,} of {found.total:,}; narrow it down, or raise --limit.")
    raise typer.Exit(0 if found.items else 1)


def role(
    name: Annotated[str, typer.Argument(help="Notation, IRI or label.")],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Say what a role needs, and the steps up and down its ladder.

    Example: gse-skills framework role "Senior virologist"
    """
    with open_service(data) as service:
        found = service.get(address("roles", name), RoleBody)
    if as_json:
        dump(found)
        return
    place = (found.category, found.grade, found.family and found.family.label)
    say(f"{' '.join(_named(found))} ({', '.join(part for part in place if part)})")
    say(found.definition)
    for heading, steps in (("Leads to", found.next), ("Follows", found.previous)):
        if steps:
            say(f"{heading}: {', '.join(' '.join(_named(step)) for step in steps)}")
    rows = [
        (need.skill.notation or need.skill.iri, need.skill.label, need.level or "", _importance(need.essential))
        for need in found.requirements
    ]
    table(rows, ("skill", "label", "level", "importance"))


def _named(one: RoleRef) -> tuple[str, str]:
    return one.notation or one.iri, one.label


def _importance(essential: bool) -> str:
    return "essential" if essential else "desirable"
