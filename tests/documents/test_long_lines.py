import pytest

from cohere_cli.documents.chunking import count_words, split_long_line


def test_a_line_is_cut_at_the_ends_of_sentences():
    sentence = 'She said "it is so!" '
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
