"""`gse-skills correction`: what people ask an organisation to put right, and how it is settled."""

from __future__ import annotations

from typing import Annotated

import typer

from gse_skills.answers import CorrectionBody, CorrectionsBody
from gse_skills.cli.output import Json, dump, say
from gse_skills.cli.service import Data, address, open_service
from gse_skills.dossier import Outcome

app = typer.Typer(
    help="Requests of people to have put right what an organisation keeps of them.\n\n"
    "Example: gse-skills correction list larkmoor",
    no_args_is_help=True,
)
Org = Annotated[str, typer.Argument(help="The organisation that is asked, by its short name.")]


@app.command("list")
def list_(org: Org, data: Data = None, as_json: Json = False) -> None:
    """List the requests to an organisation, open ones first. Exit code 1 when none is open.

    Example: gse-skills correction list larkmoor
    """
    with open_service(data) as service:
        found = service.get(address("organisations", org, "corrections"), CorrectionsBody)
    if as_json:
        dump(found)
    else:
        for one in found.items:
            _tell(one)
    raise typer.Exit(0 if any(one.status == "open" for one in found.items) else 1)


@app.command()
def decide(
    org: Org,
    identifier: Annotated[str, typer.Argument(help="As `correction list` gives it.")],
    outcome: Annotated[Outcome, typer.Argument(help="accepted or declined.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; the person sees it. Needed to decline.")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change, and change nothing.")] = False,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Settle a request: accepted, it changes what is kept in the same step.

    Examples:

      gse-skills correction decide larkmoor 00000000000000ff accepted --dry-run

      gse-skills correction decide larkmoor 00000000000000ff declined --reason "The panel of May found Working."
    """
    asked = {"outcome": outcome, "reason": reason}
    path = address("organisations", org, "corrections", identifier)
    with open_service(data) as service:
        found = service.post(path, CorrectionBody, asked, {"dry_run": dry_run})
    if as_json:
        dump(found)
        return
    _tell(found)
    if dry_run:
        say("Nothing was changed: this was a dry run.")


def _tell(one: CorrectionBody) -> None:
    basis = f" (judged by: {one.basis})" if one.basis else ""
    before, after = one.step.before or "nothing", one.step.after or "nothing"
    if one.status == "open":
        say(f"{one.id}  {one.asked:%Y-%m-%d}  {one.name}: {one.step.what} is {before}{basis}, should be {after}")
    else:
        say(f"{one.id}  {one.asked:%Y-%m-%d}  {one.name}: {one.step.what} should be {after}: {one.status}")
    for line in one.reason.splitlines():
        say(f"  {line}")
    if one.answer:
        say(f"  Answer: {one.answer}")
