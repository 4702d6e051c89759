import pytest
from markdown_it import MarkdownIt

from cohere_cli.render.markdown.citations import insert_markers


def put(source, *ends):
    marks = [(end, [number]) for number, end in enumerate(ends, 1)]
    return insert_markers(source, marks).replace("\\[\u2060", "<").replace("\\]", ">")


@pytest.mark.parametrize(
    ("source", "end", "expected"),
    [
        ("one two", 3, "one<1> two"),
        ("one two", 4, "one<1> two"),
        ("one two", 7, "one two<1>"),
        ("one\n", 4, "one<1>\n"),
        ("**one** two", 5, "**one**<1> two"),
        ("**one** two", 7, "**one**<1> two"),
        ("2*3*4", 1, "2<1>*3*4"),
        ("a `co de` b", 5, "a `co de`<1> b"),
        ("a ``x`y`` b", 6, "a ``x`y``<1> b"),
        ("a `open b", 7, "a `open<1> b"),
        ("[text](http://x) b", 5, "[text<1>](http://x) b"),
        ("[text](http://x) b", 10, "[text](http://x)<1> b"),
        ("| a | b |", 9, "| a | b<1> |"),
        ("e\u0301\U0001f642 x", 3, "e\u0301\U0001f642<1> x"),
        ("short", 99, "short<1>"),
        ("e\u0301 x", 1, "e\u0301<1> x"),
        ("\U0001f44d\U0001f3fd x", 1, "\U0001f44d\U0001f3fd<1> x"),
        ("\U0001f469\u200d\U0001f467 x", 1, "\U0001f469\u200d\U0001f467<1> x"),
        ("\U0001f469\u200d\U0001f467 x", 2, "\U0001f469\u200d\U0001f467<1> x"),
        ("<http://x/y> b", 6, "<http://x/y><1> b"),
        ("[a](http://x/(b)) c", 15, "[a](http://x/(b))<1> c"),
        ("a \\* b", 3, "a \\*<1> b"),
        ("a &amp; b", 5, "a &amp;<1> b"),
    ],
)
def test_a_marker_stands_behind_the_span_where_it_is_seen(source, end, expected):
    assert put(source, end) == expected


def test_markers_are_in_the_order_of_the_text():
    assert put("one two", 7, 3, 7) == "one<2> two<1><3>"


def test_a_number_is_put_once_at_a_place():
    assert (
        insert_markers("one", [(3, [1, 2]), (3, [2])])
        == "one\\[\u20601\\]\\[\u20602\\]"
    )


@pytest.mark.parametrize(
    "forged", ["[\u20601]", "[&#8288;1]", "[&#x2060;1]", "[&NoBreak;1]", "[&#X02060;1]"]
)
def test_a_model_cannot_write_a_marker(forged):
    assert "\u2060" not in MarkdownIt().render(insert_markers(forged, []))


def test_text_beside_markers_is_clean():
    assert put("a\x1bb", 2) == "a^[<1>b"
