"""The command line: `gse-skills`.

Each command asks the API: of the service that runs on the data folder, or where none runs in its own process. Exit
codes: 0 done, 1 the answer is no, 2 wrong usage or input.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from functools import cache
from importlib.metadata import entry_points
from typing import Any

import typer
from pydantic import ValidationError
from pydantic_settings import SettingsError

from gse_skills.cli import (
    assessment,
    audit,
    backup,
    candidates,
    capability,
    comparison,
    complaint,
    correction,
    development,
    erase,
    framework,
    imports,
    incident,
    keep,
    mapping,
    opportunity,
    organisation,
    person,
    progress,
    proposals,
    records,
    retention,
    sharing,
    target,
    token,
    unit,
    user,
)
from gse_skills.cli.output import fail, ours
from gse_skills.errors import GseSkillsError

app = typer.Typer(
    name="gse-skills",
    help="A shared skills taxonomy, and who has which skill.\n\nExample: gse-skills demo",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.add_typer(audit.app, name="audit")
app.add_typer(backup.app, name="backup")
app.add_typer(complaint.app, name="complaint")
app.add_typer(correction.app, name="correction")
app.add_typer(development.plan_app, name="plan")
app.add_typer(framework.app, name="framework")
app.add_typer(incident.app, name="incident")
app.add_typer(mapping.app, name="map")
app.add_typer(opportunity.app, name="opportunity")
app.add_typer(organisation.app, name="organisation")
app.add_typer(person.app, name="person")
app.add_typer(retention.app, name="retention")
app.add_typer(sharing.app, name="sharing")
app.add_typer(target.app, name="target")
app.add_typer(token.app, name="token")
app.add_typer(unit.app, name="unit")
app.add_typer(user.app, name="user")
app.add_typer(proposals.app, name="proposals")
app.command("gap")(development.gap)
app.command("assess")(assessment.assess)
app.command("reconfirm")(assessment.reconfirm)
app.command("endorsements")(assessment.endorsements)
app.command("calibration")(assessment.calibration)
app.command("pathways")(development.pathways)
app.command("progress")(progress.progress)
app.command("candidates")(candidates.candidates)
app.command("import")(records.import_)
app.command("imports")(imports.imports)
app.command("undo")(imports.undo)
app.command("capability")(capability.capability)
app.command("compare")(comparison.compare)
app.command("coverage")(capability.coverage)
app.command("trend")(capability.trend)
app.command("erase")(erase.erase)
app.command("experts")(records.experts)
app.command("rebuild")(keep.rebuild)
app.command("restore")(backup.restore)


@cache
def command_line() -> typer.Typer:
    """All commands, with those that other packages bring; loaded late, since they in turn build on this package."""
    for command in sorted(entry_points(group="gse_skills.commands"), key=lambda entry: entry.name):
        app.command(command.name)(command.load())
    return app


@cache
def _command() -> Callable[..., Any]:
    """The command line made ready, which takes 0.1 s: once a process, however many commands it runs."""
    return typer.main.get_command(command_line())


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line on `arguments`, else on those of the process; errors are told in one place."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    try:
        _command()(args=given)
    except (GseSkillsError, OSError, ValidationError, SettingsError) as error:
        sys.exit(fail(ours(error), as_json="--json" in given))
