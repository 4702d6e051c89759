"""The text of HTML pages."""

import io

import pytest

from cohere_cli.documents.formats.html import block_text, page_title, visible_text
from cohere_cli.documents.reader import read_documents, read_records

PAGE = """<!DOCTYPE html>
<html><head><title>Retry &amp; more</title>
<script>
var x = "<p>no</p>";
</script><style>p{}</style></head>
<body><!-- c
c --><p title="a>b">We <b>re</b>try
three<br>times.</p><table><tr><td>a</td><td>b</td></tr></table>
1 < 2, <svg><text>no</text></svg>&lt;b&gt; one&#10;line
</body></html>
"""
TEXT = "\nRetry & more\n\n\n\n\nWe retry\nthree times. a b\n1 < 2, <b> one line\n\n"


def test_tags_scripts_styles_and_comments_are_left_out_line_by_line():
    assert visible_text(PAGE) == TEXT


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("a<script>b", "a"),
        ("a<script", "a"),
        ("a<!-- b", "a"),
        ("a<b", "a"),
        ("a <b c='d>e'>f</b>", "a f"),
        ('a <b c="d>e', "a e"),
        ("<SCRIPT>a</sCript >b", "b"),
        ("<scripts>a</scripts>", "a"),
        ("a &lt;b&gt; < 3 &nbsp; c", "a <b> < 3 c"),
        ("<li>a<li>b", "a b"),
    ],
)
def test_broken_html_is_read_as_a_browser_reads_it(page, text):
    assert visible_text(page) == text


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "piece",
    [
        "<nav>",
        "</nav>",
        "<nav></nav>",
        "<p>",
        "<title",
        "<b role",
        "<script",
        "<script>",
        "<svg></svg",
        "</svg",
        '<a "',
        "<a '<a \"",
        "<!--",
        '<a>"',
    ],
)
def test_hostile_html_is_read_in_linear_time(piece):
    visible_text(f"<svg>{piece * 200_000}")
    visible_text(piece * 200_000)


SITE = """<body>
<header><a href="/">Home</a>
<ul><li>Shop</ul></header>
<nav>
 <a>One</a> </nav>
<div class="menu" role="navigation"><div>Two</div></div>
<main><header>By Ada</header><h1>Retries</h1>
<nav>On this page</nav>
<aside>Note: three times.</aside>
<div role="note">Four</div><footer>1</footer></main>
<aside>Popular</aside><footer>Imprint
</footer> end
</body>"""


def test_navigation_of_a_page_is_left_out_and_the_lines_stay():
    assert visible_text(SITE).split("\n") == [
        *("", "", "", "", "", ""),
        *("By Ada Retries", "", "Note: three times.", "Four 1", "", "end", ""),
    ]


@pytest.mark.parametrize(
    ("page", "text"),
    [
        ("<header><h1>Title</h1><nav>Home</nav></header>text", "Title text"),
        ("<nav>Home</nav>", "Home"),
        ("<nav>never closed<p>text", "never closed text"),
        ("<NAV>Home</NAV>text", "text"),
        ("<article><header>a</header><footer>b</footer></article>", "a b"),
        ("<div data-role='navigation'>a</div>", "a"),
        ("<ul role=menu><li>a<ul><li>b</ul></ul>c", "c"),
        ("<nav>a<nav>b</nav>c</nav>d", "d"),
        ("<nav role='none'>a</nav>", "a"),
    ],
)
def test_what_is_navigation_follows_from_tags_roles_and_places(page, text):
    assert visible_text(page).strip() == text


def test_a_title_is_one_line_of_text():
    assert page_title(PAGE) == "Retry & more"
    assert page_title("<title lang=en>\n a\n b </title><title>c</title>") == "a b"
    assert page_title("<title>") == page_title("") == ""


def test_a_paragraph_is_a_line_of_a_text_without_lines():
    page = "<title>a</title><h1>b</h1><p>c <b>d</b></p><nav>n</nav><p>e</p>"
    assert block_text(page) == "a\n\nb\n\nc d\n\ne"


def test_a_page_grounds_an_answer_by_its_text(tmp_path):
    page = tmp_path / "a.html"
    page.write_text(PAGE)
    (document,) = read_documents([str(page)], None)
    title = "Retry & more"
    assert document.data == {"title": title, "path": str(page), "text": TEXT[:-1]}


def test_a_page_of_standard_input_is_known_by_its_beginning():
    stdin = io.BytesIO(b"\n<!doctype HTML>\n<title>a</title><nav>b</nav><p>c")
    (document,) = read_documents(["-"], stdin)
    assert document.data == {"title": "a", "text": "\n\na c"}
    (document,) = read_documents(["-"], io.BytesIO(b"<b>text</b>"))
    assert document.data == {"text": "<b>text</b>"}


def test_a_page_is_ranked_by_its_text_and_written_as_it_is(tmp_path):
    page = tmp_path / "a.html"
    page.write_text(PAGE)
    (record,) = read_records([str(page)], None, "files")
    assert (record.data, record.raw) == (TEXT[:-1], PAGE[:-1].encode())


def test_drawings_in_a_folder_are_left_out_and_counted(tmp_path):
    (tmp_path / "a.svg").write_text("<svg/>")
    (tmp_path / "b.txt").write_text("text")
    notes = []
    found = read_documents([str(tmp_path)], None, notify=notes.append)
    assert [document.data["text"] for document in found] == ["text"]
    assert notes == [f"{tmp_path}: 1 file skipped (1 SVG)"]
