import os
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.documents.document import Document
from cohere_cli.ranking.merge import SpilledRecords, TopRecords
from cohere_cli.strict_json import decode_record, dumps

SCORES = st.lists(st.sampled_from([0.1, 0.25, 0.5, 0.9]), max_size=40)


def document(number):
    return Document(f"record {number}", f"record {number}".encode(), "-", number, "")


def expected(scores):
    order = sorted(range(len(scores)), key=lambda at: (-scores[at], at))
    return [(at, scores[at], document(at)) for at in order]


def filled(merge, scores, arrival):
    for at in arrival:
        merge.add(at, scores[at], document(at))
    return list(merge.best())


@given(SCORES, st.randoms(use_true_random=False), st.integers(1, 10))
def test_the_best_come_out_in_order_however_they_came_in(scores, random, most):
    arrival = random.sample(range(len(scores)), len(scores))
    assert filled(TopRecords(most), scores, arrival) == expected(scores)[:most]


@given(SCORES, st.randoms(use_true_random=False))
@pytest.mark.parametrize("merge", [lambda: TopRecords(None), SpilledRecords])
def test_all_come_out_and_ties_in_the_order_of_the_input(merge, scores, random):
    arrival = random.sample(range(len(scores)), len(scores))
    assert filled(merge(), scores, arrival) == expected(scores)


def test_records_of_equal_scores_are_not_compared():
    best = TopRecords(1)
    best.add(0, 0.5, document(0)._replace(data={"a": 1}))
    best.add(1, 0.5, document(1)._replace(data={"b": 2}))
    assert [index for index, _, _ in best.best()] == [0]


DOCUMENTS = [
    Document("Größe 🎉", "Größe 🎉".encode(), "-", 1, "stdin:1"),
    Document("crlf", b"crlf\r", "a.txt", 2, "a.txt:2"),
    Document("", b"", "\udcff", 3, "\ufffd:3"),
    Document(
        {"é": [1.5, None, True, {"x": 10**30}], "half": "a\tb"}, b"{...}", "b", 4, "7"
    ),
    Document("passage", b"passage", "c.md", 5, "c.md:5-9", part_of="c.md"),
]


def test_documents_on_disk_come_back_unchanged():
    with SpilledRecords() as records:
        for index, document in enumerate(DOCUMENTS):
            records.add(index, -index, document)
        assert [document for _, _, document in records.best()] == DOCUMENTS


SPILLING = """
import os
from cohere_cli.documents.document import Document
from cohere_cli.ranking.merge import SpilledRecords
with SpilledRecords() as records:
    for index in range(100):
        records.add(index, 0.5, Document("x", bytes(100_000), "-", 1, ""))
    print(*(os.path.realpath(f"/proc/self/fd/{fd}") for fd in range(9)), sep="\\n")
"""


def test_documents_on_disk_are_in_an_unnamed_file_in_tmpdir(tmp_path):
    run = [sys.executable, "-c", SPILLING]
    environ = os.environ | {"TMPDIR": str(tmp_path)}
    out = subprocess.run(run, check=True, capture_output=True, env=environ).stdout
    files = [line for line in out.decode().splitlines() if str(tmp_path) in line]
    assert files
    assert all(file.endswith("(deleted)") for file in files)
    assert list(tmp_path.iterdir()) == []


FULL_DISK = """
import resource
from cohere_cli.documents.document import Document
from cohere_cli.errors import InputProblem
from cohere_cli.documents.document import Document
from cohere_cli.ranking.merge import SpilledRecords
resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))
with SpilledRecords() as records:
    try:
        for index in range(1_000):
            records.add(index, 0.5, Document("x", bytes(100_000), "-", 1, ""))
    except InputProblem as problem:
        print(problem, problem.hint, sep="\\n")
"""


def test_a_full_disk_is_an_error_with_a_remedy():
    run = [sys.executable, "-c", FULL_DISK]
    out = subprocess.run(run, check=True, capture_output=True, text=True).stdout
    what, hint = out.splitlines()
    assert what.startswith("cannot store the records on disk: ")
    assert hint == "set TMPDIR to a directory with enough space"


def test_numbers_keep_their_spelling_on_disk():
    text = '{"a": 10.50, "b": [1E5, "x"]}'
    data, _, _ = decode_record(text, 0)
    with SpilledRecords() as records:
        records.add(0, 0.5, Document(data, text.encode(), "-", 1, ""))
        [(_, _, found)] = records.best()
    assert dumps(found.data) == text
