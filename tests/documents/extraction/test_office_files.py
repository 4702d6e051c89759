"""Texts, slides, workbooks and books."""

import pytest
from sample_files import docx, epub, odt, paragraph, pptx, xlsx, zipped

STYLES = "".join(
    f'<w:style w:styleId="{id_}"><w:name w:val="{name}"/></w:style>'
    for id_, name in (("Titel", "Title"), ("berschrift2", "heading 2"))
)


def cell(*paragraphs):
    return f"<w:tc>{''.join(paragraphs)}</w:tc>"


def test_a_text_has_headings_paragraphs_and_rows_as_lines(documents):
    body = (
        paragraph("Report", "Titel")
        + paragraph("A  word\n there")
        + paragraph("Part", "berschrift2")
        + f"<w:tbl><w:tr>{cell(paragraph('a'), paragraph('b'))}{cell()}"
        + f"{cell(paragraph('c'))}</w:tr></w:tbl>"
    )
    text = "# Report\nA word there\n## Part\na b |  | c"
    assert documents("a.docx", docx(body, styles=STYLES)) == [
        ("a.docx", {"title": "Report", "path": "a.docx", "text": text})
    ]


def test_notes_of_a_text_come_last(texts):
    content = docx(paragraph("Text"), footnotes=paragraph("Foot"), endnotes="")
    assert texts("a.docx", content) == ["Text\nFoot"]


def test_deleted_text_fields_and_copies_for_older_programs_are_left_out(texts):
    body = (
        "<w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        "<w:r><w:instrText>PAGE</w:instrText><w:t>one</w:t><w:tab/><w:t>two</w:t></w:r>"
        f"<w:AlternateContent><w:Choice>{paragraph('box')}</w:Choice>"
        f"<w:Fallback>{paragraph('box')}</w:Fallback></w:AlternateContent></w:p>"
    )
    assert texts("a.docx", docx(body)) == ["box\none two"]


def test_a_long_text_is_divided_by_its_paragraphs(documents):
    body = "".join(paragraph(f"paragraph {n} of five words") for n in range(100))
    ids = [id_ for id_, _ in documents("a.docx", docx(body))]
    assert ids == ["a.docx:1-60", "a.docx:61-100"]


def test_an_open_document_is_a_text_too(texts):
    body = (
        "<text:tracked-changes><text:p>gone</text:p></text:tracked-changes>"
        '<text:h text:outline-level="1">Head</text:h>'
        "<text:p>a<text:s/>b<text:span>c</text:span></text:p>"
        "<table:table-row><table:table-cell><text:p>x</text:p></table:table-cell>"
        "<table:table-cell><text:p>y</text:p></table:table-cell></table:table-row>"
    )
    assert texts("a.odt", odt(body)) == ["# Head\na bc\nx | y"]


def test_slides_come_in_the_order_of_the_presentation_with_their_notes(documents):
    slides = pptx(
        ("First", ["one", "two"], "say hello"), ("", [], ""), ("Third", ["three"], "")
    )
    assert documents("a.pptx", slides) == [
        (
            "a.pptx:slide1",
            {
                "title": "First",
                "path": "a.pptx",
                "slide": 1,
                "text": "First\none\ntwo\nNotes:\nsay hello",
            },
        ),
        (
            "a.pptx:slide3",
            {"title": "Third", "path": "a.pptx", "slide": 3, "text": "Third\nthree"},
        ),
    ]


def test_rows_of_a_sheet_are_lines_with_their_numbers(documents):
    book = xlsx(Prices=[None, ["Name", "Price"], ["Lamp", 3], ["Desk", 4.5]], No=[])
    text = "\nName | Price\nLamp | 3\nDesk | 4.5"
    assert documents("a.xlsx", book) == [
        (
            "a.xlsx:Prices",
            {"title": "a.xlsx", "path": "a.xlsx", "sheet": "Prices", "text": text},
        )
    ]


def test_passages_of_a_long_sheet_have_its_header(documents):
    rows = [["Name", "Price"], *([f"Lamp {n} of the lot", n] for n in range(99))]
    found = documents("a.xlsx", xlsx(Prices=rows, Other=[["x"]]))
    assert [(id_, data["text"].split("\n")[:2]) for id_, data in found] == [
        ("a.xlsx:Prices:1-43", ["Name | Price", "Lamp 0 of the lot | 0"]),
        ("a.xlsx:Prices:44-85", ["Name | Price", "Lamp 42 of the lot | 42"]),
        ("a.xlsx:Prices:86-100", ["Name | Price", "Lamp 84 of the lot | 84"]),
        ("a.xlsx:Other", ["x"]),
    ]


def test_chapters_of_a_book_come_in_the_order_of_reading(documents):
    book = epub("<h1>One</h1><p>Text &amp; more.</p>", "<p>two</p>", title="A Book")
    assert documents("a.epub", book) == [
        (
            "a.epub:ch1",
            {"title": "A Book", "path": "a.epub", "text": "One\n\nText & more."},
        ),
        ("a.epub:ch2", {"title": "A Book", "path": "a.epub", "text": "two"}),
    ]


def test_a_book_of_which_only_the_fonts_are_encrypted_is_read(texts, message):
    def encryption(name):
        reference = f'<CipherReference URI="OEBPS/{name}"/>'
        return {"META-INF/encryption.xml": f"<encryption>{reference}</encryption>"}

    assert texts("a.epub", epub("one", **encryption("a.otf"))) == ["one"]
    book = epub("one", **encryption("text%200.xhtml"))
    assert message("a.epub", book)[0] == "a.epub is encrypted"


def test_an_office_file_with_a_password_is_encrypted(message):
    data = b"\xd0\xcf\x11\xe0" + b"\0" * 600 + "EncryptedPackage".encode("utf-16-le")
    assert message("a.docx", data)[0] == "a.docx is encrypted"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.docx", docx("<w:p>")),
        ("a.docx", docx(paragraph("text"))[:200]),
        ("a.docx", zipped({"word/document.xml": "<!DOCTYPE a><a/>"})),
        ("a.pptx", zipped({"ppt/presentation.xml": "<a"})),
        ("a.xlsx", zipped({"xl/workbook.xml": "<a"})),
        ("a.epub", zipped({"META-INF/container.xml": "<a/>"})),
        ("a.xls", b"\xd0\xcf\x11\xe0" + b"\0" * 600),
    ],
)
def test_a_broken_file_is_damaged(message, name, content):
    assert message(name, content) == (
        f"{name} is damaged: its text cannot be extracted",
        "open it, and save a new copy",
    )


def test_an_archive_of_other_files_is_skipped_or_refused(notes, message):
    other = zipped({"a.py": "x"})
    files = {"a.zip": other, "b.docx": other, "c.txt": b"x"}
    assert notes(files) == ["d: 2 files skipped (2 not text)"]
    assert message("b.docx", other)[0] == "b.docx is an archive, not text"
    assert (
        message("a.zip", other)[0] == "a.zip is an archive or an office file, not text"
    )
