import pytest

from cohere_cli.documents.outline import Outline, parse_outline


def outline(text, path="a.md"):
    return parse_outline(text.split("\n"), path)


def test_markdown_headings_are_lines_with_hashes_or_underlined():
    text = "# A *b* ##\r\nx\n\n   ### C\nTitle\n=====\n#no\n    # no\n####### no\n#\n"
    assert outline(text) == Outline("A *b*", {0: 1, 3: 4, 4: 6, 9: 10})


def test_front_matter_is_not_a_heading():
    assert outline("---\ntitle: x\n---\n\n## B\n") == Outline("B", {4: 5})


def test_an_empty_heading_is_not_a_title():
    assert outline("#\n## \n# #\n## B").title == "B"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# a #b#", "a #b#"),
        ("# a\t## ", "a"),
        ("#  ##", ""),
        ("# ## a", "## a"),
        (f"# a{' ' * 500_000}b", f"a{' ' * 500_000}b"),
        (f"# a{' #' * 500_000}", f"a{' #' * 499_999}"),
    ],
)
def test_the_title_of_a_heading_ends_before_its_closing_hashes(text, title):
    assert outline(text).title == title


@pytest.mark.parametrize(
    ("text", "fences"),
    [
        ("```sh\n# no\n```\n# yes", {0: 3}),
        ("a\n  ~~~\n```\n# no\n~~~~\n", {1: 5}),
        ("````\n```\n# no\n````\n", {0: 4}),
        ("- a\n\n      ```\n      # no\n      ```\n", {2: 5}),
        ("```\n# no\n\n# no\n\n", {0: 4}),
        ("```\n``` # no\n```\n", {0: 3}),
        ("``` `a` ```\n", {}),
    ],
)
def test_a_fence_holds_no_headings(text, fences):
    found = outline(text)
    assert found.fences == fences
    assert set(found.headings) <= {3}


def test_headings_of_restructured_text_are_underlined():
    text = (
        "=====\nTitle\n=====\n\nOne\n---\r\nx\n\n----\n\nToo long\n---\n\nTwo\n~~~~~\n"
    )
    assert outline(text, "a.RST") == Outline("Title", {0: 3, 4: 6, 13: 15})


def test_a_rule_alone_is_not_a_heading():
    assert outline("One\n---\n\n---", "a.rst") == Outline("One", {0: 2})
    assert outline("---\n=====\n", "a.rst") == Outline()


def test_comments_in_code_are_not_headings():
    assert outline("# a\nb\n===\n", "a.py") == Outline()
    assert outline("# a\nb\n===\n", "README") == Outline()
