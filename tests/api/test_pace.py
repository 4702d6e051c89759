from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cohere_cli.api.rate_limit import (
    MAX_REFUSED_SECONDS,
    MINUTE,
    Permit,
    RateLimitState,
)

TRIAL = "You are using a Trial key, which is limited to 40 API calls / minute."
LIMIT = "x-trial-endpoint-call-limit"


def succeed(pace: RateLimitState, turn: Permit, now: float, limit: str = "") -> None:
    turn.headers = {LIMIT: limit} if limit else {}
    pace.end(turn, now)


def refuse(pace, now, wait=None, message="", chance=1.0):
    turn = pace.start()
    pause = pace.refuse(turn, now, wait=wait, message=message, chance=chance)
    pace.end(turn, now)
    return pause


def started_at_once(pace: RateLimitState, now: float) -> list[Permit]:
    """Start what may start now, a hundred at most."""
    turns: list[Permit] = []
    while pace.delay(now) == 0 and len(turns) < 100:
        turns.append(pace.start())
    return turns


def test_without_a_limit_no_request_waits():
    assert len(started_at_once(RateLimitState(), 0)) == 100


def test_a_minutes_requests_may_be_sent_in_a_burst_and_the_rest_in_the_next():
    pace = RateLimitState(2)
    first, second = started_at_once(pace, 0)
    assert pace.delay(0) == inf
    succeed(pace, second, 3)
    succeed(pace, first, 5)
    assert pace.delay(5) == 3 + MINUTE - 5
    assert len(started_at_once(pace, 3 + MINUTE)) == 1


@given(
    rate=st.integers(1, 4),
    takes=st.lists(
        st.tuples(st.floats(0, 90), st.floats(0, 1)), min_size=5, max_size=25
    ),
)
def test_no_server_sees_more_than_the_rate_in_any_minute(rate, takes):
    pace, now, counted, ends = RateLimitState(rate), 0.0, [], []
    for lasts, share in takes:
        while (wait := pace.delay(now)) > 0:
            if ends and ends[0][0] <= now + wait:
                now, turn = ends.pop(0)
                succeed(pace, turn, now)
            else:
                now += wait
        ends.append((now + lasts, pace.start()))
        ends.sort(key=lambda end: end[0])
        # The server counts a request at some time between its start and its end.
        counted.append(now + lasts * share)
    counted.sort()
    for early, late in zip(counted, counted[rate:], strict=False):
        assert late - early >= MINUTE - 1e-6


def test_a_trial_keys_limit_is_learnt_from_the_reply():
    pace = RateLimitState()
    turns = started_at_once(pace, 0)
    succeed(pace, turns[0], 1, limit="10")
    assert pace.limit == 10
    for turn in turns[1:]:
        succeed(pace, turn, 2)
    assert pace.delay(2) == 2 + MINUTE - 2
    assert pace.delay(1 + MINUTE) > 0
    assert len(started_at_once(pace, 2 + MINUTE)) == 10


def test_a_limit_is_learnt_from_the_message_of_a_429():
    pace = RateLimitState()
    refuse(pace, 0, message=TRIAL)
    assert pace.limit == 40


@pytest.mark.parametrize("limit", ["0", "-1", "ten", "1e3", "\u0661", "9" * 5000])
def test_an_invalid_limit_is_ignored(limit):
    pace = RateLimitState()
    succeed(pace, pace.start(), 0, limit)
    assert pace.limit is None


def test_a_configured_rate_overrides_the_servers():
    pace = RateLimitState(3)
    succeed(pace, pace.start(), 0, limit="10")
    refuse(pace, 0, message=TRIAL)
    assert pace.limit == 3


def test_a_429_pauses_all_requests_for_the_retry_after():
    pace = RateLimitState()
    assert refuse(pace, 10, wait=7.0) == 7
    assert (pace.delay(10), pace.delay(16.5), pace.delay(17)) == (7, 0.5, 0)


def test_after_a_429_concurrency_restarts_at_one_and_grows_with_each_round():
    pace = RateLimitState()
    refuse(pace, 0)
    rounds = []
    for now in range(1, 5):
        turns = started_at_once(pace, now)
        rounds.append(len(turns))
        for turn in turns:
            succeed(pace, turn, now)
    assert rounds == [1, 2, 2, 3]


def test_refusals_of_concurrent_requests_count_as_one():
    pace = RateLimitState()
    turns = [pace.start() for _ in range(4)]
    pauses = [pace.refuse(turn, 1, wait=None, chance=1.0) for turn in turns]
    assert pauses == [0.5, 0, 0, 0]
    assert refuse(pace, 2) == 1.0
    # A request sent before the refusal but served after it is no new evidence.
    succeed(pace, turns[0], 3)
    assert refuse(pace, 4) == 2.0


def test_the_longest_of_the_pauses_counts():
    pace = RateLimitState()
    turns = [pace.start() for _ in range(3)]
    for turn, wait in zip(turns, [2.0, 30.0, 5.0], strict=True):
        pace.refuse(turn, 1, wait=wait)
        pace.end(turn, 1)
    assert pace.delay(1) == 30


def test_a_retry_after_of_zero_still_pauses():
    pace = RateLimitState()
    pauses = [refuse(pace, now, wait=0.0) for now in range(0, 60, 10)]
    assert pauses == [0.5, 1, 2, 4, 8, 8]


def test_after_repeated_429s_the_limit_is_the_last_minutes_successes():
    pace = RateLimitState()
    for _ in range(5):
        succeed(pace, pace.start(), 1)
    for now in (2, 4, 6):
        refuse(pace, now)
    # Eight requests are in the minute, and five were served: four have to leave it.
    assert pace.delay(8) == 1 + MINUTE - 8
    assert pace.limit is None


def test_a_limit_per_second_is_not_mistaken_for_one_per_minute():
    pace = RateLimitState()
    succeed(pace, pace.start(), 0)
    for now in (0.5, 1, 2):
        refuse(pace, now, chance=0.5)
    assert pace.delay(4) == 0


def test_the_guess_ends_after_a_minute():
    pace = RateLimitState()
    succeed(pace, pace.start(), 59)
    for now in (60, 62, 64):
        refuse(pace, now)
    assert pace.delay(70) > 40
    later = 64 + MINUTE
    succeed(pace, pace.start(), later)
    assert pace.delay(later) == 0


def test_a_guess_of_zero_does_not_block_requests():
    pace = RateLimitState()
    for now in (0, 2, 4):
        refuse(pace, now)
    assert pace.delay(6) == 0


def test_it_is_exhausted_after_two_minutes_of_refusals():
    pace = RateLimitState()
    refuse(pace, 0, wait=60.0)
    refuse(pace, 60, wait=60.0)
    assert not pace.is_exhausted
    refuse(pace, MAX_REFUSED_SECONDS, wait=1.0)
    assert pace.is_exhausted


def test_a_success_resets_the_refusals():
    pace = RateLimitState()
    refuse(pace, 0)
    succeed(pace, pace.start(), 100)
    refuse(pace, MAX_REFUSED_SECONDS + 1)
    assert not pace.is_exhausted
