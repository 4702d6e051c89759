import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cohere_cli.documents.document import Document
from cohere_cli.render.tables.ranking_rows import RankingStyle, markdown_lines
from cohere_cli.render.tables.record import RankedRecord
from cohere_cli.terminal import Terminal


def record(data, source="a.txt", line=3):
    return Document(data, b"", source, line, "")


def table(*documents, query=""):
    ranked = [RankedRecord(n, 0.5, record(data)) for n, data in enumerate(documents)]
    return "".join(
        markdown_lines(Terminal.fake(), iter(ranked), RankingStyle(query=query))
    )


def cells(text):
    """Return the texts of the table's cells, which hold nothing but text."""
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    inlines = [token for token in reader.parse(text) if token.type == "inline"]
    assert {child.type for token in inlines for child in token.children} <= {
        "text",
        "text_special",
    }
    return ["".join(child.content for child in token.children) for token in inlines[4:]]


def test_a_ranking_is_a_table():
    assert table("Washington", {"title": "Ottawa", "n": 1}) == (
        "| rank | score | source | text |\n"
        "| ---: | ---: | --- | --- |\n"
        "| 1 | 0.500 | a.txt:3 | Washington |\n"
        "| 2 | 0.500 | a.txt:3 | Ottawa · 1 |\n"
    )


@pytest.mark.parametrize(
    "document",
    [
        "a | b \\| c \\\\| d",
        "`code | x` and `` two",
        "<b>bold</b> <!-- & &amp; -->",
        "*a* _b_ ~~c~~ **d",
        "[a](http://b) ![c](d) [e]",
        "\\",
        "trailing \\",
        "$x$ # no - list > 1.",
    ],
)
def test_a_document_stays_text(document):
    assert cells(table(document)) == ["1", "0.500", "a.txt:3", document]


@given(st.text(alphabet="|`\\*_<>&~[]! ab\n\r\t\x1b\u2028$#-"))
def test_no_document_breaks_the_table(document):
    text = table(document)
    assert text.count("\n") == 3
    output = " ".join(document.split()).replace("\x1b", "^[")
    assert cells(text) == ["1", "0.500", "a.txt:3", output]


def test_of_a_long_document_the_part_about_the_query_is_shown():
    document = "filler " * 100 + "then the capital stands " + "more " * 100
    shown = cells(table(document, query="which capital"))[3]
    assert len(shown) == 200
    assert shown.startswith("…filler filler")
    assert "then the capital stands more more" in shown
    assert shown.endswith("…")
