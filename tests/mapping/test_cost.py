import json

import pytest

from cohere_cli.api.deadline import Deadline
from cohere_cli.api.protocol.requests import EncodedBody
from cohere_cli.documents.document import Document
from cohere_cli.jobs.prices import PriceList
from cohere_cli.mapping.body import RecordRequest
from cohere_cli.mapping.cost import JobSpending, estimate_job
from cohere_cli.mapping.job import Answer, FetchChat
from cohere_cli.mapping.result import Outcome
from cohere_cli.request.schema.validate import answer_check

PRICES = PriceList({"m": {"input": 1.0, "output": 10.0}})
UNKNOWN = PriceList()


def request(size, model="m"):
    """A request whose record has this many bytes with its line end."""
    messages = [{"role": "user", "content": "x" * 400}]
    content = json.dumps({"model": model, "messages": messages, "max_tokens": 50})
    record = Document("r", b"r" * (size - 1), "-", 1, "stdin:1")
    return RecordRequest(0, record, (EncodedBody(model, content.encode()),), ("k",))


def test_a_job_is_estimated_by_its_first_requests_and_the_size_of_its_input():
    found = estimate_job([request(10), request(10)], 1_000, PRICES)
    assert (found.requests, found.tokens_out) == (100, 5_000)
    per_request = found.tokens_in / 100
    assert 100 <= per_request <= 120
    assert found.dollars == pytest.approx((per_request + 500) * 100 / 1e6, rel=0.01)
    assert str(found).startswith("about 100 requests, 11,000 tokens in, at most 5,000")


def test_of_an_input_without_a_known_end_the_least_is_estimated():
    found = estimate_job([request(10)] * 51, None, PRICES)
    assert (found.requests, found.is_least) == (51, True)
    assert str(found).startswith("at least 51 requests, ")


def test_without_a_price_there_is_no_amount():
    found = estimate_job([request(10)] * 51, None, UNKNOWN)
    assert found.dollars is None
    assert "$" not in str(found)


def spent(*usages, prices=PRICES):
    spending = JobSpending(prices)
    for read, written in usages:
        units = {"input_tokens": read, "output_tokens": written}
        spending.add(Outcome("m", "x", usage={"billed_units": units}))
    return spending


def test_the_whole_is_estimated_by_what_a_sample_has_cost_and_taken():
    spending = spent((1_000, 10), (3_000, 30))
    assert spending.dollars == pytest.approx(0.0044)
    whole = spending.whole(requests=2_000, sent=2, seconds=4.0)
    assert whole == (
        "all would be about 2,000 requests, 4,000,000 tokens in, 40,000 out, $4.40, "
        "1 h 6 min"
    )


def test_a_price_that_is_unknown_is_no_zero():
    spending = spent((1_000, 10), prices=UNKNOWN)
    assert (spending.dollars, str(spending)) == (None, "")
    assert "$" not in spending.whole(requests=10, sent=1, seconds=1.0)


def test_without_an_answer_the_whole_is_unknown():
    whole = spent().whole(requests=10, sent=0, seconds=1.0)
    assert whole == "nothing was sent, so that the cost of all is not known"


def test_an_answer_that_is_asked_for_again_is_paid_for_too():
    replies = iter(["no JSON", '{"a": 1}'])

    def fetch(_body, decode, _deadline):
        message = {"content": [{"type": "text", "text": next(replies)}]}
        return decode({"message": message, "finish_reason": "COMPLETE", "usage": {}})

    check = answer_check({"type": "object", "required": ["a"]})
    answer = FetchChat(fetch, check)(EncodedBody("m", b"{}"), Deadline(None))
    assert isinstance(answer, Answer)
    assert answer.outcome.value == {"a": 1}
    assert [one.text for one in answer.misfits] == ["no JSON"]
