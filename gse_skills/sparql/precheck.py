"""The pre-check: what a query is, and whether it may run at all, before the engine sees it.

It scans the query into words (terminals.py) and drives them through the standard's LL(1) grammar (grammar.py) with a
stack of its own: linear in time and without recursion, so no query can overflow it. It runs in the child all the same.

Why not rdflib's parser: it is scannerless, as the engine's is, and two such parsers can each read the same characters
in their own way; it refuses some valid SPARQL 1.1, which would then have to run unchecked; and deep nesting ends it.
Here only what the standard's grammar reads in one way gets through. The engine takes `SERVICEex:a {...}` without such a
prefix, `SERVICESILENT<...>` and `FILTER(?a<?b)SERVICE?x#>` for federation; here none of them is made of SPARQL words.
A SERVICE in a string, comment, IRI, prefix or variable is no keyword. What this costs: SPARQL 1.2 and the engine's own
extensions are refused as syntax.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin

from gse_skills.errors import GseSkillsError, InputError, TooLargeError
from gse_skills.sparql.expected import expected
from gse_skills.sparql.grammar import table
from gse_skills.sparql.terminals import Token, iri_of, local_name, scan, syntax_error
from gse_skills.vocabulary.namespace import PREFIXES

MAX_BYTES = 64 << 10
"""Bytes of a query in UTF-8."""
MAX_DEPTH = 100
"""Brackets of any kind within each other."""
MAX_PATTERNS = 64
"""Patterns in one group: triples, each step of a path, two for an item of a list, and one for each OPTIONAL, MINUS,
UNION, EXISTS and sub-select. The engine's planner is cubic in them."""
MAX_OPERATORS = 1_000
"""Operators, path alternatives, UNION branches and FILTERs in a query: each deepens the engine's recursion."""

_OPENING, _CLOSING = frozenset("{(["), frozenset("})]")
_FORMS = frozenset({"SELECT", "CONSTRUCT", "DESCRIBE", "ASK"})
_UPDATES = frozenset({"INSERT", "DELETE", "LOAD", "CLEAR", "DROP", "CREATE", "ADD", "MOVE", "COPY", "WITH"})
_OPERATORS = frozenset(
    {"OrTail", "AndTail", "RelationalTail", "AdditiveTail", "MultiplicativeTail", "AlternativeTail", "UnionTail"}
    | {"Filter", "Bind"}
)
_ONE_PATTERN = frozenset(
    {"Object", "OptionalGraphPattern", "MinusGraphPattern", "SubSelect", "ExistsFunc", "NotExistsFunc"}
)
_GROUPS = frozenset({"GroupGraphPattern", "TriplesTemplate"})
_LEFT = _GROUPS | {"GroupOrUnionGraphPattern", "GraphGraphPattern", "PropertyListPathNotEmpty"}
"""Rules whose end matters too."""


@dataclass(frozen=True, slots=True)
class Checked:
    """A query that may run: its form ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE") and the IRIs of FROM and FROM NAMED."""

    form: str
    default_graphs: tuple[str, ...]
    named_graphs: tuple[str, ...]


def check_length(query: str) -> None:
    """Refuse a query that is too long: the one check for the service's own process.

    Raises TooLargeError ("query-too-long").
    """
    size = len(query.encode(errors="surrogatepass"))
    if size > MAX_BYTES:
        raise TooLargeError(
            f"The query has {size:,} bytes, more than {MAX_BYTES:,}.",
            rule="query-too-long",
            remedy="Shorten it; long lists of values can be asked in several queries.",
        )


def check(query: str, prefixes: Mapping[str, str] = PREFIXES) -> Checked:
    """What `query` is, if it may run; `prefixes` are declared without its doing.

    Raises InputError ("syntax", with `extra` "line" and "column"; "update", "load", "service") and TooLargeError
    ("query-too-long", "query-too-deep", "query-too-wide").

    >>> check("PREFIX service: <urn:x> ASK FROM <urn:g> { ?service service:p 'LOAD' }")
    Checked(form='ASK', default_graphs=('urn:g',), named_graphs=())
    """
    check_length(query)
    rules = table()
    walk = _Walk(query, prefixes)
    stack = ["Query"]
    for token in scan(query):
        walk.meet(token)
        while (symbol := stack.pop()) != token.terminal:
            if symbol.startswith("~"):
                walk.leave(symbol[1:])
                continue
            production = rules.get(symbol, {}).get(token.terminal)
            if production is None:
                raise walk.unexpected(token, expected([*stack, symbol]))
            walk.enter(symbol)
            if symbol in _LEFT:
                stack.append("~" + symbol)
            stack.extend(production)
        walk.take(token)
    return Checked(walk.form, tuple(walk.default_graphs), tuple(walk.named_graphs))


class _Walk:
    """What is known of a query so far, and its measures."""

    def __init__(self, query: str, prefixes: Mapping[str, str]) -> None:
        self.form = ""
        self.default_graphs: list[str] = []
        self.named_graphs: list[str] = []
        self._query = query
        self._namespaces = dict(prefixes)
        self._base = ""
        self._before = ("", "")  # the texts of the last two words that name something: keyword or prefix
        self._depth = 0
        self._operators = 0
        self._groups: list[int] = []  # patterns so far, in each group that is open
        self._closed = 0  # patterns of the group that was closed last
        self._branches: list[int] = []
        self._widths: list[int] = []  # steps of the path before the objects, in each property list that is open

    def meet(self, token: Token) -> None:
        """Look at a word before the grammar does."""
        if token.terminal == "SERVICE":
            raise InputError(
                "SERVICE is not allowed: queries reach no other endpoint.",
                rule="service",
                remedy="Ask each endpoint by itself and join the answers.",
            )
        if token.terminal in ("PNAME_LN", "PNAME_NS") and self._before[1] != "PREFIX":
            prefix = token.text.partition(":")[0]
            if prefix not in self._namespaces:
                raise syntax_error(self._query, token.offset, f"the prefix {prefix}: is not declared")

    def enter(self, rule: str) -> None:
        """A rule of the grammar begins."""
        if rule in _ONE_PATTERN:
            self._add(1)
        elif rule in _OPERATORS:
            self._operate()
            if rule == "UnionTail":
                self._branches[-1] += 1
        elif rule in _GROUPS:
            self._groups.append(0)
        elif rule == "GroupOrUnionGraphPattern":
            self._branches.append(1)
        elif rule == "PropertyListPathNotEmpty":
            self._widths.append(1)
        elif rule == "VerbObjects":
            self._widths[-1] = 1
        elif rule == "SequenceTail":
            self._widths[-1] += 1
        elif rule == "ObjectPath":
            self._add(self._widths[-1])
        elif rule in ("Element", "ElementPath"):
            self._add(2)  # rdf:first and rdf:rest

    def leave(self, rule: str) -> None:
        """A rule of `_LEFT` ends."""
        if rule in _GROUPS:
            self._closed = self._groups.pop()
        elif rule == "PropertyListPathNotEmpty":
            self._widths.pop()
        elif rule == "GraphGraphPattern":
            self._add(self._closed)
        else:  # a group by itself is planned together with what is around it, a union is not
            self._add(self._closed if self._branches.pop() == 1 else 1)

    def take(self, token: Token) -> None:
        """A word found its place."""
        terminal = token.terminal
        if terminal in _OPENING:
            self._depth += 1
            if self._depth > MAX_DEPTH:
                raise _too("deep", f"It nests more than {MAX_DEPTH} brackets.", "Nest less.")
        elif terminal in _CLOSING:
            self._depth -= 1
        elif terminal in _FORMS:
            self.form = self.form or terminal
        elif terminal in ("IRIREF", "PNAME_LN", "PNAME_NS"):
            self._name(token)
        self._before = (self._before[1], token.text if terminal == "PNAME_NS" else terminal)

    def _name(self, token: Token) -> None:
        earlier, last = self._before
        if last == "FROM":
            self.default_graphs.append(self._iri(token))
        elif last == "NAMED":
            self.named_graphs.append(self._iri(token))
        elif last == "BASE":
            self._base = self._iri(token)
        elif earlier == "PREFIX" and token.terminal == "IRIREF":
            self._namespaces[last.removesuffix(":")] = self._iri(token)

    def _iri(self, token: Token) -> str:
        if token.terminal == "IRIREF":
            return urljoin(self._base, iri_of(token))
        prefix, _, local = token.text.partition(":")
        return self._namespaces[prefix] + local_name(local)

    def _add(self, patterns: int) -> None:
        if self._groups:
            self._groups[-1] += patterns
            if self._groups[-1] > MAX_PATTERNS:
                said = f"A group has more than {MAX_PATTERNS} patterns, each step of a path counted."
                raise _too("wide", said, "Ask in several queries, or use sub-selects.")

    def _operate(self) -> None:
        self._operators += 1
        if self._operators > MAX_OPERATORS:
            raise _too("wide", f"It has more than {MAX_OPERATORS:,} operators.", "Use IN or VALUES for long lists.")

    def unexpected(self, token: Token, instead: str) -> GseSkillsError:
        """The error for a word that the grammar has no place for, where it has one for what is told in `instead`."""
        word = token.text.upper()
        if word in _UPDATES and not self.form:
            what = f"{word} is an update; this endpoint answers queries only."
            rule = "load" if word == "LOAD" else "update"
            return InputError(what, rule=rule, remedy="Data is changed through imports, not through SPARQL.")
        if token.terminal == "END":
            return syntax_error(self._query, token.offset, f"the query ends too early; expected {instead}")
        return syntax_error(self._query, token.offset, f"{token.text[:40]!r} has no place here; expected {instead}")


def _too(how: str, said: str, remedy: str) -> TooLargeError:
    return TooLargeError(f"The query is too large. {said}", rule=f"query-too-{how}", remedy=remedy)
