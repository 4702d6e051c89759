import pytest

from cohere_cli.retrieval.query import query_terms
from cohere_cli.retrieval.word_parts import bigrams, extra_words


@pytest.mark.parametrize(
    ("query", "terms"),
    [
        ("the Read of", [("read",)]),
        ("to be or not to be", [("to",), ("be",), ("or",), ("not",)]),
        ("read read READ", [("read",)]),
        ("read_timeout", [("read", "timeout"), ("read",), ("timeout",)]),
        (
            "readTimeout",
            [("readtimeout",), ("read", "timeout"), ("read",), ("timeout",)],
        ),
        ("OpenSSL", [("openssl",), ("open", "ssl")]),
        ("src/app.py", [("src", "app", "py"), ("src",), ("app",), ("py",)]),
        ('"of the" end', [("of", "the"), ("end",)]),
        ('an "open quote', [("open",), ("quote",)]),
        ("日本語 x", [("日本",), ("本語",), ("x",)]),
        ("字", [("字",)]),
        ("' \" * ^ -", []),
    ],
)
def test_a_query_is_words_phrases_and_names(query, terms):
    assert [term.words for term in query_terms(query).terms] == terms


def test_names_of_code_and_phrases_weigh_more():
    weights = {
        term.words: term.weight
        for term in query_terms('set readTimeout in app.py "to zero"').terms
    }
    assert weights["set",] == weights["read",] == 1.0
    assert weights["readtimeout",] == weights["app", "py"] == 1.5
    assert weights["read", "timeout"] == 0.5
    assert weights["to", "zero"] == 2.0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("plain text and snake_case, UPPER and Title", ""),
        ("readTimeout", "read Timeout"),
        ("HTTPServer2, my_newName", "HTTP Server 2 my new Name"),
        ("日本 x 語", "日本 語"),
        ("서버설정", "서버 버설 설정"),
    ],
)
def test_parts_of_names_and_pairs_of_characters_are_words(text, words):
    assert extra_words(text).split() == words.split()


def test_a_run_of_one_character_is_a_word():
    assert (bigrams("語"), bigrams("日本語")) == (["語"], ["日本", "本語"])
