import pytest

from cohere_cli.render.markdown.blocks import Block
from cohere_cli.render.markdown.footnotes import (
    ParseBudget,
    close_fence,
    insert_references,
)
from cohere_cli.render.markdown.splitter import MarkdownSplitter


def write(numbers):
    return "".join(f"[^{number}]" for number in numbers)


def put(source, *ends):
    cutter = MarkdownSplitter()
    *_, block = cutter.feed(source) + cutter.close()
    whole = Block(block.kind, source)
    marks = [(end, [number]) for number, end in enumerate(ends, 1)]
    return insert_references(whole, marks, write)


def after(source, words):
    return put(source, source.index(words) + len(words))


@pytest.mark.parametrize(
    ("source", "words", "expected"),
    [
        ("one two", "one", "one[^1] two"),
        ("one two\r\n", "two\r", "one two[^1]\r\n"),
        ("**one** two", "one", "**one**[^1] two"),
        ("**one two**", "one", "**one[^1] two**"),
        ("2*3*4", "2", "2[^1]*3*4"),
        ("2*3*4", "3", "2*3*[^1]4"),
        ("**a**b", "a", "**a**[^1]b"),
        ("an one_two_ b", "one", "an one_two_[^1] b"),
        ("~~one~~ two", "one", "~~one~~[^1] two"),
        ("a `co de` b", "co", "a `co de`[^1] b"),
        ("a ``x`y`` b", "x", "a ``x`y``[^1] b"),
        ("a `open b", "open", "a `open[^1] b"),
        ("[text](http://x) b", "text", "[text](http://x)[^1] b"),
        ("![alt](http://x) b", "http", "![alt](http://x)[^1] b"),
        ("[a [b] c](http://x) d", "a", "[a [b] c](http://x)[^1] d"),
        ("[text][ref] b", "text", "[text][ref] [^1] b"),
        ("[text] b", "[text]", "[text] [^1] b"),
        ("a f(x) b", "f", "a f(x[^1]) b"),
        ("see https://x.org/a. b", "x.org", "see https://x.org/a. [^1] b"),
        ("see <https://x.org> b", "x.org", "see <https://x.org>[^1] b"),
        ("a <b class='x'>c</b> d", "<b cl", "a <b class='x'>[^1]c</b> d"),
        ("a &amp; b", "&am", "a &amp;[^1] b"),
        ("a \\* b", "\\", "a \\*[^1] b"),
        ("| a | b |\n|---|---|\n| c | d |\n", "d |", "| a | b |\n|---|---|\n| c | d[^1] |\n"),
        ("# Head\n", "Head", "# Head[^1]\n"),
        ("Head\n===\n", "Head", "Head[^1]\n===\n"),
        ("> quoted\n", "quoted", "> quoted[^1]\n"),
        ("e\u0301\U0001f642 x", "\U0001f642", "e\u0301\U0001f642[^1] x"),
        ("\u00a0 x", "\u00a0", "\u00a0 x[^1]"),
        ("own[^4] x", "own", "own[^4] [^1] x"),
        ("[^4]: own", "own", "[^4]: own[^1]"),
    ],
)  # fmt: skip
def test_a_reference_stands_behind_the_span_where_it_breaks_nothing(
    source, words, expected
):
    assert after(source, words) == expected


@pytest.mark.parametrize(
    ("source", "words", "expected"),
    [
        ("```\ncode\n```\n", "code", "```\ncode\n```\n\n[^1]\n\n"),
        ("    code\n", "code", "    code\n\n[^1]\n\n"),
        ("<div>\nhtml\n</div>\n", "html", "<div>\nhtml\n</div>\n\n[^1]\n\n"),
        ("[r]: http://r\n", "http", "[r]: http://r\n\n[^1]\n\n"),
        ("- a\n  ```\n  b\n  ```\n", "b\n", "- a\n  ```\n  b\n  ```\n\n  [^1]\n\n"),
        ("- a\n  ```\n  b\n", "b", "- a\n  ```\n  b\n\n[^1]\n\n"),
        ("```\nopen\n", "open", "```\nopen\n```\n\n[^1]\n\n"),
    ],
)
def test_what_can_hold_no_reference_is_followed_by_it(source, words, expected):
    assert after(source, words) == expected


def test_overlapping_spans_each_have_their_own():
    assert put("one two", 7, 3, 7) == "one[^2] two[^1][^3]"


def test_a_source_is_referred_to_once_at_a_place():
    marks = [(3, [1, 2]), (3, [2])]
    assert insert_references(Block("text", "one"), marks, write) == "one[^1][^2]"


def test_a_block_that_would_take_long_to_read_is_followed_by_its_references():
    source = "word " * 10_000 + "`"
    hidden = f"<!-- {source} -->"
    assert put(hidden, *range(9, 109, 5)) == (f"{hidden}\n\n{write(range(1, 21))}\n\n")


def test_an_answer_of_blocks_that_take_long_is_read_for_a_limited_time():
    block, budget = Block("text", "<!-- " + "word " * 1000), ParseBudget(12_000)
    written = [insert_references(block, [(9, [1])], write, budget) for _ in range(3)]
    assert written == [f"{block.text.rstrip()}\n\n[^1]\n\n"] * 3
    assert not budget.takes(2_000)


@pytest.mark.parametrize(
    ("source", "whole"),
    [
        ("```\na\n```\n", "```\na\n```\n"),
        ("````\na\n```\n", "````\na\n```\n````\n"),
        ("~~~~", "~~~~\n~~~~\n"),
    ],
)
def test_a_fence_that_was_left_open_is_closed(source, whole):
    assert close_fence(Block("fence", source)).text == whole
    assert close_fence(Block("text", source)).text == source
