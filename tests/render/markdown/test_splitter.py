from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.render.markdown.blocks import Block, LineSplitter, SingleBlock
from cohere_cli.render.markdown.splitter import MarkdownSplitter


def blocks_of(text, cutter=MarkdownSplitter):
    cut = cutter()
    return cut.feed(text) + cut.close()


def outermost(text):
    return [block for block in blocks_of(text) if block.kind != "code line"]


@pytest.mark.parametrize(
    ("text", "blocks"),
    [
        ("a\nb\n\nc", [("text", "a\nb\n"), ("text", "c\n")]),
        ("a\n# H\nb\n", [("text", "a\n"), ("text", "# H\n"), ("text", "b\n")]),
        ("Title\n===\n\nb\n", [("text", "Title\n===\n"), ("text", "b\n")]),
        ("a\n***\nb\n", [("text", "a\n"), ("text", "***\n"), ("text", "b\n")]),
        ("a\n- b\n- c\n", [("text", "a\n"), ("item", "- b\n"), ("item", "- c\n")]),
        ("in\n1990. no item\n", [("text", "in\n1990. no item\n")]),
        ("1. a\n   - b\n2. c\n", [("item", "1. a\n   - b\n"), ("item", "2. c\n")]),
        ("- a\n\n  b\n\nc\n", [("item", "- a\n\n  b\n\n"), ("text", "c\n")]),
        ("- a\nlazy\n# H\n", [("item", "- a\nlazy\n"), ("text", "# H\n")]),
        ("> a\n> b\nc\n\n", [("text", "> a\n> b\nc\n")]),
        ("a\n> b\n", [("text", "a\n"), ("text", "> b\n")]),
        ("|a|\n|-|\n|1|\n\nb", [("text", "|a|\n|-|\n|1|\n"), ("text", "b\n")]),
        ("a\n```py\n\n# x\n```\nb\n", [
            ("text", "a\n"), ("fence", "```py\n\n# x\n```\n"), ("text", "b\n"),
        ]),
        ("````\n```\n````\n", [("fence", "````\n```\n````\n")]),
        ("~~~\nopen", [("fence", "~~~\nopen\n")]),
        ("- a\n  ```\n- x\n", [("item", "- a\n  ```\n"), ("item", "- x\n")]),
        ("- ```\n  - x\n  ```\n- b\n", [
            ("item", "- ```\n  - x\n  ```\n"), ("item", "- b\n"),
        ]),
        ("    code\n\n    more\nb\n", [
            ("code", "    code\n"), ("code", "    more\n"), ("text", "b\n"),
        ]),
        ("\n \n\n", []),
    ],
)  # fmt: skip
def test_a_block_ends_where_commonmark_ends_it(text, blocks):
    found = [(block.kind, block.text) for block in outermost(text)]
    assert found == blocks


def test_items_of_a_list_join():
    assert [block.is_adjacent for block in blocks_of("a\n\n- b\n\n- c\n\nd")] == [
        False,
        False,
        True,
        False,
    ]


MARKDOWN = st.lists(
    st.sampled_from(
        ["a", "\n", "\n\n", "- ", "1. ", "```", "~~~", "> ", "# ", "    ", "---", "|"]
    )
).map("".join)


@given(MARKDOWN, st.lists(st.integers(0, 40)))
def test_blocks_do_not_depend_on_how_the_text_comes(text, cuts):
    whole, parts = blocks_of(text), MarkdownSplitter()
    places = [0, *sorted(cut for cut in cuts if cut < len(text)), len(text)]
    found = []
    for start, end in pairwise(places):
        found += parts.feed(text[start:end])
        parts.remainder()  # looking changes nothing
    assert found + parts.close() == whole


@given(MARKDOWN)
def test_blocks_are_all_of_the_text_but_blank_lines(text):
    done = 0
    for block in outermost(text):
        assert not text[done : block.start].strip()
        assert f"{text}\n"[block.start : block.end] == block.text
        done = block.end
    assert not text[done:].strip()


@pytest.mark.parametrize(
    ("fence", "code"),
    [
        ("```py x\na\n\nb\n```\n", ("py", ["a\n", "\n", "b\n"])),
        ("~~~\na\n```\n", ("", ["a\n", "```\n"])),
        ("```\nopen", ("", ["open\n"])),
        ("  ```sh\n   a\n b\n  ```\n", ("sh", [" a\n", "b\n"])),
    ],
)
def test_code_is_what_the_fence_holds(fence, code):
    lines = [block for block in blocks_of(fence) if block.kind == "code line"]
    assert [block.text for block in lines] == code[1]
    assert {block.fence.language for block in lines} == {code[0]}
    assert [block.line for block in lines] == [*range(len(lines))]
    for block in lines:
        assert f"{fence}\n"[block.start : block.end] == block.text


def test_a_line_of_code_does_not_wait_for_the_fence_to_close():
    cut = MarkdownSplitter()
    assert cut.feed("```py\nx = 1") == []
    assert cut.remainder() == Block("code line", "x = 1", 6)
    assert cut.feed("\n\n\n``") == [Block("code line", "x = 1\n", 6)]
    assert cut.remainder().text == ""
    assert [block.text for block in cut.feed("y")] == ["\n", "\n"]
    assert cut.remainder() == Block("code line", "``y", 14, is_adjacent=True, line=3)


def test_what_a_fence_cites_follows_its_lines():
    (line, fence) = blocks_of("```\nx\n```\n")
    assert (line.text, line.is_adjacent) == ("x\n", False)
    assert fence == Block("fence", "```\nx\n```\n", 0, is_adjacent=True)
    (empty,) = blocks_of("```\n\n```\n")
    assert empty == Block("fence", "```\n\n```\n", 0)


def test_plain_text_is_cut_into_lines_or_not_at_all():
    assert blocks_of("a\n\nb", LineSplitter) == [
        Block("line", "a\n", 0, is_adjacent=True),
        Block("line", "b\n", 3, is_adjacent=True),
    ]
    assert blocks_of("a\n\nb", SingleBlock) == [
        Block("line", "a\n\nb\n", 0, is_adjacent=True)
    ]


def test_the_end_of_a_long_block_is_short_and_stands_still():
    text = "".join(f"{n:04}" for n in range(1000))
    last = Block("text", text, 7).last(5, 10)
    assert (last.text, last.start) == (text[-50:], 3957)
    longer = Block("text", text + "x" * 49, 7).last(5, 10)
    assert (longer.text, longer.start) == (last.text + "x" * 49, 3957)
