import json
import threading

import pytest
from raw_server import Serve, http

from cohere_cli.api.client import Client
from cohere_cli.api.connection import Connection
from cohere_cli.api.deadline import Deadline
from cohere_cli.api.protocol.requests import RerankBody
from cohere_cli.api.protocol.rerank import RankedDocument
from cohere_cli.api.rate_limit import RateLimiter, trial_limits
from cohere_cli.errors import CoError, RateLimited, ServerFault, TimedOut

BODY = RerankBody(model="m", query="q", documents=("a",))
RESULTS = json.dumps({"results": [{"index": 0, "relevance_score": 0.5}]}).encode()
SERVED = http(RESULTS, kind="application/json")
TRIAL = "limited to 40 API calls / minute"


def refusal(status: str, message: str, *headers: str) -> bytes:
    body = json.dumps({"message": message}).encode()
    return http(body, status, "application/json", *headers)


class Minute(threading.Condition):
    """Time that passes only where it is waited for."""

    def __init__(self):
        super().__init__()
        self.now = 0.0
        self.waits = []

    def wait(self, timeout=None):
        self.waits.append(timeout)
        self.now += timeout


class Run:
    """One client whose requests pass a rate limiter, and its notices."""

    def __init__(self, url: str, rate: int | None = None, **settings):
        self.notices: list[str] = []
        self.time = Minute()
        self.slept: list[float] = []
        gate = RateLimiter(rate, lambda: self.time.now, self.time)
        connection = Connection(url, **settings)
        self.client = Client(
            connection, self.notices.append, self.slept.append, rate_limiter=gate
        )

    def rerank(self, times: int = 1) -> CoError | None:
        """Return the error that ended so many calls, if one did."""
        with self.client:
            try:
                for _ in range(times):
                    ranking = self.client.rerank(BODY)
                    assert ranking.results == (RankedDocument(0, 0.5),)
            except CoError as exc:
                return exc
        return None


def test_a_429_is_waited_for_and_costs_no_retry(serve: Serve):
    slow = refusal("429 Slow", "slow down", "Retry-After: 7")
    run = Run(serve(slow, slow, slow, SERVED).url, retries=0)
    assert run.rerank() is None
    assert (run.time.waits, run.slept) == ([7, 7, 7], [])
    assert run.notices == ["slow down (HTTP 429); pausing all requests for 7.0 s"] * 3


def test_other_failures_are_retried_as_usual(serve: Serve):
    busy = refusal("503 Busy", "overloaded")
    run = Run(serve(busy, refusal("429 Slow", "slow"), busy, busy).url, retries=1)
    error = run.rerank()
    assert (type(error), str(error)) == (ServerFault, "overloaded (HTTP 503)")
    assert len(run.slept) == 1


def test_it_gives_up_after_two_minutes_of_refusals(serve: Serve):
    server = serve(*[refusal("429 Slow", "slow", "Retry-After: 30")] * 9)
    run = Run(server.url)
    error = run.rerank()
    assert (type(error), str(error)) == (RateLimited, "slow (HTTP 429)")
    assert (len(server.requests), run.time.now) == (5, 120)


@pytest.mark.parametrize(
    "reply",
    [
        refusal("429 Slow", "limited to 1000 API calls / month"),
        refusal("402 Pay", "maximum billing reached"),
        refusal("429 Slow", "slow", "Retry-After: 3600"),
    ],
)
def test_a_monthly_limit_is_not_waited_for(serve: Serve, reply):
    run = Run(serve(reply, SERVED).url)
    assert isinstance(run.rerank(), RateLimited)
    assert run.time.waits == []


def test_the_rate_is_respected(serve: Serve):
    run = Run(serve(*[SERVED] * 5).url, rate=2)
    assert run.rerank(5) is None
    assert (run.time.waits, run.notices) == ([60, 60], [])


def test_a_limit_that_the_server_names_is_respected_and_reported_once(serve: Serve):
    limit = "X-Trial-Endpoint-Call-Limit: 2"
    named = http(RESULTS, "200 OK", "application/json", limit)
    run = Run(serve(*[named] * 3).url)
    assert run.rerank(3) is None
    assert run.time.waits == [60]
    notice = "the server allows 2 requests a minute; the rest wait"
    assert run.notices == [notice]


def test_a_limit_in_the_message_of_a_429_is_reported_too(serve: Serve):
    run = Run(serve(refusal("429 Slow", TRIAL), SERVED).url)
    assert run.rerank() is None
    assert run.notices[1:] == ["the server allows 40 requests a minute; the rest wait"]


def test_no_request_waits_beyond_the_deadline(serve: Serve):
    run = Run(serve(SERVED, SERVED).url, rate=1)
    run.client.rerank(BODY)
    with pytest.raises(TimedOut) as caught:
        run.client.rerank(BODY, Deadline(0.001))
    assert str(caught.value) == "the call took longer than 0.001 s"
    assert run.time.waits[0] == pytest.approx(0.001, abs=0.001)


def test_a_turn_is_given_on_when_its_request_ends():
    gate, deadline, order = RateLimiter(), Deadline(None), []
    gate._state._most_under_way = 1

    def second() -> None:
        with gate.turn(deadline, order.append):
            order.append("second")

    with gate.turn(deadline, order.append):
        thread = threading.Thread(target=second)
        thread.start()
        thread.join(0.02)
        order.append("first")
    thread.join(5)
    assert order == ["first", "second"]


@pytest.mark.parametrize(
    ("minute", "left", "month", "shown"),
    [
        ("40", "39", "1000", "39 of 40 calls a minute left, 1,000 calls a month"),
        ("40", "0", "", "0 of 40 calls a minute left"),
        ("40", "", "", "40 calls a minute"),
        ("", "39", "1000", "1,000 calls a month"),
        ("", "39", "", "None"),
        ("x", "-1", "²", "None"),
    ],
)
def test_the_limits_of_a_trial_key_are_those_that_the_headers_state(
    minute, left, month, shown
):
    headers = {
        "x-trial-endpoint-call-limit": minute,
        "x-trial-endpoint-call-remaining": left,
        "x-endpoint-monthly-call-limit": month,
    }
    assert str(trial_limits(headers)) == shown


def test_a_production_key_has_no_limits_in_its_headers():
    assert trial_limits({"content-type": "application/json"}) is None
