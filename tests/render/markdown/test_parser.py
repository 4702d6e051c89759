import pytest

from cohere_cli.render.markdown.parser import create_parser


def kinds(source):
    return [child.type for child in create_parser().parse(source)[1].children]


def texts(source):
    return [child.content for child in create_parser().parse(source)[1].children]


@pytest.mark.parametrize("noise", ["[", "*a ", "[a](", "_a__b", "![["])
def test_more_marks_than_anybody_means_are_text(noise):
    source = noise * 1000 + "x"
    assert (kinds(source), texts(source)) == (["text"], [source])


def test_many_links_in_a_long_paragraph_are_links():
    assert (
        kinds("[a](https://example.com/a/long/address) " * 300).count("link_open")
        == 300
    )


def test_lines_of_a_paragraph_are_one_text():
    assert texts("a\nb  \nc\nd") == ["a b", "", "c d"]


def test_html_images_and_definitions_are_text():
    assert texts("<b>x ![i](y)") == ["<b>x !", "", "i", ""]
    assert texts("[a]: http://x") == ["[a]: http://x"]
