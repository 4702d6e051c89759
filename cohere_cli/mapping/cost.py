"""What a job costs: estimated before it is sent, and counted while it runs."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from cohere_cli.errors import ConfigProblem
from cohere_cli.jobs.estimate import encoded_tokens
from cohere_cli.jobs.prices import PriceList, cost_of, shown_dollars
from cohere_cli.mapping.body import RecordRequest
from cohere_cli.mapping.result import Outcome
from cohere_cli.render.usage import billed_tokens
from cohere_cli.text import plural

MAX_UNCONFIRMED = 50
"""The number of requests that are sent without their cost being announced."""


class JobEstimate(NamedTuple):
    """The requests of a job, their tokens, and dollars (None without a price).

    `is_least`: the input has no known end, so that there may be more.
    """

    requests: int
    tokens_in: int
    tokens_out: int
    dollars: float | None
    is_least: bool = False

    def __str__(self) -> str:
        about = "at least" if self.is_least else "about"
        tokens = f"{_rounded(self.tokens_in)} tokens in"
        out = f"at most {_rounded(self.tokens_out)} out"
        money = "" if self.dollars is None else f", at most {_money(self.dollars)}"
        return f"{about} {plural(self.requests, 'request')}, {tokens}, {out}{money}"


def estimate_job(
    ahead: Sequence[RecordRequest], total: int | None, prices: PriceList
) -> JobEstimate:
    """Estimate a job by its first requests.

    *total* is the bytes of all records, None if unknown: then *ahead* alone counts.
    The tokens of answers are the most that the requests allow.
    """
    bodies = [body for one in ahead for body in one.bodies]
    tokens = [encoded_tokens(body) for body in bodies]
    share = 1.0
    if total is not None:
        share = max(total / sum(len(one.record.raw) + 1 for one in ahead), 1.0)
    try:
        dollars: float | None = share * sum(
            prices.cost_of_tokens(body.model, *counts)
            for body, counts in zip(bodies, tokens, strict=True)
        )
    except ConfigProblem:
        dollars = None
    return JobEstimate(
        math.ceil(len(bodies) * share),
        math.ceil(sum(read for read, _ in tokens) * share),
        math.ceil(sum(written for _, written in tokens) * share),
        dollars,
        total is None,
    )


class JobSpending:
    """What the answers so far have cost, by their usage.

    `dollars` is None where a price or a usage is unknown.
    """

    def __init__(self, prices: PriceList) -> None:
        self._prices = prices
        self.dollars: float | None = 0.0
        self.tokens_in = self.tokens_out = 0

    def add(self, outcome: Outcome) -> None:
        """Count an answer, also one that did not fit and was asked for again."""
        read, written = billed_tokens(outcome.usage)
        self.tokens_in += int(read or 0)
        self.tokens_out += int(written or 0)
        paid = cost_of(outcome.usage, outcome.model, self._prices.own)
        is_known = paid is not None and self.dollars is not None
        self.dollars = (self.dollars or 0.0) + (paid or 0.0) if is_known else None

    def __str__(self) -> str:
        return "" if self.dollars is None else shown_dollars(self.dollars)

    @property
    def tokens(self) -> str:
        """The billed tokens; "" where the server has counted none."""
        if not (self.tokens_in or self.tokens_out):
            return ""
        return f"{self.tokens_in:,} tokens in, {self.tokens_out:,} out"

    def whole(self, requests: int, sent: int, seconds: float) -> str:
        """Return what *requests* cost and take, as those *sent* have in *seconds*."""
        if not sent:
            return "nothing was sent, so that the cost of all is not known"
        share = requests / sent
        parts = [
            plural(requests, "request"),
            f"{_rounded(self.tokens_in * share)} tokens in",
            f"{_rounded(self.tokens_out * share)} out",
        ]
        if self.dollars is not None:
            parts.append(f"{_money(self.dollars * share)}")
        parts.append(shown_duration(seconds * share))
        return f"all would be about {', '.join(parts)}"


def _rounded(tokens: float) -> str:
    """Return a number with two significant digits: an estimate has no more."""
    number = math.ceil(tokens)
    return f"{round(number, min(2 - len(str(number)), 0)):,}"


def _money(dollars: float) -> str:
    return shown_dollars(dollars) if dollars < 1 else f"${dollars:,.2f}"


def shown_duration(seconds: float) -> str:
    """Return whole seconds as hours, minutes and seconds, the last one begun."""
    minutes, rest = divmod(math.ceil(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"
