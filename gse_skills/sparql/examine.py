"""Job "examine" of the sandbox: what a query is and over which graphs it may run, without running it.

It lies apart from what sends the query to a remote store, so that children are born without an HTTP client.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import cast

from gse_skills.sparql.child import chosen_type
from gse_skills.sparql.dataset import Dataset, narrow
from gse_skills.sparql.precheck import check
from gse_skills.vocabulary.namespace import GRAPH

_NOTHING = GRAPH["none"]


def run(args: dict[str, object], emit: Callable[[bytes], None]) -> None:
    """Tell what a query is and over which graphs it may run.

    `args` as for job "query", of which "snapshot" is not needed. Emits JSON with "form", "media_type", "default" and
    "named"; raises what `check` and `narrow` raise, and InputError ("not-acceptable").
    """
    checked = check(str(args["query"]))
    views, default, named = (
        tuple(map(str, cast("list[str]", args[name]))) for name in ("views", "default_graphs", "named_graphs")
    )
    dataset = narrow(views, Dataset(default, named), Dataset(checked.default_graphs, checked.named_graphs))
    found = {
        "form": checked.form,
        "media_type": chosen_type(args, checked.form),
        "default": dataset.default_graphs or (_NOTHING,),
        "named": dataset.named_graphs or (_NOTHING,),
    }
    emit(json.dumps(found).encode())
