import gc
import json
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from raw_server import Serve, http

from cohere_cli.api.client import Client
from cohere_cli.api.connection import Connection
from cohere_cli.api.protocol.events import (
    ContentDelta,
    ContentEnd,
    MessageEnd,
    MessageStart,
)
from cohere_cli.api.protocol.requests import (
    ChatBody,
    CompatBody,
    RerankBody,
    UserMessage,
)
from cohere_cli.api.protocol.rerank import RankedDocument
from cohere_cli.api.responses import MAX_REPLY_BYTES
from cohere_cli.errors import (
    AnswerIncomplete,
    CoError,
    ConfigProblem,
    NotAuthenticated,
    OutputUnwritable,
    RateLimited,
    RequestRefused,
    ServerFault,
    TimedOut,
    Unreachable,
)

BODY = ChatBody(model="m", messages=(UserMessage("Hi"),), stream=True)
SINGLE = ChatBody(model="m", messages=(UserMessage("Hi"),), stream=False)


def frame(data: str) -> bytes:
    return f"event: x\ndata: {data}\n\n".encode()


START = frame('{"type":"message-start","id":"r1"}')
HI = frame(
    '{"type":"content-delta","index":0,"delta":{"message":{"content":{"text":"Hi"}}}}'
)
END = frame('{"type":"message-end","delta":{"finish_reason":"COMPLETE"}}')
STREAM = START + HI + END + b"data: [DONE]\n\n"
EVENTS = [MessageStart(id="r1"), ContentDelta(text="Hi"), MessageEnd()]
RESPONSE = {"id": "r1", "message": {"content": [{"type": "text", "text": "Hi"}]}}


def as_json(data: bytes) -> bytes:
    return http(data, kind="application/json")


def as_reply(value) -> bytes:
    return as_json(json.dumps(value).encode())


def refusal(status: str, message: str, *headers: str) -> bytes:
    body = json.dumps({"message": message}).encode()
    return http(body, status, "application/json", *headers)


def reset(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.close()


class Talk:
    """One client, its notices before retries, and the seconds it would have slept."""

    def __init__(self, url: str, **settings):
        self.notices: list[str] = []
        self.slept: list[float] = []
        connection = Connection(url, key="k-canary", **settings)
        self.client = Client(connection, self.notices.append, self.slept.append)

    def chat(self, body=BODY):
        """Return the events that came, and the error after them."""
        events = []
        try:
            for event in self.client.chat(body):
                events.append(event)  # noqa: PERF402 - what came before an error counts
        except CoError as exc:
            return events, exc
        finally:
            self.client.__exit__(None, None, None)
        return events, None


def test_a_stream_is_yielded_event_by_event(serve: Serve):
    server = serve(http(STREAM))
    assert Talk(server.url).chat() == (EVENTS, None)
    (request,) = server.requests
    assert request.head.startswith("POST /v2/chat HTTP/1.1")
    assert json.loads(request.body) == {
        "model": "m",
        "messages": [{"role": "user", "content": "Hi"}],
        "stream": True,
    }
    assert request.header("authorization") == "Bearer k-canary"
    assert request.header("accept-encoding") == "identity"


def test_an_answer_that_is_not_streamed_has_the_same_events(serve: Serve):
    events, error = Talk(serve(as_reply(RESPONSE)).url).chat(SINGLE)
    assert error is None
    assert [type(event).__name__ for event in events] == [
        "MessageStart",
        "ContentStart",
        "ContentDelta",
        "ContentEnd",
        "MessageEnd",
    ]


WHOLE = json.dumps(RESPONSE).encode()
COMPLETION = {"id": "c", "choices": [{"message": {"content": "Hi"}}]}
COMPAT = CompatBody(
    model="m", messages=({"role": "user", "content": "Hi"},), stream=True
)
CHUNKS = b"".join(b"1\r\n%c\r\n" % byte for byte in WHOLE) + b"0\r\n\r\n"
CHUNKED = http(CHUNKS, "200 OK", "application/json", "Transfer-Encoding: chunked")


def text_of(events):
    return [event.text for event in events if isinstance(event, ContentDelta)]


@pytest.mark.parametrize(
    "reply",
    [
        as_json(WHOLE),
        as_json(b"\r\n " + json.dumps(RESPONSE, indent=2).encode()),
        http(WHOLE),
        http(WHOLE, kind="text/plain; charset=utf-8"),
        http(WHOLE, kind="text/html"),
        CHUNKED,
    ],
)
def test_json_where_a_stream_was_requested_is_the_reply(serve: Serve, reply):
    events, error = Talk(serve(reply).url).chat()
    assert (text_of(events), events[-1], error) == (["Hi"], MessageEnd(), None)
    assert json.loads(events[0].raw) == RESPONSE
    assert {event.raw for event in events[1:]} == {""}


def test_a_completion_where_a_stream_was_requested_is_the_reply(serve: Serve):
    with Client(Connection(serve(as_reply(COMPLETION)).url)) as client:
        assert text_of(client.compat(COMPAT)) == ["Hi"]


@pytest.mark.parametrize("kind", ["text/event-stream", "application/json", "text/x"])
@pytest.mark.parametrize("body", [BODY, SINGLE])
def test_a_stream_is_the_reply_whatever_was_requested(serve: Serve, kind, body):
    assert Talk(serve(http(STREAM, kind=kind)).url).chat(body) == (EVENTS, None)


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (
            as_reply({"message": "no credits"}),
            "application/json, not a stream of events: no credits",
        ),
        (http(b'{"a": 1}', kind="text/plain"), "text/plain, not a stream of events"),
        (
            http(b'{"a": ', kind="text/plain"),
            'text/plain, not a stream of events: {"a":',
        ),
        (http(b"Hi", kind="text/plain"), "text/plain, not a stream of events: Hi"),
        (http(b" ", kind="text/plain"), "text/plain, not a stream of events"),
    ],
)
def test_what_is_neither_json_of_a_reply_nor_a_stream_is_reported(
    serve: Serve, reply, message
):
    events, error = Talk(serve(reply).url).chat()
    assert (events, type(error)) == ([], ServerFault)
    assert str(error) == f"the reply is {message}"


def test_json_that_was_cut_off_where_a_stream_was_requested_is_fetched_again(
    serve: Serve,
):
    cut = http(WHOLE[:9], "200 OK", "application/json", f"Content-Length: {len(WHOLE)}")
    events, error = Talk(serve(cut, as_json(WHOLE)).url).chat()
    assert (text_of(events), error) == (["Hi"], None)


def test_an_empty_key_sends_no_authorization(serve: Serve):
    server = serve(http(STREAM))
    with Client(Connection(server.url)) as client:
        list(client.chat(BODY))
    assert server.requests[0].header("authorization") is None


def test_a_path_in_the_base_url_is_kept(serve: Serve):
    hi = b'data: {"choices":[{"delta":{"content":"Hi"}}]}\n\n'
    server = serve(http(hi + b"data: [DONE]\n\n"))
    body = CompatBody(
        model="m", messages=({"role": "user", "content": "Hi"},), stream=True
    )
    with Client(Connection(server.url + "/a/v1")) as client:
        assert list(client.compat(body))[2:4] == [ContentDelta(text="Hi"), ContentEnd()]
    assert server.requests[0].head.startswith("POST /a/v1/chat/completions HTTP/1.1")


def test_rerank_pairs_indices_with_scores(serve: Serve):
    results = [
        {"index": 1, "relevance_score": 0.9},
        {"index": 0, "relevance_score": 0.1},
    ]
    server = serve(as_reply({"results": results}))
    with Client(Connection(server.url)) as client:
        ranking = client.rerank(RerankBody(model="m", query="q", documents=("a", "b")))
    assert ranking.results == (RankedDocument(1, 0.9), RankedDocument(0, 0.1))


def test_the_body_of_a_request_is_freed_with_its_reply(serve: Serve):
    server = serve(as_reply({"results": [{"index": 0, "relevance_score": 0.9}]}))
    gc.collect()
    gc.disable()
    try:
        with Client(Connection(server.url)) as client:
            client.rerank(RerankBody(model="m", query="q", documents=("a",)))
            kept = [one for one in gc.get_objects() if isinstance(one, httpx.Request)]
    finally:
        gc.enable()
    assert kept == []


def test_a_ranking_with_more_results_than_requested_is_cut(serve: Serve):
    results = [{"index": 0, "relevance_score": 1}, {"index": 1, "relevance_score": 0}]
    server = serve(as_reply({"results": results}))
    body = RerankBody(model="m", query="q", documents=("a", "b"), top_n=1)
    with Client(Connection(server.url)) as client:
        ranking = client.rerank(body)
    assert [one.index for one in ranking.results] == [0]


@pytest.mark.parametrize(
    ("first", "message"),
    [
        (refusal("503 Busy", "overloaded"), "overloaded (HTTP 503)"),
        (refusal("429 Slow", "wait a bit"), "wait a bit (HTTP 429)"),
        (b"", "the connection was lost (HOST)"),
        (reset, "the connection was lost (HOST)"),
        (http(START), "answer incomplete"),
        ([http(START), reset], "the connection was lost (HOST)"),
    ],
)
def test_a_transient_failure_is_retried(serve: Serve, first, message):
    server = serve(first, http(STREAM))
    talk = Talk(server.url)
    events, error = talk.chat()
    if message == "answer incomplete":
        # The server closed the connection, so the reply is over.
        assert (events, type(error)) == (EVENTS[:1], AnswerIncomplete)
        return
    assert (events, error) == (EVENTS, None)
    assert len(server.requests) == 2
    host = server.url.removeprefix("http://")
    assert talk.notices[0].startswith(
        message.replace("HOST", host) + "; retrying in 0."
    )
    assert talk.notices[0].endswith("(1 of 2)")


def test_it_gives_up_after_the_configured_retries(serve: Serve):
    server = serve(*[refusal("500 No", "broken")] * 5)
    talk = Talk(server.url, retries=3)
    events, error = talk.chat()
    assert (events, str(error), type(error)) == ([], "broken (HTTP 500)", ServerFault)
    assert (len(server.requests), len(talk.slept)) == (4, 3)


def test_the_servers_retry_after_is_respected(serve: Serve):
    first = refusal("429 Slow", "wait", "Retry-After: 7")
    talk = Talk(serve(first, http(STREAM)).url)
    assert talk.chat() == (EVENTS, None)
    assert talk.slept == [7.0]


def test_a_call_is_given_up_when_it_has_waited_for_two_minutes(serve: Serve):
    slow = refusal("429 Slow", "wait", "Retry-After: 50")
    talk = Talk(serve(*[slow] * 4).url, retries=9)
    _, error = talk.chat()
    assert isinstance(error, RateLimited)
    assert talk.slept == [50.0, 50.0]


def test_a_server_that_asks_for_too_long_is_not_waited_for(serve: Serve):
    talk = Talk(serve(refusal("429 Slow", "wait", "Retry-After: 3600")).url)
    _, error = talk.chat()
    assert isinstance(error, RateLimited)
    assert str(error) == "rate limited; the server asks to wait 3600 s (HTTP 429)"
    assert talk.slept == []


def test_nothing_is_retried_after_the_first_content(serve: Serve):
    server = serve([http(START + HI), reset], http(STREAM))
    events, error = Talk(server.url).chat()
    assert (events, type(error)) == (EVENTS[:2], AnswerIncomplete)
    assert str(error) == "answer incomplete: the connection was lost"
    assert len(server.requests) == 1


def test_a_stream_without_its_end_yields_all_and_is_incomplete(serve: Serve):
    events, error = Talk(serve(http(START + HI)).url).chat()
    assert (events, type(error)) == (EVENTS[:2], AnswerIncomplete)


@pytest.mark.parametrize(
    ("reply", "kind", "message"),
    [
        (
            refusal("401 No", "invalid api token"),
            NotAuthenticated,
            "invalid api token (HTTP 401)",
        ),
        (
            refusal("404 No", "no such model"),
            RequestRefused,
            "no such model (HTTP 404)",
        ),
        (
            refusal("422 No", "unknown field"),
            RequestRefused,
            "unknown field (HTTP 422)",
        ),
        (
            refusal("401 No", "bad key k-canary"),
            NotAuthenticated,
            "bad key *** (HTTP 401)",
        ),
        (
            http(b"", "307 Go", "text/plain", "Location: http://other/"),
            ServerFault,
            "the server redirects to http://other/; not followed (HTTP 307)",
        ),
        (
            http(b"", "302 Go", "text/plain", "Location: http://a\x01b/"),
            ServerFault,
            "the server redirects to an invalid address; not followed (HOST)",
        ),
        (
            http(b"<html><title>Log in</title>", kind="text/html"),
            ServerFault,
            "the reply is text/html, not a stream of events: a web page: Log in",
        ),
        (
            http(STREAM, "200 OK", "text/event-stream", "Content-Encoding: br"),
            ServerFault,
            "the reply is compressed (br), which was not requested",
        ),
        (http(b"x" * (2 << 20)), ServerFault, "the stream has a line of over 1 MiB"),
    ],
)
def test_a_refusal_is_reported_and_not_retried(serve: Serve, reply, kind, message):
    server = serve(reply, http(STREAM))
    events, error = Talk(server.url).chat()
    message = message.replace("HOST", server.url.removeprefix("http://"))
    assert (events, type(error), str(error)) == ([], kind, message)
    assert len(server.requests) == 1


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (http(b"{", kind="application/json"), "the reply is not JSON: "),
        (http(b"\xff", kind="application/json"), "the reply is not JSON: "),
        (http(b"[]", kind="application/json"), "the reply is not a chat response"),
        (http(b"{}", kind="text/plain"), "the reply is text/plain, not JSON"),
    ],
)
def test_an_invalid_single_reply_is_a_server_fault(serve: Serve, reply, message):
    _, error = Talk(serve(reply).url).chat(SINGLE)
    assert isinstance(error, ServerFault)
    assert str(error).startswith(message)


def test_a_single_reply_may_not_be_larger_than_the_limit(serve: Serve):
    half = b" " * (MAX_REPLY_BYTES // 2)
    head = http(b"", kind="application/json")
    _, error = Talk(serve([head, half, half, b"  {}"]).url).chat(SINGLE)
    assert str(error) == "the reply is larger than 16 MiB"


@pytest.mark.parametrize("values", [b"[],", b"1,", b'{"a":', b'"a","b":'])
def test_a_single_reply_may_not_hold_more_values_than_fit_in_memory(
    serve: Serve, values
):
    _, error = Talk(serve(as_json(b"[" + values * 300_000)).url).chat(SINGLE)
    assert str(error) == "the reply has more than 250,000 values"


@pytest.mark.parametrize(
    "reply", [b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000]
)
def test_what_is_not_http_is_the_servers_fault(serve: Serve, reply):
    server = serve(reply)
    _, error = Talk(server.url, retries=0).chat()
    host = server.url.removeprefix("http://")
    assert (type(error), str(error)) == (ServerFault, f"the reply is not HTTP ({host})")


def test_a_refused_connection_is_reported_with_host_and_port():
    with socket.create_server(("127.0.0.1", 0)) as gone:
        host = f"127.0.0.1:{gone.getsockname()[1]}"
    _, error = Talk(f"http://{host}", retries=1).chat()
    assert isinstance(error, Unreachable)
    assert str(error) == f"cannot connect: connection refused ({host})"


def test_a_call_without_data_ends_at_the_timeout(serve: Serve):
    server = serve([http(START + HI), lambda _: time.sleep(2)])
    events, error = Talk(server.url, timeout=0.2).chat()
    assert (events, type(error)) == (EVENTS[:2], TimedOut)
    host = server.url.removeprefix("http://")
    assert str(error) == f"timed out: no data from {host} for 0.2 s"


def drip(connection: socket.socket) -> None:
    for _ in range(100):
        connection.sendall(b": still here\n")
        time.sleep(0.05)


@pytest.mark.parametrize("piece", [drip, lambda _: time.sleep(2)])
def test_a_call_ends_at_its_deadline(serve: Serve, piece):
    began = time.monotonic()
    events, error = Talk(serve([http(START + HI), piece]).url, max_time=0.4).chat()
    assert (events, type(error)) == (EVENTS[:2], TimedOut)
    assert str(error) == "the call took longer than 0.4 s"
    assert time.monotonic() - began < 1.5


def test_the_deadline_applies_before_the_response_headers_too(serve: Serve):
    began = time.monotonic()
    talk = Talk(serve([b"HTTP/1.1 200 OK\r\n", drip]).url, max_time=0.4)
    events, error = talk.chat()
    assert (events, type(error)) == ([], TimedOut)
    assert time.monotonic() - began < 1.5


def test_a_delay_beyond_the_deadline_is_not_waited_for(serve: Serve):
    server = serve(refusal("429 Slow", "wait", "Retry-After: 30"))
    talk = Talk(server.url, max_time=5)
    _, error = talk.chat()
    assert (type(error), talk.slept) == (RateLimited, [])


def test_a_missing_certificate_file_is_a_problem_of_the_configuration(monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", "/nowhere/ca.pem")
    with pytest.raises(ConfigProblem) as caught:
        Client(Connection("https://api.example"))
    assert str(caught.value) == (
        "the CA bundle cannot be used: No such file or directory (/nowhere/ca.pem)"
    )


def test_a_proxy_is_not_used_for_this_machine(serve: Serve, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    assert Talk(serve(http(STREAM)).url).chat() == (EVENTS, None)


def refused(server, act):
    with Client(Connection(server.url)) as client, pytest.raises(RequestRefused) as it:
        act(client)
    return it.value


@pytest.mark.parametrize(
    ("path", "base"),
    [
        ("/chat/completions", "/v1"),
        ("/models", "/v1"),
        ("/api/chat/completions", "/api/v1"),
    ],
)
def test_the_hint_for_a_404_without_a_version_names_the_base_url_with_it(
    serve, path, base
):
    body = b'{"error":{"message":"Not Found"}}'
    server = serve(http(body, "404 Not Found", "application/json"))
    problem = refused(server, lambda client: client.get(path))
    assert problem.hint == f"did you mean --base-url {server.url}{base}?"


@pytest.mark.parametrize(
    "body",
    [
        b'{"detail":"Not Found"}',
        b'{"error":{"message":"The model `m` does not exist."}}',
        b"<html>",
        b"",
    ],
)
def test_the_hint_for_a_404_of_another_server_names_a_list_that_it_has(serve, body):
    server = serve(http(body, "404 Not Found", "application/json"))
    problem = refused(server, lambda client: client.get("/v1/models"))
    listed = f"co models list --compat --base-url {server.url}/v1"
    assert problem.hint == (
        f"the server may lack /v1/models, or the model; `{listed}` lists models"
    )


@pytest.mark.parametrize(
    ("act", "path", "instead"),
    [
        (
            lambda client: next(client.chat(SINGLE)),
            "/v2/chat",
            "`co compat` is for OpenAI's API",
        ),
        (
            lambda client: client.rerank(RerankBody("m", "q", ("d",))),
            "/v2/rerank",
            "other servers have --rerank-path /v1/rerank",
        ),
    ],
)
def test_the_hint_for_a_404_names_what_other_servers_have(serve, act, path, instead):
    body = b'{"error":{"code":404,"message":"File Not Found","type":"not_found_error"}}'
    server = serve(http(body, "404 Not Found", "application/json"))
    listed = f"co models list --compat --base-url {server.url}/v1"
    assert refused(server, act).hint == (
        f"the server may lack {path}, or the model; {instead}; `{listed}` lists models"
    )


@pytest.mark.parametrize(
    ("key", "hint"),
    [
        ("", "no key was sent: set CO_API_KEY, or use --key-file FILE"),
        ("k", "check it with `co auth status`, or store another: `co auth login`"),
    ],
)
def test_the_hint_for_a_401_without_a_key_is_how_to_give_one(serve, key, hint):
    body = b'{"error":"Unauthorized"}'
    server = serve(http(body, "401 Unauthorized", "application/json"))
    with (
        Client(Connection(server.url, key)) as client,
        pytest.raises(NotAuthenticated) as caught,
    ):
        client.get("/v1/models")
    assert (str(caught.value), caught.value.hint) == ("Unauthorized (HTTP 401)", hint)


@pytest.mark.parametrize(
    "reason",
    [
        "input (2003 tokens) is too large to process. increase the physical batch size",
        "image input is not supported - hint: you may need to provide the mmproj",
    ],
)
def test_a_500_about_the_input_is_a_refusal_and_not_sent_again(serve, reason):
    error = {"error": {"code": 500, "message": reason, "type": "server_error"}}
    body = json.dumps(error).encode()
    server = serve(*[http(body, "500 No", "application/json")] * 3)
    problem = refused(server, lambda client: next(client.chat(SINGLE)))
    assert (str(problem), problem.hint) == (f"{reason} (HTTP 500)", "")
    assert len(server.requests) == 1


def test_a_record_that_is_too_long_for_the_model_is_shortened_by_a_flag(serve):
    reason = "This model's maximum context length is 512 tokens"
    body = json.dumps({"error": {"message": reason}}).encode()
    server = serve(http(body, "400 Bad Request", "application/json"))
    request = RerankBody(model="m", query="q", documents=("d",))
    problem = refused(server, lambda client: client.rerank(request))
    assert str(problem) == f"{reason} (HTTP 400)"
    assert problem.hint == (
        "if the records are too long for the model, shorten them with "
        "--max-tokens-per-doc N"
    )


@contextmanager
def full_disk() -> Iterator[None]:
    """A burst whose output cannot be written at its end."""
    try:
        yield
    finally:
        raise OutputUnwritable("cannot write output: no space left on device")


@pytest.mark.parametrize("sent", [START + HI + END, STREAM], ids=["", "and [DONE]"])
def test_output_of_the_last_read_that_cannot_be_written_is_an_error(serve, sent):
    """It was exit 0: nobody hears the error of a generator that is freed."""
    connection = Connection(serve(http(sent)).url, "k")
    with Client(connection, burst=full_disk) as client, pytest.raises(OutputUnwritable):
        list(client.chat(BODY))
