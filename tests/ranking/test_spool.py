import os
import resource
import tempfile

import pytest

from cohere_cli.documents.document import Document
from cohere_cli.errors import InputProblem
from cohere_cli.ranking.merge import DocumentSpool

DOCUMENTS = [
    Document("Größe 🎉", "Größe 🎉".encode(), "-", 1, "stdin:1"),
    Document("crlf", b"crlf\r", "a.txt", 2, "a.txt:2"),
    Document("", b"", "\udcff", 3, "\ufffd:3"),
    Document(
        {"é": [1.5, None, True, {"x": 10**30}], "half": "a\tb"}, b"{...}", "b", 4, "7"
    ),
    Document("passage", b"passage", "c.md", 5, "c.md:5-9", part_of="c.md"),
]


def test_documents_come_back_as_they_were_in_any_order():
    with DocumentSpool() as spool:
        assert [spool.put(each) for each in DOCUMENTS] == [0, 1, 2, 3, 4]
        assert [spool.get(place) for place in (4, 0, 3, 1, 2)] == [
            DOCUMENTS[place] for place in (4, 0, 3, 1, 2)
        ]
        assert len(spool) == 5


def test_more_may_come_after_some_were_asked_for():
    with DocumentSpool() as spool:
        for document in DOCUMENTS:
            assert spool.get(spool.put(document)) == document
        assert [spool.get(place) for place in range(5)] == DOCUMENTS


def test_the_file_has_no_name_and_is_nobody_elses(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with DocumentSpool() as spool:
        spool.put(DOCUMENTS[0])
        assert list(tmp_path.iterdir()) == []
        assert os.fstat(spool._file.fileno()).st_mode & 0o777 == 0o600
    assert spool._file.closed


def test_a_full_disk_is_told_with_the_remedy():
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, hard))
    try:
        with DocumentSpool() as spool, pytest.raises(InputProblem) as caught:
            spool.put(Document("x" * 20_000, b"y" * 20_000, "-", 1, ""))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (caught.value.what, caught.value.hint) == (
        "the records cannot be kept on disk: file too large",
        "set TMPDIR to a folder with room for them",
    )


def test_no_place_for_the_file_is_told(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    with pytest.raises(InputProblem, match="no such file or directory"):
        DocumentSpool()
