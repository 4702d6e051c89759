import pytest

from cohere_cli.sandbox.http.head import parse_head
from cohere_cli.sandbox.messages import ApiError

MOST = 1000


def parse(*lines, first="POST /v2/chat HTTP/1.1"):
    return parse_head("\r\n".join([first, *lines, "", ""]).encode(), most=MOST)


@pytest.mark.parametrize(
    ("first", "path", "query"),
    [
        ("GET / HTTP/1.1", "/", {}),
        ("GET /v1/models?endpoint=chat&x= HTTP/1.1", "/v1/models", {"endpoint": "chat", "x": ""}),
        ("GET /a?b#c HTTP/1.1", "", {}),
        ("GET //v2/chat HTTP/1.1", "//v2/chat", {}),
        ("GET /v2/../x HTTP/1.1", "/v2/../x", {}),
        ("GET /v2/%63hat HTTP/1.1", "/v2/%63hat", {}),
        ("GET http://localhost/v1/models?a=b HTTP/1.1", "/v1/models", {"a": "b"}),
        ("GET http://localhost HTTP/1.1", "", {}),
        ("GET ftp://localhost/x HTTP/1.1", "", {}),
        ("GET http://[ HTTP/1.1", "", {}),
        ("GET @example.com/x HTTP/1.1", "", {}),
        ("OPTIONS * HTTP/1.1", "", {}),
        ("CONNECT localhost:80 HTTP/1.1", "", {}),
    ],
)  # fmt: skip
def test_a_path_is_read_literally_or_is_empty(first, path, query):
    request = parse("Host: localhost", first=first).request
    assert (request.path, request.query) == (path, query)


@pytest.mark.parametrize(
    ("target", "host"),
    [
        ("http://LOCALHOST:80/x", "localhost:80"),
        ("http://example.com/x", ""),
        ("http://localhost@example.com/x", ""),
        ("http://localhost:81/x", ""),
    ],
)
def test_the_host_of_a_whole_url_must_be_that_of_the_header(target, host):
    head = parse("Host: localhost:80", first=f"GET {target} HTTP/1.1")
    assert head.request.headers["host"] == host


def test_fields_are_read_without_the_space_around_them():
    head = parse("X-A:  b c\t", "x-a: d", "Empty:")
    assert head.request.headers == {"x-a": "b c, d", "empty": ""}


def test_a_line_may_end_with_a_line_feed_alone():
    head = parse_head(b"GET /x HTTP/1.1\nHost: localhost\n\n", most=MOST)
    assert (head.request.path, head.request.headers) == ("/x", {"host": "localhost"})


@pytest.mark.parametrize(
    ("lines", "length", "is_last", "expects"),
    [
        ([], 0, False, False),
        (["Content-Length: 0010"], 10, False, False),
        (["Transfer-Encoding: Chunked"], None, False, False),
        (["Connection: Keep-Alive, Close"], 0, True, False),
        (["Expect: 100-continue"], 0, False, False),
        (["Expect: 100-Continue", "Content-Length: 1"], 1, False, True),
    ],
)
def test_the_head_says_how_the_body_and_the_connection_end(
    lines, length, is_last, expects
):
    head = parse(*lines)
    found = (head.length, head.has_body, head.is_last, head.expects_continue)
    assert found == (length, length != 0, is_last, expects)


def test_a_client_of_http_1_0_sends_one_request_and_expects_nothing():
    lines = ("Connection: keep-alive", "Content-Length: 1", "Expect: 100-continue")
    head = parse(*lines, first="POST / HTTP/1.0")
    assert (head.is_last, head.expects_continue) == (True, False)


def test_a_head_may_have_a_hundred_headers():
    head = parse(*(f"X-{n}: {n}" for n in range(100)))
    assert head.request.headers == {f"x-{n}": str(n) for n in range(100)}


def test_a_length_of_as_many_digits_as_the_limit_may_be_smaller():
    assert parse("Content-Length: 999").length == 999
    assert parse("Content-Length: 1000").length == 1000


SMUGGLED = "Transfer-Encoding: chunked"


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        (["Content-Length: 1", SMUGGLED], 400),
        ([SMUGGLED, SMUGGLED], 400),
        (["Content-Length: 1", "Content-Length: 1"], 400),
        (["Host: localhost", "Host: localhost"], 400),
        (["Origin: a", "Origin: b"], 400),
        (["Authorization: Bearer a", "Authorization: Bearer b"], 400),
        (["Transfer-Encoding: gzip, chunked"], 501),
        (["Transfer-Encoding: identity"], 501),
        (["Transfer-Encoding: xchunked"], 501),
        (["Transfer-Encoding:"], 501),
        (["Content-Length:"], 400),
        (["Content-Length: +1"], 400),
        (["Content-Length: 1, 1"], 400),
        (["Content-Length: 0x1"], 400),
        (["Content-Length : 1"], 400),
        (["X: a", " folded"], 400),
        (["no colon"], 400),
        ([": no name"], 400),
        (["X: a\rY: b"], 400),
        (["X: a\0b"], 400),
        (["Content-Length: 1001"], 413),
        (["Content-Length: " + "9" * 5000], 413),
        ([f"X-{n}: 1" for n in range(101)], 431),
    ],
)
def test_a_head_with_more_than_one_meaning_is_refused(lines, status):
    with pytest.raises(ApiError) as caught:
        parse(*lines)
    assert caught.value.status == status


@pytest.mark.parametrize(
    ("first", "status"),
    [
        ("GET /", 400),
        ("GET  / HTTP/1.1", 400),
        ("GET / x HTTP/1.1", 400),
        ("GET / HTTP/1.1 ", 400),
        (" GET / HTTP/1.1", 400),
        ("GET\t/ HTTP/1.1", 400),
        ("G(T / HTTP/1.1", 400),
        ("GET /é HTTP/1.1", 400),
        ("GET /\x1b HTTP/1.1", 400),
        ("GET / HTTP/1.11", 400),
        ("GET / http/1.1", 400),
        ("GET / HTTP/2.0", 505),
        ("PRI * HTTP/2.0", 505),
        ("\x16\x03\x01", 400),
    ],
)
def test_another_request_line_is_refused(first, status):
    with pytest.raises(ApiError) as caught:
        parse(first=first)
    assert caught.value.status == status


def test_a_body_of_http_1_0_cannot_come_in_chunks():
    with pytest.raises(ApiError, match="invalid transfer encoding"):
        parse(SMUGGLED, first="POST / HTTP/1.0")
