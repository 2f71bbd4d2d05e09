"""The roles that a sheet says people have, each looked up once; what names none is told at its cell and left out."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from gse_skills.errors import AmbiguousError, NotFoundError
from gse_skills.framework import Framework, Lookup, role_in_force, role_named
from gse_skills.imports.assertion import PersonFacts
from gse_skills.imports.finding import Finding, noted


class OwnRoles:
    """Looks up what a department calls the roles of its people, by code, name or other name."""

    def __init__(self, framework: Framework, lookup: Lookup, column: int, heading: str) -> None:
        """`column` is the one that holds them, from 0, with its heading; -1 when the sheet has none."""
        self._framework = framework
        self._lookup = lookup
        self._column = column
        self._heading = heading
        self._known: dict[str, tuple[str | None, str, str]] = {}

    def read(self, facts: PersonFacts) -> tuple[PersonFacts, Finding | None]:
        """What is said of a person with the IRI of their role in place of its name, and what is to be said of the cell.

        A role that is no longer used is kept as what took its place, where one thing did.
        """
        if facts.role is None:
            return facts, None
        if facts.role not in self._known:
            self._known[facts.role] = self._find(facts.role)
        iri, rule, message = self._known[facts.role]
        told = replace(facts, role=iri)
        if not rule:
            return told, None
        place = {"row": facts.row, "column": self._column}
        return told, noted(rule, message, **place, heading=self._heading, value=facts.role)

    def _find(self, name: str) -> tuple[str | None, str, str]:
        """The IRI of a role, and the rule and message of what is to be said of it."""
        try:
            role = role_named(name, self._framework, self._lookup)
        except NotFoundError as error:
            near = cast("list[dict[str, str]]", error.extra["nearest"])
            named = "; ".join(f"{one['label']} ({one['notation'] or one['iri']})" for one in near) or "none"
            return None, "unknown-role", f"No role is called “{name}”, and no role is recorded. The nearest: {named}."
        except AmbiguousError as error:
            choices = cast("list[dict[str, str]]", error.extra["choices"])
            named = "; ".join(f"{one['label']} ({one['notation'] or one['iri']})" for one in choices)
            return None, "ambiguous-role", f"Several roles are called “{name}”, and no role is recorded: {named}."
        if not self._framework.concept(role.iri).deprecated:
            return role.iri, "", ""
        after = role_in_force(role.iri, self._framework) or role
        instead = "" if after is role else f" {after.label} took its place, and is recorded."
        return after.iri, "role-not-in-use", f"The role {role.label} is no longer used.{instead}"
