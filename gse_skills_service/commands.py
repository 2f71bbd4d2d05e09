"""`gse-skills serve` and `gse-skills demo`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from gse_skills.access import OPERATOR, Caller
from gse_skills.audit import Witness, create_token
from gse_skills.cli.output import note, say
from gse_skills.cli.service import Data, settings_for
from gse_skills.register import Register
from gse_skills.settings import Settings


def serve(
    data: Data = None,
    host: Annotated[str | None, typer.Option("--host", help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option("--port", help="Port to listen on; 0 takes a free one.")] = None,
) -> None:
    """Serve the register: pages, API and SPARQL endpoint.

    Example: gse-skills serve --data /srv/gse-skills --port 8000
    """
    from gse_skills_service.serving import run  # here, since every command loads this module

    given = {"host": host, "port": port}
    settings = settings_for(data).model_copy(update={name: value for name, value in given.items() if value is not None})
    with Register.open(settings) as register:
        run(register)


def demo(
    data: Annotated[Path, typer.Option("--data", help="The folder for the demo's data.")] = Path("demo-data"),
    port: Annotated[int, typer.Option("--port", help="Port to listen on; 0 takes a free one.")] = 8000,
    people: Annotated[int, typer.Option("--people", min=50, help="How many people to invent.")] = 2500,
    serve_it: Annotated[bool, typer.Option("--serve/--no-serve", help="Open the service afterwards.")] = True,
) -> None:
    """Load an invented alliance and open the service on 127.0.0.1.

    Every person and organisation in it is invented. The data stays in the folder; delete the folder to begin anew.
    Example: gse-skills demo --port 8001
    """
    # Here, since every command loads this module.
    from gse_skills.demo.loading import load_demo
    from gse_skills_service.serving import run

    settings = Settings(data=data, demo=True, port=port, host="127.0.0.1", log_requests=False)
    with Register.open(settings) as register:
        if not register.state.organisations:
            load_demo(register, people, note)
        if serve_it:
            for role in ("member", "steward"):
                caller = Caller.parse(f"{role}:{register.state.organisations[0].slug}")
                witness = Witness(register.audit, register.access(OPERATOR))
                _, secret = create_token(register.tokens, witness, caller, note="demo", days=1)
                say(f"API token of a {role} of {caller.organisation}: {secret}")
            run(register)
