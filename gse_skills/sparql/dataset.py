"""The dataset of a query: what it asks for, narrowed to what its caller may see.

SPARQL 1.1 Query, section 13.2, and SPARQL 1.1 Protocol, section 2.1.4: the dataset of the request replaces that of the
query's FROM and FROM NAMED; either, once given, is the whole dataset.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gse_skills.errors import InputError
from gse_skills.vocabulary.namespace import GRAPH

_RELEASE = GRAPH["release/"]


@dataclass(frozen=True, slots=True)
class Dataset:
    """IRIs of the graphs whose union is the default graph, and of the named graphs; empty: nothing is seen."""

    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]

    def __bool__(self) -> bool:
        """Whether it names any graph at all."""
        return bool(self.default_graphs or self.named_graphs)


def narrow(views: Sequence[str], *asked: Dataset) -> Dataset:
    """The dataset over `views` for the first of `asked` that names a graph, else all of `views` on both sides.

    Releases of the framework that are no longer in force are seen only by whoever names their graphs: with none asked
    for, they are named graphs and not in the default graph. A graph of ours that the caller may not see counts as one
    that does not exist: it is left out without a word.

    >>> one, two = (GRAPH["view/public"], GRAPH["view/alliance"])
    >>> narrow((one,), Dataset((two,), (one,))).named_graphs
    ('https://w3id.org/gse-skills/graph/view/public',)

    Raises InputError ("remote-from") when any of `asked` names a graph that is none of ours: nothing is ever fetched.
    """
    for dataset in asked:
        _refuse_remote(dataset)
    for dataset in asked:
        if dataset:
            return Dataset(
                tuple(view for view in views if view in dataset.default_graphs),
                tuple(view for view in views if view in dataset.named_graphs),
            )
    return Dataset(tuple(view for view in views if not view.startswith(_RELEASE)), tuple(views))


def _refuse_remote(dataset: Dataset) -> None:
    for graph in (*dataset.default_graphs, *dataset.named_graphs):
        if not graph.startswith(GRAPH):
            raise InputError(
                f"<{graph[:200]}> is not a graph of this endpoint, and no other can be fetched.",
                rule="remote-from",
                remedy=f"Name graphs below <{GRAPH}>, or none.",
                extra={"graph": graph[:200]},
            )
