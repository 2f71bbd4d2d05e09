"""`gse-skills proposals`: what departments wish of the framework, and what its owner decides."""

from __future__ import annotations

from typing import Annotated

import typer
from pydantic import RootModel

from gse_skills.answers import DecisionBody, ProposalBody, ProposalsBody, TermBody
from gse_skills.cli.output import Json, dump, say, table
from gse_skills.cli.service import Data, address, open_service
from gse_skills.proposals import DecisionOutcome, ProposalKind, Status

app = typer.Typer(
    help="Phrases that nothing matched, proposals for the framework, and decisions on them.\n\n"
    "Example: gse-skills proposals list",
    no_args_is_help=True,
)


class _Decided(RootModel[TermBody | ProposalBody]):
    """What a decision was about."""


@app.command("list")
def list_(
    status: Annotated[Status | None, typer.Option("--status", help="Only those that stand so.")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100, help="How many of each sort.")] = 20,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """List phrases that nothing matched and proposals. Exit code 1 when there is none.

    Example: gse-skills proposals list --status open
    """
    with open_service(data) as service:
        found = service.get(address("proposals"), ProposalsBody, {"status": status, "limit": limit})
    if as_json:
        dump(found)
    else:
        _tell(found)
    raise typer.Exit(0 if found.terms or found.proposals else 1)


def _tell(found: ProposalsBody) -> None:
    say(f"Phrases that nothing matched: {found.terms_total:,}")
    if found.terms:
        table(
            [
                (
                    one.id,
                    one.phrase,
                    one.cells,
                    one.imports,
                    ", ".join(one.organisations),
                    "; ".join(f"{near.label} ({near.notation or near.iri}, {near.score:.2f})" for near in one.nearest),
                    _stand(one.status, one.decisions),
                )
                for one in found.terms
            ],
            ("id", "phrase", "cells", "imports", "organisations", "nearest", "status"),
        )
    say(f"Proposals: {found.proposals_total:,}")
    for one in found.proposals:
        concepts = ", ".join(concept.notation or concept.iri for concept in one.concepts)
        about = f" {concepts}" if concepts else ""
        say(f"{one.id}  {one.kind.value}{about}, {one.organisation}, {one.proposed:%Y-%m-%d}: ")
        for line in one.text.splitlines():
            say(f"  {line}")
        say(f"  {_stand(one.status, one.decisions)}")


def _stand(status: Status, decisions: list[DecisionBody]) -> str:
    if not decisions:
        return status.value
    newest = decisions[0]
    target = f" to {newest.concept.label} ({newest.concept.notation or newest.concept.iri})" if newest.concept else ""
    return f"{status.value}{target}{f': {newest.reason}' if newest.reason else ''}"


@app.command()
def propose(
    kind: Annotated[ProposalKind, typer.Argument(help="new, change, merge or retire.")],
    text: Annotated[str, typer.Argument(help="What should be, and why; no personal data.")],
    org: Annotated[str, typer.Option("--org", help="On whose behalf, by short name.")],
    concept: Annotated[
        list[str] | None, typer.Option("--concept", help="A skill that it concerns; may be given again.")
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Put a proposal to the framework's owner, on behalf of an organisation.

    Example: gse-skills proposals propose change "Say that phage work counts." --concept LIF-VIR-02 --org larkmoor
    """
    asked = {"kind": kind, "text": text, "concepts": concept or [], "organisation": org}
    with open_service(data) as service:
        made = service.post(address("proposals"), ProposalBody, asked)
    if as_json:
        dump(made)
    else:
        say(f"Proposal {made.id}: {made.status.value}.")


@app.command()
def decide(
    identifier: Annotated[str, typer.Argument(help="As `proposals list` gives it.")],
    outcome: Annotated[DecisionOutcome, typer.Argument(help="accepted, mapped or declined.")],
    reason: Annotated[str, typer.Option("--reason", help="Why; whoever proposed it sees this.")] = "",
    concept: Annotated[str, typer.Option("--concept", help="The skill that it is mapped to.")] = "",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Decide on a phrase or a proposal, as the framework's owner; a later decision takes the place of an earlier one.

    Examples:

      gse-skills proposals decide 00000000000000ff mapped --concept LIF-VIR-02

      gse-skills proposals decide 00000000000000ff declined --reason "This is a job, not a skill."
    """
    asked = {"outcome": outcome, "reason": reason, "concept": concept}
    with open_service(data) as service:
        decided = service.post(address("proposals", identifier, "decision"), _Decided, asked)
    if as_json:
        dump(decided)
        return
    found = decided.root
    what = f"“{found.phrase}”" if isinstance(found, TermBody) else f"Proposal {found.id}"
    say(f"{what}: {_stand(found.status, found.decisions)}")
