import pytest

from cohere_cli.retrieval.best_line import best_line, query_terms, word_pattern


@pytest.mark.parametrize(
    ("query", "line"),
    [
        ("read timeout", 2),
        ("readTimeout", 2),
        ("the socket", 1),
        ("retries", 3),
        ('"of the socket"', 1),
        ("設定", 4),
        ("nothing here", 1),
        ("", 1),
    ],
)
def test_the_line_that_holds_most_of_the_query_is_the_best(query, line):
    text = (
        "\nthe top of the socket\nread_timeout = 3\nif it retried\nこの設定\nthe socket"
    )
    assert best_line(query_terms(query), text) == line


def test_a_word_on_every_line_decides_less_than_a_rare_one():
    assert best_line(query_terms("the end"), "the the\nthe x\nthe\nan end\n") == 3


@pytest.mark.parametrize(
    ("query", "text", "marked"),
    [
        ("retry", "retries, retrying; retry", ["retries", "retrying", "retry"]),
        ("timeout", "readTimeout untimeouted timeouts", ["Timeout", "timeouts"]),
        ("read_timeout", "read timeout readTimeout", ["read timeout", "readTimeout"]),
        ("HTTPServer2", "an HTTPServer2 server", ["HTTPServer2"]),
        ("a.b+c", "a.b a+b c", ["a.b", "a+b", "c"]),
        ("日本語", "この日本語で", ["日本"]),
    ],
)
def test_the_words_of_a_query_are_found_to_be_marked(query, text, marked):
    pattern = word_pattern(query_terms(query))
    assert [found[0] for found in pattern.finditer(text)] == marked


def test_a_query_without_words_marks_nothing():
    assert word_pattern(query_terms("?!")) is None
