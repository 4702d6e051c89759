"""The most that a call may cost, and a month: checked before each request."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

from cohere_cli.api.deadline import Deadline
from cohere_cli.api.protocol.events import ChatEvent, MessageEnd
from cohere_cli.api.protocol.requests import (
    ChatBody,
    CompatBody,
    EncodedBody,
    RawCompatBody,
    RerankBody,
)
from cohere_cli.api.protocol.rerank import Ranking
from cohere_cli.errors import CoError, ConfigProblem, CostLimited, Unreachable
from cohere_cli.jobs.cost import units_of
from cohere_cli.jobs.estimate import Cost, chat_cost, encoded_cost, rerank_cost
from cohere_cli.jobs.ledger import MonthLedger, Total, this_month
from cohere_cli.jobs.prices import PriceList, cost_of, shown_dollars, shown_limit


class Send(Protocol):
    """Sends a request and returns its ranking, as `Client.rerank` does."""

    def __call__(
        self, body: RerankBody, deadline: Deadline | None = None
    ) -> Ranking: ...


NOT_COUNTED = "the month's costs are neither counted nor limited"
"""The beginning of the warning about a ledger that cannot be used."""

# Dollars: sums of binary fractions are not exact.
_ROUNDING = 1e-9


class Spending:
    """One request: whether its reply *has_begun*, and the *usage* of that reply."""

    def __init__(self) -> None:
        self.has_begun = False
        self.usage: object = None


class MonthLimit:
    """The *limit* in dollars of a profile's month, and the ledger of that month.

    Where the ledger cannot be read or written, *warn* gets one line, and the rest of
    the call is neither counted nor limited.
    """

    def __init__(
        self, data: Path, profile: str, limit: float, warn: Callable[[str], None]
    ) -> None:
        self._ledger = MonthLedger(data, profile)
        self._profile = profile
        self._limit = limit
        self._warn = warn
        self._lock = Lock()
        self._is_usable = True

    def check(self, costs: Iterable[Cost]) -> None:
        """Raise `CostLimited` if *costs* would exceed the limit."""
        try:
            self._check(self._ledger.total(), list(costs))
        except ConfigProblem as problem:
            self._give_up(problem)

    def reserve(self, cost: Cost) -> str:
        """Count *cost* before it is paid; return the month. Raises `CostLimited`."""
        month = this_month()
        self._add(month, cost.dollars, 1, lambda total: self._check(total, [cost]))
        return month

    def settle(self, month: str, dollars: float, requests: int) -> None:
        """Add what a request has cost beyond what was reserved for it."""
        if dollars or requests:
            self._add(month, dollars, requests, lambda _: None)

    def _add(
        self, month: str, dollars: float, requests: int, check: Callable[[Total], None]
    ) -> None:
        if not self._is_usable:
            return
        try:
            self._ledger.add(month, dollars, requests, check)
        except ConfigProblem as problem:
            self._give_up(problem)

    def _give_up(self, problem: ConfigProblem) -> None:
        with self._lock:
            is_first, self._is_usable = self._is_usable, False
        if is_first:
            self._warn(f"{NOT_COUNTED}: {problem}")

    def _check(self, total: Total, costs: "list[Cost]") -> None:
        if total.dollars + sum(one.dollars for one in costs) <= self._limit + _ROUNDING:
            return
        spent = shown_dollars(total.dollars)
        limit = f"max_cost_month {shown_limit(self._limit)}"
        more = f"with the {spent} of this month that is more than {limit}"
        where = f"profile {self._profile}; {_shown(costs)}"
        command = f"`co config set max_cost_month DOLLARS -p {self._profile}`"
        hint = f"{command} raises it; months begin on the 1st, UTC"
        raise CostLimited(f"{_may_cost(costs)}; {more}", where=where, hint=hint)


class Budget:
    """What a call may cost: *limit* dollars for all its requests, and a *month*'s rest.

    Several threads may use it at the same time.
    """

    def __init__(
        self,
        prices: PriceList,
        limit: float | None = None,
        month: MonthLimit | None = None,
    ) -> None:
        self.prices = prices
        self._limit = limit
        self._month = month
        self._spent = 0.0
        self._lock = Lock()

    def require(self, *costs: Cost) -> None:
        """Raise `CostLimited` if *costs*, all of this call, exceed a limit."""
        total = sum(one.dollars for one in costs)
        if self._limit is not None and total > self._limit + _ROUNDING:
            what = f"{_may_cost(costs)}, more than {self._limit_name}"
            raise CostLimited(what, where=_shown(costs), hint=_hint(costs))
        if self._month:
            self._month.check(costs)

    def require_rerank(self, model: str, units: int, requests: int = 1) -> None:
        """Raise `CostLimited` if *requests* of *units* in all exceed a limit."""
        self.require(rerank_cost(model, units, self.prices, requests))

    def require_search(self, model: str, documents: int) -> None:
        """Raise `CostLimited` if one ranking of *documents* exceeds a limit."""
        self.require_rerank(model, units_of(documents))

    @contextmanager
    def spending(self, cost: Cost) -> Iterator[Spending]:
        """Reserve *cost* for the request in the block; count what it has really cost.

        That is by the usage of the reply; without one the estimate counts, even where
        the process is killed. A request that is refused costs nothing.
        """
        month = self._reserve(cost)
        spending, is_free = Spending(), False
        try:
            yield spending
        except CoError as problem:
            is_free = not spending.has_begun and _is_free(problem)
            raise
        finally:
            paid = cost_of(spending.usage, cost.model, self.prices.own)
            dollars = 0.0 if is_free else cost.dollars if paid is None else paid
            self._settle(dollars - cost.dollars, month, is_free=is_free)

    def limited_events(
        self, body: ChatBody | CompatBody | RawCompatBody
    ) -> Callable[[Iterator[ChatEvent]], Iterator[ChatEvent]]:
        """Return what counts the events of the reply to *body*.

        Raises `CostLimited` if *body* may cost more than the limits.
        """
        cost = chat_cost(body, self.prices)
        self.require(cost)
        return partial(self._counted_events, cost)

    def _counted_events(
        self, cost: Cost, events: Iterator[ChatEvent]
    ) -> Iterator[ChatEvent]:
        """Yield *events* of the reply to a request that is sent with the first."""
        with self.spending(cost) as spending:
            for event in events:
                spending.has_begun = True
                if isinstance(event, MessageEnd):
                    spending.usage = event.usage
                yield event

    def limited_rerank(self, send: Send) -> Send:
        """Return *send*, in which each request is checked and counted."""

        def counted(body: RerankBody, deadline: Deadline | None = None) -> Ranking:
            units = units_of(len(body.documents))
            cost = rerank_cost(body.model, units, self.prices)
            with self.spending(cost) as spending:
                ranking = send(body, deadline)
                spending.usage = ranking.response.get("meta")
            return ranking

        return counted

    def limited_fetch(self, fetch: Callable[..., Any]) -> Callable[..., Any]:
        """Return *fetch*, `Client.fetch_chat`, with each request checked and counted.

        It raises `CostLimited` instead of a request that may pass a limit.
        """

        def counted(
            body: EncodedBody, decode: Callable[[Any], Any], deadline: Deadline
        ) -> Any:
            with self.spending(encoded_cost(body, self.prices)) as spending:

                def seen(response: Any) -> Any:
                    spending.has_begun = True
                    if isinstance(response, Mapping):
                        spending.usage = response.get("usage")
                    return decode(response)

                return fetch(body, seen, deadline)

        return counted

    def _reserve(self, cost: Cost) -> str:
        with self._lock:
            total = self._spent + cost.dollars
            if self._limit is not None and total > self._limit + _ROUNDING:
                spent = f"with {shown_dollars(self._spent)} for earlier requests"
                more = f"{spent}, more than {self._limit_name}"
                what = f"{_may_cost([cost])}: {more}"
                raise CostLimited(what, where=str(cost), hint=_hint([cost]))
            self._spent = total
        return self._month.reserve(cost) if self._month else ""

    def _settle(self, dollars: float, month: str, *, is_free: bool) -> None:
        with self._lock:
            self._spent += dollars
        if self._month:
            self._month.settle(month, dollars, -1 if is_free else 0)

    @property
    def _limit_name(self) -> str:
        return f"--max-cost {shown_limit(self._limit or 0.0)}"


def _is_free(problem: CoError) -> bool:
    """Whether a request with this outcome was not answered, and is not billed.

    A reply that cannot be read, or a timeout, may come after the work was done.
    """
    return isinstance(problem, Unreachable | ConfigProblem) or (
        "status" in problem.details
    )


def _may_cost(costs: Iterable[Cost]) -> str:
    costs = list(costs)
    is_one = sum(one.requests for one in costs) == 1
    request = "this request" if is_one else "these requests"
    return (
        f"{request} may cost about {shown_dollars(sum(one.dollars for one in costs))}"
    )


def _shown(costs: Iterable[Cost]) -> str:
    return "; ".join(map(str, costs))


def _hint(costs: Iterable[Cost]) -> str:
    is_chat = any("out" in one.what for one in costs)
    fewer = "set a lower --max-tokens" if is_chat else "rank fewer records"
    return f"raise --max-cost, {fewer}, or choose another model with -m"
