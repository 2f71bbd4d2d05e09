"""The grammar of a SPARQL 1.1 query as a parsing table.

The productions are those of SPARQL 1.1 Query, section 19.8, which is LL(1). Some repetitions have a name of their own
here (`OrTail`, `SequenceTail`, `Element`, ...), so that the pre-check can count them. `!()` is taken for an empty set,
as implementations do, and the objects after a `;` may have paths within, as the errata say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

EBNF = """
Query ::= Prologue ( SelectQuery | ConstructQuery | DescribeQuery | AskQuery ) ValuesClause END
Prologue ::= ( BaseDecl | PrefixDecl )*
BaseDecl ::= 'BASE' IRIREF
PrefixDecl ::= 'PREFIX' PNAME_NS IRIREF
SelectQuery ::= SelectClause DatasetClause* WhereClause SolutionModifier
SubSelect ::= SelectClause WhereClause SolutionModifier ValuesClause
SelectClause ::= 'SELECT' ( 'DISTINCT' | 'REDUCED' )? ( ( VAR | '(' Expression 'AS' VAR ')' )+ | '*' )
ConstructQuery ::= 'CONSTRUCT' ( ConstructTemplate DatasetClause* WhereClause SolutionModifier
    | DatasetClause* 'WHERE' '{' TriplesTemplate? '}' SolutionModifier )
DescribeQuery ::= 'DESCRIBE' ( VarOrIri+ | '*' ) DatasetClause* WhereClause? SolutionModifier
AskQuery ::= 'ASK' DatasetClause* WhereClause SolutionModifier
DatasetClause ::= 'FROM' ( Iri | 'NAMED' Iri )
WhereClause ::= 'WHERE'? GroupGraphPattern
SolutionModifier ::= GroupClause? HavingClause? OrderClause? LimitOffsetClauses?
GroupClause ::= 'GROUP' 'BY' GroupCondition+
GroupCondition ::= BuiltInCall | FunctionCall | '(' Expression ( 'AS' VAR )? ')' | VAR
HavingClause ::= 'HAVING' Constraint+
OrderClause ::= 'ORDER' 'BY' OrderCondition+
OrderCondition ::= ( 'ASC' | 'DESC' ) BrackettedExpression | Constraint | VAR
LimitOffsetClauses ::= LimitClause OffsetClause? | OffsetClause LimitClause?
LimitClause ::= 'LIMIT' INTEGER
OffsetClause ::= 'OFFSET' INTEGER
ValuesClause ::= ( 'VALUES' DataBlock )?
TriplesTemplate ::= TriplesSameSubject ( '.' TriplesMore? )?
TriplesMore ::= TriplesSameSubject ( '.' TriplesMore? )?
GroupGraphPattern ::= '{' ( SubSelect | GroupGraphPatternSub ) '}'
GroupGraphPatternSub ::= TriplesBlock? ( GraphPatternNotTriples '.'? TriplesBlock? )*
TriplesBlock ::= TriplesSameSubjectPath ( '.' TriplesBlock? )?
GraphPatternNotTriples ::= GroupOrUnionGraphPattern | OptionalGraphPattern | MinusGraphPattern | GraphGraphPattern
    | ServiceGraphPattern | Filter | Bind | InlineData
OptionalGraphPattern ::= 'OPTIONAL' GroupGraphPattern
GraphGraphPattern ::= 'GRAPH' VarOrIri GroupGraphPattern
ServiceGraphPattern ::= 'SERVICE' 'SILENT'? VarOrIri GroupGraphPattern
Bind ::= 'BIND' '(' Expression 'AS' VAR ')'
InlineData ::= 'VALUES' DataBlock
DataBlock ::= VAR '{' DataBlockValue* '}' | ( NIL | '(' VAR* ')' ) '{' ( '(' DataBlockValue* ')' | NIL )* '}'
DataBlockValue ::= Iri | RDFLiteral | NumericLiteral | BooleanLiteral | 'UNDEF'
MinusGraphPattern ::= 'MINUS' GroupGraphPattern
GroupOrUnionGraphPattern ::= GroupGraphPattern UnionTail*
UnionTail ::= 'UNION' GroupGraphPattern
Filter ::= 'FILTER' Constraint
Constraint ::= BrackettedExpression | BuiltInCall | FunctionCall
FunctionCall ::= Iri ArgList
ArgList ::= NIL | '(' 'DISTINCT'? Expression ( ',' Expression )* ')'
ExpressionList ::= NIL | '(' Expression ( ',' Expression )* ')'
ConstructTemplate ::= '{' ConstructTriples? '}'
ConstructTriples ::= TriplesSameSubject ( '.' ConstructTriples? )?
TriplesSameSubject ::= VarOrTerm PropertyListNotEmpty | TriplesNode PropertyList
PropertyList ::= PropertyListNotEmpty?
PropertyListNotEmpty ::= Verb ObjectList ( ';' ( Verb ObjectList )? )*
Verb ::= VarOrIri | 'a'
ObjectList ::= Object ( ',' Object )*
Object ::= GraphNode
TriplesSameSubjectPath ::= VarOrTerm PropertyListPathNotEmpty | TriplesNodePath PropertyListPath
PropertyListPath ::= PropertyListPathNotEmpty?
PropertyListPathNotEmpty ::= VerbObjects ( ';' VerbObjects? )*
VerbObjects ::= ( Path | VAR ) ObjectListPath
ObjectListPath ::= ObjectPath ( ',' ObjectPath )*
ObjectPath ::= GraphNodePath
Path ::= PathSequence AlternativeTail*
AlternativeTail ::= '|' PathSequence
PathSequence ::= PathEltOrInverse SequenceTail*
SequenceTail ::= '/' PathEltOrInverse
PathEltOrInverse ::= PathElt | '^' PathElt
PathElt ::= PathPrimary ( '?' | '*' | '+' )?
PathPrimary ::= Iri | 'a' | '!' PathNegatedPropertySet | '(' Path ')'
PathNegatedPropertySet ::= PathOneInPropertySet | NIL | '(' PathOneInPropertySet ( '|' PathOneInPropertySet )* ')'
PathOneInPropertySet ::= Iri | 'a' | '^' ( Iri | 'a' )
TriplesNode ::= Collection | '[' PropertyListNotEmpty ']'
TriplesNodePath ::= CollectionPath | '[' PropertyListPathNotEmpty ']'
Collection ::= '(' Element+ ')'
Element ::= GraphNode
CollectionPath ::= '(' ElementPath+ ')'
ElementPath ::= GraphNodePath
GraphNode ::= VarOrTerm | TriplesNode
GraphNodePath ::= VarOrTerm | TriplesNodePath
VarOrTerm ::= VAR | GraphTerm
VarOrIri ::= VAR | Iri
GraphTerm ::= Iri | RDFLiteral | NumericLiteral | BooleanLiteral | BlankNode | NIL
Expression ::= AndExpression OrTail*
OrTail ::= '||' AndExpression
AndExpression ::= RelationalExpression AndTail*
AndTail ::= '&&' RelationalExpression
RelationalExpression ::= AdditiveExpression RelationalTail?
RelationalTail ::= '=' AdditiveExpression | '!=' AdditiveExpression | '<' AdditiveExpression | '>' AdditiveExpression
    | '<=' AdditiveExpression | '>=' AdditiveExpression | 'IN' ExpressionList | 'NOT' 'IN' ExpressionList
AdditiveExpression ::= MultiplicativeExpression AdditiveTail*
AdditiveTail ::= '+' MultiplicativeExpression | '-' MultiplicativeExpression | SIGNED MultiplicativeTail*
MultiplicativeExpression ::= UnaryExpression MultiplicativeTail*
MultiplicativeTail ::= '*' UnaryExpression | '/' UnaryExpression
UnaryExpression ::= '!' PrimaryExpression | '+' PrimaryExpression | '-' PrimaryExpression | PrimaryExpression
PrimaryExpression ::= BrackettedExpression | BuiltInCall | Iri ArgList? | RDFLiteral | NumericLiteral | BooleanLiteral
    | VAR
BrackettedExpression ::= '(' Expression ')'
BuiltInCall ::= Aggregate | ExistsFunc | NotExistsFunc | 'BOUND' '(' VAR ')' | 'BNODE' ( '(' Expression ')' | NIL )
    | ( 'STR' | 'LANG' | 'DATATYPE' | 'IRI' | 'URI' | 'ABS' | 'CEIL' | 'FLOOR' | 'ROUND' | 'STRLEN' | 'UCASE' | 'LCASE'
    | 'ENCODE_FOR_URI' | 'YEAR' | 'MONTH' | 'DAY' | 'HOURS' | 'MINUTES' | 'SECONDS' | 'TIMEZONE' | 'TZ' | 'MD5' | 'SHA1'
    | 'SHA256' | 'SHA384' | 'SHA512' | 'ISIRI' | 'ISURI' | 'ISBLANK' | 'ISLITERAL' | 'ISNUMERIC' ) '(' Expression ')'
    | ( 'LANGMATCHES' | 'CONTAINS' | 'STRSTARTS' | 'STRENDS' | 'STRBEFORE' | 'STRAFTER' | 'STRLANG' | 'STRDT'
    | 'SAMETERM' ) '(' Expression ',' Expression ')'
    | ( 'RAND' | 'NOW' | 'UUID' | 'STRUUID' ) NIL
    | ( 'CONCAT' | 'COALESCE' ) ExpressionList
    | 'IF' '(' Expression ',' Expression ',' Expression ')'
    | ( 'SUBSTR' | 'REGEX' ) '(' Expression ',' Expression ( ',' Expression )? ')'
    | 'REPLACE' '(' Expression ',' Expression ',' Expression ( ',' Expression )? ')'
ExistsFunc ::= 'EXISTS' GroupGraphPattern
NotExistsFunc ::= 'NOT' 'EXISTS' GroupGraphPattern
Aggregate ::= 'COUNT' '(' 'DISTINCT'? ( '*' | Expression ) ')'
    | ( 'SUM' | 'MIN' | 'MAX' | 'AVG' | 'SAMPLE' ) '(' 'DISTINCT'? Expression ')'
    | 'GROUP_CONCAT' '(' 'DISTINCT'? Expression ( ';' 'SEPARATOR' '=' STRING )? ')'
RDFLiteral ::= STRING ( LANGTAG | '^^' Iri )?
NumericLiteral ::= INTEGER | UNSIGNED | SIGNED
BooleanLiteral ::= 'TRUE' | 'FALSE'
Iri ::= IRIREF | PNAME_LN | PNAME_NS
BlankNode ::= BLANK_NODE_LABEL | ANON
"""

KEYWORDS = frozenset(re.findall(r"'([A-Z][A-Z0-9_]+)'", EBNF))
"""The keywords of a query in capitals; `a`, which has no capital form, is none of them."""

Production = tuple[str, ...]
Table = Mapping[str, Mapping[str, Production]]

_SYMBOL = re.compile(r"'[^']+'|\w+|[()|?*+]|::=")


class _Reader:
    """Turns the notation into plain productions: each group, option and repetition gets a rule of its own."""

    def __init__(self) -> None:
        self.rules: dict[str, list[Production]] = {}

    def read(self, text: str) -> dict[str, list[Production]]:
        for rule in re.sub(r"\n\s+", " ", text).strip().splitlines():
            name, _, body = rule.partition(" ::= ")
            self.rules[name] = self._alternatives(iter(_SYMBOL.findall(body)))
        return self.rules

    def _alternatives(self, symbols: Iterator[str]) -> list[Production]:
        found: list[list[str]] = [[]]
        for symbol in symbols:
            if symbol == ")":
                break
            if symbol == "|":
                found.append([])
            elif symbol == "(":
                found[-1].append(self._named(self._alternatives(symbols)))
            elif symbol in "?*+":
                found[-1].append(self._repeated(found[-1].pop(), symbol))
            else:
                found[-1].append(symbol.strip("'"))
        return [tuple(alternative) for alternative in found]

    def _named(self, alternatives: list[Production]) -> str:
        name = f"_{len(self.rules)}"
        self.rules[name] = alternatives
        return name

    def _repeated(self, symbol: str, how: str) -> str:
        if how == "?":
            return self._named([(symbol,), ()])
        again = self._named([])
        self.rules[again] = [(symbol, again), ()]
        return again if how == "*" else self._named([(symbol, again)])


def _starts(rules: Mapping[str, list[Production]]) -> tuple[dict[str, set[str]], set[str]]:
    """The terminals with which each rule can begin, and the rules that can be empty."""
    first: dict[str, set[str]] = {name: set() for name in rules}
    empty: set[str] = set()
    size = -1
    while size != (size := sum(map(len, first.values())) + len(empty)):
        for name, alternatives in rules.items():
            for production in alternatives:
                begin, can_be_empty = _start(production, first, empty)
                first[name] |= begin
                if can_be_empty:
                    empty.add(name)
    return first, empty


def _start(production: Production, first: Mapping[str, set[str]], empty: set[str]) -> tuple[set[str], bool]:
    found: set[str] = set()
    for symbol in production:
        found |= first.get(symbol, {symbol})
        if symbol not in empty:
            return found, False
    return found, True


def _followers(
    rules: Mapping[str, list[Production]], first: Mapping[str, set[str]], empty: set[str]
) -> dict[str, set[str]]:
    """The terminals that can come after each rule."""
    follow: dict[str, set[str]] = {name: set() for name in rules}
    size = -1
    while size != (size := sum(map(len, follow.values()))):
        for name, alternatives in rules.items():
            for production in alternatives:
                after = set(follow[name])
                for symbol in reversed(production):
                    if symbol in rules:
                        follow[symbol] |= after
                        after = first[symbol] | (after if symbol in empty else set())
                    else:
                        after = {symbol}
    return follow


@cache
def table() -> Table:
    """For each rule and each terminal that may come next: the production to take, its symbols reversed (for a stack).

    Raises ValueError when the grammar is not LL(1).
    """
    rules = _Reader().read(EBNF)
    first, empty = _starts(rules)
    follow = _followers(rules, first, empty)
    found: dict[str, dict[str, Production]] = {name: {} for name in rules}
    for name, alternatives in rules.items():
        for production in alternatives:
            begin, can_be_empty = _start(production, first, empty)
            for terminal in begin | (follow[name] if can_be_empty else set()):
                if terminal in found[name]:
                    raise ValueError(f"{name} is ambiguous at {terminal}")
                found[name][terminal] = production[::-1]
    return found
