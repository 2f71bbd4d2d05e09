"""How the command line speaks: tables for people, JSON for machines, errors with the way out."""

from __future__ import annotations

import json
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Annotated

import typer
from pydantic import BaseModel, ValidationError

from gse_skills.errors import GseSkillsError, InputError, UnavailableError, of_file
from gse_skills.settings import Settings

_PATIENCE = 3.0
"""Seconds before somebody is told that they wait."""
Json = Annotated[bool, typer.Option("--json", help="Print the answer as JSON, the same as the API's.")]


def say(text: str = "") -> None:
    """A line for people."""
    typer.echo(text)


def note(text: str) -> None:
    """A line beside the answer, on standard error."""
    typer.echo(text, err=True)


def dump(body: BaseModel) -> None:
    """An answer for machines."""
    typer.echo(body.model_dump_json(indent=2))


def table(rows: Iterable[Sequence[object]], headings: Sequence[str]) -> None:
    """Columns as wide as they need to be."""
    cells = [[("" if cell is None else str(cell)) for cell in row] for row in (headings, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        say("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def progress(what: str) -> Callable[[int], None]:
    """A counter that a terminal sees moving, and a log does not see at all."""
    if not sys.stderr.isatty():
        return lambda done: None

    def show(done: int) -> None:
        if done % 500 == 0:
            sys.stderr.write(f"\r{what}: {done:,}")
            sys.stderr.flush()

    return show


@contextmanager
def waiting(what: str) -> Iterator[None]:
    """A terminal sees for how long the block has been at it, once that is some seconds."""
    over = threading.Event()

    def show() -> None:
        began, patience = time.monotonic(), _PATIENCE
        while not over.wait(patience):
            sys.stderr.write(f"\r{what}: {time.monotonic() - began:,.0f} s")
            sys.stderr.flush()
            patience = 1.0
        if patience != _PATIENCE:
            sys.stderr.write("\n")

    clock = threading.Thread(target=show, daemon=True)
    if sys.stderr.isatty():
        clock.start()
    try:
        yield
    finally:
        over.set()
        if clock.ident is not None:
            clock.join()


def ours(error: Exception) -> GseSkillsError:
    """What the operating system, the settings or a service of another version say, as an error of ours."""
    match error:
        case GseSkillsError():
            return error
        case OSError():
            return of_file(error)
        case ValidationError() if error.title != Settings.__name__:
            return UnavailableError(
                "The service that holds the data folder answers otherwise than this version understands.",
                rule="service-version",
                remedy="Stop it, and start it with the same version of GSE Skills.",
            )
        case ValidationError():
            faults = [f"{fault['loc'][0]}: {fault['msg']}" for fault in error.errors()]
        case _:
            faults = [str(error)]
    remedy = "Correct the environment variables GSE_SKILLS_… of these names."
    return InputError(f"The settings are wrong: {'; '.join(faults)}.", rule="bad-setting", remedy=remedy)


def fail(error: GseSkillsError, *, as_json: bool = False) -> int:
    """Tell an error; returns the exit code 2, since 1 is an answer: nobody, nothing."""
    if as_json:
        # The members of the API's problems, as far as they are not of HTTP.
        body = {**error.extra, "detail": error.message, "rule": error.rule, "remedy": error.remedy}
        note(json.dumps(body, default=str, ensure_ascii=False, indent=2))
        return 2
    note(f"Error: {error.message}")
    if error.remedy:
        note(f"  What to do: {error.remedy}")
    for name, value in error.extra.items():
        note(f"  {name}: {json.dumps(value, default=str, ensure_ascii=False)}")
    note(f"  Rule: {error.rule}")
    return 2
