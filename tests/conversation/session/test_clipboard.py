from base64 import b64decode

import pytest

from cohere_cli.conversation.session.clipboard import MOST_BYTES, clipboard_sequence
from cohere_cli.errors import UsageProblem


@pytest.mark.parametrize("text", ["", "a", "Zürich 🏔\n\x1b[2J", "x" * MOST_BYTES])
def test_a_text_is_copied_as_it_is(text):
    sequence = clipboard_sequence(text)
    assert sequence.startswith("\x1b]52;c;")
    assert sequence.endswith("\x1b\\")
    assert b64decode(sequence[7:-2]).decode() == text
    assert len(sequence) <= 100_010


def test_a_text_that_terminals_would_cut_is_refused_with_another_way():
    with pytest.raises(UsageProblem) as caught:
        clipboard_sequence("x" * (MOST_BYTES + 1))
    assert str(caught.value) == (
        "cannot copy 74,995 bytes, more than the 74,994 that terminals take"
    )
    assert "/save FILE" in caught.value.hint
