"""Sends a body and hands back what comes of it. Knows HTTP, and no terminal."""

import json
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from threading import Lock
from types import TracebackType
from typing import Any, Self, TypeVar

from cohere_cli.api import retry
from cohere_cli.api.connection import (
    CONNECT_TIMEOUT,
    RERANK_PATH,
    SINGLE_TIMEOUT,
    STREAM_TIMEOUT,
    Connection,
)
from cohere_cli.api.deadline import Deadline, Sockets
from cohere_cli.api.httpx_import import httpx
from cohere_cli.api.protocol import chat, compat, stream
from cohere_cli.api.protocol.errors import MOST_READ, problem_of
from cohere_cli.api.protocol.events import (
    ChatEvent,
    ContentStart,
    MessageStart,
    UnknownEvent,
)
from cohere_cli.api.protocol.requests import (
    Body,
    ChatBody,
    CompatBody,
    OtherBody,
    RerankBody,
    as_json,
)
from cohere_cli.api.protocol.rerank import Ranking, ranking_of
from cohere_cli.api.rate_limit import Gate, NoGate
from cohere_cli.api.recorder import Heading, NoTape, Tape
from cohere_cli.api.responses import expect, json_of, start_of
from cohere_cli.api.retry import TransientError
from cohere_cli.api.sse import data_of
from cohere_cli.api.transport import map_httpx_errors, opened
from cohere_cli.errors import AnswerIncomplete, CoError, RateLimited

ItemT = TypeVar("ItemT")
Tell = Callable[[str], None]
Sleep = Callable[[float], None]


class Client:
    """Speaks to one server, over connections that are kept.

    *tell* is told, in a line for people, that a request will be repeated. *sleep*
    takes seconds. *tape* hears the body of every reply that may be an answer. With
    a *gate*, requests wait for their turn there; without, each is sent at once.

    Several threads may call `rerank` at the same time, if nothing is recorded.
    """

    def __init__(
        self,
        connection: Connection,
        tell: Tell = lambda _: None,
        sleep: Sleep = time.sleep,
        tape: Tape | None = None,
        gate: Gate | None = None,
    ) -> None:
        self._connection = connection
        self._tell = tell
        self._telling = Lock()
        self._sleep = sleep
        self._tape = tape or NoTape()
        self._gate = gate or NoGate()
        self._http = opened(connection)
        self._sockets = Sockets()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._http.close()

    @property
    def max_time(self) -> float | None:
        """Seconds that a whole call may take; None is any time."""
        return self._connection.max_time

    def chat(self, body: ChatBody) -> Iterator[ChatEvent]:
        """Yield the events of a reply, whether it is streamed or comes at once."""
        if body.stream:
            return self._streamed("/v2/chat", body, chat.ChatReader)
        return self._told("/v2/chat", body, chat.events_of)

    def compat(self, body: CompatBody | OtherBody) -> Iterator[ChatEvent]:
        """Like `chat`, from a server that speaks OpenAI's `/chat/completions`."""
        if body.stream:
            return self._streamed("/chat/completions", body, compat.CompatReader)
        return self._told("/chat/completions", body, compat.events_of)

    def rerank(self, body: RerankBody, deadline: Deadline | None = None) -> Ranking:
        """Return the documents' places and scores, best first.

        *deadline* is for a call of many requests; by default this one is the call.
        """
        path = self._connection.rerank_path
        reply = self._single(path, body, deadline)
        ordered = path == RERANK_PATH
        return ranking_of(reply, len(body.documents), body.top_n, ordered=ordered)

    def get(self, path: str) -> Any:
        """Return the JSON at *path*, which may end in a query."""
        return self._single(path, None)

    def _streamed(
        self, path: str, body: Body, reader: Callable[[], stream.Reader]
    ) -> Iterator[ChatEvent]:
        def once(deadline: Deadline) -> Iterator[ChatEvent]:
            with self._sent(path, body, STREAM_TIMEOUT, deadline) as response:
                expect(response, "text/event-stream")
                with self._taped(response, response.iter_raw()) as chunks:
                    yield from stream.events_of(data_of(chunks), reader())

        return self._persistently(lambda deadline: _past_prelude(once(deadline)))

    def _told(
        self, path: str, body: Body, events_of: Callable[[Any], Iterator[ChatEvent]]
    ) -> Iterator[ChatEvent]:
        yield from stream.checked(events_of(self._single(path, body)))

    def _single(
        self, path: str, body: Body | None, deadline: Deadline | None = None
    ) -> Any:
        def once(deadline: Deadline) -> Iterator[Any]:
            with self._sent(path, body, SINGLE_TIMEOUT, deadline) as response:
                expect(response, "application/json")
                with self._taped(response, response.iter_bytes()) as chunks:
                    reply = json_of(chunks)
            yield reply

        return next(self._persistently(once, deadline))

    def _persistently(
        self,
        once: Callable[[Deadline], Iterator[ItemT]],
        deadline: Deadline | None = None,
    ) -> Iterator[ItemT]:
        """Yield what *once* yields; ask again while nothing of it was handed on.

        A pipe cannot be un-written: after the first item, a loss is a loss.
        """
        deadline = deadline or Deadline(self.max_time)
        failures, waited = 0, 0.0
        while True:
            handed_on = False
            try:
                for item in once(deadline):
                    handed_on = True
                    yield item
            except TransientError as passing:
                if handed_on:
                    said = f"answer incomplete: {passing.problem.what}"
                    raise AnswerIncomplete(said) from passing
                if not self._gate.has_stopped(passing):
                    failures += 1
                    waited += self._wait(passing, failures, waited, deadline)
            else:
                return

    def _wait(
        self, passing: TransientError, attempt: int, waited: float, deadline: Deadline
    ) -> float:
        """Sleep before retry number *attempt*; return the seconds of it.

        Gives up, and raises what went wrong, once it has *waited* long enough.
        """
        retries = self._connection.retries
        delay = retry.delay_before(attempt) if passing.wait is None else passing.wait
        too_long = waited + delay > retry.LONGEST_IN_ALL
        if attempt > retries or too_long or deadline.cap(delay) < delay:
            raise passing.problem from passing
        said = f"{passing.problem}; trying again in {delay:.1f} s"
        self._say(f"{said} ({attempt} of {retries})")
        self._sleep(delay)
        return delay

    def _say(self, line: str) -> None:
        with self._telling:
            # Nobody is told by a thread that the end of the program has left behind.
            if not self._http.is_closed:
                self._tell(line)

    @contextmanager
    def _sent(
        self, path: str, body: Body | None, silence: float, deadline: Deadline
    ) -> Iterator[httpx.Response]:
        """Send *body*, or ask for what is there, and hand out the response, unread,
        if it is a success.

        Raises an error of ours, or `TransientError`, for whatever goes wrong until the
        block is left.
        """
        deadline.check()
        try:
            with (
                self._gate.turn(deadline, self._say) as turn,
                self._exchanged(path, body, silence, deadline) as response,
            ):
                if not response.is_success:
                    raise self._refusal(response)
                turn.headers = response.headers
                yield response
        except (CoError, TransientError):
            deadline.check()
            raise

    @contextmanager
    def _exchanged(
        self, path: str, body: Body | None, silence: float, deadline: Deadline
    ) -> Iterator[httpx.Response]:
        silence = deadline.cap(self._connection.timeout or silence)
        request = self._request(path, body, silence, deadline)
        self._tape.asked()
        with (
            map_httpx_errors(self._connection, silence),
            deadline.ending(self._sockets),
            closing(self._http.send(request, stream=True)) as response,
            self._kept_or_closed(response),
        ):
            yield response

    @contextmanager
    def _kept_or_closed(self, response: httpx.Response) -> Iterator[None]:
        """Close the connection where another thread has closed the client meanwhile."""
        try:
            yield
        finally:
            if self._http.is_closed:
                response.extensions["network_stream"].close()

    def _request(
        self, path: str, body: Body | None, silence: float, deadline: Deadline
    ) -> httpx.Request:
        timeout = httpx.Timeout(silence, connect=deadline.cap(CONNECT_TIMEOUT))
        if body is None:
            return self._http.build_request(
                "GET", path, timeout=timeout, extensions={"trace": self._sockets.hear}
            )
        return self._http.build_request(
            "POST",
            path,
            content=json.dumps(as_json(body), separators=(",", ":")).encode(),
            headers={"Content-Type": "application/json", "Accept": "*/*"},
            timeout=timeout,
            extensions={"trace": self._sockets.hear},
        )

    def _taped(
        self, response: httpx.Response, chunks: Iterator[bytes]
    ) -> AbstractContextManager[Iterator[bytes]]:
        kind = response.headers.get("content-type", "")
        heading = Heading(str(response.url), response.status_code, kind)
        return self._tape.taking(heading, chunks)

    def _refusal(self, response: httpx.Response) -> CoError | TransientError:
        body, headers = start_of(response.iter_bytes(), MOST_READ), response.headers
        body = self._connection.without_secrets(body)
        problem = problem_of(response.status_code, headers, body)
        if not retry.is_worth_retrying(response.status_code, problem.what):
            return problem
        asked = retry.asked_delay(headers)
        if asked is not None and asked > retry.LONGEST_WAIT:
            said = f"rate limited; the server asks to wait {asked:.0f} s"
            return RateLimited(said, where=problem.where, hint="try again later")
        return TransientError(problem, asked)


def _past_prelude(events: Iterator[ChatEvent]) -> Iterator[ChatEvent]:
    """Hold back what comes before the first content, in case it comes again."""
    held = []
    try:
        for event in events:
            held.append(event)
            if not isinstance(event, MessageStart | ContentStart | UnknownEvent):
                break
    except CoError:
        yield from held
        raise
    yield from held
    yield from events
