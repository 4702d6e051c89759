import pytest

from cohere_cli.api.retry import backoff_delay, is_retryable, retry_after

NOW = "Sun, 22 Nov 2026 10:00:00 GMT"


@pytest.mark.parametrize("attempt", range(1, 12))
def test_the_delay_doubles_from_half_a_second_up_to_eight(attempt):
    assert backoff_delay(attempt, 0.0) == 0.0
    assert backoff_delay(attempt, 1.0) == min(8.0, 0.5 * 2 ** (attempt - 1))
    assert 0 <= backoff_delay(attempt) <= 8


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"retry-after": "2"}, 2.0),
        ({"retry-after": "0.5"}, 0.5),
        ({"retry-after": "0"}, 0.0),
        ({"retry-after-ms": "250", "retry-after": "2"}, 0.25),
        ({"retry-after": "Sun, 22 Nov 2026 10:00:30 GMT", "date": NOW}, 30.0),
        ({"retry-after": "Sun, 22 Nov 2026 09:00:00 GMT", "date": NOW}, 0.0),
        ({"retry-after": "Sun, 22 Nov 2026 10:00:30 -0000", "date": NOW}, 30.0),
        ({"retry-after": "-1"}, None),
        ({"retry-after": "nan"}, None),
        ({"retry-after": "inf"}, None),
        ({"retry-after": "soon"}, None),
    ],
)
def test_the_servers_own_delay_is_read_in_each_of_its_forms(headers, seconds):
    assert retry_after(headers) == seconds


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504, 522, 524, 529])
def test_transient_failures_are_retried(status):
    assert is_retryable(status, "overloaded")


@pytest.mark.parametrize("status", [400, 401, 402, 403, 404, 409, 422, 498, 499, 501])
def test_permanent_failures_are_not_retried(status):
    assert not is_retryable(status, "no")


def test_waiting_does_not_lift_a_monthly_cap():
    monthly = "You are using a Trial key, which is limited to 1000 API calls / month."
    minutely = "You are using a Trial key, which is limited to 10 API calls / minute."
    assert not is_retryable(429, monthly)
    assert is_retryable(429, minutely)
