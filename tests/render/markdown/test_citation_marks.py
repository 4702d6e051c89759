import pytest

from cohere_cli.render.markdown.citations import SIGN, joined, sign, takes_raised
from cohere_cli.terminal import Terminal, clean


@pytest.mark.parametrize(
    ("numbers", "raised", "flat"),
    [
        ([1], "¹", "[1]"),
        ([12], "¹²", "[12]"),
        ([1, 2], "¹·²", "[1][2]"),
        ([34, 5, 67, 890], "³⁴·⁵·⁶⁷·⁸⁹⁰", "[34][5][67][890]"),
    ],
)
def test_two_sources_are_told_from_the_twelfth(numbers, raised, flat):
    assert sign(numbers, raised=True) == raised
    assert sign(numbers, raised=False) == flat


def test_a_sign_is_found_again_in_what_it_was_joined_to():
    assert SIGN.split(f"a{joined('¹·²')} b{joined('[3]')}")[1::2] == [
        "¹\u2060·\u2060²\u2060",
        "[\u20603\u2060]\u2060",
    ]


def test_no_text_from_outside_is_a_sign():
    assert SIGN.search(clean(joined("¹"))) is None


@pytest.mark.parametrize(
    ("term", "taken"), [("xterm-256color", True), ("linux", False)]
)
def test_a_console_without_the_characters_has_brackets(term, taken):
    assert takes_raised(Terminal.fake(tty=True, environ={"TERM": term})) is taken
