import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cohere_cli.documents.chunking import (
    Passage,
    count_words,
    split_long_line,
    split_passages,
)
from cohere_cli.documents.outline import parse_outline


def passages(text, path="a.md"):
    lines = text.split("\n")
    return split_passages(lines, parse_outline(lines, path))


def places(text, path="a.md"):
    return [each.line_range for each in passages(text, path)]


def paragraph(count, width=10):
    """As many words, in lines of that width."""
    lines = [" ".join(["word"] * width)] * (count // width)
    return "\n".join(lines) + "\n"


def test_a_text_of_400_words_stays_whole():
    assert passages(paragraph(200) + "\n" + paragraph(200)) == []
    assert places(paragraph(200) + "\n" + paragraph(210)) == ["1-20", "22-42"]


def test_passages_are_whole_paragraphs_of_300_words_at_most():
    text = "\n".join(map(paragraph, [100, 100, 100, 10, 290, 350, 50]))
    assert places(text) == ["1-32", "34-64", "66-100", "102-106"]


def test_a_passage_is_exactly_its_lines():
    text = f"\n  a\r\n\n\t\nb \r\n\r\n{paragraph(420)}"
    first, second = passages(text, "a.txt")
    begins = "  a\r\n\n\t\nb \r\n\r\n"
    assert first == Passage(2, 35, begins + paragraph(290)[:-1])
    assert second == Passage(36, 48, paragraph(130)[:-1])


def test_a_line_end_of_two_characters_is_not_part_of_a_passage():
    text = paragraph(450).replace("\n", "\r\n")
    assert [each.text for each in passages(text)] == [
        text[: 51 * 30 - 2],
        text[51 * 30 : -2],
    ]


def test_a_heading_begins_a_passage_with_what_comes_after_it():
    text = f"# A\n\n{paragraph(100)}\n## B\n\n### C\n\n{paragraph(330)}"
    assert places(text) == ["1-12", "14-50"]


def test_headings_and_code_need_no_blank_line_before_them():
    text = f"{paragraph(110)}## B\n{paragraph(110)}\n{paragraph(200)}"
    assert places(text) == ["1-11", "12-23", "25-44"]
    text = f"{paragraph(250)}```\n{paragraph(30)}\n{paragraph(80)}```\n{paragraph(100)}"
    assert places(text) == ["1-25", "26-49"]


def test_a_heading_is_not_the_end_of_a_passage():
    assert places(f"{paragraph(90)}\n## B\n\n{paragraph(330)}") == ["1-9", "11-45"]


def test_short_sections_stay_together():
    section = f"## A\n\n{paragraph(30)}\n"
    assert places(section * 15) == ["1-23", "25-47", "49-71", "73-89"]


def test_a_few_words_join_the_next_paragraph_if_there_is_room():
    assert places(f"a\n\n{paragraph(350)}\n{paragraph(100)}") == ["1-37", "39-48"]


def test_code_stays_together_if_it_can():
    code = f"```\n{paragraph(150)}\n# no heading\n\n{paragraph(150)}```\n"
    assert places(f"{paragraph(110)}\n{code}\n{paragraph(200)}") == [
        "1-11",
        "13-47",
        "49-68",
    ]
    long = f"```\n{paragraph(150)}\n{paragraph(290)}```\n"
    assert places(f"{paragraph(20)}\n{long}") == ["1-19", "21-50"]


def test_a_paragraph_that_is_too_long_is_divided_between_lines():
    assert places(f"# A\n\n{paragraph(700)}") == ["1-31", "32-61", "62-72"]


def test_the_parts_of_a_line_are_numbered():
    found = passages(f"a\n{'One two. ' * 250}\r\nb\n", "a.txt")
    assert [(each.line_range, count_words(each.text)) for each in found] == [
        ("1-1", 1),
        ("2-2", 300),
        ("2-2#2", 200),
        ("3-3", 1),
    ]


LINES = st.one_of(
    st.sampled_from(["", " \t", "\r", "```", "~~~~", "```sh", "# A", "## B ##\r"]),
    st.sampled_from(["=====", "-----", "Title", "\u2028", "\x0c", "> ```", "#"]),
    st.integers(1, 120).map(lambda count: "word " * count),
    st.integers(1, 500).map(lambda count: "Is it so? " * count),
    st.integers(1, 1500).map(lambda count: "\u5b57\u3002" * count),
    st.integers(1, 9000).map(lambda count: "x" * count),
    st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"])),
)


@settings(max_examples=150, deadline=None)
@given(st.lists(LINES, max_size=40), st.sampled_from(["a.md", "a.rst", "a.py"]))
def test_passages_have_every_line_that_is_not_blank_once(lines, path):
    found = passages("\n".join(lines), path)
    if sum(map(count_words, lines)) <= 400:
        assert found == []
        return
    assert max(count_words(each.text) for each in found) <= 400
    assert len({each.line_range for each in found}) == len(found)
    expected = {}
    for each in found:
        expected.setdefault((each.first, each.last), []).append(each.text)
    at = 0
    for (first, last), parts in expected.items():
        assert "".join(lines[at : first - 1]).strip() == ""
        assert "".join(parts) == "\n".join(lines[first - 1 : last]).removesuffix("\r")
        assert lines[first - 1].strip()
        assert lines[last - 1].strip()
        at = last
    assert "".join(lines[at:]).strip() == ""


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        (" \t\r", 0),
        ("a", 1),
        ("  two words \r", 2),
        ("x" * 90, 10),
        (" " * 90 + "x", 1),
        ("字" * 30, 10),
    ],
)
def test_a_word_has_nine_bytes_at_most(text, count):
    assert count_words(text) == count


def test_a_line_is_cut_at_the_ends_of_sentences():
    sentence = 'She expected "it is so!" '
    ends = "And so on. " * 99
    assert list(split_long_line(sentence * 60 + ends)) == [sentence * 60, ends]
    assert {part[-2:] for part in split_long_line(sentence * 100)} == {'" '}


def test_a_sentence_that_is_too_long_is_cut_between_words():
    assert list(split_long_line("word " * 700)) == ["word " * 300] * 2 + ["word " * 100]


@pytest.mark.parametrize(
    "line", ["x" * 10_000, "字" * 5000, "字。" * 3000, "\U0001f600" * 3000]
)
def test_any_line_is_cut_somewhere(line):
    parts = list(split_long_line(line))
    assert "".join(parts) == line
    assert max(map(count_words, parts)) <= 400
    assert min(map(count_words, parts[:-1])) >= 75


def test_a_megabyte_is_cut_at_once():
    line = "a. b " * 200_000 + "." * 100_000 + " " * 100_000 + '"' * 100_000
    assert "".join(split_long_line(line)) == line
