"""An answer as HTML: escaped, cited, and without links that can harm."""

import re

import pytest
from attacks import ATTACKS, HOSTILE

from cohere_cli.api.protocol.events import Citation, Source
from cohere_cli.api.protocol.reply import Content, Reply
from cohere_cli.render.transcript.answer_html import answer_html

FIRST, SECOND = Source({"id": "a.md:1"}), Source({"id": 'b".md'})


def citing(text, *cited):
    citations = [
        Citation(text.index(words), text.index(words) + len(words), words, sources)
        for words, *sources in cited
    ]
    citations = [one.replace(sources=tuple(one.sources)) for one in citations]
    return Reply(content={0: Content("text", text)}, citations=citations)


def html(text, *cited):
    return answer_html(citing(text, *cited), "x-").html


def test_markdown_becomes_html_with_headings_below_those_of_the_page():
    assert html("# One\n\ntwo *three*\nfour\n\n- a\n- `b<c`\n\n###### Six") == (
        "<h3>One</h3>\n<p>two <em>three</em> four</p>\n<ul>\n<li>a</li>\n"
        "<li><code>b&lt;c</code></li>\n</ul>\n<h6>Six</h6>\n"
    )


def test_a_citation_is_a_link_to_each_of_its_sources():
    assert html(
        "Foxes run. Foxes **dig**.", ("Foxes", FIRST), ("dig", SECOND, FIRST)
    ) == (
        '<p>Foxes<sup><a id="x-c1" class="cite" href="#x-s1" title="a.md:1">1</a></sup>'
        " run. Foxes <strong>dig</strong><sup>"
        '<a id="x-c2" class="cite" href="#x-s2" title="b&quot;.md">2</a> '
        '<a class="cite" href="#x-s1" title="a.md:1">1</a></sup>.</p>\n'
    )


def test_a_citation_of_code_follows_its_block():
    assert html("```\nrun()\n```\n", ("run()", FIRST)) == (
        "<pre><code>run()\n</code></pre>\n"
        '<p><sup><a id="x-c1" class="cite" href="#x-s1" title="a.md:1">1</a></sup></p>\n'
    )


@pytest.mark.parametrize(
    "text",
    [
        "[run](javascript:alert(1))",
        "[run](JAVASCRIPT:alert(1))",
        "[run](data:text/html,x)",
        "[file](file:///etc/passwd)",
        "[near](other.html)",
        "<script>alert(1)</script>",
        "<a href='https://example.com' onclick=alert(1)>x</a>",
        "&lt;b&gt;",
    ],
)
def test_what_a_browser_must_not_do_stays_text(text):
    shown = html(text)
    assert "<a" not in shown
    assert re.findall("<(?!/?p>)", shown) == []


def test_a_link_to_a_page_has_no_title_that_could_hide_it():
    assert html('[a](https://example.com/?a=1&b=2 "t")') == (
        '<p><a href="https://example.com/?a=1&amp;b=2" rel="noopener noreferrer">a</a>'
        "</p>\n"
    )


@pytest.mark.parametrize("attack", HOSTILE, ids=ATTACKS)
def test_no_character_of_an_answer_is_invisible_or_a_control(attack):
    for text in (attack, f"`{attack}`", f"```\n{attack}\n```", f"|{attack}|\n|-|\n|b|"):
        shown = html(f"Foxes. {text}", ("Foxes", FIRST))
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2060\u202e\u200b]", shown)
        assert shown.count('class="cite"') == 1


def test_citations_with_too_many_wrong_offsets_leave_the_text(monkeypatch):
    monkeypatch.setattr("cohere_cli.render.spans.MOST_SEARCHED", 10)
    answer = answer_html(citing("Foxes run.", ("Foxes", FIRST)), "x-")
    assert (answer.html, answer.is_placed) == ("<p>Foxes run.</p>\n", False)
