"""`gse-skills rebuild`: what is derived, made anew."""

from __future__ import annotations

from gse_skills.answers import StatementsBody
from gse_skills.cli.output import Json, dump, say
from gse_skills.cli.session import Data, open_session


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
