import pytest
from hypothesis import given
from hypothesis import strategies as st

from gse_skills.sparql.negotiation import GRAPHS, RESULTS, negotiate

JSON, XML, CSV = "application/json", "application/xml", "text/csv"
ALL = (JSON, XML, CSV)


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, JSON),
        ("", JSON),
        ("  ", JSON),
        ("*/*", JSON),
        ("text/*", CSV),
        ("text/csv", CSV),
        ("TEXT/CSV", CSV),
        ("text/html", None),
        ("text/html, application/xml", XML),
        ("text/html,application/xml", XML),
        ("text/html , application/xml", XML),
        ("text/csv, application/xml", XML),  # as dear to the client: the order is ours
        ("text/csv;q=0.9, application/xml;q=0.8", CSV),
        ("text/csv;q=1, application/xml", XML),
        ("text/csv;q=1.000, application/json;q=0.999", CSV),
        ("text/csv;q=0.001", CSV),
        ("text/csv;q=0", None),
        ("text/csv;q=0.000, */*", JSON),
        ("application/json;q=0, */*", XML),
        ("application/*;q=0, */*;q=0.1", CSV),
        ("application/json, application/*;q=0", JSON),
        ("text/csv, */*", CSV),  # named before covered
        ("text/csv;q=0.5, */*;q=0.5", CSV),
        ("text/csv;q=0.4, */*;q=0.5", JSON),
        ("text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", XML),
        ("text/csv;header=present", CSV),
        ("text/csv;header=present;q=0", None),
        ("text/csv; header=present ; q=0.3, application/xml ;q=0.2", CSV),
        ("text/csv;Q=0.3, application/xml;q=0.2", CSV),
        ('text/csv;a="x,y;q=0", application/xml;q=0.5', CSV),
        ('text/csv;a="\\",application/xml', CSV),
        ("text/csv;q=2", None),
        ("text/csv;q=0.5000", None),
        ("text/csv;q=, application/xml", XML),
        ("text/csv;q=abc, application/xml;q=0.1", XML),
        ("text/csv;q=-1", None),
        ("garbage", None),
        ("*/csv", None),
        ("*", None),
        (",,text/csv,,", CSV),
        ("text/csv text/xml", None),
    ],
)
def test_cases(accept: str | None, chosen: str | None) -> None:
    assert negotiate(accept, ALL) == chosen


def test_nothing_is_chosen_of_nothing() -> None:
    assert negotiate(None, ()) is None


@given(accept=st.text(st.sampled_from('text/csv*;q=01., "\\x')))
def test_whatever_is_sent_something_on_offer_or_nothing_is_chosen(accept: str) -> None:
    assert negotiate(accept, ALL) in (*ALL, None)


def test_json_alone_is_enough_for_both_kinds_of_answer() -> None:
    assert negotiate(JSON, tuple(RESULTS)) == negotiate(JSON, tuple(GRAPHS)) == JSON
