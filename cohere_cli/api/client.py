"""The HTTP client: sends a request body and returns events, a ranking or JSON."""

import re
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, closing, contextmanager, nullcontext
from functools import partial
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from cohere_cli.api import retry
from cohere_cli.api.connection import (
    CHAT_PATH,
    CONNECT_TIMEOUT,
    RERANK_PATH,
    SINGLE_TIMEOUT,
    STREAM_TIMEOUT,
    Connection,
)
from cohere_cli.api.deadline import Deadline, OpenSockets
from cohere_cli.api.network.httpx_import import httpx
from cohere_cli.api.network.transport import (
    JSON_HEADERS,
    map_httpx_errors,
    open_http_client,
)
from cohere_cli.api.protocol import chat, stream
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
    EncodedBody,
    RawCompatBody,
    RerankBody,
    encoded,
)
from cohere_cli.api.responses import (
    EVENT_STREAM,
    JSON,
    PeekedReply,
    decode_whole,
    open_reply,
    read_error_body,
    read_json,
    require_content_type,
)
from cohere_cli.api.retry import TransientError
from cohere_cli.api.sse import Burst, UntilStopped, iter_batches
from cohere_cli.errors import (
    AnswerIncomplete,
    CoError,
    NotAuthenticated,
    RateLimited,
    RequestRefused,
    RetryNotice,
    ServerFault,
)

if TYPE_CHECKING:
    # A plain chat needs none of these: they are imported where they are used.
    from cohere_cli.api.network.early_connection import EarlyConnection
    from cohere_cli.api.network.keep_alive import KeepAliveClient, KeptResponse
    from cohere_cli.api.protocol.rerank import Ranking
    from cohere_cli.api.rate_limit import Permit, RateLimiter
    from cohere_cli.api.recorder import Recorder

    Response = httpx.Response | KeptResponse

_LONG_RECORDS = (
    "if the records are too long for the model, shorten them with "
    "--max-tokens-per-doc N"
)
COMPAT_PATH = "/chat/completions"

ItemT = TypeVar("ItemT")
Notify = Callable[[str], None]
Sleep = Callable[[float], None]


class Client:
    """Sends requests to one server over pooled connections.

    *notify* gets a line for the user, before a retry a `RetryNotice`. *sleep* takes
    seconds. *recorder* writes the body of each successful reply to a file.
    *rate_limiter* delays requests.
    *detail* receives a line about each response. The events of one read from the
    network are yielded within one *burst*. The first request goes over *early*.
    With *many*, a request takes less CPU, and there is no *early* connection.
    `reply_headers` are those of the latest successful response.

    Several threads may call `rerank` and `fetch_chat` at the same time, unless there
    is a recorder.
    """

    def __init__(
        self,
        connection: Connection,
        notify: Notify = lambda _: None,
        sleep: Sleep = time.sleep,
        *,
        recorder: "Recorder | None" = None,
        rate_limiter: "RateLimiter | None" = None,
        detail: Notify | None = None,
        burst: Burst = nullcontext,
        early: "EarlyConnection | None" = None,
        many: bool = False,
    ) -> None:
        self._connection = connection
        self._send_notice = notify
        self._notify_lock = Lock()
        self._sleep = sleep
        self._recorder = recorder
        self._rate_limiter = rate_limiter
        self._detail = detail
        self._burst = burst
        self._ends: deque[str] = deque()
        self._many: KeepAliveClient | None = None
        if many:
            from cohere_cli.api.network.keep_alive import open_clients

            self._http, self._many = open_clients(connection)
        else:
            self._http = open_http_client(connection, early)
        self._sockets = OpenSockets()
        self.reply_headers: Mapping[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        problem: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._http.close()
        if self._many is not None:
            self._many.close()
        self._log_ends()

    def _log_ends(self) -> None:
        """Log the ends of responses, which came while the answer was still shown."""
        while self._detail is not None and self._ends:
            self._detail(self._ends.popleft())

    @property
    def max_time(self) -> float | None:
        """Seconds that a whole call may take, None for no limit."""
        return self._connection.max_time

    def chat(self, body: ChatBody, *, joined: bool = False) -> Iterator[ChatEvent]:
        """Yield the events of a reply, streamed or not.

        *joined*: see `ChatDecoder`.
        """
        decoder = partial(chat.ChatDecoder, joined=joined)
        return self._events(CHAT_PATH, body, decoder, chat.decode_response)

    def compat(
        self, body: CompatBody | RawCompatBody, *, think_tags: bool = True
    ) -> Iterator[ChatEvent]:
        """Like `chat`, through OpenAI's `/chat/completions`; see `CompatDecoder`."""
        from cohere_cli.api.protocol import compat

        return self._events(
            COMPAT_PATH,
            body,
            partial(compat.CompatDecoder, think_tags=think_tags),
            partial(compat.decode_completion, think_tags=think_tags),
        )

    def rerank(self, body: RerankBody, deadline: Deadline | None = None) -> "Ranking":
        """Return the documents' indices and scores, best first.

        Pass *deadline* if several requests share it; by default this one has its own.
        """
        from cohere_cli.api.protocol.rerank import parse_ranking

        path = self._connection.rerank_path
        try:
            reply = self._fetch(path, body, deadline)
        except RequestRefused as problem:
            if re.search("token|too long|too large|context length", problem.what):
                problem.hint = _LONG_RECORDS
            raise
        ordered = path == RERANK_PATH
        return parse_ranking(reply, len(body.documents), body.top_n, ordered=ordered)

    def fetch_chat(
        self,
        body: EncodedBody,
        decode: Callable[[Any], ItemT],
        deadline: Deadline | None = None,
    ) -> ItemT:
        """Return what *decode* makes of the response object of `/v2/chat`.

        For many requests that do not stream: several threads may call it. A reply that
        cannot be read, or for which *decode* raises `ServerFault`, is requested again.
        """

        def once(deadline: Deadline) -> Iterator[ItemT]:
            with self._response(CHAT_PATH, body, SINGLE_TIMEOUT, deadline) as response:
                reply = self._opened(response, JSON)
                if reply.kind != JSON:
                    require_content_type(reply, JSON)
                try:
                    value = decode(read_json(reply.chunks))
                except ServerFault as problem:
                    raise TransientError(problem) from problem
            yield value

        return next(self._with_retries(once, deadline))

    def get(self, path: str) -> Any:
        """Return the JSON at *path*, which may have a query; secrets are masked."""
        return self._connection.masked_value(self._fetch(path, None))

    def _events(
        self,
        path: str,
        body: ChatBody | CompatBody | RawCompatBody,
        decoder: Callable[[], stream.Decoder],
        decode: Callable[[Any], Iterator[ChatEvent]],
    ) -> Iterator[ChatEvent]:
        """Yield the events of a reply, streamed or not, whatever was requested."""
        silence = STREAM_TIMEOUT if body.stream else SINGLE_TIMEOUT

        def once(deadline: Deadline) -> Iterator[ChatEvent]:
            with self._response(path, body, silence, deadline) as response:
                asked = EVENT_STREAM if body.stream else JSON
                reply = self._opened(response, asked)
                with self._recording(response, reply.chunks) as chunks:
                    if reply.kind == JSON:
                        events = decode_whole(reply, chunks, decode)
                        with self._burst():
                            yield from stream.require_end(events)
                    else:
                        read = UntilStopped(chunks, self._burst)
                        datas = iter_batches(read)
                        yield from stream.decode_batches(datas, decoder(), read.stop)
                        read.stop()
                        # Ends the burst of the last read here: its output that cannot
                        # be written is an error, but not of a generator that is freed.
                        for _ in datas:
                            pass

        return self._with_retries(
            lambda deadline: _buffer_until_first_content(once(deadline))
        )

    def _fetch(
        self,
        path: str,
        body: Body | EncodedBody | None,
        deadline: Deadline | None = None,
    ) -> Any:
        def once(deadline: Deadline) -> Iterator[Any]:
            with self._response(path, body, SINGLE_TIMEOUT, deadline) as response:
                reply = self._opened(response, JSON)
                if reply.kind != JSON:
                    require_content_type(reply, JSON)
                with self._recording(response, reply.chunks) as chunks:
                    value = read_json(chunks)
            yield value

        return next(self._with_retries(once, deadline))

    def _opened(self, response: "Response", asked: str) -> PeekedReply:
        return open_reply(response, asked, self._connection.without_secrets)

    def _with_retries(
        self,
        once: Callable[[Deadline], Iterator[ItemT]],
        deadline: Deadline | None = None,
    ) -> Iterator[ItemT]:
        """Yield what *once* yields; retry transient errors until the first item.

        After that the output has begun, and a retry would repeat it.
        """
        deadline = deadline or Deadline(self.max_time)
        failures, waited = 0, 0.0
        while True:
            has_yielded = False
            try:
                for item in once(deadline):
                    has_yielded = True
                    yield item
            except CoError as problem:
                masked = self._connection.masked_problem(problem)
                raise masked from problem.__cause__
            except TransientError as error:
                self._connection.masked_problem(error.problem)
                if has_yielded:
                    message = f"answer incomplete: {error.problem.what}"
                    raise AnswerIncomplete(message) from error
                if not self._is_rate_limited(error):
                    failures += 1
                    waited += self._wait(error, failures, waited, deadline)
            else:
                return

    def _wait(
        self, error: TransientError, attempt: int, waited: float, deadline: Deadline
    ) -> float:
        """Sleep before retry number *attempt*; return the seconds slept.

        Raises the error if no retries or no time is left.
        """
        retries = self._connection.retries
        delay = retry.backoff_delay(attempt) if error.wait is None else error.wait
        too_long = waited + delay > retry.MAX_TOTAL_DELAY
        if attempt > retries or too_long or deadline.cap(delay) < delay:
            raise error.problem from error
        what = f"retrying in {delay:.1f} s ({attempt} of {retries})"
        self._notify(RetryNotice(error.problem, what, delay))
        self._sleep(delay)
        return delay

    def _is_rate_limited(self, error: TransientError) -> bool:
        """Whether the rate limiter itself delays the next attempt."""
        limiter = self._rate_limiter
        return limiter is not None and limiter.handles(error)

    def _permit(self, deadline: Deadline) -> "AbstractContextManager[Permit | None]":
        if self._rate_limiter is None:
            return nullcontext()
        return self._rate_limiter.turn(deadline, self._notify)

    def _notify(self, line: str) -> None:
        with self._notify_lock:
            # A worker thread may outlive the call: it must not write then.
            if not self._http.is_closed:
                self._send_notice(line)

    @contextmanager
    def _response(
        self,
        path: str,
        body: Body | EncodedBody | None,
        silence: float,
        deadline: Deadline,
    ) -> "Iterator[Response]":
        """Send *body*, or a GET without one, and yield the unread, successful response.

        Raises `CoError` or `TransientError`, also for errors inside the block.
        """
        deadline.check()
        try:
            with (
                self._permit(deadline) as permit,
                self._exchange(path, body, silence, deadline) as response,
            ):
                if not response.is_success:
                    raise self._error_from(response)
                self.reply_headers = response.headers
                if permit is not None:
                    permit.headers = response.headers
                yield response
        except (CoError, TransientError):
            deadline.check()
            raise

    @contextmanager
    def _exchange(
        self,
        path: str,
        body: Body | EncodedBody | None,
        silence: float,
        deadline: Deadline,
    ) -> "Iterator[Response]":
        silence = deadline.cap(self._connection.timeout or silence)
        timeout = httpx.Timeout(silence, connect=deadline.cap(CONNECT_TIMEOUT))
        content = None if body is None else _content(body)
        if self._recorder is not None:
            self._recorder.start_timer()
        begun = time.monotonic()
        with (
            map_httpx_errors(self._connection, silence),
            deadline.enforce(self._sockets),
            self._sent(path, content, timeout) as response,
        ):
            waited = time.monotonic() - begun
            model, size = getattr(body, "model", None), len(content or b"")
            with self._logged(response, waited, model, size):
                yield response

    def _sent(
        self, path: str, content: bytes | None, timeout: httpx.Timeout
    ) -> "AbstractContextManager[Response]":
        """Send *content*, or a GET without any; the response is closed at the end."""
        if self._many is None or content is None:
            return self._sent_by_httpx(path, content, timeout)
        return closing(self._many.post(path, content, timeout, self._sockets.trace))

    @contextmanager
    def _sent_by_httpx(
        self, path: str, content: bytes | None, timeout: httpx.Timeout
    ) -> Iterator[httpx.Response]:
        request = self._http.build_request(
            "GET" if content is None else "POST",
            path,
            content=content,
            headers=None if content is None else JSON_HEADERS,
            timeout=timeout,
            extensions={"trace": self._sockets.trace},
        )
        response = self._http.send(request, stream=True)
        try:
            yield response
        finally:
            if self._http.is_closed:
                # By another thread meanwhile.
                response.extensions["network_stream"].close()
            response.close()
            # It and its stream refer to each other: a job of many requests would
            # hold the bodies of some fifty until the garbage is collected.
            response.stream = httpx.ByteStream(b"")

    @contextmanager
    def _logged(
        self, response: "Response", waited: float, model: str | None, size: int
    ) -> Iterator[None]:
        """Log a response that began after *waited* seconds, and its end.

        The request was for *model*, and had *size* bytes.
        """
        if self._detail is None:
            yield
            return
        from cohere_cli.api.diagnostics import describe_end, describe_response

        self._log_ends()
        line = describe_response(response, waited, model, size)
        self._detail(self._connection.masked_line(line))
        begun = time.monotonic()
        try:
            yield
        finally:
            taken = waited + time.monotonic() - begun
            self._ends.append(describe_end(response, taken))

    def _recording(
        self, response: "Response", chunks: Iterator[bytes]
    ) -> AbstractContextManager[Iterator[bytes]]:
        if self._recorder is None:
            return nullcontext(chunks)
        from cohere_cli.api.recorder import ResponseHead

        kind = response.headers.get("content-type", "")
        head = ResponseHead(str(response.url), response.status_code, kind)
        return self._recorder.record(head, chunks)

    def _error_from(self, response: "Response") -> CoError | TransientError:
        from cohere_cli.api.protocol.errors import (
            error_from_response,
            not_found_hint,
        )

        headers = response.headers
        body = read_error_body(response, self._connection.without_secrets)
        if self._detail is not None and body:
            from cohere_cli.api.diagnostics import describe_body

            self._detail(self._connection.masked_line(describe_body(body)))
        problem = error_from_response(response.status_code, headers, body)
        if response.status_code == httpx.codes.NOT_FOUND:
            problem.hint = not_found_hint(body, str(response.url)) or problem.hint
        if isinstance(problem, NotAuthenticated) and not self._connection.key:
            problem.hint = "no key was sent: set CO_API_KEY, or use --key-file FILE"
        is_fault = httpx.codes.is_server_error(response.status_code)
        blames_input = is_fault and isinstance(problem, RequestRefused)
        if blames_input or not retry.is_retryable(response.status_code, problem.what):
            return problem
        wait = retry.retry_after(headers)
        if wait is not None:
            problem.details["retry_after"] = wait
        if wait is not None and wait > retry.MAX_RETRY_AFTER:
            message = f"rate limited; the server asks to wait {wait:.0f} s"
            limited = RateLimited(message, where=problem.where, hint="try again later")
            limited.details = problem.details
            return limited
        return TransientError(problem, wait)


def _content(body: Body | EncodedBody) -> bytes:
    return body.content if isinstance(body, EncodedBody) else encoded(body)


def _buffer_until_first_content(events: Iterator[ChatEvent]) -> Iterator[ChatEvent]:
    """Buffer the events before the first content, so that a retry repeats nothing."""
    buffered = []
    try:
        for event in events:
            buffered.append(event)
            if not isinstance(event, MessageStart | ContentStart | UnknownEvent):
                break
    except CoError:
        yield from buffered
        raise
    yield from buffered
    yield from events
