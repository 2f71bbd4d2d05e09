"""`gse-skills erase`: everything that is kept of a person, gone."""

from __future__ import annotations

from typing import Annotated

import typer

from gse_skills.answers import ErasedBody
from gse_skills.cli.output import Json, dump, note, say
from gse_skills.cli.service import Data, open_service, operator_address


def erase(
    person: Annotated[str, typer.Argument(help="The sixteen digits at the end of the person's IRI, or the IRI.")],
    org: Annotated[str, typer.Option("--org", help="The organisation that keeps their records.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would go, and change nothing.")] = False,
    reason: Annotated[str, typer.Option("--reason", help="Why, for the audit log; no names of people.")] = "",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Erase a person: records, history, sign-in, index, snapshots, and the store's files, which are written anew.

    It cannot be undone. Backups that were taken before still hold them until these are deleted in their time.
    Example: gse-skills erase 0123456789abcdef --org larkmoor --dry-run
    """
    if not dry_run:
        note("Writing the store anew; answers go on meanwhile, changes wait.")
    asked = {"organisation": org, "person": person, "dry_run": dry_run}
    with open_service(data, reason) as service:
        body = service.post(operator_address("erasures"), ErasedBody, asked)
    if as_json:
        dump(body)
        return
    tell(body)


def tell(body: ErasedBody) -> None:
    """The counts in words."""
    say(f"{'Would go' if body.dry_run else 'Gone'}: {body.people:,} people, {body.records:,} records,")
    say(f"  {body.memberships:,} memberships, {body.others:,} requests and the like, {body.phrases:,} phrases,")
    say(f"  {body.file_names:,} file names, {body.units:,} names of units, {body.sign_ins:,} sign-ins;")
    say(f"  {body.statements:,} statements in all.")
    if body.people:
        say("Backups that were taken before hold them until they are pruned: see `gse-skills backup prune`.")
        say(f"  {body.backups:,} of them lie in the folder “backups” of the data folder.")
