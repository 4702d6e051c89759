import pytest

from cohere_cli.documents.document import Document
from cohere_cli.documents.totals import DocumentTotals, count_totals


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((12, 34, 9750), "12 documents, 34 passages, ~9,800 tokens"),
        ((1, 2, 449), "1 document, 2 passages, ~450 tokens"),
        ((1, 1, 1), "1 document, ~1 token"),
        ((2, 2, 99), "2 documents, ~99 tokens"),
        ((1234, 5678, 1_234_567), "1,234 documents, 5,678 passages, ~1,200,000 tokens"),
        ((0, 0, 0), "0 documents, ~0 tokens"),
    ],
)
def test_totals_are_one_line(counts, expected):
    assert str(DocumentTotals(*counts)) == expected


def document(data, id_, part_of=""):
    return Document(data, b"", "a.md", 1, id_, part_of)


def test_the_passages_of_a_text_are_one_document():
    documents = [
        document("x", "a.md:1-2", "a.md"),
        document("y", "a.md:4-5", "a.md"),
        document("z", "a.jsonl:1"),
        document("z", "a.jsonl:2"),
    ]
    assert count_totals(documents) == DocumentTotals(3, 4, 3)


def test_a_token_is_four_bytes_of_the_data_as_json():
    assert count_totals([document({"text": "é" * 14}, "a")]).tokens == 10
    assert count_totals([document("x" * 14 + "yz", "a")]).tokens == 5
    assert count_totals([]).tokens == 0
