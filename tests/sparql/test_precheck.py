import pytest

from gse_skills.errors import GseSkillsError, InputError, TooLargeError
from gse_skills.sparql.precheck import MAX_BYTES, MAX_DEPTH, MAX_OPERATORS, MAX_PATTERNS, Checked, check, check_length

HOST = "<http://127.0.0.1:9/>"


def rule_of(query: str) -> str:
    with pytest.raises(GseSkillsError) as error:
        check(query)
    assert error.value.remedy
    return error.value.rule


@pytest.mark.parametrize(
    "query",
    [
        f"SELECT * {{ SERVICE {HOST} {{ ?s ?p ?o }} }}",
        f"SELECT * {{ sErViCe SILENT {HOST} {{ ?s ?p ?o }} }}",
        f"SELECT * {{ SERVICE#c\n{HOST}{{ ?s ?p ?o }} }}",
        f"PREFIX e: {HOST} SELECT * {{ SERVICE e:x {{}} }}",
        "BASE <http://127.0.0.1:9/> SELECT * { SERVICE <x> {} }",
        "SELECT * { ?s ?p ?x SERVICE ?x {} }",
        f"ASK {{ FILTER EXISTS {{ SERVICE {HOST} {{}} }} }}",
        f"SELECT * {{ {{ SELECT * {{ SERVICE {HOST} {{}} }} }} }}",
        f"CONSTRUCT WHERE {{ ?s ?p 1SERVICE {HOST} {{}} }}",
        f"SELECT (EXISTS {{ SERVICE {HOST} {{}} }} AS ?x) {{}}",
        f"SELECT * {{ SERVICE\u200b {HOST} {{}} }}",
    ],
)
def test_federation_is_refused(query: str) -> None:
    assert rule_of(query) == "service"


@pytest.mark.parametrize(
    "query",
    [  # all of these the engine would take for federation, or might
        f"SELECT * {{ SERVICESILENT{HOST}{{}} }}",
        f"PREFIX ex: {HOST} SELECT * {{ SERVICEex:foo {{}} }}",
        f"PREFIX ex: {HOST} PREFIX SERVICEex: <urn:x> SELECT * {{ SERVICEex:foo {{}} }}",
        "SELECT * { ?a ?b ?c FILTER(?a<?b)SERVICE?x#>\n{ ?s ?p ?o } }",
        rf'SELECT * {{ ?s ?p "\u0022 . SERVICE {HOST} {{}} #" }}',
        rf"SELECT * {{ \u0053ERVICE {HOST} {{}} }}",
        f"SELECT * {{ _SERVICE {HOST} {{}} }}",
        f"SELECT * {{ \u017fERVICE {HOST} {{}} }}",
    ],
)
def test_what_only_looks_like_federation_to_some_is_no_sparql(query: str) -> None:
    assert rule_of(query) == "syntax"


@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ("LOAD <http://127.0.0.1:9/x.ttl>", "load"),
        ("PREFIX a: <urn:a> # c\n load silent <http://127.0.0.1:9/x.ttl> INTO GRAPH <urn:g>", "load"),
        ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", "update"),
        ("BASE <urn:x> delete where { ?s ?p ?o }", "update"),
        ("WITH <urn:g> DELETE { ?s ?p ?o } WHERE { ?s ?p ?o }", "update"),
        ("CLEAR ALL", "update"),
        ("COPY DEFAULT TO <urn:g>", "update"),
        ("SELECT * { ?s ?p ?o } ; INSERT DATA {}", "syntax"),
        ("SELECT * { LOAD <urn:x> }", "syntax"),
    ],
)
def test_an_update_is_refused(query: str, rule: str) -> None:
    assert rule_of(query) == rule


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [
        ("", 1, 1),
        ("SELEC * {}", 1, 1),
        ("SELECT *\n{ ?s ?p }", 2, 9),
        ("SELECT * {", 1, 11),
        ("SELECT * {}}", 1, 12),
        ("SELECT * { ?s ex:p ?o }", 1, 15),
        ("SELECT * { FILTER(A) }", 1, 19),
        ("ASK { ?s A ?o }", 1, 10),
        ("ASK {} LIMIT 1.5", 1, 14),
        ("SELECT * { <<?s ?p ?o>> ?a ?b }", 1, 12),
    ],
)
def test_a_fault_has_a_place(query: str, line: int, column: int) -> None:
    with pytest.raises(InputError) as error:
        check(query)
    assert (error.value.rule, error.value.extra) == ("syntax", {"line": line, "column": column})
    assert f"line {line}, column {column}" in error.value.message


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p ?o }",
        "select distinct ?s (count(*) as ?n) where { ?s a/skos:broader* ?o } group by ?s having (?n > 1)"
        " order by desc(?n) ?s limit 5 offset 5",
        "PREFIX : <urn:x:> CONSTRUCT { ?s :p [ :q (1 2.5 'x'@en) ] } FROM fw:a WHERE { ?s ?p ?o . }",
        "CONSTRUCT WHERE { ?s ?p ?o . ?o ?p [] }",
        "DESCRIBE fw:LIF-VIR-02",
        "DESCRIBE ?x WHERE { ?x a gse:Skill }",
        "ASK { VALUES (?a ?b) { (1 UNDEF) (<urn:a> 'b'^^xsd:date) } FILTER NOT EXISTS { ?a !(a|^rdf:type) ?b } }",
        "SELECT (GROUP_CONCAT(DISTINCT ?x; SEPARATOR=', ') AS ?y) { ?s ^skos:broader/(fw:a|a)+ ?x MINUS { ?s ?x () } }",
        "SELECT * { { ?s ?p ?o } UNION { GRAPH ?g { ?s ?p ?o } } OPTIONAL { ?s ?p 'x' } BIND(IF(BOUND(?s), 1, 2) AS ?y)"
        " } VALUES ?s { <urn:a> }",
        "SELECT * { { SELECT ?s { ?s ?p ?o } LIMIT 1 } FILTER(?o IN (1, 2) && regex(str(?p), 'x', 'i') || !(?a < 3)) }",
        "SELECT * {?s?p?o.?o?q?r;?t 1,2,+3,true.}",
        "SELECT * { ?s ?p '''' SERVICE ?x {} #'''\n }",
    ],
)
def test_sparql_is_taken(query: str) -> None:
    assert check(query).form == query.replace("PREFIX : <urn:x:> ", "").split()[0].upper()


@pytest.mark.parametrize(
    ("query", "default_graphs", "named_graphs"),
    [
        ("ASK FROM <urn:a> FROM NAMED <urn:b> FROM <urn:c> {}", ("urn:a", "urn:c"), ("urn:b",)),
        (
            "BASE <http://h/x/> BASE <y/> PREFIX p: <z/> ASK FROM <../g> FROM NAMED p:n {}",
            ("http://h/x/g",),
            ("http://h/x/y/z/n",),
        ),
        (r"PREFIX p: <urn:> ASK FROM p:a\,b FROM <caf\u00e9> {}", ("urn:a,b", "café"), ()),
        ("ASK FROM graph: { GRAPH <urn:a> {} }", ("https://w3id.org/gse-skills/graph/",), ()),
        ("PREFIX graph: <urn:> ASK FROM graph:x {}", ("urn:x",), ()),
        ("ASK { ?s ?p 'FROM <urn:a>' }", (), ()),
    ],
)
def test_the_graphs_that_a_query_names(query: str, default_graphs: tuple[str], named_graphs: tuple[str]) -> None:
    assert check(query) == Checked("ASK", default_graphs, named_graphs)


def triples(number: int, subject: str = "?s") -> str:
    return " . ".join(f"{subject} <urn:p{n}> ?o{n}" for n in range(number))


@pytest.mark.parametrize(
    "pattern",
    [
        triples(MAX_PATTERNS),
        "?s <urn:p> " + ", ".join(f"?o{n}" for n in range(MAX_PATTERNS)),
        "?s " + "/".join(["<urn:p>"] * MAX_PATTERNS) + " ?o",
        "?s <urn:a>/<urn:b>/<urn:c>/<urn:d> " + ", ".join(f"?o{n}" for n in range(MAX_PATTERNS // 4)),
        "?s ?p (" + "1 " * ((MAX_PATTERNS - 1) // 2) + ")",
        "{ " + triples(MAX_PATTERNS // 2) + " } " + triples(MAX_PATTERNS // 2),
        "GRAPH ?g { " + triples(MAX_PATTERNS) + " }",
        "OPTIONAL { ?s ?p ?o } " * MAX_PATTERNS,
    ],
)
def test_as_many_patterns_as_a_group_may_have_and_one_more(pattern: str) -> None:
    assert check(f"SELECT * {{ {pattern} }}")
    assert rule_of(f"SELECT * {{ {pattern} . ?one <urn:p>/<urn:p> ?more }}") == "query-too-wide"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { " + " UNION ".join(f"{{ {triples(MAX_PATTERNS)} }}" for _ in range(5)) + " }",
        "SELECT * { VALUES ?x { " + "-1 " * 5_000 + " } }",
        "SELECT * { FILTER(?x IN (" + ", ".join(["1"] * 5_000) + ")) }",
        "CONSTRUCT { " + triples(200) + " } WHERE { ?s ?p ?o }",
        "SELECT * { ?s " + "|".join(["<urn:p>"] * 500) + " ?o }",
        "SELECT (1" + "+1" * MAX_OPERATORS + " AS ?x) {}",
        "SELECT * " + "{" * MAX_DEPTH + "}" * MAX_DEPTH,
    ],
)
def test_what_is_long_but_harmless_is_taken(query: str) -> None:
    assert check(query)


@pytest.mark.parametrize(
    ("query", "rule"),
    [
        ("SELECT (1" + "+1" * (MAX_OPERATORS + 1) + " AS ?x) {}", "query-too-wide"),
        ("SELECT (1" + "+ 1" * (MAX_OPERATORS + 1) + " AS ?x) {}", "query-too-wide"),
        ("SELECT * { FILTER(1" + "&&1" * (MAX_OPERATORS + 1) + ") }", "query-too-wide"),
        ("SELECT * { " + "{} UNION " * (MAX_OPERATORS + 1) + "{} }", "query-too-wide"),
        ("SELECT * { " + "FILTER(1) " * (MAX_OPERATORS + 1) + "}", "query-too-wide"),
        ("CONSTRUCT WHERE { " + triples(MAX_PATTERNS + 1) + " }", "query-too-wide"),
        ("SELECT * " + "{" * (MAX_DEPTH + 1) + "}" * (MAX_DEPTH + 1), "query-too-deep"),
        ("SELECT * { FILTER" + "(" * 200 + "1" + ")" * 200 + " }", "query-too-deep"),
        ("SELECT * { ?s ?p " + "[ ?p " * 200, "query-too-wide"),
        ("SELECT * { ?s " + "(" * 200, "query-too-deep"),
    ],
)
def test_what_is_too_large_is_refused(query: str, rule: str) -> None:
    assert rule_of(query) == rule


def test_the_length_is_counted_in_bytes() -> None:
    query = "ASK {} #"
    check_length(query + "x" * (MAX_BYTES - len(query)))
    with pytest.raises(TooLargeError) as error:
        check(query + "é" * ((MAX_BYTES - len(query)) // 2 + 1))
    assert error.value.rule == "query-too-long"


def test_half_a_surrogate_pair_is_no_sparql() -> None:
    assert rule_of("ASK { \ud800 }") == "syntax"
