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
        ("where is it?", "a query needs an id", HOW),
        ("\twhere is it?", "a query needs an id", HOW),
        ("q1\t ", "a query needs a text", HOW),
        ({"text": "where is it?"}, "a query needs an id", HOW),
        ({"_id": True, "text": "where is it?"}, "a query needs an id", HOW),
        ({"_id": "q1", "text": ["where"]}, "a query needs a text", HOW),
        ({"_id": "q1", "text": "\n"}, "a query needs a text", HOW),
        (
            "q0\tagain",
            "two queries have the id 'q0'",
            "give each query an id of its own",
        ),
        (
            '{"_id": "q1", "text": "\\ud800"}',
            "not valid JSON: \\ud800 is half of a surrogate pair, not a character",
            "a line that starts with { must be one complete JSON object",
        ),
    ],
)
def test_a_line_that_is_not_a_query_is_refused_with_its_place(
    records_of, problem, line, what, hint
):
    lines = records_of("q0\tfirst", line, source="queries.tsv")
    assert problem(parse_queries, lines) == (what, "queries.tsv:2", hint)
