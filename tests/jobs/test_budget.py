from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import pytest

from cohere_cli.api.protocol.events import ContentDelta, MessageEnd
from cohere_cli.api.protocol.requests import ChatBody, RerankBody, UserMessage
from cohere_cli.api.protocol.rerank import Ranking
from cohere_cli.errors import (
    AnswerIncomplete,
    CoError,
    RateLimited,
    RequestRefused,
    ServerFault,
    TimedOut,
    Unreachable,
)
from cohere_cli.jobs.budget import Budget, MonthLimit
from cohere_cli.jobs.ledger import MonthLedger, Total
from cohere_cli.jobs.prices import PriceList

PRICES = PriceList(
    {"m": {"input": 0.0, "output": 1_000_000.0}, "r": {"search": 1_000.0}}, "work"
)
BODY = ChatBody("m", (UserMessage("Hi"),), max_tokens=10)  # 10 dollars at most
RERANK = RerankBody("r", "q", ("d",) * 200)  # 2 dollars
USAGE = {"billed_units": {"input_tokens": 3, "output_tokens": 4}}
TEXT = ContentDelta(text="Hi")
END = MessageEnd(finish_reason="COMPLETE", usage=USAGE)


@pytest.fixture
def month(tmp_path):
    """Return a month with a limit, and the total of its ledger."""
    warnings = []

    def month(limit):
        return MonthLimit(tmp_path, "work", limit, warnings.append)

    month.ledger = MonthLedger(tmp_path, "work")
    month.warnings = warnings
    month.folder = tmp_path
    return month


def ask(budget, *outcomes):
    """Send BODY; its reply is *outcomes*: events, or errors that are raised."""

    def reply():
        for one in outcomes:
            if isinstance(one, BaseException):
                raise one
            yield one

    return list(budget.limited_events(BODY)(reply()))


def ranked(units):
    """Return what answers each request with a ranking of so many search *units*."""
    reply = Ranking((), {"meta": {"billed_units": {"search_units": units}}})
    return lambda *_: reply


def with_status(error, status):
    error.details = {"status": status}
    return error


def test_a_request_within_the_limit_is_sent_and_one_above_it_is_not():
    events = (TEXT, END)
    assert ask(Budget(PRICES, 10.0), *events) == list(events)
    with pytest.raises(RateLimited) as caught:
        ask(Budget(PRICES, 9.99), AssertionError("sent"))
    assert str(caught.value) == (
        "this request may cost about $10.00, more than --max-cost 9.99 "
        "(m: ~13 tokens in, 10 out)"
    )
    assert caught.value.hint == (
        "raise --max-cost, set a lower --max-tokens, or choose another model with -m"
    )


def test_several_requests_are_refused_together_before_the_first():
    budget = Budget(PRICES, 12.0)
    budget.require_rerank("r", 12)
    with pytest.raises(RateLimited) as caught:
        budget.require_rerank("r", 13, 2)
    assert str(caught.value) == (
        "these requests may cost about $13.00, more than --max-cost 12.00 "
        "(r: 13 search units)"
    )


def test_the_requests_of_one_call_share_the_limit_by_what_they_have_cost():
    send = Budget(PRICES, 8.0).limited_rerank(ranked(5))
    for _ in range(2):  # 5 and 2 are less than 8; then it is 10
        send(RERANK)
    with pytest.raises(RateLimited) as caught:
        send(RERANK)
    assert str(caught.value) == (
        "this request may cost about $2.00: with $10.00 for earlier requests, "
        "more than --max-cost 8.00 (r: 2 search units)"
    )


@pytest.mark.parametrize(
    ("outcomes", "total"),
    [
        ([TEXT, END], Total(4.0, 1)),
        ([TEXT, MessageEnd()], Total(10.0, 1)),
        ([TEXT, AnswerIncomplete("cut")], Total(10.0, 1)),
        ([TEXT, with_status(ServerFault("late"), 500)], Total(10.0, 1)),
        ([ServerFault("not JSON")], Total(10.0, 1)),
        ([TimedOut("late")], Total(10.0, 1)),
        ([KeyboardInterrupt()], Total(10.0, 1)),
        ([with_status(RequestRefused("no"), 400)], Total(0.0, 0)),
        ([with_status(RateLimited("no"), 429)], Total(0.0, 0)),
        ([with_status(ServerFault("no"), 500)], Total(0.0, 0)),
        ([Unreachable("no")], Total(0.0, 0)),
    ],
    ids=range(11),
)
def test_a_month_counts_what_was_billed_else_the_estimate(month, outcomes, total):
    budget = Budget(PRICES, None, month(100.0))
    with suppress(CoError, KeyboardInterrupt):
        ask(budget, *outcomes)
    assert month.ledger.total() == total
    assert month.warnings == []


def test_a_month_refuses_what_would_exceed_it(month):
    budget = Budget(PRICES, None, month(13.5))
    ask(budget, END)
    with pytest.raises(RateLimited) as caught:
        ask(budget, AssertionError("sent"))
    assert str(caught.value) == (
        "this request may cost about $10.00; with the $4.00 of this month that is more "
        "than max_cost_month 13.50 (profile work; m: ~13 tokens in, 10 out)"
    )
    assert caught.value.hint == (
        "`co config set max_cost_month DOLLARS -p work` raises it; months begin on the "
        "1st, UTC"
    )
    assert month.ledger.total() == Total(4.0, 1)


def test_requests_at_the_same_time_do_not_exceed_a_month_together(month):
    def send(_):
        budget = Budget(PRICES, None, month(7.0))
        try:
            budget.limited_rerank(ranked(2))(RERANK)
        except RateLimited:
            return 0
        return 1

    with ThreadPoolExecutor(16) as pool:
        assert sum(pool.map(send, range(16))) == 3
    assert month.ledger.total() == Total(6.0, 3)


def test_a_ledger_that_cannot_be_used_costs_one_warning_and_no_answer(month):
    (month.folder / "costs").write_text("a file")
    events = [TEXT, END]
    assert ask(Budget(PRICES, None, month(1.0)), *events) == events
    (warning,) = month.warnings
    assert warning.startswith(
        "the month's costs are neither counted nor limited: cannot read "
    )
