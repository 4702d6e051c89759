import time

import pytest

from cohere_cli.render.tables.excerpt import QueryWords


def marked(query, text):
    """Return *text* with brackets around what is marked."""
    pieces = QueryWords(query).pieces(text)
    return "".join(f"[{piece}]" if is_marked else piece for piece, is_marked in pieces)


@pytest.mark.parametrize(
    ("query", "text", "expected"),
    [
        ("capital", "the Capitals, a CAPITAL", "the [Capitals], a [CAPITAL]"),
        ("state", "Estate, real-estate; read_state", "Estate, real-estate; read_[state]"),
        ("read_timeout", "timeout of a read", "[timeout] of a [read]"),
        ("what is the capital of it", "the it of what capital", "the it of what [capital]"),
        ("Who is who?", "who is whole", "[who] [is] [whole]"),
        ("error 429 (a.b)*", "429 errors a.b xb", "[429] [errors] a.b xb"),
        ("élan", "Élan vital, elan", "[Élan] vital, elan"),
        ("столиц", "Столицами были", "[Столицами] были"),
        ("日本の首都", "日本国の首都は東京", "[日本]国の[首都]は東京"),
        ("東京都民", "東京都と都民", "[東京都]と[都民]"),
        ("水", "お水とIce", "お[水]とIce"),
        ("サーバー設定", "このサーバーの設定", "この[サーバー]の[設定]"),
        ("서울의 수도", "대한민국 수도는 서울", "대한민국 [수도]는 [서울]"),
        ("", "anything", "anything"),
        ("?! …", "?! …", "?! …"),
    ],
)  # fmt: skip
def test_words_that_begin_as_the_querys_do_are_marked(query, text, expected):
    assert marked(query, text) == expected


def test_the_first_word_to_mark_is_found():
    words = QueryWords("United States")
    assert words.first("Of the united states") == (7, 13)
    assert words.first("Canada") is None
    assert QueryWords("").first("Canada") is None


def test_a_query_without_words_is_false():
    assert not QueryWords(" ?")
    assert QueryWords("a")


@pytest.mark.parametrize("text", ["a" * 20_000, "ab " * 7_000, "語" * 20_000])
def test_a_hostile_query_takes_no_time(text):
    began = time.process_time()
    words = QueryWords(" ".join("ab" * n for n in range(2, 2_000)) + "語学" * 20_000)
    assert "".join(piece for piece, _ in words.pieces(text)) == text
    assert time.process_time() - began < 1
