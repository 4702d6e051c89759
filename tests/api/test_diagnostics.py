from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import httpx
import pytest
from raw_server import http

from cohere_cli.api.connection import Connection, Route
from cohere_cli.api.diagnostics import describe_response, diagnose

VALID = b'{"valid":true}'


def steps(connection, **how):
    return {
        step.name: str(step.problem or step.found)
        for step in diagnose(connection, **how)
    }


def test_each_step_is_reported(https, files):
    url = https().url
    found = steps(Connection(url, "k", route=Route(ca_bundle=files["ca"])))
    assert list(found) == ["DNS", "TCP", "TLS", "auth", "clock"]
    assert found["DNS"] == "127.0.0.1 is 127.0.0.1"
    assert found["TCP"].startswith(f"{url.removeprefix('https://')} in ")
    assert found["TLS"].startswith("TLSv1.3, certificate by Our own, valid until ")
    assert found["auth"] == "the server accepts the key"
    assert found["clock"].endswith(" the server's")


def test_diagnosis_ends_at_the_step_that_fails(https):
    assert list(steps(Connection(https().url))) == ["DNS", "TCP", "TLS"]
    refused = steps(Connection("http://127.0.0.1:9"))
    assert refused == {
        "DNS": "127.0.0.1 is 127.0.0.1",
        "TCP": "connection refused",
    }
    unknown = steps(Connection("https://no-such-host.invalid"))
    assert list(unknown) == ["DNS"]


def test_without_a_key_the_key_is_not_checked(serve):
    server = serve()
    assert list(steps(Connection(server.url), has_key=False)) == ["DNS", "TCP"]


def test_behind_a_proxy_the_first_steps_lead_to_the_proxy(serve):
    proxy = serve(b"", http(b"no", "403 Forbidden", "text/plain"))
    route = Route(proxy=proxy.url)
    found = steps(Connection("https://cohere.example", "k", route=route))
    assert list(found) == ["DNS", "TCP", "auth"]
    assert found["DNS"] == "127.0.0.1 is 127.0.0.1"
    assert found["auth"] == (
        "the proxy refused the connection: 403 Forbidden "
        f"(cohere.example through the proxy {proxy.url.removeprefix('http://')})"
    )


@pytest.mark.parametrize("host", ["x..y", ".x", f"{'a' * 70}.com", "\xad.com"])
def test_a_proxy_with_a_name_that_no_host_can_have_is_a_problem_of_dns(host):
    route = Route(proxy=f"http://me:canary@{host}:3128")
    [dns] = diagnose(Connection("https://cohere.example", "k", route=route))
    assert (dns.name, str(dns.problem)) == ("DNS", "invalid host name")


def test_a_clock_that_is_wrong_is_a_problem(serve):
    date = "Date: Sun, 06 Nov 1994 08:49:37 GMT"
    # The first connection only shows that there is one.
    server = serve(b"", http(VALID, "200 OK", "application/json", date))
    *_, clock = diagnose(Connection(server.url, "k"))
    assert clock.name == "clock"
    assert str(clock.problem).startswith("this machine's clock is ")
    assert str(clock.problem).endswith(" s ahead of the server's")


@pytest.mark.parametrize("date", ["Date: soon", "X: y"])
def test_a_server_without_a_clock_is_no_problem(serve, date):
    server = serve(b"", http(VALID, "200 OK", "application/json", date))
    *_, clock = diagnose(Connection(server.url, "k"))
    assert (clock.found, clock.problem) == (
        "the server sends no valid Date header",
        None,
    )


@pytest.mark.parametrize(
    ("status", "found"),
    [
        ("400 Bad Request", "the server has /v2/chat"),
        ("422 Unprocessable", "the server has /v2/chat"),
        ("404 Not Found", "the server has no /v2/chat (HTTP 404)"),
        ("405 Not Allowed", "the server has no /v2/chat (HTTP 405)"),
        ("401 Unauthorized", "no (HTTP 401)"),
        ("503 Unavailable", "no (HTTP 503)"),
    ],
)
def test_a_server_without_a_key_check_is_asked_for_its_chat(serve, status, found):
    unknown = http(b'{"detail":"Not Found"}', "404 Not Found", "application/json")
    reply = http(b'{"detail":"no"}', status, "application/json")
    server = serve(b"", unknown, reply)
    assert steps(Connection(server.url))["chat"] == found
    assert server.requests[1].head.startswith("POST /v2/chat HTTP/1.1\r\n")
    assert server.requests[1].body == b"{}"


@pytest.mark.parametrize(
    ("minutes", "problem"), [(0, False), (4, False), (-4, False), (6, True), (-6, True)]
)
def test_a_clock_that_differs_by_more_than_five_minutes_is_a_problem(
    serve, minutes, problem
):
    date = format_datetime(datetime.now(UTC) + timedelta(minutes=minutes), usegmt=True)
    reply = http(VALID, "200 OK", "application/json", f"Date: {date}")
    server = serve(reply, reply)
    *_, clock = diagnose(Connection(server.url, "k"))
    assert (clock.name, clock.problem is not None) == ("clock", problem)


def test_a_response_is_one_line_of_the_log():
    request = httpx.Request("POST", "https://a.example/v2/chat")
    headers = {"x-request-id": "r1", "date": "now"}
    response = httpx.Response(200, headers=headers, request=request)
    assert describe_response(response, 0.25, "m", 1234) == (
        "POST /v2/chat: HTTP 200 after 0.25 s; model: m; sent: 1,234 bytes; "
        "x-request-id: r1"
    )
