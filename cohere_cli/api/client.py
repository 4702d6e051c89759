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
from cohere_cli.api.deadline import Deadline, OpenSockets
from cohere_cli.api.httpx_import import httpx
from cohere_cli.api.protocol import chat, compat, stream
from cohere_cli.api.protocol.errors import MAX_ERROR_BODY, error_from_response
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
    RawCompatBody,
    RerankBody,
    to_json,
)
from cohere_cli.api.protocol.rerank import Ranking, parse_ranking
from cohere_cli.api.rate_limit import NoRateLimiter, RateLimiter
from cohere_cli.api.recorder import NoRecorder, Recorder, ResponseHead
from cohere_cli.api.responses import read_at_most, read_json, require_content_type
from cohere_cli.api.retry import TransientError
from cohere_cli.api.sse import iter_data
from cohere_cli.api.transport import map_httpx_errors, open_http_client
from cohere_cli.errors import AnswerIncomplete, CoError, RateLimited

ItemT = TypeVar("ItemT")
Notify = Callable[[str], None]
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
        tell: Notify = lambda _: None,
        sleep: Sleep = time.sleep,
        recorder: Recorder | None = None,
        rate_limiter: RateLimiter | None = None,
    ) -> None:
        self._connection = connection
        self._tell = tell
        self._telling = Lock()
        self._sleep = sleep
        self._tape = recorder or NoRecorder()
        self._gate = rate_limiter or NoRateLimiter()
        self._http = open_http_client(connection)
        self._sockets = OpenSockets()

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
            return self._streamed("/v2/chat", body, chat.ChatDecoder)
        return self._told("/v2/chat", body, chat.decode_response)

    def compat(self, body: CompatBody | RawCompatBody) -> Iterator[ChatEvent]:
        """Like `chat`, from a server that speaks OpenAI's `/chat/completions`."""
        if body.stream:
            return self._streamed("/chat/completions", body, compat.CompatDecoder)
        return self._told("/chat/completions", body, compat.decode_completion)

    def rerank(self, body: RerankBody, deadline: Deadline | None = None) -> Ranking:
        """Return the documents' places and scores, best first.

        *deadline* is for a call of many requests; by default this one is the call.
        """
        path = self._connection.rerank_path
        reply = self._single(path, body, deadline)
        ordered = path == RERANK_PATH
        return parse_ranking(reply, len(body.documents), body.top_n, ordered=ordered)

    def get(self, path: str) -> Any:
        """Return the JSON at *path*, which may end in a query."""
        return self._single(path, None)

    def _streamed(
        self, path: str, body: Body, reader: Callable[[], stream.Decoder]
    ) -> Iterator[ChatEvent]:
        def once(deadline: Deadline) -> Iterator[ChatEvent]:
            with self._sent(path, body, STREAM_TIMEOUT, deadline) as response:
                require_content_type(response, "text/event-stream")
                with self._taped(response, response.iter_raw()) as chunks:
                    yield from stream.decode_stream(iter_data(chunks), reader())

        return self._persistently(
            lambda deadline: _buffer_until_first_content(once(deadline))
        )

    def _told(
        self, path: str, body: Body, events_of: Callable[[Any], Iterator[ChatEvent]]
    ) -> Iterator[ChatEvent]:
        yield from stream.require_end(events_of(self._single(path, body)))

    def _single(
        self, path: str, body: Body | None, deadline: Deadline | None = None
    ) -> Any:
        def once(deadline: Deadline) -> Iterator[Any]:
            with self._sent(path, body, SINGLE_TIMEOUT, deadline) as response:
                require_content_type(response, "application/json")
                with self._taped(response, response.iter_bytes()) as chunks:
                    reply = read_json(chunks)
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
        delay = retry.backoff_delay(attempt) if passing.wait is None else passing.wait
        too_long = waited + delay > retry.MAX_TOTAL_DELAY
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
            content=json.dumps(to_json(body), separators=(",", ":")).encode(),
            headers={"Content-Type": "application/json", "Accept": "*/*"},
            timeout=timeout,
            extensions={"trace": self._sockets.hear},
        )

    def _taped(
        self, response: httpx.Response, chunks: Iterator[bytes]
    ) -> AbstractContextManager[Iterator[bytes]]:
        kind = response.headers.get("content-type", "")
        heading = ResponseHead(str(response.url), response.status_code, kind)
        return self._tape.record(heading, chunks)

    def _refusal(self, response: httpx.Response) -> CoError | TransientError:
        body, headers = (
            read_at_most(response.iter_bytes(), MAX_ERROR_BODY),
            response.headers,
        )
        body = self._connection.without_secrets(body)
        problem = error_from_response(response.status_code, headers, body)
        if not retry.is_retryable(response.status_code, problem.what):
            return problem
        asked = retry.retry_after(headers)
        if asked is not None and asked > retry.MAX_RETRY_AFTER:
            said = f"rate limited; the server asks to wait {asked:.0f} s"
            return RateLimited(said, where=problem.where, hint="try again later")
        return TransientError(problem, asked)


def _buffer_until_first_content(events: Iterator[ChatEvent]) -> Iterator[ChatEvent]:
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
