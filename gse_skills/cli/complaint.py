"""`gse-skills complaint`: complaints about how personal data is handled, and the days in which to acknowledge them."""

from __future__ import annotations

from typing import Annotated

import typer

from gse_skills.answers import ComplaintBody, ComplaintsBody
from gse_skills.cli.output import Json, dump, say
from gse_skills.cli.service import Data, open_service, operator_address
from gse_skills.complaints import Stage

app = typer.Typer(
    help="Complaints about how personal data is handled; each is acknowledged within 30 days.\n\n"
    "Example: gse-skills complaint list",
    no_args_is_help=True,
)
Reference = Annotated[str, typer.Argument(help="As `complaint list` gives it.")]


@app.command("list")
def list_(data: Data = None, as_json: Json = False) -> None:
    """List complaints: those to be acknowledged first, the most overdue before the others. Exit code 1 for none.

    Example: gse-skills complaint list
    """
    with open_service(data) as service:
        found = service.get(operator_address("complaints"), ComplaintsBody)
    if as_json:
        dump(found)
    else:
        for one in found.items:
            _tell(one)
    raise typer.Exit(0 if found.items else 1)


@app.command()
def acknowledge(reference: Reference, data: Data = None, as_json: Json = False) -> None:
    """Say that a complaint was read.

    Example: gse-skills complaint acknowledge 00000000000000ff
    """
    with open_service(data) as service:
        found = service.post(operator_address("complaints", reference, "acknowledgement"), ComplaintBody)
    dump(found) if as_json else _tell(found)


@app.command()
def answer(
    reference: Reference,
    text: Annotated[str, typer.Argument(help="What was found and done; whoever complained reads it.")],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Answer a complaint, which acknowledges it too.

    Example: gse-skills complaint answer 00000000000000ff "The record was put right on 3 March."
    """
    with open_service(data) as service:
        found = service.post(operator_address("complaints", reference, "answer"), ComplaintBody, {"text": text})
    dump(found) if as_json else _tell(found)


def _tell(one: ComplaintBody) -> None:
    left = "overdue" if one.days_left < 0 else f"{one.days_left} days left"
    clock = f", {left}" if one.stage == Stage.RECEIVED else ""
    say(f"{one.reference}  {one.received:%Y-%m-%d}  {one.organisation or 'the service'}: {one.stage}{clock}")
    for line in one.text.splitlines():
        say(f"  {line}")
    if one.contact:
        say(f"  Answer to: {one.contact}")
    if one.answer:
        say(f"  Answer: {one.answer}")
