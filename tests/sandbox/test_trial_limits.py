import json

import pytest

from cohere_cli.sandbox.access import TrialLimits
from cohere_cli.sandbox.messages import ApiError, Request, Response

RERANK = Request("POST", "/v2/rerank", {})
GOOD = Response(200, "t", b"{}")


def trial(now):
    return TrialLimits(lambda _: GOOD, lambda: now[0])


def test_headers_show_the_remaining_calls():
    response = trial([0.0]).respond(RERANK)
    assert response.headers == {
        "x-endpoint-monthly-call-limit": "1000",
        "x-trial-endpoint-call-limit": "10",
        "x-trial-endpoint-call-remaining": "9",
    }


def test_calls_become_available_again_after_a_minute():
    now = [0.0]
    limits = trial(now)
    for _ in range(10):
        limits.respond(RERANK)
        now[0] += 1
    with pytest.raises(ApiError) as caught:
        limits.respond(RERANK)
    assert (caught.value.status, caught.value.message) == (
        429,
        "You are using a Trial key, which is limited to 10 API calls / minute.",
    )
    now[0] = 60.0
    assert limits.respond(RERANK).headers["x-trial-endpoint-call-remaining"] == "0"


def test_endpoints_are_counted_separately():
    limits = trial([0.0])
    limits.respond(RERANK)
    left = limits.respond(Request("POST", "/v2/chat", {})).headers
    assert left["x-trial-endpoint-call-remaining"] == "19"


def test_a_thousand_calls_per_month_are_allowed():
    now = [0.0]
    limits = trial(now)
    for _ in range(1000):
        limits.respond(RERANK)
        now[0] += 6
    with pytest.raises(ApiError, match="1000 API calls / month"):
        limits.respond(RERANK)


def test_trial_limits_reject_the_eleventh_rerank(serve):
    client = serve(trial=True)
    body = {"model": "rerank-v3.5", "query": "q", "documents": ["d"]}
    got = [client.post("/v2/rerank", body) for _ in range(11)]
    assert [status for status, _ in got] == [200] * 10 + [429]
    assert "10 API calls / minute" in json.loads(got[-1][1])["message"]


def test_paths_beyond_the_monthly_limit_are_not_remembered():
    now = [0.0]
    limits = trial(now)
    refused = 0
    for at in range(1500):
        try:
            limits.respond(Request("GET", f"/v1/models/{at}", {}))
        except ApiError:
            refused += 1
    assert (refused, len(limits._calls)) == (500, 1000)
