"""What may be asked in the address of an operation: what nobody reads is refused, so that nobody takes today's figures
for those of the day that they misspelt."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from fastapi import Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from gse_skills.errors import InputError


def require_known_parameters(request: Request) -> None:
    """Refuse parameters of the address that the operation does not declare.

    Raises InputError (rule `unknown-parameter`), whose `extra` lists those that are not known and those that are.
    """
    if not request.query_params:
        return
    route = request.scope["route"]
    assert isinstance(route, APIRoute), "only operations of the API depend on this"
    known = list(dict.fromkeys(_declared(route.dependant)))
    unknown = [name for name in dict.fromkeys(request.query_params.keys()) if name not in known]
    if not unknown:
        return
    raise InputError(
        f"Nothing here is called {_listed(unknown)}.",
        rule="unknown-parameter",
        remedy=_remedy(unknown, known),
        extra={"unknown": unknown[:_MOST], "known": known},
    )


_MOST = 10
_SHOWN = 100


def _declared(dependant: Dependant) -> Iterator[str]:
    yield from (field.alias for field in dependant.query_params)
    for below in dependant.dependencies:
        yield from _declared(below)


def _remedy(unknown: list[str], known: list[str]) -> str:
    if not known:
        return "Leave it out: this operation takes no parameters in its address."
    meant = dict.fromkeys(near for name in unknown[:_MOST] for near in get_close_matches(_plain(name), known, 1))
    return f"Did you mean {_listed(list(meant))}?" if meant else f"It takes {_listed(known)}."


def _plain(name: str) -> str:
    """A name as parameters are written.

    >>> _plain("asOf"), _plain("as-of")
    ('as_of', 'as_of')
    """
    return "".join(f"_{one.lower()}" if one.isupper() else one for one in name[:_SHOWN]).strip("_").replace("-", "_")


def _listed(names: list[str]) -> str:
    """Names in a sentence.

    >>> _listed(["as_of", "unit"])
    '“as_of”, “unit”'
    """
    more = f" and {len(names) - _MOST:,} more" if len(names) > _MOST else ""
    return ", ".join(f"“{name[:_SHOWN]}”" for name in names[:_MOST]) + more
