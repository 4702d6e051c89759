import pytest

from cohere_cli.ranking.evaluation.judgements import parse_queries

HOW = "write `ID<tab>QUERY`, or an object with _id and text"


@pytest.mark.parametrize(
    "lines",
    [
        ["q1\twhere is it?", "2\twhat\tis it? \r"],
        ["QID\tQuery", "q1\twhere is it?", "2\twhat\tis it?"],
        [
            '{"_id": "q1", "text": "where is it?", "metadata": {}}',
            ' {"qid": 2, "query": "what\\tis it?"}',
        ],
        [{"id": "q1", "text": "where is it?"}, "2\twhat\tis it?"],
    ],
)
def test_queries_are_read_from_each_form(records_of, lines):
    found = parse_queries(records_of(*lines))
    assert list(found.items()) == [("q1", "where is it?"), ("2", "what\tis it?")]


def test_no_lines_are_no_queries(records_of):
    assert parse_queries(records_of()) == {}


@pytest.mark.parametrize(
    ("line", "what", "hint"),
    [
        ("where is it?", "a query without an id", HOW),
        ("\twhere is it?", "a query without an id", HOW),
        ("q1\t ", "a query without its text", HOW),
        ({"text": "where is it?"}, "a query without an id", HOW),
        ({"_id": True, "text": "where is it?"}, "a query without an id", HOW),
        ({"_id": "q1", "text": ["where"]}, "a query without its text", HOW),
        ({"_id": "q1", "text": "\n"}, "a query without its text", HOW),
        ("q0\tagain", "query 'q0' is given twice", "give each query an id of its own"),
        (
            '{"_id": "q1", "text": "\\ud800"}',
            "not valid JSON: \\ud800 is half of a surrogate pair, not a character",
            "a line that begins with { must be one whole JSON object",
        ),
    ],
)
def test_a_line_that_is_no_query_is_refused_with_its_place(
    records_of, told, line, what, hint
):
    lines = records_of("q0\tfirst", line, source="queries.tsv")
    assert told(parse_queries, lines) == (what, "queries.tsv:2", hint)
