import pytest

from cohere_cli.render.markdown.citations import place_markers
from cohere_cli.render.markdown.parser import create_parser

PARSE = create_parser().parse


def settle(source, *words):
    marks = [(source.index(w) + len(w), [n]) for n, w in enumerate(words, 1)]
    shown, homeless = place_markers(source, marks, PARSE)
    return shown.replace("\\[\u2060", "<").replace("\\]", ">"), [n for _, n in homeless]


@pytest.mark.parametrize(
    ("source", "words", "shown"),
    [
        ("one two", ["one"], "one<1> two"),
        ("The **big cat** sat", ["The **big", "big cat"], "The **big<1> cat**<2> sat"),
        ("# Title #\n", ["Title"], "# Title<1> #\n"),
        ("Title\n===\n", ["Title\n==="], "Title<1>\n===\n"),
        ("| A | B |\n|---|--|\n| x | y |", ["|--|"], "| A | B<1> |\n|---|--|\n| x | y |"),
        ("1. x\n2. y", ["1. x\n2."], "1. x<1>\n2. y"),
        ("&amp; \\* <http://x/y>", ["&am", "\\", "<http"], "&amp;<1> \\*<2> <http://x/y><3>"),
        ("[l](http://x/(a)) b", ["[l](http://x/(a"], "[l](http://x/(a))<1> b"),
    ],
)  # fmt: skip
def test_a_marker_changes_nothing_else(source, words, shown):
    assert settle(source, *words) == (shown, [])


@pytest.mark.parametrize(
    ("source", "words", "homeless"),
    [
        ("- a\n  ```\n  code\n  ```\n", ["code"], [[1]]),
        ("> ```\n> code\n> ```\n", ["code"], [[1]]),
        ("- a\n\n      code\n", ["code"], [[1]]),
        ("---\n", ["---"], [[1]]),
        ("* \n* x\n", ["* \n*"], [[1]]),
    ],
)
def test_a_mark_without_a_place_is_given_back(source, words, homeless):
    assert settle(source, *words) == (source, homeless)


def test_one_mark_without_a_place_moves_no_other():
    source = "- one\n  ```\n  code\n  ```\n- two\n"
    shown = "- one<1>\n  ```\n  code\n  ```\n- two<3>\n"
    assert settle(source, "one", "code", "two") == (shown, [[2]])


def test_what_would_take_long_to_try_is_given_back_at_once():
    source = "- a\n  ```\n" + "  code\n" * 2000 + "  ```\n"
    marks = [(at, [at]) for at in range(20, 120)]
    assert place_markers(source, marks, PARSE) == (source, marks)
