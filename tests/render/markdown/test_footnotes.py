import pytest
from markdown_it import MarkdownIt

from cohere_cli.api.protocol.events import Citation, Source
from cohere_cli.api.protocol.reply import Content, Reply
from cohere_cli.render.markdown.footnotes import Footnotes
from cohere_cli.render.sources import cited_sources


def define(source, words="words"):
    citation = Citation(0, len(words), words, (Source(source),))
    reply = Reply(content={0: Content("text", words)}, citations=[citation])
    (one,) = cited_sources(reply)
    return Footnotes().definition(one)


@pytest.mark.parametrize(
    ("source", "line"),
    [
        (
            {"id": "docs/a_b.md:3-9", "document": {"title": "A * B"}},
            "[^1]: A \\* B, docs/a_b.md:3-9 — “words”\n",
        ),
        (
            {"id": "1", "document": {"title": "A", "url": "https://b.example/x y"}},
            "[^1]: A, <https://b.example/x%20y> — “words”\n",
        ),
        (
            {"id": "1", "document": {"url": "https://b.example/x"}},
            "[^1]: <https://b.example/x> — “words”\n",
        ),
        ({"id": "a.md", "document": {"title": "a.md"}}, "[^1]: a.md — “words”\n"),
        ({"type": "tool"}, "[^1]: tool — “words”\n"),
        ({}, "[^1]: unnamed source — “words”\n"),
        ({"id": "# a"}, "[^1]: \\# a — “words”\n"),
        ({"id": "- a"}, "[^1]: \\- a — “words”\n"),
        ({"id": "12. a"}, "[^1]: 12\\. a — “words”\n"),
        ({"id": "call_1:0"}, "[^1]: call_1:0 — “words”\n"),
    ],
)
def test_a_definition_tells_title_place_and_words(source, line):
    assert define(source) == line


@pytest.mark.parametrize(
    "attack",
    [
        "a\n\n# b\n[^2]: c",
        "<script>x</script>",
        "**b** _i_ `c` ~~d~~ ![i](http://x) [l](http://x) [^1]",
        "&lt;b&gt; \\* $x$ | a |",
        "***",
        "> q\n> r",
        "1) a",
        "+ a",
        "    code",
        "```",
        "\u2028a\x85b\x0bc\r# d",
    ],
)
def test_titles_ids_and_words_are_text_and_nothing_else(attack):
    line = define({"id": attack, "document": {"title": f"x{attack}"}}, attack)
    shown = line.removeprefix("[^1]: ")
    (start, inline, end) = MarkdownIt().enable(["table", "strikethrough"]).parse(shown)
    assert line.endswith("\n")
    assert len(line.splitlines()) == 1
    assert (start.type, end.type) == ("paragraph_open", "paragraph_close")
    assert {child.type for child in inline.children} == {"text"}
    assert " ".join(attack.split()) in inline.children[0].content


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://",
        "https://[bad/x",
        "https://xn\u0430.example/",
        "//b.example",
    ],
)
def test_what_is_no_web_address_is_no_link(url):
    shown = define({"id": "1", "document": {"title": "T", "url": url}})
    assert shown == "[^1]: T, 1 — “words”\n"
