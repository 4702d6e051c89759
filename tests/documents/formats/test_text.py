import io

import pytest

from cohere_cli.documents.document import Document
from cohere_cli.documents.formats.text import is_generated
from cohere_cli.documents.reader import read_documents

LINE = " ".join(["word"] * 10)
LONG = "\r\n".join(["# Words", "", *[LINE] * 30, "", *[LINE] * 20, ""])


def test_a_long_text_is_a_document_a_passage(documents):
    first, second = documents("./docs.md", LONG.encode())
    text = "\r\n".join(["# Words", "", *[LINE] * 30])
    assert first == Document(
        {"title": "Words", "path": "docs.md", "text": text},
        text.encode(),
        "docs.md",
        1,
        "docs.md:1-32",
        "docs.md",
    )
    assert (second.id, second.line, second.part_of) == ("docs.md:34-53", 34, "docs.md")
    assert second.data["title"] == "Words"


def test_a_text_stays_whole_without_split(folder):
    (folder / "docs.md").write_bytes(LONG.encode())
    assert list(read_documents(["docs.md"], io.BytesIO(), split=False)) == [
        Document(
            {"title": "Words", "path": "docs.md", "text": LONG[:-2]},
            LONG[:-1].encode(),
            "docs.md",
            1,
            "docs.md",
        )
    ]


def test_a_long_text_that_is_piped_in_has_passages_without_a_title():
    found = list(read_documents(["-"], io.BytesIO(LONG.encode())))
    assert [(each.id, each.source, list(each.data)) for each in found] == [
        ("stdin:1-32", "-", ["text"]),
        ("stdin:34-53", "-", ["text"]),
    ]


def test_lines_are_counted_from_the_first_after_the_byte_order_mark(documents):
    found = documents("a.txt", b"\xef\xbb\xbf\n\n" + LONG.encode())
    assert found[0].id.startswith("a.txt:3-")
    assert found[0].data["text"].startswith("# Words")


def test_a_named_file_is_read_even_if_it_is_generated(documents):
    assert [each.id for each in documents("uv.lock", b"x" * 6000)] == [
        "uv.lock:1-1",
        "uv.lock:1-1#2",
        "uv.lock:1-1#3",
    ]


@pytest.mark.parametrize(
    "path", ["a/uv.lock", "package-lock.json", "Go.Sum", "a.min.js", "a.css.map"]
)
def test_a_generated_file_is_recognized_by_its_name(path):
    assert is_generated(path)


@pytest.mark.parametrize("path", ["lock", "lock.md", "min.js", "a.json", "a.lock/b"])
def test_other_names_are_not_taken_as_generated(path):
    assert not is_generated(path)


def test_a_generated_file_is_recognized_by_a_long_line():
    assert is_generated("a.js", "\n" + "x" * 5001)
    assert not is_generated("a.js", "x" * 5000 + "\ny")


def test_prose_may_have_long_lines():
    assert not is_generated("a.MD", "x" * 50_000)
