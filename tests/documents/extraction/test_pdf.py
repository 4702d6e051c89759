"""The pages of PDFs."""

import io

from sample_files import encrypted_pdf, pdf

from cohere_cli.documents.reader import read_documents


def words(number, of="word"):
    return "\n".join(f"{of} {n} and some more" for n in range(number))


def test_each_page_is_a_document_with_its_number(documents):
    assert documents("a.pdf", pdf("One\nline", "Two", title="Annual report")) == [
        (
            "a.pdf:p1",
            {"title": "Annual report", "path": "a.pdf", "page": 1, "text": "One\nline"},
        ),
        (
            "a.pdf:p2",
            {"title": "Annual report", "path": "a.pdf", "page": 2, "text": "Two"},
        ),
    ]


def test_a_file_without_a_title_of_its_own_has_its_name(documents):
    for title in ("", "Microsoft Word - b.doc", "Untitled1"):
        ((_, data),) = documents("a.pdf", pdf("One", title=title))
        assert data["title"] == "a.pdf"


def test_a_word_divided_at_the_end_of_a_line_is_whole_again(texts):
    assert texts("a.pdf", pdf("an exam-\nple")) == ["an example"]


def test_a_long_page_is_divided_into_passages(documents):
    found = documents("a.pdf", pdf("One", words(50), words(100)))
    assert [id_ for id_, _ in found] == [
        *("a.pdf:p1", "a.pdf:p2", "a.pdf:p3", "a.pdf:p3#2"),
    ]
    assert "\n".join(data["text"] for _, data in found[2:]) == words(100)
    assert [data["page"] for _, data in found] == [1, 2, 3, 3]


def test_undivided_it_is_one_document(documents):
    content = pdf("One", words(100))
    assert documents("a.pdf", content, split=False) == [
        ("a.pdf", {"title": "a.pdf", "path": "a.pdf", "text": f"One\n\n{words(100)}"})
    ]


def test_a_pipe_is_known_by_its_beginning():
    (document,) = read_documents(["-"], io.BytesIO(pdf("One", title="T")))
    assert document.id == "stdin:p1"
    assert document.data == {"title": "T", "page": 1, "text": "One"}


def test_a_file_is_known_by_its_beginning_whatever_its_name_is(texts):
    assert texts("a.txt", pdf("One")) == ["One"]


def test_a_whole_file_is_a_record_whose_bytes_are_its_text(whole):
    (record,) = whole("a.pdf", pdf("One", "Two"))
    assert (record.id, record.data, record.raw) == (
        "a.pdf",
        "One\n\nTwo",
        b"One\n\nTwo",
    )


def test_pages_without_text_are_counted(notes):
    assert notes({"a.pdf": pdf("One", "", ""), "b.pdf": pdf("Two", "")}) == [
        "d: 3 pages without text"
    ]


def test_in_a_folder_what_cannot_be_extracted_is_skipped_and_counted(notes):
    files = {
        "a.pdf": pdf("One"),
        "b.pdf": encrypted_pdf(),
        "c.pdf": pdf(""),
        "d.pdf": pdf("One")[:300],
        "e.pdf": b"%PDF-1.7\n\0\n%%EOF",
    }
    reasons = "1 encrypted, 1 no text, 2 damaged"
    assert notes(files) == [f"d: 4 files skipped ({reasons})"]


def test_a_named_file_that_cannot_be_extracted_is_refused_with_the_remedy(message):
    assert message("a.pdf", encrypted_pdf()) == (
        "a.pdf is encrypted",
        "save a copy without a password; for a PDF: qpdf --decrypt",
    )
    assert message("a.pdf", pdf("")) == (
        "a.pdf contains no text",
        "if it was scanned, ocrmypdf adds the text of its pictures",
    )
    assert message("a.pdf", pdf("One")[:300]) == (
        "a.pdf is damaged: its text cannot be extracted",
        "open it, and save a new copy",
    )
