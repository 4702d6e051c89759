"""Answers in many scripts, as the painter draws them."""

import re

import pytest
from wcwidth import wcswidth

from cohere_cli.render.live.painter import Painter
from cohere_cli.render.markdown.blocks import Block
from cohere_cli.render.widths import display_width
from cohere_cli.terminal import Terminal

ENGLAND = "🏴" + "".join(
    map(chr, (0xE0067, 0xE0062, 0xE0065, 0xE006E, 0xE0067, 0xE007F))
)
CELLS = {
    "Khmer": "ខ្មែរ\u200bអក្សរ",
    "Hebrew": "שָׁלוֹם!\u200f",
    "Persian": "نمی\u200cکند",
    "Hindi": "क्\u200dष",
    "Mongolian": "ᠬᠠᠷ\u180eᠠ",
    "Old Korean": "\u1112\u119e\u11ab",
    "family": "👩\u200d👩\u200d👧",
    "flags": f"🇩🇪{ENGLAND}",
    "keycap": "1\ufe0f\u20e3❤\ufe0f",
    "ideograph": "葛\U000e0100飾",
    "smuggled": "a\\u{200b}b",
}


def drawn(source, marks=(), width=60):
    painter = Painter(Terminal.fake(tty=True, columns=width))
    rows = painter.answer(Block("text", source), list(marks), width)
    return [re.sub("\x1b\\[[0-9;?]*[a-z]", "", row) for row in rows]


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS)
def test_a_width_is_what_a_terminal_takes(cell):
    assert display_width(cell) == wcswidth(cell)


def test_the_columns_of_a_table_are_aligned_in_all_scripts():
    rows = "".join(f"| {cell} | end |\n" for cell in CELLS.values())
    _, _, *shown = drawn(f"| a | b |\n|---|---|\n{rows}".replace("\\u{200b}", "\u200b"))
    for row, cell in zip(shown, CELLS.values(), strict=True):
        assert cell in row
    assert len({wcswidth(row.rstrip()) for row in shown}) == 1


def test_markup_does_not_part_a_character_from_its_context():
    assert drawn("**ខ្មែរ**\u200b**អក្សរ** `שלום`\u200f!") == [
        "ខ្មែរ\u200bអក្សរ שלום\u200f!"
    ]
    assert drawn("pay\u200b**pal** &#x200b;&#x202e;") == [
        "pay\\u{200b}pal \\u{200b}\\u{202e}"
    ]


def test_a_citation_does_not_part_a_character_from_its_context():
    assert drawn("ខ\u200bម", [(1, [1])]) == ["ខ¹\u200bម"]
    assert drawn("❤\ufe0f\ufe0f a", [(3, [1])]) == ["❤\ufe0f\\u{fe0f}¹ a"]


URLS = [
    "https://e.com/a*b*c/d_e_f",
    "https://e.com/a**b**/c__d__?q=~~4~~",
    "https://e.com/cafe\u0301/men\u0301u\u0301",
    "https://e.com/क्\u200dष/שָׁלוֹם",
    "https://e.com/?f[a]=x*y*z&g[]=1",
    "https://e.com/Foo_(bar)_(baz)",
]


@pytest.mark.parametrize("url", URLS)
@pytest.mark.parametrize("width", [12, 30, 60])
def test_a_url_with_marks_in_it_is_whole(url, width):
    for before, after in (("see ", " now"), ("(", ")."), ("- ", ""), ("**see** ", ",")):
        shown = drawn(f"{before}{url}{after}", width=width)
        assert any(url in row for row in shown), shown


@pytest.mark.parametrize("url", URLS)
def test_a_citation_that_ends_in_a_url_stands_after_it(url):
    for end in (7, 15, len(url)):
        assert drawn(f"{url} now", [(end, [1, 2])]) == [f"{url}¹·² now"]
