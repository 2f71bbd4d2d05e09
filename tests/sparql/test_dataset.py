import pytest
from hypothesis import given
from hypothesis import strategies as st

from gse_skills.errors import InputError
from gse_skills.sparql.dataset import Dataset, narrow
from gse_skills.vocabulary.namespace import GRAPH

OURS = st.sampled_from([GRAPH[f"view/{name}"] for name in "abcd"])
GRAPHS = st.lists(OURS, max_size=3).map(tuple)
NONE = Dataset((), ())


@given(
    views=st.lists(OURS, unique=True),
    first=st.builds(Dataset, GRAPHS, GRAPHS),
    second=st.builds(Dataset, GRAPHS, GRAPHS),
)
def test_a_dataset_is_only_ever_narrowed(views: list[str], first: Dataset, second: Dataset) -> None:
    seen = narrow(views, first, second)
    asked = first or second
    if not asked:
        assert seen == Dataset(tuple(views), tuple(views))
    else:
        assert set(seen.default_graphs) == set(views) & set(asked.default_graphs)
        assert set(seen.named_graphs) == set(views) & set(asked.named_graphs)


@given(views=st.lists(OURS, unique=True), forbidden=OURS)
def test_a_forbidden_graph_is_as_an_unknown_one(views: list[str], forbidden: str) -> None:
    mine = [view for view in views if view != forbidden]
    unknown = GRAPH["view/there-is-none"]
    assert narrow(mine, Dataset((forbidden,), (forbidden,))) == narrow(mine, Dataset((unknown,), (unknown,)))


@pytest.mark.parametrize(
    "graph", ["http://127.0.0.1:9/x.ttl", "urn:g", "", "file:///etc/passwd", str(GRAPH)[:-1], GRAPH.upper()]
)
@pytest.mark.parametrize("side", ["default", "named"])
@pytest.mark.parametrize("overridden", [True, False])
def test_a_graph_from_elsewhere_is_refused(graph: str, side: str, overridden: bool) -> None:
    asked = Dataset((graph,), ()) if side == "default" else Dataset((), (graph,))
    with pytest.raises(InputError) as error:
        narrow([GRAPH["view/a"]], *([Dataset((GRAPH["view/a"],), ())] if overridden else []), asked)
    assert error.value.rule == "remote-from"
