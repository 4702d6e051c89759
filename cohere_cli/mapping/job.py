"""A job: one request for each record, and the results in the order of the input."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from queue import SimpleQueue
from typing import Any, NamedTuple

from cohere_cli.api.deadline import Deadline
from cohere_cli.api.protocol.requests import EncodedBody
from cohere_cli.errors import BatchesFailed, CoError, CostLimited
from cohere_cli.jobs.feed import Feed, FeedEnd
from cohere_cli.jobs.journal import Journal
from cohere_cli.jobs.workers import NotSent, Sender, Task, WorkerPool
from cohere_cli.mapping.answer import (
    JsonCheck,
    checked,
    is_cut_off,
    outcome_of,
)
from cohere_cli.mapping.body import RecordRequest
from cohere_cli.mapping.result import Outcome, Result
from cohere_cli.record import value_class
from cohere_cli.text import os_reason, plural

MAX_FAILURES = 5
"""Consecutive requests that may fail for one reason; then nothing more is sent."""

MAX_WINDOW = 2_000
"""Records that are read and not written yet: one before them is not answered."""

_WINDOW_BYTES = 32 << 20  # of their records, bodies and answers
# Records that may be read before the sizes of those before them are known; fewer where
# the latest is large. One at a time, the threads would wait for each other.
_MOST_AHEAD = 64
_MOST_TOGETHER = 100  # results that are yielded at once


class Answer(NamedTuple):
    """The outcome of a request, and the response that it was read from.

    `misfits` are the outcomes before it that did not fit the schema.
    """

    outcome: Outcome
    response: Mapping[str, Any]
    misfits: tuple[Outcome, ...] = ()


class KeyedBody(NamedTuple):
    """A body, and the key that identifies the request in every run."""

    key: str
    body: EncodedBody


class FetchChat:
    """Sends a body and returns its answer; asks again if it must be JSON and is not.

    *fetch* is `Client.fetch_chat`. *check* reads the JSON that is required; None: the
    answer is any text. *retries* is how often an answer that does not fit is asked
    again.
    """

    def __init__(
        self,
        fetch: Callable[..., Answer],
        check: JsonCheck | None = None,
        retries: int = 1,
    ) -> None:
        self._fetch = fetch
        self._check = check
        self._retries = retries if check else 0

    def __call__(self, body: EncodedBody, deadline: Deadline) -> Answer:
        """Return the answer; raises the errors of `Client.fetch_chat`."""

        def decode(response: Any) -> Answer:
            return self.read(response, body.model)

        answer = self._fetch(body, decode, deadline)
        misfits: list[Outcome] = []
        for _ in range(self._retries):
            if not answer.outcome.error or is_cut_off(answer.outcome):
                break
            misfits.append(answer.outcome)
            answer = self._fetch(body, decode, deadline)
        return answer._replace(misfits=tuple(misfits))

    def read(self, response: Mapping[str, Any], model: str) -> Answer:
        """Return the answer that *response* is; raises `ServerFault`."""
        outcome = outcome_of(response, model)
        return Answer(
            checked(outcome, self._check) if self._check else outcome, response
        )


@value_class
class JobRules:
    """How a job is run.

    `concurrency` is from 1 to 100. `resume`: what the journal has is not sent.
    `only_failed`: only what has failed before is sent. `is_ordered`: results come in
    the order of the records, else as they are ready. `max_time` is in seconds.
    """

    concurrency: int
    resume: bool = False
    only_failed: bool = False
    is_ordered: bool = True
    max_time: float | None = None
    models: tuple[str, ...] = ()


class _Waiting:
    """A record whose outcomes are not all there yet."""

    __slots__ = ("left", "number", "outcomes", "request", "size")

    def __init__(self, request: RecordRequest, number: int) -> None:
        self.number = number
        self.request = request
        self.outcomes: list[Outcome | None] = [None] * len(request.bodies)
        self.left = len(request.bodies)
        # Twice the record: its bytes, and its fields.
        self.size = 2 * len(request.record.raw) + sum(
            len(body.content) for body in request.bodies
        )


_Place = tuple[_Waiting, int]
"""A record, and the place of the model among its outcomes."""


class MapJob:
    """Sends the requests of records, each equal one once, and records the replies.

    *note* writes a line for the user; *on_answer* gets each answer that was paid for.
    `answered` counts records, `failed` those of them
    with an error; `sent` counts requests that were answered, `known` those whose
    replies were in the journal, or equal to another. `reason` is why nothing more was
    sent, "" if all was.
    """

    def __init__(
        self,
        fetch: FetchChat,
        journal: Journal,
        rules: JobRules,
        note: Callable[[str], None],
        on_answer: Callable[[Outcome], None] = lambda _: None,
    ) -> None:
        self._on_answer = on_answer
        self._fetch = fetch
        self._journal = journal
        self._rules = rules
        self._note = note
        self._events: SimpleQueue[Any] = SimpleQueue()
        sender = Sender(self._send, rules.max_time, fatal=(), max_failures=MAX_FAILURES)
        self._pool: WorkerPool[None, KeyedBody, Answer]
        self._pool = WorkerPool(sender, rules.concurrency, self._events.put)
        self._sought: dict[str, list[_Place]] = {}
        self._done: dict[int, Result] = {}
        self._sizes: dict[int, int] = {}
        self._begun = 0
        self._next = 0
        self._window = 0  # bytes
        self._owed = MAX_WINDOW  # records that may be read once there is room
        self._granted = 0  # records that the reader may read, and has not yet
        self._latest_size = 1 << 20
        self._is_reading = True
        self._can_record = True
        self._limit: CostLimited | None = None
        self._unsent: list[Result] = []
        self._due: deque[Result] = deque()
        self.answered = self.failed = self.sent = self.known = 0
        self.error: CoError | None = None
        self.last_failure: CoError | None = None

    def tell(self, line: str) -> None:
        """Have the caller of `results` write the note *line*, from any thread."""
        self._events.put(line)

    @property
    def reason(self) -> str:
        """Why nothing more is sent; "" as long as it is."""
        return self._pool.reason or (self._limit.what if self._limit else "")

    @property
    def is_whole(self) -> bool:
        """Whether all of the input was read, sent and answered, at the end."""
        return not (self.failed or self.reason or self.error or self._unsent)

    @property
    def is_limited(self) -> bool:
        """Whether a limit of costs has ended the sending; `error` has it at the end."""
        return self._limit is not None

    def results(self, requests: Iterable[RecordRequest]) -> Iterator[list[Result]]:
        """Yield the results that are due, as soon as they are.

        *requests* is read in a thread of its own. After `MAX_FAILURES` failures for one
        reason nothing more is read or sent, and the last results are those of the last
        record that was sent. An error of the input ends it likewise, and is in `error`
        then. What concerns all requests is raised at once: a rejected key, a limit, the
        deadline.
        """
        feed = Feed(requests, self._events.put)
        try:
            feed.start()
            while self._is_reading or self._sought:
                self._grant(feed)
                self._take(self._events.get())
                if self.reason and self._is_reading:
                    feed.stop()
                    self._is_reading = False
                if self._due and (
                    len(self._due) >= _MOST_TOGETHER or self._events.empty()
                ):
                    yield self._released()
            yield self._released()
            self.error = self.error or self._limit
        finally:
            feed.stop()
            self._pool.cancel()

    def note_finished(self) -> None:
        """Note how many requests a run with --resume need not send."""
        if number := self._journal.finished:
            requests = plural(number, "request")
            self._note(
                f"co: {requests} of this job finished; --resume sends only the rest"
            )

    def _released(self) -> list[Result]:
        """Return the results that are due; as many records may be read for them."""
        due = [*self._due]
        self._due.clear()
        self._owed += len(due)
        for result in due:
            self._window -= self._sizes.pop(result.index)
        return due

    def _grant(self, feed: Feed[RecordRequest]) -> None:
        """Let records be read: as many as there is room for, if they are as the latest.

        There is room for as many as are sent at once. Many are granted together: each
        grant wakes the thread that reads.
        """
        room = (_WINDOW_BYTES - self._window) // self._latest_size
        free = self._rules.concurrency - len(self._sizes)
        ahead = max(min(room, _MOST_AHEAD), free)
        more = ahead - self._granted
        if self._granted <= ahead // 2 and more <= self._owed:
            feed.grant(more)
            self._granted += more
            self._owed -= more

    def _take(self, event: Any) -> None:
        """Act on what a thread has to say."""
        if type(event) is RecordRequest:
            self._granted -= 1
            if self._is_reading:
                self._begin(_Waiting(event, self._begun))
                self._begun += 1
        elif type(event) is FeedEnd:
            self._is_reading = False
            if isinstance(event.error, CoError):
                self.error = event.error
            elif event.error is not None:
                raise event.error
        elif isinstance(event, Exception):
            raise event
        elif isinstance(event, str):
            self._note(event)
        else:
            task, reply = event
            self._end(task.request, reply)

    def _begin(self, waiting: _Waiting) -> None:
        request = waiting.request
        self._sizes[request.index] = waiting.size
        self._latest_size = max(waiting.size, 1)
        self._window += waiting.size
        if request.error is not None:
            models, error = self._rules.models, request.error
            self._finish(waiting, tuple(Outcome(one, error=error) for one in models))
            return
        for at, (body, key) in enumerate(
            zip(request.bodies, request.keys, strict=True)
        ):
            self._seek((waiting, at), body, key)

    def _seek(self, place: _Place, body: EncodedBody, key: str) -> None:
        """Find the answer to *body*, or send it unless an equal one is under way."""
        if (places := self._sought.get(key)) is not None:
            places.append(place)
        elif (known := self._found(body, key)) is not None:
            self.known += 1
            self._set(place, known)
        elif self._rules.only_failed and not self._journal.has_failed(key):
            error = BatchesFailed("not sent: --resume sends it")
            self._set(place, Outcome(body.model, error=error))
        else:
            self._sought[key] = [place]
            self._pool.submit(Task(None, KeyedBody(key, body)))

    def _found(self, body: EncodedBody, key: str) -> Outcome | None:
        """Return the whole answer that the journal has for *key*."""
        response = self._journal.find(key)
        if response is None:
            return None
        try:
            outcome = self._fetch.read(response, body.model).outcome
        except CoError:
            return None
        return None if outcome.error else outcome

    def _end(self, request: KeyedBody, reply: Answer | CoError) -> None:
        """Give all records that wait for *request* their outcome."""
        if isinstance(reply, CoError):
            outcome = Outcome(request.body.model, error=reply)
        else:
            outcome = reply.outcome
            self.sent += 1
            for one in (*reply.misfits, outcome):
                self._on_answer(one)
        first, *copies = self._sought.pop(request.key)
        self._set(first, outcome)
        for place in copies:
            self.known += 1
            self._set(place, outcome)

    def _send(self, request: KeyedBody, deadline: Deadline) -> Answer:
        """Send *request*, and record the reply in the thread that got it.

        So a kill costs no more than the replies on their way.
        """
        if self._limit is not None:
            raise NotSent(f"not sent: {self._limit.what}")
        try:
            answer = self._fetch(request.body, deadline)
        except CostLimited as exc:
            # Requests under way are paid for: their answers are waited for.
            self._limit = exc
            raise NotSent(f"not sent: {exc.what}") from exc
        except CoError as exc:
            self._record(request.key, exc)
            raise
        self._record(request.key, answer.outcome.error or answer)
        return answer

    def _record(self, key: str, reply: Answer | CoError) -> None:
        if not self._can_record:
            return
        try:
            if isinstance(reply, Answer):
                self._journal.add(key, reply.response)
            else:
                self._journal.fail(key, str(reply))
        except OSError as exc:
            self._can_record = False
            reason = os_reason(exc)
            self._events.put(f"co: cannot record more requests for --resume: {reason}")

    def _set(self, place: _Place, outcome: Outcome) -> None:
        waiting, at = place
        waiting.outcomes[at] = outcome
        waiting.left -= 1
        size = len(outcome.text)
        waiting.size += size
        self._sizes[waiting.request.index] += size
        self._window += size
        if not waiting.left:
            self._finish(waiting, tuple(one for one in waiting.outcomes if one))

    def _finish(self, waiting: _Waiting, outcomes: tuple[Outcome, ...]) -> None:
        request = waiting.request
        result = Result(request.index, request.record, outcomes)
        if not self._rules.is_ordered:
            self._release(result)
            return
        self._done[waiting.number] = result
        while (due := self._done.pop(self._next, None)) is not None:
            self._next += 1
            self._release(due)

    def _release(self, result: Result) -> None:
        """Let *result* be due; those not sent are, before one that was."""
        error = result.error
        if isinstance(error, NotSent):
            self._unsent.append(result)
            return
        self._due += (*self._unsent, result)
        self._count(len(self._unsent), self._unsent[-1].error if self._unsent else None)
        self._unsent.clear()
        self._count(1 if error else 0, error)
        self.answered += not error

    def _count(self, failed: int, error: CoError | None) -> None:
        self.failed += failed
        self.last_failure = error or self.last_failure
