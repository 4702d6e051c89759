import pytest

from cohere_cli.render.live.code import Highlighter
from cohere_cli.render.markdown.blocks import Fence


def coloured(language, code):
    """The kind of each word's first part, line by line; all characters are kept."""
    fence = Fence("```", language)
    highlight = Highlighter(fence)
    found = []
    for at, line in enumerate(code.split("\n")):
        highlight.line(at, line[: len(line) // 2])  # looking changes nothing
        fence.lines.append(line)
        tokens = highlight.line(at, "")
        assert "".join(piece for _, piece in tokens) == line
        found.append([kind[0] for kind, piece in tokens if piece.strip()])
    return found


@pytest.mark.parametrize(
    ("language", "code", "kinds"),
    [
        ("python", '"""a\nb\n"""', [["Literal"] * 2, ["Literal"], ["Literal"]]),
        ("python", "x\n# y", [["Name"], ["Comment"]]),
        ("c", "/* a\nb */ x\ny", [["Comment"], ["Comment", "Name"], ["Name"]]),
        ("js", "x /* a\n\nb", [["Name", "Comment"], [], ["Comment"]]),
        ("js", "'src/*'\nx", [["Literal"], ["Name"]]),
        ("json", '{"a":\n1}', [["Punctuation", "Name", "Punctuation"], ["Literal", "Punctuation"]]),
        ("yaml", "a:\n- 1", [["Name", "Punctuation"], ["Punctuation", "Literal"]]),
        ("sml", "val f = x", [["Text"]]),
        ("no-such-language" * 9, "x = 1", [["Text"]]),
        ("", "x = 1", [["Text"]]),
    ],
)  # fmt: skip
def test_a_line_is_coloured_as_those_above_it_ask(language, code, kinds):
    assert coloured(language, code) == kinds


def test_a_very_long_line_is_not_read():
    assert coloured("python", "x" * 2001 + "\ny") == [["Text"], ["Name"]]


def test_what_would_act_is_shown():
    assert [
        piece for _, piece in Highlighter(Fence("```", "")).line(0, "a\x1b[2J\tb")
    ] == ["a^[[2J   b"]
