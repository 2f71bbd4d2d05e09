"""`gse-skills backup` and `gse-skills restore`: copies of the data folder, and how long they are kept."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from gse_skills.access import OPERATOR, access_of
from gse_skills.answers import BackupBody, KeptBody, PruningBody, ShelfBody
from gse_skills.audit import Action, AuditLog, Witness
from gse_skills.cli.output import Json, dump, note, say, table
from gse_skills.cli.service import Data, open_service, operator_address, settings_for
from gse_skills.store import audit_path
from gse_skills.store import backup as backups
from gse_skills.store.encryption import make_identity
from gse_skills.store.shelf import named, pruning, shelved


class _Group(TyperGroup):
    """What is no command is what `write` is to write, so that `gse-skills backup FILE` does."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401 - typer keeps this type to itself
        """Put in the command that was left out."""
        if args and args[0] not in (*self.commands, "--help"):
            args = ["write", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_Group,
    help="Keep copies of the data folder. `gse-skills backup FILE` writes one.\n\n"
    "Example: gse-skills backup /backups --encrypt-to age1…",
    no_args_is_help=True,
)
Source = Annotated[Path, typer.Argument(help="A backup.", exists=True, dir_okay=False)]
Folder = Annotated[Path, typer.Argument(help="A folder of backups.", file_okay=False)]
Identity = Annotated[
    Path | None, typer.Option("--identity", help="The file with the key to an encrypted one.", dir_okay=False)
]


@app.command()
def write(
    target: Annotated[Path, typer.Argument(help="The file to write, which must not exist; or a folder for it.")],
    encrypt_to: Annotated[
        list[str] | None,
        typer.Option("--encrypt-to", help="A public key, age1…, whose owner can read it; may be given again."),
    ] = None,
    data: Data = None,
    as_json: Json = False,
) -> None:
    """Write a backup, also while the service runs: the statements and all that lies beside them.

    In a folder it gets a name with the time. With --encrypt-to only the owner of that key can read it, this machine
    cannot. Example: gse-skills backup write /backups --encrypt-to age1…
    """
    keys = encrypt_to or []
    if target.is_dir():
        target = named(target, datetime.datetime.now(datetime.UTC), encrypted=bool(keys))
    asked = {"target": target.absolute(), "keys": keys}
    with open_service(data) as service:
        body = service.post(operator_address("backup"), BackupBody, asked)
    if as_json:
        dump(body)
        return
    say(f"{target}: {body.statements:,} statements, as of commit {body.commit}, and {len(body.files)} files.")


@app.command()
def verify(source: Source, identity: Identity = None, as_json: Json = False) -> None:
    """Read all of a backup and prove it whole, by the hashes in it.

    Example: gse-skills backup verify /backups/2026-11-22.tar
    """
    body = BackupBody.of(backups.verify(source, identity))
    if as_json:
        dump(body)
        return
    say(f"{source} is whole: made {body.made:%Y-%m-%d %H:%M} UTC by {body.software},")
    say(f"{body.statements:,} statements, as of commit {body.commit}, and {len(body.files)} files.")


@app.command("list")
def list_(folder: Folder, as_json: Json = False) -> None:
    """List the backups in a folder, the newest first.

    Example: gse-skills backup list /backups
    """
    items = list(map(KeptBody.of, shelved(folder)))
    if as_json:
        dump(ShelfBody(items=items))
    else:
        table(map(_row, items), ("made", "size", "encrypted", "file"))
    raise typer.Exit(0 if items else 1)


@app.command()
def prune(
    folder: Folder,
    older_than: Annotated[int, typer.Option("--older-than", min=1, help="Take away those of more days than this.")],
    keep: Annotated[int, typer.Option("--keep", min=0, help="But leave the newest so many.")] = 1,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    as_json: Json = False,
) -> None:
    """Delete old backups, so that who was erased leaves them too.

    Exit code 1 when one is left that is older, or whose age nothing tells: an encrypted one under a name of your own.
    Example: gse-skills backup prune /backups --older-than 30 --dry-run
    """
    now = datetime.datetime.now(datetime.UTC)
    found = pruning(shelved(folder), datetime.timedelta(days=older_than), keep, now)
    if not dry_run:
        for kept in found.gone:
            kept.path.unlink()
    if as_json:
        dump(PruningBody.of(found))
    else:
        for kept in found.gone:
            say(f"{'Would delete' if dry_run else 'Deleted'} {kept.path}")
        for kept in found.overdue:
            note(f"{kept.path} is older too, and is left as one of the newest {keep}.")
        for kept in found.unknown:
            note(f"{kept.path} is left: nothing tells its age.")
    raise typer.Exit(1 if found.overdue or found.unknown else 0)


@app.command()
def key(
    target: Annotated[Path, typer.Argument(help="The file for the secret key; it must not exist.", dir_okay=False)],
) -> None:
    """Make a pair of keys: the secret one goes into the file, the public one is printed.

    Do it on another machine than the service's, and keep the file there. The keys are those of the tool age.
    Example: gse-skills backup key backup-key.txt
    """
    say(make_identity(target))


def restore(source: Source, data: Data = None, identity: Identity = None, as_json: Json = False) -> None:
    """Restore a backup into an empty data folder.

    Example: gse-skills restore /backups/2026-11-22.tar --data restored
    """
    target = settings_for(data).data
    body = BackupBody.of(backups.restore(source, target, identity))
    with AuditLog(audit_path(target)) as log:
        Witness(log, access_of(OPERATOR, ())).told(Action.RESTORE)
    if as_json:
        dump(body)
        return
    say(f"{target}: {body.statements:,} statements, as of commit {body.commit}, and {len(body.files)} files.")


def _row(item: KeptBody) -> tuple[object, ...]:
    made = item.made.strftime("%Y-%m-%d %H:%M:%SZ") if item.made else "unknown"
    return made, f"{item.size:,}", "yes" if item.encrypted else "no", item.file
