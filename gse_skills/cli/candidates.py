"""`gse-skills candidates`: who lacks little for a role."""

from __future__ import annotations

from typing import Annotated

import typer

from gse_skills.answers import WhoIsCloseBody
from gse_skills.cli.days import AsOf, KnownAt, day_of, in_words
from gse_skills.cli.output import Json, dump, say, table
from gse_skills.cli.service import Data, Purpose, address, open_service


def candidates(
    role: Annotated[str, typer.Argument(help="Notation, IRI or label of a role.")],
    limit: Annotated[int, typer.Option(min=1, max=50, help="How many people at most.")] = 20,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    purpose: Purpose = "",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Show who lacks little for a role: how many lack nothing essential, and who lacks least.

    Examples:

      gse-skills candidates ROL-LIF-01

      gse-skills candidates ROL-LIF-01 --as-of 2025-12-31 --known-at 2026-01-31
    """
    asked = {"role": role, "limit": limit, "as_of": day_of(as_of), "known_at": day_of(known_at)}
    with open_service(data, purpose) as service:
        found = service.get(address("candidates"), WhoIsCloseBody, asked)
    if as_json:
        dump(found)
    else:
        named = f"{found.role.label} ({found.role.notation})" if found.role.notation else found.role.label
        then = in_words(found.as_of, found.known_at)
        say(f"Of {found.people:,} people, {found.fit:,} lack nothing essential for {named}{then}.")
        rows = [(one.name, one.organisation, one.missing, one.not_mapped, one.person) for one in found.close]
        if rows:
            table(rows, ("name", "organisation", "steps missing", "not mapped", "person"))
    if not found.close:
        raise typer.Exit(1)
