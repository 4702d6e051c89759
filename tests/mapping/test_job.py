"""The requests of a job: how far it reads ahead, and that it reads to the end."""

import threading

import pytest

from cohere_cli.api.protocol.requests import EncodedBody
from cohere_cli.documents.document import Document
from cohere_cli.jobs.journal import Journal
from cohere_cli.mapping.body import RecordRequest
from cohere_cli.mapping.job import FetchChat, JobRules, MapJob

RESPONSE = {
    "finish_reason": "COMPLETE",
    "message": {"role": "assistant", "content": [{"type": "text", "text": "yes"}]},
    "usage": {},
}


def request(index, size):
    record = Document("x", bytes(size), "-", index + 1, str(index))
    body = EncodedBody("m", b"%d" % index)
    return RecordRequest(index, record, (body,), (str(index),))


def indexes(requests, fetch, **rules):
    job = MapJob(FetchChat(fetch), Journal.in_memory(), JobRules(**rules), print)
    return [one.index for results in job.results(requests) for one in results]


def test_large_records_are_not_read_far_ahead_of_one_that_is_slow():
    read_far = threading.Event()

    def requests():
        for index in range(80):
            if index == 60:
                read_far.set()
            yield request(index, 2 << 20)

    def fetch(body, decode, _):
        if body.content == b"0":
            read_far.wait(0.3)
            assert not read_far.is_set()
        return decode(RESPONSE)

    assert indexes(requests(), fetch, concurrency=4) == [*range(80)]


@pytest.mark.parametrize("concurrency", [1, 16, 64])
@pytest.mark.parametrize("is_ordered", [True, False])
def test_records_of_any_size_are_all_answered(concurrency, is_ordered):
    sizes = [0, 1, 40 << 20, 5, 20 << 20, *[100] * 3000, *[3 << 20] * 20, 0]
    requests = (request(*one) for one in enumerate(sizes))
    found = indexes(
        requests,
        lambda _, decode, __: decode(RESPONSE),
        concurrency=concurrency,
        is_ordered=is_ordered,
    )
    assert sorted(found) == [*range(len(sizes))]


def test_as_many_large_records_are_sent_at_once_as_may_be():
    together = threading.Barrier(8)

    def fetch(_, decode, __):
        together.wait(10)
        return decode(RESPONSE)

    requests = (request(index, 30 << 20) for index in range(8))
    assert indexes(requests, fetch, concurrency=8) == [*range(8)]
