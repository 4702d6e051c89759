import pytest

from cohere_cli.render.markdown.citations import (
    SIGN_PATTERN,
    citation_sign,
    supports_superscript,
    with_joiners,
)
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
def test_two_sources_look_different_from_the_twelfth(numbers, raised, flat):
    assert citation_sign(numbers, raised=True) == raised
    assert citation_sign(numbers, raised=False) == flat


def test_a_sign_is_found_again_in_what_it_was_joined_to():
    assert SIGN_PATTERN.split(f"a{with_joiners('¹·²')} b{with_joiners('[3]')}")[
        1::2
    ] == [
        "¹\u2060·\u2060²\u2060",
        "[\u20603\u2060]\u2060",
    ]


def test_no_text_from_outside_is_a_sign():
    assert SIGN_PATTERN.search(clean(with_joiners("¹"))) is None


@pytest.mark.parametrize(
    ("term", "taken"), [("xterm-256color", True), ("linux", False)]
)
def test_a_console_without_the_characters_has_brackets(term, taken):
    assert (
        supports_superscript(Terminal.fake(tty=True, environ={"TERM": term})) is taken
    )
