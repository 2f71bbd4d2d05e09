"""What a query could have gone on with where it went wrong, in words for whoever wrote it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from gse_skills.sparql.grammar import Table, table

_KINDS = {
    "VAR": "a variable",
    **dict.fromkeys(("IRIREF", "PNAME_LN", "PNAME_NS"), "an IRI"),
    "INTEGER": "a number",
    **dict.fromkeys(("STRING", "SIGNED", "UNSIGNED", "TRUE", "FALSE"), "a literal"),
    "FUNCTION": "a function",
    "OPERATOR": "an operator",
    "LANGTAG": "a language tag",
    **dict.fromkeys(("BLANK_NODE_LABEL", "ANON"), "a blank node"),
    "NIL": "“()”",
    "END": "the end of the query",
}
"""Terminals that are not written as they are called, the most telling first."""
_TOLD = 8
"""Beyond this many a list tells nobody anything."""
_OPERATORS = frozenset({"=", "!=", "<", ">", "<=", ">=", "&&", "||", "+", "-", "*", "/", "IN", "NOT"})
_NUMBERS = frozenset({"INTEGER", "SIGNED", "UNSIGNED"})


def expected(stack: Sequence[str]) -> str:
    """What may stand in the place of a word that was refused, as "“{” or “WHERE”".

    `stack` is that of the parser, its top last. Of the terminals that the table has for the top, only those count that
    the rest of the stack takes too: the table knows what may follow a rule anywhere, not what may follow it here.
    """
    rules = table()
    top = stack[-1]
    return in_words(terminal for terminal in rules.get(top, (top,)) if _takes(rules, stack, terminal))


def in_words(terminals: Iterable[str]) -> str:
    """Terminals of the grammar in words, and not all of them where they are many.

    >>> in_words({"IRIREF", "PNAME_LN", "VAR"}), in_words(["{"])
    ('a variable or an IRI', '“{”')
    """
    there = set(terminals)
    if "STRLEN" in there:
        there = there - table()["BuiltInCall"].keys() | {"FUNCTION"}
    if "&&" in there:
        there = there - _OPERATORS - _NUMBERS | {"OPERATOR"}
    kinds = dict.fromkeys(words for terminal, words in _KINDS.items() if terminal in there)
    signs = [f"“{terminal}”" for terminal in sorted(there - _KINDS.keys(), key=lambda one: (one.isalpha(), one))]
    told = [*kinds, *signs]
    if len(told) > _TOLD:
        told = [*told[:_TOLD], "something else"]
    return " or ".join(part for part in (", ".join(told[:-1]), told[-1]) if part)


def _takes(rules: Table, stack: Sequence[str], terminal: str) -> bool:
    left = list(stack)
    while left:
        symbol = left.pop()
        if symbol == terminal:
            return True
        if symbol.startswith("~"):
            continue
        production = rules.get(symbol, {}).get(terminal)
        if production is None:
            return False
        left.extend(production)
    return False
