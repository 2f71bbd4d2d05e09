"""`gse-skills rebuild`: what is derived, made anew."""

from __future__ import annotations

from gse_skills.answers import StatementsBody
from gse_skills.cli.output import Json, dump, say
from gse_skills.cli.service import Data, open_service, operator_address


def rebuild(data: Data = None, as_json: Json = False) -> None:
    """Derive the views and the index anew from the source graphs, and say what was amiss.

    Example: gse-skills rebuild --data /srv/gse-skills
    """
    with open_service(data) as service:
        body = service.post(operator_address("rebuild"), StatementsBody)
    if as_json:
        dump(body)
        return
    amiss = body.statements
    say("The views were right." if amiss == 0 else f"The views were put right: {amiss:,} statements were amiss.")
