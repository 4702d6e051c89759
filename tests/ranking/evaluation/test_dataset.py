import pytest

from cohere_cli.documents.document import Document
from cohere_cli.ranking.evaluation.dataset import drop_field, with_judged_ids


def test_a_record_has_beirs_id_or_its_own(records_of):
    records = records_of(
        {"_id": " d1 ", "id": "other"},
        {"_id": 7},
        {"id": "d3", "_id": None},
        "text",
    )
    found = with_judged_ids(records)
    assert [(one.id, one.line) for one in found] == [
        ("d1", 1),
        ("7", 2),
        ("d3", 3),
        ("", 4),
    ]
    assert found[0] == records[0]._replace(id="d1")


def test_an_id_of_two_records_is_refused(records_of, problem):
    records = records_of({"_id": "a"}, {"id": "b"}, {"id": "a"})
    assert problem(with_judged_ids, records) == (
        "two records have the id 'a'",
        "file:3",
        "the first is at file:1",
    )


def test_the_label_is_taken_away_and_nothing_else():
    text = Document("text", b"", "f", 1, "a")
    assert drop_field([text, Document({"x": 1, "y": 2}, b"", "f", 2, "b")], "y") == [
        text,
        Document({"x": 1}, b"", "f", 2, "b"),
    ]


@pytest.mark.parametrize("data", [{"y": 1}, {}])
def test_a_record_of_a_label_alone_is_refused(problem, data):
    assert problem(drop_field, [Document(data, b"", "-", 2, "b")], "y") == (
        "the record has only its label, 'y'",
        "stdin:2",
        "models need another field to read",
    )
