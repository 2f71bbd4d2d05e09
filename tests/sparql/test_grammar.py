"""The table is the standard's grammar: what it derives is taken, by the pre-check and by the engine's own parser."""

import random
import re
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyoxigraph import Store

from gse_skills.errors import InputError, TooLargeError
from gse_skills.sparql.grammar import EBNF, KEYWORDS, table
from gse_skills.sparql.precheck import check

WORDS = {
    "IRIREF": ["<http://x/a>", "<urn:b#SERVICE>"],
    "PNAME_LN": ["fw:a", "skos:b.c", "gse:SERVICE"],
    "PNAME_NS": ["fw:"],
    "BLANK_NODE_LABEL": ["_:b"],
    "VAR": ["?x", "$y", "?service"],
    "LANGTAG": ["@en-GB"],
    "INTEGER": ["1", "20"],
    "UNSIGNED": ["2.5", "1e3"],
    "SIGNED": ["+1", "-2.5"],
    "STRING": ['"x"', "'SERVICE'", "'''a\nb'''"],
    "NIL": ["()", "( )"],
    "ANON": ["[]", "[ ]"],
    "END": [""],
}
RULES = {name: sorted({production[::-1] for production in row.values()}) for name, row in table().items()}


def heights() -> dict[str, int]:
    """For each rule the height of its lowest derivation."""
    found: dict[str, int] = {}
    while len(found) < len(RULES):
        for name, productions in RULES.items():
            known = [
                1 + max((found.get(symbol, 0) for symbol in production), default=0)
                for production in productions
                if all(symbol in found or symbol not in RULES for symbol in production)
            ]
            if known and name not in found:
                found[name] = min(known)
    return found


HEIGHTS = heights()


def derive(symbol: str, room: int, chance: random.Random) -> list[str]:
    """A random sentence of a rule, without SERVICE."""
    if symbol not in RULES:
        return [chance.choice(WORDS[symbol]) if symbol in WORDS else symbol]
    productions = [production for production in RULES[symbol] if "ServiceGraphPattern" not in production]
    if room <= 0:
        lowest = min(max((HEIGHTS.get(part, 0) for part in production), default=0) for production in productions)
        productions = [p for p in productions if max((HEIGHTS.get(part, 0) for part in p), default=0) == lowest]
    return [word for part in chance.choice(productions) for word in derive(part, room - 1, chance)]


def test_the_grammar_is_ll1_and_knows_its_keywords() -> None:
    assert len(table()) > 100
    assert {"SELECT", "GROUP_CONCAT", "SHA256", "BY"} <= KEYWORDS


def test_each_terminal_is_a_keyword_a_sign_or_has_words() -> None:
    used = {part for productions in RULES.values() for production in productions for part in production} - RULES.keys()
    assert {part for part in used if part.isidentifier() and part != "a"} == KEYWORDS | WORDS.keys()


@given(seed=st.integers(), room=st.integers(4, 45))
@settings(max_examples=150, deadline=None)
def test_what_the_grammar_derives_is_taken(seed: int, room: int) -> None:
    query = " ".join(derive("Query", room, random.Random(seed)))
    with suppress(TooLargeError):
        assert check(query).form


@given(seed=st.integers(), room=st.integers(4, 18))
@settings(max_examples=150, deadline=None)
def test_the_engine_parses_what_the_grammar_derives(seed: int, room: int) -> None:
    chance = random.Random(seed)
    query = " ".join(
        ["SELECT * {", *derive(chance.choice(["TriplesBlock", "GraphPatternNotTriples"]), room, chance), "}"]
    )
    # Beyond the grammar lie scopes of names, aggregates, lengths of rows; and the engine wants `true` in small letters,
    # no empty list of arguments, and more than one for COALESCE and CONCAT.
    beyond = (
        r"_:|SELECT .*SELECT|VALUES|COUNT|SUM|MIN|MAX|AVG|SAMPLE|GROUP_CONCAT| AS "
        r"|TRUE|FALSE|DISTINCT|COALESCE|CONCAT|[!A-Z] \( ?\)"
    )
    with suppress(TooLargeError):
        check(query)
        if not re.search(beyond, query, re.DOTALL):
            with suppress(RuntimeError):  # for functions that are not there, which it finds after the parse
                Store().query(query, prefixes={name: f"urn:{name}:" for name in ("fw", "skos", "gse")})


@pytest.mark.parametrize("name", [*sorted(WORDS), "_1", "_30", "Query", "Expression", "WORD", "STRING1", "SPACE"])
def test_the_name_of_a_class_or_rule_is_no_word(name: str) -> None:
    for query in (f"ASK {{}} {name} SERVICE", f"ASK {{ ?s ?p {name} }}", f"SELECT {name} {{}}", f"{name} {{}}", name):
        with pytest.raises(InputError) as error:
            check(query)
        assert error.value.rule in ("syntax", "service")


def test_the_notation_names_no_rule_that_is_not_there() -> None:
    named = set(re.findall(r"(?<!')\b[A-Z][a-z]\w*", re.sub(r"'[^']*'", "", EBNF)))
    assert named <= RULES.keys()
