import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gse_skills.errors import InputError
from gse_skills.sparql.precheck import check
from gse_skills.sparql.terminals import scan

BAD_WORDS = st.sampled_from(
    ["SERVICE", "service", "SeRvIcE <http://h/> {}", "LOAD <x>", "INSERT DATA {", "FROM <http://h/>"]
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def kinds(query: str) -> list[str]:
    return [token.terminal for token in scan(query)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", []),
        ("# only a comment", []),
        ("select DISTINCT a A true", ["SELECT", "DISTINCT", "a", "WORD", "TRUE"]),
        ("?x $y_1 ?9 ?é", ["VAR"] * 4),
        ("?x.y", ["VAR", ".", "WORD"]),
        ("ex:a.b. :c : ex: a.b:c", ["PNAME_LN", ".", "PNAME_LN", "PNAME_NS", "PNAME_NS", "PNAME_LN"]),
        (r"ex:%2Fa\-b:c ex:1 ex:_", ["PNAME_LN"] * 3),
        ("_:a.b _:1", ["BLANK_NODE_LABEL"] * 2),
        ("1 1.5 .5 1e3 1.e3 .5E-3 +1 -.5 -1e3", ["INTEGER"] + ["UNSIGNED"] * 5 + ["SIGNED"] * 3),
        ("1.", ["INTEGER", "."]),
        ("?a<3", ["VAR", "<", "INTEGER"]),
        ("?a <b>", ["VAR", "IRIREF"]),
        ("?a<?b&&?c>?d", ["VAR", "IRIREF", "VAR"]),  # the longest match, as the standard says
        ("?a<?b && ?c>?d", ["VAR", "<", "VAR", "&&", "VAR", ">", "VAR"]),
        ("() ( ) [] [\n] (#\n)", ["NIL", "NIL", "ANON", "ANON", "(", ")"]),
        ("'a' \"b\" '''c'd''e\n''' \"\"\"f\"\"\"", ["STRING"] * 4),
        (r"'\'' 'a\tb' '\u00e9'", ["STRING"] * 3),
        ("''''''", ["STRING"]),
        ("'x'@en-GB 'x'^^xsd:date", ["STRING", "LANGTAG", "STRING", "^^", "PNAME_LN"]),
        ("<http://x#y>#z>\n?a", ["IRIREF", "VAR"]),
        ("a/b|^c*+?", ["a", "/", "WORD", "|", "^", "WORD", "*", "+", "?"]),
        ("<= >= != || ! =", ["<=", ">=", "!=", "||", "!", "="]),
    ],
)
def test_words(query: str, expected: list[str]) -> None:
    assert kinds(query) == [*expected, "END"]


@pytest.mark.parametrize(
    ("query", "line", "column"),
    [
        ("SELECT ~", 1, 8),
        ("SELECT\n  # c\n  'open", 3, 3),
        ("'''open ''", 1, 1),
        ("'a\nb'", 1, 1),
        (r"'\x'", 1, 1),
        (r"?a \u0020", 1, 4),
        ("&", 1, 1),
        ("@", 1, 1),
        ("\x0b", 1, 1),
        ("\u00a0", 1, 1),
    ],
)
def test_where_no_word_begins(query: str, line: int, column: int) -> None:
    with pytest.raises(InputError) as error:
        kinds(query)
    assert (error.value.rule, error.value.extra) == ("syntax", {"line": line, "column": column})


@pytest.mark.parametrize("written", [r"'\u0022'", r"'\u0027'", r"'\U0000005C'", r"'\u000a'", r"<\u003e>", r"<a\u0020>"])
def test_no_codepoint_escape_can_end_what_it_stands_in(written: str) -> None:
    with pytest.raises(InputError) as error:
        kinds(written)
    assert error.value.rule == "syntax"


@pytest.mark.parametrize("written", [r"'\\u0022'", r"'\u003c'", r"<caf\u00e9>", r"'\U0001F600'"])
def test_other_codepoint_escapes_may_stand(written: str) -> None:
    assert len(kinds(written)) == 2


@given(word=BAD_WORDS, before=TEXT, after=TEXT, quote=st.sampled_from(["'", '"', "'''", '"""']))
def test_nothing_in_a_string_is_a_keyword(word: str, before: str, after: str, quote: str) -> None:
    inside = (before + word + after).replace("\\", r"\\").replace(quote[0], "\\" + quote[0])
    if len(quote) == 1:
        inside = inside.replace("\n", r"\n").replace("\r", r"\r")
    assert check(f"ASK {{ ?s ?p {quote}{inside}{quote} }}").form == "ASK"


@given(word=BAD_WORDS, before=TEXT, after=TEXT)
def test_nothing_in_a_comment_is_a_keyword(word: str, before: str, after: str) -> None:
    comment = re.sub("[\r\n]", " ", before + word + after)
    assert check(f"ASK#{comment}\n {{ ?s ?p ?o #{comment}\r}}#{comment}").form == "ASK"


@given(
    word=st.sampled_from(["SERVICE", "load", "Insert"]),
    around=st.text("abcxyzABC_019é", max_size=6),
)
def test_nothing_in_a_name_is_a_keyword(word: str, around: str) -> None:
    name = f"{word}{around}"
    prefix = f"PREFIX {name}: <http://h/{name}>"
    query = f"{prefix} ASK {{ ?{name} {name}:{name} <urn:{name}> . _:{name} {name}: '{name}'@{word} }}"
    assert check(query).form == "ASK"


@given(query=st.text(st.sampled_from("'\"\\<>{}()#?:.@^_-+aeSERVICE01 \n")))
def test_the_words_and_what_lies_between_are_the_whole_query(query: str) -> None:
    end = 0
    with suppress(InputError):
        for word in scan(query):
            assert re.fullmatch(r"(?:[ \n]|#[^\n]*(?:\n|\Z))*", query[end : word.offset])
            end = word.offset + len(word.text)
            assert query[word.offset : end] == word.text
        assert end == len(query)
