import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.render.live.rich_markdown import RichMarkdown
from cohere_cli.render.markdown.parser import create_parser, join_lines
from cohere_cli.render.rich_rows import RowRenderer
from cohere_cli.terminal import Terminal


def kinds(source):
    return [child.type for child in create_parser().parse(source)[1].children]


def texts(source):
    return [child.content for child in create_parser().parse(source)[1].children]


@pytest.mark.parametrize("noise", ["[", "*a ", "[a](", "_a__b", "![["])
def test_more_marks_than_anybody_means_are_text(noise):
    source = noise * 1000 + "x"
    assert (kinds(source), texts(source)) == (["text"], [source])


def test_many_links_in_a_long_paragraph_are_links():
    assert (
        kinds("[a](https://example.com/a/long/address) " * 300).count("link_open")
        == 300
    )


def test_lines_of_a_paragraph_are_one_text():
    assert texts("a\nb  \nc\nd") == ["a b", "", "c d"]


def test_html_images_and_definitions_are_text():
    assert texts("<b>x ![i](y)") == ["<b>x !", "", "i", ""]
    assert texts("[a]: http://x") == ["[a]: http://x"]


def table(columns, rows):
    return "|".join("h" * columns) + f"\n{'-|' * columns}\n" + "c|\n" * rows


@pytest.mark.parametrize(("columns", "rows"), [(5000, 1), (100, 99), (2, 4999)])
def test_a_large_table_is_a_table(columns, rows):
    assert create_parser().parse(table(columns, rows))[0].type == "table_open"


@pytest.mark.parametrize(("columns", "rows"), [(10_001, 0), (100, 100), (2, 5000)])
@pytest.mark.parametrize("quote", ["", "> "])
def test_a_table_of_too_many_cells_is_its_lines(columns, rows, quote):
    """Each of its cells, which may be empty, would take memory until it ends."""
    source = table(columns, rows).strip()
    text = f"A table:\n{source}\n\nAfter it."
    tokens = create_parser().parse(quote + text.replace("\n", f"\n{quote}"))
    before, lines, after = (token for token in tokens if token.type == "inline")
    assert (before.content, after.content) == ("A table:", "After it.")
    shown = [child.content for child in lines.children if child.type == "text"]
    assert "\n".join(filter(None, shown)) == source


def test_quotes_below_the_twentieth_are_its_lines():
    tokens = create_parser().parse("> " * 25 + "words")
    assert sum(token.type == "blockquote_open" for token in tokens) == 20
    (lines,) = (token for token in tokens if token.type == "inline")
    assert lines.content == "> > > > > words"


@pytest.mark.parametrize(
    ("text", "joined"),
    [
        ("a\nb\nc\n", "a b c\n"),
        (
            "some words,\nmore: words\n\nand others.\n",
            "some words, more: words\n\nand others.\n",
        ),
        ("日本\n語\n", "日本 語\n"),
        ("1\n2 3\n", "1 2 3\n"),
        ("- a\nb\nc\n", "- a\nb c\n"),
        ("a\nb\n---\n", "a b\n---\n"),
    ],
)
def test_lines_of_words_become_one_line(text, joined):
    assert join_lines(text) == joined


@pytest.mark.parametrize(
    "text",
    [
        "a\n1. b\n",
        "# a\nb\n",
        "a  \nb\n",
        "a\\\nb\n",
        "a\n  b\n",
        "> a\n> b\n",
        "a | b\n--|--\nc\nd\n",
        "$$\na\nb\n$$\n",
        "```\na\nb\n```\n",
        "a\n\nb\n",
    ],
)
def test_lines_that_count_stay(text):
    assert join_lines(text) == text


LINES = [
    *(
        "a",
        "bc d.",
        "é, f",
        "1",
        "1.",
        "2) a",
        "- x",
        "* y",
        "# h",
        "> q",
        "---",
        "===",
    ),
    *("a | b", "|-|-|", "$$", "```", "    code", "  lazy", "a  ", "b\\", "`x", "**y"),
    *("", "[z](u", "v)", "http://a.b", "<i>", "+ w", "~~~"),
]


@given(st.lists(st.sampled_from(LINES), max_size=8).map("\n".join))
def test_joined_lines_are_drawn_as_they_were(text):
    page = RichMarkdown(raised=False, linked=False)
    rows = RowRenderer(Terminal.fake(tty=True)).rows
    assert rows(page.of(join_lines(text)), 40) == rows(page.of(text), 40)
