"""Our own queries: valid as they stand in their files, and bound to terms only."""

from __future__ import annotations

import re
from pathlib import Path

import pyoxigraph as ox
import pytest

from gse_skills.store import Query, query

FILES = sorted((Path(query.__file__).parent / "queries").glob("*.rq"))


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_query_is_valid_before_anything_is_bound(path: Path) -> None:
    text = Query(path.stem).text
    assert text.startswith("# ")
    # A list is the one thing that no variable can stand for.
    assert isinstance(ox.Store().query(query._PLACEHOLDER.sub(r"?\1", _lists_emptied(text))), ox.QuerySolutions)


def _lists_emptied(text: str) -> str:
    return re.sub(r"(VALUES\s+(?:\S+|\([^)]*\))\s*\{)\s*\$\w+\s*(\})", r"\1 \2", text)


def test_a_placeholder_without_a_term_is_an_error() -> None:
    with pytest.raises(KeyError, match="graph"):
        Query("triples").bind({})


def test_what_is_bound_is_not_looked_into_again() -> None:
    bound = Query("triples").bind({"graph": ox.NamedNode("urn:$graph"), "s": ox.Literal("x")})
    assert "GRAPH <urn:$graph> { ?s ?p ?o }" in bound


def test_rows_of_terms_are_bound_in_parentheses() -> None:
    one, two = ox.NamedNode("urn:one"), ox.Literal('say "two"')
    bound = Query("cards").bind({"shown": [(one, two), (two, one)]})
    assert 'VALUES (?view ?person) { (<urn:one> "say \\"two\\"") ("say \\"two\\"" <urn:one>) }' in bound
