"""Sends a body and hands back what comes of it. Knows HTTP, and no terminal."""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from itertools import count
from types import TracebackType
from typing import Any, Self, TypeVar

from cohere_cli.api import chat, compat, retry, stream
from cohere_cli.api.bodies import Body, ChatBody, CompatBody, RerankBody, as_json
from cohere_cli.api.connection import (
    CONNECT_TIMEOUT,
    SINGLE_TIMEOUT,
    STREAM_TIMEOUT,
    Connection,
)
from cohere_cli.api.deadline import Deadline
from cohere_cli.api.events import ChatEvent, ContentStart, MessageStart, UnknownEvent
from cohere_cli.api.httpx_alone import httpx
from cohere_cli.api.recording import Heading, NoTape, Tape
from cohere_cli.api.refusals import MOST_READ, message_in, problem_of
from cohere_cli.api.rerank import Ranking, ranking_of
from cohere_cli.api.sse import data_of
from cohere_cli.api.strict_json import loads
from cohere_cli.api.transport import Passing, opened, translated
from cohere_cli.errors import AnswerIncomplete, CoError, RateLimited, ServerFault

LONGEST_REPLY = 64 << 20
"""Bytes of a reply that comes in one piece."""

ItemT = TypeVar("ItemT")
Tell = Callable[[str], None]
Sleep = Callable[[float], None]


class Client:
    """Speaks to one server, over connections that are kept.

    *tell* is told, in a line for people, that a request will be repeated. *sleep*
    takes seconds. *tape* hears the body of every reply that may be an answer.
    """

    def __init__(
        self,
        connection: Connection,
        tell: Tell = lambda _: None,
        sleep: Sleep = time.sleep,
        tape: Tape | None = None,
    ) -> None:
        self._connection = connection
        self._tell = tell
        self._sleep = sleep
        self._tape = tape or NoTape()
        self._http = opened(connection)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._http.close()

    def chat(self, body: ChatBody) -> Iterator[ChatEvent]:
        """Yield the events of a reply, whether it is streamed or comes at once."""
        if body.stream:
            return self._streamed("/v2/chat", body, chat.ChatReader)
        return self._told("/v2/chat", body, chat.events_of)

    def compat(self, body: CompatBody) -> Iterator[ChatEvent]:
        """Like `chat`, from a server that speaks OpenAI's `/chat/completions`."""
        if body.stream:
            return self._streamed("/chat/completions", body, compat.CompatReader)
        return self._told("/chat/completions", body, compat.events_of)

    def rerank(self, body: RerankBody) -> Ranking:
        """Return the documents' places and scores, best first."""
        return ranking_of(self._single("/v2/rerank", body), len(body.documents))

    def _streamed(
        self, path: str, body: Body, reader: Callable[[], stream.Reader]
    ) -> Iterator[ChatEvent]:
        def once(deadline: Deadline) -> Iterator[ChatEvent]:
            with self._sent(path, body, STREAM_TIMEOUT, deadline) as response:
                _expect(response, "text/event-stream")
                with self._taped(response, response.iter_raw()) as chunks:
                    yield from stream.events_of(data_of(chunks), reader())

        return self._persistently(lambda deadline: _past_prelude(once(deadline)))

    def _told(
        self, path: str, body: Body, events_of: Callable[[Any], Iterator[ChatEvent]]
    ) -> Iterator[ChatEvent]:
        yield from stream.checked(events_of(self._single(path, body)))

    def _single(self, path: str, body: Body) -> Any:
        def once(deadline: Deadline) -> Iterator[Any]:
            with self._sent(path, body, SINGLE_TIMEOUT, deadline) as response:
                _expect(response, "application/json")
                with self._taped(response, response.iter_bytes()) as chunks:
                    reply = _json_of(chunks)
            yield reply

        return next(self._persistently(once))

    def _persistently(
        self, once: Callable[[Deadline], Iterator[ItemT]]
    ) -> Iterator[ItemT]:
        """Yield what *once* yields; ask again while nothing of it was handed on.

        A pipe cannot be un-written: after the first item, a loss is a loss.
        """
        deadline = Deadline(self._connection.max_time)
        for attempt in count(1):
            handed_on = False
            try:
                for item in once(deadline):
                    handed_on = True
                    yield item
            except Passing as passing:
                if handed_on:
                    said = f"answer incomplete: {passing.problem.what}"
                    raise AnswerIncomplete(said) from passing
                self._wait(passing, attempt, deadline)
            else:
                return

    def _wait(self, passing: Passing, attempt: int, deadline: Deadline) -> None:
        """Sleep before retry number *attempt*, or give up and raise its problem."""
        retries = self._connection.retries
        delay = retry.delay_before(attempt) if passing.wait is None else passing.wait
        if attempt > retries or deadline.cap(delay) < delay:
            raise passing.problem from passing
        said = f"{passing.problem}; trying again in {delay:.1f} s"
        self._tell(f"{said} ({attempt} of {retries})")
        self._sleep(delay)

    @contextmanager
    def _sent(
        self, path: str, body: Body, silence: float, deadline: Deadline
    ) -> Iterator[httpx.Response]:
        """Send *body* and hand out the response, unread, if it is a success.

        Raises an error of ours, or `Passing`, for whatever goes wrong until the
        block is left.
        """
        deadline.check()
        silence = deadline.cap(self._connection.timeout or silence)
        request = self._request(path, body, silence, deadline)
        self._tape.asked()
        try:
            with (
                translated(self._connection, silence),
                closing(self._http.send(request, stream=True)) as response,
                deadline.ending(_socket_of(response)),
            ):
                if not response.is_success:
                    raise self._refusal(response)
                yield response
        except (CoError, Passing):
            deadline.check()
            raise

    def _request(
        self, path: str, body: Body, silence: float, deadline: Deadline
    ) -> httpx.Request:
        return self._http.build_request(
            "POST",
            path,
            content=json.dumps(as_json(body), separators=(",", ":")).encode(),
            headers={"Content-Type": "application/json", "Accept": "*/*"},
            timeout=httpx.Timeout(silence, connect=deadline.cap(CONNECT_TIMEOUT)),
        )

    def _taped(
        self, response: httpx.Response, chunks: Iterator[bytes]
    ) -> AbstractContextManager[Iterator[bytes]]:
        kind = response.headers.get("content-type", "")
        heading = Heading(str(response.url), response.status_code, kind)
        return self._tape.taking(heading, chunks)

    def _refusal(self, response: httpx.Response) -> CoError | Passing:
        body, headers = _start_of(response.iter_bytes(), MOST_READ), response.headers
        if self._connection.key:
            body = body.replace(self._connection.key.encode(), b"***")
        problem = problem_of(response.status_code, headers, body)
        if not retry.is_worth_retrying(response.status_code, problem.what):
            return problem
        asked = retry.asked_delay(headers)
        if asked is not None and asked > retry.LONGEST_WAIT:
            said = f"rate limited; the server asks to wait {asked:.0f} s"
            return RateLimited(said, where=problem.where, hint="try again later")
        return Passing(problem, asked)


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


def _expect(response: httpx.Response, kind: str) -> None:
    """Raise `ServerFault` unless the reply is of the media type that was asked for.

    A web page with status 200 is what a captive portal answers.
    """
    got = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    encoding = response.headers.get("content-encoding", "identity")
    if got != kind:
        said = f"expected {kind}, got {got or 'a reply without a type'}"
        start = message_in(_start_of(response.iter_bytes(), MOST_READ))
        raise ServerFault(f"{said}: {start}" if start else said)
    if kind == "text/event-stream" and encoding != "identity":
        raise ServerFault(f"the stream is compressed ({encoding}), which was not asked")


def _json_of(chunks: Iterable[bytes]) -> Any:
    body = _start_of(chunks, LONGEST_REPLY + 1)
    if len(body) > LONGEST_REPLY:
        raise ServerFault("the reply is larger than 64 MiB")
    try:
        return loads(body.decode("utf-8"))
    except ValueError as exc:
        raise ServerFault(f"the reply is not JSON: {exc}") from exc


def _start_of(chunks: Iterable[bytes], most: int) -> bytes:
    """Read no more than *most* bytes, unpacked, of a body of any length."""
    start = bytearray()
    for chunk in chunks:
        start += chunk
        if len(start) >= most:
            break
    return bytes(start[:most])


def _socket_of(response: httpx.Response) -> Any:
    stream_of_bytes = response.extensions.get("network_stream")
    return stream_of_bytes and stream_of_bytes.get_extra_info("socket")
