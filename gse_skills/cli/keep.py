"""`gse-skills rebuild`, `backup` and `restore`: keeping the store."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gse_skills.answers import StatementsBody
from gse_skills.cli.output import Json, dump, say
from gse_skills.cli.session import Data, open_session, settings_for
from gse_skills.store import backup as backups


def rebuild(data: Data = None, as_json: Json = False) -> None:
    """Derive the views and the index anew from the source graphs, and say what was amiss.

    Example: gse-skills rebuild --data /srv/gse-skills
    """
    with open_session(data) as session:
        amiss = session.rebuild()
    if as_json:
        dump(StatementsBody(statements=amiss))
        return
    say("The views were right." if amiss == 0 else f"The views were put right: {amiss:,} statements were amiss.")


def backup(
    target: Annotated[Path, typer.Argument(help="The file to write; it must not exist.", dir_okay=False)],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Write a backup, also while the service runs.

    Example: gse-skills backup backups/2026-11-22.tar
    """
    with open_session(data) as session:
        quads = session.backup(target)
    if as_json:
        dump(StatementsBody(statements=quads))
        return
    say(f"{target}: {quads:,} statements.")


def restore(
    source: Annotated[Path, typer.Argument(help="A backup.", exists=True, dir_okay=False)],
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Restore a backup into an empty data folder.

    Example: gse-skills restore backups/2026-11-22.tar --data restored
    """
    target = settings_for(data).data
    restored = backups.restore(source, target)
    if as_json:
        dump(StatementsBody(statements=restored.quads))
        return
    say(f"{target}: {restored.quads:,} statements, as of commit {restored.commit}.")
