"""The words of a SPARQL query: a scanner after the terminals of SPARQL 1.1 Query, section 19.8.

The longest match wins, as the standard says. Two things are stricter: a codepoint escape may not stand outside strings
and IRIs, nor make a character there that could end the string or the IRI, since engines differ in when they undo it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from gse_skills.errors import InputError
from gse_skills.sparql.grammar import KEYWORDS

_LETTERS = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_DIGIT_LIKE = "0-9\u00b7\u0300-\u036f\u203f-\u2040"
_START = rf"[{_LETTERS}_]"
_INNER = rf"[{_LETTERS}_{_DIGIT_LIKE}\-]"
_PREFIX = rf"[{_LETTERS}](?:\.*+{_INNER})*+"
_ESCAPED = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_LOCAL = rf"(?:[{_LETTERS}_:0-9]|{_ESCAPED})(?:\.*+(?:[{_LETTERS}_{_DIGIT_LIKE}\-:]|{_ESCAPED}))*+"
_CODEPOINT = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_STRING_ESCAPE = rf"\\[tbnrf\\\"']|{_CODEPOINT}"
_EXPONENT = r"[eE][+-]?[0-9]+"

_SPACE = r"(?:[ \t\r\n]++|\#[^\r\n]*+)*+"

_KINDS = (
    (
        "STRING",
        rf"'''(?:'{{0,2}}+(?:[^'\\]|{_STRING_ESCAPE}))*+'''|\"\"\"(?:\"{{0,2}}+(?:[^\"\\]|{_STRING_ESCAPE}))*+\"\"\"",
    ),
    ("UNCLOSED", r"'''|\"\"\""),
    ("STRING1", rf"'(?:[^'\\\n\r]|{_STRING_ESCAPE})*+'|\"(?:[^\"\\\n\r]|{_STRING_ESCAPE})*+\""),
    ("IRIREF", rf"<(?:[^\x00-\x20<>\"{{}}|^`\\]|{_CODEPOINT})*+>"),
    ("VAR", rf"[?$](?:[{_LETTERS}_0-9])(?:[{_LETTERS}_{_DIGIT_LIKE}])*+"),
    ("BLANK_NODE_LABEL", rf"_:(?:{_START}|[0-9])(?:\.*+{_INNER})*+"),
    ("PNAME_LN", rf"(?:{_PREFIX})?:{_LOCAL}"),
    ("PNAME_NS", rf"(?:{_PREFIX})?:"),
    ("LANGTAG", r"@[a-zA-Z]+(?:-[a-zA-Z0-9]+)*+"),
    ("SIGNED", rf"[+-](?:[0-9]+\.[0-9]*{_EXPONENT}|\.?[0-9]+{_EXPONENT}|[0-9]*\.[0-9]+|[0-9]+)"),
    ("UNSIGNED", rf"[0-9]+\.[0-9]*{_EXPONENT}|\.?[0-9]+{_EXPONENT}|[0-9]*\.[0-9]+"),
    ("INTEGER", r"[0-9]+"),
    ("WORD", rf"{_START}(?:[{_LETTERS}_{_DIGIT_LIKE}])*+"),
    ("NIL", r"\([ \t\r\n]*+\)"),
    ("ANON", r"\[[ \t\r\n]*+\]"),
    ("SIGN", r"\^\^|&&|\|\||!=|<=|>=|[-+*/!=<>(){}\[\].,;|^?]"),
)
_WORDS = "|".join(f"(?P<{kind}>{pattern})" for kind, pattern in _KINDS)
_TOKEN = re.compile(rf"(?P<SPACE>{_SPACE})(?:(?P<END>\Z)|{_WORDS}|)")
_CODEPOINTS = re.compile(r"\\(?:\\|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")
# What a codepoint escape may not stand for, since it would end the string or IRI where escapes are undone first.
_ENDS_STRING = frozenset("\"'\\\n\r")
_ENDS_IRI = frozenset('<>"{}|^`\\') | frozenset(map(chr, range(0x21)))


class Token(NamedTuple):
    """One word of a query: what it is in the grammar, its text, and where it begins (in characters).

    `terminal` is a terminal of the grammar ("IRIREF", "VAR", ...), a keyword in capitals, a sign as it is, or "WORD"
    for a word that SPARQL does not have.
    """

    terminal: str
    text: str
    offset: int


def scan(query: str) -> Iterator[Token]:
    """The words of `query`, and at its end one whose terminal is "END"; in time linear in its length.

    >>> [token.terminal for token in scan('SELECT ?x { ?x a "SERVICE" } # LOAD')]
    ['SELECT', 'VAR', '{', 'VAR', 'a', 'STRING', '}', 'END']

    Raises InputError ("syntax") where no word begins.
    """
    position = 0
    kind = ""
    while kind != "END":
        found = _TOKEN.match(query, position)
        assert found is not None, "the pattern can match nothing at all"
        kind = str(found.lastgroup)
        if kind in ("SPACE", "UNCLOSED"):
            raise syntax_error(query, found.end("SPACE"), "no SPARQL word begins here")
        offset = found.start(kind)
        yield Token(_terminal(query, kind, found[kind], offset), found[kind], offset)
        position = found.end()


def _terminal(query: str, kind: str, text: str, offset: int) -> str:
    if kind in ("STRING", "STRING1", "IRIREF"):
        _check_codepoints(query, text, offset)
        return "STRING" if kind == "STRING1" else kind
    if kind == "WORD" and text != "a":
        # Only a keyword is a terminal by its own name: a word might else pass for a class or rule of the grammar.
        return text.upper() if text.isascii() and text.upper() in KEYWORDS else kind
    return text if kind in ("SIGN", "WORD") else kind


def _check_codepoints(query: str, text: str, offset: int) -> None:
    ending = _ENDS_IRI if text.startswith("<") else _ENDS_STRING
    for found in _CODEPOINTS.finditer(text):
        number = int(found[1] or found[2] or "41", 16)
        if number > 0x10FFFF or 0xD800 <= number <= 0xDFFF or chr(number) in ending:
            raise syntax_error(query, offset + found.start(), f"{found[0]} may not be written by its codepoint")


def syntax_error(query: str, offset: int, what: str) -> InputError:
    """The error for a query that breaks the grammar at `offset`; `extra` has line and column, both from 1."""
    line = query.count("\n", 0, offset) + 1
    column = offset - query.rfind("\n", 0, offset)
    return InputError(
        f"Not a SPARQL 1.1 query: line {line}, column {column}: {what}.",
        rule="syntax",
        remedy="Mend the query there.",
        extra={"line": line, "column": column},
    )


def iri_of(token: Token) -> str:
    """The IRI reference that an IRIREF token writes, not yet resolved.

    >>> iri_of(Token("IRIREF", "<caf\\u00e9>", 0))
    'café'
    """
    return _CODEPOINTS.sub(lambda found: chr(int(found[1] or found[2], 16)), token.text[1:-1])


def local_name(written: str) -> str:
    r"""The local part of a prefixed name, its escapes undone.

    >>> local_name(r"a\,b%20")
    'a,b%20'
    """
    return re.sub(r"\\(.)", r"\1", written)
