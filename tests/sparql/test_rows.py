from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, QueryResultsFormat, QuerySolutions, Store, Variable

from gse_skills.sparql.rows import counter

FORMATS = [QueryResultsFormat.JSON, QueryResultsFormat.XML, QueryResultsFormat.CSV, QueryResultsFormat.TSV]
# What could be taken for the end of a row, and what could hide it.
TEXT = st.text(st.sampled_from('},{"\\\n\r\t<>&;x'), max_size=12) | st.sampled_from(
    ["},{", "<result>", "\r\n", '"},{"', "\\"]
)


def written(rows: Sequence[Sequence[str | None]], form: QueryResultsFormat) -> bytes:
    quoted = [["UNDEF" if cell is None else str(Literal(cell)) for cell in row] for row in rows]
    values = " ".join(f"({' '.join(row)})" for row in quoted)
    results = Store().query(f"SELECT ?a ?b {{ VALUES (?a ?b) {{ {values} }} }}")
    assert isinstance(results, QuerySolutions)
    return results.serialize(format=form) or b""


@pytest.mark.parametrize("form", FORMATS, ids=str)
@given(
    rows=st.lists(st.tuples(st.none() | TEXT, st.none() | TEXT), max_size=6),
    sizes=st.lists(st.integers(1, 40), min_size=1),
)
def test_the_rows_are_counted_however_the_bytes_come(
    form: QueryResultsFormat, rows: list[tuple[str | None, str | None]], sizes: list[int]
) -> None:
    body = written(rows, form)
    count = counter(form)
    counts = [0]
    turn = 0
    while body:
        size = sizes[turn % len(sizes)]
        counts.append(count(body[:size]))
        body, turn = body[size:], turn + 1
    assert max(counts[-1], 1) == max(len(rows), 1)
    assert counts[-1] == max(counts)


@pytest.mark.parametrize("form", FORMATS, ids=str)
def test_triple_terms_are_no_rows(form: QueryResultsFormat) -> None:
    store = Store()
    store.add(Quad(NamedNode("urn:a"), NamedNode("urn:b"), Literal("},{"), NamedNode("urn:g")))
    query = "SELECT ?a ?t { GRAPH ?g { ?a ?b ?c } BIND(TRIPLE(?a, ?b, ?c) AS ?t) }"
    results = store.query(query)
    assert isinstance(results, QuerySolutions)
    assert Variable("t") in results.variables
    assert counter(form)(results.serialize(format=form) or b"") == 1
