"""`gse-skills sharing`: whom an organisation's records reach."""

from __future__ import annotations

from typing import Annotated

import typer

from gse_skills.answers import AudienceName, MovedBody, SharingBody
from gse_skills.cli.output import Json, dump, say, table
from gse_skills.cli.service import Data, Purpose, address, open_service
from gse_skills.errors import InputError
from gse_skills.vocabulary import Audience

app = typer.Typer(
    help="Whom an organisation's records reach.\n\nExample: gse-skills sharing show larkmoor", no_args_is_help=True
)
Org = Annotated[str, typer.Argument(help="The organisation, by its short name.")]
_NONE = "default"


@app.command()
def show(org: Org, data: Data = None, as_json: Json = False) -> None:
    """Show what an organisation has chosen for itself, for branches and for people.

    Example: gse-skills sharing show larkmoor
    """
    with open_service(data) as service:
        found = service.get(address("organisations", org, "sharing"), SharingBody)
    if as_json:
        dump(found)
    else:
        _tell(found)


@app.command("set")
def set_(
    org: Org,
    default: Annotated[AudienceName | None, typer.Option("--default", help="For the records at large.")] = None,
    branch: Annotated[
        list[str] | None,
        typer.Option("--branch", metavar="CONCEPT=AUDIENCE", help="For a domain, group or skill; again for more."),
    ] = None,
    person: Annotated[
        list[str] | None,
        typer.Option("--person", metavar="DIGITS=AUDIENCE", help="For a person; again for more."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would move, and change nothing.")] = False,
    purpose: Purpose = "",
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Choose whom records reach: public, alliance, emergency or private; `default` takes a choice back.

    Examples:

      gse-skills sharing set larkmoor --default alliance --dry-run

      gse-skills sharing set larkmoor --branch LIF-VIR=private --branch "Chemistry and materials=default"

      gse-skills sharing set larkmoor --person 00000000000000ff=private
    """
    asked = {
        "default": default,
        "branches": _pairs(branch or []),
        "people": _pairs(person or []),
    }
    with open_service(data, purpose) as service:
        moved = service.patch(address("organisations", org, "sharing"), MovedBody, asked, {"dry_run": dry_run})
    if as_json:
        dump(moved)
    else:
        _tell_moved(moved)


def _pairs(said: list[str]) -> dict[str, str | None]:
    pairs: dict[str, str | None] = {}
    known = {audience.value for audience in Audience}
    for text in said:
        name, _, audience = text.rpartition("=")
        if not name or audience not in {*known, _NONE}:
            raise InputError(
                f"“{text}” does not say what gets which audience.",
                rule="bad-choice",
                remedy=f"Write NAME=AUDIENCE, with one of {', '.join(sorted(known))} or {_NONE}.",
            )
        pairs[name] = None if audience == _NONE else audience
    return pairs


def _tell(found: SharingBody) -> None:
    say(f"{found.organisation}: {found.default}, where nothing else is chosen.")
    rows = [(one.concept.notation or one.concept.label, one.concept.label, one.audience) for one in found.branches]
    if rows:
        table(rows, ("branch", "", "audience"))
    if found.people:
        table(sorted(found.people.items()), ("person", "audience"))


def _tell_moved(moved: MovedBody) -> None:
    verb = "would go" if moved.dry_run else "went"
    if not moved.moves:
        say("No record changes its audience.")
    for one in moved.moves:
        say(f"{one.records:,} records {verb} from {one.before} to {one.after}.")
    if moved.people:
        say(f"They are of {moved.people:,} people.")
    if moved.dry_run:
        say("Nothing was changed: this was a dry run.")
    else:
        _tell(moved.sharing)
