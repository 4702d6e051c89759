import pytest

from cohere_cli.conversation.session.text_block import is_open, without_marks


@pytest.mark.parametrize("text", ['"""', '"""\na', '"""a', ' """ a\n\nb "c"'])
def test_a_block_is_open_until_its_end(text):
    assert is_open(text)
    assert without_marks(text) == text


@pytest.mark.parametrize(
    ("text", "inner"),
    [
        ('"""\na\nb\n"""', "a\nb"),
        ('"""a"""', "a"),
        ('"""\n  a\n\n"""  ', "  a\n"),
        ('""""""', ""),
    ],
)
def test_the_marks_are_not_part_of_the_text(text, inner):
    assert not is_open(text)
    assert without_marks(text) == inner


@pytest.mark.parametrize("text", ["", "a", '"a"', 'a """', '""'])
def test_other_texts_stay(text):
    assert not is_open(text)
    assert without_marks(text) == text
