import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from cohere_cli.render.tables.excerpt import (
    QueryWords,
    excerpt,
    one_line,
    truncate_end,
    truncate_middle,
    truncate_start,
)

NONE = QueryWords("")
CAPITAL = QueryWords("capital")
WIDE = st.text(alphabet="ab 語\u0301🙂 \x1b\u202ec", max_size=60)


def test_a_documents_values_are_on_one_clean_line():
    data = {"a": "x\n\t y", "b": [1, None, {"c": "\x1b[2J"}], "d": True}
    assert one_line(data) == "x y · 1 · ^[[2J · True"


@pytest.mark.parametrize(
    ("text", "room", "expected"),
    [
        ("as it is", 8, "as it is"),
        ("too long", 7, "too lo…"),
        ("cut here", 5, "cut…"),
        ("日本語", 6, "日本語"),
        ("日本語", 5, "日本…"),
        ("日本語", 4, "日…"),
        ("x", 1, "x"),
        ("xy", 1, "…"),
        ("e\u0301" * 4, 4, "e\u0301" * 4),
    ],
)
def test_a_beginning_fits(text, room, expected):
    assert truncate_end(text, room, cell_len) == expected


@pytest.mark.parametrize(
    ("text", "room", "expected"),
    [("as it is", 8, "as it is"), ("too long", 5, "…long"), ("日本語", 4, "…語")],
)
def test_an_ending_fits(text, room, expected):
    assert truncate_start(text, room, cell_len) == expected


@pytest.mark.parametrize(
    ("room", "expected"),
    [
        (24, "docs/guide/settings.md:9"),
        (18, "docs/…ettings.md:9"),
        (6, "d…md:9"),
        (4, "…d:9"),
        (1, "…"),
    ],
)
def test_a_path_is_cut_in_its_middle(room, expected):
    assert truncate_middle("docs/guide/settings.md:9", room, cell_len) == expected


def test_a_document_is_shown_from_its_beginning():
    assert (
        excerpt("The capital is Washington, D.C.", CAPITAL, 20)
        == "The capital is Wash…"
    )
    assert excerpt({"a": "short"}, NONE, 20) == "short"


def test_a_document_is_shown_from_a_little_before_a_late_word():
    text = "one two three four five six the capital is Washington, as all know"
    assert excerpt(text, CAPITAL, 24) == "…the capital is Washing…"


def test_what_follows_a_late_word_is_shown_with_what_fits_before_it():
    text = "one two three four five six the capital is Ulm"
    assert excerpt(text, CAPITAL, 24) == "…six the capital is Ulm"


def test_a_late_word_without_spaces_around_it_is_found():
    text = "これは長い文書です" * 9 + "首都は東京です" + "。続き" * 20
    assert excerpt(text, QueryWords("首都"), 24, cell_len) == "…首都は東京です。続き。…"


def test_a_word_that_the_model_never_read_is_not_looked_for():
    text = "filler " * 3_000 + "capital"
    assert excerpt(text, CAPITAL, 16) == "filler filler f…"


@given(WIDE, st.integers(1, 40))
def test_no_excerpt_is_wider_than_its_room(text, room):
    for shown in (
        excerpt(text, QueryWords("c"), room, cell_len),
        excerpt(text, NONE, room, cell_len),
        truncate_start(text, room, cell_len),
    ):
        assert cell_len(shown) <= max(room, 1)
