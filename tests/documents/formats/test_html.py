"""The text of HTML pages."""

import pytest

from cohere_cli.documents.formats.html import visible_text
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
    ["<script", "<script>", "<svg></svg", "</svg", '<a "', "<a '<a \"", "<!--", '<a>"'],
)
def test_hostile_html_is_read_in_linear_time(piece):
    visible_text(f"<svg>{piece * 200_000}")
    visible_text(piece * 200_000)


def test_a_page_grounds_an_answer_by_its_text(tmp_path):
    page = tmp_path / "a.html"
    page.write_text(PAGE)
    (document,) = read_documents([str(page)], None)
    assert document.data == {"title": "a.html", "path": str(page), "text": TEXT[:-1]}


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
    assert notes == [f"{tmp_path}: 1 file skipped (1 drawing)"]
